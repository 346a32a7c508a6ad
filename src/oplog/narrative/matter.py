"""What stands before the main report: the title block, and the terms to introduce."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.domain.values import Cause, CauseKind
from oplog.domain.when import Kind, When
from oplog.narrative.english.dates import Dates
from oplog.narrative.terms import Term, abbreviations

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from oplog.narrative.configuration import ReportConfiguration
    from oplog.narrative.window import Extent, Windows
    from oplog.recorded import Recorded

FULL = Dates()
"""Dates with their years, for the title block, the conclusion and the tables."""


def front(configuration: ReportConfiguration, windows: Windows) -> tuple[tuple[str, str], ...]:
    """The title block; what the configuration leaves out is left out."""
    period = f"{full_day(windows.since)} to {full_day(windows.until)}"
    rows = (
        ("Committee", configuration.committee),
        ("Date", full_day(windows.today)),
        ("Subject", configuration.subject),
        ("Reference", configuration.reference),
        ("Report of", configuration.report_of),
        ("Author", configuration.author),
        ("Status", "Public" if configuration.is_public else "Not public"),
        ("Purpose", f"For {configuration.purpose}"),
        ("Activity reported", period),
        ("Figures", FULL.table(windows.figures) if windows.figures else None),
    )
    return tuple((name, value) for name, value in rows if value)


def as_of(extent: Extent) -> str | None:
    """How far the report looks, as the end of a sentence; None when that is as far as the log goes."""
    parts = []
    if (known := extent.known_at) is not None:
        day, last = full_day(known.date()), (known.hour, known.minute, known.second) == (23, 59, 59)
        parts.append(f"as it was known {f'at the end of {day}' if last else f'on {day} at {known:%H:%M:%S} UTC'}")
    if extent.valid_at is not None:
        parts.append(f"of what had come about by {full_day(extent.valid_at)}")
    return ", ".join(parts) or None


def full_day(day: date) -> str:
    """A day with its year: "21 September 2017"."""
    return FULL.to(When.of(day))


def _dated(cause: Cause) -> bool:
    """Whether a cause is told with its date: an incident of one day whose name does not say when it was."""
    return (
        cause.kind is CauseKind.INCIDENT
        and cause.when is not None
        and cause.when.kind is Kind.DAY
        and not any(ch.isdigit() for ch in cause.name)
    )


def terms(configuration: ReportConfiguration, recorded: Sequence[Recorded], windows: Windows) -> list[Term]:
    """The abbreviations, and each dated cause with its date at first mention."""
    found = abbreviations(configuration.abbreviations)
    causes = {c for r in recorded if isinstance(c := getattr(r.event, "cause", None), Cause) and _dated(c)}
    for cause in sorted(causes, key=lambda c: c.name):
        if cause.when:
            found.append(Term(cause.name, f"{cause.name} of {windows.dates.to(cause.when)}", cause.name, dates=True))
    return found
