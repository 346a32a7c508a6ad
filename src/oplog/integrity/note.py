"""Signed notes, after C2SP signed-note (https://c2sp.org/signed-note): a text, a blank line, and signatures of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from attrs import evolve, frozen

from oplog.errors import BadKey, Malformed, NotSigned
from oplog.integrity.lines import MAX_BYTES, base64_bytes, base64_text, check_characters, text_of
from oplog.integrity.signing import Signature, VerifierKey, is_key_name

MAX_SIGNATURES = 100
"""The most signatures that a note may have; C2SP asks for 16 at least."""
_DASH = "\N{EM DASH} "


@frozen
class Note:
    """A text and the signatures under it. The text is worth nothing before `verified` has passed."""

    text: str
    """Ends with a new line; may hold blank lines."""
    signatures: tuple[Signature, ...] = ()

    def __attrs_post_init__(self) -> None:
        if not self.text.endswith("\n"):
            raise Malformed("the text of a note ends with a new line")
        check_characters(self.text)

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read a note. Raise `Malformed`, naming the line, if it is not in its exact form.

        Exact means that `to_bytes` gives the same bytes again: Base64 has its one canonical form.
        """
        text, blank, block = text_of(data).rpartition("\n\n")
        if not blank:
            raise Malformed("expected a text, a blank line and signatures: there is no blank line")
        text += "\n"
        *lines, rest = block.split("\n")
        first = text.count("\n") + 2
        if not lines or rest:
            raise Malformed(f"line {first + len(lines)}: expected a signature, ended by a new line")
        if len(lines) > MAX_SIGNATURES:
            raise Malformed(f"line {first + MAX_SIGNATURES}: expected no more than {MAX_SIGNATURES} signatures")
        return cls(text, tuple(_signature(line, number) for number, line in enumerate(lines, first)))

    def to_bytes(self) -> bytes:
        """Give the bytes of its file. Raise `Malformed` if it has no signature, or could not be read back."""
        if not 1 <= len(self.signatures) <= MAX_SIGNATURES:
            raise Malformed(f"a note has between 1 and {MAX_SIGNATURES} signatures, not {len(self.signatures)}")
        data = f"{self.text}\n{signature_lines(self.signatures)}".encode()
        if len(data) > MAX_BYTES:
            raise Malformed(f"a note has no more than {MAX_BYTES} bytes, not {len(data)}")
        return data

    def signed(self, *signatures: Signature) -> Self:
        """Add signatures below the others; one by the same key takes the place of the older one."""
        replaced = {(signature.name, signature.key_id) for signature in signatures}
        kept = (signature for signature in self.signatures if (signature.name, signature.key_id) not in replaced)
        return evolve(self, signatures=(*kept, *signatures))

    def verified(self, keys: Iterable[VerifierKey]) -> tuple[tuple[VerifierKey, Signature], ...]:
        """Give the signatures made with keys that are trusted, each with its key, in the order of the note.

        Signatures by other keys are passed over, as C2SP demands. Raise `NotSigned` if there is none by a trusted
        key, or if *any* signature that claims to be by a trusted key is false. Raise `BadKey` if two keys have one
        name and id, but differ.
        """
        known = _by_name_and_id(keys)
        text, found = self.text.encode(), []
        for signature in self.signatures:
            key = known.get((signature.name, signature.key_id))
            if key is None:
                continue
            if not key.verify(text, signature):
                raise NotSigned(
                    f"the signature by {key.name} (key {key.id.hex()}) is false: the text or the signature was changed"
                )
            found.append((key, signature))
        if not found:
            raise NotSigned("none of the keys that are trusted signed this")
        return tuple(found)


def signature_lines(signatures: Iterable[Signature]) -> str:
    """Write signatures as they stand under a note, one a line: also what a witness answers (C2SP tlog-witness)."""
    return "".join(f"{_DASH}{s.name} {base64_text(s.key_id + s.data)}\n" for s in signatures)


def _signature(line: str, number: int) -> Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    data = base64_bytes(encoded)
    if not line.startswith(_DASH) or not is_key_name(name) or data is None or len(data) < 5:
        raise Malformed(f"line {number}: expected a signature: an em dash, the name of a key, and Base64")
    return Signature(name, data[:4], data[4:])


def _by_name_and_id(keys: Iterable[VerifierKey]) -> dict[tuple[str, bytes], VerifierKey]:
    known: dict[tuple[str, bytes], VerifierKey] = {}
    for key in keys:
        if known.setdefault((key.name, key.id), key) != key:
            raise BadKey(
                f"two keys that differ have the name {key.name} and the id {key.id.hex()}: one of them is false"
            )
    return known
