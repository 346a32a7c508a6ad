"""The options of the two clocks, which every command that reads has."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import wraps
from typing import TYPE_CHECKING, Any

import attrs
import click

from oplog import Clocks, InvalidValue, format_time, parse_when
from oplog_cli.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Callable


def read_day(text: str) -> date:
    """Read a day; a period stands for its last one."""
    when = parse_when(text)
    if when.is_open:
        raise InvalidValue(f"{text!r} has no end; expected a day such as 2017-06-30, or a period such as 'June 2017'")
    return when.latest


def _read_moment(text: str) -> date | datetime:
    if "T" not in text.upper() or ":" not in text:
        return read_day(text)
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        raise InvalidValue(f"{text!r} is not a time such as 2017-06-30T17:00:00Z") from None
    if moment.tzinfo is None:
        raise InvalidValue(f"{text!r} has no time zone; write it in UTC with a Z")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise InvalidValue(f"{text!r} is out of range") from None


MOMENT = Kind("time", _read_moment)


@attrs.frozen
class AsOf:
    """What was asked of the two clocks; None what was not."""

    known_at: date | datetime | None
    valid_at: date | None
    counts_from: str

    @property
    def asked(self) -> bool:
        """Whether a clock was given."""
        return self.known_at is not None or self.valid_at is not None

    @property
    def day(self) -> date | None:
        """The day that was asked about: of the world, else of knowledge; None when no clock was given."""
        known = self.known_at.date() if isinstance(self.known_at, datetime) else self.known_at
        return self.valid_at or known

    @property
    def clocks(self) -> Clocks:
        """Give what the library's reads take."""
        return Clocks(known_at=self.known_at, valid_at=self.valid_at, counts_from=self.counts_from)  # type: ignore[typeddict-item]

    @property
    def json(self) -> dict[str, str | None]:
        """Give it as JSON; null for what was not asked."""
        return {
            "known_at": None if self.known_at is None else _written(self.known_at),
            "valid_at": None if self.valid_at is None else self.valid_at.isoformat(),
        }

    def show(self) -> None:
        """Print a line that says what is shown, where a clock was given."""
        parts = []
        if self.known_at is not None:
            day = not isinstance(self.known_at, datetime)
            parts.append(f"as the log knew it {'at the end of' if day else 'at'} {_written(self.known_at)}")
        if self.valid_at is not None:
            parts.append(f"of what had come about by {self.valid_at}")
        if parts:
            click.echo(", ".join(parts) + "\n")


NOW = AsOf(None, None, "latest")
"""No clock was given."""


def _written(moment: date | datetime) -> str:
    return format_time(moment) if isinstance(moment, datetime) else moment.isoformat()


ALL = AsOf(None, None, "latest")
"""All that is known, of all days."""


def clock_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of the two clocks, as one value `as_of`."""

    @click.option(
        "--known-at",
        type=MOMENT,
        metavar="TIME",
        help="Only what the log knew then: a day (its end, UTC), a period (its end) or 2017-06-30T17:00:00Z.",
    )
    @click.option(
        "--valid-at",
        type=Kind("day", read_day),
        metavar="DAY",
        help="Only what had come about in the world by that day, or by the end of that period.",
    )
    @click.option(
        "--counts-from",
        type=click.Choice(["latest", "earliest"]),
        default="latest",
        help="With --valid-at: whether an event whose date is not exact counts from the latest day that it can mean,"
        " or from the earliest. Default: latest.",
    )
    @wraps(command)
    def with_clocks(*, known_at: date | datetime | None, valid_at: date | None, counts_from: str, **given: Any) -> Any:
        return command(as_of=AsOf(known_at, valid_at, counts_from), **given)

    return with_clocks
