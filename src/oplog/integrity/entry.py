"""The entry: what the tree holds of one event. The exact bytes are specified in docs/reference/integrity.md.

The entry holds the digest of the stored state, not the state, so that a state can be erased and every proof stays
valid. The state holds 16 random bytes of salt, so that its digest gives nothing away (docs/adr/0007).
"""

from __future__ import annotations

import hashlib
import struct
from typing import Self

from attrs import frozen

from oplog.errors import InvalidValue, Malformed

TAG = b"oplog-entry/1\n"
_DIGEST = 32
_LENGTH = struct.Struct(">I")
_NUMBER = struct.Struct(">Q")


@frozen
class LeafEntry:
    """One event as its leaf commits to it."""

    index: int
    """The position less one, from 0: the index of the leaf."""
    stream: str
    version: int
    """The place of the event in its stream, from 1."""
    name: str
    """The stable name of the event, such as `campaign.cancelled`."""
    state_hash: bytes
    """SHA-256 of the stored state bytes, exactly as they are stored."""

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.index < 2**64:
            raise InvalidValue(f"the index of a leaf lies between 0 and 2**64 - 1, not {self.index}")
        if not 1 <= self.version < 2**64:
            raise InvalidValue(f"the version of an event lies between 1 and 2**64 - 1, not {self.version}")
        if len(self.state_hash) != _DIGEST:
            raise InvalidValue(f"the hash of a state has {_DIGEST} bytes, not {len(self.state_hash)}")

    def to_bytes(self) -> bytes:
        """Give the bytes that are hashed into the leaf.

        Raise `InvalidValue` for a stream or a name that is not Unicode text (a lone surrogate).
        """
        return b"".join(
            (
                TAG,
                _NUMBER.pack(self.index),
                _text(self.stream),
                _NUMBER.pack(self.version),
                _text(self.name),
                self.state_hash,
            )
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read an entry back. Raise `Malformed` unless `data` are exactly the bytes of an entry."""
        if not data.startswith(TAG):
            raise Malformed("this is no entry of an oplog log: it does not begin with 'oplog-entry/1' and a new line")
        try:
            (index,) = _NUMBER.unpack_from(data, len(TAG))
            stream, at = _text_from(data, len(TAG) + _NUMBER.size)
            (version,) = _NUMBER.unpack_from(data, at)
            name, at = _text_from(data, at + _NUMBER.size)
            return cls(index, stream, version, name, data[at:])
        except struct.error:
            raise Malformed("this is no entry of an oplog log: it ends too soon") from None
        except UnicodeDecodeError:
            raise Malformed("this is no entry of an oplog log: its stream or name is not UTF-8") from None
        except InvalidValue as wrong:
            raise Malformed(f"this is no entry of an oplog log: {wrong}") from None


def entry_bytes(index: int, stream: str, version: int, name: str, state: bytes) -> bytes:
    """Give the entry of an event whose stored state bytes are `state`.

    `index` is its position less one. Raise `InvalidValue` for a number out of range, or text that is not Unicode.
    """
    return LeafEntry(index, stream, version, name, hashlib.sha256(state).digest()).to_bytes()


def _text(text: str) -> bytes:
    try:
        data = text.encode()
    except UnicodeEncodeError:
        raise InvalidValue("a stream and the name of an event are Unicode text, without lone surrogates") from None
    return _LENGTH.pack(len(data)) + data


def _text_from(data: bytes, at: int) -> tuple[str, int]:
    (length,) = _LENGTH.unpack_from(data, at)
    end = at + _LENGTH.size + length
    return data[at + _LENGTH.size : end].decode(), end
