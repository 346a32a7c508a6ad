"""A report on a history: made from what its readers may see of it, as if there were nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from oplog.audience import Seen, seen_by
from oplog.domain.aggregates import is_about_log
from oplog.errors import InvalidValue
from oplog.narrative.configuration import ReportConfiguration
from oplog.narrative.plan import narrate, windows_asked
from oplog.narrative.sections import SECTIONS
from oplog.narrative.window import Extent
from oplog.reading import NOW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oplog.narrative.document import Document
    from oplog.narrative.sections import Builder
    from oplog.narrative.window import Windows
    from oplog.reading import Reading
    from oplog.recorded import Recorded


@frozen(kw_only=True)
class Reported:
    """A report, its windows, and what its readers see of the log: its positions are the numbers of `seen`."""

    document: Document
    windows: Windows
    seen: Seen


def report_on(
    history: Sequence[Recorded],
    configuration: ReportConfiguration | None = None,
    *,
    reading: Reading = NOW,
    sections: Sequence[Builder] = SECTIONS,
    passed_over: Sequence[Recorded] = (),
    later: Sequence[Recorded] = (),
) -> Reported:
    """The report on the history of a log, in order of position, as the `reading` reads it.

    `passed_over` are the events that could not be read (`OpLog.passed_over`), and `later` what was
    recorded after the history: what that hides is not told. Raises what `narrate` raises.
    """
    configuration = configuration or ReportConfiguration()
    seen = seen_by(configuration.readers, history, passed_over, later)
    head = last_told(seen)
    if head is None and seen.hidden:
        raise InvalidValue("the log holds nothing that the readers of this report may see")
    extent = Extent(known_at=reading.known_at, valid_at=reading.valid_at, head=head, left_out=seen.passed_over)
    events = reading.events(seen.history)
    return Reported(
        document=narrate(events, configuration, extent, sections),
        windows=windows_asked(events, configuration, extent),
        seen=seen,
    )


def last_told(seen: Seen) -> int | None:
    """The number of the last event of an activity that is seen; None when there is none."""
    return max((r.position for r in seen.history if not is_about_log(r.stream)), default=None)
