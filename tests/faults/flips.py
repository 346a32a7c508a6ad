"""A log of two hundred events in which single bits are flipped, and what is then read and found."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import outside
from attrs import define
from click.testing import CliRunner

from oplog import OpLog, OplogError, Pending, events, parse_when
from oplog.store.derive import microseconds
from oplog.store.recorder import Span
from oplog_cli.main import cli

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from oplog import Finding
    from oplog.integrity.checkpoint import SignedCheckpoint
    from oplog.store.recorder import Row

    Audit = Callable[[OpLog], Sequence[Finding]]

STREAMS = [f"{kind}/number-{n}" for n in range(5) for kind in ("campaign", "deployment", "operation", "pilot")]


def two_hundred(path: Path) -> None:
    """Make a log of 200 events, with all that an event can have beside it."""
    with OpLog.open(path, create=True) as log:
        log.append(*(Pending(stream=s, event=events.Planned(title=f"the plan of {s}")) for s in STREAMS))
        for n in range(180):
            log.append(
                Pending(
                    stream=STREAMS[n % 20],
                    event=events.NoteRecorded(text=f"note {n}: officers from three wards took part"),
                    effective=parse_when("June 2024") if n % 2 else None,
                    actor="planner",
                    source=f"minutes, paragraph 1.{n}",
                    idempotency_key=f"key {n}" if n % 3 == 0 else None,
                )
            )


Values = dict[str, Any]
"""What is read of a log, by what was asked; an error in place of what cannot be read."""


def stored(path: Path) -> Values:
    """All that lies in the file, as SQLite alone reads it, and what it finds wrong with it."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        connection.text_factory = bytes
        return {query: _asked(lambda query=query: connection.execute(query).fetchall()) for query in _QUERIES}


_QUERIES = (
    "SELECT * FROM stored_events NOT INDEXED ORDER BY position",
    "SELECT * FROM stream_states ORDER BY stream",
    "SELECT * FROM log_tree",
    "SELECT * FROM log_about",
    "SELECT type, name, sql FROM sqlite_schema",
    "PRAGMA integrity_check",
    "PRAGMA user_version",
    "PRAGMA application_id",
    "PRAGMA journal_mode",
    "PRAGMA encoding",
)


def events_read(log: OpLog) -> Values:
    """The events as they lie there."""
    return {"rows": _asked(lambda: list(log.rows())), "head": _asked(log.head)}


def values_read(log: OpLog) -> Values:
    """The same, what is found by each index, and the states that are kept."""
    store = log._store
    recorder = store.recorder
    return {
        **events_read(log),
        **{stream: _asked(lambda stream=stream: recorder.stream_rows(stream, 0, 1000)) for stream in STREAMS},
        "keys": _asked(lambda: [recorder.positions_under(f"key {n}") for n in range(0, 180, 3)]),
        "June": _asked(lambda: list(store.rows(_JUNE))),
        "since 2024": _asked(lambda: list(store.rows(_SINCE))),
        "streams": _asked(log.streams),
        "register": _asked(log.register),
    }


_JUNE = Span(effective_from="2024-06-01", effective_to="2024-06-30")
_SINCE = Span(recorded_from=microseconds(datetime(2024, 1, 1, tzinfo=UTC)))


def _asked(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except (OplogError, sqlite3.DatabaseError) as error:
        return f"{type(error).__name__}: {error}"


@define
class Bench:
    """A copy of a log whose bits are flipped one at a time, and what was read of it before."""

    path: Path
    database: bytes
    kept: SignedCheckpoint
    events: Values
    values: Values
    lying: Values

    @classmethod
    def of(cls, path: Path) -> Bench:
        """Read a log that is whole."""
        kept = outside.checkpoint(path)
        with OpLog.open(path) as log:
            events, values = events_read(log), values_read(log)
        return cls(path, path.read_bytes(), kept, events, values, stored(path))

    def lay(self, database: bytes) -> None:
        """Put a database in the place of the log."""
        self.path.write_bytes(database)
        for suffix in ("-wal", "-shm", "-journal"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    def flip(self, offset: int, bit: int) -> bytes:
        """The database with one bit flipped."""
        changed = bytearray(self.database)
        changed[offset] ^= 1 << bit
        return bytes(changed)

    def audit(self, log: OpLog) -> Sequence[Finding]:
        """Verify against the checkpoint."""
        return outside.found(log, self.kept)

    def judge(self, database: bytes, *, wholly: bool, audit: Audit | None = None) -> tuple[str, list[str]]:
        """What comes of opening, auditing and reading a database, in a word; and what should not be.

        `wholly` also folds the events, and reads what indexes and kept states give. Another `audit` is a control.
        """
        self.lay(database)
        try:
            with OpLog.open(self.path) as log:
                found = [*(audit or self.audit)(log), *(log.replay() if wholly else ())]
                before, read = (self.values, values_read(log)) if wholly else (self.events, events_read(log))
        except OplogError:
            return "refused", []
        except Exception as error:  # noqa: BLE001 - whatever it is, it would be a traceback
            return "traceback", [f"{error!r}"]
        faults = [finding for finding in found if finding.severity == "fault"]
        if read == before:
            if not faults:
                return "harmless", []
            self.lay(database)
            false = stored(self.path) == self.lying
            return "beside the events", [f"false alarm: {faults[0].message}"] if false else []
        if not faults:
            return "changed", [f"missed: {', '.join(name for name in before if read[name] != before[name])}"]
        return "changed", _unnamed(before["rows"], read["rows"], faults)

    def shell(self, database: bytes) -> list[str]:
        """The shell commands that end in a traceback on a database."""
        found = []
        for words in (
            ("replay",),
            ("show",),
            ("export",),
            ("record", "campaign", "record-note", "number-1", "--text", "x"),
        ):
            self.lay(database)
            result = CliRunner().invoke(cli, ("--log", str(self.path), *words))
            if result.exception is not None and not isinstance(result.exception, SystemExit):
                found.append(f"oplog {words[0]}: {result.exception!r}")
        return found


def _unnamed(before: list[Row], now: list[Row] | str, faults: list[Finding]) -> list[str]:
    """The positions that no finding names, of events that are no longer what they were, or of events that came in.

    Where the events cannot be read to the end, it is not known which are lost; then a finding must name some event.
    """
    if isinstance(now, str):
        named = any(_names(finding, row.position) for finding in faults for row in before)
        return [] if named else ["not located: no position at all"]
    changed = {row.position for row in before if row not in now} or {row.position for row in now if row not in before}
    unnamed = {position for position in changed if not any(_names(finding, position) for finding in faults)}
    return [f"not located: position {position}" for position in sorted(unnamed)]


def _names(finding: Finding, position: int) -> bool:
    """Whether a finding names a position: as its own, or in a gap before it or after it."""
    gap = re.match(r"position (\d+) was expected after \d+(?:; (\d+) event)?", finding.message)
    rest = re.match(r"nothing can be read after position (\d+), though the last one is (\d+)", finding.message)
    return (
        position == finding.position
        or (gap is not None and int(gap[1]) <= position < int(gap[1]) + int(gap[2] or 1))
        or (rest is not None and int(rest[1]) < position <= int(rest[2]))
    )
