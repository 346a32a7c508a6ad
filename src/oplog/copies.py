"""A log made from a backup, after the backup was verified; and a file of the first form brought to the present one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from oplog.errors import NotSound
from oplog.log import OpLog
from oplog.store import backup
from oplog.store.opening import open_store

if TYPE_CHECKING:
    from collections.abc import Iterable

    from oplog.integrity.checkpoint import SignedCheckpoint
    from oplog.integrity.signing import VerifierKey


def restore(
    source: str | Path,
    target: str | Path,
    checkpoints: Iterable[SignedCheckpoint] = (),
    keys: Iterable[VerifierKey] = (),
) -> int:
    """Make a new log from a backup, in a file or at a "postgresql://" address; give its last position.

    The backup is verified first, and held against the checkpoints, which tell whether it is older than they are.
    Positions, leaves and origin stay. Raises `NotSound` with all findings, `NotSigned` for a checkpoint that none of
    the keys signed, `CannotOpen` when the target exists, or one of the two cannot be read or written; nothing is left
    behind then.
    """
    store = open_store(source, datetime.now(UTC))
    with OpLog(store) as log:
        findings = log.verify(checkpoints, keys)
        if any(finding.severity == "fault" for finding in findings):
            raise NotSound(f"the backup {source}", findings)
        return backup.restore_into(store, target)


def upgrade(path: str | Path) -> Path:
    """Bring a SQLite file of form 1, of oplog 0.1, to the present form under its own name.

    Gives the name that the old file has from now on. Raises `CannotOpen` for a file that is not of form 1, or in which
    events are missing, or that another program has open; it stays as it is then. What was interrupted can be done
    again.
    """
    return backup.upgrade(Path(path), datetime.now(UTC))
