"""What a report takes from the one before it: since when activity counts, and what was learned late."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve

from oplog import Basis, Document, Figure, OpLog, ReportConfiguration, When, commands, parse_when, render
from oplog.narrative.document import statements_of
from oplog.narrative.last_report import series_of

if TYPE_CHECKING:
    from conftest import Clock

WEEK, NET = "campaign/cycle-week", "operation/net"
Q2 = ReportConfiguration(
    committee="Harbour Committee", date=date(2024, 7, 16), since=date(2024, 4, 1), until=date(2024, 6, 30)
)
Q3 = ReportConfiguration(committee="Harbour Committee", date=date(2024, 10, 15), until=date(2024, 9, 30))


@pytest.fixture
def quarter(log: OpLog, clock: Clock) -> OpLog:
    """Give a log whose report of the second quarter was published; it is the tenth of October now."""
    clock.now = datetime(2024, 4, 2, 9, 30, tzinfo=UTC)
    log.execute(WEEK, commands.Plan(title="week of action on cycle theft", when=parse_when("May 2024")))
    clock.now = datetime(2024, 5, 21, 9, 30, tzinfo=UTC)
    log.execute(WEEK, commands.Complete(attendance=40), effective=parse_when("20 May 2024"))
    clock.now = datetime(2024, 7, 10, 9, 30, tzinfo=UTC)
    log.publish("q2", Q2)
    clock.now = datetime(2024, 10, 10, 9, 30, tzinfo=UTC)
    return log


def learned(log: OpLog, configuration: ReportConfiguration = Q3) -> list[str]:
    """The statements of the section on what was learned late, without the one that opens it."""
    section = log.narrative(configuration).section("learned")
    return [] if section is None else [s.text for s in statements_of(section.content)][1:]  # type: ignore[union-attr]


def period(document: Document) -> str:
    """The activity that the title block says is reported."""
    return dict(document.front)["Activity reported"]


def test_activity_counts_from_the_day_after_the_last_report(quarter: OpLog) -> None:
    """Where the configuration gives no start, it is measured; where it gives one, that counts."""
    assert period(quarter.narrative(Q3)) == "1 July 2024 to 30 September 2024"
    early = evolve(Q3, since=date(2024, 6, 1))
    assert period(quarter.narrative(early)) == "1 June 2024 to 30 September 2024"
    assert period(quarter.narrative(Q3, known_at=date(2024, 7, 1))) == "1 April 2024 to 1 July 2024"
    _, (recorded,) = quarter.publish("q3", Q3)
    assert (recorded.event.follows, recorded.event.window) == ("report/q2", When("2024-07-01/2024-09-30"))
    fourth = evolve(Q3, date=date(2025, 1, 15), until=date(2024, 12, 31))
    assert period(quarter.narrative(fourth)) == "1 October 2024 to 31 December 2024"


@pytest.mark.parametrize(
    ("change", "series"),
    [
        ({}, "Harbour Committee (public)"),
        ({"public": False}, "Harbour Committee (restricted)"),
        ({"markings": ("public", "internal")}, "Harbour Committee (internal, public)"),
        ({"committee": None}, "no-committee (public)"),
        ({"committee": " Board  of Port "}, "Board of Port (public)"),
        ({"series": " harbour   quarterly "}, "harbour quarterly"),
        ({"subject": "Another title", "reference": "Pol 1"}, "Harbour Committee (public)"),
    ],
)
def test_a_series_is_of_one_committee_for_one_audience(quarter: OpLog, change: dict[str, Any], series: str) -> None:
    """A report of another series is measured from nothing; the title and the reference make no difference."""
    configuration = evolve(Q3, **change)
    assert series_of(configuration) == series
    measured = period(quarter.narrative(configuration)).startswith("1 July 2024")
    assert measured is (series == series_of(Q2))


def test_of_two_reports_that_end_on_one_day_the_last_counts(quarter: OpLog) -> None:
    """A second edition takes the place of the first, and what it knew of is not late any more."""
    quarter.execute(WEEK, commands.RecordNote(text="It rained."), effective=parse_when("21 May 2024"))
    assert learned(quarter)[-1] == "It rained."
    quarter.publish("q2-second-edition", Q2)
    assert learned(quarter) == []
    assert quarter.publish("q3", Q3)[1][0].event.follows == "report/q2-second-edition"


def test_what_was_learned_late_is_told_in_the_next_report(quarter: OpLog) -> None:
    """It was so before the window, and no report has told it: it is told in the usual sentences, and cited."""
    assert learned(quarter) == []
    quarter.execute(NET, commands.Plan(title="Operation Net"), effective=parse_when("3 June 2024"))
    quarter.execute(NET, commands.Commence(), effective=parse_when("10 June 2024"))
    quarter.execute(WEEK, commands.RecordNote(text="Thefts fell."), effective=parse_when("2 July 2024"))
    document = quarter.narrative(Q3)
    assert learned(quarter) == ["Operation Net began on 10 June."]
    text = render(document)
    assert "## Learned since the last report" in text
    assert (
        "What follows was so before 1 July 2024, but was recorded, or put right, only after the last report, dated 16 July"
        " 2024, had been made." in text
    )
    assert text.count("Operation Net began on 10 June.") == 1
    section = document.section("learned")
    assert section is not None
    assert [s.positions for s in statements_of(section.content)] == [(4, 5), (4, 5)]


def test_what_was_put_right_is_told_as_it_is_now(quarter: OpLog) -> None:
    """A correction of what the last report told is learned late too, and is cited beside its event."""
    quarter.correct(2, "attendance", 45, why="a form was found")
    quarter.correct(2, "effective", When("2024-05-21"), why="it was a day later")
    assert learned(quarter) == ["The week of action on cycle theft was completed on 21 May, attended by 45 people."]
    section = quarter.narrative(Q3).section("learned")
    assert section is not None
    assert [s.positions for s in statements_of(section.content)][1] == (1, 2, 4, 5)


def test_a_figure_that_came_late_is_told_with_what_it_was_before(quarter: OpLog, clock: Clock) -> None:
    """A figure of an earlier quarter belongs to no quarter of this report, and is told all the same."""
    marked = Figure(measure="bicycles", value=Decimal(211), done="marked", period=When("2024-01/2024-03"))
    quarter.execute(WEEK, commands.RecordFigure(figure=marked), effective=parse_when("31 March 2024"))
    assert learned(quarter)[-1] == "Between January and March 2024, 211 bicycles were marked."
    _, (third,) = quarter.publish("q3", Q3)
    assert third.event.up_to == 4
    clock.now = datetime(2025, 1, 10, 9, 30, tzinfo=UTC)
    restated = evolve(marked, value=Decimal(212))
    quarter.execute(
        WEEK, commands.RestateFigure(figure=restated, reason="A form was found."), effective=When("2024-03")
    )
    fourth = evolve(Q3, date=date(2025, 1, 15), until=date(2024, 12, 31))
    assert any("restated from 211 to 212 (a form was found)" in text for text in learned(quarter, fourth))


def test_what_this_report_tells_anyway_is_not_told_twice(quarter: OpLog) -> None:
    """A plan that was written down late with what became of it, and a figure of this quarter, are told in the themes."""
    quarter.execute(NET, commands.Plan(title="Operation Net"), effective=parse_when("3 June 2024"))
    quarter.execute(NET, commands.Commence(), effective=parse_when("10 July 2024"))
    counted = Figure(measure="bicycles", value=Decimal(211), done="marked", period=When("2024-04/2024-06"))
    quarter.execute(NET, commands.RecordFigure(figure=counted), effective=parse_when("30 June 2024"))
    assert learned(quarter) == []
    text = render(quarter.narrative(Q3))
    assert "Operation Net began on 10 July." in text
    assert "211 bicycles were marked" in text


def test_what_happened_since_is_known_where_something_is_told_late(quarter: OpLog) -> None:
    """A new date that was learned late is not told as if nothing had come of it."""
    fair = "campaign/fair"
    quarter.execute(
        fair, commands.Plan(title="safety fair", when=parse_when("July 2024")), effective=When("2024-05-02")
    )
    quarter.execute(fair, commands.Reschedule(when=parse_when("August 2024")), effective=parse_when("20 June 2024"))
    quarter.execute(fair, commands.Complete(), effective=parse_when("14 August 2024"))
    told = " ".join(learned(quarter))
    assert "rescheduled to August" in told
    assert "No outcome" not in told


def test_readers_see_nothing_late_that_they_may_not_see(quarter: OpLog) -> None:
    """What is marked for others leaves no trace in this section either."""
    quarter.execute(
        NET, commands.Plan(title="Operation Net"), effective=parse_when("3 June 2024"), marking="restricted"
    )
    assert quarter.narrative(Q3).section("learned") is None


# Figures and attendances that were told, and are others now

DOGS = evolve(Q3, figures=When("2024-07/2024-09"))
SEIZED = Figure("dogs", Decimal(3), done="seized", period=When("2024-04/2024-06"))
RESTATED = "The number of dogs seized between April and June 2024 was restated from {} to {} ({})."


@pytest.fixture
def dogs(log: OpLog, clock: Clock) -> OpLog:
    """Give a log whose report of the second quarter told, by the event at position 2, of three dogs."""
    clock.now = datetime(2024, 7, 1, 9, 30, tzinfo=UTC)
    log.execute(NET, commands.Plan(title="Operation Net"))
    log.execute(NET, commands.RecordFigure(figure=SEIZED))
    clock.now = datetime(2024, 7, 10, 9, 30, tzinfo=UTC)
    log.publish("dogs", evolve(Q2, figures=When("2024-04/2024-06")))
    clock.now = datetime(2024, 10, 10, 9, 30, tzinfo=UTC)
    return log


def test_a_published_figure_that_is_corrected_is_restated(dogs: OpLog) -> None:
    """A correction alone restates it, with its reason, although the event lies before the window."""
    dogs.correct(2, "figure.value", Decimal(5), why="two had been overlooked")
    assert learned(dogs, DOGS) == [RESTATED.format("three", "five", "two had been overlooked")]
    section = dogs.narrative(DOGS).section("learned")
    assert section is not None
    assert [s.positions for s in statements_of(section.content)] == [(2, 4), (2, 4)]


def test_a_restatement_is_from_what_was_last_told(dogs: OpLog) -> None:
    """What it was on the way was in no report: it is told once, with all the reasons."""
    dogs.correct(2, "figure.value", Decimal(5), why="two had been overlooked")
    dogs.correct(2, "figure.value", Decimal(7), why="a late return")
    both = "two had been overlooked and a late return"
    assert learned(dogs, DOGS) == [RESTATED.format("three", "seven", both)]
    dogs.execute(NET, commands.RestateFigure(figure=evolve(SEIZED, value=Decimal(6)), reason="One was counted twice."))
    all_three = "two had been overlooked, a late return and one was counted twice"
    assert learned(dogs, DOGS) == [RESTATED.format("three", "six", all_three)]
    dogs.publish("q3", DOGS)
    dogs.execute(NET, commands.RestateFigure(figure=evolve(SEIZED, value=Decimal(4)), reason="A new count."))
    fourth = evolve(DOGS, date=date(2025, 1, 15), until=date(2024, 12, 31), figures=When("2024-10/2024-12"))
    assert learned(dogs, fourth) == [RESTATED.format("six", "four", "a new count")]


def test_a_figure_that_is_again_what_was_told_is_no_news(dogs: OpLog) -> None:
    """Corrected or restated, and back again: the readers never knew another value."""
    dogs.correct(2, "figure.value", Decimal(5), why="two had been overlooked")
    dogs.correct(2, "figure.value", Decimal(3), why="they had not")
    assert learned(dogs, DOGS) == []
    for value in (5, 3):
        dogs.execute(NET, commands.RestateFigure(figure=evolve(SEIZED, value=Decimal(value)), reason="A count."))
    assert learned(dogs, DOGS) == []


def test_a_figure_that_was_not_told_cannot_be_restated(log: OpLog, clock: Clock) -> None:
    """Where no report told it, a slip leaves no trace in the report but the citation of its correction."""
    clock.now = datetime(2024, 7, 1, 9, 30, tzinfo=UTC)
    log.execute(NET, commands.Plan(title="Operation Net"))
    log.execute(NET, commands.RecordFigure(figure=SEIZED))
    log.correct(2, "figure.value", Decimal(5), why="two had been overlooked")
    document = log.narrative(evolve(Q2, figures=When("2024-04/2024-06")))
    text = render(document)
    assert "five dogs were seized" in text
    assert "restated" not in text.lower()
    assert {2, 3} <= {source.position for source in document.sources}


def test_a_figure_that_was_told_as_not_recorded_is_supplied(log: OpLog, clock: Clock) -> None:
    """And one that was told and is known no more is told so."""
    clock.now = datetime(2024, 7, 1, 9, 30, tzinfo=UTC)
    log.execute(NET, commands.Plan(title="Operation Net"))
    log.execute(NET, commands.RecordFigure(figure=evolve(SEIZED, value=None)))
    log.publish("dogs", evolve(Q2, figures=When("2024-04/2024-06")))
    clock.now = datetime(2024, 10, 10, 9, 30, tzinfo=UTC)
    log.correct(2, "figure.value", Decimal(5), why="the returns came")
    name = "The number of dogs seized between April and June 2024"
    assert learned(log, DOGS) == [f"{name}, which had not been recorded, was 5 (the returns came)."]
    log.publish("q3", DOGS)
    log.execute(
        NET,
        commands.RestateFigure(figure=evolve(SEIZED, value=None), reason="The returns were of another year."),
    )
    fourth = evolve(DOGS, date=date(2025, 1, 15), until=date(2024, 12, 31), figures=When("2024-10/2024-12"))
    assert learned(log, fourth) == [f"{name}, told as 5, is no longer known (the returns were of another year)."]


def test_a_figure_of_which_more_was_put_right_is_told_anew(dogs: OpLog) -> None:
    """What it counts is another thing now: the sentence of the last report does not hold in any way."""
    dogs.correct(2, "figure.measure", "cats", why="the wrong box")
    assert learned(dogs, DOGS) == ["Between April and June 2024, three cats were seized."]


def test_a_published_attendance_that_is_corrected_is_restated(quarter: OpLog) -> None:
    """How many came is told as restated, and not that it was held; corrected back it is no news."""
    quarter.correct(2, "attendance", 63, why="two lists")
    quarter.correct(2, "attendance", 65, why="a form was found")
    (said,) = learned(quarter)
    assert said == (
        "The number of people attending the week of action on cycle theft on 20 May was restated from 40 to 65"
        " (two lists and a form was found)."
    )
    section = quarter.narrative(Q3).section("learned")
    assert section is not None
    assert [s.positions for s in statements_of(section.content)] == [(2, 4, 5), (2, 4, 5)]
    quarter.correct(2, "attendance", 40, why="it was right")
    assert learned(quarter) == []


def test_occurrences_that_were_told_together_are_recounted_together(log: OpLog, clock: Clock) -> None:
    """The last report told one number of people and of sessions: that is what is restated."""
    clock.now = datetime(2024, 5, 2, 9, 30, tzinfo=UTC)
    for stream, title in (("deployment/talks", "book talks"), ("deployment/forum", "Quay forum")):
        log.execute(stream, commands.Plan(title=title))
        for count in (2, 3):
            log.execute(stream, commands.HoldOccurrence(count=count, attendance=count * 10))
    log.publish("q2", Q2)
    clock.now = datetime(2024, 10, 10, 9, 30, tzinfo=UTC)
    log.correct(2, "attendance", 24, why="a list was found")
    log.correct(6, "count", 4, why="one was left out")
    assert learned(log) == [
        "The following two figures of the last report were restated.",
        "The number of people attending the book talks, from 50 to 54 (a list was found).",
        "The number of times that the Quay forum took place, from five to six (one was left out).",
    ]
    log.correct(3, "count", 4, why="one was left out")
    assert learned(log)[2] == "The number of book talks held, from five to six (one was left out)."


def test_figures_that_were_restated_are_listed_under_their_activities(dogs: OpLog) -> None:
    """One sentence says that they were, and none begins like the one before it."""
    dogs.correct(2, "figure.value", Decimal(5), why="two had been overlooked")
    dogs.execute(WEEK, commands.Plan(title="week of action"), effective=When("2024-05-02"))
    dogs.execute(WEEK, commands.Complete(attendance=40), effective=When("2024-05-20"))
    dogs.publish("second", evolve(Q2, figures=When("2024-04/2024-06")))
    for value in (7, 9):
        dogs.correct(2, "figure.value", Decimal(value), why=f"a count of {value}")
    dogs.correct(6, "attendance", 45, why="a form was found")
    section = dogs.narrative(DOGS).section("learned")
    assert section is not None
    assert [type(part).__name__ for part in section.content] == ["Paragraph", "Paragraph", "Listing"]
    both = "a count of 7 and a count of 9"
    assert learned(dogs, DOGS)[1:] == [
        f"Operation Net: the number of dogs seized between April and June 2024, from five to nine ({both}).",
        "The number of people attending the week of action on 20 May, from 40 to 45 (a form was found).",
    ]


def test_what_has_no_date_is_told_by_one_report_of_a_transcribed_log(log: OpLog, clock: Clock) -> None:
    """Written down years later, a note and a running total without a date are the first report's that knew of them."""
    clock.now = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)
    log.execute(NET, commands.Plan(title="Operation Net"), effective=When("2024-04-02"))
    log.execute(NET, commands.Commence(), effective=When("2024-04-10"))
    total = Figure("arrests", Decimal(19), done="made", period=When("2024-01/.."), basis=Basis.RUNNING_TOTAL)
    log.execute(NET, commands.RecordFigure(figure=total))
    log.execute(NET, commands.RecordNote(text="It rained."))
    log.execute(NET, commands.RecordNote(text="It was a long year."), effective=When("2024"))
    told = ("Since January 2024, 19 arrests have been made.", "It rained.", "It was a long year.")
    second, _ = log.publish("q2", Q2)
    log.execute(NET, commands.RecordNote(text="Thefts fell."), effective=When("2024-08-01"))
    third = render(log.narrative(Q3))
    assert "Thefts fell." in third
    for text in told:
        assert text in render(second)
        assert text not in third
    grown = evolve(total, value=Decimal(23), period=When("2024-01/2024-09"))
    log.execute(NET, commands.RecordFigure(figure=grown))
    assert "Since January 2024, 23 arrests were made." in render(log.narrative(Q3))
    assert log.as_published("q2").reproduced
