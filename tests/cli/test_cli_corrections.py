"""`oplog retract` and `oplog correct`, and what the commands that read make of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from shell import Run


@pytest.fixture
def week(run: Run) -> Run:
    """Run commands on a log in which a week was planned for June, moved to August, and had a figure."""
    run("record", "campaign", "plan", "week", "--title", "week of action", "--when", "June 2017", "--partner", "TfL")
    run("record", "campaign", "reschedule", "week", "--when", "August 2017", "--cause", "the attack")
    run("record", "campaign", "record-figure", "week", "--measure", "people", "--value", "211", "--period", "June 2017")
    return run


def state(run: Run) -> dict[str, object]:
    """Give the state of the week."""
    found: dict[str, object] = json.loads(run("show", "week", "--json").stdout)["state"]
    return found


def test_a_retracted_event_counts_no_more_and_stays_in_the_history(week: Run) -> None:
    """The state is as if the event had not been recorded; the history has it, and says by which it was taken back."""
    told = week("retract", "2", "--why", "another week was meant").stdout
    assert told == "recorded at position 4: campaign/week, version 4, campaign.retracted\n"
    assert state(week)["moves"] == 0
    history = week("history", "week").stdout
    assert "position 2, version 2: rescheduled" in history
    assert "(retracted at position 4)" in history
    assert "concerns version: 2" in history
    assert "rescheduled" not in week("history", "week", "--as-read").stdout
    assert week("retract", "2", "--why", "again").stdout == "nothing to do: it is so already\n"
    replay = week("replay", code=1).stdout
    assert "planned for June 2017, but nothing recorded says whether it took place" in replay
    assert replay.endswith("the log is sound: 1 observation\n")


def test_a_stream_that_was_taken_back_whole_is_still_shown(week: Run) -> None:
    """It says that nothing of it is left, and where its history is; it can be planned again."""
    week("retract", "1", "--why", "no such week", "--with-later")
    told = week("show", "week", columns=100).stdout
    assert "status       not yet planned" in told
    assert "none; all that was recorded of it was retracted, and 'oplog history' shows it" in told
    assert week("record", "campaign", "plan", "week", "--title", "another week").stdout.startswith("recorded")


def test_a_retraction_that_was_taken_back_is_told_so(week: Run) -> None:
    """The history of the event says both, so that nobody takes it for one that does not count."""
    week("retract", "2", "--why", "another week was meant")
    week("retract", "4", "--why", "it was this week after all")
    history = week("history", "week", columns=120).stdout
    assert "(retracted at position 4, which was taken back at position 5)" in history
    assert "(retracted at position 5)" in history


def test_a_retraction_that_strands_others_is_refused_or_takes_them_along(week: Run) -> None:
    """Without --with-later the refusal lists the events that could not have happened; with it they are taken back."""
    refusal = week("retract", "1", "--why", "never planned", code=1).stderr
    assert "without the event at position 1 (planned, version 1) these could not have happened:" in refusal
    assert "position 2 (rescheduled, version 2), the event at position 3 (figure-recorded, version 3)" in refusal
    assert week("show").stdout.count("campaign/week") == 1
    week("retract", "1", "--with-later", "--why", "never planned")
    assert week("show").stdout == "no activity was recorded\n"
    assert "(retracted at position 4)" in week("history", "week").stdout
    week("retract", "4", "--why", "it was planned after all")
    assert state(week)["moves"] == 1


@pytest.mark.parametrize(
    ("arguments", "field", "expected"),
    [
        (("2", "when", "w/c 21 August 2017"), "when", {"edtf": "2017-08-21/2017-08-27", "words": "w/c 21 August 2017"}),
        (("2", "cause.name", "the London Bridge attack"), "cause", "the London Bridge attack"),
        (("2", "cause", '{"kind":"decision","name":"the decision of Gold"}'), "cause", "the decision of Gold"),
        (("2", "cause", "--nothing"), "cause", None),
        (("1", "partners.0", "Transport for London"), "partners", ["Transport for London"]),
        (("3", "figure.value", "1,212"), "figures", 1212),
    ],
)
def test_a_field_of_any_kind_can_be_corrected(
    week: Run, arguments: tuple[str, ...], field: str, expected: object
) -> None:
    """A date is written as people write it, a number with commas, an object as JSON, and --nothing empties a field."""
    week("correct", *arguments, "--why", "a slip of the pen")
    found = state(week)[field]
    if field == "cause" and isinstance(found, dict):
        found = found["name"]
    if field == "figures":
        assert isinstance(found, list)
        found = found[0]["value"]
    assert found == expected


def test_an_item_of_a_list_may_stand_in_brackets(week: Run) -> None:
    """It is the same field as with a full stop, and stored so."""
    week("correct", "1", "partners[0]", "Transport for London", "--why", "its full name")
    assert state(week)["plan"]["partners"] == ["Transport for London"]  # type: ignore[index]
    assert "partners.0" in week("history", "week").stdout


def test_a_corrected_figure_shows_what_it_was(week: Run) -> None:
    """The table of figures has the new value and the one before; an earlier --known-at has the old one alone."""
    week("correct", "3", "figure.value", "212", "--why", "a form was counted twice")
    assert "212, was 211" in week("figures").stdout
    found = json.loads(week("figures", "--json").stdout)["figures"][0]
    assert (found["figure"]["value"], found["previous"], found["positions"]) == (212, [211], [3, 4])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("2", "whem", "June 2017"), "campaign.rescheduled has no such field; expected one of when, cause, effective,"),
        (("2", "when", "soon"), "'soon' is not understood as a date"),
        (("2", "cause", "the attack"), "cause holds an object or a list; write it as JSON, as in an export"),
        (("2", "cause", '{"name":"a","name":"b"}'), "cause holds an object or a list"),
        (("1", "partners", "[" * 60000), "partners holds an object or a list"),
        (("1", "title", "--nothing"), "field title: missing"),
        (("1", "partners.4", "NHS"), "field partners.4: expected a number from 0 to 0 in a list"),
        (("9", "when", "June 2017"), "there is no event at position 9 in this log"),
        (("3", "figure.value", "many"), "'many' is not a number"),
    ],
)
def test_a_correction_that_cannot_be_is_told_in_one_line(week: Run, arguments: tuple[str, ...], told: str) -> None:
    """What is wrong with the event, the field or the value is said, with what was expected; nothing is recorded."""
    error = week("correct", *arguments, "--why", "a slip", code=1).stderr
    assert told in error
    assert error.count("\n") == 1
    assert '"head": 3' in week("show", "--json").stdout


def test_new_and_nothing_exclude_each_other(week: Run) -> None:
    """Either a new value or --nothing must be given, and not both."""
    for given in (("1", "place"), ("1", "place", "Guildhall", "--nothing")):
        assert "Give either NEW or --nothing." in week("correct", *given, "--why", "x", code=2).stderr


def test_a_key_makes_a_correction_safe_to_repeat(week: Run) -> None:
    """The same retraction with the same key a second time records nothing, and gives the first one's event."""
    first = json.loads(week("retract", "1", "--with-later", "--why", "x", "--key", "k", "--json").stdout)
    again = json.loads(week("retract", "1", "--with-later", "--why", "x", "--key", "k", "--json").stdout)
    assert (first["new"], again["new"]) == (True, False)
    assert first["events"] == again["events"]
