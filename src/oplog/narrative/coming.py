"""What is still to come, as it stood at the end of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from oplog.domain import events
from oplog.domain.when import Kind
from oplog.errors import IllegalTransition
from oplog.projections import calendar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from oplog.domain.when import When
    from oplog.narrative.locale import Locale
    from oplog.narrative.window import Windows
    from oplog.projections.calendar import Appointment
    from oplog.recorded import Recorded

Term = Literal["this_quarter", "next_quarter", "later", "undated"]
ENDS = (events.OutcomeRecorded, events.OccurrenceHeld, events.Completed)
"""What can end an outlook."""

TERMS: tuple[Term, ...] = ("this_quarter", "next_quarter", "later", "undated")


def coming_up(recorded: Sequence[Recorded], windows: Windows) -> list[Appointment]:
    """What is planned or due on or after the report's date, earliest first; what has no date comes last."""
    return [item for item in announced(recorded) if windows.coming(item.when)]


def announced(recorded: Sequence[Recorded]) -> list[Appointment]:
    """The calendar after some events, without the outlooks that have no date and those that something has ended."""
    return [
        item
        for item in appointments(recorded)
        if item.what != "outlook" or (item.when is not None and not ended(item, recorded))
    ]


def ended(outlook: Appointment, recorded: Iterable[Recorded]) -> bool:
    """Whether one of some events says that what was announced has come about."""
    return any(one.stream == outlook.stream and ends(one, min(outlook.positions), outlook.when) for one in recorded)


def ends(recorded: Recorded, position: int, when: When | None) -> bool:
    """Whether an event of its stream ends the outlook at a position: what is told after it says that it came about.

    An outcome in words does. What was held or completed does where it was so in the time announced or after it: of
    what repeats, the occurrences before that say nothing.
    """
    if recorded.position < position or not isinstance(recorded.event, ENDS):
        return False
    in_time = when is not None and recorded.last_day >= when.earliest
    return in_time or isinstance(recorded.event, events.OutcomeRecorded)


def appointments(recorded: Iterable[Recorded]) -> tuple[Appointment, ...]:
    """The calendar after some events; those that need one that was left out are passed over."""
    draft = calendar.begin()
    for item in recorded:
        try:
            calendar.apply(draft, item)
        except IllegalTransition:
            continue
    return calendar.finish(draft)


def term_of(when: When | None, windows: Windows) -> Term:
    """In which part of the time ahead something falls, by the quarters of the report's calendar.

    What is known to the day falls where it begins; of all else, the last day that is meant counts.
    """
    if when is None:
        return "undated"
    start, end = when.span.start, when.span.end
    exact = start is not None and start.kind is Kind.DAY and not (start.approximate or (end and end.approximate))
    day = max(when.earliest, windows.today) if exact or end is None else when.latest
    if day <= windows.quarter.last:
        return "this_quarter"
    return "next_quarter" if day <= windows.quarter.next.last else "later"


def what_comes(item: Appointment, locale: Locale, *, known: bool = False) -> str:
    """What an appointment is, as a noun phrase; `known` says that the reader has met it before."""
    title = locale.grammar.noun(item.title)
    if item.what in ("evaluation", "resumption", "end"):
        return locale.say(f"coming.{item.what}", name=title.definite())
    if item.what == "action":
        return locale.say("coming.action", asked=locale.grammar.aim(item.text or ""), by=item.by or "")
    if item.text:
        return locale.say("coming.text", name=title.bare, text=item.text)
    return title.definite() if known else title.first(known=False)
