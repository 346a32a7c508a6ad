"""A process that appends is killed with signal 9, again and again, at moments that chance chooses."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from random import Random
from typing import TYPE_CHECKING

from appends import complaints, new_log
from processes import acknowledge_too_early, append_and_copy, append_on_and_on, append_part_by_part, hear, kill, start

from profiles import measured, tries

if TYPE_CHECKING:
    from pathlib import Path

KILLS = tries(short=15, full=1000)
MOST_APPENDS = 20  # that a process is let make before it is killed; with none it is killed while it opens the log
MOMENT, STARTING = 0.01, 0.1  # seconds: about what an append takes, and about what it takes to start and open the log
KILLS_OF_A_LOG = 25  # then a new one, so that each check reads a whole log and stays short


def test_a_killed_process_loses_no_acknowledged_event_and_leaves_no_append_by_half(tmp_path: Path) -> None:
    """Killed while it opens the log or appends: all that it acknowledged is there, and appends are whole."""
    chance = Random(2017)
    acknowledged: list[bytes] = []
    count = 0
    for number in range(KILLS):
        path = tmp_path / f"{number // KILLS_OF_A_LOG}.db"
        if number % KILLS_OF_A_LOG == 0:
            acknowledged = []
            new_log(path)
        process, heard = start((append_on_and_on, append_and_copy)[number % 2], path)
        before = len(acknowledged)
        patience = chance.randint(0, MOST_APPENDS)
        acknowledged += [hear(heard) for _ in range(patience)]
        time.sleep(chance.uniform(0, MOMENT if patience else STARTING))
        acknowledged += kill(process, heard)
        count += len(acknowledged) - before
        if chance.random() < 0.5 or number % KILLS_OF_A_LOG == KILLS_OF_A_LOG - 1 or number == KILLS - 1:
            assert complaints(path, acknowledged) == []
    assert count > KILLS
    measured("killed", kills=KILLS, appends_acknowledged=count, lost=0, stored_by_half=0)


def test_an_acknowledgement_before_the_commit_is_found_out(tmp_path: Path) -> None:
    """Control: a writer that acknowledges first is caught when it is killed before it can commit."""
    path = tmp_path / "ops.db"
    new_log(path)
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")  # nobody else can commit
        process, heard = start(acknowledge_too_early, path)
        acknowledged = [hear(heard), *kill(process, heard)]
    assert [text.partition(":")[0] for text in complaints(path, acknowledged)] == ["acknowledged, but not stored"]


def test_an_append_in_parts_is_found_out(tmp_path: Path) -> None:
    """Control: a writer that commits the events of one append one by one is caught when it is killed in between."""
    path = tmp_path / "ops.db"
    new_log(path)
    process, heard = start(append_part_by_part, path)
    hear(heard)
    kill(process, heard)
    (found,) = complaints(path, [])
    assert found.startswith("stored by half:")
    assert found.endswith("has 1 of 3")
