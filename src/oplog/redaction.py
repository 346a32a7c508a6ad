"""What an event says without some of its fields: as if they had said nothing, or nothing at all of the event.

A field whose default is to say nothing (a cause, a list of partners) is emptied. A field that always says something (a
title, the number of occurrences, the unit of a figure) cannot be: what holds it goes with it, up to the whole event.
"""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints

import attrs

from oplog.domain.events import OF_EVENTS
from oplog.domain.values import Figure, Plain
from oplog.errors import InvalidValue, Undecodable
from oplog.store.wire import dump, from_wire, load, to_wire

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from oplog.recorded import Recorded

SOURCE = "source"
"""What can be marked beside the content of an event. When it was so cannot: that decides on where it stands."""
WHOLE = ""
"""The path of the whole event."""

# What makes two records the same figure: without it, one figure would be taken for another.
_IDENTIFIES = {(Figure, "period"), (Figure, "done")}


def check_marked(name: str, event: Any, paths: Iterable[str]) -> None:
    """Raise `InvalidValue` for a path that is no field of the event that can be marked; `name` is the event's."""
    for path in paths:
        if isinstance(event, OF_EVENTS):
            raise InvalidValue(f"field field_markings: {name} concerns another event; it can only be marked as a whole")
        if path == SOURCE:
            continue
        try:
            hidden_with(type(event), path)
        except InvalidValue:
            fields = ", ".join([*(f.name for f in attrs.fields(type(event))), SOURCE])
            raise InvalidValue(
                f"field field_markings: {name} has no field {path!r}; expected one of {fields}"
            ) from None


def hidden_with(cls: type, path: str) -> str:
    """The path of what is left out when a field of a class is hidden: its own, that of what holds it, or `WHOLE`.

    Raises `InvalidValue` where the class has no such field.
    """
    steps = path.split(".")
    kind: Any = cls
    goes = 0
    for n, step in enumerate(steps):
        bare = _bare(kind)
        if get_origin(bare) is tuple:
            if not (step.isascii() and step.isdecimal() and str(int(step)) == step):
                raise InvalidValue(f"{step!r} is no number of an item")
            kind, goes = get_args(bare)[0], n + 1
        elif isinstance(bare, type) and attrs.has(bare) and step in attrs.fields_dict(bare):
            if attrs.fields_dict(bare)[step].default in (None, ()) and (bare, step) not in _IDENTIFIES:
                goes = n + 1
            kind = get_type_hints(bare)[step]
        else:
            raise InvalidValue(f"there is no field {step!r}")
    return ".".join(steps[:goes])


def without(recorded: Recorded, paths: Iterable[str]) -> Recorded | None:
    """The event without what stands at these paths (as `hidden_with` gives them); None where nothing is left of it."""
    paths = set(paths)
    if WHOLE in paths:
        return None
    if SOURCE in paths:
        recorded = attrs.evolve(recorded, source=None)
        paths.remove(SOURCE)
    if not paths:
        return recorded
    data = load(dump(to_wire(recorded.event)))
    _take_all(data, paths)
    try:
        return attrs.evolve(recorded, event=from_wire(type(recorded.event), data))
    except Undecodable:
        return None


def plain_without(value: Plain | None, at: str, paths: Iterable[str]) -> Plain | None:
    """The value of the field `at` of an event without what stands at these paths below it."""
    if value is None:
        return None
    data = load(dump({"data": value.data}))
    _take_all(data, {f"data{path.removeprefix(at)}" for path in paths})
    return Plain(data["data"])


def overlaps(one: str, other: str) -> bool:
    """Whether one path is the other, or lies within it."""
    return one == other or within(one, other) or within(other, one)


def within(inner: str, outer: str) -> bool:
    """Whether a path lies within another, which is not itself."""
    return outer == WHOLE != inner or inner.startswith(f"{outer}.")


def list_of(path: str) -> str | None:
    """The path of the outermost list that a path names an item of; None when it names none."""
    steps = path.split(".")
    number = next((n for n, step in enumerate(steps) if step.isdecimal()), None)
    return None if number is None else ".".join(steps[:number])


def _bare(hint: Any) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        return next(arg for arg in get_args(hint) if arg is not type(None))
    return hint


def _take_all(data: Any, paths: Iterable[str]) -> None:
    # The last items of a list first, so that the numbers of the others stay what they are.
    for path in sorted(paths, key=lambda p: [(len(s), s) for s in p.split(".")], reverse=True):
        *outer, last = path.split(".")
        holders = [data]
        for step in outer:
            inner = holders[-1]
            found = inner.get(step) if isinstance(inner, dict) else _item(inner, step)
            if not isinstance(found, (dict, list)):
                break
            holders.append(found)
        else:
            _take(holders, outer, last)


def _item(inner: list[Any], step: str) -> Any:
    return inner[int(step)] if int(step) < len(inner) else None


def _take(holders: Sequence[Any], outer: Sequence[str], last: str) -> None:
    inner = holders[-1]
    if isinstance(inner, dict):
        inner.pop(last, None)
    elif int(last) < len(inner):
        del inner[int(last)]
    # Without some of its parts a breakdown does not add up, and says so; without any it says nothing.
    if last == "breakdown":
        inner["complete"] = True
    elif outer and outer[-1] == "breakdown":
        figure = holders[-2]
        figure["complete"] = not inner
        if not inner:
            del figure["breakdown"]
