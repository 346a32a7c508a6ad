"""Figures in sentences: those of one stream and one period together, each with what makes it defensible."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from attrs import frozen

from oplog.domain import events
from oplog.domain.values import Basis, Figure
from oplog.narrative.english.lexicon import MEASURES_WITH_THE
from oplog.narrative.english.nouns import capital, head, is_plural, singular
from oplog.narrative.english.numbers import count, digits, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oplog.narrative.tale import Tale
    from oplog.recorded import Recorded

CURRENCIES = ("\N{POUND SIGN}", "\N{EURO SIGN}", "$")
MEASURED = frozenset(
    [
        "%",
        "cm",
        "days",
        "days'",
        "euros",
        "grams",
        "hectares",
        "hours",
        "kg",
        "kilograms",
        "kilometres",
        "km",
        "litres",
        "metres",
        "miles",
        "minutes",
        "months",
        "mph",
        "per",
        "pounds",
        "points",
        "seconds",
        "tonnes",
        "weeks",
        "years",
    ]
)
"""Units that are measured, not counted."""
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
        found[figure.key] = Item(figure, previous, (*(old.behind if old else ()), recorded))
        if tale.windows.tells(figure, recorded):
            told.add(figure.key)
    return [item for key, item in found.items() if key in told]


def tell_figures(tale: Tale) -> None:
    """Tell the figures of a stream, grouped by period and basis, a few in a sentence."""
    items = figures_of(tale)
    order = {item.figure.key[1:]: n for n, item in reversed(list(enumerate(items)))}
    items.sort(key=lambda item: order[item.figure.key[1:]])
    for _, members in groupby(items, key=lambda item: item.figure.key[1:]):
        batch = list(members)
        sentences = -(-len(batch) // MOST)
        size = -(-len(batch) // sentences)
        for start in range(0, len(batch), size):
            _tell(tale, batch[start : start + size], first=start == 0)


def _tell(tale: Tale, items: Sequence[Item], *, first: bool) -> None:
    sample = items[0].figure
    period = tale.windows.dates.period(sample.period, sample.basis)
    if not first or _said(tale, sample):
        period = ""
    perfect = sample.period is not None and sample.period.span.end is None
    clauses = _clauses([item.figure for item in items], alone=not period, perfect=perfect)
    body = ", and ".join(clauses) if len(clauses) == 2 and clauses[0].startswith("there ") else listed(clauses)
    text = f"{capital(period)}, {body}" if period else body
    tale.tell(text, [r for item in items for r in item.behind], "figure")
    for item in items:
        _tell_breakdown(tale, item)
        _tell_restatement(tale, item)


def _said(tale: Tale, figure: Figure) -> bool:
    """Whether the opening gave the very day that the figure covers, so that it need not be said again."""
    day = figure.period
    return (
        day is not None
        and figure.basis is Basis.COUNT
        and any(
            r.effective == day
            for r in tale.inside
            if r.name.split(".")[1] in {"commenced", "completed", "occurrence-held"}
        )
    )


def _clauses(figures: Sequence[Figure], *, alone: bool, perfect: bool) -> list[str]:
    clauses: list[str] = []
    for done, members in groupby(figures, key=lambda f: (f.done, _is_counted(f), f.value is None)):
        group = list(members)
        participle, counted, missing = done
        if missing:
            named = listed([f"the number of {f.name}" for f in group])
            clauses.append(f"{named} {'was' if len(group) == 1 else 'were'} not recorded")
        elif not counted:
            clauses.extend(_level(f) for f in group)
        else:
            nouns = [_amount(f) for f in group]
            many = len(group) > 1 or group[0].value != 1
            be = ("have been" if many else "has been") if perfect else ("were" if many else "was")
            if participle:
                clauses.append(f"{listed(nouns)} {be} {participle}{_against(group)}")
            else:
                clauses.append(f"there {be} {listed(nouns)}{_against(group)}")
    if alone and clauses and clauses[0][:1].isdigit():
        clauses[0] = f"a total of {clauses[0]}"
    return clauses


def _is_counted(figure: Figure) -> bool:
    """Whether "so many of them" can be said: not of a level or of what is measured."""
    unit = figure.unit.lower()
    measured = unit in CURRENCIES or unit.split()[0] in MEASURED
    return figure.basis is not Basis.LEVEL and not measured and (figure.done is not None or is_plural(figure.measure))


def _amount(figure: Figure) -> str:
    value = figure.value if figure.value is not None else 0
    measure = singular(figure.measure) if value == 1 else figure.measure
    if figure.of is not None:
        share = round(100 * value / figure.of) if figure.of else 0
        return f"{count(value)} of {count(figure.of)} {figure.measure} ({share} per cent)"
    return f"{count(value)} {measure}"


def quantity(figure: Figure) -> str:
    """The value with its unit, for a level and for tables: "87%", "£12,500", "12 minutes"; "not recorded" for None."""
    if figure.value is None:
        return "not recorded"
    number = digits(figure.value)
    if figure.unit in CURRENCIES:
        return f"{figure.unit}{number}"
    if figure.unit == "%":
        return f"{number}%"
    return number if figure.unit in ("count", "number") else f"{number} {figure.unit}"


def _level(figure: Figure) -> str:
    words = figure.measure.lower().split()
    the = "the " if MEASURES_WITH_THE & {words[0], head(figure.measure).lower()} else ""
    of = f" of {digits(figure.of)}" if figure.of is not None else ""
    be = "stood at" if figure.basis is Basis.LEVEL else ("were" if is_plural(figure.measure) else "was")
    return f"{the}{figure.name} {be} {quantity(figure)}{of}{_against([figure])}"


def _against(figures: Sequence[Figure]) -> str:
    targets = [f for f in figures if f.target is not None]
    if not targets:
        return ""
    if len(figures) == 1 and figures[0].target is not None:
        unit = "%" if figures[0].unit == "%" else ""
        return f", against a target of {digits(figures[0].target)}{unit}"
    named = [f"{count(f.target)} for {f.measure}" for f in targets if f.target is not None]
    return f", against {'a target' if len(named) == 1 else 'targets'} of {listed(named)}"


def _tell_breakdown(tale: Tale, item: Item) -> None:
    figure = item.figure
    if not figure.breakdown:
        return
    parts = []
    for n, part in enumerate(figure.breakdown):
        be = ("was " if part.value == 1 else "were ") if n == 0 and _is_phrase(part.label) else ""
        parts.append(f"{count(part.value)} {be}{part.label}")
    tale.tell(
        f"Of these, {listed(parts)}" if _is_phrase(figure.breakdown[0].label) else f"These comprised {listed(parts)}",
        item.behind,
        "figure",
    )


def _is_phrase(label: str) -> bool:
    """Whether a label completes "were ..." (a participle or preposition) rather than naming things."""
    first = label.split(maxsplit=1)[0].lower()
    return first.endswith("ed") or first in {
        "in",
        "for",
        "at",
        "on",
        "from",
        "by",
        "with",
        "against",
        "under",
        "of",
        "held",
        "made",
        "given",
        "taken",
        "due",
        "led",
    }


def _tell_restatement(tale: Tale, item: Item) -> None:
    if not item.previous:
        return
    last = item.behind[-1].event
    reason = last.reason.rstrip(". ") if isinstance(last, events.FigureRestated) else ""
    was = quantity(item.previous[-1])
    text = f"The number of {item.figure.name} was restated from {was} to {quantity(item.figure)}"
    tale.tell(f"{text} ({reason})" if reason else text, item.behind, "figure")
