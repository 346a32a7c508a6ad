"""Impact, partners and links on small logs: what a cause changed, who takes part, what is part of what."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from oplog import (
    Cause,
    CauseKind,
    Change,
    Figure,
    OpLog,
    Part,
    Pending,
    When,
    commands,
    events,
    impact_of,
    import_lines,
)
from oplog.examples import example_log

ATTACK = Cause(CauseKind.INCIDENT, "the attack", When("2017-06-03"))
MANNER = Cause(CauseKind.OTHER, "the attack")
STAFF = Cause(CauseKind.SHORTAGE, "a shortage of officers")
WEEK, SHIFTS = "campaign/week", "deployment/shifts"


def told(changes: tuple[Change, ...]) -> list[tuple[Any, ...]]:
    return [(c.what, c.stream, c.was and c.was.edtf, c.now and c.now.edtf) for c in changes]


@pytest.mark.parametrize(
    ("before", "change", "row"),
    [
        ([], commands.Reschedule(when=When("2017-08"), cause=ATTACK), ("rescheduled", "2017-06", "2017-08")),
        ([], commands.Postpone(cause=ATTACK), ("postponed", "2017-06", None)),
        ([], commands.Cancel(cause=ATTACK), ("cancelled", "2017-06", None)),
        ([commands.Cancel()], commands.Reinstate(cause=ATTACK), ("reinstated", None, "2017-06")),
        ([commands.Commence()], commands.Suspend(until=When("2017-07"), cause=ATTACK), ("suspended", None, "2017-07")),
        (
            [commands.Extend(until=When("2017-07"))],
            commands.Extend(until=When("2017-09"), cause=ATTACK),
            ("extended", "2017-07", "2017-09"),
        ),
        (
            [commands.PromiseEvaluation(when=When("2017-09"))],
            commands.DeferEvaluation(when=When("2017-12"), cause=ATTACK),
            ("evaluation deferred", "2017-09", "2017-12"),
        ),
        (
            [],
            commands.CancelOccurrence(count=3, when=When("2017-06-07"), cause=ATTACK),
            ("occurrence cancelled", "2017-06-07", None),
        ),
        ([], commands.Complete(cause=ATTACK), ("completed", None, None)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_change_tells_the_dates_that_it_moved(
    log: OpLog, before: list[Any], change: Any, row: tuple[Any, ...]
) -> None:
    """Each event with a cause says what it was, from which date it moved what and to which."""
    for command in (commands.Plan(title="week", when=When("2017-06")), *before, change):
        log.execute(WEEK, command)
    (found,) = log.view("impact")
    assert told((found,)) == [(row[0], WEEK, *row[1:])]
    assert (found.cause, found.title, found.positions) == (ATTACK, "week", (log.head(),))
    assert found.count == (3 if row[0] == "occurrence cancelled" else None)


def test_an_extra_deployment_is_a_change(log: OpLog) -> None:
    """What was planned because of something is among what that changed, with its date and the day of recording."""
    log.execute(SHIFTS, commands.Plan(title="night shifts", when=When("2017-06-04"), cause=ATTACK))
    (found,) = log.view("impact")
    assert told((found,)) == [("planned", SHIFTS, None, "2017-06-04")]
    assert (found.effective, found.recorded) == (None, When("2017-09-21"))


def test_causes_with_one_name_are_one_cause_and_stand_in_order_of_date(log: OpLog) -> None:
    """The view is sorted by the name of the cause and then by date, whatever kind and date the cause was given."""
    log.execute(WEEK, commands.Plan(title="week", when=When("2017-06")))
    log.execute(SHIFTS, commands.Plan(title="shifts"))
    log.execute(WEEK, commands.Cancel(cause=MANNER), effective=When("2017-06-05"))
    log.execute(SHIFTS, commands.Commence(cause=ATTACK), effective=When("2017-06-04"))
    log.execute(SHIFTS, commands.Suspend(cause=STAFF), effective=When("2017-05-20/2017-07-01"))
    changes = log.view("impact")
    assert [c.cause.name for c in changes] == ["a shortage of officers", "the attack", "the attack"]
    assert [c.what for c in impact_of(changes, "the attack")] == ["commenced", "cancelled"]
    assert impact_of(changes, "the flood") == ()


def test_what_belongs_to_the_matter_comes_after_what_has_the_cause(log: OpLog) -> None:
    """Events of the same matter are part of the impact: changes, figures and outcomes, but no notes."""
    log.execute(WEEK, commands.Plan(title="week", when=When("2017-06")))
    log.execute(WEEK, commands.Cancel(cause=ATTACK), correlation_id="gold-7")
    stops = Figure("stops", 5, breakdown=(Part("because of the attack", 5),))
    for command in (
        commands.Reschedule(when=When("2017-08")),
        commands.RecordFigure(figure=stops),
        commands.RecordOutcome(text="Requests rose."),
        commands.RecordNote(text="It rained."),
        commands.Commence(cause=STAFF),
    ):
        log.execute(WEEK, command, correlation_id="gold-7")
    log.execute(SHIFTS, commands.Plan(title="shifts"), correlation_id="another")
    found = impact_of(log.view("impact"), "the attack")
    assert [c.what for c in found] == ["cancelled", "rescheduled", "figure recorded", "outcome recorded", "commenced"]
    assert (found[2].figure, found[3].text, found[4].cause) == (stops, "Requests rose.", STAFF)
    assert {c.matter for c in found} == {"gold-7"}


def test_impact_compares_no_change_with_all_others(log: OpLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """What belongs to a matter is told from what has the cause by position, for there may be thousands of each."""
    log.execute(WEEK, commands.Plan(title="week", when=When("2017-06")), correlation_id="gold-7")
    log.execute(WEEK, commands.Cancel(cause=ATTACK), correlation_id="gold-7")
    log.execute(SHIFTS, commands.Plan(title="shifts"), correlation_id="gold-7")
    changes = log.view("impact")
    compared = []
    monkeypatch.setattr(Change, "__eq__", lambda one, other: compared.append((one, other)))
    assert [c.positions for c in impact_of(changes, "the attack")] == [(2,), (1,), (3,)]
    assert compared == []


def test_a_corrected_cause_is_the_cause_and_a_retracted_change_is_none(log: OpLog) -> None:
    """The view has what the events should have said, names the correction, and leaves out what was taken back."""
    log.execute(WEEK, commands.Plan(title="week", when=When("2017-06")))
    log.execute(WEEK, commands.Cancel(cause=STAFF))
    log.correct(2, "cause", ATTACK, why="the minutes say so")
    (found,) = log.view("impact")
    assert (found.cause, found.positions) == (ATTACK, (2, 3))
    log.retract(2, why="it was another week")
    assert log.view("impact") == ()


def test_the_example_shows_all_that_the_attack_changed() -> None:
    """The campaign, the shifts called off, the deployments at night, the meetings and the requests are there."""
    with OpLog.open(":memory:") as log:
        with example_log().open("rb") as lines:
            import_lines(log, lines, name="example")
        found = impact_of(log.view("impact"), "the London Bridge attack")
        then = impact_of(log.view("impact", known_at=date(2017, 6, 5)), "the London Bridge attack")
    assert [c.what for c in found if c.stream == "campaign/sexual-violence-week"] == [
        "postponed",
        "cancelled",
        "rescheduled",
    ]
    streams = {(c.what, c.stream) for c in found}
    assert {
        ("occurrence cancelled", "deployment/acton-shifts"),
        ("figure recorded", "operation/night-time-deployments"),
        ("planned", "deployment/forum-leads-meeting"),
        ("planned", "deployment/regional-prevent-meeting"),
        ("outcome recorded", "operation/security-advice"),
    } <= streams
    assert {c.stream for c in then} == {
        "campaign/sexual-violence-week",
        "deployment/faith-networks",
        "deployment/forum-leads-meeting",
        "operation/london-bridge-reassurance",
    }


# Partners and links


def test_a_partner_is_there_from_joining_to_leaving(log: OpLog) -> None:
    """Partners of the plan and those who joined are listed by name, with their leaving, and again with their return."""
    log.execute(WEEK, commands.Plan(title="week", partners=("Tideway", "Tideway")), effective=When("2017-05"))
    log.execute(WEEK, commands.JoinPartner(partner="Multiplex"), effective=When("2017-06"))
    log.execute(WEEK, commands.LeavePartner(partner="Multiplex"), effective=When("2017-07"))
    log.execute(WEEK, commands.JoinPartner(partner="Multiplex"))
    found = [
        (row.partner, row.since and row.since.edtf, row.until and row.until.edtf, row.left, row.positions)
        for row in log.view("partners")
    ]
    assert found == [
        ("Multiplex", "2017-06", "2017-07", True, (2, 3)),
        ("Multiplex", None, None, False, (4,)),
        ("Tideway", "2017-05", None, False, (1,)),
    ]
    assert {(row.stream, row.title) for row in log.view("partners")} == {(WEEK, "week")}


def test_a_corrected_partner_is_the_partner(log: OpLog) -> None:
    """The name that should have been recorded is listed, with the correction; a joining taken back leaves no trace."""
    log.execute(WEEK, commands.Plan(title="week"))
    log.execute(WEEK, commands.JoinPartner(partner="Multiplx"))
    log.correct(2, "partner", "Multiplex", why="a slip")
    assert [(row.partner, row.positions) for row in log.view("partners")] == [("Multiplex", (2, 3))]
    log.retract(2, why="another campaign")
    assert log.view("partners") == ()


def test_a_link_is_the_last_one(log: OpLog) -> None:
    """A stream is listed with what it is part of now; the same said again keeps its beginning and names both events."""
    log.execute(WEEK, commands.Plan(title="week"))
    log.execute(WEEK, commands.LinkPartOf(parent="operation/acton"), effective=When("2017-05"))
    (first,) = log.view("links")
    log.execute(WEEK, commands.LinkPartOf(parent="operation/mass"), effective=When("2017-06"))
    (second,) = log.view("links")
    assert (first.stream, first.title, first.part_of, first.since) == (WEEK, "week", "operation/acton", When("2017-05"))
    assert (second.part_of, second.since, second.positions) == ("operation/mass", When("2017-06"), (3,))
    log.retract(3, why="it was not")
    assert log.view("links") == (first,)


def test_a_link_said_again_keeps_its_beginning(log: OpLog) -> None:
    """An import may tell the same link twice, which no command does: it holds since the first, and rests on both."""
    log.execute(WEEK, commands.Plan(title="week"))
    for when in ("2017-05", "2017-06"):
        log.append(Pending(stream=WEEK, event=events.PartOfLinked(parent="operation/acton"), effective=When(when)))
    (link,) = log.view("links")
    assert (link.since, link.positions) == (When("2017-05"), (2, 3))
