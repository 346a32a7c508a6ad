"""The figures, an appendix: every figure with its period and basis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.narrative.document import Cell, Column, Row, Section, Table
from oplog.narrative.english.nouns import capital
from oplog.narrative.english.numbers import digits
from oplog.narrative.matter import FULL
from oplog.projections import figures

if TYPE_CHECKING:
    from oplog.narrative.report import Report
    from oplog.narrative.tale import Tale


def build(report: Report) -> Section | None:
    """A row for each figure, in the order of the report; None when it has none."""
    rows = tuple(
        row
        for tale in sorted(report.tales, key=lambda t: _order(report.numbers.get(t.stream, "")))
        for row in _figure_rows(tale, report.numbers.get(tale.stream, ""))
    )
    if not rows:
        return None
    table = Table(
        lead="Every figure in this report, with the period that it covers and the basis on which it was counted."
        " Figures on different bases or for overlapping periods must not be added.",
        columns=(
            Column(title="Figure"),
            Column(title="Value", numeric=True),
            Column(title="Unit"),
            Column(title="Period"),
            Column(title="Basis"),
            Column(title="Paragraph"),
        ),
        rows=rows,
    )
    return Section(key="figures", title="Figures", content=(table,), appendix=True)


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
        rows.append(Row(cells=tuple(Cell(text=text) for text in cells), positions=row.positions))
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
