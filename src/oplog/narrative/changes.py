"""Chains of changes: planned, postponed, cancelled, rescheduled, suspended, handed over, in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oplog.domain import events
from oplog.domain.content import Nature
from oplog.domain.deployment import Redeployed
from oplog.domain.lifecycle import Status
from oplog.domain.when import Kind
from oplog.narrative import phrases
from oplog.narrative.clauses import Verb, accompanied, at, because, chain, team, words
from oplog.narrative.english import dates as english
from oplog.narrative.opening import on_date, repeats_of, subject_of, tell_people, tell_repeats

if TYPE_CHECKING:
    from oplog.domain.when import When
    from oplog.narrative.tale import Tale
    from oplog.recorded import Recorded


def tell_changes(tale: Tale, moves: list[Recorded]) -> None:
    """A chain of changes, with what had been promised before the first of them."""
    verbs: list[Verb] = []
    state = tale.earlier if tale.earlier.status is not Status.NEW else None
    promised = state.when if state else tale.plan.when
    previous: When | None = promised
    cause = None
    for move in moves:
        verb = verb_of(tale, move, previous)
        said = getattr(move.event, "cause", None)
        reason = because(said, type(move.event)) if said and said != cause else ""
        verbs.append(Verb(verb.auxiliary, verb.main, words(verb.tail, reason)))
        cause = said or cause
        previous = getattr(move.event, "when", previous)
    subject = subject_of(tale)
    joined = tale.nature is Nature.EVENT and len(tale.state.partners) < 3
    if joined:
        subject = words(subject, accompanied(tale.state.partners))
    aside = _aside(tale, moves, promised)
    if aside:
        subject += f", {aside},"
    rests_on = [tale.planned, *(r for r in tale.inside if r.event.__class__ in phrases.VERBS)]
    tale.tell(f"{subject} {chain(verbs)}", rests_on, "lead")
    tell_people(tale, () if joined else tale.state.partners)
    repeats = repeats_of(tale)
    if repeats and not tale.over and tale.state.status is Status.UNDER_WAY:
        tell_repeats(tale, repeats)


def _aside(tale: Tale, moves: list[Recorded], promised: When | None) -> str:
    first = moves[0]
    if tale.earlier.status in phrases.BEFORE:
        return phrases.BEFORE[tale.earlier.status]
    if promised is None or tale.earlier.status is Status.UNDER_WAY:
        return ""
    kept = first.effective is None or first.effective.overlaps(promised) or _about(promised, first.effective)
    if isinstance(first.event, (events.Commenced, events.Completed)) and kept:
        return ""
    return f"planned for {tale.windows.dates.to(promised)}"


def _about(promised: When, happened: When) -> bool:
    """Whether something promised for about a day happened in the same month."""
    start = promised.span.start
    return bool(start and start.approximate) and happened.earliest.replace(day=1) == promised.earliest.replace(day=1)


def _first_promise(tale: Tale) -> When | None:
    return tale.earlier.when if tale.earlier.plan else tale.plan.when


def verb_of(tale: Tale, move: Recorded, promised: When | None = None) -> Verb:
    """One change as a verb, with its date or new date; `promised` is the date that it had before."""
    voice, main = phrases.NATURE_VERBS.get((tale.nature, type(move.event)), phrases.VERBS[type(move.event)])
    if isinstance(move.event, events.Rescheduled):
        return _rescheduled(tale, move.event, promised)
    tail = _tail(tale, move, promised)
    if isinstance(move.event, Redeployed):
        where = at(move.event.place)
        if not where.startswith("at "):
            return Verb(tale.was, "redeployed", words(where, tail))
        tail = words(f"to {where.removeprefix('at ')}", tail)
    if voice is phrases.PASSIVE:
        return Verb(tale.was, main, tail)
    if move.effective is None and main in phrases.PERFECTS:
        return Verb("have" if tale.noun.plural else "has", phrases.PERFECTS[main], tail)
    return Verb("", main, tail)


def _rescheduled(tale: Tale, event: events.Rescheduled, promised: When | None) -> Verb:
    to = tale.windows.dates.to(event.when)
    if promised and event.when.latest < promised.earliest:
        return Verb(tale.was, "brought forward", f"to {to}")
    if promised is None and tale.earlier.status is Status.PLANNED:
        return Verb(tale.was, "scheduled", f"for {to}")
    return Verb(tale.was, "rescheduled", f"to {to}")


def _tail(tale: Tale, move: Recorded, promised: When | None) -> str:
    """What follows the verb: when it was, until when, to whom."""
    event: Any = move.event
    dates = tale.windows.dates
    on = on_date(tale, move.effective)
    if isinstance(event, events.Completed) and promised and move.effective == promised:
        return "as planned" if promised == _first_promise(tale) else "on that date"
    if isinstance(event, (events.Postponed, events.Cancelled)):
        return on if move.effective and move.effective.kind is Kind.DAY else ""
    if isinstance(event, events.Suspended):
        return words(on, f"until {dates.to(event.until)}" if event.until else "")
    if isinstance(event, events.Extended):
        by = f"by {english.term(event.term)}" if event.term else ""
        return words(by, f"to {dates.to(event.until)}" if event.until else "")
    if isinstance(event, events.HandedOver):
        return words(f"to {team(event.to)}", on)
    return on
