"""The parts of sentences: causes, places, people, and chains of changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve, frozen

from oplog.narrative import phrases

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from oplog.domain.values import Cause
    from oplog.narrative.locale import Locale


@frozen
class Change:
    """One change of a chain: the key of its verb, the grammatical number of its subject, and what can follow it."""

    verb: str
    number: int
    slots: Mapping[str, str]

    def clause(self, locale: Locale, *, again: bool = False) -> str:
        """The change without its auxiliary; `again` says that the one before it was of the same kind."""
        key = f"verbs.{self.verb}.again"
        if not again or key not in locale.values:
            key = f"verbs.{self.verb}.clause"
        return locale.say(key, self.number, **{**_NOTHING, **self.slots})

    def auxiliary(self, locale: Locale) -> str:
        """Its auxiliary, "" for none."""
        return locale.say(f"verbs.{self.verb}.auxiliary", self.number)

    def also(self, **slots: str) -> Change:
        """It with more said of it."""
        return evolve(self, slots={**self.slots, **slots})


_NOTHING = dict.fromkeys(("at", "because", "by", "came", "length", "on", "place", "team", "to", "until"), "")


def because(locale: Locale, cause: Cause | None, event: type) -> str:
    """The cause as a phrase: "because of the attack" after a setback, "following the attack" otherwise; "" for none."""
    if cause is None:
        return ""
    setback = event in phrases.SETBACKS and cause.kind not in phrases.OWN_PHRASE
    name = locale.grammar.small(cause.name.rstrip(". "))
    want = locale.grammar.want(name) if setback or cause.kind in phrases.REASONS else None
    if want is not None:
        return locale.say(f"causes.{want}", 2 if locale.grammar.is_plural(name) else 1, cause=name)
    return locale.say("causes.setback" if setback else f"causes.{cause.kind.value}", cause=name)


def at(locale: Locale, place: str | None) -> str:
    """Where: with the preposition that was written, or "at"; articles are the recorder's to write."""
    if not place:
        return ""
    return place if locale.grammar.says_where(place) else locale.say("subject.at", place=place)


def led(locale: Locale, lead: str | None, verb: str = "led") -> str:
    """Who leads: "chaired by X" as it was written, or "led by X"; `verb` is "led" or "run"."""
    if not lead:
        return ""
    grammar = locale.grammar
    if grammar.says_who(lead):
        return lead
    return locale.say("people.led" if grammar.is_person(lead) else f"people.{verb}", who=grammar.team(lead))


def attended(locale: Locale, came: int | None) -> str:
    """Who came: "274 people"; "" when nobody counted."""
    return "" if came is None else locale.say("people.number", came, number=locale.count(came))


def accompanied(locale: Locale, partners: Sequence[str]) -> str:
    """With whom: "with A, B and C"."""
    return locale.say("people.with", partners=locale.listed(list(partners))) if partners else ""


def people(locale: Locale, lead: str, company: str) -> str:
    """Who leads and with whom, in one phrase; "" where both are."""
    return locale.say("people.led_with", led=lead, company=company) if lead and company else lead or company


def chain(locale: Locale, changes: Sequence[Change]) -> str:
    """Changes of one subject in a row; an auxiliary that stands already is not said again.

    "was cancelled because of X and rescheduled to Y"; "commenced in May, was suspended in June and resumed in July".
    """
    told: list[str] = []
    previous: Change | None = None
    for change in changes:
        if previous and change.verb == previous.verb:
            told.append(change.clause(locale, again=True))
        else:
            auxiliary = change.auxiliary(locale)
            said = previous is not None and auxiliary == previous.auxiliary(locale)
            clause = change.clause(locale)
            told.append(locale.say("changes.first", auxiliary="" if said else auxiliary, clause=clause))
        previous = change
    if len(told) < 2:
        return "".join(told)
    if len(told) == 2:
        return locale.say("changes.two", first=told[0], last=told[1])
    return locale.say("changes.many", first=locale.say("lists.plain").join(told[:-1]), last=told[-1])
