"""Evaluations: when one is due, that it was put off, and what it found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.domain import events
from oplog.domain.lifecycle import NO_LONGER_EVALUATED
from oplog.narrative.clauses import because
from oplog.narrative.repetition import term_adjective

if TYPE_CHECKING:
    from oplog.narrative.tale import Tale
    from oplog.recorded import Recorded


def tell_evaluation(tale: Tale) -> None:
    """That it was deferred and what it found, in the order in which that came, or when it is due."""
    told = {p for statement in tale.statements for p in statement.positions}
    deferrals: list[Recorded] = []
    for recorded in tale.select(events.EvaluationDeferred, events.Evaluated):
        if recorded.position in told:
            continue
        if isinstance(recorded.event, events.EvaluationDeferred):
            deferrals.append(recorded)
            continue
        _tell_deferred(tale, deferrals)
        _tell_made(tale, recorded, deferred=bool(deferrals))
        deferrals = []
    _tell_deferred(tale, deferrals)
    _tell_due(tale)


def tell_findings(tale: Tale, moves: list[Recorded]) -> None:
    """What the evaluations found that the opening has told of, after the deferrals that they had before."""
    made = [move for move in moves if isinstance(move.event, events.Evaluated)]
    if made:
        deferrals = [r for r in tale.select(events.EvaluationDeferred) if r.position < made[-1].position]
        _tell_deferred(tale, deferrals, made=True)
    for move in made:
        tale.tell(move.event.result, [move], "result")


def _tell_made(tale: Tale, recorded: Recorded, *, deferred: bool) -> None:
    """That it was evaluated, and what that found; `deferred` says that the sentence before told of the evaluation."""
    locale = tale.locale
    on = tale.windows.dates.on(recorded.effective) if recorded.effective else ""
    if deferred:
        text = locale.say("evaluation.made_on", on=on) if on else locale.say("evaluation.made")
    else:
        opened = all(one.role == "lead" for one in tale.statements)
        name = tale.pronoun if opened and tale.statements else tale.noun.definite()
        if on:
            text = locale.say("evaluation.evaluated_on", tale.number, name=name, on=on)
        else:
            text = locale.say("evaluation.evaluated", tale.number, name=name)
    tale.tell(text, [recorded], "due")
    tale.tell(recorded.event.result, [recorded], "result")


def _tell_deferred(tale: Tale, deferrals: list[Recorded], *, made: bool = False) -> None:
    """That it was put off, once or again and again; `made` says that the opening has told that it was made since."""
    if not deferrals:
        return
    locale, dates = tale.locale, tale.windows.dates
    before = [r for r in tale.known if isinstance(r.event, _PROMISES) and r.position < deferrals[0].position]
    promised = before[-1] if before else None
    text = locale.say(
        "evaluation.had_been_deferred" if made else "evaluation.deferred",
        tale.number,
        evaluation=_evaluation(tale, promised),
        due=_by(tale, promised) if promised else "",
        to=dates.to(deferrals[0].event.when),
        because=_why(tale, deferrals[0]),
    )
    for again in deferrals[1:]:
        to, reason = dates.to(again.event.when), _why(tale, again)
        text = locale.say("evaluation.deferred_twice", deferred=text, to=to, because=reason)
    tale.tell(text, [promised, *deferrals], "detail" if made else "due")


def _why(tale: Tale, deferral: Recorded) -> str:
    return because(tale.locale, deferral.event.cause, events.EvaluationDeferred)


def _tell_due(tale: Tale) -> None:
    """When it is due, or that it is overdue."""
    locale = tale.locale
    promised = next((r for r in reversed(tale.known) if isinstance(r.event, _PROMISES)), None)
    due = tale.state.evaluation_due
    deferred = bool(tale.select(events.EvaluationDeferred))
    if promised is None or due is None or deferred or tale.state.status in NO_LONGER_EVALUATED:
        return
    slots = {"evaluation": locale.grammar.with_article(_evaluation(tale, promised)), "on": _by(tale, promised)}
    if tale.windows.coming(due):
        text = locale.say("evaluation.due", **slots)
    elif due.latest > tale.windows.until:
        text = locale.say("evaluation.due_later", **slots)
    else:
        text = locale.say("evaluation.overdue", **slots)
    tale.tell(text, [promised], "due")


_PROMISES = (events.EvaluationDue, events.EvaluationDeferred)


def _evaluation(tale: Tale, promised: Recorded | None) -> str:
    """The evaluation as a noun phrase without its article: "three-month evaluation by the university"."""
    event, locale = promised.event if promised else None, tale.locale
    if not isinstance(event, events.EvaluationDue):
        return locale.say("evaluation.evaluation")
    kind = locale.say("evaluation.evaluation")
    if event.after:
        kind = locale.say("evaluation.after", length=term_adjective(locale, event.after))
    return locale.say("evaluation.by", evaluation=kind, by=event.by) if event.by else kind


def _by(tale: Tale, promised: Recorded) -> str:
    return tale.windows.dates.on(promised.event.when)
