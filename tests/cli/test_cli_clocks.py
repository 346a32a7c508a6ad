"""`--known-at` and `--valid-at` on the commands that read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from shell import Run

WEEK = "sexual-violence-week"
READING = (("show",), ("show", WEEK), ("calendar",), ("figures",), ("history", WEEK), ("narrative",))


def when(run: Run, *clocks: str) -> str:
    """Give the date that the week had."""
    found = json.loads(run("show", WEEK, "--json", *clocks).stdout)["state"]["when"]
    return found["edtf"] if isinstance(found, dict) else str(found)


def test_the_week_stands_for_june_as_long_as_nothing_else_was_known(run_example: Run) -> None:
    """On 1 June the log had the week in June, after the attack it had no date, and from 29 June one in August."""
    assert when(run_example, "--known-at", "2017-06-01") == "2017-06"
    assert when(run_example, "--known-at", "2017-06-29") == "2017-08-21/2017-08-27"
    assert "June 2017" in run_example("calendar", "--known-at", "2017-06-01").stdout


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_a_clock_says_what_is_shown(run_example: Run, command: tuple[str, ...]) -> None:
    """Every command that reads takes both clocks; what is printed for people says as of when, but for a report."""
    out = run_example(*command, "--known-at", "2017-06-30", "--valid-at", "August 2017").stdout
    told = "as the log knew it at the end of 2017-06-30, of what had come about by 2017-08-31\n"
    assert out.startswith(told) is (command[0] != "narrative")
    assert out != run_example(*command).stdout


def test_json_says_as_of_when(run_example: Run) -> None:
    """The JSON of a read has both clocks, null where none was asked."""
    found = json.loads(run_example("figures", "--json", "--known-at", "2017-07-01T09:30:00+01:00").stdout)
    assert (found["known_at"], found["valid_at"]) == ("2017-07-01T08:30:00Z", None)
    assert json.loads(run_example("show", "--json", "--valid-at", "June 2017").stdout)["valid_at"] == "2017-06-30"
    assert json.loads(run_example("calendar", "--json").stdout)["known_at"] is None


@pytest.mark.parametrize(
    ("clock", "told"),
    [
        (("--known-at", "2017-06-30T09:30"), "has no time zone; write it in UTC with a Z"),
        (("--known-at", "2017-06-31T09:30:00Z"), "is not a time such as 2017-06-30T17:00:00Z"),
        (("--known-at", "0001-01-01T00:00:00+05:00"), "is out of range"),
        (("--valid-at", "since June 2017"), "has no end; expected a day such as 2017-06-30"),
        (("--valid-at", "yesterday"), "is not understood as a date"),
        (("--counts-from", "middle"), "'middle' is not one of 'latest', 'earliest'"),
    ],
)
def test_a_clock_that_cannot_be_read_is_wrong_usage(run_example: Run, clock: tuple[str, str], told: str) -> None:
    """A time without a zone, an impossible or an endless one is refused with what was expected."""
    assert told in " ".join(run_example("show", *clock, code=2).stderr.replace("│", " ").split())


def test_a_stream_that_was_not_known_yet_is_told_so(run_example: Run) -> None:
    """Before its first event was recorded, a stream does not exist, and the error says as of when."""
    error = run_example("show", WEEK, "--known-at", "2017-01-01", code=1).stderr
    assert "there is no stream campaign/sexual-violence-week in this log as it was known at 2017-01-01" in error
