"""Opening and making logs: which store an address means, and what is refused."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from eventsourcing.persistence import PersistenceError

from oplog.disk import sync_file, sync_folder
from oplog.errors import CannotOpen, InvalidValue
from oplog.integrity.signing import is_new_name
from oplog.store.application import application
from oplog.store.codec import format_time
from oplog.store.portable import SUFFIX, is_portable, open_portable
from oplog.store.promises import accept, risks_of_file, risks_of_journal
from oplog.store.read_only import UNCHANGING, WRITABLE, address, way_to_open
from oplog.store.sqlite import LogRecorder
from oplog.store.store import Store

if TYPE_CHECKING:
    from datetime import datetime

SQLITE_MODULE = "oplog.store.sqlite:LogFactory"
_LONGEST_ORIGIN = 255
_BESIDE = ("-wal", "-shm", "-journal")
"""The ends of the names of files that SQLite lays beside a database."""
_MISTYPED = re.compile(r"postgres(ql)?:")


def open_store(
    where: str | Path | Mapping[str, str],
    now: datetime,
    *,
    create: bool = False,
    origin: str | None = None,
    despite_risks: bool = False,
) -> Store:
    """Open the log in a SQLite file, in memory (":memory:"), at a "postgresql://" address, or in another database.

    A file with JSON in it is a portable log, which can be read and not written to. Another database is given by the
    settings of its persistence module for the `eventsourcing` library. `create` makes a new log and refuses one that is
    there; `origin` names it then (see `about_new`). `despite_risks` opens also what cannot keep the promises of a log.
    Raises `CannotOpen` when the log is missing, is not one or cannot be read, and `InvalidValue` for an origin that is
    none.
    """
    if origin is not None and not create:
        raise InvalidValue("an origin is given to a new log only")
    if isinstance(where, Mapping):
        from oplog.store.plain import open_plain

        return open_plain(where, about_new(now, origin))
    if str(where) == ":memory:":
        return _memory(about_new(now, origin))
    if not is_postgres(where):
        if not create and is_portable(Path(where)):
            return open_portable(Path(where))
        return file_store(Path(where), about_new(now, origin) if create else None, despite_risks=despite_risks)
    from oplog.store.postgres import open_postgres

    return open_postgres(str(where), about_new(now, origin) if create else None, despite_risks=despite_risks)


def is_postgres(where: str | Path) -> bool:
    """Whether this is an address of PostgreSQL and not the name of a file; raises `CannotOpen` for another address."""
    scheme, found, _ = str(where).partition("://")
    if not found and _MISTYPED.match(str(where)):
        raise CannotOpen("the address cannot be read; expected postgresql://USER@HOST:PORT/DATABASE?schema=NAME")
    if found and scheme not in ("postgresql", "postgres"):
        raise CannotOpen(f"{scheme!r} is no store of this release; expected a file, :memory: or postgresql://")
    return bool(found)


def about_new(now: datetime, origin: str | None) -> dict[str, str]:
    """What is said of a new log when it is made.

    The origin is the name under which its checkpoints are signed (C2SP signed-note: not empty, no white space, no plus
    sign; and nothing that cannot be seen), which should be of the form "example.org/oplog/2024"; None takes one that no
    other log has.
    """
    if origin is not None and not (is_new_name(origin) and len(origin) <= _LONGEST_ORIGIN):
        raise InvalidValue(
            f"origin {origin!r}: expected a name without white space, plus signs and control characters, of up to"
            f" {_LONGEST_ORIGIN} characters, such as example.org/oplog/2024"
        )
    return {"origin": origin or f"oplog/{uuid4()}", "created_at": format_time(now)}


def _memory(about: dict[str, str]) -> Store:
    store = _sqlite(f"file:oplog-{uuid4().hex}?mode=memory&cache=shared", create=True)
    store.found(about)
    return store


def file_store(path: Path, about: dict[str, str] | None = None, *, despite_risks: bool = False) -> Store:
    """Open the log in a SQLite file, or make one of which `about` is said; see `open_store`.

    One that can only be read here is opened to be read; what would write raises `CannotOpen`.
    """
    if about is not None:
        with made(path) as making:
            make_file(making, about, despite_risks=despite_risks)
    check_is_file(path)
    try:
        way = way_to_open(path)
        accept(risks := risks_of_file(path, way), despite_risks=despite_risks)
        store = _sqlite(address(path, way), create=False, path=None if way == UNCHANGING else path, risks=risks)
        try:
            accept(store.risks, despite_risks=despite_risks)
        except BaseException:
            store.close()
            raise
    except (PersistenceError, sqlite3.Error, OSError, CannotOpen) as error:
        raise CannotOpen(str(error) if str(path) in str(error) else f"{path} cannot be opened: {error}") from None
    return store


def make_file(path: Path, about: dict[str, str], *, despite_risks: bool = False) -> None:
    """Make an empty log in a file that nobody else knows of yet; raises `CannotOpen` where none can lie."""
    accept(risks_of_file(path, None), despite_risks=despite_risks)
    with closing(_sqlite(address(path, WRITABLE), create=True, path=path)) as new:
        accept(new.risks, despite_risks=despite_risks)
        new.found(about)


@contextmanager
def made(target: Path) -> Iterator[Path]:
    """Give a name to make a file under; it gets its own when all went well, and is taken away when not."""
    check_is_free(target)
    making = target.with_name(f".{target.name}.{uuid4().hex}")
    try:
        yield making
        sync_file(making)
        _name(making, target)
        sync_folder(target.parent)
    except (PersistenceError, OSError, sqlite3.Error) as error:
        raise CannotOpen(f"{target} cannot be written: {error}") from None
    finally:
        unclaim(making)


def _name(making: Path, target: Path) -> None:
    """Give the file its name, which nobody else may have taken meanwhile."""
    try:
        try:
            os.link(making, target)
        except PermissionError:  # a file system without links, such as FAT
            target.touch(exist_ok=False)
            making.replace(target)
    except FileExistsError:
        raise taken(target) from None


def _sqlite(db_name: str, *, create: bool, path: Path | None = None, risks: tuple[str, ...] = ()) -> Store:
    made = application(
        {"PERSISTENCE_MODULE": SQLITE_MODULE, "SQLITE_DBNAME": db_name, "CREATE_TABLE": "y" if create else "n"}
    )
    recorder = made.recorder
    if not isinstance(recorder, LogRecorder):
        raise CannotOpen(f"{type(recorder).__name__} is not a recorder of oplog")
    mode = recorder.query("PRAGMA journal_mode")[0][0]
    recorder.risks = (*risks, *(risks_of_journal(path, mode) if path else ()))
    return Store(made, recorder)


def check_is_free(path: Path) -> None:
    """Raise `CannotOpen` unless a new file can have this name."""
    _check_is_a_name(path)
    if not path.parent.is_dir():
        raise CannotOpen(f"there is no folder {path.parent}")
    if path.exists():
        raise taken(path)
    if path.suffix.lower() == SUFFIX:
        raise CannotOpen(
            f"{path} is a name for a portable log, which is read-only: name a database, such as"
            f" {path.with_suffix('.db').name}, and take portable logs into it with 'oplog import'"
        )
    if path.name.endswith(_BESIDE):
        raise CannotOpen(f"{path} is a name that SQLite gives to what lies beside a log; name another file")
    for suffix in _BESIDE:
        if (beside := path.with_name(path.name + suffix)).exists():
            raise CannotOpen(
                f"{beside} is part of a log that was there; SQLite would take it for this one's: move it away"
            )


def taken(path: Path) -> CannotOpen:
    """The error for a name under which there is a file, which is never replaced."""
    return CannotOpen(f"{path} exists already; name a new file")


def unclaim(path: Path) -> None:
    """Take away what is left of a new log that could not be made."""
    for suffix in ("", *_BESIDE):
        with suppress(OSError):
            path.with_name(path.name + suffix).unlink()


def _check_is_a_name(path: Path) -> None:
    if "\0" in str(path):
        raise CannotOpen(f"{str(path)!r} holds the character NUL, which no name of a file has")


def check_is_file(path: Path) -> None:
    """Raise `CannotOpen`, saying what is there, unless the path is that of a file."""
    _check_is_a_name(path)
    if not path.exists():
        raise CannotOpen(f"there is no log {path}; make one with 'oplog init'")
    if path.is_dir():
        raise CannotOpen(f"{path} is a folder, not a log")
    if not path.is_file():
        raise CannotOpen(f"{path} is not a file")
