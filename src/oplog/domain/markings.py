"""Markings: who may see what. A scheme orders its words from open to closed; an audience sees up to one of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from oplog.domain.values import require_text
from oplog.errors import InvalidValue


def _pairs(given: Any) -> tuple[tuple[str, str], ...]:
    pairs = given.items() if isinstance(given, Mapping) else given
    return tuple(sorted((path, marking) for path, marking in pairs))


@frozen
class FieldMarkings:
    """Which fields of an event have a marking of their own, by their paths: {"cause": "restricted"}.

    A path is one that a correction can name ("partners", "partners.0", "figure.breakdown", "cause.when"), or "source".
    Made from a mapping. Raises `InvalidValue` for an empty one, an empty path and an empty marking.
    """

    by_field: tuple[tuple[str, str], ...] = field(converter=_pairs)

    @by_field.validator
    def _check(self, _attribute: object, value: tuple[tuple[str, str], ...]) -> None:
        if not value:
            raise InvalidValue("the markings of fields name no field")
        for path, marking in value:
            require_text("the path of a marked field", path)
            require_text(f"the marking of {path}", marking)
            if [one for one, _ in value].count(path) > 1:
                raise InvalidValue(f"{path} is marked twice")

    @property
    def data(self) -> dict[str, str]:
        """The markings by field, sorted: the stored form."""
        return dict(self.by_field)


@frozen
class Audience:
    """Who reads: the markings that they may see. `sees` None means everything, also what no scheme knows.

    `name` is the marking that it sees up to; `line` is what its documents carry at their head and foot, None for
    nothing. What carries no marking is seen by everybody.
    """

    name: str
    sees: frozenset[str] | None
    line: str | None = None

    def may_see(self, marking: str | None) -> bool:
        """Whether something with this marking is shown."""
        return marking is None or self.sees is None or marking in self.sees


@frozen(kw_only=True)
class MarkingScheme:
    """The markings that a force uses, from the most open to the most closed.

    `lines` maps a marking to the line that a document for it carries; one without is marked with its own name, but for
    the first, which carries no line then. Raises `InvalidValue` for a scheme of no markings, and for one twice.
    """

    markings: tuple[str, ...]
    lines: tuple[tuple[str, str], ...] = ()

    def __attrs_post_init__(self) -> None:
        if not self.markings:
            raise InvalidValue("a marking scheme has one marking or more, from open to closed")
        for marking in self.markings:
            require_text("a marking", marking)
            if self.markings.count(marking) > 1:
                raise InvalidValue(f"the marking {marking!r} stands twice in the scheme")
        for marking, line in self.lines:
            require_text(f"the line of {marking}", line)
            if marking not in self.markings:
                raise InvalidValue(f"the line of {marking!r} is of no marking; expected {self.named()}")

    def named(self) -> str:
        """The markings for an error: "one of public, internal, restricted"."""
        return f"one of {', '.join(self.markings)}"

    def audience(self, name: str) -> Audience:
        """Those who may see this marking and all that is more open; the most trusted see everything.

        A marking that the scheme does not know is seen by the most trusted alone. Raises `InvalidValue` for another
        name, with the list of them.
        """
        if name not in self.markings:
            raise InvalidValue(f"there is no audience {name!r}; expected {self.named()}")
        upto = self.markings.index(name) + 1
        sees = None if upto == len(self.markings) else frozenset(self.markings[:upto])
        return Audience(name, sees, self.line(name))

    def line(self, marking: str) -> str | None:
        """What a document for this marking carries at its head and foot, None for nothing."""
        own = None if marking == self.markings[0] else marking[:1].upper() + marking[1:]
        return dict(self.lines).get(marking, own)


PLAIN = MarkingScheme(markings=("public", "internal", "restricted"))
"""The scheme of a configuration that names none."""

UK = MarkingScheme(
    markings=("OFFICIAL", "OFFICIAL-SENSITIVE"),
    lines=(
        ("OFFICIAL", "OFFICIAL"),
        (
            "OFFICIAL-SENSITIVE",
            "OFFICIAL-SENSITIVE: limited distribution; not to be copied or passed on without the author's consent",
        ),
    ),
)
"""The markings of the Government Security Classifications of the United Kingdom that a police committee meets."""

SCHEMES: Mapping[str, MarkingScheme] = {"plain": PLAIN, "uk": UK}
"""The schemes that a configuration can name."""
