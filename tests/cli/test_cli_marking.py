"""`oplog mark`, `oplog audience`, and what `oplog narrative` makes of markings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from oplog import OpLog

if TYPE_CHECKING:
    from pathlib import Path

    from shell import Run


@pytest.fixture
def week(run: Run) -> Run:
    """Run commands on a log with a week that was cancelled for a restricted cause, and a restricted operation."""
    run("record", "operation", "plan", "hush", "--title", "Operation Hush", "--marking", "restricted")
    run("record", "campaign", "plan", "week", "--title", "week of action", "--when", "June 2017")
    run("record", "campaign", "cancel", "week", "--cause", "the informant", "--field-marking", "cause=restricted")
    run("record", "campaign", "record-note", "week", "--text", "It is missed.")
    return run


def test_a_report_for_an_audience(week: Run) -> None:
    """The public does not learn what the trusted do, and theirs is marked at its head and foot."""
    public = week("narrative").stdout
    assert "informant" not in public
    assert "Hush" not in public
    assert "position 3" in public
    assert "position 4" not in public
    trusted = week("narrative", "--audience", "restricted").stdout
    assert "the informant" in trusted
    assert trusted.startswith("**Restricted**\n\n# ")
    assert trusted.endswith("\n\n**Restricted**\n")
    assert "| **Status** | Not public |" in trusted


def test_an_unknown_audience_is_refused(week: Run) -> None:
    """The audiences that there are are named."""
    told = week("narrative", "--audience", "nobody", code=1).stderr
    assert told == "oplog: --audience: there is no audience 'nobody'; expected one of public, internal, restricted\n"


def test_the_scheme_comes_from_the_configuration(week: Run, log_file: Path) -> None:
    """One that is shipped, or one of the force's own with its lines."""
    (log_file.parent / "report.toml").write_text(
        '[marking]\nlevels = ["public", "restricted"]\naudience = "restricted"\n'
        'lines = {restricted = "In confidence"}\n'
    )
    assert week("narrative").stdout.startswith("**In confidence**\n\n# ")
    (log_file.parent / "report.toml").write_text('[marking]\nscheme = "uk"\n')
    week("mark", "4", "OFFICIAL", "--why", "it can be told")
    told = week("narrative")
    assert told.stdout.startswith("**OFFICIAL**\n\n# ")
    assert "observation, unknown-marking: position 1, operation/hush: the marking 'restricted'" in told.stderr


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('scheme = "us"', "marking.scheme is 'us'; expected one of plain, uk"),
        ("levels = []", "a marking scheme has one marking or more, from open to closed"),
        ('levels = ["a", "a"]', "the marking 'a' stands twice in the scheme"),
        (
            'scheme = "uk"\nlevels = ["a"]',
            "marking.scheme names a scheme and marking.levels makes one; give one of them",
        ),
        ('audience = "x"', "there is no audience 'x'; expected one of public, internal, restricted"),
        ('lines = {x = "X"}', "the line of 'x' is of no marking; expected one of public, internal, restricted"),
        ('level = "x"', "marking.level is not known; expected one of scheme, levels, lines, audience"),
        ("audience = 3", "marking.audience must be text"),
    ],
)
def test_a_wrong_scheme_is_told_by_its_key(week: Run, log_file: Path, text: str, problem: str) -> None:
    """The file, the key, and what was expected."""
    path = log_file.parent / "report.toml"
    path.write_text(f"[marking]\n{text}\n")
    assert week("narrative", code=1).stderr == f"oplog: {path}: {problem}\n"


def test_an_event_and_a_field_are_marked_later(week: Run, log_file: Path) -> None:
    """The history shows each marking, where it was given and by which later event."""
    week("mark", "4", "internal", "--why", "not yet announced")
    week("mark", "4", "internal", "--field", "source", "--why", "not yet announced")
    assert week("mark", "4", "internal", "--why", "again").stdout == "nothing to do: it is so already\n"
    history = week("history", "week").stdout
    assert "    marking of cause: restricted\n" in history
    assert "    (event marked internal at position 5)\n    (source marked internal at position 6)\n" in history
    assert "missed" not in week("narrative").stdout
    with OpLog.open(log_file) as log:
        assert log.replay(rules=["sequence", "lifecycle"]) == ()


def test_a_wrong_marking_of_a_field_is_told(week: Run) -> None:
    """What is no pair is wrong usage; a field that is not there is refused by name."""
    wrong = week("record", "campaign", "record-note", "week", "--text", "x", "--field-marking", "text", code=2).stderr
    assert "'text' is no marking of a field; expected FIELD=MARKING, such as 'cause=restricted'" in " ".join(
        wrong.split()
    )
    told = week("record", "campaign", "record-note", "week", "--text", "x", "--field-marking", "note=a", code=1).stderr
    assert "field field_markings: campaign.note-recorded has no field 'note'; expected one of text, source" in told


def test_what_an_audience_does_not_see_is_shown(week: Run) -> None:
    """The events and fields that are left out, the numbers under which the others are cited, and no findings."""
    shown = week("audience").stdout
    assert "       1  operation/hush  operation.planned   all\n" in shown
    assert "       3  campaign/week   campaign.cancelled  cause\n" in shown
    assert "number  position\n------  --------\n     1         2\n     2         3\n     3         4\n" in shown
    said = json.loads(week("audience", "--json").stdout)
    assert said["audience"] == "public"
    assert [(one["position"], one["fields"]) for one in said["hidden"]] == [(1, None), (3, ["cause"])]
    assert said["findings"] == []
    assert week("audience", "restricted").stdout == "restricted sees all of the log\n"


def test_a_report_that_gives_a_hidden_figure_away_is_refused(week: Run, tmp_path: Path) -> None:
    """Until what gives it away is hidden too, or somebody says that it may be written."""
    week(
        *("record", "campaign", "record-figure", "week", "--measure", "arrests", "--value", "5"),
        *("--breakdown", "bars=3", "--breakdown", "clubs=2", "--field-marking", "figure.breakdown.1=restricted"),
    )
    target = tmp_path / "report.md"
    refused = week("narrative", "-o", str(target), code=1).stderr
    assert "fault, subtraction: position 5, campaign/week: 5 arrests less the parts that public sees" in refused
    assert "1 hidden figure could be worked out from this report; mark more, or write it all the same" in refused
    assert not target.exists()
    assert "fault, subtraction" in week("audience", code=1).stdout
    week("narrative", "-o", str(target), "--despite-findings")
    assert target.exists()
    week("mark", "5", "restricted", "--field", "figure.breakdown", "--why", "it gave a part away")
    assert week("narrative").stderr == ""
