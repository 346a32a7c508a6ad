"""A small language for tests of the narrative: events with their dates in, sentences out."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from oplog import Document, OpLog, Pending, ReportConfiguration, When, parse_when
from oplog.narrative.document import paragraphs_of
from oplog.narrative.plan import narrate
from oplog.recorded import Recorded
from oplog.store.codec import name_of

REPORT = ReportConfiguration(
    date=date(2017, 9, 21), since=date(2017, 5, 18), until=date(2017, 9, 21), figures=When("2017-04/2017-06")
)


def recorded(stream: str, *events: tuple[Any, str | None] | Any, start: int = 1) -> list[Recorded]:
    """Events of one stream, each alone or with its effective date, as a log would hold them."""
    found = []
    for version, item in enumerate(events, 1):
        event, effective = item if isinstance(item, tuple) else (item, None)
        name, schema = name_of(stream.partition("/")[0], type(event))
        found.append(
            Recorded(
                position=start + version - 1,
                stream=stream,
                version=version,
                name=name,
                schema=schema,
                event=event,
                id=f"00000000-0000-7000-8000-{start + version - 1:012d}",
                recorded_at=datetime(2017, 7, 1, 9, version, tzinfo=UTC),
                effective=parse_when(effective) if effective else None,
            )
        )
    return found


def report(*events: Recorded, configuration: ReportConfiguration = REPORT) -> Document:
    """The report on these events."""
    return narrate(events, configuration)


def told(stream: str, *events: tuple[Any, str | None] | Any, configuration: ReportConfiguration = REPORT) -> str:
    """The paragraph that tells of one stream, "" when it is not told."""
    document = report(*recorded(stream, *events), configuration=configuration)
    main = document.section("main")
    return "" if main is None else " ".join(s.text for p in paragraphs_of(main.content) for s in p.statements)


def log_of(*events: Recorded) -> OpLog:
    """A log in memory that holds these events."""
    log = OpLog.open(":memory:")
    log.append(*(Pending(stream=r.stream, event=r.event, effective=r.effective) for r in events))
    return log
