"""What a log promises, whatever database keeps it: the same tests on memory, SQLite, PostgreSQL and UmaDB.

The evidence that it gives, and several processes, are in test_contract_evidence.py. That these tests can fail is shown
in test_contract_controls.py.
"""

from __future__ import annotations

import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from places import ALL, WEEK, Placed, note, on, plan

from oplog import Conflict, InvalidValue, OpLog, Refused, commands, parse_when
from oplog.store import store

if TYPE_CHECKING:
    from conftest import Clock
    from oplog.draft import Draft


@on(*ALL)
class TestReading(Placed):
    def test_events_come_in_order_of_position_over_many_pages(
        self, log: OpLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(store, "PAGE", 3)
        streams = ["campaign/a", "campaign/b"]
        log.append(*(plan(stream) for stream in streams))
        log.append(*(note(str(n), streams[n % 2]) for n in range(18)))
        everything = list(log.events())
        assert [r.position for r in everything] == list(range(1, 21))
        assert [r.position for r in log.rows()] == list(range(1, 21))
        for after in range(22):
            for until in (0, 1, 3, 6, 12, 19, 20, 99):
                assert list(log.events(after=after, until=until)) == everything[after:until]
        assert (log.head(), log.streams()) == (20, streams)

    def test_the_events_of_a_stream_come_in_order_of_version_over_many_pages(
        self, log: OpLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(store, "PAGE", 3)
        log.append(plan("campaign/a"), plan("campaign/b"))
        log.append(*(note(str(n), f"campaign/{'ab'[n % 2]}") for n in range(18)))
        own = [r for r in log.events() if r.stream == "campaign/b"]
        assert [r.version for r in own] == list(range(1, 11))
        for after in range(11):
            assert list(log.events(stream="campaign/b", after=after)) == own[after:]
            assert list(log.events(stream="campaign/b", after=after, until=9)) == own[after:9]

    def test_events_are_found_by_either_clock(self, log: OpLog, clock: Clock) -> None:
        days = ["1 June 2017", None, "July 2017", "3 August 2017"]
        start = clock.now
        log.append(plan())
        for day in days:
            clock.move(hours=1)
            log.append(note(effective=day and parse_when(day)))

        def hour(n: int) -> Any:
            return start + timedelta(hours=n)

        assert [r.position for r in log.events(recorded_from=hour(1), recorded_to=hour(3))] == [2, 3, 4]
        assert [r.position for r in log.events(recorded_from=hour(4))] == [5]
        for asked, found in (
            ("1 June 2017", [2]),
            ("12 July 2017", [4]),
            ("June to July 2017", [2, 4]),
            ("May 2017", []),
        ):
            assert [r.position for r in log.events(effective=parse_when(asked))] == found
        assert [r.position for r in log.events(effective=parse_when("2017"), after=2, until=4)] == [4]

    def test_streams_are_sorted_byte_by_byte(self, log: OpLog) -> None:
        """In every database alike, whatever its own order of letters is."""
        names = ["campaign/a-b", "campaign/a.b", "campaign/a0", "campaign/a_b", "campaign/ab", "operation/a"]
        log.append(*(plan(name) for name in reversed(names)))
        assert log.streams() == sorted(names)
        assert [s.stream for s in log.stored_states()] == sorted(names)

    def test_a_long_log_is_read_in_little_memory(self, log: OpLog, monkeypatch: pytest.MonkeyPatch) -> None:
        """What a read holds is a page of events, not the log."""
        monkeypatch.setattr(store, "PAGE", 10)
        log.append(plan(), *(note("x" * 10_000) for _ in range(200)))
        for read in (log.events, log.rows, lambda: log.events(stream=WEEK)):
            tracemalloc.start()
            assert sum(1 for _ in read()) == 201
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            assert peak < 2**20

    def test_a_subscription_gives_each_event_once_from_any_position(self, log: OpLog) -> None:
        log.append(plan(), *(note(str(n)) for n in range(5)))
        for after in (0, 3, 6):
            with log.subscribe(after) as subscription:
                seen = []
                head = log.head()
                log.append(note("later"), note("later still"))
                for recorded in subscription:
                    seen.append(recorded.position)
                    if recorded.position == head + 2:
                        subscription.stop()
            assert seen == list(range(after + 1, head + 3))


@on(*ALL)
class TestWriting(Placed):
    def test_several_streams_are_written_together_or_not_at_all(self, log: OpLog) -> None:
        with pytest.raises(Refused):
            log.append(plan("campaign/a"), plan("campaign/b"), note("too early", "campaign/c"))
        assert (log.head(), log.streams(), log.stored_states()) == (0, [], [])
        recorded = log.append(plan("campaign/a"), plan("campaign/b"), note("second", "campaign/a"))
        assert [(r.position, r.stream, r.version) for r in recorded] == [
            (1, "campaign/a", 1),
            (2, "campaign/b", 1),
            (3, "campaign/a", 2),
        ]
        assert list(log.events()) == list(recorded)

    def test_whoever_expected_another_version_is_told_both(self, log: OpLog) -> None:
        log.append(plan(), note())
        with pytest.raises(Conflict) as told:
            log.append(note(), expected={WEEK: 1})
        assert (told.value.stream, told.value.expected, told.value.actual) == (WEEK, 1, 2)
        with pytest.raises(Conflict):
            log.execute(WEEK, commands.RecordNote(text="x"), expected=1)
        assert log.head() == 2
        assert log.append(note(), expected={WEEK: 2})[0].version == 3

    def test_of_two_drafts_of_one_version_the_second_is_told_both(self, log: OpLog) -> None:
        """Each was right when it was made; nothing of the second is stored, of no stream."""
        log.append(plan(), plan("campaign/other"))
        first, second = log.draft(), log.draft()
        first.add(note("first"))
        second.add(note("aside", "campaign/other"))
        second.add(note("second"))
        first.commit()
        with pytest.raises(Conflict) as told:
            second.commit()
        assert (told.value.stream, told.value.expected, told.value.actual) == (WEEK, 1, 2)
        assert [r.stream for r in log.events()] == [WEEK, "campaign/other", WEEK]

    def test_the_names_of_streams_do_not_decide_what_a_conflict_is(self, log: OpLog) -> None:
        """A version that is taken is a conflict, also in a stream that is called like what else can be taken."""
        stream = "campaign/event_id-idempotency_key"
        first, second = log.draft(), log.draft()
        for draft in (first, second):
            draft.add(plan(stream))
        first.commit()
        with pytest.raises(Conflict):
            second.commit()

    def test_the_same_append_under_one_key_gives_the_first_ones_events(self, log: OpLog) -> None:
        log.append(plan())
        once = log.append(note("a", idempotency_key="k"), note("b", idempotency_key="k"))
        assert log.append(note("a", idempotency_key="k"), note("b", idempotency_key="k")) == once
        again = log.execute(WEEK, commands.RecordNote(text="c"), idempotency_key="e")
        assert log.execute(WEEK, commands.RecordNote(text="c"), idempotency_key="e") == again
        assert log.head() == 4
        with pytest.raises(InvalidValue, match="was used for something else"):
            log.execute("campaign/other", commands.Plan(title="x"), idempotency_key="k")

    def test_of_two_drafts_under_one_key_the_second_is_refused(self, log: OpLog) -> None:
        log.append(plan("campaign/a"), plan("campaign/b"))
        first, second = log.draft(), log.draft()
        first.add(note("x", "campaign/a", idempotency_key="k"))
        second.add(note("x", "campaign/b", idempotency_key="k"))
        first.commit()
        with pytest.raises(InvalidValue, match="same idempotency key"):
            second.commit()
        assert log.head() == 3

    def test_a_key_may_be_long_and_in_any_language(self, log: OpLog) -> None:
        for key in ("k" * 20_000, "łódź 'x'; DROP TABLE stored_events --", "%s ? {} \\ \U0001f6b2"):
            (recorded,) = log.append(plan(f"campaign/s{log.head()}", idempotency_key=key))
            assert log.append(plan(recorded.stream, idempotency_key=key)) == (recorded,)
            assert next(log.events(after=recorded.position - 1)).idempotency_key == key
        assert log.head() == 3

    def test_an_id_is_used_once(self, log: OpLog) -> None:
        (recorded,) = log.append(plan())
        with pytest.raises(InvalidValue, match="is already there"):
            log.append(note(id=recorded.id))
        first, second = log.draft(), log.draft()
        first.add(plan("campaign/a", id="0190163d-8694-739b-aea5-966c26f8ad91"))
        second.add(plan("campaign/b", id="0190163d-8694-739b-aea5-966c26f8ad91"))
        first.commit()
        with pytest.raises(InvalidValue, match="the same id"):
            second.commit()
        assert log.head() == 2

    def test_recorded_time_never_goes_back_and_says_when_the_clock_did(self, log: OpLog, clock: Clock) -> None:
        (first,) = log.append(plan())
        clock.move(hours=-2)
        (second,) = log.append(note())
        clock.move(hours=3)
        (third,) = log.append(note())
        assert [r.recorded_at - first.recorded_at for r in (second, third)] == [timedelta(0), timedelta(hours=1)]
        assert second.clock == first.recorded_at - timedelta(hours=2)
        assert (first.clock, third.clock) == (None, None)
        assert list(log.events()) == [first, second, third]

    def test_kept_states_are_those_that_the_events_give(self, log: OpLog) -> None:
        log.append(plan("campaign/a"), plan("campaign/b"), note("x", "campaign/a"))
        log.execute("campaign/b", commands.Cancel())
        kept = log.stored_states()
        assert [(s.stream, s.version) for s in kept] == [("campaign/a", 2), ("campaign/b", 2)]
        before = (log.register(), log.state("campaign/a"), kept)
        log.forget_states()
        assert log.stored_states() == []
        assert (log.register(), log.state("campaign/a"), log.stored_states()) == before
        assert log.replay() == ()

    def test_of_many_writers_of_one_version_one_wins(self, log: OpLog) -> None:
        log.append(plan())
        drafts = [log.draft() for _ in range(8)]
        meet = Barrier(8, timeout=60)

        def write(draft: Draft) -> int:
            draft.add(note())
            meet.wait()
            try:
                draft.commit()
            except Conflict:
                return 0
            return 1

        with ThreadPoolExecutor(8) as writers:
            assert sum(writers.map(write, drafts)) == 1
        assert log.head() == 2
        assert log.replay() == ()
