"""Single append."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from bench import bare as sqlite
from bench.activities import Activities, as_line
from bench.generator import pending
from bench.place import chunks
from oplog import OpLog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.place import Place

MEANS = (
    "One event a transaction, to a log that holds all these already. Plain reads the activity, changes it and saves it;"
    " bare inserts the finished row."
)
UNIT = "events"
SAMPLE = 100


def oplog(place: Place) -> Iterator[Callable[[], int]]:
    """`OpLog.append`, event by event."""
    with place.copy("oplog") as path, OpLog.open(path) as log:
        for some in place.further(SAMPLE):
            given = [pending(recorded) for recorded in some]
            yield lambda given=given: sum(len(log.append(one)) for one in given)


def plain(place: Place) -> Iterator[Callable[[], int]]:
    """`Application.save`, event by event."""
    with place.copy("plain") as path, Activities.at(path) as app:
        for some in place.further(SAMPLE):
            lines = [as_line(recorded) for recorded in some]
            yield lambda lines=lines: sum(app.record(line) for line in lines)


def bare(place: Place) -> Iterator[Callable[[], int]]:
    """One INSERT a transaction."""
    with sqlite.reading(place.added) as source, place.copy("oplog") as path, sqlite.writing(path) as connection:
        for some in chunks(sqlite.rows(source), SAMPLE):
            yield partial(_one_by_one, connection, some)


def _one_by_one(connection: Any, events: list[Any]) -> int:
    return sum(sqlite.insert(connection, [event]) for event in events)


SIDES = {"oplog": oplog, "plain": plain, "bare": bare}
