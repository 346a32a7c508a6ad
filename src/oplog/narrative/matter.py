"""What stands around the main report: title block, recommendations, conclusion, appendices, terms to introduce."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.domain import events
from oplog.domain.campaign import Relaunched
from oplog.domain.values import Cause
from oplog.domain.when import When
from oplog.errors import IllegalTransition
from oplog.narrative.document import Paragraph, Row, Section, Statement, Table
from oplog.narrative.english.dates import Dates
from oplog.narrative.english.nouns import capital, noun, sentence
from oplog.narrative.english.numbers import count, listed
from oplog.narrative.numbers_told import quantity
from oplog.narrative.terms import Term, abbreviations
from oplog.projections import calendar, figures

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from oplog.narrative.configuration import ReportConfiguration
    from oplog.narrative.tale import Tale
    from oplog.narrative.window import Windows
    from oplog.projections.calendar import Appointment
    from oplog.recorded import Recorded

_FULL = Dates(None)


def front(configuration: ReportConfiguration, windows: Windows) -> tuple[tuple[str, str], ...]:
    """The title block; what the configuration leaves out is left out."""
    period = f"{_day(windows.since)} to {_day(windows.until)}"
    rows = (
        ("Committee", configuration.committee),
        ("Date", _day(windows.today)),
        ("Subject", configuration.subject),
        ("Reference", configuration.reference),
        ("Report of", configuration.report_of),
        ("Author", configuration.author),
        ("Status", "Public" if configuration.public else "Not public"),
        ("Purpose", f"For {configuration.purpose}"),
        ("Activity reported", period),
        ("Figures", _FULL.table(windows.figures) if windows.figures else None),
    )
    return tuple((name, value) for name, value in rows if value)


def _day(day: date) -> str:
    return _FULL.to(When.of(day))


def recommendations(configuration: ReportConfiguration) -> tuple[Statement, ...]:
    """What the committee is asked to do: as configured, or what the report's purpose says."""
    if configuration.recommendations:
        return tuple(
            Statement(text=sentence(t), configured="report.recommendations") for t in configuration.recommendations
        )
    members = f"The {configuration.committee.removeprefix('The ')} is" if configuration.committee else "Members are"
    asked = "receive this report and to note what it says"
    if configuration.purpose == "decision":
        asked = "consider this report and to decide on the matters that it raises"
    return (Statement(text=f"{members} asked to {asked}.", configured="report.purpose"),)


def terms(configuration: ReportConfiguration, recorded: Sequence[Recorded]) -> list[Term]:
    """The abbreviations, and each dated cause with its date at first mention."""
    found = abbreviations(configuration.abbreviations)
    causes = {
        c for r in recorded if isinstance(c := getattr(r.event, "cause", None), Cause) and c.when and not c.when.is_open
    }
    for cause in sorted(causes, key=lambda c: c.name):
        if cause.when:
            found.append(Term(cause.name, f"{cause.name} of {_FULL.to(cause.when)}", cause.name))
    return found


def conclusion(
    tales: Sequence[Tale], sections: Sequence[Section], recorded: Sequence[Recorded], windows: Windows, force: str
) -> Paragraph:
    """The report in figures, and what is due next."""
    began = [r for t in tales for r in t.select(events.Commenced, Relaunched)]
    done = [r for t in tales for r in t.select(events.Completed, events.OccurrenceHeld)]
    upset = [
        r
        for t in tales
        for r in t.select(events.Postponed, events.Cancelled, events.Suspended, events.OccurrenceCancelled)
    ]
    themes = f"{count(len(sections))} theme{'' if len(sections) == 1 else 's'}"
    activities = f"{count(len(tales))} activit{'y' if len(tales) == 1 else 'ies'}"
    period = (
        windows.dates.on(When.of(windows.since, windows.until))
        if windows.since < windows.until
        else f"on {_day(windows.until)}"
    )
    text = f"This report covers {activities} of {force} under {themes}, {period}"
    statements = [Statement(text=sentence(text), positions=_positions([t.planned for t in tales if t.planned]))]
    parts = [
        (f"{_streams(began)} began", began),
        (f"{_streams(done)} {'was' if _number(done) == 1 else 'were'} held or completed", done),
        (f"{_streams(upset)} {'was' if _number(upset) == 1 else 'were'} {_upset(upset)} in whole or in part", upset),
    ]
    said = [(words, behind) for words, behind in parts if behind]
    if said:
        body = listed([words for words, _ in said])
        statements.append(
            Statement(
                text=sentence(f"Of these, {body}"), positions=_positions([r for _, behind in said for r in behind])
            )
        )
    coming = [a for a in _coming(recorded, windows) if a.when is not None and a.what != "outlook"]
    if coming:
        first = coming[0]
        text = f"The next matter due is {_what(first)}, {windows.dates.on(first.when)}" if first.when else ""
        statements.append(Statement(text=sentence(text), positions=first.positions))
    return Paragraph(statements=tuple(statements))


def _upset(recorded: Sequence[Recorded]) -> str:
    words = {
        events.Postponed: "postponed",
        events.Cancelled: "cancelled",
        events.OccurrenceCancelled: "cancelled",
        events.Suspended: "suspended",
    }
    return listed(sorted({words[type(r.event)] for r in recorded}), "or").replace(", ", " or ")


def _number(recorded: Sequence[Recorded]) -> int:
    return len({r.stream for r in recorded})


def _streams(recorded: Sequence[Recorded]) -> str:
    return count(_number(recorded))


def _positions(recorded: Sequence[Recorded]) -> tuple[int, ...]:
    return tuple(sorted({r.position for r in recorded}))


def _coming(recorded: Sequence[Recorded], windows: Windows) -> list[Appointment]:
    draft = calendar.begin()
    for item in recorded:
        try:
            calendar.apply(draft, item)
        except IllegalTransition:
            continue
    return [
        a for a in calendar.finish(draft) if windows.coming(a.when) and not (a.what == "outlook" and a.when is None)
    ]


def _what(item: Appointment) -> str:
    title = noun(item.title)
    if item.what == "evaluation":
        return f"the evaluation of {title.definite()}"
    if item.what == "resumption":
        return f"the resumption of {title.definite()}"
    if item.what == "end":
        return f"the end of {title.definite()}"
    return f"{title.bare}: {item.text}" if item.text else title.first(known=False)


def appendices(
    tales: Sequence[Tale], sections: Sequence[Section], recorded: Sequence[Recorded], windows: Windows
) -> tuple[Table, ...]:
    """The forward look and the figures; a table without rows is left out."""
    numbers = {p.stream: p.number or "" for s in sections for b in s.blocks for p in b.paragraphs if p.stream}
    for tale in tales:
        parent = tale.state.part_of
        if tale.stream not in numbers and parent in numbers:
            numbers[tale.stream] = numbers[parent]
    tables = (
        Table(
            title="Appendix A: Forward look",
            lead="What is planned or due after this report, as it stood at the end of the period reported.",
            columns=("When", "What", "Paragraph"),
            rows=tuple(
                Row(
                    cells=(
                        capital(windows.dates.to(a.when)) if a.when else "No date set",
                        sentence(_what(a)) if a.what == "outlook" else capital(_what(a)),
                        numbers.get(a.stream, "\N{EN DASH}"),
                    ),
                    positions=a.positions,
                )
                for a in _coming(recorded, windows)
            ),
        ),
        Table(
            title="Appendix B: Figures",
            lead="Every figure in this report, with the period that it covers and the basis on which it was counted."
            " Figures on different bases or for overlapping periods must not be added.",
            columns=("Figure", "Value", "Unit", "Period", "Basis", "Paragraph"),
            rows=tuple(
                row
                for tale in sorted(tales, key=lambda t: _order(numbers.get(t.stream, "")))
                for row in _figure_rows(tale, numbers.get(tale.stream, ""))
            ),
        ),
    )
    return tuple(table for table in tables if table.rows)


def _order(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in number.split(".") if part)


def _figure_rows(tale: Tale, number: str) -> list[Row]:
    draft: figures.Draft = {}
    by_position = {r.position: r for r in tale.known}
    for item in tale.known:
        figures.apply(draft, item)
    rows = []
    for row in figures.finish(draft):
        if not tale.windows.tells(row.figure, by_position[row.positions[-1]]):
            continue
        name = row.figure.name
        if name == "occurrences held":
            name = f"{tale.noun.bare} held"
        elif name == "people attending":
            name = f"people attending {tale.noun.definite()}"
        restated = f" (restated from {', '.join(str(p) for p in row.previous)})" if row.previous else ""
        value = quantity(row.figure).removesuffix(f" {row.figure.unit}").removesuffix("%").lstrip("\N{POUND SIGN}")
        unit = "number" if row.figure.unit == "count" else row.figure.unit
        rows.append(
            Row(
                cells=(
                    capital(name), value + restated, unit, capital(_FULL.table(row.figure.period)),
                    capital(row.figure.basis.value), number,
                ),
                positions=row.positions,
            )
        )  # fmt: skip
    return rows
