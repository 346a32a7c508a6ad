"""The figures: every number recorded, each with its period and basis, restated ones with what they replaced."""

from __future__ import annotations

from decimal import Decimal  # noqa: TC003 - rows are stored by their type hints
from itertools import combinations
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from oplog.domain.content import Completion, Occurrence
from oplog.domain.events import Completed, FigureRecorded, FigureRestated, OccurrenceHeld, Planned
from oplog.domain.values import Basis, Figure, add, number
from oplog.domain.when import When  # noqa: TC001 - rows are stored by their type hints

if TYPE_CHECKING:
    from collections.abc import Iterable

    from oplog.recorded import Recorded


READS = frozenset((Planned, FigureRecorded, FigureRestated, OccurrenceHeld, Completed))


@frozen(kw_only=True)
class FigureRow:
    """One figure of one stream.

    `positions` are those of the events that it rests on, the latest last, and of the corrections made to them.
    `previous` holds the values it had before it was restated or corrected, oldest first. `effective` is that of the
    latest event.
    """

    stream: str
    title: str
    figure: Figure
    positions: tuple[int, ...]
    effective: When | None = None
    previous: tuple[Decimal | None, ...] = ()


@frozen
class Total:
    """A sum, or the reason why there is none."""

    value: Decimal | None
    reason: str | None = None


Draft = dict[tuple[str, tuple[str, str, str]], FigureRow]


def apply(draft: Draft, recorded: Recorded) -> None:
    """Take one event in."""
    event = recorded.event
    if isinstance(event, FigureRecorded):
        _put(draft, recorded, event.figure)
    elif isinstance(event, FigureRestated):
        key = (recorded.stream, event.figure.key)
        old = draft.get(key)
        _put(draft, recorded, event.figure)
        if old is not None:
            draft[key] = evolve(
                draft[key],
                positions=(*old.positions, *recorded.rests_on),
                previous=(*old.previous, old.figure.value, *corrected(recorded, event.figure)),
            )
    elif isinstance(event, (Occurrence, Completion)):
        for figure in counted(event, recorded.effective):
            old = draft.get((recorded.stream, figure.key))
            values = (old.figure.value if old else None, figure.value)
            total = evolve(figure, value=add(v for v in values if v is not None)) if old else figure
            before = add(v for v in (old.figure.value if old else None,) if v is not None)
            _put(draft, recorded, total, old.positions if old else ())
            was = tuple(None if value is None else add((before, value)) for value in corrected(recorded, figure))
            draft[recorded.stream, figure.key] = evolve(
                draft[recorded.stream, figure.key], previous=(*(old.previous if old else ()), *was)
            )
    elif isinstance(event, Planned):
        draft[recorded.stream, ("", "", "")] = FigureRow(
            stream=recorded.stream, title=event.title, figure=_TITLE, positions=()
        )


def finish(draft: Draft) -> tuple[FigureRow, ...]:
    """The figures, sorted by stream and then by the position that first recorded them."""
    rows = (row for row in draft.values() if row.positions)
    return tuple(sorted(rows, key=order))


def order(row: FigureRow) -> tuple[str, int, tuple[str, str, str]]:
    """By stream, then by the position that first recorded it."""
    return (row.stream, row.positions[0], row.figure.key)


_TITLE = Figure("title", None)


def _put(draft: Draft, recorded: Recorded, figure: Figure, before: tuple[int, ...] = ()) -> None:
    head = draft.get((recorded.stream, ("", "", "")))
    draft[recorded.stream, figure.key] = FigureRow(
        stream=recorded.stream,
        title=head.title if head else recorded.stream,
        figure=figure,
        positions=(*before, *recorded.rests_on),
        effective=recorded.effective,
        previous=corrected(recorded, figure) if isinstance(recorded.event, (FigureRecorded, FigureRestated)) else (),
    )


_WHERE = {"occurrences": "count", "people": "attendance"}


def corrected(recorded: Recorded, figure: Figure) -> tuple[Decimal | None, ...]:
    """The value that an event gave of this figure when it was recorded; none if it gives the same now.

    What it was corrected to on the way was never more than a slip, and is not told.
    """
    found: list[Decimal | None] = []
    for correction in recorded.corrected_by:
        path, old = correction.event.field, correction.event.old
        if path == "figure" and isinstance(old.data, dict):
            found.append(old.data.get("value"))
        elif path == "figure.value" or path == _WHERE.get(figure.measure):
            found.append(None if old is None else old.data)
    first = None if not found or found[0] is None else number(found[0])
    return (first,) if found and first != figure.value else ()


def counted(event: Occurrence | Completion, effective: When | None) -> Iterable[Figure]:
    """The figures that an event holds in itself: occurrences held and people who came."""
    if isinstance(event, Occurrence) and event.count > 1:
        yield Figure("occurrences", event.count, done="held", unit="count", period=effective)
    if event.attendance is not None:
        yield Figure("people", event.attendance, done="attending", unit="people", period=effective)


def total(figures: Iterable[Figure]) -> Total:
    """The sum of figures, if they may be added.

    Only counts of the same measure and unit, each recorded, over periods that are known and do not overlap, may.
    Running totals, rolling years and levels are never added.
    """
    chosen = tuple(figures)
    if not chosen:
        return Total(None, "there is nothing to add")
    if len({(f.name, f.unit) for f in chosen}) > 1:
        return Total(None, "they measure different things")
    if len({f.basis for f in chosen}) > 1:
        return Total(None, "they are on different bases")
    if chosen[0].basis is not Basis.COUNT:
        return Total(None, f"a {chosen[0].basis.value} cannot be added to another")
    if any(f.value is None for f in chosen):
        return Total(None, "at least one was not recorded")
    if len(chosen) > 1 and any(f.period is None for f in chosen):
        return Total(None, "at least one has no stated period")
    for one, other in combinations(chosen, 2):
        if one.period and other.period and one.period.overlaps(other.period):
            return Total(None, f"their periods overlap ({one.period} and {other.period})")
    return Total(add(f.value for f in chosen if f.value is not None))
