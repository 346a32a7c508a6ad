"""The register's entries in the form in which they are kept beside the events, and what is read by their help."""

from __future__ import annotations

import operator
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any

import attrs

from oplog.domain.aggregates import decider_of, is_about_log
from oplog.domain.when import When
from oplog.errors import Undecodable
from oplog.fingerprint import fold_fingerprint
from oplog.life import entry_of, live
from oplog.projections import register
from oplog.projections.register import Entry
from oplog.store.codec import parse_time
from oplog.store.recorder import StoredState
from oplog.store.wire import dump, from_wire, load, to_wire

if TYPE_CHECKING:
    from oplog.store.store import Store


def keep_entry(entry: Entry) -> StoredState:
    """A register's entry in the form in which it is kept beside the events."""
    return StoredState(entry.stream, entry.version, fold_fingerprint(), dump(entry_data(entry)))


def entry_data(entry: Entry) -> dict[str, Any]:
    """What is kept of an entry beside its stream and version, as plain data."""
    return {
        "state": to_wire(entry.state),
        "position": entry.position,
        "recorded_at": entry.recorded_at.isoformat() if entry.recorded_at else None,
        "since": to_wire(entry.since),
        "reached": entry.reached.isoformat() if entry.reached else None,
    }


def read_entry(kept: StoredState) -> Entry:
    """The entry that was kept. Raises `Undecodable` when it is damaged."""
    return read_entry_data(kept.stream, kept.version, load(kept.state))


def read_entry_data(stream: str, version: int, data: dict[str, Any]) -> Entry:
    """The entry of which this data was kept. Raises `Undecodable` when it is damaged."""
    try:
        since = from_wire(_Since, {"since": data["since"]}).since
        recorded_at = parse_time(data["recorded_at"])
        reached = None if data["reached"] is None else date.fromisoformat(data["reached"])
        state = from_wire(type(decider_of(stream).initial), data["state"])
        return Entry(
            stream=stream,
            state=state,
            version=version,
            position=operator.index(data["position"]),
            recorded_at=recorded_at,
            since=since,
            reached=reached,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Undecodable(f"the kept state of {stream} is damaged: {error}") from None


def current_entry(store: Store, stream: str) -> Entry:
    """The register's entry of a stream, an empty one if it does not exist. A kept state is used if it is whole."""
    version = store.version(stream)
    kept = store.stored_state(stream)
    if kept and kept.version == version and kept.fold == fold_fingerprint():
        with suppress(Undecodable):
            return read_entry(kept)
    return entry_of(live(stream, store.to_fold(stream)))


def current_register(store: Store) -> tuple[Entry, ...] | None:
    """The register from the kept states alone; None when they are not whole, or not of the present events."""
    kept = [s for s in store.stored_states() if not is_about_log(s.stream)]
    versions = {stream: version for stream, version in store.versions().items() if not is_about_log(stream)}
    if {s.stream: s.version for s in kept} == versions and all(s.fold == fold_fingerprint() for s in kept):
        with suppress(Undecodable):
            return register.activities(read_entry(s) for s in kept)
    return None


@attrs.frozen
class _Since:
    since: When | None = None
