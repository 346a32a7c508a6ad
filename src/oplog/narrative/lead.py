"""The opening of a paragraph: what became of one stream in the window, in one sentence where it can be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oplog.domain import events
from oplog.domain.campaign import Relaunched
from oplog.domain.content import Nature
from oplog.domain.deployment import Redeployed
from oplog.domain.lifecycle import Status
from oplog.domain.when import Kind, When
from oplog.narrative import phrases
from oplog.narrative.clauses import Verb, accompanied, agent, at, because, chain, led, words
from oplog.narrative.english import dates as english
from oplog.narrative.english.nouns import capital, is_plural
from oplog.narrative.english.numbers import count, listed
from oplog.narrative.occurrences import tell_occurrences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oplog.narrative.tale import Tale
    from oplog.recorded import Recorded

LONG = 9
"""A topic of more words than this gets a sentence of its own."""


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
        _changed(tale, moves)
    elif held and not (tale.plan.recurrence or tale.plan.rate):
        pass
    else:
        _stands(tale)
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


def _subject(tale: Tale, *, known: bool = False) -> str:
    text = tale.noun.first(known=known or _is_known(tale))
    about = tale.plan.about
    if about and len(about.split()) <= LONG and " on " not in text and tale.nature is Nature.EVENT:
        text = f"{text} on {about}"
    return text


def _is_known(tale: Tale) -> bool:
    return tale.planned in tale.before or tale.stream.startswith("pilot/")


def _on(tale: Tale, when: When | None) -> str:
    return tale.windows.dates.on(when) if when else ""


def _cause(tale: Tale, moves: list[Recorded]) -> str:
    """The cause of what is told, as a phrase to stand at the front of the sentence; "" for none."""
    for move in [*moves, tale.planned]:
        if move is not None and move.event.cause is not None:
            return because(move.event.cause, type(move.event))
    return ""


def _with_front(tale: Tale, front: str, text: str) -> str:
    tale.fronted = bool(front)
    return f"{capital(front)}, {text}" if front else text


def _held(tale: Tale, moves: list[Recorded]) -> None:
    plan, last = tale.plan, moves[-1]
    front = _cause(tale, moves)
    when = last.effective or moves[0].effective
    came = getattr(last.event, "attendance", None)
    body = words(
        _subject(tale), tale.happened, accompanied(plan.partners) if len(plan.partners) < 3 else "", at(plan.place),
        _on(tale, when), f"for {plan.audience}" if plan.audience else "",
    )  # fmt: skip
    if plan.lead and len(body.split()) < 26:
        body += f", {led(plan.lead)}"
    tale.takes_aim = came is None
    if came is not None:
        body += f",{' and' if plan.lead else ''} attended by {count(came)} {'person' if came == 1 else 'people'}"
    tale.tell(_with_front(tale, front, body), [tale.planned, *moves], "lead")
    if plan.lead and f", {led(plan.lead)}" not in body:
        tale.tell(f"{tale.pronoun} {tale.was} {led(plan.lead)}", [tale.planned], "detail")
    if len(plan.partners) > 2:
        tale.tell(f"{listed(list(plan.partners))} took part", [tale.planned], "detail")


def _started(tale: Tale, move: Recorded) -> None:
    """It commenced; something that repeats is told with how it does."""
    front = _cause(tale, [move])
    repeats = _repeats(tale)
    verb = _verb(tale, move)
    if repeats and tale.nature is Nature.EVENT:
        now = "" if move.effective else "now "
        since = f"{verb.main} {_on(tale, move.effective)} and " if move.effective else ""
        body = words(
            _subject(tale), f"{since}{'are' if tale.noun.plural else 'is'} {now}held", repeats, at(tale.plan.place)
        )
    else:
        length = f"for {english.term(tale.plan.term)}" if tale.plan.term else ""
        finite = words(verb.auxiliary, verb.main)
        body = words(_subject(tale), finite, _on(tale, move.effective), at(tale.plan.place), length)
    _tell_with_people(tale, _with_front(tale, front, body), [tale.planned, move])
    if repeats and tale.nature is not Nature.EVENT:
        _tell_repeats(tale, repeats)


def _tell_repeats(tale: Tale, repeats: str) -> None:
    tale.tell(f"{tale.pronoun} {tale.verb('run', 'ran')} {repeats}", [tale.planned], "detail")


def _ran(tale: Tale, moves: list[Recorded]) -> None:
    """It came and went within the window: "ran for 24 hours on 27 July"."""
    front = _cause(tale, moves)
    length = f"for {english.term(tale.plan.term)}" if tale.plan.term else ""
    when = next((r.effective for r in moves if r.effective), None)
    if tale.nature is Nature.RESOURCE or not (length or when):
        verb = words(tale.was, _verb(tale, moves[-1]).main)
    else:
        verb = "ran" if length or (when and when.kind is not Kind.DAY) else "took place"
    came = getattr(moves[-1].event, "attendance", None)
    body = words(_subject(tale), verb, length, _on(tale, when), at(tale.plan.place))
    if came is not None:
        body += f", attended by {count(came)} {'person' if came == 1 else 'people'}"
    _tell_with_people(tale, _with_front(tale, front, body), [tale.planned, *moves], "led")


def _changed(tale: Tale, moves: list[Recorded]) -> None:
    """A chain of changes, with what had been promised before the first of them."""
    verbs: list[Verb] = []
    state = tale.earlier if tale.earlier.status is not Status.NEW else None
    promised = state.when if state else tale.plan.when
    previous: When | None = promised
    cause = None
    for move in moves:
        verb = _verb(tale, move, previous)
        said = getattr(move.event, "cause", None)
        reason = because(said, type(move.event)) if said and said != cause else ""
        verbs.append(Verb(verb.auxiliary, verb.main, words(verb.tail, reason)))
        cause = said or cause
        previous = getattr(move.event, "when", previous)
    subject = _subject(tale)
    joined = tale.nature is Nature.EVENT and len(tale.state.partners) < 3
    if joined:
        subject = words(subject, accompanied(tale.state.partners))
    aside = _aside(tale, moves, promised)
    if aside:
        subject += f", {aside},"
    rests_on = [tale.planned, *(r for r in tale.inside if r.event.__class__ in phrases.VERBS)]
    tale.tell(f"{subject} {chain(verbs)}", rests_on, "lead")
    _people(tale, () if joined else tale.state.partners)
    repeats = _repeats(tale)
    if repeats and not tale.over and tale.state.status is Status.UNDER_WAY:
        _tell_repeats(tale, repeats)


def _aside(tale: Tale, moves: list[Recorded], promised: When | None) -> str:
    first = moves[0]
    if tale.earlier.status in phrases.BEFORE:
        return phrases.BEFORE[tale.earlier.status]
    if promised is None or tale.earlier.status is Status.UNDER_WAY:
        return ""
    kept = first.effective is None or first.effective.overlaps(promised)
    if isinstance(first.event, (events.Commenced, events.Completed)) and kept:
        return ""
    return f"planned for {tale.windows.dates.to(promised)}"


def _verb(tale: Tale, move: Recorded, promised: When | None = None) -> Verb:
    voice, main = phrases.NATURE_VERBS.get((tale.nature, type(move.event)), phrases.VERBS[type(move.event)])
    event: Any = move.event
    dates = tale.windows.dates
    on = _on(tale, move.effective)
    tail = on
    if isinstance(event, events.Rescheduled):
        if promised and event.when.latest < promised.earliest:
            main = "brought forward"
        elif promised is None and tale.earlier.status is Status.PLANNED:
            return Verb(tale.was, "scheduled", f"for {dates.to(event.when)}")
        tail = f"to {dates.to(event.when)}"
    elif isinstance(event, (events.Postponed, events.Cancelled)):
        tail = on if move.effective and move.effective.kind is Kind.DAY else ""
    elif isinstance(event, events.Suspended):
        tail = words(on, f"until {dates.to(event.until)}" if event.until else "")
    elif isinstance(event, events.Extended):
        by = f"by {english.term(event.term)}" if event.term else ""
        tail = words(by, f"to {dates.to(event.until)}" if event.until else "")
    elif isinstance(event, events.HandedOver):
        tail = words(f"to {event.to}", on)
    elif isinstance(event, Redeployed):
        where = at(event.place)
        tail = words(f"to {where.removeprefix('at ')}", on)
    if voice is phrases.PASSIVE:
        return Verb(tale.was, main, tail)
    if move.effective is None and main in phrases.PERFECTS:
        return Verb("have" if tale.noun.plural else "has", phrases.PERFECTS[main], tail)
    return Verb("", main, tail)


def _repeats(tale: Tale) -> str:
    plan = tale.plan
    if plan.recurrence:
        return english.recurrence(plan.recurrence)
    return english.rate(plan.rate) if plan.rate else ""


def _tell_with_people(tale: Tale, text: str, rests_on: list[Recorded | None], verb: str = "run") -> None:
    """The opening with who leads it and who takes part, in one sentence while that is short enough."""
    plan = tale.plan
    told = words(led(plan.lead, verb), accompanied(plan.partners))
    tale.takes_aim = "attended by" not in text and verb == "led"
    if told and len(plan.partners) < 3 and len(text.split()) + len(told.split()) < 30:
        joint = ", " if plan.lead or verb == "led" else f", {verb} "
        tale.tell(f"{text}{joint}{told}", rests_on, "lead")
        return
    tale.tell(text, rests_on, "lead")
    _people(tale, plan.partners)


def _people(tale: Tale, partners: Sequence[str]) -> None:
    """Who leads it and who takes part, in a sentence of its own."""
    told = words(led(tale.plan.lead, "run"), accompanied(partners))
    if not told:
        return
    be = tale.be
    if tale.state.status in (Status.PLANNED, Status.POSTPONED) or _never_began(tale):
        be = f"{be} to be"
    tale.tell(f"{tale.pronoun} {be} {'' if tale.plan.lead else 'run '}{told}", [tale.planned], "detail")


def _never_began(tale: Tale) -> bool:
    started = (events.Commenced, events.OccurrenceHeld, Relaunched)
    return tale.state.status is Status.CANCELLED and not any(isinstance(r.event, started) for r in tale.known)


def _stands(tale: Tale) -> None:
    """How it stands, when nothing changed in the window."""
    status = tale.state.status
    if status is Status.UNDER_WAY:
        _continues(tale)
    elif status is Status.PLANNED:
        _tell_plan(tale)
    elif status in phrases.STANDING:
        verb = phrases.STANDING[status].format(s="" if tale.noun.plural else "s")
        rests_on = [r for r in tale.known if type(r.event) in phrases.VERBS]
        tale.tell(f"{_subject(tale, known=True)} {verb}", rests_on, "lead")


def _continues(tale: Tale) -> None:
    """It goes on: told of the team that leads it, where a team is named, else of itself."""
    plan = tale.plan
    rest = words(_repeats(tale), at(tale.state.place), accompanied(tale.state.partners))
    team = agent(plan.lead)
    if team:
        many = is_plural(team)
        subject = tale.noun
        what = (
            subject.first(known=True)
            if subject.article or subject.named
            else f"{'their' if many else 'its'} {subject.bare}"
        )
        tale.takes_aim = True
        tale.tell(words(team, "continue" if many else "continues", what, rest), [tale.planned], "lead")
        return
    tale.takes_aim = not plan.lead
    verb = phrases.CONTINUES[tale.nature].format(s="" if tale.noun.plural else "s")
    tale.tell(words(_subject(tale, known=True), verb, rest), [tale.planned], "lead")
    if plan.lead:
        tale.tell(f"{tale.pronoun} {tale.be} {plan.lead}", [tale.planned], "detail")


def _tell_plan(tale: Tale) -> None:
    plan, when = tale.plan, tale.state.when
    front = _cause(tale, [])
    rests_on = [tale.planned, *(r for r in tale.before if isinstance(r.event, events.Rescheduled))]
    audience = f"for {plan.audience}" if plan.audience else ""
    place, partners = at(plan.place), accompanied(plan.partners)
    if when is None:
        body = words(_subject(tale), "are" if tale.noun.plural else "is", "planned", partners, place, audience)
        body += "; no date has yet been set"
    elif tale.windows.coming(when):
        be = "are" if tale.noun.plural else "is"
        body = words(_subject(tale), be, "planned for", tale.windows.dates.to(when), partners, place, audience)
    else:
        body = words(_subject(tale), tale.was, "planned for", tale.windows.dates.to(when), partners, place, audience)
        body += "; no outcome has been recorded"
    if plan.lead:
        body += f", {led(plan.lead)}" if ";" not in body else ""
    tale.tell(_with_front(tale, front, body), rests_on, "lead")
