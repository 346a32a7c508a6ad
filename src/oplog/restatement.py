"""Restatement: what has changed in what a published report told, statement by statement, and why.

The report is made twice by the present code: from the events that it knew, and from all that are known now. What is not
the same in both has changed by events. What the first of the two does not share with the published document has changed
by code.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Literal

from attrs import evolve, frozen

from oplog.domain.aggregates import is_about_log
from oplog.domain.events import Corrected, FigureRestated, Retracted
from oplog.narrative.plan import narrate
from oplog.narrative.sections import SECTIONS
from oplog.narrative.told import told_in
from oplog.reading import NOW
from oplog.retelling import configuration_of, extent_of, mark_of, read_of, retell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from oplog.domain.report import Published
    from oplog.narrative.document import Document
    from oplog.narrative.sections import Builder
    from oplog.narrative.told import ToldStatement
    from oplog.recorded import Recorded
    from oplog.retelling import Retold

Why = Literal["late events", "corrections", "late events and corrections", "other statements", "code"]
PUTTING_RIGHT = (Retracted, Corrected, FigureRestated)


@frozen(kw_only=True)
class StatementChange:
    """A statement that is not what it was.

    `then` and `now` are what was told and what is told, None where it was not told, or is not any more; two that have
    the same text rest on other events. Of a statement that has changed by "code" nobody keeps what it said, and `then`
    is None too; `number` is its number in the published report, from 1, and None for other changes. `behind` are the
    events that changed it, in order of position: those that were recorded since on what it rests on. Where there are
    none it follows from "other statements": a count of them, or a term that is introduced elsewhere now.
    """

    then: ToldStatement | None
    now: ToldStatement | None
    why: Why
    behind: tuple[Recorded, ...] = ()
    number: int | None = None


@frozen(kw_only=True)
class Restatement:
    """What has changed in a published report.

    `retold` is the report made again from the events that it knew, with the reasons if it is not the published one, and
    `present` the report as it would be written now of the same days by the same configuration. `changes` are in the
    order of reading; `recorded_since` says how many events were recorded since that the report did not know.
    `tell_restatement` makes a document of it, to be rendered in any format.
    """

    ref: str
    retold: Retold
    present: Document
    changes: tuple[StatementChange, ...]
    recorded_since: int


def restate(
    published: Recorded, history: Sequence[Recorded], root: str | None, sections: Sequence[Builder] = SECTIONS
) -> Restatement:
    """The restatement of a published report, from the history of its log. Raises what `retell` raises."""
    event: Published = published.event
    retold = retell(published, history, root, sections)
    # The report before this one stays that which it followed, whatever was published or retracted since.
    reports = [r for r in read_of(history, event.up_to) if is_about_log(r.stream)]
    activities = [r for r in NOW.events(history) if not is_about_log(r.stream)]
    read = sorted([*activities, *reports], key=lambda r: r.position)
    extent = evolve(extent_of(history), written_down=event.up_to)
    present = narrate(read, configuration_of(event), extent, sections)
    since = _Since([r for r in history if r.position > event.up_to and not is_about_log(r.stream)], history)
    by_code = _by_code(event, retold.document) if retold.reasons else ()
    by_events = _by_events(told_in(retold.document), told_in(present), since)
    return Restatement(
        ref=retold.ref,
        retold=retold,
        present=present,
        changes=(*by_events, *by_code),
        recorded_since=len(since.events),
    )


class _Since:
    """What was recorded since the report, by the stream and by the event that it concerns."""

    def __init__(self, events: Sequence[Recorded], history: Sequence[Recorded]) -> None:
        self.events = events
        self._streams = {r.position: r.stream for r in history}
        self._at = {(r.stream, r.version): r.position for r in history}

    def behind(self, then: ToldStatement | None, now: ToldStatement | None) -> tuple[Recorded, ...]:
        """The events that changed a statement."""
        before = set(then.positions) if then else set()
        after = set(now.positions) if now else set()
        new = [r for r in self.events if r.position in after - before or self._concerned(r) & (before | after)]
        if new:
            return tuple(new)
        streams = {self._streams[p] for p in before ^ after if p in self._streams}
        return tuple(r for r in self.events if r.stream in streams)

    def _concerned(self, recorded: Recorded) -> set[int]:
        """The positions of the events that a correction concerns; those that a correction of it concerned too."""
        event = recorded.event
        if not isinstance(event, (Retracted, Corrected)):
            return set()
        versions = (event.of, *(event.along if isinstance(event, Retracted) else ()))
        return {self._at[recorded.stream, v] for v in versions if (recorded.stream, v) in self._at}


def _why(behind: Sequence[Recorded]) -> Why:
    right = [r for r in behind if isinstance(r.event, PUTTING_RIGHT)]
    if not behind:
        return "other statements"
    if not right:
        return "late events"
    return "corrections" if len(right) == len(behind) else "late events and corrections"


def _by_events(then: Sequence[ToldStatement], now: Sequence[ToldStatement], since: _Since) -> Iterator[StatementChange]:
    """The statements that differ, what is about one thing held against each other."""
    keys = dict.fromkeys(one.key for one in (*now, *then))
    order = {key: n for n, key in enumerate(_in_order(list(keys), [t.key for t in then]))}
    for key in sorted(keys, key=order.__getitem__):
        old = [one for one in then if one.key == key]
        new = [one for one in now if one.key == key]
        for before, after in _pairs(old, new):
            behind = since.behind(before, after)
            yield StatementChange(then=before, now=after, why=_why(behind), behind=behind)


def _in_order(keys: list[tuple[str, str]], then: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The keys in the order of the present report; what is told no more stands after what it followed."""
    gone = [key for key in dict.fromkeys(then) if key not in keys]
    return [*keys, *gone]


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
    return one.text, one.positions


def _likeness(one: ToldStatement, other: ToldStatement) -> float:
    """How much two statements share: the same words alone, or the events that both rest on, the nearer the better."""
    shared = len(set(one.positions) & set(other.positions)) / max(len(one.positions), len(other.positions), 1)
    words = SequenceMatcher(None, one.text.split(), other.text.split(), autojunk=False).ratio()
    return shared + words if shared or words > 0.6 else 0.0


def _by_code(event: Published, retold: Document) -> Iterator[StatementChange]:
    """The statements that this code tells otherwise of the very events that the report was made from."""
    told = told_in(retold)
    matcher = SequenceMatcher(None, event.statements, [mark_of(one) for one in told], autojunk=False)
    for what, i1, i2, j1, j2 in matcher.get_opcodes():
        if what == "equal":
            continue
        for n in range(max(i2 - i1, j2 - j1)):
            now = told[j1 + n] if j1 + n < j2 else None
            yield StatementChange(then=None, now=now, why="code", number=i1 + n + 1 if i1 + n < i2 else None)
