"""Operation: a named operation, or a standing programme of enforcement or joint work.

Its own: what it finds can be *referred* to another team or body.
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
class Referred(content.Referral):
    """Something was passed on to another team or body for it to act upon."""


EVENTS = MappingProxyType({**SHARED_EVENTS, "referred": (Referred, 1)})


# State
@frozen(kw_only=True)
class Operation(Activity):
    """The state of an operation: what all activities have, and how often something was referred."""

    referrals: int = 0


# Lifecycle
LIFECYCLE: Lifecycle = {
    **SHARED_LIFECYCLE,
    **arrows(Referred, [Status.UNDER_WAY, Status.SUSPENDED, Status.COMPLETED]),
}


# Commands
@frozen(kw_only=True)
class Refer(content.Referral):
    """Pass something on to another team or body for it to act upon."""


COMMANDS = MappingProxyType({**SHARED_COMMANDS, "refer": (Refer, Referred)})


# Decide
def decide(command: Any, state: Operation) -> tuple[Any, ...]:
    """The events that the command leads to; none when it is so already. Raises `Refused`."""
    return decide_with(event_for(command, COMMANDS), state, LIFECYCLE)


# Evolve
_EVOLUTIONS = {**SHARED_EVOLUTIONS, Referred: lambda s, e: {"referrals": s.referrals + 1}}


def changes(state: Operation, event: Any) -> Changes:
    """What the event changes in the state. Raises `IllegalTransition` or `UnknownEvent`."""
    return changes_with(state, event, LIFECYCLE, _EVOLUTIONS)


OPERATION = Decider("operation", Operation(), EVENTS, LIFECYCLE, COMMANDS, decide, changes)
