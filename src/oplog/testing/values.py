"""Hypothesis strategies for everything that events carry, made by looking at the classes themselves.

`instances(cls)` reads the fields and type hints of an attrs class, so that a new event or command is covered as soon as
it is registered. Only values with inner rules (a breakdown that adds up) are written out, in `WRITTEN`.
"""

from __future__ import annotations

import types
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from unicodedata import normalize

import attrs
from hypothesis import reject
from hypothesis import strategies as st

from oplog.domain.markings import FieldMarkings
from oplog.domain.recurrence import Recurrence, Term
from oplog.domain.values import Basis, Better, Cause, CauseKind, Figure, Part, Plain
from oplog.domain.when import When
from oplog.errors import InvalidValue

# Few words, so that partners and figures meet each other, and any text, so that no character is left out.
_ANY_TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=20
).filter(str.strip)
words = st.sampled_from(["City Bridge Trust", "stalls", "stop-checked", "première", "public"]) | _ANY_TEXT.map(
    lambda text: normalize("NFC", text)
)

dates = st.dates(date(1900, 1, 1), date(2100, 12, 31))
_numbers = st.integers(0, 10**12).map(Decimal) | st.decimals(0, 10**9, places=2)


def _point(day: date, form: int, mark: str) -> str:
    season = (*range(21, 25), *range(33, 37))[day.day % 8]
    return (f"{day:%Y}", f"{day:%Y-%m}", f"{day:%Y-%m-%d}", f"{day:%Y}-{season}")[form] + mark


_points = st.builds(_point, dates, st.integers(0, 3), st.sampled_from(["", "", "~", "?", "%"]))
_weeks = dates.map(lambda day: f"{day}/{day + timedelta(days=6)}")


def _interval(one: str, other: str) -> str:
    # Ends of different precision may not follow each other; their years do.
    first, last = sorted((one, other))
    try:
        return When(f"{first}/{last}").edtf
    except InvalidValue:
        return f"{first[:4]}/{last[:4]}"


edtf = st.one_of(
    _points, _weeks, st.builds(_interval, _points, _points), _points.map("../{}".format), _points.map("{}/..".format)
)
whens = st.builds(When, edtf, st.none() | words)

terms = st.sampled_from(["P1D", "P2W", "P3M", "P6M", "P1Y6M", "PT24H", "P1DT2H30M"]).map(Term)

_rules = st.sampled_from(
    [
        "FREQ=DAILY",
        "FREQ=WEEKLY;BYDAY=WE,TH,FR,SA",
        "FREQ=WEEKLY;INTERVAL=2",
        "FREQ=MONTHLY;BYDAY=-1FR",
        "FREQ=DAILY;COUNT=3",
    ]
)
_hours = st.none() | st.tuples(st.integers(0, 23), st.integers(0, 59), st.integers(0, 23), st.integers(0, 59))
_zones = st.sampled_from(["Europe/London", "UTC", "America/New_York"])


def _recurrence(rule: str, hours: tuple[int, int, int, int] | None, zone: str) -> Recurrence:
    if hours is None:
        return Recurrence(rule, timezone=zone)
    return Recurrence(rule, f"{hours[0]:02d}:{hours[1]:02d}", f"{hours[2]:02d}:{hours[3]:02d}", zone)


recurrences = st.builds(_recurrence, _rules, _hours, _zones)


@st.composite
def figures(draw: st.DrawFn) -> Figure:
    """Draw a figure that keeps its own rules: a breakdown that adds up, a start for a running total."""
    values = draw(st.lists(_numbers, max_size=3))
    parts = tuple(Part(label, value) for label, value in zip("abc", values, strict=False))
    total = sum(values, Decimal(0))
    complete = draw(st.booleans())
    extra = Decimal(0) if parts and complete else draw(_numbers)
    value = total + extra if parts else draw(st.none() | _numbers)
    basis = draw(st.sampled_from(Basis))
    since = dates.map(lambda day: When(f"{day}/.."))
    return Figure(
        draw(words),
        value,
        done=draw(st.none() | words),
        unit=draw(st.sampled_from(["count", "%", "£", "minutes"])),
        period=draw(since if basis is Basis.RUNNING_TOTAL else st.none() | whens),
        basis=basis,
        breakdown=parts,
        complete=complete,
        of=draw(st.none() | _numbers.map(lambda n: n + (value or 0))),
        target=draw(st.none() | _numbers),
        better=draw(st.sampled_from(Better)),
    )


causes = st.builds(Cause, st.sampled_from(CauseKind), words, st.none() | whens)

WRITTEN: dict[Any, st.SearchStrategy[Any]] = {
    str: words,
    int: st.integers(0, 50),
    bool: st.booleans(),
    Decimal: _numbers,
    When: whens,
    Term: terms,
    Recurrence: recurrences,
    Figure: figures(),
    Cause: causes,
    FieldMarkings: st.dictionaries(st.sampled_from(["source", "cause", "partners"]), words, min_size=1).map(
        FieldMarkings
    ),
    Plain: st.recursive(
        st.booleans() | st.integers(-(10**9), 10**9) | words,
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(words, inner, max_size=2),
        max_leaves=4,
    ).map(Plain),
}


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a type hint; fails for a type that nobody has said how to make."""
    if hint in WRITTEN:
        return WRITTEN[hint]
    if hint is type(None):
        return st.none()
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return st.one_of(*(values(arg) for arg in get_args(hint)))
    if origin is Literal:
        return st.sampled_from(get_args(hint))
    if origin is tuple:
        return st.lists(values(get_args(hint)[0]), max_size=3).map(tuple)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    if isinstance(hint, type) and attrs.has(hint):
        return instances(hint)
    raise TypeError(f"no strategy for {hint}; add one to WRITTEN")


@st.composite
def instances(draw: st.DrawFn, cls: type) -> Any:
    """Draw an instance of an attrs class, each field from its type hint."""
    hints = get_type_hints(cls)
    for _ in range(10):
        with suppress(InvalidValue):
            return cls(**{field.name: draw(values(hints[field.name])) for field in attrs.fields(cls)})
    return reject()
