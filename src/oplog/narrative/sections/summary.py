"""The summary: of each section what a committee will want to know of first, in the very sentences of the section."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.domain.lifecycle import Status
from oplog.narrative import phrases
from oplog.narrative.document import Paragraph, Section, Statement, paragraphs_of
from oplog.narrative.salience import salience
from oplog.narrative.text import sentence

if TYPE_CHECKING:
    from oplog.narrative.report import Report
    from oplog.narrative.tale import Tale, Told

SUMMARY_ITEMS = 3
SUMMARY_WORDS = 110


def build(report: Report) -> Section | None:
    """A paragraph for each theme; None for a report without any."""
    paragraphs = tuple(_of(report, theme) for theme in report.themes)
    title = report.locale.say("labels.summary")
    return Section(key="summary", title=title, content=paragraphs) if paragraphs else None


def _of(report: Report, theme: Section) -> Paragraph:
    """The openings of a theme's most salient paragraphs, in the order of the theme, and what is due of them."""
    highlights, locale = report.configuration.highlights, report.locale
    by_stream = {tale.stream: tale for tale in report.tales}
    told = [by_stream[p.stream] for p in paragraphs_of(theme.content) if p.stream]
    ranked = sorted(told, key=lambda tale: (tale.stream not in highlights, -salience(tale)))
    chosen: list[Tale] = []
    words = 0
    for tale in ranked:
        length = sum(len(s.text.split()) for s in _gist(tale))
        asked = tale.stream in highlights
        if not asked and (len(chosen) >= SUMMARY_ITEMS or (chosen and words + length > SUMMARY_WORDS)):
            continue
        chosen.append(tale)
        words += length
    kept = [tale for tale in told if tale in chosen]
    statements = [item.statement for tale in kept for item in _gist(tale)]
    others = [tale for tale in report.tales if tale.theme[0] == theme.key and tale not in kept]
    if others:
        positions = tuple(sorted(tale.planned.position for tale in others if tale.planned))
        section = theme.number or ""
        if len(others) == 1:
            text = locale.say("summary.one_more", section=section)
        else:
            text = locale.say("summary.more", number=locale.count(len(others)), section=section)
        statements.append(Statement(text=sentence(text), positions=positions))
    return Paragraph(title=theme.title, statements=tuple(statements))


def _gist(tale: Tale) -> list[Told]:
    """What the summary takes of a tale: its opening, what is due, and the first figure of what merely goes on."""
    lead = [s for s in tale.statements if s.role == "lead"][:1] or tale.statements[:1]
    goes_on = tale.state.status is Status.UNDER_WAY and not tale.select(*phrases.VERBS)
    figures = [s for s in tale.statements if s.role == "figure"][:1] if goes_on else []
    return [*lead, *figures, *(s for s in tale.statements if s.role == "due")]
