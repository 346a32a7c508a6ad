"""The store on a SQLite file and in memory, beyond the contract of all stores: names, files, what cannot be opened."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from oplog import CannotOpen, OpLog, Pending, Undecodable, events
from oplog.store.sqlite import LogRecorder
from tampering import rows, tamper

if TYPE_CHECKING:
    from pathlib import Path


WEEK = "campaign/week"


def note(text: str, stream: str = WEEK, **context: Any) -> Pending:
    return Pending(stream=stream, event=events.NoteRecorded(text=text), **context)


def plan(stream: str = WEEK) -> Pending:
    return Pending(stream=stream, event=events.Planned(title="week of action"))


def test_a_failure_in_the_database_leaves_nothing(filed: OpLog, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the last step of a write fails, no event, id, key or state of it is in the file."""
    filed.append(plan())
    before = _tables(path)

    def fail(*_: Any, **__: Any) -> Any:
        raise sqlite3.OperationalError("disk full")

    whole = LogRecorder.append

    def at_the_end(self: Any, events: Any, _states: Any, keys: Any) -> Any:
        return whole(self, events, fail, keys)

    monkeypatch.setattr(LogRecorder, "append", at_the_end)
    with pytest.raises(CannotOpen, match=r"cannot be written: .*disk full"):
        filed.append(note("one"), plan("campaign/other"), note("two"))
    assert _tables(path) == before


def _tables(path: Path) -> dict[str, list[Any]]:
    names = ("stored_events", "stream_states", "log_tree", "sqlite_sequence")
    return {name: rows(path, f"SELECT * FROM {name}") for name in names}  # noqa: S608 - names of our own


def test_a_position_is_never_used_again(filed: OpLog, path: Path) -> None:
    """When somebody deletes the last event from the file, the next one still gets a new position."""
    filed.append(plan("campaign/a"), plan("campaign/b"))
    tamper(path, "DELETE FROM stored_events WHERE rowid=2")
    assert filed.append(plan("campaign/c"))[0].position == 3


@pytest.mark.parametrize(
    "name",
    [
        "an ops log.db",
        "what?.db",
        "a#b.db",
        "100%.db",
        "%20.db",
        ":memory:.db",
        "x:memory:",
        "mode=memory&cache=shared",
        "a'b\"c.db",
        "żółw.db",
        "back\\slash.db",
    ],
)
def test_any_file_name_works(tmp_path: Path, name: str) -> None:
    """Whatever characters the name of the file has, the log lies in that very file."""
    path = tmp_path / name
    with OpLog.open(path, create=True) as log:
        log.append(plan())
    assert path.stat().st_size > 0
    assert {entry.name for entry in tmp_path.iterdir()} == {name}
    with OpLog.open(str(path)) as log:
        assert log.head() == 1


def test_two_logs_in_memory_are_apart() -> None:
    """Each log in memory is its own and empty."""
    with OpLog.open(":memory:") as one, OpLog.open(":memory:") as other:
        one.append(plan())
        assert (one.head(), other.head()) == (1, 0)


def test_what_is_no_log_cannot_be_opened(tmp_path: Path) -> None:
    """A missing file, a folder, another file, another database and a used name raise CannotOpen."""
    (tmp_path / "text.db").write_text("dear log, " * 200)
    (tmp_path / "empty.db").touch()
    tamper(tmp_path / "other.db", "CREATE TABLE stored_events (x)")
    before = {entry.name: entry.stat().st_size for entry in tmp_path.iterdir()}
    for name, create, told in (
        ("missing.db", False, "there is no log .*missing.db; make one with 'oplog init'"),
        ("", False, "is a folder"),
        ("text.db", False, "is not an oplog log"),
        ("empty.db", False, "but not an oplog log"),
        ("other.db", False, "is a database, but not an oplog log"),
        ("text.db", True, "exists already"),
        ("nowhere/ops.db", True, "there is no folder"),
    ):
        with pytest.raises(CannotOpen, match=told):
            OpLog.open(tmp_path / name, create=create)
    assert {entry.name: entry.stat().st_size for entry in tmp_path.iterdir()} == before


@pytest.mark.parametrize("prefix", ["", "OPLOG_"])
def test_the_environment_does_not_divert_a_log(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prefix: str
) -> None:
    """Settings of the library underneath that lie in the environment change nothing."""
    for name, value in {
        "PERSISTENCE_MODULE": "eventsourcing.popo",
        "CIPHER_TOPIC": "eventsourcing.cipher:AESCipher",
        "CIPHER_KEY": "nonsense",
        "COMPRESSOR_TOPIC": "zlib",
        "MAPPER_TOPIC": "eventsourcing.persistence:Mapper",
        "TRANSCODER_TOPIC": "nonsense:Nothing",
        "IS_SNAPSHOTTING_ENABLED": "y",
        "SQLITE_DBNAME": str(tmp_path / "elsewhere.db"),
        "CREATE_TABLE": "n",
        "APPLICATION_RECORDER_TOPIC": "nonsense:Nothing",
        "AGGREGATE_CACHE_MAXSIZE": "nonsense",
    }.items():
        monkeypatch.setenv(prefix + name, value)
    with OpLog.open(path, create=True) as log:
        log.append(plan())
    ((state,),) = rows(path, "SELECT state FROM stored_events")
    assert state.startswith(b'{"data":{"title":"week of action"}')
    assert {entry.name for entry in tmp_path.iterdir()} == {"ops.db"}


def test_a_file_that_changes_under_the_log_is_told(filed: OpLog, path: Path) -> None:
    """What fails in the file itself while a log is open is one error with a reason."""
    filed.append(plan())
    tamper(path, "DROP TABLE stream_states")
    with pytest.raises(CannotOpen, match="the log cannot be read: no such table: stream_states"):
        filed.state(WEEK)


def test_an_event_that_cannot_be_read_names_its_place(filed: OpLog, path: Path) -> None:
    """Reading past a damaged event raises Undecodable with position, stream and version."""
    filed.append(plan(), note("one"))
    tamper(path, "UPDATE stored_events SET state=CAST('{}' AS BLOB) WHERE rowid=2")
    with pytest.raises(Undecodable, match=r"position 2 \(campaign/week, version 2\): "):
        list(filed.events())


def test_a_damaged_kept_state_is_not_used(filed: OpLog, path: Path) -> None:
    """A kept state that cannot be read is made anew from the events."""
    filed.append(plan(), plan("campaign/other"))
    before = (filed.state(WEEK), filed.register())
    tamper(path, "UPDATE stream_states SET state=CAST('{' AS BLOB)")
    assert (filed.state(WEEK), filed.register()) == before


def test_a_kept_state_of_other_code_is_not_used(filed: OpLog, path: Path) -> None:
    """A kept state with another fingerprint is passed over, and replaced when the register is made."""
    filed.append(plan())
    before = (filed.register(), filed.stored_states())
    tamper(path, "UPDATE stream_states SET fold='older', state=CAST('{}' AS BLOB)")
    assert filed.replay() == ()
    assert (filed.register(), filed.stored_states()) == before


def test_a_recorded_event_cannot_be_changed(log: OpLog) -> None:
    """What the log gives out is immutable."""
    (recorded,) = log.append(plan())
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        recorded.event.title = "another"
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        recorded.actor = "another"  # type: ignore[misc]
