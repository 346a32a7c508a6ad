"""Quarters, and the calendars that they belong to.

A quarter means nothing without its calendar: April to June is the second quarter of the calendar year and the first
of the United Kingdom's financial year.
"""

from __future__ import annotations

import re
from datetime import MAXYEAR, date, timedelta

from attrs import field, frozen

from oplog.domain.when import When
from oplog.errors import InvalidValue


@frozen
class Calendar:
    """A year that starts on the first day of `first_month`, 1 to 12 (`CALENDAR_YEAR`, `UK_FINANCIAL_YEAR`)."""

    first_month: int = field()

    @first_month.validator
    def _check(self, _attribute: object, value: int) -> None:
        if not 1 <= value <= 12:
            raise InvalidValue(f"a year cannot start in month {value}; expected 1 to 12")

    def quarter_of(self, day: date) -> Quarter:
        """The quarter that contains the day."""
        months = (day.year * 12 + day.month - 1) - (self.first_month - 1)
        return Quarter(self, months // 12, months % 12 // 3 + 1)

    def quarter(self, label: str) -> Quarter:
        """Read "2017-Q2" or "2017/18 Q1": the year in which the calendar's year starts, and the quarter's number."""
        match = re.fullmatch(r"(\d{4})(?:/(\d{2}|\d{4}))?[ -]?Q([1-4])", label.strip(), re.IGNORECASE | re.ASCII)
        if match is None:
            raise InvalidValue(f"{label!r} is not a quarter; expected one such as 2017-Q2")
        year, ends = int(match[1]), match[2]
        if ends and int(ends) != (year + 1) % 10 ** len(ends):
            raise InvalidValue(f"{label!r} is not a quarter; a year that starts in {year} does not end in {ends}")
        return Quarter(self, year, int(match[3]))


CALENDAR_YEAR = Calendar(1)
UK_FINANCIAL_YEAR = Calendar(4)


@frozen
class Quarter:
    """One quarter of a calendar: `year` is the year in which the calendar's year starts, `number` 1 to 4."""

    calendar: Calendar
    year: int
    number: int = field()

    @number.validator
    def _check(self, _attribute: object, value: int) -> None:
        if not 1 <= value <= 4:
            raise InvalidValue(f"there is no quarter {value}; expected 1 to 4")
        if not 1 <= self.year < MAXYEAR:
            raise InvalidValue(f"there is no year {self.year} to reckon with; expected 1 to {MAXYEAR - 1}")

    @property
    def first(self) -> date:
        """The first day, inclusive."""
        months = self.year * 12 + self.calendar.first_month - 1 + (self.number - 1) * 3
        return date(months // 12, months % 12 + 1, 1)

    @property
    def last(self) -> date:
        """The last day, inclusive."""
        return self.next.first - timedelta(days=1)

    @property
    def when(self) -> When:
        """The quarter as an interval of months."""
        return When(f"{self.first.isoformat()[:7]}/{self.last.isoformat()[:7]}")

    @property
    def next(self) -> Quarter:
        """The quarter after this one."""
        return Quarter(self.calendar, self.year + self.number // 4, self.number % 4 + 1)

    @property
    def previous(self) -> Quarter:
        """The quarter before this one. Raises `InvalidValue` before the first of the year 1."""
        return Quarter(self.calendar, self.year - (self.number == 1), (self.number - 2) % 4 + 1)

    def __str__(self) -> str:
        year = str(self.year) if self.calendar.first_month == 1 else f"{self.year}/{(self.year + 1) % 100:02d}"
        return f"{year} Q{self.number}"
