"""How what earlier releases stored is read: a step from each old form of an event to the next, and former names.

Both tables are checked when `oplog.store.forms` is loaded, which is before any log is opened;
docs/how-to/change-an-event.md shows how an event is changed. Old forms are never changed again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from attrs import frozen

from oplog.domain.values import Basis, Part
from oplog.domain.when import When


@frozen
class Upcaster:
    """One step, from a version of an event's form to the next.

    `form` is the content class as it was under that version: stored data are held against it first, as strictly as
    against a current one. `change` is a pure function from the data of that version, as a JSON object whose numbers are
    int or Decimal, to the data of the next.
    """

    form: type
    change: Callable[[dict[str, Any]], dict[str, Any]]


@frozen
class Figure1:
    """A figure before it said which way it is meant to go."""

    measure: str
    value: Decimal | None
    done: str | None = None
    unit: str = "count"
    period: When | None = None
    basis: Basis = Basis.COUNT
    breakdown: tuple[Part, ...] = ()
    complete: bool = True
    of: Decimal | None = None
    target: Decimal | None = None


@frozen(kw_only=True)
class Measured1:
    """A figure recorded, before figures said which way they are meant to go."""

    figure: Figure1


@frozen(kw_only=True)
class Remeasured1:
    """A figure restated, before figures said which way they are meant to go."""

    figure: Figure1
    reason: str


def _no_direction(data: dict[str, Any]) -> dict[str, Any]:
    """Nobody had been asked whether higher or lower is better."""
    return {**data, "figure": {**data["figure"], "better": "unknown"}}


_FIGURES = {"figure-recorded": Measured1, "figure-restated": Remeasured1}
_AGGREGATES = ("campaign", "deployment", "operation", "pilot")

UPCASTERS: Mapping[tuple[str, int], Upcaster] = MappingProxyType(
    {
        (f"{aggregate}.{name}", 1): Upcaster(form, _no_direction)
        for aggregate in _AGGREGATES
        for name, form in _FIGURES.items()
    }
)
"""By the name of an event and the version that the step leads away from, in the order of both."""

ALIASES: Mapping[str, str] = MappingProxyType({})
"""The former name of an event, and the name that followed it. A rename alone does not change the version."""
