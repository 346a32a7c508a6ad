"""The disk is full: an error that says so, a log that is whole, and work that goes on once there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from full_disk import AFTERWARDS, can_mount, fill

from profiles import measured

if TYPE_CHECKING:
    from pathlib import Path

# A file system of its own where this machine gives one to a process; the limit of a file's size it gives to all.
WAYS = ["limit", *(["mount"] if can_mount() else [])]
TOLD = {"limit": "disk I/O error", "mount": "database or disk is full"}


@pytest.mark.parametrize("way", WAYS)
def test_a_full_disk_is_told_and_the_log_is_whole_and_works_again_when_there_is_room(way: str, tmp_path: Path) -> None:
    """What was acknowledged is there while the disk is full, and afterwards; in the library and at the shell."""
    found = fill(way, tmp_path)
    assert found == {
        "acknowledged": found["acknowledged"],
        "refusal": f"CannotOpen: the log cannot be written: {TOLD[way]}",
        "refused_at_the_shell": [1, f"oplog: the log cannot be written: {TOLD[way]}\n"],
        "complaints": [],
        "acknowledged_after": AFTERWARDS,
        "refusal_after": "",
        "complaints_after": [],
    }
    assert found["acknowledged"]
    measured(f"full disk, {way}", appends_acknowledged_before=found["acknowledged"], lost=0)


@pytest.mark.parametrize("way", [way for way in WAYS if way == "mount"])
def test_a_disk_that_stays_full_is_found_out(way: str, tmp_path: Path) -> None:
    """Control: without room, nothing is stored afterwards, and nothing is acknowledged."""
    found = fill(way, tmp_path, room=False)
    assert found["acknowledged_after"] == 0
    assert str(found["refusal_after"]).endswith(TOLD[way])
