"""The register: the current state of every activity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from oplog.domain.access import TRAIL
from oplog.domain.activity import Activity
from oplog.domain.aggregates import decider_of
from oplog.errors import IllegalTransition

if TYPE_CHECKING:
    from datetime import datetime

    from oplog.domain.when import When
    from oplog.recorded import Recorded


@frozen(kw_only=True)
class Entry:
    """One stream of the register.

    `state` is the aggregate's state, `version` and `position` those of its last event and `recorded_at` its time.
    `since` is when the present status came about in the world (the effective time of the event that set it), None when
    unknown.
    """

    stream: str
    state: Any
    version: int = 0
    position: int = 0
    recorded_at: datetime | None = None
    since: When | None = None

    @property
    def title(self) -> str:
        """What it is called; the stream's name before it was planned, and of the access trail."""
        plan = self.state.plan if isinstance(self.state, Activity) else None
        return plan.title if plan else self.stream

    def after(self, recorded: Recorded) -> Entry:
        """The entry after one more event of the stream. Raises `IllegalTransition` or `UnknownEvent`."""
        state = decider_of(self.stream).evolve(self.state, recorded.event)
        moved = state.status is not self.state.status
        return Entry(
            stream=self.stream,
            state=state,
            version=recorded.version,
            position=recorded.position,
            recorded_at=recorded.recorded_at,
            since=recorded.effective if moved else self.since,
        )


def new_entry(stream: str) -> Entry:
    """The entry of a stream without events. Raises `InvalidValue` for a name that is no stream's."""
    return Entry(stream=stream, state=decider_of(stream).initial)


def apply(draft: dict[str, Entry], recorded: Recorded) -> None:
    """Take one event in; those of the access trail are no activity's, and left out."""
    if recorded.stream == TRAIL:
        return
    entry = draft.get(recorded.stream) or new_entry(recorded.stream)
    try:
        draft[recorded.stream] = entry.after(recorded)
    except IllegalTransition as error:
        place = f"position {recorded.position} ({recorded.stream}, version {recorded.version})"
        raise IllegalTransition(f"{place}: {error}") from None


def finish(draft: dict[str, Entry]) -> tuple[Entry, ...]:
    """The register, sorted by stream."""
    return tuple(draft[stream] for stream in sorted(draft))
