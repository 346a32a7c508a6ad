"""Checkpoints and their cosignatures, after C2SP tlog-checkpoint and tlog-cosignature (https://c2sp.org).

A checkpoint says: the log of this origin has so many leaves, and this root. Signed by the log it is a promise that
all later checkpoints begin with this tree; cosigned by a witness it is one that somebody else saw kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Self

from attrs import field, frozen

from oplog.errors import BadKey, InvalidValue, Malformed, NotSigned
from oplog.integrity.lines import base64_text, decimal, hash_bytes
from oplog.integrity.note import Note
from oplog.integrity.signing import MAX_TIME, Signature, SigningKey, VerifierKey
from oplog.integrity.tree import EMPTY_ROOT, MAX_SIZE, check_hash


@frozen
class Checkpoint:
    """The state of a log at one size. Raise `InvalidValue` for what no tree can have."""

    origin: str
    """The name of the log, which no other log has. Verifiers pin it."""
    size: int
    """The number of leaves."""
    root: bytes
    """The root of the tree over them, 32 bytes."""
    extensions: tuple[str, ...] = ()
    """Further lines that the log signed; they mean nothing to a verifier. oplog writes none."""

    def __attrs_post_init__(self) -> None:
        for line in (self.origin, *self.extensions):
            if not line or re.search(r"[\x00-\x1f\ud800-\udfff]", line):
                raise InvalidValue("the origin and the extensions of a checkpoint are lines of text, and not empty")
        if not 0 <= self.size <= MAX_SIZE:
            raise InvalidValue(f"the size of a tree lies between 0 and 2**63 - 1, not {self.size}")
        check_hash(self.root, "the root of a tree")
        if not self.size and self.root != EMPTY_ROOT:
            raise InvalidValue("a tree without leaves has the SHA-256 of nothing for its root")

    @property
    def text(self) -> str:
        """The text of its note."""
        return "".join(f"{line}\n" for line in (self.origin, str(self.size), base64_text(self.root), *self.extensions))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text of a checkpoint's note. Raise `Malformed`, naming the line, if it is not in its exact form."""
        lines = text.split("\n")[:-1]
        if len(lines) < 3:
            raise Malformed(
                f"line {len(lines) + 1}: expected a checkpoint: the origin, the size and the root, each on its line"
            )
        if "" in lines:
            raise Malformed(f"line {lines.index('') + 1}: expected no empty line in a checkpoint")
        origin, size, root, *extensions = lines
        try:
            return cls(origin, decimal(size, 2), hash_bytes(root, 3), tuple(extensions))
        except InvalidValue as wrong:
            raise Malformed(f"line 3: {wrong}") from None


@frozen
class Witnessed:
    """One cosignature that was verified."""

    name: str
    """The name of the witness."""
    time: int
    """When it saw the checkpoint, in seconds since the epoch, by its own clock."""


@frozen
class SignedCheckpoint:
    """A checkpoint as it is handed on, with its signatures. Believe nothing in it before `verify` has passed."""

    note: Note
    checkpoint: Checkpoint = field(init=False)
    """What the text of the note says."""

    @checkpoint.default
    def _said(self) -> Checkpoint:
        return Checkpoint.parse(self.note.text)

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read a file with a checkpoint. Raise `Malformed`, naming the line, if it is not in its exact form."""
        return cls(Note.parse(data))

    @classmethod
    def sign(cls, checkpoint: Checkpoint, key: SigningKey) -> Self:
        """Sign a checkpoint as the log.

        The caller has made sure that this tree begins with every tree that was signed before: there is no taking it
        back. Raise `BadKey` for the key of a witness.
        """
        _check_is_of_a_log(key)
        note = Note(checkpoint.text)
        return cls(note.signed(key.sign(note.text.encode())))

    def cosigned(self, key: SigningKey, time: int) -> Self:
        """Add the cosignature of a witness that saw it at `time`, in seconds since the epoch.

        The caller has verified it, and that it is consistent with the one that the witness saw last. Raise `BadKey`
        for a key of a type that does not state a time.
        """
        if not key.timed:
            raise BadKey(f"the key {key.name} states no time: the key of a witness is of type 0x04")
        return self.with_signatures(key.sign(self.note.text.encode(), time))

    def with_signatures(self, *signatures: Signature) -> Self:
        """Add signatures made elsewhere, such as a witness's answer; they are not verified here."""
        return type(self)(self.note.signed(*signatures))

    def to_bytes(self) -> bytes:
        """Give the bytes of its file."""
        return self.note.to_bytes()

    def verify(
        self,
        *,
        origin: str,
        log_keys: Iterable[VerifierKey],
        witnesses: Iterable[VerifierKey] = (),
        quorum: int = 0,
        not_after: int = MAX_TIME,
    ) -> tuple[Witnessed, ...]:
        """Verify that the log of this origin signed it, and that at least `quorum` of the witnesses cosigned it.

        Give the cosignatures by those witnesses. One that states no time (0), or one later than `not_after` (seconds
        since the epoch), does not count and is not given. Raise `NotSigned` if the origin is another, no key of the log
        signed, a signature by any key given here is false, or too few witnesses cosigned. Raise `BadKey` if the key
        of a witness states no time, or is that of the log or of another witness as well, and if that of the log is of
        the type of a witness.
        """
        log_keys, witnesses = tuple(log_keys), tuple(witnesses)
        _check_apart(log_keys, witnesses)
        if self.checkpoint.origin != origin:
            raise NotSigned("this is a checkpoint of another log: its first line is not the origin that was asked for")
        verified = self.note.verified((*log_keys, *witnesses))
        if not any(key in log_keys for key, _ in verified):
            raise NotSigned(f"no key of the log {origin} signed this checkpoint")
        found = [(key, one) for key, one in verified if key in witnesses and 0 < one.time <= not_after]
        seen = len({key for key, _ in found})
        if seen < quorum:
            raise NotSigned(f"{seen} of the witnesses cosigned this checkpoint, and {quorum} were asked for")
        return tuple(Witnessed(key.name, signature.time) for key, signature in found)


def _check_is_of_a_log(key: SigningKey | VerifierKey) -> None:
    """Refuse a witness in the place of the log: its signature says what it saw, not what the log promises."""
    if key.timed:
        raise BadKey(f"the key {key.name} is that of a witness: a log signs with a key of type 0x01")


def _check_apart(log_keys: tuple[VerifierKey, ...], witnesses: tuple[VerifierKey, ...]) -> None:
    """Refuse a witness that is the log or another witness under a second name: one key is the word of one party."""
    for key in log_keys:
        _check_is_of_a_log(key)
    parties = {key.public: "the log" for key in log_keys}
    for key in dict.fromkeys(witnesses):
        if not key.timed:
            raise BadKey(f"the key {key.name} states no time: the key of a witness is of type 0x04")
        if key.public in parties:
            raise BadKey(
                f"the witness {key.name} has the same key as {parties[key.public]}: it is no witness of its own"
            )
        parties[key.public] = f"the witness {key.name}"
