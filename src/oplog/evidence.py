"""What a log gives out for others to verify it by: checkpoints and proofs, each held against what is stored first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.errors import InvalidValue, Malformed, NotProved, NotSigned, NotSound
from oplog.integrity.checkpoint import Checkpoint, SignedCheckpoint
from oplog.integrity.entry import entry_bytes
from oplog.integrity.paths import consistency_proof, inclusion_proof, lone_leaves
from oplog.integrity.proof import ConsistencyProof, InclusionProof
from oplog.integrity.tree import Frontier
from oplog.store.derive import lacks_salt

if TYPE_CHECKING:
    from collections.abc import Callable

    from oplog.integrity.signing import SigningKey
    from oplog.log import OpLog

TO_BE_SIGNED = "the checkpoint to be signed"


def sign_checkpoint(
    log: OpLog,
    key: SigningKey,
    previous: SignedCheckpoint | None = None,
    *,
    origin: str | None = None,
    progress: Callable[[int], None] = lambda _position: None,
) -> SignedCheckpoint:
    """Sign what the log holds now, after every leaf was derived anew from what is stored.

    `previous` is the last checkpoint that this key signed for this log, None if there is none: a log never signs two
    that do not continue each other. `origin` is the one that the log must have, None if that is the name of the key,
    as C2SP tlog-checkpoint advises: what a file says of itself is not signed unasked. `progress` is told each position
    that was read.

    Raise `NotSound` with all findings if anything was changed, also since `previous`; `NotSigned` if `previous` is not
    by this key and of this log, or the log has another origin; `BadKey` for the key of a witness. Nothing is signed
    then.
    """
    if log.origin != (wanted := key.name if origin is None else origin):
        raise NotSigned(
            f"the origin of the log is {log.origin!r}, and not {wanted!r}, for which this key was to sign; make sure"
            " that nobody changed it, and say which origin is meant"
        )
    tree = Frontier()
    try:
        tree.extend(log.leaves())
    except (InvalidValue, TypeError):  # a leaf that was changed into something else
        raise NotSound("the log", log.verify()) from None
    # Nobody gets to see this one before verification has derived the same tree from the events.
    made = SignedCheckpoint.sign(Checkpoint(log.origin, tree.size, tree.root()), key)
    held = {TO_BE_SIGNED: made}
    if previous is not None:
        held["the checkpoint that was signed before"] = previous
    findings = log.verify(held, [key.verifier], progress)
    if any(finding.severity == "fault" for finding in findings):
        raise NotSound("the log", findings)
    return made


def prove_event(log: OpLog, position: int, checkpoint: SignedCheckpoint) -> tuple[InclusionProof, bytes]:
    """Prove that the event at a position is in the log of a checkpoint; give its stored state beside the proof.

    The proof shows its stream, version and name, and nothing of what it says: that is in the state, whose SHA-256 the
    proof holds. It can be guessed at where there is no salt: see `unsalted_in_proof`.

    Raise `InvalidValue` for a position that the checkpoint does not cover, and `NotProved` if the log is not, or is no
    longer, the one that the checkpoint was signed over. The signatures are not verified here.
    """
    size = checkpoint.checkpoint.size
    if not 1 <= position <= size:
        raise InvalidValue(f"position {position}: the checkpoint covers the positions from 1 to {size}")
    _check_origin(log, checkpoint)
    row = next(log.rows(after=position - 1, until=position), None)
    if row is None:
        raise NotProved(f"there is no event at position {position}; {_FIND_OUT}")
    try:
        entry = entry_bytes(row.position - 1, row.stream, row.version, row.name, row.state)
        proof = InclusionProof(position - 1, inclusion_proof(position - 1, size, log.leaves(size)), checkpoint, entry)
        proof.proved_entry()
    except (InvalidValue, Malformed, NotProved, TypeError):
        raise NotProved(f"the event at position {position} is not in the tree of the checkpoint; {_FIND_OUT}") from None
    return proof, row.state


def unsalted_in_proof(log: OpLog, position: int, checkpoint: SignedCheckpoint) -> tuple[int, ...]:
    """Give the positions of events without a salt whose own hash a proof of the event at `position` shows.

    They are the event itself, and neighbours of which the proof has the leaf. Whoever sees it and guesses what such an
    event says can make sure. Raise `InvalidValue` for a position that the checkpoint does not cover.
    """
    indexes = {position - 1, *lone_leaves(position - 1, checkpoint.checkpoint.size)}
    rows = (next(log.rows(after=index, until=index + 1), None) for index in sorted(indexes))
    return tuple(row.position for row in rows if row is not None and lacks_salt(row.state))


def prove_additions(log: OpLog, checkpoint: SignedCheckpoint, older: Checkpoint | None = None) -> ConsistencyProof:
    """Prove that a checkpoint continues an older one, None for a witness that has seen none; what a witness takes.

    Raise `NotProved` if the log is not, or is no longer, the one that either was signed over. The signatures are not
    verified here.
    """
    _check_origin(log, checkpoint)
    old, new = older.size if older else 0, checkpoint.checkpoint.size
    try:
        hashes = consistency_proof(old, new, log.leaves(new)) if old else ()
        proof = ConsistencyProof(old, hashes, checkpoint)
        proof.verify(older)
    except (InvalidValue, NotProved) as wrong:
        raise NotProved(f"{wrong}; {_FIND_OUT}") from None
    return proof


_FIND_OUT = "find out what was changed with 'oplog verify --checkpoint'"


def _check_origin(log: OpLog, checkpoint: SignedCheckpoint) -> None:
    if checkpoint.checkpoint.origin != log.origin:
        raise NotProved(f"the checkpoint is of another log: the origin of this one is {log.origin}")
