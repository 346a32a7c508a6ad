"""Occurrences that were held or called off, in sentences; those that differ in nothing are counted together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oplog.domain import events
from oplog.domain.content import Nature
from oplog.narrative import phrases
from oplog.narrative.clauses import accompanied, at, because, led

if TYPE_CHECKING:
    from oplog.narrative.tale import Tale
    from oplog.recorded import Recorded


def tell_occurrences(tale: Tale) -> None:
    """Tell what was held in the window, then what was called off; once."""
    if tale.occurrences_told:
        return
    tale.occurrences_told = True
    groups: dict[Any, list[Recorded]] = {}
    for recorded in tale.select(events.OccurrenceHeld):
        event = recorded.event
        alike = (event.about, event.audience, event.place, event.lead, event.cause, recorded.effective)
        groups.setdefault(alike, []).append(recorded)
    for members in groups.values():
        _tell_held(tale, members)
    for recorded in tale.select(events.OccurrenceCancelled):
        _tell_cancelled(tale, recorded)


def _tell_held(tale: Tale, members: list[Recorded]) -> None:
    locale = tale.locale
    first: events.OccurrenceHeld = members[0].event
    number = sum(r.event.count for r in members)
    opening = not any(told.role == "lead" for told in tale.statements)
    when = members[0].effective
    subject, participle = _subject(tale, number, opening=opening)
    if opening and number == 1 and tale.noun.plural:
        tale.told_one = True
    if first.about:
        subject = locale.say("subject.topic", subject=subject, topic=first.about)
    leader = first.lead or (tale.plan.lead if opening else None)
    partners = tale.state.partners if opening and len(tale.state.partners) < 3 else ()
    came = [r.event.attendance for r in members if r.event.attendance is not None]
    who = _attended(tale, came)
    slots = {
        "subject": subject,
        "company": accompanied(locale, partners),
        "at": at(locale, first.place or (tale.plan.place if opening else None)),
        "on": tale.windows.dates.on(when) if when else (locale.say("dates.reporting_period") if number > 1 else ""),
        "audience": first.audience or (tale.plan.audience if opening else None) or "",
        "led": led(locale, leader),
        "people": "" if leader else who,
        "people_led": who if leader else "",
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


def _attended(tale: Tale, came: list[int]) -> str:
    if not came:
        return ""
    key = "people.number_in_all" if len(came) > 1 else "people.number"
    return tale.locale.say(key, sum(came), number=tale.locale.count(sum(came)))


def _subject(tale: Tale, number: int, *, opening: bool) -> tuple[str, str | None]:
    """What was held, so many times, and what was done with it: "seven Griffin sessions", "held"; None if nothing."""
    name, locale = tale.noun, tale.locale
    single = name.named or name.unique or tale.nature is not Nature.EVENT
    if name.plural and (opening or tale.told_one):
        return name.counted(number, locale.in_words(number)), tale.participle
    if name.plural:
        return locale.in_words(number), tale.participle
    if not single:
        return name.counted(number, locale.count(number)) if opening else locale.count(number), tale.participle
    key = f"occurrences.{_kind(tale)}"
    what = (
        locale.say(f"{key}.one") if number == 1 else locale.say(f"{key}.several", number, number=locale.count(number))
    )
    if opening:
        joint = "occurrences.under" if name.named else "occurrences.of"
        what = locale.say(joint, what=what, name=name.first(known=True))
    return what, None


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
    number = tale.locale.count(missed) if missed else ""
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
    return phrases.OCCURRENCES[tale.stream.partition("/")[0]]
