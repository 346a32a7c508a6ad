"""Which visible figures are the sum of others of which one alone is hidden: all of them, at one look at each figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from oplog import Figure, OpLog, Pending, Recorded, When, events
from oplog.domain.values import add
from oplog.projections import figures
from oplog.projections.figures import FigureRow, total
from oplog.sums import given_away

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

PERIODS = ("2017", "2017-04", "2017-05", "2017-06", "2017-04/2017-06", None)


def recorded(values: list[tuple[int, str | None, int | None, str]], parts: int) -> list[Recorded]:
    """The events that record these figures (stream, period, value, unit); some streams are parts of the first one."""
    streams = sorted({stream for stream, *_ in values})
    with OpLog.open(":memory:") as log:
        log.append(*(Pending(stream=f"operation/{n}", event=events.Planned(title=f"{n}")) for n in {0, *streams}))
        link = events.PartOfLinked(parent="operation/0")
        log.append(*(Pending(stream=f"operation/{n}", event=link) for n in streams if 0 < n <= parts))
        for stream, period, value, unit in values:
            figure = Figure("arrests", value, period=None if period is None else When(period), unit=unit)
            log.append(Pending(stream=f"operation/{stream}", event=events.FigureRecorded(figure=figure)))
        return list(log.events())


def naive(whole: list[FigureRow], part: list[FigureRow], parents: dict[str, str]) -> Iterator[tuple[str, int, str]]:
    """The same by trying every figure with every other."""
    seen = {(row.stream, row.figure.key) for row in part}
    for row in part:
        if row.figure.value is None:
            continue
        alike = [one for one in whole if one.figure.unit == row.figure.unit and one.figure.value is not None]
        others = [one for one in alike if one.figure.key == row.figure.key and one.stream != row.stream]
        period = row.figure.period
        inner = [
            one
            for one in alike
            if period and one.stream == row.stream and one.figure.key != row.figure.key and one.figure.period
            and period.earliest <= one.figure.period.earliest and one.figure.period.latest <= period.latest
        ]  # fmt: skip
        for n, summands in enumerate(([one for one in others if parents.get(one.stream) == row.stream], others, inner)):
            unseen = [one for one in summands if (one.stream, one.figure.key) not in seen]
            values = (one.figure.value for one in summands if one.figure.value is not None)
            summed = total(one.figure for one in summands).value if n == 2 else add(values)
            if len(unseen) == 1 and len(summands) > 1 and summed == row.figure.value:
                yield row.stream, len(summands), unseen[0].stream
                break


@given(
    st.lists(
        st.tuples(
            st.integers(0, 4), st.sampled_from(PERIODS), st.integers(0, 3) | st.none(), st.sampled_from(["count", "kg"])
        ),
        min_size=2,
        max_size=12,
        unique_by=lambda one: one[:2],
    ),
    st.integers(0, 4),
    st.sets(st.integers(0, 11), max_size=3),
)
def test_the_sums_are_those_that_trying_all_finds(
    values: list[tuple[int, str | None, int | None, str]], parts: int, hidden: set[int]
) -> None:
    """Of parts, of other streams and of parts of a period, with whatever is hidden."""
    whole = recorded(values, parts)
    made = [r for r in whole if isinstance(r.event, events.FigureRecorded)]
    out = {made[n].position for n in hidden if n < len(made)}
    part = [r for r in whole if r.position not in out]
    rows = []
    for history in (whole, part):
        draft: figures.Draft = {}
        for one in history:
            figures.apply(draft, one)
        rows.append(list(figures.finish(draft)))
    parents = {r.stream: r.event.parent for r in whole if isinstance(r.event, events.PartOfLinked)}
    found = [(row.stream, size, unseen.stream) for row, size, unseen in given_away(whole, part)]
    assert found == list(naive(rows[0], rows[1], parents))


def test_sums_are_looked_for_at_one_look_at_each_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    """The keys of figures are asked for as often as there are figures, not as there are pairs of them."""
    asked = 0
    key = Figure.key

    def counting(figure: Figure) -> tuple[str, str, str]:
        nonlocal asked
        asked += 1
        return key.__get__(figure)  # type: ignore[no-any-return]

    whole = recorded([(n, "2017-06", n % 7, "count") for n in range(1, 101)], parts=50)
    part = [r for r in whole if r.stream != "operation/7"]
    monkeypatch.setattr(Figure, "key", property(counting))
    assert list(given_away(whole, part)) == []
    assert asked <= 10 * len(whole)
