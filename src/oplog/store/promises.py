"""Whether a SQLite file, and the SQLite that reads it, can keep what a log promises.

What is not a log at all is refused (`CannotOpen`). What is one, but cannot be relied upon, is a risk: a reason in
words, with what to do, that whoever opens it may accept.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path

from oplog.errors import CannotOpen
from oplog.store.read_only import READ_ONLY, UNCHANGING, address
from oplog.store.sqlite import FORM, SCHEMA

OLDEST_SQLITE = (3, 37, 0)
"""The first SQLite with STRICT tables, which keep values of a wrong type out."""
TABLES = frozenset(("stored_events", "stream_states", "log_tree", "log_about"))
_TABLES_OF_FORM_1 = frozenset(("stored_events", "event_ids", "idempotency_keys", "stream_states"))
MOUNTS = Path("/proc/self/mountinfo")
"""Where Linux tells what is mounted; there is none on other systems."""
_NETWORK = frozenset(("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "fuse.sshfs", "ncpfs"))


def risks_of_file(path: Path, way: str | None) -> tuple[str, ...]:
    """The reasons for which the log in this file cannot be relied upon; none is the rule.

    `way` is how the file is to be opened (see `oplog.store.read_only`), None for one that is not yet there.
    Raises `CannotOpen` for a file that is no log, or that has another form than this release knows.
    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise CannotOpen(
            f"this Python has SQLite {sqlite3.sqlite_version}; a log needs"
            f" {'.'.join(map(str, OLDEST_SQLITE))} or later: use a Python that brings a newer one"
        )
    return (*_of_place(path), *(() if way is None else _of_database(path, way)))


def _of_place(path: Path) -> list[str]:
    kind = _file_system_of(path)
    if kind in _NETWORK:
        told = f"{path} lies on a network file system ({kind}), on which SQLite's write-ahead log does not work"
        return [f"{told}: move it to a disk of this machine, or keep the log in PostgreSQL"]
    return []


def _of_database(path: Path, way: str) -> list[str]:
    try:
        looking = UNCHANGING if way == UNCHANGING else READ_ONLY
        with closing(sqlite3.connect(address(path, looking), uri=True)) as connection:
            connection.text_factory = lambda text: text.decode(errors="backslashreplace")
            found = _schema(connection)
            form = connection.execute("PRAGMA user_version").fetchone()[0]
            encoding = connection.execute("PRAGMA encoding").fetchone()[0]
    except sqlite3.OperationalError as error:
        hint = "; a log must lie in a folder that can be written to" if "readonly" in str(error) else ""
        raise CannotOpen(f"it cannot be read: {error}{hint}") from None
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise CannotOpen(f"it is not an oplog log: {error}") from None
    tables = {name for kind, name in found if kind == "table"}
    if form == 1 and tables >= _TABLES_OF_FORM_1:
        raise CannotOpen(f"{path} has form 1, of oplog 0.1: say 'oplog upgrade {path}' to bring it to form {FORM}")
    if not tables >= TABLES:
        raise CannotOpen(f"{path} is a database, but not an oplog log")
    if form != FORM:
        raise CannotOpen(
            f"{path} has form {form}; this release of oplog knows form {FORM}: export it with the other release"
        )
    risks = [
        f"its {kind} {name} is not as oplog made it, so that what it promises cannot be relied upon: restore a backup,"
        " or export the log and import it into a new one"
        for (kind, name), sql in sorted(found.items())
        if _expected().get((kind, name), None if _harmless(kind, sql) else "") not in (None, sql)
    ]
    risks += [f"its {kind} {name} is missing: restore a backup" for kind, name in sorted(_expected().keys() - found)]
    if encoding != "UTF-8":
        risks.append(f"its text is encoded as {encoding}, not as UTF-8: export the log and import it into a new one")
    return risks


def risks_of_journal(path: Path, mode: str) -> tuple[str, ...]:
    """The reason for which an open file cannot be relied upon; `mode` is the journal mode that SQLite could give it."""
    if mode == "wal":
        return ()
    told = f"{path} has the journal mode {mode}, and SQLite cannot change it to wal here"
    return (f"{told}: close whatever else has it open, or move it to a disk of this machine",)


def accept(risks: tuple[str, ...], *, despite_risks: bool) -> None:
    """Raise `CannotOpen` for a database that has risks, unless whoever opens it takes them."""
    if risks and not despite_risks:
        raise CannotOpen(
            f"{'; '.join(risks)}. Mend that, or open it with --despite-risks (despite_risks=True): every audit of it"
            " will then say so"
        )


def _harmless(kind: str, sql: str | None) -> bool:
    """Whether something that oplog did not make leaves its promises alone: a table, a view, an index without a rule."""
    return kind in ("table", "view") or (kind == "index" and not (sql or "").upper().startswith("CREATE UNIQUE"))


def _schema(connection: sqlite3.Connection) -> dict[tuple[str, str], str | None]:
    found = connection.execute("SELECT type, name, sql FROM sqlite_master")
    # In a damaged file the statement may be bytes, which are not what oplog made.
    return {(str(kind), str(name)): None if sql is None else str(sql) for kind, name, sql in found}


@cache
def _expected() -> dict[tuple[str, str], str | None]:
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in SCHEMA:
            connection.execute(statement)
        return _schema(connection)


def _file_system_of(path: Path) -> str | None:
    """The kind of file system that the file lies on, None where this system does not tell."""
    try:
        lines = MOUNTS.read_text(errors="replace").splitlines()
        real = str(path.resolve())
    except OSError:
        return None
    best, kind = "", None
    for line in lines:
        before, _, after = line.partition(" - ")
        fields = before.split()
        if len(fields) < 5 or not after:
            continue
        place = fields[4].replace("\\040", " ")
        inside = real == place or real.startswith(place.rstrip("/") + "/")
        if inside and len(place) >= len(best):
            best, kind = place, after.split()[0]
    return kind
