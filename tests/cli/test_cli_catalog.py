"""`oplog catalog`: the events that can be recorded, for people and for machines, without a log."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from oplog import DECIDERS, FIELDS, event_catalogue
from oplog_cli.text import width

if TYPE_CHECKING:
    from shell import Run

NAMES = [f"{a}.{name}" for a, decider in DECIDERS.items() for name in decider.events]


def test_every_event_has_a_line(run_nowhere: Run) -> None:
    """Without an event, there is one line for each, with its version, fields and meaning, then their number."""
    lines = run_nowhere("catalog", columns=400).stdout.splitlines()
    assert [line.split()[0] for line in lines[2:-2]] == NAMES
    line = next(line for line in lines if line.startswith("campaign.rescheduled"))
    assert re.split(r"  +", line)[1:3] == ["1", "when*, cause"]
    assert line.endswith("It got another date, whether it had one, had been postponed or had been cancelled.")
    assert lines[-1] == f"{len(NAMES)} events"


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("name", [(), ("campaign.figure-recorded",), ("operation.planned",)])
def test_the_catalogue_fits_the_terminal(run_nowhere: Run, name: tuple[str, ...], columns: int) -> None:
    """No line is wider than the terminal."""
    assert max(map(width, run_nowhere("catalog", *name, columns=columns).stdout.splitlines())) <= columns


@pytest.mark.parametrize("name", NAMES)
def test_one_event_is_told_in_detail(run_nowhere: Run, name: str) -> None:
    """Each field of an event is told with what it takes and means, and so is each object that stands in it."""
    told = " ".join(run_nowhere("catalog", name).stdout.split())
    entry = next(e for e in event_catalogue().events if e.name == name)
    formerly = f", formerly {', '.join(entry.formerly)}" if entry.formerly else ""
    assert told.startswith(f"{name}, version {entry.version}{formerly} {entry.meaning}")
    for field in entry.fields:
        assert f"{field.name}: {field.takes}; {'required' if field.required else ''}" in told
        assert " ".join(FIELDS[field.name].split()) in told
        assert field.value is None or f" {field.value} " in told


def test_json_has_all_of_it(run_nowhere: Run) -> None:
    """JSON has every event with its fields, and the objects that stand in them; of one event, those in it alone."""
    whole = json.loads(run_nowhere("catalog", "--json").stdout)
    assert [event["name"] for event in whole["events"]] == NAMES
    assert {value["name"] for value in whole["values"]} == {
        "cause", "figure", "figure1", "fingerprint", "part", "rate", "recurrence", "rendering",
    }  # fmt: skip
    one = json.loads(run_nowhere("catalog", "pilot.figure-restated", "--json").stdout)
    assert [event["name"] for event in one["events"]] == ["pilot.figure-restated"]
    assert [value["name"] for value in one["values"]] == ["figure", "part"]
    assert one["events"][0]["fields"][1] == {
        "name": "reason", "takes": "text", "type": "text", "choices": [], "value": None, "many": False,
        "required": True, "nullable": False, "default": None, "meaning": FIELDS["reason"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("campaign.reschedul", "there is no event 'campaign.reschedul'; did you mean campaign.rescheduled?"),
        ("adopted", "there is no event 'adopted'; there is pilot.adopted"),
        ("os:system", "there is no event 'os:system'"),
    ],
)
def test_an_event_that_is_none_is_refused(run_nowhere: Run, name: str, told: str) -> None:
    """A name that is no event is refused in one line, with what may have been meant."""
    assert run_nowhere("catalog", name, code=1).stderr == f"oplog: {told}\n"
