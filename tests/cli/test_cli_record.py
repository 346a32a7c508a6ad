"""`oplog record`: every verb of every aggregate, from its options to the events in the log."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

import attrs
import click
import pytest

from oplog import AGGREGATES, FIELDS, Cause, CauseKind, Figure, OpLog, Recurrence, When, commands
from oplog_cli.main import cli
from oplog_cli.options import options_of
from oplog_cli.record import verb
from oplog_cli.samples import STREAMS, sample

if TYPE_CHECKING:
    from pathlib import Path

    from shell import Run

VERBS = [(aggregate, name) for aggregate, decider in AGGREGATES.items() for name in decider.commands]
BEFORE = {
    "reinstate": ["cancel"],
    "suspend": ["commence"],
    "resume": ["commence", "suspend"],
    "restate-figure": ["record-figure"],
    "leave-partner": ["join-partner"],
    "defer-evaluation": ["promise-evaluation"],
    "answer-action": ["ask-action"],
    "refer": ["commence"],
    "relaunch": ["cancel"],
    "adopt": ["commence"],
    "discontinue": ["commence"],
}


def typed(aggregate: str, name: str) -> list[str]:
    """Give the example of a verb as the arguments that the shell makes of it."""
    return shlex.split(sample(aggregate, name).replace("\\\n", ""))[1:]


def last_event(path: Path) -> Any:
    """Give the last event of a log."""
    with OpLog.open(path) as log:
        return list(log.events())[-1].event


@pytest.mark.parametrize(("aggregate", "name"), VERBS)
def test_every_field_has_options_with_help(aggregate: str, name: str) -> None:
    """Each field of each command has at least one option, each option says what it is, and required ones are marked."""
    command, _ = AGGREGATES[aggregate].commands[name]
    fields = options_of(command)
    assert list(fields) == [field.name for field in attrs.fields(command)]
    for field in attrs.fields(command):
        options = fields[field.name].options
        assert options
        assert all(option.help for option in options)
        assert any(option.required for option in options) is (field.default is attrs.NOTHING)
        first = options[0]
        assert field.name == "figure" or (first.help or "").startswith(FIELDS[field.name])


@pytest.mark.parametrize(("aggregate", "name"), VERBS)
def test_help_page_names_every_option(run_nowhere: Run, aggregate: str, name: str) -> None:
    """The help page of each verb needs no log, shows every option, and fits the terminal."""
    page = run_nowhere("record", aggregate, name, "--help").stdout
    for param in verb(AGGREGATES[aggregate], name).params:
        assert not isinstance(param, click.Option) or param.opts[0] in page
    assert f"{aggregate}/{STREAMS[aggregate]}" in "".join(page.split()) or STREAMS[aggregate] in page
    assert max(map(len, page.splitlines())) <= 80


@pytest.mark.parametrize(("aggregate", "name"), VERBS)
def test_example_of_the_help_page_works(run: Run, log_file: Path, aggregate: str, name: str) -> None:
    """The example that each help page gives records the event that it promises."""
    needed = [] if name == "plan" else ["plan", *BEFORE.get(name, [])]
    for step in [*needed, name]:
        result = run(*typed(aggregate, step))
    event = AGGREGATES[aggregate].commands[name][1]
    stored = next(s for s, (cls, _) in AGGREGATES[aggregate].events.items() if cls is event)
    assert result.stdout == (
        f"recorded at position {len(needed) + 1}: {aggregate}/{STREAMS[aggregate]}, version {len(needed) + 1},"
        f" {aggregate}.{stored}\n"
    )
    assert type(last_event(log_file)) is event


def test_every_aggregate_is_a_group() -> None:
    """The registry of aggregates and the groups of the shell are the same."""
    group = cli.get_command(click.Context(cli), "record")
    assert isinstance(group, click.Group)
    assert group.list_commands(click.Context(group)) == list(AGGREGATES)


def test_all_options_of_a_plan_arrive(run: Run, log_file: Path) -> None:
    """What is given for a plan is in the event, nested values put together from their options."""
    run(
        *("record", "pilot", "plan", "pilot/street-triage", "--title", "street triage", "--nature", "work"),
        *("--theme", "care/health", "--partner", "the NHS", "--partner", "the council", "--when", "w/c 2017-08-21"),
        *("--term", "a year and six months", "--rrule", "freq=weekly;byday=we,th", "--hours", "17:00-03:00"),
        *("--timezone", "Europe/Dublin", "--rate", "2 a month", "--singular", "--cause", "the review"),
        *("--cause-kind", "decision", "--cause-when", "June 2017", "--effective", "April to June 2017"),
        *("--source", "minutes", "--marking", "public", "--correlation", "c1", "--causation", "c0"),
    )
    with OpLog.open(log_file) as log:
        (recorded,) = log.events()
    plan = recorded.event
    assert plan.when == When("2017-08-21/2017-08-27", "w/c 2017-08-21")
    assert plan.term.iso == "P1Y6M"
    assert plan.recurrence == Recurrence("FREQ=WEEKLY;BYDAY=WE,TH", "17:00", "03:00", "Europe/Dublin")
    assert (plan.rate.count, plan.rate.per, plan.plural) == (2, "month", False)
    assert plan.partners == ("the NHS", "the council")
    assert plan.cause == Cause(CauseKind.DECISION, "the review", When("2017-06", "June 2017"))
    assert recorded.effective == When("2017-04/2017-06", "April to June 2017")
    assert (recorded.actor, recorded.source, recorded.marking) == ("tester", "minutes", "public")
    assert (recorded.correlation_id, recorded.causation_id) == ("c1", "c0")


def test_all_options_of_a_figure_arrive(run: Run, log_file: Path) -> None:
    """A figure is put together from its options, with exact numbers."""
    run("record", "operation", "plan", "mass", "--title", "Operation Mass")
    run(
        *("record", "operation", "record-figure", "mass", "--measure", "vehicles", "--done", "stopped"),
        *("--value", "1,234.50", "--unit", "vehicles", "--period", "since January 2017", "--basis", "running-total"),
        *("--breakdown", "vans=1000", "--breakdown", "a=b=0.1", "--incomplete", "--of", "2000", "--target", "1500"),
    )
    figure: Figure = last_event(log_file).figure
    assert str(figure.value) == "1234.50"
    assert [(part.label, str(part.value)) for part in figure.breakdown] == [("vans", "1000"), ("a=b", "0.1")]
    assert (figure.complete, figure.basis.value, figure.period) == (
        False,
        "running total",
        When("2017-01/..", "since January 2017"),
    )
    run("record", "operation", "record-figure", "mass", "--measure", "cycles", "--not-recorded")
    assert last_event(log_file).figure.value is None


def test_a_target_is_shown_with_the_sign_of_its_unit(run: Run) -> None:
    """A target has the pound or per cent sign that its value has; a unit that is a word is said once."""
    run("record", "operation", "plan", "mass", "--title", "Operation Mass")
    for value, unit, target in (("82", "%", "90"), ("8,200", "£", "9000"), ("3", "vehicles", "4")):
        about = ("--measure", f"what is in {unit}", "--value", value, "--unit", unit, "--target", target)
        run("record", "operation", "record-figure", "mass", *about)
    told = run("history", "mass").stdout
    assert all(text in told for text in ("82% (target 90%)", "£8,200 (target £9,000)", "3 vehicles (target 4)"))


def test_marking_of_the_event_and_marking_that_it_sets_are_two(run: Run, log_file: Path) -> None:
    """Where the content has a marking of its own, the event's is called --event-marking."""
    run("record", "pilot", "plan", "x", "--title", "x")
    run("record", "pilot", "change-marking", "x", "--marking", "restricted", "--event-marking", "secret")
    with OpLog.open(log_file) as log:
        recorded = list(log.events())[-1]
    assert (recorded.event.marking, recorded.marking) == ("restricted", "secret")


@pytest.mark.parametrize(
    ("written", "edtf"),
    [
        ("2017-08-21", "2017-08-21"),
        ("June 2017", "2017-06"),
        ("w/c 2017-08-21", "2017-08-21/2017-08-27"),
        ("April to June 2017", "2017-04/2017-06"),
        ("end of September 2017", "2017-09-30~"),
    ],
)
def test_dates_as_people_write_them(run: Run, log_file: Path, written: str, edtf: str) -> None:
    """A date in words is recorded as EDTF, with the words."""
    run("record", "campaign", "plan", "x", "--title", "x", "--when", written)
    when = last_event(log_file).when
    assert when.edtf == edtf
    assert str(when) == written


def test_nothing_to_do_and_keys(run: Run) -> None:
    """What is so already is said and not recorded, and a key that was used gives the first event."""
    run("record", "campaign", "plan", "x", "--title", "x", "--key", "k1")
    again = run("record", "campaign", "plan", "x", "--title", "x", "--key", "k1")
    assert again.stdout.startswith("recorded already, under the same key, at position 1: campaign/x, version 1")
    other = run("record", "campaign", "plan", "x", "--title", "other", "--key", "k1", code=1).stderr
    assert other == "oplog: the idempotency key 'k1' was used for something else: campaign.planned of campaign/x\n"
    run("record", "campaign", "cancel", "x")
    assert run("record", "campaign", "cancel", "x").stdout == "nothing to do: it is so already\n"
    assert json.loads(run("record", "campaign", "cancel", "x", "--json").stdout) == {"new": False, "events": []}


def test_json_is_the_event_as_in_an_export(run: Run) -> None:
    """--json gives the events in the portable form."""
    document = json.loads(run("record", "campaign", "plan", "x", "--title", "é", "--json").stdout)
    assert document["new"] is True
    (event,) = document["events"]
    assert (event["position"], event["stream"], event["version"]) == (1, "campaign/x", 1)
    assert (event["event"], event["data"]) == ("campaign.planned", {"title": "é"})


def test_refusal_says_what_is_possible(run: Run, log_file: Path) -> None:
    """A refusal is one line with the status and what could change it, exit 1, and nothing is written."""
    run("record", "campaign", "plan", "week", "--title", "x")
    result = run("record", "campaign", "resume", "week", code=1)
    assert result.stdout == ""
    assert result.stderr.startswith("oplog: campaign/week is planned: 'resumed' is not possible when planned; ")
    assert "rescheduled" not in result.stderr
    assert "cancelled" in result.stderr
    assert result.stderr.count("\n") == 1
    with OpLog.open(log_file) as log:
        assert log.head() == 1


@pytest.mark.parametrize("aggregate", AGGREGATES)
def test_every_event_typed_as_a_command_gets_its_command_named(run: Run, aggregate: str) -> None:
    """The refusals speak of events; who types the word of one is told what to type."""
    decider = AGGREGATES[aggregate]
    verbs = {event: verb for verb, (_, event) in decider.commands.items()}
    of_events = {event: verb for verb, (_, event) in commands.CORRECTING.items()}
    for name, (event, _) in decider.events.items():
        error = " ".join(run("record", aggregate, name, "a", code=2).stderr.split())
        told = f"its command is '{verbs[event]}'" if event in verbs else f"see 'oplog {of_events[event]} --help'"
        assert f"No such command '{name}', which is an event; {told}." in error


def test_a_refusal_names_the_commands_that_help(run: Run) -> None:
    """What can change the status is named as it is typed; where a rule refuses and not the status, nothing is added."""
    before = run("record", "campaign", "cancel", "week", code=1).stderr
    assert before == (
        "oplog: campaign/week is not yet planned: 'cancelled' is not possible before 'planned' (as commands: plan)\n"
    )
    run("record", "campaign", "plan", "week", "--title", "x")
    run("record", "campaign", "cancel", "week")
    error = run("record", "campaign", "commence", "week", code=1).stderr
    assert error.endswith("reinstated, relaunched, rescheduled (as commands: reinstate, relaunch, reschedule)\n")
    run("record", "campaign", "reinstate", "week")
    assert "as commands" not in run("record", "campaign", "leave-partner", "week", "--partner", "NHS", code=1).stderr


def test_a_mistyped_stream_is_guessed(run: Run) -> None:
    """A command on a stream that does not exist names the one that was probably meant."""
    run("record", "campaign", "plan", "week-of-action", "--title", "x")
    assert (
        "did you mean campaign/week-of-action?" in run("record", "campaign", "cancel", "week-of-acton", code=1).stderr
    )


def test_expected_version(run: Run) -> None:
    """--expected refuses when the stream has moved on."""
    run("record", "campaign", "plan", "x", "--title", "x", "--expected", "0")
    result = run("record", "campaign", "cancel", "x", "--expected", "4", code=1)
    assert result.stderr == "oplog: campaign/x is at version 1, not at version 4 as expected\n"


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["plan", "x"], "Missing option '--title'"),
        (["plan", "x", "--title", " "], "must not be empty"),
        (["plan", "X y", "--title", "x"], "is no stream"),
        (["plan", "pilot/x", "--title", "x"], "use 'oplog record pilot'"),
        (["plan", "nonsense/x", "--title", "x"], "no aggregate 'nonsense'"),
        (["plan", "x", "--title", "x", "--when", "31 February 2017"], "'--when'"),
        (["plan", "x", "--title", "x", "--when", "next week"], "not understood as a date"),
        (["plan", "x", "--title", "x", "--term", "long"], "not a length of time"),
        (["plan", "x", "--title", "x", "--rate", "often"], "not a rate"),
        (["plan", "x", "--title", "x", "--rate", "0 a month"], "a rate of 0"),
        (["plan", "x", "--title", "x", "--rrule", "NEVER"], "is not an RRULE"),
        (["plan", "x", "--title", "x", "--rrule", "FREQ=DAILY", "--hours", "25:00-26:00"], "are not hours"),
        (["plan", "x", "--title", "x", "--hours", "09:00-10:00"], "without --rrule"),
        (["plan", "x", "--title", "x", "--rrule", "FREQ=DAILY", "--timezone", "Mars"], "without --hours"),
        (["plan", "x", "--title", "x", "--cause-kind", "incident"], "without --cause"),
        (["plan", "x", "--title", "x", "--nature", "song"], "'--nature'"),
        (["plan", "x", "--title", "x", "--expected", "-1"], "is not a version"),
        (["plan", "x", "--title", "\udcff"], "not UTF-8"),
        (["extend", "x"], "an extension needs until"),
        (["hold-occurrence", "x", "--count", "0"], "count is 0"),
        (["record-figure", "x", "--measure", "m"], "either --value or --not-recorded"),
        (
            ["record-figure", "x", "--measure", "m", "--value", "1", "--not-recorded"],
            "either --value or --not-recorded",
        ),
        (["record-figure", "x", "--measure", "m", "--value", "NaN"], "not a number"),
        (["record-figure", "x", "--measure", "m", "--value", "5", "--of", "4"], "cannot exceed its whole"),
        (["record-figure", "x", "--measure", "m", "--value", "5", "--breakdown", "a=4"], "adds up to 4"),
        (["record-figure", "x", "--measure", "m", "--value", "5", "--breakdown", "a"], "LABEL=NUMBER"),
        (["record-figure", "x", "--measure", "m", "--value", "5", "--basis", "running-total"], "a running total needs"),
        (["unheard-of", "x"], "No such command"),
    ],
)
def test_wrong_usage_is_told(run: Run, log_file: Path, args: list[str], told: str) -> None:
    """What cannot be typed so ends with exit code 2, says which option it was, and writes nothing."""
    result = run("record", "campaign", *args, code=2)
    assert told in " ".join(result.stderr.split())
    assert "Usage: oplog record campaign" in result.stderr
    with OpLog.open(log_file) as log:
        assert log.head() == 0


def test_fields_of_unknown_type_are_an_error() -> None:
    """A field of a type that has no options is refused, and not left out in silence."""

    @attrs.frozen(kw_only=True)
    class Odd:
        title: complex

    with pytest.raises(TypeError, match="no options"):
        options_of(Odd)
