"""`Material`: a log as an audit looks at it, read and refolded once."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from attrs import define, field

from oplog.errors import Undecodable, UnknownEvent
from oplog.findings import Finding, found_at
from oplog.life import fold, live
from oplog.projections.silence import Listening
from oplog.reading import NOW
from oplog.store.derive import learned_after

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from oplog.folding import Held
    from oplog.life import Life
    from oplog.projections.register import Entry
    from oplog.reading import Reading
    from oplog.recorded import Recorded
    from oplog.store.recorder import Row, StoredState


@define
class Material:
    """What the rules look at: the log as it was read and refolded once.

    `parked` are the streams with an event that cannot be read: what follows it there is read, but not folded, because
    nobody knows the state that it follows. `partial` says that later events were left out. `retold` is what was found
    when the published reports were made again. `day` is the one to look at, None for that of the reading or of the last
    event.
    """

    states: Sequence[StoredState]
    reading: Reading = NOW
    partial: bool = False
    views: Sequence[Held] = ()
    verified: Sequence[Finding] = ()
    retold: Sequence[Finding] = ()
    risks: Sequence[str] = ()
    silence: Listening = field(factory=Listening)
    day: date | None = None
    last: int = 0
    places: list[tuple[int, str, int]] = field(factory=list)
    history: list[Recorded] = field(factory=list)
    lives: dict[str, Life] = field(factory=dict)
    broken: list[Finding] = field(factory=list)
    parked: set[str] = field(factory=set)
    kept: dict[str, int] = field(factory=dict)
    when_kept: dict[str, Entry] = field(factory=dict)

    def entries(self) -> Iterator[Entry]:
        """What each stream adds up to, but for those that are parked."""
        return (self._entry(life) for stream, life in self.lives.items() if stream not in self.parked)

    def _entry(self, life: Life) -> Entry:
        if self.reading.valid_at is None:
            return life.entry
        illegal = {recorded.version for recorded, _ in life.illegal}
        return fold(life.stream, [r for r in self.reading.counted(life) if r.version not in illegal])

    def of_stream(self) -> Mapping[str, Sequence[Recorded]]:
        """The readable events by stream, as they are to be read; those of parked streams as they were recorded."""
        found: dict[str, Sequence[Recorded]] = {}
        parked: dict[str, list[Recorded]] = {}
        for recorded in self.history:
            if recorded.stream in self.parked:
                found[recorded.stream] = parked.setdefault(recorded.stream, [])
                parked[recorded.stream].append(recorded)
            elif recorded.stream not in found:
                found[recorded.stream] = self.reading.counted(self.lives[recorded.stream])
        return found

    def read(self) -> list[Recorded]:
        """The readable events as they are to be read, in order of position."""
        return sorted(itertools.chain.from_iterable(self.of_stream().values()), key=lambda r: r.position)


def gather(
    rows: Iterable[Row],
    states: Sequence[StoredState] = (),
    views: Sequence[Held] = (),
    reading: Reading = NOW,
    *,
    partial: bool = False,
    progress: Callable[[int], None] = lambda _position: None,
) -> Material:
    """Read and fold stored events once, those that the `reading` knows; `progress` is told each position.

    `partial` says that the events of the log go on after these.
    """
    material = Material(states, reading, partial, views=views)
    material.kept = {kept.stream: kept.version for kept in states}
    for row in rows:
        if not _take(material, row):
            material.partial = True
            break
        material.last = row.position
        progress(row.position)
    # As the lives are in the end: what was retracted or put right later is no fault any more.
    material.broken += itertools.chain.from_iterable(map(_faults, material.lives.values()))
    material.broken.sort(key=lambda finding: finding.position or 0)
    return material


def _take(material: Material, row: Row) -> bool:
    """Take the next event in; False when it, and so all that follow, was not known yet."""
    if not isinstance(row.version, int):
        message = f"the version stored for {row.stream} is not a number: {row.version!r}"
        material.broken.append(Finding(rule="decodable", severity="fault", message=message, position=row.position))
        return True
    try:
        recorded = row.decode()
    except Undecodable as error:
        if material.reading.known_at is not None and learned_after(row.state, material.reading.known_at):
            return False
        rule = "unknown-event" if isinstance(error, UnknownEvent) else "decodable"
        material.broken.append(found_at(row, rule, str(error)))
        material.places.append((row.position, row.stream, row.version))
        material.parked.add(row.stream)
        return True
    if not material.reading.knows(recorded):
        return False
    material.places.append((row.position, row.stream, row.version))
    material.history.append(recorded)
    if row.stream in material.parked:
        return True
    if (life := material.lives.get(row.stream)) is None:
        life = material.lives[row.stream] = live(row.stream, ())
    life.add(recorded)
    if material.kept.get(row.stream) == row.version:
        material.when_kept[row.stream] = life.entry
    return True


def _faults(life: Life) -> Iterator[Finding]:
    """The events of a life that the lifecycle has no arrow for, and the corrections that concern nothing."""
    yield from (found_at(one, "lifecycle", str(error)) for one, error in life.illegal)
    yield from (found_at(one, "corrections", reason) for one, reason in life.astray)
