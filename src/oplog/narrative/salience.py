"""How much a committee will want to know of a stream: it decides what stands first, and what enters the summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.domain import events
from oplog.domain.campaign import Relaunched
from oplog.domain.lifecycle import NO_LONGER_EVALUATED, Status
from oplog.domain.pilot import Adopted, Discontinued
from oplog.narrative import phrases
from oplog.narrative.comparisons import against_target, compared
from oplog.narrative.figures_compared import NOTABLE
from oplog.narrative.figures_found import figures_of

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
STANDINGS = {"missed": 4, "near": 2}
"""What a target that was not met adds."""
MOST_FIGURES = 3
MOST = 14


def salience(tale: Tale) -> int:
    """How much a committee will want to know of it: changes of plan first, then targets missed, trials and results.

    What happened again and again counts once, so that a long history does not outweigh news.
    """
    score = sum(_weight(kind) for kind in {type(r.event) for r in tale.inside})
    score += 1 if any(getattr(r.event, "cause", None) is not None for r in tale.inside) else 0
    score += min(MOST_FIGURES, len(tale.select(events.FigureRecorded, events.FigureRestated)))
    score += _standing(tale) + (5 if _is_late(tale) else 0)
    return min(score, MOST) + (4 if tale.stream.startswith("pilot/") else 0)


def _weight(kind: type) -> int:
    if issubclass(kind, DECISIVE):
        return 5
    if issubclass(kind, phrases.SETBACKS):
        return 2 if issubclass(kind, events.OccurrenceCancelled) else 4
    if issubclass(kind, (events.OutcomeRecorded, events.Completed, events.Commenced, events.EvaluationDue)):
        return 2
    return 2 if issubclass(kind, events.OccurrenceHeld) else 0


def _standing(tale: Tale) -> int:
    """What its figures add: most of all one that missed its target, else one that changed much."""
    windows, most = tale.windows, 0
    for item in figures_of(tale):
        standing = against_target(item.figure, windows.allowance, windows.today)
        most = max(most, STANDINGS.get(standing[0], 0) if standing else 0)
        changes, _ = compared(item.figure, tale.figures)
        most = max(most, 2 if any(change.rate >= NOTABLE for change in changes) else 0)
    return most


def _is_late(tale: Tale) -> bool:
    """Whether its evaluation, or any news of what had become of it by its date, is overdue."""
    state, until = tale.state, tale.windows.until
    due = state.evaluation_due if state.status not in NO_LONGER_EVALUATED else None
    promised = state.when if state.status is Status.PLANNED else None
    if promised is not None and tale.outcomes(promised):
        promised = None
    return any(day is not None and day.latest <= until for day in (due, promised))
