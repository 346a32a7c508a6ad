"""One figure in words: its amount, its unit, what it is held against and what it is made of."""

from __future__ import annotations

from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from attrs import frozen

from oplog.domain.values import Basis, Better, Figure
from oplog.narrative.comparisons import against_target, share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oplog.narrative.locale import Locale
    from oplog.narrative.window import Windows

CURRENCIES = ("\N{POUND SIGN}", "\N{EURO SIGN}", "$")
SHORT = 3
"""A measure of no more words than this can stand at a level by itself: "staff vacancies stood at 12"."""
LONGEST_SIGN = 3
"""Units that are longer than this are words and not signs ("km")."""
MOST_PARTS = 6
LARGEST = 4
"""Of a figure that has more parts than the first, so many are told, the largest; the table of figures has them all."""
NUMBERS = ("count", "number")
"""Units that only count."""


@frozen
class Clause:
    """A clause about some figures; `there` says that it only states that there were so many."""

    text: str
    there: bool = False


def is_counted(locale: Locale, figure: Figure) -> bool:
    """Whether "so many of them" can be said.

    Not of a level, of what is measured, or of what begins with a number and has no participle.
    """
    unit, grammar = figure.unit.lower(), locale.grammar
    measured = unit in CURRENCIES or grammar.is_measured(unit, figure.measure)
    sayable = figure.done is not None or grammar.sayable(figure.measure)
    level = figure.basis is Basis.LEVEL and figure.done is None
    return not level and not measured and sayable and (figure.done is not None or not figure.measure[0].isdigit())


def amount(locale: Locale, figure: Figure, *, digits: bool = False) -> str:
    """So many of them: "seven arrests", "one arrest", "18 of 40 cases (45%)"; `digits` as in `Locale.count`."""
    value = figure.value if figure.value is not None else 0
    if figure.of is not None:
        rounded, sign = share(Decimal(value), figure.of)
        return locale.say(
            "amount.share",
            number=locale.count(value, digits=digits or locale.in_digits([value, figure.of])),
            of=locale.count(figure.of, digits=digits or locale.in_digits([value, figure.of])),
            things=figure.measure,
            share=percent(locale, rounded, sign),
        )
    number = locale.count(value, digits=digits and value != 0)
    told = locale.say("amount.plain", number=number, things=things(locale, figure))
    if number[:1].isdigit() and figure.measure[0].isdigit():
        return locale.say("figures.series.total", amount=told)
    return told


def _in_digits(locale: Locale, figure: Figure, beside: Sequence[Figure]) -> bool:
    """Whether what a figure counts is told in digits, with its target and with like things in the sentence."""
    like = [f for f in beside if f.measure == figure.measure or (f.done is not None and f.done == figure.done)]
    counted = [f for f in like if is_counted(locale, f)]
    return locale.in_digits(n for f in counted for n in (f.value, f.of, f.target) if n)


def is_done_by(locale: Locale, figure: Figure) -> bool:
    """Whether it counts what had been done by a day: a level with a participle."""
    level = figure.basis is Basis.LEVEL and is_counted(locale, figure)
    return level and figure.done is not None and locale.grammar.is_deed(figure.done)


def percent(locale: Locale, number: int, sign: str) -> str:
    """A share in words: "45%", "less than 1%", "more than 99%"; what `comparisons.share` gives."""
    said = locale.say("quantity.percent", number=locale.digits(number))
    return said if not sign else locale.say("quantity.less" if sign == "<" else "quantity.more", share=said)


def things(locale: Locale, figure: Figure) -> str:
    """What is counted, in the number of its value: "arrests", "arrest"."""
    return locale.grammar.singular(figure.measure) if figure.value == 1 else figure.measure


def with_unit(locale: Locale, value: Decimal, unit: str, *, spelt: bool = False) -> str:
    """A value with its unit: "87%", "£12,500", "12 minutes", "40"; `spelt` for a word beside a unit that is one."""
    number = locale.digits(value)
    if unit in CURRENCIES:
        return locale.say("quantity.money", currency=unit, number=number)
    if unit == "%":
        return locale.say("quantity.percent", number=number)
    if unit in NUMBERS:
        return number
    if spelt and len(unit) > LONGEST_SIGN:
        number = locale.count(value)
    return locale.say("quantity.unit", number=number, unit=locale.grammar.singular(unit) if value == 1 else unit)


def quantity(locale: Locale, figure: Figure) -> str:
    """The value of a figure with its unit; "not recorded" for None."""
    if figure.value is None:
        return locale.say("quantity.not_recorded")
    return with_unit(locale, figure.value, figure.unit, spelt=True)


def clauses(windows: Windows, figures: Sequence[Figure], *, alone: bool, perfect: bool) -> list[Clause]:
    """The figures of one period as clauses; neighbours with one participle share it.

    `alone` says that nothing stands before the first one, which then must not begin with digits; `perfect` that the
    period is still open.
    """
    locale = windows.locale
    told: list[Clause] = []
    last: str | None = None
    for kind, members in groupby(figures, key=lambda figure: _kind(locale, figure)):
        participle, counted, missing, _ = kind
        group = list(members)
        if missing:
            told.append(Clause(_not_recorded(locale, group)))
        elif not counted:
            told.extend(Clause(_measured(windows, f)) for f in group)
        else:
            digits = _in_digits(locale, group[0], figures)
            amounts = locale.listed([amount(locale, f, digits=digits) for f in group])
            if participle and len(group) == 1 and group[0].measure == last and group[0].of is None:
                amounts = locale.count(group[0].value or 0, digits=digits or not group[0].value)
            last = group[0].measure if len(group) == 1 else None
            number = group[0].value if len(group) == 1 and group[0].value is not None else 2
            slots = {"amounts": amounts, "target": _target(windows, group[0], digits=digits)}
            if participle:
                key = "figures.done_so_far" if perfect else "figures.done"
                if is_done_by(locale, group[0]):
                    key = "figures.done_by"
                told.append(Clause(locale.say(key, number, done=participle, **slots)))
            else:
                key = "figures.there_so_far" if perfect else "figures.there"
                told.append(Clause(locale.say(key, number, **slots), there=True))
    if alone and told and told[0].text[:1].isdigit():
        told[0] = Clause(locale.say("figures.total", clause=told[0].text))
    return told


def _kind(locale: Locale, figure: Figure) -> tuple[str | None, bool, bool, str | None]:
    """What neighbours must have in common to share a clause; a figure with a target has one of its own."""
    own = figure.name if figure.target is not None else None
    return (figure.done, is_counted(locale, figure), figure.value is None, own)


def measured_name(locale: Locale, figure: Figure) -> str:
    """The figure as the subject of a sentence: "the number of arrests", "the average response time"."""
    return locale.say("figures.number_of" if is_counted(locale, figure) else "figures.the", name=figure.name)


def _not_recorded(locale: Locale, figures: Sequence[Figure]) -> str:
    names = locale.listed([measured_name(locale, figure) for figure in figures])
    return locale.say("figures.not_recorded", len(figures), names=names)


def _measured(windows: Windows, figure: Figure) -> str:
    locale = windows.locale
    slots = {
        "quantity": quantity(locale, figure),
        "of": with_unit(locale, figure.of, figure.unit, spelt=True) if figure.of is not None else "",
        "target": _target(windows, figure),
    }
    plural = locale.grammar.is_plural(figure.measure)
    if figure.value is not None and figure.done and figure.basis is not Basis.LEVEL:
        if figure.unit in CURRENCIES:
            return locale.say("figures.money", measure=figure.measure, done=figure.done, **slots)
        if figure.unit == "%" and plural:
            return locale.say("figures.percent", measure=figure.measure, done=figure.done, **slots)
    name = locale.grammar.measure(figure.measure, figure.name)
    plain = name == figure.name and figure.unit in NUMBERS
    if figure.basis is Basis.LEVEL and plain and len(figure.name.split()) > SHORT:
        name = locale.say("figures.number_of", name=figure.name)
    if figure.basis is Basis.LEVEL:
        return locale.say("figures.level", name=name, **slots)
    if figure.unit in NUMBERS:
        return locale.say("figures.numbered", name=name, **slots)
    if figure.unit == "%" and plural and name == figure.name:
        return locale.say("figures.was", 1, name=locale.say("figures.share_of", name=name), **slots)
    return locale.say("figures.was", 2 if plural else 1, name=name, **slots)


def _target(windows: Windows, figure: Figure, *, digits: bool = False) -> str:
    """The target, and whether it was met where somebody said which way is better."""
    if figure.target is None:
        return ""
    locale, lower = windows.locale, figure.better is Better.LOWER
    target = _plain(locale, figure, figure.target, digits=digits)
    if lower:
        target = locale.say("figures.targets.at_most", target=target)
    standing = against_target(figure, windows.allowance, windows.today)
    if standing is None:
        return target
    word = "kept" if lower and standing[0] == "open" else standing[0]
    if word not in ("near", "missed"):
        return locale.say(f"figures.targets.{word}", target=target)
    by = abs((figure.value or Decimal(0)) - figure.target)
    points = figure.unit == "%"
    gap = locale.say("figures.compared.points", by, number=locale.count(by)) if points else ""
    return locale.say(f"figures.targets.{word}", target=target, by=gap or _plain(locale, figure, by, digits=False))


def _plain(locale: Locale, figure: Figure, value: Decimal, *, digits: bool) -> str:
    """A value in the unit of a figure, without its measure."""
    if is_counted(locale, figure):
        return locale.count(value, digits=digits or not value)
    return with_unit(locale, value, figure.unit, spelt=True)


def breakdown(locale: Locale, figure: Figure, *, alone: bool) -> str:
    """What a figure is made of, "" when it has no parts; `alone` says that the sentence before told no other figure."""
    if not figure.breakdown:
        return ""
    say, grammar = locale.say, locale.grammar
    largest = sorted(figure.breakdown, key=lambda part: -part.value)[:LARGEST]
    shown = figure.breakdown if len(figure.breakdown) <= MOST_PARTS else largest
    first = shown[0]
    # One arrest is no adjective, though "arrest" is no plural either.
    phrased = grammar.completes(next((p.label for p in figure.breakdown if p.value != 1), first.label))
    told = []
    values = [part.value for part in shown]
    digits = locale.in_digits(values if alone else [*values, figure.value or 0])
    for n, part in enumerate(shown):
        number = locale.count(part.value, digits=digits)
        if grammar.is_rest(part.label):
            told.append(say(f"figures.breakdown.{'others' if phrased else 'other'}", part.value, number=number))
        elif phrased and n == 0:
            told.append(say("figures.breakdown.first", part.value, number=number, label=part.label))
        elif phrased:
            label = grammar.without_verb(part.label, first.label)
            told.append(say("figures.breakdown.part", number=number, label=label))
        else:
            label = grammar.singular(part.label) if part.value == 1 else part.label
            told.append(say("figures.breakdown.part", number=number, label=label))
    parts = locale.listed(told)
    verb = "comprised" if figure.complete and shown is figure.breakdown else "included"
    if alone:
        return say("figures.breakdown.of_these" if phrased else f"figures.breakdown.these_{verb}", parts=parts)
    name = figure.measure if phrased else figure.name
    whole = say("figures.breakdown.whole", number=locale.count(figure.value or 0, digits=digits), name=name)
    joint = "figures.breakdown.of_whole" if phrased else f"figures.breakdown.whole_{verb}"
    return say(joint, whole=whole, parts=parts)
