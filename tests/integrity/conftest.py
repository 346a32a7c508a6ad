"""What the tests of integrity share: two keys of a log, two of witnesses, and small trees.

The vectors of transparency-dev/merkle are not part of this project; without their folder their tests are not collected.
"""

from __future__ import annotations

import pytest
from northmoor import ORIGIN, VECTORS

from oplog.integrity.checkpoint import Checkpoint, SignedCheckpoint
from oplog.integrity.signing import COSIGNATURE, ED25519, SigningKey
from oplog.integrity.tree import leaf_hash, tree_root

collect_ignore = [] if VECTORS.exists() else ["test_vectors.py"]


@pytest.fixture
def log_key() -> SigningKey:
    """Give the key of the log."""
    return SigningKey(ORIGIN, ED25519, bytes(range(32)))


@pytest.fixture
def witness_key() -> SigningKey:
    """Give the key of a witness."""
    return SigningKey("authority.example/witness", COSIGNATURE, bytes(range(32, 64)))


@pytest.fixture
def other_witness() -> SigningKey:
    """Give the key of a second witness."""
    return SigningKey("auditor.example/witness", COSIGNATURE, bytes(range(64, 96)))


@pytest.fixture
def leaves() -> list[bytes]:
    """Give the leaves of seven entries."""
    return [leaf_hash(b"entry %d" % index) for index in range(7)]


@pytest.fixture
def signed(log_key: SigningKey, leaves: list[bytes]) -> SignedCheckpoint:
    """Give a checkpoint over the seven leaves, signed by the log."""
    return SignedCheckpoint.sign(Checkpoint(ORIGIN, len(leaves), tree_root(leaves)), log_key)
