"""A log as an audience may see it: without what is marked for others, and without a trace of it (ADR 21).

What is left is a history of its own: its events are numbered anew, and corrections, views and reports are made from it
as from any other. So nothing that is made from it can depend on what was left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, evolve, field, frozen

from oplog.domain.events import OF_EVENTS, Corrected, Marked, MarkingChanged, PartOfLinked, Planned, Retracted
from oplog.domain.report import Published
from oplog.errors import InvalidValue
from oplog.life import live
from oplog.recorded import Unknown
from oplog.redaction import SOURCE, WHOLE, hidden_with, list_of, overlaps, plain_without, within, without

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from oplog.domain.markings import Audience
    from oplog.life import Life
    from oplog.recorded import Recorded


@frozen
class Seen:
    """What an audience sees of a log.

    `history` are the events that it may see, numbered from 1 as if there were no others, in order. `position_of` gives
    the position in the log of each number. `hidden` are the positions of the events that are left out whole, `emptied`
    the fields that are left out of events that are seen, by position, and `streams` the streams of which nothing is
    left. `passed_over` are the events that it might see if this release knew them.
    """

    history: tuple[Recorded, ...]
    position_of: Mapping[int, int]
    hidden: frozenset[int]
    emptied: Mapping[int, tuple[str, ...]]
    streams: frozenset[str]
    passed_over: tuple[Recorded, ...] = ()


@frozen
class _Sight:
    """What is seen of a log before it is numbered anew: the closed streams, and what is seen of the others."""

    closed: frozenset[str]
    seen: Mapping[int, Recorded]
    emptied: Mapping[int, tuple[str, ...]]


def seen_by(
    audience: Audience,
    recorded: Iterable[Recorded],
    passed_over: Sequence[Recorded] = (),
    later: Sequence[Recorded] = (),
) -> Seen:
    """What an audience sees of the history of a log, which is given in order of position.

    `passed_over` are the events that a read left out because this release does not know them (`OpLog.passed_over`).
    `later` is what was recorded after the history, in order: it is not seen, and what it hides is not seen either.
    """
    history = list(recorded)
    if audience.sees is None or not any(map(_is_marked, [*history, *passed_over, *later])):
        numbers = {r.position: r.position for r in history}
        return Seen(tuple(history), numbers, frozenset(), {}, frozenset(), tuple(passed_over))
    now = _sight_now(audience, history, passed_over, later) if later else None
    sight = _sight(audience, history, passed_over, now)
    seen = sight.seen
    everything = sorted([*history, *passed_over], key=lambda r: r.position)
    hidden = frozenset(r.position for r in everything if r.position not in seen)
    left = {r.stream for r in seen.values()}
    return Seen(
        history=tuple(_numbered([seen[r.position] for r in history if r.position in seen], hidden, everything)),
        position_of=dict(_numbers([r.position for r in everything], hidden)),
        hidden=hidden,
        emptied=sight.emptied,
        streams=frozenset(r.stream for r in everything if r.stream not in left),
        passed_over=tuple(_numbered([one for one in passed_over if one.position in seen], hidden, everything)),
    )


def _sight(
    audience: Audience, history: Sequence[Recorded], passed_over: Sequence[Recorded], now: _Sight | None = None
) -> _Sight:
    """What is seen of a history; what is not seen `now` is not seen of it either."""
    streams: dict[str, list[Recorded]] = {}
    for one in history:
        streams.setdefault(one.stream, []).append(one)
    lives = {stream: live(stream, own) for stream, own in streams.items()}
    closed = {stream for stream, life in lives.items() if _is_closed(audience, life)}
    # What an unknown event says of the markings of its stream, and what those after it concern, nobody knows.
    unclear = {one.stream for one in passed_over}
    closed |= {one.stream for one in (*history, *passed_over) if one.stream in unclear and _is_marked(one)}
    closed |= now.closed if now else frozenset()
    seen: dict[int, Recorded] = {}
    emptied: dict[int, tuple[str, ...]] = {}
    for stream, life in lives.items():
        if stream not in closed:
            stripped = _strip(audience, life, frozenset(closed), now)
            seen.update(stripped.seen)
            emptied.update(stripped.emptied)
    for one in passed_over:
        tells_of_closed = isinstance(one.event, PartOfLinked) and one.event.parent in closed
        if one.stream not in closed and not tells_of_closed and (now is None or one.position in now.seen):
            seen[one.position] = one
    return _Sight(frozenset(closed), seen, emptied)


def _sight_now(
    audience: Audience, history: Iterable[Recorded], passed_over: Sequence[Recorded], later: Iterable[Recorded]
) -> _Sight:
    """What is seen of a history and of what was recorded after it."""
    known, unknown = [*history], [*passed_over]
    unclear = {one.stream for one in unknown}
    for one in later:
        if isinstance(one.event, Unknown):
            unclear.add(one.stream)
        (unknown if one.stream in unclear else known).append(one)
    return _sight(audience, known, unknown)


def _of_fields(recorded: Recorded) -> Mapping[str, str]:
    return recorded.field_markings.data if recorded.field_markings else {}


def _is_marked(recorded: Recorded) -> bool:
    """Whether an event carries a marking, or gives one: without any, everybody sees everything."""
    marks = isinstance(recorded.event, (MarkingChanged, Marked))
    marks = marks or (isinstance(recorded.event, Unknown) and "mark" in recorded.name)
    return marks or recorded.marking is not None or recorded.field_markings is not None


def marking_of(life: Life) -> str | None:
    """The marking of a stream: the one that was last given to it, else that of its plan; None for none.

    The plan's counts also where it was taken back, for what is left of such a stream tells of it.
    """
    plan = next((r for r in life.history if isinstance(r.event, Planned)), None)
    given = [r.event.marking for r in life.events if isinstance(r.event, MarkingChanged)]
    return str(given[-1]) if given else plan.marking if plan else None


def _is_closed(audience: Audience, life: Life) -> bool:
    """Whether nothing of a stream is seen: for its own marking, or because its plan, which has its title, is not."""
    if not audience.may_see(marking_of(life)):
        return True
    plan = next((r for r in life.history if isinstance(r.event, Planned)), None)
    return plan is not None and plan.position not in _strip(audience, life, frozenset()).seen


def _strip(audience: Audience, life: Life, closed: frozenset[str], now: _Sight | None = None) -> _Stripped:
    """What is seen of a stream; what is not seen `now` is not seen of it either.

    An event whose corrections no longer fit it without what is hidden is not seen either, rather than told as it was.
    """
    known = {one.version for one, _ in life.astray}
    out = {r.version for r in life.history if now is not None and r.position not in now.seen}
    while True:
        stripped = _Stripped(audience, life, closed, now.emptied if now else {}, out=set(out))
        stripped.strip()
        astray = [one for one, _ in live(life.stream, stripped.seen.values()).astray if one.version not in known]
        if not astray:
            return stripped
        concerned = {one.event.of for one in astray}
        out |= {one.version for one in astray} if concerned <= out else concerned


@define
class _Stripped:
    """One stream that is not closed: what is seen of it, by position, as it was recorded but for what is hidden.

    `out` are the versions of what is not seen, and `without` the fields that are not seen whatever is marked here.
    """

    audience: Audience
    life: Life
    closed: frozenset[str]
    without: Mapping[int, tuple[str, ...]]
    seen: dict[int, Recorded] = field(factory=dict)
    emptied: dict[int, tuple[str, ...]] = field(factory=dict)
    out: set[int] = field(factory=set)

    def strip(self) -> None:
        """Decide on every event; on those that concern others last, for they go with what they concern."""
        for recorded in self.life.history:
            self._withdraw_unseen(recorded)
        concerning = []
        for recorded in self.life.history:
            if recorded.version in self.out:
                continue
            if isinstance(recorded.event, OF_EVENTS):
                concerning.append(recorded)
            else:
                self._see(recorded, self._without_hidden(recorded))
        # From the first to the last: a correction can be marked, or taken back, by a later event alone.
        for recorded in concerning:
            self._see(recorded, self._concerning(recorded))
        self.seen = dict(sorted(self.seen.items()))

    def _withdraw_unseen(self, recorded: Recorded) -> None:
        """What a hidden retraction took back is not seen either: it should not have been recorded."""
        event = recorded.event
        if isinstance(event, Retracted) and recorded.version not in self.life.withdrawn and not self._may_see(recorded):
            self.out.update((event.of, *event.along))

    def _see(self, recorded: Recorded, as_seen: Recorded | None) -> None:
        if as_seen is None:
            self.out.add(recorded.version)
        else:
            self.seen[recorded.position] = evolve(as_seen, marking=None, field_markings=None)

    def _may_see(self, recorded: Recorded) -> bool:
        marked = self.life.as_marked(recorded)
        if isinstance(recorded.event, OF_EVENTS) and not all(
            self.audience.may_see(marking) for marking in _of_fields(marked).values()
        ):
            return False
        # The marking of a plan was replaced where that of its stream was changed.
        return isinstance(recorded.event, Planned) or self.audience.may_see(marked.marking)

    def _without_hidden(self, recorded: Recorded) -> Recorded | None:
        """An event of the activity as it is seen; None when it is not."""
        event = recorded.event
        if not self._may_see(recorded):
            return None
        if isinstance(event, MarkingChanged) and not all(map(self.audience.may_see, self._ever(recorded, "marking"))):
            return None
        if isinstance(event, PartOfLinked) and any(one in self.closed for one in self._ever(recorded, "parent")):
            return None
        hidden = self._hidden_in(recorded)
        as_seen = without(recorded, hidden)
        if as_seen is not None and hidden:
            self.emptied[recorded.position] = tuple(sorted(hidden))
        return as_seen

    def _ever(self, recorded: Recorded, name: str) -> list[str]:
        """What a field says, and what a correction made of it."""
        corrected = [c.event.new for c in self.life.corrections_of(recorded) if c.event.field == name]
        return [getattr(recorded.event, name), *(str(new) for new in corrected)]

    def _hidden_in(self, recorded: Recorded) -> set[str]:
        """The paths of what is not seen of an event: what is marked so, and what an unseen correction had changed."""
        marked = self.life.as_marked(recorded)
        cls = type(recorded.event)
        corrections = self.life.corrections_of(recorded)
        paths = [path for path, marking in _of_fields(marked).items() if not self.audience.may_see(marking)]
        paths += [c.event.field for c in corrections if not self._may_see(c)]
        hidden = {*self.without.get(recorded.position, ())}
        for path in paths:
            try:
                whole = path if path == SOURCE else hidden_with(cls, path)
            except InvalidValue:  # no field that can be left out: such as the date, on which its place depends
                whole = WHOLE
            items = list_of(whole)
            # A correction can have changed which item of a list has which number.
            if items is not None and any(overlaps(c.event.field, items) for c in corrections):
                whole = items
            hidden.add(whole)
        return {path for path in hidden if not any(within(path, other) for other in hidden)}

    def _concerning(self, recorded: Recorded) -> Recorded | None:
        """An event that concerns others of the stream as it is seen; None when it is not."""
        event = recorded.event
        if not self._may_see(recorded):
            return None
        if isinstance(event, Retracted):
            left = [of for of in (event.of, *event.along) if of not in self.out]
            return evolve(recorded, event=evolve(event, of=left[0], along=tuple(left[1:]))) if left else None
        if event.of in self.out:
            return None
        if isinstance(event, Marked):
            return recorded if self.audience.may_see(event.marking) else None
        return self._correction(recorded, event)

    def _correction(self, recorded: Recorded, event: Corrected) -> Recorded | None:
        target = next((r for r in self.life.history if r.version == event.of), None)
        hidden = self.emptied.get(target.position, ()) if target else ()
        if any(event.field == path or within(event.field, path) for path in hidden):
            return None
        inner = [path for path in hidden if within(path, event.field)]
        if not inner:
            return recorded
        old, new = (plain_without(value, event.field, inner) for value in (event.old, event.new))
        return evolve(recorded, event=evolve(event, old=old, new=new)) if old != new else None


def _numbers(positions: Iterable[int], hidden: frozenset[int]) -> Iterable[tuple[int, int]]:
    """The number that each position has when the hidden ones are not counted, with the position."""
    before = 0
    for position in positions:
        if position in hidden:
            before += 1
        else:
            yield position - before, position


def _numbered(seen: Iterable[Recorded], hidden: frozenset[int], everything: Sequence[Recorded]) -> Iterable[Recorded]:
    """The events with the positions and versions that they would have if there were no hidden ones."""
    numbers = {position: number for number, position in _numbers([r.position for r in everything], hidden)}
    versions = _versions(everything, hidden)
    unseen = {recorded.id for recorded in everything if recorded.position in hidden}
    for recorded in seen:
        own, event = versions[recorded.stream], recorded.event
        if isinstance(event, Retracted):
            event = evolve(event, of=own.get(event.of, event.of), along=tuple(own.get(of, of) for of in event.along))
        elif isinstance(event, OF_EVENTS):
            event = evolve(event, of=own.get(event.of, event.of))
        elif isinstance(event, Published):
            event = evolve(event, up_to=max(1, sum(position <= event.up_to for position in numbers)))
        yield evolve(
            recorded,
            position=numbers[recorded.position],
            version=own[recorded.version],
            event=event,
            causation_id=None if recorded.causation_id in unseen else recorded.causation_id,
        )


def _versions(everything: Iterable[Recorded], hidden: frozenset[int]) -> dict[str, dict[int, int]]:
    """By stream and by version, the version that an event has when the hidden ones are not counted."""
    found: dict[str, dict[int, int]] = {}
    before: dict[str, int] = {}
    for recorded in everything:
        if recorded.position in hidden:
            before[recorded.stream] = before.get(recorded.stream, 0) + 1
        else:
            own = found.setdefault(recorded.stream, {})
            own[recorded.version] = recorded.version - before.get(recorded.stream, 0)
    return found
