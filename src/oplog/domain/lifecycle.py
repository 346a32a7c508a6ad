"""The statuses of an activity, and how a lifecycle table is read.

A lifecycle is data: `{(status, event class): next status}`. It serves the refusal, the next status, the diagram in
the documentation and the test over all pairs. Arrows may be added, never removed, or old logs stop replaying.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import TypeAlias, TypeVar

from oplog.errors import IllegalTransition


class Status(Enum):
    """Where an activity stands."""

    NEW = "not yet planned"
    PLANNED = "planned"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"
    UNDER_WAY = "under way"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    HANDED_OVER = "handed over"
    ADOPTED = "adopted"
    DISCONTINUED = "discontinued"


NO_LONGER_EVALUATED = (Status.CANCELLED, Status.ADOPTED, Status.DISCONTINUED)
"""Where an evaluation that was once promised is no longer to come."""

S = TypeVar("S", bound=Enum)
Lifecycle: TypeAlias = Mapping[tuple[Status, type], Status]


def arrows(event: type, sources: Iterable[Status], target: Status | None = None) -> dict[tuple[Status, type], Status]:
    """The arrows of one event from each source to `target`; None leaves the status as it is."""
    return {(source, event): target or source for source in sources}


def next_status(lifecycle: Mapping[tuple[S, type], S], status: S, event: type) -> S:
    """The status after the event; raises `IllegalTransition` where the table has no arrow."""
    try:
        return lifecycle[status, event]
    except KeyError:
        changes = sorted(spoken(e) for (s, e), target in lifecycle.items() if s is status and target is not status)
        if status is Status.NEW:
            raise IllegalTransition(f"'{spoken(event)}' is not possible before '{', '.join(changes)}'") from None
        hint = f"what can change that: {', '.join(changes)}" if changes else "nothing can change that any more"
        raise IllegalTransition(f"'{spoken(event)}' is not possible when {status.value}; {hint}") from None


def spoken(event: type) -> str:
    """The name of an event class as people say it: "handed over" for `HandedOver`."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", event.__name__).lower()
