"""What was so before this report, and was recorded only after the last one had been made: it is told in this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import fields, frozen

from oplog.domain import events
from oplog.narrative.details import (
    tell_outlook,
    tell_partners,
    tell_purpose,
    tell_referrals,
    tell_texts,
)
from oplog.narrative.evaluation import tell_evaluation
from oplog.narrative.figures_told import tell_figures
from oplog.narrative.lead import open_tale
from oplog.narrative.occurrences import tell_occurrences
from oplog.narrative.recounted import only_recounted, recounts, tell_recounted
from oplog.narrative.salience import salience
from oplog.narrative.standing import tell_end_overdue
from oplog.narrative.tale import Tale
from oplog.narrative.window import Side, Windows

if TYPE_CHECKING:
    from collections.abc import Callable

    from oplog.domain.values import Figure
    from oplog.narrative.report import Report
    from oplog.recorded import Recorded

PARTS = (open_tale, tell_purpose, tell_occurrences, tell_partners, tell_figures, tell_referrals, tell_texts)
STILL_TO_COME = (tell_end_overdue, tell_evaluation, tell_outlook)
_FIGURES = (events.FigureRecorded, events.FigureRestated)
_ACTIONS = (events.ActionAsked, events.ActionAnswered)
"""What is told among the matters arising."""
_EVALUATIONS = (events.Evaluated, events.EvaluationDue, events.EvaluationDeferred)


@frozen(kw_only=True)
class LateWindows(Windows):
    """The windows of a report, seen from what was `learned` late: the positions of these events are inside."""

    learned: frozenset[int] = frozenset()

    @property
    def only_news(self) -> bool:
        """What the last report told, and is as it was, is not told again."""
        return True

    def side(self, recorded: Recorded) -> Side:
        """Inside for what was learned late, and before for all else."""
        return Side.INSIDE if recorded.position in self.learned else Side.BEFORE

    def tells(self, figure: Figure, recorded: Recorded) -> bool:  # noqa: ARG002 - as in every report's windows
        """Whether a figure was learned late."""
        return recorded.position in self.learned


def late_tales(report: Report) -> list[Tale]:
    """The streams of which something was learned late, as tales of that alone, the most salient first.

    What came after it is known, so that nothing is said to be open that is told elsewhere in the report. A plan that
    was written down late is not told by itself where the report tells what became of it.
    """
    last = report.windows.last
    if last is None:
        return []
    streams: dict[str, list[Recorded]] = {}
    for recorded in report.known:
        streams.setdefault(recorded.stream, []).append(recorded)
    told = {tale.stream for tale in report.tales}
    tales = []
    for stream, items in streams.items():
        learned = [r for r in items if _is_late(r, report.windows, last.up_to)]
        if not learned or (stream in told and all(isinstance(r.event, events.Planned) for r in learned)):
            continue
        tale = _tale(stream, items, [r for r in learned if not only_recounted(r, report.windows)], report.windows)
        if tale.planned is None:
            continue
        alone = stream not in told or any(isinstance(r.event, _EVALUATIONS) for r in tale.inside)
        for part in _parts(tale, alone=alone):
            part(tale)
        before = [r for r in items if report.windows.side(r) is Side.BEFORE]
        tell_recounted(tale, recounts(before, report.windows))
        if tale.statements or tale.restated:
            tales.append(tale)
    return sorted(tales, key=lambda tale: -salience(tale))


def _parts(tale: Tale, *, alone: bool) -> tuple[Callable[[Tale], None], ...]:
    """What is told of a stream: of figures alone no opening, for what it is was told before."""
    if all(isinstance(r.event, _FIGURES) for r in tale.inside):
        return (tell_figures,) if tale.inside else ()
    return (*PARTS, *STILL_TO_COME) if alone else PARTS


def _is_late(recorded: Recorded, windows: Windows, up_to: int) -> bool:
    """Whether it was so before the window, and recorded, or put right, when the last report had been made."""
    if isinstance(recorded.event, _ACTIONS):
        return False
    new = recorded.position > up_to or any(one.position > up_to for one in recorded.corrected_by)
    if not new or windows.side(recorded) is not Side.BEFORE:
        return False
    return not (isinstance(recorded.event, _FIGURES) and windows.tells(recorded.event.figure, recorded))


def _tale(stream: str, items: list[Recorded], learned: list[Recorded], windows: Windows) -> Tale:
    positions = frozenset(r.position for r in learned)
    given = {field.name: getattr(windows, field.name) for field in fields(Windows)}
    before = [r for r in items if r.position not in positions and windows.side(r) is Side.BEFORE]
    later = [r for r in items if r.position not in positions and windows.side(r) is not Side.BEFORE]
    return Tale(stream, LateWindows(**given, learned=positions), before, learned, later)
