"""The register: the current state of every activity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from oplog.domain import events
from oplog.domain.activity import Activity
from oplog.domain.aggregates import decider_of, is_about_log
from oplog.domain.campaign import Relaunched
from oplog.domain.decider import StateDraft
from oplog.domain.lifecycle import Status
from oplog.domain.pilot import Adopted, Discontinued
from oplog.errors import IllegalTransition

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
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
        draft = EntryDraft(self)
        draft.take(recorded)
        return draft.entry()


class EntryDraft:
    """An entry into which the events of its stream are folded; see `Entry`."""

    __slots__ = ("_state", "position", "reached", "recorded_at", "since", "stream", "version")

    def __init__(self, entry: Entry) -> None:
        self._state = StateDraft(decider_of(entry.stream), entry.state)
        self.stream, self.version, self.position = entry.stream, entry.version, entry.position
        self.recorded_at, self.since, self.reached = entry.recorded_at, entry.since, entry.reached

    @property
    def now(self) -> Any:
        """The fields of the state as they are after the events taken so far. They change with the next event."""
        return self._state.now

    @property
    def title(self) -> str:
        """What it is called, as an entry has it."""
        plan = getattr(self.now, "plan", None)
        return plan.title if plan else self.stream

    def take(self, recorded: Recorded) -> None:
        """Take one event in. Raises `IllegalTransition` or `UnknownEvent`; nothing is changed then."""
        status = self.now.status
        self._state.take(recorded.event)
        if self.now.status is not status:
            self.since = recorded.effective
        if recorded.version > self.version:
            self.version, self.position, self.recorded_at = recorded.version, recorded.position, recorded.recorded_at
        self.reached = _later(self.reached, recorded.effective)

    def entry(self) -> Entry:
        """The entry after the events taken so far."""
        return Entry(
            stream=self.stream,
            state=self._state.state(),
            version=self.version,
            position=self.position,
            recorded_at=self.recorded_at,
            since=self.since,
            reached=self.reached,
        )


def _later(reached: date | None, effective: When | None) -> date | None:
    if effective is None or effective.span.start is None:
        return reached
    return effective.earliest if reached is None else max(reached, effective.earliest)


def new_entry(stream: str) -> Entry:
    """The entry of a stream without events. Raises `InvalidValue` for a name that is no stream's."""
    return Entry(stream=stream, state=decider_of(stream).initial)


def apply(draft: dict[str, EntryDraft], recorded: Recorded) -> None:
    """Take one event in; those that the log keeps about itself are no activity's, and left out."""
    if is_about_log(recorded.stream):
        return
    try:
        drafted(draft, recorded.stream).take(recorded)
    except IllegalTransition as error:
        raise IllegalTransition(f"{recorded.place}: {error}") from None


def drafted(draft: dict[str, EntryDraft], stream: str) -> EntryDraft:
    """The draft of a stream's entry, a new one where there is none. Raises `InvalidValue` as `new_entry` does."""
    entry = draft.get(stream)
    if entry is None:
        entry = draft[stream] = EntryDraft(new_entry(stream))
    return entry


def finish(draft: Mapping[str, EntryDraft]) -> tuple[Entry, ...]:
    """The register, sorted by stream; an activity whose plan was retracted is none."""
    return activities(entry.entry() for entry in draft.values())


def activities(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries of activities, sorted by stream."""
    return tuple(sorted(filter(is_activity, entries), key=order))


def is_activity(entry: Entry) -> bool:
    """Whether something is there: nothing about the log itself is an activity, nor is one whose plan was retracted."""
    return not is_about_log(entry.stream) and entry.state.status is not Status.NEW


def order(entry: Entry) -> str:
    """By stream."""
    return entry.stream
