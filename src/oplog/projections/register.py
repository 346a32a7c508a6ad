"""The register: the current state of every activity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from oplog.domain import events
from oplog.domain.activity import Activity
from oplog.domain.aggregates import decider_of, is_about_log
from oplog.domain.campaign import Relaunched
from oplog.domain.lifecycle import Status
from oplog.domain.pilot import Adopted, Discontinued
from oplog.errors import IllegalTransition

if TYPE_CHECKING:
    from datetime import date, datetime

    from oplog.domain.when import When
    from oplog.recorded import Recorded

MOVING = frozenset(
    (
        events.Planned,
        events.Rescheduled,
        events.Postponed,
        events.Cancelled,
        events.Reinstated,
        events.Commenced,
        events.Suspended,
        events.Resumed,
        events.Extended,
        events.Completed,
        events.HandedOver,
        events.OccurrenceHeld,
        events.EvaluationDue,
        events.EvaluationDeferred,
        events.Evaluated,
        Relaunched,
        Adopted,
        Discontinued,
    )
)
"""The events that set the plan, the status or a date of an activity: what a fold reads that asks for these alone."""


@frozen(kw_only=True)
class Entry:
    """One stream of the register.

    `state` is the aggregate's state, `version` and `position` those of the event that was recorded last, and
    `recorded_at` its time.
    `since` is when the present status came about in the world (the effective time of the event that set it), None when
    unknown. `reached` is the latest day on which, or after which, one of its events certainly was so, None when none
    has a date: an event that was so before that day may have to be placed between others (`oplog.life`).
    """

    stream: str
    state: Any
    version: int = 0
    position: int = 0
    recorded_at: datetime | None = None
    since: When | None = None
    reached: date | None = None

    @property
    def title(self) -> str:
        """What it is called; the stream's name before it was planned, and of what is no activity."""
        plan = self.state.plan if isinstance(self.state, Activity) else None
        return plan.title if plan else self.stream

    def in_order(self, last_day: date) -> bool:
        """Whether an event that was so on this day at the latest may come after all that are there."""
        return self.reached is None or last_day >= self.reached

    def after(self, recorded: Recorded) -> Entry:
        """The entry after one more event of the stream. Raises `IllegalTransition` or `UnknownEvent`."""
        state = decider_of(self.stream).evolve(self.state, recorded.event)
        moved = state.status is not self.state.status
        last = recorded.version > self.version
        return Entry(
            stream=self.stream,
            state=state,
            version=recorded.version if last else self.version,
            position=recorded.position if last else self.position,
            recorded_at=recorded.recorded_at if last else self.recorded_at,
            since=recorded.effective if moved else self.since,
            reached=_later(self.reached, recorded.effective),
        )


def _later(reached: date | None, effective: When | None) -> date | None:
    if effective is None or effective.span.start is None:
        return reached
    return effective.earliest if reached is None else max(reached, effective.earliest)


def new_entry(stream: str) -> Entry:
    """The entry of a stream without events. Raises `InvalidValue` for a name that is no stream's."""
    return Entry(stream=stream, state=decider_of(stream).initial)


def apply(draft: dict[str, Entry], recorded: Recorded) -> None:
    """Take one event in; those that the log keeps about itself are no activity's, and left out."""
    if is_about_log(recorded.stream):
        return
    entry = draft.get(recorded.stream) or new_entry(recorded.stream)
    try:
        draft[recorded.stream] = entry.after(recorded)
    except IllegalTransition as error:
        raise IllegalTransition(f"{recorded.place}: {error}") from None


def finish(draft: dict[str, Entry]) -> tuple[Entry, ...]:
    """The register, sorted by stream; an activity whose plan was retracted is none."""
    return tuple(sorted(filter(is_activity, draft.values()), key=order))


def is_activity(entry: Entry) -> bool:
    """Whether something is there: nothing about the log itself is an activity, nor is one whose plan was retracted."""
    return not is_about_log(entry.stream) and entry.state.status is not Status.NEW


def order(entry: Entry) -> str:
    """By stream."""
    return entry.stream
