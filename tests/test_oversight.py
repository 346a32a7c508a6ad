"""A witness keeps what it saw on the disk before it gives its word, and never gives it twice at once."""

from __future__ import annotations

import os
import re
import threading
from typing import TYPE_CHECKING, Any

import pytest

from oplog import Checkpoint, ConsistencyProof, Malformed, NotProved, NotSigned, SignedCheckpoint, SigningKey, witness
from oplog.integrity.paths import consistency_proof
from oplog.integrity.signing import COSIGNATURE, ED25519
from oplog.integrity.tree import leaf_hash, tree_root

if TYPE_CHECKING:
    from pathlib import Path

ORIGIN = "northmoor.example/operations"
LOG = SigningKey(ORIGIN, ED25519, bytes(range(32)))
KEY = SigningKey("authority.example/witness", COSIGNATURE, bytes(range(32, 64)))
LEAVES = [leaf_hash(b"entry %d" % index) for index in range(9)]


def submission(old: int, new: int, leaves: list[bytes] = LEAVES) -> ConsistencyProof:
    signed = SignedCheckpoint.sign(Checkpoint(ORIGIN, new, tree_root(leaves[:new])), LOG)
    return ConsistencyProof(old, consistency_proof(old, new, leaves) if old else (), signed)


def see(submitted: ConsistencyProof, memory: Path, *, first: bool = False, **other: Any) -> SignedCheckpoint:
    given = {"origin": ORIGIN, "log_keys": [LOG.verifier], "clock": lambda: 1718000000, **other}
    return witness(submitted, KEY, memory=memory, first=first, **given)


def test_what_was_cosigned_is_in_the_memory(tmp_path: Path) -> None:
    memory = tmp_path / "seen"
    first = see(submission(0, 3), memory, first=True)
    assert memory.read_bytes() == first.to_bytes()
    second = see(submission(3, 7), memory)
    assert memory.read_bytes() == second.to_bytes()
    assert second.note.signatures[-1].time == 1718000000
    assert [path.name for path in tmp_path.iterdir()] == ["seen"]


def test_what_is_refused_leaves_the_memory_as_it_was(tmp_path: Path) -> None:
    memory = tmp_path / "seen"
    see(submission(0, 5), memory, first=True)
    before = memory.read_bytes()
    forged = [leaf_hash(b"forged"), *LEAVES[1:]]
    with pytest.raises(NotProved, match=r"the log was not only added to$"):
        see(submission(5, 6, forged), memory)
    with pytest.raises(NotSigned, match="another log"):
        see(submission(5, 6), memory, origin="other.example/log")
    assert memory.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["seen"]


def test_a_witness_that_lost_its_memory_says_so(tmp_path: Path) -> None:
    memory = tmp_path / "seen"
    with pytest.raises(NotProved, match=re.escape(f"there is no {memory}: without the last checkpoint")):
        see(submission(3, 7), memory)
    assert list(tmp_path.iterdir()) == []


def test_a_witness_does_not_begin_twice(tmp_path: Path) -> None:
    memory = tmp_path / "seen"
    see(submission(0, 5), memory, first=True)
    said = f"^{re.escape(str(memory))} exists: this witness has seen a checkpoint of this log before$"
    with pytest.raises(NotProved, match=said):
        see(submission(0, 7), memory, first=True)


def test_a_memory_that_was_changed_is_refused(tmp_path: Path) -> None:
    memory = tmp_path / "seen"
    see(submission(0, 5), memory, first=True)
    memory.write_bytes(memory.read_bytes().replace(b"\n5\n", b"\n4\n"))
    with pytest.raises(NotSigned, match="is false: the text or the signature was changed"):
        see(submission(4, 6), memory)
    memory.write_bytes(b"nothing")
    with pytest.raises(Malformed, match=re.escape(f"{memory}: expected a text, a blank line")):
        see(submission(5, 6), memory)


def test_two_at_once_are_one_after_the_other_or_refused(tmp_path: Path) -> None:
    """Of two histories that continue the same checkpoint, only one can ever be cosigned."""
    memory = tmp_path / "seen"
    see(submission(0, 4), memory, first=True)
    inside, go_on = threading.Event(), threading.Event()

    def slow() -> int:
        inside.set()
        assert go_on.wait(10)
        return 5

    done: list[SignedCheckpoint] = []
    running = threading.Thread(target=lambda: done.append(see(submission(4, 6), memory, clock=slow)))
    running.start()
    assert inside.wait(10)
    forked = [*LEAVES[:4], leaf_hash(b"forked"), *LEAVES[5:]]
    with pytest.raises(NotProved, match=f"^another witness is at work on {re.escape(str(memory))};"):
        see(submission(4, 7, forked), memory)
    go_on.set()
    running.join()
    assert memory.read_bytes() == done[0].to_bytes()
    with pytest.raises(NotProved, match="starts from 4 leaves"):
        see(submission(4, 7, forked), memory)


def test_a_full_disk_gives_no_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What could not be kept was not said."""
    memory = tmp_path / "seen"
    see(submission(0, 4), memory, first=True)
    before = memory.read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            see(submission(4, 6), memory)
    assert memory.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["seen"]
    assert see(submission(4, 6), memory).checkpoint.size == 6
