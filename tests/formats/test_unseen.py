"""Characters that nobody sees, or that turn the direction of writing, are in no format and on no terminal."""

from __future__ import annotations

import json
import sys
import unicodedata
from contextlib import suppress

import pytest
from attrs import evolve
from bytes_of import unpacked
from hypothesis import given
from hypothesis import strategies as st
from reports import everything

from oplog import FORMATS, load_locale, render, render_bytes, rephrase
from oplog.narrative.render.plain import plain
from oplog.narrative.unseen import UNSEEN, without_unseen
from oplog_cli.text import escaped, printable, printable_page

BIDI_CONTROL = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
# DerivedCoreProperties.txt of Unicode 15, without the joiners and the selectors of variants, which change how a letter
# is drawn.
DEFAULT_IGNORABLE = [
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180E, 0x180E),
    (0x200B, 0x200B), (0x200E, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164),
    (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE00FF), (0xE01F0, 0xE0FFF),
]  # fmt: skip
IGNORED = "".join(chr(code) for first, last in DEFAULT_IGNORABLE for code in range(first, last + 1))
# Marks of Arabic, Syriac, Kaithi and Egyptian that are drawn, although Unicode counts them among the formats.
DRAWN = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD, *range(0x13430, 0x13440)}
TEXT = f"a{IGNORED}\x00\x07\x1b\x7f\x9b\ufff9\ufffb\ud800\ufffe\uffffb"


def test_the_list_holds_what_unicode_lists() -> None:
    """All controls of direction, all that is ignored by default, all formats that are not drawn, and all controls."""
    for character in (*BIDI_CONTROL, *IGNORED):
        assert UNSEEN.fullmatch(character), hex(ord(character))
    for code in range(sys.maxunicode + 1):
        if unicodedata.category(chr(code)) in {"Cc", "Cf", "Cs"} and code not in {*DRAWN, 9, 10}:
            assert UNSEEN.fullmatch(chr(code)), hex(code)


def texts(data: bytes) -> list[str]:
    """Read all that is text in a file: its parts, streams, pages and properties."""
    found = []
    for part in unpacked(data):
        with suppress(UnicodeDecodeError):  # a picture, a font
            found.append(part.decode("utf-16" if part.startswith((b"\xfe\xff", b"\xff\xfe")) else "utf-8"))
    return [text.replace("\r", "") for text in found]


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_not_seen_is_in_no_format(form: str) -> None:
    """Not in any place of a report where a text can stand, nor in any part or property of its file."""
    found = texts(render_bytes(everything(TEXT), form))
    assert not [text for text in found if UNSEEN.search(text)]
    assert form == "json" or any("ab" in text for text in found)


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_not_seen_is_not_in_the_words_of_a_house(form: str) -> None:
    """The labels of a locale that somebody gave to a report are texts like others."""
    words = rephrase(load_locale("en-GB"), {"labels.sources": f"Where {TEXT}from"})
    found = texts(render_bytes(evolve(everything(), locale=words), form))
    assert not [text for text in found if UNSEEN.search(text)]
    assert form == "json" or any("abfrom" in text for text in found)


def test_json_keeps_all_and_shows_it() -> None:
    """What is not seen stands in JSON as an escape, and is read as what was recorded."""
    told = render(everything(TEXT), "json")
    assert not UNSEEN.search(told)
    assert json.loads(told)["title"] == TEXT


def test_the_shape_of_a_letter_stays() -> None:
    """A joiner, and a mark that chooses the form of a letter, belong to the letter; more of them hide something."""
    for text in (
        "\u0645\u06cc\u200c\u062e\u0648",
        "\u0915\u094d\u200d\u0937",
        "\u2764\ufe0f\u200d\U0001f525",
        "葛\U000e0100",
    ):
        assert plain(text) == text
    assert plain("a\ufe00\ufe01\ufe0e b\u200c\u200d\u200c \ufe0fc") == "a\ufe00 b\u200c c"


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("ab \u200d\u200b\ufe0f\u202e"))))
def test_what_is_plain_stays_as_it_is(text: str) -> None:
    """Text that was made plain twice is the same, and what is seen of it is what was seen."""
    assert plain(plain(text)) == plain(text)
    assert UNSEEN.sub("", without_unseen(text)) == UNSEEN.sub("", text)


def test_a_terminal_is_not_turned_either() -> None:
    """Controls, all marks of direction and hidden texts are taken out, and escaped in JSON."""
    text = f"a{BIDI_CONTROL}\x1b\x9b\u200b\u2060\ufeff\U000e0041b"
    assert printable(text) == printable_page(text) == "ab"
    assert json.loads(escaped(json.dumps(text, ensure_ascii=False))) == text
    assert escaped(json.dumps(text, ensure_ascii=False)).isascii()
