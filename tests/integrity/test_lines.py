"""Numbers, Base64 and text have one way to be written each."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oplog.errors import Malformed
from oplog.integrity.lines import (
    MAX_BYTES,
    base64_bytes,
    base64_text,
    check_characters,
    decimal,
    hash_bytes,
    text_of,
)


@pytest.mark.parametrize("number", [0, 1, 9, 10, 20852163, 2**63 - 1])
def test_a_decimal_is_read(number: int) -> None:
    assert decimal(str(number), 2) == number


WRONG = ["", "00", "01", "-1", "+1", " 1", "1 ", "1\n", "1.0", "1e3", "0x1", "1_000", "٣", "²", str(2**63), "9" * 5000]


@pytest.mark.parametrize("text", WRONG, ids=range(len(WRONG)))
def test_no_other_way_to_write_a_number_is_read(text: str) -> None:
    said = re.escape("line 7: expected a number from 0 to 2**63 - 1 in decimal, without leading zeros")
    with pytest.raises(Malformed, match=f"^{said}$"):
        decimal(text, 7)


@given(st.binary(max_size=40))
def test_base64_survives_the_round_trip(data: bytes) -> None:
    assert base64_bytes(base64_text(data)) == data


@pytest.mark.parametrize(("data", "text"), [(b"f", "Zg=="), (b"foobar", "Zm9vYmFy"), (b"\xfb\xff", "+/8=")])
def test_base64_is_that_of_rfc_4648(data: bytes, text: str) -> None:
    """Two test vectors of section 10, and the two characters in which the alphabets differ."""
    assert base64_text(data) == text
    assert base64_bytes(text) == data


@pytest.mark.parametrize(
    "text", ["Zg", "Zg=", "Zh==", "Zg== ", " Zg==", "Zg==\n", "Zg==Zg==", "-_8=", "Zgé=", "Z", "="]
)
def test_no_other_way_to_write_base64_is_read(text: str) -> None:
    assert base64_bytes(text) is None


def test_a_hash_is_read() -> None:
    assert hash_bytes(base64_text(b"h" * 32), 3) == b"h" * 32


@pytest.mark.parametrize("text", ["", base64_text(bytes(31)), base64_text(bytes(33)), base64_text(bytes(32))[:-1]])
def test_what_is_no_hash_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(Malformed, match=r"^line 12: expected a hash of 32 bytes in Base64$"):
        hash_bytes(text, 12)


def test_text_is_read_with_all_that_it_may_hold() -> None:
    """Control characters above U+001F are not forbidden by C2SP, and a new line is asked for."""
    assert text_of("a\n\x7f\x80é—\n".encode()) == "a\n\x7f\x80é—\n"


def test_text_that_is_not_utf_8_is_refused_with_its_line() -> None:
    for data, line in ((b"\xff", 1), (b"one\ntw\xc3(\n", 2), (b"\n\n\xed\xa0\x80\n", 3)):
        with pytest.raises(Malformed, match=f"^line {line}: expected UTF-8$"):
            text_of(data)


@pytest.mark.parametrize("character", [*map(chr, range(10)), *map(chr, range(11, 32)), chr(0xD800), chr(0xDFFF)])
def test_control_characters_are_refused_with_their_line(character: str) -> None:
    said = r"^line 2: expected text without control characters or lone surrogates$"
    with pytest.raises(Malformed, match=said):
        check_characters(f"one\ntwo{character}\nthree\n")
    if character < " ":
        with pytest.raises(Malformed, match=said):
            text_of(f"one\ntwo{character}\nthree\n".encode())
    with pytest.raises(Malformed, match=said):
        check_characters(f"\n{character}\n")
    check_characters("one\ntwo\nthree \ud7ff\ue000\n")


def test_a_file_that_is_too_long_is_not_read() -> None:
    assert len(text_of(b"a" * MAX_BYTES)) == MAX_BYTES == 1048576
    with pytest.raises(Malformed, match=r"^the file is longer than 1048576 bytes$"):
        text_of(b"a" * (MAX_BYTES + 1))
