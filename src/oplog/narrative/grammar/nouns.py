"""Noun phrases of English: their head, their number, their article, from the words alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from attrs import define, field

if TYPE_CHECKING:
    from collections.abc import Mapping

_SMALL_WORDS = frozenset(("and", "of", "the", "for", "&"))


@define(slots=False)
class Nouns:
    """The rules for noun phrases, with the word lists of a locale file."""

    NEEDS: ClassVar[tuple[str, ...]] = (
        "prepositions", "naming_words", "participles", "singular_in_s", "plurals", "uncountable", "countable_in_ing",
        "named_with_the", "institutions", "take_place", "measures_with_the", "an_letters", "an_words", "a_words",
        "measured", "label_words", "ranks", "teams", "ordinary", "hosts", "places",
        "lacks", "too_few",
    )  # fmt: skip
    NEEDS_TABLES: ClassVar[tuple[str, ...]] = ("singular_of", "done_with")

    lexicon: Mapping[str, tuple[str, ...] | Mapping[str, str]]
    _sets: dict[str, frozenset[str]] = field(factory=dict, init=False)

    def listed(self, key: str) -> tuple[str, ...]:
        """A word list in its order."""
        return tuple(self.lexicon[key])

    def words(self, key: str) -> frozenset[str]:
        """A word list to look words up in."""
        found = self._sets.get(key)
        if found is None:
            found = self._sets[key] = frozenset(self.lexicon[key])
        return found

    def table(self, key: str) -> Mapping[str, str]:
        """A table of words."""
        found = self.lexicon[key]
        return {} if isinstance(found, tuple) else found

    def main_word(self, phrase: str) -> str:
        """The last word before the first preposition or comma: "week" in "week of action"."""
        words = self.before_preposition(re.split(r"[,(:;]", phrase)[0]).split()
        if len(words) > 1 and (words[-1].endswith("ed") or words[-1] in self.words("participles")):
            words.pop()
        return words[-1] if words else phrase

    def is_plural(self, phrase: str) -> bool:
        """Whether a noun phrase is plural, as far as its words tell."""
        if self.is_named(phrase):
            return False
        if self.before_preposition(phrase).split()[-2:-1] == ["and"]:
            return True
        word = self.main_word(phrase).lower().strip("'\N{RIGHT SINGLE QUOTATION MARK}")
        if word in self.words("plurals"):
            return True
        singular_in_s = word.endswith(("ss", "us", "is")) or word in self.words("singular_in_s")
        return word.endswith("s") and not singular_in_s

    def before_preposition(self, phrase: str) -> str:
        """A noun phrase up to its first preposition."""
        words = phrase.split()
        for n, word in enumerate(words):
            if n and word.lower() in self.words("prepositions"):
                return " ".join(words[:n])
        return phrase

    def is_named(self, phrase: str) -> bool:
        """Whether it is a name by its first word: "Operation Mass"."""
        words = phrase.split()
        naming = len(words) > 1 and words[0].lower() in self.words("naming_words")
        return naming and words[0][0].isupper() and self.is_proper(phrase)

    def is_proper(self, phrase: str) -> bool:
        """Whether it is written as a name: every word of weight before the first preposition has a capital."""
        words = [w for w in self.before_preposition(phrase).split() if w.lower() not in _SMALL_WORDS]
        return all(w[0].isupper() or w[0].isdigit() for w in words)

    def is_bare_name(self, phrase: str) -> bool:
        """Whether it is a name that takes no article."""
        return self.is_proper(phrase) and self.main_word(phrase).lower() not in self.words("named_with_the")

    def is_institution(self, phrase: str) -> bool:
        """Whether it is the name of a body."""
        if phrase[:1] in "'\N{LEFT SINGLE QUOTATION MARK}\"":
            return True
        return phrase[:1].isupper() and self.main_word(phrase).lower() in self.words("institutions")

    def is_mass(self, phrase: str) -> bool:
        """Whether it cannot be counted: "engagement with faith networks"."""
        word = self.main_word(phrase).lower()
        counted = word in self.words("countable_in_ing")
        return word in self.words("uncountable") or (word.endswith("ing") and len(word) > 5 and not counted)

    def with_article(self, phrase: str) -> str:
        """With "a" or "an", by the sound of the first word."""
        return f"{self._article(phrase)} {phrase}"

    def _article(self, phrase: str) -> str:
        word = re.split(r"[ -]", phrase)[0]
        if word.isupper() and len(word) > 1:
            return "an" if word[0] in self.words("an_letters") else "a"
        low = word.lower()
        if low.startswith(self.listed("an_words")):
            return "an"
        if low.startswith(self.listed("a_words")):
            return "a"
        return "an" if low[:1] in "aeiou" else "a"

    def singular(self, phrase: str) -> str:
        """The singular of a plural noun phrase: "arrests" -> "arrest", "people stopped" -> "person stopped"."""
        word = self.main_word(phrase)
        low = word.lower()
        one = self.table("singular_of").get(low)
        if one is not None:
            return _replace_head(phrase, word, one)
        if low.endswith("ies") and len(low) > 4:
            one = word[:-3] + "y"
        elif low.endswith(("sses", "ches", "shes", "xes", "zzes")):
            one = word[:-2]
        elif low.endswith("s") and not low.endswith("ss"):
            one = word[:-1]
        else:
            one = word
        return _replace_head(phrase, word, one)

    def plural_of(self, phrase: str) -> str:
        """The plural of a singular noun phrase: "week of action" -> "weeks of action"."""
        word = self.main_word(phrase)
        if word.endswith("y") and word[-2:-1] not in "aeiou":
            many = word[:-1] + "ies"
        elif word.endswith(("s", "x", "ch", "sh")):
            many = word + "es"
        else:
            many = word + "s"
        return _replace_head(phrase, word, many)


def _replace_head(phrase: str, word: str, new: str) -> str:
    before, _, after = phrase.partition(word) if phrase.startswith(word) else phrase.partition(" " + word)
    return f"{before}{'' if phrase.startswith(word) else ' '}{new}{after}"
