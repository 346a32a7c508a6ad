"""A log in which everything happens that a timeline has a sign or words for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from telling import recorded

from oplog import Adopted, Cause, CauseKind, Discontinued, Nature, When, events, parse_when

if TYPE_CHECKING:
    from oplog.recorded import Recorded

STORM = Cause(CauseKind.WEATHER, "the storm", When("2017-06-03"))
SHORTAGE = Cause(CauseKind.SHORTAGE, "a shortage of staff")
WORK, EVENT = Nature.WORK, Nature.EVENT


def plan(title: str, when: str | None = None, nature: Nature | None = None) -> events.Planned:
    """A plan, with its date in the words of people."""
    return events.Planned(title=title, when=parse_when(when) if when else None, nature=nature)


def moved(when: str, cause: Cause | None = None) -> events.Rescheduled:
    """A new date, in the words of people."""
    return events.Rescheduled(when=parse_when(when), cause=cause)


DATED: dict[str, tuple[Any, ...]] = {
    "deployment/held": (plan("fair", "June 2017"), (events.Completed(), "24 June 2017")),
    "deployment/long": (plan("festival"), (events.Commenced(), "3 June 2017"), (events.Completed(), "5 June 2017")),
    "deployment/resumed": (
        plan("stalls"),
        (events.Commenced(), "3 June 2017"),
        (events.Suspended(), "5 June 2017"),
        (events.Resumed(), "7 June 2017"),
        (events.Completed(), "9 June 2017"),
    ),
    "deployment/vague": (plan("meeting"), (events.Completed(), "June 2017")),
    "deployment/kept": (plan("supper", "2 July 2017"), events.Completed()),
    "deployment/moved": (
        plan("ball", "10 June 2017"),
        moved("20 June 2017", STORM),
        (events.Completed(), "20 June 2017"),
    ),
    "deployment/put-off": (plan("parade", "11 June 2017"), events.Postponed(cause=SHORTAGE)),
    "deployment/told": (plan("race", "11 June 2017"), events.Postponed(cause=STORM), moved("w/c 21 August 2017")),
    "deployment/off": (plan("vigil", "12 June 2017"), events.Cancelled(cause=STORM)),
    "deployment/off-undated": (plan("stall"), (events.Cancelled(), "13 June 2017")),
    "deployment/back": (plan("talk", "5 September 2017"), events.Cancelled(cause=SHORTAGE), events.Reinstated()),
    "deployment/ahead": (plan("summit", "3 December 2017"),),
    "deployment/far": (plan("congress", "2018"),),
    "campaign/runs": (plan("programme"), (events.Commenced(), "summer 2017")),
    "campaign/ran": (plan("week"), (events.Commenced(), "June 2017"), (events.Completed(), "3 August 2017")),
    "campaign/day": (
        plan("day", nature=WORK),
        (events.Commenced(), "5 July 2017"),
        (events.Completed(), "5 July 2017"),
    ),
    "campaign/done": (plan("sale"), (events.Completed(), "7 July 2017")),
    "campaign/done-as-planned": (plan("survey", "9 July 2017"), events.Completed()),
    "operation/passed": (
        plan("patrols"),
        (events.Commenced(), "../2017-03"),
        (events.HandedOver(to="the rangers", cause=STORM), "1 July 2017"),
    ),
    "operation/paused": (
        plan("shifts"),
        (events.Commenced(), "../2017-03"),
        (events.Suspended(until=When("2017-08"), cause=STORM), "5 June 2017"),
    ),
    "operation/resumes": (
        plan("checks"),
        (events.Commenced(), "2017-06-01"),
        (events.Suspended(until=When("2017-11"), cause=STORM), "5 June 2017"),
    ),
    "operation/resumed": (
        plan("rounds"),
        (events.Commenced(), "../2017-03"),
        (events.Suspended(), "5 June 2017"),
        (events.Resumed(), "end of June 2017"),
    ),
    "operation/longer": (
        plan("loan"),
        (events.Commenced(), "2017-06-01"),
        events.Extended(until=When("2017-07"), cause=SHORTAGE),
        events.Extended(until=When("2017-12")),
    ),
    "operation/too-long": (plan("lease"), (events.Commenced(), "2017-06-01"), events.Extended(until=When("2017-07"))),
    "operation/repeats": (
        plan("surgeries"),
        (events.Commenced(), "../2017-03"),
        (events.OccurrenceHeld(count=3), "June 2017"),
        (events.OccurrenceCancelled(count=1, cause=STORM), "4 June 2017"),
        (events.OccurrenceCancelled(), "July 2017"),
    ),
    "operation/often": (plan("walks"), *((events.OccurrenceHeld(), f"{day} July 2017") for day in range(1, 13))),
    "pilot/due": (plan("trial"), (events.Commenced(), "2017-06-01"), events.EvaluationDue(when=When("2017-10"))),
    "pilot/overdue": (plan("test"), (events.Commenced(), "2017-06-01"), events.EvaluationDue(when=When("2017-07"))),
    "pilot/deferred": (
        plan("study"),
        (events.Commenced(), "2017-06-01"),
        events.EvaluationDue(when=When("2017-07")),
        events.EvaluationDeferred(when=When("2017-12"), cause=SHORTAGE),
        (events.Suspended(until=When("2017-10")), "2017-08-01"),
        events.Resumed(),
        (events.Suspended(until=When("2017-10")), "2017-09-01"),
    ),
    "pilot/kept": (
        plan("app"),
        (events.Commenced(), "2017-06-01"),
        (events.Evaluated(result="It works."), "2017-08-01"),
        (Adopted(), "2017-08-09"),
    ),
    "pilot/dropped": (plan("tool"), (events.Commenced(), "2017-06-01"), (Discontinued(), "2017-08-09")),
    "pilot/expects": (
        plan("product"),
        (events.Commenced(), "../2017-03"),
        events.OutlookRecorded(text="Field tests are due.", when=When("2017-09-22/2017-12-31~")),
    ),
    "operation/undated": (plan("advice"), events.Commenced(), events.NoteRecorded(text="Advice was given.")),
}
"""By stream, its events, each alone or with its effective date."""


def dated(*streams: str) -> list[Recorded]:
    """The events of some of these streams, or of all."""
    told: list[Recorded] = []
    for stream in streams or DATED:
        told += recorded(stream, *DATED[stream], start=len(told) + 1)
    return told
