"""Replay of a part: the beginning of a log, some of its streams, some rules, and what had come about by a day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oplog import (
    SILENCE,
    Adopt,
    Audit,
    Finding,
    Heard,
    InvalidValue,
    NoSuchStream,
    OpLog,
    SilenceLimits,
    Term,
    When,
    commands,
)
from oplog.projections.silence import Listening
from oplog.rules import RULES, rule_names
from tampering import tamper
from whole_logs import doings, written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import Clock

WEEK, TRIAL = "campaign/week", "pilot/trial"


@pytest.fixture
def log(filed: OpLog, clock: Clock) -> OpLog:
    """Give a log in a file with a trial that was adopted unevaluated, and a week; a day lies between its events."""
    for stream, command, effective in (
        (TRIAL, commands.Plan(title="trial", term=Term("P6M")), None),
        (TRIAL, commands.Commence(), When("2017-01-16")),
        (WEEK, commands.Plan(title="week of action"), None),
        (TRIAL, commands.PromiseEvaluation(when=When("2017-07"), after=Term("P6M")), When("2017-02-01")),
        (TRIAL, Adopt(), When("2017-09-01")),
        (WEEK, commands.LinkPartOf(parent="campaign/absent"), When("2017-09-02")),
    ):
        filed.execute(stream, command, effective=effective)
        clock.move(days=1)
    return filed


def rules(log: OpLog, **asked: Any) -> list[tuple[str, int | None]]:
    """Tell rule and position of what is found, but for what was expected and never came: that has tests of its own."""
    return [(finding.rule, finding.position) for finding in log.replay(**asked) if finding.expected is None]


def test_the_beginning_of_a_log_is_audited_by_itself(log: OpLog) -> None:
    """Up to a position or a moment, later events, and what is kept beside them, are no matter."""
    log.register()
    assert rules(log) == [("links", 6), ("evaluation-open", 5)]
    assert rules(log, until=4) == rules(log, known_at=date(2017, 9, 24)) == []
    assert rules(log, until=5) == rules(log, known_at=date(2017, 9, 25)) == [("evaluation-open", 5)]
    audit = log.audit(until=4)
    assert (audit.events, audit.streams, audit.head) == (4, 2, 4)
    assert log.audit(known_at=date(2017, 9, 20)) == Audit(events=0, streams=0, head=0, findings=())
    assert log.audit(until=99) == log.audit()


def test_damage_in_the_beginning_is_found_in_it(log: OpLog, path: Path) -> None:
    """A changed event is a fault of every beginning that it stands in, and of no other."""
    tamper(path, "UPDATE stored_events SET state=CAST(REPLACE(CAST(state AS TEXT), '2017-02', '2017-03') AS BLOB)")
    assert rules(log, until=3) == []
    assert rules(log, until=4) == [("leaf", 4), ("index", 4)]
    assert ("tree", None) in rules(log)


def test_a_kept_state_is_compared_where_the_beginning_reaches_it(log: OpLog, path: Path) -> None:
    """The state of the week at its last version lies beyond position 5, that of the trial does not."""
    log.register()
    tamper(path, "UPDATE stream_states SET state=CAST(REPLACE(CAST(state AS TEXT), 'title', 'tilte') AS BLOB)")
    assert [r for r, _ in rules(log, until=4)] == []
    assert [f.stream for f in log.replay(until=5) if f.rule == "stored-state"] == [TRIAL]
    assert [f.stream for f in log.replay() if f.rule == "stored-state"] == [WEEK, TRIAL]


def test_a_stored_view_that_goes_further_is_not_compared(log: OpLog, path: Path) -> None:
    """The beginning says nothing of the rows that the whole log gives; an audit of the whole does."""
    log.project()
    tamper(path, "UPDATE view_rows SET data=CAST(REPLACE(CAST(data AS TEXT), 'trial\"', 'trail\"') AS BLOB)")
    assert "stored-view" in {rule for rule, _ in rules(log)}
    assert rules(log, until=5) == [("evaluation-open", 5)]


def no_lead(heard: Heard) -> Iterator[Finding]:
    """Every activity has somebody who leads it."""
    for stream, entry in heard.entries.items():
        if entry.state.plan.lead is None:
            yield Finding(rule="no-lead", severity="observation", stream=stream, message="nobody leads it")


def test_an_audit_takes_other_rules_of_silence(log: OpLog) -> None:
    """In their order, instead of ours or after them, with other limits, and chosen by their names."""
    assert [f.stream for f in log.replay(silence=[no_lead]) if f.rule == "no-lead"] == [WEEK, TRIAL]
    assert [f.stream for f in log.replay(silence=(*SILENCE, no_lead), rules=["no-lead"])] == [WEEK, TRIAL]
    with pytest.raises(InvalidValue, match=r"no rule 'no-lead'; expected one of .*, no-figure$"):
        log.replay(rules=["no-lead"])
    log.execute(WEEK, commands.Commence(), effective=When("2017-09-02"))
    log.execute(TRIAL, commands.RecordNote(text="Put away."), effective=When("2017-12-01"))
    later = {"valid_at": date(2017, 12, 1), "rules": ["no-news"]}
    assert log.replay(**later) == ()
    assert [f.stream for f in log.replay(limits=SilenceLimits(news=60), **later)] == [WEEK]


def test_what_had_not_come_about_is_not_judged(log: OpLog) -> None:
    """By a day before the adoption, the trial is still on, and nothing is open."""
    assert rules(log, valid_at=date(2017, 8, 31)) == []
    assert rules(log, valid_at=date(2017, 9, 1)) == [("evaluation-open", 5)]


def test_findings_are_asked_for_by_stream(log: OpLog) -> None:
    """Those of other streams, and of none, are left out, and so are their events from the count."""
    audit = log.audit(streams=[WEEK])
    assert ([f.rule for f in audit.findings], audit.events, audit.streams) == (["links"], 2, 1)
    assert rules(log, streams=[WEEK, TRIAL]) == rules(log)
    with pytest.raises(NoSuchStream, match="there is no stream campaign/other"):
        log.replay(streams=["campaign/other"])


def test_findings_are_asked_for_by_rule(log: OpLog, path: Path) -> None:
    """A rule is named as in its findings; of a rule that looks after several things, one can be asked for."""
    assert rules(log, rules=["links"]) == [("links", 6)]
    tamper(
        path,
        "UPDATE stored_events SET topic='campaign.unheard-of' WHERE rowid=6",
        "UPDATE stored_events SET topic='pilot.resumed' WHERE rowid=2",
    )
    assert {r for r, _ in rules(log)} >= {"leaf", "lifecycle", "unknown-event"}
    assert rules(log, rules=["lifecycle"]) == [("lifecycle", 2), ("lifecycle", 5)]
    assert rules(log, rules=["unknown-event", "tree"]) == [("tree", None), ("unknown-event", 6)]
    with pytest.raises(InvalidValue, match="no rule 'broken'; expected one of store, sequence, leaf, "):
        log.replay(rules=["broken"])


def test_every_rule_has_a_name_of_its_own(log: OpLog, path: Path) -> None:
    """No two rules share one, and what is found has one that can be asked for."""
    assert len(set(rule_names(Listening()))) == len(rule_names(Listening())) >= len(RULES)
    tamper(path, "UPDATE stored_events SET state=CAST('{}' AS BLOB), leaf=zeroblob(32)", "DELETE FROM log_about")
    found = {rule for rule, _ in rules(log)}
    assert found >= {"leaf", "decodable", "index", "tree", "origin", "salt"}
    assert found <= set(rule_names(Listening()))


def test_progress_is_told_of_both_passes(log: OpLog) -> None:
    """Each position that is looked at is told when it is folded, and when it is verified."""
    told: list[int] = []
    log.replay(progress=told.append, until=4)
    assert told == [1, 2, 3, 4] * 2


@given(to_do=doings(), data=st.data(), cut=st.integers(0, 14), day=st.integers(0, 60))
def test_every_beginning_of_a_sound_log_is_sound(to_do: list[Any], data: st.DataObject, cut: int, day: int) -> None:
    """Whatever was recorded, no beginning has a fault by any day, and what is kept makes no difference."""
    with written(to_do, data) as log:
        valid_at = date.fromordinal(date(2016, 12, 1).toordinal() + day)
        audit = log.audit(until=cut, valid_at=valid_at)
        assert audit.events == audit.head == min(cut, log.head())
        assert not [f for f in audit.findings if f.severity == "fault"]
        log.register()
        assert log.audit(until=cut, valid_at=valid_at) == audit
