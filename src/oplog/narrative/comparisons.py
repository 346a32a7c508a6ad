"""Figures held against earlier ones and against their targets: only like with like, and a note where it is not."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from attrs import frozen

from oplog.domain.values import Basis, Better, Figure
from oplog.domain.when import Kind, When

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from oplog.narrative.document import Mark
    from oplog.projections.figures import FigureRow


@frozen
class Change:
    """What a figure was in an earlier period of the same length.

    `by` is the difference, in its unit or, where `points` says so, in percentage points; `share` is that difference in
    per cent of the earlier value, None where that was nothing, or the difference less than half a per cent of it.
    """

    earlier: FigureRow
    by: Decimal
    share: Decimal | None
    points: bool

    @property
    def rate(self) -> Decimal:
        """The size of the difference in per cent of what it was before; infinite where that was nothing."""
        figure = self.earlier.figure
        before = abs(figure.value or Decimal(0))
        if self.points and figure.of:
            before = 100 * before / figure.of
        if not self.by:
            return Decimal(0)
        return 100 * abs(self.by) / before if before else Decimal("inf")


@frozen
class Unlike:
    """An earlier figure of the same name that must not be compared, and why: "basis", "length", "unit" or "whole"."""

    earlier: FigureRow
    why: str


def compared(figure: Figure, earlier: Iterable[FigureRow]) -> tuple[list[Change], list[Unlike]]:
    """The figure against that of the period before and that of the same period a year before, of what the log has.

    Running totals are not compared: the one before is part of the one after. A figure that was not recorded, or whose
    period is not known, is compared with nothing.
    """
    ends = _places(figure)
    changes: list[Change] = []
    unlike: list[Unlike] = []
    if figure.value is None or not ends:
        return [], []
    alike = [row for row in earlier if row.figure.name == figure.name and row.figure.value is not None]
    for places in ends:
        here = [row for row in alike if row.figure.period is not None and row.figure.key != figure.key]
        fitting = [row for row in here if row.figure.period is not None and row.figure.period.latest == places[1]]
        reasons = [(row, _unlike(figure, row.figure, places)) for row in fitting]
        like = [row for row, why in reasons if why is None]
        if like:
            changes.append(_change(figure, like[-1]))
        else:
            unlike += [Unlike(row, why) for row, why in reasons if why is not None][-1:]
    return changes, unlike


def _places(figure: Figure) -> list[tuple[date, date]]:
    """The first and last day of the periods that a figure is held against: the one before, and that of last year."""
    period = figure.period
    if period is None or period.is_open or figure.basis is Basis.RUNNING_TOTAL or period.earliest.year < 3:
        return []
    first, last = period.earliest, period.latest
    if period.whole_months:
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        step = 3 if figure.basis is Basis.ROLLING_YEAR else months
        back = [step] if step == 12 else [step, 12]
    elif figure.basis is Basis.LEVEL and period.kind is Kind.DAY:
        days = [_months_before(last, n, end=True) for n in (3, 12)]
        return [(day, day) for day in days]
    else:
        return []
    return [(_months_before(first, n, end=False), _months_before(last, n, end=True)) for n in back]


def _months_before(day: date, months: int, *, end: bool) -> date:
    """The day so many months before; the last of a month stays the last of its month."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    span = When(f"{year:04d}-{month + 1:02d}")
    is_last = day == When(f"{day.year:04d}-{day.month:02d}").latest
    if end and is_last:
        return span.latest
    return span.earliest.replace(day=min(day.day, span.latest.day))


def _unlike(figure: Figure, other: Figure, place: tuple[date, date]) -> str | None:
    if other.basis is not figure.basis:
        return "basis"
    if other.unit != figure.unit:
        return "unit"
    if (other.of is None) is not (figure.of is None):
        return "whole"
    if other.period is None or (other.period.earliest, other.period.latest) != place:
        return "length"
    return None


def _change(figure: Figure, row: FigureRow) -> Change:
    now, before = figure.value or Decimal(0), row.figure.value or Decimal(0)
    if figure.of and row.figure.of:
        by = rounded(100 * now / figure.of) - rounded(100 * before / row.figure.of)
        return Change(row, by, None, points=True)
    by = now - before
    if figure.unit == "%":
        return Change(row, by, None, points=True)
    share = rounded(100 * by / abs(before)) if before else Decimal(0)
    return Change(row, by, share or None, points=False)


def rounded(value: Decimal) -> Decimal:
    """To the nearest whole number; halves away from zero, as readers expect."""
    return value.quantize(Decimal(1), ROUND_HALF_UP)


def against_target(figure: Figure, allowance: Decimal, today: date) -> tuple[str, Mark | None] | None:
    """How a figure stands against its target: a word and a mark; None without a target, a value or a direction.

    "met" (green), "near" (amber: it misses by no more than `allowance` per cent of the target), "missed" (red), or
    "open" without a mark: a total that still grows has not missed what it has not yet reached.
    """
    if figure.target is None or figure.value is None or figure.better is Better.UNKNOWN:
        return None
    lower = figure.better is Better.LOWER
    short = figure.value - figure.target if lower else figure.target - figure.value
    if short <= 0:
        return ("open", None) if lower and _grows(figure, today) else ("met", "green")
    if not lower and _grows(figure, today):
        return "open", None
    if short <= abs(figure.target) * allowance / 100:
        return "near", "amber"
    return "missed", "red"


def _grows(figure: Figure, today: date) -> bool:
    """Whether more is still to be counted in it."""
    if figure.basis in (Basis.LEVEL, Basis.ROLLING_YEAR) or figure.unit == "%":
        return False
    return figure.period is not None and (figure.period.is_open or figure.period.latest >= today)


def share(part: Decimal, whole: Decimal) -> tuple[int, str]:
    """A part in whole per cent, and a sign before it: "" as a rule, "<" or ">" where rounding would say none or all.

    What is less than half a per cent is "<1", not 0; what lacks less than half a per cent is ">99", not 100.
    """
    if not whole:
        return 0, ""
    rough = int(rounded(100 * part / whole))
    if rough == 0 and part > 0:
        return 1, "<"
    if rough == 100 and part < whole:
        return 99, ">"
    return rough, ""
