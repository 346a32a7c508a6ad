"""Deployment: people or equipment sent to do something at a place and time, once or again and again.

Its own: it can be *redeployed* to another place.
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
    Already,
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
class Redeployed(content.Move):
    """The people or the equipment were moved to another place."""


EVENTS = MappingProxyType({**SHARED_EVENTS, "redeployed": (Redeployed, 1)})


# State
@frozen(kw_only=True)
class Deployment(Activity):
    """The state of a deployment: what all activities have; `place` is where it is now."""


# Lifecycle
LIFECYCLE: Lifecycle = {
    **SHARED_LIFECYCLE,
    **arrows(Redeployed, [Status.PLANNED, Status.UNDER_WAY, Status.SUSPENDED]),
}


# Commands
@frozen(kw_only=True)
class Redeploy(content.Move):
    """Move the people or the equipment to another place."""


COMMANDS = MappingProxyType({**SHARED_COMMANDS, "redeploy": (Redeploy, Redeployed)})


# Decide
_ALREADY: Already = {Redeployed: lambda s, e: s.place == e.place}


def decide(command: Any, state: Deployment) -> tuple[Any, ...]:
    """The events that the command leads to; none when it is so already. Raises `Refused`."""
    return decide_with(event_for(command, COMMANDS), state, LIFECYCLE, _ALREADY)


# Evolve
_EVOLUTIONS = {**SHARED_EVOLUTIONS, Redeployed: lambda s, e: {"place": e.place}}


def changes(state: Deployment, event: Any) -> Changes:
    """What the event changes in the state. Raises `IllegalTransition` or `UnknownEvent`."""
    return changes_with(state, event, LIFECYCLE, _EVOLUTIONS)


DEPLOYMENT = Decider("deployment", Deployment(), EVENTS, LIFECYCLE, COMMANDS, decide, changes)
