"""The summary: of each section what a committee will want to know of first, in the very sentences of the section."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.domain.lifecycle import Status
from oplog.narrative import phrases
from oplog.narrative.document import Paragraph, Section, Statement, paragraphs_of
from oplog.narrative.english.numbers import count
from oplog.narrative.salience import salience

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oplog.narrative.report import Report
    from oplog.narrative.tale import Tale, Told

SUMMARY_ITEMS = 3
SUMMARY_WORDS = 110


def build(report: Report) -> Section | None:
    """A paragraph for each theme; None for a report without any."""
    paragraphs = tuple(_of(theme, report.tales, report.configuration.highlights) for theme in report.themes)
    return Section(key="summary", title="Summary", content=paragraphs) if paragraphs else None


def _of(theme: Section, tales: Sequence[Tale], highlights: Sequence[str]) -> Paragraph:
    """The openings of a theme's most salient paragraphs, in the order of the theme, and what is due of them."""
    by_stream = {tale.stream: tale for tale in tales}
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
    others = [tale for tale in tales if tale.theme[0] == theme.key and tale not in kept]
    if others:
        activities = "One further activity is" if len(others) == 1 else f"A further {count(len(others))} activities are"
        positions = tuple(sorted(tale.statements[0].positions[0] for tale in others))
        text = f"{activities} reported in section {theme.number}."
        statements.append(Statement(text=text, positions=positions))
    return Paragraph(title=theme.title, statements=tuple(statements))


def _gist(tale: Tale) -> list[Told]:
    """What the summary takes of a tale: its opening, what is due, and the first figure of what merely goes on."""
    lead = [s for s in tale.statements if s.role == "lead"][:1] or tale.statements[:1]
    goes_on = tale.state.status is Status.UNDER_WAY and not tale.select(*phrases.VERBS)
    figures = [s for s in tale.statements if s.role == "figure"][:1] if goes_on else []
    return [*lead, *figures, *(s for s in tale.statements if s.role == "due")]
