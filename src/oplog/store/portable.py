"""A portable log, opened in the place of a database: its events are read into SQLite, and nothing is written back.

The rows, leaves and tree are made from the lines, at the positions that the lines say. What the head says of the tree
is held against them: what differs is a finding, for an audit to tell. A line that is no event is an error at once.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar
from uuid import uuid4

from attrs import define, field
from eventsourcing.persistence import IntegrityError

from oplog.errors import CannotOpen, Undecodable
from oplog.findings import Finding
from oplog.integrity.entry import entry_bytes
from oplog.integrity.lines import base64_bytes
from oplog.integrity.tree import HASH_LENGTH, Frontier, leaf_hash
from oplog.store.application import application
from oplog.store.derive import derive
from oplog.store.lines import FORMAT, MAX_LINE, read_lines, row_of
from oplog.store.read_only import READ_ONLY, UNCHANGING, WRITABLE, address
from oplog.store.sql import INSERT_EVENT, Transaction
from oplog.store.sqlite import LogFactory, LogRecorder
from oplog.store.store import Store
from oplog.store.strict_json import load
from oplog.store.telling import as_given, shortened

T = TypeVar("T")

MODULE = "oplog.store.portable:PortableFactory"
SUFFIX = ".jsonl"
LARGE = 64 << 20
"""From how many bytes on a file is read into a database on the disk, which nobody else sees, and not in memory."""
UNNAMED = "unnamed"
"""The origin of a portable log that does not say its own, such as an export of oplog 0.2."""
_TREE = frozenset(("origin", "size", "root"))
"""The keys of a head by which it is known to be of a release that writes the tree into it."""
_BOM = b"\xef\xbb\xbf"
_COLUMNS = {"event_id": "id", "originator_version": "version"}
"""The field of a line that is wrong when the database finds that a column must not hold a value twice."""


def is_portable(path: Path) -> bool:
    """Whether this is a file with JSON in it, or at least a file that is called so and is no database."""
    if not path.is_file() or _is_database(path):
        return False
    try:
        with path.open("rb") as file:
            first = file.read(4096)
    except OSError:
        return False  # whoever opens it says why
    return path.suffix.lower() == SUFFIX or first.removeprefix(_BOM).lstrip().startswith(b"{")


def _is_database(path: Path) -> bool:
    """Whether SQLite takes the file for one of its own, or cannot tell.

    It is SQLite that is asked: a process that opens and closes the file of a database by itself loses the locks that
    its other connections hold on it. Where nothing can be written, it is asked in the way that lays nothing beside it.
    """
    way = READ_ONLY if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK) else UNCHANGING
    try:
        with closing(sqlite3.connect(address(path, way), uri=True, timeout=0)) as connection:
            connection.execute("SELECT 1 FROM sqlite_master LIMIT 1")
            return path.stat().st_size > 0
    except sqlite3.DatabaseError as error:
        return error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_NOTADB
    except OSError:
        return True


class PortableRecorder(LogRecorder):
    """The events of a portable log. `refusal` is what whoever would write is told; empty while the lines are read."""

    refusal = ""

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Refuse to."""
        if self.refusal:
            raise CannotOpen(self.refusal)
        return super().write(work)

    def copy_into(self, path: Path) -> None:
        """Copy the whole log into a file, if it is what was exported: the copy could not tell any more."""
        for finding in self.findings:
            if finding.severity == "fault":
                raise CannotOpen(f"the log cannot be copied: {finding.message}")
        super().copy_into(path)


class PortableFactory(LogFactory):
    """Makes that recorder."""

    application_recorder_class = PortableRecorder


class _PortableStore(Store):
    """A store whose database goes when it is closed."""

    read_only = True
    folder: TemporaryDirectory[str] | None = None

    def close(self) -> None:
        """Close every connection, and take away what lies on the disk."""
        super().close()
        if self.folder is not None:
            self.folder.cleanup()


def open_portable(path: Path) -> Store:
    """Open a portable log, read-only. Raises `CannotOpen`, naming the line and its field, where one is no event."""
    try:
        with path.open("rb") as file:
            large = os.fstat(file.fileno()).st_size >= LARGE
            store = _empty_store(large=large)
            try:
                _read(_Reading(str(path)), read_lines(file), store)
            except BaseException:
                store.close()
                raise
    except OSError as error:
        raise CannotOpen(f"{path} cannot be read: {error.strerror or error}") from None
    return store


def _empty_store(*, large: bool) -> _PortableStore:
    folder = TemporaryDirectory(prefix="oplog-") if large else None
    if folder is None:
        name = f"file:oplog-{uuid4().hex}?mode=memory&cache=shared"
    else:
        name = address(Path(folder.name) / "portable.db", WRITABLE)
    made = application({"PERSISTENCE_MODULE": MODULE, "SQLITE_DBNAME": name, "CREATE_TABLE": "y"})
    recorder: Any = made.recorder
    store = _PortableStore(made, recorder)
    store.folder = folder
    return store


@define
class _Reading:
    """What is known of the file after the lines that were read so far."""

    name: str
    number: int = 0
    head: dict[str, Any] | None = None
    head_at: int = 1
    last: int = 0
    tree: Frontier = field(factory=Frontier)
    root: bytes = b""
    """The root when the tree had as many leaves as the head says."""

    def wrong(self, message: str) -> CannotOpen:
        return CannotOpen(f"{self.name}:{self.number}: {shortened(message)}")

    @property
    def says_tree(self) -> bool:
        return self.head is not None and "size" in self.head and "root" in self.head


def _read(reading: _Reading, lines: Iterator[bytes], store: Store) -> None:
    recorder = store.recorder
    if not isinstance(recorder, PortableRecorder):
        raise CannotOpen(f"{type(recorder).__name__} is not a recorder of portable logs")

    def work(t: Transaction) -> None:
        t.insert(INSERT_EVENT, _rows(reading, lines))
        t.run("UPDATE log_tree SET size=?, frontier=?", (reading.tree.size, reading.tree.to_bytes()))
        t.insert("INSERT INTO log_about (key, value) VALUES (?,?)", sorted(_about(reading).items()))

    try:
        recorder.write(work)
    except IntegrityError as error:
        column = str(error).rpartition(".")[2]
        raise reading.wrong(f"field {_COLUMNS.get(column, column)}: another line has the same") from None
    if reading.head is None and not reading.tree.size:
        raise CannotOpen(f"{reading.name}:1: there is no event in it, and no head of a portable log")
    recorder.settle()
    recorder.findings = tuple(_findings(reading))
    read_only = f"{reading.name} is a portable log, which is read-only"
    advice = f"make a log of it, at the same positions, with 'oplog restore {reading.name} --log FILE'"
    recorder.refusal = f"{read_only}: {advice}"
    recorder.keeps_no_views = f"{read_only}, and views cannot be kept in a file of lines: {advice}"


def _rows(reading: _Reading, lines: Iterator[bytes]) -> Iterator[tuple[Any, ...]]:
    """The rows of the database, with all that follows from them, made as they are needed."""
    for reading.number, raw in enumerate(lines, 1):
        line = (raw.removeprefix(_BOM) if reading.number == 1 else raw).strip()
        if not line:
            continue
        if len(line) > MAX_LINE:
            raise reading.wrong(f"the line is longer than {MAX_LINE} bytes; what follows was not read")
        try:
            data = load(line)
            if reading.head is None and not reading.tree.size and "format" in data:
                _take_head(reading, data)
                continue
            _check_is_whole(reading, data)
            row = row_of(data)
        except Undecodable as error:
            cut = "" if raw.endswith(b"\n") else "; the file ends here: was it cut short?"
            raise reading.wrong(f"{error}{cut}") from None
        if row.position <= reading.last:
            raise reading.wrong(f"field position: {row.position} stands after {reading.last}; positions go up")
        reading.last = row.position
        leaf = leaf_hash(entry_bytes(row.position - 1, row.stream, row.version, row.name, row.state))
        reading.tree.append(leaf)
        if reading.head is not None and reading.tree.size == reading.head.get("size"):
            reading.root = reading.tree.root()
        d = derive(row.state)
        yield (
            row.position, row.stream, row.version, row.name, row.state,
            d.event_id, d.idempotency_key, d.recorded_at, d.effective_from, d.effective_to, leaf,
        )  # fmt: skip


def _take_head(reading: _Reading, head: dict[str, Any]) -> None:
    if head["format"] != FORMAT:
        raise Undecodable(f"{as_given(head['format'])} is not known; expected {FORMAT!r}", field="format")
    reading.head, reading.head_at = head, reading.number
    if head.get("size") == 0:
        reading.root = reading.tree.root()


def _check_is_whole(reading: _Reading, data: dict[str, Any]) -> None:
    """Raise `Undecodable` for a line that was written for an import, which leaves to the log what it does not know.

    Where the head says the tree, the lines are an export, and stored events are taken as they are.
    """
    needed = ("position", "version", *(() if reading.says_tree else ("id", "recorded_at")))
    for name in needed:
        if name not in data and "stored" not in data:
            raise Undecodable(
                f"missing; without it the file can be imported, with 'oplog import {reading.name}', but not opened",
                field=name,
            )


def _about(reading: _Reading) -> dict[str, str]:
    """What the log is, as the head says; a name for one whose head is of a release that wrote none of it."""
    head = reading.head or {}
    said = {key: head[key] for key in ("origin", "created_at") if isinstance(head.get(key), str)}
    return said if _TREE & head.keys() else {"origin": UNNAMED, **said}


def _findings(reading: _Reading) -> Iterator[Finding]:
    """What the head says of the tree, held against the lines; a finding names the line and field to be looked at."""
    head = reading.head or {}
    at = f"{reading.name}:{reading.head_at}: "
    if not _TREE & head.keys():
        told = "the head does not say the tree over the events, as one by oplog 0.2: a change would not show"
        yield Finding(rule="tree", severity="observation", message=at + told)
        return
    size, root = head.get("size"), head.get("root")
    expected = base64_bytes(root) if isinstance(root, str) else None
    if type(size) is not int or size < 0:
        told = f"field size: expected the number of events, from 0, got {as_given(size)}"
    elif expected is None or len(expected) != HASH_LENGTH:
        told = f"field root: expected a hash of {HASH_LENGTH} bytes in Base64, got {as_given(root)}"
    elif reading.tree.size != size:
        told = "field size: " + _of_another_size(reading, size, expected)
    elif reading.root != expected:
        told = (
            "field root: this is not the tree over the events of this file: one of them, or the head, was changed; a"
            " checkpoint that was kept elsewhere tells which"
        )
    else:
        return
    yield Finding(rule="tree", severity="fault", message=at + told)


def _of_another_size(reading: _Reading, size: int, expected: bytes) -> str:
    """Why the file may have another number of events than its head says."""
    count = reading.tree.size
    told = f"{size} events were exported, but the file has {count}: "
    if reading.tree.root() == expected:
        return told + "the root is that of the file, so that this number was changed"
    if size > count:
        return told + "lines are missing, or the head was changed"
    if reading.root == expected:
        return told + f"what stands after the first {size} was added"
    return told + "lines were added and changed, or the head was"
