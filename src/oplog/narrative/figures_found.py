"""The figures that a report tells of one stream: which, what they replaced, and whether an earlier report told them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve, frozen

from oplog.domain import events
from oplog.projections.figures import corrected

if TYPE_CHECKING:
    from oplog.domain.values import Figure
    from oplog.narrative.tale import Tale
    from oplog.recorded import Recorded


@frozen
class Item:
    """A figure to be told: what it is now, what it was before it was restated, and the events behind it.

    `restated` says that an earlier report told it, so that only what it was restated to is news.
    """

    figure: Figure
    previous: tuple[Figure, ...]
    behind: tuple[Recorded, ...]
    restated: bool = False


def figures_of(tale: Tale) -> list[Item]:
    """The figures of a stream that belong in the report, in the order in which they were first recorded."""
    found: dict[tuple[str, str, str], Item] = {}
    told: set[tuple[str, str, str]] = set()
    for recorded in tale.known:
        if not isinstance(recorded.event, (events.FigureRecorded, events.FigureRestated)):
            continue
        figure = recorded.event.figure
        old = found.get(figure.key)
        if old is not None and not _replaces(tale, recorded, old):
            old = None
        previous = (*old.previous, old.figure) if old else ()
        slips = tuple(evolve(figure, value=value, breakdown=(), of=None) for value in corrected(recorded, figure))
        behind = (*(old.behind if old else ()), recorded)
        here = belongs(tale, figure, recorded)
        late = not here and bool(slips) and _put_right(tale, recorded)
        restated = late or not belongs(tale, behind[0].event.figure, behind[0])
        found[figure.key] = Item(figure, (*previous, *slips), behind, restated)
        if here or late:
            told.add(figure.key)
    return [item for key, item in found.items() if key in told]


def belongs(tale: Tale, figure: Figure, recorded: Recorded) -> bool:
    """Whether a figure belongs in the report: it is of its quarter or window, or news of an earlier one.

    What was recorded late is news by itself only where the report does not tell the same of its own quarter: beside
    that it serves to compare.
    """
    windows = tale.windows
    if windows.tells(figure, recorded):
        return True
    if not windows.tells_late(figure, recorded):
        return False
    return isinstance(recorded.event, events.FigureRestated) or not any(
        row.figure.name == figure.name and windows.tells(row.figure, recorded) for row in tale.figures
    )


def _replaces(tale: Tale, recorded: Recorded, old: Item) -> bool:
    """Whether a record of a figure takes the place of the one before it.

    A running total that has grown does not, nor does a figure without a period: it is of another reporting period.
    """
    if isinstance(recorded.event, events.FigureRestated):
        return True
    period = old.figure.period
    if period is None:
        return recorded in tale.inside and old.behind[-1] in tale.inside
    return not period.is_open


def _put_right(tale: Tale, recorded: Recorded) -> bool:
    """Whether a figure of an earlier report was corrected only after that report."""
    windows = tale.windows
    return recorded.recorded_at.date() < windows.since and any(
        windows.newly_recorded(correction.recorded_at.date()) for correction in recorded.corrected_by
    )
