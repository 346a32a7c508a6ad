"""Start-up of the command line."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.place import Place

MEANS = (
    "`oplog --help` from start to end. In place of plain stands a click program with nothing in it, in place of bare"
    " the interpreter that ends at once. No log is opened, so that its size does not matter."
)
UNIT = "starts"
SAMPLE = 5
EMPTY = "import click\n@click.group()\ndef cli(): pass\ncli()"


def oplog(_place: Place) -> Iterator[Callable[[], int]]:
    """The console script."""
    yield from _starts([str(Path(sys.executable).with_name("oplog")), "--help"])


def plain(_place: Place) -> Iterator[Callable[[], int]]:
    """An empty click program."""
    yield from _starts([sys.executable, "-c", EMPTY, "--help"])


def bare(_place: Place) -> Iterator[Callable[[], int]]:
    """The interpreter alone."""
    yield from _starts([sys.executable, "-c", "pass"])


def _starts(command: list[str]) -> Iterator[Callable[[], int]]:
    while True:
        yield partial(_start, command)


def _start(command: list[str]) -> int:
    for _ in range(SAMPLE):
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own commands
    return SAMPLE


SIDES = {"oplog": oplog, "plain": plain, "bare": bare}
