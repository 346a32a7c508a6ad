"""The forms of events as part of what a view is made with: those that a fold reads, and no others.

A form is a class with what it is made of, its versions, and the steps from the older ones. Where these stand in a file
with others, they are taken out of it and looked at one by one, so that a new form of an event retires the views that
read it alone.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any

from oplog.definitions import text_with
from oplog.domain.activity import PLACED_BY
from oplog.domain.aggregates import DECIDERS
from oplog.store.forms import FORMS
from oplog.store.wire import dump

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from oplog.store.forms import Forms

_FORMS_ALONE = ("oplog.domain.content", "oplog.domain.events", "oplog.store.upcasters")
"""Modules that hold nothing but forms."""
_TABLE = "EVENTS"
"""What the table of its events is called in the module of each aggregate."""


@cache
def defined_apart() -> Mapping[str, Collection[str] | None]:
    """The definitions of forms by module, as `sources_of` takes them; None where a module has nothing else."""
    found: dict[str, set[str]] = defaultdict(set)
    for decider in DECIDERS.values():
        found[decider.decide.__module__].add(_TABLE)
        for cls, _ in decider.events.values():
            found[cls.__module__].add(cls.__name__)
    return {**found, **dict.fromkeys(_FORMS_ALONE)}


def forms_read(reads: Collection[type] | None, forms: Forms = FORMS) -> dict[str, str]:
    """SHA-256 (hex) of the form of each of these events, of all for None, and of those that place others in a life.

    They are named by their classes, as "oplog/domain/events.py: Planned".
    """
    wanted = None if reads is None else {*reads, *PLACED_BY}
    names: dict[type, list[str]] = defaultdict(list)
    for name, (cls, _) in forms.current.items():
        if wanted is None or cls in wanted:
            names[cls].append(name)
    return dict(sorted((_label(cls), _digest(cls, own, forms)) for cls, own in names.items()))


def _label(cls: type) -> str:
    return f"{cls.__module__.replace('.', '/')}.py: {cls.__name__}"


def _digest(cls: type, names: list[str], forms: Forms) -> str:
    """Of the class and its versions, and of each step from an older one."""
    made: list[Any] = [_text(cls)]
    for name in sorted(names):
        made.append([name, forms.current[name][1]])
        for (of, version), step in sorted(forms.upcasters.items(), key=lambda item: item[0]):
            if of == name:
                change = text_with(step.change.__module__, [step.change.__name__]).decode()
                made.append([version, _text(step.form), step.change.__qualname__, change])
    return hashlib.sha256(dump({"form": made})).hexdigest()


def _text(cls: type) -> list[str]:
    return [text_with(base.__module__, [base.__name__]).decode() for base in cls.__mro__ if base is not object]
