"""One figure in words: its amount, its unit, what it is held against and what it is made of."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from oplog.domain.values import Basis, Figure
from oplog.narrative.comparisons import share
from oplog.narrative.english.lexicon import LABEL_WORDS, MEASURED, MEASURES_WITH_THE
from oplog.narrative.english.nouns import head, is_plural, singular
from oplog.narrative.english.numbers import count, digits, listed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

CURRENCIES = ("\N{POUND SIGN}", "\N{EURO SIGN}", "$")


def is_counted(figure: Figure) -> bool:
    """Whether "so many of them" can be said: not of a level, of what is measured, or of what begins with a number."""
    unit = figure.unit.lower()
    measured = unit in CURRENCIES or (unit.split()[0] in MEASURED and unit not in figure.measure.lower().split())
    sayable = figure.done is not None or is_plural(figure.measure)
    level = figure.basis is Basis.LEVEL and figure.done is None
    return not level and not measured and sayable and not figure.measure[0].isdigit()


def amount(figure: Figure) -> str:
    """So many of them: "seven arrests", "one arrest", "18 of 40 cases (45%)"."""
    value = figure.value if figure.value is not None else 0
    if figure.of is not None:
        number, sign = share(value, figure.of)
        about = {"": "", "<": "less than ", ">": "more than "}[sign]
        return f"{count(value)} of {count(figure.of)} {figure.measure} ({about}{number}%)"
    return f"{count(value)} {singular(figure.measure) if value == 1 else figure.measure}"


def with_unit(value: Decimal, unit: str) -> str:
    """A value in digits with its unit: "87%", "£12,500", "12 minutes", "40"."""
    if unit in CURRENCIES:
        return f"{unit}{digits(value)}"
    if unit == "%":
        return f"{digits(value)}%"
    if unit in ("count", "number"):
        return digits(value)
    return f"{digits(value)} {singular(unit) if value == 1 else unit}"


def quantity(figure: Figure) -> str:
    """The value of a figure with its unit; "not recorded" for None."""
    return "not recorded" if figure.value is None else with_unit(figure.value, figure.unit)


def named(figure: Figure) -> str:
    """What is measured, with "the" where speech has it: "the average response time", "victim satisfaction"."""
    words = figure.measure.lower().split()
    the = "the " if MEASURES_WITH_THE & {words[0], head(figure.measure).lower()} else ""
    return the + figure.name


def clauses(figures: Sequence[Figure], *, alone: bool, perfect: bool) -> list[str]:
    """The figures of one period as clauses; neighbours with one participle share it.

    `alone` says that nothing stands before the first one, which then must not begin with digits; `perfect` that the
    period is still open.
    """
    told: list[str] = []
    last: str | None = None
    for kind, members in groupby(figures, key=_kind):
        participle, counted, missing, _ = kind
        group = list(members)
        if missing:
            told.append(_not_recorded(group))
        elif not counted:
            told.extend(_measured(f) for f in group)
        else:
            many = len(group) > 1 or group[0].value != 1
            be = ("have been" if many else "has been") if perfect else ("were" if many else "was")
            amounts = listed([amount(f) for f in group])
            if participle and len(group) == 1 and group[0].measure == last and group[0].of is None:
                amounts = count(group[0].value or 0)
            last = group[0].measure if len(group) == 1 else None
            told.append(
                (f"{amounts} {be} {participle}" if participle else f"there {be} {amounts}") + _against(group[0])
            )
    if alone and told and told[0][:1].isdigit():
        told[0] = f"a total of {told[0]}"
    return told


def _kind(figure: Figure) -> tuple[str | None, bool, bool, str | None]:
    """What neighbours must have in common to share a clause; a figure with a target has one of its own."""
    return (figure.done, is_counted(figure), figure.value is None, figure.name if figure.target is not None else None)


def _not_recorded(figures: Sequence[Figure]) -> str:
    names = [f"the number of {f.name}" if is_counted(f) else f"the {f.name}" for f in figures]
    return f"{listed(names)} {'was' if len(figures) == 1 else 'were'} not recorded"


def _measured(figure: Figure) -> str:
    if figure.value is not None and figure.done and figure.basis is not Basis.LEVEL:
        if figure.unit in CURRENCIES:
            of = f" of {with_unit(figure.of, figure.unit)}" if figure.of is not None else ""
            return f"{quantity(figure)}{of} in {figure.measure} was {figure.done}{_against(figure)}"
        if figure.unit == "%" and is_plural(figure.measure):
            return f"{quantity(figure)} of {figure.measure} were {figure.done}{_against(figure)}"
    of = f" of {with_unit(figure.of, figure.unit)}" if figure.of is not None else ""
    if figure.basis is Basis.LEVEL:
        be = "stood at"
    elif figure.unit in ("count", "number"):
        be = "numbered"
    else:
        be = "were" if is_plural(figure.measure) else "was"
    return f"{named(figure)} {be} {quantity(figure)}{of}{_against(figure)}"


def _against(figure: Figure) -> str:
    if figure.target is None:
        return ""
    unit = "count" if is_counted(figure) else figure.unit
    return f", against a target of {with_unit(figure.target, unit)}"


def breakdown(figure: Figure, *, alone: bool) -> str:
    """What a figure is made of, "" when it has no parts; `alone` says that the sentence before told no other figure."""
    if not figure.breakdown:
        return ""
    phrased = _completes(figure.breakdown[0].label)
    whole = f"{count(figure.value or 0)} {figure.name}"
    parts = []
    for n, part in enumerate(figure.breakdown):
        be = ("was " if part.value == 1 else "were ") if phrased and n == 0 else ""
        label = part.label
        first, _, rest = label.partition(" ")
        if n and phrased and first.endswith("ed") and figure.breakdown[0].label.startswith(f"{first} "):
            label = rest
        one = singular(label) if part.value == 1 and not phrased else label
        parts.append(f"{count(part.value)} {be}{one}")
    if phrased:
        return f"{'Of these' if alone else f'Of the {whole}'}, {listed(parts)}"
    verb = "comprised" if figure.complete else "included"
    return f"{'These' if alone else f'The {whole}'} {verb} {listed(parts)}"


def _completes(label: str) -> bool:
    first = label.split(maxsplit=1)[0].lower()
    return first.endswith("ed") or first in LABEL_WORDS
