"""Silence is news: each rule speaks, is quiet where nothing was to be expected, and is quiet once it is recorded."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from oplog import (
    SILENCE,
    Basis,
    Figure,
    Finding,
    Heard,
    OpLog,
    Rate,
    Recurrence,
    Relaunch,
    SilenceLimits,
    Term,
    When,
    commands,
)
from oplog.projections.promised import MOST, Days, promised, unrecorded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Clock

WEEK, TRIAL, MASS, SHIFTS = "campaign/week", "pilot/trial", "operation/mass", "deployment/shifts"


def do(log: OpLog, stream: str, *told: Any) -> None:
    """Execute commands; one in a pair is followed by when it was so."""
    for one in told:
        command, effective = one if isinstance(one, tuple) else (one, None)
        log.execute(stream, command, effective=None if effective is None else When(effective))


def plan(when: str | None = None, **details: Any) -> commands.Plan:
    return commands.Plan(title="it", when=None if when is None else When(when), **details)


def heard(log: OpLog, rule: str, on: str, **given: Any) -> list[tuple[int | None, str | None, str, str]]:
    """What one rule finds on a day: position, stream, the date expected, and the message."""
    found = log.silence(date.fromisoformat(on), **given)
    return [(f.position, f.stream, f.expected.edtf, f.message) for f in found if f.rule == rule and f.expected]


def test_an_evaluation_past_its_date(log: OpLog) -> None:
    """It is told from the day after the last one that its date can mean, until a result or a later date is recorded."""
    do(log, TRIAL, plan(), commands.Commence(), commands.PromiseEvaluation(when=When("2017-09-30~")))
    assert heard(log, "no-evaluation", "2017-09-30") == []
    message = "an evaluation was due 2017-09-30~, but no result is recorded"
    assert heard(log, "no-evaluation", "2017-10-01") == [(3, TRIAL, "2017-09-30~", message)]
    do(log, TRIAL, commands.DeferEvaluation(when=When("2017-12")))
    assert heard(log, "no-evaluation", "2017-12-31") == []
    assert [told[2] for told in heard(log, "no-evaluation", "2018-01-01")] == ["2017-12"]
    do(log, TRIAL, commands.Evaluate(result="It works."))
    assert heard(log, "no-evaluation", "2018-01-01") == []


def test_an_evaluation_of_what_was_cancelled_is_not_awaited(log: OpLog) -> None:
    """A cancellation takes the evaluation with it, and a reinstatement brings it back."""
    do(log, TRIAL, plan(), commands.PromiseEvaluation(when=When("2017-09")), commands.Cancel())
    assert heard(log, "no-evaluation", "2018-01-01") == []
    do(log, TRIAL, commands.Reinstate())
    assert len(heard(log, "no-evaluation", "2018-01-01")) == 1


def test_an_action_past_its_date_has_no_answer(log: OpLog) -> None:
    """An action that was asked for a date is told of once that has passed, until it is answered; others are not."""
    first = commands.AskAction(action="14", asked="say what it cost", when=When("2017-09"))
    do(log, TRIAL, plan(), first, commands.AskAction(action="15", asked="say who came"))
    assert heard(log, "no-answer", "2017-09-30") == []
    message = "action '14' was due 2017-09, but no answer is recorded"
    assert heard(log, "no-answer", "2017-10-01") == [(2, TRIAL, "2017-09", message)]
    do(log, TRIAL, commands.AnswerAction(action="14", text="It cost £12,000."))
    assert heard(log, "no-answer", "2017-10-01") == []


def test_a_date_past_with_nothing_recorded(log: OpLog) -> None:
    """What was planned for a date is told of when that has passed, until anything is recorded that came of it."""
    do(log, WEEK, plan("2017-08-21/2017-08-27"))
    assert heard(log, "no-outcome", "2017-08-27") == []
    message = "planned for 2017-08-21/2017-08-27, but nothing recorded says whether it took place"
    assert heard(log, "no-outcome", "2017-08-28") == [(1, WEEK, "2017-08-21/2017-08-27", message)]


@pytest.mark.parametrize(
    "then",
    [
        (commands.Complete(), "2017-08-27"),
        (commands.Commence(), "2017-08-21"),
        commands.Cancel(),
        commands.Postpone(),
        commands.Reschedule(when=When("2018-05")),
        commands.HandOver(to="the Met"),
        (commands.RecordOutcome(text="It was well received."), "2017-08-25"),
    ],
)
def test_an_outcome_of_any_sort_ends_the_silence(log: OpLog, then: Any) -> None:
    """That it was held, began, was called off, put off, moved or handed over is an outcome, as is one in words."""
    do(log, WEEK, plan("2017-08-01/2017-08-27"), then)
    if isinstance(then, tuple) and isinstance(then[0], commands.Commence):
        assert [told[2] for told in heard(log, "no-outcome", "2017-08-28")] == ["2017-08-27"]  # its end, now
    else:
        assert heard(log, "no-outcome", "2017-08-28") == []


def test_an_outcome_before_the_date_is_not_its_outcome(log: OpLog) -> None:
    """What was recorded of an earlier time says nothing of what was planned for later."""
    do(log, WEEK, plan("2017-09-25"), (commands.RecordOutcome(text="Early signs are good."), "2017-09-01"))
    assert len(heard(log, "no-outcome", "2017-10-01")) == 1


def test_an_end_past_with_no_outcome(log: OpLog) -> None:
    """What began is told of when its term or its extension is over and neither an end nor an outcome is recorded."""
    do(log, TRIAL, plan("2017-01-10", term=Term("P6M")), (commands.Commence(), "2017-01-10"))
    message = "was to end by 2017-07-10, but neither an end nor an outcome is recorded"
    assert heard(log, "no-outcome", "2017-07-11") == [(2, TRIAL, "2017-07-10", message)]
    do(log, TRIAL, commands.Extend(until=When("2017-09")))
    assert heard(log, "no-outcome", "2017-09-30") == []
    assert [told[:3] for told in heard(log, "no-outcome", "2017-10-01")] == [(3, TRIAL, "2017-09")]
    do(log, TRIAL, (commands.Complete(), "2017-09-29"))
    assert heard(log, "no-outcome", "2017-10-01") == []


def test_what_is_suspended_until_a_date_is_awaited_then(log: OpLog) -> None:
    """While it is suspended its end is not awaited; past the date until which it was, that is told of."""
    do(log, TRIAL, plan("2017-09-04/2017-09-10"), (commands.Commence(), "2017-09-04"))
    do(log, TRIAL, (commands.Suspend(until=When("2017-11")), "2017-09-05"))
    assert heard(log, "no-outcome", "2017-11-30") == []
    message = "suspended until 2017-11, but neither a resumption nor an outcome is recorded"
    assert heard(log, "no-outcome", "2017-12-01") == [(3, TRIAL, "2017-11", message)]
    do(log, TRIAL, (commands.RecordOutcome(text="It will go on next year."), "2017-11-20"))
    assert heard(log, "no-outcome", "2017-12-01") == []


def test_what_was_relaunched_has_no_old_end(log: OpLog) -> None:
    """A campaign that was started anew is not asked for the end that it first had."""
    do(log, WEEK, plan("2017-09-04/2017-09-10"), (commands.Commence(), "2017-09-04"))
    do(log, WEEK, (commands.Suspend(), "2017-09-08"), (Relaunch(), "2017-09-12"))
    assert heard(log, "no-outcome", "2017-12-01") == []
    assert log.view("slips") == ()


def test_no_news_of_what_is_under_way(log: OpLog) -> None:
    """After 92 days without an event, or as many as are given, what is under way is told of; any event is news."""
    do(log, MASS, plan(), (commands.Commence(), "2017-03-01"))
    assert heard(log, "no-news", "2017-12-22", limits=SilenceLimits(news=1000)) == []
    # The plan has no date, so that it is news of the day of its recording, 21 September.
    assert heard(log, "no-news", "2017-12-22") == []
    message = "under way, but nothing is recorded of any day after 2017-09-21; news was expected by 2017-12-22"
    assert heard(log, "no-news", "2017-12-23") == [(2, MASS, "2017-12-22", message)]
    assert [told[2] for told in heard(log, "no-news", "2017-09-23", limits=SilenceLimits(news=1))] == ["2017-09-22"]
    do(log, MASS, (commands.RecordNote(text="It rained."), "2017-10-01"))
    assert heard(log, "no-news", "2017-12-23") == []


@pytest.mark.parametrize(
    ("told", "silent"),
    [
        ([plan(None)], False),
        ([plan("2018-06")], False),
        ([plan(None), commands.Postpone()], True),
        ([plan(None), commands.Commence(), commands.Suspend()], True),
        ([plan(None), commands.Commence(), commands.Suspend(until=When("2018-03"))], False),
        ([plan(None), commands.Commence(), commands.Suspend(until=When("2017-12"))], True),
        ([plan(None), commands.Complete()], False),
        ([plan(None), commands.Cancel()], False),
        ([plan(None), commands.Commence(), commands.HandOver(to="the Met")], False),
        ([plan(None, rate=Rate(1, "year")), commands.Commence()], False),
    ],
)
def test_only_what_goes_on_owes_news(log: OpLog, told: list[Any], silent: bool) -> None:
    """What is planned, over, handed over or suspended until later is rightly silent; what repeats is another matter."""
    do(log, MASS, *told)
    assert bool(heard(log, "no-news", "2018-03-01")) is silent


def test_news_of_a_part_is_news_of_the_whole(log: OpLog, clock: Clock) -> None:
    """The whole is silent only with all its parts, and where a part is told of, the whole is not told of too."""
    for stream in (MASS, SHIFTS):
        do(log, stream, plan(), commands.Commence())
    do(log, SHIFTS, commands.LinkPartOf(parent=MASS))
    clock.move(days=60)
    do(log, SHIFTS, commands.RecordNote(text="It rained."))
    assert heard(log, "no-news", "2018-01-01") == []
    assert [told[1] for told in heard(log, "no-news", "2018-03-01")] == [SHIFTS]
    do(log, SHIFTS, commands.Complete())
    assert [told[1] for told in heard(log, "no-news", "2018-03-01")] == [MASS]


def test_streams_that_are_part_of_each_other_are_both_told_of(log: OpLog) -> None:
    """A circle of links ends nothing and hides nothing: where all of it is silent, all of it is told of."""
    for stream, other in ((MASS, SHIFTS), (SHIFTS, MASS)):
        do(log, stream, plan(), commands.Commence(), commands.LinkPartOf(parent=other))
    assert [told[1] for told in heard(log, "no-news", "2018-03-01")] == [SHIFTS, MASS]


@pytest.fixture
def early(clock: Clock) -> None:
    """Let the log know of things since 2015."""
    clock.now = clock.now.replace(year=2015)


def repeats(log: OpLog, begins: str, **pattern: Any) -> None:
    """Record what repeats, before it begins."""
    do(log, SHIFTS, plan(**pattern), (commands.Commence(), begins))


WEEKLY = Recurrence("FREQ=WEEKLY;BYDAY=WE", "17:00", "03:00")


@pytest.mark.usefixtures("early")
def test_occurrences_that_nobody_recorded(log: OpLog) -> None:
    """Each occurrence that a recurrence promised is told of in one finding, from the day of the next one on."""
    repeats(log, "2017-05-31", recurrence=WEEKLY)
    assert heard(log, "no-occurrence", "2017-06-06") == []
    message = "the one occurrence to be expected so far, that of 2017-05-31 to 2017-06-06, is not recorded"
    assert heard(log, "no-occurrence", "2017-06-07") == [(1, SHIFTS, "2017-05-31/2017-06-06", message)]
    ((*_, message),) = heard(log, "no-occurrence", "2017-06-22")
    assert message == (
        "none of the 3 occurrences to be expected so far is recorded:"
        " the first that of 2017-05-31 to 2017-06-06, the last that of 2017-06-14 to 2017-06-20"
    )


@pytest.mark.usefixtures("early")
@pytest.mark.parametrize(
    ("told", "first", "message"),
    [
        ([(commands.HoldOccurrence(), "2017-05-31")], "2017-06-07/2017-06-13", "2 of the 3 occurrences"),
        # One that was held on the day after is that one.
        ([(commands.HoldOccurrence(), "2017-06-08")], "2017-05-31/2017-06-06", "2 of the 3 occurrences"),
        ([(commands.HoldOccurrence(count=2), "2017-06-01/2017-06-12")], "2017-06-14/2017-06-20", "one of the 3"),
        ([(commands.HoldOccurrence(count=3), "2017-06")], None, None),
        # What was called off was recorded too; a number that was not recorded stands for all of its days.
        ([commands.CancelOccurrence(count=2, when=When("2017-06"))], "2017-06-14/2017-06-20", "one of the 3"),
        ([commands.CancelOccurrence(when=When("2017-06-01/2017-06-10"))], "2017-06-14/2017-06-20", "one of the 3"),
        # More than were promised on that day: the others may be those of a day or two before or after, and no more.
        ([(commands.HoldOccurrence(count=2), "2017-06-14")], "2017-05-31/2017-06-06", "one of the 3"),
        ([(commands.HoldOccurrence(count=2), "2017-05-31")], "2017-06-07/2017-06-13", "2 of the 3"),
        ([(commands.HoldOccurrence(count=1_000_000), "2017-05-31")], "2017-06-07/2017-06-13", "2 of the 3"),
        ([(commands.HoldOccurrence(count=9), "2017-05-30/2017-06-06")], "2017-06-07/2017-06-13", "2 of the 3"),
        # Nobody said when: it was some before the recording, the last ones.
        ([commands.HoldOccurrence(count=2)], "2017-05-31/2017-06-06", "one of the 3"),
        ([commands.CancelOccurrence()], None, None),
        # Not promised while it was suspended.
        (
            [(commands.Suspend(), "2017-06-10"), (commands.Resume(), "2017-06-20")],
            "2017-05-31/2017-06-06",
            "the one occurrence to be expected so far",
        ),
    ],
)
def test_what_was_recorded_of_occurrences_ends_the_silence(
    log: OpLog, clock: Clock, told: list[Any], first: str | None, message: str | None
) -> None:
    """Occurrences that were held or called off are held against those promised, each against one."""
    repeats(log, "2017-05-31", recurrence=WEEKLY)
    clock.now = clock.now.replace(year=2017)
    do(log, SHIFTS, *told)
    found = heard(log, "no-occurrence", "2017-06-22")
    assert [(expected, told[: len(message or "")]) for *_, expected, told in found] == (
        [] if first is None else [(first, message)]
    )


@pytest.mark.usefixtures("early")
@pytest.mark.parametrize(
    ("pattern", "begins", "on", "number"),
    [
        ({"rate": Rate(2, "month")}, "../2017-05", "2017-08-01", 4),
        ({"rate": Rate(2, "month")}, "2017-06-01", "2017-08-01", 4),
        ({"rate": Rate(1, "week")}, "2017-06-01", "2017-06-19", 2),
        ({"rate": Rate(1, "day")}, "2017-06-01", "2017-06-04", 3),
        ({"rate": Rate(3, "quarter")}, "2017-03-31", "2017-07-01", 3),
        ({"rate": Rate(1, "year")}, "2015-12-31", "2017-12-31", 1),
        ({"rate": Rate(10**9, "day")}, "2017-06-01", "2017-06-04", MOST),
        # On the last day of a month, which not every month has: each has its occurrence.
        ({"recurrence": Recurrence("FREQ=MONTHLY")}, "2017-05-31", "2017-08-31", 3),
        ({"recurrence": Recurrence("FREQ=WEEKLY;INTERVAL=2")}, "2017-06-01", "2017-06-29", 2),
        ({"recurrence": Recurrence("FREQ=HOURLY")}, "2017-06-01", "2017-06-29", 0),
        ({"recurrence": WEEKLY}, "2017-05-31/..", "2017-06-14", 2),
    ],
)
def test_how_many_occurrences_were_promised(
    log: OpLog, pattern: dict[str, Any], begins: str, on: str, number: int
) -> None:
    """A rate promises whole periods of the calendar, a recurrence its days, both from when it certainly began."""
    repeats(log, begins, **pattern)
    last = date.fromisoformat(on)
    slots = promised(log.state(SHIFTS).plan, log.life(SHIFTS), last)
    assert len(slots) == number
    assert all(slot.first <= slot.last < last for slot in slots)


def test_occurrences_before_the_log_knew_of_them_are_not_asked_for(log: OpLog) -> None:
    """What went on for years when it was recorded owes occurrences since then, or since the first of which it tells."""
    repeats(log, "2015-01-01", rate=Rate(1, "month"))
    ((*_, expected, message),) = heard(log, "no-occurrence", "2017-12-01")
    assert (expected, message[:30]) == ("2017-09-01/2017-09-30", "none of the 3 occurrences to b")
    do(log, SHIFTS, (commands.HoldOccurrence(), "2017-06-12"))
    ((*_, expected, message),) = heard(log, "no-occurrence", "2017-12-01")
    assert (expected, message[:30]) == ("2017-07-01/2017-07-31", "5 of the 6 occurrences to be e")


@pytest.mark.usefixtures("early")
def test_a_number_that_is_no_promise_is_told_of_as_a_least_one(log: OpLog) -> None:
    """Of more occurrences than anybody would hold, no more than ten thousand are looked at."""
    repeats(log, "2017-06-01", rate=Rate(10**9, "day"))
    ((*_, message),) = heard(log, "no-occurrence", "2017-06-04")
    assert message.startswith("none of the at least 10000 occurrences to be expected so far is recorded")


@pytest.mark.usefixtures("early")
def test_no_occurrence_is_promised_after_the_end(log: OpLog) -> None:
    """What has a term repeats until that is over."""
    repeats(log, "2017-05-31", recurrence=WEEKLY, term=Term("P10D"))
    ((*_, message),) = heard(log, "no-occurrence", "2017-09-01")
    assert message.startswith("the one occurrence to be expected so far, that of 2017-05-31 to 2017-06-06,")


@pytest.mark.usefixtures("early")
def test_what_is_over_or_has_not_begun_owes_no_occurrences(log: OpLog) -> None:
    """Before it is under way and after it ended nobody asks for occurrences."""
    do(log, SHIFTS, plan(recurrence=WEEKLY))
    assert heard(log, "no-occurrence", "2018-01-01") == []
    do(log, SHIFTS, (commands.Commence(), "2017-05-31"))
    assert len(heard(log, "no-occurrence", "2018-01-01")) == 1
    do(log, SHIFTS, commands.Complete())
    assert heard(log, "no-occurrence", "2018-01-01") == []


def test_nothing_promised_is_nothing_missing() -> None:
    """Without slots there is nothing to be held against anything."""
    assert unrecorded([], []) == []
    slots = [Days(date(2017, 6, 1), date(2017, 6, 1))]
    assert unrecorded(slots, []) == slots


def figure(period: str, measure: str = "stops", **details: Any) -> commands.RecordFigure:
    return commands.RecordFigure(figure=Figure(measure, 5, period=When(period), **details))


def test_a_figure_missing_for_the_next_quarter(log: OpLog) -> None:
    """A measure of a quarter is told of once the next one ended 31 days ago, until it is recorded for that too."""
    do(log, MASS, plan(), commands.Commence(), figure("2017-04/2017-06"))
    assert heard(log, "no-figure", "2017-10-31") == []
    message = "stops (count): recorded for 2017-04 to 2017-06, but not for 2017-07 to 2017-09"
    assert heard(log, "no-figure", "2017-11-01") == [(3, MASS, "2017-07/2017-09", message)]
    assert len(heard(log, "no-figure", "2017-10-01", limits=SilenceLimits(figures=0))) == 1
    do(log, MASS, figure("2017-08"))
    assert heard(log, "no-figure", "2017-11-01") == []


@pytest.mark.parametrize(
    ("told", "number"),
    [
        ([figure("2017-05")], 1),
        ([figure("2017-04"), figure("2017-05")], 1),
        ([figure("2017-05"), figure("2017-05", "arrests")], 2),
        ([figure("2017-05-31", basis=Basis.LEVEL)], 1),
        ([figure("2017-05-31", basis=Basis.LEVEL), figure("2017-09-30", basis=Basis.LEVEL)], 0),
        ([figure("2017-05"), figure("2017-09-30", basis=Basis.LEVEL)], 1),
        ([figure("2017-05-31")], 0),
        ([figure("2017-05/2017-07")], 0),
        ([figure("2017")], 0),
        ([figure("2017-01/..", basis=Basis.RUNNING_TOTAL)], 0),
        ([figure("2016-07/2017-06", basis=Basis.ROLLING_YEAR)], 0),
        ([commands.RecordFigure(figure=Figure("stops", 5))], 0),
        ([figure("2017-05"), commands.Complete()], 0),
        ([figure("2016-05"), figure("2016-11"), figure("2017-02")], 2),
    ],
)
def test_which_figures_are_awaited(log: OpLog, told: list[Any], number: int) -> None:
    """Counts of whole months and quarters, and levels, are awaited by measure and basis while the stream goes on."""
    do(log, MASS, plan(), commands.Commence(), *told)
    assert len(heard(log, "no-figure", "2017-11-01")) == number


def test_limits_are_not_negative() -> None:
    """Silence that is told of before it began makes no sense."""
    with pytest.raises(ValueError, match="news"):
        SilenceLimits(news=-1)
    with pytest.raises(ValueError, match="figures"):
        SilenceLimits(figures=-1)


# The day, the clocks, and rules of one's own


def test_the_day_is_that_of_the_last_event(log: OpLog, clock: Clock) -> None:
    """By default the log is looked at on the day of its last event, or on the day that the clocks ask about."""
    assert log.silence() == ()
    do(log, TRIAL, plan(), commands.Commence(), commands.PromiseEvaluation(when=When("2017-09")))
    assert log.silence() == ()
    clock.move(days=15)
    do(log, WEEK, plan())
    assert [f.rule for f in log.silence()] == ["no-evaluation"]
    assert log.silence(known_at=date(2017, 9, 30)) == ()
    assert [f.rule for f in log.silence(known_at=date(2017, 10, 1))] == ["no-evaluation"]
    assert [f.rule for f in log.silence(valid_at=date(2017, 10, 1))] == ["no-evaluation"]


def test_what_was_corrected_and_taken_back_is_heard_so(log: OpLog) -> None:
    """A date that should have been later is awaited later; what was retracted is awaited no more."""
    do(log, TRIAL, plan(), commands.Commence(), commands.PromiseEvaluation(when=When("2017-09")))
    log.correct(3, "when", When("2017-11"), why="a slip")
    assert heard(log, "no-evaluation", "2017-11-30") == []
    assert [told[2] for told in heard(log, "no-evaluation", "2017-12-01")] == ["2017-11"]
    log.retract(3, why="of another trial")
    assert heard(log, "no-evaluation", "2017-12-01") == []


def test_replay_tells_of_silence_last(log: OpLog, clock: Clock) -> None:
    """The audit has the same observations under the same day, after all others."""
    do(log, WEEK, plan("2017-06"), commands.LinkPartOf(parent="campaign/none"))
    found = log.replay()
    assert [f.rule for f in found] == ["links", "no-outcome"]
    assert found[1:] == log.silence()
    assert found[1].expected == When("2017-06")
    assert {f.severity for f in found} == {"observation"}
    assert found[0].expected is None


def test_rules_of_ones_own(log: OpLog) -> None:
    """A user's rule is a function over what was heard, alone or after ours."""

    def no_place(known: Heard) -> Iterator[Finding]:
        for entry in known.entries.values():
            if entry.state.place is None:
                yield Finding(rule="no-place", severity="observation", message=f"on {known.on}", stream=entry.stream)

    do(log, WEEK, plan("2017-06"))
    assert [(f.rule, f.message) for f in log.silence(rules=(no_place,))] == [("no-place", "on 2017-09-21")]
    assert [f.rule for f in log.silence(rules=(*SILENCE, no_place))] == ["no-outcome", "no-place"]


def test_each_rule_says_what_it_is_for() -> None:
    """The rules are documented, and their order and names are these."""
    assert [rule.__name__ for rule in SILENCE] == [
        "no_evaluation",
        "no_outcome",
        "no_answer",
        "no_news",
        "no_occurrence",
        "no_figure",
    ]
    assert all(rule.__doc__ for rule in SILENCE)
