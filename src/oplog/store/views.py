"""Stored views in SQL, said once for SQLite and PostgreSQL: their rows, how far each has come, and what it left out.

Each view has at most one *live* generation, which is read. Another is built beside it and takes its place in one
transaction. What is written to a generation, and the position that it is then at, are one transaction too, and it is
refused when the generation is not at the position that it was read at: then somebody else was first.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from oplog.errors import CannotOpen
from oplog.store.sql import as_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from oplog.store.sql import SqlRecorder, Transaction

TABLES = ("view_checkpoints", "view_parked", "view_rows")
"""What holds the views themselves."""
SETTINGS = "view_settings"
_AFTER_APPEND = "after-append"
_PAGE = 1000
_MOST_PARAMETERS = 500
_CHECKPOINT = "projection, generation, live, position, version, fold, sources, stored_at"
_PUT_ROW = "INSERT INTO view_rows (projection, generation, stream, number, data) VALUES (?,?,?,?,?)"
_PUT_PARKED = (
    "INSERT INTO view_parked (projection, generation, stream, position, version, message) VALUES (?,?,?,?,?,?)"
)
_PUT_CHECKPOINT = f"INSERT INTO view_checkpoints ({_CHECKPOINT}) VALUES (?,?,?,?,?,?,?,?)"
_OF_GENERATION = " WHERE projection=? AND generation=?"


Rows = dict[str, dict[int, bytes]]
"""The rows of a view by stream and number, in order. Numbers run from 1."""


@frozen(kw_only=True)
class Checkpoint:
    """How far a generation of a stored view has come.

    `version`, `fold` and `sources` (SHA-256 of each file) are those of the projection that makes it; `stored_at` is
    when it was written last, in microseconds UTC since 1970.
    """

    projection: str
    generation: int
    live: bool
    position: int
    version: int
    fold: str
    sources: Mapping[str, str]
    stored_at: int


@frozen
class Parked:
    """A stream that stopped, at the event that could not be read or folded, and why."""

    stream: str
    position: int
    version: int
    message: str


@frozen(kw_only=True)
class Step:
    """What a generation is told when it goes on to a position: all rows of each stream that was folded anew."""

    position: int
    stored_at: int
    rows: Mapping[str, Sequence[bytes]]
    parked: Sequence[Parked] = ()


class StoredViews:
    """The stored views of a log."""

    def __init__(self, recorder: SqlRecorder) -> None:
        self._recorder = recorder
        self._there = False

    def are_there(self) -> bool:
        """Whether the log has all tables for views; one of oplog 0.2 has none until a view is stored."""
        self._there = self._there or self._tables_there() == len(TABLES) + 1
        return self._there

    def _tables_there(self) -> int:
        return len(self._recorder.query(self._recorder.view_tables_query))

    def make(self) -> None:
        """Make the tables, unless they are there. Raises `CannotOpen` when this account may not."""
        if self.are_there():
            return
        try:
            self._recorder.write(self._make)
        except CannotOpen as error:
            raise CannotOpen(
                f"this log has no tables for stored views yet, and they cannot be made ({error}); let the owner of the"
                " log say 'oplog project' once"
            ) from None

    def _make(self, t: Transaction) -> None:
        # Where somebody took one away, what the others hold is half of something.
        for table in (*TABLES, SETTINGS):
            t.run(f"DROP TABLE IF EXISTS {table}")
        for statement in self._recorder.view_tables:
            t.run(statement)

    # What was asked of those who write to the log

    def after_append(self) -> bool:
        """Whether whoever appends to the log is to catch its views up; nobody is, unless it was asked for."""
        query = f"SELECT value FROM {SETTINGS} WHERE key=?"
        return self.are_there() and any(str(row[0]) == "on" for row in self._recorder.query(query, (_AFTER_APPEND,)))

    def ask_after_append(self, *, on: bool) -> None:
        """Ask for it of all who append from now on, or no more."""
        if self._recorder.keeps_no_views:
            raise CannotOpen(self._recorder.keeps_no_views)
        self.make()

        def work(t: Transaction) -> None:
            t.run(f"DELETE FROM {SETTINGS} WHERE key=?", (_AFTER_APPEND,))
            t.insert(f"INSERT INTO {SETTINGS} (key, value) VALUES (?,?)", [(_AFTER_APPEND, "on")] if on else [])

        self._recorder.write(work)

    # Reading

    def live(self, projection: str) -> Checkpoint | None:
        """The generation that is read, None when the view is not stored."""
        return next((found for found in self.all_live() if found.projection == projection), None)

    def all_live(self) -> list[Checkpoint]:
        """The generation of each stored view that is read, sorted by name."""
        if not self.are_there():
            return []
        query = f"SELECT {_CHECKPOINT} FROM view_checkpoints WHERE live=1 ORDER BY projection"
        return [_checkpoint(row) for row in self._recorder.query(query)]

    def rows(self, at: Checkpoint) -> Rows | None:
        """All rows, sorted by stream and number; None when the view is at this place no more."""
        found = self._recorder.query(
            "SELECT r.stream, r.number, r.data FROM view_checkpoints c LEFT JOIN view_rows r"
            " ON r.projection=c.projection AND r.generation=c.generation"
            " WHERE c.projection=? AND c.generation=? AND c.position=? ORDER BY r.stream, r.number",
            (at.projection, at.generation, at.position),
        )
        return _rows(row for row in found if row[0] is not None) if found else None

    def rows_of(self, at: Checkpoint, streams: Sequence[str]) -> Rows:
        """The rows of some streams."""
        found: list[Any] = []
        for part in _parts(streams):
            found += self._recorder.query(
                f"SELECT stream, number, data FROM view_rows{_OF_GENERATION} AND stream IN"
                f" ({','.join('?' * len(part))}) ORDER BY stream, number",
                (at.projection, at.generation, *part),
            )
        return _rows(found)

    def streams(self, at: Checkpoint) -> list[str]:
        """The streams that have rows, sorted."""
        query = f"SELECT DISTINCT stream FROM view_rows{_OF_GENERATION} ORDER BY stream"
        return [str(row[0]) for row in self._recorder.query(query, (at.projection, at.generation))]

    def count(self, at: Checkpoint) -> int:
        """How many rows there are."""
        query = f"SELECT COUNT(*) FROM view_rows{_OF_GENERATION}"
        return int(self._recorder.query(query, (at.projection, at.generation))[0][0])

    def parked(self, at: Checkpoint) -> list[Parked]:
        """The streams that stopped, sorted by position."""
        query = f"SELECT stream, position, version, message FROM view_parked{_OF_GENERATION} ORDER BY position, stream"
        found = self._recorder.query(query, (at.projection, at.generation))
        return [Parked(str(r[0]), r[1], r[2], str(r[3])) for r in found]

    def touched(self, after: int, until: int) -> list[str]:
        """The streams that have events after a position, up to another (inclusive), sorted; found by the positions."""
        streams: set[str] = set()
        while after < until:
            page = self._recorder.query(
                "SELECT position, originator_id FROM stored_events WHERE position>? AND position<=?"
                " ORDER BY position LIMIT ?",
                (after, until, _PAGE),
            )
            streams.update(str(row[1]) for row in page)
            if len(page) < _PAGE or page[-1][0] <= after:  # in a damaged file, what comes next may lead back
                break
            after = page[-1][0]
        return sorted(streams)

    # Writing

    def begin(self, wanted: Checkpoint) -> Checkpoint:
        """Begin a generation beside those that there are, empty and not read; give it with its number.

        Raises `CannotOpen` where no views can be kept.
        """
        if self._recorder.keeps_no_views:
            raise CannotOpen(self._recorder.keeps_no_views)

        def work(t: Transaction) -> Checkpoint:
            query = "SELECT MAX(generation) FROM view_checkpoints WHERE projection=?"
            made = evolve(wanted, generation=(t.fetch(query, (wanted.projection,))[0][0] or 0) + 1, live=False)
            sources = json.dumps(dict(made.sources))
            t.insert(
                _PUT_CHECKPOINT,
                [
                    (
                        made.projection,
                        made.generation,
                        0,
                        made.position,
                        made.version,
                        made.fold,
                        sources,
                        made.stored_at,
                    )
                ],
            )
            return made

        return self._recorder.write(work)

    def advance(self, at: Checkpoint, step: Step) -> Checkpoint | None:
        """Put the rows of a step in the place of those of its streams, and say where the view is now.

        None, and nothing is done, when the generation is gone or no longer at this place.
        """
        place = (at.projection, at.generation)

        def work(t: Transaction) -> Checkpoint | None:
            found = t.fetch(f"SELECT {_CHECKPOINT} FROM view_checkpoints{_OF_GENERATION}", place)
            if not found or found[0][3] != at.position:
                return None
            for part in _parts(list(step.rows)):
                for table in ("view_rows", "view_parked"):
                    t.run(
                        f"DELETE FROM {table}{_OF_GENERATION} AND stream IN ({','.join('?' * len(part))})",
                        (*place, *part),
                    )
            t.insert(
                _PUT_ROW,
                ((*place, s, number, row) for s, rows in step.rows.items() for number, row in enumerate(rows, 1)),
            )
            t.insert(_PUT_PARKED, ((*place, p.stream, p.position, p.version, p.message) for p in step.parked))
            t.run(
                f"UPDATE view_checkpoints SET position=?, stored_at=?{_OF_GENERATION}",
                (step.position, step.stored_at, *place),
            )
            return evolve(_checkpoint(found[0]), position=step.position, stored_at=step.stored_at)

        return self._recorder.write(work)

    def take_over(self, built: Checkpoint) -> bool:
        """Let a generation that was built be the one that is read, and take all others away.

        False, and nothing is done, when it is gone, or when the one that is read has the same fold and is further on.
        """
        place = (built.projection, built.generation)

        def work(t: Transaction) -> bool:
            query = f"SELECT {_CHECKPOINT} FROM view_checkpoints WHERE projection=? ORDER BY generation"
            found = [_checkpoint(row) for row in t.fetch(query, (built.projection,))]
            own = next((one for one in found if one.generation == built.generation), None)
            head = t.fetch("SELECT MAX(position) FROM stored_events")[0][0] or 0
            if own is None or any(c.live and c.fold == own.fold and own.position < c.position <= head for c in found):
                return False
            for table in TABLES:
                t.run(f"DELETE FROM {table} WHERE projection=? AND generation<>?", place)
            t.run(f"UPDATE view_checkpoints SET live=1{_OF_GENERATION}", place)
            return True

        return self._recorder.write(work)

    def holds(self, at: Checkpoint) -> bool:
        """Whether a generation is still there."""
        query = f"SELECT 1 FROM view_checkpoints{_OF_GENERATION}"
        return bool(self._recorder.query(query, (at.projection, at.generation)))

    def drop_view(self, projection: str) -> bool:
        """Take all generations of a view away; false when there is none. Who is building one then begins anew."""
        if not self.are_there():
            return False

        def work(t: Transaction) -> bool:
            found = t.fetch("SELECT 1 FROM view_checkpoints WHERE projection=?", (projection,))
            for table in TABLES:
                t.run(f"DELETE FROM {table} WHERE projection=?", (projection,))
            return bool(found)

        return self._recorder.write(work)

    def drop(self, at: Checkpoint) -> None:
        """Take a generation away."""

        def work(t: Transaction) -> None:
            for table in TABLES:
                t.run(f"DELETE FROM {table}{_OF_GENERATION}", (at.projection, at.generation))

        self._recorder.write(work)


def _parts(streams: Sequence[str]) -> Iterator[Sequence[str]]:
    return (streams[n : n + _MOST_PARAMETERS] for n in range(0, len(streams), _MOST_PARAMETERS))


def _rows(found: Iterable[Any]) -> Rows:
    rows: Rows = {}
    for stream, number, data in found:
        rows.setdefault(str(stream), {})[number] = as_bytes(data)
    return rows


def _checkpoint(row: Any) -> Checkpoint:
    try:
        sources = json.loads(row[6])
    except ValueError:
        sources = {}
    return Checkpoint(
        projection=str(row[0]),
        generation=row[1],
        live=bool(row[2]),
        position=row[3],
        version=row[4],
        fold=str(row[5]),
        sources=sources if isinstance(sources, dict) else {},
        stored_at=row[7],
    )
