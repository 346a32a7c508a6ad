"""Hypothesis strategies of our own tests, beside those that `oplog.testing` has for everybody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import attrs
from hypothesis import strategies as st

from oplog import AGGREGATES, Context
from oplog.testing.values import instances

aggregates = st.sampled_from(sorted(AGGREGATES))
event_names = st.sampled_from([(aggregate, name) for aggregate, d in AGGREGATES.items() for name in d.events])
contexts = instances(Context).map(lambda c: attrs.evolve(c, idempotency_key=None))
moments = st.integers(0, 4 * 10**15).map(lambda us: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us))
