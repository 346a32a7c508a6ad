"""Values that no log writes, and that a damaged file may hold all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import outside
import pytest
from appends import new_log
from click.testing import CliRunner
from flips import Bench, two_hundred
from pages import last_key

from oplog import CannotOpen, Damaged, OpLog
from oplog.store.recorder import Row, StoredRow, StoredTree
from oplog.verify import verify
from oplog_cli.main import cli
from tampering import tamper

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("version", [None, "one", 1.5, b"1"])
def test_a_version_that_is_no_number_is_found(version: Any) -> None:
    """Each event with such a version is named, and the events of its stream after it are verified as well."""
    rows = [StoredRow(Row(n, "campaign/week", version, "campaign.planned", b"{}"), None, None) for n in (1, 2)]
    found = list(verify(rows, StoredTree(0, b"", 2)))
    assert [(f.rule, f.position) for f in found] == [
        ("sequence", 1),
        ("leaf", 1),
        ("sequence", 2),
        ("leaf", 2),
        ("tree", None),
        ("salt", 1),
    ]


@pytest.mark.parametrize("size", [None, "three"])
def test_a_size_of_the_tree_that_is_no_number_is_found(size: Any) -> None:
    """It is not the size that the events give."""
    assert [f.rule for f in verify([], StoredTree(size, b"", 0))] == ["tree"]


def test_a_log_that_does_not_say_its_origin_is_told_so(tmp_path: Path) -> None:
    """A checkpoint cannot be held against it, and the error says why and what to do."""
    path = tmp_path / "ops.db"
    new_log(path)
    kept = outside.checkpoint(path)
    tamper(path, "DELETE FROM log_about WHERE key='origin'")
    with OpLog.open(path) as log, pytest.raises(CannotOpen, match="does not say its origin any more"):
        outside.found(log, kept)


def test_verifying_ends_though_a_key_leads_back_to_events_that_were_read(tmp_path: Path) -> None:
    """A key is made larger than the last position, so that what is read after that position lies before it."""
    path = tmp_path / "ops.db"
    two_hundred(path)
    bench = Bench.of(path)
    database = bench.flip(last_key(bench.database) + 1, 3)
    assert bench.judge(database, wholly=True) == ("changed", [])
    bench.lay(database)
    with OpLog.open(path) as log:
        assert len(list(log.leaves())) >= 200


def test_events_are_verified_up_to_the_size_of_the_tree(tmp_path: Path) -> None:
    """A last position that was made smaller than those before it does not hide them, and is named."""
    path = tmp_path / "ops.db"
    two_hundred(path)
    bench = Bench.of(path)
    text = bench.database.index(b'"text":"note 179:')
    position = bench.database.rindex(b"\x81\x48", 0, text)  # 200, as SQLite writes a number
    assert bench.judge(bench.flip(position + 1, 3), wholly=False) == ("changed", [])


def test_an_event_that_the_file_does_not_give_is_passed_over_and_named(tmp_path: Path) -> None:
    """A cell that cannot be read hides itself alone: all others are verified, and those that were changed are named."""
    path = tmp_path / "ops.db"
    two_hundred(path)
    bench = Bench.of(path)
    database = bytearray(bench.database)
    for number in (100, 150):
        place = database.index(b'"text":"note %d:' % number)
        database[place + 8] ^= 1
    text = database.index(b'"text":"note 120:')
    position = database.rindex(b"\x81\x0d", 0, text)  # 141, as SQLite writes a number
    database[position + 2] ^= 0x80  # the length of the header of its record, which becomes longer than the record
    bench.lay(bytes(database))
    with OpLog.open(path) as log:
        found = log.verify()
        with pytest.raises(Damaged, match="malformed"):
            list(log.events())
        assert log.replay() == found
    assert [f.message for f in found if f.position == 141] == [
        "the event cannot be read: database disk image is malformed"
    ]
    replayed = CliRunner().invoke(cli, ("--log", str(path), "replay"))
    assert replayed.stdout.startswith("checked what can be read of the log, which is not all of it\n")
    assert [(f.rule, f.position) for f in found if f.rule != "database"] == [
        ("leaf", 121),
        ("sequence", 142),
        ("sequence", 161),
        ("leaf", 171),
        ("tree", None),
    ]
