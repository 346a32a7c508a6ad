"""What a committee will want to know of first: how salient a stream is, and what the summary takes of a section."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.domain import events
from oplog.domain.campaign import Relaunched
from oplog.domain.lifecycle import Status
from oplog.domain.pilot import Adopted, Discontinued
from oplog.narrative import phrases
from oplog.narrative.document import Paragraph, Section, Statement
from oplog.narrative.english.numbers import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oplog.narrative.tale import Tale, Told

SUMMARY_ITEMS = 3
SUMMARY_WORDS = 110
DECISIVE = (
    events.HandedOver,
    events.Extended,
    events.Resumed,
    events.Evaluated,
    events.Cancelled,
    Relaunched,
    Adopted,
    Discontinued,
)
"""Changes that a committee will want to know of before all others."""


def salience(tale: Tale) -> int:
    """How much a committee will want to know of it: changes of plan first, then trials, results and figures."""
    score = 0
    for recorded in tale.inside:
        event = recorded.event
        if isinstance(event, DECISIVE):
            score += 5
        elif isinstance(event, phrases.SETBACKS):
            score += 2 if isinstance(event, events.OccurrenceCancelled) else 4
        elif isinstance(event, (events.Completed, events.Commenced, events.OccurrenceHeld, events.EvaluationDue)):
            score += 2
        elif isinstance(event, (events.FigureRecorded, events.OutcomeRecorded)):
            score += 1
        score += 1 if getattr(event, "cause", None) is not None else 0
    return min(score, 12) + (4 if tale.stream.startswith("pilot/") else 0)


def summarise(section: Section, tales: Sequence[Tale], highlights: Sequence[str]) -> Paragraph:
    """The openings of a section's most salient paragraphs, in the order of the section, and what is due of them."""
    by_stream = {tale.stream: tale for tale in tales}
    told = [by_stream[p.stream] for block in section.blocks for p in block.paragraphs if p.stream]
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
    statements = [statement_of(item) for tale in kept for item in _gist(tale)]
    others = [tale for tale in tales if tale.theme[0] == section.key and tale not in kept]
    if others:
        activities = "One further activity is" if len(others) == 1 else f"A further {count(len(others))} activities are"
        positions = tuple(sorted(tale.statements[0].positions[0] for tale in others))
        text = f"{activities} reported in section {section.number}."
        statements.append(Statement(text=text, positions=positions))
    return Paragraph(statements=tuple(statements))


def _gist(tale: Tale) -> list[Told]:
    """What the summary takes of a tale: its opening, what is due, and the first figure of what merely goes on."""
    lead = [s for s in tale.statements if s.role == "lead"][:1] or tale.statements[:1]
    goes_on = tale.state.status is Status.UNDER_WAY and not tale.select(*phrases.VERBS)
    figures = [s for s in tale.statements if s.role == "figure"][:1] if goes_on else []
    return [*lead, *figures, *(s for s in tale.statements if s.role == "due")]


def statement_of(told: Told) -> Statement:
    """A statement as it stands in the document."""
    return Statement(text=told.text, positions=told.positions)
