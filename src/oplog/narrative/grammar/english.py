"""The grammar of English: noun phrases, articles and what phrases begin with, as a sentence needs to know it.

A title is written as in the middle of a sentence. What can be seen from its words is seen from them: whether it is
plural, and whether it takes "a", "the" or nothing. The exceptions are word lists of the locale file.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from attrs import define, frozen

from oplog.narrative.grammar.nouns import Nouns

if TYPE_CHECKING:
    from decimal import Decimal

    from oplog.narrative.grammar import Noun

_ARTICLES = ("the ", "a ", "an ")
_OWN_ARTICLES = frozenset(("the", "a", "an", "our", "its"))


@frozen
class EnglishNoun:
    """A title ready for sentences: `bare` without its article, `article` as written ("" when none was), `plural`."""

    nouns: Nouns
    bare: str
    article: str
    plural: bool

    @property
    def named(self) -> bool:
        """Whether it is a name that takes no article: "Operation Mass", "Project Argus"."""
        return self.nouns.is_named(self.bare)

    @property
    def unique(self) -> bool:
        """Whether it was written with "the"."""
        return self.article == "the"

    @property
    def definite_by_itself(self) -> bool:
        """Whether it has an article, or needs none."""
        return bool(self.article) or self.named

    @property
    def institution(self) -> bool:
        """Whether it is the name of a body."""
        return self.nouns.is_institution(self.bare)

    def definite(self) -> str:
        """As something known: "the pilot", "Operation Mass", "the sessions"."""
        if self.named or self.nouns.is_bare_name(self.bare) or self.nouns.is_mass(self.bare):
            return self.bare
        return f"the {self.bare}"

    def first(self, *, known: bool) -> str:
        """As it is first mentioned: with its article as written; else "the" if `known` already, else "a" or nothing."""
        nouns = self.nouns
        if self.article:
            return f"{self.article} {self.bare}"
        if self.plural or self.named or nouns.is_bare_name(self.bare) or nouns.is_mass(self.bare):
            return self.bare
        if known or nouns.is_proper(self.bare) or self.institution:
            return f"the {self.bare}"
        return nouns.with_article(self.bare)

    def counted(self, number: int, words: str) -> str:
        """So many of it: "seven Griffin sessions", "a presentation" for one."""
        if number == 1:
            return self.nouns.with_article(self.nouns.singular(self.bare) if self.plural else self.bare)
        return f"{words} {self.bare if self.plural else self.nouns.plural_of(self.bare)}"


_COORDINATED = " & "
"""What stands in a name of its own, which says nothing of what is done with the event: "Walk & Talk"."""


@define(slots=False)
class English(Nouns):
    """The grammar of English, with the word lists of a locale file."""

    def form(self, number: Decimal) -> int:
        """The singular for one, the plural for all else."""
        return 0 if number == 1 else 1

    def noun(self, title: str, plural: bool | None = None) -> EnglishNoun:
        """Read a title; `plural` None sees it from the words."""
        bare, article = title.strip(), ""
        for written in _ARTICLES:
            if bare.lower().startswith(written):
                article, bare = written.strip(), bare[len(written) :].lstrip()
        bare = self.small(bare)
        return EnglishNoun(self, bare, article, self.is_plural(bare) if plural is None else plural)

    def without_article(self, phrase: str) -> str:
        """Without a "The" of its own."""
        return phrase.removeprefix("The ").removeprefix("the ")

    def small(self, phrase: str) -> str:
        """A capital first letter is made small where the word is no name."""
        first, _, rest = phrase.partition(" ")
        ordinary = first.lower() in self.ordinary
        if not ordinary or not first[:1].isupper() or first[1:] != first[1:].lower():
            return phrase
        later = self.before_preposition(f"{first} {rest}").split()[1:]
        return phrase if any(w[0].isupper() for w in later) else first.lower() + phrase[len(first) :]

    def aim(self, phrase: str) -> str:
        """A phrase that begins with a verb, with a small letter and without a full stop or a "to" of its own."""
        first, _, rest = phrase.strip().rstrip(".").partition(" ")
        if first.lower() == "to":
            return self.aim(rest)
        return f"{first if first.isupper() and len(first) > 1 else first.lower()} {rest}".strip()

    def want(self, cause: str) -> Literal["lack", "few"] | None:
        """By its first words: "lack of a boat", "too few officers"."""
        if cause.startswith(tuple(f"{words} " for words in self.listed("lacks"))):
            return "lack"
        return "few" if cause.startswith(tuple(f"{words} " for words in self.listed("too_few"))) else None

    def participle(self, noun: Noun) -> str | None:
        """What is done with it: "held", "given" or "carried out"; None of what takes place by itself."""
        if _COORDINATED in noun.bare:
            return self.table("done_with")["other"]
        word = self.main_word(noun.bare).lower()
        if self.is_mass(noun.bare) or word in self.words("take_place"):
            return None
        return self.table("done_with").get(self.singular(word), self.table("done_with")["other"])

    def takes_topic(self, noun: Noun, told: str) -> bool:
        """Not of a body, and not where "on" stands already."""
        return " on " not in told and not noun.institution

    def says_where(self, place: str) -> bool:
        """Whether a place begins with a preposition, or says "online"."""
        return self._place.fullmatch(place) is not None

    def destination(self, place: str) -> str | None:
        """A place without its "at"; None where it begins with another preposition."""
        if not self.says_where(place):
            return place
        return place.removeprefix("at ") if place.startswith("at ") else None

    def says_who(self, lead: str) -> bool:
        """Whether it has a participle and "by": "chaired by the mayor"."""
        return re.match(r"\w+ (?:\w+ )?by ", lead) is not None

    def is_person(self, name: str) -> bool:
        """Whether it has a rank, and is no office."""
        ranks = self.words("ranks")
        return any(word.strip(",.").lower() in ranks for word in name.split()) and "office of" not in name.lower()

    def team(self, name: str) -> str:
        """With the article that speech gives it: "the licensing team", "the Rural Crime Team"."""
        words = name.split()
        plain = words[0].lower() not in _OWN_ARTICLES and " by " not in name
        return f"the {self.small(name)}" if plain and words[-1].lower() in self.words("teams") else name

    def agent(self, lead: str) -> str:
        """The team itself: "the licensing team" of "carried out by the licensing team"."""
        match = re.match(r"(?P<verb>\w+)(?: \w+)? by (?P<team>.+)", lead)
        if match is not None and match["verb"] in self.words("hosts"):
            return ""
        name = match["team"] if match else lead
        return "" if self.is_person(name) or not name else self.team(name)

    def is_measured(self, unit: str, measure: str) -> bool:
        """Whether it measures: hours, but not the hours of "hours of training"."""
        return unit.split(maxsplit=1)[0] in self.words("measured") and unit not in measure.lower().split()

    def sayable(self, measure: str) -> bool:
        """Whether it is a plural."""
        return self.is_plural(measure)

    def measure(self, measure: str, name: str) -> str:
        """With "the" where speech has it: "the average response time", "victim satisfaction"."""
        known = self.words("measures_with_the") & {measure.lower().split()[0], self.main_word(measure).lower()}
        return f"the {name}" if known else name

    def completes(self, label: str) -> bool:
        """Whether it begins with a participle or a preposition, or is one word and no plural: "positive"."""
        first, *rest = label.lower().split(maxsplit=1)
        if first.endswith("ed") or first in self.words("label_words"):
            return True
        return not rest and not self.is_plural(label) and not self.is_rest(label)

    def is_deed(self, done: str) -> bool:
        """Whether it begins with a participle that is no state: "equipped with packs", not "suspended"."""
        first = done.split(maxsplit=1)[0].lower()
        return (first.endswith("ed") and first not in self.words("states")) or first in self.words("participles")

    def is_rest(self, label: str) -> bool:
        """Whether it is "other" or "others"."""
        return label.lower() in self.words("rest")

    def without_verb(self, label: str, first: str) -> str:
        """Without the participle that the first label begins with too."""
        verb, _, rest = label.partition(" ")
        return rest if verb.endswith("ed") and first.startswith(f"{verb} ") else label

    @cached_property
    def ordinary(self) -> frozenset[str]:
        """Words that are no names."""
        return self.words("ordinary")

    @cached_property
    def _place(self) -> re.Pattern[str]:
        prepositions = "|".join(re.escape(p) for p in self.listed("places"))
        return re.compile(rf"(?:{prepositions}) ?\b.*", re.IGNORECASE)
