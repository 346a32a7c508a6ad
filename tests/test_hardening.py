"""What must not get into a log, and what must not break its readers."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result

from oplog import (
    BadImport,
    CannotOpen,
    Cause,
    CauseKind,
    Figure,
    IllegalTransition,
    InvalidValue,
    OpLog,
    Pending,
    Projection,
    When,
    commands,
    events,
    export_lines,
    import_lines,
)
from oplog.exchange.jsonl import MOST_PROBLEMS
from oplog_cli.main import cli
from oplog_cli.text import escaped
from tampering import loosen, tamper

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from oplog import Recorded

STREAM = "campaign/week"


def run(path: Path, *args: str, code: int | None = 0) -> Result:
    """Run a command on a log, and check that it did not break."""
    result = CliRunner(env={"OPLOG_LOG": str(path)}).invoke(cli, args, prog_name="oplog")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    assert code in (None, result.exit_code), result.output
    return result


@pytest.fixture
def log() -> OpLog:
    """A log in memory with one planned campaign."""
    opened = OpLog.open(":memory:")
    opened.execute(STREAM, commands.Plan(title="week of action", when=When("2024-06")))
    return opened


@pytest.mark.parametrize("odd", [b"bytes", date(2024, 6, 1), datetime(2024, 6, 1, tzinfo=UTC), uuid4(), 3, object()])
@pytest.mark.parametrize("place", ["actor", "source", "marking", "correlation_id", "text"])
def test_a_value_of_another_type_is_refused(log: OpLog, place: str, odd: Any) -> None:
    """What is no text is not turned into one: nothing is stored, and the log stays readable."""
    context = {} if place == "text" else {place: odd}
    command = commands.RecordNote(text="It went well.")
    if place == "text":
        object.__setattr__(command, "text", odd)
    with pytest.raises(InvalidValue):
        log.execute(STREAM, command, **context)
    assert log.head() == 1
    assert [f for f in log.replay() if f.severity == "fault"] == []


def test_an_event_too_large_to_come_back_is_refused(log: OpLog) -> None:
    """An event that an import would refuse for its size is refused when it is recorded."""
    with pytest.raises(InvalidValue, match="an event may take 1048576 at most"):
        log.execute(STREAM, commands.RecordNote(text="x" * (1 << 20)))
    log.execute(STREAM, commands.RecordNote(text="x" * ((1 << 20) - 1000)))
    with OpLog.open(":memory:") as other:
        assert import_lines(other, export_lines(log)).count == log.head()


def test_a_key_used_for_something_else_is_refused(log: OpLog) -> None:
    """An idempotency key gives the first one's events only to who asks for the same again."""
    first = log.execute(STREAM, commands.Cancel(), idempotency_key="k")
    assert log.execute(STREAM, commands.Cancel(), idempotency_key="k") == first
    with pytest.raises(InvalidValue, match="the idempotency key 'k' was used for something else"):
        log.execute("pilot/drone", commands.Plan(title="drone pilot"), idempotency_key="k")
    with pytest.raises(InvalidValue, match="used for something else"):
        log.append(Pending(stream=STREAM, event=events.Reinstated(), idempotency_key="k"))
    assert log.head() == 2


def test_a_log_of_another_form_is_refused(tmp_path: Path) -> None:
    """A database whose form this release does not know is not opened, and neither is one without a table it needs."""
    path = tmp_path / "ops.db"
    OpLog.open(path, create=True).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version=3")
    connection.close()
    with pytest.raises(CannotOpen, match="has form 3; this release of oplog knows form 2"):
        OpLog.open(path)
    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE log_tree")
    connection.close()
    with pytest.raises(CannotOpen, match="not an oplog log"):
        OpLog.open(path)


def test_an_unknown_store_is_refused_by_name() -> None:
    """An address of a store that this release does not have is not taken for a file."""
    with pytest.raises(
        CannotOpen, match="'mysql' is no store of this release; expected a file, :memory: or postgresql"
    ):
        OpLog.open("mysql://localhost/ops")


def test_replay_survives_a_version_that_is_no_number(tmp_path: Path) -> None:
    """A strict table takes no text for a number; where somebody loosened it, a replay reports it and goes on."""
    path = tmp_path / "ops.db"
    with OpLog.open(path, create=True) as log:
        log.execute(STREAM, commands.Plan(title="week of action"))
        log.execute(STREAM, commands.RecordNote(text="It went well."))
    connection = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match="cannot store TEXT value in INTEGER column"):
        connection.execute("UPDATE stored_events SET originator_version='abc' WHERE rowid=2")
    loosen(connection)
    connection.execute("UPDATE stored_events SET originator_version='abc' WHERE rowid=2")
    connection.commit()
    connection.close()
    with OpLog.open(path, despite_risks=True) as log:
        found = {(f.rule, f.position) for f in log.replay()}
    assert ("decodable", 2) in found


def test_a_projection_of_your_own_is_folded() -> None:
    """A log folds any projection that it is given, as it folds its own."""

    def count(draft: dict[str, int], recorded: Recorded) -> None:
        if isinstance(recorded.event, events.Cancelled) and recorded.event.cause:
            draft[recorded.event.cause.name] = draft.get(recorded.event.cause.name, 0) + 1

    cancellations = Projection("cancellations by cause", 1, dict, count, dict)
    storm = Cause(CauseKind.WEATHER, "the storm")
    with OpLog.open(":memory:") as log:
        for n in range(3):
            log.execute(f"deployment/d{n}", commands.Plan(title="patrol"))
            log.execute(f"deployment/d{n}", commands.Cancel(cause=storm))
        assert log.view(cancellations) == {"the storm": 3}


def test_defaults_are_written_out(log: OpLog) -> None:
    """A default that changes later does not change what was stored: only what is empty is left out."""
    log.execute(STREAM, commands.RecordFigure(figure=Figure("arrests", None, done="made")))
    line = list(export_lines(log))[-1]
    assert (
        b'"basis":"count","better":"unknown","complete":true,"done":"made","measure":"arrests","unit":"count","value":null'
        in line
    )


def test_a_number_too_large_to_write_is_refused(log: OpLog) -> None:
    """A number of thousands of digits, which Python itself does not write, is refused like any other wrong value."""
    with pytest.raises(InvalidValue):
        log.execute(STREAM, commands.RecordNote(text="x"), actor=10**5000)
    line = b'{"stream":"campaign/x","event":"campaign.planned","data":{"title":"x","term":"P' + b"9" * 5000 + b'Y"}}'
    with OpLog.open(":memory:") as other, pytest.raises(BadImport, match=r"^line:1: field data\.term: .{0,400}$"):
        import_lines(other, [line])
    assert log.head() == 1


@pytest.mark.parametrize("odd", [3, b"k", [], When("2024"), "\ud800"])
def test_a_key_that_is_no_text_is_refused(log: OpLog, odd: Any) -> None:
    """An idempotency key of another type is refused before it is looked up."""
    with pytest.raises(InvalidValue, match=r"field idempotency_key: expected text|lone surrogates"):
        log.append(Pending(stream=STREAM, event=events.Cancelled(), idempotency_key=odd))


def test_the_largest_event_comes_back_however_it_is_written(log: OpLog) -> None:
    """A shell writes what could harm a terminal as escapes, six bytes for one; such a line can be imported again."""
    log.execute(STREAM, commands.RecordNote(text="\x7f" * ((1 << 20) - 1000)))
    lines = [escaped(line.decode()).encode() for line in export_lines(log)]
    with OpLog.open(":memory:") as other:
        assert import_lines(other, lines).count == 2
        assert list(other.events()) == list(log.events())


def test_an_import_of_anything_ends() -> None:
    """An import stops after so many bad lines, and each is told in a line that can be read."""

    def endless() -> Iterator[bytes]:
        while True:
            yield b'{"stream":"' + b"a" * 10_000 + b'","event":"campaign.planned","data":{}}\n'

    with OpLog.open(":memory:") as log, pytest.raises(BadImport) as error:
        import_lines(log, endless())
    assert len(error.value.problems) == MOST_PROBLEMS + 1
    assert error.value.problems[-1] == f"line: {MOST_PROBLEMS} lines are wrong; what follows was not read"
    assert max(map(len, error.value.problems)) < 1000


@pytest.mark.parametrize(("value", "told"), [("1.0", "got 1.0"), ("true", "got true"), ('"1"', "got '1'")])
def test_a_wrong_value_is_shown_as_it_was_given(value: str, told: str) -> None:
    """Errors of an import show JSON to who wrote JSON."""
    line = b'{"stream":"campaign/x","event":"campaign.planned","version":' + value.encode() + b',"data":{"title":"x"}}'
    with OpLog.open(":memory:") as log, pytest.raises(BadImport, match=told):
        import_lines(log, [line])


def test_a_closed_log_says_so() -> None:
    """After it was closed, a log refuses to read and to write, in words; it may be closed again."""
    log = OpLog.open(":memory:")
    log.close()
    log.close()
    for use in (log.head, log.replay, log.register, lambda: log.execute(STREAM, commands.Plan(title="x"))):
        with pytest.raises(CannotOpen, match=r"^the log is closed$"):
            use()


def test_what_is_not_a_file_is_not_waited_for(tmp_path: Path) -> None:
    """A named pipe is refused, where SQLite would wait for somebody to write into it."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(CannotOpen, match="is not a file"):
        OpLog.open(tmp_path / "pipe")


def test_a_log_that_cannot_be_made_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full a new log is taken away again, so that it can be made later; an old file never is."""

    def full(*_: Any, **__: Any) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    path = tmp_path / "ops.db"
    with monkeypatch.context() as patch:
        patch.setattr("oplog.store.opening.application", full)
        with pytest.raises(CannotOpen, match="disk is full"):
            OpLog.open(path, create=True)
    assert list(tmp_path.iterdir()) == []
    path.write_text("mine")
    with pytest.raises(CannotOpen, match="exists already"):
        OpLog.open(path, create=True)
    assert path.read_text() == "mine"


def test_a_file_that_refuses_to_be_written_is_told(filed: OpLog, path: Path) -> None:
    """A constraint that somebody else put on the file is an error of the file, not a fault of ours."""
    tamper(path, "CREATE TRIGGER no BEFORE INSERT ON stored_events BEGIN SELECT RAISE(ABORT, 'not today'); END")
    with pytest.raises(CannotOpen, match="the log cannot be written: not today"):
        filed.execute(STREAM, commands.Plan(title="x"))


ODD_TEXTS = ["state=CAST(x'7b00ff' AS TEXT)", "originator_id=CAST(x'ff' AS TEXT)", "topic=CAST(x'ff' AS TEXT)"]


@pytest.mark.parametrize("change", [*ODD_TEXTS, "originator_id=x'ff'", "topic=x'ff'", "state=5"])
def test_replay_names_an_event_that_is_no_text(filed: OpLog, path: Path, change: str) -> None:
    """Bytes that are not UTF-8, in any column, are a finding at their position, and no command breaks on them."""
    for n in range(3):
        filed.execute(f"pilot/p{n}", commands.Plan(title="x"))
    filed.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        loosen(connection)
        connection.execute(f"UPDATE stored_events SET {change} WHERE rowid=2")  # noqa: S608 - our own text
    with OpLog.open(path, despite_risks=True) as log:
        assert 2 in {f.position for f in log.replay() if f.severity == "fault"}
        assert 2 in {f.position for f in log.verify()}
    for command in (["show"], ["show", "p1"], ["history", "p1"], ["export"], ["narrative"], ["replay"]):
        run(path, "--despite-risks", *command, code=None)


def test_a_kept_state_without_a_time_zone_is_not_used(filed: OpLog, path: Path) -> None:
    """A kept state that was changed by hand is rebuilt, not told as an error."""
    filed.execute(STREAM, commands.Plan(title="x"))
    whole = filed.register()
    tamper(path, "UPDATE stream_states SET state=CAST(REPLACE(CAST(state AS TEXT),'+00:00','') AS BLOB)")
    assert filed.register() == whole
    tamper(path, "UPDATE stream_states SET state=CAST(REPLACE(CAST(state AS TEXT),':1,',':1.5,') AS BLOB)")
    assert filed.register() == whole


def test_a_key_that_was_put_beside_an_event_is_found(filed: OpLog, path: Path) -> None:
    """A key that somebody wrote beside an event that has none is no way to make a retry lose an event unseen."""
    filed.execute(STREAM, commands.Plan(title="x"))
    tamper(path, "UPDATE stored_events SET idempotency_key='k'")
    with pytest.raises(InvalidValue, match=r"was used for something else: campaign\.planned"):
        filed.execute(STREAM, commands.RecordNote(text="x"), idempotency_key="k")
    assert [f.rule for f in filed.verify()] == ["index"]


def test_a_projection_names_the_event_that_it_cannot_fold(filed: OpLog, path: Path) -> None:
    """Where an event is missing, a projection says at which position the story no longer holds."""
    for n in range(2):
        filed.execute(f"pilot/p{n}", commands.Plan(title="x"))
        filed.execute(f"pilot/p{n}", commands.Commence())
    tamper(path, "DELETE FROM stored_events WHERE rowid=3")
    with pytest.raises(IllegalTransition, match=r"^position 4 \(pilot/p1, version 2\): "):
        filed.view("calendar")
    assert "oplog replay" in run(path, "calendar", code=1).stderr


def test_no_output_lands_on_the_log_or_the_configuration(filed: OpLog, path: Path) -> None:
    """A report is not written over the files that make up the log, or over the configuration that it is made from."""
    filed.execute(STREAM, commands.Plan(title="x"))
    configuration = path.with_name("report.toml")
    configuration.write_text('[report]\nsubject = "mine"\n')
    for name in ("ops.db", "ops.db-wal", "ops.db-shm", "ops.db-journal"):
        asked = ("narrative", "--format", "markdown", "-o", str(path.with_name(name)))
        assert "the log itself" in run(path, *asked, code=1).stderr
    asked = ("narrative", "--format", "markdown", "-o", str(configuration))
    assert "which this command reads" in run(path, *asked, code=1).stderr
    assert configuration.read_text().startswith("[report]")
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT COUNT(*) FROM stored_events").fetchone() == (1,)


def test_no_command_shows_its_help_as_it_is(path: Path) -> None:
    """A group without a command shows its help page in lines, and what is far too long to read is cut in errors."""
    for group in ([], ["record"], ["record", "pilot"]):
        assert "\nCommands:\n" in (page := run(path, *group, code=2).output) or "\nBegin:\n" in page
        assert "Error" not in page
    assert len(run(path, "history", "a" * 100_000, code=1).stderr) < 1100
    assert len(run(path, "record", "pilot", "plan", "x", "--title", "x", "--when", "a" * 100_000, code=2).stderr) < 1300


def test_a_blank_text_about_an_event_is_refused(log: OpLog) -> None:
    """Who recorded an event, and from what, is said or left out; neither a command nor an import gives it blank."""
    with pytest.raises(InvalidValue, match="field actor: must not be empty"):
        log.execute(STREAM, commands.Cancel(), actor=" ")
    line = b'{"stream":"campaign/x","event":"campaign.planned","actor":"","data":{"title":"x"}}'
    with pytest.raises(BadImport, match="line:1: field actor: must not be empty"):
        import_lines(log, [line])
    assert log.head() == 1
