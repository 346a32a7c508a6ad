"""Occurrences that were held or called off, in sentences; those that differ in nothing are counted together."""

from __future__ import annotations

from typing import Any

from oplog.domain import events
from oplog.narrative import phrases
from oplog.narrative.clauses import at, because, led, words
from oplog.narrative.english.nouns import capital
from oplog.narrative.english.numbers import count
from oplog.narrative.tale import Tale
from oplog.recorded import Recorded


def tell_occurrences(tale: Tale) -> None:
    """Tell what was held in the window, then what was called off."""
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
    first: events.OccurrenceHeld = members[0].event
    number = sum(r.event.count for r in members)
    came = [r.event.attendance for r in members if r.event.attendance is not None]
    opening = not any(told.role == "lead" for told in tale.statements)
    when = members[0].effective
    verb = "was held" if number == 1 else "were held"
    if not opening and (tale.noun.plural or tale.plan.recurrence or tale.plan.rate):
        subject = count(number)
    elif tale.noun.named or (not tale.noun.plural and tale.noun.article == "the"):
        subject = tale.noun.first(known=True)
        times = {1: "was held", 2: "was held twice"}
        verb = times.get(number, f"was held {count(number)} times")
    else:
        subject = tale.noun.counted(number, count(number))
    if first.about:
        subject += f" on {first.about}"
    place = at(first.place or (tale.plan.place if opening else None))
    audience = first.audience or (tale.plan.audience if opening else None)
    on = tale.windows.dates.on(when) if when else ("in the reporting period" if number > 1 else "")
    body = words(subject, verb, place, on, f"for {audience}" if audience else "")
    leader = first.lead or (tale.plan.lead if opening else None)
    if leader:
        body += f", {led(leader)}"
    if came:
        total = sum(came)
        body += f"{', and' if leader else ','} attended by {count(total)} {'person' if total == 1 else 'people'}"
        if number > 1:
            body += " in all"
    front = because(first.cause or (tale.plan.cause if opening else None), events.OccurrenceHeld)
    text = f"{capital(front)}, {body}" if front else body
    tale.tell(text, [*([tale.planned] if opening else []), *members], "lead" if opening else "detail")


def _tell_cancelled(tale: Tale, recorded: Recorded) -> None:
    event: events.OccurrenceCancelled = recorded.event
    opening = not tale.statements
    number = count(event.count) if event.count else "a number"
    if opening:
        subject = f"{number} of the {tale.noun.bare}" if tale.noun.plural else f"{number} {_of(event)}{_kind(tale)} of {tale.noun.first(known=True)}"
    else:
        subject = f"{number} of them" if tale.noun.plural else f"{number} {_of(event)}planned {_kind(tale, event.count == 1)}"
    verb = "was cancelled" if event.count == 1 else "were cancelled"
    on = tale.windows.dates.on(event.when or recorded.effective) if (event.when or recorded.effective) else ""
    tale.tell(words(subject, verb, on, because(event.cause, events.OccurrenceCancelled)), [recorded], "lead" if opening else "detail")


def _of(event: events.OccurrenceCancelled) -> str:
    return "" if event.count else "of "


def _kind(tale: Tale, single: bool = False) -> str:
    word = phrases.OCCURRENCES[tale.stream.partition("/")[0]]
    return word.removesuffix("s") if single else word
