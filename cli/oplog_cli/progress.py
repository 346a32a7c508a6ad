"""How far a long reading is, shown on a terminal."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_EVERY = 5000


@contextmanager
def progress(total: int, passes: int = 1) -> Iterator[Callable[[int], None]]:
    """Show how far the reading of so many events is, which are read so many times.

    Nothing is shown where nobody looks, or it does not take long.
    """
    looked_at = sys.stderr.isatty() and total > _EVERY
    last, now = 0, 1

    def show(position: int) -> None:
        nonlocal last, now
        now += position < last
        last = position
        if looked_at and position % _EVERY == 0:
            which = f", pass {now} of {passes}" if passes > 1 else ""
            click.echo(f"\r{position:,} of {total:,} events{which}", nl=False, err=True)

    try:
        yield show
    finally:
        if looked_at:
            click.echo("\r\x1b[K", nl=False, err=True)
