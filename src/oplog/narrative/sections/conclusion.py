"""The conclusion: the report in figures, and what is due next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.domain import events
from oplog.domain.campaign import Relaunched
from oplog.domain.pilot import Adopted, Discontinued
from oplog.narrative.coming import what_comes
from oplog.narrative.document import Paragraph, Section, Statement
from oplog.narrative.english.nouns import sentence
from oplog.narrative.english.numbers import count, listed
from oplog.narrative.matter import full_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oplog.narrative.report import Report
    from oplog.recorded import Recorded


def build(report: Report) -> Section:
    """One paragraph, whatever the log holds."""
    return Section(key="conclusion", title="Conclusion", content=(_told(report),))


def _told(report: Report) -> Paragraph:
    tales, coming, windows = report.tales, report.coming, report.windows
    force, number = report.configuration.force, len([theme for theme in report.themes if theme.key])
    began = [r for t in tales for r in t.select(events.Commenced, Relaunched)]
    done = [r for t in tales for r in t.select(events.Completed, events.OccurrenceHeld)]
    upset = [
        r
        for t in tales
        for r in t.select(events.Postponed, events.Cancelled, events.Suspended, events.OccurrenceCancelled)
    ]
    themes = f"{count(number)} theme{'' if number == 1 else 's'}"
    activities = f"{count(len(tales))} activit{'y' if len(tales) == 1 else 'ies'}"
    period = f"between {full_day(windows.since)} and {full_day(windows.until)}"
    under = f" under {themes}," if number else ""
    text = f"This report covers {activities} of {force}{under} {period}"
    if not tales:
        nothing = f"No activity of {force} was recorded {period}"
        return Paragraph(statements=(Statement(text=sentence(nothing), configured="window"),))
    statements = [Statement(text=sentence(text), positions=_positions([t.planned for t in tales if t.planned]))]
    parts = [
        (f"{_streams(began)} began", began),
        (f"{_streams(done)} {'was' if _number(done) == 1 else 'were'} held or completed", done),
        (f"{_streams(upset)} {'was' if _number(upset) == 1 else 'were'} {_upset(upset)} in whole or in part", upset),
    ]
    decided = [r for t in tales for r in t.select(events.Extended, events.HandedOver, Adopted, Discontinued)]
    parts.append((f"{_streams(decided)} {'was' if _number(decided) == 1 else 'were'} {_fate(decided)}", decided))
    said = [(words, behind) for words, behind in parts if behind]
    if said and len(tales) > 1:
        body = ", and ".join([", ".join(words for words, _ in said[:-1]), said[-1][0]]).removeprefix(", and ")
        statements.append(
            Statement(
                text=sentence(f"In that time, {body}"), positions=_positions([r for _, behind in said for r in behind])
            )
        )
    dated = [a for a in coming if a.when is not None and a.what != "outlook"]
    if dated:
        first = dated[0]
        text = f"The next matter due is {what_comes(first)}, {windows.dates.on(first.when)}" if first.when else ""
        statements.append(Statement(text=sentence(text), positions=first.positions))
    return Paragraph(statements=tuple(statements))


def _upset(recorded: Sequence[Recorded]) -> str:
    words = {
        events.Postponed: "postponed",
        events.Cancelled: "cancelled",
        events.OccurrenceCancelled: "cancelled",
        events.Suspended: "suspended",
    }
    return listed(sorted({words[type(r.event)] for r in recorded}), "or")


def _fate(recorded: Sequence[Recorded]) -> str:
    words = {
        events.Extended: "extended",
        events.HandedOver: "handed over",
        Adopted: "adopted",
        Discontinued: "discontinued",
    }
    return listed(sorted({words[type(r.event)] for r in recorded}), "or")


def _number(recorded: Sequence[Recorded]) -> int:
    return len({r.stream for r in recorded})


def _streams(recorded: Sequence[Recorded]) -> str:
    return count(_number(recorded))


def _positions(recorded: Sequence[Recorded]) -> tuple[int, ...]:
    return tuple(sorted({r.position for r in recorded}))
