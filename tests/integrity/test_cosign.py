"""A witness cosigns what continues the last it saw, signed by the log, and nothing else."""

from __future__ import annotations

import pytest
from northmoor import ORIGIN

from oplog.errors import BadKey, NotProved, NotSigned
from oplog.integrity.checkpoint import Checkpoint, SignedCheckpoint
from oplog.integrity.paths import consistency_proof
from oplog.integrity.proof import ConsistencyProof
from oplog.integrity.signing import COSIGNATURE, ED25519, SigningKey
from oplog.integrity.tree import leaf_hash, tree_root
from oplog.integrity.witness import cosign

LOG = SigningKey(ORIGIN, ED25519, bytes(range(32)))
WITNESS = SigningKey("authority.example/witness", COSIGNATURE, bytes(range(32, 64)))
LEAVES = [leaf_hash(b"entry %d" % index) for index in range(9)]


def at(size: int, leaves: list[bytes] = LEAVES, *, origin: str = ORIGIN, key: SigningKey = LOG) -> SignedCheckpoint:
    return SignedCheckpoint.sign(Checkpoint(origin, size, tree_root(leaves[:size])), key)


def submit(old: int, new: SignedCheckpoint, leaves: list[bytes] = LEAVES) -> ConsistencyProof:
    size = new.checkpoint.size
    return ConsistencyProof(old, consistency_proof(old, size, leaves) if 0 < old <= size else (), new)


def witnessed(
    submitted: ConsistencyProof, seen: SignedCheckpoint | None, time: int = 5, key: SigningKey = WITNESS
) -> SignedCheckpoint:
    return cosign(submitted, key, seen=seen, origin=ORIGIN, log_keys=[LOG.verifier], time=time)


def test_the_first_checkpoint_and_all_that_continue_it_are_cosigned() -> None:
    seen = witnessed(submit(0, at(3)), None)
    for size in (3, 4, 8, 9):
        seen = witnessed(submit(seen.checkpoint.size, at(size)), seen, time=size)
        found = seen.verify(origin=ORIGIN, log_keys=[LOG.verifier], witnesses=[WITNESS.verifier], quorum=1)
        assert [(one.name, one.time) for one in found] == [("authority.example/witness", size)]


def test_the_empty_log_can_be_the_first_one_seen() -> None:
    seen = witnessed(submit(0, at(0)), None)
    assert witnessed(submit(0, at(4)), seen).checkpoint.size == 4


def test_a_log_that_was_rolled_back_is_refused() -> None:
    seen = witnessed(submit(0, at(7)), None)
    with pytest.raises(NotProved, match=r"^there is no proof of consistency from 7 to 5 leaves"):
        witnessed(ConsistencyProof(7, (), at(5)), seen)
    with pytest.raises(NotProved, match=r"^the proof starts from 0 leaves, and the older checkpoint has 7$"):
        witnessed(submit(0, at(5)), seen)


@pytest.mark.parametrize("index", range(5))
def test_a_log_whose_past_was_changed_is_refused(index: int) -> None:
    """With all hashes made anew, signed by the true key, and a proof as good as can be made."""
    seen = witnessed(submit(0, at(5)), None)
    forged = [*LEAVES[:index], leaf_hash(b"forged"), *LEAVES[index + 1 :]]
    for size in (5, 6, 8):
        with pytest.raises(NotProved, match=r"^the tree of \d leaves does not begin with the tree of 5 leaves"):
            witnessed(submit(5, at(size, forged), forged), seen)


def test_a_checkpoint_of_another_log_or_by_another_key_is_refused() -> None:
    with pytest.raises(NotSigned, match=r"^this is a checkpoint of another log"):
        witnessed(submit(0, at(3, origin="other.example/log")), None)
    stranger = SigningKey(ORIGIN, ED25519, bytes(32))
    with pytest.raises(NotSigned, match=r"^none of the keys that are trusted signed this$"):
        witnessed(submit(0, at(3, key=stranger)), None)


def test_a_memory_that_this_witness_did_not_cosign_is_refused() -> None:
    """A memory that somebody put there would let them begin a new history."""
    other = SigningKey("auditor.example/witness", COSIGNATURE, bytes(32))
    for seen in (at(3), at(3).cosigned(other, 5)):
        with pytest.raises(NotSigned, match=r"^0 of the witnesses cosigned this checkpoint, and 1 were asked for$"):
            witnessed(submit(3, at(4)), seen)
    foreign = at(3, origin="other.example/log").cosigned(WITNESS, 5)
    with pytest.raises(NotSigned, match=r"^this is a checkpoint of another log"):
        witnessed(submit(3, at(4)), foreign)


def test_the_key_of_the_log_is_no_witness() -> None:
    posing = SigningKey("posing", COSIGNATURE, LOG.private)
    with pytest.raises(BadKey, match=r"^the witness posing has the same key as the log"):
        witnessed(submit(0, at(3)), None, key=posing)
    with pytest.raises(BadKey, match=r"^the key plain states no time"):
        witnessed(submit(0, at(3)), None, key=SigningKey("plain", ED25519, bytes(32)))
    with pytest.raises(BadKey, match=r"signs only together with a time$"):
        witnessed(submit(0, at(3)), None, time=0)
