"""Dates and periods in words. Which words, the locale says; when the year may be left out is the same everywhere."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from attrs import frozen

from oplog.domain.values import Basis
from oplog.domain.when import Kind, Point, When

if TYPE_CHECKING:
    from oplog.narrative.locale import Locale

_SEASONS = (3, 6, 9, 12)


@frozen
class Dates:
    """Dates in words for one report, without the year where it cannot be mistaken.

    The year is left out of a date within the report's window (`first` to `last`), and of one in the `year` of the
    report unless its month could be taken for one of the window's. With nothing given, every date has its year.
    """

    locale: Locale
    year: int | None = None
    first: date | None = None
    last: date | None = None

    def on(self, when: When) -> str:
        """When something happens: "on 27 July", "in June", "in the week commencing 21 August", "from 3 to 5 May"."""
        start, end = when.span.start, when.span.end
        if start is None:
            return self._open("by", end) if end else ""
        if end is None:
            return self._open("since", start)
        return self._closed("on", when, start, end)

    def to(self, when: When) -> str:
        """As the aim of a verb (planned for, rescheduled to): "27 July", "June", "the week commencing 21 August"."""
        return self._bare("to", when)

    def plain(self, when: When) -> str:
        """On its own: "27 July", "June", "week commencing 21 August", "end of September"."""
        return self._bare("plain", when)

    def period(self, when: When | None, basis: Basis = Basis.COUNT, *, done: bool = False) -> str:
        """The time that a figure covers: "between April and June 2017", "since January 2017", "on 30 June".

        `done` says that a level counts what had been done "by 30 June".
        """
        say = self.locale.say
        if when is None:
            return say("dates.reporting_period")
        full = Dates(self.locale)
        start, end = when.span.start, when.span.end
        if basis is Basis.RUNNING_TOTAL and start:
            return full._since(start)
        if basis is Basis.ROLLING_YEAR and end:
            return say("dates.twelve_months", name=full._name(end))
        if basis is Basis.LEVEL and end:
            return say("dates.on.by_day" if done else "dates.on.day", name=full._day(end.last))
        if when.kind is Kind.DAY:
            return self.on(when)
        if when.whole_months and when.kind is not Kind.SEASON and start and end:
            return full._months("on", when)
        return full.on(when) if start and end else full._one_sided(when)

    def table(self, when: When | None, basis: Basis = Basis.COUNT) -> str:
        """The same for a table: "April to June 2017", "27 July 2017", "since January 2017"."""
        if when is None:
            return self.locale.say("dates.plain.reporting_period")
        full = Dates(self.locale)
        if basis is Basis.ROLLING_YEAR and when.span.end:
            return self.locale.say("dates.plain.twelve_months", name=full._name(when.span.end))
        if when.is_open:
            return full._one_sided(when)
        if when.whole_months and when.kind not in (Kind.YEAR, Kind.SEASON):
            return full._months("plain", when)
        return full.plain(when)

    def _bare(self, form: str, when: When) -> str:
        start, end = when.span.start, when.span.end
        if start is None:
            return self.locale.say(f"dates.{form}.no_later", name=self._name(end, form)) if end else ""
        if end is None:
            return self.locale.say(f"dates.{form}.onwards", name=self._name(start, form))
        return self._closed(form, when, start, end)

    def _closed(self, form: str, when: When, start: Point, end: Point) -> str:
        say = self.locale.say
        if when.kind is Kind.WEEK:
            return say(f"dates.{form}.week", day=self._day(start.first))
        if start is end:
            return self._point(form, start)
        if _later_in_year(when):
            return say(f"dates.{form}.later", year=str(end.last.year))
        length = "span"
        if start.kind is Kind.DAY and end.kind is Kind.DAY:
            length = "days" if end.last - start.first < timedelta(days=21) else "long"
        left, right = self._pair(form, start, end)
        return say(f"dates.{form}.{length}", start=left, end=right)

    def _point(self, form: str, point: Point) -> str:
        say, key = self.locale.say, f"dates.{form}"
        part = _month_part(point)
        if part:
            text = say(f"{key}.{part}", month=self._month(point.first))
        elif point.kind is Kind.DAY:
            text = say(f"{key}.about_day" if point.approximate else f"{key}.day", name=self._name(point))
        elif point.kind is Kind.QUARTER:
            about = f"{key}.about_quarter" if point.approximate else f"{key}.quarter"
            text = say(about, start=self._month_name(point.first), end=self._month(point.last))
        elif point.approximate:
            text = say(f"{key}.about", name=self._name(point, form))
        elif point.kind is Kind.SEASON:
            text = self._season(f"{key}.", point)
        else:
            text = say(f"{key}.{'month' if point.kind is Kind.MONTH else 'year'}", name=self._name(point))
        return self._uncertain(point, text)

    def _uncertain(self, point: Point, text: str) -> str:
        return self.locale.say("dates.uncertain", date=text) if point.uncertain else text

    def _one_sided(self, when: When) -> str:
        start, end = when.span.start, when.span.end
        if start:
            return self._since(start)
        return self._open("until", end) if end else ""

    def _since(self, point: Point) -> str:
        return self._open("since", point)

    def _open(self, joint: str, point: Point) -> str:
        """From or until a point: since it, until it, by it."""
        day = point.kind is Kind.DAY
        name = self._name(point)
        if point.approximate and _month_part(point) is None and joint != "by":
            name = self.locale.say("dates.plain.about_day" if day else "dates.plain.about", name=name)
        text = self.locale.say(f"dates.on.{joint}_day" if day else f"dates.on.{joint}", name=name)
        return self._uncertain(point, text) if joint != "by" else text

    def _name(self, point: Point, form: str = "") -> str:
        first = point.first
        if point.kind is Kind.DAY:
            return self._day(first)
        if point.kind is Kind.MONTH:
            return self._month(first)
        if point.kind is Kind.QUARTER:
            return self.locale.say("dates.quarter", start=self._month_name(first), end=self._month(point.last))
        if point.kind is Kind.SEASON:
            return self._season("dates.plain." if form == "plain" else "dates.", point)
        return self.locale.say("dates.year", year=str(first.year))

    def _season(self, key: str, point: Point) -> str:
        name = self.locale.words("dates.seasons")[_SEASONS.index(point.first.month)]
        if self._understood(point.first) and self._understood(point.last):
            return self.locale.say(f"{key}season", season=name)
        return self.locale.say(f"{key}season_year", season=name, year=str(point.first.year))

    def _day(self, day: date, *, year: bool = True) -> str:
        slots = {"day": str(day.day), "month": self._month_name(day), "dd": f"{day.day:02}", "mm": f"{day.month:02}"}
        if not year or self._understood(day):
            return self.locale.say("dates.day", **slots)
        return self.locale.say("dates.day_year", year=str(day.year), **slots)

    def _month(self, day: date) -> str:
        name = self._month_name(day)
        if self._understood(day):
            return self.locale.say("dates.month", month=name)
        return self.locale.say("dates.month_year", month=name, year=str(day.year))

    def _month_name(self, day: date) -> str:
        return self.locale.words("dates.months")[day.month - 1]

    def _understood(self, day: date) -> bool:
        if self.first is None or self.last is None:
            return day.year == self.year
        if (self.first.year, self.first.month) <= (day.year, day.month) <= (self.last.year, self.last.month):
            return True
        months = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month
        in_window = {(self.first.month - 1 + n) % 12 + 1 for n in range(months + 1)}
        return day.year == self.year and day.month not in in_window

    def _pair(self, form: str, start: Point, end: Point) -> tuple[str, str]:
        """Two ends as they are told together: what they have in common is said once, at the end."""
        left, right = start.first, end.last
        if start.kind is Kind.DAY and end.kind is Kind.DAY and (left.year, left.month) == (right.year, right.month):
            alone = self.locale.say("dates.day_alone", day=str(left.day))
            return alone, self._day(right)
        if left.year == right.year and start.kind in (Kind.DAY, Kind.MONTH) and end.kind in (Kind.DAY, Kind.MONTH):
            month = start.kind is Kind.MONTH
            return self._month_name(left) if month else self._day(left, year=False), self._name(end, form)
        return self._name(start, form), self._name(end, form)

    def _months(self, form: str, when: When) -> str:
        """Whole months with their years: "in June 2017", "between April and June 2017"."""
        say, first, last = self.locale.say, when.earliest, when.latest
        if (first.year, first.month) == (last.year, last.month):
            return say(f"dates.{form}.month", name=self._month(first))
        if when.kind is Kind.YEAR or (first.month, last.month, first.year) == (1, 12, last.year):
            return say(f"dates.{form}.year", name=say("dates.year", year=str(first.year)))
        start = self._month_name(first) if first.year == last.year else self._month(first)
        return say(f"dates.{form}.span", start=start, end=self._month(last))


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
    """The key of the words for about the last, first or fifteenth day of a month; None for any other point."""
    if point.kind is not Kind.DAY or not point.approximate:
        return None
    day = point.first
    if (day + timedelta(days=1)).day == 1:
        return "end_of"
    if day.day == 1:
        return "start_of"
    return "middle_of" if day.day == 15 else None
