"""The events that all four aggregates share, and the stable names under which they are stored.

Facts in the past tense, without business rules: a rule that gets stricter must not make history unreadable. When an
event was so in the world is not in the event but in its envelope (`Recorded.effective`).
"""

from __future__ import annotations

from types import MappingProxyType

from attrs import frozen

from oplog.domain.content import (
    Answer,
    Because,
    Completion,
    Correction,
    Details,
    DueEvaluation,
    EventMarking,
    Handover,
    Longer,
    Measured,
    MissedOccurrence,
    NewDate,
    NewMarking,
    Occurrence,
    Parent,
    Partnership,
    Pause,
    Prospect,
    Remeasured,
    Request,
    Result,
    Retraction,
    Text,
)


@frozen(kw_only=True)
class Planned(Details):
    """It was planned; the first event of every stream. With `when`, it was scheduled."""


@frozen(kw_only=True)
class Rescheduled(NewDate):
    """It got another date, whether it had one, had been postponed or had been cancelled."""


@frozen(kw_only=True)
class Postponed(Because):
    """It was put off without a new date."""


@frozen(kw_only=True)
class Cancelled(Because):
    """It was called off."""


@frozen(kw_only=True)
class Reinstated(Because):
    """The cancellation was taken back; the date it had stands again."""


@frozen(kw_only=True)
class Commenced(Because):
    """It started."""


@frozen(kw_only=True)
class Suspended(Pause):
    """It was interrupted and is meant to go on."""


@frozen(kw_only=True)
class Resumed(Because):
    """It went on after a suspension."""


@frozen(kw_only=True)
class Extended(Longer):
    """It will last longer than intended."""


@frozen(kw_only=True)
class Completed(Completion):
    """It came to its intended end; a single event was held."""


@frozen(kw_only=True)
class HandedOver(Handover):
    """Another team or body took it on."""


@frozen(kw_only=True)
class OccurrenceHeld(Occurrence):
    """One or several occurrences took place."""


@frozen(kw_only=True)
class OccurrenceCancelled(MissedOccurrence):
    """One or several occurrences were called off; the rest goes on."""


@frozen(kw_only=True)
class FigureRecorded(Measured):
    """A figure was recorded."""


@frozen(kw_only=True)
class FigureRestated(Remeasured):
    """A figure recorded before was replaced."""


@frozen(kw_only=True)
class NoteRecorded(Text):
    """Something worth telling was noted."""


@frozen(kw_only=True)
class OutcomeRecorded(Text):
    """What came of it was recorded."""


@frozen(kw_only=True)
class FeedbackRecorded(Text):
    """What others said of it was recorded."""


@frozen(kw_only=True)
class LearningRecorded(Text):
    """What was learned from it was recorded."""


@frozen(kw_only=True)
class OutlookRecorded(Prospect):
    """What is still to come was recorded."""


@frozen(kw_only=True)
class PartnerJoined(Partnership):
    """A partner joined."""


@frozen(kw_only=True)
class PartnerLeft(Partnership):
    """A partner left."""


@frozen(kw_only=True)
class PartOfLinked(Parent):
    """It is part of another stream."""


@frozen(kw_only=True)
class EvaluationDue(DueEvaluation):
    """An evaluation was promised."""


@frozen(kw_only=True)
class EvaluationDeferred(NewDate):
    """The evaluation promised was put off to another date."""


@frozen(kw_only=True)
class Evaluated(Result):
    """The evaluation was made."""


@frozen(kw_only=True)
class ActionAsked(Request):
    """Those who report were asked to do something about it, such as by the committee at its last meeting."""


@frozen(kw_only=True)
class ActionAnswered(Answer):
    """An action that was asked was answered."""


@frozen(kw_only=True)
class MarkingChanged(NewMarking):
    """Who may see it was changed."""


@frozen(kw_only=True)
class Retracted(Retraction):
    """An event of the stream was taken back: it should not have been recorded."""


@frozen(kw_only=True)
class Corrected(Correction):
    """A field of an event of the stream was put right."""


@frozen(kw_only=True)
class Marked(EventMarking):
    """An event of the stream, or a field of it, got another marking."""


CORRECTIONS = MappingProxyType({"retracted": (Retracted, 1), "corrected": (Corrected, 1), "marked": (Marked, 1)})
"""The events that concern an event before them in their stream, and not the activity: every kind of stream has them."""

OF_EVENTS = (Retracted, Corrected, Marked)
"""Their classes."""

SHARED_EVENTS = MappingProxyType(
    {
        "planned": (Planned, 1),
        "rescheduled": (Rescheduled, 1),
        "postponed": (Postponed, 1),
        "cancelled": (Cancelled, 1),
        "reinstated": (Reinstated, 1),
        "commenced": (Commenced, 1),
        "suspended": (Suspended, 1),
        "resumed": (Resumed, 1),
        "extended": (Extended, 1),
        "completed": (Completed, 1),
        "handed-over": (HandedOver, 1),
        "occurrence-held": (OccurrenceHeld, 1),
        "occurrence-cancelled": (OccurrenceCancelled, 1),
        "figure-recorded": (FigureRecorded, 2),
        "figure-restated": (FigureRestated, 2),
        "note-recorded": (NoteRecorded, 1),
        "outcome-recorded": (OutcomeRecorded, 1),
        "feedback-recorded": (FeedbackRecorded, 1),
        "learning-recorded": (LearningRecorded, 1),
        "outlook-recorded": (OutlookRecorded, 1),
        "partner-joined": (PartnerJoined, 1),
        "partner-left": (PartnerLeft, 1),
        "part-of-linked": (PartOfLinked, 1),
        "evaluation-due": (EvaluationDue, 1),
        "evaluation-deferred": (EvaluationDeferred, 1),
        "evaluated": (Evaluated, 1),
        "action-asked": (ActionAsked, 1),
        "action-answered": (ActionAnswered, 1),
        "marking-changed": (MarkingChanged, 1),
        **CORRECTIONS,
    }
)
