"""A log in a file that can only be read here: on a medium that takes no writing, or in somebody else's folder.

To read a file with a write-ahead log, SQLite makes two files beside it. Where they cannot be made, it can still read
the file alone, as one that never changes ("immutable"). That is right only if the whole log is in the file, which is
looked at before; and only as long as nobody else, who can write to it, does so, which is looked at after each read.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote, unquote

from oplog.errors import CannotOpen

WRITABLE = "mode=rwc"
READ_ONLY = "mode=ro"
UNCHANGING = "immutable=1"
"""The ways in which SQLite can be asked to open a file."""

CANNOT_BE_WRITTEN = "the log cannot be written: its file, or the folder that it lies in, can only be read here"


def address(path: Path, way: str) -> str:
    """The file as SQLite is asked to open it."""
    return f"file:{quote(os.fsencode(path.absolute()))}?{way}"


def file_of(db_name: str) -> Path:
    """The file of an address."""
    return Path(os.path.realpath(unquote(db_name.removeprefix("file:").partition("?")[0])))


def is_unchanging(db_name: str) -> bool:
    """Whether an address asks for a file that never changes."""
    return db_name.endswith(f"?{UNCHANGING}")


def way_to_open(path: Path) -> str:
    """`WRITABLE`, or `UNCHANGING` for a file that can only be read here.

    Raises `CannotOpen` when what was recorded last lies beside such a file, where SQLite cannot read it.
    """
    real = Path(os.path.realpath(path))
    if os.access(real, os.W_OK) and os.access(real.parent, os.W_OK):
        return WRITABLE
    # Somebody else may have it open; what they made beside it can then be used, and what they write is seen.
    if beside(real, "-wal").exists() and _is_read_together(real):
        return WRITABLE
    for suffix in ("-wal", "-journal"):
        if _length(beside(real, suffix)):
            raise CannotOpen(
                f"{beside(path, suffix)} holds what was written last, which cannot be read where nothing can be"
                " written: copy both files into a folder that can be written to, and open the log there"
            )
    return UNCHANGING


def _is_read_together(path: Path) -> bool:
    """Whether SQLite can read the file together with the write-ahead log beside it."""
    try:
        with closing(sqlite3.connect(address(path, READ_ONLY), uri=True)) as connection:
            mode: str = connection.execute("PRAGMA journal_mode").fetchone()[0]
    except sqlite3.Error:
        return False
    return mode == "wal"


def beside(path: Path, suffix: str) -> Path:
    """A file that SQLite lays beside a database."""
    return path.with_name(path.name + suffix)


def _length(path: Path) -> int:
    with suppress(FileNotFoundError):
        return path.stat().st_size
    return 0


class Unchanged:
    """What a file was when it was opened as one that never changes."""

    def __init__(self, db_name: str) -> None:
        self._path = file_of(db_name)
        self._found = self._look()

    def check(self) -> None:
        """Raise `CannotOpen` when somebody wrote to the file since: what was read may be neither old nor new."""
        if self._look() != self._found:
            raise CannotOpen(
                "the log cannot be read: somebody else, who can write to it, changed it meanwhile; open it again"
            )

    def _look(self) -> tuple[int, ...] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        written = _length(beside(self._path, "-wal")) > 0 or _length(beside(self._path, "-journal")) > 0
        return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, written)
