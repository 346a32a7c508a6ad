"""The same log kept with the `eventsourcing` library alone, in the style of its own documentation.

One aggregate class with a method for each thing that happens; the stock
JSON transcoder, and nothing tuned. It checks no lifecycle, keeps no register, and writes no report.
"""

# ruff: noqa: ARG002, PLR0917 - in the style of the library, a method's arguments are the content of its event

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.domain import Aggregate, event

Content = dict[str, Any]


class Activity(Aggregate):
    """An operation, deployment, campaign or pilot. What surrounds an event goes in its `context`."""

    @staticmethod
    def create_id(stream: str) -> UUID:
        """The id of the activity of this name, as the library's documentation makes ids from names."""
        return uuid5(NAMESPACE_URL, f"/activities/{stream}")

    @event("Planned")
    def __init__(
        self, stream: str, context: Content, title: str, theme: str | None = None, aim: str | None = None,
        audience: str | None = None, place: str | None = None, lead: str | None = None, when: Any = None,
        partners: list[str] | None = None, term: str | None = None, recurrence: Content | None = None,
        rate: Content | None = None,
    ) -> None:  # fmt: skip
        self.stream, self.title, self.theme, self.aim, self.audience = stream, title, theme, aim, audience
        self.place, self.lead, self.when, self.term = place, lead, when, term
        self.recurrence, self.rate = recurrence, rate
        self.partners = list(partners or ())
        self.status = "planned"
        self.cause: Content | None = None
        self.until: str | None = None
        self.owner: str | None = None
        self.part_of: str | None = None
        self.evaluation_due: Any = None
        self.moves = self.held = self.missed = self.evaluations = self.referrals = 0
        self.figures: dict[str, Content] = {}

    @event("Rescheduled")
    def rescheduled(self, context: Content, when: Any, cause: Content | None = None) -> None:
        self.when, self.cause = when, cause
        self.moves += 1
        if self.status in ("postponed", "cancelled"):
            self.status = "planned"

    @event("Postponed")
    def postponed(self, context: Content, cause: Content | None = None) -> None:
        self.when, self.cause, self.status = None, cause, "postponed"
        self.moves += 1

    @event("Cancelled")
    def cancelled(self, context: Content, cause: Content | None = None) -> None:
        self.cause, self.status = cause, "cancelled"

    @event("Reinstated")
    def reinstated(self, context: Content, cause: Content | None = None) -> None:
        self.cause, self.status = cause, "planned"

    @event("Commenced")
    def commenced(self, context: Content, cause: Content | None = None) -> None:
        self.cause, self.status = cause, "under way"

    @event("Relaunched")
    def relaunched(self, context: Content, cause: Content | None = None) -> None:
        self.cause, self.status = cause, "under way"

    @event("Suspended")
    def suspended(self, context: Content, until: str | None = None, cause: Content | None = None) -> None:
        self.until, self.cause, self.status = until, cause, "suspended"

    @event("Resumed")
    def resumed(self, context: Content, cause: Content | None = None) -> None:
        self.until, self.cause, self.status = None, cause, "under way"

    @event("Extended")
    def extended(self, context: Content, until: str | None = None, cause: Content | None = None) -> None:
        self.until = until

    @event("Completed")
    def completed(self, context: Content, attendance: int | None = None, cause: Content | None = None) -> None:
        self.cause, self.status = cause, "completed"

    @event("Adopted")
    def adopted(self, context: Content, cause: Content | None = None) -> None:
        self.cause, self.status = cause, "adopted"

    @event("Discontinued")
    def discontinued(self, context: Content, cause: Content | None = None) -> None:
        self.cause, self.status = cause, "discontinued"

    @event("HandedOver")
    def handed_over(self, context: Content, to: str, cause: Content | None = None) -> None:
        self.owner, self.cause, self.status = to, cause, "handed over"

    @event("OccurrenceHeld")
    def occurrence_held(self, context: Content, count: int, attendance: int | None = None) -> None:
        self.held += count
        if self.status == "planned":
            self.status = "under way"

    @event("OccurrenceCancelled")
    def occurrence_cancelled(self, context: Content, count: int | None = None, cause: Content | None = None) -> None:
        self.missed += count or 1

    @event("FigureRecorded")
    def figure_recorded(self, context: Content, figure: Content) -> None:
        self.figures[f"{figure['measure']} {figure['period']}"] = figure

    @event("FigureRestated")
    def figure_restated(self, context: Content, figure: Content, reason: str) -> None:
        self.figures[f"{figure['measure']} {figure['period']}"] = figure

    @event("NoteRecorded")
    def note_recorded(self, context: Content, text: str) -> None: ...

    @event("OutcomeRecorded")
    def outcome_recorded(self, context: Content, text: str) -> None: ...

    @event("FeedbackRecorded")
    def feedback_recorded(self, context: Content, text: str) -> None: ...

    @event("LearningRecorded")
    def learning_recorded(self, context: Content, text: str) -> None: ...

    @event("OutlookRecorded")
    def outlook_recorded(self, context: Content, text: str, when: Any = None) -> None: ...

    @event("PartnerJoined")
    def partner_joined(self, context: Content, partner: str) -> None:
        self.partners.append(partner)

    @event("PartnerLeft")
    def partner_left(self, context: Content, partner: str) -> None:
        self.partners.remove(partner)

    @event("PartOfLinked")
    def part_of_linked(self, context: Content, parent: str) -> None:
        self.part_of = parent

    @event("EvaluationDue")
    def evaluation_due_set(self, context: Content, when: Any, by: str | None = None) -> None:
        self.evaluation_due = when

    @event("EvaluationDeferred")
    def evaluation_deferred(self, context: Content, when: Any, cause: Content | None = None) -> None:
        self.evaluation_due = when

    @event("Evaluated")
    def evaluated(self, context: Content, result: str) -> None:
        self.evaluation_due = None
        self.evaluations += 1

    @event("Referred")
    def referred(self, context: Content, matter: str, to: str, cause: Content | None = None) -> None:
        self.referrals += 1

    @event("Redeployed")
    def redeployed(self, context: Content, place: str, cause: Content | None = None) -> None:
        self.place = place
