"""`Reading`: which part of a log is read, by its two clocks, and the events that it gives.

`known_at` asks what the log had learned by a moment, `valid_at` what had come about in the world by a day, as far as
the log knows. Both together ask what was believed on one day about another (ADR 15).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from itertools import accumulate, takewhile
from typing import TYPE_CHECKING, Literal, TypedDict

from attrs import field, frozen

from oplog.errors import InvalidValue
from oplog.life import entry_of, first_day, fold, live

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from oplog.life import Life
    from oplog.projections.register import Entry
    from oplog.recorded import Recorded

Moment = Literal["latest", "earliest"]


class Clocks(TypedDict, total=False):
    """The arguments that reads share; see `Reading`."""

    known_at: datetime | date | None
    valid_at: date | None
    counts_from: Moment


def _known(given: datetime | date | None) -> datetime | None:
    """The last moment that is known: of a day, the last of that day in UTC."""
    if given is None:
        return None
    if not isinstance(given, date):
        raise InvalidValue(f"known_at: {given!r} is neither a moment nor a day; expected a datetime or a date")
    if not isinstance(given, datetime):
        return datetime.combine(given, time.max, UTC)
    if given.tzinfo is None:
        raise InvalidValue(f"known_at: {given} has no time zone; give an aware moment, or a day")
    try:
        return given.astimezone(UTC)
    except OverflowError:
        raise InvalidValue(f"known_at: {given} is out of range") from None


def check_days(**days: date | None) -> None:
    """Raise `InvalidValue`, with its name, for what is not a day; None is the day that nobody asked for."""
    for name, value in days.items():
        if value is not None and (isinstance(value, datetime) or not isinstance(value, date)):
            kind = "a moment" if isinstance(value, datetime) else "no day"
            raise InvalidValue(
                f"{name}: {value!r} is {kind}; give a day (datetime.date), for what is so in the world is dated by days"
            )


def _day(_instance: object, _attribute: object, value: date | None) -> None:
    check_days(valid_at=value)


@frozen(kw_only=True)
class Reading:
    """What is read of a log. Without bounds, all that is known now of all days.

    `known_at` is a moment (aware, inclusive) or a day (to its end, UTC): what was recorded later is not known.
    `valid_at` is a day, inclusive: what came about later is not counted. An event counts from its *latest* possible
    day, or from its *earliest* with `counts_from`; what began and is not over counts from its first day. What nobody
    dated counts from the day on which it was recorded. An event never counts before those that it follows, and one that
    others follow not later than they do. Raises `InvalidValue` for a moment without a time zone.
    """

    known_at: datetime | None = field(default=None, converter=_known)
    valid_at: date | None = field(default=None, validator=_day)
    counts_from: Moment = "latest"

    def __attrs_post_init__(self) -> None:
        if self.counts_from not in ("latest", "earliest"):
            raise InvalidValue(f"counts_from: {self.counts_from!r}; expected latest or earliest")

    @property
    def bounded(self) -> bool:
        """Whether one of the clocks has a bound."""
        return self.known_at is not None or self.valid_at is not None

    def day_asked(self, last: date | None) -> date | None:
        """The day that a question without a day of its own is about; `last` is that of the last event."""
        return self.valid_at or (last if self.known_at is None else self.known_at.date())

    def life(self, stream: str, history: Iterable[Recorded]) -> Life:
        """The life of a stream as far as it was known, from its history in order of version."""
        return live(stream, takewhile(self.knows, history))

    def counted(self, life: Life) -> Sequence[Recorded]:
        """The events of a life that had come about, in order: its beginning, or all of it."""
        if self.valid_at is None:
            return life.events
        count = sum(1 for day in self.days(life.events) if day <= self.valid_at)
        return life.events[:count]

    def entry(self, life: Life) -> Entry:
        """What has come about of a life. Raises `IllegalTransition`, with its place, at an event that has no arrow."""
        return entry_of(life) if self.valid_at is None else fold(life.stream, self.counted(life))

    def days(self, events: Sequence[Recorded]) -> list[date]:
        """From which day each event of a life counts; they never go back."""
        found: list[date] = []
        following = date.max
        for recorded in reversed(events):
            following = min(following, own := self._day_of(recorded, following))
            found.append(own)
        return list(accumulate(reversed(found), max))

    def events(self, recorded: Iterable[Recorded]) -> list[Recorded]:
        """The events of a log as this reading has them, from its history in order of position.

        Those of each stream stand in the order of its life, in the places that its history has in the log.
        """
        history = list(takewhile(self.knows, recorded))
        return self.placed(history, self.lives(history))

    def placed(self, history: Iterable[Recorded], lives: Mapping[str, Life]) -> list[Recorded]:
        """The events of lives that had come about, in the places that the history of their streams has in the log."""
        read = {stream: iter(self.counted(life)) for stream, life in lives.items()}
        found = (next(read[one.stream], None) for one in history)
        return [one for one in found if one is not None]

    def lives(self, recorded: Iterable[Recorded]) -> dict[str, Life]:
        """The lives of all streams as far as they were known, from the history of a log in order of position."""
        streams: dict[str, list[Recorded]] = {}
        for one in takewhile(self.knows, recorded):
            streams.setdefault(one.stream, []).append(one)
        return {stream: live(stream, own) for stream, own in streams.items()}

    def knows(self, recorded: Recorded) -> bool:
        """Whether the event was known by then."""
        return self.known_at is None or recorded.recorded_at <= self.known_at

    def _day_of(self, recorded: Recorded, following: date) -> date:
        when = recorded.effective
        if when is None:
            return min(recorded.last_day, following)
        first = first_day(recorded)
        if self.counts_from == "earliest":
            return first
        return max(first, min(when.certain, following))


NOW = Reading()
"""All that is known now, of all days."""
