"""Verify: hold what is stored against itself, against the tree over it, and against checkpoints kept elsewhere.

Every event is read once, in order, and nothing of it is kept but a number for each stream, so that a log of any size is
verified in little memory. A database that was changed with all that lies in it is consistent with itself; only a
checkpoint that is kept where its holder cannot reach it can tell. See docs/explanation/integrity.md.
"""

from __future__ import annotations

import itertools
import struct
from typing import TYPE_CHECKING

import attrs
from attrs import define, field, frozen

from oplog.errors import Damaged, InvalidValue
from oplog.findings import Finding, found_at
from oplog.integrity.entry import entry_bytes
from oplog.integrity.signing import is_key_name
from oplog.integrity.tree import Frontier, leaf_hash
from oplog.store.derive import derive, lacks_salt
from oplog.store.recorder import Derived, Unread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from oplog.store.recorder import Row, StoredRow, StoredTree

_COLUMNS = tuple(column.name for column in attrs.fields(Derived))


@frozen
class SignedTree:
    """What a checkpoint called `name` says of a log: that its first `size` events have this root."""

    size: int
    root: bytes
    name: str


@define
class _Progress:
    """What is known after the events read so far."""

    tree: Frontier = field(factory=Frontier)
    position: int = 0
    versions: dict[str, int] = field(factory=dict)
    unsalted: int = 0
    first_unsalted: Row | None = None


def verify(
    rows: Iterable[StoredRow | Unread],
    stored: StoredTree | None,
    signed: Sequence[SignedTree] = (),
    damage: Iterable[str] = (),
    progress: Callable[[int], None] = lambda _position: None,
) -> Iterator[Finding]:
    """All findings on the stored events, in order of position, then those on the whole.

    All are faults but one: that events have no salt is an observation. States that are kept of streams, and what the
    log says of itself, are not looked at here: the first are for `oplog.audit`, and checkpoints hold the origin.

    `stored` is the tree as it lies beside the events, None where the database has no place for it. `damage` is what the
    database found wrong with its own file. `progress` is told each position that was read.
    """
    yield from (_fault("database", f"the database finds its own file damaged: {told}") for told in damage)
    seen = _Progress()
    waiting = sorted(signed, key=lambda s: s.size)
    holding: list[SignedTree] = []
    while waiting and waiting[0].size == 0:
        yield from _held(waiting.pop(0), seen, holding)
    for item in rows:
        if isinstance(item, Unread):
            yield _unread(item)
            continue
        yield from _row(item, seen)
        progress(item.row.position)
        while waiting and waiting[0].size == seen.tree.size:
            yield from _held(waiting.pop(0), seen, holding)
    if stored is not None and seen.position < stored.end:
        told = f"nothing can be read after position {seen.position}, though the last one is {stored.end}"
        yield Finding(rule="sequence", severity="fault", message=told, position=seen.position + 1)
    for late in waiting:
        yield _fault(
            "checkpoint",
            f"{late.name} was signed over {late.size} events, but the log has {seen.tree.size}:"
            f" {_events_are(late.size - seen.tree.size)} missing, from its end, as in an older copy, or from anywhere",
        )
    yield from _contradictions(signed, holding)
    if stored is not None and (stored.size, stored.frontier) != (seen.tree.size, seen.tree.to_bytes()):
        told = f"has {stored.size} leaves" if stored.size != seen.tree.size else "has another root"
        yield _fault("tree", f"the tree that is stored {told}; the events give {seen.tree.size} leaves")
    if seen.first_unsalted is not None:
        have = "1 event has" if seen.unsalted == 1 else f"{seen.unsalted} events have"
        yield found_at(
            seen.first_unsalted,
            "salt",
            f"{have} no salt, this one first: whoever guesses what such an event says can make sure of it by its hash,"
            " which proofs of neighbours show",
            "observation",
        )


def _row(item: StoredRow, seen: _Progress) -> Iterator[Finding]:
    row = item.row
    if row.position != seen.position + 1:
        missing = row.position - seen.position - 1
        what = f"{_events_are(missing)} missing" if missing > 0 else "out of order"
        yield found_at(row, "sequence", f"position {seen.position + 1} was expected after {seen.position}; {what}")
    seen.position = row.position
    expected = seen.versions.get(row.stream, 0) + 1
    if row.version != expected:
        yield found_at(row, "sequence", f"version {expected} of the stream was expected")
    # A damaged file may hold something else than a number.
    seen.versions[row.stream] = row.version if isinstance(row.version, int) else expected
    leaf, wrong_event = leaf_of(row)
    if wrong_event is not None:
        yield found_at(row, "leaf", f"what is stored cannot be an event: {wrong_event}")
    elif item.leaf is not None and item.leaf != leaf:
        yield found_at(row, "leaf", "the event or its leaf was changed: the leaf is not that of what is stored")
    seen.tree.append(leaf)
    if item.derived is not None and item.derived != (whole := derive(row.state)):
        wrong = [name for name in _COLUMNS if getattr(item.derived, name) != getattr(whole, name)]
        yield found_at(row, "index", f"{', '.join(wrong)} beside the event is not what the event says")
    if lacks_salt(row.state):
        seen.unsalted += 1
        seen.first_unsalted = seen.first_unsalted or row


def leaf_of(row: Row) -> tuple[bytes, str | None]:
    """The leaf of a stored event, and None; of what cannot be one, the leaf of nothing, and the reason."""
    try:
        return leaf_hash(entry_bytes(row.position - 1, row.stream, row.version, row.name, row.state)), None
    except (InvalidValue, TypeError, struct.error) as error:
        return leaf_hash(b""), str(error)


def _unread(item: Unread) -> Finding:
    events = f"the events from position {item.first} to {item.last}" if item.last > item.first else "the event"
    told = item.told.removeprefix("the log cannot be read: ")
    return Finding(rule="database", severity="fault", message=f"{events} cannot be read: {told}", position=item.first)


def _held(signed: SignedTree, seen: _Progress, holding: list[SignedTree]) -> Iterator[Finding]:
    """Hold one checkpoint against as many events; to `holding`, those before it that hold, it is added if it does."""
    if seen.tree.root() == signed.root:
        holding.append(signed)
        return
    where = f"what differs lies somewhere among the first {signed.size}"
    if holding and 0 < holding[-1].size < signed.size:
        good = holding[-1]
        where += (
            f"; after position {good.size} if {signed.name} continues {good.name}, which holds up to there. If it does"
            " not, the two contradict each other, and the key may have signed two histories"
        )
    yield _fault("checkpoint", f"{signed.name} was signed over other events: {where}")


def _contradictions(signed: Sequence[SignedTree], holding: Sequence[SignedTree]) -> Iterator[Finding]:
    """Name the checkpoints that cannot both be true, whatever the log holds.

    Two of one size have one root; and what is not the beginning of this log is not that of a tree which is.
    """
    for one, other in itertools.combinations(sorted(signed, key=lambda s: s.size), 2):
        apart = one.root != other.root if one.size == other.size else other in holding and one not in holding
        if apart:
            yield _fault(
                "checkpoint",
                f"{one.name} and {other.name} contradict each other: no log begins with both, and a key that signs both"
                " signs two histories",
            )


def about_findings(about: Mapping[str, str]) -> tuple[Finding, ...]:
    """What is wrong with what a log says of itself: its origin must be a name, or nothing could be signed under it."""
    origin = about.get("origin")
    if origin is None:
        return (_fault("origin", "the log does not say its origin any more: it was damaged or changed"),)
    if not is_key_name(origin):
        return (_fault("origin", f"the origin {origin!r} is the name of no log"),)
    return ()


def unreadable(rule: str, error: Damaged) -> Finding:
    """What a damaged database does not give, of all that `rule` looks at."""
    return _fault(rule, str(error))


def _events_are(count: int) -> str:
    return f"{count} event is" if count == 1 else f"{count} events are"


def _fault(rule: str, message: str) -> Finding:
    return Finding(rule=rule, severity="fault", message=message)
