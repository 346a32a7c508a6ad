"""Sentences that hold figures against earlier ones: one figure by itself, or that of several which changed most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.narrative.amounts import NUMBERS, is_counted, measured_name, with_unit
from oplog.narrative.comparisons import Change, compared

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oplog.narrative.figures_found import Item
    from oplog.narrative.tale import Tale

LEAST = 30
"""What was less than this is not ranked by per cent: one more of two would be the largest change of all."""
NOTABLE = 10
"""Of several figures that are told together, one is held against earlier ones from so many per cent of change."""


def tell_comparison(tale: Tale, item: Item) -> bool:
    """What the figure was in the period before and a year before; say whether the log has them."""
    changes, _ = compared(item.figure, tale.figures)
    if changes:
        told = [_change(tale, item, change) for change in changes]
        said = tale.locale.say("figures.compared.sentence", changes=tale.locale.listed(told))
        _tell(tale, said, item, changes)
    return bool(changes)


def tell_largest_change(tale: Tale, items: Sequence[Item]) -> None:
    """Of figures of one period, how the one that changed most did, where that is worth telling.

    The table of figures has the changes of all. The first is told of several that changed alike. Shares, and what was
    few before, are not ranked with others.
    """
    found = [(item, changes) for item in items if _can_be_ranked(changes := compared(item.figure, tale.figures)[0])]
    if not found:
        return
    item, changes = max(found, key=lambda one: max(change.rate for change in one[1]))
    if max(change.rate for change in changes) < NOTABLE:
        return
    only = len(found) == 1
    key = "figures.compared.one" if only else "figures.compared.largest"
    told = tale.locale.listed([_change(tale, item, change, named=only) for change in changes])
    _tell(tale, tale.locale.say(key, name=measured_name(tale.locale, item.figure), changes=told), item, changes)


def _can_be_ranked(changes: Sequence[Change]) -> bool:
    return bool(changes) and not any(c.points or (c.earlier.figure.value or 0) < LEAST for c in changes)


def _tell(tale: Tale, text: str, item: Item, changes: Sequence[Change]) -> None:
    rests_on = {p for change in changes for p in change.earlier.positions}
    tale.tell(text, [*item.behind, *(r for r in tale.known if r.position in rests_on)], "figure")


def _change(tale: Tale, item: Item, change: Change, *, named: bool = False) -> str:
    """The difference; `named` says that it is told of the number, not of what was counted."""
    locale, figure, size = tale.locale, item.figure, abs(change.by)
    period = tale.windows.dates.period(change.earlier.figure.period, figure.basis)
    if change.by == 0:
        return locale.say("figures.compared.same", period=period)
    counted = is_counted(locale, figure) or figure.unit in NUMBERS
    if change.points:
        amount = locale.say("figures.compared.points", size, number=locale.count(size))
    else:
        amount = locale.count(size) if counted else with_unit(locale, size, figure.unit, spelt=True)
    if named and (counted or change.points):
        way = "higher" if change.by > 0 else "lower"
    else:
        way = "more" if change.by > 0 else "fewer" if counted and not change.points else "less"
    share = "" if change.share is None else locale.say("quantity.percent", number=locale.digits(abs(change.share)))
    return locale.say(f"figures.compared.{way}", amount=amount, share=share, period=period)
