"""How wide the columns of a table on paper are: so that no word is broken, and that its rows need few lines.

Widths are in ems of the table's text, as `lettering` measures it: for a font that is wider than those of the pages, so
that what fits here fits there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.narrative.document import Section, Table
from oplog.narrative.render.canvas import BOLDER
from oplog.narrative.render.lettering import width
from oplog.narrative.render.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from oplog.narrative.document import Content

LINE = 59.0
"""The width of a page between its margins."""
PADDING = 1.15
"""What stands between two columns."""
SIGN = 1.2
"""Room for the sign of a mark."""
PART = 1.2
"""How far the first cell of a row that tells of a part is set in."""
MARK = "000"
"""Room for the number of a note, in the first column."""
LONGEST = 13.0
"""A longer word may be broken."""
MOST_WORDS = 120
"""So many words of a cell are measured; what is longer is long enough."""
_STEP = 0.5
_SPACE = width(" ", 1)
_OWN = 0.05
"""What a line of a cell counts for where its row does not become lower, as a part of what a row's line counts for."""

Words = tuple[float, ...]


def table_widths(content: tuple[Content, ...]) -> Iterator[list[float]]:
    """For each table, in reading order, the share of the page that each of its columns gets; they add up to 1.

    The tables of one section stand in the same columns, if the columns of all are among those of one.
    """
    shares = iter(_of_section([item for item in content if isinstance(item, Table)]))
    for item in content:
        if isinstance(item, Table):
            yield next(shares)
        elif isinstance(item, Section):
            yield from table_widths(item.content)


def _of_section(tables: list[Table]) -> list[list[float]]:
    if not tables:
        return []
    titles = [column.title for column in max(tables, key=lambda table: len(table.columns)).columns]
    places = [_places(table, titles) for table in tables]
    if any(place is None for place in places):
        return [share for table in tables for share in _of_section([table])]
    found = [place for place in places if place is not None]
    rows: list[list[Words]] = [
        [tuple(BOLDER * word for word in _measured(title)) for title in titles],
    ]
    for table, place in zip(tables, found, strict=True):
        for row in table.rows:
            cells: list[Words] = [()] * len(titles)
            for n, cell in zip(place, row.cells, strict=True):
                sign = (SIGN,) if cell.mark else ()
                words = _measured(f"{cell.text}{MARK if n == place[0] else ''}")
                cells[n] = (*sign, *(word + PART * (row.part and n == place[0]) for word in words))
            rows.append(cells)
    whole = _fitted(rows)
    return [
        [round(sum(whole[start:end]), 4) for start, end in zip((0, *ends), ends, strict=False)]
        for ends in ([*(n + 1 for n in place[:-1]), len(titles)] for place in found)
    ]


def _places(table: Table, titles: list[str]) -> list[int] | None:
    """Which of the titles the columns of a table have, in order; None if one is not among them."""
    found: list[int] = []
    for column in table.columns:
        start = found[-1] + 1 if found else 0
        if column.title not in titles[start:]:
            return None
        found.append(titles.index(column.title, start))
    return found


def _measured(text: str) -> Words:
    return tuple(min(width(word[:40], 1), LONGEST) for word in plain(text).split(" ", MOST_WORDS)[:MOST_WORDS])


def _fitted(rows: Sequence[Sequence[Words]]) -> list[float]:
    """The share of each column: at first what its longest word needs, and then more where that saves most lines."""
    columns = list(zip(*rows, strict=True))
    least = [max((word for words in column for word in words), default=0.0) for column in columns]
    spare = int((LINE - sum(least) - PADDING * len(least)) / _STEP)
    heights = [_heights(column, floor, max(spare, 0)) for column, floor in zip(columns, least, strict=True)]
    steps = [0] * len(columns)
    while (best := _best(heights, steps, spare - sum(steps))) is not None:
        column, more = best
        steps[column] += more
    given = [floor + PADDING + _STEP * step for floor, step in zip(least, steps, strict=True)]
    return [one / sum(given) for one in given]


def _heights(column: Sequence[Words], floor: float, spare: int) -> list[list[int]]:
    """The lines of each cell of a column at each step, up to the one from which on all have a single line."""
    found: list[list[int]] = []
    for step in range(spare + 1):
        room = floor + _STEP * step
        known = {words: _lines(words, room) for words in set(column)}
        found.append([known[words] for words in column])
        if max(found[-1]) <= 1:
            break
    return found


def _lines(words: Words, room: float) -> int:
    lines, used = 1, -_SPACE
    for word in words:
        used += _SPACE + word
        if used > room + 1e-6:
            lines, used = lines + 1, word
    return lines


def _best(heights: list[list[list[int]]], steps: list[int], spare: int) -> tuple[int, int] | None:
    """The column that saves most for its width, and by how many steps it is to grow; None where nothing is saved."""
    now = [column[step] for column, step in zip(heights, steps, strict=True)]
    best, found = 0.0, None
    for n, column in enumerate(heights):
        others = [max(cells, default=1) for cells in zip(*(now[:n] + now[n + 1 :]), strict=True)]
        others = others or [1] * len(now[n])
        before = None
        for more in range(1, min(spare, len(column) - 1 - steps[n]) + 1):
            then = column[steps[n] + more]
            if then == before:
                continue
            before = then
            saved = sum(
                max(old, other) - max(new, other) + _OWN * (old - new)
                for old, new, other in zip(now[n], then, others, strict=True)
            )
            if saved / more > best:
                best, found = saved / more, (n, more)
    return found
