"""The plan of a report: which streams are told, in which sections and in which order, and what the summary takes up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve, frozen

from oplog.domain.access import TRAIL
from oplog.domain.calendars import Calendar
from oplog.errors import InvalidValue
from oplog.narrative.appendices import appendices
from oplog.narrative.citations import CORRECTIONS, with_sources
from oplog.narrative.closing import coming_up, conclusion
from oplog.narrative.configuration import Heading, ReportConfiguration, Theme
from oplog.narrative.details import (
    tell_evaluation,
    tell_outlook,
    tell_partners,
    tell_purpose,
    tell_referrals,
    tell_texts,
)
from oplog.narrative.document import Block, Document, Paragraph, Section
from oplog.narrative.english.nouns import capital
from oplog.narrative.figures_told import figures_of, tell_figures
from oplog.narrative.lead import open_tale
from oplog.narrative.matter import as_of, front, recommendations, terms
from oplog.narrative.occurrences import tell_occurrences
from oplog.narrative.summary import salience, statement_of, summarise
from oplog.narrative.tale import Tale
from oplog.narrative.terms import introduce, introduce_in
from oplog.narrative.window import ALL as WHOLE
from oplog.narrative.window import Extent, Windows, known_by, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from oplog.recorded import Recorded

OTHER = Theme("", "Other activity")
ALL = Theme("", "Activity")
PARTS = (
    open_tale,
    tell_purpose,
    tell_occurrences,
    tell_partners,
    tell_figures,
    tell_referrals,
    tell_texts,
    tell_evaluation,
    tell_outlook,
)
"""What a paragraph tells, in this order."""


def narrate(
    recorded: Sequence[Recorded],
    configuration: ReportConfiguration | None = None,
    extent: Extent = WHOLE,
) -> Document:
    """The report that the configuration asks for, from the events of a log as they are to be read (`OpLog.read`).

    Depends on nothing else: the same events and configuration give the same document. Without dates in the
    configuration the report is of the day of the last recorded event. The access trail is not told: that a report was
    taken out does not change it. `extent` says what was asked for where these are not all events: the report of what
    was known or had come about by a day is one of that day at the latest. Raises `InvalidValue` for a log without
    activities, or without any that the readers may see.
    """
    if not recorded:
        what = "holds no event that this release of oplog knows" if extent.left_out else "is empty"
        raise InvalidValue(f"the log {what}; there is nothing to tell")
    recorded = [r for r in recorded if r.stream != TRAIL]
    if not recorded:
        raise InvalidValue("the log holds nothing but its access trail; there is nothing to tell")
    configuration = configuration or ReportConfiguration()
    head = max(r.position for r in recorded) if extent.head is None else extent.head
    days = [r.recorded_at.date() for r in recorded]
    markings = ("public",) if configuration.markings is None and configuration.public else configuration.markings
    untold = {r.position for r in extent.left_out if r.stream != TRAIL}
    left_out = tuple(r.position for r in visible([*recorded, *extent.left_out], markings) if r.position in untold)
    recorded = visible(recorded, markings)
    if not recorded:
        raise InvalidValue("the log holds nothing that the readers of this report may see")
    windows = windows_of(_not_after(configuration, extent.last_day), min(days), max(days))
    known = known_by([r for r in recorded if not isinstance(r.event, CORRECTIONS)], windows)
    tales = _tales(known, windows)
    themes = _themes(configuration, tales)
    sections = _sections(themes, tales)
    terms_known = terms(configuration, [r for tale in tales for r in tale.known], windows)
    gist = [(section.title, summarise(section, tales, configuration.highlights)) for section in sections]
    in_summary = introduce(terms_known, [s.text for _, paragraph in gist for s in paragraph.statements])
    in_body = introduce(
        terms_known, [s.text for t in sections for b in t.blocks for p in b.paragraphs for s in p.statements]
    )
    summary = tuple((title, introduce_in(paragraph, in_summary)) for title, paragraph in gist)
    sections = tuple(
        evolve(
            s,
            blocks=tuple(evolve(b, paragraphs=tuple(introduce_in(p, in_body) for p in b.paragraphs)) for b in s.blocks),
        )
        for s in sections
    )
    coming = coming_up(known, windows)
    closing = introduce_in(
        conclusion(tales, len([t for t in sections if t.key]), coming, windows, configuration.force), in_body
    )
    tables = appendices(tales, sections, coming, windows)
    document = Document(
        title=configuration.subject,
        date=windows.today,
        front=front(configuration, windows),
        summary=summary,
        recommendations=recommendations(configuration),
        sections=sections,
        conclusion=closing,
        contact=configuration.contact,
        appendices=tables,
        sources=(),
        head=head,
        as_of=as_of(extent),
        left_out=left_out,
    )
    return with_sources(document, recorded)


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


def windows_of(configuration: ReportConfiguration, first: date, last: date) -> Windows:
    """The windows that a configuration means.

    `first` and `last` are the days of the first and last recorded event; the last stands in for a missing date.

    Without a quarter, the figures are those of the last calendar quarter that was over; without a start, activity
    counts from the first day of the figures' quarter.
    """
    today = configuration.date or configuration.until or last
    until = configuration.until or today
    figures = configuration.figures or Calendar(1).quarter_of(until).previous.when
    since = configuration.since or min(figures.earliest, until)
    return Windows(since, until, figures, today, transcribed=first > until)


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


def _themes(configuration: ReportConfiguration, tales: Sequence[Tale]) -> list[Theme]:
    """The themes configured; then those that only the log knows, in order of first mention; then what has none."""
    themes = list(configuration.themes)
    for tale in tales:
        key = tale.theme[0]
        if key and key not in {t.key for t in themes}:
            themes.append(Theme(key, _title_of(key)))
    return [*themes, OTHER if themes else ALL]


def _title_of(key: str) -> str:
    return capital(key.replace("-", " ").replace("_", " "))


@frozen
class _Family:
    """A stream and those that are part of it and told in the same paragraph."""

    head: Tale
    members: tuple[Tale, ...]

    @property
    def salience(self) -> int:
        return max(salience(tale) for tale in (self.head, *self.members))


def _families(tales: Sequence[Tale]) -> list[_Family]:
    by_stream = {tale.stream: tale for tale in tales}
    children: dict[str, list[Tale]] = {}
    heads = []
    for tale in tales:
        parent = by_stream.get(tale.state.part_of or "")
        if parent is not None and parent is not tale and parent.theme == tale.theme and parent.state.part_of is None:
            children.setdefault(parent.stream, []).append(tale)
        else:
            heads.append(tale)
    return [_Family(tale, tuple(children.get(tale.stream, ()))) for tale in heads]


def _sections(themes: Sequence[Theme], tales: Sequence[Tale]) -> tuple[Section, ...]:
    families = _families(tales)
    sections: list[Section] = []
    for theme in themes:
        mine = [f for f in families if f.head.theme[0] == theme.key]
        if not mine:
            continue
        number = len(sections) + 1
        headings = list(theme.headings)
        for family in mine:
            key = family.head.theme[1]
            if key and key not in {h.key for h in headings}:
                headings.append(Heading(key, _title_of(key)))
        blocks: list[Block] = []
        paragraph = 0
        for heading in [Heading("", ""), *headings]:
            chosen = [f for f in mine if f.head.theme[1] == heading.key]
            chosen.sort(key=lambda f: -f.salience)
            paragraphs = []
            for family in chosen:
                paragraph += 1
                paragraphs.append(_paragraph(family, f"{number}.{paragraph}"))
            if paragraphs:
                blocks.append(Block(heading=heading.title or None, paragraphs=tuple(paragraphs)))
        sections.append(Section(number=number, key=theme.key, title=theme.title, blocks=tuple(blocks)))
    return tuple(sections)


def _paragraph(family: _Family, number: str) -> Paragraph:
    told = [item for tale in (family.head, *family.members) for item in tale.statements]
    return Paragraph(number=number, stream=family.head.stream, statements=tuple(statement_of(item) for item in told))
