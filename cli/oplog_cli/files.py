"""Files written whole or not at all, and never over what cannot be made again."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from oplog_cli.log_option import log_path

if POSIX := os.name == "posix":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_NEVER_REPLACED = {b"SQLite format 3\0": "a database", b"PRIVATE+KEY+": "a private key"}
"""How files begin that are replaced for no --force: a log, a backup, what signs."""


def write_file(path: Path, chunks: Iterable[bytes], *, replace: bool, inputs: Iterable[Path | None] = ()) -> None:
    """Write one file; see `new_files`."""
    with new_files(path, replace=replace, inputs=inputs) as (file,):
        file.writelines(chunks)


@contextmanager
def new_files(*paths: Path, replace: bool, inputs: Iterable[Path | None] = ()) -> Iterator[Sequence[IO[bytes]]]:
    """Open files to be written: beside their places, where all are moved when the block has ended well.

    When it has not, none is there. What a killed command left hidden beside a place (`.name.part`) is no output, and
    goes when the next one writes there; two that write at once are kept apart by a lock.

    An old file is kept as it is, and the new one refused, unless `replace` is given. The log itself, the `inputs`
    of the command, another of the files, and what is no file are never replaced.
    """
    places = [_place(path, replace=replace) for path in paths]
    inputs = tuple(inputs)
    for n, (path, place) in enumerate(zip(paths, places, strict=True)):
        _check_part(path, _part_of(place), (*inputs, *paths))
        for other in (*inputs, *paths[:n]):
            if other is not None and _is_same(path, other):
                raise click.ClickException(
                    f"{path} would replace {other}, which this command reads or writes too; name another file"
                )
    with ExitStack() as ending:
        parts = [_part(path, place, ending) for path, place in zip(paths, places, strict=True)]
        yield [file for _, file in parts]
        for _, file in parts:
            file.flush()
            os.fsync(file.fileno())
            if not POSIX:  # where a file that is open keeps its name, and needs no lock for that
                file.close()
        # Not one step, but nothing is left that has not been tried: there is room, and the folders take new names.
        for (part, _), place in zip(parts, places, strict=True):
            part.replace(place)


def _part_of(place: Path) -> Path:
    return place.with_name(f".{place.name}.part")


def _check_part(path: Path, part: Path, others: Iterable[Path | None]) -> None:
    """Refuse a file whose part would take the place of what is no part: the log, an input, what is never replaced."""
    check_is_not_the_log(part)
    kept = any(_begins(part, beginning) for beginning in _NEVER_REPLACED)
    if kept or any(other is not None and _is_same(part, other) for other in others):
        raise click.ClickException(f"{path} is first written to {part}, which is no part of it; name another file")


def _part(path: Path, place: Path, ending: ExitStack) -> tuple[Path, IO[bytes]]:
    """Open the file that is to be moved to its place, where a command that was killed may have left one."""
    part = _part_of(place)
    try:
        _clear(part)
        file = ending.enter_context(part.open("xb"))
        _keep_to_oneself(part, file.fileno())
    except (BlockingIOError, FileExistsError):
        raise click.ClickException(f"{path} is being written by another command; wait until that has ended") from None
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}") from None
    ending.callback(_remove, part, file)
    return part, file


def _clear(part: Path) -> None:
    """Take away what lies under the name of a part. Raises `BlockingIOError` when another command is at it."""
    if part.is_file() and not part.is_symlink():
        with part.open("rb") as left:
            _keep_to_oneself(part, left.fileno())
            part.unlink()
    else:
        part.unlink(missing_ok=True)


def _keep_to_oneself(part: Path, descriptor: int) -> None:
    """Keep others from a part as long as it is open. Raises `BlockingIOError` when another command has it already."""
    if not POSIX:
        return
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    if not _is_still(part, descriptor):
        raise BlockingIOError


def _remove(part: Path, file: IO[bytes]) -> None:
    with suppress(OSError):
        if not POSIX:
            file.close()
        if not POSIX or _is_still(part, file.fileno()):
            part.unlink()


def _is_still(part: Path, descriptor: int) -> bool:
    """Whether the name of a part leads to the file that is open."""
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(descriptor), part.lstat())
    return False


def check_is_not_the_log(path: Path) -> None:
    """Refuse the name of the log, and those of the files that SQLite lays beside it."""
    log = os.path.realpath(log_path())
    if os.path.realpath(path) in (log, f"{log}-wal", f"{log}-shm", f"{log}-journal"):
        raise click.ClickException(f"{path} is the log itself, or a part of it; name another file")


def _place(path: Path, *, replace: bool) -> Path:
    """Find where the file is to lie, after any link, and whether it may."""
    check_is_not_the_log(path)
    place = Path(os.path.realpath(path))
    if not place.parent.is_dir():
        raise click.ClickException(f"there is no folder {place.parent}")
    if place.exists() and not place.is_file():
        raise click.ClickException(f"{path} is not a file that can be replaced")
    if place.exists() and not replace:
        raise click.ClickException(f"{path} exists already; name another file, or give --force to replace it")
    for beginning, what in _NEVER_REPLACED.items():
        if _begins(place, beginning):
            raise click.ClickException(f"{path} is {what}, which is never replaced; name another file")
    return place


def _begins(path: Path, beginning: bytes) -> bool:
    if not path.is_file():  # whoever opens a pipe waits for its other end
        return False
    with suppress(OSError), path.open("rb") as file:
        return file.read(len(beginning)) == beginning
    return False


def _is_same(path: Path, other: Path) -> bool:
    """Whether two names lead to one file, which need not be there yet."""
    with suppress(OSError):
        return path.samefile(other)
    return os.path.realpath(path) == os.path.realpath(other)
