"""Somebody with the file in hand changes the history: clumsily, so that verifying tells where, or well.

Done well, the file agrees with itself, and nothing that lies in it can tell; a checkpoint that was kept outside does.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import outside
import pytest
from appends import new_log, parts
from attrs import evolve
from forgery import Stored, forge

from oplog import OpLog
from tampering import tamper

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from oplog.integrity.checkpoint import SignedCheckpoint

APPENDS = 15

CLUMSY: dict[str, tuple[int | None, tuple[str, ...]]] = {
    "changed": (20, ("UPDATE stored_events SET state=CAST(replace(state, 'say', 'pay') AS BLOB) WHERE position=20",)),
    "renamed": (20, ("UPDATE stored_events SET topic='pilot.outlook-recorded' WHERE position=20",)),
    "moved to another stream": (
        20,
        ("UPDATE stored_events SET originator_id='campaign/other', originator_version=1 WHERE position=20",),
    ),
    "inserted": (
        5,
        (
            "UPDATE stored_events SET position=position+1001 WHERE position>=5",
            "UPDATE stored_events SET position=position-1000 WHERE position>1000",
            (
                "INSERT INTO stored_events (position, originator_id, originator_version, topic, state, leaf)"
                " SELECT 5, 'campaign/new', 1, topic, state, leaf FROM stored_events WHERE position=1"
            ),
        ),
    ),
    "deleted": (6, ("DELETE FROM stored_events WHERE position=5",)),
    "swapped": (
        5,
        (
            "UPDATE stored_events SET position=1011-position WHERE position IN (5, 6)",
            "UPDATE stored_events SET position=position-1000 WHERE position>1000",
        ),
    ),
    "states swapped": (
        5,
        (
            "CREATE TEMP TABLE two AS SELECT 11-position AS place, state FROM stored_events WHERE position IN (5, 6)",
            (
                "UPDATE stored_events SET state=(SELECT state FROM two WHERE place=position), event_id='x'||position"
                " WHERE position IN (5, 6)"
            ),
        ),
    ),
    "duplicated": (
        40,
        (
            (
                "INSERT INTO stored_events (position, originator_id, originator_version, topic, state, leaf)"
                " SELECT 40, originator_id, originator_version+100, topic, state, leaf FROM stored_events"
                " WHERE position=20"
            ),
        ),
    ),
    "cut off at the end": (31, ("DELETE FROM stored_events WHERE position>30",)),
    "recorded at another time": (20, ("UPDATE stored_events SET recorded_at=recorded_at+1 WHERE position=20",)),
    "leaf changed": (20, ("UPDATE stored_events SET leaf=randomblob(32) WHERE position=20",)),
    "tree changed": (None, ("UPDATE log_tree SET frontier=randomblob(length(frontier))",)),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give the path of a log with a history."""
    place = tmp_path / "ops.db"
    new_log(place)
    go_on(place, 0)
    return place


def go_on(path: Path, beginning: int) -> None:
    """Append to the log in the ordinary way."""
    with OpLog.open(path) as log:
        for number in range(beginning, beginning + APPENDS):
            log.append(*parts(f"append {number}", 1 + number % 4))


def found(path: Path, *checkpoints: SignedCheckpoint) -> list[tuple[str, int | None]]:
    """What verifying finds: rule and position."""
    with OpLog.open(path) as log:
        return [(finding.rule, finding.position) for finding in outside.found(log, *checkpoints)]


@pytest.mark.parametrize("change", CLUMSY)
def test_a_clumsy_change_is_found_and_located_by_the_log_alone(path: Path, change: str) -> None:
    """Without any checkpoint, the first finding names the event that was changed; a changed tree names none."""
    assert found(path) == []
    position, statements = CLUMSY[change]
    tamper(path, *statements)
    places = [place for _, place in found(path)]
    assert places
    assert places[0] == position


def _another(event: Stored) -> Stored:
    """The same event under another id."""
    return evolve(event, state=event.state.replace(b'"id":"0', b'"id":"1'))


def _retold(event: Stored) -> Stored:
    return evolve(event, state=event.state.replace(b"has to say", b"has not said"))


WELL: dict[str, Callable[[list[Stored]], list[Stored]]] = {
    "changed": lambda history: [*history[:20], _retold(history[20]), *history[21:]],
    "inserted": lambda history: [*history[:9], _another(history[20]), *history[9:]],
    "deleted": lambda history: [*history[:9], *history[10:]],
    "reordered": lambda history: [*history[:9], *reversed(history[9:20]), *history[20:]],
    "duplicated": lambda history: [*history[:9], _another(history[8]), *history[9:]],
    "swapped": lambda history: [*history[:9], history[10], history[9], *history[11:]],
    "cut off at the end": lambda history: history[:-5],
}


@pytest.mark.parametrize("change", WELL)
def test_a_change_of_data_and_hashes_alike_is_found_by_a_checkpoint_alone(path: Path, change: str) -> None:
    """The file agrees with itself; a checkpoint does not agree with it, however the log goes on."""
    kept = outside.checkpoint(path)
    assert found(path, kept) == []
    forge(path, WELL[change])
    assert (found(path), found(path, kept)) == ([], [("checkpoint", None)])
    go_on(path, APPENDS)
    assert (found(path), found(path, kept)) == ([], [("checkpoint", None)])


def test_an_older_copy_is_found_by_a_checkpoint_alone(path: Path) -> None:
    """A log that was rolled back is a sound log; only what was signed since tells, also when the log goes on."""
    older, copy = outside.checkpoint(path), path.with_name("copy.db")
    shutil.copy(path, copy)
    go_on(path, APPENDS)
    newer = outside.checkpoint(path)
    assert found(path, older, newer) == []
    shutil.copy(copy, path)
    assert (found(path), found(path, older), found(path, older, newer)) == ([], [], [("checkpoint", None)])
    go_on(path, 2 * APPENDS)
    assert (found(path, older), found(path, older, newer)) == ([], [("checkpoint", None)])


def test_two_checkpoints_tell_between_which_of_them_a_change_lies(path: Path) -> None:
    """The later checkpoint does not hold, and the finding names the position up to which the earlier one does."""
    older = outside.checkpoint(path)
    size = older.checkpoint.size
    go_on(path, APPENDS)
    newer = outside.checkpoint(path)
    forge(path, lambda history: [*history[:-1], _retold(history[-1])])
    with OpLog.open(path) as log:
        (finding,) = outside.found(log, older, newer)
    assert f"after position {size} if checkpoint 2 continues checkpoint 1, which holds up to there" in finding.message
    forge(path, lambda history: [_retold(event) for event in history])
    assert found(path, older, newer) == [("checkpoint", None)] * 2
