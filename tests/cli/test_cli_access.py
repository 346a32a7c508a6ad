"""`oplog access`, and what `export` and `narrative` need where an access trail is kept."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from oplog import OpLog
from oplog_cli.main import cli
from oplog_cli.text import width

if TYPE_CHECKING:
    from pathlib import Path

    from shell import Run

WHY = ("--why", "a court order", "--for", "the Crown Court")
STARTED = ("access", "start", "--why", "Data Protection Act 2018, section 62")


@pytest.fixture
def kept(run: Run) -> Run:
    """Run commands on a log with one plan and an access trail."""
    run("record", "campaign", "plan", "week", "--title", "week of action")
    run(*STARTED)
    return run


def shown(run: Run) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(run("access", "show", "--json").stdout)
    return document


def test_a_trail_from_its_start_to_its_end(kept: Run) -> None:
    """show lists who took what, when, why and for whom, between the start and the stop of the trail."""
    kept("export", *WHY)
    kept("narrative", "--why", "the quarterly meeting", "--for", "the committee", "--actor", "Bea")
    assert kept("access", "stop", "--why", "the trial is over").stdout == (
        "recorded at position 5: access.trail-stopped; from here on, what leaves the log is not recorded\n"
    )
    lines = kept("access", "show", columns=120).stdout.splitlines()
    told = [[cell for cell in line.split("  ") if cell] for line in lines[2:6]]
    assert [[row[0].strip(), *(cell.strip() for cell in row[2:])] for row in told] == [
        ["2", "tester", "trail started", "Data Protection Act 2018, section 62"],
        ["3", "tester", "export", "the Crown Court", "a court order"],
        ["4", "Bea", "narrative", "the committee", "the quarterly meeting"],
        ["5", "tester", "trail stopped", "the trial is over"],
    ]
    assert lines[-1] == "the trail is off"


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_the_trail_fits_the_terminal(kept: Run, columns: int) -> None:
    """However long a reason is, no line is wider than the terminal, and nothing in it can steer one."""
    kept("export", "--why", "because " * 40 + "\x1b[31m", "--for", "漢字" * 60, columns=columns)
    printed = kept("access", "show", columns=columns).stdout
    assert max(map(width, printed.splitlines())) <= columns
    assert "\x1b" not in printed


def test_starting_and_stopping_twice_is_quiet(run: Run) -> None:
    """The second time, nothing is recorded, and it is said; a log that never had a trail says so too."""
    assert run("access", "show").stdout == "no access trail was ever kept of this log\n"
    assert shown(run) == {"on": False, "events": []}
    assert run("access", "stop", "--why", "it").stdout == "nothing to do: it is so already\n"
    assert run(*STARTED).stdout.startswith("recorded at position 1: access.trail-started; from here on, what leaves")
    assert run(*STARTED).stdout == "nothing to do: it is so already\n"
    assert [event["event"] for event in shown(run)["events"]] == ["access.trail-started"]


@pytest.mark.parametrize("command", ["export", "narrative"])
def test_nothing_is_taken_out_without_saying_why_for_whom_and_by_whom(
    kept: Run, log_file: Path, tmp_path: Path, command: str
) -> None:
    """Each of the three that is missing is named in one line, and nothing is written or recorded."""
    out = tmp_path / "out"
    for given, missing in (
        ((), "--why and --for"),
        (("--why", "a court order"), "--for"),
        (("--for", "the Crown Court"), "--why"),
    ):
        for target in ((), ("-o", str(out))):
            result = kept(command, *target, *given, code=1)
            assert result.stdout == ""
            assert result.stderr == (
                f"oplog: an access trail is kept of this log: nothing is taken out without {missing}\n"
            )
    nobody = CliRunner(env={"OPLOG_LOG": str(log_file), "OPLOG_ACTOR": None}).invoke(cli, [command, *WHY])
    assert (nobody.exit_code, nobody.stdout) == (1, "")
    assert nobody.stderr.endswith("nothing is taken out without --actor (or OPLOG_ACTOR)\n")
    assert not out.exists()
    assert [event["event"] for event in shown(kept)["events"]] == ["access.trail-started"]


def test_a_login_name_starts_no_trail(log_file: Path) -> None:
    """Who switches the trail on or off says their name."""
    runner = CliRunner(env={"OPLOG_LOG": str(log_file), "OPLOG_ACTOR": None})
    for command in ("start", "stop"):
        nobody = runner.invoke(cli, ["access", command, "--why", "it"])
        assert (nobody.exit_code, nobody.stderr) == (1, "oplog: say who does it, with --actor or OPLOG_ACTOR\n")
    with OpLog.open(log_file) as log:
        assert log.head() == 0


@pytest.mark.parametrize("command", ["export", "narrative"])
def test_reasons_that_nothing_would_record_are_refused(run: Run, command: str) -> None:
    """Where no trail is kept, --why and --for are refused in one line, and the command without them is as ever."""
    run("record", "campaign", "plan", "week", "--title", "week of action", "--when", "June 2017")
    error = run(command, *WHY, code=1).stderr
    assert error.startswith("oplog: no access trail is kept of this log, and why and for whom would not be recorded;")
    assert error.count("\n") == 1
    assert run(command, "--actor", "Bea").stdout == run(command).stdout != ""


@pytest.mark.parametrize("command", [("export",), ("narrative",), ("narrative", "--format", "json")])
def test_the_digest_is_that_of_the_bytes_that_left(kept: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    """To a file or to the standard output, the trail holds the SHA-256 of what was given, terminal escapes and all."""
    kept("record", "campaign", "record-note", "week", "--text", "it is \x9b2J\u202enoted.", "--effective", "June 2017")
    out = tmp_path / "out"
    printed = kept(*command, *WHY).stdout_bytes
    kept(*command, *WHY, "-o", str(out))
    digests = [event["digest"] for event in shown(kept)["events"][1:]]
    assert digests == [hashlib.sha256(data).hexdigest() for data in (printed, out.read_bytes())]


def test_a_file_that_cannot_be_written_is_no_disclosure(kept: Run, tmp_path: Path) -> None:
    """What was refused before a byte was written is not recorded as taken out."""
    there = tmp_path / "there"
    there.write_text("mine")
    assert "exists already" in kept("export", *WHY, "-o", str(there), code=1).stderr
    assert "there is no folder" in kept("narrative", *WHY, "-o", str(tmp_path / "no" / "file"), code=1).stderr
    assert there.read_text() == "mine"
    assert [event["event"] for event in shown(kept)["events"]] == ["access.trail-started"]


def test_json_has_all_that_is_known_of_each_event(kept: Run) -> None:
    """Each event of the trail has the same keys, null where it says nothing."""
    kept("export", *WHY)
    document = shown(kept)
    start, export = document["events"]
    assert document["on"] is True
    assert list(start) == list(export)
    assert (start["form"], start["up_to"], start["digest"], start["recipient"]) == (None, None, None, None)
    assert start["why"] == "Data Protection Act 2018, section 62"
    assert (export["actor"], export["form"], export["up_to"]) == ("tester", "export", 2)
    assert (export["recipient"], export["why"]) == ("the Crown Court", "a court order")
    assert export["recorded_at"].endswith("Z")


def test_an_import_is_bound_by_the_trail_that_it_brings(kept: Run, run_nowhere: Run, tmp_path: Path) -> None:
    """A copy made from an export keeps the trail, and refuses what its original refuses."""
    kept("export", *WHY, "-o", str(tmp_path / "log.jsonl"))
    run_nowhere("init", "copy.db")
    run_nowhere("import", "log.jsonl", "--log", "copy.db")
    assert "an access trail is kept" in run_nowhere("export", "--log", "copy.db", code=1).stderr


def test_other_commands_leave_the_trail_alone(kept: Run) -> None:
    """The register has no line of it, record has no verbs for it, history shows it, and replay finds nothing."""
    kept("export", *WHY)
    assert kept("show").stdout.endswith("\n1 stream\n")
    assert "access" not in kept("show").stdout
    assert "'oplog access show' shows it" in kept("show", "access/trail", code=1).stderr
    assert "use 'oplog access'" in kept("record", "campaign", "cancel", "access/trail", code=2).stderr
    assert "recipient: the Crown Court" in kept("history", "access/trail").stdout
    assert kept("replay").stdout.endswith("nothing was found\n")


def test_a_log_with_only_its_trail_shows_no_activity(run: Run) -> None:
    """The register of such a log is as empty as that of a new one."""
    run(*STARTED)
    assert run("show").stdout == "no activity was recorded\n"
