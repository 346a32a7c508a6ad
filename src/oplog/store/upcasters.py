"""How what earlier releases stored is read: a step from each old form of an event to the next, and former names.

Both tables are checked when `oplog.store.forms` is loaded, which is before any log is opened. They are empty as long as
no event that was released has changed; docs/how-to/change-an-event.md shows how one is changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from attrs import frozen


@frozen
class Upcaster:
    """One step, from a version of an event's form to the next.

    `form` is the content class as it was under that version: stored data are held against it first, as strictly as
    against a current one. `change` is a pure function from the data of that version, as a JSON object whose numbers are
    int or Decimal, to the data of the next.
    """

    form: type
    change: Callable[[dict[str, Any]], dict[str, Any]]


UPCASTERS: Mapping[tuple[str, int], Upcaster] = MappingProxyType({})
"""By the name of an event and the version that the step leads away from, in the order of both."""

ALIASES: Mapping[str, str] = MappingProxyType({})
"""The former name of an event, and the name that followed it. A rename alone does not change the version."""
