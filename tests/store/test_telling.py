"""What is wrong with JSON data, told to somebody who wrote JSON: its words, its place, and no more than a line."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oplog.store.telling import as_given, one_line, shortened


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "null"),
        (True, "true"),
        ([1, "é", None], '[1, "é", null]'),
        ({"a": [Decimal("1.50")]}, '{"a": ["1.50"]}'),
        (Decimal("1.50"), "1.50"),
        (5, "5"),
        ("it's", '"it\'s"'),
        ("a\nb", r"'a\nb'"),
        (["\x1b[2J", "\u202e"], r'["\u001b[2J", "\u202e"]'),
    ],
)
def test_a_value_is_told_as_it_was_written(value: Any, told: str) -> None:
    """The words are those of JSON, letters stay letters, and what a terminal would obey is an escape."""
    assert as_given(value) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a\r\nb\tc", r"a\r\nb\tc"),
        ("\x1b[31m", r"\x1b[31m"),
        ("\u2028", r"\u2028"),
        ("\ud800", r"\ud800"),
        ("é ü 中", "é ü 中"),
    ],
)
def test_a_line_holds_what_a_terminal_shows_and_escapes_for_the_rest(text: str, told: str) -> None:
    """Ends of lines, controls and half characters are written as escapes; letters of any script stay."""
    assert one_line(text) == told


def test_a_long_value_keeps_its_two_ends() -> None:
    """What is told of a value takes a hundred characters at most: the first half and the last third of them."""
    assert as_given("x" * 98) == repr("x" * 98)
    assert as_given("a" * 50 + "b" * 49) == f"'{'a' * 49} … {'b' * 33}'"


def test_a_long_text_keeps_its_two_ends() -> None:
    """Without a measure of its own, a text of eight hundred characters is left whole; a longer one loses its middle."""
    assert shortened("x" * 800) == "x" * 800
    assert shortened("a" * 401 + "b" * 400) == f"{'a' * 400} … {'b' * 267}"


@given(text=st.text(max_size=200), most=st.integers(10, 150))
def test_what_is_told_fits(text: str, most: int) -> None:
    """Whatever the text, it takes no more than it may, and starts as it did."""
    short = shortened(text, most)
    assert len(short) <= max(most, most // 2 + 3 + -(-most // 3))
    assert short[: most // 2] == text[: most // 2]
