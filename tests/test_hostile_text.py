"""Texts that speak to a database or to a file system, in each free text: kept as they are, or refused."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

import attrs
import pytest

from hostile_strings import HOSTILE, SQL, STORED
from oplog import (
    AGGREGATES,
    BadImport,
    Cause,
    CauseKind,
    Figure,
    InvalidValue,
    OpLog,
    Part,
    Pending,
    Plain,
    Rate,
    Recurrence,
    Term,
    When,
    commands,
    export_lines,
    import_lines,
)
from oplog.domain.events import CORRECTIONS, SHARED_EVENTS
from tampering import rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONTEXT = ("actor", "source", "marking", "causation_id", "correlation_id")


def value(hint: Any, text: str) -> Any:
    """A value of a field, with the text wherever a text may stand."""
    kinds: dict[Any, Any] = {
        str: text,
        tuple[str, ...]: (text, f"{text} again"),
        tuple[int, ...]: (),
        Plain: Plain(f"{text} again"),
        int: 3,
        bool: True,
        When: When("2017-06", text),
        Term: Term("P6M"),
        Rate: Rate(2, "month"),
        Recurrence: Recurrence("FREQ=WEEKLY"),
        Cause: Cause(CauseKind.OTHER, text, When("2017-06", text)),
        Figure: Figure(
            text, Decimal(3), done=text, unit=text, period=When("2017-06", text), breakdown=(Part(text, 3),)
        ),
    }
    bare = next((arg for arg in get_args(hint) if arg is not type(None)), hint) if hint not in kinds else hint
    return next(iter(bare)) if isinstance(bare, type) and issubclass(bare, Enum) else kinds[bare]


WAYS = ((), ("planned",), ("planned", "commenced"), ("planned", "cancelled"), ("planned", "commenced", "suspended"))


def story(aggregate: str, text: str) -> Iterator[Pending]:
    """Events of an aggregate with the text in each of their fields, each in a stream in which it is possible.

    Those that all aggregates share are told of a campaign alone.
    """
    decider = AGGREGATES[aggregate]
    made = {
        name: cls(**{field.name: value(get_type_hints(cls)[field.name], text) for field in attrs.fields(cls)})
        for name, (cls, _) in decider.events.items()
    }
    made["retracted"] = attrs.evolve(made["retracted"], of=1)
    made["marked"] = attrs.evolve(made["marked"], of=1, field="title")
    made["corrected"] = attrs.evolve(made["corrected"], of=1, field="title", old=Plain(text))
    context: dict[str, Any] = {"effective": When("2017-06", text), **dict.fromkeys(CONTEXT, text)}
    for name, event in made.items():
        if name in SHARED_EVENTS and aggregate != "campaign":
            continue
        states = {way: decider.fold(made[step] for step in way).status for way in WAYS}
        ways = WAYS[1:] if name in CORRECTIONS else WAYS
        way = next(way for way in ways if (states[way], type(event)) in decider.lifecycle)
        for step in (*way, name):
            yield Pending(stream=f"{aggregate}/{name}", event=made[step], **context)


@pytest.mark.parametrize("text", STORED)
def test_a_hostile_text_is_stored_as_it_is(log: OpLog, text: str) -> None:
    """In every text of every event and of its context, it comes back as it went in, and nothing else has changed."""
    told = [pending for aggregate in AGGREGATES for pending in story(aggregate, text)]
    log.append(*told)
    assert [(r.event, r.effective) for r in log.events()] == [(p.event, p.effective) for p in told]
    for recorded in log.events():
        assert {getattr(recorded, name) for name in CONTEXT} == {text}
        assert recorded.effective is not None
        assert recorded.effective.words == text
    assert [f for f in (*log.replay(), *log.verify()) if f.severity == "fault"] == []
    with OpLog.open(":memory:") as copy:
        import_lines(copy, export_lines(log))
        assert list(copy.events()) == list(log.events())


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_key_stands_for_one_recording(log: OpLog, text: str) -> None:
    """As an idempotency key it finds the one event that was recorded under it, and no other; NUL is refused."""
    log.execute("campaign/other", commands.Plan(title="other"), idempotency_key="other")
    if "\x00" in text:
        with pytest.raises(InvalidValue, match="NUL"):
            log.execute("campaign/week", commands.Plan(title=text), idempotency_key=text)
        return
    first = log.execute("campaign/week", commands.Plan(title=text), idempotency_key=text)
    assert log.execute("campaign/week", commands.Plan(title=text), idempotency_key=text) == first
    assert log.head() == 2


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_is_refused(log: OpLog, text: str) -> None:
    """As the name of a stream, of an event or of an id it is refused, wherever it is asked for."""
    log.execute("campaign/week", commands.Plan(title="week"))
    for stream in (text, f"campaign/{text}", f"{text}/week"):
        with pytest.raises(InvalidValue):
            log.execute(stream, commands.Plan(title="week"))
        with pytest.raises(InvalidValue):
            log.state(stream)
        with pytest.raises(InvalidValue):
            log.events(stream=stream)
    planned = {"stream": "campaign/new", "event": "campaign.planned", "data": {"title": "week"}}
    for field in ("stream", "event", "id"):
        with pytest.raises(BadImport, match=f"^line:1: field {field}: "):
            import_lines(log, [json.dumps({**planned, field: text}).encode()])
    assert (log.head(), log.streams()) == (1, ["campaign/week"])


def test_the_tables_are_those_that_were_made(filed: OpLog, path: Path) -> None:
    """After all of them were recorded in one file, the database has the tables and the form that it had."""
    tables, form = "SELECT name, sql FROM sqlite_master ORDER BY name", "PRAGMA user_version"
    before = rows(path, tables), rows(path, form)
    for n, text in enumerate(STORED):
        filed.execute(f"campaign/c{n}", commands.Plan(title=text), actor=text, source=text, idempotency_key=text)
    assert (rows(path, tables), rows(path, form)) == before
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    assert [r.event.title for r in filed.events()] == list(STORED)
    assert sorted(child.name for child in path.parent.iterdir()) == sorted({"ops.db", "ops.db-wal", "ops.db-shm"})


def test_these_texts_harm_who_pastes_them() -> None:
    """Pasted into a statement, as they never are here, most of them change what it says."""
    harmed = 0
    with closing(sqlite3.connect(":memory:")) as connection:
        for text in SQL:
            try:
                harmed += connection.execute(f"SELECT '{text}'").fetchall() != [(text,)]
            except (sqlite3.Error, sqlite3.Warning):
                harmed += 1
    assert harmed > 25
