"""Dates as people write them in English, read into `When`.

"21 August 2017", "w/c 2017-08-21", "June 2017", "April to June 2017", "end of September 2017", "since January 2017",
"summer 2017", "Q2 2017", "about 20 July 2017". What is said relative to today ("next week") is refused: an
event must mean the same whenever it is read.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from oplog.domain.when import When
from oplog.errors import InvalidValue

# Written out, because the names in `calendar` are those of the locale that the process happens to have.
MONTHS = ("January", "February", "March", "April", "May", "June",
          "July", "August", "September", "October", "November", "December")  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = {name.lower(): n for n, name in enumerate(MONTHS, 1)}
_MONTHS |= {name[:3]: n for name, n in _MONTHS.items()} | {"sept": 9}
_SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "winter": 24}
_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_DAY = r"(?P<day>\d{1,2}) ?(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4})"
_WEEKDAYS = [name.lower() for name in WEEKDAYS]
_WEEKDAY = "(?P<weekday>" + "|".join(_WEEKDAYS) + ")"
LONGEST = 200
"""More characters than this are no date."""

_EXAMPLES = "2017-08-21, '21 August 2017', 'June 2017', 'w/c 2017-08-21' or 'April to June 2017'"


def parse_when(text: str) -> When:
    """Read a date as people write it, or in EDTF; the words are kept in `When.words`.

    Raises `InvalidValue`, with examples of what is understood, when it cannot be read or is an impossible date.
    """
    written = " ".join(text.split())
    if len(written) > LONGEST:
        raise InvalidValue(f"a date of {len(written)} characters; expected one such as {_EXAMPLES}")
    if not written:
        raise InvalidValue(f"an empty date; expected one such as {_EXAMPLES}")
    edtf = _edtf(written.lower().replace("\N{EN DASH}", "-"), written)
    return When(edtf) if edtf == written else When(edtf, written)


def _edtf(text: str, written: str) -> str:
    if re.fullmatch(r"[\d./?~%-]+", text) and re.match(r"\d{4}|\.\.", text):
        When(text)
        return text
    if match := re.fullmatch(r"(?:about|around|approximately|circa|c\.) (.+)", text):
        return _edtf(match[1], written) + "~"
    if match := re.fullmatch(r"(?:perhaps|possibly|probably) (.+)", text):
        return _edtf(match[1], written) + "?"
    if match := re.fullmatch(r"(?:w/c|w\.c\.|week commencing|the week commencing|week of|week beginning) (.+)", text):
        monday = _day(_edtf(match[1], written), written)
        if monday > date.max - timedelta(days=6):
            raise InvalidValue(f"{written!r} ends after the last date that can be written, {date.max}")
        return f"{monday}/{monday + timedelta(days=6)}"
    if match := re.fullmatch(r"(?:since|from) (.+?)(?: onwards)?", text):
        if " to " not in match[1]:
            return _edtf(match[1], written) + "/.."
        text = match[1]
    if match := re.fullmatch(r"(?:until|up to|to|by|before) (.+)", text):
        return "../" + _edtf(match[1], written)
    if match := re.fullmatch(r"(?:later in|later) (\d{4}) ?\(?after (.+?)\)?", text):
        return f"{_edtf(match[2], written)}/{match[1]}-12-31~"
    if match := re.fullmatch(r"(?:between )?(.+?) ?(?: to | and | until |(?<!\d)(?<!mid)-(?!\d)) ?(.+)", text):
        return _interval(match[1], match[2], written)
    return _single(text, written)


def _single(text: str, written: str) -> str:
    if match := re.fullmatch(rf"(?:the )?(end|beginning|start|middle) of {_MONTH},? {_YEAR}", text):
        return _part(match[1], match)
    if match := re.fullmatch(rf"(mid|early|late)[- ]{_MONTH},? {_YEAR}", text):
        return _part(match[1], match)
    if match := re.fullmatch(rf"(?:{_WEEKDAY},? )?{_DAY} (?:of )?{_MONTH},? {_YEAR}", text):
        return _on_weekday(
            _valid(f"{match['year']}-{_MONTHS[match['month']]:02d}-{int(match['day']):02d}"), match, written
        )
    if match := re.fullmatch(rf"{_MONTH} {_DAY},? {_YEAR}", text):
        return _valid(f"{match['year']}-{_MONTHS[match['month']]:02d}-{int(match['day']):02d}")
    if match := re.fullmatch(rf"(?:in )?{_MONTH},? {_YEAR}", text):
        return f"{match['year']}-{_MONTHS[match['month']]:02d}"
    if match := re.fullmatch(rf"(?:in )?({'|'.join(_SEASONS)}) {_YEAR}", text):
        return f"{match['year']}-{_SEASONS[match[1]]}"
    if match := re.fullmatch(rf"q([1-4])[ /]{_YEAR}", text):
        return f"{match['year']}-{32 + int(match[1])}"
    if match := re.fullmatch(rf"{_YEAR}[ -]q([1-4])", text):
        return f"{match['year']}-{32 + int(match[2])}"
    if match := re.fullmatch(rf"(?:in )?{_YEAR}", text):
        return match["year"]
    raise InvalidValue(f"{written!r} is not understood as a date; write it like {_EXAMPLES}")


def _interval(left: str, right: str, written: str) -> str:
    end = _edtf(right, written)
    year = re.search(r"\d{4}", right)
    month = re.search(rf"{_MONTH},? \d{{4}}", right)
    if not re.search(r"\d{4}", left):
        if year is None:
            raise InvalidValue(f"{written!r} gives no year; write it like {_EXAMPLES}")
        left = f"{left} {month[0]}" if month and re.fullmatch(_DAY, left) else f"{left} {year[0]}"
    return _valid(f"{_edtf(left, written)}/{end}")


def _part(part: str, match: re.Match[str]) -> str:
    year, month = int(match["year"]), _MONTHS[match["month"]]
    last = calendar.monthrange(year, month)[1]
    day = {"end": last, "late": last, "mid": 15, "middle": 15}.get(part, 1)
    return f"{year:04d}-{month:02d}-{day:02d}~"


def _on_weekday(edtf: str, match: re.Match[str], written: str) -> str:
    weekday = _WEEKDAYS[date.fromisoformat(edtf).weekday()]
    if match["weekday"] not in (None, weekday):
        raise InvalidValue(f"{written!r}: {edtf} is a {weekday.title()}, not a {match['weekday'].title()}")
    return edtf


def _day(edtf: str, written: str) -> date:
    try:
        return date.fromisoformat(edtf)
    except ValueError:
        raise InvalidValue(f"{written!r}: a week commences on a day, such as 'w/c 2017-08-21'") from None


def _valid(edtf: str) -> str:
    return When(edtf).edtf
