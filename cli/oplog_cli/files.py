"""Files written whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from oplog_cli.log_option import log_path

if TYPE_CHECKING:
    from collections.abc import Iterable


def write_file(path: Path, chunks: Iterable[bytes], *, replace: bool) -> None:
    """Write a file beside its place and move it there when it is whole.

    An old file is kept as it is, and the new one refused, unless `replace` is given; the log itself, and what is not a
    file, are never replaced.
    """
    place = place_of(path, replace=replace)
    part = place.with_name(f".{place.name}.{os.getpid()}.part")
    try:
        with part.open("xb") as file:
            file.writelines(chunks)
            file.flush()
            os.fsync(file.fileno())
        part.replace(place)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


def place_of(path: Path, *, replace: bool) -> Path:
    """Find the place where a file is to be written. Refuse one where it must not be, as `write_file` says."""
    place = Path(os.path.realpath(path))
    log = os.path.realpath(log_path())
    if str(place) in (log, f"{log}-wal", f"{log}-shm", f"{log}-journal"):
        raise click.ClickException(f"{path} is the log itself, or a part of it; name another file")
    if not place.parent.is_dir():
        raise click.ClickException(f"there is no folder {place.parent}")
    if place.exists() and not place.is_file():
        raise click.ClickException(f"{path} is not a file that can be replaced")
    if place.exists() and not replace:
        raise click.ClickException(f"{path} exists already; name another file, or give --force to replace it")
    return place
