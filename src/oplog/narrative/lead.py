"""The opening of a paragraph: what became of one stream in the window, in one sentence where it can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.domain import events
from oplog.domain.campaign import Relaunched
from oplog.domain.content import Nature
from oplog.domain.lifecycle import Status
from oplog.domain.pilot import Adopted, Discontinued
from oplog.domain.when import Kind, When
from oplog.narrative import phrases
from oplog.narrative.changes import aside_of, change_of, tell_changes
from oplog.narrative.clauses import accompanied, at, attended, chain, led, people
from oplog.narrative.occurrences import tell_occurrences
from oplog.narrative.opening import (
    audience_of,
    cause_of,
    leads_before,
    on_date,
    partners_of,
    repeats_of,
    subject_of,
    tell_lead,
    tell_repeats,
    tell_with_people,
    with_front,
)
from oplog.narrative.repetition import term
from oplog.narrative.standing import tell_standing

if TYPE_CHECKING:
    from oplog.narrative.tale import Tale
    from oplog.recorded import Recorded


DECISIONS = (Adopted, Discontinued, events.Extended, events.HandedOver)
"""What is decided on an evaluation; that work is completed is decided too, but an event just ends."""


def open_tale(tale: Tale) -> None:
    """Tell the opening: a chain of changes, an event that was held, a start, occurrences, or how it stands."""
    moves = _collapsed(_moves(tale))
    kinds = [type(r.event) for r in moves]
    held = tale.select(events.OccurrenceHeld)
    done = kinds in ([events.Completed], [events.Commenced, events.Completed]) and not held
    before = tale.earlier.status in (Status.NEW, Status.PLANNED)
    if done and before and tale.nature is Nature.EVENT:
        _held(tale, moves)
    elif done and before:
        _ran(tale, moves)
    elif kinds in ([events.Commenced], [Relaunched]):
        _started(tale, moves[0])
    elif moves:
        tell_changes(tale, moves)
    elif held and not (tale.plan.recurrence or tale.plan.rate):
        tell_occurrences(tale)
    else:
        tell_standing(tale)


def _moves(tale: Tale) -> list[Recorded]:
    """The changes of the window; an evaluation is one of them where something was decided after it."""
    ends = () if tale.nature is Nature.EVENT else (events.Completed,)
    decided = tale.select(*DECISIONS, *ends)
    return [
        r
        for r in tale.inside
        if type(r.event) in phrases.VERBS
        or (isinstance(r.event, events.Evaluated) and any(d.position > r.position for d in decided))
    ]


def _collapsed(moves: list[Recorded]) -> list[Recorded]:
    """Without a postponement that was overtaken at once by a cancellation for the same cause: one change, told once."""
    kept: list[Recorded] = []
    for move in moves:
        last = kept[-1] if kept else None
        if (
            last is not None
            and isinstance(last.event, events.Postponed)
            and isinstance(move.event, events.Cancelled)
            and _named(last) == _named(move)
        ):
            kept.pop()
        kept.append(move)
    return kept


def _named(move: Recorded) -> str | None:
    return move.event.cause.name if move.event.cause else None


def _time(moves: list[Recorded]) -> When | None:
    """When it was, from its first to its last date."""
    dates = [r.effective for r in moves if r.effective]
    if not dates:
        return None
    first, last = dates[0], dates[-1]
    days = first.kind is Kind.DAY and last.kind is Kind.DAY and first.earliest <= last.latest
    return When.of(first.earliest, last.latest) if days and first != last else last


def _held(tale: Tale, moves: list[Recorded]) -> None:
    plan, last, locale = tale.plan, moves[-1], tale.locale
    front = cause_of(tale, moves)
    partners = partners_of(tale)
    came = getattr(last.event, "attendance", None)
    who = attended(locale, came)
    slots = {
        "subject": subject_of(tale),
        "aside": aside_of(tale, moves),
        "company": accompanied(locale, partners) if len(partners) < 3 else "",
        "at": at(locale, plan.place),
        "on": on_date(tale, _time(moves)),
        "audience": audience_of(tale),
    }
    body = tale.happened("held.", **slots, led="", people="", people_led="")
    before = leads_before(plan.lead, slots, topic=bool(plan.about) and str(plan.about) in slots["subject"])
    leads = bool(plan.lead) and before is not None and len(body.split()) < 26
    if leads and before:
        slots["aside"] = led(locale, plan.lead)
        body = tale.happened("held.", **slots, led="", people=who, people_led="")
    elif leads:
        body = tale.happened("held.", **slots, led=led(locale, plan.lead), people="", people_led=who)
    else:
        body = tale.happened("held.", **slots, led="", people=who, people_led="")
    tale.takes_aim = came is None
    tale.tell(with_front(tale, front, body), [tale.planned, *moves], "lead")
    if plan.lead and not leads:
        tell_lead(tale, plan.lead, tale.number, [tale.planned])
    if len(partners) > 2:
        text = locale.say("people.took_part", len(partners), partners=locale.listed(list(partners)))
        tale.tell(text, [tale.planned], "detail")


def _started(tale: Tale, move: Recorded) -> None:
    """It commenced; something that repeats is told with how it does."""
    locale = tale.locale
    front = cause_of(tale, [move])
    repeats = repeats_of(tale)
    own = bool(repeats) and tale.noun.institution and led(locale, tale.plan.lead) == tale.plan.lead
    if repeats and tale.nature is Nature.EVENT:
        body = _goes_on(tale, move, repeats, own=own)
    else:
        change = change_of(tale, move, length=False)
        partners = partners_of(tale)
        own = bool(tale.plan.term) and len(partners) < 3
        slots = {"company": accompanied(locale, partners), "led": led(locale, tale.plan.lead)} if own else {}
        body = locale.say(
            "started.with_people" if own else "started.plain",
            tale.number,
            subject=subject_of(tale),
            chain=chain(locale, [change]),
            term=term(locale, tale.plan.term) if tale.plan.term else "",
            **slots,
        )
    if own:
        tale.tell(with_front(tale, front, body), [tale.planned, move], "lead")
    else:
        tell_with_people(tale, with_front(tale, front, body), [tale.planned, move])
    tale.takes_aim = tale.takes_aim or bool(repeats and tale.nature is Nature.EVENT)
    if repeats and tale.nature is not Nature.EVENT:
        tell_repeats(tale, repeats)


def _goes_on(tale: Tale, move: Recorded, repeats: str, *, own: bool) -> str:
    """An event that repeats from now on: "is now held every fortnight"; `own` says that it is told with its people."""
    locale = tale.locale
    who = people(locale, led(locale, tale.plan.lead), accompanied(locale, partners_of(tale))) if own else ""
    slots = {"subject": subject_of(tale), "people": who, "repeats": repeats, "at": at(locale, tale.plan.place)}
    if tale.noun.institution:
        verb = "meets"
    elif tale.participle:
        verb = "held"
        slots["participle"] = tale.participle
    else:
        verb = "takes_place"
    if move.effective is None:
        return locale.say(f"started.{verb}_now", tale.number, **slots)
    began = change_of(tale, move, place=False, length=False).clause(locale)
    return locale.say(f"started.{verb}_since", tale.number, began=began, **slots)


def _ran(tale: Tale, moves: list[Recorded]) -> None:
    """It came and went within the window: "ran for 24 hours on 27 July", "ran from 3 to 5 December"."""
    locale = tale.locale
    front = cause_of(tale, moves)
    when = _time(moves)
    began = isinstance(moves[0].event, events.Commenced)
    came = getattr(moves[-1].event, "attendance", None)
    slots = {"subject": subject_of(tale), "aside": aside_of(tale, moves), "people": attended(locale, came)}
    parts = {
        "length": term(locale, tale.plan.term) if tale.plan.term else "",
        "on": on_date(tale, when),
        "at": at(locale, tale.plan.place),
    }
    if tale.nature is Nature.WORK and (tale.plan.term or began) and when:
        body = locale.say("ran.ran", tale.number, **slots, **parts)
    elif tale.nature is Nature.WORK and when and tale.noun.named:
        body = locale.say("ran.took_place", tale.number, **slots, **parts)
    else:
        change = change_of(tale, moves[-1]).also(because="", on=parts["on"], at=parts["at"])
        body = locale.say("ran.other", tale.number, chain=chain(locale, [change]), **slots)
    text = with_front(tale, front, body)
    tell_with_people(tale, text, [tale.planned, *moves], "led", counted=came is not None)
