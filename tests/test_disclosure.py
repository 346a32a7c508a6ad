"""Disclosure: what leaves a log that keeps an access trail is recorded first, and nothing else changes."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oplog import (
    DECIDERS,
    PROJECTIONS,
    TRAIL,
    CannotOpen,
    Disclose,
    Disclosed,
    InvalidValue,
    OpLog,
    Pending,
    Purpose,
    Refused,
    StartTrail,
    StopTrail,
    commands,
    disclose,
    export_lines,
    import_lines,
    keeps_trail,
    load_configuration,
    render,
)
from oplog.domain.events import CORRECTIONS
from oplog.examples import example_configuration, example_log
from oplog.narrative.plan import narrate
from oplog.testing import histories, instances
from strategies import aggregates

if TYPE_CHECKING:
    from conftest import Clock

WEEK = "campaign/week"
PURPOSE = Purpose(why="a court order", recipient="the Crown Court", actor="ann")


@pytest.fixture
def kept(log: OpLog) -> OpLog:
    """Give a log with one activity and an access trail."""
    log.execute(WEEK, commands.Plan(title="week of action"))
    log.execute(TRAIL, StartTrail(why="the Act"), actor="ann")
    return log


def disclosures(log: OpLog) -> list[Any]:
    return [r for r in log.events() if isinstance(r.event, Disclosed)]


def test_without_a_trail_nothing_changes(log: OpLog) -> None:
    """What is taken out passes as it is, and leaves no event."""
    log.execute(WEEK, commands.Plan(title="week of action"))
    assert not keeps_trail(log)
    assert list(disclose(log, "export", lambda: [b"a", b"b"], up_to=1)) == [b"a", b"b"]
    assert len(list(export_lines(log))) == 2
    assert log.streams() == [WEEK]


def test_a_disclosure_is_recorded_before_its_first_byte(kept: OpLog, clock: Clock) -> None:
    """When the first piece is there, the log says who took what, up to where, when, why and for whom."""
    clock.move(hours=1)
    pieces = disclose(kept, "list of weeks", lambda: [b"one\n", b"two\n"], up_to=2, purpose=PURPOSE)
    assert disclosures(kept) == []
    assert next(pieces) == b"one\n"
    (record,) = disclosures(kept)
    assert (record.stream, record.position, record.actor, record.recorded_at) == (TRAIL, 3, "ann", clock.now)
    assert record.event == Disclosed(
        form="list of weeks",
        up_to=2,
        why="a court order",
        recipient="the Crown Court",
        digest=hashlib.sha256(b"one\ntwo\n").hexdigest(),
    )
    assert list(pieces) == [b"two\n"]
    assert len(disclosures(kept)) == 1


def test_an_export_holds_what_was_there_before_it_and_its_digest_is_that_of_its_bytes(kept: OpLog) -> None:
    """Its own record is not in it; the same cut gives the same bytes again, which the digest proves."""
    first = b"".join(export_lines(kept, purpose=PURPOSE))
    second = b"".join(export_lines(kept, purpose=PURPOSE))
    again = b"".join(export_lines(kept, until=2, purpose=PURPOSE))
    assert [json.loads(line)["position"] for line in first.splitlines()[1:]] == [1, 2]
    assert [json.loads(line)["position"] for line in second.splitlines()[1:]] == [1, 2, 3]
    assert again == first
    assert [(r.event.up_to, r.event.digest) for r in disclosures(kept)] == [
        (2, hashlib.sha256(first).hexdigest()),
        (3, hashlib.sha256(second).hexdigest()),
        (2, hashlib.sha256(first).hexdigest()),
    ]


def test_what_a_shell_makes_of_the_lines_is_what_is_recorded(kept: OpLog) -> None:
    """`written` changes the lines before their digest is taken."""
    taken = b"".join(export_lines(kept, purpose=PURPOSE, written=bytes.upper))
    assert taken.startswith(b'{"FORMAT"')
    assert disclosures(kept)[0].event.digest == hashlib.sha256(taken).hexdigest()


def test_without_a_purpose_nothing_is_taken_out(kept: OpLog) -> None:
    """A log that keeps a trail refuses at once, and neither makes nor records anything."""

    def content() -> list[bytes]:
        raise AssertionError("the content was made")

    with pytest.raises(Refused, match="access/trail is on: say why, for whom and by whom"):
        disclose(kept, "narrative", content, up_to=2)
    with pytest.raises(Refused):
        export_lines(kept)
    assert kept.head() == 2


@pytest.mark.parametrize("field", ["why", "recipient", "actor"])
def test_a_purpose_says_who_why_and_for_whom(field: str) -> None:
    """None of the three may be blank."""
    with pytest.raises(InvalidValue, match=field):
        attrs.evolve(PURPOSE, **{field: "  "})


def test_a_purpose_that_nothing_would_record_is_refused(log: OpLog) -> None:
    """Nobody is left to believe that their reason was recorded: neither before the trail was started nor after it."""
    for said in ([], [StartTrail(why="the Act"), StopTrail(why="the trial is over")]):
        for command in said:
            log.execute(TRAIL, command)
        head = log.head()
        with pytest.raises(Refused, match="access/trail is off: why and for whom would not be recorded"):
            export_lines(log, purpose=PURPOSE)
        assert log.head() == head


def test_nothing_leaves_when_the_record_fails(kept: OpLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """A log that cannot be written to gives nothing away: the error comes in place of the first byte."""
    lines = export_lines(kept, purpose=PURPOSE)

    def full(*_given: Any, **_context: Any) -> None:
        raise CannotOpen("the log cannot be written: the disk is full")

    monkeypatch.setattr(OpLog, "execute", full)
    taken = []
    told = "nothing is taken out, for the access trail cannot record it: the log cannot be written: the disk is full"
    with pytest.raises(CannotOpen, match=told):
        taken.extend(lines)
    assert taken == []


def test_a_trail_that_is_stopped_meanwhile_lets_nothing_go(kept: OpLog) -> None:
    """Somebody stops the trail before the first byte: the record is refused, and so are the bytes."""
    lines = export_lines(kept, purpose=PURPOSE)
    kept.execute(TRAIL, StopTrail(why="the trial is over"))
    with pytest.raises(Refused, match="'disclosed' is not possible when off"):
        next(lines)


def test_a_copy_keeps_the_trail_and_its_switch(kept: OpLog) -> None:
    """The trail goes with the events: who imports an export is bound by it, and replay finds nothing wrong."""
    taken = list(export_lines(kept, purpose=PURPOSE))
    with OpLog.open(":memory:") as copy:
        import_lines(copy, taken)
        assert keeps_trail(copy)
        with pytest.raises(Refused):
            export_lines(copy)
        assert list(export_lines(copy, purpose=PURPOSE))[1:] == taken[1:]
        assert copy.replay() == ()


def test_the_trail_is_one_stream(kept: OpLog) -> None:
    """There is no second trail beside it that could be read in its place."""
    with pytest.raises(InvalidValue, match="the access trail of a log is access/trail"):
        kept.execute("access/other", StartTrail(why="the Act"))


def test_the_register_has_activities_alone(kept: OpLog) -> None:
    """The trail's state can be asked for, and is in no register, be it kept or rebuilt."""
    assert keeps_trail(kept)
    assert kept.entry(TRAIL).title == TRAIL
    assert [entry.stream for entry in kept.register()] == [WEEK]
    kept.forget_states()
    assert [entry.stream for entry in kept.register()] == [WEEK]
    assert [state.stream for state in kept.stored_states()] == [WEEK]
    assert [entry.stream for entry in kept.register()] == [WEEK]
    assert keeps_trail(kept)
    assert kept.replay() == ()


def test_a_register_that_is_kept_is_not_folded_again(kept: OpLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """The trail, which the register leaves out, does not make its kept states look stale."""

    def folded(*_given: Any) -> None:
        raise AssertionError("the register was folded")

    monkeypatch.setattr(OpLog, "view", folded)
    assert [entry.stream for entry in kept.register()] == [WEEK]


def test_a_log_with_nothing_but_its_trail_has_no_report(log: OpLog) -> None:
    """There is nothing to tell, and it is said."""
    log.execute(TRAIL, StartTrail(why="the Act"))
    with pytest.raises(InvalidValue, match="nothing but what it keeps about itself"):
        log.narrative()


def test_the_example_reads_the_same_with_a_trail() -> None:
    """The report of the example quarter is the same bytes after its trail was started and things were taken out."""
    configuration = load_configuration(example_configuration())
    with OpLog.open(":memory:") as log:
        with example_log().open("rb") as lines:
            import_lines(log, lines)
        before = [render(log.narrative(c), form) for c in (configuration, None) for form in ("markdown", "json")]
        views = [log.view(projection.name) for projection in PROJECTIONS]
        findings = log.replay()
        log.execute(TRAIL, StartTrail(why="the Act"), actor="ann")
        list(export_lines(log, purpose=PURPOSE))
        after = [render(log.narrative(c), form) for c in (configuration, None) for form in ("markdown", "json")]
        assert after == before
        assert [log.view(projection.name) for projection in PROJECTIONS] == views
        assert log.replay() == findings


@given(st.data())
def test_views_and_report_are_those_of_the_activities(data: st.DataObject) -> None:
    """Wherever events of the trail stand, every projection and the report are as if they were not there."""
    made = {
        f"{a}/{n}": data.draw(histories(a, 4))
        for n, a in enumerate(data.draw(st.lists(aggregates, min_size=1, max_size=2)))
    }
    waiting = [Pending(stream=stream, event=event) for stream, history in made.items() for event in history]
    trail: list[Any] = [StartTrail(why="w"), Disclose(form="f", up_to=1, why="w", recipient="r"), StopTrail(why="w")]
    with OpLog.open(":memory:") as log:
        for pending in waiting:
            for command in data.draw(st.sampled_from([[], trail[:2], trail])):
                log.execute(TRAIL, command)
            log.append(pending)
        log.execute(TRAIL, StartTrail(why="w"))
        every = list(log.events())
        activities = [r for r in every if r.stream != TRAIL]
        assert len(activities) == len(waiting) < len(every)
        for projection in PROJECTIONS:
            assert projection.view(every) == projection.view(activities)
        assert narrate(every) == narrate(activities)


@given(st.data())
def test_every_event_of_the_trail_comes_back_as_it_was(data: st.DataObject) -> None:
    """What is recorded in the trail is read back, exported and imported without a change."""
    kinds = [cls for name, (cls, _) in DECIDERS["access"].events.items() if name not in CORRECTIONS]
    event = data.draw(st.sampled_from(kinds).flatmap(instances))
    start = StartTrail(why="the Act")
    with OpLog.open(":memory:") as log, OpLog.open(":memory:") as copy:
        log.execute(TRAIL, start)
        if type(event) in {cls for (status, cls) in DECIDERS["access"].lifecycle if status is log.state(TRAIL).status}:
            log.append(Pending(stream=TRAIL, event=event))
            assert list(log.events())[-1].event == event
        purpose = PURPOSE if keeps_trail(log) else None
        lines = list(export_lines(log, until=log.head(), purpose=purpose))
        import_lines(copy, lines)
        assert list(copy.events()) == list(log.events(until=copy.head()))
