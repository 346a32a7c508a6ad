"""What is still to come, as it stood at the end of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.errors import IllegalTransition
from oplog.narrative.english.nouns import noun
from oplog.projections import calendar

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def what_comes(item: Appointment) -> str:
    """What an appointment is, as a noun phrase."""
    title = noun(item.title)
    if item.what == "evaluation":
        return f"the evaluation of {title.definite()}"
    if item.what == "resumption":
        return f"the resumption of {title.definite()}"
    if item.what == "end":
        return f"the end of the extension of {title.definite()}"
    return f"{title.bare}: {item.text}" if item.text else title.first(known=False)
