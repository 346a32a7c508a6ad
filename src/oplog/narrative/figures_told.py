"""Figures in sentences: those of one stream and one period together, months of one measure as a series."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from oplog.domain import events
from oplog.domain.values import Basis, Figure
from oplog.domain.when import Kind
from oplog.narrative.amounts import (
    amount,
    breakdown,
    clauses,
    is_counted,
    is_done_by,
    measured_name,
    things,
)
from oplog.narrative.dates import Dates
from oplog.narrative.figures_compared import tell_comparison, tell_largest_change
from oplog.narrative.figures_found import Item, figures_of, reasons
from oplog.narrative.restated_figures import Restated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oplog.narrative.tale import Tale

MOST = 3
"""More figures than this are told in another sentence."""
LONG = 40
"""A sentence of more words than this is told as two, where it can be."""


def tell_figures(tale: Tale) -> None:
    """Tell the figures of a stream: series first, then the rest by period and basis, a few in a sentence."""
    everything = figures_of(tale)
    items = [item for item in everything if not (item.told and item.restated)]
    for series in _series(tale, items):
        _tell_series(tale, series)
        items = [item for item in items if item not in series]
    order = {_batch(tale, item): n for n, item in reversed(list(enumerate(items)))}
    items.sort(key=lambda item: order[_batch(tale, item)])
    for _, members in groupby(items, key=lambda item: _batch(tale, item)):
        batch = list(members)
        sentences = -(-len(batch) // MOST)
        size = -(-len(batch) // sentences)
        for start in range(0, len(batch), size):
            _tell(tale, batch[start : start + size], first=start == 0, single=len(batch) == 1)
        if len(batch) > 1:
            tell_largest_change(tale, batch)
    for item in everything:
        if item.told and item.restated:
            _tell_restatement(tale, item)


def _batch(tale: Tale, item: Item) -> tuple[tuple[str, ...], bool]:
    """What figures have in common that share a sentence: period and basis, and whether it was done by then."""
    return item.figure.key[1:], is_done_by(tale.locale, item.figure)


def _series(tale: Tale, items: Sequence[Item]) -> list[list[Item]]:
    """Counts of one measure over several single months, in order of the months."""
    found: dict[str, list[Item]] = {}
    for item in items:
        if _belongs_to_series(tale, item.figure):
            found.setdefault(item.figure.name, []).append(item)
    return [
        sorted(series, key=lambda item: (item.figure.period is None, item.figure.period))
        for series in found.values()
        if len(series) > 1
    ]


def _belongs_to_series(tale: Tale, figure: Figure) -> bool:
    period = figure.period
    month = period is not None and period.whole_months and (period.latest - period.earliest).days < 31
    countable = is_counted(tale.locale, figure) or (figure.unit == "count" and figure.basis is Basis.COUNT)
    plain = figure.value is not None and not (figure.breakdown or figure.target or figure.of)
    return month and countable and plain


def _tell_series(tale: Tale, series: Sequence[Item]) -> None:
    """Several months of one measure: "eight thefts were recorded in October, 11 in November and five in December"."""
    locale = tale.locale
    first = series[0].figure
    value, period = int(first.value or 0), _month(tale, series, series[0])
    digits = locale.in_digits(item.figure.value or 0 for item in series)
    if not is_counted(locale, first):
        number = locale.count(value, digits=digits)
        begun = locale.say("figures.series.numbered", name=first.name, number=number, period=period)
    elif first.done:
        opening = locale.say("amount.plain", number=locale.count(value, digits=digits), things=things(locale, first))
        if digits:
            opening = locale.say("figures.series.total", amount=opening)
        begun = locale.say("figures.series.done", value, amount=opening, done=first.done, period=period)
    else:
        begun = locale.say("figures.series.there", value, amount=amount(locale, first, digits=digits), period=period)
    parts = [begun]
    for item in series[1:]:
        number = locale.count(item.figure.value or 0, digits=digits)
        parts.append(locale.say("figures.series.next", number=number, period=_month(tale, series, item)))
    tale.tell(locale.listed(parts), [r for item in series for r in item.behind], "figure")
    for item in series:
        _tell_restatement(tale, item)


def _month(tale: Tale, series: Sequence[Item], item: Item) -> str:
    """The month of one of a series; a year that all have in common is said once, at the end."""
    mine = item.figure.period
    periods = [member.figure.period for member in series if member.figure.period]
    if mine is None or len({period.earliest.year for period in periods}) > 1:
        return _in(tale, item.figure)
    short = Dates(tale.locale, mine.earliest.year)
    understood = all(tale.windows.dates.on(period) == short.on(period) for period in periods)
    last = item is series[-1] and not understood
    return Dates(tale.locale).on(mine) if last else short.on(mine)


def _in(tale: Tale, figure: Figure) -> str:
    return tale.windows.dates.on(figure.period) if figure.period else ""


def _tell(tale: Tale, items: Sequence[Item], *, first: bool, single: bool) -> None:
    sample = items[0].figure
    period = tale.windows.dates.period(sample.period, sample.basis, done=is_done_by(tale.locale, sample))
    if not first or _said(tale, sample):
        period = ""
    perfect = sample.period is not None and sample.period.span.end is None
    locale = tale.locale
    told = clauses(tale.windows, [item.figure for item in items], alone=not period, perfect=perfect)
    if len(told) == 2 and (told[0].there or told[1].there):
        body = locale.say("figures.two", first=told[0].text, last=told[1].text)
    else:
        body = locale.listed([clause.text for clause in told])
    text = locale.say("figures.period", period=period, figures=body) if period else body
    if len(items) > 1 and len(text.split()) > LONG:
        half = -(-len(items) // 2)
        _tell(tale, items[:half], first=first, single=single)
        _tell(tale, items[half:], first=False, single=single)
        return
    tale.tell(text, [r for item in items for r in item.behind], "figure")
    alone = len(items) == 1 and not (single and tell_comparison(tale, items[0]))
    for item in items:
        parts = breakdown(locale, item.figure, alone=alone)
        if parts:
            tale.tell(parts, item.behind, "figure")
        _tell_restatement(tale, item)


_STARTS = (events.Commenced, events.Completed, events.OccurrenceHeld)


def _said(tale: Tale, figure: Figure) -> bool:
    """Whether the opening gave the very time that the figure covers, so that it need not be said again."""
    period = figure.period
    if period is None or figure.basis is not Basis.COUNT:
        return False
    if any(r.effective == period for r in tale.inside if isinstance(r.event, _STARTS)):
        return True
    began, ended = (
        [r.effective for r in tale.select(kind) if r.effective] for kind in (events.Commenced, events.Completed)
    )
    exact = [when for when in (*began, *ended) if when.kind is Kind.DAY]
    return len(exact) == len(began) + len(ended) == 2 and (
        (exact[0].earliest, exact[1].latest) == (period.earliest, period.latest)
    )


def _tell_restatement(tale: Tale, item: Item) -> None:
    """Say what a figure was restated from, and why."""
    if item.before is None or not item.restated:
        return
    figure = item.figure
    period = tale.windows.dates.period(figure.period, figure.basis) if figure.period else ""
    name, why = measured_name(tale.locale, figure), tuple(reasons(tale.windows, item))
    told = Restated(name=name, period=period, before=item.before, now=figure, why=why, behind=item.behind)
    if tale.windows.only_news:
        tale.restated.append(told)
    else:
        tale.tell(told.sentence(tale.locale), item.behind, "figure")
