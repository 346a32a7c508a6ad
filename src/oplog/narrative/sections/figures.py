"""The second appendix: every figure with its period and basis, what it is made of, and what it is held against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve, frozen

from oplog.domain import events
from oplog.narrative.amounts import with_unit
from oplog.narrative.comparisons import Change, Unlike, against_target, compared, share
from oplog.narrative.document import Cell, Column, Row, Section, Table
from oplog.narrative.english.nouns import capital, small
from oplog.narrative.english.numbers import digits
from oplog.narrative.matter import FULL
from oplog.projections import figures

if TYPE_CHECKING:
    from decimal import Decimal

    from oplog.domain.values import Figure
    from oplog.narrative.report import Report
    from oplog.narrative.tale import Tale
    from oplog.projections.figures import FigureRow
    from oplog.recorded import Recorded

WORDS = {
    "title": "Appendix B: Figures",
    "lead": "Every figure in this report, with the period that it covers and the basis on which it was counted."
    " Figures on different bases or for overlapping periods must not be added.",
    "figure": "Figure",
    "value": "Value",
    "unit": "Unit",
    "period": "Period",
    "basis": "Basis",
    "change": "Change",
    "target": "Target",
    "paragraph": "Paragraph",
    "part": "of which {label}",
    "share": "{value} ({share}%)",
    "rounded": "Shares are rounded, and so need not add up to 100%.",
    "not recorded": "not recorded",
    "restated": "{value} (restated)",
    "was restated": "Restated from {values}.",
    "was restated because": "Restated from {values} ({reason}).",
    "more": "+{by} on {period}",
    "more share": "+{by} ({share}%) on {period}",
    "fewer": "\N{MINUS SIGN}{by} on {period}",
    "fewer share": "\N{MINUS SIGN}{by} ({share}%) on {period}",
    "same": "no change on {period}",
    "points": "{number} percentage points",
    "point": "{number} percentage point",
    "basis differs": "Not compared with the figure for {period}, which is on another basis ({basis}).",
    "length differs": "Not compared with the figure for {period}, which covers another length of time.",
    "unit differs": "Not compared with the figure for {period}, which is in another unit ({unit}).",
    "whole differs": "Not compared with the figure for {period}: only one of the two says of how many it is a part.",
    "at least": "at least {target}: {standing}",
    "at most": "at most {target}: {standing}",
    "met": "met",
    "near": "nearly met",
    "missed": "not met",
    "open": "not yet reached",
    "open at most": "kept so far",
}


@frozen
class _Line:
    """A figure on its way into the table: its cells by the names of the columns, what it rests on, and its notes."""

    cells: dict[str, Cell]
    positions: tuple[int, ...]
    notes: tuple[str, ...]


ALWAYS = ("figure", "value", "unit", "period", "basis", "paragraph")
COLUMNS = ("figure", "value", "unit", "period", "basis", "change", "target", "paragraph")


def build(report: Report) -> Section | None:
    """A row for each figure, in the order of the report; None when it has none.

    Changes and targets have columns where there are any.
    """
    lines = [
        line
        for tale in sorted(report.tales, key=lambda t: _order(report.numbers.get(t.stream, "")))
        for line in _lines(report, tale, report.numbers.get(tale.stream, ""))
    ]
    if not lines:
        return None
    said = [name for name in COLUMNS if name in ALWAYS or any(name in line.cells for line in lines)]
    table = Table(
        lead=WORDS["lead"],
        columns=tuple(Column(title=WORDS[name], numeric=name == "value") for name in said),
        rows=tuple(
            Row(
                cells=tuple(line.cells.get(name, Cell(text="")) for name in said),
                positions=line.positions,
                notes=line.notes,
            )
            for line in lines
        ),
    )
    return Section(key="figures", title=WORDS["title"], content=(table,))


def _order(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in number.split(".") if part)


def _lines(report: Report, tale: Tale, number: str) -> list[_Line]:
    draft: figures.Draft = {}
    by_position = {r.position: r for r in tale.known}
    for item in tale.known:
        figures.apply(draft, item)
    known = figures.finish(draft)
    found: list[_Line] = []
    for row in known:
        latest = next(by_position[p] for p in reversed(row.positions) if p in by_position)
        if tale.windows.tells(row.figure, latest):
            line = _line(report, tale, row, latest, known)
            found.append(evolve(line, cells=line.cells | {"paragraph": Cell(text=number)}))
            found += _parts(row)
    return found


def _line(report: Report, tale: Tale, row: FigureRow, latest: Recorded, known: tuple[FigureRow, ...]) -> _Line:
    figure = row.figure
    cells = {
        "figure": capital(_name(tale, figure)),
        "value": WORDS["restated"].format(value=_value(figure)) if row.previous else _value(figure),
        "unit": "number" if figure.unit == "count" else figure.unit,
        "period": capital(FULL.table(figure.period, figure.basis)),
        "basis": capital(figure.basis.value),
    }
    made = {name: Cell(text=text) for name, text in cells.items()}
    changes, unlike = compared(figure, known)
    if changes:
        made["change"] = Cell(text="; ".join(_changed(change, figure) for change in changes))
    if (target := _target(report, figure)) is not None:
        made["target"] = target
    notes = (*_restated(row, latest), *(_unlike(one) for one in unlike))
    behind = [p for change in changes for p in change.earlier.positions]
    return _Line(made, tuple(sorted({*row.positions, *behind})), notes)


def _name(tale: Tale, figure: Figure) -> str:
    if figure.name == "occurrences held":
        return f"{tale.noun.bare} held"
    return f"people attending {tale.noun.definite()}" if figure.name == "people attending" else figure.name


def _value(figure: Figure) -> str:
    if figure.value is None:
        return WORDS["not recorded"]
    return digits(figure.value) + (f" of {digits(figure.of)}" if figure.of is not None else "")


def _parts(row: FigureRow) -> list[_Line]:
    """What a figure is made of, each part with its share of the whole."""
    parts, whole = row.figure.breakdown, row.figure.value
    if whole is None:
        return []
    shares = [share(part.value, whole) for part in parts]
    total = sum(number for number, _ in shares)
    rounds = row.figure.complete and whole > 0 and (total != 100 or any(sign for _, sign in shares))
    notes = (WORDS["rounded"],) if rounds else ()
    found = []
    for part, (number, sign) in zip(parts, shares, strict=True):
        text = WORDS["share"].format(value=digits(part.value), share=f"{sign}{number}") if whole else digits(part.value)
        cells = {"figure": Cell(text=WORDS["part"].format(label=part.label)), "value": Cell(text=text)}
        found.append(_Line(cells, row.positions, notes))
    return found


def _restated(row: FigureRow, latest: Recorded) -> tuple[str, ...]:
    if not row.previous:
        return ()
    values = ", ".join(WORDS["not recorded"] if value is None else digits(value) for value in row.previous)
    reason = latest.event.reason if isinstance(latest.event, events.FigureRestated) else ""
    if latest.corrected_by:
        reason = latest.corrected_by[-1].event.why
    if not reason:
        return (WORDS["was restated"].format(values=values),)
    return (WORDS["was restated because"].format(values=values, reason=small(reason.rstrip(". "))),)


def _changed(change: Change, figure: Figure) -> str:
    period = FULL.table(change.earlier.figure.period, figure.basis)
    if change.by == 0:
        return WORDS["same"].format(period=period)
    by = _points(abs(change.by)) if change.points else with_unit(abs(change.by), _plain_unit(figure))
    key = "more" if change.by > 0 else "fewer"
    if change.share is None:
        return WORDS[key].format(by=by, period=period)
    return WORDS[f"{key} share"].format(by=by, share=digits(abs(change.share)), period=period)


def _points(number: Decimal) -> str:
    return WORDS["point" if number == 1 else "points"].format(number=digits(number))


def _plain_unit(figure: Figure) -> str:
    """The unit to say beside a number in a column that has one: only signs are said again."""
    return figure.unit if figure.unit in ("%", "\N{POUND SIGN}", "\N{EURO SIGN}", "$") else "count"


def _unlike(one: Unlike) -> str:
    other = one.earlier.figure
    period = FULL.table(other.period, other.basis)
    return WORDS[f"{one.why} differs"].format(period=period, basis=other.basis.value, unit=other.unit)


def _target(report: Report, figure: Figure) -> Cell | None:
    if figure.target is None:
        return None
    lower = figure.better.value == "lower"
    target = with_unit(figure.target, _plain_unit(figure))
    standing = against_target(figure, report.configuration.allowance, report.windows.today)
    word, mark = standing or ("not recorded", None)
    said = WORDS["open at most"] if word == "open" and lower else WORDS[word]
    return Cell(text=WORDS["at most" if lower else "at least"].format(target=target, standing=said), mark=mark)
