"""The occurrences that a recurrence or a rate promises, and which of them nobody recorded.

An occurrence is promised for some days: from its day in the recurrence to the day before the next one, or the period
of a rate. What was held or called off is held against these days.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
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
    day on which it began; its last occurrence is not over before there would be another. Those before the log knew of
    the stream are left out, but for those since the first of which it tells. What repeats within a day is no matter of
    days: of it there are none.
    """
    known = min(one.recorded_at.date() for one in stream)
    since = min([known, *(account.days.first for account in _accounts(stream) if account.days is not None)])
    found = (days for window in _under_way(stream, on) for days in _pattern(plan, window) if days.last >= since)
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
    return recorded.last_day if recorded.effective is None else recorded.effective.certain


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
    """What an event says of occurrences: how many, None for a number that was not recorded, and on which days.

    `days` is None where nobody said when: then they are some up to `known`, the day of its recording.
    """

    count: int | None
    days: Days | None
    known: date

    @property
    def reaches(self) -> Iterator[Days]:
        """The days whose occurrences it can account for, the likeliest first."""
        if self.days is None:
            yield Days(date.min, self.known)
            return
        yield self.days
        if self.days.last - self.days.first < _WEEK and self.days.first - date.min > _NEAR < date.max - self.days.last:
            yield Days(self.days.first - _NEAR, self.days.last + _NEAR)


_NEAR, _WEEK = timedelta(days=3), timedelta(days=7)


def unrecorded(slots: Sequence[Days], stream: Sequence[Recorded]) -> list[Days]:
    """The occurrences of which nothing was recorded, neither that they were held nor that they were called off.

    `slots` are those that were promised, in order. An event accounts for as many as it counts: of its own days, and
    where these are less than a week also of the three days before and after, because what happens again and again is
    moved by a day or two. Where nobody said when, it accounts for the last before its recording. An event whose number
    was not recorded accounts for all of its days.
    """
    left = list(slots)
    for account in sorted(_accounts(stream), key=_precise_first):
        count = len(left) if account.count is None else account.count
        for reach in account.reaches:
            while left and count and (at := _found(left, reach, last=account.days is None)) is not None:
                del left[at]
                count -= 1
            if account.count is None:
                break
    return left


def _found(left: Sequence[Days], reach: Days, *, last: bool) -> int | None:
    """Where the first slot is that has one of the days, or the last; None where there is none."""
    if last:
        at = bisect_right(left, reach.last, key=lambda days: days.first) - 1
        return at if at >= 0 and left[at].last >= reach.first else None
    at = bisect_left(left, reach.first, key=lambda days: days.last)
    return at if at < len(left) and left[at].first <= reach.last else None


def _precise_first(account: _Account) -> tuple[bool, timedelta, date, bool]:
    if account.days is None:
        return (True, timedelta(), account.known, account.count is None)
    return (False, account.days.last - account.days.first, account.days.first, account.count is None)


def _accounts(stream: Sequence[Recorded]) -> Iterator[_Account]:
    for recorded in stream:
        event, when = recorded.event, recorded.effective
        if isinstance(event, events.OccurrenceCancelled):
            when = event.when or when
        elif not isinstance(event, events.OccurrenceHeld):
            continue
        days = None if when is None else Days(when.earliest, when.latest)
        yield _Account(event.count, days, recorded.recorded_at.date())
