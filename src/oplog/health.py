"""How stored views stand: how far each has come, what it is behind, and why one is not used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from attrs import frozen

from oplog.errors import InvalidValue
from oplog.findings import Finding, found_at
from oplog.folding import fold_of
from oplog.store.derive import derive, microseconds, moment_of
from oplog.store.recorder import Span

if TYPE_CHECKING:
    from datetime import datetime

    from oplog.projections import Projection
    from oplog.store.recorder import Row
    from oplog.store.store import Store
    from oplog.store.views import Checkpoint

State = Literal["current", "behind", "stale", "unknown", "not stored"]


@frozen
class StoredView:
    """A view as it is stored: its `rows` in their order, up to a `position` of the log.

    `parked` tells of the streams that stopped at an event that could not be read or folded. The rows of these are those
    of the events before it.
    """

    name: str
    position: int
    rows: tuple[Any, ...]
    parked: tuple[Finding, ...] = ()


@frozen(kw_only=True)
class ViewStatus:
    """How a stored view stands.

    `state` is "current", "behind" (there are events that it has not seen; a read takes them in), "stale" (other code
    made it, or the log does not reach as far as it any more: it is not used, `changed` says why), "unknown" (of a
    projection that this program does not have) or "not stored". `version` is that of the projection that made it,
    `position` where it is, `lag` how many events it is behind, `behind_seconds` since when the first of these has been
    in the log, None when there is none, `rows` how many it has, and `stored_at` when it was written last (UTC). All
    of them are None where nothing is stored. `parked` tells of the streams that stopped.
    """

    name: str
    state: State
    version: int | None = None
    position: int | None = None
    lag: int | None = None
    behind_seconds: float | None = None
    rows: int | None = None
    stored_at: datetime | None = None
    parked: tuple[Finding, ...] = ()
    changed: tuple[str, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether there is nothing to be done but to wait: it is not stale, and no stream is parked."""
        return self.state != "stale" and not self.parked


def status_of(
    name: str, projection: Projection | None, there: Checkpoint | None, store: Store, now: datetime
) -> ViewStatus:
    """How a view stands; `projection` is None for one that this program does not have."""
    if there is None or store.views is None:
        return ViewStatus(name=name, state="not stored")
    head = store.head()
    changed = () if projection is None else _changed(projection, there, head)
    waiting = next(iter(store.rows(Span(there.position, there.position + 1))), None)
    state: State = "current" if waiting is None else "behind"
    if projection is None or changed:
        state = "stale" if changed else "unknown"
    return ViewStatus(
        name=name,
        state=state,
        version=there.version,
        position=there.position,
        lag=max(0, head - there.position),
        behind_seconds=_since(waiting, now),
        rows=store.views.count(there),
        stored_at=moment_of(there.stored_at),
        parked=tuple(found_at(one, "parked", one.message) for one in store.views.parked(there)),
        changed=changed,
    )


def _changed(projection: Projection, there: Checkpoint, head: int) -> tuple[str, ...]:
    """Why a stored view is not that of this projection; nothing when it is."""
    try:
        fold = fold_of(projection)
    except InvalidValue as error:
        return (str(error),)
    if there.fold == fold.digest:
        return () if there.position <= head else (f"the log ends at position {head}",)
    names = sorted(there.sources.keys() | fold.sources.keys())
    files = tuple(name for name in names if there.sources.get(name) != fold.sources.get(name))
    if there.version != projection.version:
        return (f"version {there.version} became {projection.version}", *files)
    return files or ("its fingerprint",)


def _since(row: Row | None, now: datetime) -> float | None:
    recorded_at = None if row is None else derive(row.state).recorded_at
    return None if recorded_at is None else max(0, microseconds(now) - recorded_at) / 1_000_000
