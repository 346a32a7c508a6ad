"""What is stored beside an event so that it can be found, made from the bytes of its state and from nothing else."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import msgspec

from oplog.domain.when import When
from oplog.errors import InvalidValue
from oplog.store.recorder import Derived

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class _Written(msgspec.Struct):
    """A date whose words were kept."""

    edtf: str


class _Salted(msgspec.Struct):
    salt: object = None


class _Envelope(msgspec.Struct):
    id: str | None = None
    idempotency_key: str | None = None
    recorded_at: str | None = None
    effective: str | _Written | None = None


_DECODER = msgspec.json.Decoder(_Envelope)
_SALTED = msgspec.json.Decoder(_Salted)
_SALT = re.compile("[0-9a-f]{32}")


def derive(state: bytes) -> Derived:
    """What follows from a stored state; all is None for bytes that are no event, a field where it is damaged."""
    try:
        envelope = _DECODER.decode(state)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, TypeError):
        return Derived()
    first, last = _days(envelope.effective)
    return Derived(envelope.id, envelope.idempotency_key, _moment(envelope.recorded_at), first, last)


def learned_after(state: bytes, moment: datetime) -> bool:
    """Whether the log learned a stored event after a moment, as far as its bytes say; nothing else of it is read.

    Asked before the event is decoded: what is recorded later, of whatever kind, must not change what was known.
    """
    stamped = derive(state).recorded_at
    return stamped is not None and stamped > microseconds(moment)


def lacks_salt(state: bytes) -> bool:
    """Whether a stored state is an event without a salt that hides what it says; of bytes that are no event, no."""
    try:
        salt = _SALTED.decode(state).salt
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, TypeError):
        return False
    return not (isinstance(salt, str) and _SALT.fullmatch(salt))


def microseconds(moment: datetime) -> int:
    """An aware moment as microseconds UTC since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(count: int) -> datetime:
    """The moment that so many microseconds since 1970 stand for."""
    return _EPOCH + count * _MICROSECOND


def _moment(text: str | None) -> int | None:
    try:
        return None if text is None else microseconds(datetime.fromisoformat(text))
    except (ValueError, TypeError, OverflowError):
        return None


def _days(effective: str | _Written | None) -> tuple[str | None, str | None]:
    if effective is None:
        return None, None
    try:
        when = When(effective if isinstance(effective, str) else effective.edtf)
    except InvalidValue:
        return None, None
    return when.earliest.isoformat(), when.latest.isoformat()
