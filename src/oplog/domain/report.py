"""Published reports: what was told to whom, pinned so that it can be told again and held against what came later.

No activity: each is a stream `report/REF` that a log keeps about what was made of it. A report is one document for
ever; another one has another REF. What should not have been published is retracted, and its REF is free again.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any

import attrs
from attrs import frozen

from oplog.domain import content
from oplog.domain.decider import Changes, Decider
from oplog.domain.events import CORRECTIONS, OF_EVENTS
from oplog.domain.lifecycle import next_status
from oplog.domain.values import Rendering
from oplog.errors import Refused, UnknownEvent

REPORTS = "report/"
"""How the names of their streams begin."""


# Events
@frozen(kw_only=True)
class Published(content.Publication):
    """A report was published. Who did it and when stands in the envelope: actor and recorded_at."""


EVENTS = MappingProxyType({"published": (Published, 1), **CORRECTIONS})


# State
class ReportStatus(Enum):
    """Whether the report is published."""

    UNPUBLISHED = "not published"
    PUBLISHED = "published"


@frozen(kw_only=True)
class PublishedReport:
    """The state of a report: the digest of its document, None before it is published, and the formats it came in."""

    status: ReportStatus = ReportStatus.UNPUBLISHED
    digest: str | None = None
    formats: tuple[Rendering, ...] = ()


# Lifecycle
LIFECYCLE: Mapping[tuple[ReportStatus, type], ReportStatus] = {
    (ReportStatus.UNPUBLISHED, Published): ReportStatus.PUBLISHED,
    (ReportStatus.PUBLISHED, Published): ReportStatus.PUBLISHED,
    **{(status, event): status for status in ReportStatus for event, _ in CORRECTIONS.values()},
}


# Commands
@frozen(kw_only=True)
class Publish(content.Publication):
    """Publish a report, or the same in a further format. `OpLog.publish` makes this from the log."""


COMMANDS = MappingProxyType({"publish": (Publish, Published)})


# Decide
def decide(command: Any, state: PublishedReport) -> tuple[Any, ...]:
    """The event that the command leads to; none when the report is published so already. Raises `Refused`."""
    if not isinstance(command, Publish):
        raise TypeError(f"{type(command).__name__} is no command of a report")
    known = {rendering.form: rendering.digest for rendering in state.formats}
    if state.digest is not None:
        if command.digest != state.digest:
            raise Refused(
                "another document was published under this name; publish this one under a name of its own, or retract"
                " that publication first",
                status=state.status.value,
            )
        for rendering in command.formats:
            if known.get(rendering.form, rendering.digest) != rendering.digest:
                raise Refused(
                    f"the report was published as {rendering.form} with other bytes: the document is the same, but"
                    " not the program that writes this format",
                    status=state.status.value,
                )
        if all(rendering.form in known for rendering in command.formats):
            return ()
    return (Published(**attrs.asdict(command, recurse=False)),)


# Evolve
def changes(state: PublishedReport, event: Any) -> Changes:
    """What the event changes in the state. Raises `IllegalTransition` or `UnknownEvent`."""
    if type(event) not in {cls for cls, _ in EVENTS.values()}:
        raise UnknownEvent(f"{type(event).__name__} is no event of a report")
    status = next_status(LIFECYCLE, state.status, type(event))
    if isinstance(event, OF_EVENTS):
        return {}
    formats = {rendering.form: rendering for rendering in (*event.formats, *state.formats)}
    kept = tuple(formats[form] for form in sorted(formats))
    return {"status": status, "digest": state.digest or event.digest, "formats": kept}


REPORT = Decider("report", PublishedReport(), EVENTS, LIFECYCLE, COMMANDS, decide, changes)
