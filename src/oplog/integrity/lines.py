"""The pieces that the text forms of C2SP are made of, each with one way to be written: decimals, Base64, hashes."""

from __future__ import annotations

import base64
import re

from oplog.errors import Malformed
from oplog.integrity.tree import HASH_LENGTH, MAX_SIZE

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
MAX_BYTES = 1 << 20
"""The most bytes that a note or a proof file may have; a hundred of the largest known signatures are half of it."""


def text_of(data: bytes) -> str:
    """Decode a file of text. Raise `Malformed` if it is too long, not UTF-8, or has control characters in it."""
    if len(data) > MAX_BYTES:
        raise Malformed(f"the file is longer than {MAX_BYTES} bytes")
    try:
        text = data.decode()
    except UnicodeDecodeError as wrong:
        line = data.count(b"\n", 0, wrong.start) + 1
        raise Malformed(f"line {line}: expected UTF-8") from None
    check_characters(text)
    return text


def check_characters(text: str) -> None:
    """Raise `Malformed` for what no note may hold: a control character but the new line, or a lone surrogate."""
    wrong = re.search(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]", text)
    if wrong:
        line = text.count("\n", 0, wrong.start()) + 1
        raise Malformed(f"line {line}: expected text without control characters or lone surrogates")


def decimal(text: str, line: int) -> int:
    """Read an ASCII decimal without leading zeros, at most 2**63 - 1. Raise `Malformed`, naming the line."""
    if not _DECIMAL.fullmatch(text) or int(text) > MAX_SIZE:
        raise Malformed(f"line {line}: expected a number from 0 to 2**63 - 1 in decimal, without leading zeros")
    return int(text)


def base64_text(data: bytes) -> str:
    """Write bytes as standard Base64 (RFC 4648, section 4), with padding."""
    return base64.b64encode(data).decode()


def base64_bytes(text: str) -> bytes | None:
    """Read standard Base64 in its one canonical form; None if it is anything else."""
    try:
        data = base64.b64decode(text)
    except ValueError:
        return None
    # Python passes over what is not Base64, and so does not see all that is wrong; writing it again does.
    return data if base64_text(data) == text else None


def hash_bytes(text: str, line: int) -> bytes:
    """Read one SHA-256 hash in Base64. Raise `Malformed`, naming the line."""
    data = base64_bytes(text)
    if data is None or len(data) != HASH_LENGTH:
        raise Malformed(f"line {line}: expected a hash of {HASH_LENGTH} bytes in Base64")
    return data
