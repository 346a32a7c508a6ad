"""The grammar of no language: names and measures stand as they were recorded, and nothing is inflected."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from attrs import define, frozen

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from oplog.narrative.grammar import Noun


@frozen
class NeutralNoun:
    """A title as it was recorded."""

    bare: str
    plural: bool
    named: bool = True
    unique: bool = False
    definite_by_itself: bool = True
    institution: bool = False

    def definite(self) -> str:
        """As it was recorded."""
        return self.bare

    def first(self, *, known: bool) -> str:  # noqa: ARG002 - a language with articles needs it
        """As it was recorded."""
        return self.bare

    def counted(self, number: int, words: str) -> str:  # noqa: ARG002 - a language with plurals needs it
        """The number before the title as it was recorded."""
        return f"{words} {self.bare}"


@define(slots=False)
class Neutral:
    """A grammar without articles, inflection or word lists: one number for one, another for all else."""

    NEEDS: ClassVar[tuple[str, ...]] = ()
    NEEDS_TABLES: ClassVar[tuple[str, ...]] = ()

    lexicon: Mapping[str, tuple[str, ...] | Mapping[str, str]]

    def form(self, number: Decimal) -> int:
        """The first form for one, the second for all else."""
        return 0 if number == 1 else 1

    def noun(self, title: str, plural: bool | None = None) -> NeutralNoun:
        """A title as it was recorded; singular, unless it was recorded as plural."""
        return NeutralNoun(title.strip(), bool(plural))

    def is_plural(self, phrase: str) -> bool:  # noqa: ARG002 - the words tell nothing here
        """Plural, as measures and matters are."""
        return True

    def singular(self, phrase: str) -> str:
        """As it was recorded."""
        return phrase

    def main_word(self, phrase: str) -> str:
        """The whole phrase."""
        return phrase

    def with_article(self, phrase: str) -> str:
        """As it was recorded."""
        return phrase

    def without_article(self, phrase: str) -> str:
        """As it was recorded."""
        return phrase

    def small(self, phrase: str) -> str:
        """As it was recorded."""
        return phrase

    def aim(self, phrase: str) -> str:
        """Without a full stop of its own."""
        return phrase.strip().rstrip(".")

    def want(self, cause: str) -> Literal["lack", "few"] | None:  # noqa: ARG002 - the words tell nothing here
        """Neither."""
        return None

    def participle(self, noun: Noun) -> str | None:  # noqa: ARG002 - every event takes place
        """None: every event takes place."""
        return None

    def takes_topic(self, noun: Noun, told: str) -> bool:  # noqa: ARG002 - the words tell nothing here
        """Always."""
        return True

    def says_where(self, place: str) -> bool:  # noqa: ARG002 - the words tell nothing here
        """Never: the template has the preposition."""
        return False

    def destination(self, place: str) -> str | None:
        """As it was recorded."""
        return place

    def says_who(self, lead: str) -> bool:  # noqa: ARG002 - the words tell nothing here
        """Never: the template has the verb."""
        return False

    def is_person(self, name: str) -> bool:  # noqa: ARG002 - the words tell nothing here
        """Never."""
        return False

    def team(self, name: str) -> str:
        """As it was recorded."""
        return name

    def agent(self, lead: str) -> str:  # noqa: ARG002 - the words tell nothing here
        """None: who leads is told at the end of the sentence."""
        return ""

    def is_measured(self, unit: str, measure: str) -> bool:  # noqa: ARG002 - the measure tells nothing here
        """Whatever has a unit of its own."""
        return unit not in ("count", "number")

    def sayable(self, measure: str) -> bool:  # noqa: ARG002 - the words tell nothing here
        """Never without a participle that was recorded."""
        return False

    def measure(self, measure: str, name: str) -> str:  # noqa: ARG002 - a language with articles needs it
        """As it was recorded."""
        return name

    def completes(self, label: str) -> bool:  # noqa: ARG002 - the words tell nothing here
        """Never: labels name things."""
        return False

    def is_deed(self, done: str) -> bool:  # noqa: ARG002 - the words tell nothing here
        """Never: how many there were on a day is as true."""
        return False

    def is_rest(self, label: str) -> bool:  # noqa: ARG002 - the words tell nothing here
        """Never: it is told as it was recorded."""
        return False

    def without_verb(self, label: str, first: str) -> str:  # noqa: ARG002 - the words tell nothing here
        """As it was recorded."""
        return label
