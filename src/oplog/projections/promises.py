"""The promises that are made of activities: a date, an end, an evaluation; how they were moved, and what came of them.

The view `slips` holds those that did not come about as they were first made; `silence` asks which were never kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from attrs import define, field, frozen

from oplog.domain import events
from oplog.domain.aggregates import is_about_log
from oplog.domain.campaign import Relaunched
from oplog.domain.lifecycle import Status, spoken
from oplog.domain.pilot import Adopted, Discontinued
from oplog.domain.values import Cause  # noqa: TC001 - rows are stored by their type hints
from oplog.domain.when import Kind, When
from oplog.projections.register import MOVING, EntryDraft, drafted
from oplog.projections.register import apply as register

if TYPE_CHECKING:
    from oplog.domain.activity import Activity
    from oplog.recorded import Recorded

Of = Literal["date", "end", "evaluation"]


_BEGINS = (events.Commenced, events.OccurrenceHeld, Relaunched)
_ENDS = (events.Completed, events.HandedOver, Adopted, Discontinued)
_BEGUN = (*_BEGINS, events.Completed)
READS = MOVING
"""The events that make, move or keep a promise, or change the status; the others are most of a log, and passed over."""


@frozen(kw_only=True)
class Move:
    """A promise as it was made, moved or taken back once.

    `what` is the event in words ("planned", "postponed"), `when` the date promised, None where there was none from then
    on. `effective` is when it was made in the world, None where nobody said; `recorded` is the day of its recording.
    """

    what: str
    when: When | None
    effective: When | None
    recorded: When
    cause: Cause | None
    positions: tuple[int, ...]


@frozen(kw_only=True)
class Promise:
    """What was first promised of a stream, how that was moved, and what came of it.

    `of` says what was promised: the *date* on which it is held or begins; the *end* of what has begun; the date of an
    *evaluation*. An end is promised by an extension, by the last day of a planned week or interval, or by the term that
    was planned, counted from the day on which it began.

    `outcome` is what came of it in words ("completed", "cancelled", "evaluated"), "to come" while nothing is recorded;
    `outcome_when` is when that was, None where nobody said.

    `days` is by how many days it slipped: from the last day of the first date to the last day of its outcome or, while
    that is to come, of the latest promise. It is 0 where the later date lies within the first, and negative where it
    lies before it. It is None where it cannot be said: a date is missing or open, the two dates overlap, or it was
    cancelled, handed over or (an end) relaunched instead.
    """

    stream: str
    title: str
    of: Of
    first: Move
    later: tuple[Move, ...]
    outcome: str
    outcome_when: When | None
    days: int | None
    positions: tuple[int, ...]

    @property
    def latest(self) -> Move:
        """The promise as it was made last."""
        return self.later[-1] if self.later else self.first

    @property
    def slipped(self) -> bool:
        """Whether it was moved, put off or cancelled, or came about later than promised."""
        return bool(self.later) or (self.days is not None and self.days > 0)


@define
class Making:
    """A promise so far."""

    of: Of
    moves: list[Move]
    outcome: Recorded | None = None

    @property
    def last_date(self) -> When | None:
        """The date promised last, even if it was taken back since."""
        return next((move.when for move in reversed(self.moves) if move.when is not None), None)

    @property
    def begun(self) -> bool:
        """Whether it came about."""
        return self.outcome is not None and isinstance(self.outcome.event, _BEGUN)

    @property
    def called_off(self) -> bool:
        """Whether it was cancelled."""
        return self.outcome is not None and isinstance(self.outcome.event, events.Cancelled)


@frozen
class Draft:
    """The register so far, all promises so far with their streams, and the last one of each sort by stream."""

    entries: dict[str, EntryDraft] = field(factory=dict)
    promises: list[tuple[str, Making]] = field(factory=list)
    last: dict[tuple[str, Of], Making] = field(factory=dict)

    def begin(self, stream: str, of: Of, *moves: Move) -> Making:
        """Begin a new promise."""
        self.last[stream, of] = made = Making(of, [*moves])
        self.promises.append((stream, made))
        return made


def apply(draft: Draft, recorded: Recorded) -> None:
    """Take one event in."""
    if type(recorded.event) not in READS or is_about_log(recorded.stream):
        return
    before = drafted(draft.entries, recorded.stream).now
    _take_date(draft, recorded, before)
    _take_end(draft, recorded, before)
    _take_evaluation(draft, recorded)
    register(draft.entries, recorded)


def _take_date(draft: Draft, recorded: Recorded, before: Activity) -> None:
    event, promise = recorded.event, draft.last.get((recorded.stream, "date"))
    if isinstance(event, events.Planned):
        draft.begin(recorded.stream, "date", _move(recorded, event.when))
    elif promise is None:
        return
    elif isinstance(event, events.Rescheduled):
        # A first date for what was planned without one moves nothing.
        if [move.when for move in promise.moves] == [None]:
            promise.moves.clear()
        promise.moves.append(_move(recorded, event.when))
        promise.outcome = None
    elif isinstance(event, events.Postponed):
        promise.moves.append(_move(recorded, None))
    elif promise.begun:
        return
    elif isinstance(event, events.Cancelled):
        promise.moves.append(_move(recorded, None))
        promise.outcome = recorded
    elif isinstance(event, events.Reinstated):
        promise.moves.append(_move(recorded, before.when))
        promise.outcome = None
    elif isinstance(event, (*_BEGUN, events.HandedOver)):
        promise.outcome = recorded


def _take_end(draft: Draft, recorded: Recorded, before: Activity) -> None:
    event, promise = recorded.event, draft.last.get((recorded.stream, "end"))
    if isinstance(event, _BEGINS):
        if promise is not None and promise.outcome is None and isinstance(event, Relaunched):
            promise.outcome = recorded  # what it starts anew has no end yet
        elif promise is None and (end := _planned_end(before, recorded)) is not None:
            draft.begin(recorded.stream, "end", _move(recorded, end))
    elif isinstance(event, events.Extended):
        going_on = _going_on(draft, recorded.stream, promise)
        going_on.moves.append(_move(recorded, event.until or _longer(going_on.last_date, event)))
    elif isinstance(event, events.Cancelled) and before.status in (Status.UNDER_WAY, Status.SUSPENDED):
        going_on = _going_on(draft, recorded.stream, promise)
        going_on.moves.append(_move(recorded, None))
        going_on.outcome = recorded
    elif promise is None:
        return
    elif isinstance(event, (events.Reinstated, events.Rescheduled)) and promise.called_off:
        promise.moves.append(_move(recorded, promise.last_date))
        promise.outcome = None
    elif isinstance(event, _ENDS) and promise.outcome is None:
        promise.outcome = recorded


def _going_on(draft: Draft, stream: str, promise: Making | None) -> Making:
    """The promise of an end that holds now, a new one where there is none."""
    return promise if promise is not None and promise.outcome is None else draft.begin(stream, "end")


def _planned_end(before: Activity, began: Recorded) -> When | None:
    """The end that follows from the plan, for what begins now; None when nothing was said of one."""
    when = before.when
    if when is not None and when.kind in (Kind.WEEK, Kind.INTERVAL):
        return None if when.span.end is None else When.of(when.latest)
    began_open = began.effective is not None and began.effective.span.end is None
    if before.plan is None or before.plan.term is None or began_open:
        return None
    return When.of(before.plan.term.after(began.last_day))


def _longer(end: When | None, event: events.Extended) -> When | None:
    if end is None or end.is_open or event.term is None:
        return None
    return When.of(event.term.after(end.latest))


def _take_evaluation(draft: Draft, recorded: Recorded) -> None:
    event, promise = recorded.event, draft.last.get((recorded.stream, "evaluation"))
    going_on = promise is not None and promise.outcome is None
    if isinstance(event, (events.EvaluationDue, events.EvaluationDeferred)):
        if promise is not None and going_on:
            promise.moves.append(_move(recorded, event.when))
        else:
            draft.begin(recorded.stream, "evaluation", _move(recorded, event.when))
    elif promise is None:
        return
    elif isinstance(event, events.Evaluated) or (
        isinstance(event, (events.Cancelled, Adopted, Discontinued)) and going_on
    ):
        promise.outcome = recorded
    elif isinstance(event, (events.Reinstated, events.Rescheduled, Relaunched)) and promise.called_off:
        promise.outcome = None


def _move(recorded: Recorded, when: When | None) -> Move:
    return Move(
        what=spoken(type(recorded.event)),
        when=when,
        effective=recorded.effective,
        recorded=When.of(recorded.recorded_at.date()),
        cause=getattr(recorded.event, "cause", None),
        positions=recorded.rests_on,
    )


def finish(draft: Draft) -> tuple[Promise, ...]:
    """All promises, by stream, by what was promised, and in the order in which they were made."""
    found = (_made(draft.entries[stream], promise) for stream, promise in draft.promises)
    return tuple(sorted(found, key=order))


def slipped(draft: Draft) -> tuple[Promise, ...]:
    """The promises that were moved, put off, cancelled, or kept later than they were made for."""
    return tuple(promise for promise in finish(draft) if promise.slipped)


def order(promise: Promise) -> tuple[str, str, int]:
    """By stream, by what was promised, and in the order in which it was promised."""
    return (promise.stream, promise.of, promise.first.positions[0])


def _made(entry: EntryDraft, making: Making) -> Promise:
    first, *later = making.moves
    outcome = making.outcome
    given_up = (events.Cancelled, events.HandedOver, *((Relaunched,) if making.of == "end" else ()))
    instead = outcome is not None and isinstance(outcome.event, given_up)
    came = making.moves[-1].when if outcome is None else outcome.effective
    positions = {position for move in making.moves for position in move.positions}
    return Promise(
        stream=entry.stream,
        title=entry.title,
        of=making.of,
        first=first,
        later=tuple(later),
        outcome="to come" if outcome is None else spoken(type(outcome.event)),
        outcome_when=None if outcome is None else outcome.effective,
        days=None if instead else _days(first.when, came),
        positions=tuple(sorted(positions.union(() if outcome is None else outcome.rests_on))),
    )


def _days(first: When | None, came: When | None) -> int | None:
    if first is None or came is None or first.is_open or came.is_open:
        return None
    if came.within(first):
        return 0
    return None if came.overlaps(first) else (came.latest - first.latest).days
