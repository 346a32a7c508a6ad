"""What a witness does with a new checkpoint, after C2SP tlog-witness (https://c2sp.org/tlog-witness), pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from oplog.integrity.checkpoint import SignedCheckpoint
    from oplog.integrity.proof import ConsistencyProof
    from oplog.integrity.signing import SigningKey, VerifierKey


def cosign(
    submitted: ConsistencyProof,
    key: SigningKey,
    *,
    seen: SignedCheckpoint | None,
    origin: str,
    log_keys: Iterable[VerifierKey],
    time: int,
) -> SignedCheckpoint:
    """Give the submitted checkpoint with the cosignature of a witness, made at `time` (seconds since the epoch).

    `seen` is the last checkpoint that this witness cosigned, as it was given out; None if it has seen none of this log.
    The caller keeps the new one in its place, for good, before it gives it to anybody, and lets no other come between.

    Raise `NotSigned` if the log did not sign it, or `seen` is not what this witness cosigned; `NotProved` if it does
    not begin with what was seen; `BadKey` if `key` states no time or is that of the log.
    """
    log_keys, own = tuple(log_keys), [key.verifier]
    submitted.checkpoint.verify(origin=origin, log_keys=log_keys, witnesses=own)
    if seen is not None:
        seen.verify(origin=origin, log_keys=log_keys, witnesses=own, quorum=1)
    submitted.verify(seen.checkpoint if seen is not None else None)
    return submitted.checkpoint.cosigned(key, time)
