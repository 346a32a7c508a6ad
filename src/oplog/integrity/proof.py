"""Files of proofs, after C2SP (https://c2sp.org): of inclusion, tlog-proof; of consistency, tlog-witness.

Both end with a signed checkpoint, so that one file and the keys that are trusted are all that a verifier needs.
"""

from __future__ import annotations

from typing import Self

from attrs import field, frozen

from oplog.errors import InvalidValue, Malformed, NotProved
from oplog.integrity.checkpoint import Checkpoint, SignedCheckpoint
from oplog.integrity.entry import LeafEntry
from oplog.integrity.lines import base64_bytes, base64_text, decimal, hash_bytes, text_of
from oplog.integrity.paths import verify_consistency, verify_inclusion
from oplog.integrity.tree import MAX_SIZE, check_hash, leaf_hash

INCLUSION_SUFFIX = ".tlog-proof"
_FIRST_LINE = "c2sp.org/tlog-proof@v1"
MAX_HASHES = 63
"""The most hashes that a proof can have: the height of the largest tree."""


def _are_hashes(_: object, __: object, hashes: tuple[bytes, ...]) -> None:
    if len(hashes) > MAX_HASHES:
        raise InvalidValue(f"a proof has no more than {MAX_HASHES} hashes, not {len(hashes)}")
    for value in hashes:
        check_hash(value, "a hash of a proof")


def _is_a_number(_: object, __: object, number: int) -> None:
    if not 0 <= number <= MAX_SIZE:
        raise InvalidValue(f"a place or size in a tree lies between 0 and 2**63 - 1, not {number}")


@frozen
class InclusionProof:
    """A proof that one leaf stands in the tree of a checkpoint (C2SP tlog-proof)."""

    index: int = field(validator=_is_a_number)
    """The index of the leaf, from 0: the position less one."""
    hashes: tuple[bytes, ...] = field(validator=_are_hashes)
    """From the leaf's neighbour up to the root's child (RFC 6962, section 2.1.1)."""
    checkpoint: SignedCheckpoint
    extra: bytes = b""
    """What a verifier may need to make the leaf, in itself no evidence; oplog puts the entry here. Empty: none."""

    def verify(self, leaf: bytes) -> None:
        """Raise `NotProved` unless `leaf` stands at the index in the tree of the checkpoint.

        The signatures are another matter: verify the checkpoint as well.
        """
        tree = self.checkpoint.checkpoint
        verify_inclusion(self.index, tree.size, leaf, self.hashes, tree.root)

    def proved_entry(self) -> LeafEntry:
        """Verify the entry that oplog put into `extra`, and give it: what the log says of the event at this index.

        The event's stored state is the one if its SHA-256 is the entry's `state_hash`. Raise `Malformed` if there is
        no entry, and `NotProved` as `verify` does.
        """
        entry = LeafEntry.from_bytes(self.extra)
        self.verify(leaf_hash(self.extra))
        if entry.index != self.index:
            raise NotProved(f"the entry says that its index is {entry.index}, and the proof that it is {self.index}")
        return entry

    def to_bytes(self) -> bytes:
        """Give the bytes of its file."""
        extra = [f"extra {base64_text(self.extra)}"] if self.extra else []
        return _file([_FIRST_LINE, *extra, f"index {self.index}"], self.hashes, self.checkpoint)

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read a proof of inclusion. Raise `Malformed`, naming the line, if it is not in its exact form."""
        lines, checkpoint = _parts(data)
        if lines[0] != _FIRST_LINE:
            raise Malformed(f"line 1: expected '{_FIRST_LINE}'")
        at, extra = 1, b""
        if len(lines) > 1 and lines[1].startswith("extra "):
            at, extra = 2, base64_bytes(lines[1].removeprefix("extra ")) or b""
            if not extra:
                raise Malformed("line 2: expected 'extra' and something in Base64")
        return cls(_named("index", lines, at), _hashes(lines, at + 1), checkpoint, extra)


@frozen
class ConsistencyProof:
    """A proof that the tree of a checkpoint begins with an older one: what add-checkpoint takes (C2SP tlog-witness)."""

    old: int = field(validator=_is_a_number)
    """The size of the older tree; 0 for a witness that has seen none, to whom nothing has to be proved."""
    hashes: tuple[bytes, ...] = field(validator=_are_hashes)
    """RFC 6962, section 2.1.2; none if the older tree is empty or as large."""
    checkpoint: SignedCheckpoint

    def verify(self, older: Checkpoint | None) -> None:
        """Raise `NotProved` unless the checkpoint is of the same log as `older` and begins with its tree.

        `older` is the checkpoint that the verifier holds already; None if it holds none. The signatures are another
        matter: verify the checkpoint as well.
        """
        new = self.checkpoint.checkpoint
        size = older.size if older else 0
        if older and older.origin != new.origin:
            raise NotProved("the two checkpoints are of different logs: their origins differ")
        if self.old != size:
            raise NotProved(f"the proof starts from {self.old} leaves, and the older checkpoint has {size}")
        if older and size:
            verify_consistency(size, new.size, older.root, new.root, self.hashes)
        elif self.hashes:
            raise NotProved("a proof from an empty tree has no hashes: every tree begins with it")

    def to_bytes(self) -> bytes:
        """Give the bytes of its file."""
        return _file([f"old {self.old}"], self.hashes, self.checkpoint)

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read a proof of consistency. Raise `Malformed`, naming the line, if it is not in its exact form."""
        lines, checkpoint = _parts(data)
        return cls(_named("old", lines, 0), _hashes(lines, 1), checkpoint)


def _file(lines: list[str], hashes: tuple[bytes, ...], checkpoint: SignedCheckpoint) -> bytes:
    head = "".join(f"{line}\n" for line in (*lines, *map(base64_text, hashes)))
    return f"{head}\n".encode() + checkpoint.to_bytes()


def _parts(data: bytes) -> tuple[list[str], SignedCheckpoint]:
    """Part a file at its first blank line into the lines of the proof and the checkpoint."""
    head, blank, rest = text_of(data).partition("\n\n")
    if not blank:
        raise Malformed("expected a proof, a blank line and a checkpoint: there is no blank line")
    lines = head.split("\n")
    try:
        return lines, SignedCheckpoint.parse(rest.encode())
    except Malformed as wrong:
        raise Malformed(f"in the checkpoint that begins on line {len(lines) + 2}: {wrong}") from None


def _named(word: str, lines: list[str], at: int) -> int:
    if at >= len(lines) or not lines[at].startswith(f"{word} "):
        raise Malformed(f"line {at + 1}: expected '{word}' and a number")
    return decimal(lines[at].removeprefix(f"{word} "), at + 1)


def _hashes(lines: list[str], first: int) -> tuple[bytes, ...]:
    if len(lines) - first > MAX_HASHES:
        raise Malformed(f"line {first + MAX_HASHES + 1}: expected no more than {MAX_HASHES} hashes")
    return tuple(hash_bytes(line, number) for number, line in enumerate(lines[first:], first + 1))
