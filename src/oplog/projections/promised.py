"""The occurrences that a recurrence or a rate promises, and which of them nobody recorded.

An occurrence is promised for some days: from its day in the recurrence to the day before the next one, or the period
of a rate. What was held or called off is held against these days, so that one that was moved by a day or two is not
missed.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import MAXYEAR, date, timedelta
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from attrs import frozen
from dateutil.relativedelta import relativedelta

from oplog.domain import events
from oplog.domain.aggregates import decider_of
from oplog.domain.lifecycle import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from oplog.domain.recurrence import Rate, Recurrence
    from oplog.recorded import Recorded

MOST = 10_000
"""The most occurrences that are looked at: a rate of a million a day is a mistake, not a promise to be checked."""

_DAY = timedelta(days=1)


@frozen(order=True)
class Days:
    """Some days, from the first to the last, both inclusive."""

    first: date
    last: date


def promised(plan: events.Planned, stream: Sequence[Recorded], on: date) -> list[Days]:
    """The days of the occurrences that were promised of a stream and are over by the day `on`; `MOST` at most.

    They are promised while it is under way: for certain begun, not suspended and not over. A pattern counts from the
    day on which it began; its last occurrence is not over before there would be another. What repeats within a day is
    no matter of days: of it there are none.
    """
    found = (days for window in _under_way(stream, on) for days in _pattern(plan, window))
    return list(islice(found, MOST))


def _under_way(stream: Sequence[Recorded], on: date) -> Iterator[Days]:
    state, since = decider_of(stream[0].stream).initial, None
    for recorded in stream:
        state = decider_of(recorded.stream).evolve(state, recorded.event)
        if state.status is Status.UNDER_WAY:
            since = since or _certainly_by(recorded)
        elif since is not None:
            yield Days(since, min(on, _possibly_from(recorded)))
            since = None
    if since is not None:
        yield Days(since, on)


def _certainly_by(recorded: Recorded) -> date:
    when = recorded.effective
    return when.earliest if when is not None and when.span.end is None else recorded.last_day


def _possibly_from(recorded: Recorded) -> date:
    when = recorded.effective
    return recorded.last_day if when is None or when.span.start is None else when.earliest


def _pattern(plan: events.Planned, window: Days) -> Iterator[Days]:
    """The days of its occurrences, all before the last day of the window."""
    if window.last <= window.first:
        return
    if plan.recurrence is not None:
        yield from _by_recurrence(plan.recurrence, window)
    elif plan.rate is not None:
        for period in _periods(plan.rate, window):
            yield from (period for _ in range(min(plan.rate.count, MOST)))


def _by_recurrence(recurrence: Recurrence, window: Days) -> Iterator[Days]:
    rule = recurrence.rule
    if rule["FREQ"] not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"):
        return
    first = window.first
    if first.day > 28 and not any(part.startswith("BY") for part in rule):
        first = first.replace(day=28)  # or a month without such a day would have no occurrence
    days = (start.date() for start, _ in recurrence.occurrences(first, window.last))
    for day, following in pairwise(days):
        yield Days(day, max(day, following - _DAY))


_LENGTHS = {
    "day": relativedelta(days=1),
    "week": relativedelta(weeks=1),
    "month": relativedelta(months=1),
    "quarter": relativedelta(months=3),
    "year": relativedelta(years=1),
}


def _periods(rate: Rate, window: Days) -> Iterator[Days]:
    """The whole periods of the calendar that lie in the window; weeks begin on Mondays."""
    day, length = window.first, _LENGTHS[rate.per]
    start = {
        "day": day,
        "week": day - timedelta(days=min(day.weekday(), (day - date.min).days)),
        "month": day.replace(day=1),
        "quarter": day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1),
        "year": day.replace(month=1, day=1),
    }[rate.per]
    while start.year < MAXYEAR and (following := start + length) <= window.last:
        if start >= window.first:
            yield Days(start, following - _DAY)
        start = following


@frozen
class _Account:
    """What an event says of occurrences: on which days, and how many; None for a number that was not recorded."""

    days: Days
    count: int | None


def unrecorded(slots: Sequence[Days], stream: Sequence[Recorded]) -> list[Days]:
    """The occurrences of which nothing was recorded, neither that they were held nor that they were called off.

    `slots` are those that were promised, in order. An event accounts for as many as it counts: for those of its own
    days, then for the last before them, then for the next after them. One whose number was not recorded accounts for
    all of its days.
    """
    left = list(slots)
    lasts = [days.last for days in left]
    for account in sorted(_accounts(stream), key=lambda a: (a.days.last - a.days.first, a.days, a.count is None)):
        count = account.count
        while left and (count is None or count > 0):
            at = bisect_left(lasts, account.days.first)
            its_own = at < len(left) and left[at].first <= account.days.last
            if not its_own:
                if count is None:
                    break
                at = max(0, at - 1)
            del left[at], lasts[at]
            count = None if count is None else count - 1
    return left


def _accounts(stream: Sequence[Recorded]) -> Iterator[_Account]:
    for recorded in stream:
        event, when = recorded.event, recorded.effective
        if isinstance(event, events.OccurrenceCancelled):
            when = event.when or when
        elif not isinstance(event, events.OccurrenceHeld):
            continue
        yield _Account(Days(when.earliest, when.latest) if when else _on(recorded), event.count)


def _on(recorded: Recorded) -> Days:
    return Days(recorded.last_day, recorded.last_day)
