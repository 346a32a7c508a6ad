"""Dates, periods, lengths and repetitions in words."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from attrs import frozen

from oplog.domain.values import Basis
from oplog.domain.when import Kind, Point, When
from oplog.domain.when_words import MONTHS
from oplog.narrative.english.numbers import count, in_words, listed

if TYPE_CHECKING:
    from oplog.domain.recurrence import Rate, Recurrence, Term

_SEASONS = {3: "spring", 6: "summer", 9: "autumn", 12: "winter"}
_DAYS = {"MO": "Monday", "TU": "Tuesday", "WE": "Wednesday", "TH": "Thursday", "FR": "Friday", "SA": "Saturday",
         "SU": "Sunday"}  # fmt: skip
_ORDER = list(_DAYS)
_ORDINALS = {"1": "first", "2": "second", "3": "third", "4": "fourth", "-1": "last"}


@frozen
class Dates:
    """Dates in words for one report, without the year where it cannot be mistaken.

    The year is left out of a date within the report's window (`first` to `last`), and of one in the `year` of the
    report unless its month could be taken for one of the window's. With nothing given, every date has its year.
    """

    year: int | None = None
    first: date | None = None
    last: date | None = None

    def on(self, when: When) -> str:
        """When something happens: "on 27 July", "in June", "in the week commencing 21 August", "from 3 to 5 May"."""
        start, end = when.span.start, when.span.end
        if start is None or end is None:
            return self.since(when) if start else f"by {self._name(end)}" if end else ""
        if when.kind is Kind.WEEK:
            return f"in the week commencing {self._day(start.first)}"
        if start is end:
            return self._qualified(start, self._on_point(start))
        if _later_in_year(when):
            return f"later in {end.last.year}"
        if start.kind is Kind.DAY and end.kind is Kind.DAY and end.last - start.first < timedelta(days=21):
            return f"from {self._pair(start, end)}"
        return f"between {self._pair(start, end, ' and ')}"

    def to(self, when: When) -> str:
        """As the aim of a verb (planned for, rescheduled to): "27 July", "June", "the week commencing 21 August"."""
        start, end = when.span.start, when.span.end
        if start is None or end is None:
            return f"{self._name(start)} onwards" if start else f"no later than {self._name(end)}" if end else ""
        if when.kind is Kind.WEEK:
            return f"the week commencing {self._day(start.first)}"
        if start is end:
            part = _month_part(start)
            if part:
                return _joined(part, self._month(start.first))
            return self._qualified(start, self._name(start))
        if _later_in_year(when):
            return f"later in {end.last.year}"
        return self._pair(start, end)

    def since(self, when: When) -> str:
        """An open interval, or the time since a start: "since January 2017", "until June"."""
        start, end = when.span.start, when.span.end
        if start:
            return f"since {self._qualified(start, self._name(start))}"
        return f"until {self._qualified(end, self._name(end))}" if end else ""

    def period(self, when: When | None, basis: Basis = Basis.COUNT) -> str:
        """The time that a figure covers: "between April and June 2017", "since January 2017", "on 30 June"."""
        if when is None:
            return "in the reporting period"
        full = Dates(None)
        start, end = when.span.start, when.span.end
        if basis is Basis.RUNNING_TOTAL and start:
            return f"since {full._name(start)}"
        if basis is Basis.ROLLING_YEAR and end:
            return f"in the twelve months to {full._name(end)}"
        if basis is Basis.LEVEL and end:
            return f"on {full._day(end.last)}"
        if when.kind is Kind.DAY:
            return self.on(when)
        if when.whole_months and when.kind is not Kind.SEASON and start and end and (quarter := _months(when)):
            return quarter
        return full.on(when) if start and end else full.since(when)

    def table(self, when: When | None, basis: Basis = Basis.COUNT) -> str:
        """The same for a table: "April to June 2017", "27 July 2017", "since January 2017"."""
        if when is None:
            return "reporting period"
        full = Dates(None)
        if basis is Basis.ROLLING_YEAR and when.span.end:
            return f"twelve months to {full._name(when.span.end)}"
        if when.is_open:
            return full.since(when)
        if when.whole_months and when.kind not in (Kind.YEAR, Kind.SEASON) and (quarter := _months(when)):
            return quarter.removeprefix("between ").removeprefix("in ").replace(" and ", " to ")
        return full.to(when)

    def _on_point(self, point: Point) -> str:
        part = _month_part(point)
        if part:
            lead = "in" if part.startswith("mid") else "at the"
            return f"{lead} " + _joined(part.removeprefix("the "), self._month(point.first))
        if point.kind is Kind.QUARTER:
            return f"between {self._name(point).replace(' to ', ' and ')}"
        return f"{'on' if point.kind is Kind.DAY else 'in'} {self._name(point)}"

    def _qualified(self, point: Point, text: str) -> str:
        if point.approximate and _month_part(point) is None:
            day = point.kind is Kind.DAY
            text = f"around {text.removeprefix('on ')}" if day else re.sub(r"^(in )?", r"\1about ", text)
        return f"{text} (date uncertain)" if point.uncertain else text

    def _name(self, point: Point) -> str:
        first = point.first
        if point.kind is Kind.DAY:
            return self._day(first)
        if point.kind is Kind.MONTH:
            return self._month(first)
        if point.kind is Kind.QUARTER:
            return f"{MONTHS[first.month - 1]} to {self._month(point.last)}"
        if point.kind is Kind.SEASON:
            season = _SEASONS[first.month]
            understood = self._understood(first) and self._understood(point.last)
            return f"the {season}" if understood else f"{season} {first.year}"
        return str(first.year)

    def _day(self, day: date) -> str:
        return f"{day.day} {self._month(day)}"

    def _month(self, day: date) -> str:
        name = MONTHS[day.month - 1]
        return name if self._understood(day) else f"{name} {day.year}"

    def _understood(self, day: date) -> bool:
        if self.first is None or self.last is None:
            return day.year == self.year
        if (self.first.year, self.first.month) <= (day.year, day.month) <= (self.last.year, self.last.month):
            return True
        months = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month
        in_window = {(self.first.month - 1 + n) % 12 + 1 for n in range(months + 1)}
        return day.year == self.year and day.month not in in_window

    def _pair(self, start: Point, end: Point, joint: str = " to ") -> str:
        left, right = start.first, end.last
        if start.kind is Kind.DAY and end.kind is Kind.DAY and (left.year, left.month) == (right.year, right.month):
            return f"{left.day}{joint}{self._day(right)}"
        if left.year == right.year and start.kind in (Kind.DAY, Kind.MONTH) and end.kind in (Kind.DAY, Kind.MONTH):
            opening = MONTHS[left.month - 1] if start.kind is Kind.MONTH else f"{left.day} {MONTHS[left.month - 1]}"
            return f"{opening}{joint}{self._name(end)}"
        return f"{self._name(start)}{joint}{self._name(end)}"


def _joined(part: str, month: str) -> str:
    return part + month if part.endswith("-") else f"{part} {month}"


def _months(when: When) -> str:
    first, last = when.earliest, when.latest
    if (first.year, first.month) == (last.year, last.month):
        return f"in {MONTHS[first.month - 1]} {first.year}"
    if when.kind is Kind.YEAR or (first.month, last.month, first.year) == (1, 12, last.year):
        return f"in {first.year}"
    start = MONTHS[first.month - 1] + ("" if first.year == last.year else f" {first.year}")
    return f"between {start} and {MONTHS[last.month - 1]} {last.year}"


def _later_in_year(when: When) -> bool:
    start, end = when.span.start, when.span.end
    return bool(
        start
        and end
        and end.approximate
        and (end.last.month, end.last.day) == (12, 31)
        and start.first.year == end.last.year
    )


def _month_part(point: Point) -> str | None:
    """The words for about the last, first or fifteenth day of a month: "the end of", "the beginning of", "mid-"."""
    if point.kind is not Kind.DAY or not point.approximate:
        return None
    day = point.first
    if (day + timedelta(days=1)).day == 1:
        return "the end of"
    if day.day == 1:
        return "the beginning of"
    return "mid-" if day.day == 15 else None


def term(length: Term) -> str:
    """A length of time: "six months", "24 hours"."""
    return listed([f"{count(n)} {unit}{'' if n == 1 else 's'}" for unit, n in length.parts])


def term_adjective(length: Term) -> str:
    """The same before a noun: "six-month", "24-hour"."""
    return "-and-".join(f"{count(n)}-{unit}" for unit, n in length.parts)


def rate(value: Rate) -> str:
    """How often: "twice a month", "every week"."""
    if value.count == 1:
        return f"once a {value.per}"
    return f"twice a {value.per}" if value.count == 2 else f"{in_words(value.count)} times a {value.per}"


def recurrence(value: Recurrence) -> str:
    """How it repeats: "every fortnight", "from Wednesday to Saturday, 17:00 to 03:00"."""
    hours = f", {value.starts} to {value.ends}".replace("00:00", "midnight") if value.starts else ""
    return _days(value.rule) + hours


def _days(rule: dict[str, str]) -> str:
    every = int(rule.get("INTERVAL", "1"))
    unit = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}.get(rule.get("FREQ", ""))
    days = [d for d in rule.get("BYDAY", "").split(",") if d]
    plain = [d for d in days if d in _DAYS]
    if unit == "week" and plain and len(plain) == len(days):
        named = _weekdays(plain)
        if every == 2 and len(plain) == 1:
            return f"every second {_DAYS[plain[0]]}"
        return named if every == 1 else f"{named} {_every(every, unit)}"
    if unit == "month" and len(days) == 1 and days[0][:-2] in _ORDINALS:
        weekday = f"the {_ORDINALS[days[0][:-2]]} {_DAYS[days[0][-2:]]}"
        return f"on {weekday} of {_every(every, 'month')}"
    if unit:
        return _every(every, unit)
    return "at regular intervals"


def _every(number: int, unit: str) -> str:
    if number == 1:
        return f"every {unit}"
    if (number, unit) == (2, "week"):
        return "every fortnight"
    if (number, unit) == (3, "month"):
        return "every quarter"
    return f"every {in_words(number)} {unit}s"


def _weekdays(days: list[str]) -> str:
    places = sorted({_ORDER.index(d) for d in days})
    run = places == list(range(places[0], places[-1] + 1))
    if len(places) > 2 and run:
        return f"from {_DAYS[_ORDER[places[0]]]} to {_DAYS[_ORDER[places[-1]]]}"
    return "on " + listed([f"{_DAYS[_ORDER[p]]}s" for p in places])
