"""Operation: a named operation, or a standing programme of enforcement or joint work.

Its own: what it finds can be *referred* to another team or body.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import attrs
from attrs import frozen

from oplog.domain import content
from oplog.domain.activity import (
    SHARED_EVOLUTIONS,
    SHARED_LIFECYCLE,
    Activity,
    decide_with,
    event_for,
    evolve_with,
)
from oplog.domain.commands import SHARED_COMMANDS
from oplog.domain.decider import Decider
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
_EVOLUTIONS = {**SHARED_EVOLUTIONS, Referred: lambda s, e: attrs.evolve(s, referrals=s.referrals + 1)}


def evolve(state: Operation, event: Any) -> Operation:
    """The state after the event. Raises `IllegalTransition` or `UnknownEvent`."""
    return evolve_with(state, event, LIFECYCLE, _EVOLUTIONS)


OPERATION = Decider("operation", Operation(), EVENTS, LIFECYCLE, COMMANDS, decide, evolve)
