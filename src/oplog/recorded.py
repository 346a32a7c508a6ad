"""`Recorded`: an event with its place in the log, its two clocks and where it came from."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from attrs import field, frozen

from oplog.domain.markings import FieldMarkings
from oplog.domain.values import require_text
from oplog.domain.when import When


def _not_blank(_instance: object, attribute: Any, value: str | None) -> None:
    if isinstance(value, str):
        require_text(f"field {attribute.name}:", value)


def _field_markings(given: Any) -> FieldMarkings | None:
    return given if given is None or isinstance(given, FieldMarkings) else FieldMarkings(given)


def place(position: int, stream: str, version: int) -> str:
    """Where an event is, for an error."""
    return f"position {position} ({stream}, version {version})"


@frozen(kw_only=True)
class Context:
    """What a caller says about an event beside its content.

    Everything may be None: not known, not said. A text that is given says something, or `InvalidValue` is raised.
    `effective` is when it was so in the world (valid time); None when nobody knows or said. `actor` recorded it,
    `source` is the document or person it was learned from ("Pol 57-17, paragraph 2.5"). `marking` says who may see it,
    `field_markings` who may see which of its fields (a mapping such as {"cause": "restricted"} will do).
    `causation_id` is the id of the event that led to this one, `correlation_id` is shared by all events of one matter.
    An append with an `idempotency_key` that the log already holds writes nothing and gives the first one's events.
    """

    effective: When | None = None
    actor: str | None = field(default=None, validator=_not_blank)
    source: str | None = field(default=None, validator=_not_blank)
    marking: str | None = field(default=None, validator=_not_blank)
    field_markings: FieldMarkings | None = field(default=None, converter=_field_markings)
    causation_id: str | None = field(default=None, validator=_not_blank)
    correlation_id: str | None = field(default=None, validator=_not_blank)
    idempotency_key: str | None = field(default=None, validator=_not_blank)


@frozen(kw_only=True)
class Recorded(Context):
    """An immutable event of the log.

    `position` is its place in the log and `version` its place in its stream, both from 1. `name` and `schema` are the
    stable name and version of its form ("campaign.rescheduled", 1). `id` is a UUIDv7 (RFC 9562). `recorded_at` is when
    the log learned it (transaction time): aware, UTC, to the microsecond, never earlier than that of the position
    before. `clock` is what the machine's clock said when it stood before that time, so that `recorded_at` had to be
    moved up to it; None when `recorded_at` is the clock's own. `salt` is 32 hexadecimal digits that nobody can guess,
    so that the hash of a stored event gives nothing of it away (ADR 7); None in an event of the first form of the log.
    `corrected_by` are the corrections that were made to it, oldest first, where it is read as it should have been;
    empty where it is read as it was recorded.
    """

    position: int
    stream: str
    version: int
    name: str
    schema: int
    event: Any
    id: str
    recorded_at: datetime
    clock: datetime | None = None
    salt: str | None = None
    corrected_by: tuple[Recorded, ...] = ()

    @property
    def place(self) -> str:
        """Where it is, for an error."""
        return place(self.position, self.stream, self.version)

    @property
    def last_day(self) -> date:
        """The last day on which it can have been so, inclusive; what nobody dated was so when it was recorded."""
        return self.recorded_at.date() if self.effective is None else self.effective.latest

    @property
    def rests_on(self) -> tuple[int, ...]:
        """The positions of what it says: its own, and those of the corrections made to it."""
        return (self.position, *(correction.position for correction in self.corrected_by))

    @property
    def aggregate(self) -> str:
        """The aggregate's name: the part of the stream's name before the slash."""
        return self.stream.partition("/")[0]


@frozen
class Unknown:
    """The content of an event of a later release, as it is stored: the bytes of its whole state, which are JSON.

    The `Recorded` around it has the name under which it is stored, and the version of the form that the state says.
    """

    state: bytes


@frozen(kw_only=True)
class Pending(Context):
    """An event that is about to be recorded. `recorded_at`, `clock` and `salt` are given by imports only.

    `id` may be left to the log too. Give one, a new UUID, to name the event as the cause of another in the same append.
    """

    stream: str
    event: Any
    id: str | None = None
    recorded_at: datetime | None = None
    clock: datetime | None = None
    salt: str | None = None
