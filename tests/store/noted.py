"""A projection of somebody's own: how many notes each stream has, and when. A note that says "poison" breaks it."""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003 - rows are stored: the codec reads the types of their fields
from typing import TYPE_CHECKING, Literal

from attrs import frozen

from oplog import Projection, events

if TYPE_CHECKING:
    from oplog import Recorded

poison = "poison"


@frozen(kw_only=True)
class Noted:
    """The notes of one stream."""

    stream: str
    size: Literal["one", "several"]
    count: int
    first: datetime
    days: tuple[date, ...]
    ends: tuple[str, date | None]


def apply(draft: dict[str, list[Recorded]], recorded: Recorded) -> None:
    """Take one event in."""
    if isinstance(recorded.event, events.NoteRecorded):
        if recorded.event.text == poison:
            raise ZeroDivisionError("no such note can be counted")
        draft.setdefault(recorded.stream, []).append(recorded)


def finish(draft: dict[str, list[Recorded]]) -> tuple[Noted, ...]:
    """The streams that have notes, sorted."""
    return tuple(sorted((noted(stream, notes) for stream, notes in draft.items()), key=order))


def noted(stream: str, notes: list[Recorded]) -> Noted:
    """One row."""
    first, last = notes[0], notes[-1]
    return Noted(
        stream=stream,
        size="one" if len(notes) == 1 else "several",
        count=len(notes),
        first=first.recorded_at,
        days=tuple(note.last_day for note in notes),
        ends=(last.event.text, last.effective and last.effective.latest),
    )


def order(row: Noted) -> str:
    """By stream."""
    return row.stream


def tied(draft: dict[str, list[Recorded]]) -> tuple[Noted, ...]:
    """The streams that have notes, by how many; of as many, by stream."""
    return tuple(sorted(finish(draft), key=by_count))


def by_count(row: Noted) -> int:
    """By how many notes there are, which does not tell streams apart."""
    return row.count


NOTED = Projection("noted", 1, dict, apply, finish, Noted, order)
TIED = Projection("tied", 1, dict, apply, tied, Noted, by_count)
