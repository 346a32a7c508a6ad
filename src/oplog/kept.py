"""The register's entries in the form in which they are kept beside the events."""

from __future__ import annotations

import operator

import attrs

from oplog.domain.aggregates import decider_of
from oplog.domain.when import When
from oplog.errors import Undecodable
from oplog.fingerprint import fold_fingerprint
from oplog.projections.register import Entry
from oplog.store.codec import parse_time
from oplog.store.recorder import StoredState
from oplog.store.wire import dump, from_wire, load, to_wire


def keep_entry(entry: Entry) -> StoredState:
    """A register's entry in the form in which it is kept beside the events."""
    data = {
        "state": to_wire(entry.state),
        "position": entry.position,
        "recorded_at": entry.recorded_at.isoformat() if entry.recorded_at else None,
        "since": to_wire(entry.since),
    }
    return StoredState(entry.stream, entry.version, fold_fingerprint(), dump(data))


def read_entry(kept: StoredState) -> Entry:
    """The entry that was kept. Raises `Undecodable` when it is damaged."""
    data = load(kept.state)
    try:
        since = from_wire(_Since, {"since": data["since"]}).since
        recorded_at = parse_time(data["recorded_at"])
        state = from_wire(type(decider_of(kept.stream).initial), data["state"])
        return Entry(
            stream=kept.stream,
            state=state,
            version=kept.version,
            position=operator.index(data["position"]),
            recorded_at=recorded_at,
            since=since,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Undecodable(f"the kept state of {kept.stream} is damaged: {error}") from None


@attrs.frozen
class _Since:
    since: When | None = None
