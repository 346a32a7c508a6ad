"""Figures in sentences: those of one stream and one period together, months of one measure as a series."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from oplog.domain import events
from oplog.domain.values import Basis, Figure
from oplog.narrative.amounts import amount, breakdown, clauses, is_counted
from oplog.narrative.english.nouns import capital, small
from oplog.narrative.english.numbers import count, in_words, listed
from oplog.projections.figures import corrected

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oplog.narrative.tale import Tale
    from oplog.recorded import Recorded

MOST = 3
"""More figures than this are told in another sentence."""


@frozen
class Item:
    """A figure to be told: what it is now, what it was before it was restated, and the events behind it."""

    figure: Figure
    previous: tuple[Figure, ...]
    behind: tuple[Recorded, ...]


def figures_of(tale: Tale) -> list[Item]:
    """The figures of a stream that belong in the report, in the order in which they were first recorded."""
    found: dict[tuple[str, str, str], Item] = {}
    told: set[tuple[str, str, str]] = set()
    for recorded in tale.known:
        if not isinstance(recorded.event, (events.FigureRecorded, events.FigureRestated)):
            continue
        figure = recorded.event.figure
        old = found.get(figure.key)
        previous = (*old.previous, old.figure) if old else ()
        previous += tuple(evolve(figure, value=value, breakdown=(), of=None) for value in corrected(recorded, figure))
        found[figure.key] = Item(figure, previous, (*(old.behind if old else ()), recorded))
        if tale.windows.tells(figure, recorded):
            told.add(figure.key)
    return [item for key, item in found.items() if key in told]


def tell_figures(tale: Tale) -> None:
    """Tell the figures of a stream: series first, then the rest by period and basis, a few in a sentence."""
    items = figures_of(tale)
    for series in _series(items):
        _tell_series(tale, series)
        items = [item for item in items if item not in series]
    order = {item.figure.key[1:]: n for n, item in reversed(list(enumerate(items)))}
    items.sort(key=lambda item: order[item.figure.key[1:]])
    for _, members in groupby(items, key=lambda item: item.figure.key[1:]):
        batch = list(members)
        sentences = -(-len(batch) // MOST)
        size = -(-len(batch) // sentences)
        for start in range(0, len(batch), size):
            _tell(tale, batch[start : start + size], first=start == 0)


def _series(items: Sequence[Item]) -> list[list[Item]]:
    """Counts of one measure over several single months, in order of the months."""
    found: dict[str, list[Item]] = {}
    for item in items:
        if _belongs_to_series(item.figure):
            found.setdefault(item.figure.name, []).append(item)
    return [
        sorted(series, key=lambda item: (item.figure.period is None, item.figure.period))
        for series in found.values()
        if len(series) > 1
    ]


def _belongs_to_series(figure: Figure) -> bool:
    period = figure.period
    month = period is not None and period.whole_months and (period.latest - period.earliest).days < 31
    countable = is_counted(figure) or (figure.unit == "count" and figure.basis is Basis.COUNT)
    plain = figure.value is not None and not (figure.breakdown or figure.target or figure.of)
    return month and countable and plain


def _tell_series(tale: Tale, series: Sequence[Item]) -> None:
    """Several months of one measure: "eight thefts were recorded in October, 11 in November and five in December"."""
    first = series[0].figure
    value = int(first.value or 0)
    of_them = amount(first).partition(" ")[2]
    opening = f"{in_words(value)} {of_them}" if value < 100 else f"a total of {amount(first)}"
    be = "was" if value == 1 else "were"
    if not is_counted(first):
        begun = f"{first.name} numbered {count(value)}"
    else:
        begun = f"{opening} {be} {first.done}" if first.done else f"there {be} {amount(first)}"
    parts = [f"{begun} {_in(tale, first)}"]
    parts += [f"{count(item.figure.value or 0)} {_in(tale, item.figure)}" for item in series[1:]]
    tale.tell(listed(parts), [r for item in series for r in item.behind], "figure")
    for item in series:
        _tell_restatement(tale, item)


def _in(tale: Tale, figure: Figure) -> str:
    return tale.windows.dates.on(figure.period) if figure.period else ""


def _tell(tale: Tale, items: Sequence[Item], *, first: bool) -> None:
    sample = items[0].figure
    period = tale.windows.dates.period(sample.period, sample.basis)
    if not first or _said(tale, sample):
        period = ""
    perfect = sample.period is not None and sample.period.span.end is None
    told = clauses([item.figure for item in items], alone=not period, perfect=perfect)
    mixed = len(told) == 2 and (told[0].startswith("there ") or told[1].startswith("there "))
    body = ", and ".join(told) if mixed else listed(told)
    text = f"{capital(period)}, {body}" if period else body
    tale.tell(text, [r for item in items for r in item.behind], "figure")
    for item in items:
        parts = breakdown(item.figure, alone=len(items) == 1)
        if parts:
            tale.tell(parts, item.behind, "figure")
        _tell_restatement(tale, item)


_STARTS = (events.Commenced, events.Completed, events.OccurrenceHeld)


def _said(tale: Tale, figure: Figure) -> bool:
    """Whether the opening gave the very time that the figure covers, so that it need not be said again."""
    if figure.period is None or figure.basis is not Basis.COUNT:
        return False
    return any(r.effective == figure.period for r in tale.inside if isinstance(r.event, _STARTS))


def _tell_restatement(tale: Tale, item: Item) -> None:
    if not item.previous:
        return
    last = item.behind[-1].event
    reason = small(last.reason.rstrip(". ")) if isinstance(last, events.FigureRestated) else ""
    if corrections := item.behind[-1].corrected_by:
        reason = small(corrections[-1].event.why.rstrip(". "))
    before, now = (count(v) if v is not None else "not recorded" for v in (item.previous[-1].value, item.figure.value))
    period = f" {_in(tale, item.figure)}" if item.figure.period else ""
    what = f"The number of {item.figure.name}" if is_counted(item.figure) else f"The {item.figure.name}"
    text = f"{what}{period} was restated from {before} to {now}"
    tale.tell(f"{text} ({reason})" if reason else text, item.behind, "figure")
