"""`Reads`: all that a log can be asked, by either clock."""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Unpack

import attrs

from oplog.collector import collector_paused
from oplog.domain.aggregates import decider_of, is_about_log
from oplog.errors import CannotOpen, InvalidValue, NoSuchStream
from oplog.kept import current_entry, current_register, keep_entry
from oplog.projections import OF_A_DAY, register
from oplog.projections.silence import SILENCE, last_day, silence
from oplog.reading import Clocks, Reading, check_days
from oplog.store.codec import format_time
from oplog.store.derive import microseconds
from oplog.store.recorder import Span
from oplog.views import Views, projection_named

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime

    from oplog.audience import Seen
    from oplog.blame import Explanation
    from oplog.domain.markings import Audience
    from oplog.domain.when import When
    from oplog.findings import Finding
    from oplog.knowledge import Learned
    from oplog.narrative.document import Document
    from oplog.narrative.sections import Builder
    from oplog.projections import Projection
    from oplog.projections.due import Due
    from oplog.projections.register import Entry
    from oplog.projections.silence import SilenceLimits, SilenceRule
    from oplog.projections.trace import Trace
    from oplog.recorded import Recorded
    from oplog.store.recorder import Row, StoredState
    from oplog.store.store import Store
    from oplog.whatif import WhatIf
    from oplog.writing import Writer


class Reads:
    """The part of `OpLog` that reads."""

    _store: Store
    _views: Views
    _writer: Writer

    def events(
        self,
        *,
        stream: str | None = None,
        after: int = 0,
        until: int | None = None,
        recorded_from: datetime | None = None,
        recorded_to: datetime | None = None,
        effective: When | None = None,
    ) -> Iterator[Recorded]:
        """The events in order of position, of one stream or of all.

        `after` is exclusive and `until` inclusive; both are positions, or versions when a stream is given. The
        recorded times are inclusive, aware. With `effective`, an event must, for as much as is known of it, have been
        so on one of these days; one whose effective time is not known is left out. The database finds both by an
        index. Raises `NoSuchStream`, and `Undecodable` at an event that is damaged or unknown; in a log opened with
        `pass_over_unknown`, an unknown one is given with an `Unknown` as its content.
        """
        span = Span(
            after or None,
            until,
            None if recorded_from is None else microseconds(recorded_from),
            None if recorded_to is None else microseconds(recorded_to),
            None if effective is None else effective.earliest.isoformat(),
            None if effective is None else effective.latest.isoformat(),
        )
        if stream is None:
            return self._store.events(span)
        self._require(stream)
        within = set(self._store.positions(attrs.evolve(span, after=None, until=None))) if span.asks_for_times else None
        found = takewhile(lambda r: until is None or r.version <= until, self._store.stream(stream, after))
        return (r for r in found if within is None or r.position in within)

    def event(self, event: int | str) -> Recorded:
        """The event at a position or with an id, as it was recorded. Raises `NoSuchEvent`."""
        return self._writer.find(event)

    @property
    def passed_over(self) -> tuple[Recorded, ...]:
        """What reads have left out so far, in order of position, of a log opened with `pass_over_unknown`.

        These are the events that this release does not know, whose content is an `Unknown`, and those that follow one
        of them in its stream. Of any other log it is empty, for there an unknown event is an error.
        """
        return tuple(recorded for _, recorded in sorted((self._store.passed_over or {}).items()))

    def rows(self, *, stream: str | None = None, after: int = 0, until: int | None = None) -> Iterator[Row]:
        """The stored events as they lie there, not decoded, in order of position: what an audit reads.

        `after` and `until` are as in `events`. A `stream` need not be of an aggregate that this release knows.
        """
        if stream is not None:
            found = self._store.stream_rows(stream, after)
            return takewhile(lambda row: until is None or row.version <= until, found)
        return self._store.rows(Span(after or None, until))

    def head(self) -> int:
        """The last position; 0 in an empty log."""
        return self._store.head()

    def streams(self) -> list[str]:
        """The names of all streams, sorted."""
        return self._store.streams()

    def state(self, stream: str, **clocks: Unpack[Clocks]) -> Any:
        """The state of a stream: the present one, or by the `clocks`, as for `entry`.

        Raises `NoSuchStream`, also when nothing of it was known or had come about yet.
        """
        decider_of(stream)
        entry = self.entry(stream, **clocks)
        if entry.version == 0:
            raise NoSuchStream(f"there is no stream {stream} in this log{_as_of(Reading(**clocks))}")
        return entry.state

    def entry(self, stream: str, **clocks: Unpack[Clocks]) -> Entry:
        """The register's entry of a stream, an empty one if it does not exist.

        `known_at`, `valid_at` and `counts_from` ask for the state of knowledge and of the world at other times; see
        `Reading`. Without them, a kept state is used if it is whole.
        """
        reading = Reading(**clocks)
        if not reading.bounded:
            return current_entry(self._store, stream)
        return reading.entry(reading.life(stream, self._known(reading, stream)))

    def life(self, stream: str, **clocks: Unpack[Clocks]) -> tuple[Recorded, ...]:
        """The events of a stream as they are to be read: corrected, and in the order in which they were so.

        Raises `NoSuchStream`.
        """
        self._require(stream)
        reading = Reading(**clocks)
        return tuple(reading.counted(reading.life(stream, self._known(reading, stream))))

    def read(self, **clocks: Unpack[Clocks]) -> list[Recorded]:
        """The events of all streams as they are to be read: what every view and narrative is made from.

        They are corrected, retracted ones are left out, and those of each stream stand in the order in which they were
        so, at the places that its history has in the log. `events` gives the history itself.
        """
        reading = Reading(**clocks)
        return reading.events(self._known(reading))

    def register(self, **clocks: Unpack[Clocks]) -> tuple[Entry, ...]:
        """The state of every activity, by stream. Kept states are used if whole, else rebuilt and kept.

        With `clocks` (see `Reading`) it is folded from the events that count.
        """
        reading = Reading(**clocks)
        if not reading.bounded and (kept := current_register(self._store)) is not None:
            return kept
        with collector_paused():
            entries = {
                s: reading.entry(life) for s, life in reading.lives(self._known(reading)).items() if not is_about_log(s)
            }
        if not reading.bounded:
            # Kept states only save time: a log that cannot be written to can still be read.
            with suppress(CannotOpen):
                self._store.keep_states(keep_entry(entry) for entry in entries.values())
        return register.activities(entries.values())

    def stored_states(self) -> list[StoredState]:
        """The states kept beside the events: what an audit compares."""
        return self._store.stored_states()

    def view(
        self,
        projection: str | Projection,
        *,
        on: date | None = None,
        until: date | None = None,
        **clocks: Unpack[Clocks],
    ) -> Any:
        """The view of a projection, folded from the events that count: one of yours, or ours by name.

        Ours are "register", "figures", "calendar", "impact", "slips", "partners" and "links". Without `clocks` (those
        of `Reading`) a stored view is used, with what came since taken in, if this very code made it and no stream of
        it is parked.

        Two more are of a day, `on`; None takes the day as `silence` does. "due" is the calendar as it looks on that
        day, with what is due `until` a later one, inclusive (see `oplog.due`). "findings" is what the log tells that
        calls for a look: the observations of `replay` on the content of the events, silence among them, without
        whatever concerns storage. Events that cannot be read, or have no arrow, are left out of these; they are faults.
        Raises `InvalidValue` for another name, for what is not a day, and for a day with another view.
        """
        check_days(on=on, until=until)
        if projection in OF_A_DAY:
            return self._due(on, until, **clocks) if projection == "due" else self._findings(on, until, **clocks)
        if on is not None or until is not None:
            raise InvalidValue("on, until: the views due and findings are of a day; of others, ask by valid_at")
        wanted = projection_named(projection) if isinstance(projection, str) else projection
        stored = None if Reading(**clocks).bounded else self._views.current(wanted)
        if stored is not None:
            return stored
        with collector_paused():
            return wanted.view(self.read(**clocks))

    def _due(self, on: date | None, until: date | None, **clocks: Unpack[Clocks]) -> tuple[Due, ...]:
        from oplog.projections.due import due

        reading = Reading(**clocks)
        day = on or reading.day_asked(None) or last_day(self._known(reading))
        return () if day is None else due(self.view("calendar", **clocks), day, until)

    def _findings(self, on: date | None, until: date | None, **clocks: Unpack[Clocks]) -> tuple[Finding, ...]:
        from oplog.audit import findings
        from oplog.material import gather
        from oplog.rules import OF_CONTENT

        if until is not None:
            raise InvalidValue("until: the view of findings is of one day, on")
        reading = Reading(**clocks)
        if self._store.passed_over is not None:
            deque(self._known(reading), maxlen=0)  # so that `passed_over` has what a view of the events leaves out
        material = gather(self._store.rows(Span()), reading=reading)
        material.day = on
        return findings(material, of=OF_CONTENT)

    def trace(self, event: int | str, **clocks: Unpack[Clocks]) -> Trace:
        """What an event came from and all that followed; `event` is its position or its id.

        With `clocks` (see `Reading`) only events that were known, and had come about, have a place in it. Raises
        `NoSuchEvent`.
        """
        from oplog.projections.trace import trace

        reading = Reading(**clocks)
        known = list(self._store.events(None, reading.known_at))
        if reading.valid_at is not None:
            counted = {recorded.position for recorded in reading.events(self._known(reading))}
            # What cannot be folded has no place in a life; it counts by its own date.
            left_out = {recorded.position for recorded in self.passed_over if recorded.last_day <= reading.valid_at}
            known = [recorded for recorded in known if recorded.position in counted | left_out]
        return trace(known, event)

    def silence(
        self,
        on: date | None = None,
        *,
        rules: Iterable[SilenceRule] = SILENCE,
        limits: SilenceLimits | None = None,
        **clocks: Unpack[Clocks],
    ) -> tuple[Finding, ...]:
        """What was to be expected by a day and nobody recorded, as observations, by rule and then by stream.

        `on` is the day; None takes the day that `valid_at` asks for, else that of `known_at`, else the day on which the
        last event was recorded (but for those about the log), so that it depends on the log alone. `rules` are
        explained at `oplog.SILENCE`, and how long silence may last at `SilenceLimits` (None: as it is by default). None
        are found in an empty log. Raises `InvalidValue` when `on` is not a day.
        """
        check_days(on=on)
        reading = Reading(**clocks)
        history = list(self._known(reading))
        day = on or reading.day_asked(last_day(history))
        return () if day is None else silence(reading.events(history), day, rules, limits)

    def narrative(
        self,
        configuration: Any = None,
        sections: Sequence[Builder] | None = None,
        **clocks: Unpack[Clocks],
    ) -> Document:
        """The quarterly report as a `Document`; see `oplog.narrative`. None takes a configuration made from the log.

        `sections` build its parts in their order, None for those of `oplog.narrative.sections.SECTIONS`.
        With `clocks` (see `Reading`) it is the report that would have been written with what counted then, of that day
        at the latest. It is made from what its readers may see (`seen`): the positions in it, and its `head`, are the
        numbers that events have without those that they may not see.
        """
        from oplog.narrative.sections import SECTIONS
        from oplog.reporting import report_on

        reading = Reading(**clocks)
        history, passed_over, later = self._store.around(reading.known_at)
        reported = report_on(
            history,
            configuration,
            reading=reading,
            sections=SECTIONS if sections is None else sections,
            passed_over=passed_over,
            later=later,
        )
        return reported.document

    def seen(self, audience: Audience, **clocks: Unpack[Clocks]) -> Seen:
        """What an audience may see of the log, and what it may not; see `oplog.audience.Seen`.

        `ReportConfiguration.readers` is that of a report. `clocks` are those of `Reading`; what was marked after
        `known_at` is hidden all the same.
        """
        from oplog.audience import seen_by

        return seen_by(audience, *self._store.around(Reading(**clocks).known_at))

    def explain(self, stream: str, field: str | None = None, **clocks: Unpack[Clocks]) -> Explanation:
        """Which events set the fields of a stream's state, what each overwrote, and what corrections did to them.

        `field` is one of the state ("when", "figures"), one of its figures as the explanation names it, one of its plan
        ("plan.title"), or "since"; None explains all, the plan as a whole. `clocks` are those of
        `Reading`. Raises what `state` raises, and `InvalidValue` for another field, with the list of them.
        """
        from oplog.blame import explain

        self.state(stream, **clocks)  # raises where nothing of it was known or had come about
        reading = Reading(**clocks)
        return explain(stream, self._known(reading, stream), field, reading)

    def without(
        self,
        *,
        cause: str | None = None,
        stream: str | None = None,
        position: int | None = None,
        **clocks: Unpack[Clocks],
    ) -> WhatIf:
        """What would be so if something had not happened: a cause, a stream, or one event.

        Exactly one of the three is given: `cause` is found by `cause_named`. Of a cause, the events that name it are
        left out, and those that followed from these by their causation ids. What it led to in fact without the record
        saying so stays. Corrections of what is left out go with it. The log is not touched. Raises `InvalidValue` for
        an unknown cause, `NoSuchStream` and `NoSuchEvent`.
        """
        from oplog.whatif import without

        reading = Reading(**clocks)
        return without(self._known(reading), reading, cause=cause, stream=stream, position=position)

    def difference(self, earlier: datetime | date, later: datetime | date, **clocks: Unpack[Clocks]) -> Learned:
        """What changed in knowledge between two moments, aware, or days (to their end, UTC).

        `clocks` may have `valid_at` and `counts_from`: what was believed of one day then, and what later. Raises
        `InvalidValue` when the second moment is before the first.
        """
        from oplog.knowledge import difference

        return difference(self._known(Reading(known_at=later)), earlier, later, **clocks)

    def _known(self, reading: Reading, stream: str | None = None) -> Iterator[Recorded]:
        """The history that a reading knows, of the log or of a stream; what came later is not even decoded."""
        return self._store.to_fold(stream, reading.known_at)

    def _require(self, stream: str) -> None:
        if self._store.version(stream) == 0:
            decider_of(stream)
            raise NoSuchStream(f"there is no stream {stream} in this log")


def _as_of(reading: Reading) -> str:
    known = "" if reading.known_at is None else f" as it was known at {format_time(reading.known_at)}"
    return known if reading.valid_at is None else f"{known}, of what had come about by {reading.valid_at}"
