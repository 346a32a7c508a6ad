"""One quarter's narrative."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bench import bare as sqlite
from bench.activities import Activities
from bench.generator import QUARTER, quarterly
from oplog import OpLog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.place import Place

MEANS = (
    "The report of one force on one quarter, some 300 events from the middle of the log, as a document. Plain has no"
    " report: it finds the quarter's events, which it can do only by decoding all. Bare scans the table."
)
UNIT = "reports"
MARKING = "force-00"


def oplog(place: Place) -> Iterator[Callable[[], int]]:
    """`OpLog.narrative`."""
    with OpLog.open(place.log("oplog")) as log:
        while True:
            yield partial(_one, partial(log.narrative, quarterly(MARKING)))


def plain(place: Place) -> Iterator[Callable[[], int]]:
    """Every notification decoded, and those of the quarter kept."""
    with Activities.at(place.log("plain")) as app:
        while True:
            yield partial(_one, partial(app.of_quarter, QUARTER, MARKING))


def bare(place: Place) -> Iterator[Callable[[], int]]:
    """SELECT of all rows."""
    with sqlite.reading(place.log("oplog")) as connection:
        while True:
            yield partial(_one, partial(sqlite.scan, connection))


def _one(found: Callable[[], object]) -> int:
    if not found():
        raise AssertionError("nothing was found of the quarter")
    return 1


SIDES = {"oplog": oplog, "plain": plain, "bare": bare}
