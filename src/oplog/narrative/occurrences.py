"""Occurrences that were held or called off, in sentences; those that differ in nothing are counted together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oplog.domain import events
from oplog.domain.content import Nature
from oplog.narrative import phrases
from oplog.narrative.clauses import accompanied, at, because, led
from oplog.narrative.opening import audience_of, leads_before, tell_lead

if TYPE_CHECKING:
    from oplog.domain.when import When
    from oplog.narrative.tale import Tale
    from oplog.recorded import Recorded


MEETING = "meeting"
MOST = 4
"""At more places and times than this, occurrences are told each in a sentence."""


def tell_occurrences(tale: Tale) -> None:
    """Tell what was held in the window, then what was called off; once."""
    if tale.occurrences_told:
        return
    tale.occurrences_told = True
    for members in _groups(tale.select(events.OccurrenceHeld)):
        _tell_held(tale, members)
    for recorded in tale.select(events.OccurrenceCancelled):
        _tell_cancelled(tale, recorded)


def _groups(held: list[Recorded]) -> list[list[Recorded]]:
    """Those that differ in nothing, together; then single ones that differ only in where and when they were."""
    alike: dict[Any, list[Recorded]] = {}
    for recorded in held:
        alike.setdefault((_kind_of(recorded), _spot(recorded)), []).append(recorded)
    found: list[list[Recorded]] = []
    for (kind, _), members in alike.items():
        last = found[-1] if found else None
        if last and _single(members) and all(map(_alone, last)) and len(last) < MOST and _kind_of(last[0]) == kind:
            last += members
        else:
            found.append(list(members))
    return found


def _kind_of(recorded: Recorded) -> Any:
    event: events.OccurrenceHeld = recorded.event
    return event.about, event.audience, event.lead, event.cause


def _single(members: list[Recorded]) -> bool:
    return len(members) == 1 and _alone(members[0])


def _alone(recorded: Recorded) -> bool:
    """Whether it is one occurrence of which nobody counted who came, so that nothing else need be said of it."""
    return recorded.event.count == 1 and recorded.event.attendance is None and _spot(recorded) != (None, None)


def _spot(recorded: Recorded) -> tuple[str | None, When | None]:
    """Where and when."""
    return recorded.event.place, recorded.effective


def _at_and_on(tale: Tale, members: list[Recorded], place: str | None) -> tuple[str, str]:
    """Where and when they were held, as two phrases: those of several are told one after another in the first.

    `place` is where they were held if they do not say where themselves.
    """
    locale, dates = tale.locale, tale.windows.dates
    spots = [(at(locale, where or place), when) for where, when in dict.fromkeys(_spot(r) for r in members)]
    wheres = list(dict.fromkeys(where for where, _ in spots))
    whens = list(dict.fromkeys(when for _, when in spots))
    said = [dates.on(when) if when else "" for when in whens]
    if len(wheres) == 1:
        return wheres[0], locale.listed(said)
    if len(whens) == 1:
        return locale.listed(wheres), said[0]
    told = [locale.say("occurrences.spot", at=where, on=dates.on(when) if when else "") for where, when in spots]
    return locale.listed(told), ""


def _tell_held(tale: Tale, members: list[Recorded]) -> None:
    locale = tale.locale
    first: events.OccurrenceHeld = members[0].event
    number = sum(r.event.count for r in members)
    opening = not any(told.role == "lead" for told in tale.statements)
    where, on = _at_and_on(tale, members, tale.plan.place if opening else None)
    subject, participle = _subject(tale, number, opening=opening)
    if opening and number == 1 and tale.noun.plural:
        tale.told_one = True
    if first.about:
        has_topic = not (tale.noun.institution or locale.grammar.takes_topic(tale.noun, subject))
        subject = locale.say("subject.about" if has_topic else "subject.topic", subject=subject, topic=first.about)
    leader = first.lead or (tale.plan.lead if opening else None)
    partners = tale.state.partners if opening and len(tale.state.partners) < 3 else ()
    came = [r.event.attendance for r in members if r.event.attendance is not None]
    who = _attended(tale, came)
    slots = {
        "subject": subject,
        "aside": "",
        "company": accompanied(locale, partners),
        "at": where,
        "on": on or (locale.say("dates.reporting_period") if number > 1 and _spot(members[0])[1] is None else ""),
        "audience": first.audience or (audience_of(tale) if opening else ""),
    }
    before = leads_before(leader, slots, topic=bool(first.about))
    if before:
        slots["aside"] = led(locale, leader)
    trails = bool(leader) and before is False
    slots |= {
        "led": led(locale, leader) if trails else "",
        "people": "" if trails else who,
        "people_led": who if trails else "",
    }
    tale.takes_aim = opening and not came and not tale.told_one
    if participle is None:
        body = locale.say("occurrences.took_place", number, **slots)
    else:
        body = locale.say("occurrences.held", number, participle=participle, **slots)
    front = because(locale, first.cause or (tale.plan.cause if opening else None), events.OccurrenceHeld)
    tale.fronted = tale.fronted or (opening and bool(front))
    text = locale.say("causes.before", sentence=body, cause=front) if front else body
    tale.tell(text, [*([tale.planned] if opening else []), *members], "lead" if opening else "detail")
    if before is None:
        tell_lead(tale, leader, number, [tale.planned] if opening and not first.lead else members)


def _attended(tale: Tale, came: list[int]) -> str:
    if not came:
        return ""
    key = "people.number_in_all" if len(came) > 1 else "people.number"
    return tale.locale.say(key, sum(came), number=tale.locale.count(sum(came)))


def _subject(tale: Tale, number: int, *, opening: bool) -> tuple[str, str | None]:
    """What was held, so many times, and what was done with it: "seven Griffin sessions", "held"; None if nothing."""
    name, locale = tale.noun, tale.locale
    single = name.named or name.unique or name.institution or tale.nature is not Nature.EVENT
    if name.plural and (opening or tale.told_one):
        return name.counted(number, locale.in_words(number)), tale.participle
    if name.plural:
        things = locale.grammar.main_word(name.bare)
        things = locale.grammar.singular(things) if number == 1 else things
        return locale.say("occurrences.again", number=locale.in_words(number), name=things), tale.participle
    if not single:
        return name.counted(number, locale.in_words(number)) if opening else locale.in_words(number), tale.participle
    key = f"occurrences.{_kind(tale)}"
    participle = tale.participle if _kind(tale) == MEETING else None
    several = locale.say(f"{key}.several", number, number=locale.in_words(number))
    what = locale.say(f"{key}.one") if number == 1 else several
    if opening:
        joint = "occurrences.under" if name.named else "occurrences.of"
        what = locale.say(joint, what=what, name=name.first(known=True))
    return what, participle


def _tell_cancelled(tale: Tale, recorded: Recorded) -> None:
    event: events.OccurrenceCancelled = recorded.event
    when = event.when or recorded.effective
    text = tale.locale.say(
        "occurrences.cancelled",
        2 if event.count is None else event.count,
        subject=_missed(tale, event.count),
        on=tale.windows.dates.on(when) if when else "",
        because=because(tale.locale, event.cause, events.OccurrenceCancelled),
    )
    tale.tell(text, [recorded], "detail")


def _missed(tale: Tale, missed: int | None) -> str:
    """What was called off: "two others", "a number of these shifts", "three planned deployments"."""
    say, name = tale.locale.say, tale.noun
    number = tale.locale.in_words(missed) if missed else ""
    key = f"occurrences.{_kind(tale)}"
    if not name.plural:
        return say(f"{key}.planned", missed, number=number) if missed else say(f"{key}.some_planned")
    if tale.select(events.OccurrenceHeld):
        return say("occurrences.others", missed, number=number) if missed else say("occurrences.some_others")
    things = tale.locale.grammar.main_word(name.bare)
    if missed:
        return say("occurrences.of_these", number=number, name=things)
    return say("occurrences.some_of_these", name=things)


def _kind(tale: Tale) -> str:
    if tale.noun.institution and tale.participle:
        return MEETING
    return phrases.OCCURRENCES[tale.stream.partition("/")[0]]
