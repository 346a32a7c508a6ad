"""What the four aggregates share: state, lifecycle, what they decide and what events change.

An aggregate file adds what is its own. `decide` asks the lifecycle first and the rules after it; `changes` applies an
event that was accepted once and asks only the lifecycle, so that rules may get stricter without harming history.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import attrs
from attrs import frozen

from oplog.domain import events
from oplog.domain.decider import Changes
from oplog.domain.lifecycle import Lifecycle, Status, arrows, next_status
from oplog.domain.recurrence import Term
from oplog.domain.values import Cause, Figure
from oplog.domain.when import When
from oplog.errors import IllegalTransition, Refused, UnknownEvent


@frozen(kw_only=True)
class Activity:
    """The state that every aggregate has.

    `plan` is None only before the first event. `when` is the date now promised, None when there is none. `cause` is why
    it has its present status. `until` is the end of a suspension or the new end after an extension. `actions` are all
    that were asked, answered or not.
    """

    status: Status = Status.NEW
    plan: events.Planned | None = None
    when: When | None = None
    until: When | None = None
    extended_by: Term | None = None
    cause: Cause | None = None
    place: str | None = None
    partners: tuple[str, ...] = ()
    part_of: str | None = None
    owner: str | None = None
    moves: int = 0
    held: int = 0
    missed: int = 0
    evaluation_due: When | None = None
    evaluations: int = 0
    figures: tuple[Figure, ...] = ()
    marking: str | None = None
    actions: tuple[events.ActionAsked, ...] = ()
    answers: tuple[events.ActionAnswered, ...] = ()

    @property
    def open_actions(self) -> tuple[events.ActionAsked, ...]:
        """The actions that were asked and have no answer, in the order in which they were asked."""
        answered = {answer.action for answer in self.answers}
        return tuple(action for action in self.actions if action.action not in answered)

    def figure(self, key: tuple[str, str, str]) -> Figure | None:
        """The figure now valid under this key, None when none was recorded."""
        return next((f for f in self.figures if f.key == key), None)


Evolution: TypeAlias = Callable[[Any, Any], Changes]
Rule: TypeAlias = Callable[[Any, Any], str | None]
Already: TypeAlias = Mapping[type, Callable[[Any, Any], bool]]

_OPEN = (Status.PLANNED, Status.POSTPONED, Status.UNDER_WAY, Status.SUSPENDED)
_EVER = tuple(s for s in Status if s is not Status.NEW)

SHARED_LIFECYCLE: Lifecycle = {
    (Status.NEW, events.Planned): Status.PLANNED,
    **arrows(events.Rescheduled, [Status.PLANNED, Status.POSTPONED, Status.CANCELLED], Status.PLANNED),
    **arrows(events.Rescheduled, [Status.UNDER_WAY, Status.SUSPENDED]),
    (Status.PLANNED, events.Postponed): Status.POSTPONED,
    **arrows(events.Cancelled, _OPEN, Status.CANCELLED),
    (Status.CANCELLED, events.Reinstated): Status.PLANNED,
    **arrows(events.Commenced, [Status.PLANNED, Status.POSTPONED], Status.UNDER_WAY),
    (Status.UNDER_WAY, events.Suspended): Status.SUSPENDED,
    (Status.SUSPENDED, events.Resumed): Status.UNDER_WAY,
    **arrows(events.Extended, [Status.PLANNED, Status.UNDER_WAY, Status.SUSPENDED]),
    **arrows(events.Completed, [Status.PLANNED, Status.UNDER_WAY, Status.SUSPENDED], Status.COMPLETED),
    **arrows(events.HandedOver, [*_OPEN, Status.COMPLETED, Status.HANDED_OVER], Status.HANDED_OVER),
    **arrows(events.OccurrenceHeld, [Status.PLANNED, Status.UNDER_WAY], Status.UNDER_WAY),
    **arrows(events.OccurrenceHeld, [Status.COMPLETED, Status.HANDED_OVER, Status.ADOPTED]),
    **arrows(events.OccurrenceCancelled, [Status.PLANNED, Status.UNDER_WAY, Status.SUSPENDED]),
    **arrows(events.FigureRecorded, _EVER),
    **arrows(events.FigureRestated, _EVER),
    **arrows(events.NoteRecorded, _EVER),
    **arrows(events.OutcomeRecorded, _EVER),
    **arrows(events.FeedbackRecorded, _EVER),
    **arrows(events.LearningRecorded, _EVER),
    **arrows(events.OutlookRecorded, _EVER),
    **arrows(events.PartnerJoined, _EVER),
    **arrows(events.PartnerLeft, _EVER),
    **arrows(events.PartOfLinked, _EVER),
    **arrows(events.EvaluationDue, [s for s in _EVER if s is not Status.CANCELLED]),
    **arrows(events.EvaluationDeferred, [s for s in _EVER if s is not Status.CANCELLED]),
    **arrows(events.Evaluated, _EVER),
    **arrows(events.ActionAsked, _EVER),
    **arrows(events.ActionAnswered, _EVER),
    **arrows(events.MarkingChanged, _EVER),
    **arrows(events.Retracted, Status),
    **arrows(events.Corrected, Status),
    **arrows(events.Marked, Status),
}


def _figure_rule(state: Activity, event: events.FigureRecorded) -> str | None:
    known = state.figure(event.figure.key)
    if known is None or known == event.figure:
        return None
    return f"{known.name!r} is already recorded as {known.value} for this period; restate it instead"


def _restatement_rule(state: Activity, event: events.FigureRestated) -> str | None:
    if state.figure(event.figure.key) is None:
        return f"{event.figure.name!r} was never recorded for this period and basis; record it instead"
    return None


def _leaving_rule(state: Activity, event: events.PartnerLeft) -> str | None:
    return None if event.partner in state.partners else f"{event.partner!r} is not a partner of it"


def _due_rule(state: Activity, event: events.EvaluationDue) -> str | None:
    if state.evaluation_due in (None, event.when):
        return None
    return f"an evaluation is already due ({state.evaluation_due}); defer it instead"


def _deferral_rule(state: Activity, _event: events.EvaluationDeferred) -> str | None:
    return "no evaluation is due" if state.evaluation_due is None else None


def _asking_rule(state: Activity, event: events.ActionAsked) -> str | None:
    if all(asked.action != event.action for asked in state.actions):
        return None
    return f"action {event.action!r} is already asked in other words; give this one another name"


def _asked_rule(state: Activity, event: events.ActionAnswered) -> str | None:
    if any(asked.action == event.action for asked in state.actions):
        return None
    known = ", ".join(repr(asked.action) for asked in state.open_actions)
    return f"no action {event.action!r} was asked of it" + (f"; to be answered: {known}" if known else "")


def _answer_rule(state: Activity, event: events.ActionAnswered) -> str | None:
    if any(answer.action == event.action for answer in state.answers):
        return f"action {event.action!r} is already answered in other words; correct that answer instead"
    return _asked_rule(state, event)


GROUNDS: Mapping[type, Rule] = {
    events.FigureRestated: _restatement_rule,
    events.PartnerLeft: _leaving_rule,
    events.EvaluationDeferred: _deferral_rule,
    events.ActionAnswered: _asked_rule,
}
"""The rules on what an event builds upon. They also say before which events one that was learned late cannot lie."""

PLACED_BY = frozenset(
    (
        *GROUNDS,
        events.Planned,
        events.FigureRecorded,
        events.PartnerJoined,
        events.EvaluationDue,
        events.Evaluated,
        events.ActionAsked,
        events.Retracted,
        events.Corrected,
    )
)
"""The events whose content decides which others are read, and where these can lie: what the grounds rest on."""

RULES: Mapping[type, Rule] = {
    **GROUNDS,
    events.FigureRecorded: _figure_rule,
    events.EvaluationDue: _due_rule,
    events.ActionAsked: _asking_rule,
    events.ActionAnswered: _answer_rule,
}

_ALREADY: Already = {
    events.Planned: lambda s, e: s.plan == e,
    events.Rescheduled: lambda s, e: s.status is not Status.CANCELLED and s.when == e.when,
    events.Postponed: lambda s, e: s.status is Status.POSTPONED and e.cause in (None, s.cause),
    events.Cancelled: lambda s, e: s.status is Status.CANCELLED and e.cause in (None, s.cause),
    events.Commenced: lambda s, e: s.status is Status.UNDER_WAY and e.cause in (None, s.cause),
    events.Suspended: lambda s, e: (
        s.status is Status.SUSPENDED and e.cause in (None, s.cause) and e.until in (None, s.until)
    ),
    events.Extended: lambda s, e: e.until is not None and e.until == s.until and e.term in (None, s.extended_by),
    events.Completed: lambda s, e: s.status is Status.COMPLETED and e.cause in (None, s.cause) and e.attendance is None,
    events.HandedOver: lambda s, e: s.status is Status.HANDED_OVER and s.owner == e.to,
    events.FigureRecorded: lambda s, e: s.figure(e.figure.key) == e.figure,
    events.FigureRestated: lambda s, e: s.figure(e.figure.key) == e.figure,
    events.PartnerJoined: lambda s, e: e.partner in s.partners,
    events.PartOfLinked: lambda s, e: s.part_of == e.parent,
    events.EvaluationDue: lambda s, e: s.evaluation_due == e.when,
    events.EvaluationDeferred: lambda s, e: s.evaluation_due == e.when,
    events.ActionAsked: lambda s, e: e in s.actions,
    events.ActionAnswered: lambda s, e: e in s.answers,
    events.MarkingChanged: lambda s, e: s.marking == e.marking,
}


def decide_with(
    event: Any,
    state: Activity,
    lifecycle: Lifecycle,
    already: Already | None = None,
) -> tuple[Any, ...]:
    """The events that follow from asking for `event` in `state`: itself, or none when it is so already.

    Raises `Refused` where the lifecycle has no arrow or a rule forbids it.
    """
    is_so = {**_ALREADY, **(already or {})}.get(type(event))
    if is_so is not None and is_so(state, event):
        return ()
    try:
        next_status(lifecycle, state.status, type(event))
    except IllegalTransition as error:
        raise Refused(str(error), status=state.status.value) from None
    rule = RULES.get(type(event))
    reason = rule(state, event) if rule else None
    if reason:
        raise Refused(reason, status=state.status.value)
    return (event,)


def event_for(command: Any, commands: Mapping[str, tuple[type, type]]) -> Any:
    """The event that a command asks for; raises `TypeError` for a command of another aggregate."""
    for wanted, event in commands.values():
        if type(command) is wanted:
            return event(**{a.name: getattr(command, a.name) for a in attrs.fields(event)})
    raise TypeError(f"{type(command).__name__} is no command of this aggregate")


def _planned(_state: Activity, event: events.Planned) -> Changes:
    return {"plan": event, "when": event.when, "place": event.place, "partners": event.partners, "cause": event.cause}


def _asked(state: Activity, event: events.ActionAsked) -> Changes:
    kept = tuple(asked for asked in state.actions if asked.action != event.action)
    return {"actions": (*kept, event)}


def _restated(state: Activity, event: events.FigureRestated) -> Changes:
    kept = tuple(f for f in state.figures if f.key != event.figure.key)
    return {"figures": (*kept, event.figure)}


SHARED_EVOLUTIONS: Mapping[type, Evolution] = {
    events.Planned: _planned,
    events.Rescheduled: lambda s, e: {"when": e.when, "cause": e.cause, "moves": s.moves + 1},
    events.Postponed: lambda s, e: {"when": None, "cause": e.cause, "moves": s.moves + 1},
    events.Cancelled: lambda s, e: {"cause": e.cause},
    events.Reinstated: lambda s, e: {"cause": e.cause},
    events.Commenced: lambda s, e: {"cause": e.cause},
    events.Suspended: lambda s, e: {"cause": e.cause, "until": e.until},
    events.Resumed: lambda s, e: {"cause": e.cause, "until": None},
    events.Extended: lambda s, e: {"until": e.until or s.until, "extended_by": e.term or s.extended_by},
    events.Completed: lambda s, e: {"cause": e.cause},
    events.HandedOver: lambda s, e: {"owner": e.to, "cause": e.cause},
    events.OccurrenceHeld: lambda s, e: {"held": s.held + e.count},
    events.OccurrenceCancelled: lambda s, e: {"missed": s.missed + (e.count or 1)},
    events.FigureRecorded: lambda s, e: {"figures": (*s.figures, e.figure)},
    events.FigureRestated: _restated,
    events.NoteRecorded: lambda s, e: {},
    events.OutcomeRecorded: lambda s, e: {},
    events.FeedbackRecorded: lambda s, e: {},
    events.LearningRecorded: lambda s, e: {},
    events.OutlookRecorded: lambda s, e: {},
    events.PartnerJoined: lambda s, e: {"partners": (*s.partners, e.partner)},
    events.PartnerLeft: lambda s, e: {"partners": tuple(p for p in s.partners if p != e.partner)},
    events.PartOfLinked: lambda s, e: {"part_of": e.parent},
    events.EvaluationDue: lambda s, e: {"evaluation_due": e.when},
    events.EvaluationDeferred: lambda s, e: {"evaluation_due": e.when},
    events.Evaluated: lambda s, e: {"evaluation_due": None, "evaluations": s.evaluations + 1},
    events.ActionAsked: _asked,
    events.ActionAnswered: lambda s, e: {"answers": (*s.answers, e)},
    events.MarkingChanged: lambda s, e: {"marking": e.marking},
    events.Retracted: lambda s, e: {},
    events.Corrected: lambda s, e: {},
    events.Marked: lambda s, e: {},
}


def changes_with(state: Any, event: Any, lifecycle: Lifecycle, evolutions: Mapping[type, Evolution]) -> Changes:
    """What the event changes in the state, its status among it where that is another.

    Raises `IllegalTransition` where the lifecycle has no arrow, `UnknownEvent` for a class it does not know.
    """
    evolution = evolutions.get(type(event))
    if evolution is None:
        raise UnknownEvent(f"{type(event).__name__} is no event of this aggregate")
    status = next_status(lifecycle, state.status, type(event))
    changes = evolution(state, event)
    return changes if status is state.status else {**changes, "status": status}
