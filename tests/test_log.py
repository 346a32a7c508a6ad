"""`OpLog`: deciding, appending, conflicts, idempotency keys, and states that follow from the events."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oplog import (
    Conflict,
    InvalidValue,
    NoSuchStream,
    OpLog,
    Pending,
    Refused,
    Status,
    When,
    commands,
    events,
    writing,
)
from oplog.kept import current_entry
from oplog.testing import commands_of
from strategies import aggregates

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import Clock
    from oplog import Recorded

WEEK = "campaign/week"
PLAN = commands.Plan(title="week of action")


def note(text: str, stream: str = WEEK, **context: Any) -> Pending:
    return Pending(stream=stream, event=events.NoteRecorded(text=text), **context)


@pytest.fixture
def second(filed: OpLog, path: Path, clock: Clock) -> Iterator[OpLog]:
    """Give a second log on the file of the first."""
    with OpLog.open(path, clock=clock) as log:
        yield log


def test_a_command_records_everything_about_its_event(log: OpLog, clock: Clock) -> None:
    """The event has its place, its two clocks and what the caller said about it."""
    context = {
        "effective": When("2017-06"),
        "actor": "planner",
        "source": "Pol 57-17, paragraph 2.5",
        "marking": "public",
        "causation_id": "because",
        "correlation_id": "together",
        "idempotency_key": "once",
    }
    (recorded,) = log.execute(WEEK, PLAN, **context)
    assert {name: getattr(recorded, name) for name in context} == context
    assert (recorded.position, recorded.stream, recorded.version, recorded.schema) == (1, WEEK, 1, 1)
    assert (recorded.name, recorded.aggregate) == ("campaign.planned", "campaign")
    assert recorded.recorded_at == clock.now
    assert list(log.events()) == [recorded]


def test_an_id_is_a_uuid_of_its_time(log: OpLog, clock: Clock) -> None:
    """An event's id is a UUIDv7 of the moment it was recorded, and no two are the same."""
    ids = [r.id for r in log.append(Pending(stream=WEEK, event=events.Planned(title="t")), note("a"), note("b"))]
    assert len(set(ids)) == 3
    for text in ids:
        assert (UUID(text).version, UUID(text).variant) == (7, "specified in RFC 4122")
        assert UUID(text).int >> 80 == int(clock.now.timestamp() * 1000)


def test_nothing_is_recorded_when_nothing_is_to_be_done(log: OpLog) -> None:
    """A command that asks for what is so already writes nothing."""
    log.execute(WEEK, PLAN)
    assert log.execute(WEEK, PLAN) == ()
    assert log.head() == 1


def test_recorded_time_never_goes_back(log: OpLog, clock: Clock) -> None:
    """When the clock is put back, the log keeps the time of its last event."""
    (first,) = log.execute(WEEK, PLAN)
    clock.move(hours=-2)
    (second,) = log.execute(WEEK, commands.Cancel())
    assert second.recorded_at == first.recorded_at
    clock.move(hours=3)
    (third,) = log.execute(WEEK, commands.Reinstate())
    assert third.recorded_at == first.recorded_at + timedelta(hours=1)


def test_times_are_kept_in_utc_and_must_be_aware() -> None:
    """A clock in another zone gives UTC; one without a zone is refused, and so is a given time without one."""
    summer = datetime.fromisoformat("2017-06-01T10:00:00+01:00")
    with OpLog.open(":memory:", clock=lambda: summer) as log:
        (recorded,) = log.execute(WEEK, PLAN)
        assert recorded.recorded_at.isoformat() == "2017-06-01T09:00:00+00:00"
        with pytest.raises(InvalidValue, match=r"field recorded_at: .* has no time zone"):
            log.append(note("x", recorded_at=datetime(2017, 6, 1, 11)))  # noqa: DTZ001 - that is the point
    with (
        pytest.raises(InvalidValue, match="which has no time zone"),
        OpLog.open(":memory:", clock=lambda: datetime(2017, 6, 1)) as log,  # noqa: DTZ001 - that is the point
    ):
        log.execute(WEEK, PLAN)


def test_the_state_is_that_of_the_last_event(log: OpLog) -> None:
    """A stream's state follows from its events; a stream without any has none."""
    log.execute(WEEK, PLAN)
    log.execute(WEEK, commands.Cancel())
    assert log.state(WEEK).status is Status.CANCELLED
    for look in (log.state, lambda stream: log.events(stream=stream)):
        with pytest.raises(NoSuchStream, match="there is no stream campaign/other in this log"):
            look("campaign/other")
        with pytest.raises(InvalidValue, match="is no stream"):
            look("nonsense")
    assert log.entry("campaign/other").version == 0


def test_a_view_has_a_name(log: OpLog) -> None:
    """A projection is asked for by name; another name is refused with those that there are."""
    log.execute(WEEK, PLAN)
    assert [entry.stream for entry in log.view("register")] == [WEEK]
    with pytest.raises(InvalidValue, match="no projection 'summary'; expected one of register, figures, calendar"):
        log.view("summary")


# Conflicts


def test_an_expected_version_must_be_the_actual_one(log: OpLog) -> None:
    """A caller who saw another version gets a Conflict with both versions, and nothing is written."""
    log.execute(WEEK, PLAN)
    log.execute(WEEK, commands.Commence(), expected=1)
    for attempt in (
        lambda: log.execute(WEEK, commands.Suspend(), expected=1),
        lambda: log.append(note("x"), expected={WEEK: 1}),
        lambda: log.append(note("x"), expected={"campaign/other": 1, WEEK: 2}),
    ):
        with pytest.raises(Conflict) as conflict:
            attempt()
        assert conflict.value.expected == 1
        assert conflict.value.actual == {WEEK: 2}.get(conflict.value.stream, 0)
        assert str(conflict.value) == (
            f"{conflict.value.stream} is at version {conflict.value.actual}, not at version 1 as expected"
        )
    assert log.head() == 2
    assert log.append(note("x"), expected={WEEK: 2})[0].version == 3


def test_the_first_of_two_writers_wins(filed: OpLog, second: OpLog) -> None:
    """Of two drafts on one version of a stream, the second to commit gets a Conflict and leaves nothing."""
    filed.execute(WEEK, PLAN)
    late = filed.draft()
    late.add(note("late"))
    second.append(note("early"))
    with pytest.raises(Conflict) as conflict:
        late.commit()
    assert (conflict.value.stream, conflict.value.expected, conflict.value.actual) == (WEEK, 1, 2)
    assert [r.event.text for r in filed.events(after=1)] == ["early"]
    assert filed.replay() == ()


def test_a_command_decides_again_after_a_conflict(filed: OpLog, second: OpLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """When another writer was first, the command is decided on the new state: it may be refused then, or quiet."""
    filed.execute(WEEK, PLAN)
    for meanwhile, asked, expected in (
        (commands.RecordNote(text="a note"), commands.Postpone(), "recorded"),
        (commands.Cancel(), commands.Cancel(), "quiet"),
        (commands.Reinstate(), commands.Reinstate(), "refused"),
    ):
        told = [meanwhile]

        def late(store: Any, stream: str, told: list[Any] = told) -> Any:
            found = current_entry(store, stream)
            if told:
                second.execute(stream, told.pop())
            return found

        monkeypatch.setattr(writing, "current_entry", late)
        head = second.head()
        if expected == "refused":
            with pytest.raises(Refused):
                filed.execute(WEEK, asked)
        else:
            assert len(filed.execute(WEEK, asked)) == (1 if expected == "recorded" else 0)
        assert second.head() == head + (2 if expected == "recorded" else 1)
        monkeypatch.undo()
    assert filed.replay() == ()


def test_a_command_gives_up_after_its_attempts(filed: OpLog, second: OpLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that meets another writer at every attempt ends with the Conflict; no attempts at all are refused."""
    filed.execute(WEEK, PLAN)

    def late(store: Any, stream: str) -> Any:
        found = current_entry(store, stream)
        second.append(note("first"))
        return found

    monkeypatch.setattr(writing, "current_entry", late)
    with pytest.raises(Conflict):
        filed.execute(WEEK, commands.Cancel(), attempts=3)
    assert {type(r.event) for r in second.events(after=1)} == {events.NoteRecorded}
    assert second.head() >= 1 + 3
    with pytest.raises(InvalidValue, match="expected 1 or more"):
        filed.execute(WEEK, commands.Cancel(), attempts=0)


def test_a_late_writer_does_not_turn_time_back(filed: OpLog, second: OpLog, clock: Clock) -> None:
    """An append that was begun earlier and committed later is recorded at the time of the one before it."""
    late = filed.draft()
    late.add(Pending(stream="campaign/late", event=events.Planned(title="late")))
    clock.move(minutes=1)
    (early,) = second.execute(WEEK, PLAN)
    (recorded,) = late.commit()
    assert recorded.recorded_at == early.recorded_at
    assert filed.entry("campaign/late").recorded_at == early.recorded_at
    assert filed.replay() == ()


def test_a_given_time_is_not_moved(filed: OpLog, second: OpLog, clock: Clock) -> None:
    """An append whose recording times were given is refused when a later one was written meanwhile."""
    earlier = clock.now - timedelta(hours=1)
    late = filed.draft()
    late.add(Pending(stream="campaign/late", event=events.Planned(title="late"), recorded_at=earlier))
    second.execute(WEEK, PLAN)
    with pytest.raises(InvalidValue, match="was written meanwhile"):
        late.commit()
    assert filed.head() == 1


# Appending


def test_an_empty_append_writes_nothing(log: OpLog) -> None:
    """Nothing to append gives nothing back; an expected version is still looked at."""
    assert log.append() == ()
    assert log.head() == 0
    with pytest.raises(Conflict):
        log.append(expected={WEEK: 1})


def test_one_append_may_hold_a_stream_more_than_once(log: OpLog) -> None:
    """Events of one stream in one append follow each other, and each must be allowed after the one before."""
    recorded = log.append(
        Pending(stream=WEEK, event=events.Planned(title="t")),
        Pending(stream=WEEK, event=events.Cancelled()),
        Pending(stream=WEEK, event=events.Reinstated()),
    )
    assert [r.version for r in recorded] == [1, 2, 3]
    assert log.state(WEEK).status is Status.PLANNED
    with pytest.raises(Refused, match="campaign/week is cancelled"):
        log.append(Pending(stream=WEEK, event=events.Cancelled()), Pending(stream=WEEK, event=events.Postponed()))
    assert log.head() == 3


def test_an_event_of_another_aggregate_is_not_appended(log: OpLog) -> None:
    """An event must belong to the aggregate of its stream."""
    from oplog import Adopted, UnknownEvent

    log.execute(WEEK, PLAN)
    with pytest.raises(UnknownEvent, match="Adopted is no event of 'campaign'"):
        log.append(Pending(stream=WEEK, event=Adopted()))


def test_an_id_is_taken_once(log: OpLog) -> None:
    """An id that is in the log, or twice in one append, is refused."""
    (first,) = log.execute(WEEK, PLAN)
    other = "015d6f6a-0000-7000-8000-000000000001"
    for pending in ([note("x", id=first.id)], [note("x", id=other), note("y", id=other)]):
        with pytest.raises(InvalidValue, match=r"field id: .* is already there"):
            log.append(*pending)
    assert log.head() == 1


def test_two_writers_cannot_take_one_id(filed: OpLog, second: OpLog) -> None:
    """An id that another writer took meanwhile is refused."""
    taken = "015d6f6a-0000-7000-8000-000000000001"
    late = filed.draft()
    late.add(Pending(stream="campaign/late", event=events.Planned(title="late"), id=taken))
    second.append(Pending(stream=WEEK, event=events.Planned(title="t"), id=taken))
    with pytest.raises(InvalidValue, match="same id is already in the log"):
        late.commit()
    assert filed.head() == 1


def test_a_draft_is_committed_once(log: OpLog) -> None:
    """Committing a draft a second time is a conflict, not a second copy."""
    draft = log.draft()
    draft.add(Pending(stream=WEEK, event=events.Planned(title="t")))
    draft.commit()
    with pytest.raises((Conflict, InvalidValue)):
        draft.commit()
    assert log.head() == 1


# Idempotency keys


def test_the_same_key_gives_the_first_ones_events(filed: OpLog, second: OpLog) -> None:
    """A repeated request with the same key writes nothing and gives what the first one recorded."""
    first = filed.execute(WEEK, PLAN, idempotency_key="request-1")
    assert second.execute(WEEK, PLAN, idempotency_key="request-1") == first
    pair = (note("a", idempotency_key="request-2"), note("b", idempotency_key="request-2"))
    both = filed.append(*pair)
    assert len(both) == 2
    assert second.append(*pair) == both
    assert second.append(*pair, expected={WEEK: 1}) == both
    assert filed.head() == 3


def test_one_append_has_one_key_or_none(log: OpLog) -> None:
    """Events of one append with different keys, or some without, are refused; so is an empty key."""
    log.execute(WEEK, PLAN)
    for keys in (["a", "b"], ["a", None]):
        with pytest.raises(InvalidValue, match="all have the same idempotency key, or none"):
            log.append(*(note("x", idempotency_key=key) for key in keys))
    with pytest.raises(InvalidValue, match="must not be empty"):
        log.append(note("x", idempotency_key=""))
    assert log.head() == 1


def test_a_key_that_another_writer_took_meanwhile_gives_its_events(
    filed: OpLog, second: OpLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two writers with one key, each of whom found it free, record one of their appends."""
    filed.execute(WEEK, PLAN)
    writer = filed._writer
    draft = writer.draft
    early: list[Any] = []

    def late() -> Any:
        made = draft()
        commit = made.commit
        monkeypatch.setattr(made, "commit", lambda: (early.extend(second.append(theirs)), commit())[1])
        return made

    theirs = note("the same", idempotency_key="k")
    monkeypatch.setattr(writer, "draft", late)
    assert filed.append(note("the same", idempotency_key="k")) == tuple(early)
    assert [r.stream for r in filed.events()] == [WEEK, WEEK]
    other = Pending(stream="campaign/other", event=events.Planned(title="ours"), idempotency_key="k")
    with pytest.raises(InvalidValue, match="was used for something else"):
        filed.append(other)


# Any sequence of commands


@settings(max_examples=50)
@given(data=st.data(), kinds=st.lists(aggregates, min_size=1, max_size=3, unique=True))
def test_kept_states_equal_refolded_ones(data: st.DataObject, kinds: list[str]) -> None:
    """After any commands, what is kept is what the events give, refusals write nothing, and replay finds no fault."""
    moments = iter(datetime(2017, 1, 1, tzinfo=UTC) + timedelta(hours=n) for n in range(10_000))
    with OpLog.open(":memory:", clock=lambda: next(moments)) as log:
        for kind in kinds:
            log.execute(f"{kind}/one", PLAN)
        for _ in range(data.draw(st.integers(1, 12))):
            kind = data.draw(st.sampled_from(kinds))
            stream, head = f"{kind}/{data.draw(st.sampled_from(['one', 'two']))}", log.head()
            version = log.entry(stream).version
            try:
                recorded = log.execute(stream, data.draw(commands_of(kind)), expected=version)
            except Refused as refusal:
                assert refusal.status == log.entry(stream).state.status.value  # noqa: PT017 - both ways are right
                recorded = ()
            assert log.head() == head + len(recorded)
        kept, entries = log.stored_states(), log.register()
        refolded = log.view("register")
        assert entries == refolded
        log.forget_states()
        assert log.register() == refolded
        assert log.stored_states() == kept
        assert [f for f in log.replay() if f.severity == "fault"] == []


def test_the_words_of_a_refusal_do_not_name_python(log: OpLog) -> None:
    """What a person reads when a command is refused has no class or module name in it."""
    with pytest.raises(Refused) as refusal:
        log.execute(WEEK, commands.HandOver(to="the Trust"))
    assert re.search(r"HandedOver|oplog\.|<", str(refusal.value)) is None


@pytest.mark.parametrize("command", [PLAN, None], ids=["execute", "append"])
def test_of_many_writers_with_one_key_all_get_the_events_of_the_first(path: Path, command: Any) -> None:
    """Writers that ask for the same at once, with one key, record it once, and each gets what was recorded."""
    OpLog.open(path, create=True).close()
    together = threading.Barrier(8)

    def ask(_: int) -> tuple[Recorded, ...]:
        with OpLog.open(path) as log:
            together.wait()
            if command is not None:
                return log.execute(WEEK, command, idempotency_key="once")
            return log.append(
                Pending(stream=WEEK, event=events.Planned(title="x"), idempotency_key="once"),
                note("y", idempotency_key="once"),
            )

    for _ in range(6):
        with ThreadPoolExecutor(8) as pool:
            first, *others = pool.map(ask, range(8))
        assert others == [first] * 7
    with OpLog.open(path) as log:
        assert tuple(log.events()) == first


def test_a_key_is_not_taken_for_another_request(log: OpLog) -> None:
    """Other content, another source or another number of events under a used key is refused, not swallowed."""
    log.execute(WEEK, PLAN)
    log.execute(WEEK, commands.RecordNote(text="first"), idempotency_key="k", source="a letter")
    for command, context in (
        (commands.RecordNote(text="something else"), {"source": "a letter"}),
        (commands.RecordNote(text="first"), {"source": "another letter"}),
        (commands.RecordOutcome(text="first"), {"source": "a letter"}),
    ):
        with pytest.raises(InvalidValue, match=r"'k' was used for something else: campaign\.note-recorded"):
            log.execute(WEEK, command, idempotency_key="k", **context)
    again = note("first", idempotency_key="k", source="a letter")
    with pytest.raises(InvalidValue, match="was used for something else"):
        log.append(again, again)
    assert [r.position for r in log.append(again)] == [2]
    assert log.head() == 2
