"""The report as a whole: what is told and where, what it rests on, and that it is the same every time."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from telling import REPORT, log_of, recorded, report, told

from oplog import (
    AGGREGATES,
    Basis,
    Better,
    Document,
    Figure,
    InvalidValue,
    OpLog,
    ReportConfiguration,
    When,
    events,
    import_lines,
    load_configuration,
    render,
)
from oplog.examples import example_configuration, example_log
from oplog.narrative.configuration import Heading, Theme
from oplog.narrative.document import (
    Content,
    Paragraph,
    Row,
    Section,
    Statement,
    Table,
    paragraphs_of,
    sections_of,
    statements_of,
)
from oplog.narrative.plan import narrate
from oplog.testing import histories

if TYPE_CHECKING:
    from oplog.recorded import Recorded

GOLDEN = Path(__file__).parent.parent / "golden"
FOLLOWING = GOLDEN / "following-quarters"
QUARTERS = [
    ((example_log(),), example_configuration()),
    ((GOLDEN / "northmoor-2024" / "log.jsonl",), GOLDEN / "northmoor-2024" / "report.toml"),
    ((example_log(), FOLLOWING / "q2.jsonl"), FOLLOWING / "q2.toml"),
    ((example_log(), FOLLOWING / "q2.jsonl", FOLLOWING / "q3.jsonl"), FOLLOWING / "q3.toml"),
]


def read(*paths: Path) -> OpLog:
    """A log in memory with the events of portable logs, one after another."""
    log = OpLog.open(":memory:")
    for path in paths:
        with path.open("rb") as lines:
            import_lines(log, lines, name=path.name)
    return log


def statements(document: Document) -> list[Statement]:
    """Every statement of a document, in reading order."""
    return [item for item in statements_of(document.sections) if isinstance(item, Statement)]


def part(document: Document, key: str) -> tuple[Content, ...]:
    """What a section of a document holds."""
    section = document.section(key)
    assert section is not None
    return section.content


@pytest.mark.parametrize(("log", "configuration"), QUARTERS)
def test_every_statement_is_cited(log: tuple[Path, ...], configuration: Path) -> None:
    """Each statement rests on positions of the log or on a key of the configuration, and each row on positions."""
    with read(*log) as opened:
        document = opened.narrative(load_configuration(configuration))
        head = opened.head()
    for statement in statements(document):
        assert bool(statement.positions) != bool(statement.configured), statement
        assert all(1 <= position <= head for position in statement.positions)
    assert all(row.positions for row in statements_of(document.sections) if isinstance(row, Row))
    cited = {p for item in statements_of(document.sections) for p in item.positions}
    assert {source.position for source in document.sources} == cited


@pytest.mark.parametrize(("log", "configuration"), QUARTERS)
def test_the_same_log_gives_the_same_bytes(log: tuple[Path, ...], configuration: Path) -> None:
    """Two logs with the same events, and one that lost its kept states, are told alike in every format."""
    settings = load_configuration(configuration)
    with read(*log) as one, read(*log) as other:
        other.forget_states()
        for form in ("markdown", "json"):
            assert render(one.narrative(settings), form) == render(other.narrative(settings), form)


@pytest.mark.parametrize(("log", "configuration"), QUARTERS)
def test_the_prose_is_clean(log: tuple[Path, ...], configuration: Path) -> None:
    """No doubled spaces or words, no stray punctuation, a capital at the start and a mark at the end of each sentence."""
    with read(*log) as opened:
        document = opened.narrative(load_configuration(configuration))
    for statement in statements(document):
        text = statement.text
        if statement.configured == "report.contact":
            continue
        assert not re.search(r"  | [,.;:]|,,|;,|\.\.|\bNone\b|\(\)", text), text
        doubled = re.search(r"\b(\w+) \1\b", re.sub(r"\d[\d,.]*", "#", text), re.IGNORECASE)
        assert not doubled, text
        assert text[0].isupper() or not text[0].isalpha(), text
        assert text.endswith((".", "!", "?", '."', '?"')), text


@pytest.mark.parametrize(("log", "configuration"), QUARTERS)
def test_every_stream_with_news_is_told_once(log: tuple[Path, ...], configuration: Path) -> None:
    """A stream has one paragraph of its own, or stands in that of the stream that it is part of."""
    with read(*log) as opened:
        document = opened.narrative(load_configuration(configuration))
    paragraphs = list(paragraphs_of(part(document, "main")))
    streams = [p.stream for p in paragraphs]
    assert len(streams) == len(set(streams))
    numbers = [p.number for p in paragraphs]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize(("log", "configuration"), QUARTERS)
def test_the_summary_says_nothing_that_the_body_does_not(log: tuple[Path, ...], configuration: Path) -> None:
    """But for the count of the rest, each sentence of the summary rests on events that a paragraph rests on too."""
    with read(*log) as opened:
        document = opened.narrative(load_configuration(configuration))
    body = {s.positions for p in paragraphs_of(part(document, "main")) for s in p.statements}
    for paragraph in paragraphs_of(part(document, "summary")):
        for statement in paragraph.statements:
            assert statement.positions in body or "further" in statement.text


@given(st.data(), st.sampled_from(sorted(AGGREGATES)), st.dates(date(2016, 1, 1), date(2019, 1, 1)))
def test_any_history_can_be_told(data: st.DataObject, aggregate: str, until: date) -> None:
    """Whatever a lifecycle allows and whatever the window, there is a report, cited throughout, and it renders."""
    made = data.draw(histories(aggregate))
    days = data.draw(
        st.lists(st.none() | st.dates(date(2016, 1, 1), date(2019, 1, 1)), min_size=len(made), max_size=len(made))
    )
    log = [
        attrs.evolve(r, effective=When.of(day) if day else None)
        for r, day in zip(recorded(f"{aggregate}/x", *made), days, strict=True)
    ]
    if not log:
        return
    configuration = ReportConfiguration(date=until, since=until - timedelta(days=120), public=False)
    document = narrate(log, configuration)
    assert all(s.positions or s.configured for s in statements(document))
    assert render(document).endswith("\n")
    assert json.loads(render(document, "json"))["head"] == len(log)


def test_an_empty_log_has_no_report() -> None:
    """There is nothing to tell, and it is said."""
    with pytest.raises(InvalidValue, match="the log is empty"):
        narrate((), REPORT)


def test_what_lies_outside_the_window_is_left_out() -> None:
    """Events before and after the activity window are not told, though they set the state that is told of."""
    text = told(
        "operation/elm", events.Planned(title="Operation Elm"), (events.Commenced(), "2 February 2017"),
        (events.NoteRecorded(text="Too early."), "3 March 2017"), (events.NoteRecorded(text="In time."), "June 2017"),
        (events.NoteRecorded(text="Too late."), "1 November 2017"),
    )  # fmt: skip
    assert text == "Operation Elm continues. In time."


def test_an_imprecise_event_is_told_in_one_report_only() -> None:
    """Of an imprecise date the day nearest to its recording counts, so that two quarters do not both tell it."""
    note = attrs.evolve(recorded("operation/elm", events.Planned(title="Operation Elm"), (events.NoteRecorded(text="It went well."), "2017"))[1])  # fmt: skip
    plan = recorded("operation/elm", events.Planned(title="Operation Elm"))[0]
    plan = attrs.evolve(plan, recorded_at=datetime(2017, 4, 3, tzinfo=UTC))
    first = ReportConfiguration(date=date(2017, 6, 30), since=date(2017, 4, 1))
    second = ReportConfiguration(date=date(2017, 9, 30), since=date(2017, 7, 1))
    in_first, in_second = ("It went well" in render(narrate([plan, note], c)) for c in (first, second))
    assert (in_first, in_second) == (False, True)


def test_a_log_that_was_written_down_later_is_told() -> None:
    """Where all was recorded after the window, undated events belong to it."""
    late = datetime(2026, 1, 5, tzinfo=UTC)
    log = [
        attrs.evolve(r, recorded_at=late)
        for r in recorded("operation/elm", events.Planned(title="Operation Elm"), events.Commenced(), events.NoteRecorded(text="It goes well."))
    ]  # fmt: skip
    assert "Operation Elm has begun." in render(report(*log))


def stream(name: str, theme: str | None, start: int, *more: object) -> list[Recorded]:
    """A stream of one theme that was held in the window."""
    plan = events.Planned(title=f"{name} meeting", theme=theme)
    return recorded(f"deployment/{name}", plan, (events.Completed(), "June 2017"), *more, start=start)


def test_themes_keep_the_order_of_the_configuration() -> None:
    """Configured themes and headings come first and in their order; what the log alone knows follows; the rest is other."""
    log = [*stream("a", None, 1), *stream("b", "new-theme", 3), *stream("c", "two/late", 5), *stream("d", "two/early", 7), *stream("e", "one", 9)]  # fmt: skip
    themes = (Theme("one", "First"), Theme("two", "Second", (Heading("early", "Early"),)))
    document = report(*log, configuration=attrs.evolve(REPORT, themes=themes))
    themes = [section for section in part(document, "main") if isinstance(section, Section)]
    assert [s.title for s in themes] == ["First", "Second", "New theme", "Other activity"]
    assert [s.title for s in themes[1].content if isinstance(s, Section)] == ["Early", "Late"]


def test_a_part_is_told_in_the_paragraph_of_its_whole() -> None:
    """A stream that is part of another of the same theme has no paragraph of its own."""
    whole = recorded(
        "operation/whole", events.Planned(title="Operation Whole", theme="x"), (events.Commenced(), "1 June 2017")
    )
    member = stream("part", "x", 3, events.PartOfLinked(parent="operation/whole"))
    document = report(*whole, *member)
    paragraphs = list(paragraphs_of(part(document, "main")))
    assert [p.stream for p in paragraphs] == ["operation/whole"]
    assert "A part meeting was held in June." in [s.text for s in paragraphs[0].statements]


def test_a_public_report_has_no_trace_of_what_is_marked_otherwise() -> None:
    """Neither a marked event nor any event of a marked stream is told, counted or cited."""
    secret = recorded("operation/secret", events.Planned(title="Operation Hush"), (events.Commenced(), "1 June 2017"), events.MarkingChanged(marking="restricted"))  # fmt: skip
    open_ = recorded("operation/open", events.Planned(title="Operation Open"), (events.Commenced(), "2 June 2017"), events.NoteRecorded(text="A hush-hush source helped."), start=4)  # fmt: skip
    open_[2] = attrs.evolve(open_[2], marking="restricted")
    public = report(*secret, *open_)
    for form in ("markdown", "json"):
        text = render(public, form).lower()
        assert "hush" not in text
        assert "secret" not in text
    assert {s.position for s in public.sources} == {4, 5}
    internal = render(report(*secret, *open_, configuration=attrs.evolve(REPORT, public=False)))
    assert "Operation Hush" in internal
    named = render(report(*secret, *open_, configuration=attrs.evolve(REPORT, markings=("public", "restricted"))))
    assert "Operation Hush" in named


def test_names_are_introduced_once_in_each_part() -> None:
    """First in full with the short form, then the short form; anew in the body; in full where it is named only once."""
    notes = [events.NoteRecorded(text="The River Rescue Service came."), events.NoteRecorded(text="The River Rescue Service left with the Harbour Board.")]  # fmt: skip
    log = recorded("operation/elm", events.Planned(title="Operation Elm"), (events.Commenced(), "1 June 2017"), *notes)
    short = {"River Rescue Service": "RRS", "Harbour Board": "HB"}
    text = render(report(*log, configuration=attrs.evolve(REPORT, abbreviations=short)))
    body = re.sub(r"\[\^\d+\]", "", text.partition("## Main report")[2])
    assert "The River Rescue Service (RRS) came. The RRS left with the Harbour Board." in body


def summary_of(document: Document) -> list[str]:
    """The sentences of the summary."""
    return [s.text for p in paragraphs_of(part(document, "summary")) for s in p.statements]


def test_highlights_are_in_the_summary() -> None:
    """A stream that the configuration asks for is told in the summary, and the rest is counted."""
    log = [item for n, name in enumerate("abcdef") for item in stream(name, "x", 2 * n + 1)]
    said = summary_of(report(*log, configuration=attrs.evolve(REPORT, highlights=("deployment/f",))))
    assert said == ["A f meeting was held in June.", "The main report tells of a further five activities."]


def test_the_summary_has_results_and_figures() -> None:
    """What an evaluation found and what missed its target are told before what merely happened; nothing that points back."""
    missed = Figure("visits", 3, done="made", period=When("2017-04/2017-06"), target=10, better=Better.HIGHER)
    plan = events.Planned(title="Trial of dogs", theme="x")
    trial = recorded(
        "pilot/dogs", plan, (events.Commenced(), "1 June 2017"), (events.Evaluated(result="Fear fell by half."), "1 July 2017"),
    )  # fmt: skip
    fair = recorded(
        "campaign/fair", events.Planned(title="fair", theme="x"), (events.Commenced(), "2 June 2017"),
        events.FigureRecorded(figure=missed), events.NoteRecorded(text="It rained."),
        events.OutcomeRecorded(text="This was a pity."), events.OutcomeRecorded(text="Two stalls broke."), start=4,
    )  # fmt: skip
    minor = [item for n, name in enumerate(("tea", "bus")) for item in stream(name, "x", 11 + 2 * n)]
    assert summary_of(report(*trial, *fair, *minor)) == [
        "The trial of dogs began on 1 June.",
        "It was evaluated on 1 July.",
        "Fear fell by half.",
        "A fair began on 2 June.",
        "Between April and June 2017, three visits were made, against a target of ten, which was missed by seven.",
        "Two stalls broke.",
        "The main report tells of a further two activities.",
    ]


def test_a_theme_of_which_nothing_stands_out_is_still_told() -> None:
    """Of many activities of which little is to be told the first is told, of a few all."""
    log = [item for n, name in enumerate(("tea", "tree", "bus", "cat")) for item in stream(name, "x", 2 * n + 1)]
    assert summary_of(report(*log, *stream("van", "y", 9))) == [
        "A tea meeting was held in June.",
        "A van meeting was held in June.",
        "The main report tells of a further three activities.",
    ]


def test_the_appendix_lists_every_figure_with_period_and_basis() -> None:
    """Told figures stand in a table with value, unit, period, basis and the paragraph that tells them."""
    figure = Figure("warnings", 11, done="issued", period=When("2017-01/.."), basis=Basis.RUNNING_TOTAL, target=20, better=Better.HIGHER)  # fmt: skip
    log = recorded("operation/elm", events.Planned(title="Operation Elm"), (events.Commenced(), "1 June 2017"), events.FigureRecorded(figure=figure))  # fmt: skip
    (table,) = part(report(*log), "figures")
    assert isinstance(table, Table)
    assert [tuple(cell.text for cell in row.cells) for row in table.rows] == [
        (
            "Warnings issued",
            "11",
            "number",
            "Since January 2017",
            "Running total",
            "at least 20: not yet reached",
            "1.1",
        )
    ]


def test_the_forward_look_lists_what_is_planned_and_due() -> None:
    """Dates ahead come first, in order; what has no date comes last; what is past is not there."""
    log = [
        *recorded("pilot/a", events.Planned(title="drone pilot"), (events.Commenced(), "1 June 2017"), (events.EvaluationDue(when=When("2017-12")), "June 2017")),
        *recorded("deployment/b", events.Planned(title="exercise"), start=4),
        *recorded("deployment/c", events.Planned(title="open day", when=When("2017-10-07")), start=5),
        *recorded("deployment/d", events.Planned(title="missed day", when=When("2017-07-07")), start=6),
    ]  # fmt: skip
    lead, dated, undated = part(report(*log), "forward-look")
    assert isinstance(lead, Paragraph)
    assert lead.statements[0].positions == (3, 4, 5)
    assert isinstance(dated, Table)
    assert isinstance(undated, Table)
    assert [tuple(cell.text for cell in row.cells[:2]) for row in dated.rows] == [
        ("7 October", "An open day"),
        ("December", "The evaluation of the drone pilot"),
    ]
    assert [row.cells[0].text for row in undated.rows] == ["An exercise"]


def test_recorded_text_stays_text_in_markdown() -> None:
    """Markup, table bars, footnotes, control characters and direction marks in a log do nothing in the report."""
    hostile = "# Head\n[x](javascript:alert(1)) <script>alert(1)</script> | cell | [^1] `code` *bold* \u202eevil \x1b[31m &lt;b&gt;"
    log = recorded("operation/elm", events.Planned(title="Operation Elm"), (events.Commenced(), "1 June 2017"), events.NoteRecorded(text=hostile))  # fmt: skip
    text = render(report(*log))
    assert "<script" not in text.replace(r"\<script", "")
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    assert r"\[x\](javascript" in text
    assert r"\[^1\]" in text
    assert r"\| cell \|" in text
    assert "&amp;lt;b" in text


def test_footnotes_in_markdown_are_all_defined_and_used() -> None:
    """Each mark has its note with stream and positions, and each note its mark."""
    with read(example_log()) as log:
        text = render(log.narrative(load_configuration(example_configuration())))
    body, _, notes = text.partition("## Sources")
    used, defined = set(re.findall(r"\[\^(\d+)\]", body)), set(re.findall(r"^\[\^(\d+)\]:", notes, re.MULTILINE))
    assert used == defined
    assert len(used) > 50


def test_a_report_without_configuration_is_made_from_the_log() -> None:
    """Dates come from the log's last event, themes from its streams; nothing asks for the present day."""
    log = stream("a", "young-people", 1)
    document = narrate(log)
    assert document.date == date(2017, 7, 1)
    assert [s.title for s in sections_of(part(document, "main"))] == ["Young people"]
    with log_of(*log) as opened:
        assert next(sections_of(part(opened.narrative(), "main"))).title == "Young people"
