"""The windows of a report, and what lies in them."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from oplog.domain.aggregates import decider_of
from oplog.domain.calendars import Calendar
from oplog.domain.content import Measured, Remeasured
from oplog.domain.events import Commenced, MarkingChanged, Planned
from oplog.domain.values import Basis, Figure
from oplog.errors import IllegalTransition
from oplog.narrative.dates import Dates
from oplog.narrative.locales import shipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from oplog.domain.calendars import Quarter
    from oplog.domain.markings import Audience
    from oplog.domain.when import When
    from oplog.narrative.last_report import LastReport
    from oplog.narrative.locale import Locale
    from oplog.recorded import Recorded


@frozen(kw_only=True)
class Extent:
    """How far a report looks: what was known at a moment, and had come about by a day; None for as far as the log goes.

    `head` is the last position that was known, None for that of the last event that is told. `left_out` is
    what cannot be told because this release does not know it, or an event before it in its stream. `written_down` is
    the last position of a log that was transcribed: what was recorded later was recorded when it was so. None means all
    of it.
    """

    known_at: datetime | None = None
    valid_at: date | None = None
    head: int | None = None
    left_out: tuple[Recorded, ...] = ()
    written_down: int | None = None

    @property
    def last_day(self) -> date | None:
        """The last day that the report can be of; None when there is no bound."""
        days = [] if self.known_at is None else [self.known_at.date()]
        return min(days if self.valid_at is None else [*days, self.valid_at], default=None)


ALL = Extent()


class Side(Enum):
    """Where an event lies seen from the activity window."""

    BEFORE = "before"
    INSIDE = "inside"
    AFTER = "after"


@frozen
class Windows:
    """The activity window (`since` to `until`, both inclusive), and the figures' quarter, None when there is none.

    `last` is the report of the series before this one, None when none was published. `today` is the report's own date,
    which decides on tense. `transcribed` says that the log was written down after the window, so that the times of
    recording say nothing about when things were so; up to the position `written_down`, where that is not None. `began`
    is the first day of the log, None when it is not known. `locale` has the words of the report. `allowance` is by how
    many per cent of a target a figure may miss it and still be nearly there.
    """

    since: date
    until: date
    figures: When | None
    today: date
    transcribed: bool = False
    last: LastReport | None = None
    written_down: int | None = None
    locale: Locale = field(factory=shipped, repr=False)
    began: date | None = None
    allowance: Decimal = Decimal(10)

    @property
    def only_news(self) -> bool:
        """Whether nothing is told again that an earlier report told: so it is among what was learned late (`late`)."""
        return False

    @property
    def dates(self) -> Dates:
        """Dates in words for this report."""
        return Dates(self.locale, self.today.year, self.since, self.until)

    @property
    def full_dates(self) -> Dates:
        """The same with their years, for the title block, the conclusion and the tables."""
        return Dates(self.locale)

    @property
    def quarter(self) -> Quarter:
        """The quarter of the report's own date, in a calendar with the figures' quarter: the next one is to come."""
        figures = self.figures
        first_month = figures.earliest.month if figures is not None and figures.whole_months else 1
        return Calendar(first_month).quarter_of(self.today)

    def side(self, recorded: Recorded) -> Side:
        """Where the event lies: by when it was so, or by when it was recorded if nobody knows.

        Of an imprecise date, the day nearest to the recording counts, so that no two reports tell one event. What began
        or was planned at an unknown time in the past ("../2017-05") lies before the window. What was so
        before it and was learned only in it lies inside: no earlier report can have told it. In a log that was
        transcribed, an event without a date lies inside, and so does an imprecise one that touches the window, but for
        what the last report had told so already. A figure without a date lies where its period ends.
        """
        when, noted = recorded.effective, recorded.recorded_at.date()
        transcribed = self.transcribed and (self.written_down is None or recorded.position <= self.written_down)
        if when is None and isinstance(recorded.event, (Measured, Remeasured)):
            period = recorded.event.figure.period
            if period is not None and not period.is_open:
                return self._side(period.latest)
        told = self._told_in_last(recorded)
        if when is None:
            return (Side.BEFORE if told else Side.INSIDE) if transcribed else self._side(noted)
        if when.span.start is None and isinstance(recorded.event, (Commenced, Planned)):
            return Side.BEFORE
        if transcribed and when.earliest <= self.until and when.latest >= self.since:
            return Side.BEFORE if told and self.last and when.earliest <= self.last.window.latest else Side.INSIDE
        if when.span.start is not None and when.latest < self.since and self._learned_late(when.earliest, noted):
            return Side.INSIDE
        return self._side(min(max(noted, when.earliest), when.latest))

    def _told_in_last(self, recorded: Recorded) -> bool:
        """Whether the last report knew of an event, and this one goes on from it."""
        last = self.last
        return last is not None and recorded.position <= last.up_to and self.since > last.window.latest

    def newly_recorded(self, noted: date) -> bool:
        """Whether what was recorded on a day was recorded after the report before this one, and in time for this one.

        That report is taken to have been made as long after the end of its window as this one. Where it was published,
        what it knew is on record, and what it did not know is told as such (`late`): this is False then.
        """
        if self.transcribed or self.last is not None:
            return False
        return self.since + (self.today - self.until) <= noted <= self.until

    def _learned_late(self, day: date, noted: date) -> bool:
        """Whether what was so before the window is news; what was so before the log began was only put on record."""
        return self.began is not None and self.began <= day and self.newly_recorded(noted)

    def _side(self, day: date) -> Side:
        if day > self.until:
            return Side.AFTER
        return Side.BEFORE if day < self.since else Side.INSIDE

    def tells(self, figure: Figure, recorded: Recorded) -> bool:
        """Whether a figure belongs in the report."""
        return self.side_of(figure, recorded) is Side.INSIDE

    def side_of(self, figure: Figure, recorded: Recorded) -> Side:
        """Where a figure lies: in this report, in an earlier one, or in a later one.

        A count or total over whole months belongs to the report whose figures' quarter it ends in, one over days to the
        report whose activity window it ends in; everything else goes with its event.
        """
        period = figure.period
        if period is not None and period.whole_months and self.figures and figure.basis is not Basis.RUNNING_TOTAL:
            if period.latest > self.figures.latest:
                return Side.AFTER
            return Side.BEFORE if period.latest < self.figures.earliest else Side.INSIDE
        if period is not None and not period.is_open:
            return self._side(period.latest)
        return self.side(recorded)

    def tells_late(self, figure: Figure, recorded: Recorded) -> bool:
        """Whether a figure of an earlier report was recorded or restated only after that report."""
        period = figure.period
        if period is None or period.is_open or figure.basis is Basis.RUNNING_TOTAL:
            return False
        first = self.figures.earliest if period.whole_months and self.figures else self.since
        return period.latest < first and self._learned_late(period.latest, recorded.recorded_at.date())

    def known_before(self, recorded: Recorded) -> bool:
        """Whether an event, or a correction, was recorded in time for the report before this one."""
        if self.last is not None:
            return recorded.position <= self.last.up_to
        return not self.newly_recorded(recorded.recorded_at.date())

    @property
    def before(self) -> Windows | None:
        """The windows of the report before this one; None where none was published."""
        if self.last is None:
            return None
        window = self.last.window
        return Windows(
            window.earliest,
            window.latest,
            self.last.figures,
            self.last.dated.latest,
            transcribed=self.began is not None and self.began > window.latest,
            written_down=self.written_down,
            began=self.began,
        )

    def told_before(self, figure: Figure, recorded: Recorded) -> bool:
        """Whether an earlier report told a figure of an event, as it was then.

        Where one was published that is on record. Where none was, the time before the window counts as reported if the
        log had begun by then.
        """
        if not self.known_before(recorded):
            return False
        if self.before is not None:
            return self.before.side_of(figure, recorded) is not Side.AFTER
        reported = self.transcribed or (self.began is not None and self.began < self.since)
        return reported and self.side_of(figure, recorded) is Side.BEFORE

    def coming(self, when: When | None) -> bool:
        """Whether a promise lies ahead: it may still be kept on or after the report's date, or has no date."""
        return when is None or when.latest >= self.today


def visible(recorded: Sequence[Recorded], audience: Audience) -> list[Recorded]:
    """The events that an audience may see whole.

    A stream has the marking that was last given to it, else that of its plan; one that they may not see is left out
    whole. Of the others, events with such a marking of their own are left out, and those of which a field has one or
    was corrected by an event that has one. What carries no marking may be seen.
    """
    of_stream: dict[str, str | None] = {}
    for r in recorded:
        if isinstance(r.event, MarkingChanged):
            of_stream[r.stream] = r.event.marking
        elif isinstance(r.event, Planned):
            of_stream[r.stream] = r.marking
    may_see, marks_stream = audience.may_see, (MarkingChanged, Planned)
    return [
        r
        for r in recorded
        if may_see(of_stream.get(r.stream))
        and (isinstance(r.event, marks_stream) or may_see(r.marking))
        and all(may_see(marking) for marking in (r.field_markings.data.values() if r.field_markings else ()))
        and all(may_see(correction.marking) for correction in r.corrected_by)
    ]


def known_by(recorded: Sequence[Recorded], windows: Windows) -> list[Recorded]:
    """The events that a report knows: those up to the end of its window.

    A plan that was written down late is known where anything else of its stream is: what became of it shows that it
    was made.
    """
    sides = [windows.side(r) for r in recorded]
    present = {r.stream for r, side in zip(recorded, sides, strict=True) if side is not Side.AFTER}
    return [
        r
        for r, side in zip(recorded, sides, strict=True)
        if side is not Side.AFTER or (isinstance(r.event, Planned) and r.stream in present)
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
