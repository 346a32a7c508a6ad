"""A log in which every sort of matter is open before the quarter, and everything becomes of one that a report tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from telling import recorded

from oplog import Adopted, Cause, CauseKind, When, events, parse_when

if TYPE_CHECKING:
    from oplog.recorded import Recorded

BEFORE = "2017-03-01"
ATTACK = Cause(CauseKind.INCIDENT, "the London Bridge attack", When("2017-06-03"))
SHORTAGE = Cause(CauseKind.SHORTAGE, "a shortage of data")
Step = tuple[Any, str]


def plan(title: str, when: str | None = None) -> Step:
    """A plan of before the quarter, with its date in the words of people."""
    return events.Planned(title=title, when=parse_when(when) if when else None), BEFORE


def asked(action: str, what: str, day: str, *, by: str | None = None, when: str | None = None) -> Step:
    """An action that was asked on a day."""
    return events.ActionAsked(action=action, asked=what, by=by, when=When(when) if when else None), day


BEGUN = (events.Commenced(), BEFORE)

ARISING: dict[str, tuple[Step, ...]] = {
    "pilot/triage": (
        plan("street triage pilot"),
        BEGUN,
        (events.EvaluationDue(when=When("2017-06"), by="the university"), BEFORE),
        asked("14/2017", "Report on the cost of the trial.", "2017-05-18", by="the Police Committee", when="2017-07"),
        (events.EvaluationDeferred(when=When("2017-08"), cause=SHORTAGE), "2017-06-20"),
    ),
    "pilot/packs": (
        plan("trauma packs trial"),
        BEGUN,
        (events.EvaluationDue(when=When("2017-07")), BEFORE),
        (Adopted(), "2017-07-03"),
        asked("15/2017", "tell members who pays", "2017-05-18", by="Members"),
        (events.ActionAnswered(action="15/2017", text="Businesses buy the packs themselves."), "2017-07-20"),
    ),
    "pilot/cameras": (
        plan("camera trial"),
        BEGUN,
        (events.EvaluationDue(when=When("2017-07")), BEFORE),
        (events.Cancelled(), "2017-06-05"),
        (events.Reinstated(), "2017-06-06"),
        (events.Evaluated(result="It helped."), "2017-07-20"),
        (events.EvaluationDue(when=When("2018-07")), "2017-07-21"),
    ),
    "campaign/week": (
        plan("week of action on sexual violence", "June 2017"),
        (events.Cancelled(cause=ATTACK), "2017-06-05"),
        (events.Rescheduled(when=parse_when("w/c 21 August 2017")), "2017-06-20"),
    ),
    "campaign/fairs": (plan("cycle safety fairs", "February 2017"), (events.Postponed(cause=ATTACK), BEFORE)),
    "campaign/talks": (plan("talks", "July 2017"), (events.Postponed(), "2017-06-20")),
    "campaign/moved": (
        plan("bicycle fair", "8 July 2017"),
        (events.Postponed(cause=ATTACK), "2017-06-05"),
        (events.Rescheduled(when=parse_when("1 September 2017")), "2017-06-20"),
        (events.Rescheduled(when=parse_when("20 August 2017")), "2017-07-20"),
        (events.Completed(), "2017-08-20"),
    ),
    "campaign/begun": (plan("poster campaign", "8 July 2017"), (events.Commenced(), "2017-07-08")),
    "campaign/still": (plan("awareness week on fraud", "w/c 6 November 2017"),),
    "campaign/held": (plan("open day", "8 July 2017"), (events.Completed(attendance=40), "2017-07-08")),
    "campaign/told": (
        plan("stall", "20 July 2017"),
        (events.OutcomeRecorded(text="Forty locks were given out."), "2017-07-20"),
    ),
    "campaign/someday": (plan("roadshow"),),
    "campaign/dated": (plan("final live exercise"), (events.Rescheduled(when=When("2018-02")), "2017-07-03")),
    "operation/tests": (
        plan("Operation Yew"),
        BEGUN,
        (events.OutlookRecorded(text="Field tests are due.", when=When("2017-12")), BEFORE),
        (
            events.OutcomeRecorded(
                text="The field tests were passed in all four of the places in which they were made, and those who made them asked for no change to the product."
            ),
            "2017-08-01",
        ),
    ),
    "operation/signs": (
        plan("Operation Fir"),
        BEGUN,
        (events.OutlookRecorded(text="New signs are to come.", when=When("2017-12")), BEFORE),
        (events.OutlookRecorded(text="A leaflet was to come.", when=When("2017-08")), BEFORE),
        (events.NoteRecorded(text="The signs were ordered."), "2017-08-01"),
    ),
    "deployment/surgery": (
        plan("police surgery"),
        BEGUN,
        (events.OutlookRecorded(text="A surgery at the library is planned.", when=When("2017-08")), BEFORE),
        (events.OutlookRecorded(text="One at the market is planned.", when=When("2017-11")), BEFORE),
        (events.OccurrenceHeld(), "2017-07-01"),
        (events.OccurrenceHeld(), "2017-08-01"),
    ),
    "operation/oak": (
        plan("Operation Oak", "8 July 2017"),
        BEGUN,
        (events.Suspended(until=When("2017-08")), BEFORE),
        asked("16", "to explain the suspension", "2017-06-01", when="2017-12"),
    ),
    "operation/elm": (
        plan("Operation Elm"),
        BEGUN,
        (events.Extended(until=When("2017-07")), BEFORE),
        (events.Extended(until=When("2018-03")), "2017-07-02"),
    ),
    "deployment/patrols": (plan("patrols in the park", "June 2017"), (events.OccurrenceHeld(count=3), "2017-06-07")),
    "deployment/stall": (
        plan("market stall", "20 May 2017"),
        asked("17", "find a site", BEFORE),
        asked("18", "find a date", BEFORE),
        (events.ActionAnswered(action="18", text="It was found."), "2017-04-01"),
    ),
}


def arising() -> list[Recorded]:
    """All of it, in one log."""
    log: list[Recorded] = []
    for stream, steps in ARISING.items():
        log += recorded(stream, *steps, start=len(log) + 1)
    return log
