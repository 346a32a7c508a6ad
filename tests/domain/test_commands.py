"""Every command of every aggregate: what it records, when it is refused, and when there is nothing to be done."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from oplog import (
    AGGREGATES,
    Adopt,
    Adopted,
    Basis,
    Cause,
    CauseKind,
    Discontinue,
    Discontinued,
    Figure,
    InvalidValue,
    OpLog,
    Redeploy,
    Redeployed,
    Refer,
    Referred,
    Refused,
    Relaunch,
    Relaunched,
    Term,
    When,
)
from oplog import commands as c
from oplog import events as e

JUNE, JULY, AUGUST = When("2017-06"), When("2017-07"), When("2017-08")
ATTACK = Cause(CauseKind.INCIDENT, "the London Bridge attack", When("2017-06-03"))
STOPS = Figure("vehicles", 40, done="stopped", period=JUNE)
MORE_STOPS = attrs.evolve(STOPS, value=41)

NOTHING: tuple[Any, ...] = ()
PLANNED = (e.Planned(title="week of action", when=JUNE, place="Guildhall", partners=("TfL",)),)
POSTPONED = (*PLANNED, e.Postponed())
CANCELLED = (*PLANNED, e.Cancelled(cause=ATTACK))
UNDER_WAY = (*PLANNED, e.Commenced())
SUSPENDED = (*UNDER_WAY, e.Suspended())
COMPLETED = (*UNDER_WAY, e.Completed())
HANDED_OVER = (*UNDER_WAY, e.HandedOver(to="the Trust"))
PROMISED = (*PLANNED, e.EvaluationDue(when=JULY))
MEASURED = (*PLANNED, e.FigureRecorded(figure=STOPS))
JOINED = (*PLANNED, e.PartnerJoined(partner="NHS"))
ASKING = e.ActionAsked(action="14/2017", asked="say what it cost", when=JULY)
ANSWERING = e.ActionAnswered(action="14/2017", text="It cost £12,000.")
ASKED = (*PLANNED, ASKING)
ANSWERED = (*ASKED, ANSWERING)

QUIET = "nothing is to be done"
RECORDED = "recorded"
Case = tuple[tuple[Any, ...], Any, str]

# For each command: what happened before, the command, and what is expected: RECORDED, QUIET or a piece of the refusal.
CASES: dict[type, list[Case]] = {
    c.Plan: [
        (NOTHING, c.Plan(title="week of action"), RECORDED),
        (PLANNED, c.Plan(title="week of action", when=JUNE, place="Guildhall", partners=("TfL",)), QUIET),
        (PLANNED, c.Plan(title="another title"), "'planned' is not possible when planned"),
    ],
    c.Reschedule: [
        (PLANNED, c.Reschedule(when=AUGUST, cause=ATTACK), RECORDED),
        (POSTPONED, c.Reschedule(when=JUNE), RECORDED),
        (CANCELLED, c.Reschedule(when=JUNE), RECORDED),
        (SUSPENDED, c.Reschedule(when=AUGUST), RECORDED),
        (PLANNED, c.Reschedule(when=JUNE), QUIET),
        (COMPLETED, c.Reschedule(when=AUGUST), "not possible when completed"),
    ],
    c.Postpone: [
        (PLANNED, c.Postpone(cause=ATTACK), RECORDED),
        (POSTPONED, c.Postpone(), QUIET),
        (UNDER_WAY, c.Postpone(), "not possible when under way"),
    ],
    c.Cancel: [
        (PLANNED, c.Cancel(cause=ATTACK), RECORDED),
        (SUSPENDED, c.Cancel(), RECORDED),
        (CANCELLED, c.Cancel(), QUIET),
        (CANCELLED, c.Cancel(cause=Cause(CauseKind.WEATHER, "the hail")), "not possible when cancelled"),
        (COMPLETED, c.Cancel(), "not possible when completed"),
    ],
    c.Reinstate: [
        (CANCELLED, c.Reinstate(), RECORDED),
        (PLANNED, c.Reinstate(), "not possible when planned"),
    ],
    c.Commence: [
        (PLANNED, c.Commence(), RECORDED),
        (POSTPONED, c.Commence(), RECORDED),
        (UNDER_WAY, c.Commence(), QUIET),
        (CANCELLED, c.Commence(), "not possible when cancelled"),
    ],
    c.Suspend: [
        (UNDER_WAY, c.Suspend(until=AUGUST), RECORDED),
        (SUSPENDED, c.Suspend(), QUIET),
        (SUSPENDED, c.Suspend(until=When("2031")), "not possible when suspended"),
        (PLANNED, c.Suspend(), "not possible when planned"),
    ],
    c.Resume: [
        (SUSPENDED, c.Resume(), RECORDED),
        (UNDER_WAY, c.Resume(), "not possible when under way"),
    ],
    c.Extend: [
        (UNDER_WAY, c.Extend(until=AUGUST), RECORDED),
        (PLANNED, c.Extend(term=Term("P3M")), RECORDED),
        (CANCELLED, c.Extend(until=AUGUST), "not possible when cancelled"),
    ],
    c.Complete: [
        (UNDER_WAY, c.Complete(attendance=40), RECORDED),
        (PLANNED, c.Complete(), RECORDED),
        (COMPLETED, c.Complete(), QUIET),
        (COMPLETED, c.Complete(attendance=41), "not possible when completed"),
        (CANCELLED, c.Complete(), "not possible when cancelled"),
    ],
    c.HandOver: [
        (COMPLETED, c.HandOver(to="the Trust"), RECORDED),
        (HANDED_OVER, c.HandOver(to="the Trust"), QUIET),
        (HANDED_OVER, c.HandOver(to="somebody else"), RECORDED),
        (CANCELLED, c.HandOver(to="the Trust"), "not possible when cancelled"),
    ],
    c.HoldOccurrence: [
        (PLANNED, c.HoldOccurrence(count=3, attendance=120), RECORDED),
        (UNDER_WAY, c.HoldOccurrence(), RECORDED),
        (COMPLETED, c.HoldOccurrence(), RECORDED),
        (CANCELLED, c.HoldOccurrence(), "not possible when cancelled"),
    ],
    c.CancelOccurrence: [
        (UNDER_WAY, c.CancelOccurrence(count=2, when=JULY), RECORDED),
        (COMPLETED, c.CancelOccurrence(), "not possible when completed"),
    ],
    c.RecordFigure: [
        (PLANNED, c.RecordFigure(figure=STOPS), RECORDED),
        (MEASURED, c.RecordFigure(figure=STOPS), QUIET),
        (MEASURED, c.RecordFigure(figure=attrs.evolve(STOPS, period=JULY)), RECORDED),
        (MEASURED, c.RecordFigure(figure=attrs.evolve(STOPS, basis=Basis.LEVEL)), RECORDED),
        (MEASURED, c.RecordFigure(figure=MORE_STOPS), "'vehicles stopped' is already recorded as 40"),
        (NOTHING, c.RecordFigure(figure=STOPS), "not possible before 'planned'"),
    ],
    c.RestateFigure: [
        (MEASURED, c.RestateFigure(figure=MORE_STOPS, reason="a late return"), RECORDED),
        (MEASURED, c.RestateFigure(figure=STOPS, reason="no change"), QUIET),
        (PLANNED, c.RestateFigure(figure=STOPS, reason="a late return"), "'vehicles stopped' was never recorded"),
    ],
    c.RecordNote: [
        (COMPLETED, c.RecordNote(text="It rained."), RECORDED),
        (NOTHING, c.RecordNote(text="It rained."), "not possible before 'planned'"),
    ],
    c.RecordOutcome: [
        (COMPLETED, c.RecordOutcome(text="Two arrests followed."), RECORDED),
        (NOTHING, c.RecordOutcome(text="Two arrests followed."), "not possible before 'planned'"),
    ],
    c.RecordFeedback: [
        (CANCELLED, c.RecordFeedback(text="Residents were sorry."), RECORDED),
        (NOTHING, c.RecordFeedback(text="Residents were sorry."), "not possible before 'planned'"),
    ],
    c.RecordLearning: [
        (SUSPENDED, c.RecordLearning(text="Start earlier."), RECORDED),
        (NOTHING, c.RecordLearning(text="Start earlier."), "not possible before 'planned'"),
    ],
    c.RecordOutlook: [
        (UNDER_WAY, c.RecordOutlook(text="Two more are planned.", when=AUGUST), RECORDED),
        (NOTHING, c.RecordOutlook(text="Two more are planned."), "not possible before 'planned'"),
    ],
    c.JoinPartner: [
        (PLANNED, c.JoinPartner(partner="NHS"), RECORDED),
        (PLANNED, c.JoinPartner(partner="TfL"), QUIET),
        (JOINED, c.JoinPartner(partner="NHS"), QUIET),
        (NOTHING, c.JoinPartner(partner="NHS"), "not possible before 'planned'"),
    ],
    c.LeavePartner: [
        (JOINED, c.LeavePartner(partner="NHS"), RECORDED),
        (PLANNED, c.LeavePartner(partner="TfL"), RECORDED),
        (PLANNED, c.LeavePartner(partner="NHS"), "'NHS' is not a partner of it"),
    ],
    c.LinkPartOf: [
        (PLANNED, c.LinkPartOf(parent="operation/mass"), RECORDED),
        ((*PLANNED, e.PartOfLinked(parent="operation/mass")), c.LinkPartOf(parent="operation/mass"), QUIET),
        (NOTHING, c.LinkPartOf(parent="operation/mass"), "not possible before 'planned'"),
    ],
    c.PromiseEvaluation: [
        (PLANNED, c.PromiseEvaluation(when=JULY, after=Term("P3M"), by="the college"), RECORDED),
        (PROMISED, c.PromiseEvaluation(when=JULY), QUIET),
        (PROMISED, c.PromiseEvaluation(when=AUGUST), "an evaluation is already due (2017-07); defer it instead"),
        (CANCELLED, c.PromiseEvaluation(when=JULY), "not possible when cancelled"),
    ],
    c.DeferEvaluation: [
        (PROMISED, c.DeferEvaluation(when=AUGUST), RECORDED),
        (PROMISED, c.DeferEvaluation(when=JULY), QUIET),
        (PLANNED, c.DeferEvaluation(when=JULY), "no evaluation is due"),
    ],
    c.Evaluate: [
        (PROMISED, c.Evaluate(result="It worked."), RECORDED),
        (NOTHING, c.Evaluate(result="It worked."), "not possible before 'planned'"),
    ],
    c.AskAction: [
        (CANCELLED, c.AskAction(action="14/2017", asked="say what it cost", by="Members"), RECORDED),
        (ASKED, c.AskAction(action="14/2017", asked="say what it cost", when=JULY), QUIET),
        (ANSWERED, c.AskAction(action="14/2017", asked="say what it cost", when=JULY), QUIET),
        (ASKED, c.AskAction(action="14/2017", asked="say what it cost"), "'14/2017' is already asked in other words"),
        (ANSWERED, c.AskAction(action="15/2017", asked="say what it cost"), RECORDED),
        (NOTHING, c.AskAction(action="14/2017", asked="say what it cost"), "not possible before 'planned'"),
    ],
    c.AnswerAction: [
        (ASKED, c.AnswerAction(action="14/2017", text="It cost £12,000."), RECORDED),
        (ANSWERED, c.AnswerAction(action="14/2017", text="It cost £12,000."), QUIET),
        (ANSWERED, c.AnswerAction(action="14/2017", text="It cost more."), "'14/2017' is already answered"),
        (PLANNED, c.AnswerAction(action="14/2017", text="It cost £12,000."), "no action '14/2017' was asked of it"),
        (ASKED, c.AnswerAction(action="15", text="Yes."), "no action '15' was asked of it; to be answered: '14/2017'"),
    ],
    c.ChangeMarking: [
        (PLANNED, c.ChangeMarking(marking="public"), RECORDED),
        ((*PLANNED, e.MarkingChanged(marking="public")), c.ChangeMarking(marking="public"), QUIET),
        (NOTHING, c.ChangeMarking(marking="public"), "not possible before 'planned'"),
    ],
    Refer: [
        (COMPLETED, Refer(matter="intelligence", to="the border force"), RECORDED),
        (PLANNED, Refer(matter="intelligence", to="the border force"), "not possible when planned"),
    ],
    Redeploy: [
        (UNDER_WAY, Redeploy(place="Aldgate"), RECORDED),
        (UNDER_WAY, Redeploy(place="Guildhall"), QUIET),
        (COMPLETED, Redeploy(place="Aldgate"), "not possible when completed"),
    ],
    Relaunch: [
        (COMPLETED, Relaunch(cause=ATTACK), RECORDED),
        (POSTPONED, Relaunch(), RECORDED),
        (PLANNED, Relaunch(), "not possible when planned"),
    ],
    Adopt: [
        (COMPLETED, Adopt(), RECORDED),
        ((*COMPLETED, Adopted()), Adopt(), QUIET),
        (PLANNED, Adopt(), "not possible when planned"),
    ],
    Discontinue: [
        (UNDER_WAY, Discontinue(), RECORDED),
        ((*UNDER_WAY, Discontinued()), Discontinue(), QUIET),
        ((*UNDER_WAY, Adopted()), Discontinue(), "nothing can change that any more"),
    ],
}

# What each kind of event changes in the state of an activity, beside its status.
CHANGES: list[tuple[tuple[Any, ...], Any, dict[str, Any]]] = [
    (
        NOTHING,
        e.Planned(title="t", when=JUNE, place="Aldgate", partners=("A",)),
        {"when": JUNE, "place": "Aldgate", "partners": ("A",)},
    ),
    (PLANNED, e.Rescheduled(when=AUGUST, cause=ATTACK), {"when": AUGUST, "moves": 1, "cause": ATTACK}),
    (PLANNED, e.Postponed(cause=ATTACK), {"when": None, "moves": 1, "cause": ATTACK}),
    (PLANNED, e.Cancelled(cause=ATTACK), {"when": JUNE, "cause": ATTACK}),
    (CANCELLED, e.Reinstated(), {"when": JUNE, "cause": None}),
    (UNDER_WAY, e.Suspended(until=AUGUST, cause=ATTACK), {"until": AUGUST, "cause": ATTACK}),
    ((*UNDER_WAY, e.Suspended(until=AUGUST)), e.Resumed(), {"until": None}),
    (UNDER_WAY, e.Extended(until=AUGUST, term=Term("P1M")), {"until": AUGUST, "extended_by": Term("P1M")}),
    (UNDER_WAY, e.HandedOver(to="the Trust"), {"owner": "the Trust"}),
    (UNDER_WAY, e.OccurrenceHeld(count=3), {"held": 3, "missed": 0}),
    (UNDER_WAY, e.OccurrenceCancelled(), {"held": 0, "missed": 1}),
    (UNDER_WAY, e.OccurrenceCancelled(count=2), {"missed": 2}),
    (PLANNED, e.FigureRecorded(figure=STOPS), {"figures": (STOPS,)}),
    (MEASURED, e.FigureRestated(figure=MORE_STOPS, reason="late"), {"figures": (MORE_STOPS,)}),
    (PLANNED, e.PartnerJoined(partner="NHS"), {"partners": ("TfL", "NHS")}),
    (JOINED, e.PartnerLeft(partner="TfL"), {"partners": ("NHS",)}),
    (PLANNED, e.PartOfLinked(parent="operation/mass"), {"part_of": "operation/mass"}),
    (PLANNED, e.EvaluationDue(when=JULY), {"evaluation_due": JULY}),
    (PROMISED, e.EvaluationDeferred(when=AUGUST), {"evaluation_due": AUGUST}),
    (PROMISED, e.Evaluated(result="It worked."), {"evaluation_due": None, "evaluations": 1}),
    (PLANNED, ASKING, {"actions": (ASKING,), "answers": (), "open_actions": (ASKING,)}),
    (ASKED, ANSWERING, {"actions": (ASKING,), "answers": (ANSWERING,), "open_actions": ()}),
    (PLANNED, e.MarkingChanged(marking="public"), {"marking": "public"}),
    (UNDER_WAY, Redeployed(place="Aldgate"), {"place": "Aldgate"}),
    (COMPLETED, Relaunched(cause=ATTACK), {"relaunches": 1, "cause": ATTACK}),
    (COMPLETED, Referred(matter="a lead", to="the border force"), {"referrals": 1}),
    (COMPLETED, Adopted(cause=ATTACK), {"cause": ATTACK}),
]

COMMANDS = [
    (name, verb, cls, event) for name, decider in AGGREGATES.items() for verb, (cls, event) in decider.commands.items()
]


@pytest.mark.parametrize(("aggregate", "verb", "cls", "event"), COMMANDS, ids=[f"{a}-{v}" for a, v, _, _ in COMMANDS])
def test_each_command_gives_its_event_its_refusal_or_nothing(aggregate: str, verb: str, cls: type, event: type) -> None:
    """Every command has a case in which it is recorded and one in which it is refused, and obeys all its cases."""
    decider = AGGREGATES[aggregate]
    assert {expected if expected in (RECORDED, QUIET) else "refused" for _, _, expected in CASES[cls]} >= {
        RECORDED,
        "refused",
    }, verb
    for before, command, expected in CASES[cls]:
        state = decider.fold(before)
        if expected == RECORDED:
            content = {field.name: getattr(command, field.name) for field in attrs.fields(event)}
            assert decider.decide(command, state) == (event(**content),)
        elif expected == QUIET:
            assert decider.decide(command, state) == ()
        else:
            with pytest.raises(Refused) as refusal:
                decider.decide(command, state)
            assert expected in refusal.value.reason
            assert refusal.value.status == state.status.value


def test_no_case_is_left_over() -> None:
    """Each case belongs to a command that an aggregate has."""
    assert set(CASES) == {cls for _, _, cls, _ in COMMANDS}


@pytest.mark.parametrize(("before", "event", "expected"), CHANGES, ids=[type(x).__name__ for _, x, _ in CHANGES])
def test_each_event_changes_what_it_says(before: tuple[Any, ...], event: Any, expected: dict[str, Any]) -> None:
    """An event changes the fields of the state that it speaks of, in every aggregate that has it."""
    having = [d for d in AGGREGATES.values() if type(event) in {cls for cls, _ in d.events.values()}]
    assert having
    for decider in having:
        state = decider.evolve(decider.fold(before), event)
        assert {name: getattr(state, name) for name in expected} == expected


@pytest.mark.parametrize("aggregate", AGGREGATES)
def test_a_command_has_the_fields_of_its_event(aggregate: str) -> None:
    """What a command says is what its event says, field by field, and every event has exactly one command."""
    decider = AGGREGATES[aggregate]
    commands = [*decider.commands.values(), *c.CORRECTING.values()]
    for command, event in commands:
        assert [f.name for f in attrs.fields(command)] == [f.name for f in attrs.fields(event)]
    assert sorted(cls.__name__ for _, cls in commands) == sorted(cls.__name__ for cls, _ in decider.events.values())


def test_a_command_of_another_aggregate_is_refused(log: OpLog) -> None:
    """A pilot cannot be relaunched, and an event is no command."""
    log.execute("pilot/triage", c.Plan(title="street triage"))
    for wrong in (Relaunch(), e.Cancelled(), "cancel"):
        with pytest.raises(InvalidValue, match="is no command for pilot/triage"):
            log.execute("pilot/triage", wrong)
    assert log.head() == 1


def test_a_refusal_names_stream_status_and_reason(log: OpLog) -> None:
    """The error of a refused command says which stream, in which status, and what could be done instead."""
    log.execute("campaign/week", c.Plan(title="week of action"))
    with pytest.raises(Refused) as refusal:
        log.execute("campaign/week", c.Resume())
    assert (refusal.value.stream, refusal.value.status) == ("campaign/week", "planned")
    assert str(refusal.value).startswith("campaign/week is planned: 'resumed' is not possible when planned; what can")
