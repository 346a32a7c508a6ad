"""Opening one stream."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bench import bare as sqlite
from bench.activities import Activities
from bench.plain import Activity
from oplog import OpLog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.place import Place

MEANS = (
    "The present state of one activity, for streams chosen all along the log. oplog reads the state that it keeps"
    " beside the events; plain folds the stream's events; bare fetches them and does no more."
)
UNIT = "streams"
SAMPLE = 100


def oplog(place: Place) -> Iterator[Callable[[], int]]:
    """`OpLog.state`."""
    with OpLog.open(place.log("oplog")) as log:
        for streams in place.streams(SAMPLE):
            yield partial(_count, log.state, streams)


def plain(place: Place) -> Iterator[Callable[[], int]]:
    """`Repository.get`."""
    with Activities.at(place.log("plain")) as app:
        for streams in place.streams(SAMPLE):
            yield partial(_count, lambda stream: app.repository.get(Activity.create_id(stream)), streams)


def bare(place: Place) -> Iterator[Callable[[], int]]:
    """SELECT by stream."""
    with sqlite.reading(place.log("oplog")) as connection:
        for streams in place.streams(SAMPLE):
            yield partial(_count, partial(sqlite.of_stream, connection), streams)


def _count(read: Callable[[str], object], streams: list[str]) -> int:
    return sum(1 for stream in streams if read(stream))


SIDES = {"oplog": oplog, "plain": plain, "bare": bare}
