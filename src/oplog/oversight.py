"""The memory of a witness on disk: the last checkpoint that it cosigned, and never two at once."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from oplog.disk import sync_folder
from oplog.errors import Malformed, NotProved
from oplog.integrity.checkpoint import SignedCheckpoint
from oplog.integrity.witness import cosign

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from oplog.integrity.proof import ConsistencyProof
    from oplog.integrity.signing import SigningKey, VerifierKey


def witness(
    submitted: ConsistencyProof,
    key: SigningKey,
    *,
    memory: Path,
    first: bool,
    origin: str,
    log_keys: Iterable[VerifierKey],
    clock: Callable[[], int],
) -> SignedCheckpoint:
    """Cosign a checkpoint if it continues the one in the file `memory`, and keep it there; give it cosigned.

    `first` says that this witness has seen no checkpoint of this log, and then there must be no such file; otherwise
    there must be one, so that a witness that lost its memory does not take that for a new log. `clock` gives seconds
    since the epoch. The new checkpoint is on the disk before it is given back, and another process that would cosign
    at the same time is refused.

    Raise `NotProved`, `NotSigned` and `BadKey` as `oplog.integrity.witness.cosign` does, and `Malformed` for a memory
    that cannot be read. Nothing is kept then.
    """
    with _alone(memory) as making:
        seen = _remembered(memory, first=first)
        cosigned = cosign(submitted, key, seen=seen, origin=origin, log_keys=log_keys, time=clock())
        with making.open("wb") as file:
            file.write(cosigned.to_bytes())
            file.flush()
            os.fsync(file.fileno())
        making.replace(memory)
    sync_folder(memory.parent)
    return cosigned


def _remembered(memory: Path, *, first: bool) -> SignedCheckpoint | None:
    if first:
        if memory.exists():
            raise NotProved(f"{memory} exists: this witness has seen a checkpoint of this log before")
        return None
    if not memory.is_file():
        raise NotProved(
            f"there is no {memory}: without the last checkpoint that it saw, a witness cannot tell whether this one"
            " continues it; if it has seen none, say so (--first)"
        )
    try:
        return SignedCheckpoint.parse(memory.read_bytes())
    except Malformed as wrong:
        raise Malformed(f"{memory}: {wrong}") from None


@contextmanager
def _alone(memory: Path) -> Iterator[Path]:
    """Make the file that is to take the place of the memory. While it is there, no other witness begins."""
    making = memory.with_name(f".{memory.name}.part")
    try:
        making.touch(exist_ok=False)
    except FileExistsError:
        raise NotProved(
            f"another witness is at work on {memory}; if one was interrupted, delete {making} and try again"
        ) from None
    try:
        yield making
    except BaseException:
        making.unlink(missing_ok=True)
        raise
