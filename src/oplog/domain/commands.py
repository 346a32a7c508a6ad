"""The commands that all four aggregates share: what a caller asks for, in the imperative.

Each asks for one event and carries the same content. `SHARED_COMMANDS` gives the verb that the shell uses and the
event that is recorded when the domain agrees.
"""

from __future__ import annotations

from types import MappingProxyType

from attrs import frozen

from oplog.domain import content, events


@frozen(kw_only=True)
class Plan(content.Details):
    """Plan something, with or without a date. The first command of every stream."""


@frozen(kw_only=True)
class Reschedule(content.NewDate):
    """Give it another date, also after a postponement or a cancellation."""


@frozen(kw_only=True)
class Postpone(content.Because):
    """Put it off without a new date."""


@frozen(kw_only=True)
class Cancel(content.Because):
    """Call it off."""


@frozen(kw_only=True)
class Reinstate(content.Because):
    """Take a cancellation back."""


@frozen(kw_only=True)
class Commence(content.Because):
    """Say that it started."""


@frozen(kw_only=True)
class Suspend(content.Pause):
    """Interrupt it; it is meant to go on."""


@frozen(kw_only=True)
class Resume(content.Because):
    """Go on after a suspension."""


@frozen(kw_only=True)
class Extend(content.Longer):
    """Let it last longer than intended: give the new end, the time added, or both."""


@frozen(kw_only=True)
class Complete(content.Completion):
    """Say that it came to its intended end, or that a single event was held."""


@frozen(kw_only=True)
class HandOver(content.Handover):
    """Pass it to another team or body."""


@frozen(kw_only=True)
class HoldOccurrence(content.Occurrence):
    """Say that one or several occurrences took place."""


@frozen(kw_only=True)
class CancelOccurrence(content.MissedOccurrence):
    """Call one or several occurrences off; the rest goes on."""


@frozen(kw_only=True)
class RecordFigure(content.Measured):
    """Record a figure."""


@frozen(kw_only=True)
class RestateFigure(content.Remeasured):
    """Replace a figure recorded before under the same measure, period and basis."""


@frozen(kw_only=True)
class RecordNote(content.Text):
    """Note something worth telling."""


@frozen(kw_only=True)
class RecordOutcome(content.Text):
    """Record what came of it."""


@frozen(kw_only=True)
class RecordFeedback(content.Text):
    """Record what others said of it."""


@frozen(kw_only=True)
class RecordLearning(content.Text):
    """Record what was learned from it."""


@frozen(kw_only=True)
class RecordOutlook(content.Prospect):
    """Record what is still to come."""


@frozen(kw_only=True)
class JoinPartner(content.Partnership):
    """Say that a partner joined."""


@frozen(kw_only=True)
class LeavePartner(content.Partnership):
    """Say that a partner left."""


@frozen(kw_only=True)
class LinkPartOf(content.Parent):
    """Make it part of another stream."""


@frozen(kw_only=True)
class PromiseEvaluation(content.DueEvaluation):
    """Say when an evaluation is due."""


@frozen(kw_only=True)
class DeferEvaluation(content.NewDate):
    """Put the evaluation promised off to another date."""


@frozen(kw_only=True)
class Evaluate(content.Result):
    """Record what the evaluation found."""


@frozen(kw_only=True)
class AskAction(content.Request):
    """Record what those who report were asked to do, and by when."""


@frozen(kw_only=True)
class AnswerAction(content.Answer):
    """Record what became of an action that was asked."""


@frozen(kw_only=True)
class ChangeMarking(content.NewMarking):
    """Change who may see it."""


@frozen(kw_only=True)
class Retract(content.Retraction):
    """Take an event back that should not have been recorded. It stays in the history."""


@frozen(kw_only=True)
class Correct(content.Correction):
    """Put a field of an event right. What it said stays in the history."""


@frozen(kw_only=True)
class MarkEvent(content.EventMarking):
    """Change who may see an event, or a field of it."""


CORRECTING = MappingProxyType(
    {
        "retract": (Retract, events.Retracted),
        "correct": (Correct, events.Corrected),
        "mark": (MarkEvent, events.Marked),
    }
)
"""The commands on events. No aggregate decides them: it takes the history of the stream (`oplog.corrections`)."""

SHARED_COMMANDS = MappingProxyType(
    {
        "plan": (Plan, events.Planned),
        "reschedule": (Reschedule, events.Rescheduled),
        "postpone": (Postpone, events.Postponed),
        "cancel": (Cancel, events.Cancelled),
        "reinstate": (Reinstate, events.Reinstated),
        "commence": (Commence, events.Commenced),
        "suspend": (Suspend, events.Suspended),
        "resume": (Resume, events.Resumed),
        "extend": (Extend, events.Extended),
        "complete": (Complete, events.Completed),
        "hand-over": (HandOver, events.HandedOver),
        "hold-occurrence": (HoldOccurrence, events.OccurrenceHeld),
        "cancel-occurrence": (CancelOccurrence, events.OccurrenceCancelled),
        "record-figure": (RecordFigure, events.FigureRecorded),
        "restate-figure": (RestateFigure, events.FigureRestated),
        "record-note": (RecordNote, events.NoteRecorded),
        "record-outcome": (RecordOutcome, events.OutcomeRecorded),
        "record-feedback": (RecordFeedback, events.FeedbackRecorded),
        "record-learning": (RecordLearning, events.LearningRecorded),
        "record-outlook": (RecordOutlook, events.OutlookRecorded),
        "join-partner": (JoinPartner, events.PartnerJoined),
        "leave-partner": (LeavePartner, events.PartnerLeft),
        "link-part-of": (LinkPartOf, events.PartOfLinked),
        "promise-evaluation": (PromiseEvaluation, events.EvaluationDue),
        "defer-evaluation": (DeferEvaluation, events.EvaluationDeferred),
        "evaluate": (Evaluate, events.Evaluated),
        "ask-action": (AskAction, events.ActionAsked),
        "answer-action": (AnswerAction, events.ActionAnswered),
        "change-marking": (ChangeMarking, events.MarkingChanged),
    }
)
