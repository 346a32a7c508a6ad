"""The figures, an appendix: every figure with its period and basis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.narrative.document import Cell, Column, Row, Section, Table
from oplog.narrative.text import capital
from oplog.projections import figures

if TYPE_CHECKING:
    from oplog.domain.values import Figure
    from oplog.narrative.locale import Locale
    from oplog.narrative.report import Report
    from oplog.narrative.tale import Tale


HELD = ("occurrences", "held")
ATTENDING = ("people", "attending")
"""What events count of themselves (`projections.figures.counted`), by measure and participle."""


def build(report: Report) -> Section | None:
    """A row for each figure, in the order of the report; None when it has none."""
    rows = tuple(
        row
        for tale in sorted(report.tales, key=lambda t: _order(report.numbers.get(t.stream, "")))
        for row in _figure_rows(tale, report.numbers.get(tale.stream, ""))
    )
    if not rows:
        return None
    say = report.locale.say
    keys = ("figure", "value", "unit", "period", "basis", "paragraph")
    table = Table(
        lead=say("labels.figures.lead"),
        columns=tuple(Column(title=say(f"labels.figures.{key}"), numeric=key == "value") for key in keys),
        rows=rows,
    )
    return Section(key="figures", title=say("labels.figures.title"), content=(table,), appendix=True)


def _order(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in number.split(".") if part)


def _figure_rows(tale: Tale, number: str) -> list[Row]:
    say = tale.locale.say
    draft: figures.Draft = {}
    by_position = {r.position: r for r in tale.known}
    for item in tale.known:
        figures.apply(draft, item)
    rows = []
    for row in figures.finish(draft):
        latest = next(by_position[p] for p in reversed(row.positions) if p in by_position)
        if not tale.windows.tells(row.figure, latest):
            continue
        figure = row.figure
        unit = figure.unit
        if _counts(figure) == ATTENDING:
            unit = say("labels.figures.people")
        elif unit == "count":
            unit = say("labels.figures.number")
        cells = (
            capital(_name(tale, figure)),
            _value(tale.locale, row),
            unit,
            capital(tale.windows.full_dates.table(figure.period, figure.basis)),
            capital(say(f"labels.basis.{figure.basis.name.lower()}")),
            number,
        )
        rows.append(Row(cells=tuple(Cell(text=text) for text in cells), positions=row.positions))
    return rows


def _counts(figure: Figure) -> tuple[str, str | None]:
    return figure.measure, figure.done


def _name(tale: Tale, figure: Figure) -> str:
    """What a figure counts; what events count of themselves is named after what was held."""
    if _counts(figure) == HELD:
        return tale.locale.say("labels.figures.held", name=tale.noun.bare)
    if _counts(figure) == ATTENDING:
        return tale.locale.say("labels.figures.attending", name=tale.noun.definite())
    return figure.name


def _value(locale: Locale, row: figures.FigureRow) -> str:
    """The value in digits, with its denominator, its target and the values that it replaced."""
    figure = row.figure
    values = (figure.value, *row.previous)
    now, *before = [locale.say("quantity.not_recorded") if v is None else locale.digits(v) for v in values]
    return locale.say(
        "labels.figures.cell",
        value=now,
        of="" if figure.of is None else locale.digits(figure.of),
        target="" if figure.target is None else locale.digits(figure.target),
        before=locale.say("lists.plain").join(before),
    )
