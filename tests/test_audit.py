"""Replay: a sound log has no findings, each rule finds what it is for, and all findings are collected."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from attrs import frozen

from oplog import (
    TRAIL,
    Adopt,
    CannotOpen,
    Cause,
    CauseKind,
    Disclose,
    Finding,
    OpLog,
    Pending,
    StartTrail,
    Term,
    When,
    commands,
    events,
    export_lines,
    import_lines,
)
from oplog import audit as audit_module
from tampering import rows, tamper

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Clock

WEEK, TRIAL = "campaign/week", "pilot/trial"
ATTACK = Cause(CauseKind.INCIDENT, "the London Bridge attack")
SOURCE = "Pol 57-17, paragraph 2."


def record_sound_log(log: OpLog, clock: Clock) -> None:
    """Six events of two streams, an hour apart, with nothing to find in them."""
    for stream, command, context in (
        (WEEK, commands.Plan(title="week of action", when=When("2017-06")), {"source": SOURCE + "1"}),
        (TRIAL, commands.Plan(title="trial", term=Term("P6M")), {"source": SOURCE + "2"}),
        (WEEK, commands.Cancel(cause=ATTACK), {"source": SOURCE + "3", "effective": When("2017-06-03")}),
        (TRIAL, commands.Commence(), {"effective": When("2017-06-16")}),
        (WEEK, commands.Reschedule(when=When("2017-10-02/2017-10-08")), {}),
        (TRIAL, commands.PromiseEvaluation(when=When("2017-12"), after=Term("P6M")), {}),
    ):
        log.execute(stream, command, **context)
        clock.move(hours=1)


@pytest.fixture
def sound(filed: OpLog, clock: Clock) -> OpLog:
    """Give a sound log in a file."""
    record_sound_log(filed, clock)
    return filed


@frozen
class Case:
    """What is done to a sound log, by SQL or through the log, and the findings that the rule must make of it."""

    rule: str
    found: tuple[tuple[str, int | None, str | None, int | None, str], ...]
    sql: tuple[str, ...] = ()
    said: tuple[tuple[str, Any, dict[str, Any]], ...] = ()
    severity: str = "fault"


def edit(position: int, text: str, by: str) -> str:
    return f"UPDATE stored_events SET state=CAST(REPLACE(CAST(state AS TEXT), '{text}', '{by}') AS BLOB) WHERE rowid={position}"  # noqa: S608, E501


SAME_ID = (
    "UPDATE stored_events SET state=CAST(REPLACE(CAST(state AS TEXT), json_extract(CAST(state AS TEXT), '$.id'),"
    " (SELECT json_extract(CAST(s.state AS TEXT), '$.id') FROM stored_events s WHERE s.rowid=2)) AS BLOB)"
    " WHERE rowid=4"
)
FEWER_MOVES = (
    "UPDATE stream_states SET state=CAST(REPLACE(CAST(state AS TEXT), 'moves\":1', 'moves\":0') AS BLOB)"
    " WHERE stream='campaign/week'"
)
CASES = {
    "a deleted event": Case(
        "sequence",
        (
            ("sequence", 4, TRIAL, 2, "position 3 was expected after 2"),
            ("sequence", 5, WEEK, 3, "version 2 of the stream"),
        ),
        ("DELETE FROM stored_events WHERE rowid=3",),
    ),
    "a deleted first event": Case(
        "sequence",
        (
            ("sequence", 2, TRIAL, 1, "position 1 was expected after 0"),
            ("sequence", 3, WEEK, 2, "version 1 of the stream"),
        ),
        ("DELETE FROM stored_events WHERE rowid=1",),
    ),
    "a renumbered version": Case(
        "sequence",
        (("sequence", 5, WEEK, 7, "version 3 of the stream was expected"),),
        ("UPDATE stored_events SET originator_version=7 WHERE rowid=5",),
    ),
    "a renumbered position": Case(
        "sequence",
        (("sequence", 9, TRIAL, 3, "position 6 was expected after 5"),),
        ("UPDATE stored_events SET rowid=9 WHERE rowid=6",),
    ),
    "a changed event": Case(
        "integrity",
        (
            ("leaf", 1, WEEK, 1, "the leaf is not that of what is stored"),
            ("tree", None, None, None, "the tree that is stored has another root"),
        ),
        (edit(1, "week", "weak"),),
    ),
    "a changed leaf": Case(
        "integrity",
        (("leaf", 2, TRIAL, 1, "the leaf is not that of what is stored"),),
        ("UPDATE stored_events SET leaf=zeroblob(32) WHERE position=2",),
    ),
    "another time beside an event": Case(
        "integrity",
        (("index", 3, WEEK, 2, "recorded_at beside the event is not what the event says"),),
        ("UPDATE stored_events SET recorded_at=recorded_at-1 WHERE position=3",),
    ),
    "a key that no event has": Case(
        "integrity",
        (("index", 3, WEEK, 2, "event_id, idempotency_key beside the event"),),
        ("UPDATE stored_events SET idempotency_key='k', event_id='x' WHERE position=3",),
    ),
    "a tree of another size": Case(
        "integrity",
        (
            (
                "tree",
                None,
                None,
                None,
                "the tree that is stored has 7 leaves; the events give 6 leaves",
            ),
        ),
        ("UPDATE log_tree SET size=7",),
    ),
    "bytes that are no JSON": Case(
        "broken", (("decodable", 6, TRIAL, 3, "not UTF-8"),), ("UPDATE stored_events SET state=x'ff00' WHERE rowid=6",)
    ),
    "another object": Case(
        "broken",
        (("decodable", 6, TRIAL, 3, "missing"),),
        ('UPDATE stored_events SET state=CAST(\'{"v":1,"data":{}}\' AS BLOB) WHERE rowid=6',),
    ),
    "a changed field": Case("broken", (("decodable", 1, WEEK, 1, "field data.tale"),), (edit(1, "title", "tale"),)),
    "an impossible date": Case(
        "broken", (("decodable", 1, WEEK, 1, "field data.when"),), (edit(1, "2017-06", "2017-66"),)
    ),
    "a stream that is none": Case(
        "broken",
        (("decodable", 6, "Pilot", 3, "field stream"),),
        ("UPDATE stored_events SET originator_id='Pilot' WHERE rowid=6",),
    ),
    "an unknown name": Case(
        "broken",
        (("unknown-event", 5, WEEK, 3, "unknown event 'os:system'"),),
        ("UPDATE stored_events SET topic='os:system' WHERE rowid=5",),
    ),
    "a version to come": Case(
        "broken", (("unknown-event", 5, WEEK, 3, "has version 2"),), (edit(5, '"v":1', '"v":2'),)
    ),
    "a transition without an arrow": Case(
        "broken",
        (("lifecycle", 3, WEEK, 2, "'resumed' is not possible when planned"),),
        ("UPDATE stored_events SET topic='campaign.resumed' WHERE rowid=3",),
    ),
    "recorded time that goes back": Case(
        "recorded_time",
        (("recorded-time", 4, TRIAL, 2, "recorded at 2016-09-21 12:30:00, before the event at position 3"),),
        (edit(4, "2017-09-21T12", "2016-09-21T12"),),
    ),
    "one id twice": Case(
        "unique_ids",
        (("unique-ids", 4, TRIAL, 2, "the event at position 2 has the same id"),),
        (SAME_ID,),
    ),
    "an edited kept state": Case(
        "stored_state",
        (("stored-state", 5, WEEK, 3, "the kept state differs"),),
        (FEWER_MOVES,),
    ),
    "an edited version of a kept state": Case(
        "stored_state",
        (("stored-state", 6, TRIAL, 9, "the kept state differs"),),
        (f"UPDATE stream_states SET version=9 WHERE stream='{TRIAL}'",),  # noqa: S608
    ),
    "the last event deleted": Case(
        "stored_state",
        (("stored-state", 4, TRIAL, 3, "the kept state differs"),),
        ("DELETE FROM stored_events WHERE rowid=6",),
    ),
    "a kept state without events": Case(
        "stored_state",
        (("stored-state", None, "campaign/ghost", None, "that has no events"),),
        ("INSERT INTO stream_states SELECT 'campaign/ghost', version, fold, state FROM stream_states LIMIT 1",),
    ),
    "part of what is not there": Case(
        "links",
        (("links", 7, WEEK, 4, "part of operation/gone, which is not in the log"),),
        said=((WEEK, commands.LinkPartOf(parent="operation/gone"), {}),),
        severity="observation",
    ),
    "part of itself": Case(
        "links",
        (("links", 7, WEEK, 4, "part of itself"),),
        said=((WEEK, commands.LinkPartOf(parent=WEEK), {}),),
        severity="observation",
    ),
    "a cause that is not there": Case(
        "causation",
        (("causation", 7, WEEK, 4, "said to follow from the event gone, which no readable event of the log is"),),
        said=((WEEK, commands.RecordNote(text="noted"), {"causation_id": "gone"}),),
        severity="observation",
    ),
    "two accounts of one change": Case(
        "conflicting_accounts",
        (
            (
                "conflicting-accounts",
                8,
                WEEK,
                5,
                "cancelled according to the summary, but postponed according to the body",
            ),
        ),
        said=(
            (WEEK, commands.Postpone(cause=ATTACK), {"source": "the body"}),
            (WEEK, commands.Cancel(cause=ATTACK), {"source": "the summary"}),
        ),
        severity="observation",
    ),
    "an evaluation of another length": Case(
        "evaluation_term",
        (
            ("evaluation-term", 8, TRIAL, 5, "cover 3 months, but the trial was planned for 6 months"),
            ("evaluation-term", 8, TRIAL, 5, "3 months after the start (2017-06-16) is 2017-09-16, but it is due"),
        ),
        said=(
            (TRIAL, commands.Evaluate(result="It works."), {}),
            (TRIAL, commands.PromiseEvaluation(when=When("2017-11"), after=Term("P3M")), {}),
        ),
        severity="observation",
    ),
    "an evaluation beyond the calendar": Case(
        "evaluation_term",
        (
            ("evaluation-term", 8, TRIAL, 5, "cover 9999 years"),
            ("evaluation-term", 8, TRIAL, 5, "is 9999-12-31, but it is due 2017-09"),
        ),
        said=(
            (TRIAL, commands.Evaluate(result="It works."), {}),
            (TRIAL, commands.PromiseEvaluation(when=When("2017-09"), after=Term("P9999Y")), {}),
        ),
        severity="observation",
    ),
    "an evaluation never made": Case(
        "evaluation_open",
        (("evaluation-open", 7, TRIAL, 4, "adopted, but its evaluation, due 2017-12, was never recorded"),),
        said=((TRIAL, Adopt(), {}),),
        severity="observation",
    ),
    "paragraphs that nobody cites": Case(
        "source_gaps",
        (
            ("source-gaps", 7, WEEK, 4, "no event cites paragraph 2.4 of Pol 57-17"),
            ("source-gaps", 7, WEEK, 4, "no event cites paragraph 2.5 of Pol 57-17"),
        ),
        said=((WEEK, commands.RecordNote(text="It rained."), {"source": SOURCE + "6"}),),
        severity="observation",
    ),
}


def told(finding: Finding) -> tuple[str, int | None, str | None, int | None]:
    return (finding.rule, finding.position, finding.stream, finding.version)


def test_a_sound_log_has_no_findings(sound: OpLog) -> None:
    """Nothing is found in a log that nobody tampered with, nor in an empty one."""
    assert sound.replay() == ()
    with OpLog.open(":memory:") as empty:
        assert empty.replay() == ()


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_each_rule_finds_what_it_is_for(
    sound: OpLog, path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, case: Case
) -> None:
    """The rule names position, stream and version of what was done to a sound log, and nothing else."""
    for stream, command, context in case.said:
        sound.execute(stream, command, **context)
        clock.move(hours=1)
    assert not case.said or not [f for f in sound.replay() if f.severity == "fault"]
    if case.sql:
        before = everything_in(path)
        tamper(path, *case.sql)
        assert everything_in(path) != before, "the tampering changed nothing"
    everything = sound.replay()
    (rule,) = [rule for rule in audit_module.RULES if rule.__name__ == case.rule]
    monkeypatch.setattr(audit_module, "RULES", (rule,))
    findings = sound.replay()
    assert [told(f) for f in findings] == [found[:4] for found in case.found]
    for finding, (*_, message) in zip(findings, case.found, strict=True):
        assert message in finding.message
        assert finding.message.isprintable()
        assert finding.severity == case.severity
    assert set(findings) <= set(everything)


TESTED_APART = {"store", "clock_behind", "stored_view", "published_reports", "silent"}


def everything_in(path: Path) -> list[list[Any]]:
    return [rows(path, f"SELECT * FROM {table}") for table in ("stored_events", "stream_states", "log_tree")]  # noqa: S608


def test_causes_that_go_round_in_a_circle_are_told_once(sound: OpLog) -> None:
    """Of events that are said to have led to each other, the first is named; what follows from them is no finding."""
    one, other, third = (f"00000000-0000-7000-8000-00000000000{n}" for n in range(1, 4))
    note = events.NoteRecorded(text="noted")
    sound.append(
        Pending(stream=WEEK, event=note, id=one, causation_id=other),
        Pending(stream=TRIAL, event=note, id=other, causation_id=one),
        Pending(stream=TRIAL, event=note, id=third, causation_id=third),
        Pending(stream=WEEK, event=note, causation_id=other),
    )
    assert [(*told(f), f.severity, f.message) for f in sound.replay()] == [
        ("causation", 7, WEEK, 4, "observation", "said to follow from itself, by way of position 8"),
        ("causation", 9, TRIAL, 5, "observation", "said to follow from itself"),
    ]


def test_a_trail_without_its_start_is_a_fault(filed: OpLog, path: Path) -> None:
    """Replay folds the access trail too: a disclosure that nothing switched on follows no arrow."""
    filed.execute(TRAIL, StartTrail(why="the Act"), actor="ann")
    filed.execute(TRAIL, Disclose(form="export", up_to=1, why="a request", recipient="the court"), actor="ann")
    assert filed.replay() == ()
    tamper(path, "UPDATE stored_events SET topic='access.trail-stopped' WHERE position=1")
    assert [told(f) for f in filed.replay() if f.rule == "lifecycle"] == [
        ("lifecycle", 1, TRAIL, 1),
        ("lifecycle", 2, TRAIL, 2),
    ]


def test_what_was_retracted_is_a_fault_only_of_the_time_before(sound: OpLog, path: Path) -> None:
    """An event without an arrow that was retracted later is no fault now, and one in an audit of what stood before."""
    sound.retract(3, why="not so")
    tamper(path, "UPDATE stored_events SET topic='campaign.resumed' WHERE rowid=3")
    head = len(list(sound.rows()))
    assert sound.replay(rules=["lifecycle"]) == ()
    assert [told(f) for f in sound.replay(rules=["lifecycle"], until=head - 1)] == [("lifecycle", 3, WEEK, 2)]


def test_every_rule_is_exercised() -> None:
    """Each registered rule has at least one case in which it finds something."""
    assert {case.rule for case in CASES.values()} | TESTED_APART == {rule.__name__ for rule in audit_module.RULES}


def test_a_clock_that_was_set_back_is_an_observation(log: OpLog, clock: Clock) -> None:
    """An event keeps what the clock said when that was before the last recorded time; a second or more is told."""
    log.execute(WEEK, commands.Plan(title="week"))
    clock.move(milliseconds=-900)
    log.execute(WEEK, commands.RecordNote(text="It rained."))
    assert log.replay() == ()
    clock.move(hours=-2)
    log.execute(WEEK, commands.RecordNote(text="It poured."))
    (finding,) = log.replay()
    assert (*told(finding), finding.severity) == ("clock-behind", 3, WEEK, 3, "observation")
    assert "the clock said 2017-09-21 07:29:59, 2:00:00 before" in finding.message
    assert [r.recorded_at == log.entry(WEEK).recorded_at for r in log.events()] == [True] * 3


def test_a_log_opened_despite_a_risk_says_so_in_every_audit(sound: OpLog, path: Path) -> None:
    """A trigger that oplog did not make keeps the log shut; opened all the same, each replay tells of it."""
    tamper(path, "CREATE TRIGGER quiet AFTER INSERT ON stored_events BEGIN SELECT 1; END")
    with pytest.raises(CannotOpen, match=r"its trigger quiet is not as oplog made it.*--despite-risks"):
        OpLog.open(path)
    with OpLog.open(path, despite_risks=True) as log:
        (finding,) = log.replay()
    assert (finding.rule, finding.severity) == ("store", "fault")
    assert "opened despite a risk: its trigger quiet" in finding.message


def test_all_findings_are_collected(sound: OpLog, path: Path) -> None:
    """Many things wrong at once are all found, in the order of the rules and then of position."""
    tamper(
        path,
        "UPDATE stored_events SET topic='os:system' WHERE rowid=6",
        "UPDATE stored_events SET state=CAST('{' AS BLOB) WHERE rowid=5",
        edit(4, "2017-09-21T12", "2016-09-21T12"),
        "UPDATE stored_events SET topic='campaign.resumed' WHERE rowid=3",
        "DELETE FROM stored_events WHERE rowid=2",
        "INSERT INTO stream_states SELECT 'campaign/ghost', version, fold, state FROM stream_states LIMIT 1",
    )
    assert [told(f) for f in sound.replay()] == [
        ("sequence", 3, WEEK, 2),
        ("sequence", 4, TRIAL, 2),
        ("leaf", 3, WEEK, 2),
        ("leaf", 4, TRIAL, 2),
        ("index", 4, TRIAL, 2),
        ("leaf", 5, WEEK, 3),
        ("index", 5, WEEK, 3),
        ("leaf", 6, TRIAL, 3),
        ("tree", None, None, None),
        ("lifecycle", 3, WEEK, 2),
        ("lifecycle", 4, TRIAL, 2),
        ("decodable", 5, WEEK, 3),
        ("unknown-event", 6, TRIAL, 3),
        ("recorded-time", 4, TRIAL, 2),
        ("stored-state", None, "campaign/ghost", None),
        ("source-gaps", 3, WEEK, 2),
    ]


def test_every_event_changed_is_found(sound: OpLog, path: Path) -> None:
    """When all events are damaged there is a finding for each of them."""
    tamper(path, "UPDATE stored_events SET state=x'00'")
    assert [f.position for f in sound.replay() if f.rule == "decodable"] == [1, 2, 3, 4, 5, 6]


def test_what_follows_an_unreadable_event_is_not_judged(sound: OpLog, path: Path) -> None:
    """One damaged event is read once: its stream is parked, and its kept state not held against it; others go on."""
    tamper(path, "UPDATE stored_events SET state=CAST('{' AS BLOB) WHERE rowid=1")
    assert [told(f) for f in sound.replay()] == [
        ("leaf", 1, WEEK, 1),
        ("index", 1, WEEK, 1),
        ("tree", None, None, None),
        ("decodable", 1, WEEK, 1),
    ]


def test_deleting_kept_states_changes_nothing(sound: OpLog, path: Path) -> None:
    """What replay tells does not depend on kept states being there."""
    assert sound.replay() == ()
    sound.forget_states()
    assert sound.replay() == ()
    tamper(path, "UPDATE stored_events SET topic='campaign.resumed' WHERE rowid=3")
    without = sound.replay()
    assert [f.rule for f in without] == ["leaf", "tree", "lifecycle"]
    assert sound.replay() == without


def test_an_evaluation_that_fits_is_no_finding(log: OpLog, clock: Clock) -> None:
    """An evaluation in the month in which the trial is over is due in time; without a start there is no telling."""
    for number, (start, due) in enumerate(
        (("2017-01-16", "2017-07"), ("2017-01", "2017-07-31"), (None, "2020"), ("2017/..", "2017"))
    ):
        stream = f"pilot/trial-{number}"
        log.execute(stream, commands.Plan(title="trial", term=Term("P6M")))
        if start:
            log.execute(stream, commands.Commence(), effective=When(start))
        log.execute(stream, commands.PromiseEvaluation(when=When(due), after=Term("P6M")))
        clock.move(hours=1)
    assert [f for f in log.replay() if f.rule.startswith("evaluation")] == []


def test_one_source_may_change_its_mind(log: OpLog) -> None:
    """Two changes with one cause are no conflicting accounts when one source tells both, or when times differ."""
    for number, (one, other) in enumerate(
        (
            ({"source": "the body"}, {"source": "the body"}),
            (
                {"source": "the body", "effective": When("2017-06")},
                {"source": "the summary", "effective": When("2017-07")},
            ),
        )
    ):
        stream = f"campaign/week-{number}"
        log.execute(stream, commands.Plan(title="week"))
        log.execute(stream, commands.Postpone(cause=ATTACK), **one)
        log.execute(stream, commands.Cancel(cause=ATTACK), **other)
    assert log.replay() == ()


def test_an_enormous_paragraph_number_is_not_a_gap(log: OpLog) -> None:
    """A number that is no paragraph of a report does not make a finding for every number below it."""
    log.execute(WEEK, commands.Plan(title="week"), source=SOURCE + "1")
    log.execute(WEEK, commands.RecordNote(text="x"), source=SOURCE + "99999999999")
    assert log.replay() == ()


def test_an_imported_log_is_audited_like_its_original(sound: OpLog) -> None:
    """A copy that was made by export and import has the same findings as the log it was made from."""
    sound.execute(TRIAL, Adopt())
    with OpLog.open(":memory:") as copy:
        import_lines(copy, export_lines(sound))
        assert copy.replay() == sound.replay() != ()


def test_findings_are_plain_values(sound: OpLog) -> None:
    """A finding can be written as JSON by its fields."""
    import attrs

    sound.append(Pending(stream=WEEK, event=events.PartOfLinked(parent="operation/gone")))
    (finding,) = sound.replay()
    assert json.loads(json.dumps(attrs.asdict(finding))) == {
        "rule": "links",
        "severity": "observation",
        "message": "part of operation/gone, which is not in the log",
        "position": 7,
        "stream": WEEK,
        "version": 4,
        "expected": None,
    }


def test_time_between_events_does_not_matter(filed: OpLog, clock: Clock) -> None:
    """Events recorded at one and the same moment are in order."""
    filed.execute(WEEK, commands.Plan(title="week"))
    clock.move(microseconds=1)
    filed.execute(WEEK, commands.Cancel())
    assert clock.now - filed.entry(WEEK).recorded_at == timedelta(0)
    filed.execute(WEEK, commands.Reinstate())
    assert filed.replay() == ()


def test_a_log_that_others_write_to_is_audited_without_a_false_alarm(filed: OpLog, path: Path) -> None:
    """While somebody writes, a replay holds what it read against itself, and finds nothing."""
    for n in range(200):
        filed.execute(f"campaign/c{n % 7}", commands.Plan(title="x") if n < 7 else commands.RecordNote(text=str(n)))
    stop = threading.Event()

    def write() -> None:
        with OpLog.open(path) as other:
            n = 0
            while not stop.is_set():
                n += 1
                other.execute(f"campaign/c{n % 7}", commands.RecordNote(text=f"also {n}"), attempts=50)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        before = filed.head()
        found = [finding for _ in range(6) for finding in filed.replay() if finding.rule != "clock-behind"]
        assert filed.head() > before, "nobody wrote meanwhile"
    finally:
        stop.set()
        writer.join()
    assert found == []
