"""Access trail: who took something out of the log, when, why and for whom.

No activity: it is one stream, `access/trail`, that a log keeps about itself. Its lifecycle is the switch: only while
the trail is *on* can a disclosure be recorded, and while it is on nothing is taken out without one
(`oplog.disclosure`).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any

import attrs
from attrs import frozen

from oplog.domain import content
from oplog.domain.decider import Changes, Decider
from oplog.domain.events import CORRECTIONS, OF_EVENTS
from oplog.domain.lifecycle import next_status
from oplog.errors import IllegalTransition, Refused, UnknownEvent

TRAIL = "access/trail"
"""The stream's name: a log has one access trail, or none."""


# Events
@frozen(kw_only=True)
class TrailStarted(content.Switch):
    """From here on, nothing is taken out of the log without a record of it."""


@frozen(kw_only=True)
class TrailStopped(content.Switch):
    """From here on, what is taken out of the log is not recorded."""


@frozen(kw_only=True)
class Disclosed(content.Disclosure):
    """Something was taken out of the log. Who did it and when stands in the envelope: actor and recorded_at."""


EVENTS = MappingProxyType(
    {
        "trail-started": (TrailStarted, 1),
        "trail-stopped": (TrailStopped, 1),
        "disclosed": (Disclosed, 1),
        **CORRECTIONS,
    }
)


# State
class TrailStatus(Enum):
    """Whether the trail is kept."""

    OFF = "off"
    ON = "on"


@frozen(kw_only=True)
class AccessTrail:
    """The state of the trail: whether it is kept, why (None before it was ever started), and its disclosures so far."""

    status: TrailStatus = TrailStatus.OFF
    why: str | None = None
    disclosures: int = 0


# Lifecycle
LIFECYCLE: Mapping[tuple[TrailStatus, type], TrailStatus] = {
    (TrailStatus.OFF, TrailStarted): TrailStatus.ON,
    (TrailStatus.ON, TrailStopped): TrailStatus.OFF,
    (TrailStatus.ON, Disclosed): TrailStatus.ON,
    **{(status, event): status for status in TrailStatus for event, _ in CORRECTIONS.values()},
}


# Commands
@frozen(kw_only=True)
class StartTrail(content.Switch):
    """Keep the trail from now on."""


@frozen(kw_only=True)
class StopTrail(content.Switch):
    """Keep it no longer."""


@frozen(kw_only=True)
class Disclose(content.Disclosure):
    """Take something out of the log. `oplog.disclose` asks for this before it lets anything go."""


COMMANDS = MappingProxyType(
    {
        "start": (StartTrail, TrailStarted),
        "stop": (StopTrail, TrailStopped),
        "disclose": (Disclose, Disclosed),
    }
)


# Decide
_ALREADY = {StartTrail: TrailStatus.ON, StopTrail: TrailStatus.OFF}


def decide(command: Any, state: AccessTrail) -> tuple[Any, ...]:
    """The events that the command leads to; none when the trail is on or off already. Raises `Refused`."""
    event = next((event for wanted, event in COMMANDS.values() if type(command) is wanted), None)
    if event is None:
        raise TypeError(f"{type(command).__name__} is no command of the access trail")
    if _ALREADY.get(type(command)) is state.status:
        return ()
    try:
        next_status(LIFECYCLE, state.status, event)
    except IllegalTransition as error:
        raise Refused(str(error), status=state.status.value) from None
    return (event(**attrs.asdict(command, recurse=False)),)


# Evolve
def changes(state: AccessTrail, event: Any) -> Changes:
    """What the event changes in the state. Raises `IllegalTransition` or `UnknownEvent`."""
    if type(event) not in {cls for cls, _ in EVENTS.values()}:
        raise UnknownEvent(f"{type(event).__name__} is no event of the access trail")
    status = next_status(LIFECYCLE, state.status, type(event))
    if isinstance(event, OF_EVENTS):
        return {}
    if isinstance(event, Disclosed):
        return {"status": status, "disclosures": state.disclosures + 1}
    return {"status": status, "why": event.why}


ACCESS = Decider("access", AccessTrail(), EVENTS, LIFECYCLE, COMMANDS, decide, changes)
