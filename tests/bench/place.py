"""Where a workload finds its logs: one of each side, of one size and with the same events, and room for copies.

The logs are built once, through the front doors, and kept for later runs in a folder whose name changes with the seed,
with the code that generates events, and with the form in which oplog stores them.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import tempfile
from contextlib import closing, contextmanager
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from bench.activities import Activities
from bench.generator import generate
from oplog import OpLog, import_lines, to_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from oplog import Recorded

CHUNK = 5_000
"""The most events that a log is given at once when it is built or imported."""
FURTHER = 9_000
"""The number of events that the workloads which add to a log have at hand; enough for all rounds of a run."""
OPENED = 500
"""The number of streams that the workloads which open one choose from."""
_SOURCES = ("generator.py", "content.py", "vocabulary.py", "plain.py", "activities.py", "place.py")


@frozen
class Place:
    """The logs of one size. `home` keeps them; `room` is for what a run makes, and is emptied after it.

    `more` is the number of events that can be added to them.
    """

    home: Path
    room: Path
    size: int
    seed: int
    more: int = FURTHER

    def log(self, side: str) -> Path:
        """The file that holds the log of a side, "oplog" or "plain"; to be read only."""
        return self.home / f"{self.size}.{side}.db"

    @property
    def lines(self) -> Path:
        """The log as a portable log."""
        return self.home / f"{self.size}.jsonl"

    @property
    def added(self) -> Path:
        """An oplog log that holds `further` and nothing else, for those who copy its rows."""
        return self.home / f"further-{self.more}.db"

    def missing(self, *, adding: bool) -> list[Path]:
        """The files that are still to be made; with `adding`, those too that workloads need which add to a log."""
        files = [self.lines, self.log("oplog"), self.log("plain"), *([self.added] if adding else [])]
        return [file for file in files if not file.exists()]

    @contextmanager
    def fresh(self) -> Iterator[Path]:
        """The path of a file that does not exist, on the same file system; what was made there is taken away again."""
        with tempfile.TemporaryDirectory(dir=self.room) as folder:
            yield Path(folder) / "log.db"

    @contextmanager
    def copy(self, side: str) -> Iterator[Path]:
        """A copy of the log of a side that may be written to."""
        with self.fresh() as path:
            yield Path(shutil.copy(self.log(side), path))

    def further(self, count: int) -> Iterator[list[Recorded]]:
        """Events of other streams that can be added to the log, so many at a time, in order."""
        return chunks(generate(self.more, self.seed + 1, "-further"), count)

    def streams(self, count: int) -> Iterator[list[str]]:
        """The streams of events all along the log, so many at a time, without end; long ones come more than once."""
        found: list[str] = json.loads((self.home / f"{self.size}.streams.json").read_text(encoding="utf-8"))
        return chunks(cycle(found), count)


def chunks(items: Iterable[Any], count: int) -> Iterator[list[Any]]:
    """The items, so many at a time."""
    rest = iter(items)
    while chunk := list(islice(rest, count)):
        yield chunk


def build(place: Place, *, adding: bool) -> None:
    """Make what is missing."""
    missing = place.missing(adding=adding)
    if place.lines in missing:
        _write_lines(place)
    if place.log("oplog") in missing:
        with place.lines.open("rb") as lines:
            new_oplog(_making(place.log("oplog")), lines)
        _made(place.log("oplog"))
    if place.log("plain") in missing:
        with place.lines.open("rb") as lines:
            new_plain(_making(place.log("plain")), lines)
        _made(place.log("plain"))
    if place.added in missing:
        new_oplog(_making(place.added), (to_line(r) for chunk in place.further(CHUNK) for r in chunk))
        _made(place.added)


def new_oplog(path: Path, lines: Iterable[bytes]) -> int:
    """Make a log of ours from the lines of a portable log; the number of its events."""
    with OpLog.open(path, create=True) as log:
        return sum(import_lines(log, chunk).count for chunk in chunks(lines, CHUNK))


def new_plain(path: Path, lines: Iterable[bytes]) -> int:
    """Make a log of the plain side from the same lines; the number of its events."""
    with Activities.at(path) as app:
        return sum(app.record_lines(chunk) for chunk in chunks(lines, CHUNK))


def _write_lines(place: Place) -> None:
    streams, step = [], max(1, place.size // OPENED)
    with _making(place.lines).open("wb") as file:
        for recorded in generate(place.size, place.seed):
            file.write(to_line(recorded) + b"\n")
            if recorded.position % step == 0:
                streams.append(recorded.stream)
    (place.home / f"{place.size}.streams.json").write_text(json.dumps(streams), encoding="utf-8")
    _made(place.lines)


def _making(path: Path) -> Path:
    """Where a file lies while it is made: what was left half made by an earlier run is thrown away."""
    making = path.with_name(f"{path.name}.part")
    for left in path.parent.glob(f"{making.name}*"):
        left.unlink()
    return making


def _made(path: Path) -> None:
    path.with_name(f"{path.name}.part").rename(path)


def edition(seed: int) -> str:
    """A name that changes whenever logs that were built would not be built the same now.

    It is made from the seed, the code that builds, and a look at a log of one event: its tables and indexes, the fields
    of what is stored, and the code that made its kept state.
    """
    digest = hashlib.sha256()
    for source in _SOURCES:
        digest.update(Path(__file__).with_name(source).read_bytes())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.db"
        new_oplog(path, [to_line(next(generate(1, seed)))])
        with closing(sqlite3.connect(path)) as connection:
            look = [
                connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall(),
                sorted(json.loads(connection.execute("SELECT state FROM stored_events").fetchone()[0])),
                connection.execute("SELECT fold FROM stream_states").fetchall(),
            ]
    digest.update(json.dumps(look).encode())
    return f"seed-{seed}-{digest.hexdigest()[:12]}"
