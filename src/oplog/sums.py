"""The visible figures that are the sum of others of which one alone is hidden, and so give that one away."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from attrs import frozen

from oplog.domain.values import Basis, add
from oplog.projections import figures
from oplog.projections.figures import total

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from oplog.projections.figures import FigureRow
    from oplog.recorded import Recorded


def given_away(whole: Sequence[Recorded], part: Iterable[Recorded]) -> Iterator[tuple[FigureRow, int, FigureRow]]:
    """Each such figure of the part that is seen, with how many figures it is the sum of, and the hidden one of them.

    Both are events as they are read. The rows are those of the view of the figures, in its order.
    """
    everything, shown = _rows(whole), _rows(part)
    counts = {place: _Count(place[1], row) for place, row in everything.items() if _is_count(row)}
    hidden = [count for place, count in counts.items() if place not in shown]
    if not hidden:
        return
    parents = {r.stream: r.event.parent for r in whole if hasattr(r.event, "parent")}
    sums = _Sums(
        counts=counts,
        of_parts=_with_one_hidden(counts.values(), hidden, lambda one: (parents.get(one.row.stream), *one.kind)),
        of_period=_with_one_hidden(counts.values(), hidden, lambda one: one.kind),
        in_stream=_gathered(counts.values(), hidden, _in_stream),
        hidden_in_stream=_gathered(hidden, hidden, _in_stream),
    )
    for place, row in shown.items():
        found = sums.giving(_Count(place[1], row)) if _is_count(row) else None
        if found:
            size, unseen = found
            yield row, size, unseen.row


_Place = tuple[str, tuple[str, str, str]]
"""The stream of a figure, and its key in it."""


def _rows(events: Iterable[Recorded]) -> Mapping[_Place, FigureRow]:
    draft: dict[Any, FigureRow] = {}
    for recorded in events:
        figures.apply(draft, recorded)
    return {(row.stream, row.figure.key): row for row in figures.finish(draft)}


def _is_count(row: FigureRow) -> bool:
    return row.figure.basis is Basis.COUNT and row.figure.value is not None


@frozen
class _Count:
    """A count that has a value, with the key of its figure, which is dear to ask for."""

    key: tuple[str, str, str]
    row: FigureRow

    @property
    def kind(self) -> tuple[Any, ...]:
        """What figures of several streams share that can be added: the key and the unit."""
        return (self.key, self.row.figure.unit)

    @property
    def value(self) -> Decimal:
        """What it counted."""
        return self.row.figure.value or Decimal(0)


@frozen
class _Group:
    """Counts of one key of which one alone is hidden, and their sum; a stream has one of them at most."""

    streams: frozenset[str]
    total: Decimal
    unseen: _Count


@frozen
class _Sums:
    """What a visible count may be the sum of: its parts, all other streams, or parts of its period.

    Only what has a hidden count among it is here, so that a log with few of them costs one look at each figure.
    """

    counts: Mapping[_Place, _Count]
    of_parts: Mapping[tuple[Any, ...], _Group]
    of_period: Mapping[tuple[Any, ...], _Group]
    in_stream: Mapping[tuple[Any, ...], list[_Count]]
    hidden_in_stream: Mapping[tuple[Any, ...], list[_Count]]

    def giving(self, count: _Count) -> tuple[int, _Count] | None:
        """How many figures add up to this one, and the one of them that is hidden; None where none do."""
        for group in (self.of_parts.get((count.row.stream, *count.kind)), self.of_period.get(count.kind)):
            found = group and self._sum_of_others(count, group)
            if found:
                return found
        return self._sum_in_stream(count)

    def _sum_of_others(self, count: _Count, group: _Group) -> tuple[int, _Count] | None:
        own = [self.counts[count.row.stream, count.key]] if count.row.stream in group.streams else []
        size = len(group.streams) - len(own)
        # The figure itself is no part of its sum: added to both sides, it need not be taken out of each.
        return (size, group.unseen) if size > 1 and add([count.value, *(o.value for o in own)]) == group.total else None

    def _sum_in_stream(self, count: _Count) -> tuple[int, _Count] | None:
        group = _in_stream(count)
        unseen = [one for one in self.hidden_in_stream.get(group, ()) if _lies_in(one, count)]
        if len(unseen) != 1:
            return None
        summands = [one for one in self.in_stream[group] if one.key != count.key and _lies_in(one, count)]
        if len(summands) > 1 and total(one.row.figure for one in summands).value == count.value:
            return len(summands), unseen[0]
        return None


def _in_stream(count: _Count) -> tuple[Any, ...]:
    return (count.row.stream, count.row.figure.name, count.row.figure.unit)


def _lies_in(one: _Count, other: _Count) -> bool:
    inner, outer = one.row.figure.period, other.row.figure.period
    if inner is None or outer is None:
        return False
    return outer.earliest <= inner.earliest and inner.latest <= outer.latest


def _gathered(
    counts: Iterable[_Count], hidden: Iterable[_Count], group_of: Callable[[_Count], tuple[Any, ...]]
) -> dict[tuple[Any, ...], list[_Count]]:
    """The counts by their group, for the groups alone that have a hidden one."""
    found: dict[tuple[Any, ...], list[_Count]] = {group_of(one): [] for one in hidden}
    for one in counts:
        if (group := group_of(one)) in found:
            found[group].append(one)
    return found


def _with_one_hidden(
    counts: Iterable[_Count], hidden: Sequence[_Count], group_of: Callable[[_Count], tuple[Any, ...]]
) -> dict[tuple[Any, ...], _Group]:
    """Each group of which one alone is hidden: what two hide together, no sum tells of either."""
    of = Counter(group_of(one) for one in hidden)
    alone = [one for one in hidden if of[group_of(one)] == 1]
    gathered = _gathered(counts, alone, group_of)
    return {
        group_of(one): _Group(
            frozenset(other.row.stream for other in gathered[group_of(one)]),
            add(other.value for other in gathered[group_of(one)]),
            one,
        )
        for one in alone
    }
