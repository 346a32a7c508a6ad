"""A log given event by event, for tests of projections: what was recorded when, and what was put right later."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Unpack

import attrs
from attrs import evolve, frozen

from oplog.domain.when_words import parse_when
from oplog.errors import InvalidValue
from oplog.log import OpLog
from oplog.recorded import Pending

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from oplog.domain.when import When
    from oplog.projections import Projection
    from oplog.reading import Clocks
    from oplog.recorded import Recorded

FIRST = datetime(2017, 1, 1, 9, tzinfo=UTC)
"""When what a scenario gives no time to is recorded, at the earliest: one minute after what was recorded before it."""


def given_log(*pending: Pending) -> LogScenario:
    """A log in which these events were recorded, one append after the other.

    `recorded_at` says when; None is a minute after the one before.
    """
    return LogScenario().recorded(*pending)


def record_all(log: OpLog, history: Iterable[Recorded]) -> tuple[Recorded, ...]:
    """Record the events of another log, such as `logs` draws, with their ids and times, in one transaction.

    The log must be empty, and its clock not behind the events. Raises what `OpLog.append` raises.
    """
    draft = log.draft()
    said = [field.name for field in attrs.fields(Pending)]
    for recorded in history:
        draft.add(Pending(**{name: getattr(recorded, name) for name in said}), recorded.version)
    return draft.commit()


@frozen
class _Clock:
    """The present moment of a scenario: its own list, which the next step moves on."""

    moments: list[datetime]

    def __call__(self) -> datetime:
        return self.moments[-1]

    def move(self, on: str | date | datetime | None) -> None:
        moment = self.moments[-1] + timedelta(minutes=1) if on is None else _moment(on)
        if moment < self.moments[-1]:
            raise InvalidValue(f"{on} is before {self.moments[-1]:%Y-%m-%d %H:%M}; recorded time never goes back")
        self.moments.append(moment)


@frozen
class LogScenario:
    """A log in the making. Every method gives a new one; it is made, in memory, when a view is asked for."""

    steps: tuple[Callable[[OpLog, _Clock], Any], ...] = ()

    def recorded(self, *pending: Pending) -> LogScenario:
        """These events were recorded, one append after the other; see `given_log`."""

        def step(item: Pending) -> Callable[[OpLog, _Clock], Any]:
            def run(log: OpLog, clock: _Clock) -> None:
                clock.move(item.recorded_at)
                log.append(evolve(item, recorded_at=None))

            return run

        return evolve(self, steps=(*self.steps, *(step(item) for item in pending)))

    def event(
        self, stream: str, event: Any, *, on: str | date | datetime | None = None,
        effective: str | When | None = None, **context: Any,
    ) -> LogScenario:  # fmt: skip
        """This event was recorded `on` a day ("2017-06-01", 9:00 UTC) or at an aware moment.

        `effective` is when it was so, as a `When` or in words ("June 2017"); `context` takes the other fields of
        `Context`. Raises `InvalidValue` for what is no date.
        """
        when = parse_when(effective) if isinstance(effective, str) else effective
        moment = None if on is None else _moment(on)
        return self.recorded(Pending(stream=stream, event=event, recorded_at=moment, effective=when, **context))

    def retracted(
        self, position: int, *, why: str = "it was not so", along: bool = False,
        on: str | date | datetime | None = None, **context: Any,
    ) -> LogScenario:  # fmt: skip
        """The event at this position was taken back, as by `OpLog.retract`."""
        return self._then(on, lambda log: log.retract(position, why=why, along=along, **context))

    def corrected(
        self, position: int, field: str, new: Any, *, why: str = "it was misread",
        on: str | date | datetime | None = None, **context: Any,
    ) -> LogScenario:  # fmt: skip
        """A field of the event at this position was put right, as by `OpLog.correct`."""
        return self._then(on, lambda log: log.correct(position, field, new, why=why, **context))

    def _then(self, on: str | date | datetime | None, do: Callable[[OpLog], Any]) -> LogScenario:
        def run(log: OpLog, clock: _Clock) -> None:
            clock.move(on)
            do(log)

        return evolve(self, steps=(*self.steps, run))

    def view(self, projection: str | Projection, **clocks: Unpack[Clocks]) -> Viewed:
        """The view of a projection, one of yours or ours by name, as of the `clocks` of `Reading`.

        Raises what recording the events raises.
        """
        clock = _Clock([FIRST])
        with OpLog.open(":memory:", clock=clock) as log:
            for step in self.steps:
                step(log, clock)
            return Viewed(log.view(projection, **clocks))


@frozen
class Viewed:
    """A view, to be held against what it should be."""

    view: Any

    def equals(self, expected: Any) -> None:
        """The view is this; of one that is a tuple of rows, a list of them will do.

        Raises `AssertionError` with the rows that are missing and those that are too many.
        """
        if isinstance(self.view, tuple) and isinstance(expected, (list, tuple)):
            self._rows(tuple(expected))
        elif self.view != expected:
            raise AssertionError(f"the view should be\n  {expected!r}\nbut it is\n  {self.view!r}")

    def _rows(self, expected: tuple[Any, ...]) -> None:
        if self.view == expected:
            return
        lines = [f"  missing:  {row!r}" for row in expected if row not in self.view]
        lines += [f"  too many: {row!r}" for row in self.view if row not in expected]
        lines = lines or [f"  row {n}: {row!r}" for n, row in enumerate(self.view, 1)]
        raise AssertionError("\n".join(["the rows of the view, or their order, differ:", *lines]))


def _moment(given: str | date | datetime) -> datetime:
    """The moment that is meant: of a day, nine in the morning, UTC."""
    if isinstance(given, str):
        try:
            given = datetime.fromisoformat(given) if "T" in given else date.fromisoformat(given)
        except ValueError:
            raise InvalidValue(f"{given!r} is no day or moment; expected one such as 2017-06-01") from None
    if not isinstance(given, datetime):
        return datetime.combine(given, time(9), UTC)
    if given.tzinfo is None:
        raise InvalidValue(f"{given} has no time zone")
    return given
