"""How long and how often, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from oplog.domain.recurrence import Rate, Recurrence, Term
    from oplog.narrative.locale import Locale

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_ORDINALS = ("1", "2", "3", "4", "-1")
_UNITS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}


def term(locale: Locale, length: Term) -> str:
    """A length of time: "six months", "24 hours"."""
    return locale.listed([locale.say(f"lengths.{unit}", n, number=locale.count(n)) for unit, n in length.parts])


def term_adjective(locale: Locale, length: Term) -> str:
    """The same before a noun: "six-month", "24-hour"."""
    told = ""
    for unit, n in length.parts:
        part = locale.say(f"lengths.adjective.{unit}", n, number=locale.count(n))
        told = locale.say("lengths.adjective.joint", first=told, last=part) if told else part
    return told


def rate(locale: Locale, value: Rate) -> str:
    """How often: "twice a month", "every week"."""
    per = locale.say(f"units.{value.per}")
    if value.count == 1:
        return locale.say("rates.once", per=per)
    if value.count == 2:
        return locale.say("rates.twice", per=per)
    return locale.say("rates.more", number=locale.count(value.count), per=per)


def recurrence(locale: Locale, value: Recurrence) -> str:
    """How it repeats: "every fortnight", "from Wednesday to Saturday, 17:00 to 03:00"."""
    days = _days(locale, value.rule)
    if value.starts is None or value.ends is None:
        return days
    return locale.say(
        "recurrence.with_hours", days=days, starts=_clock(locale, value.starts), ends=_clock(locale, value.ends)
    )


def _clock(locale: Locale, time: str) -> str:
    if time == "00:00":
        return locale.say("recurrence.midnight")
    hours, _, minutes = time.partition(":")
    return locale.say("recurrence.clock", hours=hours, minutes=minutes)


def _days(locale: Locale, rule: dict[str, str]) -> str:
    every = int(rule.get("INTERVAL", "1"))
    unit = _UNITS.get(rule.get("FREQ", ""))
    days = [d for d in rule.get("BYDAY", "").split(",") if d]
    plain = [d for d in days if d in _DAYS]
    weekdays = locale.words("dates.weekdays")
    if unit == "week" and plain and len(plain) == len(days):
        if every == 2 and len(plain) == 1:
            return locale.say("recurrence.every_second", day=weekdays[_DAYS.index(plain[0])])
        named = _weekdays(locale, plain)
        return (
            named if every == 1 else locale.say("recurrence.every_some", days=named, every=_every(locale, every, unit))
        )
    if unit == "month" and len(days) == 1 and days[0][:-2] in _ORDINALS:
        return locale.say(
            "recurrence.day_of",
            ordinal=locale.words("dates.ordinals")[_ORDINALS.index(days[0][:-2])],
            day=weekdays[_DAYS.index(days[0][-2:])],
            every=_every(locale, every, unit),
        )
    return _every(locale, every, unit) if unit else locale.say("recurrence.otherwise")


def _every(locale: Locale, number: int, unit: str) -> str:
    if number == 1:
        return locale.say(f"recurrence.every.{unit}")
    if (number, unit) == (2, "week"):
        return locale.say("recurrence.every.fortnight")
    if (number, unit) == (3, "month"):
        return locale.say("recurrence.every.quarter")
    return locale.say(f"recurrence.every.{unit}s", number=locale.count(number))


def _weekdays(locale: Locale, days: list[str]) -> str:
    places = sorted({_DAYS.index(d) for d in days})
    run = places == list(range(places[0], places[-1] + 1))
    if len(places) > 2 and run:
        names = locale.words("dates.weekdays")
        return locale.say("recurrence.weekdays_run", first=names[places[0]], last=names[places[-1]])
    names = locale.words("dates.every_weekday")
    return locale.say("recurrence.weekdays", days=locale.listed([names[p] for p in places]))
