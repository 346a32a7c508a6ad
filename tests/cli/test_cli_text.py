"""Text for terminals, tables, values in words, and what people write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oplog import InvalidValue, Rate
from oplog_cli.kinds import read_hours, read_number, read_rate, read_term
from oplog_cli.tables import Column, table
from oplog_cli.text import cut, escaped, pad, printable, printable_page, width, wrap

TEXTS = st.text(alphabet=st.one_of(st.characters(codec="utf-8"), st.sampled_from("漢\u0301\u200d a")))


@given(TEXTS, st.integers(1, 40))
def test_cut_and_pad_keep_the_width(text: str, columns: int) -> None:
    """A text that is cut and padded takes exactly the columns that it was given."""
    line = printable(text)
    assert width(cut(line, columns)) <= columns
    assert width(pad(cut(line, columns), columns)) == columns


@given(TEXTS, st.integers(2, 40))
def test_wrap_loses_nothing(text: str, columns: int) -> None:
    """Lines that were wrapped fit, and hold every character but the spaces between words."""
    lines = wrap(printable(text), columns)
    assert all(width(line) <= columns for line in lines)
    assert "".join("".join(lines).split()) == "".join(printable(text).split())


@given(st.text(alphabet=st.characters()))
def test_printable_is_one_harmless_line(text: str) -> None:
    """What is printable has no control character, no line end and no lone surrogate, and stays itself."""
    line = printable(text)
    assert line.isprintable() or not {c for c in line if ord(c) < 32 or 0x7F <= ord(c) < 0xA0}
    assert len(line.splitlines()) <= 1
    assert printable(line) == line
    line.encode()


def test_pages_keep_their_lines() -> None:
    """A page keeps its line ends and loses the rest; JSON keeps all, as escapes."""
    assert printable_page("a\nb\x1b[0m\tc") == "a\nb[0mc"
    assert escaped('{"a": "\x9b"}\n') == '{"a": "\\u009b"}\n'


@given(
    st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=5),
    st.integers(20, 120),
)
def test_tables_fit(rows: list[tuple[str, str, str]], columns: int) -> None:
    """A table is never wider than it may be, whatever is in it."""
    made = table([Column("one", least=3), Column("two", least=3, worth=2), Column("three")], rows, columns)
    assert all(width(line) <= columns for line in made.split("\n"))
    assert len(made.split("\n")) == len(rows) + 2


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("P6M", "P6M"),
        ("pt24h", "PT24H"),
        ("6 months", "P6M"),
        ("six weeks", "P6W"),
        ("six-week", "P6W"),
        ("a week", "P1W"),
        ("a fortnight", "P2W"),
        ("24 hours", "PT24H"),
        ("An hour and 30 minutes", "PT1H30M"),
        ("a year, two months and 3 days", "P1Y2M3D"),
    ],
)
def test_terms(written: str, iso: str) -> None:
    """Lengths of time are read in words and in ISO 8601."""
    assert read_term(written).iso == iso


@pytest.mark.parametrize("written", ["", "months", "6", "6 moons", "P", "six six weeks", "0 days", "1 day and 2 days"])
def test_what_is_no_term(written: str) -> None:
    """What is no length of time is refused."""
    with pytest.raises(InvalidValue):
        read_term(written)


@pytest.mark.parametrize(
    ("written", "rate"),
    [
        ("2 a month", Rate(2, "month")),
        ("two per week", Rate(2, "week")),
        ("twice a year", Rate(2, "year")),
        ("3 times a quarter", Rate(3, "quarter")),
        ("4/day", Rate(4, "day")),
        ("monthly", Rate(1, "month")),
    ],
)
def test_rates(written: str, rate: Rate) -> None:
    """Rates are read as people write them."""
    assert read_rate(written) == rate


def test_hours_and_numbers() -> None:
    """Hours may be written with a dash or a word; numbers with commas in their places."""
    assert read_hours("17:00-03:00") == read_hours("17:00 to 03:00") == ("17:00", "03:00")
    assert read_hours("17:00–03:00") == ("17:00", "03:00")  # noqa: RUF001 - the dash that people type
    assert str(read_number("1,234,567.5")) == "1234567.5"
    for wrong in ("1,2", "1_000", "1e5", "Infinity", "\u0661", "0x1", "--1", ""):
        with pytest.raises(InvalidValue):
            read_number(wrong)
