"""Figures held against earlier ones and against their targets: like with like, and a note where it is not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from telling import REPORT, recorded, report, told

from oplog import Basis, Better, Figure, Part, When, events
from oplog.narrative.comparisons import against_target, compared, rounded, share
from oplog.narrative.document import Table
from oplog.projections.figures import FigureRow

TODAY = date(2017, 9, 21)
PLAN = events.Planned(title="Operation Elm")


def figure(value: Any, months: str = "2017-04/2017-06", **more: Any) -> Figure:
    """Warnings issued in a quarter."""
    return Figure("warnings", value, **{"done": "issued", "period": When(months), **more})


def row(one: Figure) -> FigureRow:
    """A figure as the projection gives it."""
    return FigureRow(stream="operation/elm", title="Operation Elm", figure=one, positions=(1,))


def rows(*figures: Figure) -> list[dict[str, str]]:
    """The rows of the table of figures, by the titles of its columns, of a report on these figures."""
    log = recorded("operation/elm", PLAN, *(events.FigureRecorded(figure=one) for one in figures))
    section = report(*log).section("figures")
    assert section is not None
    (table,) = section.content
    assert isinstance(table, Table)
    titles = [column.title for column in table.columns]
    return [dict(zip(titles, (cell.text for cell in line.cells), strict=True)) for line in table.rows]


def test_a_quarter_is_compared_with_the_one_before_and_with_that_of_the_last_year() -> None:
    """The sentence names both periods and says by how much and by how many per cent."""
    log = [figure(10, "2017-01/2017-03"), figure(16, "2016-04/2016-06"), figure(12)]
    assert told("operation/elm", PLAN, *(events.FigureRecorded(figure=one) for one in log)).endswith(
        "Between April and June 2017, 12 warnings were issued. This was two more (20%) than between January and March"
        " 2017 and four fewer (25%) than between April and June 2016."
    )
    (line,) = rows(*log)
    assert (
        line["Change"]
        == "+2 (+20%) on January to March 2017; \N{MINUS SIGN}4 (\N{MINUS SIGN}25%) on April to June 2016"
    )


def test_an_earlier_figure_is_cited_where_one_is_compared_with_it() -> None:
    """What a comparison rests on are both figures."""
    log = recorded(
        "operation/elm",
        PLAN,
        events.FigureRecorded(figure=figure(10, "2017-01/2017-03")),
        events.FigureRecorded(figure=figure(12)),
    )
    document = report(*log)
    main = document.section("main")
    assert main is not None
    said = [s for p in main.content[0].content for s in p.statements]  # type: ignore[union-attr]
    assert [s.positions for s in said if s.text.startswith("This was")] == [(2, 3)]


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        ({"unit": "%"}, {"unit": "%"}, "two percentage points more than between January and March 2017"),
        ({"unit": "£"}, {"unit": "£"}, "£2 more (20%) than between January and March 2017"),
        ({"of": 24}, {"of": 25}, "ten percentage points more than between January and March 2017"),
        ({"basis": Basis.ROLLING_YEAR, "period": When("2016-07/2017-06")},
         {"basis": Basis.ROLLING_YEAR, "period": When("2016-04/2017-03")},
         "two more (20%) than in the twelve months to March 2017"),
        ({"basis": Basis.LEVEL, "period": When("2017-06-30")}, {"basis": Basis.LEVEL, "period": When("2017-03-31")},
         "two more (20%) than on 31 March 2017"),
    ],
)  # fmt: skip
def test_each_basis_and_unit_is_compared_in_its_own_way(now: Any, before: Any, words: str) -> None:
    """Percentages differ by points, a rolling year goes back by a quarter, and a level to the day a quarter before."""
    log = [figure(10, **{"period": When("2017-01/2017-03"), **before}), figure(12, **now)]
    text = told("operation/elm", PLAN, *(events.FigureRecorded(figure=one) for one in log))
    assert text.endswith(f"This was {words}.")


@pytest.mark.parametrize(
    ("before", "why"),
    [
        ({"basis": Basis.LEVEL}, "on another basis (level)"),
        ({"period": When("2017-03")}, "covers another length of time"),
        ({"unit": "%"}, "in another unit (%)"),
        ({"of": 30}, "only one of the two says of how many it is a part"),
    ],
)
def test_what_is_not_alike_is_not_compared_and_a_note_says_so(before: Any, why: str) -> None:
    """Neither the text nor the table holds them against each other, and the row's note says why."""
    log = [figure(10, **{"period": When("2017-01/2017-03"), **before}), figure(12)]
    assert "This was" not in told("operation/elm", PLAN, *(events.FigureRecorded(figure=one) for one in log))
    document = report(*recorded("operation/elm", PLAN, *(events.FigureRecorded(figure=one) for one in log)))
    table = document.section("figures").content[0]  # type: ignore[union-attr]
    assert isinstance(table, Table)
    assert "Change" not in [column.title for column in table.columns]
    ((note,),) = [line.notes for line in table.rows]
    assert note.startswith("Not compared with the figure for")
    assert why in note


@pytest.mark.parametrize("basis", [Basis.COUNT, Basis.RUNNING_TOTAL])
def test_running_totals_and_what_was_not_recorded_are_compared_with_nothing(basis: Basis) -> None:
    """A total that goes on holds the one before in itself, and nothing is known of what nobody recorded."""
    open_year = {"period": When("2017-01/.."), "basis": Basis.RUNNING_TOTAL}
    now = figure(None) if basis is Basis.COUNT else figure(12, **open_year)
    assert compared(now, [row(figure(10, "2017-01/2017-03"))]) == ([], [])


@pytest.mark.parametrize(
    ("value", "target", "better", "said"),
    [
        (20, 20, "higher", ("met", "green")), (19, 20, "higher", ("near", "amber")), (17, 20, "higher", ("missed", "red")),
        (20, 20, "lower", ("met", "green")), (22, 20, "lower", ("near", "amber")), (23, 20, "lower", ("missed", "red")),
        (None, 20, "higher", None), (20, None, "higher", None), (0, 0, "lower", ("met", "green")), (43, 60, "unknown", None),
    ],
)  # fmt: skip
def test_a_target_is_met_nearly_met_or_missed(value: Any, target: Any, better: str, said: Any) -> None:
    """By as much or more where higher is better, by as little or less where lower is; amber within the allowance."""
    assert against_target(figure(value, target=target, better=Better(better)), Decimal(10), TODAY) == said


def test_a_total_that_still_grows_has_missed_nothing_yet() -> None:
    """What may still be reached, or still be exceeded, has no mark; what is reached is met."""
    year = {"period": When("2017-01/.."), "basis": Basis.RUNNING_TOTAL}
    higher = {**year, "better": Better.HIGHER}
    assert against_target(figure(5, target=20, **higher), Decimal(10), TODAY) == ("open", None)
    assert against_target(figure(20, target=20, **higher), Decimal(10), TODAY) == ("met", "green")
    assert against_target(figure(5, target=20, better=Better.LOWER, **year), Decimal(10), TODAY) == ("open", None)
    assert against_target(figure(30, target=20, better=Better.LOWER, **year), Decimal(10), TODAY) == ("missed", "red")


def test_the_mark_of_a_target_is_told_in_words_too() -> None:
    """The cell says what the target is and whether it is met, and how much may be missed is configured."""
    late = figure(22, target=20, better=Better.LOWER)
    (line,) = rows(late)
    assert line["Target"] == "at most 20: narrowly missed"
    log = recorded("operation/elm", PLAN, events.FigureRecorded(figure=late))
    strict = report(*log, configuration=attrs.evolve(REPORT, allowance=Decimal(0)))
    cell = strict.section("figures").content[0].rows[0].cells[5]  # type: ignore[union-attr]
    assert (cell.text, cell.mark) == ("at most 20: not met", "red")


def test_a_target_that_does_not_say_which_way_is_told_without_a_verdict() -> None:
    """Nobody said whether it is to be reached or not to be exceeded, so it is neither met nor missed."""
    (line,) = rows(figure(43, target=60))
    assert line["Target"] == "target 60"


def test_a_restated_figure_is_marked_and_its_note_has_the_old_value() -> None:
    """The table marks the value; what it was before, and why it was restated, stand in the note."""
    log = recorded(
        "operation/elm", PLAN, events.FigureRecorded(figure=figure(10)),
        events.FigureRestated(figure=figure(12), reason="Two forms were found late."),
    )  # fmt: skip
    table = report(*log).section("figures").content[0]  # type: ignore[union-attr]
    (line,) = table.rows  # type: ignore[union-attr]
    assert line.cells[1].text == "12 (restated)"  # type: ignore[union-attr]
    assert line.notes == ("Restated from 10 (two forms were found late).",)


def test_each_part_of_a_figure_has_a_row_with_its_share() -> None:
    """Shares are rounded one by one, and a note says so where they do not add up to 100."""
    parts = tuple(Part(label, 1) for label in ("in the north", "in the south", "elsewhere"))
    assert [(line["Figure"], line["Value"]) for line in rows(figure(3, breakdown=parts))] == [
        ("Warnings issued", "3"),
        ("of which in the north", "1 (33%)"),
        ("of which in the south", "1 (33%)"),
        ("of which elsewhere", "1 (33%)"),
    ]
    log = recorded("operation/elm", PLAN, events.FigureRecorded(figure=figure(3, breakdown=parts)))
    table = report(*log).section("figures").content[0]  # type: ignore[union-attr]
    assert {line.notes for line in table.rows[1:]} == {("Shares are rounded, and so need not add up to 100%.",)}  # type: ignore[union-attr]


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_only_nothing_is_nought_per_cent_and_only_all_is_a_hundred(part: int, more: int) -> None:
    """A share never says none or all of what is neither, and is within half a per cent of the truth else."""
    whole = Decimal(part + more)
    number, sign = share(Decimal(part), whole)
    assert (number == 0) == (part == 0)
    assert number < 100
    exact = 100 * Decimal(part) / whole
    assert sign or abs(number - exact) <= Decimal("0.5")
    assert {"<": exact < 1, ">": exact > 99, "": True}[sign]
    assert share(whole, whole) == (100, "")


@given(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6))
def test_a_change_is_the_difference_and_turns_with_its_sign(now: int, before: int) -> None:
    """The change from one to the other is the opposite of the change back."""
    there, _ = compared(figure(now), [row(figure(before, "2017-01/2017-03"))])
    back, _ = compared(figure(before), [row(figure(now, "2017-01/2017-03"))])
    assert there[0].by == now - before == -back[0].by
    assert (there[0].share is None) == (before == 0 or rounded(100 * there[0].by / abs(Decimal(before))) == 0)


def visits(now: int, before: int) -> list[Figure]:
    """Visits made in a quarter and in the one before it."""
    made = figure(now, done="made")
    return [
        attrs.evolve(one, measure="visits")
        for one in (made, attrs.evolve(made, value=before, period=When("2017-01/2017-03")))
    ]


@pytest.mark.parametrize(
    ("others", "said"),
    [
        (visits(300, 200), "The largest change was in the number of visits made: 100 more (50%) than between January and March 2017."),
        (visits(210, 200), "The largest change was in the number of warnings issued: 20 more (20%) than between January and March 2017."),
        (visits(30, 20), "The number of warnings issued was 20 higher (20%) than between January and March 2017."),
        (visits(300, 200)[:1], "The number of warnings issued was 20 higher (20%) than between January and March 2017."),
    ],
)  # fmt: skip
def test_of_figures_told_together_the_largest_change_is_told(others: list[Figure], said: str) -> None:
    """After a sentence with several figures, the one that changed most is held against the earlier one; not among few."""
    log = [figure(100, "2017-01/2017-03"), figure(120), *others]
    assert told("operation/elm", PLAN, *(events.FigureRecorded(figure=one) for one in log)).endswith(f" {said}")


def test_small_changes_of_several_figures_stand_in_the_table_alone() -> None:
    """Below ten per cent there is no sentence, though the table has the change of each."""
    log = [figure(100, "2017-01/2017-03"), figure(109), *visits(21, 20)]
    text = told("operation/elm", PLAN, *(events.FigureRecorded(figure=one) for one in log))
    assert text.endswith("109 warnings were issued and 21 visits were made.")
    assert [line["Change"][:2] for line in rows(*log)] == ["+9", "+1"]


@pytest.mark.parametrize(
    ("value", "more", "said"),
    [
        (20, {"better": "higher"}, "20 warnings were issued, against a target of 20, which was met."),
        (19, {"better": "higher"}, "19 warnings were issued, against a target of 20, which was narrowly missed, by one."),
        (12, {"better": "higher"}, "12 warnings were issued, against a target of 20, which was missed by eight."),
        (12, {"better": "lower"}, "12 warnings were issued, against a target of at most 20, which was met."),
        (12, {"better": "unknown"}, "12 warnings were issued, against a target of 20."),
        (86, {"better": "higher", "unit": "%", "measure": "satisfaction", "done": None, "target": 90},
         "satisfaction was 86%, against a target of 90%, which was narrowly missed, by four percentage points."),
        (43, {"better": "lower", "unit": "minutes", "measure": "average wait", "done": None},
         "the average wait was 43 minutes, against a target of at most 20 minutes, which was missed by 23 minutes."),
    ],
)  # fmt: skip
def test_a_sentence_says_whether_the_target_was_met(value: int, more: dict[str, Any], said: str) -> None:
    """By how much it was missed too; where nobody said which way is better, there is no verdict."""
    one = attrs.evolve(figure(value), **{"target": Decimal(20), **more, "better": Better(more["better"])})
    assert told("operation/elm", PLAN, events.FigureRecorded(figure=one)).endswith(f"2017, {said}")


def test_a_total_that_still_grows_has_not_yet_reached_its_target() -> None:
    """Nor is it said to have missed it; what must not be exceeded has been kept so far."""
    year = {"period": When("2017-01/.."), "basis": Basis.RUNNING_TOTAL, "target": 20}
    for better, said in (
        (Better.HIGHER, "20, which has not yet been reached."),
        (Better.LOWER, "at most 20, which has been kept so far."),
    ):
        one = figure(5, better=better, **year)
        assert told("operation/elm", PLAN, events.FigureRecorded(figure=one)).endswith(f"against a target of {said}")
