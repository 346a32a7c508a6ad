"""What the last report left open, what became of it, and what is overdue.

A matter is an appointment of the calendar that a forward look tells: something planned, with or without a date, a
resumption, an end, an evaluation, an action, an outlook. An outlook is never overdue, for what was announced is not
promised.
"""

from __future__ import annotations

from collections import defaultdict
from types import MappingProxyType
from typing import TYPE_CHECKING

from attrs import frozen

from oplog.domain import events
from oplog.domain.campaign import Relaunched
from oplog.domain.pilot import Adopted, Discontinued
from oplog.narrative.coming import ENDS, announced, ends
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
        "outlook": (),
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
        "outlook": ENDS,
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
    still = {key(item): item for item in announced(report.known)}
    carried = (
        _matter(then, still.get(key(then)), inside[then.stream])
        for then in announced(before)
        if _was_told(then, before, report.windows)
    )
    return tuple(matter for matter in carried if not _went_ahead(matter))


def _went_ahead(matter: Matter) -> bool:
    """Whether it never had a date and went ahead on no known day: then there is nothing to say of it in a table."""
    undated = matter.then.what == "planned" and matter.then.when is None
    return undated and matter.now is None and [r.effective for r in matter.behind] == [None]


def _was_told(then: Appointment, before: Sequence[Recorded], windows: Windows) -> bool:
    """Whether a report before this one had reason to tell of it as to come.

    Of an outlook it had where its time had not passed; of a plan that never had a date, where there was such a report,
    and not only a log that begins with what had long been going on.
    """
    if then.what == "outlook":
        return then.when is not None and then.when.latest >= windows.since
    if then.what != "planned" or then.when is not None:
        return True
    reported = windows.last is not None or (windows.began is not None and windows.began < windows.since)
    put_off = {r.position for r in before if isinstance(r.event, events.Postponed)}
    return reported or not put_off.isdisjoint(then.positions)


def was_known(recorded: Recorded, windows: Windows) -> bool:
    """Whether an event lies before the window and, where a report was published before, that one knew of it."""
    new = windows.last is not None and recorded.position > windows.last.up_to
    return not new and windows.side(recorded) is Side.BEFORE


def key(item: Appointment) -> tuple[str, str, str | None]:
    """What makes two appointments, each of another day, the same matter."""
    return item.stream, item.what, str(min(item.positions)) if item.what == "outlook" else item.action


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
            if then.what == "outlook" and not ends(recorded, min(then.positions), then.when):
                continue
            return Matter(then=then, now=None, behind=(*behind, recorded))
    return Matter(then=then, now=now, behind=tuple(behind))


def overdue(report: Report) -> tuple[Overdue, ...]:
    """What was due by the end of the window and before the report's date and has no outcome, the oldest first.

    An outcome that was recorded in words is one of what was planned; an end, a resumption, an evaluation and an action
    want their own.
    """
    windows = report.windows
    outcomes: dict[str, list[Recorded]] = defaultdict(list)
    for recorded in report.known:
        if isinstance(recorded.event, events.OutcomeRecorded):
            outcomes[recorded.stream].append(recorded)
    found = []
    for item in announced(report.known):
        when = item.when
        if item.what == "outlook" or when is None or when.latest > windows.until or windows.coming(when):
            continue
        told = item.what == "planned" and any(outcome.last_day >= when.earliest for outcome in outcomes[item.stream])
        if not told:
            found.append(Overdue(matter=item, days=(windows.today - when.latest).days))
    return tuple(found)
