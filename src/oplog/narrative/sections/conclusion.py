"""The conclusion: the report in figures, and what is due next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.domain import events
from oplog.domain.campaign import Relaunched
from oplog.domain.pilot import Adopted, Discontinued
from oplog.narrative.carried import overdue
from oplog.narrative.coming import what_comes
from oplog.narrative.document import Paragraph, Section, Statement
from oplog.narrative.matter import full_day
from oplog.narrative.text import sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oplog.narrative.locale import Locale
    from oplog.narrative.report import Report
    from oplog.projections.calendar import Appointment
    from oplog.recorded import Recorded


CHANGED = {
    events.Postponed: "postponed",
    events.Cancelled: "cancelled",
    events.OccurrenceCancelled: "cancelled",
    events.Suspended: "suspended",
    events.Extended: "extended",
    events.HandedOver: "handed_over",
    Adopted: "adopted",
    Discontinued: "discontinued",
}
"""The keys of what became of what did not go as planned, or was decided."""


def build(report: Report) -> Section:
    """One paragraph, whatever the log holds."""
    return Section(key="conclusion", title=report.locale.say("labels.conclusion"), content=(_told(report),))


def _told(report: Report) -> Paragraph:
    tales, windows, locale = report.tales, report.windows, report.locale
    number = len([theme for theme in report.themes if theme.key])
    slots = {
        "force": report.configuration.force or locale.say("labels.force"),
        "since": full_day(windows, windows.since),
        "until": full_day(windows, windows.until),
    }
    if not tales:
        nothing = locale.say("conclusion.nothing", **slots)
        return Paragraph(statements=(Statement(text=sentence(nothing), configured="window"),))
    themes = locale.say("conclusion.themes", number, number=locale.count(number)) if number else ""
    activities = locale.say("conclusion.activities", len(tales), number=locale.count(len(tales)))
    text = locale.say("conclusion.covers", activities=activities, themes=themes, **slots)
    statements = [Statement(text=sentence(text), positions=_positions([t.planned for t in tales if t.planned]))]
    parts = [part for part in _parts(report) if part[1]]
    if parts and len(tales) > 1:
        *others, final = [words for words, _ in parts]
        body = locale.say("conclusion.parts", first=locale.say("lists.plain").join(others), last=final)
        text = locale.say("conclusion.in_that_time", parts=body if others else final)
        behind = [r for _, some in parts for r in some]
        statements.append(Statement(text=sentence(text), positions=_positions(behind)))
    late = overdue(report)
    if late:
        text = locale.say("conclusion.overdue", len(late), number=locale.count(len(late)))
        behind_late = {position for one in late for position in one.matter.positions}
        statements.append(Statement(text=sentence(text), positions=tuple(sorted(behind_late))))
    dated = [a for a in report.coming if a.when is not None and a.what != "outlook"]
    if dated and dated[0].when:
        what = what_comes(dated[0], locale)
        text = locale.say("conclusion.next", what=what, on=windows.dates.on(dated[0].when))
        statements.append(Statement(text=sentence(text), positions=dated[0].positions))
    statements.append(_next_quarter(report, dated[0] if dated else None))
    return Paragraph(statements=tuple(statements))


def _next_quarter(report: Report, told: Appointment | None) -> Statement:
    """How much the forward look has for the next quarter; `told` is the next matter, which was told before it."""
    locale, windows = report.locale, report.windows
    items = report.to_come.get("next_quarter", ())
    among = told in items
    only = among and len(items) == 1
    which = "none" if not items else "only" if only else "in_all" if among else "some"
    quarter = windows.full_dates.table(windows.quarter.next.when)
    slots = {"quarter": quarter} | ({"number": locale.count(len(items))} if which in ("some", "in_all") else {})
    text = sentence(locale.say(f"conclusion.quarter.{which}", len(items), **slots))
    positions = tuple(sorted({position for item in items for position in item.positions}))
    return Statement(text=text, positions=positions, configured=None if positions else "window")


def _parts(report: Report) -> list[tuple[str, list[Recorded]]]:
    """What began, was done, was upset and was decided: how many streams, and the events behind it."""
    began = _select(report, events.Commenced, Relaunched)
    done = _select(report, events.Completed, events.OccurrenceHeld)
    upset = _select(report, events.Postponed, events.Cancelled, events.Suspended, events.OccurrenceCancelled)
    decided = _select(report, events.Extended, events.HandedOver, Adopted, Discontinued)
    parts = (("began", began), ("done", done), ("upset", upset), ("decided", decided))
    numbers = [number for _, behind in parts if (number := len({r.stream for r in behind}))]
    digits = report.locale.in_digits(numbers)
    return [(_part(report.locale, key, behind, digits=digits), behind) for key, behind in parts]


def _part(locale: Locale, key: str, behind: Sequence[Recorded], *, digits: bool) -> str:
    number = len({r.stream for r in behind})
    what = sorted({locale.say(f"conclusion.{CHANGED[type(r.event)]}") for r in behind if type(r.event) in CHANGED})
    slots = {"number": locale.count(number, digits=digits), "what": locale.listed(what, "or")}
    return locale.say(f"conclusion.{key}", number, **slots)


def _select(report: Report, *kinds: type) -> list[Recorded]:
    return [r for tale in report.tales for r in tale.select(*kinds)]


def _positions(recorded: Sequence[Recorded]) -> tuple[int, ...]:
    return tuple(sorted({r.position for r in recorded}))
