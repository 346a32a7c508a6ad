"""A log's files as they lie on the disk while it is open, and as they may lie there after something went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from appends import STREAMS, new_log, parts
from attrs import frozen

from oplog import OpLog

if TYPE_CHECKING:
    from pathlib import Path


@frozen
class Written:
    """A log whose last appends lie in the write-ahead log alone: the bytes of both files, and the ids of its events."""

    database: bytes
    wal: bytes
    ids: list[str]
    wholes: list[int]
    """How many events a log has that holds whole appends: before the first of those, and after each."""

    def lay(self, path: Path, wal: bytes) -> None:
        """Put the files down, with another write-ahead log, as they are found after a loss of power."""
        path.write_bytes(self.database)
        path.with_name(f"{path.name}-wal").write_bytes(wal)
        path.with_name(f"{path.name}-shm").unlink(missing_ok=True)


def written(path: Path, appends: int) -> Written:
    """Make a log, and append one to four events so many times, while it stays open."""
    new_log(path)
    with OpLog.open(path) as log:
        recorded = [log.append(*parts(f"append {number}", 1 + number % 4)) for number in range(appends)]
        wholes = [len(STREAMS), *(append[-1].position for append in recorded)]
        ids = [recorded.id for recorded in log.events()]
        return Written(path.read_bytes(), path.with_name(f"{path.name}-wal").read_bytes(), ids, wholes)
