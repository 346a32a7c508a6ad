"""The write-ahead log is cut off, or holds sectors of noughts: what a loss of power, or a bad disk, can leave of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import outside
import pytest
from appends import complaints_of
from files import Written, written
from forgery import forge

from oplog import OpLog
from profiles import measured, tries

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from oplog.integrity.checkpoint import SignedCheckpoint

CUT, SECTOR = 37, 512
APPENDS = 12
HARMS = tries(short=24, full=10**6)


def cut(wal: bytes, number: int) -> bytes:
    """The write-ahead log, cut off at its so many-th 37th byte."""
    return wal[: number * CUT]


def blanked(wal: bytes, number: int) -> bytes:
    """The write-ahead log with noughts for one of its sectors."""
    start = number * SECTOR
    return wal[:start] + bytes(len(wal[start : start + SECTOR])) + wal[start + SECTOR :]


def wrong(path: Path, whole: Written, kept: SignedCheckpoint) -> tuple[int, list[str]]:
    """How many events are left, and what is wrong: not the first so many appends, unsound, or a loss not told."""
    with OpLog.open(path) as log:
        ids = [recorded.id for recorded in log.events()]
        told = complaints_of(log)
        rules = [finding.rule for finding in outside.found(log, kept)]
    if ids != whole.ids[: len(ids)] or len(ids) not in whole.wholes:
        told.append(f"what is left, {len(ids)} events, is not the first so many appends")
    if rules != (["checkpoint"] if len(ids) < len(whole.ids) else []):
        told.append(f"{len(ids)} of {len(whole.ids)} events are left, and the checkpoint tells {rules}")
    return len(ids), told


@pytest.mark.parametrize(("harm", "size"), [(cut, CUT), (blanked, SECTOR)])
def test_what_is_left_is_whole_appends_and_the_loss_shows_against_a_checkpoint(
    tmp_path: Path, harm: Callable[[bytes, int], bytes], size: int
) -> None:
    """However the write-ahead log is harmed, the log opens with its first so many appends, sound in itself."""
    whole = written(tmp_path / "whole.db", APPENDS)
    kept = outside.checkpoint(tmp_path / "whole.db")
    path = tmp_path / "ops.db"
    count = -(-len(whole.wal) // size)
    numbers = range(0, count, max(1, count // HARMS))
    left: set[int] = set()
    for number in numbers:
        whole.lay(path, harm(whole.wal, number))
        head, told = wrong(path, whole, kept)
        assert told == [], f"{harm.__name__} {number}"
        left.add(head)
    assert min(left) == whole.wholes[0] < max(left)
    measured(f"write-ahead log {harm.__name__}", bytes=len(whole.wal), harms=len(numbers), heads_left=len(left))


def test_an_append_of_which_a_part_is_left_is_found_out(tmp_path: Path) -> None:
    """Control: a log that lost the last event of an append of two, with nothing beside it that tells, is caught."""
    path = tmp_path / "ops.db"
    whole = written(path, 2)
    kept = outside.checkpoint(path)
    assert wrong(path, whole, kept) == (6, [])
    forge(path, lambda events: events[:-1])
    _, told = wrong(path, whole, kept)
    assert "stored by half: append 1 has 1 of 2" in told
    assert "what is left, 5 events, is not the first so many appends" in told


def test_a_loss_that_no_checkpoint_tells_is_found_out(tmp_path: Path) -> None:
    """Control: held against a checkpoint of the shorter log, nothing is told, and the checker says so."""
    path = tmp_path / "ops.db"
    whole = written(path, 2)
    whole.lay(path, b"")
    told = ["3 of 6 events are left, and the checkpoint tells []"]
    assert wrong(path, whole, outside.checkpoint(path)) == (3, told)
