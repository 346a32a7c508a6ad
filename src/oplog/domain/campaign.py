"""Campaign: work to inform or persuade the public.

Its own: it can be *relaunched* after it ended, was cancelled or was suspended.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from attrs import frozen

from oplog.domain import content
from oplog.domain.activity import (
    SHARED_EVOLUTIONS,
    SHARED_LIFECYCLE,
    Activity,
    changes_with,
    decide_with,
    event_for,
)
from oplog.domain.commands import SHARED_COMMANDS
from oplog.domain.decider import Changes, Decider
from oplog.domain.events import SHARED_EVENTS
from oplog.domain.lifecycle import Lifecycle, Status, arrows


# Events
@frozen(kw_only=True)
class Relaunched(content.Because):
    """It was started anew."""


EVENTS = MappingProxyType({**SHARED_EVENTS, "relaunched": (Relaunched, 1)})


# State
@frozen(kw_only=True)
class Campaign(Activity):
    """The state of a campaign: what all activities have, and how often it was relaunched."""

    relaunches: int = 0


# Lifecycle
LIFECYCLE: Lifecycle = {
    **SHARED_LIFECYCLE,
    **arrows(Relaunched, [Status.COMPLETED, Status.CANCELLED, Status.SUSPENDED, Status.POSTPONED], Status.UNDER_WAY),
}


# Commands
@frozen(kw_only=True)
class Relaunch(content.Because):
    """Start it anew after it ended, was cancelled or was suspended."""


COMMANDS = MappingProxyType({**SHARED_COMMANDS, "relaunch": (Relaunch, Relaunched)})


# Decide
def decide(command: Any, state: Campaign) -> tuple[Any, ...]:
    """The events that the command leads to; none when it is so already. Raises `Refused`."""
    return decide_with(event_for(command, COMMANDS), state, LIFECYCLE)


# Evolve
_EVOLUTIONS = {
    **SHARED_EVOLUTIONS,
    Relaunched: lambda s, e: {"cause": e.cause, "relaunches": s.relaunches + 1},
}


def changes(state: Campaign, event: Any) -> Changes:
    """What the event changes in the state. Raises `IllegalTransition` or `UnknownEvent`."""
    return changes_with(state, event, LIFECYCLE, _EVOLUTIONS)


CAMPAIGN = Decider("campaign", Campaign(), EVENTS, LIFECYCLE, COMMANDS, decide, changes)
