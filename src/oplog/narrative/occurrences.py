"""Occurrences that were held or called off, in sentences; those that differ in nothing are counted together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oplog.domain import events
from oplog.domain.content import Nature
from oplog.narrative import phrases
from oplog.narrative.clauses import accompanied, at, attended, because, led, words
from oplog.narrative.english.nouns import capital, head
from oplog.narrative.english.numbers import count, in_words

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
    first: events.OccurrenceHeld = members[0].event
    number = sum(r.event.count for r in members)
    came = [r.event.attendance for r in members if r.event.attendance is not None]
    opening = not any(told.role == "lead" for told in tale.statements)
    when = members[0].effective
    subject, verb = _subject(tale, number, opening=opening)
    if opening and number == 1 and tale.noun.plural:
        tale.told_one = True
    if first.about:
        subject += f" on {first.about}"
    place = at(first.place or (tale.plan.place if opening else None))
    audience = first.audience or (tale.plan.audience if opening else None)
    on = tale.windows.dates.on(when) if when else ("in the reporting period" if number > 1 else "")
    partners = accompanied(tale.state.partners) if opening and len(tale.state.partners) < 3 else ""
    body = words(subject, verb, partners, place, on, f"for {audience}" if audience else "")
    leader = first.lead or (tale.plan.lead if opening else None)
    if leader:
        body += f", {led(leader)}"
    tale.takes_aim = opening and not came and not tale.told_one
    body += attended(sum(came) if came else None, after_lead=bool(leader))
    if len(came) > 1:
        body += " in all"
    front = because(first.cause or (tale.plan.cause if opening else None), events.OccurrenceHeld)
    tale.fronted = tale.fronted or (opening and bool(front))
    text = f"{capital(front)}, {body}" if front else body
    tale.tell(text, [*([tale.planned] if opening else []), *members], "lead" if opening else "detail")


def _subject(tale: Tale, number: int, *, opening: bool) -> tuple[str, str]:
    """What was held, so many times, and the verb: "seven Griffin sessions were held", "a deployment took place"."""
    name = tale.noun
    single = name.named or name.article == "the" or tale.nature is not Nature.EVENT
    if name.plural and (opening or tale.told_one):
        subject = name.counted(number, in_words(number))
    elif name.plural:
        subject = in_words(number)
    elif single:
        kind = _kind(tale, number == 1)
        subject = f"a {kind}" if number == 1 else f"{count(number)} {kind}"
        if opening:
            subject += f" {'under' if name.named else 'of'} {name.first(known=True)}"
        return subject, "took place"
    else:
        subject = name.counted(number, count(number)) if opening else count(number)
    if tale.participle is None:
        return subject, "took place"
    return subject, f"{'was' if number == 1 else 'were'} {tale.participle}"


def _tell_cancelled(tale: Tale, recorded: Recorded) -> None:
    event: events.OccurrenceCancelled = recorded.event
    opening = not tale.statements
    when = event.when or recorded.effective
    on = tale.windows.dates.on(when) if when else ""
    verb = "was cancelled" if event.count == 1 else "were cancelled"
    text = words(
        _missed(tale, event.count, opening=opening), verb, on, because(event.cause, events.OccurrenceCancelled)
    )
    tale.tell(text, [recorded], "lead" if opening else "detail")


def _missed(tale: Tale, missed: int | None, *, opening: bool) -> str:
    """What was called off: "two others", "a number of these shifts", "three planned deployments"."""
    number = count(missed) if missed else "a number"
    of = "" if missed else "of "
    if opening and tale.noun.plural:
        return f"{number} of the {tale.noun.bare}"
    if opening:
        return f"{number} {of}{_kind(tale)} of {tale.noun.first(known=True)}"
    if not tale.noun.plural:
        return f"{number} {of}planned {_kind(tale, missed == 1)}"
    if tale.select(events.OccurrenceHeld):
        return f"{number} other" if missed == 1 else f"{number if missed else 'some'} others"
    return f"{number} of these {head(tale.noun.bare)}"


def _kind(tale: Tale, single: bool = False) -> str:
    word = phrases.OCCURRENCES[tale.stream.partition("/")[0]]
    return word.removesuffix("s") if single else word
