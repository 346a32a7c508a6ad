"""The phrase tables of the narrative: which words tell which event.

Data only; the rules that join them are in `lead`, `changes` and `clauses`. To reword the report, change a phrase here;
to tell a new event, add its line.
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

PASSIVE = "passive"
ACTIVE = "active"

VERBS = MappingProxyType(
    {
        events.Rescheduled: (PASSIVE, "rescheduled"),
        events.Postponed: (PASSIVE, "postponed"),
        events.Cancelled: (PASSIVE, "cancelled"),
        events.Reinstated: (PASSIVE, "reinstated"),
        events.Commenced: (ACTIVE, "commenced"),
        events.Suspended: (PASSIVE, "suspended"),
        events.Resumed: (ACTIVE, "resumed"),
        events.Extended: (PASSIVE, "extended"),
        events.Completed: (PASSIVE, "completed"),
        events.HandedOver: (PASSIVE, "handed over"),
        Relaunched: (PASSIVE, "relaunched"),
        Redeployed: (PASSIVE, "moved"),
        Adopted: (PASSIVE, "adopted permanently"),
        Discontinued: (PASSIVE, "discontinued"),
    }
)
NATURE_VERBS = MappingProxyType(
    {
        (Nature.EVENT, events.Completed): (PASSIVE, "held"),
        (Nature.RESOURCE, events.Commenced): (ACTIVE, "came into service"),
        (Nature.RESOURCE, events.Resumed): (ACTIVE, "returned to service"),
        (Nature.RESOURCE, events.Completed): (PASSIVE, "taken out of service"),
    }
)
PERFECTS = MappingProxyType({"commenced": "commenced", "came into service": "come into service"})
"""Finite verbs that are told in the perfect ("has commenced") when nobody knows the date, with their participles."""

SETBACKS = (events.Rescheduled, events.Postponed, events.Cancelled, events.Suspended, events.OccurrenceCancelled,
            events.EvaluationDeferred, events.PartnerLeft, Discontinued)  # fmt: skip
SETBACK_CAUSE = "because of {}"
OWN_PHRASE = frozenset((CauseKind.REQUEST, CauseKind.FEEDBACK, CauseKind.INTELLIGENCE, CauseKind.CONCERN))
"""Causes that keep their own phrase after a setback too: cancelled "at the request of", not "because of", somebody."""

CAUSES = MappingProxyType(
    {
        CauseKind.INCIDENT: "following {}",
        CauseKind.DECISION: "following {}",
        CauseKind.SHORTAGE: "because of {}",
        CauseKind.CONCERN: "in response to {}",
        CauseKind.INTELLIGENCE: "on the basis of {}",
        CauseKind.REQUEST: "at the request of {}",
        CauseKind.FEEDBACK: "in response to {}",
        CauseKind.WEATHER: "because of {}",
        CauseKind.OTHER: "because of {}",
    }
)

CONTINUES = MappingProxyType(
    {Nature.EVENT: "continue{s}", Nature.WORK: "continue{s}", Nature.RESOURCE: "remain{s} in service"}
)
STANDING = MappingProxyType(
    {
        Status.POSTPONED: "remain{s} postponed, with no new date set",
        Status.SUSPENDED: "remain{s} suspended",
        Status.CANCELLED: "had been cancelled before the period of this report",
        Status.HANDED_OVER: "had been handed over before the period of this report",
        Status.ADOPTED: "had been adopted before the period of this report",
        Status.DISCONTINUED: "had been discontinued before the period of this report",
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

AGGREGATE_VERBS = MappingProxyType({("pilot", events.Completed): (ACTIVE, "ended")})
OCCURRENCES = MappingProxyType(
    {"operation": "deployments", "deployment": "deployments", "campaign": "sessions", "pilot": "sessions"}
)
DEFAULT_NATURE = MappingProxyType({"deployment": Nature.EVENT})
