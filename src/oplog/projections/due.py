"""Due and overdue: the calendar as it looks on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from oplog.domain.when import When
    from oplog.projections.calendar import Appointment

Standing = Literal["overdue", "due", "no date"]


@frozen
class Due:
    """An appointment as it stands on a day.

    It is *due* when the day is one of those that its date can mean, and *overdue* when the last of them has passed;
    `days` is then by how many days, None otherwise. *No date* is set for it when it was postponed or never had one.
    """

    appointment: Appointment
    standing: Standing
    days: int | None = None


def due(appointments: Iterable[Appointment], on: date, until: date | None = None) -> tuple[Due, ...]:
    """What of the calendar is overdue, due and without a date on a day, in this order and in that of the calendar.

    `until` is the last day to look ahead to, inclusive: what can be so by then is due too. None looks at the day alone.
    An outlook whose time has passed is left out: nothing in a log says whether what was announced came about.
    """
    last = on if until is None else max(on, until)
    found: dict[Standing, list[Due]] = {"overdue": [], "due": [], "no date": []}
    for appointment in appointments:
        standing = _standing(appointment.when, on, last)
        if standing is None or (standing == "overdue" and appointment.what == "outlook"):
            continue
        days = (on - appointment.when.latest).days if standing == "overdue" and appointment.when else None
        found[standing].append(Due(appointment, standing, days))
    return tuple(one for standing in found.values() for one in standing)


def _standing(when: When | None, on: date, last: date) -> Standing | None:
    if when is None:
        return "no date"
    if when.latest < on:
        return "overdue"
    return "due" if when.earliest <= last else None
