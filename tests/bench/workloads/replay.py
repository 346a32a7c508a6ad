"""Full replay."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bench.workloads import rebuild
from oplog import OpLog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.place import Place

MEANS = (
    "The audit of the whole log, `oplog replay`: everything folded from the start and held against every rule and every"
    " kept state. Plain has no audit; it folds everything, as for the row before. Bare scans the table."
)
UNIT = "events"


def oplog(place: Place) -> Iterator[Callable[[], int]]:
    """`OpLog.replay`."""
    with OpLog.open(place.log("oplog")) as log:
        while True:
            yield partial(_sound, log)


def _sound(log: OpLog) -> int:
    faults = [finding for finding in log.replay() if finding.severity == "fault"]
    if faults:
        raise AssertionError(f"the generated log is not sound: {faults[0]}")
    return log.head()


SIDES = {"oplog": oplog, "plain": rebuild.plain, "bare": rebuild.bare}
