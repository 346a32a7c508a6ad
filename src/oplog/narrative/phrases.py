"""Which key of the locale tells which event. The words themselves lie in `locales`.

Data only; the rules that join phrases are in `lead`, `changes` and `clauses`. To tell a new event, add its line here
and its words in en-GB.toml.
"""

from __future__ import annotations

from types import MappingProxyType

from oplog.domain import events
from oplog.domain.campaign import Relaunched
from oplog.domain.content import Nature
from oplog.domain.deployment import Redeployed
from oplog.domain.lifecycle import Status
from oplog.domain.pilot import Adopted, Discontinued
from oplog.domain.values import CauseKind

VERBS = MappingProxyType(
    {
        events.Rescheduled: "rescheduled",
        events.Postponed: "postponed",
        events.Cancelled: "cancelled",
        events.Reinstated: "reinstated",
        events.Commenced: "commenced",
        events.Suspended: "suspended",
        events.Resumed: "resumed",
        events.Extended: "extended",
        events.Completed: "completed",
        events.HandedOver: "handed_over",
        Relaunched: "relaunched",
        Redeployed: "moved",
        Adopted: "adopted",
        Discontinued: "discontinued",
    }
)
NATURE_VERBS = MappingProxyType(
    {
        (Nature.EVENT, events.Completed): "held",
        (Nature.RESOURCE, events.Commenced): "came_into_service",
        (Nature.RESOURCE, events.Suspended): "withdrawn_from_service",
        (Nature.RESOURCE, events.Resumed): "returned_to_service",
        (Nature.RESOURCE, events.Completed): "taken_out_of_service",
    }
)
AGGREGATE_VERBS = MappingProxyType({("pilot", events.Completed): "ended"})
UNDATED = frozenset(("commenced", "came_into_service"))
"""What is told in the perfect ("has commenced") when nobody knows the date."""

SETBACKS = (events.Rescheduled, events.Postponed, events.Cancelled, events.Suspended, events.OccurrenceCancelled,
            events.EvaluationDeferred, events.PartnerLeft, Discontinued)  # fmt: skip
OWN_PHRASE = frozenset((CauseKind.REQUEST, CauseKind.FEEDBACK, CauseKind.INTELLIGENCE, CauseKind.CONCERN))
"""Causes that keep their own phrase after a setback too: cancelled "at the request of", not "because of", somebody."""

REASONS = frozenset((CauseKind.SHORTAGE, CauseKind.WEATHER, CauseKind.OTHER))
"""Causes that are told as plain reasons whatever they brought about: "because of" them."""

CONTINUES = MappingProxyType({Nature.EVENT: "goes_on", Nature.WORK: "goes_on", Nature.RESOURCE: "in_service"})
STANDING = MappingProxyType(
    {
        Status.POSTPONED: "postponed",
        Status.SUSPENDED: "suspended",
        Status.CANCELLED: "cancelled",
        Status.HANDED_OVER: "handed_over",
        Status.ADOPTED: "adopted",
        Status.DISCONTINUED: "discontinued",
    }
)
BEFORE = MappingProxyType(
    {
        Status.POSTPONED: events.Postponed,
        Status.CANCELLED: events.Cancelled,
        Status.SUSPENDED: events.Suspended,
        Status.COMPLETED: events.Completed,
    }
)
"""The event that explains a status that an activity had before the window."""

OCCURRENCES = MappingProxyType(
    {"operation": "deployment", "deployment": "deployment", "campaign": "session", "pilot": "session"}
)
DEFAULT_NATURE = MappingProxyType({"deployment": Nature.EVENT})
