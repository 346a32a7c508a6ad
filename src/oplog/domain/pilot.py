"""Pilot: a trial with a term and an evaluation.

Its own: at the end of it, the thing tried is *adopted* or *discontinued*.
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
class Adopted(content.Because):
    """What was tried became permanent."""


@frozen(kw_only=True)
class Discontinued(content.Because):
    """What was tried will not be kept."""


EVENTS = MappingProxyType({**SHARED_EVENTS, "adopted": (Adopted, 1), "discontinued": (Discontinued, 1)})


# State
@frozen(kw_only=True)
class Pilot(Activity):
    """The state of a pilot: what all activities have. Its term is `plan.term`, and `extended_by` what was added."""


# Lifecycle
_TRIED = (Status.UNDER_WAY, Status.SUSPENDED, Status.COMPLETED)
LIFECYCLE: Lifecycle = {
    **SHARED_LIFECYCLE,
    **arrows(Adopted, _TRIED, Status.ADOPTED),
    **arrows(Discontinued, _TRIED, Status.DISCONTINUED),
}


# Commands
@frozen(kw_only=True)
class Adopt(content.Because):
    """Make what was tried permanent."""


@frozen(kw_only=True)
class Discontinue(content.Because):
    """Do not keep what was tried."""


COMMANDS = MappingProxyType({**SHARED_COMMANDS, "adopt": (Adopt, Adopted), "discontinue": (Discontinue, Discontinued)})


# Decide
_ALREADY: Already = {
    Adopted: lambda s, e: s.status is Status.ADOPTED,
    Discontinued: lambda s, e: s.status is Status.DISCONTINUED,
}


def decide(command: Any, state: Pilot) -> tuple[Any, ...]:
    """The events that the command leads to; none when it is so already. Raises `Refused`."""
    return decide_with(event_for(command, COMMANDS), state, LIFECYCLE, _ALREADY)


# Evolve
_EVOLUTIONS = {
    **SHARED_EVOLUTIONS,
    Adopted: lambda s, e: {"cause": e.cause},
    Discontinued: lambda s, e: {"cause": e.cause},
}


def changes(state: Pilot, event: Any) -> Changes:
    """What the event changes in the state. Raises `IllegalTransition` or `UnknownEvent`."""
    return changes_with(state, event, LIFECYCLE, _EVOLUTIONS)


PILOT = Decider("pilot", Pilot(), EVENTS, LIFECYCLE, COMMANDS, decide, changes)
