"""Strict JSON: one way to write it, no way to read what is not exact, and limits that are kept to the last digit."""

from __future__ import annotations

import string
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from oplog import InvalidValue, Undecodable
from oplog.store.strict_json import MOST_VALUES, dump, load


def refusal(text: bytes | str) -> Undecodable:
    with pytest.raises(Undecodable) as error:
        load(text)
    return error.value


@pytest.mark.parametrize("bad", ["\x00", "a\x00b", "\ud800", "é\x00", "\udfff é"])
@pytest.mark.parametrize("shape", [lambda text: text, lambda text: [text], lambda text: {"a": {"b": [1, text]}}])
def test_a_text_that_could_not_be_read_back_is_not_written(bad: str, shape: Any) -> None:
    """NUL and lone surrogates are refused wherever in the data they lie, and the text is told."""
    with pytest.raises(InvalidValue) as error:
        dump(shape(bad))
    assert str(error.value) == f"{bad!r}: text must not hold NUL or lone surrogates"


def test_the_escape_of_nul_may_be_written_as_text() -> None:
    """A text that speaks of NUL, and holds none, is written and read back as it is."""
    assert load(dump({"a": r"\u0000 ends a string in C"})) == {"a": r"\u0000 ends a string in C"}


def test_writing_is_canonical() -> None:
    """Keys are sorted, no spaces are made, decimals are numbers, and text is UTF-8 in Unicode form NFC."""
    data = {"b": [Decimal("1.50"), {"z": None, "y": True}], "a": "Cafe\u0301"}
    assert dump(data) == '{"a":"Café","b":[1.50,{"y":true,"z":null}]}'.encode()


@pytest.mark.parametrize("text", ["5", "-5", "0", "-" + "9" * 999, "9" * 1000])
def test_a_whole_number_is_read_as_one(text: str) -> None:
    """A number without point or exponent is an int, below zero too, up to a thousand characters."""
    read = load(f'{{"a":{text}}}')["a"]
    assert type(read) is int
    assert str(read) == text


@pytest.mark.parametrize("text", ["5.0", "-5.10", "5e0", "0.1", "0." + "1" * 998])
def test_any_other_number_is_read_with_its_digits(text: str) -> None:
    """A number with a point or an exponent is a Decimal of exactly the digits that were written."""
    read = load(f'{{"a":{text}}}')["a"]
    assert isinstance(read, Decimal)
    assert read.as_tuple() == Decimal(text).as_tuple()


@pytest.mark.parametrize("text", ["9" * 1001, "-" + "9" * 1000, "0." + "1" * 999])
def test_a_number_of_more_than_a_thousand_characters_is_refused(text: str) -> None:
    """One character beyond the longest number is one too many."""
    assert str(refusal(f'{{"a":{text}}}')) == "field a: a number of more digits than can be read"


def test_as_many_values_are_read_as_may_be_held_in_memory() -> None:
    """The most values are read; with one more, the text is refused before it is parsed."""
    most = b'{"a":[' + b",".join([b"0"] * MOST_VALUES)
    assert len(load(most + b"]}")["a"]) == MOST_VALUES
    assert str(refusal(most + b",0]}")) == "more than 100000 values"
    assert str(refusal(most + b",0 and no more")) == "more than 100000 values"


@pytest.mark.parametrize("mark", [",", '",', "\\,", '\\",\n'])
def test_commas_within_text_are_no_values(mark: str) -> None:
    """However many commas a text holds, beside quotes and backslashes too, it is one value."""
    text = mark * (MOST_VALUES + 1)
    assert load(dump({"a": text})) == {"a": text}


@pytest.mark.parametrize("text", ['{"a":"\ud800"}', '{"a":"\\ud800"}', b'{"a":"\\ud800"}', '{"a":"\\u0000"}'])
def test_what_is_no_text_is_refused_as_it_is_and_as_an_escape(text: bytes | str) -> None:
    """A lone surrogate is refused whether the JSON came as text, in which it can lie as it is, or as bytes."""
    assert str(refusal(text)) == "field a: text must not hold NUL or lone surrogates"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"[]", "expected a JSON object in braces"),
        (b"null", "expected a JSON object in braces"),
        (b'{"a":' + b"[" * 100_000, "nested too deeply"),
        (b'{"a":"\xff"}', "not UTF-8: byte 6 is not valid"),
        (b'{"a":1', "not JSON: Expecting ',' delimiter (column 7)"),
        (b'{"a":1e99999999999999999999}', "field a: 1e99999999999999999999 is not a number of a possible size"),
        (b'{"a":[{"b":1,"b":1}]}', "field a[0].b: the key 'b' stands twice in one object"),
        (b'{"a":[0,-Infinity]}', "field a[1]: -Infinity is not a number that JSON allows"),
        (b'{"\\u0000":1}', "text must not hold NUL or lone surrogates"),
        (b'{"a":{"\\ud800":1}}', "field a: text must not hold NUL or lone surrogates"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_where(text: bytes, told: str) -> None:
    """The error is one sentence, after the field where there is one."""
    assert str(refusal(text)) == told


@pytest.mark.parametrize("fault", ["NaN", '"\\u0000"', "1e99999999999999999999"])
def test_a_fault_is_named_by_its_key(fault: str) -> None:
    """Whichever letters a key begins with, the field of the error is the whole key."""
    for letter in string.ascii_letters:
        assert refusal(f'{{"sound":1,"{letter}x":{fault}}}').field == f"{letter}x"


_PARTS = [
    "{",
    "}",
    "[",
    "]",
    '"',
    '"a":',
    '"b":',
    ",",
    ":",
    " ",
    "\\",
    "\\u0000",
    "\x00",
    "é",
    "0",
    "-",
    "1.50",
    "1e5",
    "1E+5",
]
_TEXTS = st.lists(st.sampled_from([*_PARTS, '{"a":', "null", "true", "NaN", "9" * 400, '"x"', "\ud800"])).map("".join)
_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False, places=2)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


def outcome(text: bytes | str) -> str:
    try:
        return repr(load(text))
    except Undecodable as error:
        return str(error)


@given(st.one_of(_TEXTS, _TEXTS.map(lambda text: f'{{"a":{text}}}')))
@example('{"a":1,"a":1}')
@example('{"a":' + "9" * 1001 + "}")
@example('{"a":' + "9" * 500 + "." + "9" * 500 + "}")
@example('{"a":-0}')
@example('{"a":0.10}')
@example("[" * 300 + "]" * 300)
def test_the_quick_way_reads_what_the_careful_way_reads(text: str) -> None:
    """Bytes, which are read quickly where they can be, give the value or the refusal that the same text gives."""
    try:
        written = text.encode()
    except UnicodeEncodeError:
        written = text.encode(errors="surrogatepass")
        assert "not UTF-8" in outcome(written)
    else:
        assert outcome(written) == outcome(text)


@given(st.dictionaries(st.text(max_size=3), _VALUES, max_size=4))
def test_what_was_written_is_read_quickly_as_it_is_read_with_care(data: dict[str, Any]) -> None:
    """What this module wrote gives the same values either way, numbers with all their digits."""
    try:
        written = dump(data)
    except InvalidValue:
        return
    assert outcome(written) == outcome(written.decode())
