"""The store on a SQLite file and in memory: order, paging, atomic writes, and what cannot be opened."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from oplog import CannotOpen, OpLog, Pending, Refused, Undecodable, commands, events
from oplog.store import store as store_room
from oplog.store.sqlite import LogRecorder
from tampering import rows, tamper

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Clock

WEEK = "campaign/week"


def note(text: str, stream: str = WEEK, **context: Any) -> Pending:
    return Pending(stream=stream, event=events.NoteRecorded(text=text), **context)


def plan(stream: str = WEEK) -> Pending:
    return Pending(stream=stream, event=events.Planned(title="week of action"))


@pytest.fixture(params=["memory", "file"])
def either(request: pytest.FixtureRequest) -> OpLog:
    """Give an empty log, once in memory and once in a file."""
    log: OpLog = request.getfixturevalue({"memory": "log", "file": "filed"}[request.param])
    return log


def test_events_are_read_in_order_over_many_pages(either: OpLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading in pages gives every event once, in order, from and up to any place, of all streams or of one."""
    monkeypatch.setattr(store_room, "PAGE", 3)
    streams = ["campaign/a", "campaign/b"]
    either.append(*(plan(stream) for stream in streams))
    either.append(*(note(str(n), streams[n % 2]) for n in range(18)))
    everything = list(either.events())
    assert [r.position for r in everything] == list(range(1, 21))
    assert [r.position for r in either.rows()] == list(range(1, 21))
    for after in range(22):
        for until in (0, 1, 3, 6, 12, 19, 20, 99):
            assert list(either.events(after=after, until=until)) == everything[after:until]
    for stream in streams:
        own = [r for r in everything if r.stream == stream]
        assert [r.version for r in own] == list(range(1, 11))
        for after in range(11):
            assert list(either.events(stream=stream, after=after)) == own[after:]
            assert list(either.events(stream=stream, after=after, until=9)) == own[after:9]
    assert either.streams() == streams
    assert either.head() == 20


def test_several_streams_are_written_together_or_not_at_all(either: OpLog) -> None:
    """An append with one event that its stream refuses leaves nothing of the others behind."""
    with pytest.raises(Refused):
        either.append(plan("campaign/a"), plan("campaign/b"), note("too early", "campaign/c"))
    assert (either.head(), either.streams(), either.stored_states()) == (0, [], [])
    recorded = either.append(plan("campaign/a"), plan("campaign/b"), note("second", "campaign/a"))
    assert [(r.position, r.stream, r.version) for r in recorded] == [
        (1, "campaign/a", 1),
        (2, "campaign/b", 1),
        (3, "campaign/a", 2),
    ]
    assert list(either.events()) == list(recorded)


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


def test_closing_and_opening_keeps_everything(path: Path, clock: Clock) -> None:
    """A log that was closed gives the same events, states and register when it is opened again."""
    with OpLog.open(path, create=True, clock=clock) as log:
        log.append(plan("campaign/a"), plan("campaign/b"))
        log.execute("campaign/a", commands.Cancel(), actor="planner", source="a letter", marking="public")
        before = (list(log.events()), log.register(), log.stored_states())
    with OpLog.open(path) as log:
        assert (list(log.events()), log.register(), log.stored_states()) == before


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


def test_kept_states_are_those_of_the_last_event(either: OpLog) -> None:
    """Beside the events lies one state for each stream, made from its last event."""
    recorded = either.append(plan("campaign/a"), plan("campaign/b"), note("x", "campaign/a"))
    assert [(s.stream, s.version) for s in either.stored_states()] == [("campaign/a", 2), ("campaign/b", 1)]
    entry = either.entry("campaign/a")
    assert (entry.position, entry.recorded_at) == (3, recorded[2].recorded_at)


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


def test_forgotten_states_are_made_again(either: OpLog) -> None:
    """When the kept states are thrown away, state and register are the same as before."""
    either.append(plan("campaign/a"), plan("campaign/b"))
    before = (either.register(), either.state("campaign/a"), either.stored_states())
    either.forget_states()
    assert either.stored_states() == []
    assert either.replay() == ()
    assert (either.register(), either.state("campaign/a"), either.stored_states()) == before


def test_writers_in_several_processes_keep_one_order(path: Path) -> None:
    """Several processes that write to one file at once lose nothing, and recorded time never goes back."""
    OpLog.open(path, create=True).close()
    script = (
        "import sys\nfrom oplog import OpLog, commands\n"
        "with OpLog.open(sys.argv[1]) as log:\n"
        "    log.execute('campaign/all', commands.Plan(title='all'), attempts=50)\n"
        "    log.execute('campaign/' + sys.argv[2], commands.Plan(title='own'))\n"
        "    for n in range(12):\n"
        "        log.execute('campaign/' + sys.argv[2], commands.RecordNote(text=str(n)))\n"
        "        log.execute('campaign/all', commands.RecordNote(text=sys.argv[2] + str(n)), attempts=50)\n"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", script, str(path), name])  # noqa: S603 - our own script
        for name in ("a", "b", "c")
    ]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    with OpLog.open(path) as log:
        recorded = list(log.events())
        assert log.replay() == ()
    assert len(recorded) == 1 + 3 + 2 * 36
    assert [r.recorded_at for r in recorded] == sorted(r.recorded_at for r in recorded)
    assert sorted(r.event.text for r in recorded if r.stream == "campaign/all" and r.version > 1) == sorted(
        f"{name}{n}" for name in "abc" for n in range(12)
    )


def test_a_recorded_event_cannot_be_changed(log: OpLog) -> None:
    """What the log gives out is immutable."""
    (recorded,) = log.append(plan())
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        recorded.event.title = "another"
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        recorded.actor = "another"  # type: ignore[misc]
