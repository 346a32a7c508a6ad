"""A locale: the words and formats of a report, and the grammar that they need. It is loaded by `locales`."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from attrs import define, field

from oplog.narrative.template import Slot, Template

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from oplog.narrative.grammar import Grammar

Value = str | int | tuple[str, ...]


@define(slots=False, eq=False, repr=False)
class Locale:
    """The words of one language, or of a house that writes it. Not to be changed once it was made.

    `values` holds what its file says, and what it took over from the file that it is based on, under dotted keys
    ("labels.summary"): templates, lists of words and numbers. `lexicon` are the lists of words that the grammar needs.
    Two locales that say the same have the same `digest`.
    """

    language: str
    grammar: Grammar
    values: Mapping[str, Value]
    lexicon: Mapping[str, tuple[str, ...] | Mapping[str, str]]
    grammar_name: str
    _templates: dict[str, Template] = field(factory=dict, init=False)

    def say(self, key: str, number: Decimal | int | None = None, /, **slots: str) -> str:
        """The phrase of this key with its slots filled.

        `number` is how many the phrase tells of, where one of its words depends on that; of it, only the form is taken:
        a number that is to be read is given in a slot. An empty slot says nothing, and leaves out what stands in [ ]
        around it. A key or a slot that does not exist is a fault of the calling code: `KeyError`.
        """
        template = self._templates.get(key)
        if template is None:
            template = self._templates[key] = Template.read(str(self.values[key]))
        return template.fill(slots, -1 if number is None else self.grammar.form(Decimal(number)))

    def following(self, key: str, number: Decimal | int, /, **slots: str) -> str | None:
        """A phrase without the pronoun that it begins with, to follow another of its subject; None for any other."""
        template = Template.read(str(self.values[key]))
        first, *rest = template.parts
        if not isinstance(first, Slot) or first.name != "pronoun":
            return None
        return Template(tuple(rest)).fill(slots, self.grammar.form(Decimal(number))).strip()

    def name(self, key: str) -> str | None:
        """The phrase of this key where the locale has one: for what users may add to, such as fields of events."""
        return self.say(key) if key in self.values else None

    def words(self, key: str) -> tuple[str, ...]:
        """The list of words of this key."""
        value = self.values[key]
        return value if isinstance(value, tuple) else ()

    def in_digits(self, values: Iterable[Decimal | int]) -> bool:
        """Whether numbers of like things in one sentence are all written in digits: one of them is, or is nothing."""
        return any(not value or self.count(value) == self.digits(value) for value in values)

    def count(self, value: Decimal | int, *, digits: bool = False) -> str:
        """A number in running text: a word where the house writes small numbers so, else digits.

        `digits` says that numbers of like things beside it are in digits.
        """
        number = Decimal(value)
        if digits:
            return self.digits(number)
        whole = number == number.to_integral_value()
        words = self.words("numbers.words")
        last = min(self._number("numbers.words_to"), len(words) - 1)
        spelt = whole and max(0, self._number("numbers.words_from")) <= number <= last
        return words[int(number)] if spelt else self.digits(number)

    def in_words(self, value: int) -> str:
        """A whole number in words as far as the locale has them, to begin a sentence with; digits beyond."""
        words = self.words("numbers.words")
        return words[value] if max(0, self._number("numbers.words_from")) <= value < len(words) else self.digits(value)

    def digits(self, value: Decimal | int) -> str:
        """A number in digits, with the signs for thousands, fractions and minus."""
        number = Decimal(value)
        text = f"{int(number):,}" if number == number.to_integral_value() else f"{number:,f}"
        return text.translate(self._signs)

    def listed(self, items: Sequence[str], last: str = "and") -> str:
        """Items as a list in a sentence, with stronger marks where one has a comma; `last` is "and" or "or"."""
        if len(items) < 2:
            return "".join(items)
        if len(items) == 2:
            joint = f"lists.{last}.two_after_comma" if ", " in items[0] else f"lists.{last}.two"
            return self.say(joint, first=items[0], last=items[1])
        strong = any(", " in item for item in items)
        between = self.say("lists.strong" if strong else "lists.plain")
        joint = f"lists.{last}.many_strong" if strong else f"lists.{last}.many"
        return self.say(joint, first=between.join(items[:-1]), last=items[-1])

    def joined(self, first: str, last: str) -> str:
        """Two clauses of one subject, after a comma where the first is a list already."""
        joint = self.say("lists.and.two", first="", last="")
        after_comma = ", " in first or joint in first
        return self.say("lists.and.two_after_comma" if after_comma else "lists.and.two", first=first, last=last)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that it says, in hexadecimal digits."""
        said = [
            self.language,
            self.grammar_name,
            dict(self.values),
            {k: list(v) if isinstance(v, tuple) else dict(v) for k, v in self.lexicon.items()},
        ]
        return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    def __repr__(self) -> str:
        return f"Locale({self.language!r})"

    def _number(self, key: str) -> int:
        value = self.values[key]
        return value if isinstance(value, int) else 0

    @cached_property
    def _signs(self) -> dict[int, str]:
        return {
            ord(sign): self.say(f"numbers.{name}")
            for sign, name in ((",", "thousands"), (".", "point"), ("-", "minus"))
        }
