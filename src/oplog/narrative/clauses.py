"""The parts of sentences: causes, places, people, and chains of verbs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import frozen

from oplog.narrative import phrases
from oplog.narrative.english.lexicon import RANKS, TEAMS
from oplog.narrative.english.nouns import small
from oplog.narrative.english.numbers import count, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oplog.domain.values import Cause

_PLACE = re.compile(
    r"(?:at|in|on|across|outside|inside|near|around|along|between|throughout|from|within|under|by|opposite|off|through|over|beside"
    r"|aboard|online|next to|close to|to) ?\b.*",
    re.IGNORECASE,
)


@frozen
class Verb:
    """One verb of a chain: its auxiliary ("was", "has" or ""), the verb and what follows it."""

    auxiliary: str
    main: str
    tail: str = ""


def because(cause: Cause | None, event: type) -> str:
    """The cause as a phrase: "because of the attack" after a setback, "following the attack" otherwise; "" for none."""
    if cause is None:
        return ""
    setback = event in phrases.SETBACKS and cause.kind not in phrases.OWN_PHRASE
    pattern = phrases.SETBACK_CAUSE if setback else phrases.CAUSES[cause.kind]
    return pattern.format(small(cause.name.rstrip(". ")))


def at(place: str | None) -> str:
    """Where: with the preposition that was written, or "at"; articles are the recorder's to write."""
    if not place:
        return ""
    return place if _PLACE.fullmatch(place) else f"at {place}"


def led(lead: str | None, verb: str = "led") -> str:
    """Who leads: "chaired by X" as it was written, or "led by X"."""
    if not lead:
        return ""
    if re.match(r"\w+ (?:\w+ )?by ", lead):
        return lead
    return f"{'led' if is_person(lead) else verb} by {team(lead)}"


def team(name: str) -> str:
    """The name of a team with the article that speech gives it: "the licensing team", "the Rural Crime Team"."""
    words_of = name.split()
    plain = words_of[0].lower() not in {"the", "a", "an", "our", "its"} and " by " not in name
    return f"the {small(name)}" if plain and words_of[-1].lower() in TEAMS else name


def agent(lead: str | None) -> str:
    """The team itself, where the lead names one: "the licensing team" of "carried out by the licensing team".

    Empty for a chair or a host, who does not do the work, and for a person.
    """
    match = re.match(r"(?P<verb>\w+)(?: \w+)? by (?P<team>.+)", lead or "")
    if match is not None and match["verb"] in {"chaired", "hosted", "opened"}:
        return ""
    name = match["team"] if match else lead or ""
    return "" if is_person(name) or not name else team(name)


def attended(came: int | None, *, after_lead: bool = False) -> str:
    """Who came, to stand at the end of a sentence: ", attended by 274 people"; "" when nobody counted."""
    if came is None:
        return ""
    return f"{' and' if after_lead else ','} attended by {count(came)} {'person' if came == 1 else 'people'}"


def is_person(name: str) -> bool:
    """Whether a name is a person's, by its rank, and not a team's."""
    return any(word.strip(",.").lower() in RANKS for word in name.split()) and "office of" not in name.lower()


def accompanied(partners: Sequence[str]) -> str:
    """With whom: "with A, B and C"."""
    return f"with {listed(list(partners))}" if partners else ""


def words(*parts: str) -> str:
    """The parts that say something, with single spaces between."""
    return " ".join(part for part in parts if part)


def chain(verbs: Sequence[Verb]) -> str:
    """Verbs of one subject in a row; an auxiliary that stands already is not said again.

    "was cancelled because of X and rescheduled to Y"; "commenced in May, was suspended in June and resumed in July".
    """
    told: list[str] = []
    previous: Verb | None = None
    for verb in verbs:
        if previous and verb.main == previous.main and verb.auxiliary == previous.auxiliary:
            told.append(words("then", verb.tail))
        else:
            auxiliary = "" if previous and verb.auxiliary == previous.auxiliary else verb.auxiliary
            told.append(words(auxiliary, verb.main, verb.tail))
        previous = verb
    if len(told) == 2:
        return f"{told[0]} and {told[1]}"
    return ", ".join(told[:-1]) + (" and " if len(told) > 1 else "") + told[-1]
