"""Templates: a phrase with gaps, as a locale file writes it. Nothing in one is evaluated.

`{name}` is a slot. `[, led by {name}]` is left out when a slot in it says nothing. `<was|were>` has one form for each
grammatical number; with fewer forms than the language has numbers, the last one serves for the rest. What fills a slot
is text, and is never read as a template.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import frozen

from oplog.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TOKEN = re.compile(r"\{([^{}\[\]<>]*)\}|<([^{}\[\]<>]*)>|([{}\[\]<>])|([^{}\[\]<>]+)")
_NAME = re.compile(r"[a-z][a-z_]*")


@frozen
class Slot:
    """A gap that text fills."""

    name: str


@frozen
class Choice:
    """A word in its forms by grammatical number."""

    forms: tuple[str, ...]


@frozen
class Group:
    """What is left out when a slot in it says nothing."""

    parts: tuple[str | Slot | Choice, ...]


@frozen
class Template:
    """A phrase that was read and can be filled."""

    parts: tuple[str | Slot | Choice | Group, ...]

    @classmethod
    def read(cls, text: str) -> Template:
        """Read a template. Raises `InvalidValue` that says what is wrong and what was expected."""
        parts: list[str | Slot | Choice | Group] = []
        group: list[str | Slot | Choice] | None = None
        for match in _TOKEN.finditer(text):
            slot, choice, sign, plain = match.groups()
            part: str | Slot | Choice
            if sign == "[" and group is None:
                group = []
                continue
            if sign == "]" and group is not None:
                if not any(isinstance(part, Slot) for part in group):
                    raise InvalidValue("has [ ] without a slot in it; expected one, as in [, led by {name}]")
                parts.append(Group(tuple(group)))
                group = None
                continue
            if sign:
                raise InvalidValue(f"has a {sign} that is not one of a pair; expected {{slot}}, [ ] or <one|many>")
            if slot is not None:
                if not _NAME.fullmatch(slot):
                    raise InvalidValue(f"has {{{slot}}}; expected the plain name of a slot, as in {{name}}")
                part = Slot(slot)
            elif choice is not None:
                part = Choice(tuple(choice.split("|")))
            else:
                part = plain
            (parts if group is None else group).append(part)
        if group is not None:
            raise InvalidValue("has a [ that is not one of a pair; expected {slot}, [ ] or <one|many>")
        return cls(tuple(parts))

    @property
    def slots(self) -> frozenset[str]:
        """The names of its slots."""
        return frozenset(part.name for part in self._flat() if isinstance(part, Slot))

    @property
    def agrees(self) -> bool:
        """Whether a word of it depends on a grammatical number."""
        return any(isinstance(part, Choice) for part in self._flat())

    def fill(self, slots: Mapping[str, str], form: int = -1) -> str:
        """The phrase with its slots filled; `form` is the place of the grammatical number, the last one by default."""
        told = []
        for part in self.parts:
            if isinstance(part, Group):
                if all(slots[p.name] for p in part.parts if isinstance(p, Slot)):
                    told += [_filled(p, slots, form) for p in part.parts]
            else:
                told.append(_filled(part, slots, form))
        return "".join(told)

    def _flat(self) -> Iterator[str | Slot | Choice]:
        for part in self.parts:
            if isinstance(part, Group):
                yield from part.parts
            else:
                yield part


def _filled(part: str | Slot | Choice, slots: Mapping[str, str], form: int) -> str:
    if isinstance(part, Slot):
        return slots[part.name]
    if isinstance(part, Choice):
        return part.forms[form if -1 <= form < len(part.forms) else -1]
    return part
