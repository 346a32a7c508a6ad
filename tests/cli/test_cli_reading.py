"""`oplog show`, `history`, `calendar` and `figures`: what they print, and that it fits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from oplog import AGGREGATES, OpLog, Status, commands
from oplog_cli.text import width

if TYPE_CHECKING:
    from pathlib import Path

    from shell import Run

NASTY = "evil \x1b[31mred\x1b]0;title\x07 \x9b2J \u202etxt.exe\nsecond line"


def spoil(path: Path) -> None:
    """Record texts that try to do something to a terminal."""
    with OpLog.open(path) as log:
        log.execute("campaign/x", commands.Plan(title=NASTY, theme=NASTY), actor=NASTY, source=NASTY)
        log.execute("campaign/x", commands.RecordOutlook(text=NASTY))
        log.execute("campaign/x", commands.LinkPartOf(parent="campaign/x"))


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("command", ["show", "calendar", "figures", "show street-triage", "history street-triage"])
def test_output_fits_the_terminal(run_example: Run, command: str, columns: int) -> None:
    """No line is wider than the terminal, and what was cut ends with an ellipsis."""
    printed = run_example(*command.split(), columns=columns).stdout
    assert max(width(line) for line in printed.splitlines()) <= columns
    assert ("…" in printed) is (command in ("show", "calendar", "figures"))


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_wide_characters_are_measured(run: Run, columns: int) -> None:
    """Titles in wide characters are cut by the columns that they take, and the columns after them stay in line."""
    run("record", "campaign", "plan", "wide", "--title", "漢字" * 60, "--when", "June 2017")
    run("record", "campaign", "plan", "narrow", "--title", "x", "--when", "June 2017")
    lines = run("show", columns=columns).stdout.splitlines()[:4]
    assert max(map(width, lines)) <= columns
    assert len({width(line.partition("planned")[0]) for line in lines[2:]}) == 1


def test_show_is_the_register(run_example: Run, example_file: Path) -> None:
    """Without a stream, there is one line for each stream, then their number."""
    lines = run_example("show", columns=300).stdout.splitlines()
    with OpLog.open(example_file) as log:
        streams = log.streams()
    assert lines[0].split() == ["stream", "what", "status", "when", "last", "change"]
    assert [line.split()[0] for line in lines[2:-2]] == streams
    assert lines[-1] == f"{len(streams)} streams"


def test_show_chooses(run_example: Run) -> None:
    """--status, --theme and --aggregate narrow the register, and several statuses widen it again."""

    def streams(*options: str) -> set[str]:
        return {s["stream"] for s in json.loads(run_example("show", "--json", *options).stdout)["streams"]}

    every = streams()
    assert "campaign/sexual-violence-week" in streams("--status", "planned")
    assert streams("--status", "under way") == streams("--status", "under-way") < every
    assert streams("--status", "planned", "--status", "under-way") == streams("--status", "planned") | streams(
        "--status", "under-way"
    )
    assert set().union(*(streams("--aggregate", name) for name in AGGREGATES)) == every
    assert "pilot/street-triage" in streams("--theme", "safeguarding") < every
    assert streams("--theme", "safeguardin") == set()
    assert run_example("show", "--theme", "nothing").stdout == "no stream is like that\n"
    assert "expected planned, postponed" in " ".join(run_example("show", "--status", "lost", code=2).stderr.split())
    run_example("show", "street-triage", "--status", "planned", code=2)


def test_every_status_can_be_chosen(run: Run) -> None:
    """Each status of the domain but that of a stream without events is a choice."""
    for status in Status:
        found = run("show", "--status", status.value, code=2 if status is Status.NEW else 0)
        assert (found.stdout == "the log is empty\n") is (status is not Status.NEW)


def test_show_a_stream(run_example: Run) -> None:
    """A stream shows what says something: its status, dates with what the log understood, figures; and no more."""
    printed = run_example("show", "street-triage").stdout
    assert printed.startswith("pilot/street-triage: ")
    assert "status          under way, since 2017-05-31" in printed
    assert "end of September 2017 (2017-09-30~)" in printed
    assert "6 months" in printed
    assert "None" not in printed
    assert "occurrences missed" not in printed
    assert "private hire vehicles" in run_example("show", "operation/taxi-compliance").stdout


def test_show_json_has_all_keys(run_example: Run) -> None:
    """JSON of a stream has every key of its state, null where it says nothing."""
    document = json.loads(run_example("show", "street-triage", "--json").stdout)
    assert {"stream", "aggregate", "title", "theme", "status", "when", "since", "version", "position"} < set(document)
    assert document["state"]["until"] is None
    assert document["state"]["evaluation_due"] == {"edtf": "2017-09-30~", "words": "end of September 2017"}


def test_short_names(run: Run) -> None:
    """A stream may be named without its aggregate when only one has the name; otherwise all that have it are named."""
    run("record", "pilot", "plan", "same", "--title", "x")
    assert run("history", "same").stdout.startswith("pilot/same\n")
    run("record", "campaign", "plan", "same", "--title", "x")
    assert "campaign/same, pilot/same" in run("show", "same", code=1).stderr
    assert run("show", "campaign/sam", code=1).stderr.endswith("did you mean campaign/same?\n")
    assert run("show", "xyz", code=1).stderr == "oplog: there is no stream 'xyz' in this log\n"


def test_history_tells_every_event(run: Run) -> None:
    """Each event is told with its place, both its times, what it says, who recorded it and from what."""
    run("record", "campaign", "plan", "x", "--title", "week of action", "--when", "June 2017")
    run(
        *("record", "campaign", "cancel", "x", "--cause", "the attack", "--cause-kind", "incident"),
        *("--effective", "3 June 2017", "--source", "minutes", "--marking", "secret"),
    )
    lines = run("history", "x").stdout.splitlines()
    assert lines[:4] == [
        "campaign/x",
        "",
        "position 1, version 1: planned",
        "    title: week of action",
    ]
    assert "    when: June 2017 (2017-06)" in lines
    assert "position 2, version 2: cancelled, 3 June 2017 (2017-06-03)" in lines
    assert "    cause: the attack (incident)" in lines
    assert "    marking of this event: secret" in lines
    assert lines[-1].endswith(" by tester, from minutes")
    document = json.loads(run("history", "x", "--json").stdout)
    assert document["stream"] == "campaign/x"
    assert [event["version"] for event in document["events"]] == [1, 2]


def test_calendar(run: Run) -> None:
    """What is planned and due comes in order of time, undated last, an outlook with its words."""
    assert run("calendar").stdout == "nothing is planned or due\n"
    run("record", "campaign", "plan", "b", "--title", "second", "--when", "July 2017")
    run("record", "campaign", "plan", "a", "--title", "first", "--when", "June 2017")
    run("record", "campaign", "record-outlook", "a", "--text", "More is to come.")
    rows = run("calendar").stdout.splitlines()[2:]
    assert [row.split("  ")[0] for row in rows] == ["June 2017", "July 2017", "no date"]
    assert rows[2].endswith("first: More is to come.")
    found = json.loads(run("calendar", "--json").stdout)["appointments"]
    assert [(item["what"], item["positions"]) for item in found] == [
        ("planned", [2]),
        ("planned", [1]),
        ("outlook", [3]),
    ]


def test_figures(run: Run) -> None:
    """A figure shows its unit, parts, period and basis, and what it was before; a number not recorded is said."""
    assert run("figures").stdout == "no figure was recorded\n"
    run("record", "operation", "plan", "o", "--title", "x")
    figure = ("--measure", "vehicles", "--period", "June 2017")
    run("record", "operation", "record-figure", "o", *figure, "--value", "1200", "--unit", "£", "--breakdown", "a=1200")
    run("record", "operation", "restate-figure", "o", *figure, "--value", "1300", "--reason", "late forms")
    run("record", "operation", "record-figure", "o", "--measure", "cycles", "--not-recorded", "--basis", "level")
    rows = run("figures", columns=200).stdout.splitlines()[2:]
    assert rows[0].split("  ")[0] == "operation/o"
    assert "1,300, was 1,200" in rows[0]
    assert rows[0].endswith("June 2017  count")
    assert "not recorded" in rows[1]
    first, second = json.loads(run("figures", "--json").stdout)["figures"]
    assert (first["figure"]["value"], first["previous"], second["figure"]["value"]) == (1300, [1200], None)


def test_empty_log(run: Run) -> None:
    """An empty log is said to be empty, and gives empty lists to machines."""
    assert run("show").stdout == "the log is empty\n"
    assert json.loads(run("show", "--json").stdout) == {
        "head": 0,
        "known_at": None,
        "valid_at": None,
        "streams": [],
    }


@pytest.mark.parametrize(
    "command",
    [
        ["show"],
        ["show", "campaign/x"],
        ["history", "campaign/x"],
        ["calendar"],
        ["figures"],
        ["replay"],
        ["narrative"],
        ["show", "--json"],
        ["show", "x", "--json"],
        ["history", "x", "--json"],
        ["calendar", "--json"],
        ["replay", "--json"],
        ["narrative", "--format", "json"],
    ],
)
def test_no_escape_reaches_the_terminal(run: Run, log_file: Path, command: list[str]) -> None:
    """Text of the log that would steer a terminal is made harmless in every command, and stays what it is in JSON."""
    spoil(log_file)
    printed = run(*command, code=None).stdout
    assert printed
    assert not set(printed) & {"\x1b", "\x07", "\x9b", "\u202e", "\r"}
    if command[-1] == "--json" and command[0] == "show":
        document = json.loads(printed)
        assert NASTY in (document.get("title"), *(s["title"] for s in document.get("streams", [])))
