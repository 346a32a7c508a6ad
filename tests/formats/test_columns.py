"""The columns of tables on paper: no word is broken, little height is lost, and tables that stand together line up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from papers import tables_of
from reports import example, northmoor

from oplog.narrative import Cell, Column, Row, Section, Table
from oplog.narrative.render.columns import LINE, PADDING, table_widths
from oplog.narrative.render.lettering import width

if TYPE_CHECKING:
    from collections.abc import Callable

    from oplog import Document


def table(*rows: tuple[str, ...], titles: tuple[str, ...]) -> Table:
    """A table of these titles and texts."""
    made = tuple(Row(cells=tuple(Cell(text=text) for text in row), positions=()) for row in rows)
    return Table(columns=tuple(Column(title=title) for title in titles), rows=made, lead="A table")


def shares(*tables: Table) -> list[list[float]]:
    """The columns of the tables of a section."""
    return list(table_widths((Section(key="one", title="One", content=tables),)))


@pytest.mark.parametrize("report", [example, northmoor])
def test_no_word_is_wider_than_its_column(report: Callable[[], Document]) -> None:
    """In real reports, the columns of every table hold their longest words, and fill the page together."""
    document = report()
    for told, given in zip(tables_of(document), table_widths(document.sections), strict=True):
        assert sum(given) == pytest.approx(1, abs=0.001)
        for n, share in enumerate(given):
            texts = (told.columns[n].title, *(row.cells[n].text for row in told.rows))
            longest = max(width(word, 1) for text in texts for word in text.split())
            assert share * LINE >= longest + PADDING - 0.01, told.columns[n].title


def test_a_column_with_little_text_is_not_the_widest() -> None:
    """One long cell does not take the room from a column in which every cell is long."""
    rows = [("A figure with quite a long name", "", "October to December 2024")] * 20
    (given,) = shares(table(*rows, ("B", "+10 percentage points on July to September", "May"), titles=("A", "B", "C")))
    assert given[1] == min(given)


def test_tables_of_a_section_stand_in_the_same_columns() -> None:
    """A table without the first column gives its room to the second, and the last ones line up."""
    whole = table(("End of September", "Something", "1.1"), titles=("When", "What", "Paragraph"))
    longer = table(("Later", "Something that takes many more words", "1.1"), titles=("When", "What", "Paragraph"))
    undated = table(("Something", "1.1"), titles=("What", "Paragraph"))
    first, second, third = shares(whole, longer, undated)
    assert first == second
    assert third == pytest.approx([first[0] + first[1], first[2]], abs=0.001)


def test_tables_of_other_columns_stand_by_themselves() -> None:
    """Where the columns of one are not among those of the other, each has its own."""
    one, other = table(("x", "y"), titles=("A", "B")), table(("x y " * 40, "y"), titles=("C", "D"))
    assert shares(one, other) == [*shares(one), *shares(other)]
