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
from oplog.narrative.clauses import Change, accompanied, at, attended, because, chain
from oplog.narrative.evaluation import tell_findings
from oplog.narrative.opening import on_date, partners_of, repeats_of, subject_of, tell_people, tell_repeats
from oplog.narrative.repetition import term

if TYPE_CHECKING:
    from oplog.domain.values import Cause
    from oplog.domain.when import When
    from oplog.narrative.tale import Tale
    from oplog.recorded import Recorded


LONGEST = 3
"""More changes than this are told in another sentence."""
LONG = 38
"""A chain of more words than this is told in several sentences."""


def tell_changes(tale: Tale, moves: list[Recorded]) -> None:
    """A chain of changes, with what had been promised before the first of them."""
    locale = tale.locale
    changes = _changes(tale, moves)
    partners = partners_of(tale)
    joined = tale.nature is Nature.EVENT and len(partners) < 3
    slots = {
        "subject": _subject(tale, moves),
        "company": accompanied(locale, partners) if joined else "",
        "aside": aside_of(tale, moves),
    }
    rests_on = [tale.planned, *(r for r in tale.inside if type(r.event) in phrases.VERBS), *moves]
    if tale.earlier.status in phrases.BEFORE:
        rests_on += [r for r in tale.before if type(r.event) in phrases.VERBS]
    while (first := _portion(tale, changes, slots)) < len(changes):
        tale.tell(_sentence(tale, changes[:first], slots), rests_on, "lead")
        slots, changes = {"subject": tale.pronoun, "company": "", "aside": ""}, changes[first:]
    told = chain(locale, changes)
    if tale.state.status is Status.POSTPONED:
        text = locale.say("changes.no_new_date", tale.number, chain=told, **slots)
    else:
        told_so = _kept_new_date(moves, len(moves) - 1)
        who = "" if told_so else attended(locale, getattr(moves[-1].event, "attendance", None))
        text = _sentence(tale, changes, slots, who)
    tale.tell(text, rests_on, "lead")
    if tale.over and tale.state.status is Status.PLANNED and not tale.outcomes(tale.state.when):
        tale.tell(locale.say("changes.no_outcome"), rests_on, "detail")
    tell_people(tale, () if joined else partners)
    repeats = repeats_of(tale)
    if repeats and not tale.over and tale.state.status is Status.UNDER_WAY:
        tell_repeats(tale, repeats)
    tell_findings(tale, moves)


def _sentence(tale: Tale, changes: list[Change], slots: dict[str, str], who: str = "") -> str:
    return tale.locale.say("changes.sentence", tale.number, chain=chain(tale.locale, changes), people=who, **slots)


def _portion(tale: Tale, changes: list[Change], slots: dict[str, str]) -> int:
    """How many of the changes go into the next sentence, so that none is long and all are much alike in length."""

    def words(some: list[Change]) -> int:
        return len(_sentence(tale, some, slots).split())

    if len(changes) < 2 or (len(changes) <= LONGEST + 1 and words(changes) <= LONG):
        return len(changes)
    places = range(1, min(LONGEST, len(changes) - 1) + 1)
    fitting = [n for n in places if words(changes[:n]) <= LONG] or [1]
    return min(fitting, key=lambda n: (max(words(changes[:n]), words(changes[n:])), -n))


def _subject(tale: Tale, moves: list[Recorded]) -> str:
    """What is told of; work with its place, where no change of the chain tells it."""
    subject, place = subject_of(tale), at(tale.locale, tale.plan.place)
    elsewhere = (events.Commenced, Relaunched, Redeployed)
    if not place or tale.nature is not Nature.WORK or any(isinstance(r.event, elsewhere) for r in moves):
        return subject
    if tale.state.place != tale.plan.place or place in subject:
        return subject
    return tale.locale.say("subject.placed", subject=subject, at=place)


def _changes(tale: Tale, moves: list[Recorded]) -> list[Change]:
    """The changes of a chain; a cause is told where it first applies, and a new date that was kept with its date."""
    changes: list[Change] = []
    previous = _first_promise(tale)
    cause = None
    for n, move in enumerate(moves):
        said = getattr(move.event, "cause", None)
        if _kept_new_date(moves, n):
            changes[-1] = changes[-1].also(came=_came(tale, move))
        else:
            new = said and (cause is None or said.name != cause.name) and not _just_evaluated(tale, moves[:n], said)
            reason = because(tale.locale, said, type(move.event)) if new else ""
            moved = n > 0 and isinstance(moves[n - 1].event, events.Rescheduled)
            changes.append(change_of(tale, move, previous, alone=not moved).also(because=reason))
        cause = said or cause
        previous = getattr(move.event, "when", previous)
    return changes


def _just_evaluated(tale: Tale, before: list[Recorded], cause: Cause) -> bool:
    """Whether the cause is the evaluation that the change before has told of."""
    evaluation = tale.locale.say("evaluation.evaluation")
    return bool(before) and isinstance(before[-1].event, events.Evaluated) and evaluation in cause.name.split()


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
    return tale.happened("changes.came_", people=attended(tale.locale, completion.event.attendance))


def aside_of(tale: Tale, moves: list[Recorded]) -> str:
    """What had been promised, or had happened, before the first change of the window; "" when that says nothing."""
    first, locale = moves[0], tale.locale
    promised = _first_promise(tale)
    explains = phrases.BEFORE.get(tale.earlier.status)
    if explains:
        last = next((r for r in reversed(tale.before) if isinstance(r.event, explains)), None)
        if last is None:
            return ""
        reason = because(locale, last.event.cause, explains)
        since = change_of(tale, last).also(because=reason).clause(locale)
        before = [r.event.when for r in tale.before if isinstance(r.event, (events.Planned, events.Rescheduled))]
        if explains is events.Postponed and before and before[-1]:
            return locale.say("changes.planned_and", date=tale.windows.dates.to(before[-1]), clause=since)
        return since
    if promised is None or tale.earlier.status is Status.UNDER_WAY:
        return ""
    kept = first.effective is None or first.effective.overlaps(promised) or _about(promised, first.effective)
    if isinstance(first.event, (events.Commenced, events.Completed)) and kept:
        return ""
    return locale.say("changes.planned", date=tale.windows.dates.to(promised))


def _about(promised: When, happened: When) -> bool:
    """Whether something promised for about a day happened in the same month."""
    start = promised.span.start
    return bool(start and start.approximate) and happened.earliest.replace(day=1) == promised.earliest.replace(day=1)


def _first_promise(tale: Tale) -> When | None:
    return tale.earlier.when if tale.earlier.plan else tale.plan.when


def change_of(
    tale: Tale,
    move: Recorded,
    promised: When | None = None,
    *,
    alone: bool = True,
    place: bool = True,
    length: bool = True,
) -> Change:
    """One change, with its date or new date.

    `promised` is the date that it had before; `alone` says that the change before it in the chain did not set that
    date, `place` and `length` that it is told where, and for how long.
    """
    kind = type(move.event)
    if isinstance(move.event, events.Rescheduled):
        return _rescheduled(tale, move.event, promised)
    slots = _slots(tale, move, promised, alone=alone)
    if not place:
        slots.pop("at", None)
    if not length:
        slots.pop("length", None)
    if kind is events.Evaluated:
        return Change("evaluated", tale.number, slots)
    if isinstance(move.event, Redeployed):
        destination = tale.locale.grammar.destination(move.event.place)
        verb = "redeployed" if destination is None else "moved"
        return Change(verb, tale.number, {**slots, "place": destination or move.event.place})
    verb = phrases.NATURE_VERBS.get((tale.nature, kind), phrases.VERBS[kind])
    verb = phrases.AGGREGATE_VERBS.get((tale.stream.partition("/")[0], kind), verb)
    if move.effective is None and verb in phrases.UNDATED:
        verb = f"{verb}_undated"
    return Change(verb, tale.number, slots)


def _rescheduled(tale: Tale, event: events.Rescheduled, promised: When | None) -> Change:
    verb = "rescheduled"
    if promised and event.when.latest < promised.earliest:
        verb = "brought_forward"
    elif promised is None and tale.earlier.status is Status.PLANNED:
        verb = "scheduled"
    return Change(verb, tale.number, {"to": tale.windows.dates.to(event.when)})


def _slots(tale: Tale, move: Recorded, promised: When | None, *, alone: bool) -> dict[str, str]:
    """What follows the verb: when it was, until when, to whom."""
    event: Any = move.event
    dates, locale = tale.windows.dates, tale.locale
    on = on_date(tale, move.effective)
    place = at(locale, tale.plan.place)
    until = getattr(event, "until", None)
    plain = dates.plain(until) if until else ""
    if isinstance(event, events.Completed):
        if promised and move.effective == promised:
            on = locale.say("changes.as_planned" if alone else "changes.on_that_date")
        return {"on": on, "at": place if tale.nature is Nature.EVENT else ""}
    if isinstance(event, events.Commenced):
        return {"on": on, "at": place, "length": term(locale, tale.plan.term) if tale.plan.term else ""}
    if isinstance(event, Relaunched):
        return {"on": on, "at": place}
    if isinstance(event, (events.Postponed, events.Cancelled)):
        return {"on": on if move.effective and move.effective.kind is Kind.DAY else ""}
    if isinstance(event, events.Suspended):
        return {"on": on, "until": dates.to(until) if until else "", "until_plain": plain}
    if isinstance(event, events.Extended):
        by = term(locale, event.term) if event.term else ""
        return {"by": by, "to": dates.to(until) if until else "", "to_plain": plain}
    if isinstance(event, events.HandedOver):
        return {"team": locale.grammar.team(event.to), "on": on}
    return {"on": on}
