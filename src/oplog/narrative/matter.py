"""What stands before the main report: the title block, and the terms to introduce."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.domain.values import Cause, CauseKind
from oplog.domain.when import Kind, When
from oplog.narrative.terms import Term, abbreviations

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from oplog.narrative.configuration import ReportConfiguration
    from oplog.narrative.window import Extent, Windows
    from oplog.recorded import Recorded


def front(configuration: ReportConfiguration, windows: Windows) -> tuple[tuple[str, str], ...]:
    """The title block; what the configuration leaves out is left out."""
    say = windows.locale.say
    period = say(
        "labels.front.since_until", since=full_day(windows, windows.since), until=full_day(windows, windows.until)
    )
    rows = (
        ("committee", configuration.committee),
        ("date", full_day(windows, windows.today)),
        ("subject", configuration.subject or say("labels.subject")),
        ("reference", configuration.reference),
        ("report_of", configuration.report_of),
        ("author", configuration.author),
        ("status", say("labels.front.public" if configuration.is_public else "labels.front.not_public")),
        ("purpose", say(f"labels.front.{configuration.purpose}")),
        ("period", period),
        ("figures", windows.full_dates.table(windows.figures) if windows.figures else None),
    )
    return tuple((say(f"labels.front.{name}"), value) for name, value in rows if value)


def as_of(extent: Extent, windows: Windows) -> str | None:
    """How far the report looks, as the end of a sentence; None when that is as far as the log goes."""
    say = windows.locale.say
    known, valid = "", ""
    if (moment := extent.known_at) is not None:
        day = full_day(windows, moment.date())
        if (moment.hour, moment.minute, moment.second) == (23, 59, 59):
            known = say("as_of.known_day", day=day)
        else:
            known = say("as_of.known_moment", day=day, clock=f"{moment:%H:%M:%S}")
    if extent.valid_at is not None:
        valid = say("as_of.valid", day=full_day(windows, extent.valid_at))
    if known and valid:
        return say("as_of.both", known=known, valid=valid)
    return known or valid or None


def full_day(windows: Windows, day: date) -> str:
    """A day with its year: "21 September 2017"."""
    return windows.full_dates.plain(When.of(day))


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
    locale = windows.locale
    found = abbreviations(configuration.abbreviations, locale)
    causes = {c for r in recorded if isinstance(c := getattr(r.event, "cause", None), Cause) and _dated(c)}
    for cause in sorted(causes, key=lambda c: c.name):
        if cause.when:
            first = locale.say("terms.dated", name=cause.name, date=windows.dates.plain(cause.when))
            found.append(Term(cause.name, first, cause.name, dates=True))
    return found
