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
from oplog.narrative.changes import aside_of, tell_changes, verb_of
from oplog.narrative.clauses import accompanied, at, attended, led, words
from oplog.narrative.english import dates as english
from oplog.narrative.english.numbers import listed
from oplog.narrative.occurrences import tell_occurrences
from oplog.narrative.opening import (
    cause_of,
    on_date,
    partners_of,
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
    """The changes of the window; an evaluation is one of them where it led to the end of the trial."""
    decided = tale.select(Adopted, Discontinued)
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
    plan, last = tale.plan, moves[-1]
    front = cause_of(tale, moves)
    partners = partners_of(tale)
    came = getattr(last.event, "attendance", None)
    aside = aside_of(tale, moves)
    body = words(
        subject_of(tale) + (f", {aside}," if aside else ""),
        tale.happened,
        accompanied(partners) if len(partners) < 3 else "",
        at(plan.place),
        on_date(tale, _time(moves)),
        f"for {plan.audience}" if plan.audience else "",
    )
    leads = bool(plan.lead) and len(body.split()) < 26
    if leads:
        body += f", {led(plan.lead)}"
    tale.takes_aim = came is None
    body += attended(came, after_lead=leads)
    tale.tell(with_front(tale, front, body), [tale.planned, *moves], "lead")
    if plan.lead and not leads:
        tale.tell(f"{tale.pronoun} {tale.was} {led(plan.lead)}", [tale.planned], "detail")
    if len(partners) > 2:
        tale.tell(f"{listed(list(partners))} took part", [tale.planned], "detail")


def _started(tale: Tale, move: Recorded) -> None:
    """It commenced; something that repeats is told with how it does."""
    front = cause_of(tale, [move])
    repeats = repeats_of(tale)
    verb = verb_of(tale, move)
    own = bool(repeats) and tale.noun.institution and led(tale.plan.lead) == tale.plan.lead
    if repeats and tale.nature is Nature.EVENT:
        now = "" if move.effective else "now"
        since = f"{verb.main} {on_date(tale, move.effective)} and" if move.effective else ""
        be = "are" if tale.noun.plural else "is"
        takes = "take place" if tale.noun.plural else "takes place"
        held = words(be, now, tale.participle) if tale.participle else words(now, takes)
        if tale.noun.institution:
            held = words(now, "meet" if tale.noun.plural else "meets")
        subject = subject_of(tale)
        if own:
            subject += f", {words(led(tale.plan.lead), accompanied(partners_of(tale)))},"
        body = words(subject, since, held, repeats, at(tale.plan.place))
    else:
        finite = words(verb.auxiliary, verb.main)
        body = words(subject_of(tale), finite, on_date(tale, move.effective), at(tale.plan.place))
        if tale.plan.term:
            be = "are" if tale.noun.plural else "is"
            body += f" and {be} to run for {english.term(tale.plan.term)}"
    if own:
        tale.tell(with_front(tale, front, body), [tale.planned, move], "lead")
    else:
        tell_with_people(tale, with_front(tale, front, body), [tale.planned, move])
    tale.takes_aim = tale.takes_aim or bool(repeats and tale.nature is Nature.EVENT)
    if repeats and tale.nature is not Nature.EVENT:
        tell_repeats(tale, repeats)


def _ran(tale: Tale, moves: list[Recorded]) -> None:
    """It came and went within the window: "ran for 24 hours on 27 July", "ran from 3 to 5 December"."""
    front = cause_of(tale, moves)
    length = f"for {english.term(tale.plan.term)}" if tale.plan.term else ""
    when = _time(moves)
    began = isinstance(moves[0].event, events.Commenced)
    verb = words(tale.was, verb_of(tale, moves[-1]).main)
    if tale.nature is Nature.WORK and (length or began) and when:
        verb = "ran"
    elif tale.nature is Nature.WORK and when and tale.noun.named:
        verb = "took place"
    aside = aside_of(tale, moves)
    subject = subject_of(tale) + (f", {aside}," if aside else "")
    body = words(subject, verb, length, on_date(tale, when), at(tale.plan.place))
    body += attended(getattr(moves[-1].event, "attendance", None))
    tell_with_people(tale, with_front(tale, front, body), [tale.planned, *moves], "led")
