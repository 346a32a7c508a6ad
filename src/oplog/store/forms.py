"""`Forms`: every form in which an event can be stored, in one explicit table, and how each is read.

Nothing is imported because a database or a file names it: a name outside the table is an `UnknownEvent`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import attrs
from attrs import field, frozen

from oplog.domain.aggregates import DECIDERS
from oplog.errors import BadForms, Undecodable, UnknownEvent
from oplog.store.telling import as_given
from oplog.store.upcasters import ALIASES, UPCASTERS, Upcaster
from oplog.store.wire import from_wire


@frozen
class Forms:
    """The table of a family of events.

    `current` gives the content class and version of each name, `upcasters` the step from each older version to the
    next, `aliases` the name that followed each former one. Raises `BadForms`, with all that is wrong, when something
    that was ever released could not be read through them.
    """

    current: Mapping[str, tuple[type, int]]
    upcasters: Mapping[tuple[str, int], Upcaster] = MappingProxyType({})
    aliases: Mapping[str, str] = MappingProxyType({})
    _names: Mapping[tuple[str, type], tuple[str, int]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        problems = (*_gaps(self.current, self.upcasters), *_astray(self.current, self.aliases))
        if problems:
            raise BadForms(problems)
        names = {(_aggregate(name), cls): (name, version) for name, (cls, version) in self.current.items()}
        object.__setattr__(self, "_names", MappingProxyType(names))

    def name_of(self, aggregate: str, event: type) -> tuple[str, int]:
        """The stable name and current version of an event class; raises `UnknownEvent`."""
        try:
            return self._names[aggregate, event]
        except KeyError:
            raise UnknownEvent(f"{event.__name__} is no event of {aggregate!r}") from None

    def present_name(self, name: str) -> str:
        """The name that an event has now; a name that never was one is given back as it is."""
        while name in self.aliases:
            name = self.aliases[name]
        return name

    def former_names(self, name: str) -> tuple[str, ...]:
        """The names that lead to this one, sorted."""
        return tuple(sorted(former for former in self.aliases if self.present_name(former) == name))

    def versions(self, name: str) -> dict[int, type]:
        """The content class of every version in which an event that has this name now can be read, from 1."""
        cls, version = self.current[name]
        return {**{v: self.upcasters[name, v].form for v in range(1, version)}, version: cls}

    def read(self, stored_name: Any, version: Any, content: Any) -> tuple[str, int, Any]:
        """The present name, the current version and the event, from what was stored.

        Raises `UnknownEvent` for a name that is not in the table or a version of a later release, and `Undecodable` for
        content that is not exactly of its version's form; both name the field.
        """
        name = self._known(stored_name)
        cls, current = self.current[name]
        if type(version) is not int or version < 1:
            raise Undecodable(
                f"expected the version of the event's form, a number from 1, got {as_given(version)}", field="v"
            )
        if version > current:
            known = f"version {current}" if current == 1 else f"versions 1 to {current}"
            raise UnknownEvent(f"{name} has version {version}; this release of oplog knows {known}", field="v")
        if not isinstance(content, dict):
            raise Undecodable("expected the event's fields as an object in braces", field="data")
        for older in range(version, current):
            content = self._step(name, older, content)
        return name, current, from_wire(cls, content, "data")

    def _known(self, name: Any) -> str:
        if not isinstance(name, str):
            raise UnknownEvent(f"expected text, got {as_given(name)}", field="event")
        present = self.present_name(name)
        if present not in self.current:
            raise UnknownEvent(f"unknown event {name!r}", field="event")
        return present

    def _step(self, name: str, version: int, content: dict[str, Any]) -> dict[str, Any]:
        upcaster = self.upcasters[name, version]
        from_wire(upcaster.form, content, "data")
        return upcaster.change(content)


def _aggregate(name: str) -> str:
    return name.partition(".")[0]


def _gaps(current: Mapping[str, tuple[type, int]], upcasters: Mapping[tuple[str, int], Upcaster]) -> Iterator[str]:
    """What is wrong with the steps: every version from 1 to the current one has its step, and there is no other."""
    seen: dict[tuple[str, type], str] = {}
    for name, (cls, version) in current.items():
        if type(version) is not int or version < 1:
            yield f"{name}: its version is {version!r}; expected a number from 1"
            continue
        first = seen.setdefault((_aggregate(name), cls), name)
        if first != name:
            yield f"{name}: its class is that of {first}; each event of an aggregate has a class of its own"
        for older in range(1, version):
            if (name, older) not in upcasters:
                yield f"{name}: there is no upcaster from version {older} to {older + 1}"
    for (name, older), upcaster in upcasters.items():
        if name not in current:
            yield f"{name}: there is an upcaster from version {older}, but no event of this name"
        elif not 1 <= older < current[name][1]:
            yield f"{name}: there is an upcaster from version {older}, but the current version is {current[name][1]}"
        if not attrs.has(upcaster.form):
            yield f"{name}: the form of version {older} is no attrs class"


def _astray(current: Mapping[str, tuple[type, int]], aliases: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with the former names: each leads to an event of its aggregate, and none is a name still."""
    for former in aliases:
        if former in current:
            yield f"{former}: it is the name of an event, and cannot be the former name of another"
        name, passed = former, {former}
        while name in aliases and aliases[name] not in passed:
            name = aliases[name]
            passed.add(name)
        if name in aliases:
            yield f"{former}: its aliases lead in a circle"
        elif name not in current:
            yield f"{former}: its alias leads to {name}, which is no event"
        elif _aggregate(name) != _aggregate(former):
            yield f"{former}: its alias leads to {name}, an event of another aggregate"


FORMS = Forms(
    {f"{decider.name}.{name}": form for decider in DECIDERS.values() for name, form in decider.events.items()},
    UPCASTERS,
    ALIASES,
)
"""The forms of all events of this release and the releases before it."""
