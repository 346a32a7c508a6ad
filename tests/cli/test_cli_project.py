"""`oplog project` and `oplog status`: stored views at the shell."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from oplog import OpLog, commands
from tampering import tamper

if TYPE_CHECKING:
    from pathlib import Path

    from shell import Run

WEEK = "campaign/week"


@pytest.fixture
def recorded(run: Run, log_file: Path) -> Run:
    """Give commands on a log of two events."""
    with OpLog.open(log_file) as log:
        log.execute(WEEK, commands.Plan(title="week"))
        log.execute(WEEK, commands.HoldOccurrence(count=3))
    return run


def test_views_are_built_and_their_state_is_shown(recorded: Run) -> None:
    """Not stored, then current, then behind by an event."""
    assert "figures   not stored" in recorded("status").stdout
    table = recorded("project").stdout
    assert table.splitlines()[0].split() == ["view", "state", "position", "behind", "rows", "parked", "last", "stored"]
    assert [line.split()[:6] for line in table.splitlines() if line.startswith("figures")] == [
        ["figures", "current", "2", "-", "1", "0"]
    ]
    recorded("record", "campaign", "cancel", "week")
    assert "1 event" in recorded("status").stdout
    assert recorded("project", "figures").stdout.count("current") == 1
    found = json.loads(recorded("status", "--json").stdout)
    assert found["head"] == 3
    assert [(view["name"], view["state"], view["position"], view["lag"]) for view in found["views"][:2]] == [
        ("calendar", "behind", 2, 1),
        ("figures", "current", 3, 0),
    ]
    assert found["views"][1]["behind_seconds"] is None
    assert found["views"][0]["behind_seconds"] >= 0
    assert found["views"][1]["stored_at"].endswith("Z")


def test_a_stale_view_is_told_with_the_file_that_changed(recorded: Run, log_file: Path) -> None:
    """The exit code is 1 until it was built anew."""
    recorded("project")
    tamper(
        log_file,
        "UPDATE view_checkpoints SET fold='old', sources=replace(sources, 'oplog/life.py', 'oplog/lives.py')"
        " WHERE projection='figures'",
    )
    assert recorded("status", "calendar", code=0).stdout
    told = recorded("status", code=1).stdout
    assert (
        "figures is stale and not used; changed since it was stored: oplog/life.py, oplog/lives.py; 'oplog project'"
        in told
    )
    assert recorded("project", code=0).stdout.count("current") >= 3


def test_a_parked_stream_is_told_with_its_event(recorded: Run, log_file: Path) -> None:
    """The exit code is 1, and the rest is projected; a retry brings it back."""
    recorded("record", "campaign", "plan", "other", "--title", "other")
    tamper(log_file, "UPDATE stored_events SET topic='campaign.unheard-of' WHERE position=2")
    told = recorded("project", "register", code=1).stdout
    assert "register parked campaign/week at position 2 (version 2):" in " ".join(told.split())
    assert json.loads(recorded("status", "register", "--json", code=1).stdout)["views"][0]["parked"][0]["version"] == 2
    tamper(log_file, "UPDATE stored_events SET topic='campaign.occurrence-held' WHERE position=2")
    recorded("project", "register", code=1)
    recorded("project", "register", "--retry")


def test_a_rebuild_prints_the_rows_that_differ(recorded: Run, log_file: Path) -> None:
    """With what they were and what they are; as JSON beside how the views stand."""
    recorded("project")
    edit = "UPDATE view_rows SET data=CAST(replace(CAST(data AS TEXT), '\"value\":3', '\"value\":{}') AS BLOB)"
    tamper(log_file, edit.format(4))
    told = recorded("project", "figures", "--rebuild", "--compare").stdout
    assert told.startswith("figures: row 1 of campaign/week was {")
    assert '"value":4' in told.partition(", and is {")[0]
    assert '"value":3' in told.partition(", and is {")[2]
    tamper(log_file, edit.format(5))
    found = json.loads(recorded("project", "figures", "--rebuild", "--compare", "--json").stdout)
    ((difference),) = found["differences"]
    assert (difference["view"], difference["stream"], difference["number"]) == ("figures", WEEK, 1)
    assert (difference["old"]["figure"]["value"], difference["new"]["figure"]["value"]) == (5, 3)
    assert recorded("project", "--rebuild", "--compare").stdout.startswith("view ")
    recorded("replay")


def test_waiting_ends_when_the_time_is_over(recorded: Run) -> None:
    """In one line that names the view; with exit code 0 when it is there."""
    recorded("project")
    recorded("project", "--wait", "2", "--timeout", "5")
    result = recorded("project", "figures", "--wait", "9", "--timeout", "0.1", code=1)
    assert result.stderr == "oplog: the view figures did not reach position 9 within 0.1 seconds; see 'oplog status'\n"


@pytest.mark.parametrize(
    "given",
    [
        ("--follow", "--rebuild"),
        ("--wait", "1", "--follow"),
        ("--compare",),
        ("--retry", "--rebuild"),
        ("--follow", "--json"),
        ("--after-append", "off", "--follow"),
        ("--after-append", "off", "--retry"),
    ],
)
def test_options_that_do_not_go_together_are_refused(recorded: Run, given: tuple[str, ...]) -> None:
    """With the usage."""
    assert re.search(r"do not go together|goes with|go with", recorded("project", *given, code=2).stderr)


def test_who_records_brings_the_views_up_to_date_when_the_log_asks_for_it(recorded: Run, log_file: Path) -> None:
    """At the shell and in programs, as 'oplog status' says, until it is asked for no more."""
    assert "whoever records" not in recorded("project", "figures").stdout
    told = recorded("project", "figures", "--after-append", "on").stdout
    assert told.endswith("whoever records something brings the stored views up to date\n")
    recorded("record", "campaign", "hold-occurrence", "week", "--count", "4")
    recorded("correct", "3", "count", "5", "--why", "miscounted")
    with OpLog.open(log_file) as log:
        log.execute(WEEK, commands.HoldOccurrence(count=6))
    found = json.loads(recorded("status", "figures", "links", "--json").stdout)
    assert found["after_append"] is True
    assert [(view["name"], view["state"], view["position"]) for view in found["views"]] == [
        ("figures", "current", 5),
        ("links", "not stored", None),
    ]
    assert "whoever records" not in recorded("project", "--after-append", "off").stdout
    recorded("record", "campaign", "hold-occurrence", "week", "--count", "7")
    found = json.loads(recorded("status", "figures", "--json").stdout)
    assert (found["after_append"], found["views"][0]["lag"]) == (False, 1)


def test_views_are_dropped_by_name(recorded: Run, log_file: Path) -> None:
    """Also one that only another program knows; the exit code is 1 where there is none of the name."""
    recorded("project", "figures", "links")
    tamper(log_file, "UPDATE view_checkpoints SET projection='of-others' WHERE projection='links'")
    assert "of-others  unknown" in recorded("status").stdout
    assert recorded("project", "--drop", "of-others").stdout == "dropped the stored view of-others\n"
    assert json.loads(recorded("project", "--drop", "figures", "--json").stdout) == {"head": 2, "dropped": ["figures"]}
    assert {view["state"] for view in json.loads(recorded("status", "--json").stdout)["views"]} == {"not stored"}
    told = recorded("project", "--drop", "of-others", code=1).stderr
    assert told == "oplog: no view 'of-others' is stored in this log; stored: none\n"
    assert "--drop needs the names of the views" in recorded("project", "--drop", code=2).stderr
    assert "--drop goes with no other option" in recorded("project", "--drop", "figures", "--retry", code=2).stderr


def test_a_view_that_there_is_not_is_refused(recorded: Run) -> None:
    """With the names of those that there are."""
    for command in ("project", "status"):
        told = recorded(command, "figure", code=1).stderr
        assert told.startswith("oplog: no projection 'figure'; expected one of register, figures, calendar")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_following_takes_in_what_comes_and_ends_when_told_to(recorded: Run, log_file: Path, number: int) -> None:
    """Cleanly: what was recorded is in the views, and the exit code is 0."""
    command = [sys.executable, "-c", "from oplog_cli.main import main; main()", "project", "--follow"]
    with subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "OPLOG_LOG": str(log_file), "PYTHONUNBUFFERED": "1"},
    ) as following:  # fmt: skip
        assert following.stdout is not None
        assert "at position 2, and following" in following.stdout.readline()
        with OpLog.open(log_file) as log:
            log.execute(WEEK, commands.HoldOccurrence(count=4))
            assert log.wait_for_view("figures", timeout=30)
            assert log.wait_for_view("register", timeout=30)
        following.send_signal(number)
        out, err = following.communicate(timeout=30)
    assert (out, err, following.returncode) == ("ended\n", "", 0)
