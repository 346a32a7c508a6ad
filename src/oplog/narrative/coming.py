"""What is still to come, as it stood at the end of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.errors import IllegalTransition
from oplog.projections import calendar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oplog.narrative.locale import Locale
    from oplog.narrative.window import Windows
    from oplog.projections.calendar import Appointment
    from oplog.recorded import Recorded


def coming_up(recorded: Sequence[Recorded], windows: Windows) -> list[Appointment]:
    """What is planned or due on or after the report's date, earliest first; what has no date comes last."""
    draft = calendar.begin()
    for item in recorded:
        try:
            calendar.apply(draft, item)
        except IllegalTransition:
            continue
    return [
        a for a in calendar.finish(draft) if windows.coming(a.when) and not (a.what == "outlook" and a.when is None)
    ]


def what_comes(item: Appointment, locale: Locale) -> str:
    """What an appointment is, as a noun phrase."""
    title = locale.grammar.noun(item.title)
    if item.what in ("evaluation", "resumption", "end"):
        return locale.say(f"coming.{item.what}", name=title.definite())
    if item.text:
        return locale.say("coming.text", name=title.bare, text=item.text)
    return title.first(known=False)
