"""Grammars: what of a language is code and not words. One file and one line of `GRAMMARS` each.

A locale file names its grammar. `neutral` inflects nothing and serves any language tolerably; one of its own makes the
sentences good. A grammar is made from the word lists of the locale file, so that a wrong guess is mended there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, Protocol

from oplog.narrative.grammar.english import English
from oplog.narrative.grammar.neutral import Neutral

if TYPE_CHECKING:
    from decimal import Decimal


class Noun(Protocol):
    """A title ready for sentences."""

    @property
    def bare(self) -> str:
        """The title without its article."""

    @property
    def plural(self) -> bool:
        """Whether it is told in the plural."""

    @property
    def named(self) -> bool:
        """Whether it is a name that one does not describe: "Operation Mass", "Project Argus"."""

    @property
    def unique(self) -> bool:
        """Whether there is only one of it, so that it cannot be counted: "the roadshow", as against "a roadshow"."""

    @property
    def definite_by_itself(self) -> bool:
        """Whether it can stand as it is for something known."""

    @property
    def institution(self) -> bool:
        """Whether it is a body, which meets, and which one does not hold *on* something."""

    def definite(self) -> str:
        """As something known: "the pilot", "Operation Mass", "the sessions"."""

    def first(self, *, known: bool) -> str:
        """As it is first mentioned; `known` says that the reader has met it before."""

    def counted(self, number: int, words: str) -> str:
        """So many of it: "seven Griffin sessions", "a presentation" for one; `words` is the number as it is told."""


class Grammar(Protocol):
    """What the narrative asks of a language. All of it works on what was recorded: titles, names, measures, phrases."""

    def form(self, number: Decimal) -> int:
        """Which form a word takes for so many: the place in `<one|many>`, from 0."""

    def noun(self, title: str, plural: bool | None = None) -> Noun:
        """Read a title; `plural` None sees it from the words."""

    def is_plural(self, phrase: str) -> bool:
        """Whether a noun phrase is plural, as far as its words tell."""

    def singular(self, phrase: str) -> str:
        """The singular of a plural noun phrase."""

    def main_word(self, phrase: str) -> str:
        """The noun that a noun phrase is about, as it is written."""

    def with_article(self, phrase: str) -> str:
        """A noun phrase as one of its kind: "a briefing", "an evaluation"."""

    def without_article(self, phrase: str) -> str:
        """A noun phrase without the article that was written before it."""

    def small(self, phrase: str) -> str:
        """A phrase as in the middle of a sentence."""

    def aim(self, phrase: str) -> str:
        """An aim as it follows "to" or its like."""

    def want(self, cause: str) -> Literal["lack", "few"] | None:
        """Whether a cause is phrased as a lack of something ("lack of a boat") or as too few of them, or None."""

    def participle(self, noun: Noun) -> str | None:
        """What is done with an event of this name ("held", "given"); None of what takes place by itself."""

    def takes_topic(self, noun: Noun, told: str) -> bool:
        """Whether what is told of can be given its topic: not where it has one already."""

    def says_where(self, place: str) -> bool:
        """Whether a place is written with its preposition."""

    def destination(self, place: str) -> str | None:
        """A place as the aim of a move; None where its preposition does not allow that."""

    def says_who(self, lead: str) -> bool:
        """Whether a lead is written as a whole phrase: "chaired by the mayor"."""

    def is_person(self, name: str) -> bool:
        """Whether a name is a person's and not a team's."""

    def team(self, name: str) -> str:
        """The name of a team as a sentence needs it: "the licensing team"."""

    def agent(self, lead: str) -> str:
        """The team that does the work, where the lead names one; "" for a person, or for one who chairs or hosts."""

    def is_measured(self, unit: str, measure: str) -> bool:
        """Whether a unit measures and does not count."""

    def sayable(self, measure: str) -> bool:
        """Whether "so many of them" can be said of a measure."""

    def measure(self, measure: str, name: str) -> str:
        """The name of a measure as the subject of a sentence: "the average response time"."""

    def completes(self, label: str) -> bool:
        """Whether a label of a breakdown completes "of these, three were ..." rather than naming things."""

    def is_deed(self, done: str) -> bool:
        """Whether what is counted at a level was done by a day, rather than being so on that day."""

    def is_rest(self, label: str) -> bool:
        """Whether a label of a breakdown only says that these are what is left over: "others"."""

    def without_verb(self, label: str, first: str) -> str:
        """A label without the word that it has in common with the first label, which need not be said again."""


Lexicon = Mapping[str, tuple[str, ...] | Mapping[str, str]]
"""Lists of words, and tables of words for words, by the keys under [lexicon] in a locale file."""

GRAMMARS: Mapping[str, Callable[[Lexicon], Grammar]] = MappingProxyType({"english": English, "neutral": Neutral})
"""The grammars that a locale file can name."""
