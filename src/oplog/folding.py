"""Folding one stream into its rows of a view, in the form in which they are stored, and what made them.

A stored view is made of its streams (ADR 16): whoever brings one up to date, whoever builds it anew and whoever audits
it fold a stream by the same function.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from oplog.errors import InvalidValue, OplogError, Undecodable
from oplog.findings import Finding, found_at
from oplog.forms_read import defined_apart, forms_read
from oplog.kept import entry_data, read_entry_data
from oplog.life import live
from oplog.projections.register import Entry
from oplog.sources import sources_of
from oplog.store.wire import dump, from_wire, load, to_wire, wire_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from oplog.findings import Placed
    from oplog.life import Life
    from oplog.projections import Projection
    from oplog.recorded import Recorded
    from oplog.store.recorder import Row

_ROOTS = ("oplog.folding", "oplog.life", "oplog.store.codec", "oplog.store.wire")


@frozen
class Fold:
    """What makes the rows of a view: `digest` (SHA-256, hex) is its fingerprint.

    `sources` has the digest of each file, and of the form of each event that is read.
    """

    digest: str
    sources: Mapping[str, str]


@cache
def fold_of(projection: Projection) -> Fold:
    """The fold fingerprint of a projection: its name and version, and the sources that events and rows are made with.

    Of the events it has the forms of those that the projection reads, and of those that decide in which order a stream
    is read, and no others. Raises `InvalidValue` for a projection that cannot be stored: it has no rows, or rows with a
    field of a type that is not known when the program runs, or a function whose source cannot be found.
    """
    if projection.row is None or projection.order is None:
        raise InvalidValue(
            f"the view of {projection.name} cannot be stored: the projection does not say that it is made of those of"
            " streams (row and order)"
        )
    parts = (projection.begin, projection.apply, projection.finish, projection.order, projection.row)
    try:
        sources = {**sources_of(parts, _ROOTS, defined_apart()), **forms_read(projection.reads)}
        if projection.row is not Entry:
            wire_type(projection.row)
    except (InvalidValue, NameError, TypeError) as error:
        raise InvalidValue(f"the view of {projection.name} cannot be stored: {error}") from None
    reads = None if projection.reads is None else sorted(cls.__name__ for cls in projection.reads)
    made_by = {"name": projection.name, "version": projection.version, "reads": reads, "sources": sources}
    return Fold(hashlib.sha256(dump(made_by)).hexdigest(), sources)


@frozen
class Folded:
    """The rows of one stream, as they are stored.

    `parked` tells of the event at which the fold had to stop, None when it went through; the rows are then those of the
    events before it.
    """

    rows: tuple[bytes, ...]
    parked: Finding | None = None


@frozen
class Held:
    """A stored view as it is audited: its rows up to a position, by stream and number.

    `parked` says of the streams that stopped at which position they did.
    """

    projection: Projection
    position: int
    rows: Mapping[str, Mapping[int, bytes]]
    parked: Mapping[str, int] = field(factory=dict)


@frozen(kw_only=True)
class RowDifference:
    """A row of a view that is not the same in two foldings of it.

    It is the `number`th of its `stream`, from 1. `old` and `new` are its data as it is stored, None where there is no
    such row.
    """

    stream: str
    number: int
    old: dict[str, Any] | None = field(default=None)
    new: dict[str, Any] | None = field(default=None)


@frozen(kw_only=True)
class StrayStop:
    """A stream that a stored view says to have stopped at a position, where the events give no such stop."""

    stream: str
    position: int


def folded_rows(projection: Projection, stream: str, rows: Iterable[Row]) -> Folded:
    """Fold the stored events of one stream, in order of version, as far as they can be decoded and folded."""
    known: list[Recorded] = []
    for row in rows:
        try:
            known.append(row.decode())
        except Undecodable as error:
            return folded(projection, stream, known, _parked(row, error))
    return folded(projection, stream, known)


def folded(
    projection: Projection,
    stream: str,
    history: list[Recorded],
    parked: Finding | None = None,
    known: Life | None = None,
) -> Folded:
    """Fold the history of one stream as far as it can be; `parked` tells why it ends early, None if it does not.

    `known` is the life of this very history, where there is one already. A fold of somebody's own may fail in any way.
    What it cannot take, and what comes after, is left out.
    """
    while history:
        last = history[-1]
        try:
            life = (known or live(stream, history)).events
            draft = projection.begin()
            for recorded in life:
                last = recorded
                projection.take(draft, recorded)
            last = history[-1]
            return Folded(tuple(to_bytes(projection, row) for row in projection.finish(draft)), parked)
        except Exception as error:  # noqa: BLE001 - whatever the fold raises, the other streams go on
            parked = _parked(last, error)
            history, known = [recorded for recorded in history if recorded.version < last.version], None
    return Folded((), parked)


def _parked(at: Placed, error: Exception) -> Finding:
    told = str(error) if isinstance(error, OplogError) else f"{type(error).__name__}: {error}"
    return found_at(at, "parked", told)


def to_bytes(projection: Projection, row: Any) -> bytes:
    """A row as it is stored. Raises `TypeError` for one that is not of the projection's class, or cannot be stored."""
    if type(row) is not projection.row:
        raise TypeError(f"{projection.name} gives a {type(row).__name__} for a row")
    made = dump(_data(row))
    # Only what is read back as it was written may stand for what the events give.
    if dump(_data(_read(projection, load(made)))) != made:
        raise TypeError(f"a {type(row).__name__} that was stored is not read back as it was")
    return made


def _data(row: Any) -> dict[str, Any]:
    if isinstance(row, Entry):
        return {"stream": row.stream, "version": row.version, "kept": entry_data(row)}
    data: dict[str, Any] = to_wire(row, dates=True)
    return data


def from_bytes(projection: Projection, data: bytes) -> Any:
    """The row that was stored. Raises `Undecodable` when it was damaged."""
    return _read(projection, load(data))


def _read(projection: Projection, data: dict[str, Any]) -> Any:
    if projection.row is Entry:
        try:
            return read_entry_data(data["stream"], data["version"], data["kept"])
        except (KeyError, TypeError) as error:
            raise Undecodable(f"a stored row of {projection.name} is damaged: {error}") from None
    return from_wire(projection.row, data)


def differences(stream: str, old: Mapping[int, bytes], new: Mapping[int, bytes]) -> Iterator[RowDifference]:
    """The rows of a stream, by their numbers, that are not the same."""
    for number in sorted(old.keys() | new.keys()):
        was, now = old.get(number), new.get(number)
        if was != now:
            yield RowDifference(stream=stream, number=number, old=shown(was), new=shown(now))


def against_folds(
    held: Held, lives: Mapping[str, Life], unread: Mapping[str, Finding]
) -> Iterator[RowDifference | StrayStop]:
    """Where a stored view differs from what the events up to its position give: `old` is stored, `new` given.

    `unread` has the first event of a stream that cannot be read, after which its life ends. A stream that is parked is
    folded as any other: that it is parked is stored beside the rows, and may be as wrong as they.
    """
    for stream in sorted(held.rows.keys() | lives.keys() | held.parked.keys()):
        life = lives.get(stream)
        stop = unread.get(stream)
        if stop is not None and (stop.position or 0) > held.position:
            stop = None
        history = [] if life is None else [r for r in life.history if r.position <= held.position]
        known = life if life is not None and len(history) == len(life.history) else None
        wanted = folded(held.projection, stream, history, stop, known)
        yield from differences(stream, held.rows.get(stream, {}), dict(enumerate(wanted.rows, 1)))
        stopped = held.parked.get(stream)
        if stopped is not None and (wanted.parked is None or wanted.parked.position != stopped):
            yield StrayStop(stream=stream, position=stopped)


def shown(data: bytes | None) -> dict[str, Any] | None:
    """The data of a row as it is stored, for those who compare; what cannot be read is shown as text."""
    if data is None:
        return None
    try:
        return load(data)
    except Undecodable:
        return {"unreadable": ascii(data)[2:-1]}
