"""Noun phrases: number, articles and the forms that a sentence needs.

A title is written as in the middle of a sentence. What can be seen from its words is seen from them: whether it is
plural, and whether it takes "a", "the" or nothing. The exceptions are words in `lexicon`.
"""

from __future__ import annotations

import re

from attrs import frozen

from oplog.narrative.english.lexicon import (
    A_WORDS,
    AN_LETTERS,
    AN_WORDS,
    COUNTABLE_IN_ING,
    INSTITUTIONS,
    NAMED_WITH_THE,
    NAMING_WORDS,
    ORDINARY,
    PARTICIPLES,
    PLURALS,
    PREPOSITIONS,
    SINGULAR_IN_S,
    SINGULAR_OF,
    UNCOUNTABLE,
)

_ARTICLES = ("the ", "a ", "an ")


@frozen
class Noun:
    """A title ready for sentences: `bare` without its article, `article` as written ("" when none was), `plural`."""

    bare: str
    article: str
    plural: bool

    @property
    def named(self) -> bool:
        """Whether it is a name that takes no article: "Operation Mass", "Project Argus"."""
        return _is_named(self.bare)

    def definite(self) -> str:
        """As something known: "the pilot", "Operation Mass", "the sessions"."""
        if self.named or _is_bare_name(self.bare) or _is_mass(self.bare):
            return self.bare
        return f"the {self.bare}"

    def first(self, *, known: bool) -> str:
        """As it is first mentioned: with its article as written; else "the" if `known` already, else "a" or nothing."""
        if self.article:
            return f"{self.article} {self.bare}"
        if self.plural or self.named or _is_bare_name(self.bare) or _is_mass(self.bare):
            return self.bare
        if known or _is_proper(self.bare) or _is_institution(self.bare):
            return f"the {self.bare}"
        return f"{indefinite(self.bare)} {self.bare}"

    def counted(self, number: int, words: str) -> str:
        """So many of it: "seven Griffin sessions", "a presentation" for one."""
        if number == 1:
            one = singular(self.bare) if self.plural else self.bare
            return f"{indefinite(one)} {one}"
        return f"{words} {self.bare if self.plural else plural_of(self.bare)}"

    @property
    def institution(self) -> bool:
        """Whether it is the name of a body, which one does not hold *on* something."""
        return _is_institution(self.bare)

    @property
    def mass(self) -> bool:
        """Whether it cannot be counted: "engagement with faith networks"."""
        return _is_mass(self.bare)


def noun(title: str, plural: bool | None = None) -> Noun:
    """Read a title; `plural` None sees it from the words."""
    bare, article = title.strip(), ""
    for written in _ARTICLES:
        if bare.lower().startswith(written):
            article, bare = written.strip(), bare[len(written) :].lstrip()
    bare = small(bare)
    return Noun(bare, article, is_plural(bare) if plural is None else plural)


def head(phrase: str) -> str:
    """The main word of a noun phrase: the last before its first preposition or comma ("week" in "week of action")."""
    words = _before_preposition(re.split(r"[,(:;]", phrase)[0]).split()
    if len(words) > 1 and (words[-1].endswith("ed") or words[-1] in PARTICIPLES):
        words.pop()
    return words[-1] if words else phrase


def is_plural(phrase: str) -> bool:
    """Whether a noun phrase is plural, as far as its words tell."""
    if _is_named(phrase):
        return False
    if _before_preposition(phrase).split()[-2:-1] == ["and"]:
        return True
    word = head(phrase).lower().strip("'\N{RIGHT SINGLE QUOTATION MARK}")
    if word in PLURALS:
        return True
    return word.endswith("s") and not word.endswith(("ss", "us", "is")) and word not in SINGULAR_IN_S


def _before_preposition(phrase: str) -> str:
    words = phrase.split()
    for n, word in enumerate(words):
        if n and word.lower() in PREPOSITIONS:
            return " ".join(words[:n])
    return phrase


def _is_named(phrase: str) -> bool:
    words = phrase.split()
    return len(words) > 1 and words[0].lower() in NAMING_WORDS and words[0][0].isupper() and _is_proper(phrase)


def _is_proper(phrase: str) -> bool:
    """Whether it is written as a name: every word of weight before the first preposition has a capital."""
    words = [w for w in _before_preposition(phrase).split() if w.lower() not in {"and", "of", "the", "for", "&"}]
    return all(w[0].isupper() or w[0].isdigit() for w in words)


def _is_bare_name(phrase: str) -> bool:
    return _is_proper(phrase) and head(phrase).lower() not in NAMED_WITH_THE


def _is_institution(phrase: str) -> bool:
    if phrase[:1] in "'\N{LEFT SINGLE QUOTATION MARK}\"":
        return True
    return phrase[:1].isupper() and head(phrase).lower() in INSTITUTIONS


def _is_mass(phrase: str) -> bool:
    word = head(phrase).lower()
    return word in UNCOUNTABLE or (word.endswith("ing") and len(word) > 5 and word not in COUNTABLE_IN_ING)


def indefinite(phrase: str) -> str:
    """Choose "a" or "an" by the sound of the first word."""
    word = re.split(r"[ -]", phrase)[0]
    if word.isupper() and len(word) > 1:
        return "an" if word[0] in AN_LETTERS else "a"
    low = word.lower()
    if low.startswith(AN_WORDS):
        return "an"
    if low.startswith(A_WORDS):
        return "a"
    return "an" if low[:1] in "aeiou" else "a"


def singular(phrase: str) -> str:
    """The singular of a plural noun phrase: "arrests" -> "arrest", "people stopped" -> "person stopped"."""
    word = head(phrase)
    low = word.lower()
    if low in SINGULAR_OF:
        one = SINGULAR_OF[low]
    elif low.endswith("ies") and len(low) > 4:
        one = word[:-3] + "y"
    elif low.endswith(("sses", "ches", "shes", "xes", "zzes")):
        one = word[:-2]
    elif low.endswith("s") and not low.endswith("ss"):
        one = word[:-1]
    else:
        one = word
    return _replace_head(phrase, word, one)


def plural_of(phrase: str) -> str:
    """The plural of a singular noun phrase: "week of action" -> "weeks of action"."""
    word = head(phrase)
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


def capital(text: str) -> str:
    """With a capital first letter; the rest as it is."""
    return text[:1].upper() + text[1:]


def small(phrase: str) -> str:
    """A phrase as in the middle of a sentence: a capital first letter is made small where the word is no name."""
    first, _, rest = phrase.partition(" ")
    if first.lower() not in ORDINARY or not first[:1].isupper() or first[1:] != first[1:].lower():
        return phrase
    later = _before_preposition(f"{first} {rest}").split()[1:]
    return phrase if any(w[0].isupper() for w in later) else first.lower() + phrase[len(first) :]


def verb_phrase(phrase: str) -> str:
    """A phrase that begins with a verb, with a small letter and without a full stop or a "to" of its own."""
    first, _, rest = phrase.strip().rstrip(".").partition(" ")
    if first.lower() == "to":
        return verb_phrase(rest)
    return f"{first if first.isupper() and len(first) > 1 else first.lower()} {rest}".strip()


def sentence(text: str) -> str:
    """One sentence: white space folded, a capital first, a full stop at the end unless it has its mark already."""
    folded = " ".join(text.split()).rstrip(" ,;").replace(" - ", " \N{EN DASH} ")
    if not folded:
        return ""
    closed = folded.rstrip("\"')\N{RIGHT DOUBLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}")
    return capital(folded) + ("" if closed.endswith((".", "!", "?", "\N{HORIZONTAL ELLIPSIS}")) else ".")
