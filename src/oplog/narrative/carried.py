"""What the last report left open, what became of it, and what is overdue.

A matter is an appointment of the calendar: something planned for a date or put off, a resumption, an end, an
evaluation, an action. An outlook is none, for nothing in a log says whether what was announced came about.
"""

from __future__ import annotations

from collections import defaultdict
from types import MappingProxyType
from typing import TYPE_CHECKING

from attrs import frozen

from oplog.domain import events
from oplog.domain.campaign import Relaunched
from oplog.domain.pilot import Adopted, Discontinued
from oplog.narrative.coming import appointments
from oplog.narrative.window import Side

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from oplog.narrative.report import Report
    from oplog.narrative.window import Windows
    from oplog.projections.calendar import Appointment
    from oplog.recorded import Recorded

MOVES: Mapping[str, tuple[type, ...]] = MappingProxyType(
    {
        "planned": (events.Rescheduled, events.Postponed, events.Cancelled, events.Reinstated),
        "resumption": (),
        "end": (events.Extended, events.Suspended, events.Resumed),
        "evaluation": (events.EvaluationDeferred,),
        "action": (),
    }
)
"""What moves a matter of each sort, and leaves it open or can be taken back."""

_GIVES_UP = (events.Cancelled, Adopted, Discontinued)
SETTLES: Mapping[str, tuple[type, ...]] = MappingProxyType(
    {
        "planned": (events.Commenced, events.OccurrenceHeld, events.Completed, events.HandedOver, Relaunched),
        "resumption": (events.Resumed, events.Completed, events.HandedOver, Relaunched, *_GIVES_UP),
        "end": (events.Completed, events.HandedOver, *_GIVES_UP),
        "evaluation": (events.Evaluated, *_GIVES_UP),
        "action": (events.ActionAnswered,),
    }
)
"""What settles a matter of each sort: what is promised after it is another matter."""


@frozen(kw_only=True)
class Matter:
    """A matter that was open before the period of a report.

    `then` is how it stood, `now` how it stands at the end of the period, None once it is settled. `behind` are the
    events of the period that moved or settled it, in their order.
    """

    then: Appointment
    now: Appointment | None
    behind: tuple[Recorded, ...]


@frozen(kw_only=True)
class Overdue:
    """A matter whose date had passed by the end of the period without an outcome; `days` is for how many days."""

    matter: Appointment
    days: int


def carried_forward(report: Report) -> tuple[Matter, ...]:
    """All matters that were open before the activity window, in the order of the calendar.

    Where a report was published before this one they are those that it knew of, so that what was learned since and was
    so before is told as what has become of them.
    """
    inside: dict[str, list[Recorded]] = defaultdict(list)
    before = []
    for recorded in report.known:
        if was_known(recorded, report.windows):
            before.append(recorded)
        else:
            inside[recorded.stream].append(recorded)
    still = {key(item): item for item in matters(report.known)}
    return tuple(_matter(then, still.get(key(then)), inside[then.stream]) for then in matters(before))


def was_known(recorded: Recorded, windows: Windows) -> bool:
    """Whether an event lies before the window and, where a report was published before, that one knew of it."""
    new = windows.last is not None and recorded.position > windows.last.up_to
    return not new and windows.side(recorded) is Side.BEFORE


def matters(recorded: Sequence[Recorded]) -> list[Appointment]:
    """What is open after some events, in the order of the calendar; nothing is awaited of what never had a date."""
    postponed = {r.position for r in recorded if isinstance(r.event, events.Postponed)}
    return [
        item
        for item in appointments(recorded)
        if item.what != "outlook"
        and (item.what != "planned" or item.when is not None or not postponed.isdisjoint(item.positions))
    ]


def key(item: Appointment) -> tuple[str, str, str | None]:
    """What makes two appointments, each of another day, the same matter."""
    return item.stream, item.what, item.action


def _matter(then: Appointment, now: Appointment | None, inside: Sequence[Recorded]) -> Matter:
    behind: list[Recorded] = []
    for recorded in inside:
        event = recorded.event
        if isinstance(event, events.ActionAnswered) and event.action != then.action:
            continue
        if isinstance(event, MOVES[then.what]):
            behind.append(recorded)
        elif isinstance(event, SETTLES[then.what]):
            if now is not None and isinstance(event, events.Cancelled):
                continue  # it was taken back, or there would be nothing to come
            return Matter(then=then, now=None, behind=(*behind, recorded))
    return Matter(then=then, now=now, behind=tuple(behind))


def overdue(report: Report) -> tuple[Overdue, ...]:
    """What was due by the end of the window and before the report's date and has no outcome, the oldest first.

    An outcome that was recorded in words is one, but for an evaluation and an action: these want their own.
    """
    windows = report.windows
    outcomes: dict[str, list[Recorded]] = defaultdict(list)
    for recorded in report.known:
        if isinstance(recorded.event, events.OutcomeRecorded):
            outcomes[recorded.stream].append(recorded)
    found = []
    for item in matters(report.known):
        when = item.when
        if when is None or when.latest > windows.until or windows.coming(when):
            continue
        told = item.what not in ("evaluation", "action") and any(
            outcome.last_day >= when.earliest for outcome in outcomes[item.stream]
        )
        if not told:
            found.append(Overdue(matter=item, days=(windows.today - when.latest).days))
    return tuple(found)
