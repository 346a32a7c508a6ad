"""The report before this one: from where activity counts, and what was known when it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from oplog.domain.report import Published

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from oplog.domain.when import When
    from oplog.narrative.configuration import ReportConfiguration
    from oplog.recorded import Recorded


@frozen(kw_only=True)
class LastReport:
    """A report that was published before: the `position` of its publication, and what that pins.

    `up_to` is the last position that it knew of, `window` the days whose activity it told, both inclusive.
    """

    stream: str
    position: int
    up_to: int
    dated: When
    window: When
    figures: When | None


def series_of(configuration: ReportConfiguration) -> str:
    """Which series of reports one continues: as configured, or that of its committee for its audience.

    Two reports of one quarter, one of them public, thus do not take each other for the report before.
    """
    if series := " ".join((configuration.series or "").split()):
        return series
    committee = " ".join((configuration.committee or "").split()) or "no-committee"
    listed = configuration.markings
    audience = configuration.readers.name if listed is None else ", ".join(sorted(set(listed)))
    return f"{committee} ({audience})"


def last_report(reports: Iterable[Recorded], series: str, until: date) -> LastReport | None:
    """The last report of a series whose window ended before a day; None when there is none.

    `reports` are events as they are to be read, so that one whose publication was retracted is not among them. Of
    several whose windows end on one day it is the one that was published last.
    """
    found = None
    for recorded in reports:
        event = recorded.event
        if not isinstance(event, Published) or event.series != series or event.window.latest >= until:
            continue
        if found is None or event.window.latest >= found.window.latest:
            found = LastReport(
                stream=recorded.stream,
                position=recorded.position,
                up_to=event.up_to,
                dated=event.dated,
                window=event.window,
                figures=event.figures,
            )
    return found
