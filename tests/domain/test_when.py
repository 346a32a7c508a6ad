"""`When`: what can be written, what it means, its order, and how people's words are read."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

import edtf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oplog import Figure, InvalidValue, When, parse_when
from oplog.store.wire import as_read
from oplog.testing.values import dates, whens
from oplog.testing.values import edtf as edtf_texts

WRITTEN = [
    ("2017-08-21", "2017-08-21"),
    ("2017-06", "2017-06"),
    ("2017", "2017"),
    ("2017-34", "2017-34"),
    ("2017-22", "2017-22"),
    ("2017-04/2017-06", "2017-04/2017-06"),
    ("2017-01/..", "2017-01/.."),
    ("../2017-06", "../2017-06"),
    ("2017-09-30~", "2017-09-30~"),
    ("2017-09-30?", "2017-09-30?"),
    ("2017-09-30%", "2017-09-30%"),
    ("21 August 2017", "2017-08-21"),
    ("21st August, 2017", "2017-08-21"),
    ("the 21 August 2017", None),
    ("1 Sept 2017", "2017-09-01"),
    ("2 Sep. 2017", "2017-09-02"),
    ("August 21, 2017", "2017-08-21"),
    ("Monday 21 August 2017", "2017-08-21"),
    ("Monday, 21st August 2017", "2017-08-21"),
    ("Friday 21 July 2017", "2017-07-21"),
    ("June 2017", "2017-06"),
    ("in June 2017", "2017-06"),
    ("in 2017", "2017"),
    ("w/c 2017-08-21", "2017-08-21/2017-08-27"),
    ("w/c 21 August 2017", "2017-08-21/2017-08-27"),
    ("week commencing Monday 21 August 2017", "2017-08-21/2017-08-27"),
    ("w/c 31 December 2017", "2017-12-31/2018-01-06"),
    ("April to June 2017", "2017-04/2017-06"),
    ("April \N{EN DASH} June 2017", "2017-04/2017-06"),
    ("between April and June 2017", "2017-04/2017-06"),
    ("from April to June 2017", "2017-04/2017-06"),
    ("December 2017 to February 2018", "2017-12/2018-02"),
    ("17 to 23 July 2017", "2017-07-17/2017-07-23"),
    ("17 July to 3 August 2017", "2017-07-17/2017-08-03"),
    ("since January 2017", "2017-01/.."),
    ("from January 2017 onwards", "2017-01/.."),
    ("until June 2017", "../2017-06"),
    ("end of September 2017", "2017-09-30~"),
    ("the end of February 2016", "2016-02-29~"),
    ("early June 2017", "2017-06-01~"),
    ("mid-June 2017", "2017-06-15~"),
    ("about 20 July 2017", "2017-07-20~"),
    ("perhaps July 2017", "2017-07?"),
    ("summer 2017", "2017-22"),
    ("Q2 2017", "2017-34"),
    ("2017 Q2", "2017-34"),
    ("  June \n 2017 ", "2017-06"),
]


@pytest.mark.parametrize(("written", "meant"), [pair for pair in WRITTEN if pair[1]])
def test_human_forms_are_read(written: str, meant: str) -> None:
    """A date is read as people write it; its words are kept unless they are the EDTF itself."""
    when = parse_when(written)
    assert when.edtf == meant
    words = " ".join(written.split())
    assert when.words == (None if words == meant else words)
    assert str(when) == words


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("Thursday 21 July 2017", "2017-07-21 is a Friday, not a Thursday"),
        ("w/c Tuesday 21 August 2017", "2017-08-21 is a Monday, not a Tuesday"),
        ("31 June 2017", "not a possible date"),
        ("29 February 2017", "not a possible date"),
        ("2017-02-30", "not a possible date"),
        ("2017-13", "13 is no month"),
        ("2017-6", "is not a date"),
        ("0000", "not a possible date"),
        ("June to April 2017", "ends before it starts"),
        ("2017-06/2017-04", "ends before it starts"),
        ("../..", "open at both ends"),
        ("", "an empty date"),
        ("next week", "not understood"),
        ("21 August", "not understood"),
        ("soon", "not understood"),
        ("w/c June 2017", "a week commences on a day"),
        ("w/c 9999-12-31", "after the last date"),
        ("21/08/2017", "not understood"),
        ("2017-08-21T10:00", "not understood"),
        ("1 to 31 June 2017", "not a possible date"),
        ("\u0662\u0660\u0661\u0667", "is not a date"),
    ],
)
def test_impossible_dates_are_refused(written: str, told: str) -> None:
    """What cannot be read, or cannot be, raises InvalidValue with what is wrong or what is understood."""
    with pytest.raises(InvalidValue, match=told):
        parse_when(written)


def test_each_weekday_must_match_its_date() -> None:
    """Of the seven weekdays, exactly one is accepted before a date."""
    accepted = []
    for weekday in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"):
        try:
            accepted.append(parse_when(f"{weekday} 3 June 2017").words)
        except InvalidValue as error:
            assert "2017-06-03 is a Saturday" in str(error)  # noqa: PT017 - one of seven does not raise
    assert accepted == ["Saturday 3 June 2017"]


_SCRAPS = [
    "21",
    "1",
    "w/c",
    "to",
    "June",
    "2017",
    "Monday",
    "mid-",
    "Q2",
    "since",
    "about",
    "end of",
    "/",
    "..",
    "-",
    "until",
    "9999",
    "0000",
    "later",
    "(after",
    ")",
    "and",
    "between",
    "~",
    "summer",
    "31 February",
]


@given(st.text(max_size=30) | st.lists(st.sampled_from(_SCRAPS), max_size=7).map(" ".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Whatever is written gives a date whose own words give it again, or InvalidValue; never another error."""
    try:
        when = parse_when(text)
    except InvalidValue:
        return
    assert parse_when(str(when)) == when


@given(edtf_texts)
def test_edtf_survives_writing_and_reading(text: str) -> None:
    """A date in EDTF is the same after it was written and read."""
    assert str(When(text)) == text
    assert parse_when(str(When(text))) == When(text)


@given(whens)
def test_dates_survive_the_wire(when: When) -> None:
    """A date comes back from its stored form with its words."""
    assert as_read(Figure("vehicles", 1, period=when)).period == when


@given(whens, whens, whens)
def test_order_is_total_and_chronological(one: When, two: When, three: When) -> None:
    """Of two dates one is less or they are equal; the order is by the first, then by the last possible day."""
    assert [one < two, one == two, two < one].count(True) == 1
    for a, b in pairwise(sorted([one, two, three])):
        assert a <= b
        assert (a.earliest, a.latest) <= (b.earliest, b.latest)
    if one < two < three:
        assert one < three
    assert (one == two) <= (hash(one) == hash(two))


def test_words_play_no_part_in_equality_and_order() -> None:
    """However a date was written, it is the same date: neither less nor more, and one key of a dict."""
    assert When("2017-06") == When("2017-06", "June 2017")
    assert not When("2017-06") < When("2017-06", "June 2017")
    assert {When("2017-06"): 1}[When("2017-06", "June 2017")] == 1


@given(whens)
def test_a_date_begins_before_it_ends(when: When) -> None:
    """The earliest day is never after the latest; only an open end reaches the end of the calendar."""
    assert when.earliest <= when.latest
    assert when.is_open == (when.earliest == date.min or when.latest == date.max)
    assert when.within(when)
    assert when.overlaps(when)


@given(dates, dates)
def test_an_interval_has_its_ends(one: date, other: date) -> None:
    """An interval made of two days begins and ends with them; seven days are a week."""
    first, last = sorted((one, other))
    when = When.of(first, last)
    assert (when.earliest, when.latest) == (first, last)
    assert (when.kind.value == "week") == ((last - first).days == 6)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("2017-06", True),
        ("2017-34", True),
        ("9999", True),
        ("2017-04/2017-06", True),
        ("2017-04-01/2017-06-30", True),
        ("2017-06-30", False),
        ("2017-01/..", False),
        ("2017-06-02/2017-06-30", False),
    ],
)
def test_whole_months(text: str, whole: bool) -> None:
    """Only closed dates made of whole calendar months are whole months."""
    assert When(text).whole_months is whole


_JUDGED = re.compile(r"(\d{4}(-(0\d|1[0-2])(-\d\d)?)?[?~%]?)(/\d{4}(-(0\d|1[0-2])(-\d\d)?)?[?~%]?)?|\d{4}-(2[1-3]|3\d)")


@given(edtf_texts.filter(_JUDGED.fullmatch))
def test_closed_dates_agree_with_the_edtf_package(text: str) -> None:
    """Days, months, years, seasons, quarters, closed intervals and qualifiers mean what the package edtf says they do.

    Two things are left out because the package is wrong or silent on them: winter, which ends for it with December, and
    seasons and quarters as ends of an interval.
    """
    span, theirs = When(text).span, edtf.parse_edtf(text)
    assert span.start
    assert span.end
    assert span.start.first.timetuple()[:3] == tuple(theirs.lower_strict()[:3])
    assert span.end.last.timetuple()[:3] == tuple(theirs.upper_strict()[:3])
    both = theirs.is_uncertain_and_approximate
    assert (span.start.approximate or span.end.approximate) == (theirs.is_approximate or both)
    assert (span.start.uncertain or span.end.uncertain) == (theirs.is_uncertain or both)


def test_what_the_edtf_package_cannot_judge() -> None:
    """The package gives no day for an open end and reads 'Q2 2017' as February; ours give a day and the quarter."""
    with pytest.raises(TypeError):
        edtf.parse_edtf("2017-01/..").upper_strict()[:3]
    assert (When("2017-01/..").earliest, When("2017-01/..").latest) == (date(2017, 1, 1), date.max)
    assert edtf.text_to_edtf("Q2 2017") == "2017-02"
    assert parse_when("Q2 2017").edtf == "2017-34"


@given(dates)
def test_the_edtf_package_reads_the_same_words(day: date) -> None:
    """A day and a month in English words mean the same to the package and to us."""
    for words in (f"{day.day} {day:%B %Y}", f"{day:%B %Y}"):
        assert edtf.text_to_edtf(words) == parse_when(words).edtf


@pytest.mark.parametrize("text", ["2017-00", "2017-00-10", "2017-10-00", "2017-06/2017-00", "about " * 2000 + "2017"])
def test_a_month_or_day_of_nought_is_no_date(text: str) -> None:
    """A nought is not taken for an absent month or day, and endless words are no date."""
    with pytest.raises(InvalidValue):
        parse_when(text)
