"""What a locale has to say, and how one value of it is held against that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from oplog.errors import InvalidValue
from oplog.narrative.template import Template
from oplog.narrative.unseen import without_unseen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from oplog.narrative.locale import Value

_SAME = {"dd": "day", "mm": "month"}
"""Slots that say the same as another, otherwise written; so does one in _plain."""


@frozen
class Definition:
    """What a locale has to say: its keys with the values of British English, and the slots that are more or less free.

    `optional` are slots that a template may leave out, because they only serve the grammar; `more` are slots, by key,
    that British English does not use and another language may, and `agreeing` tables of phrases that may depend on a
    grammatical number where those of British English do not.
    """

    values: Mapping[str, Value]
    optional: frozenset[str]
    more: Mapping[str, frozenset[str]]
    agreeing: frozenset[str]

    def check(self, key: str, value: Any) -> Value:
        """A value as a locale file gave it, held against this, without what is not seen. Raises `InvalidValue`."""
        ours = self.values.get(key)
        if ours is None:
            near = [known for known in self.values if known.rpartition(".")[0] == key.rpartition(".")[0]]
            expected = f"one of {', '.join(near)}" if near else "a key of en-GB.toml"
            raise InvalidValue(f"{key} is not known; expected {expected}")
        if isinstance(ours, tuple):
            return self._list(key, value, len(ours))
        kind = int if isinstance(ours, int) else str
        if type(value) is not kind:
            raise InvalidValue(f"{key} must be {'a number' if kind is int else 'text'}")
        if not isinstance(value, str):
            return int(value)
        text = without_unseen(value)
        if key.startswith("labels.") and not text.strip():
            raise InvalidValue(f"{key} is empty; expected the text of a heading or a label")
        self._template(key, text, Template.read(str(ours)))
        return text

    def _list(self, key: str, value: Any, length: int) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise InvalidValue(f"{key} must be a list of texts")
        if len(value) != length and key != "numbers.words":
            raise InvalidValue(f"{key} has {len(value)} words; expected {length}, as in en-GB.toml")
        if not all(item.strip() for item in value):
            raise InvalidValue(f"{key} has an empty word; expected one that can be read")
        return tuple(without_unseen(item) for item in value)

    def _template(self, key: str, text: str, ours: Template) -> None:
        try:
            template = Template.read(text)
        except InvalidValue as error:
            raise InvalidValue(f"{key} {error}") from None
        known = ours.slots | self.more.get(key, frozenset())
        expected = f"expected {_slots(known)}" if known else "expected none"
        if unknown := template.slots - known:
            raise InvalidValue(f"{key} has the slot {_slots(unknown)}, which is not known here; {expected}")
        used = {_SAME.get(name, name).removesuffix("_plain") for name in template.slots}
        if missing := ours.slots - used - self.optional:
            raise InvalidValue(f"{key} has no {_slots(missing)}; {expected}")
        if template.agrees and not ours.agrees and key.partition(".")[0] not in self.agreeing:
            raise InvalidValue(f"{key} has <one|many>, but does not depend on a number; expected one form")


def _slots(names: frozenset[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))
