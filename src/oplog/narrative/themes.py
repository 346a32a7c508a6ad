"""The themes of a report: which streams are told under which, in which order and in which paragraph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.narrative.configuration import Heading, ReportConfiguration, Theme
from oplog.narrative.document import Content, Paragraph, Section
from oplog.narrative.families import Family, families
from oplog.narrative.text import capital

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oplog.narrative.locale import Locale
    from oplog.narrative.tale import Tale


def _themes(configuration: ReportConfiguration, tales: Sequence[Tale], locale: Locale) -> list[Theme]:
    """The themes configured; then those that only the log knows, in order of first mention; then what has none."""
    themes = list(configuration.themes)
    for tale in tales:
        key = tale.theme[0]
        if key and key not in {t.key for t in themes}:
            themes.append(Theme(key, _title_of(key)))
    return [*themes, Theme("", locale.say("labels.other_activity" if themes else "labels.all_activity"))]


def _title_of(key: str) -> str:
    return capital(key.replace("-", " ").replace("_", " "))


def numbered(configuration: ReportConfiguration, tales: Sequence[Tale], locale: Locale) -> tuple[Section, ...]:
    """The themes of which there is something to tell, as sections numbered from 1, with their paragraphs."""
    told = families(tales)
    sections: list[Section] = []
    for theme in _themes(configuration, tales, locale):
        mine = [f for f in told if f.head.theme[0] == theme.key]
        if not mine:
            continue
        number = len(sections) + 1
        headings = list(theme.headings)
        for family in mine:
            key = family.head.theme[1]
            if key and key not in {h.key for h in headings}:
                headings.append(Heading(key, _title_of(key)))
        content: list[Content] = []
        paragraph = 0
        for heading in [Heading("", ""), *headings]:
            chosen = [f for f in mine if f.head.theme[1] == heading.key]
            chosen.sort(key=lambda f: -f.salience)
            paragraphs = []
            for family in chosen:
                paragraph += 1
                paragraphs.append(_paragraph(family, f"{number}.{paragraph}"))
            if paragraphs and heading.title:
                key = f"{theme.key}/{heading.key}"
                content.append(Section(key=key, title=heading.title, content=tuple(paragraphs)))
            else:
                content += paragraphs
        sections.append(Section(number=str(number), key=theme.key, title=theme.title, content=tuple(content)))
    return tuple(sections)


def _paragraph(family: Family, number: str) -> Paragraph:
    told = [item for tale in (family.head, *family.members) for item in tale.statements]
    return Paragraph(number=number, stream=family.head.stream, statements=tuple(item.statement for item in told))
