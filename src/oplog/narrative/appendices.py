"""The appendices: what is to come, and every figure with its period and basis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.narrative.closing import what_comes
from oplog.narrative.document import Row, Section, Table
from oplog.narrative.english.nouns import capital, sentence
from oplog.narrative.english.numbers import digits
from oplog.narrative.matter import FULL
from oplog.projections import figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oplog.narrative.tale import Tale
    from oplog.narrative.window import Windows
    from oplog.projections.calendar import Appointment


def appendices(
    tales: Sequence[Tale], sections: Sequence[Section], coming: Sequence[Appointment], windows: Windows
) -> tuple[Table, ...]:
    """The forward look and the figures; a table without rows is left out."""
    numbers = {p.stream: p.number or "" for s in sections for b in s.blocks for p in b.paragraphs if p.stream}
    for tale in tales:
        parent = tale.state.part_of
        if tale.stream not in numbers and parent in numbers:
            numbers[tale.stream] = numbers[parent]
    tables = (
        Table(
            title="Appendix A: Forward look",
            lead="What is planned or due after this report, as it stood at the end of the period reported.",
            columns=("When", "What", "Paragraph"),
            rows=tuple(
                Row(
                    cells=(
                        capital(windows.dates.to(a.when).removeprefix("the ")) if a.when else "No date set",
                        sentence(what_comes(a)) if a.what == "outlook" else capital(what_comes(a)),
                        numbers.get(a.stream, "\N{EN DASH}"),
                    ),
                    positions=a.positions,
                )
                for a in coming
            ),
        ),
        Table(
            title="Appendix B: Figures",
            lead="Every figure in this report, with the period that it covers and the basis on which it was counted."
            " Figures on different bases or for overlapping periods must not be added.",
            columns=("Figure", "Value", "Unit", "Period", "Basis", "Paragraph"),
            rows=tuple(
                row
                for tale in sorted(tales, key=lambda t: _order(numbers.get(t.stream, "")))
                for row in _figure_rows(tale, numbers.get(tale.stream, ""))
            ),
        ),
    )
    return tuple(table for table in tables if table.rows)


def _order(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in number.split(".") if part)


def _figure_rows(tale: Tale, number: str) -> list[Row]:
    draft: figures.Draft = {}
    by_position = {r.position: r for r in tale.known}
    for item in tale.known:
        figures.apply(draft, item)
    rows = []
    for row in figures.finish(draft):
        latest = next(by_position[p] for p in reversed(row.positions) if p in by_position)
        if not tale.windows.tells(row.figure, latest):
            continue
        name = row.figure.name
        if name == "occurrences held":
            name = f"{tale.noun.bare} held"
        elif name == "people attending":
            name = f"people attending {tale.noun.definite()}"
        figure = row.figure
        unit = "number" if figure.unit == "count" else figure.unit
        basis = figure.basis.value
        cells = (
            capital(name),
            _value(row),
            unit,
            capital(FULL.table(figure.period, figure.basis)),
            capital(basis),
            number,
        )
        rows.append(Row(cells=cells, positions=row.positions))
    return rows


def _value(row: figures.FigureRow) -> str:
    """The value in digits, with its denominator, its target and the values that it replaced."""
    figure = row.figure
    text = "not recorded" if figure.value is None else digits(figure.value)
    if figure.of is not None:
        text += f" of {digits(figure.of)}"
    if figure.target is not None:
        text += f" (target {digits(figure.target)})"
    if row.previous:
        before = ["not recorded" if value is None else digits(value) for value in row.previous]
        text += f" (restated from {', '.join(before)})"
    return text
