"""How often something happens: a `Recurrence` (dates can be worked out), a `Rate` (only a number), a `Term` (how long).

A recurrence is an RFC 5545 RRULE with wall-clock times: a shift from 17:00 to 03:00 ends the next morning, and lasts
as long as the clocks of its time zone say (11 hours on the night they go back, 9 when they go forward).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import field, frozen
from dateutil.relativedelta import relativedelta
from dateutil.rrule import rrulestr

from oplog.errors import InvalidValue

Per = Literal["day", "week", "month", "quarter", "year"]


@frozen
class Rate:
    """So many times a period, on days that nobody fixed: "two a month". `count` is at least 1."""

    count: int = field()
    per: Per = field()

    @count.validator
    def _check_count(self, _attribute: object, value: int) -> None:
        if value < 1:
            raise InvalidValue(f"a rate of {value} is not possible; expected 1 or more")

    @per.validator
    def _check_per(self, _attribute: object, value: str) -> None:
        if value not in get_args(Per):
            raise InvalidValue(f"a rate per {value!r}; expected one of {', '.join(get_args(Per))}")


_TERM = re.compile(
    r"P(?:(\d{1,9})Y)?(?:(\d{1,9})M)?(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:T(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?)?", re.ASCII
)


@frozen
class Term:
    """A length of time as an ISO 8601 duration: `P6M` six months, `P1W` one week, `PT24H` twenty-four hours."""

    iso: str = field()

    @iso.validator
    def _check(self, _attribute: object, value: str) -> None:
        if not _TERM.fullmatch(value) or not any(n for _, n in self.parts):
            raise InvalidValue(f"{value[:40]!r} is not a length of time; expected one such as P6M, P2W, P10D or PT24H")
        if any(n > 9999 for _, n in self.parts):
            raise InvalidValue(f"{value!r} is too long a time; no part may exceed 9999")

    @property
    def parts(self) -> tuple[tuple[str, int], ...]:
        """The parts that are not zero, as (unit, number), largest unit first."""
        match = _TERM.fullmatch(self.iso)
        if match is None:
            return ()
        units = ("year", "month", "week", "day", "hour", "minute")
        return tuple((u, int(n)) for u, n in zip(units, match.groups(), strict=True) if n and int(n))

    def __str__(self) -> str:
        return " ".join(f"{n} {unit}{'' if n == 1 else 's'}" for unit, n in self.parts)

    def after(self, day: date) -> date:
        """The day this long after `day`; months are calendar months, hours count as whole days when they make one.

        `date.max` when it lies beyond the calendar.
        """
        parts = dict(self.parts)
        days = parts.get("day", 0) + parts.get("hour", 0) // 24
        try:
            return day + relativedelta(
                years=parts.get("year", 0), months=parts.get("month", 0), weeks=parts.get("week", 0), days=days
            )
        except (ValueError, OverflowError):
            return date.max


@frozen
class Recurrence:
    """A repeating pattern of days and, optionally, of hours.

    `rrule` is an RFC 5545 rule without DTSTART, such as `FREQ=WEEKLY;BYDAY=WE,TH,FR,SA`. `starts` and `ends` are
    wall-clock times "HH:MM" in `timezone` (an IANA name); both or neither. An `ends` that is not after `starts`
    lies on the next day.
    """

    rrule: str = field()
    starts: str | None = None
    ends: str | None = None
    timezone: str = "Europe/London"

    @rrule.validator
    def _check_rrule(self, _attribute: object, value: str) -> None:
        if not re.fullmatch(r"[A-Z]+=[A-Z0-9,+-]+(;[A-Z]+=[A-Z0-9,+-]+)*", value):
            raise InvalidValue(f"{value!r} is not an RRULE; expected one such as FREQ=WEEKLY;INTERVAL=2")
        try:
            rrulestr(value, dtstart=datetime(2000, 1, 1))  # noqa: DTZ001 - wall-clock time has no zone yet
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise InvalidValue(f"{value!r} is not a valid RRULE: {error}") from None
        for name in ("INTERVAL", "COUNT"):
            if int(self.rule.get(name, 1)) < 1:
                raise InvalidValue(f"{value!r} is not a valid RRULE: {name} must be 1 or more")

    def __attrs_post_init__(self) -> None:
        if (self.starts is None) != (self.ends is None):
            raise InvalidValue("a recurrence has both a start and an end of its hours, or neither")
        for clock in (self.starts, self.ends):
            if clock is not None:
                read_clock(clock)
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise InvalidValue(f"{self.timezone!r} is not a time zone; expected one such as Europe/London") from None

    @property
    def rule(self) -> dict[str, str]:
        """The parts of the RRULE by name."""
        return dict(part.split("=", 1) for part in self.rrule.split(";"))

    def occurrences(self, first: date, last: date) -> Iterator[tuple[datetime, datetime]]:
        """Start and end of every occurrence on the days `first` to `last`, inclusive; the pattern counts from `first`.

        Aware times in `timezone`; without hours, midnight to midnight. Subtract them as UTC to get true lengths.
        """
        zone = ZoneInfo(self.timezone)
        starts, ends = read_clock(self.starts or "00:00"), read_clock(self.ends or "00:00")
        begin = datetime.combine(first, time())
        for day in rrulestr(self.rrule, dtstart=begin).between(begin, datetime.combine(last, time()), inc=True):
            start = datetime.combine(day.date(), starts, zone)
            end_day = day.date() + timedelta(days=0 if ends > starts else 1)
            yield start, datetime.combine(end_day, ends, zone)


def read_clock(text: str) -> time:
    """A wall-clock time "HH:MM"; raises `InvalidValue`."""
    if not re.fullmatch(r"\d{2}:\d{2}", text, re.ASCII):
        raise InvalidValue(f"{text!r} is not a time of day; expected one such as 17:00")
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise InvalidValue(f"{text!r} is not a time of day: {error}") from None
