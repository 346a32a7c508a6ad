"""Figures in sentences: those of one stream and one period together, months of one measure as a series."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from oplog.domain import events
from oplog.domain.values import Basis, Figure
from oplog.narrative.amounts import amount, breakdown, clauses, is_counted, measured_name, things, with_unit
from oplog.narrative.comparisons import Change, compared
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
    for series in _series(tale, items):
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
    value, period = int(first.value or 0), _in(tale, first)
    if not is_counted(locale, first):
        begun = locale.say("figures.series.numbered", name=first.name, number=locale.count(value), period=period)
    elif first.done:
        if value < 100:
            opening = locale.say("amount.plain", number=locale.in_words(value), things=things(locale, first))
        else:
            opening = locale.say("figures.series.total", amount=amount(locale, first))
        begun = locale.say("figures.series.done", value, amount=opening, done=first.done, period=period)
    else:
        begun = locale.say("figures.series.there", value, amount=amount(locale, first), period=period)
    parts = [begun]
    for item in series[1:]:
        number = locale.count(item.figure.value or 0)
        parts.append(locale.say("figures.series.next", number=number, period=_in(tale, item.figure)))
    tale.tell(locale.listed(parts), [r for item in series for r in item.behind], "figure")
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
    locale = tale.locale
    told = clauses(locale, [item.figure for item in items], alone=not period, perfect=perfect)
    if len(told) == 2 and (told[0].there or told[1].there):
        body = locale.say("figures.two", first=told[0].text, last=told[1].text)
    else:
        body = locale.listed([clause.text for clause in told])
    text = locale.say("figures.period", period=period, figures=body) if period else body
    tale.tell(text, [r for item in items for r in item.behind], "figure")
    for item in items:
        parts = breakdown(locale, item.figure, alone=len(items) == 1)
        if parts:
            tale.tell(parts, item.behind, "figure")
        _tell_restatement(tale, item)
    if len(items) == 1:
        _tell_comparison(tale, items[0])


def _tell_comparison(tale: Tale, item: Item) -> None:
    """What the figure was in the period before and a year before, where it was told alone and the log has them."""
    changes, _ = compared(item.figure, tale.figures)
    if not changes:
        return
    locale = tale.locale
    said = locale.say("figures.compared.sentence", changes=locale.listed([_change(tale, item, c) for c in changes]))
    rests_on = {p for change in changes for p in change.earlier.positions}
    tale.tell(said, [*item.behind, *(r for r in tale.known if r.position in rests_on)], "figure")


def _change(tale: Tale, item: Item, change: Change) -> str:
    locale, figure, size = tale.locale, item.figure, abs(change.by)
    period = tale.windows.dates.period(change.earlier.figure.period, figure.basis)
    if change.by == 0:
        return locale.say("figures.compared.same", period=period)
    counted = is_counted(locale, figure)
    if change.points:
        amount = locale.say("figures.compared.points", size, number=locale.count(size))
    else:
        amount = locale.count(size) if counted else with_unit(locale, size, figure.unit)
    way = "more" if change.by > 0 else "fewer" if counted and not change.points else "less"
    share = "" if change.share is None else locale.say("quantity.percent", number=locale.digits(abs(change.share)))
    return locale.say(f"figures.compared.{way}", amount=amount, share=share, period=period)


_STARTS = (events.Commenced, events.Completed, events.OccurrenceHeld)


def _said(tale: Tale, figure: Figure) -> bool:
    """Whether the opening gave the very time that the figure covers, so that it need not be said again."""
    if figure.period is None or figure.basis is not Basis.COUNT:
        return False
    return any(r.effective == figure.period for r in tale.inside if isinstance(r.event, _STARTS))


def _tell_restatement(tale: Tale, item: Item) -> None:
    if not item.previous:
        return
    locale = tale.locale
    last = item.behind[-1].event
    reason = last.reason if isinstance(last, events.FigureRestated) else ""
    if corrections := item.behind[-1].corrected_by:
        reason = corrections[-1].event.why
    before, now = (
        locale.count(v) if v is not None else locale.say("quantity.not_recorded")
        for v in (item.previous[-1].value, item.figure.value)
    )
    text = locale.say(
        "figures.restated",
        name=measured_name(locale, item.figure),
        period=_in(tale, item.figure),
        before=before,
        now=now,
        reason=locale.grammar.small(reason.rstrip(". ")),
    )
    tale.tell(text, item.behind, "figure")
