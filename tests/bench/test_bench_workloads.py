"""The workloads do the same on all sides, and the processes that run them are measured as they are."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import cycle
from time import sleep
from typing import TYPE_CHECKING, Any

import pytest

from bench import bare
from bench.activities import Activities
from bench.pairs import Unequal, measure
from bench.place import Place, build, edition
from bench.worker import Failed, Worker
from bench.workloads import UNSIZED, WORKLOADS
from oplog import OpLog, to_wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SIZE = 400


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Build the logs of a tiny size, once for all tests of this module."""
    made = Place(tmp_path_factory.mktemp("kept"), tmp_path_factory.mktemp("room"), SIZE, seed=5, more=2_000)
    build(made, adding=True)
    return made


def test_both_sides_store_the_same_events_with_the_same_content(place: Place) -> None:
    """Event by event: name, content and what surrounds it, as JSON."""
    with OpLog.open(place.log("oplog")) as log, Activities.at(place.log("plain")) as app:
        ours = list(log.events())
        theirs = {happened.context["id"]: happened for happened in app.all_events()}
    assert len(ours) == len(theirs) == SIZE
    for recorded in ours:
        happened = theirs[recorded.id]
        own = {"originator_id", "originator_version", "timestamp", "originator_topic", "stream", "context"}
        content = {key: value for key, value in vars(happened).items() if key not in own and value is not None}
        told = {key: value for key, value in to_wire(recorded.event).items() if key not in ("nature", "about")}
        assert content == told
        context = {"id": recorded.id, "actor": recorded.actor, "source": recorded.source, "marking": recorded.marking}
        context["effective"] = to_wire(recorded.effective)
        assert happened.context == {key: value for key, value in context.items() if value is not None}
        name = type(happened).__name__
        assert name.lower() == recorded.name.partition(".")[2].replace("-", "")


def test_both_sides_store_about_as_many_bytes_an_event(place: Place) -> None:
    def size(side: str) -> float:
        with closing(sqlite3.connect(place.log(side))) as connection:
            mean: float = connection.execute(
                "SELECT AVG(LENGTH(originator_id) + LENGTH(topic) + LENGTH(state)) FROM stored_events"
            ).fetchone()[0]
            return mean

    assert 0.75 < size("oplog") / size("plain") < 1.33


@pytest.mark.parametrize("name", WORKLOADS)
def test_all_sides_of_a_workload_do_equally_many(name: str, place: Place) -> None:
    done = {}
    for side, target in WORKLOADS[name].SIDES.items():
        samples = target(place)
        done[side] = [next(samples)() for _ in range(2)]
        samples.close()
    assert done["oplog"] == done["plain"] == done["bare"]
    assert min(done["oplog"]) > 0


@pytest.mark.parametrize("name", sorted(set(WORKLOADS) - UNSIZED))
def test_workloads_leave_the_kept_logs_as_they_are(name: str, place: Place) -> None:
    before = place.log("oplog").read_bytes(), place.log("plain").read_bytes()
    for target in WORKLOADS[name].SIDES.values():
        samples = target(place)
        next(samples)()
        samples.close()
    assert (place.log("oplog").read_bytes(), place.log("plain").read_bytes()) == before
    assert list(place.room.iterdir()) == []


def test_logs_that_are_there_are_not_built_again(place: Place) -> None:
    before = place.log("oplog").stat().st_mtime_ns
    assert place.missing(adding=True) == []
    build(place, adding=True)
    assert place.log("oplog").stat().st_mtime_ns == before


def test_the_edition_changes_with_the_seed_and_not_by_itself() -> None:
    assert edition(1) == edition(1) != edition(2)


def _counting(place: Any) -> Iterator[Callable[[], int]]:
    yield from cycle([lambda: place])


def _twice(place: Any) -> Iterator[Callable[[], int]]:
    yield from cycle([lambda: 2 * place])


def _large(_place: Any) -> Iterator[Callable[[], int]]:
    yield from cycle([lambda: len(b"x" * (200 << 20)) and 3])


def _endless(_place: Any) -> Iterator[Callable[[], int]]:
    yield from cycle([lambda: sleep(600) or 3])


def _broken(_place: Any) -> Iterator[Callable[[], int]]:
    yield from cycle([lambda: 1 // 0])


RULES: dict[str, Any] = {"rounds": 2, "warm_up": True, "minutes": 1.0, "limit": 60.0}


def test_sides_run_in_turn_and_every_round_gives_a_pair() -> None:
    measured = measure({"oplog": _counting, "plain": _counting}, 3, **RULES)
    assert measured.count == 3
    assert measured.rounds == len(measured.seconds["plain"]) == 2
    ratio = measured.ratio("plain")
    assert ratio is not None
    assert 0 < ratio.min <= ratio.median <= ratio.max


def test_a_side_that_does_more_than_another_is_refused() -> None:
    with pytest.raises(Unequal, match="oplog did 3, plain did 6"):
        measure({"oplog": _counting, "plain": _twice}, 3, **RULES)


def test_a_side_that_takes_too_long_is_ended_and_left_out() -> None:
    measured = measure({"oplog": _endless, "plain": _counting}, 3, **{**RULES, "limit": 3.0, "rounds": 1})
    assert measured.ended == ("oplog",)
    assert list(measured.seconds) == ["plain"]
    assert measured.ratio("plain") is None


def test_a_side_that_fails_tells_why() -> None:
    with pytest.raises(Failed, match=r"(?s)plain: .*ZeroDivisionError"):
        measure({"oplog": _counting, "plain": _broken}, 3, **RULES)


def test_the_memory_of_a_side_is_its_own() -> None:
    peaks = measure({"oplog": _large, "plain": _counting}, 3, **RULES).peaks
    assert 150 < peaks["oplog"] - peaks["plain"] < 300


def test_a_killed_side_is_told_as_failed() -> None:
    worker = Worker(_counting, 3, 60.0)
    assert worker.sample().count == 3
    worker.kill()
    with pytest.raises(Failed, match="exit code -9"):
        worker.sample()


def test_rows_of_a_later_form_are_copied_with_all_their_columns(tmp_path: Path, place: Place) -> None:
    """The bare side asks the table for its columns, so that it copies what is there and not what once was."""
    with bare.reading(place.log("oplog")) as source, bare.writing(tmp_path / "copy.db") as target:
        bare.same_table(source, target)
        assert bare.insert(target, bare.rows(source)) == SIZE
        assert list(bare.rows(target)) == list(bare.rows(source))
