"""How much a committee will want to know of a stream: it decides what stands first, and what enters the summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.domain import events
from oplog.domain.campaign import Relaunched
from oplog.domain.pilot import Adopted, Discontinued
from oplog.narrative import phrases

if TYPE_CHECKING:
    from oplog.narrative.tale import Tale

DECISIVE = (
    events.HandedOver,
    events.Extended,
    events.Resumed,
    events.Evaluated,
    events.Cancelled,
    Relaunched,
    Adopted,
    Discontinued,
)
"""Changes that a committee will want to know of before all others."""


def salience(tale: Tale) -> int:
    """How much a committee will want to know of it: changes of plan first, then trials, results and figures."""
    score = 0
    for recorded in tale.inside:
        event = recorded.event
        if isinstance(event, DECISIVE):
            score += 5
        elif isinstance(event, phrases.SETBACKS):
            score += 2 if isinstance(event, events.OccurrenceCancelled) else 4
        elif isinstance(event, (events.Completed, events.Commenced, events.OccurrenceHeld, events.EvaluationDue)):
            score += 2
        elif isinstance(event, (events.FigureRecorded, events.OutcomeRecorded)):
            score += 1
        score += 1 if getattr(event, "cause", None) is not None else 0
    return min(score, 12) + (4 if tale.stream.startswith("pilot/") else 0)
