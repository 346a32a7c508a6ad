"""Whether what one release recorded can be read by the next: their catalogues held against each other (ADR 10)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

Form = Mapping[str, Mapping[str, Any]]
"""The fields of an event or a value, by name, as `FieldEntry.as_json` gives them."""


def broken_promises(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, ...]:
    """What the forms `now` take back of the forms `before`, each in one line; none when nothing.

    Both are as `Catalogue.forms` gives them. An event that was released keeps its name, or the name becomes an alias of
    another; and every version of it that was released keeps its form: its fields, their types, whether they are
    required, and their defaults. Events, versions and the words of a choice may be added.
    """
    return tuple(_broken(before, now))


def _broken(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    present = {name: name for name in now["events"]}
    present |= {former: name for name, event in now["events"].items() for former in event.get("formerly", ())}
    for name, event in before["events"].items():
        for known in (name, *event.get("formerly", ())):
            if known not in present:
                yield f"{known} is gone; an event that was renamed needs an alias"
            elif present[known] != present.get(name, present[known]):
                yield f"{known} no longer leads to the event {name}"
        if name not in present:
            continue
        versions = now["events"][present[name]]["versions"]
        for version, form in event["versions"].items():
            if version not in versions:
                yield f"{name} of version {version} can no longer be read"
                continue
            for change in _changes(form, versions[version], before["values"], now["values"], ""):
                yield f"{name} of version {version}: {change}; another form needs another version"


def _changes(
    old: Form, new: Form, old_values: Mapping[str, Form], new_values: Mapping[str, Form], above: str
) -> Iterator[str]:
    """How two forms of one version differ; `above` is the path of the object that they are the fields of."""
    for name in (*old, *(name for name in new if name not in old)):
        path = f"{above}{name}"
        if name not in new:
            yield f"the field {path} is gone"
        elif name not in old:
            yield f"the field {path} is new"
        else:
            yield from _differences(old[name], new[name], path)
            inside = old[name].get("value"), new[name].get("value")
            if inside[0] and inside[1]:
                yield from _changes(old_values[inside[0]], new_values[inside[1]], old_values, new_values, f"{path}.")


def _differences(old: Mapping[str, Any], new: Mapping[str, Any], path: str) -> Iterator[str]:
    for what in ("type", "many", "required", "nullable", "default"):
        if old.get(what) != new.get(what):
            was, now = (json.dumps(field.get(what), ensure_ascii=False) for field in (old, new))
            yield f"'{what}' of the field {path} was {was} and is {now}"
    if lost := [word for word in old.get("choices", ()) if word not in new.get("choices", ())]:
        yield f"the field {path} no longer takes {', '.join(lost)}"
