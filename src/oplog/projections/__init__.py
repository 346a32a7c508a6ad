"""Projections: pure folds from recorded events to views, registered in one tuple.

To add one, write a file with its fold and add a line to `PROJECTIONS`.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from oplog.domain.aggregates import DECIDERS
from oplog.errors import InvalidValue
from oplog.projections import calendar, figures, impact, links, partners, promises, register

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from oplog.recorded import Recorded


def _event_classes(given: Collection[type] | None) -> frozenset[type] | None:
    """The events that are read. Raises `InvalidValue` for a class that is no event's."""
    if given is None:
        return None
    known = {cls for decider in DECIDERS.values() for cls, _ in decider.events.values()}
    for cls in given:
        if cls not in known:
            raise InvalidValue(f"reads: {getattr(cls, '__name__', repr(cls))} is no event; expected classes of events")
    return frozenset(given)


@frozen
class Projection:
    """A fold with a name, a version and the events that it reads.

    `begin` makes an empty draft, `apply` takes one event into it (in the order in which the events are read), `finish`
    makes the view, an immutable value that shares nothing with the draft. `view` does all three.

    `reads` are the classes of the events that the view rests on: a claim that all others can be left out, and change
    nothing. They are left out, and their forms are no part of what the view is made with. That events are read as they
    were corrected, and without those that were retracted, needs no mention. None claims nothing: all events are read.
    Raises `InvalidValue` for a class that is no event's.

    A projection with a `row` claims more: its view is a tuple of values of that attrs class, in the `order` of a sort
    key, and that of a log is made of those of its streams, each by itself. Rows whose keys are equal are in the order
    of their streams by name. Only such a view can be stored. `row` is None where it claims nothing of the kind.
    """

    name: str
    version: int
    begin: Callable[[], Any]
    apply: Callable[[Any, Recorded], None]
    finish: Callable[[Any], Any]
    row: type | None = None
    order: Callable[[Any], Any] | None = None
    reads: frozenset[type] | None = field(default=None, kw_only=True, converter=_event_classes)

    def take(self, draft: Any, recorded: Recorded) -> None:
        """Take one event into a draft, if it is one that is read."""
        if self.reads is None or type(recorded.event) in self.reads:
            self.apply(draft, recorded)

    def view(self, events: Iterable[Recorded]) -> Any:
        """The view of these events."""
        draft = self.begin()
        for recorded in events:
            self.take(draft, recorded)
        return self.finish(draft)

    def merged(self, parts: Mapping[str, Iterable[Any]]) -> tuple[Any, ...]:
        """The view of a log, from those of its streams by their names, in whatever order these are given.

        Raises `ValueError` for a projection without rows.
        """
        if self.row is None or self.order is None:
            raise ValueError(f"the view of {self.name} is not made of those of streams")
        rows = chain.from_iterable(parts[stream] for stream in sorted(parts))
        return tuple(sorted(rows, key=self.order))  # which leaves rows that are equal by it as they are


PROJECTIONS = (
    Projection("register", 1, dict, register.apply, register.finish, register.Entry, register.order),
    Projection(
        "figures", 1, dict, figures.apply, figures.finish, figures.FigureRow, figures.order,
        reads=figures.READS,
    ),
    Projection(
        "calendar", 2, calendar.begin, calendar.apply, calendar.finish, calendar.Appointment, calendar.order,
        reads=calendar.READS,
    ),
    Projection("impact", 1, impact.Draft, impact.apply, impact.finish, impact.Change, impact.order, reads=impact.READS),
    Projection(
        "slips", 1, promises.Draft, promises.apply, promises.slipped, promises.Promise, promises.order,
        reads=promises.READS,
    ),
    Projection(
        "partners", 1, partners.Draft, partners.apply, partners.finish, partners.PartnerRow, partners.order,
        reads=partners.READS,
    ),
    Projection("links", 1, links.Draft, links.apply, links.finish, links.Link, links.order, reads=links.READS),
)  # fmt: skip

OF_A_DAY = ("due", "findings")
"""The views that are of a day too, and so no folds of events alone (ADR 18): `OpLog.view` takes the day."""
