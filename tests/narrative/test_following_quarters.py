"""Three reports in a row tell one story: what one says is due, the next says what became of it, and nothing is news twice."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import attrs
import pytest
from telling import recorded, report

from golden_logs import QUARTERS, three_reports
from oplog import Basis, Cause, CauseKind, Document, Figure, ReportConfiguration, Term, When, events, render
from oplog.narrative.document import Row, paragraphs_of, statements_of
from oplog.narrative.plan import narrate

if TYPE_CHECKING:
    from oplog.recorded import Recorded

THREE = three_reports()
FIRST, SECOND, THIRD = THREE


def paragraph(document: Document, stream: str) -> str:
    """The paragraph in which a stream is told, "" when it has none."""
    main = document.section("main")
    assert main is not None
    return next((" ".join(s.text for s in p.statements) for p in paragraphs_of(main.content) if p.stream == stream), "")


def body(document: Document) -> list[str]:
    """Every sentence of the main report."""
    main = document.section("main")
    assert main is not None
    return [s.text for p in paragraphs_of(main.content) for s in p.statements]


@pytest.mark.parametrize("number", [1, 2])
def test_the_reports_are_what_they_were(number: int) -> None:
    """Each of the two reports is word for word the one that is kept."""
    kept = QUARTERS[number][0].with_suffix(".md").read_text("utf-8")
    assert render(THREE[number]) == kept, "see tests/golden_logs.py"


def test_the_windows_follow_one_another() -> None:
    """The second report begins on the day after the first ends, and the third after the second."""
    periods = [dict(document.front)["Activity reported"] for document in THREE]
    assert periods == [
        "18 May 2017 to 21 September 2017",
        "22 September 2017 to 14 December 2017",
        "15 December 2017 to 15 March 2018",
    ]


def test_no_event_is_news_in_two_reports() -> None:
    """What one report told, as a text, a change, an occurrence or a count of its time, the next does not tell again."""
    news = re.compile(
        r"cancelled|evaluated on|held on|was held|were held|took place|resumed|relaunched|restated|handed over"
    )
    told = [{text for text in body(document) if news.search(text)} for document in THREE]
    assert not told[0] & told[1]
    assert not told[1] & told[2]
    assert not told[0] & told[2]


def test_what_was_open_is_closed_late() -> None:
    """The week of action that had no outcome in the first report has one in the second, though it was held before."""
    stream = "campaign/sexual-violence-week"
    assert "No outcome has yet been recorded." in paragraph(FIRST, stream)
    assert paragraph(SECOND, stream).startswith(
        "The week of action on sexual violence was held in the week commencing 21 August"
    )
    assert "before the period" not in paragraph(SECOND, stream)
    assert paragraph(THIRD, stream) == ""


def test_an_evaluation_is_due_then_deferred_and_made_then_acted_upon() -> None:
    """The street triage pilot goes through all three reports."""
    stream = "pilot/street-triage"
    assert paragraph(FIRST, stream).endswith("A three-month evaluation is due at the end of September.")
    second = paragraph(SECOND, stream)
    assert second.startswith(
        "The mental health street triage pilot was evaluated on 27 November and extended to 31 March"
    )
    assert "due at the end of September, had been deferred to November because of delays" in second
    assert second.index("deferred") < second.index("Detentions under section 136")
    assert paragraph(THIRD, stream).startswith("The mental health street triage pilot was adopted permanently")


def test_what_was_suspended_is_resumed() -> None:
    """The third report says of the suspension that the second told since when and why, and that it is over."""
    stream = "campaign/exchanging-places"
    assert "were suspended on 18 October until January 2018 because of the flood" in paragraph(SECOND, stream)
    third = paragraph(THIRD, stream)
    assert third.startswith("Exchanging Places events, suspended on 18 October 2017 until January because of the flood")
    assert "resumed on 24 January." in third


def test_a_plan_is_moved_and_kept() -> None:
    """An exercise without a date is scheduled, put off and given a new date in one sentence, and then held."""
    assert "no date has yet been set" in paragraph(FIRST, "pilot/emergency-trauma-packs")
    assert (
        "was scheduled for 22 November, postponed on 17 November because of a shortage of trained umpires and"
        " rescheduled to February 2018."
    ) in paragraph(SECOND, "pilot/emergency-trauma-packs")
    assert "took place on 20 February, attended by 48 people." in paragraph(THIRD, "pilot/emergency-trauma-packs")


def test_what_was_handed_over_is_told_once() -> None:
    """An operation and its shifts went to another team together: one sentence, and no word in the next report."""
    second = paragraph(SECOND, "operation/acton")
    assert second.startswith(
        "Operation Acton was handed over to the Corporation of London\N{RIGHT SINGLE QUOTATION MARK}s homelessness team"
    )
    assert second.count("handed over") == 1
    assert ", and with it the shifts with St Mungo\N{RIGHT SINGLE QUOTATION MARK}s." in second
    assert "Acton" not in " ".join(body(THIRD))


def test_a_pilot_ends_and_a_campaign_begins_anew() -> None:
    """What was evaluated is discontinued for its reason; what was completed is relaunched at somebody's request."""
    assert "evaluated on 26 January and discontinued on 5 February because of" in paragraph(
        THIRD, "pilot/prevent-product"
    )
    assert "was completed on 13 October" in paragraph(SECOND, "campaign/bank-of-england-reminders")
    assert paragraph(THIRD, "campaign/bank-of-england-reminders") == (
        "The programme of Prevent reminders was relaunched on 12 February at the request of the Bank of England."
    )


def test_an_evaluation_that_did_not_come_is_missed() -> None:
    """What the second report says is due in February, the third says has not been recorded."""
    assert "An evaluation is due in February 2018." in paragraph(SECOND, "pilot/cycle-marking")
    assert "An evaluation was due in February and has not yet been recorded." in paragraph(THIRD, "pilot/cycle-marking")


def test_an_outlook_is_not_repeated_when_it_has_come_about() -> None:
    """Field tests that were due later in the year are not due any more in the report that tells of them."""
    assert "Field tests are due later in 2017." in paragraph(FIRST, "pilot/prevent-product")
    second = paragraph(SECOND, "pilot/prevent-product")
    assert "Field tests were carried out" in second
    assert "are due" not in second


def test_a_figure_of_the_last_report_is_restated_in_the_next() -> None:
    """The old value, the new one and the reason stand in the report that follows, and in no other."""
    said = "stop-checked between April and June 2017 was restated from 1,555 to 1,548 (seven checks had been counted twice)."
    stream = "operation/taxi-compliance"
    assert [said in paragraph(document, stream) for document in THREE] == [False, True, False]


def test_a_figure_put_right_before_it_was_told_is_told_right() -> None:
    """A slip that no report has told is no restatement: only the correction is cited beside the figure."""
    main = SECOND.section("main")
    assert main is not None
    (told,) = (s for p in paragraphs_of(main.content) for s in p.statements if "179 hackney carriages" in s.text)
    assert told.notes == ()
    assert "corrected" in {
        source.event.partition(".")[2] for source in SECOND.sources if source.position in told.positions
    }
    rows = [row for row in statements_of(SECOND.sections) if isinstance(row, Row) and "ackney" in row.cells[0].text]
    assert [row.cells[1].text for row in rows] == ["179"]
    assert "197" not in " ".join(body(SECOND))


def test_figures_of_two_reporting_periods_are_not_one() -> None:
    """A figure without a period belongs to its own report: it neither restates the last one nor is added to it."""
    for document in (SECOND, THIRD):
        texts = " ".join(body(document))
        assert texts.count("restated") == (1 if document is SECOND else 0)
    rows = {row.cells[0].text: row.cells[1].text for row in statements_of(THIRD.sections) if isinstance(row, Row)}
    assert rows["Project Griffin sessions held"] == "8"
    assert rows["People attending the Project Griffin sessions"] == "310"


def test_comparisons_name_like_with_like() -> None:
    """A quarter is held against the quarter before, a rolling year against a rolling year, a level against a level."""
    assert "This was 24 more (20%) than between July and September 2017." in paragraph(
        THIRD, "deployment/police-surgeries"
    )
    assert "This was 62 more (5%) than in the twelve months to September 2017." in paragraph(
        THIRD, "operation/fraud-victim-care"
    )
    assert "This was seven more (18%) than on 30 November 2017." in paragraph(
        THIRD, "operation/low-emission-neighbourhood"
    )
    assert "than" not in paragraph(THIRD, "operation/alabama")


def test_streams_of_one_kind_share_a_sentence() -> None:
    """Sessions of two series that belong together are counted in one sentence, wherever their whole is told."""
    said = "In the reporting period, {} Project Griffin sessions reached {} people and {} Project Argus sessions {}."
    assert said.format("seven", 274, "four", 132) in body(FIRST)
    assert said.format("five", 203, "three", 98) in body(SECOND)
    assert "Eight Project Griffin sessions were held in the reporting period, attended by 310 people." in body(THIRD)


def test_one_cause_is_named_alike_wherever_it_struck() -> None:
    """The snow that called off four series is a because-clause in each of their paragraphs."""
    assert len([text for text in body(THIRD) if text.endswith("because of the heavy snow.")]) == 4


def test_the_summary_is_made_of_the_body() -> None:
    """Every sentence of a summary but the count of the rest stands in the main report, but for short names."""
    for document in THREE:
        summary = document.section("summary")
        assert summary is not None
        main = document.section("main")
        assert main is not None
        behind = {s.positions for p in paragraphs_of(main.content) for s in p.statements}
        for one in paragraphs_of(summary.content):
            assert all(s.positions in behind or "further" in s.text for s in one.statements)


BEFORE = ReportConfiguration(date=date(2017, 9, 30), since=date(2017, 7, 1), figures=When("2017-04/2017-06"))


def noted(event: Recorded, day: str) -> Recorded:
    """The event, recorded on another day."""
    return attrs.evolve(event, recorded_at=datetime.fromisoformat(day).replace(tzinfo=UTC))


def fair(*more: tuple[events.Completed, str]) -> list[Recorded]:
    """A fair that was planned when the log began."""
    plan = events.Planned(title="fair", when=When("2017-06-20"))
    return [
        noted(r, "2017-05-02" if r.version == 1 else "2017-07-09") for r in recorded("deployment/fair", plan, *more)
    ]


def test_what_was_learned_late_is_told_as_held() -> None:
    """An event of the last window that was recorded only in this one is news, if the log was kept at the time."""
    text = render(narrate(fair((events.Completed(attendance=80), "2017-06-20")), BEFORE))
    assert "was held on 20 June, attended by 80 people." in text


def test_what_was_put_on_record_of_earlier_times_is_no_news() -> None:
    """An event from before the log began stands on record and is not told."""
    late = fair((events.Completed(), "2017-04-01"))
    late.append(
        noted(recorded("deployment/fair", *[events.NoteRecorded(text="It rained.")] * 3, start=1)[2], "2017-08-01")
    )
    assert "before the period of this report" in render(narrate(late, BEFORE))


def test_what_the_last_report_could_tell_is_not_told_again() -> None:
    """A report made some days after its window takes it that the last one was so too, and told what was known then."""
    late = attrs.evolve(BEFORE, date=date(2017, 10, 14), until=date(2017, 9, 30))
    in_time = [
        *fair((events.Completed(), "2017-06-20")),
        *recorded("operation/x", events.Planned(title="Operation X"), start=3),
    ]
    assert "was held on 20 June" not in render(narrate(in_time, late))


def series(title: str, start: int, *held: events.OccurrenceHeld, **plan: object) -> list[Recorded]:
    """A series that is part of an operation of which there is nothing to tell."""
    link = events.PartOfLinked(parent="operation/none")
    planned = events.Planned(title=title, theme="x", **plan)  # type: ignore[arg-type]
    return recorded(f"deployment/{start}", planned, link, *((one, None) for one in held), start=start)


def told_of(*log: Recorded) -> list[str]:
    """The sentences of the main report on some events."""
    return body(report(*log))


def test_counts_with_more_to_say_are_not_shared() -> None:
    """A place, a topic or an attendance that was not counted keeps a series in its own sentence."""
    plain = series("book talks", 1, events.OccurrenceHeld(count=2, attendance=30))
    placed = series("river talks", 4, events.OccurrenceHeld(count=3, attendance=30, place="Quay House"))
    uncounted = series("night talks", 7, events.OccurrenceHeld(count=4))
    other = series("day talks", 10, events.OccurrenceHeld(attendance=1))
    assert told_of(*plain, *placed, *uncounted) == [
        "Two book talks were given in the reporting period, attended by 30 people.",
        "Three river talks were given at Quay House in the reporting period, attended by 30 people.",
        "Four night talks were given in the reporting period.",
    ]
    assert told_of(*plain, *other) == ["In the reporting period, two book talks reached 30 people and a day talk one."]


def test_single_occurrences_share_a_sentence_with_their_places() -> None:
    """Those that nobody counted, and that differ only in where and when, are told together; the others are not."""
    plan = events.Planned(title="stalls")
    at = [("Quay House", "2017-06-01"), ("Mill House", "2017-06-08"), ("Mill House", "2017-06-15")]
    held = [(events.OccurrenceHeld(place=place), day) for place, day in at]
    assert told_of(*recorded("deployment/s", plan, *held)) == [
        "Three stalls were held at Quay House on 1 June, at Mill House on 8 June and at Mill House on 15 June."
    ]
    counted = [(events.OccurrenceHeld(place=place, attendance=9), day) for place, day in at[:2]]
    assert told_of(*recorded("deployment/s", plan, *counted)) == [
        "A stall was held at Quay House on 1 June, attended by nine people.",
        "A stall was held at Mill House on 8 June, attended by nine people.",
    ]


def test_deferrals_follow_one_another_in_one_sentence() -> None:
    """An evaluation that was put off twice is told once, with both dates and reasons."""
    strike = Cause(CauseKind.SHORTAGE, "a shortage of staff")
    log = recorded(
        "pilot/p", events.Planned(title="tag pilot"), (events.Commenced(), "2017-06-01"),
        (events.EvaluationDue(when=When("2017-07")), "2017-06-01"), (events.EvaluationDeferred(when=When("2017-08"), cause=strike), "2017-06-20"),
        (events.EvaluationDeferred(when=When("2017-12")), "2017-06-30"),
    )  # fmt: skip
    assert told_of(*log)[-1] == (
        "Its evaluation, due in July, was deferred to August because of a shortage of staff and then to December."
    )


def test_an_evaluation_that_was_put_off_is_made() -> None:
    """Deferral and evaluation are told in their order, the second without the name again."""
    log = recorded(
        "pilot/p", events.Planned(title="tag pilot"), (events.Commenced(), "2017-06-01"),
        (events.EvaluationDeferred(when=When("2017-08")), "2017-06-20"), (events.Evaluated(result="It works."), "2017-08-02"),
    )  # fmt: skip
    assert told_of(*log)[-3:] == ["Its evaluation was deferred to August.", "It was made on 2 August.", "It works."]


def test_running_totals_grow_without_being_restated() -> None:
    """A later running total since the same day is news, and the earlier one was right."""
    count = [
        events.FigureRecorded(figure=Figure("fines", n, done="issued", period=When("2017-01/.."), basis=Basis.RUNNING_TOTAL))
        for n in (3, 8)
    ]  # fmt: skip
    log = recorded("operation/o", events.Planned(title="Operation O"), *((one, day) for one, day in zip(count, ("2017-03-01", "2017-06-01"), strict=True)))  # fmt: skip
    assert told_of(*log)[-1] == "Since January 2017, eight fines have been issued."


def test_work_with_a_term_is_told_with_its_people() -> None:
    """Who takes part stands where it began, not after how long it is to run."""
    plan = events.Planned(title="night bus pilot", term=Term("P6M"), partners=("the Harbour Trust",), lead="Sgt Rao")
    assert told_of(*recorded("pilot/p", plan, (events.Commenced(), "2017-06-01"))) == [
        "The night bus pilot began on 1 June with the Harbour Trust, led by Sgt Rao, and is to run for six months."
    ]
