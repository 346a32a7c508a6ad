"""`When`: a moment or stretch of time in the world, as precise or imprecise as it is known.

The subset of EDTF (the Extended Date/Time Format, ISO 8601-2:2019) that operations need:

====================  ==========================  =================================
form                  example                     means
====================  ==========================  =================================
day, month, year      2017-07-27, 2017-06, 2017
season                2017-22                     21 spring, 22 summer, 23 autumn, 24 winter
quarter               2017-34                     33 to 36: January-March to October-December
interval              2017-04/2017-06             both ends inclusive
open interval         2017-01/.., ../2017-06      since January 2017; until June 2017
approximate           2017-09-30~                 about then
uncertain             2017-09-30?                 the source is not sure
both                  2017-09-30%
====================  ==========================  =================================

An interval of exactly seven days is a *week commencing* its first day. About the last, first or fifteenth day of
a month is how "end of", "beginning of" and "mid-" are written. Dates only: no time of day, no time zone.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from enum import Enum
from functools import lru_cache, total_ordering

from attrs import field, frozen

from oplog.errors import InvalidValue


class Kind(Enum):
    """The shape of a `When`: how it was known, not how long it is."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    SEASON = "season"
    YEAR = "year"
    WEEK = "week"
    INTERVAL = "interval"


@frozen
class Point:
    """One end of a `When`: its first and last day (both inclusive) and its qualifiers."""

    kind: Kind
    first: date
    last: date
    approximate: bool = False
    uncertain: bool = False


@frozen
class Span:
    """What an EDTF string means. `start` or `end` is None where the interval is open on that side."""

    kind: Kind
    start: Point | None
    end: Point | None


@total_ordering
@frozen(order=False)
class When:
    """A date, period or interval in canonical EDTF.

    `edtf` is canonical: two values that mean the same in the same way are equal.
    `words` are the words as somebody wrote them ("w/c 21 August 2017"); None when the EDTF itself was written. They
    are kept for the record and never used to reckon with: they play no part in equality and order.
    Raises `InvalidValue` for anything outside the subset, impossible dates and intervals that end before they start.
    """

    edtf: str = field()
    words: str | None = field(default=None, eq=False)

    @edtf.validator
    def _check(self, _attribute: object, value: str) -> None:
        read_edtf(value)

    @classmethod
    def of(cls, first: date, last: date | None = None) -> When:
        """The day `first`, or the interval from `first` to `last`, both inclusive."""
        return cls(first.isoformat() if last in (None, first) else f"{first}/{last}")

    @property
    def span(self) -> Span:
        """The parts, for those who put a date into words."""
        return read_edtf(self.edtf)

    @property
    def kind(self) -> Kind:
        """The shape."""
        return self.span.kind

    @property
    def earliest(self) -> date:
        """The first day it can mean, inclusive; `date.min` when open at the start. Qualifiers do not widen it."""
        start = self.span.start
        return start.first if start else date.min

    @property
    def latest(self) -> date:
        """The last day it can mean, inclusive; `date.max` when open at the end. Qualifiers do not widen it."""
        end = self.span.end
        return end.last if end else date.max

    @property
    def certain(self) -> date:
        """The day by which it is so for certain: the latest, or the first day of what is open at its end."""
        return self.earliest if self.span.end is None else self.latest

    @property
    def is_open(self) -> bool:
        """Whether one end is open."""
        return self.span.start is None or self.span.end is None

    @property
    def whole_months(self) -> bool:
        """Whether it is closed and made of whole calendar months (a month, a quarter, April to June, a year)."""
        if self.is_open:
            return False
        latest = self.latest
        return self.earliest.day == 1 and latest == _month_end(latest.year, latest.month)

    def overlaps(self, other: When) -> bool:
        """Whether at least one day can belong to both."""
        return self.earliest <= other.latest and other.earliest <= self.latest

    def within(self, other: When) -> bool:
        """Whether every day of this belongs to the other."""
        return other.earliest <= self.earliest and self.latest <= other.latest

    def __lt__(self, other: object) -> bool:
        """Chronological: by earliest day, then latest day, then EDTF, so that any two values have one order."""
        if not isinstance(other, When):
            return NotImplemented
        return self._order < other._order

    @property
    def _order(self) -> tuple[date, date, str]:
        return (self.earliest, self.latest, self.edtf)

    def __str__(self) -> str:
        return self.words or self.edtf


_POINT = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?([?~%]?)", re.ASCII)
_SEASON_START = {21: 3, 22: 6, 23: 9, 24: 12}
_QUARTER_START = {33: 1, 34: 4, 35: 7, 36: 10}


@lru_cache(maxsize=4096)
def read_edtf(text: str) -> Span:
    """The meaning of an EDTF string of the subset; raises `InvalidValue` with what was expected."""
    if "/" not in text:
        point = _point(text, text)
        return Span(point.kind, point, point)
    left, _, right = text.partition("/")
    start = None if left == ".." else _point(left, text)
    end = None if right == ".." else _point(right, text)
    if start is None and end is None:
        raise InvalidValue(f"{text!r} is open at both ends; give at least one date")
    if start and end:
        if start.first > end.last or start.last > end.last:
            raise InvalidValue(f"{text!r} ends before it starts")
        if (start.kind, end.kind) == (Kind.DAY, Kind.DAY) and end.first - start.first == timedelta(days=6):
            return Span(Kind.WEEK, start, end)
    return Span(Kind.INTERVAL, start, end)


def _point(text: str, whole: str) -> Point:
    match = _POINT.fullmatch(text)
    if match is None:
        raise InvalidValue(f"{whole!r} is not a date; expected one such as 2017-08-21, 2017-06 or 2017-04/2017-06")
    year, sub, day, mark = match.groups()
    first, last, kind = _extent(int(year), sub, day, whole)
    return Point(kind, first, last, approximate=mark in ("~", "%"), uncertain=mark in ("?", "%"))


def _extent(year: int, sub: str | None, day: str | None, whole: str) -> tuple[date, date, Kind]:
    try:
        if sub is None:
            return date(year, 1, 1), date(year, 12, 31), Kind.YEAR
        number = int(sub)
        if day is not None:
            exact = date(year, number, int(day))
            return exact, exact, Kind.DAY
        if 1 <= number <= 12:
            return date(year, number, 1), _month_end(year, number), Kind.MONTH
        if number in _QUARTER_START:
            month = _QUARTER_START[number]
            return date(year, month, 1), _month_end(year, month + 2), Kind.QUARTER
        if number in _SEASON_START:
            month = _SEASON_START[number]
            return date(year, month, 1), _month_end(year, month + 2), Kind.SEASON
    except ValueError as error:
        raise InvalidValue(f"{whole!r} is not a possible date: {error}") from None
    raise InvalidValue(f"{whole!r}: {number} is no month (01-12), season (21-24) or quarter (33-36)")


def _month_end(year: int, month: int) -> date:
    if month > 12:
        year, month = year + 1, month - 12
    return date(year, month, calendar.monthrange(year, month)[1])
