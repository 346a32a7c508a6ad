"""Keys and the types of signature, after C2SP signed-note (https://c2sp.org/signed-note) and tlog-cosignature.

A type of signature is one row of `SIGNATURE_TYPES`; another one, such as 0x06 (ML-DSA-44), is another row. The
private form of a key, `PRIVATE+KEY+name+id+data`, is that of golang.org/x/mod/sumdb/note, which all tools around C2SP
read.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Self

from attrs import field, frozen

from oplog.errors import BadKey, MissingExtra
from oplog.integrity.lines import base64_bytes, base64_text

if TYPE_CHECKING:
    from types import ModuleType

ED25519 = 0x01
COSIGNATURE = 0x04
_KEY_LENGTH = 32
_SIGNATURE_LENGTH = 64
_TIME = struct.Struct(">Q")
MAX_TIME = 2**63 - 1


@frozen
class SignatureType:
    """One way to sign the text of a note."""

    name: str
    timed: bool
    """Whether a signature says when it was made, in seconds since the epoch (POSIX)."""
    private_length: int
    """Bytes of the private key."""
    public_length: int
    """Bytes of the public key."""
    public: Callable[[bytes], bytes]
    """From the private to the public key."""
    sign: Callable[[bytes, bytes, int], bytes]
    """From the private key, the text of the note and a time to the signature."""
    verify: Callable[[bytes, bytes, bytes], bool]
    """From the public key, the text of the note and the signature to whether it is true."""


def _ed25519() -> ModuleType:
    try:
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError:
        raise MissingExtra("signatures need the package 'cryptography': pip install 'oplog[integrity]'") from None
    return ed25519


def _public(private: bytes) -> bytes:
    key: bytes = _ed25519().Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    return key


def _signature(private: bytes, text: bytes) -> bytes:
    signature: bytes = _ed25519().Ed25519PrivateKey.from_private_bytes(private).sign(text)
    return signature


def _sign(private: bytes, text: bytes, _time: int) -> bytes:
    return _signature(private, text)


def _verify(public: bytes, text: bytes, signature: bytes) -> bool:
    key = _ed25519().Ed25519PublicKey.from_public_bytes(public)
    from cryptography.exceptions import InvalidSignature

    try:
        key.verify(signature, text)
    except InvalidSignature:
        return False
    return True


def _cosigned_text(text: bytes, time: int) -> bytes:
    """Give what a cosignature signs (C2SP tlog-cosignature, Ed25519 signed message)."""
    return b"cosignature/v1\ntime %d\n" % time + text


def _cosign(private: bytes, text: bytes, time: int) -> bytes:
    return _TIME.pack(time) + _signature(private, _cosigned_text(text, time))


def _verify_cosignature(public: bytes, text: bytes, signature: bytes) -> bool:
    if len(signature) != _TIME.size + _SIGNATURE_LENGTH:
        return False
    (time,) = _TIME.unpack_from(signature)
    return time <= MAX_TIME and _verify(public, _cosigned_text(text, time), signature[_TIME.size :])


SIGNATURE_TYPES = {
    ED25519: SignatureType("Ed25519", False, _KEY_LENGTH, _KEY_LENGTH, _public, _sign, _verify),
    COSIGNATURE: SignatureType("cosignature/v1", True, _KEY_LENGTH, _KEY_LENGTH, _public, _cosign, _verify_cosignature),
}
"""The types of signature that are known, by the byte that C2SP gave them."""


@frozen
class Signature:
    """One signature under a note."""

    name: str
    """The name of the key, which names its owner."""
    key_id: bytes
    """4 bytes that tell keys of one name apart; no proof of anything."""
    data: bytes
    """What the type of signature makes of it."""

    @property
    def time(self) -> int:
        """When it was made, in seconds since the epoch: of a *verified* cosignature only, else without meaning."""
        time: int = _TIME.unpack_from(self.data)[0]
        return time


def is_key_name(name: str) -> bool:
    """Say whether a name can name a key: not empty, no white space, plus (C2SP signed-note) or U+0000 to U+001F."""
    return bool(re.fullmatch(r"[^\s+\x00-\x1f\ud800-\udfff]+", name))


def is_new_name(name: str) -> bool:
    """Say whether a new key or log may have a name: one that can name a key, and that can be seen, all of it.

    C2SP allows more, and so more is read: a note may hold signatures by keys that were made elsewhere.
    """
    return is_key_name(name) and name.isprintable()


def _check_name(name: str) -> None:
    if not is_key_name(name):
        raise BadKey("the name of a key is not empty and has no space, no '+' and no control character in it")


def _type(identifier: int) -> SignatureType:
    if identifier not in SIGNATURE_TYPES:
        known = ", ".join(f"0x{known:02x} ({row.name})" for known, row in SIGNATURE_TYPES.items())
        raise BadKey(f"keys of type 0x{identifier:02x} are not known; known are {known}")
    return SIGNATURE_TYPES[identifier]


@frozen
class VerifierKey:
    """A public key with its name and type: `name+id+data`, the vkey of C2SP."""

    name: str
    type: int
    """The byte of its type of signature, a key of `SIGNATURE_TYPES`."""
    public: bytes

    def __attrs_post_init__(self) -> None:
        _check_name(self.name)
        expected = _type(self.type).public_length
        if len(self.public) != expected:
            raise BadKey(f"a public key of type 0x{self.type:02x} has {expected} bytes, not {len(self.public)}")

    @property
    def id(self) -> bytes:
        """The first 4 bytes of SHA-256 of the name, a new line, the type and the public key."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.type]) + self.public).digest()[:4]

    def __str__(self) -> str:
        """Give the key as one line of text, to hand to whoever verifies."""
        return f"{self.name}+{self.id.hex()}+{base64_text(bytes([self.type]) + self.public)}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a verifier key. Raise `BadKey` if it is not in its exact form or its type is not known."""
        if text.startswith("PRIVATE+KEY+"):
            raise BadKey("this is a private key, where a verifier key is asked for: never give it away")
        match text.split("+", 2):
            case [name, key_id, data] if read := base64_bytes(data):
                key = cls(name, read[0], read[1:])
            case _:
                raise BadKey("a verifier key reads NAME+ID+DATA, the last in Base64")
        if key_id != key.id.hex():
            raise BadKey("the id of the verifier key is not that of its name and data: it was changed or miscopied")
        return key

    @property
    def timed(self) -> bool:
        """Whether its signatures say when they were made, as those of a witness do."""
        return _type(self.type).timed

    def verify(self, text: bytes, signature: Signature) -> bool:
        """Say whether a signature over the text of a note was made with the private half of this key."""
        return _type(self.type).verify(self.public, text, signature.data)


@frozen
class SigningKey:
    """A private key with its name and type. Neither its `repr` nor an error holds the private half."""

    name: str
    type: int
    """The byte of its type of signature, a key of `SIGNATURE_TYPES`."""
    private: bytes = field(repr=False)

    def __attrs_post_init__(self) -> None:
        _check_name(self.name)
        expected = _type(self.type).private_length
        if len(self.private) != expected:
            raise BadKey(f"a private key of type 0x{self.type:02x} has {expected} bytes, not {len(self.private)}")

    @property
    def verifier(self) -> VerifierKey:
        """The public half. Raise `MissingExtra` without the package `cryptography`."""
        return VerifierKey(self.name, self.type, _type(self.type).public(self.private))

    @property
    def timed(self) -> bool:
        """Whether its signatures say when they were made, as those of a witness do."""
        return _type(self.type).timed

    def secret(self) -> str:
        """Give the key as one line of text. Whoever reads it can sign."""
        return f"PRIVATE+KEY+{self.name}+{self.verifier.id.hex()}+{base64_text(bytes([self.type]) + self.private)}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a private key. Raise `BadKey`, which shows nothing of it, if it is not in its exact form."""
        # Nothing of the text may show, not even its name or type: in a damaged key they may be something else.
        match text.split("+", 4):
            case ["PRIVATE", "KEY", name, key_id, data] if (read := base64_bytes(data)) and read[0] in SIGNATURE_TYPES:
                key = cls(name, read[0], read[1:])
            case _:
                raise BadKey(
                    "a private key reads PRIVATE+KEY+NAME+ID+DATA, the last in Base64, of a type that is known"
                )
        if key_id != key.verifier.id.hex():
            raise BadKey("the id of the private key is not that of its name and data: it was changed or miscopied")
        return key

    def sign(self, text: bytes, time: int = 0) -> Signature:
        """Sign the text of a note. `time`, in seconds since the epoch, is what a cosignature states; others ignore it.

        Raise `BadKey` if a key that states a time is given none, or one out of range: a cosignature of time 0 says
        nothing.
        """
        if self.timed and not 0 < time <= MAX_TIME:
            raise BadKey(f"the key {self.name} is that of a witness, and signs only together with a time")
        return Signature(self.name, self.verifier.id, _type(self.type).sign(self.private, text, time))
