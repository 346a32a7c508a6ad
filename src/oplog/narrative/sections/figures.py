"""The figures, an appendix: every figure with its period and basis, its parts, and what it is held against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve, frozen

from oplog.domain.values import Better
from oplog.narrative.amounts import percent, with_unit
from oplog.narrative.comparisons import Change, Unlike, against_target, compared, share
from oplog.narrative.document import Cell, Column, Row, Section, Table
from oplog.narrative.figures_found import Item, belongs, figures_of, reasons
from oplog.narrative.text import capital

if TYPE_CHECKING:
    from decimal import Decimal

    from oplog.domain.values import Figure
    from oplog.narrative.locale import Locale
    from oplog.narrative.report import Report
    from oplog.narrative.tale import Tale
    from oplog.projections.figures import FigureRow


HELD = ("occurrences", "held")
ATTENDING = ("people", "attending")
"""What events count of themselves (`projections.figures.counted`), by measure and participle."""

COLUMNS = ("figure", "value", "unit", "period", "basis", "change", "target", "paragraph")
WHERE_ANY = ("change", "target")
"""The columns that a table has only where there is something in them."""

SIGNS = ("%", "\N{POUND SIGN}", "\N{EURO SIGN}", "$")
"""Units that are said again beside a number, although a column has them."""


@frozen
class _Line:
    """A figure on its way into the table: its cells by the names of the columns, what it rests on, and its notes."""

    cells: dict[str, Cell]
    positions: tuple[int, ...]
    notes: tuple[str, ...] = ()


def build(report: Report) -> Section | None:
    """A row for each figure, in the order of the report; None when it has none."""
    lines = [
        line
        for tale in sorted(report.tales, key=lambda t: _order(report.numbers.get(t.stream, "")))
        for line in _lines(report, tale)
    ]
    if not lines:
        return None
    say = report.locale.say
    said = [name for name in COLUMNS if name not in WHERE_ANY or any(name in line.cells for line in lines)]
    rows = tuple(
        Row(
            cells=tuple(line.cells.get(name, Cell(text="")) for name in said),
            positions=line.positions,
            notes=line.notes,
        )
        for line in lines
    )
    columns = tuple(Column(title=say(f"labels.figures.{name}"), numeric=name == "value") for name in said)
    table = Table(lead=say("labels.figures.lead"), columns=columns, rows=rows)
    return Section(key="figures", title=say("labels.figures.title"), content=(table,), appendix=True)


def _order(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in number.split(".") if part)


def _lines(report: Report, tale: Tale) -> list[_Line]:
    by_position = {r.position: r for r in tale.known}
    paragraph = Cell(text=report.numbers.get(tale.stream, ""))
    items = {item.figure.key: item for item in figures_of(tale)}
    found: list[_Line] = []
    for row in tale.figures:
        latest = next(by_position[p] for p in reversed(row.positions) if p in by_position)
        if belongs(tale, row.figure, latest):
            line = _line(report, tale, row, items.get(row.figure.key))
            found.append(evolve(line, cells=line.cells | {"paragraph": paragraph}))
            found += _parts(tale.locale, row)
    return found


def _line(report: Report, tale: Tale, row: FigureRow, item: Item | None) -> _Line:
    figure, locale = row.figure, tale.locale
    restated = item is not None and item.restated
    cells = {
        "figure": capital(_name(tale, figure)),
        "value": _value(locale, row.figure, restated=restated),
        "unit": _unit(locale, figure),
        "period": capital(tale.windows.full_dates.table(figure.period, figure.basis)),
        "basis": capital(locale.say(f"labels.basis.{figure.basis.name.lower()}")),
    }
    changes, unlike = compared(figure, tale.figures)
    if changes:
        cells["change"] = locale.say("lists.strong").join(_changed(tale, change, figure) for change in changes)
    made = {name: Cell(text=text) for name, text in cells.items()}
    if (target := _target(report, figure)) is not None:
        made["target"] = target
    behind = [p for change in changes for p in change.earlier.positions]
    notes = (*_restated(tale, item), *(_unlike(tale, one) for one in unlike))
    return _Line(made, tuple(sorted({*row.positions, *behind})), notes)


def _counts(figure: Figure) -> tuple[str, str | None]:
    return figure.measure, figure.done


def _name(tale: Tale, figure: Figure) -> str:
    """What a figure counts; what events count of themselves is named after what was held."""
    if _counts(figure) == HELD:
        return tale.locale.say("labels.figures.held", name=tale.noun.bare)
    if _counts(figure) == ATTENDING:
        return tale.locale.say("labels.figures.attending", name=tale.noun.definite())
    return figure.name


def _unit(locale: Locale, figure: Figure) -> str:
    if _counts(figure) == ATTENDING:
        return locale.say("labels.figures.people")
    return locale.say("labels.figures.number") if figure.unit == "count" else figure.unit


def _number(locale: Locale, value: Decimal | None) -> str:
    return locale.say("quantity.not_recorded") if value is None else locale.digits(value)


def _value(locale: Locale, figure: Figure, *, restated: bool) -> str:
    """The value in digits, with its denominator, and marked where it was restated."""
    return locale.say(
        "labels.figures.cell",
        value=_number(locale, figure.value),
        of="" if figure.of is None else locale.digits(figure.of),
        restated=locale.say("labels.figures.restated") if restated else "",
    )


def _parts(locale: Locale, row: FigureRow) -> list[_Line]:
    """What a figure is made of, each part with its share of the whole."""
    parts, whole = row.figure.breakdown, row.figure.value
    if whole is None:
        return []
    shares = [share(part.value, whole) for part in parts]
    uneven = sum(number for number, _ in shares) != 100 or any(sign for _, sign in shares)
    notes = (locale.say("labels.figures.notes.rounded"),) if row.figure.complete and whole and uneven else ()
    found = []
    for part, (number, sign) in zip(parts, shares, strict=True):
        of_it = percent(locale, number, sign) if whole else ""
        value = locale.say("labels.figures.part_value", value=locale.digits(part.value), share=of_it)
        label = locale.say("labels.figures.part", label=part.label)
        found.append(_Line({"figure": Cell(text=label), "value": Cell(text=value)}, row.positions, notes))
    return found


def _restated(tale: Tale, item: Item | None) -> tuple[str, ...]:
    if item is None or item.before is None or not item.restated:
        return ()
    locale = tale.locale
    why = locale.listed([locale.grammar.small(one) for one in reasons(tale.windows, item)])
    before = _number(locale, item.before.value)
    return (locale.say("labels.figures.notes.restated", before=before, reason=why),)


def _changed(tale: Tale, change: Change, figure: Figure) -> str:
    locale = tale.locale
    period = tale.windows.full_dates.table(change.earlier.figure.period, figure.basis)
    if change.by == 0:
        return locale.say("labels.figures.changes.same", period=period)
    size = abs(change.by)
    if change.points:
        by = locale.say("labels.figures.changes.points", size, number=locale.digits(size))
    else:
        by = with_unit(locale, size, figure.unit if figure.unit in SIGNS else "count")
    of_it = "" if change.share is None else locale.say("quantity.percent", number=locale.digits(abs(change.share)))
    return locale.say(
        f"labels.figures.changes.{'more' if change.by > 0 else 'less'}", by=by, share=of_it, period=period
    )


def _unlike(tale: Tale, one: Unlike) -> str:
    other, say = one.earlier.figure, tale.locale.say
    slots = {"period": tale.windows.full_dates.table(other.period, other.basis)}
    if one.why == "basis":
        slots["basis"] = say(f"labels.basis.{other.basis.name.lower()}")
    if one.why == "unit":
        slots["unit"] = _unit(tale.locale, other)
    return say(f"labels.figures.notes.{one.why}", **slots)


def _target(report: Report, figure: Figure) -> Cell | None:
    if figure.target is None:
        return None
    locale, lower = report.locale, figure.better is Better.LOWER
    target = with_unit(locale, figure.target, figure.unit if figure.unit in SIGNS else "count")
    if figure.better is Better.UNKNOWN:
        return Cell(text=locale.say("labels.figures.targets.unjudged", target=target))
    standing = against_target(figure, report.configuration.allowance, report.windows.today)
    word, mark = standing or ("not_recorded", None)
    said = locale.say(f"labels.figures.targets.{'kept' if lower and word == 'open' else word}")
    key = f"labels.figures.targets.{'at_most' if lower else 'at_least'}"
    return Cell(text=locale.say(key, target=target, standing=said), mark=mark)
