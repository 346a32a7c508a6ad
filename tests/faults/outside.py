"""What somebody outside keeps of a log, and what it is good for when the log is changed later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog import OpLog
from oplog.integrity.checkpoint import Checkpoint, SignedCheckpoint
from oplog.integrity.signing import ED25519, SigningKey
from oplog.integrity.tree import tree_root

if TYPE_CHECKING:
    from pathlib import Path

    from oplog import Finding

KEY = SigningKey("example.org/oplog", ED25519, bytes(range(32)))  # a key for all the world to see


def checkpoint(path: Path) -> SignedCheckpoint:
    """What the log is now, signed."""
    with OpLog.open(path) as log:
        return SignedCheckpoint.sign(Checkpoint(log.origin, log.head(), tree_root(log.leaves())), KEY)


def found(log: OpLog, *checkpoints: SignedCheckpoint) -> tuple[Finding, ...]:
    """What verifying finds, with these checkpoints or without any."""
    return log.verify(checkpoints, [KEY.verifier])
