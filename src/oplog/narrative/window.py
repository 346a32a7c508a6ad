"""The windows of a report, and what lies in them."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from attrs import frozen

from oplog.domain.aggregates import decider_of
from oplog.domain.events import MarkingChanged
from oplog.domain.values import Basis, Figure
from oplog.domain.when import When
from oplog.errors import IllegalTransition
from oplog.narrative.english.dates import Dates

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from oplog.recorded import Recorded


class Side(Enum):
    """Where an event lies seen from the activity window."""

    BEFORE = "before"
    INSIDE = "inside"
    AFTER = "after"


@frozen
class Windows:
    """The activity window (`since` to `until`, both inclusive), and the figures' quarter, None when there is none.

    `today` is the report's own date, which decides on tense.
    """

    since: date
    until: date
    figures: When | None
    today: date

    @property
    def dates(self) -> Dates:
        """Dates in words for this report."""
        return Dates(self.today.year, self.since, self.until)

    def side(self, recorded: Recorded) -> Side:
        """Where the event lies: by when it was so, or by when it was recorded if nobody knows.

        What began at an unknown time in the past ("../2017-05") lies before the window.
        """
        when = recorded.effective or When.of(recorded.recorded_at.date())
        if when.earliest > self.until:
            return Side.AFTER
        if when.latest < self.since or when.span.start is None:
            return Side.BEFORE
        return Side.INSIDE

    def tells(self, figure: Figure, recorded: Recorded) -> bool:
        """Whether a figure belongs in the report.

        A count or total over whole months belongs to the report whose figures' quarter it ends in; everything else goes
        with the activity window.
        """
        period = figure.period
        if period is not None and period.whole_months and self.figures and figure.basis is not Basis.RUNNING_TOTAL:
            return self.figures.earliest <= period.latest <= self.figures.latest
        return self.side(recorded) is Side.INSIDE

    def coming(self, when: When | None) -> bool:
        """Whether a promise lies ahead: it may still be kept on or after the report's date, or has no date."""
        return when is None or when.latest >= self.today


def visible(recorded: Sequence[Recorded], markings: Sequence[str] | None) -> list[Recorded]:
    """The events that readers with these markings may see; None sees all.

    A stream whose last marking they may not see is left out whole, and so is an event with such a marking of its own.
    What carries no marking may be seen.
    """
    if markings is None:
        return list(recorded)
    of_stream = {r.stream: r.event.marking for r in recorded if isinstance(r.event, MarkingChanged)}
    return [
        r
        for r in recorded
        if (r.stream not in of_stream or of_stream[r.stream] in markings)
        and (r.marking is None or r.marking in markings)
    ]


def state_after(stream: str, events: Iterable[Recorded]) -> Any:
    """The state that some events of a stream give. Those that need one that was left out are passed over."""
    decider = decider_of(stream)
    state = decider.initial
    for recorded in events:
        try:
            state = decider.evolve(state, recorded.event)
        except IllegalTransition:
            continue
    return state
