"""The history of one stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import bare as sqlite
from bench.activities import Activities
from bench.plain import Activity
from oplog import OpLog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.place import Place

MEANS = (
    "All events of one activity, decoded, for streams chosen all along the log. Bare fetches the rows and does no more."
)
UNIT = "events"
SAMPLE = 100


def oplog(place: Place) -> Iterator[Callable[[], int]]:
    """`OpLog.events` of a stream."""
    with OpLog.open(place.log("oplog")) as log:
        for streams in place.streams(SAMPLE):
            yield lambda streams=streams: sum(len(list(log.events(stream=stream))) for stream in streams)


def plain(place: Place) -> Iterator[Callable[[], int]]:
    """`EventStore.get`."""
    with Activities.at(place.log("plain")) as app:
        for streams in place.streams(SAMPLE):
            ids = [Activity.create_id(stream) for stream in streams]
            yield lambda ids=ids: sum(len(list(app.events.get(id_))) for id_ in ids)


def bare(place: Place) -> Iterator[Callable[[], int]]:
    """SELECT by stream."""
    with sqlite.reading(place.log("oplog")) as connection:
        for streams in place.streams(SAMPLE):
            yield lambda streams=streams: sum(len(sqlite.of_stream(connection, stream)) for stream in streams)


SIDES = {"oplog": oplog, "plain": plain, "bare": bare}
