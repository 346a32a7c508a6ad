"""Appends that tell of themselves, and the checker of a log that was written through a fault.

Each event says to which append it belongs (`correlation_id`) and which part of how many it is (`source`), so that an
append that was stored by half can be seen in the log alone.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from oplog import OpLog, Pending, Undecodable, events
from oplog.store import sqlite

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from oplog import Finding, Recorded

STREAMS = ("campaign/week", "operation/north", "pilot/triage")


def new_log(path: Path) -> None:
    """Make a log in which each of the streams is planned, as one append."""
    with OpLog.open(path, create=True) as log:
        log.append(
            *(
                Pending(stream=stream, event=events.Planned(title="a plan"), correlation_id="plans", source=f"{n} of 3")
                for n, stream in enumerate(STREAMS, 1)
            )
        )


def copy_always() -> None:
    """Let this process copy the write-ahead log before every append, and not only when it has grown long."""
    sqlite.WAL_LIMIT, sqlite._WRITES_BETWEEN_LOOKS = 0, 1


def parts(name: str, count: int) -> list[Pending]:
    """The events of one append, spread over the streams."""
    return [
        Pending(
            stream=STREAMS[n % len(STREAMS)],
            event=events.NoteRecorded(text=f"what {name} has to say"),
            correlation_id=name,
            source=f"{n} of {count}",
        )
        for n in range(1, count + 1)
    ]


def acknowledgement(recorded: Sequence[Recorded]) -> bytes:
    """What a writer says once `append` has returned: the position and id of each event."""
    return " ".join(f"{r.position}={r.id}" for r in recorded).encode()


def complaints(path: Path, acknowledged: Iterable[bytes] = ()) -> list[str]:
    """Everything that is wrong with a log: lost or moved events, gaps, appends by half, and what its audits find."""
    with OpLog.open(path) as log:
        return complaints_of(log, acknowledged)


def complaints_of(log: OpLog, acknowledged: Iterable[bytes] = ()) -> list[str]:
    """The same of an open log."""
    found = [_told(finding) for finding in log.replay()]
    try:
        stored = list(log.events())
    except Undecodable as error:
        return [*found, f"cannot be read: {error}"]
    found += apart(stored)
    found += [f"gap before position {r.position}" for n, r in enumerate(stored, 1) if r.position != n]
    places = {f"{r.position}={r.id}" for r in stored}
    told = (place for line in acknowledged for place in line.decode().split())
    found += [f"acknowledged, but not stored: {place}" for place in told if place not in places]
    return found


def apart(stored: Iterable[Recorded]) -> list[str]:
    """The appends of which only some parts are stored, or which lie apart."""
    appends: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for recorded in stored:
        appends[str(recorded.correlation_id)].append((recorded.position, str(recorded.source)))
    found = []
    for name, held in appends.items():
        count = int(held[0][1].rpartition(" ")[2])
        whole = [(held[0][0] + n, f"{n + 1} of {count}") for n in range(count)]
        if held != whole:
            found.append(f"stored by half: {name} has {', '.join(part for _, part in held)}")
    return found


def _told(finding: Finding) -> str:
    return f"{finding.rule} at {finding.position}: {finding.message}"
