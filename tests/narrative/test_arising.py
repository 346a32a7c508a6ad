"""Matters arising: actions, what was carried forward, what is overdue; and what is due by quarter."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import attrs
import pytest
from arising_log import ARISING, arising
from hypothesis import given
from telling import REPORT, recorded, report

from oplog import (
    Document,
    OpLog,
    Recorded,
    ReportConfiguration,
    Term,
    When,
    commands,
    events,
    parse_when,
    render,
    render_bytes,
)
from oplog.domain.campaign import Relaunched
from oplog.narrative.carried import carried_forward, key, overdue
from oplog.narrative.coming import announced, coming_up, term_of
from oplog.narrative.document import Listing, Paragraph, Row, Statement, Table, statements_of
from oplog.narrative.plan import windows_of
from oplog.narrative.render import FORMATS
from oplog.narrative.report import Report
from oplog.narrative.window import Side, known_by
from oplog.testing import logs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conftest import Clock

Q2 = ReportConfiguration(date=date(2024, 7, 16), since=date(2024, 4, 1), until=date(2024, 6, 30))
Q3 = ReportConfiguration(date=date(2024, 10, 15), until=date(2024, 9, 30))


def arisen(document: Document, part: str) -> list[str]:
    """What a part of the matters arising says: each row with its cells, each paragraph after its title."""
    section = document.section(f"arising/{part}")
    return [] if section is None else [text for item in section.content for text in told(item)]


def told(item: object) -> Iterable[str]:
    """The texts of one piece of content."""
    match item:
        case Paragraph():
            yield " ".join([f"[{item.title}]", *(s.text for s in item.statements)])
        case Listing():
            yield from (s.text for s in item.items)
        case Table():
            yield from (" | ".join(cell.text for cell in row.cells) for row in item.rows)


def of(*streams: str, configuration: ReportConfiguration = REPORT) -> Document:
    """The report on some streams of the log."""
    return report(*(r for r in arising() if r.stream in streams), configuration=configuration)


def test_an_action_is_told_with_who_asked_and_its_answer() -> None:
    """An action has its name, its day, who asked, what and by when, the paragraph that tells more, and its answer."""
    assert arisen(of("pilot/triage", "pilot/packs", "operation/oak"), "actions") == [
        (
            "[Action 14/2017] On 18 May, the Police Committee asked the force to report on the cost of the trial by July"
            " (paragraph 1.1). No answer has yet been recorded; it is now more than seven weeks overdue."
        ),
        (
            "[Action 15/2017] On 18 May, Members asked the force to tell members who pays (paragraph 1.2)."
            " Businesses buy the packs themselves."
        ),
        (
            "[Action 16] On 1 June, the force was asked to explain the suspension by December (paragraph 1.3)."
            " No answer has yet been recorded."
        ),
    ]


def test_an_action_answered_before_the_period_is_told_no_more() -> None:
    """What was answered before is left out; one that is open is told, with the activity where no paragraph tells it."""
    assert arisen(of("deployment/stall", "campaign/held"), "actions") == [
        (
            "[Action 17] On 1 March, with regard to the market stall, the force was asked to find a site."
            " No answer has yet been recorded."
        )
    ]


@pytest.mark.parametrize(
    ("stream", "row"),
    [
        (
            "campaign/week",
            (
                "The week of action on sexual violence | June | Cancelled on 5 June because of the London Bridge attack and"
                " rescheduled to the week commencing 21 August; no outcome recorded | 1.1"
            ),
        ),
        (
            "pilot/triage",
            (
                "The evaluation of the street triage pilot | June | Deferred to August because of a shortage of data;"
                " now overdue | 1.1"
            ),
        ),
        (
            "pilot/packs",
            (
                "The evaluation of the trauma packs trial | July | The trauma packs trial was adopted permanently on 3 July"
                " | 1.1"
            ),
        ),
        ("pilot/cameras", "The evaluation of the camera trial | July | Evaluated on 20 July | 1.1"),
        ("campaign/fairs", "The cycle safety fairs | No date set | Still without a date | \N{EN DASH}"),
        ("campaign/talks", "The talks | July | Postponed on 20 June; no date set | 1.1"),
        ("campaign/still", "The awareness week on fraud | Week commencing 6 November | Still to come | \N{EN DASH}"),
        ("campaign/moved", "The bicycle fair | 8 July | After three changes, completed on 20 August | 1.1"),
        ("campaign/begun", "The poster campaign | 8 July | Began as planned | 1.1"),
        ("campaign/held", "The open day | 8 July | Completed as planned | 1.1"),
        ("operation/oak", "The resumption of Operation Oak | August | Now overdue | 1.1"),
        ("operation/elm", "The end of Operation Elm | July | Extended to March 2018 | 1.1"),
        ("deployment/patrols", "The patrols in the park | June | Began on 7 June | 1.1"),
    ],
)
def test_what_was_carried_forward_is_told_with_what_became_of_it(stream: str, row: str) -> None:
    """Each matter that was open before the period has a row: when it was due then, and what has become of it."""
    other = [r for r in arising() if r.stream in (stream, "pilot/packs")]
    document = report(*other) if stream in {"campaign/still", "campaign/fairs"} else of(stream)
    assert row in arisen(document, "carried")


def test_what_never_had_a_date_is_carried_forward() -> None:
    """The forward look of the report before told it, with no date set; of a first report there is none before."""
    second = attrs.evolve(REPORT, since=date(2017, 7, 2))
    rows = arisen(of("campaign/someday", "campaign/dated", configuration=second), "carried")
    assert rows == [
        "The final live exercise | No date set | Scheduled for February 2018 | 1.1",
        "The roadshow | No date set | Still without a date | \N{EN DASH}",
    ]
    first = arisen(of("campaign/someday", "campaign/still", "pilot/packs"), "carried")
    assert [row for row in first if "roadshow" in row] == []
    assert report(*recorded("campaign/new", (events.Planned(title="fair"), "2017-06-01"))).section("arising") is None


@pytest.mark.parametrize(
    ("stream", "rows"),
    [
        ("operation/tests", ["Operation Yew: Field tests are due | December | Outcome recorded | 1.1"]),
        (
            "operation/signs",
            [
                "Operation Fir: A leaflet was to come | August | No outcome recorded | 1.1",
                "Operation Fir: New signs are to come | December | Still to come | 1.1",
            ],
        ),
        (
            "deployment/surgery",
            [
                "Police surgery: A surgery at the library is planned | August | Held on 1 August | 1.1",
                "Police surgery: One at the market is planned | November | Still to come | 1.1",
            ],
        ),
    ],
)
def test_an_outlook_is_carried_forward_and_ends_with_an_outcome(stream: str, rows: list[str]) -> None:
    """What came of it is told, it is to come no more once there is an outcome, and it is never overdue."""
    document = of(stream)
    assert arisen(document, "carried") == rows
    assert arisen(document, "overdue") == []
    ahead = [row.cells[1].text for table in tables(document, "forward-look") for row in table.rows]
    assert ahead == [row.partition(" | ")[0] + "." for row in rows if "Still to come" in row]


def test_the_last_report_says_what_was_carried_forward(log: OpLog, clock: Clock) -> None:
    """With a report before it, that is what it knew of; what was so then and learned since is what became of it."""
    clock.now = datetime(2024, 4, 2, 9, 30, tzinfo=UTC)
    for stream, title in (("campaign/fair", "fair"), ("campaign/walk", "walk")):
        log.execute(stream, commands.Plan(title=title, when=parse_when("28 June 2024")))
    log.execute("campaign/fair", commands.AskAction(action="7", asked="count the visitors"))
    clock.now = datetime(2024, 7, 10, 9, 30, tzinfo=UTC)
    log.publish("q2", Q2)
    clock.now = datetime(2024, 7, 12, 9, 30, tzinfo=UTC)
    day = parse_when("28 June 2024")
    log.execute("campaign/fair", commands.Complete(), effective=day)
    log.execute("campaign/fair", commands.AnswerAction(action="7", text="Forty came."), effective=day)
    document = log.narrative(Q3)
    assert arisen(document, "carried") == [
        "The fair | 28 June | Completed as planned | \N{EN DASH}",
        "The walk | 28 June | No outcome recorded | \N{EN DASH}",
    ]
    (table,) = tables(document, "arising/carried")
    assert table.lead == "What was open in the last report, dated 16 July 2024, and what has become of it since."
    assert arisen(document, "actions") == ["[Action 7] With regard to the fair, the force was asked to count the visitors. Forty came."]  # fmt: skip


def test_what_is_overdue_is_told_with_how_long() -> None:
    """What was due and has no outcome is listed, the oldest first; an outcome in words, or a date ahead, is one."""
    streams = [stream for stream in ARISING if stream not in ("operation/elm", "campaign/moved", "campaign/begun")]
    assert arisen(of(*streams), "overdue") == [
        "The market stall, planned for 20 May, is now more than four months overdue.",
        "The week of action on sexual violence, planned for the week commencing 21 August, is now 25 days overdue (paragraph 1.3).",
        "The resumption of Operation Oak was due in August and is now 21 days overdue (paragraph 1.13).",
        "The evaluation of the street triage pilot was due in August and is now 21 days overdue (paragraph 1.2).",
    ]


def test_what_falls_between_the_period_and_the_report_is_not_overdue() -> None:
    """Nobody knows yet what became of what was due after the period, so that the report calls it neither way."""
    later = attrs.evolve(REPORT, until=date(2017, 8, 1))
    document = of("campaign/week", configuration=later)
    assert [row.rpartition("; ")[2] for row in arisen(document, "carried")] == [
        "due after the period of this report | 1.1"
    ]
    assert arisen(document, "overdue") == []


def test_a_term_that_has_run_out_is_overdue() -> None:
    """What commenced on a known day for a term has an end: it is ahead, and then overdue, until it is completed."""
    steps = (
        events.Planned(title="trial of bicycle marking", term=Term("P3M")),
        (events.Commenced(), "6 June 2017"),
    )
    log = recorded("pilot/marking", *steps)
    overdue = report(*log, configuration=attrs.evolve(REPORT, date=date(2017, 9, 21)))
    assert arisen(overdue, "overdue") == [
        "The end of the trial of bicycle marking was due on 6 September and is now 15 days overdue (paragraph 1.1)."
    ]
    ahead = report(*log, configuration=attrs.evolve(REPORT, date=date(2017, 8, 1), until=date(2017, 8, 1)))
    assert "The end of the trial of bicycle marking" in render(ahead).partition("Forward look")[2]
    done = recorded("pilot/marking", *steps, (events.Completed(), "5 September 2017"))
    assert arisen(report(*done), "overdue") == []


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("2017-09-30", "this_quarter"),
        ("2017-09-30/2017-10-06", "this_quarter"),
        ("2017-06-01/2017-12-31", "this_quarter"),
        ("2017-10-01", "next_quarter"),
        ("later in 2017 after 21 September 2017", "next_quarter"),
        ("2017-09/2017-10", "next_quarter"),
        ("2017-11/..", "next_quarter"),
        ("2017-12-31", "next_quarter"),
        ("2018-01-01", "later"),
        ("2017-10/2018-01", "later"),
        ("2018", "later"),
    ],
)
def test_what_comes_falls_in_a_quarter(text: str, term: str) -> None:
    """What is known to the day falls where it begins, all else where it is to be over at the latest."""
    assert term_of(parse_when(text), windows_of(REPORT, date(2017, 5, 18), date(2017, 9, 21))) == term


def test_quarters_follow_the_calendar_of_the_figures() -> None:
    """With quarters that begin in February, the next one after September begins in November."""
    configuration = attrs.evolve(REPORT, figures=When("2017-05/2017-07"))
    leads = [t.lead for t in tables(of("campaign/still", "operation/elm", configuration=configuration), "forward-look")]
    assert [lead.rpartition(". ")[2] for lead in leads] == ["In the next quarter, November 2017 to January 2018:", "After 31 January 2018:"]  # fmt: skip


def tables(document: Document, key: str) -> list[Table]:
    """The tables of a section."""
    section = document.section(key)
    return [] if section is None else [item for item in section.content if isinstance(item, Table)]


@pytest.mark.parametrize(
    ("streams", "last"),
    [
        (["operation/elm"], "Nothing is planned or due in the next quarter, October to December 2017."),
        (
            ["campaign/still", "operation/elm"],
            "Nothing else is planned or due in the next quarter, October to December 2017.",
        ),
        (
            ["campaign/still", "operation/oak"],
            "In all, two matters are planned or due in the next quarter, October to December 2017.",
        ),
    ],
)
def test_the_conclusion_says_how_much_is_due_next_quarter(streams: list[str], last: str) -> None:
    """It counts what the forward look lists for the quarter, of which the next matter may be one."""
    section = of(*streams).section("conclusion")
    assert section is not None
    assert list(statements_of(section.content))[-1] == attrs.evolve(list(statements_of(section.content))[-1], text=last)


def given_report(history: list[Recorded]) -> Report | None:
    """What a report on a log is made from; None where no day of it lies before its period."""
    days = sorted({r.recorded_at.date() for r in history})
    if len(days) < 2:
        return None
    middle = days[len(days) // 2]
    configuration = ReportConfiguration(date=days[-1], since=middle, until=days[-1])
    windows = windows_of(configuration, days[0], days[-1])
    known = known_by(history, windows)
    return Report(
        configuration=configuration,
        windows=windows,
        recorded=history,
        known=known,
        tales=[],
        themes=(),
        coming=coming_up(known, windows),
    )


OPENS = {events.Rescheduled, events.Postponed, events.Reinstated, events.EvaluationDue, events.Suspended, Relaunched}
"""What makes a matter that was settled, or its like, a matter again."""


@given(history=logs(corrected=False))
def test_what_is_open_is_what_was_carried_forward_and_came_and_is_not_settled(history: list[Recorded]) -> None:
    """What was open with a date is carried forward, as it is open at the end or settled before a new promise."""
    made = given_report(history)
    if made is None:
        return
    carried = carried_forward(made)
    before = [r for r in made.known if made.windows.side(r) is Side.BEFORE]
    opened, at_the_end = announced(before), announced(made.known)
    then = [m.then for m in carried]
    assert [item for item in opened if item in then] == then
    assert all(item in then for item in opened if item.when is not None and item.what != "outlook")
    still = {key(item) for item in at_the_end}
    for settled in (m for m in carried if m.now is None and key(m.then) in still):
        end = settled.behind[-1]
        after = [type(r.event) for r in history if r.stream == end.stream and r.position > end.position]
        assert not OPENS.isdisjoint(after), "what is promised after its end is another matter"
    assert all(m.now in at_the_end and key(m.now) == key(m.then) for m in carried if m.now is not None)
    assert {key(one.matter) for one in overdue(made)} <= {key(i) for i in at_the_end if i.what != "outlook"}
    assert all(one.days > 0 for one in overdue(made))


def test_every_statement_and_row_is_cited() -> None:
    """Each rests on events of its own stream, and a row on the promise of then, that of now and what came between."""
    log = arising()
    stream_of = {r.position: r.stream for r in log}
    section = report(*log).section("arising")
    assert section is not None
    items = list(statements_of(section.content))
    assert {type(item) for item in items} == {Statement, Row}
    assert all(len({stream_of[position] for position in item.positions}) == 1 for item in items)
    week = next(item for item in items if isinstance(item, Row) and "sexual violence" in item.cells[0].text)
    assert [log[position - 1].name for position in week.positions] == [
        "campaign.planned",
        "campaign.cancelled",
        "campaign.rescheduled",
    ]


@pytest.mark.parametrize("form", FORMATS)
def test_hidden_actions_and_matters_leave_no_trace(form: str) -> None:
    """The report for those who may not see an event is to the byte that of a log without it."""
    log = arising()
    hidden = [
        attrs.evolve(r, marking="restricted")
        if isinstance(
            r.event, (events.ActionAsked, events.ActionAnswered, events.EvaluationDue, events.EvaluationDeferred)
        )
        else r
        for r in log
    ]
    assert render_bytes(report(*hidden), form) != render_bytes(report(*log), form)
    less = [r for r in hidden if r.marking is None]
    public, without = (attrs.evolve(report(*some), head=0) for some in (hidden, less))
    assert render_bytes(public, form) == render_bytes(without, form)
