"""Figures, causes, rates, terms, recurrences, quarters and the names of streams."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oplog import (
    CALENDAR_YEAR,
    UK_FINANCIAL_YEAR,
    Basis,
    Calendar,
    Cause,
    CauseKind,
    Figure,
    InvalidValue,
    Part,
    Quarter,
    Rate,
    Recurrence,
    Term,
    When,
    commands,
    decider_of,
    total,
)
from oplog.testing.values import figures, recurrences

Q1, Q2, JUNE = When("2017-01/2017-03"), When("2017-04/2017-06"), When("2017-06")
calendars = st.integers(1, 12).map(Calendar)
days = st.dates(date(1900, 1, 1), date(2100, 12, 31))


# Figures


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: Figure("stops", 0.1), "not an exact number"),
        (lambda: Figure("stops", True), "not an exact number"),
        (lambda: Figure("stops", "many"), "is not a number"),
        (lambda: Figure("stops", "NaN"), "not a finite number"),
        (lambda: Figure("stops", Decimal("Infinity")), "not a finite number"),
        (lambda: Figure("stops", 10**31), "more than 30 digits"),
        (lambda: Figure("stops", "0." + "1" * 31), "more than 30 digits"),
        (lambda: Figure(" ", 1), "measure must not be empty"),
        (lambda: Figure("stops", 5, of=4), "a part cannot exceed its whole"),
        (lambda: Figure("stops", 5, breakdown=(Part("a", 2), Part("b", 2))), "adds up to 4, not to 5"),
        (lambda: Figure("stops", 5, breakdown=(Part("a", 6),), complete=False), "more than 5"),
        (lambda: Figure("stops", None, breakdown=(Part("a", 6),)), "not recorded has no breakdown"),
        (lambda: Figure("stops", 5, basis=Basis.RUNNING_TOTAL), "needs the date it runs from"),
        (
            lambda: Figure("stops", 5, basis=Basis.RUNNING_TOTAL, period=When("2017-06-30")),
            "needs the date it runs from",
        ),
        (lambda: Part("a", 0.5), "not an exact number"),
        (lambda: Cause(CauseKind.INCIDENT, ""), "name must not be empty"),
        (lambda: Rate(0, "month"), "expected 1 or more"),
        (lambda: Rate(2, "fortnight"), "expected one of day, week, month"),
        (lambda: Term("6 months"), "not a length of time"),
        (lambda: Term("P0M"), "not a length of time"),
        (lambda: Term("P"), "not a length of time"),
        (lambda: Term("P1DT"), "not a length of time"),
        (lambda: Term("P10000Y"), "too long a time"),
        (lambda: Recurrence("every week"), "is not an RRULE"),
        (lambda: Recurrence("FREQ=FORTNIGHTLY"), "not a valid RRULE"),
        (lambda: Recurrence("COUNT=3"), "not a valid RRULE"),
        (lambda: Recurrence("FREQ=DAILY;INTERVAL=0"), "INTERVAL must be 1 or more"),
        (lambda: Recurrence("FREQ=DAILY;COUNT=-1"), "COUNT must be 1 or more"),
        (lambda: Recurrence("FREQ=DAILY", starts="17:00"), "both a start and an end"),
        (lambda: Recurrence("FREQ=DAILY", "17:00", "25:00"), "not a time of day"),
        (lambda: Recurrence("FREQ=DAILY", "5pm", "3am"), "not a time of day"),
        (lambda: Recurrence("FREQ=DAILY", timezone="Europe/Camelot"), "not a time zone"),
        (lambda: Calendar(13), "cannot start in month 13"),
        (lambda: Quarter(CALENDAR_YEAR, 2017, 5), "no quarter 5"),
        (lambda: Quarter(CALENDAR_YEAR, 9999, 4), "no year 9999"),
        (lambda: CALENDAR_YEAR.quarter("second of 2017"), "is not a quarter"),
        (lambda: UK_FINANCIAL_YEAR.quarter("2017/19 Q1"), "does not end in 19"),
        (commands.Extend, "an extension needs until"),
        (lambda: commands.RecordNote(text="  "), "text must not be empty"),
        (lambda: commands.Plan(title="t", partners=("TfL", "")), "must not be empty"),
        (lambda: commands.HoldOccurrence(count=0), "expected 1 to"),
        (lambda: commands.Complete(attendance=-1), "expected 0 to"),
        (lambda: decider_of("campaign"), "is no stream"),
        (lambda: decider_of("Campaign/Week"), "is no stream"),
        (lambda: decider_of("campaign/week\n"), "is no stream"),
        (lambda: decider_of("campaign/" + "x" * 121), "is no stream"),
        (lambda: decider_of("parade/week"), "expected one of operation, deployment, campaign, pilot"),
        (lambda: decider_of("access/other"), "the access trail of a log is access/trail"),
    ],
)
def test_impossible_values_are_refused(make: Any, told: str) -> None:
    """A value that cannot be what it claims to be raises InvalidValue, saying what is wrong."""
    with pytest.raises(InvalidValue, match=told):
        make()


@given(figures())
def test_a_breakdown_adds_up(figure: Figure) -> None:
    """The parts of a complete breakdown make the value; those of an incomplete one no more than it."""
    parts = sum((part.value for part in figure.breakdown), Decimal(0))
    if figure.breakdown and figure.complete:
        assert parts == figure.value
    elif figure.value is not None:
        assert parts <= figure.value


def test_numbers_are_exact() -> None:
    """Decimal fractions and thirty digits are kept and added without rounding, and None is not zero."""
    assert Figure("stops", "0.10").value == Decimal("0.1")
    large = Figure("stops", 10**29 + 1, breakdown=(Part("a", 10**29), Part("b", 1)), period=Q1)
    assert large.value == 10**29 + 1
    assert total([large, Figure("stops", 1, period=Q2)]).value == 10**29 + 2
    assert Figure("stops", None).value is None


@pytest.mark.parametrize(
    ("figures_given", "reason"),
    [
        ([], "nothing to add"),
        ([Figure("stops", 1, period=Q1), Figure("arrests", 1, period=Q2)], "different things"),
        (
            [Figure("time", 1, unit="minutes", period=Q1), Figure("time", 1, unit="hours", period=Q2)],
            "different things",
        ),
        ([Figure("stops", 1, period=Q1), Figure("stops", 1, period=Q2, basis=Basis.LEVEL)], "different bases"),
        (
            [Figure("stops", 1, period=Q1, basis=Basis.LEVEL), Figure("stops", 1, period=Q2, basis=Basis.LEVEL)],
            "a level",
        ),
        ([Figure("stops", 1, period=Q1, basis=Basis.ROLLING_YEAR)] * 2, "a rolling year"),
        ([Figure("stops", 1, period=When("2017/.."), basis=Basis.RUNNING_TOTAL)] * 2, "a running total"),
        ([Figure("stops", 1, period=Q1), Figure("stops", None, period=Q2)], "not recorded"),
        ([Figure("stops", 1, period=Q1), Figure("stops", 1)], "no stated period"),
        ([Figure("stops", 1, period=Q2), Figure("stops", 1, period=JUNE)], "overlap (2017-04/2017-06 and 2017-06)"),
    ],
)
def test_what_must_not_be_added_is_not(figures_given: list[Figure], reason: str) -> None:
    """Mixed measures, units or bases, levels, running totals, gaps and overlapping periods give a reason and no sum."""
    outcome = total(figures_given)
    assert outcome.value is None
    assert outcome.reason
    assert reason in outcome.reason


def test_counts_of_separate_periods_are_added() -> None:
    """Counts of one measure over periods that do not overlap have a sum."""
    assert total([Figure("stops", 40, period=Q1), Figure("stops", 2, period=Q2)]).value == 42


@given(st.lists(figures(), max_size=4))
def test_a_total_is_a_sum_or_a_reason(given_figures: list[Figure]) -> None:
    """A total has either a value or a reason why there is none, and only counts ever have a value."""
    outcome = total(given_figures)
    assert (outcome.value is None) != (outcome.reason is None)
    if outcome.value is not None:
        assert {f.basis for f in given_figures} == {Basis.COUNT}
        assert outcome.value == sum(f.value for f in given_figures if f.value is not None)


# Recurrence, rate and term


@pytest.mark.parametrize(
    ("night", "hours"),
    [(date(2017, 10, 28), 11), (date(2017, 3, 25), 9), (date(2017, 10, 27), 10), (date(2017, 7, 1), 10)],
)
def test_a_night_shift_is_as_long_as_the_clocks_say(night: date, hours: int) -> None:
    """17:00 to 03:00 in London is 11 hours when the clocks go back, 9 when they go forward and 10 otherwise."""
    shifts = list(Recurrence("FREQ=DAILY", "17:00", "03:00").occurrences(night, night))
    assert len(shifts) == 1
    start, end = shifts[0]
    assert (start.hour, end.hour, end.date()) == (17, 3, night + timedelta(days=1))
    assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=hours)


@given(recurrences, days, st.integers(0, 60))
def test_occurrences_lie_in_their_window(recurrence: Recurrence, first: date, length: int) -> None:
    """Every occurrence begins on a day of the window, in order, and ends within a day of its beginning."""
    last = first + timedelta(days=length)
    found = list(recurrence.occurrences(first, last))
    assert [start for start, _ in found] == sorted(start for start, _ in found)
    for start, end in found:
        assert first <= start.date() <= last
        assert timedelta(0) < end.replace(tzinfo=None) - start.replace(tzinfo=None) <= timedelta(days=1)


def test_a_rule_says_on_which_days() -> None:
    """Two weeks of a Wednesday to Saturday rule are eight days."""
    found = Recurrence("FREQ=WEEKLY;BYDAY=WE,TH,FR,SA").occurrences(date(2017, 7, 3), date(2017, 7, 16))
    assert [start.day for start, _ in found] == [5, 6, 7, 8, 12, 13, 14, 15]


@pytest.mark.parametrize(
    ("iso", "end"),
    [
        ("P6M", date(2017, 7, 31)),
        ("P1M", date(2017, 2, 28)),
        ("P2W", date(2017, 2, 14)),
        ("PT24H", date(2017, 2, 1)),
        ("P1Y6M", date(2018, 7, 31)),
        ("PT23H", date(2017, 1, 31)),
        ("P9999Y", date.max),
    ],
)
def test_a_term_ends(iso: str, end: date) -> None:
    """A term is counted in calendar months and days, and never past the last day of the calendar."""
    assert Term(iso).after(date(2017, 1, 31)) == end


def test_a_term_names_its_parts() -> None:
    """A term gives its parts that are not zero, the largest unit first."""
    assert Term("P1Y0M2DT3H").parts == (("year", 1), ("day", 2), ("hour", 3))
    assert Rate(2, "month") == Rate(2, "month")


# Quarters


def test_the_financial_year_begins_in_april() -> None:
    """April to June 2017 is the second quarter of the calendar year and the first of the financial year."""
    day = date(2017, 5, 1)
    assert str(CALENDAR_YEAR.quarter_of(day)) == "2017 Q2"
    assert str(UK_FINANCIAL_YEAR.quarter_of(day)) == "2017/18 Q1"
    assert UK_FINANCIAL_YEAR.quarter_of(date(2017, 3, 31)) == UK_FINANCIAL_YEAR.quarter("2016/17 Q4")
    assert UK_FINANCIAL_YEAR.quarter("2017-Q1").when == When("2017-04/2017-06")


@given(calendars, days)
def test_quarters_tile_the_year(calendar: Calendar, day: date) -> None:
    """Every day lies in one quarter, the next begins the day after it ends, and next and previous undo each other."""
    quarter = calendar.quarter_of(day)
    assert quarter.first <= day <= quarter.last
    assert quarter.next.first == quarter.last + timedelta(days=1)
    assert quarter.next.previous == quarter
    assert quarter.previous.next == quarter
    assert calendar.quarter_of(quarter.first) == calendar.quarter_of(quarter.last) == quarter
    assert (quarter.when.earliest, quarter.when.latest) == (quarter.first, quarter.last)
    assert calendar.quarter(str(quarter)) == quarter
    assert quarter.next.next.next.next.first == quarter.first.replace(year=quarter.first.year + 1)


def test_blank_words_of_a_figure_are_refused() -> None:
    """A unit, a participle or a label of a breakdown that says nothing is an error and not an empty phrase."""
    with pytest.raises(InvalidValue, match="unit"):
        Figure("arrests", 3, unit=" ")
    with pytest.raises(InvalidValue, match="done"):
        Figure("arrests", 3, done="")
    with pytest.raises(InvalidValue, match="label"):
        Part(" ", 3)


def test_a_period_is_the_same_however_it_is_written() -> None:
    """A quarter and its three months make one figure, so that it is restated and not recorded twice."""
    assert Figure("arrests", 3, period=When("2017-34")).key == Figure("arrests", 4, period=When("2017-04/2017-06")).key
