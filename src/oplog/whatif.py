"""What if: the log as it would read if something had not happened. The log itself is never touched."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Any

from attrs import frozen

from oplog.differences import Differences, compare
from oplog.domain.events import OF_EVENTS, Corrected, Retracted
from oplog.errors import IllegalTransition, InvalidValue, NoSuchEvent, NoSuchStream
from oplog.life import live
from oplog.projections.impact import cause_named
from oplog.projections.register import Entry, new_entry
from oplog.projections.trace import following
from oplog.reading import NOW, Reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from oplog.recorded import Recorded


@frozen(kw_only=True)
class WhatIf:
    """What would be so if some events had not happened.

    `left_out` are these events, in order of position, and `impossible` those that could not have happened without them,
    each with the reason; they are left out as well. `moot` are the corrections and retractions of all these, which then
    concern nothing and go with them, each with what it concerned. In `differences`, `one` is what is so with all of
    them, and `other` what would be so without.
    """

    left_out: tuple[Recorded, ...]
    impossible: tuple[tuple[Recorded, str], ...]
    moot: tuple[tuple[Recorded, str], ...]
    differences: Differences


def without(
    history: Iterable[Recorded],
    reading: Reading = NOW,
    *,
    cause: str | None = None,
    stream: str | None = None,
    position: int | None = None,
) -> WhatIf:
    """Leave out a cause with what followed from it, a stream or one event; see `OpLog.without`.

    The events that remain are taken as they are read, and in that order. Without a correction, the event that it
    concerns is read as if the correction had never been made, and the corrections that build upon it are impossible.
    """
    if [cause, stream, position].count(None) != 2:
        raise InvalidValue("name one thing that had not happened: a cause, a stream or a position")
    known = list(takewhile(reading.knows, history))
    read = reading.events(known)
    concerned = next((r for r in known if r.position == position), None) if position is not None else None
    astray: list[tuple[Recorded, str]] = []
    if concerned is not None and isinstance(concerned.event, OF_EVENTS):
        chosen = [concerned]
        others = [r for r in known if r is not concerned]
        astray = _newly_astray(concerned.stream, known, others)
        kept = reading.events(others)
    else:
        chosen = _chosen(read, cause, stream, position)
        kept = read
    out = {r.position for r in (*chosen, *(r for r, _ in astray))}
    kept = [r for r in kept if r.position not in out]
    possible, impossible = _possible(kept)
    out |= {r.position for r, _ in impossible}
    moot = tuple(_moot(known, out))
    concerning = {r.position for r, _ in moot}
    possible = [r for r in possible if r.position not in concerning]
    return WhatIf(
        left_out=tuple(sorted(chosen, key=lambda r: r.position)),
        impossible=tuple(sorted((*astray, *impossible), key=lambda found: found[0].position)),
        moot=moot,
        differences=compare(read, possible),
    )


def _newly_astray(stream: str, history: Iterable[Recorded], others: Iterable[Recorded]) -> list[tuple[Recorded, str]]:
    """The corrections of a stream that build upon one that is not among the others, each with the reason."""
    before, after = (live(stream, (r for r in events if r.stream == stream)) for events in (history, others))
    known = {recorded.position for recorded, _ in before.astray}
    return [(recorded, reason) for recorded, reason in after.astray if recorded.position not in known]


def _chosen(read: Sequence[Recorded], cause: str | None, stream: str | None, position: int | None) -> list[Recorded]:
    if cause is not None:
        named = cause_named((name for r in read if (name := _cause_of(r)) is not None), cause)
        # Corrections are of the record, and follow from nothing that was so in the world.
        happened = [r for r in read if not isinstance(r.event, OF_EVENTS)]
        concerned = following(happened, (r.position for r in happened if _cause_of(r) == named))
        return [r for r in happened if r.position in concerned]
    if stream is not None:
        found = [r for r in read if r.stream == stream]
        if not found:
            raise NoSuchStream(f"nothing of {stream} is read, by these clocks")
        return found
    found = [r for r in read if r.position == position]
    if not found:
        raise NoSuchEvent(
            f"no event at position {position} is read: there is none, it was retracted, or it came about later"
        )
    return found


def _cause_of(recorded: Recorded) -> str | None:
    cause = getattr(recorded.event, "cause", None)
    return None if cause is None else str(cause.name)


def _moot(history: Iterable[Recorded], out: set[int]) -> Iterator[tuple[Recorded, str]]:
    """The corrections and retractions, not left out themselves, that concern what is; by way of each other too."""
    gone: dict[tuple[str, int], Recorded] = {}
    for recorded in history:
        event = recorded.event
        if recorded.position in out:
            gone[recorded.stream, recorded.version] = recorded
        elif isinstance(event, OF_EVENTS):
            concerned = (event.of, *event.along) if isinstance(event, Retracted) else (event.of,)
            found = next((gone[recorded.stream, of] for of in concerned if (recorded.stream, of) in gone), None)
            if found is not None:
                gone[recorded.stream, recorded.version] = recorded
                what = _concerns(event)
                left = "left out" if found.position in out else "one of these"
                yield recorded, f"{what} the event at position {found.position}, which is {left}"


def _concerns(event: Any) -> str:
    """What an event that concerns another does to it, before the words for that one."""
    if isinstance(event, Retracted):
        return "it takes back"
    verb = "corrects" if isinstance(event, Corrected) else "marks"
    return f"it {verb} the field {event.field} of" if event.field else "it marks"


def _possible(kept: Iterable[Recorded]) -> tuple[list[Recorded], list[tuple[Recorded, str]]]:
    """The events that can have happened one after the other, and those that cannot, with the reason."""
    entries: dict[str, Entry] = {}
    possible: list[Recorded] = []
    impossible: list[tuple[Recorded, str]] = []
    for recorded in kept:
        entry = entries.get(recorded.stream) or new_entry(recorded.stream)
        try:
            entries[recorded.stream] = entry.after(recorded)
        except IllegalTransition as error:
            impossible.append((recorded, str(error)))
        else:
            possible.append(recorded)
    return possible, impossible
