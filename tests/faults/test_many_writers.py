"""Several processes write to one file at the same time, and one reads along."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from appends import acknowledgement, complaints, new_log
from processes import forks, hear, hear_out, start
from writers import race, race_blindly, read_along, subscribe, write_many

from oplog import OpLog
from profiles import measured, tries

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WRITERS, APPENDS = 4, tries(short=50, full=1000)
RACERS, ROUNDS = 8, tries(short=60, full=1000)


def misread(seen: list[bytes], path: Path) -> list[str]:
    """Where what a reader saw differs from what is stored: missed, twice, or in another order."""
    with OpLog.open(path) as log:
        stored = acknowledgement(list(log.events())).split()
    times = Counter(seen)
    found = [f"missed: {place!r}" for place in stored if place not in times]
    found += [f"seen twice: {place!r}" for place, count in times.items() if count > 1]
    return found or ([] if seen == stored else ["seen in another order"])


def test_what_four_processes_append_is_stored_without_a_gap_and_read_along_once_in_order(tmp_path: Path) -> None:
    """All write to one stream; two processes follow meanwhile, one by reading and one by a subscription."""
    path = tmp_path / "ops.db"
    new_log(path)
    total = 3 + WRITERS * APPENDS
    readers = [start(reader, path, total) for reader in (read_along, subscribe)]
    for _, heard in readers:
        hear(heard)
    writers = [start(write_many, path, APPENDS, n % 2 == 1) for n in range(WRITERS)]
    acknowledged = [hear_out(*writer) for writer in writers]
    assert [len(lines) for lines in acknowledged] == [APPENDS] * WRITERS
    assert complaints(path, (line for lines in acknowledged for line in lines)) == []
    for reader in readers:
        (seen,) = hear_out(*reader)
        assert misread(seen.split(), path) == []
    measured("one file", writers=WRITERS, appends_each=APPENDS, missed_by_readers=0)


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (lambda seen: seen[:1] + seen[2:], "missed"),
        (lambda seen: [*seen, seen[1]], "seen twice"),
        (lambda seen: [seen[1], seen[0], seen[2]], "seen in another order"),
    ],
    ids=["missed", "twice", "order"],
)
def test_a_reader_that_misreads_is_found_out(
    tmp_path: Path, spoil: Callable[[list[bytes]], list[bytes]], found: str
) -> None:
    """Control: an event missed, seen twice or too early is told."""
    path = tmp_path / "ops.db"
    new_log(path)
    seen = hear_out(*start(read_along, path, 3))[-1].split()
    assert misread(seen, path) == []
    assert [told.partition(":")[0] for told in misread(spoil(seen), path)] == [found]


def winners(path: Path, racer: Callable[..., None], rounds: int) -> list[int]:
    """Let processes append to one version of a stream, round by round; give how many won each round."""
    new_log(path)
    barrier = forks().Barrier(RACERS)
    racers = [start(racer, path, rounds, barrier) for _ in range(RACERS)]
    results = [hear_out(*one) for one in racers]
    return [sum(won == b"won" for won in turn) for turn in zip(*results, strict=True)]


def test_of_eight_processes_that_append_to_one_version_one_wins(tmp_path: Path) -> None:
    """In every round exactly one append is stored, and the others learn of the conflict."""
    path = tmp_path / "ops.db"
    assert winners(path, race, ROUNDS) == [1] * ROUNDS
    assert complaints(path) == []
    with OpLog.open(path) as log:
        assert log.head() == 3 + ROUNDS
    measured("one version", writers=RACERS, rounds=ROUNDS, winners_of_each=1)


def test_writers_that_ignore_the_version_are_found_out(tmp_path: Path) -> None:
    """Control: without an expected version, all win."""
    assert winners(tmp_path / "ops.db", race_blindly, 2) == [RACERS, RACERS]
