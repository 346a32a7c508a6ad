"""Plants what is hidden in a log: markers in every place that an event has, without changing what a public reader sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from oplog import Cause, CauseKind, Figure, Part, Plain, Published, When, events
from oplog.domain.events import OF_EVENTS
from oplog.recorded import Recorded
from oplog.store.codec import name_of

if TYPE_CHECKING:
    from collections.abc import Callable

MARKER = "qzxwv"
"""With a number after it, it stands in what is hidden and nowhere else."""


class Planting:
    """A history that gets hidden things put in. `choose` gives a number below the one that it is given."""

    def __init__(self, history: list[Recorded], choose: Callable[[int], int]) -> None:
        self.history = history
        self.planted = 0
        self._choose = choose
        self._ids = 0

    def marker(self) -> str:
        """Another marker: a word of lower-case letters and digits, so that a stream can have it as its name."""
        self.planted += 1
        return f"{MARKER}{self.planted:05d}"

    def plant(self) -> None:
        """Put one more hidden thing in, of a kind and in a place that are chosen."""
        ways = (self.stream, self.closed_later, self.untitled, self.note, self.odd_note, self.figure, self.partner,
                self.link, self.corrected, self.retracted, self.marked_later, self.field, self.source, self.publication)  # fmt: skip
        ways[self._choose(len(ways))]()

    # Streams

    def stream(self) -> str:
        """A stream whose plan is restricted."""
        return self._stream({"marking": "restricted"})

    def closed_later(self) -> None:
        """A stream that was restricted after it was recorded."""
        stream = self._stream({})
        self._add(stream, events.MarkingChanged(marking="restricted", reason=self.marker()))

    def untitled(self) -> None:
        """A stream whose title is restricted, of which nothing can be told."""
        self._stream({"field_markings": {"title": "restricted"}})

    def _stream(self, context: dict[str, Any]) -> str:
        name, m = f"operation/{self.marker()}", self.marker
        plan = events.Planned(
            title=m(), theme=m(), about=m(), aim=m(), audience=m(), place=m(), lead=m(), partners=(m(), m()),
            when=When("2017-06", m()), cause=self._cause(),
        )  # fmt: skip
        self._add(name, plan, 0, **context)
        self._add(name, events.Commenced(cause=self._cause()))
        self._add(name, events.OccurrenceHeld(count=3, attendance=40, about=m(), place=m(), lead=m(), audience=m()))
        self._add(name, events.FigureRecorded(figure=self._figure()))
        self._add(name, events.OutlookRecorded(text=f"{m()}.", when=When("2017-12", m())))
        self._add(name, events.EvaluationDue(when=When("2018-01", m()), by=m()))
        self._add(name, events.HandedOver(to=m(), cause=self._cause()))
        return name

    def publication(self) -> None:
        """A report for others, which would be the one before this report if it were seen."""
        m = self.marker
        pinned = Published(
            up_to=1, series="no-committee (public)", dated=When("2010-07-16", m()),
            window=When("2010-04-01/2010-06-30", m()), configuration=Plain({"committee": m()}), language="en-GB",
            salt="0" * 32, digest="0" * 64, release=m(),
        )  # fmt: skip
        self._add(f"report/{m()}", pinned, self._choose(len(self.history)), marking="restricted", actor=m())

    # Events of streams that are seen

    def note(self) -> None:
        """A restricted event."""
        self._in_seen(events.NoteRecorded(text=f"{self.marker()}."), source=self.marker())

    def odd_note(self) -> None:
        """An event with a marking that no scheme knows."""
        self._in_seen(events.OutcomeRecorded(text=f"{self.marker()}."), marking=self.marker())

    def figure(self) -> None:
        """A restricted figure."""
        self._in_seen(events.FigureRecorded(figure=self._figure()))

    def partner(self) -> None:
        """A partner that joined, and why."""
        self._in_seen(events.PartnerJoined(partner=self.marker(), cause=self._cause()))

    def link(self) -> None:
        """An event that says that a stream is part of a hidden one, and is not marked itself."""
        stream = self.stream()
        self._in_seen(events.PartOfLinked(parent=stream), marking=None)

    def corrected(self) -> None:
        """A correction, not marked itself, of an event that is hidden."""
        said = f"{self.marker()}."
        if (hidden := self._in_seen(events.LearningRecorded(text=said))) is not None:
            new = Plain(f"{self.marker()}.")
            of = self._version(hidden)
            event = events.Corrected(of=of, field="text", old=Plain(said), new=new, why=self.marker())
            self._add(hidden.stream, event, self._at(hidden) + 1, source=self.marker())

    def retracted(self) -> None:
        """A retraction, not marked itself, of an event that is hidden."""
        if (hidden := self._in_seen(events.FeedbackRecorded(text=f"{self.marker()}."))) is not None:
            event = events.Retracted(of=self._version(hidden), why=self.marker())
            self._add(hidden.stream, event, self._at(hidden) + 1)

    def marked_later(self) -> None:
        """An event that was restricted after it was recorded."""
        if (hidden := self._in_seen(events.NoteRecorded(text=f"{self.marker()}."), marking=None)) is not None:
            event = events.Marked(of=self._version(hidden), marking="restricted", why=self.marker())
            self._add(hidden.stream, event, self._at(hidden) + 1)

    # Fields of events that are seen

    def field(self) -> None:
        """A restricted field where the event said nothing, or another partner or part of a breakdown."""
        places = [r for r in self.history if hasattr(r.event, "cause") and r.event.cause is None and self._whole(r)]
        if places:
            chosen = places[self._choose(len(places))]
            self._mark(chosen, "cause", event=attrs.evolve(chosen.event, cause=self._cause()))

    def source(self) -> None:
        """A restricted source."""
        places = [r for r in self.history if r.source is None and self._whole(r)]
        if places:
            chosen = places[self._choose(len(places))]
            self._mark(chosen, "source", source=self.marker())

    def _whole(self, recorded: Recorded) -> bool:
        """Whether it can be changed: no correction builds upon it, and it is no correction."""
        of = {r.event.of for r in self.history if isinstance(r.event, OF_EVENTS) and r.stream == recorded.stream}
        return not isinstance(recorded.event, OF_EVENTS) and recorded.version not in of

    def _mark(self, recorded: Recorded, path: str, **changes: Any) -> None:
        known = recorded.field_markings.data if recorded.field_markings else {}
        marked = attrs.evolve(recorded, field_markings={**known, path: "restricted"}, **changes)
        self.history[self._at(recorded)] = marked

    # The making

    def _cause(self) -> Cause:
        return Cause(CauseKind.INCIDENT, self.marker(), When("2017-06-03", self.marker()))

    def _figure(self) -> Figure:
        parts = (Part(self.marker(), 3), Part(self.marker(), 4))
        return Figure(self.marker(), 7, done=self.marker(), unit=self.marker(), breakdown=parts, target=9, of=20)

    def _in_seen(self, event: Any, **context: Any) -> Recorded | None:
        """A restricted event in one of the streams that have a plan, after it; None when there is none."""
        planned = [r for r in self.history if isinstance(r.event, events.Planned) and MARKER not in r.stream]
        taken_back = {
            (r.stream, of) for r in self.history if isinstance(r.event, events.Retracted) for of in
            (r.event.of, *r.event.along)
        }  # fmt: skip
        planned = [r for r in planned if (r.stream, r.version) not in taken_back]
        if not planned:
            return None
        plan = planned[self._choose(len(planned))]
        first = self._at(plan) + 1
        index = first + self._choose(len(self.history) - first + 1)
        return self._add(plan.stream, event, index, **{"marking": "restricted", "actor": self.marker(), **context})

    def _at(self, recorded: Recorded) -> int:
        return next(n for n, r in enumerate(self.history) if r.id == recorded.id)

    def _version(self, recorded: Recorded) -> int:
        return self.history[self._at(recorded)].version

    def _add(self, stream: str, event: Any, index: int | None = None, **context: Any) -> Recorded:
        """Put an event in at an index, the end by default; what comes after it in the log and in its stream moves on."""
        index = len(self.history) if index is None else index
        name, schema = name_of(stream.partition("/")[0], type(event))
        self._ids += 1
        version = 1 + sum(r.stream == stream for r in self.history[:index])
        beside = self.history[index - 1] if index else self.history[0]
        recorded = Recorded(
            position=index + 1, stream=stream, version=version, name=name, schema=schema, event=event,
            id=f"99999999-0000-7000-8000-{self._ids:012x}", recorded_at=beside.recorded_at, salt=f"{self._ids:032x}",
            **context,
        )  # fmt: skip
        later = [_moved(r, stream, version) for r in self.history[index:]]
        self.history = [*self.history[:index], recorded, *later]
        return recorded


def _moved(recorded: Recorded, stream: str, version: int) -> Recorded:
    """An event after one more was put in before it."""
    recorded = attrs.evolve(recorded, position=recorded.position + 1)
    if recorded.stream != stream:
        return recorded
    event = recorded.event
    if isinstance(event, OF_EVENTS):
        event = attrs.evolve(event, of=event.of + (event.of >= version))
    if isinstance(event, events.Retracted):
        event = attrs.evolve(event, along=tuple(of + (of >= version) for of in event.along))
    return attrs.evolve(recorded, version=recorded.version + 1, event=event)
