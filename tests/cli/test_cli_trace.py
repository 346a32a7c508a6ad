"""`oplog trace`, and causes on the command line."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from oplog import NoSuchEvent, OpLog, Pending, commands, events
from oplog_cli.text import width

if TYPE_CHECKING:
    from pathlib import Path

    from shell import Run

ONE, OTHER = "00000000-0000-7000-8000-000000000001", "00000000-0000-7000-8000-000000000002"


@pytest.fixture
def traced(run: Run) -> Run:
    """Run commands on a log in which an attack cancels a week, which leads to a plan; a surgery is related."""
    run("record", "campaign", "plan", "week", "--title", "week of action", "--when", "June 2017")
    run(
        *("record", "campaign", "cancel", "week", "--cause", "the attack", "--effective", "2017-06-03"),
        *("--causation", "1", "--correlation", "gold-7"),
    )
    run("record", "operation", "plan", "mass", "--title", "Operation Mass", "--causation", "2")
    run("record", "deployment", "plan", "surgery", "--title", "surgery", "--correlation", "gold-7")
    return run


def test_a_trace_is_a_tree_with_the_event_marked(traced: Run, log_file: Path) -> None:
    """Each event stands below its cause with position, stream, name, date and actor; the matter is in the head."""
    expected = (
        "trace of the event at position 2, of the matter gold-7\n\n"
        "  1 campaign/week: campaign.planned, by tester\n"
        ">   2 campaign/week: campaign.cancelled, 2017-06-03, by tester\n"
        "      3 operation/mass: operation.planned, by tester\n\n"
        "also of the matter gold-7:\n"
        "  4 deployment/surgery: deployment.planned, by tester\n"
    )
    assert traced("trace", "2").stdout == expected
    with OpLog.open(log_file) as log:
        (cancelled,) = log.events(after=1, until=2)
    assert traced("trace", cancelled.id).stdout == expected
    assert traced("trace", "3").stdout.splitlines()[0] == "trace of the event at position 3"
    assert traced("trace", "3").stdout.splitlines()[-1] == ">     3 operation/mass: operation.planned, by tester"


def test_json_has_depths_and_events(traced: Run) -> None:
    """The document has every key, and events as in an export."""
    document: dict[str, Any] = json.loads(traced("trace", "2", "--json").stdout)
    steps = [(step["depth"], step["event"]["position"]) for step in document.pop("steps")]
    assert steps == [(0, 1), (1, 2), (2, 3)]
    assert [event["stream"] for event in document.pop("related")] == ["deployment/surgery"]
    assert document == {
        "event": 2,
        "correlation_id": "gold-7",
        "unknown_cause": None,
        "led_back_by": None,
        "retracted": [],
        "known_at": None,
        "valid_at": None,
    }


def test_a_cause_is_named_by_position_or_id(traced: Run, log_file: Path) -> None:
    """A position is turned into the id of the event there; a text is taken for an id."""
    traced("record", "operation", "record-note", "mass", "--text", "noted.", "--causation", ONE)
    with OpLog.open(log_file) as log:
        first, second, *_, last = log.events()
    assert second.causation_id == first.id
    assert last.causation_id == ONE
    assert f"follows from: {first.id}" in traced("history", "week", columns=100).stdout
    assert "matter: gold-7" in traced("history", "week").stdout


def test_what_was_retracted_is_marked(traced: Run) -> None:
    """An event that was taken back stays in the trace, and is said to have been."""
    traced("retract", "2", "--why", "of another week", "--with-later")
    told = traced("trace", "1", columns=150).stdout
    assert [line.split()[0] for line in told.splitlines() if line.endswith("(retracted)")] == ["2"]
    assert 2 in json.loads(traced("trace", "1", "--json").stdout)["retracted"]


@pytest.mark.parametrize("position", ["0", "5", "999999999999999"])
def test_a_position_that_is_not_there_causes_nothing(traced: Run, log_file: Path, position: str) -> None:
    """The error names the option, the position and the last one, and nothing is recorded."""
    error = traced("record", "operation", "record-note", "mass", "--text", "n.", "--causation", position, code=1).stderr
    assert error == f"oplog: --causation: there is no event at position {position}; the last is at 4\n"
    with OpLog.open(log_file) as log:
        assert log.head() == 4


@pytest.mark.parametrize(
    ("event", "code", "told"),
    [
        ("9", 1, "oplog: there is no event at position 9; the last is at 4\n"),
        (ONE, 1, f"oplog: no event of this log has the id '{ONE}'\n"),
        (" ", 2, "this must not be empty\n"),
    ],
)
def test_an_event_that_is_not_there_is_told_in_one_line(traced: Run, event: str, code: int, told: str) -> None:
    """Neither a position nor an id that no event has, nor a blank, gives a trace."""
    assert traced("trace", event, code=code).stderr.endswith(told)


def test_a_trace_of_then_has_what_was_known_and_had_come_about(traced: Run, log_file: Path) -> None:
    """By either clock, later events have no place in the tree; an event that was not known yet is none."""
    with OpLog.open(log_file) as log:
        first, second, *_ = log.events()
        assert len(log.trace(1).steps) == 3
        assert [s.recorded.position for s in log.trace(1, known_at=second.recorded_at).steps] == [1, 2]
        assert [s.recorded.position for s in log.trace(1, valid_at=date(2017, 6, 3)).steps] == [1, 2]
        with pytest.raises(NoSuchEvent):
            log.trace(2, known_at=first.recorded_at)
    found = json.loads(traced("trace", "1", "--valid-at", "2017-06-03", "--json").stdout)
    assert (len(found["steps"]), found["valid_at"], found["known_at"]) == (2, "2017-06-03", None)
    assert traced("trace", "1", "--valid-at", "June 2017").stdout.startswith("of what had come about by 2017-06-30")


def test_causes_that_cannot_be_true_are_shown(run: Run, log_file: Path) -> None:
    """A cause that is not in the log and a circle of causes are told as what they are, by trace and by replay."""
    note = events.NoteRecorded(text="noted.")
    with OpLog.open(log_file) as log:
        log.execute("campaign/week", commands.Plan(title="week"), causation_id="elsewhere")
        log.append(
            Pending(stream="campaign/week", event=note, id=ONE, causation_id=OTHER),
            Pending(stream="campaign/week", event=note, id=OTHER, causation_id=ONE),
        )
    assert "\n  said to follow from elsewhere, which is no event of this log\n" in run("trace", "1").stdout
    assert run("trace", "3").stdout == (
        "trace of the event at position 3\n\n"
        "  said to follow from position 3, which follows from it: a circle\n"
        "  2 campaign/week: campaign.note-recorded\n"
        ">   3 campaign/week: campaign.note-recorded\n"
    )
    assert json.loads(run("trace", "3", "--json").stdout)["led_back_by"] == 3
    assert [line.split()[1] for line in run("replay", code=1).stdout.splitlines()[2:4]] == ["causation", "causation"]


@pytest.mark.parametrize("columns", [40, 60, 120])
def test_a_deep_trace_fits_the_terminal(run: Run, log_file: Path, columns: int) -> None:
    """Of a chain of sixty events, the deep ones say how deep they are; nothing can steer a terminal."""
    nasty = "evil\x1b[31m \u202etxt \x9b2J"
    with OpLog.open(log_file) as log:
        (last,) = log.execute("campaign/week", commands.Plan(title="week"), actor=nasty, correlation_id=nasty)
        for _ in range(60):
            (last,) = log.execute(
                "campaign/week", commands.RecordNote(text="n."), causation_id=last.id, correlation_id=nasty
            )
    printed = run("trace", "61", columns=columns).stdout
    assert max(map(width, printed.splitlines())) <= columns
    assert "(60 deep) 61" in printed
    assert not set(printed) & {"\x1b", "\x9b", "\u202e"}
    assert not set(run("trace", "61", "--json").stdout) & {"\x1b", "\x9b", "\u202e"}
