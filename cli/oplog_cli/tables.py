"""Tables that fit the terminal, measured in the columns that their text takes."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

import attrs
import click

from oplog_cli.text import cut, pad, printable, width

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

GAP = 2


@attrs.frozen
class Column:
    """A column: its name, the least width that it may be cut to (None: it is never cut), and how well it is kept.

    Where a table is too wide, the columns that can be cut share what is left in proportion to their `worth`.
    """

    name: str
    least: int | None = None
    worth: float = 1.0
    right: bool = False


def terminal_width() -> int:
    """Measure the terminal: COLUMNS if it is set, else the terminal itself, else 80."""
    return max(20, shutil.get_terminal_size((80, 24)).columns)


def _table_width() -> int:
    """Measure what a table can take: the terminal, or COLUMNS; all it wants where it goes to a file or a program."""
    return terminal_width() if os.environ.get("COLUMNS") or sys.stdout.isatty() else sys.maxsize


def table(columns: Sequence[Column], rows: Iterable[Sequence[object]], columns_wide: int | None = None) -> str:
    """Lay out a table of at most so many columns of text, by default those of the terminal, if it goes to one.

    None in a cell stands for nothing to say. Text is made harmless and cut with an ellipsis where it must be.
    """
    room = columns_wide or _table_width()
    cells = [["" if cell is None else printable(str(cell)) for cell in row] for row in rows]
    head = [column.name for column in columns]
    widths = [max(width(row[n]) for row in [head, *cells]) for n in range(len(columns))]
    _narrow(widths, columns, room - GAP * (len(columns) - 1))
    lines = [_line(columns, widths, row) for row in [head, ["-" * size for size in widths], *cells]]
    return "\n".join(cut(line, room) for line in lines)


def show_table(columns: Sequence[Column], rows: Sequence[Sequence[object]], nothing: str) -> None:
    """Print a table, or what to say when it has no rows."""
    click.echo(table(columns, rows) if rows else nothing)


def counted(number: int, one: str, several: str | None = None) -> str:
    """Give a number with its noun: "1 event", "2 events"."""
    return f"{number} {one if number == 1 else several or one + 's'}"


def _narrow(widths: list[int], columns: Sequence[Column], room: int) -> None:
    while sum(widths) > room:
        can_give = [n for n, c in enumerate(columns) if c.least is not None and widths[n] > c.least]
        if not can_give:
            return
        widths[max(can_give, key=lambda n: widths[n] / columns[n].worth)] -= 1


def _line(columns: Sequence[Column], widths: Sequence[int], row: Sequence[str]) -> str:
    cells = [pad(cut(c, w), w, right=col.right) for col, w, c in zip(columns, widths, row, strict=True)]
    return (" " * GAP).join(cells).rstrip()
