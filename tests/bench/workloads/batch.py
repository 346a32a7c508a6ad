"""Batched append."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import bare as sqlite
from bench.activities import Activities, as_line
from bench.generator import pending
from bench.place import chunks
from oplog import OpLog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.place import Place

MEANS = "A hundred events a transaction, of some thirty streams, to a log that holds all these already."
UNIT = "events"
BATCH = 100
SAMPLE = 1_000


def oplog(place: Place) -> Iterator[Callable[[], int]]:
    """`OpLog.append` with a hundred events at once."""
    with place.copy("oplog") as path, OpLog.open(path) as log:
        for some in place.further(SAMPLE):
            batches = list(chunks((pending(recorded) for recorded in some), BATCH))
            yield lambda batches=batches: sum(len(log.append(*batch)) for batch in batches)


def plain(place: Place) -> Iterator[Callable[[], int]]:
    """`Application.save` with the activities of a hundred events at once."""
    with place.copy("plain") as path, Activities.at(path) as app:
        for some in place.further(SAMPLE):
            batches = list(chunks((as_line(recorded) for recorded in some), BATCH))
            yield lambda batches=batches: sum(app.record(*batch) for batch in batches)


def bare(place: Place) -> Iterator[Callable[[], int]]:
    """A hundred rows a transaction."""
    with sqlite.reading(place.added) as source, place.copy("oplog") as path, sqlite.writing(path) as connection:
        for some in chunks(sqlite.rows(source), SAMPLE):
            batches = list(chunks(some, BATCH))
            yield lambda batches=batches: sum(sqlite.insert(connection, batch) for batch in batches)


SIDES = {"oplog": oplog, "plain": plain, "bare": bare}
