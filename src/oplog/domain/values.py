"""Values that events of every kind carry: causes and figures."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Context, Decimal, InvalidOperation
from enum import Enum
from typing import Any

from attrs import field, frozen

from oplog.domain.when import When
from oplog.errors import InvalidValue


def number(value: Decimal | int | str) -> Decimal:
    """An exact, finite number. Raises `InvalidValue`; a float is refused because 0.1 is not one tenth."""
    if isinstance(value, (bool, float)):
        raise InvalidValue(f"{value!r} is not an exact number; give an int, a Decimal or a string")
    try:
        exact = Decimal(value)
    except (InvalidOperation, ValueError, TypeError):
        raise InvalidValue(f"{value!r} is not a number") from None
    if not exact.is_finite():
        raise InvalidValue(f"{value!r} is not a finite number")
    if abs(exact.adjusted()) > 30 or len(exact.as_tuple().digits) > 30:
        raise InvalidValue("a number of more than 30 digits")
    return exact


# Wide enough for the sum of any numbers that `number` accepts; the default context would round it.
_EXACT = Context(prec=100)


def add(numbers: Iterable[Decimal]) -> Decimal:
    """The exact sum; 0 of nothing."""
    total = Decimal(0)
    for value in numbers:
        total = _EXACT.add(total, value)
    return total


def require_text(name: str, value: str) -> None:
    """Raise `InvalidValue` when a text that must say something is empty or blank."""
    if not value.strip():
        raise InvalidValue(f"{name} must not be empty")


def _number_if_any(value: Decimal | int | str | None) -> Decimal | None:
    return None if value is None else number(value)


@frozen(hash=False)
class Plain:
    """A value of some field in its stored form, whatever the field's type: plain JSON data, numbers int or Decimal."""

    data: Any

    def __hash__(self) -> int:
        return hash(repr(self.data))

    def __str__(self) -> str:
        if isinstance(self.data, dict):
            return ", ".join(f"{key} {Plain(value)}" for key, value in self.data.items())
        if isinstance(self.data, list):
            return "; ".join(str(Plain(value)) for value in self.data)
        return str(self.data)


class CauseKind(Enum):
    """What sort of thing made it happen. The sort chooses the words: *because of*, *following*, *in response to*."""

    INCIDENT = "incident"
    DECISION = "decision"
    SHORTAGE = "shortage"
    CONCERN = "concern"
    INTELLIGENCE = "intelligence"
    REQUEST = "request"
    FEEDBACK = "feedback"
    WEATHER = "weather"
    OTHER = "other"


@frozen
class Cause:
    """What made something happen, as a value that other events can share. Causes with one `name` are one cause.

    `name` is a noun phrase as it reads in a sentence ("the London Bridge attack"); `when` is when the cause itself
    happened, None when it has no date of its own.
    """

    kind: CauseKind
    name: str = field()
    when: When | None = None

    @name.validator
    def _check(self, _attribute: object, value: str) -> None:
        require_text("name", value)


class Basis(Enum):
    """What a figure counts. Only counts of periods that do not overlap may ever be added."""

    COUNT = "count"
    RUNNING_TOTAL = "running total"
    ROLLING_YEAR = "rolling year"
    LEVEL = "level"


class Better(Enum):
    """Which way a figure is meant to go: a target is met by as much or more, or by as little or less.

    Of a figure that does not say, nobody can tell whether its target was met.
    """

    UNKNOWN = "unknown"
    HIGHER = "higher"
    LOWER = "lower"


@frozen
class Part:
    """One part of a figure's breakdown: `label` completes "of these, three were ..." or names the part."""

    label: str = field()
    value: Decimal = field(converter=number)

    @label.validator
    def _check(self, _attribute: object, value: str) -> None:
        require_text("label", value)


def require_sha256(name: str, value: str) -> None:
    """Raise `InvalidValue` when a text is not a SHA-256 as it is written."""
    if not re.fullmatch(r"[0-9a-f]{64}", value, re.ASCII):
        raise InvalidValue(f"{name} is not 64 hexadecimal digits in lower case, which a SHA-256 has")


def _is_sha256(_instance: object, attribute: Any, value: str) -> None:
    require_sha256(attribute.name, value)


def _says_something(_instance: object, attribute: Any, value: str) -> None:
    require_text(attribute.name, value)


@frozen
class Rendering:
    """A format that a report was published in ("markdown", "pdf"), and the SHA-256 (hex) of its bytes."""

    form: str = field(validator=_says_something)
    digest: str = field(validator=_is_sha256)


@frozen
class Fingerprint:
    """Of which part of the program it is, and the SHA-256 (hex) over that part's sources."""

    part: str = field(validator=_says_something)
    digest: str = field(validator=_is_sha256)


@frozen
class Figure:
    """A number with all that is needed to defend it.

    `measure` is what is counted, as a plural noun phrase ("taxis and private hire vehicles"), and `done` what was done
    to it, a participle phrase ("stop-checked"), None when the noun says it all.
    `value` is None for *not recorded*, which is not zero. `unit` is "count", a noun, or a unit such as "%", "£",
    "minutes". `period` is the time that the figure covers: for a running total since when ("2017-01/.."), for a level
    its date. None means the reporting period in which it was recorded, when the source says no more than that.
    `breakdown` lists parts. They add up to the value when `complete`, and to no more than it otherwise. `of` is the
    denominator, `target` the number aimed at; None when there is none. `better` says whether the target is to be
    reached ("higher", as of cases that were solved) or not to be exceeded ("lower", as of minutes to arrive); "unknown"
    says neither, and the target is then told without a verdict.
    """

    measure: str = field()
    value: Decimal | None = field(converter=_number_if_any)
    done: str | None = None
    unit: str = "count"
    period: When | None = None
    basis: Basis = Basis.COUNT
    breakdown: tuple[Part, ...] = ()
    complete: bool = True
    of: Decimal | None = field(default=None, converter=_number_if_any)
    target: Decimal | None = field(default=None, converter=_number_if_any)
    better: Better = Better.UNKNOWN

    @measure.validator
    def _check_measure(self, _attribute: object, value: str) -> None:
        require_text("measure", value)

    def __attrs_post_init__(self) -> None:
        require_text("unit", self.unit)
        if self.done is not None:
            require_text("done", self.done)
        if self.basis is Basis.RUNNING_TOTAL and (self.period is None or self.period.latest == self.period.earliest):
            raise InvalidValue(
                "a running total needs the date it runs from; expected a period such as 'since January 2017'"
            )
        if self.of is not None and self.value is not None and self.value > self.of:
            raise InvalidValue(f"{self.value} of {self.of}: a part cannot exceed its whole")
        total = add(part.value for part in self.breakdown)
        if self.breakdown and self.value is None:
            raise InvalidValue("a figure that was not recorded has no breakdown")
        if self.breakdown and self.value is not None:
            if self.complete and total != self.value:
                raise InvalidValue(
                    f"the breakdown adds up to {total}, not to {self.value}; mark it incomplete if parts are missing"
                )
            if total > self.value:
                raise InvalidValue(f"the breakdown adds up to {total}, which is more than {self.value}")

    @property
    def name(self) -> str:
        """What the figure counts, as a table names it."""
        return f"{self.measure} {self.done}" if self.done else self.measure

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes two records the same figure: name, basis and the days of its period, however that was written."""
        period = self.period
        days = "" if period is None else period.edtf if period.is_open else f"{period.earliest}/{period.latest}"
        return (self.name, days, self.basis.value)
