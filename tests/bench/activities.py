"""The application of the plain side: stock SQLite, and what the workloads ask of it.

When an event was recorded is the library's own `timestamp`, of the same size as ours; an import cannot set it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from eventsourcing.application import Application

from bench.plain import Activity
from oplog import When, to_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from oplog import Quarter, Recorded

PAGE = 500
_METHODS = {"evaluation-due": "evaluation_due_set"}
_CONTEXT = ("id", "effective", "actor", "source", "marking")


class Activities(Application):
    """Keeps activities in a SQLite file with the library's own recorder."""

    @classmethod
    def at(cls, path: Path) -> Activities:
        """Open the file, or make it."""
        return cls(env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)})

    def record(self, *happened: dict[str, Any]) -> int:
        """Save what happened, given as lines of a portable log read as JSON, in one transaction."""
        touched: dict[str, Activity] = {}
        for line in happened:
            stream, name = line["stream"], line["event"].partition(".")[2]
            told = {"context": {key: line[key] for key in _CONTEXT if key in line}, **line["data"]}
            if name == "planned":
                touched[stream] = Activity(stream=stream, **told)
                continue
            if stream not in touched:
                touched[stream] = self.repository.get(Activity.create_id(stream))
            getattr(touched[stream], _METHODS.get(name) or name.replace("-", "_"))(**told)
        self.save(*touched.values())
        return len(happened)

    def record_lines(self, lines: Iterable[bytes]) -> int:
        """Save the lines of a portable log in one transaction."""
        return self.record(*(json.loads(line) for line in lines))

    def all_events(self) -> Iterator[Any]:
        """All events in the order of the log, decoded."""
        last = 0
        while page := self.recorder.select_notifications(last + 1, PAGE):
            yield from (self.mapper.to_domain_event(item) for item in page)
            last = page[-1].id

    def replay(self) -> dict[Any, Activity]:
        """Every activity, from all events in the order of the log."""
        found: dict[Any, Any] = {}
        for happened in self.all_events():
            found[happened.originator_id] = happened.mutate(found.get(happened.originator_id))
        return found

    def of_quarter(self, quarter: Quarter, marking: str) -> list[Any]:
        """The events of one force that were so in the quarter; the library has no way to ask for less than all."""
        return [
            happened
            for happened in self.all_events()
            if happened.context["marking"] == marking and _in(quarter, happened)
        ]


def _in(quarter: Quarter, happened: Any) -> bool:
    so = happened.context.get("effective") or happened.timestamp.date().isoformat()
    when = When(so["edtf"] if isinstance(so, dict) else so)
    return when.earliest <= quarter.last and when.latest >= quarter.first


def as_line(recorded: Recorded) -> dict[str, Any]:
    """An event as a line of a portable log, read as JSON."""
    line: dict[str, Any] = json.loads(to_line(recorded))
    return line
