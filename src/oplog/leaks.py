"""What a report for an audience would give away of what it leaves out, or would tell otherwise than it is.

The report itself carries no trace of what its readers may not see. But what they may see can: a total less its visible
parts, a note that names somebody who is hidden elsewhere. No program can put that right, so it is found and told.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Any

from attrs import frozen

from oplog.domain.events import FigureRecorded, FigureRestated, Marked, MarkingChanged, Planned
from oplog.domain.values import add
from oplog.findings import Finding, found_at
from oplog.life import live
from oplog.narrative.window import state_after
from oplog.store.wire import to_wire
from oplog.sums import given_away

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from oplog.audience import Seen
    from oplog.domain.markings import Audience
    from oplog.reading import Reading
    from oplog.recorded import Recorded

SHORTEST = 4
"""Hidden names of fewer letters are not looked for elsewhere."""


def leaks(
    audience: Audience, known: Sequence[str], history: Sequence[Recorded], seen: Seen, reading: Reading
) -> tuple[Finding, ...]:
    """The findings on what an audience sees of a history; `known` are the markings that there are, as configured.

    `unknown-marking` (observation): a marking that is none of those known, so that only the most trusted see what has
    it. `subtraction` (fault): a visible total gives a hidden figure away. `named-elsewhere` (observation): a visible
    text names what is hidden. `hidden-change` (observation): the status that is seen is not the real one.
    """
    found = list(_unknown(history, known))
    if seen.hidden or seen.emptied:
        both = _Both(audience, reading.events(history), reading.events(seen.history), seen)
        for rule in (_breakdowns, _totals, _named, _changed):
            found += rule(both)
    return tuple(found)


@frozen
class _Both:
    """The log as it is and as the audience sees it, each as it is read."""

    audience: Audience
    whole: Sequence[Recorded]
    part: Sequence[Recorded]
    seen: Seen

    def position(self, recorded: Recorded) -> int:
        """The position in the log of an event that is seen."""
        return self.seen.position_of[recorded.position]


def _unknown(history: Iterable[Recorded], known: Sequence[str]) -> Iterator[Finding]:
    """The markings that are no word of the scheme; one that was taken back marks nothing any more."""
    own = _by_stream(history)
    withdrawn = {(stream, version) for stream, events in own.items() for version in live(stream, events).withdrawn}
    for recorded in chain.from_iterable(own.values()):
        if (recorded.stream, recorded.version) in withdrawn:
            continue
        for what, marking in _markings(recorded):
            if marking not in known:
                message = (
                    f"the marking {marking!r} of {what} is none of {', '.join(known)}: only the most trusted see it"
                )
                yield found_at(recorded, "unknown-marking", message, "observation")


def _markings(recorded: Recorded) -> Iterator[tuple[str, str]]:
    event = recorded.event
    if recorded.marking is not None:
        yield "the event", recorded.marking
    if recorded.field_markings is not None:
        yield from ((f"the field {path}", marking) for path, marking in recorded.field_markings.by_field)
    if isinstance(event, MarkingChanged):
        yield "the stream", event.marking
    if isinstance(event, Marked):
        yield f"version {event.of}", event.marking


def _breakdowns(both: _Both) -> Iterator[Finding]:
    """A part that is hidden alone is what the visible parts leave of the value; so are several that are all 0."""
    whole = {r.position: r for r in both.whole}
    for recorded in both.part:
        position = both.position(recorded)
        if not isinstance(recorded.event, (FigureRecorded, FigureRestated)) or position not in both.seen.emptied:
            continue
        shown, figure = recorded.event.figure, whole[position].event.figure
        hidden = [part for part in figure.breakdown if part not in shown.breakdown]
        if not shown.breakdown or not figure.complete or not hidden:
            continue
        if len(hidden) == 1 or not add(part.value for part in hidden):
            yield found_at(
                whole[position],
                "subtraction",
                f"{shown.value} {shown.name} less the parts that {both.audience.name} sees gives the hidden"
                f" {' and '.join(repr(part.label) for part in hidden)} away; hide figure.breakdown as a whole",
            )


def _totals(both: _Both) -> Iterator[Finding]:
    """A visible figure that is the sum of others of which one alone is hidden gives that one away."""
    for row, size, unseen in given_away(both.whole, both.part):
        message = (
            f"{row.figure.value} {row.figure.name} is the sum of {size} figures of which"
            f" {both.audience.name} does not see that of {unseen.stream} alone, and so gives it away"
        )
        yield Finding(
            rule="subtraction",
            severity="fault",
            message=message,
            position=both.seen.position_of[row.positions[0]],
            stream=row.stream,
        )


def _named(both: _Both) -> Iterator[Finding]:
    """What is hidden in one place and named in another."""
    names = {name for name in _hidden_names(both) if len(name) >= SHORTEST}
    if not names:
        return
    longest_first = sorted(names, key=len, reverse=True)
    # Not \b: a name that ends in a bracket or a sign has no boundary of a word there.
    wanted = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
    for recorded in both.part:
        for field, value in {**to_wire(recorded.event), "source": recorded.source}.items():
            match = next((m for text in _texts(value) if (m := wanted.search(text))), None)
            if match:
                message = f"its {field} names {match[0]!r}, which {both.audience.name} may not see elsewhere"
                yield Finding(
                    rule="named-elsewhere",
                    severity="observation",
                    message=message,
                    position=both.position(recorded),
                    stream=recorded.stream,
                )


def _hidden_names(both: _Both) -> Iterator[str]:
    for recorded in both.whole:
        paths = both.seen.emptied.get(recorded.position, ())
        hidden = recorded.position in both.seen.hidden
        event = recorded.event
        if recorded.stream in both.seen.streams:
            yield recorded.stream
            if isinstance(event, Planned):
                yield event.title
        if (hidden or "cause" in paths) and getattr(event, "cause", None) is not None:
            yield event.cause.name
        partners = getattr(event, "partners", ())
        yield from (p for n, p in enumerate(partners) if hidden or "partners" in paths or f"partners.{n}" in paths)
        if hidden and hasattr(event, "partner"):
            yield event.partner


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)


def _changed(both: _Both) -> Iterator[Finding]:
    """A stream of which a change of status is hidden is told as what it no longer is."""
    whole, part = (_by_stream(events) for events in (both.whole, both.part))
    for stream, events in part.items():
        is_so, is_seen = (state_after(stream, these).status for these in (whole[stream], events))
        if is_so is not is_seen:
            yield Finding(
                rule="hidden-change",
                severity="observation",
                message=f"{both.audience.name} sees it as {is_seen.value}, and it is {is_so.value}: what changed that"
                " is hidden",
                stream=stream,
            )


def _by_stream(events: Iterable[Recorded]) -> dict[str, list[Recorded]]:
    found: dict[str, list[Recorded]] = {}
    for recorded in events:
        found.setdefault(recorded.stream, []).append(recorded)
    return found
