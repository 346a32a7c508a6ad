"""What lies beside an event: made from the bytes of its state, exact where they are sound, None where they are not."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oplog.store.derive import derive, microseconds, moment_of
from oplog.store.recorder import Derived

JUNE = ("2017-06-01", "2017-06-30")


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_moment_survives_as_microseconds(moment: Any) -> None:
    """The count of microseconds stands for exactly one moment, before 1970 too."""
    assert moment_of(microseconds(moment)) == moment


@given(st.binary() | st.text().map(str.encode))
def test_nothing_is_derived_from_what_is_no_event(state: bytes) -> None:
    """Whatever bytes lie there, deriving from them gives an answer and no error."""
    assert isinstance(derive(state), Derived)


@pytest.mark.parametrize(
    ("state", "derived"),
    [
        (b"[" * 200_000, Derived()),
        (b'{"id":5}', Derived()),
        (b'{"id":"a","recorded_at":"yesterday","effective":"2017-66"}', Derived(event_id="a")),
        (b'{"recorded_at":"2017-06-01T00:00:00","effective":"2017-06"}', Derived(None, None, None, *JUNE)),
        (b'{"recorded_at":"1970-01-01T00:00:01Z","idempotency_key":"k"}', Derived(None, "k", 1_000_000)),
        (
            b'{"effective":{"edtf":"2017-06/..","words":"since June"}}',
            Derived(None, None, None, "2017-06-01", "9999-12-31"),
        ),
        (
            b'{"id":"a","idempotency_key":"k","recorded_at":"1969-12-31T23:59:59.999999Z","effective":"2017-06"}',
            Derived("a", "k", -1, *JUNE),
        ),
        (b'{"recorded_at":"9999-12-31T23:59:59.999999Z"}', Derived(None, None, 253_402_300_799_999_999)),
        (b'{"recorded_at":"2017-06-01T02:00:00+02:00"}', Derived(None, None, 1_496_275_200_000_000)),
        (b'{"v":1,"data":{"id":"b","effective":"2018"},"actor":5}', Derived()),
    ],
)
def test_what_is_derived_is_what_the_state_says(state: bytes, derived: Derived) -> None:
    """Each part is taken from the state when it can be read, and is None when not."""
    assert derive(state) == derived
