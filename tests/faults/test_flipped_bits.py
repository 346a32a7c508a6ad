"""One bit of a log's file is flipped, as a bad disk or a bad memory may do: it is found, and it is said where."""

from __future__ import annotations

import os
from collections import Counter
from random import Random
from typing import TYPE_CHECKING

import pytest
from attrs import evolve
from flips import Bench, two_hundred
from pages import CELL, STRUCTURE, TABLE_LEAF, UNUSED, kind_of, page_size, uses
from processes import forks

from oplog import Finding
from profiles import measured, tries

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from oplog import OpLog

WORKERS = tries(short=1, full=os.cpu_count() or 1)
SAMPLES = {
    STRUCTURE: tries(short=30, full=10**9),
    CELL: tries(short=120, full=20_000),
    UNUSED: tries(short=20, full=3000),
}
SHELLS = tries(short=5, full=500)  # how many of the flips are tried at the shell

Flip = tuple[int, int]
"""The place of a byte, and the number of the bit in it."""


def flips(database: bytes) -> list[Flip]:
    """The flips to try: every bit of headers and pointers, one bit of many bytes of cells and of unused space."""
    chance = Random(200)
    every: dict[str, list[Flip]] = {STRUCTURE: [], CELL: [], UNUSED: []}
    for offset, use in enumerate(uses(database)):
        every[use] += [(offset, bit) for bit in (range(8) if use == STRUCTURE else [chance.randrange(8)])]
    return [
        flip for use, found in every.items() for flip in sorted(chance.sample(found, min(len(found), SAMPLES[use])))
    ]


def try_flips(path: Path, chosen: list[Flip], shells: set[Flip]) -> tuple[Counter[str], list[str]]:
    """Try flips on a log of its own; give how often came of it what, and all that should not be."""
    two_hundred(path)
    bench = Bench.of(path)
    outcomes: Counter[str] = Counter()
    wrong: list[str] = []
    for offset, bit in chosen:
        database = bench.flip(offset, bit)
        wholly = kind_of(bench.database, offset) != TABLE_LEAF or (offset, bit) in shells
        outcome, told = bench.judge(database, wholly=wholly)
        told += bench.shell(database) if (offset, bit) in shells else []
        outcomes[outcome] += 1
        wrong += [f"bit {bit} of byte {offset}: {one}" for one in told]
    return outcomes, wrong


def test_every_flip_that_changes_a_value_is_found_and_located_and_no_other_is_called_one(tmp_path: Path) -> None:
    """No flip ends in a traceback, in the library or at the shell."""
    two_hundred(tmp_path / "first.db")
    chosen = flips((tmp_path / "first.db").read_bytes())
    shells = set(Random(1).sample(chosen, SHELLS))
    work = [(tmp_path / f"{n}.db", chosen[n::WORKERS], shells) for n in range(WORKERS)]
    with forks().Pool(WORKERS) as pool:
        results = pool.starmap(try_flips, work)
    outcomes = sum((one for one, _ in results), Counter[str]())
    assert [told for _, wrong in results for told in wrong] == []
    assert outcomes["changed"] > len(chosen) // 3
    assert outcomes["harmless"] >= SAMPLES[UNUSED] // 2
    measured("flipped bits", flips=len(chosen), **{name.replace(" ", "_"): count for name, count in outcomes.items()})


def unlocated(log: OpLog) -> list[Finding]:
    """Broken: say what is wrong, but not where."""
    return [evolve(finding, position=None) for finding in log.verify()]


def alarmed(_log: OpLog) -> list[Finding]:
    """Broken: always say that something is wrong."""
    return [Finding(rule="leaf", severity="fault", message="beware")]


def content_with_sqlite_alone(log: OpLog) -> list[Finding]:
    """Broken: believe what SQLite finds wrong with its file, and look no further."""
    return [Finding(rule="database", severity="fault", message=told) for told in log._store.recorder.damage()]


@pytest.mark.parametrize(
    ("audit", "place", "told"),
    [
        (content_with_sqlite_alone, b"officers from three wards", "missed: rows"),
        (unlocated, b"officers from three wards", "not located: position"),
        (alarmed, bytes(200), "false alarm: beware"),
    ],
)
def test_an_audit_that_misses_does_not_locate_or_cries_wolf_is_found_out(
    tmp_path: Path, audit: Callable[[OpLog], list[Finding]], place: bytes, told: str
) -> None:
    """Control: the same flip, judged by a broken audit; a flip in the text of a note, or where nothing is stored."""
    path = tmp_path / "ops.db"
    two_hundred(path)
    bench = Bench.of(path)
    database = bench.flip(bench.database.index(place) + 9, 0)
    assert bench.judge(database, wholly=False)[1] == []
    (wrong,) = bench.judge(database, wholly=False, audit=audit)[1]
    assert wrong.startswith(told)


def test_an_audit_that_names_no_event_is_found_out_where_none_can_be_read(tmp_path: Path) -> None:
    """Control: where a damaged page stops the reading, it is too little to say that something is wrong."""
    path = tmp_path / "ops.db"
    two_hundred(path)
    bench = Bench.of(path)
    text = bench.database.index(b"officers from three wards")
    database = bench.flip(text - text % page_size(bench.database), 0)
    assert bench.judge(database, wholly=False) == ("changed", [])
    assert bench.judge(database, wholly=False, audit=alarmed) == ("changed", ["not located: no position at all"])
