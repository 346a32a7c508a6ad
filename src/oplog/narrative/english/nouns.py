"""Noun phrases: number, articles and the forms that a sentence needs.

A title is written as in the middle of a sentence. What can be seen from its words is seen from them: whether it is plural,
and whether it takes "a", "the" or nothing. Lists of exceptions stand at the top, so that a wrong guess is mended there.
"""

from __future__ import annotations

import re

from attrs import frozen

_PREPOSITIONS = frozenset(
    "about across after against among around at before between beyond by during following for from in into near of off on over"
    " regarding targeting through throughout to towards under via with within without".split()
)
_NAMED = frozenset({"operation", "op", "op.", "project", "exercise"})
_SINGULAR_IN_S = frozenset(
    "access analysis analytics athletics bus business campus census congress consensus crisis ethics focus headquarters logistics"
    " news politics process progress series species status statistics virus".split()
)
_PLURALS = frozenset({"people", "children", "men", "women", "police", "data", "media", "premises", "staff", "personnel"})
_SINGULAR_OF = {"people": "person", "children": "child", "men": "man", "women": "woman", "premises": "premises",
                "staff": "member of staff", "series": "series", "days": "day", "police": "police officer",
                "lives": "life", "knives": "knife", "thieves": "thief", "leaves": "leaf", "analyses": "analysis",
                "crises": "crisis"}  # fmt: skip
_UNCOUNTABLE = frozenset(
    "access action activity advice assistance awareness communication compliance contact cooperation co-operation data"
    " disruption education enforcement engagement equipment evidence guidance help housing information intelligence liaison"
    " mapping mitigation outreach policing preparation preparedness prevention protection publicity reassurance research"
    " resilience safety security support surveillance training vigilance visibility work".split()
)
_COUNTABLE_ING = frozenset("briefing building gathering hearing meeting outing screening sitting viewing warning".split())
_NAMING_HEADS = frozenset(
    "academy accelerator advocate alliance assembly association board bureau campaign centre charter clinic club college"
    " commission committee conference consortium council day days event exercise exhibition fair festival forum framework fund group"
    " hub initiative lab levy month network office panel partnership patrol pilot plan portal programme project register"
    " review roadshow scheme seminar service show sprint strategy summit survey symposium taskforce team trial unit watch week weekend"
    " workshop year".split()
)
_AN_LETTERS = frozenset("AEFHILMNORSX")
_AN_WORDS = ("honest", "honour", "hour", "heir")
_A_WORDS = ("one", "once", "uni", "use", "usu", "eu", "ubiq", "ukraine")
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
        """As it is first mentioned: with the article written, else "the" when it is `known` already, else "a" or nothing."""
        if self.article:
            return f"{self.article} {self.bare}"
        if self.plural or self.named or _is_bare_name(self.bare) or _is_mass(self.bare):
            return self.bare
        if known or _is_proper(self.bare):
            return f"the {self.bare}"
        return f"{indefinite(self.bare)} {self.bare}"

    def counted(self, number: int, words: str) -> str:
        """So many of it: "seven Griffin sessions", "a presentation" for one."""
        if number == 1:
            one = singular(self.bare) if self.plural else self.bare
            return f"{indefinite(one)} {one}"
        return f"{words} {self.bare if self.plural else plural_of(self.bare)}"

    @property
    def pronoun(self) -> str:
        """It or they, at the start of a sentence."""
        return "They" if self.plural else "It"


def noun(title: str, plural: bool | None = None) -> Noun:
    """Read a title; `plural` None sees it from the words."""
    bare, article = title.strip(), ""
    for written in _ARTICLES:
        if bare.lower().startswith(written):
            article, bare = written.strip(), bare[len(written) :].lstrip()
    return Noun(bare, article, is_plural(bare) if plural is None else plural)


def head(phrase: str) -> str:
    """The main word of a noun phrase: the last before its first preposition or comma ("week" in "week of action")."""
    words = re.split(r"[,(:;]", phrase)[0].split()
    for n, word in enumerate(words):
        if n and word.lower() in _PREPOSITIONS:
            return words[n - 1]
    return words[-1] if words else phrase


def is_plural(phrase: str) -> bool:
    """Whether a noun phrase is plural, as far as its words tell."""
    if _is_named(phrase):
        return False
    if re.search(r"\w+ and \w+", _before_preposition(phrase)) and head(phrase).lower().endswith("s"):
        return True
    word = head(phrase).lower().strip("'\N{RIGHT SINGLE QUOTATION MARK}")
    if word in _PLURALS:
        return True
    return word.endswith("s") and not word.endswith(("ss", "us", "is")) and word not in _SINGULAR_IN_S


def _before_preposition(phrase: str) -> str:
    words = phrase.split()
    for n, word in enumerate(words):
        if n and word.lower() in _PREPOSITIONS:
            return " ".join(words[:n])
    return phrase


def _is_named(phrase: str) -> bool:
    words = phrase.split()
    return len(words) > 1 and words[0].lower() in _NAMED and words[0][0].isupper() and _is_proper(phrase)


def _is_proper(phrase: str) -> bool:
    """Whether it is written as a name: every word of weight before the first preposition has a capital."""
    words = [w for w in _before_preposition(phrase).split() if w.lower() not in {"and", "of", "the", "for", "&"}]
    return all(w[0].isupper() or w[0].isdigit() for w in words)


def _is_bare_name(phrase: str) -> bool:
    return _is_proper(phrase) and head(phrase).lower() not in _NAMING_HEADS


def _is_mass(phrase: str) -> bool:
    word = head(phrase).lower()
    return word in _UNCOUNTABLE or (word.endswith("ing") and len(word) > 5 and word not in _COUNTABLE_ING)


def indefinite(phrase: str) -> str:
    """ "a" or "an", by the sound of the first word."""
    word = re.split(r"[ -]", phrase)[0]
    if word.isupper() and len(word) > 1:
        return "an" if word[0] in _AN_LETTERS else "a"
    low = word.lower()
    if low.startswith(_AN_WORDS):
        return "an"
    if low.startswith(_A_WORDS):
        return "a"
    return "an" if low[:1] in "aeiou" else "a"


def singular(phrase: str) -> str:
    """The singular of a plural noun phrase: "arrests" -> "arrest", "people stopped" -> "person stopped"."""
    word = head(phrase)
    low = word.lower()
    if low in _SINGULAR_OF:
        one = _SINGULAR_OF[low]
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


def sentence(text: str) -> str:
    """One sentence: white space folded, a capital first, a full stop at the end unless it has its mark already."""
    folded = " ".join(text.split()).rstrip(" ,;")
    if not folded:
        return ""
    closed = folded.rstrip("\"')\N{RIGHT DOUBLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}")
    return capital(folded) + ("" if closed.endswith((".", "!", "?", "\N{HORIZONTAL ELLIPSIS}")) else ".")
