"""A row of the table of what was carried forward: a matter, when it was due, and what has become of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.domain import events
from oplog.narrative.changes import LONGEST, change_of
from oplog.narrative.clauses import because, chain
from oplog.narrative.coming import what_comes
from oplog.narrative.document import Cell, Row
from oplog.narrative.tale import Tale
from oplog.narrative.text import capital, sentence

if TYPE_CHECKING:
    from oplog.domain.when import When
    from oplog.narrative.carried import Matter
    from oplog.narrative.report import Report
    from oplog.recorded import Recorded

SHORT = 20
"""An outcome of no more words than this is told in the table."""


def became_of(report: Report, matter: Matter) -> Row:
    """The row of a matter; it rests on what was promised then and now, and on what came between."""
    say, then = report.locale.say, matter.then
    tale = Tale.of(then.stream, [r for r in report.known if r.stream == then.stream], report.windows)
    told = _joined(report, _changes(tale, matter))
    standing = _standing(report, tale, matter)
    if standing:
        told = say("arising.became.told", told=told, standing=standing)
    cells = (
        capital(what_comes(then, report.locale, known=True).rstrip(". ")),
        capital(report.windows.dates.plain(then.when) if then.when else say("labels.forward.no_date")),
        capital(told),
        report.numbers.get(then.stream, say("labels.forward.nowhere")),
    )
    now = () if matter.now is None else matter.now.positions
    positions = {*then.positions, *now, *(r.position for r in matter.behind)}
    return Row(cells=tuple(Cell(text=text) for text in cells), positions=tuple(sorted(positions)))


def _changes(tale: Tale, matter: Matter) -> list[str]:
    """What moved and settled it; a cause is told where it first applies."""
    told, previous, cause = [], matter.then.when, None
    whole = len(matter.behind) <= LONGEST
    for recorded in matter.behind:
        said = getattr(recorded.event, "cause", None)
        reason = "" if said == cause else because(tale.locale, said, type(recorded.event))
        told.append(_told(tale, matter, recorded, previous, reason, whole=whole))
        previous = getattr(recorded.event, "when", previous)
        cause = said or cause
    return told


def _joined(report: Report, told: list[str]) -> str:
    """Changes in a row, each without its auxiliary; of many only the last, for the paragraph tells them all."""
    say = report.locale.say
    if len(told) > LONGEST:
        return say("arising.became.after", number=report.locale.count(len(told) - 1), last=told[-1])
    if len(told) < 2:
        return "".join(told)
    if len(told) == 2:
        return say("changes.two", first=told[0], last=told[1])
    return say("changes.many", first=say("lists.plain").join(told[:-1]), last=told[-1])


def _told(tale: Tale, matter: Matter, recorded: Recorded, promised: When | None, reason: str, *, whole: bool) -> str:
    """One change: of the matter itself or, where it is a date of something, of that.

    `whole` says that the changes before it are told too, so that it can refer to the date that they set.
    """
    say, event = tale.locale.say, recorded.event
    on = tale.windows.dates.on(recorded.effective) if recorded.effective else ""
    if isinstance(event, events.OutcomeRecorded):
        return _in_words(tale, event)
    if matter.then.what == "outlook" and isinstance(event, events.OccurrenceHeld):
        return say("arising.became.held", on=on)
    if isinstance(event, events.OccurrenceHeld):
        return say("arising.became.begun", on=on)
    if isinstance(event, events.EvaluationDeferred):
        return say("arising.became.deferred", to=tale.windows.dates.to(event.when), because=reason)
    if not whole and not isinstance(event, events.Rescheduled):
        promised = None
    before = matter.behind[: matter.behind.index(recorded)]
    alone = not before or not isinstance(before[-1].event, events.Rescheduled)
    change = change_of(tale, recorded, promised, alone=alone, place=False, length=False).also(because=reason)
    if isinstance(event, events.Commenced) and promised is not None and recorded.effective == promised:
        change = change.also(on=say("changes.as_planned" if alone else "changes.on_that_date"))
    if matter.then.what in ("planned", "resumption", "end") or isinstance(event, events.Evaluated):
        return change.clause(tale.locale)
    return say("arising.became.ended_with", subject=tale.noun.definite(), chain=chain(tale.locale, [change]))


def _in_words(tale: Tale, outcome: events.OutcomeRecorded) -> str:
    """What came of it, as it was recorded, where that is short; else only that it was."""
    if len(outcome.text.split()) > SHORT:
        return tale.locale.say("arising.became.outcome")
    return sentence(outcome.text).removesuffix(".")


def _standing(report: Report, tale: Tale, matter: Matter) -> str:
    """How it stands at the end of the period; "" where what came of it says all."""
    say, now, windows = report.locale.say, matter.now, report.windows
    if now is None:
        return "" if matter.behind else say("labels.forward.nowhere")
    if now.when is None:
        return say("arising.became.no_date" if matter.behind else "arising.became.still_no_date")
    if windows.coming(now.when):
        return "" if matter.behind else say("arising.became.to_come")
    if now.when.latest > windows.until:
        return say("arising.became.later")
    if now.what == "planned" and (outcomes := tale.outcomes(now.when)):
        return _in_words(tale, outcomes[-1].event)
    return say("arising.became.no_outcome" if now.what in ("planned", "outlook") else "arising.became.overdue")
