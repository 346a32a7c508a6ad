"""The opening of a paragraph: what became of one stream in the window, in one sentence where it can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.domain import events
from oplog.domain.campaign import Relaunched
from oplog.domain.content import Nature
from oplog.domain.lifecycle import Status
from oplog.domain.when import Kind
from oplog.narrative import phrases
from oplog.narrative.changes import tell_changes, verb_of
from oplog.narrative.clauses import accompanied, at, led, words
from oplog.narrative.english import dates as english
from oplog.narrative.english.numbers import count, listed
from oplog.narrative.occurrences import tell_occurrences
from oplog.narrative.opening import (
    cause_of,
    on_date,
    repeats_of,
    subject_of,
    tell_repeats,
    tell_with_people,
    with_front,
)
from oplog.narrative.standing import tell_standing

if TYPE_CHECKING:
    from oplog.narrative.tale import Tale
    from oplog.recorded import Recorded


def open_tale(tale: Tale) -> None:
    """Tell the opening: a chain of changes, an event that was held, a start, occurrences, or how it stands."""
    moves = _collapsed([r for r in tale.inside if type(r.event) in phrases.VERBS])
    kinds = [type(r.event) for r in moves]
    held = tale.select(events.OccurrenceHeld)
    if tale.nature is Nature.EVENT and kinds in ([events.Completed], [events.Commenced, events.Completed]) and not held:
        _held(tale, moves)
    elif kinds in ([events.Commenced], [Relaunched]):
        _started(tale, moves[0])
    elif _came_and_went(tale, moves) and not held:
        _ran(tale, moves)
    elif moves:
        tell_changes(tale, moves)
    elif held and not (tale.plan.recurrence or tale.plan.rate):
        pass
    else:
        tell_standing(tale)
    tell_occurrences(tale)


def _collapsed(moves: list[Recorded]) -> list[Recorded]:
    """Without a postponement that was overtaken at once by a cancellation for the same cause: one change, told once."""
    kept: list[Recorded] = []
    for move in moves:
        last = kept[-1] if kept else None
        if (
            last is not None
            and isinstance(last.event, events.Postponed)
            and isinstance(move.event, events.Cancelled)
            and last.event.cause == move.event.cause
        ):
            kept.pop()
        kept.append(move)
    return kept


def _came_and_went(tale: Tale, moves: list[Recorded]) -> bool:
    """Whether it was done at one go: completed without a start of its own, or started and completed on one date."""
    kinds = [type(r.event) for r in moves]
    if kinds == [events.Completed]:
        return tale.earlier.status in (Status.NEW, Status.PLANNED)
    return kinds == [events.Commenced, events.Completed] and len({r.effective for r in moves}) == 1


def _held(tale: Tale, moves: list[Recorded]) -> None:
    plan, last = tale.plan, moves[-1]
    front = cause_of(tale, moves)
    when = last.effective or moves[0].effective
    came = getattr(last.event, "attendance", None)
    body = words(
        subject_of(tale), tale.happened, accompanied(plan.partners) if len(plan.partners) < 3 else "", at(plan.place),
        on_date(tale, when), f"for {plan.audience}" if plan.audience else "",
    )  # fmt: skip
    if plan.lead and len(body.split()) < 26:
        body += f", {led(plan.lead)}"
    tale.takes_aim = came is None
    if came is not None:
        body += f",{' and' if plan.lead else ''} attended by {count(came)} {'person' if came == 1 else 'people'}"
    tale.tell(with_front(tale, front, body), [tale.planned, *moves], "lead")
    if plan.lead and f", {led(plan.lead)}" not in body:
        tale.tell(f"{tale.pronoun} {tale.was} {led(plan.lead)}", [tale.planned], "detail")
    if len(plan.partners) > 2:
        tale.tell(f"{listed(list(plan.partners))} took part", [tale.planned], "detail")


def _started(tale: Tale, move: Recorded) -> None:
    """It commenced; something that repeats is told with how it does."""
    front = cause_of(tale, [move])
    repeats = repeats_of(tale)
    verb = verb_of(tale, move)
    if repeats and tale.nature is Nature.EVENT:
        now = "" if move.effective else "now"
        since = f"{verb.main} {on_date(tale, move.effective)} and" if move.effective else ""
        be = "are" if tale.noun.plural else "is"
        takes = "take place" if tale.noun.plural else "takes place"
        held = words(now, takes) if tale.happened == "took place" else words(be, now, "held")
        body = words(subject_of(tale), since, held, repeats, at(tale.plan.place))
    else:
        length = f"for {english.term(tale.plan.term)}" if tale.plan.term else ""
        finite = words(verb.auxiliary, verb.main)
        body = words(subject_of(tale), finite, on_date(tale, move.effective), at(tale.plan.place), length)
    tell_with_people(tale, with_front(tale, front, body), [tale.planned, move])
    if repeats and tale.nature is not Nature.EVENT:
        tell_repeats(tale, repeats)


def _ran(tale: Tale, moves: list[Recorded]) -> None:
    """It came and went within the window: "ran for 24 hours on 27 July"."""
    front = cause_of(tale, moves)
    length = f"for {english.term(tale.plan.term)}" if tale.plan.term else ""
    when = next((r.effective for r in moves if r.effective), None)
    if tale.nature is Nature.RESOURCE or not (length or when):
        verb = words(tale.was, verb_of(tale, moves[-1]).main)
    else:
        verb = "ran" if length or (when and when.kind is not Kind.DAY) else "took place"
    came = getattr(moves[-1].event, "attendance", None)
    body = words(subject_of(tale), verb, length, on_date(tale, when), at(tale.plan.place))
    if came is not None:
        body += f", attended by {count(came)} {'person' if came == 1 else 'people'}"
    tell_with_people(tale, with_front(tale, front, body), [tale.planned, *moves], "led")
