"""The Merkle tree of a log, after RFC 6962, section 2.1 (the same as RFC 9162, section 2.1).

A tree is a pure function of its leaves. It splits at the largest power of two below its size, so that what stood left
of a perfect subtree never changes when leaves are added: the frontier is all that adding needs.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Self

from oplog.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterable

HASH_LENGTH = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of the tree without leaves (RFC 6962, section 2.1)."""
MAX_SIZE = 2**63 - 1
"""The most leaves that a tree may have: what a signed 64-bit column holds, and what 63 lines of a proof reach."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash an entry into its leaf: SHA-256 of 0x00 and the entry (RFC 6962, section 2.1)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into one: SHA-256 of 0x01, the left and the right (RFC 6962, section 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def check_hash(value: bytes, what: str) -> None:
    """Raise `InvalidValue` unless `value` has the length of a hash; `what` names it."""
    if len(value) != HASH_LENGTH:
        raise InvalidValue(f"{what} has {HASH_LENGTH} bytes, not {len(value)}")


class Frontier:
    """The roots of the perfect subtrees of a growing tree, from left to right: one for each set bit of its size.

    It is all that is needed to add leaves and to give the root: at most 63 hashes, however large the log.
    """

    __slots__ = ("_hashes", "_size")

    def __init__(self) -> None:
        self._size = 0
        self._hashes: list[bytes] = []

    @property
    def size(self) -> int:
        """The number of leaves."""
        return self._size

    @property
    def hashes(self) -> tuple[bytes, ...]:
        """The roots of the perfect subtrees, the largest first."""
        return tuple(self._hashes)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash. Raise `InvalidValue` if it has another length than a hash."""
        check_hash(leaf, "a leaf")
        hashes, size = self._hashes, self._size
        hashes.append(leaf)
        while size & 1:
            right = hashes.pop()
            hashes[-1] = node_hash(hashes[-1], right)
            size >>= 1
        self._size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaf hashes in order. When one is refused, those before it have been added."""
        for leaf in leaves:
            self.append(leaf)

    def root(self) -> bytes:
        """Give the root of the tree as it is now; `EMPTY_ROOT` without leaves."""
        if not self._hashes:
            return EMPTY_ROOT
        *others, root = self._hashes
        for left in reversed(others):
            root = node_hash(left, root)
        return root

    def to_bytes(self) -> bytes:
        """Give the hashes one after the other, the largest subtree first; the size is kept beside them."""
        return b"".join(self._hashes)

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> Self:
        """Read the frontier of a tree of `size` leaves back.

        Raise `InvalidValue` for a size that no tree has, or another number of bytes than that size asks for.
        """
        if not 0 <= size <= MAX_SIZE:
            raise InvalidValue(f"the size of a tree lies between 0 and 2**63 - 1, not {size}")
        if len(data) != size.bit_count() * HASH_LENGTH:
            expected = size.bit_count() * HASH_LENGTH
            raise InvalidValue(f"the frontier of a tree of {size} leaves has {expected} bytes, not {len(data)}")
        frontier = cls()
        frontier._size = size
        frontier._hashes = [data[at : at + HASH_LENGTH] for at in range(0, len(data), HASH_LENGTH)]
        return frontier


def tree_root(leaves: Iterable[bytes]) -> bytes:
    """Give the root over leaf hashes, read once and in order; bounded memory."""
    frontier = Frontier()
    frontier.extend(leaves)
    return frontier.root()
