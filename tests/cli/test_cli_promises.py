"""`oplog due`, `slips`, `silence`, `impact`, `partners` and `links`: the views as they are printed, and as JSON."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from shell import Run

WEEK = "campaign/sexual-violence-week"


@pytest.fixture
def told(run: Run) -> Run:
    """Run commands on a log with a week that was moved because of an attack, and patrols that followed from that."""
    for line in (
        "campaign plan week --title week --when June~2017 --partner TfL --effective 2017-05-02",
        "campaign cancel week --cause the~attack --cause-kind incident --effective 2017-06-04 --correlation gold",
        "campaign reschedule week --when 2017-08-21 --effective 2017-06-29 --correlation gold",
        "deployment plan patrols --title patrols --cause the~storm --effective 2017-06-05",
        "deployment cancel-occurrence patrols --count 2 --when 2017-06-07 --cause the~attack",
        "deployment record-figure patrols --measure stops --value 5 --breakdown after~the~attack=5 --correlation gold",
        "deployment record-outcome patrols --text Requests~rose. --correlation gold",
        "deployment link-part-of patrols --parent campaign/week",
        "deployment leave-partner patrols --partner nobody",
        "campaign leave-partner week --partner TfL --effective 2017-07-01",
    ):
        run("record", *(word.replace("~", " ") for word in line.split(" ")), code=None)
    return run


def document(run: Run, *args: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(*args, "--json").stdout)
    return found


def test_due_has_what_is_overdue_first(told: Run) -> None:
    """Each appointment has its days overdue, date, sort and stream; what has no date comes last."""
    lines = told("due", "--on", "2017-08-25", columns=100).stdout.splitlines()
    assert lines[0] == "on 2017-08-25, looking ahead to 2017-09-25"
    assert lines[4:] == [
        " 4 days  2017-08-21  planned  campaign/week       week",
        "         no date     planned  deployment/patrols  patrols",
    ]
    found = document(told, "due", "--on", "2017-08-01", "--within", "3 weeks")
    assert (found["on"], found["until"], found["head"]) == ("2017-08-01", "2017-08-22", 9)
    assert [(one["standing"], one["days"], one["appointment"]["stream"]) for one in found["due"]] == [
        ("due", None, "campaign/week"),
        ("no date", None, "deployment/patrols"),
    ]


def test_due_looks_at_the_day_of_the_clocks(run: Run) -> None:
    """Without a day it is that of the world, then that of knowledge, then today."""
    assert document(run, "due", "--valid-at", "2017-06-01", "--known-at", "2018-01-01")["on"] == "2017-06-01"
    assert document(run, "due", "--known-at", "2017-06-30T23:59:00Z")["on"] == "2017-06-30"
    assert document(run, "due")["on"] >= date(2026, 1, 1).isoformat()
    assert run("due", "--on", "1 June 2017").stdout == "nothing is due from 2017-06-01 to 2017-07-01\n"


def test_slips_tell_every_promise(told: Run) -> None:
    """One heading with the days, then each promise with when it was made and why, then what came of it."""
    assert told("slips").stdout == (
        "campaign/week, week, its date: 52 days later than first promised\n"
        "  June 2017: planned, 2017-05-02\n"
        "  no date: cancelled, 2017-06-04, because of the attack\n"
        "  2017-08-21: rescheduled, 2017-06-29\n"
        "  what came of it: to come\n"
    )
    (found,) = document(told, "slips")["slips"]
    assert [move["what"] for move in found["later"]] == ["cancelled", "rescheduled"]
    assert (found["of"], found["days"], found["outcome"], found["positions"]) == ("date", 52, "to come", [1, 2, 3])


def test_a_slip_that_is_earlier_says_so(run: Run) -> None:
    """What was brought forward is told with its days, and of what came of it with its date."""
    run("record", "campaign", "plan", "week", "--title", "week", "--when", "June 2017")
    run("record", "campaign", "reschedule", "week", "--when", "2017-05-29")
    run("record", "campaign", "complete", "week", "--effective", "2017-05-30")
    lines = run("slips").stdout.splitlines()
    assert lines[0] == "campaign/week, week, its date: 31 days earlier than first promised"
    assert lines[-1] == "  what came of it: completed, 2017-05-30"


def test_impact_of_a_cause(told: Run) -> None:
    """The events of the cause come first, then those of its matter; figures show the parts that name the cause."""
    found = told("impact", "attack", columns=120).stdout.splitlines()
    assert found[0] == "the attack (incident): 5 events of 2 streams"
    assert [re.split(" {2,}", line)[1] for line in found[4:]] == [
        "cancelled, it was for June 2017",
        "occurrence cancelled, it was for 2017-06-07: 2 occurrences",
        "rescheduled from June 2017 to 2017-08-21",
        "figure recorded: 5 after the attack, of 5 stops",
        "outcome recorded: Requests rose.",
    ]


def test_impact_shows_all_causes_and_finds_one_by_part_of_its_name(told: Run) -> None:
    """Without a name each cause has its table; a part of a name is enough where no other has it."""
    heads = [line for line in told("impact").stdout.splitlines() if line.startswith("the ")]
    assert heads == ["the attack (incident): 5 events of 2 streams", "the storm (other): 1 event of 1 stream"]
    causes = document(told, "impact")["causes"]
    assert [one["cause"]["name"] for one in causes] == ["the attack", "the storm"]
    (one,) = document(told, "impact", "THE STORM")["causes"]
    assert [(change["what"], change["stream"]) for change in one["changes"]] == [("planned", "deployment/patrols")]
    error = told("impact", "the", code=1).stderr
    assert error == "oplog: the cause 'the' can be any of the attack; the storm; give one of these names exactly\n"
    assert (
        "no event that is read has the cause 'flood'; the causes are the attack; the storm"
        in told("impact", "flood", code=1).stderr
    )


def test_partners_and_links(told: Run) -> None:
    """A partner has its streams and dates; a link has both titles, and says when the whole is not in the log."""
    (line,) = told("partners", columns=100).stdout.splitlines()[2:]
    assert line == "TfL      campaign/week  week   2017-05-02  2017-07-01"
    assert told("links", columns=100).stdout.splitlines()[2:] == ["deployment/patrols  patrols  campaign/week  week"]
    told("record", "deployment", "link-part-of", "patrols", "--parent", "operation/gone")
    assert told("links", columns=100).stdout.splitlines()[2:] == [
        "deployment/patrols  patrols  operation/gone  (not in the log)"
    ]
    (partner,) = document(told, "partners")["partners"]
    assert (partner["left"], partner["positions"]) == (True, [1, 9])
    assert [link["part_of"] for link in document(told, "links")["links"]] == ["operation/gone"]


def test_a_partner_that_left_nobody_knows_when(run: Run) -> None:
    """That it left is shown in the place of the date."""
    run("record", "campaign", "plan", "week", "--title", "week", "--partner", "TfL")
    run("record", "campaign", "leave-partner", "week", "--partner", "TfL")
    assert run("partners").stdout.splitlines()[2].split() == ["TfL", "campaign/week", "week", "left"]


def test_silence_tells_what_is_missing_and_whole(told: Run) -> None:
    """Each finding is one line with the date expected, its rule and place; the exit code is 0."""
    lines = told("silence", "--on", "2017-08-22", columns=40).stdout.splitlines()
    asked = "planned for 2017-08-21, but nothing recorded says whether it took place"
    assert lines[2:] == [f"2017-08-21  no-outcome  campaign/week  3         {asked}"]
    assert told("silence", "--on", "2017-08-21").stdout == "nothing that was to be expected is missing\n"
    found = document(told, "silence", "--on", "2017-08-22")
    assert found["on"] == "2017-08-22"
    assert [(f["rule"], f["expected"], f["position"]) for f in found["findings"]] == [("no-outcome", "2017-08-21", 3)]
    assert document(told, "silence")["on"] is None


def test_findings_tell_all_that_calls_for_a_look(told: Run) -> None:
    """What does not fit together too, as replay observes it; the exit code is 0."""
    told("record", "deployment", "link-part-of", "patrols", "--parent", "operation/gone")
    lines = [line.split()[:4] for line in told("findings", "--on", "2017-08-22").stdout.splitlines()[2:]]
    assert ["2017-08-21", "no-outcome", "campaign/week", "3"] in lines
    assert [line[:2] for line in lines if "links" in line] == [["links", "deployment/patrols"]]
    found = document(told, "findings", "--on", "2017-08-22")
    assert found["on"] == "2017-08-22"
    assert [f["rule"] for f in found["findings"]] == ["links", "no-outcome"]
    assert {f["severity"] for f in found["findings"]} == {"observation"}
    observed = json.loads(told("replay", "--json", code=1).stdout)["findings"]
    assert document(told, "findings")["findings"] == [f for f in observed if f["severity"] == "observation"]


def test_silence_lasts_as_long_as_is_said(run: Run) -> None:
    """The days after which news is awaited can be given."""
    run("record", "operation", "plan", "mass", "--title", "Mass", "--effective", "2017-06-01")
    run("record", "operation", "commence", "mass", "--effective", "2017-06-01")
    assert run("silence", "--on", "2017-06-20").stdout == "nothing that was to be expected is missing\n"
    assert "no-news" in run("silence", "--on", "2017-06-20", "--news", "10").stdout
    assert "not in the range" in run("silence", "--news", "-1", code=2).stderr


@pytest.mark.parametrize(
    ("command", "nothing"),
    [
        ("slips", "no promise slipped"),
        ("impact", "no event has a cause"),
        ("partners", "no partner is recorded"),
        ("links", "nothing is part of another"),
        ("silence", "nothing that was to be expected is missing"),
        ("findings", "nothing calls for a look"),
    ],
)
def test_an_empty_log_has_nothing_to_show(run: Run, command: str, nothing: str) -> None:
    """One line says that there is nothing; JSON has its keys all the same."""
    assert run(command).stdout == f"{nothing}\n"
    assert document(run, command)["head"] == 0


def test_the_clocks_are_shown(run_example: Run) -> None:
    """With a clock the first line says as of when; the campaign stood for June on the first of it."""
    for command in ("due", "slips", "impact", "partners", "links", "silence", "findings"):
        assert run_example(command, "--known-at", "2017-06-01").stdout.startswith(
            "as the log knew it at the end of 2017-06-01\n"
        )
    assert run_example("slips", "--known-at", "2017-06-01").stdout.endswith("\nno promise slipped\n")
    assert "58 days later" in run_example("slips", columns=200).stdout
    assert WEEK in run_example("impact", "London Bridge", columns=200).stdout
