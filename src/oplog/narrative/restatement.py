"""Restatement: what has changed in what a published report told, statement by statement, and why.

The report is made twice by the present code: from the events that it knew, and from all that are known now. What is not
the same in both has changed by events. What the first of the two does not share with the published document has changed
by code.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Literal

from attrs import field, frozen

from oplog.domain.events import Corrected, FigureRestated, Retracted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from oplog.narrative.document import Document, Source
    from oplog.narrative.told import ToldStatement
    from oplog.recorded import Recorded

Why = Literal["late", "corrected", "both", "elsewhere", "code"]
"""By events that were recorded since, by corrections, by both, by changes elsewhere in the report, or by the code."""
PUTTING_RIGHT = (Retracted, Corrected, FigureRestated)


@frozen(kw_only=True)
class StatementChange:
    """A statement that is not what it was.

    `then` and `now` are what was told and what is told, None where it was not told, or is not any more; two that have
    the same text rest on other events. Of a statement that has changed by the code nobody keeps what it said, and
    `then` is None too; `number` is its number in the published report, from 1, and None for other changes. `behind` are
    the events that changed it, in order of position: those that were recorded since on what it rests on. Where there
    are none it follows from changes elsewhere: a count of statements, or a term that is introduced in another place.
    """

    then: ToldStatement | None
    now: ToldStatement | None
    why: Why
    behind: tuple[Recorded, ...] = ()
    number: int | None = None


@frozen(kw_only=True)
class Restatement:
    """What has changed in a published report.

    `publication` is the event that published it, `then` the report made again from the events that it knew, and
    `present` the report as it would be written now of the same days by the same configuration. Positions are the
    numbers that its readers' events have now, but for those in `then`; `sources` are its sources under these numbers,
    as far as its readers may still see them. `causes` says why `then`
    is not the document that was published, as `Retold.causes` does; there are none when it is. `changes` are in the
    order of reading; `recorded_since` says how many events were recorded since that its readers may see, and `names`
    how the activities are called in a sentence, by stream.
    `tell_restatement` makes a document of it, to be rendered in any format.
    """

    ref: str
    publication: Recorded
    then: Document
    sources: tuple[Source, ...]
    present: Document
    causes: tuple[str, ...]
    changes: tuple[StatementChange, ...]
    recorded_since: int
    names: Mapping[str, str] = field(factory=dict)

    @property
    def reproduced(self) -> bool:
        """Whether the report, made again from the events that it knew, is the one that was published."""
        return not self.causes


MOST_ASKED = 200
"""Of more events than this since the report nobody asks which of them bear on a statement: each is a report to make."""


class Since:
    """What was recorded since the report, and which of it bears on a statement.

    `without` gives what the report would tell if one of these events had not been recorded; None where nobody asks.
    """

    def __init__(
        self,
        events: Sequence[Recorded],
        history: Sequence[Recorded],
        without: Callable[[Recorded], Sequence[ToldStatement]] | None = None,
    ) -> None:
        self.events = events
        self._streams = {r.position: r.stream for r in history}
        self._at = {(r.stream, r.version): r.position for r in history}
        self._without = without if len(events) <= MOST_ASKED else None
        self._told: dict[int, dict[tuple[str, str], set[tuple[str, tuple[int, ...]]]]] = {}

    def behind(self, then: ToldStatement | None, now: ToldStatement | None) -> tuple[Recorded, ...]:
        """The events that changed a statement: without any of them it would be another.

        First those of the activities that it rests on are asked; if it is none of these, all the others.
        """
        before = set(then.positions) if then else set()
        after = set(now.positions) if now else set()
        cited = [r for r in self.events if r.position in after - before or self._concerned(r) & (before | after)]
        streams = {self._streams[p] for p in before | after if p in self._streams}
        near = [r for r in self.events if r.stream in streams]
        if self._without is None or (len(cited) == 1 and cited == near):
            return tuple(cited or [r for r in near if r.stream in {self._streams.get(p) for p in before ^ after}])
        for candidates in (near, [r for r in self.events if r.stream not in streams]):
            bearing = [r for r in candidates if self._bears(r, then, now)]
            if bearing:
                subjects = {subject for r in bearing if (subject := _put_right(r)) is not None}
                return tuple(r for r in self.events if r in bearing or _put_right(r) in subjects)
        return tuple(cited)

    def _bears(self, recorded: Recorded, then: ToldStatement | None, now: ToldStatement | None) -> bool:
        """Whether a statement would not be what it is now without an event."""
        told = self._told_without(recorded)
        if now is None:
            return then is not None and then.said in {said for said, _ in told.get(then.key, ())}
        if then is not None and then.said == now.said:
            return (now.said, now.positions) not in told.get(now.key, set())
        return now.said not in {said for said, _ in told.get(now.key, ())}

    def _told_without(self, recorded: Recorded) -> dict[tuple[str, str], set[tuple[str, tuple[int, ...]]]]:
        found = self._told.get(recorded.position)
        if found is None:
            found = self._told[recorded.position] = {}
            for one in self._without(recorded) if self._without else ():
                found.setdefault(one.key, set()).add((one.said, one.positions))
        return found

    def _concerned(self, recorded: Recorded) -> set[int]:
        """The positions of the events that a correction concerns; those that a correction of it concerned too."""
        event = recorded.event
        if not isinstance(event, (Retracted, Corrected)):
            return set()
        versions = (event.of, *(event.along if isinstance(event, Retracted) else ()))
        return {self._at[recorded.stream, v] for v in versions if (recorded.stream, v) in self._at}


def _put_right(recorded: Recorded) -> tuple[object, ...] | None:
    """What an event puts right, so that all that did so one after another are told; None where it does not."""
    event = recorded.event
    if isinstance(event, Corrected):
        return recorded.stream, event.of, event.field
    return (recorded.stream, event.figure.key) if isinstance(event, FigureRestated) else None


def _why(behind: Sequence[Recorded]) -> Why:
    right = [r for r in behind if isinstance(r.event, PUTTING_RIGHT)]
    if not behind:
        return "elsewhere"
    if not right:
        return "late"
    return "corrected" if len(right) == len(behind) else "both"


def changed_by_events(
    then: Sequence[ToldStatement], now: Sequence[ToldStatement], since: Since
) -> Iterator[StatementChange]:
    """The statements that differ, what is about one thing held against each other."""
    old_by_key, new_by_key = _by_key(then), _by_key(now)
    for key in _in_order(list(new_by_key), list(old_by_key)):
        old, new = old_by_key.get(key, []), new_by_key.get(key, [])
        for before, after in _pairs(old, new):
            behind = since.behind(before, after)
            yield StatementChange(then=before, now=after, why=_why(behind), behind=behind)


def _by_key(told: Sequence[ToldStatement]) -> dict[tuple[str, str], list[ToldStatement]]:
    found: dict[tuple[str, str], list[ToldStatement]] = {}
    for one in told:
        found.setdefault(one.key, []).append(one)
    return found


def _in_order(now: list[tuple[str, str]], then: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The keys in the order of the present report; what is told no more stands after what it followed."""
    told = dict.fromkeys(then)
    gone = {*told} - {*now}
    following: dict[tuple[str, str] | None, list[tuple[str, str]]] = {}
    before: tuple[str, str] | None = None
    for key in told:
        if key in gone:
            following.setdefault(before, []).append(key)
        else:
            before = key
    return [*following.get(None, []), *(one for key in dict.fromkeys(now) for one in (key, *following.get(key, [])))]


def _pairs(
    old: Sequence[ToldStatement], new: Sequence[ToldStatement]
) -> Iterator[tuple[ToldStatement | None, ToldStatement | None]]:
    """What differs between two passages about one thing; statements that share most events are held together."""
    matcher = SequenceMatcher(None, [_said(one) for one in old], [_said(one) for one in new], autojunk=False)
    for what, i1, i2, j1, j2 in matcher.get_opcodes():
        if what == "equal":
            continue
        left = list(old[i1:i2])
        for after in new[j1:j2]:
            before = max(left, key=lambda one: _likeness(one, after), default=None)
            if before is not None and _likeness(before, after) > 0:
                left.remove(before)
                yield before, after
            else:
                yield None, after
        for before in left:
            yield before, None


def _said(one: ToldStatement) -> tuple[str, tuple[int, ...]]:
    return one.said, one.positions


def _likeness(one: ToldStatement, other: ToldStatement) -> float:
    """How much two statements share: the same words alone, or the events that both rest on, the nearer the better."""
    shared = len(set(one.positions) & set(other.positions)) / max(len(one.positions), len(other.positions), 1)
    words = SequenceMatcher(None, one.text.split(), other.text.split(), autojunk=False).ratio()
    return shared + words if shared or words > 0.6 else 0.0


def changed_by_code(
    published: Sequence[str], marks: Sequence[str], told: Sequence[ToldStatement]
) -> Iterator[StatementChange]:
    """The statements that this code tells otherwise of the very events that a report was made from.

    `published` are the marks of its statements as they were published, and `marks` those of what is `told` now.
    """
    matcher = SequenceMatcher(None, published, marks, autojunk=False)
    for what, i1, i2, j1, j2 in matcher.get_opcodes():
        if what == "equal":
            continue
        for n in range(max(i2 - i1, j2 - j1)):
            now = told[j1 + n] if j1 + n < j2 else None
            yield StatementChange(then=None, now=now, why="code", number=i1 + n + 1 if i1 + n < i2 else None)
