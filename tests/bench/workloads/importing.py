"""Import."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bench import bare as sqlite
from bench.place import CHUNK, chunks, new_oplog, new_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from bench.place import Place

MEANS = (
    "A portable log of this length read into a new log, 5,000 lines at a time. Plain reads the same lines as JSON and"
    " believes them; bare copies the finished rows from another file."
)
UNIT = "events"


def oplog(place: Place) -> Iterator[Callable[[], int]]:
    """`import_lines`, which holds every line against the codec, the lifecycle and the log."""
    while True:
        with place.lines.open("rb") as lines, place.fresh() as path:
            yield partial(new_oplog, path, lines)


def plain(place: Place) -> Iterator[Callable[[], int]]:
    """`json.loads`, then `Application.save`."""
    while True:
        with place.lines.open("rb") as lines, place.fresh() as path:
            yield partial(new_plain, path, lines)


def bare(place: Place) -> Iterator[Callable[[], int]]:
    """SELECT from one file, INSERT into the same table of another."""
    while True:
        with place.fresh() as path:
            yield partial(_copied, place, path)


def _copied(place: Place, path: Path) -> int:
    with sqlite.reading(place.log("oplog")) as source, sqlite.writing(path) as target:
        sqlite.same_table(source, target)
        return sum(sqlite.insert(target, some) for some in chunks(sqlite.rows(source), CHUNK))


SIDES = {"oplog": oplog, "plain": plain, "bare": bare}
