"""Stored views: built, caught up exactly once, built anew beside the old one, read, waited for, and told of.

A view that is stored is made of its streams (ADR 16). To catch up, the streams that have new events are folded anew,
each as a whole, and their rows take the place of the old ones in the transaction that moves the checkpoint on. Folding
keeps nobody waiting; a process that is killed leaves the view as it was before the step, or after it.
"""

from __future__ import annotations

import time
from contextlib import suppress
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from oplog.errors import CannotOpen, InvalidValue, Undecodable
from oplog.findings import found_at
from oplog.folding import Held, differences, fold_of, folded_rows, from_bytes
from oplog.health import StoredView, status_of
from oplog.life import live
from oplog.projections import OF_A_DAY, PROJECTIONS, Projection
from oplog.store.derive import microseconds
from oplog.store.views import Checkpoint, Parked, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from oplog.folding import RowDifference
    from oplog.health import ViewStatus
    from oplog.store.recorder import Row
    from oplog.store.store import Store
    from oplog.store.views import StoredViews

STEP = 5000
"""How many events a view is taken on by at a time: what one transaction writes while other writers wait."""
CHUNK = 200
"""How many streams are written at a time when a view is built."""
_ATTEMPTS = 20
_LOOK_SECONDS = 0.05


def projection_named(name: str | Projection) -> Projection:
    """The registered projection of this name, or one of the caller's own as it is.

    Raises `InvalidValue` for a name that no registered one has, and for one of the caller's own that takes such a name.
    """
    if isinstance(name, str) and name in OF_A_DAY:
        raise InvalidValue(f"the view {name} is of a day, and cannot be stored; what it is made of can be")
    if isinstance(name, Projection):
        if name.name in OF_A_DAY or any(known.name == name.name and known != name for known in PROJECTIONS):
            raise InvalidValue(f"the projection {name.name} has the name of one of oplog's; give it another")
        return name
    for known in PROJECTIONS:
        if known.name == name:
            return known
    names = ", ".join(p.name for p in PROJECTIONS)
    of_a_day = " and ".join(OF_A_DAY)
    raise InvalidValue(f"no projection {name!r}; expected one of {names} ({of_a_day} are of a day, and not stored)")


def storable() -> list[Projection]:
    """The registered projections whose views can be stored, by name."""
    return sorted((p for p in PROJECTIONS if p.row is not None), key=lambda p: p.name)


class Views:
    """The stored views of one log. `clock` gives aware moments in UTC."""

    def __init__(self, store: Store, clock: Callable[[], datetime], *, after_append: bool = False) -> None:
        self._store = store
        self._clock = clock
        self._after_append: bool | None = after_append or None

    def _kept(self) -> StoredViews:
        if self._store.views is None:
            raise CannotOpen("the database of this log keeps no views; a file and PostgreSQL do")
        return self._store.views

    # Bringing up to date

    def project(self, projection: Projection, *, retry: bool = False, build: bool = True) -> None:
        """Bring a view up to the present head; build it, unless `build` is false, where there is none that can be used.

        With `retry`, the streams that are parked are folded anew too.
        """
        kept, fold = self._kept(), fold_of(projection)
        for _ in range(_ATTEMPTS):
            there = kept.live(projection.name)
            head = self._store.head()
            if there is None or there.fold != fold.digest or there.position > head:
                if not build or self._build(projection):
                    return
            elif self._advance(projection, there, head, retry=retry):
                return
        raise CannotOpen(
            f"the view {projection.name} cannot be brought up to date: other processes keep changing it; is one of"
            " another release of oplog among them?"
        )

    def follow_append(self) -> None:
        """Catch up the views of registered projections that can be used, where it is asked for; it never fails.

        What was appended is stored. A view that cannot be caught up now is behind, which its status tells. Whether the
        log asks for it is read once, so that it costs an append nothing where it does not.
        """
        with suppress(Exception):
            if self._after_append is None:
                self._after_append = self.after_append()
        if not self._after_append:
            return
        for projection in storable():
            with suppress(Exception):
                self.project(projection, build=False)

    def after_append(self) -> bool:
        """Whether the log asks those who append to it to catch its views up."""
        return self._store.views is not None and self._store.views.after_append()

    def ask_after_append(self, *, on: bool) -> None:
        """Let the log ask for it, or no more; see `OpLog.project_after_append`."""
        self._kept().ask_after_append(on=on)
        self._after_append = on

    def rebuild(self, projection: Projection, compare: Callable[[RowDifference], None] | None) -> None:
        """Build a view anew beside the old one, and let it take over; see `OpLog.rebuild`."""
        for _ in range(_ATTEMPTS):
            if self._build(projection, compare):
                return
        raise CannotOpen(f"the view {projection.name} cannot be rebuilt: other processes keep rebuilding it too")

    def _advance(self, projection: Projection, at: Checkpoint, head: int, *, retry: bool = False) -> Checkpoint | None:
        """Take a generation on to a position, in steps; give it as it is then, None when somebody else changed it."""
        kept = self._kept()
        again = [parked.stream for parked in kept.parked(at)] if retry else []
        while at.position < head or again:
            until = min(head, at.position + STEP)
            streams = sorted({*kept.touched(at.position, until), *again})
            moved = kept.advance(at, self._step(projection, streams, until))
            if moved is None:
                return None
            at, again = moved, []
        return at

    def _step(self, projection: Projection, streams: Iterable[str], until: int) -> Step:
        rows: dict[str, Sequence[bytes]] = {}
        parked: list[Parked] = []
        for stream in streams:
            found = folded_rows(projection, stream, self._history(stream, until))
            rows[stream] = found.rows
            if (told := found.parked) is not None:
                parked.append(Parked(stream, told.position or 0, told.version or 0, told.message))
        return Step(position=until, stored_at=self._now(), rows=rows, parked=parked)

    def _history(self, stream: str, until: int) -> Iterator[Row]:
        return takewhile(lambda row: row.position <= until, self._store.stream_rows(stream))

    def _now(self) -> int:
        return microseconds(self._clock())

    # Building beside the old one

    def _build(self, projection: Projection, compare: Callable[[RowDifference], None] | None = None) -> bool:
        """Build a generation and let it take over; False when another took over meanwhile."""
        kept, fold = self._kept(), fold_of(projection)
        kept.make()
        old, head = kept.live(projection.name), self._store.head()
        # What is compared is at one place, so that only the fold can make a difference.
        start = min(old.position, head) if old and compare else head
        built = kept.begin(
            Checkpoint(
                projection=projection.name,
                generation=0,
                live=False,
                position=start,
                version=projection.version,
                fold=fold.digest,
                sources=fold.sources,
                stored_at=self._now(),
            )
        )
        try:
            if not self._fill(projection, built):
                return False
            if old and compare:
                compared = self._compared(projection, old, built)
                if compared is None:
                    kept.drop(built)
                    return False
                built, found = compared
                for difference in found:
                    compare(difference)
            return self._take_over(projection, built)
        except BaseException:
            with suppress(CannotOpen):
                kept.drop(built)
            raise

    def _fill(self, projection: Projection, built: Checkpoint) -> bool:
        streams = self._store.streams()
        parts = (streams[n : n + CHUNK] for n in range(0, len(streams), CHUNK))
        return all(self._kept().advance(built, self._step(projection, part, built.position)) for part in parts)

    def _take_over(self, projection: Projection, built: Checkpoint) -> bool:
        kept = self._kept()
        while True:
            caught_up = self._advance(projection, built, self._store.head())
            if caught_up is None:
                return False
            if kept.take_over(caught_up):
                return True
            if not kept.holds(caught_up):
                return False
            built = caught_up

    def _compared(
        self, projection: Projection, old: Checkpoint, new: Checkpoint
    ) -> tuple[Checkpoint, list[RowDifference]] | None:
        """The rows that differ, and where the new generation is then; None when the old one is read no more.

        Whoever brings the old one on meanwhile changes its rows: then the new one is taken there too, and all rows are
        compared again.
        """
        for _ in range(_ATTEMPTS):
            found = list(self._differences(old, new))
            there = self._kept().live(projection.name)
            if there == old:
                return new, found
            if there is None or there.generation != old.generation:
                return None
            moved = self._advance(projection, new, min(there.position, self._store.head()))
            if moved is None:
                return None
            old, new = there, moved
        return None

    def _differences(self, old: Checkpoint, new: Checkpoint) -> Iterator[RowDifference]:
        kept = self._kept()
        streams = sorted({*kept.streams(old), *kept.streams(new)})
        for n in range(0, len(streams), CHUNK):
            part = streams[n : n + CHUNK]
            before, after = kept.rows_of(old, part), kept.rows_of(new, part)
            for stream in part:
                yield from differences(stream, before.get(stream, {}), after.get(stream, {}))

    # Reading

    def _usable(self, projection: Projection) -> Checkpoint | None:
        """The generation that the present code made; None when there is none."""
        if self._store.views is None or projection.row is None:
            return None
        there = self._store.views.live(projection.name)
        try:
            return there if there and there.fold == fold_of(projection).digest else None
        except InvalidValue:
            return None

    def stored(self, projection: Projection) -> StoredView | None:
        """The view as it is stored, with what is parked; None when there is none that the present code made."""
        while (there := self._usable(projection)) is not None:
            parked = self._kept().parked(there)
            rows = self._kept().rows(there)
            if rows is not None:
                parts = {s: [from_bytes(projection, data) for data in own.values()] for s, own in rows.items()}
                found = tuple(found_at(one, "parked", one.message) for one in parked)
                return StoredView(projection.name, there.position, projection.merged(parts), found)
        return None

    def current(self, projection: Projection) -> tuple[Any, ...] | None:
        """The view of the present, from the stored one and what came since; None when it is to be folded from scratch.

        Raises as a fold does, at an event among those that came since. Nothing is written.
        """
        with suppress(CannotOpen, Undecodable):  # what cannot be read here only saves time
            there, head = self._usable(projection), self._store.head()
            # A view that has seen less than half of the log would be slower than to begin anew.
            if there and there.position <= head <= 2 * there.position and not self._kept().parked(there):
                rows = self._kept().rows(there)
                if rows is not None:
                    stored = {s: [from_bytes(projection, data) for data in own.values()] for s, own in rows.items()}
                    return self._with_what_came(projection, stored, there.position, head)
        return None

    def _with_what_came(
        self, projection: Projection, parts: dict[str, list[Any]], position: int, head: int
    ) -> tuple[Any, ...]:
        for stream in self._kept().touched(position, head):
            history = takewhile(lambda recorded: recorded.position <= head, self._store.stream(stream))
            parts[stream] = list(projection.view(live(stream, history).events))
        return projection.merged(parts)

    def drop(self, name: str) -> None:
        """Take a view away, whoever stored it; see `OpLog.drop_view`."""
        if not self._kept().drop_view(name):
            there = ", ".join(one.projection for one in self._kept().all_live()) or "none"
            raise InvalidValue(f"no view {name!r} is stored in this log; stored: {there}")

    def held(self, others: Iterable[Projection] = ()) -> list[Held]:
        """The views of registered and other projections that the present code made: what an audit compares."""
        found = []
        for projection in dict.fromkeys((*storable(), *others)):
            while (there := self._usable(projection)) is not None:
                parked = {one.stream: one.position for one in self._kept().parked(there)}
                rows = self._kept().rows(there)
                if rows is not None:
                    found.append(Held(projection, there.position, rows, parked))
                    break
        return found

    # Health

    def statuses(self, projections: Sequence[Projection]) -> tuple[ViewStatus, ...]:
        """How views stand; of none given, the registered ones, and then those that only other programs know."""
        kept = self._store.views
        there = {} if kept is None else {one.projection: one for one in kept.all_live()}
        asked = projections or storable()
        strange = [] if projections else sorted(there.keys() - {one.name for one in asked})
        by_name: list[tuple[str, Projection | None]] = [(p.name, p) for p in asked]
        now = self._clock()
        return tuple(
            status_of(name, projection, there.get(name), self._store, now)
            for name, projection in [*by_name, *((name, None) for name in strange)]
        )

    def wait(self, projection: Projection, position: int, timeout: float) -> bool:
        """Wait until a view has reached a position; False when the time (seconds) is over first."""
        self._kept()
        end = time.monotonic() + timeout
        while (there := self._usable(projection)) is None or there.position < position:
            left = end - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(left, _LOOK_SECONDS))
        return True
