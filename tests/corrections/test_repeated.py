"""Corrections that are asked for again, or by several at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from oplog import (
    Conflict,
    Figure,
    InvalidValue,
    OpLog,
    Recorded,
    When,
    commands,
)

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Clock

WEEK = "campaign/week"
STOPS = Figure("stops", 40, period=When("2017-06"))


def test_a_correction_that_is_repeated_with_its_key_is_recorded_once(week: OpLog) -> None:
    """The answer is that of the first, whatever has happened since; the key is not taken for anything else."""
    corrected = week.correct(1, "title", "month", why="x", idempotency_key="c")
    retracted = week.retract(3, why="x", along=True, idempotency_key="r")
    assert week.correct(1, "title", "month", why="x", idempotency_key="c") == corrected
    assert week.retract(3, why="x", along=True, idempotency_key="r") == retracted
    week.correct(1, "title", "year", why="x")
    week.retract(retracted[0].position, why="x")
    assert week.correct(1, "title", "month", why="x", idempotency_key="c") == corrected
    assert week.retract(3, why="x", along=True, idempotency_key="r") == retracted
    for attempt in (
        lambda: week.correct(1, "title", "decade", why="x", idempotency_key="c"),
        lambda: week.correct(1, "place", "month", why="x", idempotency_key="c"),
        lambda: week.retract(5, why="x", idempotency_key="r"),
        lambda: week.retract(3, why="another reason", along=True, idempotency_key="r"),
    ):
        with pytest.raises(InvalidValue, match="was used for something else"):
            attempt()
    assert week.head() == 9


def test_of_many_who_take_one_event_back_one_does(path: Path) -> None:
    """At the same moment, one retraction is recorded, and the others find that it is so already."""
    with OpLog.open(path, create=True) as log:
        log.execute(WEEK, commands.Plan(title="week"))
        log.execute(WEEK, commands.Commence())
        log.execute(WEEK, commands.Suspend())
    together = threading.Barrier(6)

    def ask(_: int) -> int:
        with OpLog.open(path) as log:
            together.wait()
            return len(log.retract(2, why="x", along=True))

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(ask, range(6))) == 1
    with OpLog.open(path) as log:
        assert [r.name for r in log.events(after=3)] == ["campaign.retracted"]
        assert log.replay() == ()


def test_a_correction_on_another_version_than_expected_is_decided_again(
    filed: OpLog, path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who records something between makes no difference to a correction that still can be."""
    filed.execute(WEEK, commands.Plan(title="week"))
    execute = filed._writer._execute
    met: list[Conflict] = []

    def late(stream: str, command: Any, **options: Any) -> tuple[Recorded, ...]:
        if not met:
            with OpLog.open(path, clock=clock) as second:
                second.execute(WEEK, commands.RecordNote(text="meanwhile"))
        try:
            return execute(stream, command, **options)
        except Conflict as conflict:
            met.append(conflict)
            raise

    monkeypatch.setattr(filed._writer, "_execute", late)
    (recorded,) = filed.correct(1, "title", "month", why="x")
    assert (recorded.version, len(met)) == (3, 1)
