"""The plan of a report: which streams are told, in which sections and in which order, and what the summary takes up."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from attrs import evolve

from oplog.domain.aggregates import is_about_log
from oplog.domain.calendars import Calendar
from oplog.errors import InvalidValue
from oplog.narrative.appendices import lettered
from oplog.narrative.citations import CORRECTIONS, founded, with_sources
from oplog.narrative.coming import coming_up
from oplog.narrative.configuration import ReportConfiguration
from oplog.narrative.details import (
    tell_outlook,
    tell_partners,
    tell_purpose,
    tell_referrals,
    tell_texts,
)
from oplog.narrative.document import Document
from oplog.narrative.evaluation import tell_evaluation
from oplog.narrative.figures_found import figures_of
from oplog.narrative.figures_told import tell_figures
from oplog.narrative.last_report import last_report, series_of
from oplog.narrative.lead import open_tale
from oplog.narrative.locales import shipped
from oplog.narrative.matter import as_of, front, terms
from oplog.narrative.occurrences import tell_occurrences
from oplog.narrative.quotes import with_quotes
from oplog.narrative.report import Report
from oplog.narrative.sections import SECTIONS
from oplog.narrative.standing import tell_end_overdue
from oplog.narrative.tale import Tale
from oplog.narrative.terms import with_terms
from oplog.narrative.themes import numbered
from oplog.narrative.window import ALL as WHOLE
from oplog.narrative.window import Extent, Windows, known_by, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from oplog.narrative.locale import Locale
    from oplog.narrative.sections import Builder
    from oplog.recorded import Recorded

PARTS = (
    open_tale,
    tell_purpose,
    tell_occurrences,
    tell_partners,
    tell_figures,
    tell_referrals,
    tell_texts,
    tell_end_overdue,
    tell_evaluation,
    tell_outlook,
)
"""What a paragraph tells, in this order."""


def narrate(
    recorded: Sequence[Recorded],
    configuration: ReportConfiguration | None = None,
    extent: Extent = WHOLE,
    sections: Sequence[Builder] = SECTIONS,
) -> Document:
    """The report that the configuration asks for, from the events of a log as they are to be read (`OpLog.read`).

    Depends on nothing else: the same events and configuration give the same document. Without dates in the
    configuration the report is of the day of the last recorded event. What the log keeps about itself is not told: that
    a report was taken out does not change it, and the last one published says only since when activity counts. `extent`
    says what was asked for where these are not all events: the report of what was known or had come about by a day is
    one of that day at the latest. `sections` build the parts of the report, in their order. Raises `InvalidValue` for a
    log without activities, or without any that the readers may see, and for a section that says what rests on nothing.

    Give it what the readers may see of the log (`oplog.audience`), as `OpLog.narrative` does. An event that they may
    not see, or not whole, is left out whole all the same; but then the numbers of the others tell that it is there.
    """
    configuration = configuration or ReportConfiguration()
    windows, recorded, head, left_out = _seen(recorded, configuration, extent)
    locale = windows.locale
    known = known_by([r for r in recorded if not isinstance(r.event, CORRECTIONS)], windows)
    tales = _tales(known, windows)
    report = Report(
        configuration=configuration,
        windows=windows,
        recorded=recorded,
        known=known,
        tales=tales,
        themes=numbered(configuration, tales, locale),
        coming=coming_up(known, windows),
    )
    built = lettered(founded(section for build in sections if (section := build(report)) is not None), locale)
    introduced = with_terms(built, terms(configuration, [r for tale in tales for r in tale.known], windows))
    document = Document(
        title=configuration.subject or locale.say("labels.subject"),
        date=windows.today,
        language=locale.language,
        front=front(configuration, windows),
        sections=introduced,
        sources=(),
        head=head if extent.head is None else extent.head,
        as_of=as_of(extent, windows),
        author=configuration.author,
        marking=configuration.readers.line,
        locale=locale,
        left_out=left_out,
    )
    return with_quotes(with_sources(document, recorded))


def windows_asked(
    recorded: Sequence[Recorded], configuration: ReportConfiguration | None = None, extent: Extent = WHOLE
) -> Windows:
    """The windows of the report that `narrate` makes of the same. Raises what it raises."""
    return _seen(recorded, configuration or ReportConfiguration(), extent)[0]


def _seen(
    recorded: Sequence[Recorded], configuration: ReportConfiguration, extent: Extent
) -> tuple[Windows, list[Recorded], int, tuple[int, ...]]:
    """The windows, what the readers may see of the activities, the last position of an activity, and what is left out.

    What is left out is given by its positions, as far as the readers may see it.
    """
    if not recorded:
        what = "holds no event that this release of oplog knows" if extent.left_out else "is empty"
        raise InvalidValue(f"the log {what}; there is nothing to tell")
    activities = [r for r in recorded if not is_about_log(r.stream)]
    if not activities:
        raise InvalidValue("the log holds nothing but what it keeps about itself; there is nothing to tell")
    untold = {r.position for r in extent.left_out if not is_about_log(r.stream)}
    both = visible([*activities, *extent.left_out], configuration.readers)
    left_out = tuple(r.position for r in both if r.position in untold)
    seen = visible(activities, configuration.readers)
    if not seen:
        raise InvalidValue("the log holds nothing that the readers of this report may see")
    days = [r.recorded_at.date() for r in seen]
    asked = _not_after(configuration, extent.last_day)
    reports = [r for r in recorded if is_about_log(r.stream)]
    windows = windows_of(asked, min(days), max(days), reports, configuration.locale)
    windows = evolve(windows, written_down=extent.written_down)
    return windows, seen, max(r.position for r in seen), left_out


def _not_after(configuration: ReportConfiguration, day: date | None) -> ReportConfiguration:
    """The configuration of a report that could have been written on a day, which None leaves open."""
    if day is None:
        return configuration
    until = configuration.until or configuration.date
    return evolve(
        configuration,
        date=day if configuration.date is None else min(configuration.date, day),
        until=day if until is None else min(until, day),
        since=None if configuration.since is None else min(configuration.since, day),
    )


def windows_of(
    configuration: ReportConfiguration,
    first: date,
    last: date,
    reports: Iterable[Recorded] = (),
    locale: Locale | None = None,
) -> Windows:
    """The windows that a configuration means.

    `first` and `last` are the days of the first and last recorded event; the last stands in for a missing date.
    `reports` are the events of published reports, as they are to be read. The words are those of `locale`, by default
    British English.

    Without a quarter, the figures are those of the last calendar quarter that was over. Without a start, activity
    counts from the day after the last report of the series ended, or, for the first report of a series, from the first
    day of the figures' quarter. Raises `InvalidValue` for a start after the end.
    """
    today = configuration.date or configuration.until or last
    until = configuration.until or today
    figures = configuration.figures or Calendar(1).quarter_of(until).previous.when
    before = last_report(reports, series_of(configuration), until)
    since = configuration.since
    if since is None:
        since = min(figures.earliest, until) if before is None else before.window.latest + timedelta(days=1)
    elif since > until:
        raise InvalidValue(
            f"window.since is {since}, after the last day of the activity, {until}; expected an earlier day"
        )
    words, late = locale or shipped(), first > until
    return Windows(
        since,
        until,
        figures,
        today,
        transcribed=late,
        last=before,
        locale=words,
        began=first,
        allowance=configuration.allowance,
    )


def _tales(recorded: Iterable[Recorded], windows: Windows) -> list[Tale]:
    streams: dict[str, list[Recorded]] = {}
    for item in recorded:
        streams.setdefault(item.stream, []).append(item)
    tales = []
    for stream, items in streams.items():
        tale = Tale.of(stream, items, windows)
        if tale.planned is None or not (tale.inside or figures_of(tale)):
            continue
        for part in PARTS:
            part(tale)
        if tale.statements:
            tales.append(tale)
    return tales
