"""Rebuilding the register."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bench import bare as sqlite
from bench.activities import Activities
from oplog import OpLog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.place import Place

MEANS = (
    "The present state of every activity, folded from all events. Both sides read, decode and fold; oplog also holds"
    " each event against the codec and the lifecycle. Bare scans the table."
)
UNIT = "events"


def oplog(place: Place) -> Iterator[Callable[[], int]]:
    """`OpLog.view` of the register."""
    with OpLog.open(place.log("oplog")) as log:
        while True:
            yield lambda: sum(entry.version for entry in log.view("register"))


def plain(place: Place) -> Iterator[Callable[[], int]]:
    """Every notification decoded and folded."""
    with Activities.at(place.log("plain")) as app:
        while True:
            yield lambda: sum(activity.version for activity in app.replay().values())


def bare(place: Place) -> Iterator[Callable[[], int]]:
    """SELECT of all rows."""
    with sqlite.reading(place.log("oplog")) as connection:
        while True:
            yield partial(sqlite.scan, connection)


SIDES = {"oplog": oplog, "plain": plain, "bare": bare}
