"""What must not get into a log, and what must not break its readers."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from oplog import (
    CannotOpen,
    Cause,
    CauseKind,
    Figure,
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

if TYPE_CHECKING:
    from pathlib import Path

    from oplog import Recorded

STREAM = "campaign/week"


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
    assert log.replay() == ()


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
    connection.execute("PRAGMA user_version=2")
    connection.close()
    with pytest.raises(CannotOpen, match="has form 2; this release of oplog knows form 1"):
        OpLog.open(path)
    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE idempotency_keys")
    connection.close()
    with pytest.raises(CannotOpen, match="not an oplog log"):
        OpLog.open(path)


def test_an_unknown_store_is_refused_by_name() -> None:
    """An address of a store that this release does not have is not taken for a file."""
    with pytest.raises(CannotOpen, match="'postgresql' is no store of this release"):
        OpLog.open("postgresql://localhost/ops")


def test_replay_survives_a_version_that_is_no_number(tmp_path: Path) -> None:
    """SQLite stores any value in any column; a replay reports it and goes on."""
    path = tmp_path / "ops.db"
    with OpLog.open(path, create=True) as log:
        log.execute(STREAM, commands.Plan(title="week of action"))
        log.execute(STREAM, commands.RecordNote(text="It went well."))
    connection = sqlite3.connect(path)
    connection.execute("UPDATE stored_events SET originator_version='abc' WHERE rowid=2")
    connection.commit()
    connection.close()
    with OpLog.open(path) as log:
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
    assert b'"basis":"count","complete":true,"done":"made","measure":"arrests","unit":"count","value":null' in line
