"""The timeline: what is on it and where, that all of it is cited, and what of it is drawn."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING
from xml.parsers import expat

import attrs
import pytest
from dated_log import DATED, STORM, dated, plan
from hypothesis import given
from hypothesis import strategies as st
from telling import REPORT, recorded, report
from test_report import QUARTERS, read

from oplog import AGGREGATES, InvalidValue, ReportConfiguration, When, events, load_configuration, render
from oplog.narrative.document import Document, Section
from oplog.narrative.plan import narrate
from oplog.narrative.render.lettering import fit, lines, width
from oplog.narrative.render.plain import plain
from oplog.narrative.render.timeline_lanes import MOST_TRACKS as MOST_IN_A_PART
from oplog.narrative.render.timeline_lanes import draw
from oplog.narrative.render.timeline_svg import svg, svg_parts
from oplog.narrative.render.timeline_table import as_table
from oplog.narrative.sections.timeline import MOST_TRACKS
from oplog.narrative.timeline import Item, Timeline, Track
from oplog.testing import histories

if TYPE_CHECKING:
    from pathlib import Path

SHAPES = {"svg", "title", "desc", "g", "path", "rect", "circle", "text"}
HOSTILE = "<script>alert(1)</script>&]]>\"'\N{RIGHT-TO-LEFT OVERRIDE}\x00\x1b[31m\ufffe\ud800 end"


def timeline_of(document: Document) -> Timeline:
    """The timeline of a report."""
    section = document.section("timeline")
    assert section is not None
    (found,) = section.content
    assert isinstance(found, Timeline)
    return found


def track(stream: str) -> Track:
    """The track of one of the streams of the log of dates, in the report on it alone."""
    (found,) = timeline_of(report(*dated(stream))).tracks
    return found


def items(stream: str) -> list[tuple[str, str, str]]:
    """The kind, the words and the date of each item of one of those streams."""
    return [(item.kind, item.what, item.when) for item in track(stream).items]


def elements(picture: str) -> list[tuple[str, dict[str, str]]]:
    """The elements of a picture with their attributes; fails on what is not well formed, and on any declaration."""
    found: list[tuple[str, dict[str, str]]] = []

    def refuse(*_: object) -> None:
        raise AssertionError("a declaration, an entity or an instruction")

    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: found.append((name, attributes))
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = parser.ProcessingInstructionHandler = refuse
    parser.Parse(picture, True)
    return found


def legible(timeline: Timeline, *, narrow: bool) -> None:
    """Fails where two texts of the picture overlap, or one leaves the sheet."""
    drawing = draw(timeline, narrow=narrow)
    boxes = drawing.boxes
    for n, box in enumerate(boxes):
        assert box.left >= 0
        assert box.right <= drawing.sheet.width
        assert 0 <= box.top < box.bottom <= drawing.height
        assert not any(box.overlaps(other) for other in boxes[n + 1 :])


def test_a_date_that_was_moved_points_to_the_one_in_its_place() -> None:
    """The first date, its cause and the date that took its place stand on one track."""
    first, second = track("deployment/moved").items
    assert (first.kind, first.when, first.cause, first.why) == ("moved", "10 June", "A", "Because of the storm")
    assert (second.kind, second.when, second.instead_of) == ("held", "20 June", 0)
    assert first.told.text == "Ball: planned for 10 June, then moved because of the storm."
    assert first.told.positions == (1, 2)
    assert second.told.positions == (2, 3)


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        ("deployment/put-off", [("postponed", "Postponed", "11 June")]),
        ("deployment/off", [("cancelled", "Cancelled", "12 June")]),
        ("deployment/back", [("planned", "Planned, with no outcome recorded", "5 September")]),
        ("deployment/kept", [("held", "Held, as planned", "2 July")]),
        ("deployment/long", [("held", "Held", "3 to 5 June")]),
        ("campaign/ran", [("under_way", "Under way, then completed", "June to 3 August")]),
        ("campaign/day", [("held", "Carried out", "5 July")]),
        (
            "deployment/resumed",
            [
                ("under_way", "Under way", "3 to 5 June"),
                ("suspended", "Suspended", "5 to 7 June"),
                ("under_way", "Under way, then completed", "7 to 9 June"),
            ],
        ),
        ("operation/often", [("held", "12 held", "1 to 12 July")]),
        ("operation/passed", [("under_way", "Under way", "Until 1 July"), ("ended", "Handed over", "1 July")]),
        ("pilot/overdue", [("under_way", "Under way", "Since 1 June"), ("due", "Evaluation overdue", "July")]),
        ("pilot/expects", [("under_way", "Under way", "Throughout"), ("due", "Expected", "Later in 2017")]),
    ],
)
def test_what_became_of_an_activity(stream: str, expected: list[tuple[str, str, str]]) -> None:
    """Each thing that happens to an activity has its sign, its words and its date."""
    assert items(stream) == expected


def test_a_plan_is_no_reason_for_what_came_of_it() -> None:
    """The cause of a plan is not told as the cause of its postponement."""
    planned = attrs.evolve(plan("fair", "June 2017"), cause=STORM)
    (only,) = timeline_of(report(*recorded("deployment/x", planned, events.Postponed()))).tracks[0].items
    assert (only.kind, only.cause, only.why) == ("postponed", None, None)


def test_an_imprecise_date_is_a_stretch_of_time() -> None:
    """In June is any day of June; a start at some time in June is sure from July on."""
    (vague,) = track("deployment/vague").items
    assert (vague.first, vague.last, vague.exact) == (date(2017, 6, 1), date(2017, 6, 30), False)
    (ran,) = track("campaign/ran").items
    assert (ran.first, ran.sure_from, ran.last) == (date(2017, 6, 1), date(2017, 6, 30), date(2017, 8, 3))
    (day,) = track("campaign/day").items
    assert day.exact
    assert day.first == day.last == date(2017, 7, 5)


def test_what_has_no_date_is_counted_and_not_drawn() -> None:
    """An activity without dates is not on the timeline, which says how many it leaves out."""
    timeline = timeline_of(report(*dated()))
    assert "operation/undated" not in {track.stream for track in timeline.tracks}
    assert len(timeline.tracks) == len(DATED) - 1
    assert timeline.left_out is not None
    assert timeline.left_out.text == "One further activity has nothing to show in it."
    assert report(*dated("operation/undated")).section("timeline") is None


def test_a_page_is_not_crowded() -> None:
    """Of very many activities, those of which there is most to tell are shown, and the rest is counted."""
    log = []
    for n in range(MOST_TRACKS + 5):
        steps = ((plan(f"walk {n}", "1 June 2017"), None), (events.Completed(), "2 June 2017"))
        log += recorded(f"deployment/{n}", *steps, start=len(log) + 1)
    log += [attrs.evolve(r, position=r.position + len(log)) for r in dated("deployment/moved")]
    timeline = timeline_of(report(*log))
    assert len(timeline.tracks) == MOST_TRACKS
    assert "deployment/moved" in {track.stream for track in timeline.tracks}
    assert timeline.left_out is not None
    assert "Another six, of which there is less to tell, are left out" in timeline.left_out.text


def test_the_axis_has_room_for_what_is_to_come() -> None:
    """It runs from the window to the last date ahead, but no more than half the window again."""
    near = timeline_of(report(*recorded("deployment/x", plan("fair", "4 October 2017"))))
    assert (near.first, near.last) == (REPORT.since, date(2017, 10, 4))
    far = timeline_of(report(*recorded("deployment/x", plan("fair", "4 October 2018"))))
    assert far.last == REPORT.until
    assert far.tracks[0].items[0].first == date(2018, 10, 4)


def test_appendices_have_their_letters_from_their_order() -> None:
    """Without the timeline, the forward look is the first appendix."""
    titles = [section.title for section in report(*dated("deployment/ahead")).sections]
    assert titles[-2:] == ["Appendix A: Timeline", "Appendix B: Forward look"]
    undated = recorded("deployment/x", plan("fair"))
    assert report(*undated).sections[-1].title == "Appendix A: Forward look"


def test_the_table_has_a_row_for_each_item() -> None:
    """The table says of every item what the picture shows, and Markdown and JSON have it."""
    document = report(*dated())
    timeline = timeline_of(document)
    table = as_table(timeline)
    shown = [item for track in timeline.tracks for item in track.items]
    assert [row.cells[1].text for row in table.rows] == [item.what for item in shown]
    assert [row.positions for row in table.rows] == [item.told.positions for item in shown]
    assert re.search(
        r"\| Ball\[\^\d+\] \| Moved to another date \| 10 June \| Because of the storm \|", render(document)
    )
    assert '"kind": "timeline"' in render(document, "json")


@given(st.data(), st.sampled_from(sorted(AGGREGATES)), st.dates(date(2016, 1, 1), date(2019, 1, 1)))
def test_any_history_has_its_timeline(data: st.DataObject, aggregate: str, until: date) -> None:
    """Whatever happens and when, and whatever of it is hidden: all is cited and on the axis, the picture is legible."""
    made = data.draw(histories(aggregate))
    days = st.dates(date(2016, 1, 1), date(2019, 1, 1))
    whens = st.none() | days.map(When.of) | days.map(lambda day: When(f"{day:%Y-%m}"))
    log = [attrs.evolve(r, effective=data.draw(whens)) for r in recorded(f"{aggregate}/x", *made)]
    log = [r for r in log if r.version == 1 or data.draw(st.integers(0, 4))]
    configuration = ReportConfiguration(date=until, since=until - timedelta(days=120), public=False)
    section = narrate(log, configuration).section("timeline")
    if section is None:
        return
    timeline = section.content[0]
    assert isinstance(timeline, Timeline)
    assert timeline.first == configuration.since
    assert until <= timeline.last <= until + timedelta(days=60)
    for statement in timeline.statements:
        assert statement.positions
        assert set(statement.positions) <= {r.position for r in log}
    for track in timeline.tracks:
        for item in track.items:
            _holds(item, track, timeline)
    for narrow in (False, True):
        legible(timeline, narrow=narrow)
        assert {name for name, _ in elements(svg(timeline, narrow=narrow))} <= SHAPES


def _holds(item: Item, track: Track, timeline: Timeline) -> None:
    assert item.last is None or item.last >= timeline.first
    assert item.first is None or item.last is None or item.first <= item.last
    assert item.instead_of is None or 0 <= item.instead_of < len(track.items)
    assert item.cause is None or item.cause in {trigger.letter for trigger in timeline.triggers}


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize(("log", "configuration"), [*QUARTERS, (None, None)])
def test_no_two_texts_of_a_picture_overlap(
    log: tuple[Path, ...] | None, configuration: Path | None, narrow: bool
) -> None:
    """In a whole quarter, and in a log in which everything happens, each text has its room on the sheet."""
    if log is None or configuration is None:
        document = report(*dated())
    else:
        with read(*log) as opened:
            document = opened.narrative(load_configuration(configuration))
    timeline = timeline_of(document)
    legible(timeline, narrow=narrow)
    parts = draw(timeline, narrow=narrow).parts
    assert narrow or all(part.bottom - part.top < 800 for part in parts), "higher than a page of A4 between its margins"
    assert svg(timeline, narrow=narrow) == svg(timeline_of(document), narrow=narrow)


@pytest.mark.parametrize(("log", "configuration"), QUARTERS)
def test_on_paper_no_text_is_too_small_to_read(log: tuple[Path, ...], configuration: Path) -> None:
    """Between the margins of A4, 160 mm, the smallest letter of the picture has 7.5 points."""
    with read(*log) as opened:
        timeline = timeline_of(opened.narrative(load_configuration(configuration)))
    for picture, _ in svg_parts(timeline):
        found = elements(picture)
        scale = 160 / 25.4 * 72 / float(found[0][1]["width"])
        assert min(float(attributes["font-size"]) for name, attributes in found if name == "text") * scale >= 7.5


def test_a_page_can_end_between_two_parts_of_a_picture() -> None:
    """Each lane is a part with the months above it, a very long one is several; the parts follow each other without a gap.

    The words of the parts are those of the whole: what it shows, and every item once.
    """
    log = []
    for n in range(MOST_TRACKS + 5):
        planned = attrs.evolve(plan(f"walk {n}", "1 June 2017"), theme="Walks" if n else "Talks")
        log += recorded(f"deployment/{n}", planned, start=len(log) + 1)
    timeline = timeline_of(report(*log))
    drawing = draw(timeline)
    assert [len(part.lane.tracks) for part in drawing.parts] == [1, MOST_IN_A_PART, MOST_TRACKS - 1 - MOST_IN_A_PART]
    assert drawing.parts[0].top == 0
    assert [part.bottom for part in drawing.parts[:-1]] == [part.top for part in drawing.parts[1:]]
    parts = svg_parts(timeline)
    assert all(">Jul<" in picture for picture, _ in parts)
    told = [item.told.text for track in timeline.tracks for item in track.items]
    assert " ".join(words for _, words in parts) == plain(" ".join([timeline.description.text, *told]))
    ids = [attributes["id"] for picture, _ in parts for _, attributes in elements(picture) if "id" in attributes]
    assert len(set(ids)) == len(ids)
    for picture, _ in parts:
        root = elements(picture)[0][1]
        assert root["viewBox"].split()[2:] == [root["width"], root["height"]]


def test_a_long_title_has_two_lines_and_ends_with_a_word() -> None:
    """What needs more than two lines ends with an ellipsis after a whole word, and is there in full as a title."""
    title = (
        "Walk with residents around the estates that were flooded in the spring, and a talk about what is to be done"
    )
    timeline = timeline_of(report(*recorded("deployment/x", plan(title, "1 June 2017"))))
    for narrow in (False, True):
        picture = svg(timeline, narrow=narrow)
        shown = re.findall(r">([^<>]+)</text>", picture)
        begun = next(n for n, text in enumerate(shown) if text.startswith("Walk"))
        first, last = shown[begun : begun + 2]
        assert title.startswith(f"{first} {last.removesuffix('…')}")
        assert last.endswith("…")
        assert title.removeprefix(f"{first} {last.removesuffix('…')}")[0] in " ,"
        assert f"<title>{title}</title>" in picture


def test_what_was_announced_is_not_shown_once_it_came_about() -> None:
    """An outlook whose outcome is recorded is not on the timeline; one that is still to come is."""
    (track,) = timeline_of(report(*dated("pilot/expects"))).tracks
    assert [item.what for item in track.items] == ["Under way", "Expected"]
    outcome = recorded("pilot/expects", events.OutcomeRecorded(text="the trial was judged a success"), start=90)
    later = [attrs.evolve(r, version=20) for r in outcome]
    assert report(*dated("pilot/expects"), *later).section("timeline") is None


def test_an_evaluation_is_no_occurrence() -> None:
    """It has a sign and words of its own, and is not counted among what was held."""
    evaluated = (events.Evaluated(result="it works"), "3 July 2017")
    log = recorded("pilot/x", plan("pilot", "June 2017"), (events.Commenced(), "1 June 2017"), evaluated)
    timeline = timeline_of(report(*log))
    items = timeline.tracks[0].items
    assert [(item.kind, item.what) for item in items] == [("under_way", "Under way"), ("evaluated", "Evaluated")]
    assert "one was evaluated" in timeline.description.text
    assert "held" not in timeline.description.text
    assert dict(timeline.wording.key)["evaluated"] == "evaluated"


def test_equal_dates_of_two_events_are_one_date() -> None:
    """What lasted from one day to the same day is told with that day, whichever event gave it."""
    begun, over = When.of(date(2017, 7, 5)), When.of(date(2017, 7, 5))
    log = recorded("deployment/x", plan("fair"), events.Commenced(), events.Completed())
    log = [attrs.evolve(r, effective=w) for r, w in zip(log, (None, begun, over), strict=True)]
    (item,) = timeline_of(report(*log)).tracks[0].items
    assert (item.when, item.told.text) == ("5 July", "Fair: held on 5 July.")


def test_a_picture_is_plain() -> None:
    """It has no script, no reference and no style of its own, its ids begin with its name, and it names itself."""
    found = elements(svg(timeline_of(report(*dated())), name="fig-1"))
    assert {name for name, _ in found} <= SHAPES
    assert not {name for _, attributes in found for name in attributes} & {"href", "xlink:href", "style", "onload"}
    assert {attributes["id"] for _, attributes in found if "id" in attributes} == {"fig-1", "fig-1-title", "fig-1-desc"}
    root = found[0][1]
    assert (root["role"], root["aria-labelledby"]) == ("img", "fig-1-title fig-1-desc")
    with pytest.raises(InvalidValue, match="is no id; expected a letter"):
        svg(timeline_of(report(*dated("deployment/ahead"))), name='x" onload="alert(1)')


def test_hostile_text_is_text_in_a_picture() -> None:
    """Markup, control characters and turned text in a title, a cause and a theme come out as plain text, cut to fit."""
    cause = attrs.evolve(STORM, name=HOSTILE)
    planned = attrs.evolve(plan(HOSTILE * 200, "June 2017"), theme="<b>/\x07")
    timeline = timeline_of(report(*recorded("deployment/x", planned, events.Cancelled(cause=cause))))
    picture = svg(timeline)
    assert {name for name, _ in elements(picture)} <= SHAPES
    assert not set(picture) & set("\N{RIGHT-TO-LEFT OVERRIDE}\x00\x1b\x07\ufffe\ud800")
    assert "<script" not in picture
    for narrow in (False, True):
        legible(timeline, narrow=narrow)


@given(st.text(), st.floats(10, 400))
def test_what_is_cut_fits(text: str, room: float) -> None:
    """A text that was cut is as wide as its room at most, on one line as on several, and stays clean."""
    told = plain(text)
    assert width(fit(told, 10, room), 10) <= room
    assert all(width(line, 10) <= room for line in lines(told, 10, room, 3))
    assert len(lines(told, 10, room, 3)) <= 3
    assert plain(told) == told


def test_a_hidden_activity_leaves_no_trace_in_the_timeline() -> None:
    """What its readers may not see is not in a public report's timeline: no item, no cause, and not in its counts."""
    shown, hidden = dated("deployment/held"), dated("deployment/moved")
    marked = [attrs.evolve(r, position=r.position + len(shown), marking="restricted") for r in hidden]
    assert timeline_of(report(*shown, *marked)) == timeline_of(report(*shown))


def test_a_report_with_a_section_less_has_no_timeline() -> None:
    """The timeline is one line of the sections; without it, the report is as it would be otherwise."""
    from oplog.narrative.sections import SECTIONS, timeline

    without = narrate(dated(), REPORT, sections=[build for build in SECTIONS if build is not timeline.build])
    with_it = narrate(dated(), REPORT)
    assert without.section("timeline") is None
    assert [s.key for s in with_it.sections if isinstance(s, Section) and s.key != "timeline"] == [
        s.key for s in without.sections
    ]
