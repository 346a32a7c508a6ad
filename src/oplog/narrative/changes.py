"""Chains of changes: planned, postponed, cancelled, rescheduled, suspended, handed over, in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oplog.domain import events
from oplog.domain.campaign import Relaunched
from oplog.domain.content import Nature
from oplog.domain.deployment import Redeployed
from oplog.domain.lifecycle import Status
from oplog.domain.when import Kind
from oplog.narrative import phrases
from oplog.narrative.clauses import Verb, accompanied, at, attended, because, chain, team, words
from oplog.narrative.english import dates as english
from oplog.narrative.english.numbers import count
from oplog.narrative.opening import on_date, partners_of, repeats_of, subject_of, tell_people, tell_repeats

if TYPE_CHECKING:
    from oplog.domain.when import When
    from oplog.narrative.tale import Tale
    from oplog.recorded import Recorded


LONGEST = 3
"""More changes than this are told in another sentence."""


def tell_changes(tale: Tale, moves: list[Recorded]) -> None:
    """A chain of changes, with what had been promised before the first of them."""
    verbs: list[Verb] = []
    previous = _first_promise(tale)
    cause = None
    for n, move in enumerate(moves):
        verb = verb_of(tale, move, previous, alone=n == 0)
        said = getattr(move.event, "cause", None)
        reason = because(said, type(move.event)) if said and (cause is None or said.name != cause.name) else ""
        if _kept_new_date(moves, n):
            verbs[-1] = Verb(verbs[-1].auxiliary, verbs[-1].main, f"{verbs[-1].tail}, when {_came(tale, move)}")
        else:
            verbs.append(Verb(verb.auxiliary, verb.main, words(verb.tail, reason)))
        cause = said or cause
        previous = getattr(move.event, "when", previous)
    subject = subject_of(tale)
    partners = partners_of(tale)
    joined = tale.nature is Nature.EVENT and len(partners) < 3
    if joined:
        subject = words(subject, accompanied(partners))
    aside = aside_of(tale, moves)
    if aside:
        subject += f", {aside},"
    rests_on = [tale.planned, *(r for r in tale.inside if type(r.event) in phrases.VERBS), *moves]
    if tale.earlier.status in phrases.BEFORE:
        rests_on += [r for r in tale.before if type(r.event) in phrases.VERBS]
    told_so = _kept_new_date(moves, len(moves) - 1)
    ending = "" if told_so else attended(getattr(moves[-1].event, "attendance", None))
    if tale.state.status is Status.POSTPONED:
        ending = "; no new date has been set"
    while len(verbs) > LONGEST + 1:
        tale.tell(f"{subject} {chain(verbs[:LONGEST])}", rests_on, "lead")
        subject, verbs = f"{tale.pronoun}", verbs[LONGEST:]
    tale.tell(f"{subject} {chain(verbs)}{ending}", rests_on, "lead")
    if tale.over and tale.state.status is Status.PLANNED:
        tale.tell("No outcome has yet been recorded", rests_on, "detail")
    tell_people(tale, () if joined else partners)
    repeats = repeats_of(tale)
    if repeats and not tale.over and tale.state.status is Status.UNDER_WAY:
        tell_repeats(tale, repeats)
    for move in moves:
        if isinstance(move.event, events.Evaluated):
            tale.tell(move.event.result, [move], "text")


def _kept_new_date(moves: list[Recorded], n: int) -> bool:
    """Whether a change is the completion on the very date that the change before it set."""
    move = moves[n]
    before = moves[n - 1].event if n else None
    return (
        isinstance(move.event, events.Completed)
        and isinstance(before, events.Rescheduled)
        and move.effective == before.when
        and n == len(moves) - 1
    )


def _came(tale: Tale, completion: Recorded) -> str:
    """That it was held, and who came: "it was held", "it was held and 22 people attended"."""
    came = completion.event.attendance
    if came is None:
        return f"it {tale.happened}"
    return f"it {tale.happened} and {count(came)} {'person' if came == 1 else 'people'} attended"


def aside_of(tale: Tale, moves: list[Recorded]) -> str:
    """What had been promised, or had happened, before the first change of the window; "" when that says nothing."""
    first = moves[0]
    promised = _first_promise(tale)
    explains = phrases.BEFORE.get(tale.earlier.status)
    if explains:
        last = next((r for r in reversed(tale.before) if isinstance(r.event, explains)), None)
        verb = verb_of(tale, last) if last else None
        since = words(verb.main, verb.tail, because(last.event.cause, explains)) if verb and last else ""
        before = [r.event.when for r in tale.before if isinstance(r.event, (events.Planned, events.Rescheduled))]
        if explains is events.Postponed and before and before[-1]:
            return f"planned for {tale.windows.dates.to(before[-1])} and {since}"
        return since
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


def verb_of(tale: Tale, move: Recorded, promised: When | None = None, *, alone: bool = True) -> Verb:
    """One change as a verb, with its date or new date.

    `promised` is the date that it had before; `alone` says that no other change of the chain stands before it.
    """
    kind = type(move.event)
    if kind is events.Evaluated:
        return Verb(tale.was, "evaluated", on_date(tale, move.effective))
    voice, main = phrases.NATURE_VERBS.get((tale.nature, kind), phrases.VERBS[kind])
    voice, main = phrases.AGGREGATE_VERBS.get((tale.stream.partition("/")[0], kind), (voice, main))
    if isinstance(move.event, events.Rescheduled):
        return _rescheduled(tale, move.event, promised)
    tail = _tail(tale, move, promised, alone=alone)
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


def _tail(tale: Tale, move: Recorded, promised: When | None, *, alone: bool) -> str:
    """What follows the verb: when it was, until when, to whom."""
    event: Any = move.event
    dates = tale.windows.dates
    on = on_date(tale, move.effective)
    if isinstance(event, events.Completed):
        kept = bool(promised) and move.effective == promised
        when = ("as planned" if alone else "on that date") if kept else on
        return words(when, at(tale.plan.place) if tale.nature is Nature.EVENT else "")
    if isinstance(event, (events.Commenced, Relaunched)):
        length = f"for {english.term(tale.plan.term)}" if tale.plan.term and isinstance(event, events.Commenced) else ""
        return words(on, at(tale.plan.place), length)
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
