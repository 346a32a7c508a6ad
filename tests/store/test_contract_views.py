"""What stored views promise, on memory, SQLite and PostgreSQL alike: they are what a fold from scratch gives."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import noted
import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from noted import NOTED, TIED
from places import WEEK, Place, Placed, change, note, on, plan

from oplog import (
    PROJECTIONS,
    CannotOpen,
    Finding,
    InvalidValue,
    OpLog,
    Pending,
    Projection,
    Refused,
    RowDifference,
    Undecodable,
    When,
    commands,
    events,
    export_lines,
)
from oplog import views as views_module
from oplog.store import views as stored_views
from oplog.store.views import StoredViews
from oplog.testing import histories
from oplog.testing.values import whens
from oplog.views import Views
from strategies import aggregates

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEEPING = ("memory", "file", "postgresql")
EVERY = [*(p for p in PROJECTIONS if p.row is not None), NOTED]


def scratch(log: OpLog, projection: Projection) -> Any:
    """The view as it is folded from the events alone."""
    return projection.view(log.read())


def assert_stored(log: OpLog, *projections: Projection) -> None:
    """The stored views, and what is read by their help, are what the events give, and replay finds no fault in them."""
    for projection in projections or EVERY:
        stored = log.stored_view(projection)
        assert stored is not None
        assert (stored.position, stored.parked) == (log.head(), ())
        assert stored.rows == log.view(projection) == scratch(log, projection)
    assert [f for f in log.replay(projections=projections or EVERY) if f.rule == "stored-view"] == []


def held(log: OpLog, text: str = "n", stream: str = WEEK, count: int = 2, **context: Any) -> None:
    """Record occurrences, which are counted up, and a note."""
    event = events.OccurrenceHeld(count=count, attendance=10)
    log.append(Pending(stream=stream, event=event, **context), note(text, stream))


@st.composite
def logs(draw: st.DrawFn) -> list[tuple[str, Any]]:
    """Draw what is done to a log: events of a few streams with dates in any order, corrections, and catching up."""
    streams = [
        [("append", n, aggregate, event, draw(st.none() | whens)) for event in draw(histories(aggregate, 8))]
        for n, aggregate in enumerate(draw(st.lists(aggregates, min_size=1, max_size=3)))
    ]
    done: list[Any] = []
    while any(streams):
        done.append(draw(st.sampled_from([own for own in streams if own])).pop(0))
        extra = draw(st.sampled_from(["", "", "", "project", "retract", "correct"]))
        if extra == "project":
            done.append(("project", draw(st.sets(st.sampled_from(range(len(EVERY))), min_size=1))))
        elif extra:
            done.append((extra, draw(st.integers(1, 30))))
    return done


def do(log: OpLog, done: list[Any]) -> None:
    """Do to a log what was drawn; what it refuses is left out."""
    start = log.head()
    for what, *rest in done:
        with suppress(Refused, InvalidValue):
            if what == "append":
                number, aggregate, event, effective = rest
                log.append(Pending(stream=f"{aggregate}/s{start}-{number}", event=event, effective=effective))
            elif what == "project":
                log.project(*(EVERY[n] for n in rest[0]))
            elif start + rest[0] <= log.head():
                if what == "retract":
                    log.retract(start + rest[0], why="wrong", along=True)
                else:
                    log.correct(start + rest[0], "effective", When("2017-06-03"), why="wrong day")


@on(*KEEPING)
class TestCatchingUp(Placed):
    @settings(suppress_health_check=[*HealthCheck], max_examples=settings.default.max_examples // 2)
    @given(done=logs(), step=st.integers(1, 7))
    def test_in_any_steps_it_gives_what_a_fold_from_scratch_gives(self, log: OpLog, done: list[Any], step: int) -> None:
        """With events out of order, corrections, and some views caught up more often than others."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(views_module, "STEP", step)
            patch.setattr(views_module, "CHUNK", step)
            patch.setattr(stored_views, "_PAGE", 2)
            patch.setattr(stored_views, "_MOST_PARAMETERS", 2)
            do(log, done)
            behind = {projection.name: log.view(projection) for projection in EVERY}
            assert behind == {projection.name: scratch(log, projection) for projection in EVERY}
            log.project(*EVERY)
            assert_stored(log)

    def test_a_view_that_is_behind_is_read_with_what_came_since_and_not_written(self, log: OpLog) -> None:
        log.append(plan(), plan("campaign/other"))
        held(log)
        log.project(*EVERY)
        held(log)
        log.append(note("new", "campaign/other"))
        (status,) = log.view_status("figures")
        assert (status.state, status.position, status.lag, status.rows) == ("behind", 4, 3, 2)
        for projection in EVERY:
            assert log.view(projection) == scratch(log, projection)
        assert log.view_status("figures")[0].position == 4

    def test_rows_that_their_order_does_not_tell_apart_are_by_stream(
        self, log: OpLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Read from the events, as they are stored, and with what came since, however the database sorts."""
        streams = ["campaign/cc", "campaign/c-d", "campaign/b", "campaign/a"]
        log.append(*(plan(stream) for stream in streams), *(note(stream=stream) for stream in streams))
        log.project(TIED)
        whole = StoredViews.rows
        for backward in (False, True):

            def rows(self: Any, at: Any, backward: bool = backward) -> Any:
                return dict(sorted((whole(self, at) or {}).items(), reverse=backward))

            monkeypatch.setattr(StoredViews, "rows", rows)
            stored = log.stored_view(TIED)
            assert stored is not None
            assert [row.stream for row in stored.rows] == sorted(streams)
            assert stored.rows == scratch(log, TIED) == log.view(TIED)
        log.append(plan("campaign/ab"), note(stream="campaign/ab"))
        assert log.view_status(TIED)[0].state == "behind"
        assert [row.stream for row in log.view(TIED)] == sorted([*streams, "campaign/ab"])

    def test_only_streams_with_new_events_are_folded(self, log: OpLog, monkeypatch: pytest.MonkeyPatch) -> None:
        log.append(*(plan(f"campaign/s{n}") for n in range(20)))
        log.project(*EVERY)
        log.append(note("new", "campaign/s7"))
        read: list[str] = []
        whole = type(log._store.recorder).stream_rows

        def stream_rows(self: Any, stream: str, after: int, limit: int) -> Any:
            read.append(stream)
            return whole(self, stream, after, limit)

        monkeypatch.setattr(type(log._store.recorder), "stream_rows", stream_rows)
        log.project("figures")
        log.view("calendar")
        assert read == ["campaign/s7", "campaign/s7"]

    def test_after_each_append_if_asked(self, place: Place, log: OpLog, monkeypatch: pytest.MonkeyPatch) -> None:
        """And an append does not fail because a view cannot be caught up."""
        other = OpLog(log._store, place.clock, project_after_append=True)
        other.append(plan())
        held(other)
        other.execute(WEEK, commands.Cancel())
        assert_stored(log, *(p for p in EVERY if p is not NOTED))
        monkeypatch.setattr(Views, "project", lambda *_, **__: 1 / 0)
        assert other.append(note())[0].position == log.head()
        assert {status.state for status in log.view_status()} == {"behind"}

    def test_waiting_for_a_view_ends_when_others_have_brought_it_there(self, log: OpLog) -> None:
        log.append(plan())
        assert not log.wait_for_view("figures", timeout=0)
        log.project("figures")
        assert log.wait_for_view("figures", timeout=0)
        assert not log.wait_for_view("figures", 2, timeout=0.1)
        held(log)
        other = Thread(target=log.project, args=["figures"])
        other.start()
        assert log.wait_for_view("figures", 3, timeout=30)
        other.join()


def last_of(rows: Any) -> Any:
    """The rows of all streams but for their last."""
    return rows and {stream: dict(list(own.items())[:-1]) for stream, own in rows.items()}


@pytest.mark.parametrize(
    ("owner", "name", "broken"),
    [
        (StoredViews, "touched", lambda whole: lambda self, after, until: whole(self, after, until)[1:]),
        (StoredViews, "rows", lambda whole: lambda self, at: last_of(whole(self, at))),
        (Views, "_history", lambda whole: lambda self, stream, until: whole(self, stream, until - 1)),
        (Views, "_history", lambda whole: lambda self, stream, until: list(whole(self, stream, until))[-2:]),
    ],
    ids=["a stream is left out", "a row is not read", "an event is left out", "only what is new is folded"],
)
def test_a_view_that_is_kept_wrong_is_noticed(
    log: OpLog, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, broken: Any
) -> None:
    """The control: each of these faults makes the tests of this page fail."""
    log.append(plan())
    held(log)
    log.project(*EVERY)
    assert_stored(log)
    held(log)
    monkeypatch.setattr(owner, name, broken(getattr(owner, name)))
    log.project(*EVERY)
    with pytest.raises(AssertionError):
        assert_stored(log)


@on(*KEEPING)
class TestSeveralAtOnce(Placed):
    def test_two_who_project_and_one_who_writes_count_each_event_once(
        self, log: OpLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(views_module, "STEP", 3)
        log.append(plan())
        ended = Event()

        def project() -> None:
            while not ended.is_set():
                log.project(*EVERY)

        with ThreadPoolExecutor(2) as projectors:
            running = [projectors.submit(project) for _ in range(2)]
            for n in range(20):
                held(log, str(n))
            ended.set()
        for one in running:
            one.result()
        log.project(*EVERY)
        assert_stored(log)
        (row,) = [row for row in log.view("figures") if row.figure.measure == "occurrences"]
        assert row.figure.value == 40

    def test_who_comes_second_starts_over(self, log: OpLog, monkeypatch: pytest.MonkeyPatch) -> None:
        """Another brings the view on while this one folds: what it folded is not stored."""
        log.append(plan())
        log.project(*EVERY)
        held(log)
        whole, meanwhile = Views._step, [lambda: (held(log), log.project(*EVERY))]

        def step(self: Any, projection: Any, streams: Any, until: int) -> Any:
            made = whole(self, projection, streams, until)
            if meanwhile:
                meanwhile.pop()()
            return made

        monkeypatch.setattr(Views, "_step", step)
        log.project("figures")
        assert_stored(log)

    def test_of_two_who_build_one_takes_over_and_the_other_goes_on_from_there(
        self, log: OpLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        log.append(plan())
        held(log)
        whole, meanwhile = Views._step, [lambda: log.project(*EVERY)]

        def step(self: Any, projection: Any, streams: Any, until: int) -> Any:
            if meanwhile:
                meanwhile.pop()()
            return whole(self, projection, streams, until)

        monkeypatch.setattr(Views, "_step", step)
        log.project(*EVERY)
        assert_stored(log)
        assert generations(log) == {projection.name: 1 for projection in EVERY}


def generations(log: OpLog) -> dict[str, int]:
    """How many generations of each view the database holds, whole or not."""
    counts: dict[str, int] = {}
    for table in ("view_checkpoints", "view_rows", "view_parked"):
        query = f"SELECT DISTINCT projection, generation FROM {table}"  # noqa: S608
        for name, generation in log._store.recorder.query(query):
            counts.setdefault(name, set()).add(generation)  # type: ignore[attr-defined]
    return {name: len(found) for name, found in counts.items()}  # type: ignore[arg-type]


@on(*KEEPING)
class TestAfterAppend(Placed):
    def test_the_log_asks_all_who_append_to_catch_its_views_up(self, place: Place, log: OpLog) -> None:
        """By commands, appends, corrections and imports, of whoever opened it since, until it is asked for no more."""
        log.append(plan())
        assert not log.projects_after_append
        log.project("figures", NOTED)
        log.project_after_append(on=True)
        held(log)
        assert log.projects_after_append
        other = OpLog(log._store, place.clock)
        other.execute(WEEK, commands.HoldOccurrence(count=3))
        assert_stored(log, EVERY[1])
        other.correct(4, "count", 5, why="miscounted")
        other.retract(2, why="of another week")
        draft = other.draft()
        draft.add(note("imported"))
        draft.commit()
        assert_stored(log, EVERY[1])
        states = {status.name: status.state for status in log.view_status("figures", "links", NOTED)}
        assert states == {"figures": "current", "links": "not stored", "noted": "behind"}
        log.project_after_append(on=False)
        held(log)
        held(OpLog(log._store, place.clock))
        assert log.view_status("figures")[0].lag == 4
        assert not log.projects_after_append

    def test_an_append_is_stored_whatever_becomes_of_the_views(
        self, log: OpLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        log.append(plan())
        log.project("figures")
        log.project_after_append(on=True)
        later = OpLog(log._store)

        def broken(*_: Any) -> Any:
            raise CannotOpen("no more room")

        with monkeypatch.context() as patch:
            patch.setattr(StoredViews, "advance", broken)
            held(later)
        with monkeypatch.context() as patch:
            patch.setattr(StoredViews, "after_append", broken)
            held(OpLog(log._store))
        assert (log.head(), log.view_status("figures")[0].lag) == (5, 4)
        held(later)
        assert_stored(log, EVERY[1])

    def test_a_log_that_does_not_ask_is_asked_once(self, log: OpLog, monkeypatch: pytest.MonkeyPatch) -> None:
        """So that an append costs nothing more."""
        asked: list[None] = []
        whole = StoredViews.after_append

        def counted(self: StoredViews) -> bool:
            asked.append(None)
            return whole(self)

        monkeypatch.setattr(StoredViews, "after_append", counted)
        log.append(plan())
        held(log)
        assert len(asked) == 1


@on(*KEEPING)
class TestDropping(Placed):
    def test_a_view_is_taken_away_whoever_stored_it(self, log: OpLog) -> None:
        """Of a projection that this program does not know too, by its name; the others stay, and reads are the same."""
        log.append(plan())
        held(log)
        log.project(*EVERY)
        log.drop_view("noted")
        log.drop_view("figures")
        assert generations(log).keys() == {projection.name for projection in EVERY} - {"noted", "figures"}
        assert log.stored_view("figures") is None
        assert log.view("figures") == scratch(log, EVERY[1])
        with pytest.raises(InvalidValue, match="no view 'noted' is stored in this log; stored: calendar, impact"):
            log.drop_view("noted")
        log.project(*EVERY)
        assert_stored(log)

    def test_who_is_building_it_meanwhile_builds_it_anew(self, log: OpLog, monkeypatch: pytest.MonkeyPatch) -> None:
        log.append(plan())
        log.project("figures")
        held(log)
        whole, meanwhile = Views._step, [lambda: log.drop_view("figures")]

        def step(self: Any, projection: Any, streams: Any, until: int) -> Any:
            made = whole(self, projection, streams, until)
            if meanwhile:
                meanwhile.pop()()
            return made

        monkeypatch.setattr(Views, "_step", step)
        log.project("figures")
        assert_stored(log, EVERY[1])

    def test_a_log_without_views_has_none_to_drop(self, log: OpLog) -> None:
        with pytest.raises(InvalidValue, match="no view 'figures' is stored in this log; stored: none"):
            log.drop_view("figures")


@on(*KEEPING)
class TestRebuilding(Placed):
    def test_readers_have_the_old_view_until_the_new_one_takes_over(
        self, log: OpLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What is recorded meanwhile is in the new one, and what is left of the old one is taken away."""
        monkeypatch.setattr(views_module, "CHUNK", 1)
        log.append(*(plan(f"campaign/s{n}") for n in range(4)))
        log.project(*EVERY)
        whole, seen = Views._step, []

        def step(self: Any, projection: Any, streams: Any, until: int) -> Any:
            if len(seen) < 5:
                seen.append(log.stored_view("register"))
                assert log.view("register") == scratch(log, PROJECTIONS[0])
                held(log, stream=f"campaign/s{len(seen) % 4}")
            return whole(self, projection, streams, until)

        monkeypatch.setattr(Views, "_step", step)
        log.rebuild("register")
        assert [found and (found.position, len(found.rows)) for found in seen] == [(4, 4)] * 5
        monkeypatch.undo()
        log.project(*EVERY)
        assert_stored(log)
        assert generations(log) == {projection.name: 1 for projection in EVERY}

    def test_what_an_interrupted_build_left_is_taken_away_by_the_next(self, log: OpLog) -> None:
        log.append(plan())
        held(log)
        log.project(*EVERY)
        kept = log._store.views
        assert kept is not None
        there = kept.live("figures")
        assert there is not None
        left = kept.begin(there)
        kept.advance(left, log._views._step(PROJECTIONS[1], [WEEK], 1))
        assert generations(log)["figures"] == 2
        assert_stored(log)
        log.rebuild("figures")
        assert generations(log)["figures"] == 1
        assert kept.advance(left, log._views._step(PROJECTIONS[1], [WEEK], 1)) is None
        assert not kept.take_over(left)
        assert_stored(log)

    def test_the_rows_that_differ_are_told_before_the_new_view_takes_over(self, log: OpLog) -> None:
        """Only those that the fold changes, not those that new events change; an error keeps the old view."""
        log.append(plan(), plan("campaign/other"), note("a", "campaign/other"))
        held(log, "b")
        log.project(*EVERY)
        held(log, "c")
        change(log, "UPDATE view_rows SET stream='campaign/other', number=7 WHERE projection='figures' AND number=2")
        told: list[RowDifference] = []

        def refuse(row: RowDifference) -> None:
            told.append(row)
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            log.rebuild("figures", compare=refuse)
        assert generations(log)["figures"] == 1
        assert log.stored_view("figures").position == 5  # type: ignore[union-attr]
        told.clear()
        assert log.rebuild("figures", compare=told.append).state == "current"
        assert [(row.stream, row.number, row.old is None, row.new is None) for row in told] == [
            ("campaign/other", 7, False, True),
            (WEEK, 2, True, False),
        ]
        assert told[0].old == told[1].new
        told.clear()
        log.rebuild("figures", compare=told.append)
        assert told == []
        log.project(*EVERY)
        assert_stored(log)

    @pytest.mark.parametrize("where", ["_fill", "_differences"])
    @pytest.mark.parametrize("what", ["project", "rebuild"])
    def test_what_others_bring_on_while_it_compares_is_no_difference(
        self, log: OpLog, monkeypatch: pytest.MonkeyPatch, where: str, what: str
    ) -> None:
        """The two views are compared at one place, wherever the old one is by then; a true difference is told once."""
        log.append(plan(), plan("campaign/other"))
        held(log)
        held(log, stream="campaign/other")
        log.project(*EVERY)
        change(log, "UPDATE view_rows SET number=7 WHERE projection='figures' AND stream='campaign/other' AND number=2")
        whole, meanwhile = getattr(Views, where), [lambda: (held(log), getattr(log, what)("figures"))]

        def overtaken(self: Any, *given: Any) -> Any:
            found = whole(self, *given)
            if meanwhile:
                meanwhile.pop()()
            return found

        monkeypatch.setattr(Views, where, overtaken)
        told: list[RowDifference] = []
        log.rebuild("figures", compare=told.append)
        real = [("campaign/other", 2), ("campaign/other", 7)] if what == "project" else []
        assert [(row.stream, row.number) for row in told] == real
        assert generations(log)["figures"] == 1
        log.project(*EVERY)
        assert_stored(log)


@on(*KEEPING)
class TestParking(Placed):
    def test_a_stream_that_cannot_be_folded_is_parked_and_the_rest_goes_on(
        self, log: OpLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Its rows are those of the events before; it is tried again when asked to, and when it has new events."""
        log.append(plan("campaign/a"), plan("campaign/b"), note("1", "campaign/a"), note("poison", "campaign/a"))
        (status,) = log.project(NOTED)
        poisoned = Finding(
            rule="parked", severity="fault", position=4, stream="campaign/a", version=3,
            message="ZeroDivisionError: no such note can be counted",
        )  # fmt: skip
        assert (status.state, status.parked, status.is_sound) == ("current", (poisoned,), False)
        log.append(note("2", "campaign/b"), note("3", "campaign/a"))
        (status,) = log.project(NOTED)
        assert (status.position, status.parked) == (6, (poisoned,))
        stored = log.stored_view(NOTED)
        assert stored is not None
        assert stored.parked == (poisoned,)
        assert [(row.stream, row.count) for row in stored.rows] == [("campaign/a", 1), ("campaign/b", 1)]
        with pytest.raises(ZeroDivisionError):
            log.view(NOTED)
        monkeypatch.setattr(noted, "poison", "")
        assert log.view(NOTED) == scratch(log, NOTED)
        assert log.project(NOTED)[0].parked == (poisoned,)
        assert log.project(NOTED, retry=True)[0].parked == ()
        log.project(*EVERY)
        assert_stored(log)

    def test_an_event_that_cannot_be_read_parks_its_stream(self, log: OpLog) -> None:
        """In every view; when it has been mended, the next event of the stream, or a retry, brings it back."""
        log.append(plan("campaign/a"), plan("campaign/b"))
        held(log, "1", "campaign/a")
        held(log, "2", "campaign/b")
        whole = "UPDATE stored_events SET topic='campaign.occurrence-held' WHERE position=3"
        change(log, whole.replace("occurrence-held", "unheard-of"))
        for status in log.project(*EVERY):
            ((finding),) = status.parked
            assert (finding.position, finding.stream, finding.version) == (3, "campaign/a", 2)
            assert "unheard-of" in finding.message
        assert {row.stream for row in log.stored_view("figures").rows} == {"campaign/b"}  # type: ignore[union-attr]
        with pytest.raises(Undecodable, match=r"position 3 \(campaign/a, version 2\)"):
            log.view("figures")
        assert "stored-view" not in {finding.rule for finding in log.replay()}
        change(log, whole)
        log.append(note("3", "campaign/a"))
        assert log.project("figures")[0].is_sound
        log.project(*EVERY, retry=True)
        assert_stored(log)

    def test_a_new_event_that_cannot_be_read_is_told_by_a_read(self, log: OpLog) -> None:
        """As it is without stored views, though the stored one is whole."""
        log.append(plan(), note(), plan("campaign/other"))
        log.project("figures")
        log.append(note("new"))
        change(log, "UPDATE stored_events SET topic='campaign.unheard-of' WHERE position=4")
        with pytest.raises(Undecodable, match="position 4"):
            log.view("figures")


@on(*KEEPING)
class TestAudit(Placed):
    def test_a_view_of_somebodys_own_is_compared_when_it_is_given(self, log: OpLog) -> None:
        """Its rows are named as ours are. Without its code nothing is said of it; what other code made is not used."""
        log.append(plan(), note("sunny"))
        log.project(NOTED)
        (data,) = log._store.recorder.query("SELECT data FROM view_rows WHERE projection='noted'")[0]
        edited = bytes(data).replace(b"sunny", b"rainy")
        log._store.recorder.write(lambda t: t.run("UPDATE view_rows SET data=?", (edited,)))
        for others in ([], [evolve(NOTED, version=2)]):
            assert log.replay(projections=others, rules=["stored-view"]) == ()
        (found,) = log.audit(projections=[NOTED], rules=["stored-view"]).findings
        assert (found.severity, found.stream) == ("fault", WEEK)
        assert (
            found.message == 'row 1 of the stored view noted says ends ["rainy",null]; the events give ["sunny",null]'
        )
        with pytest.raises(InvalidValue, match="the view of noted cannot be stored"):
            log.replay(projections=[evolve(NOTED, row=None)])
        with pytest.raises(InvalidValue, match="the projection figures has the name of one of oplog's"):
            log.replay(projections=[evolve(NOTED, name="figures")])

    @pytest.mark.parametrize(
        ("statement", "found"),
        [
            ("DELETE FROM view_rows WHERE projection='figures' AND number=1", "row 1 of the stored view figures says"),
            (
                "UPDATE view_rows SET number=9 WHERE projection='figures' AND number=2",
                "row 9 of the stored view figures",
            ),
            ("UPDATE view_rows SET stream='campaign/none' WHERE projection='register'", "row 1 of the stored view reg"),
            (
                "UPDATE view_checkpoints SET position=99 WHERE projection='calendar'",
                "stored view calendar is at position 99",
            ),
        ],
        ids=["missing", "moved", "of no stream", "ahead"],
    )
    def test_what_somebody_changed_in_a_view_is_found(self, log: OpLog, statement: str, found: str) -> None:
        log.append(plan())
        held(log)
        log.project()
        assert log.replay() == ()
        change(log, statement)
        told = [finding for finding in log.replay() if finding.severity == "fault"]
        assert {finding.rule for finding in told} == {"stored-view"}
        assert any(found in finding.message for finding in told)

    def test_an_edited_row_is_told_with_its_view_its_place_and_both_values(self, log: OpLog) -> None:
        """Also when the view is behind; a view made by other code is not compared."""
        log.append(plan())
        held(log)
        log.project()
        held(log)
        (data,) = log._store.recorder.query("SELECT data FROM view_rows WHERE projection='figures' AND number=1")[0]
        edited = bytes(data).replace(b'"value":2', b'"value":7')
        log._store.recorder.write(
            lambda t: t.run("UPDATE view_rows SET data=? WHERE projection='figures' AND number=1", (edited,))
        )
        (finding,) = log.replay()
        assert (finding.rule, finding.severity, finding.stream) == ("stored-view", "fault", WEEK)
        assert finding.message == "row 1 of the stored view figures says figure.value 7; the events give 2"
        change(log, "UPDATE view_checkpoints SET fold='other' WHERE projection='figures'")
        assert log.replay() == ()
        log.project("figures")
        assert_stored(log, PROJECTIONS[1])

    @pytest.mark.parametrize("table", ["view_checkpoints", "view_parked", "view_rows", "view_settings"])
    def test_a_table_that_was_taken_away_is_made_anew_with_its_views(self, log: OpLog, table: str) -> None:
        """Half of what was stored is nothing: whoever opens the log then folds the events, or builds all anew."""
        log.append(plan())
        held(log)
        log.project()
        expected = log.view("figures")
        change(log, f"DROP TABLE {table}")
        later = OpLog(log._store)
        later._views._kept()._there = False  # as of a program that opens the log after that
        assert later.view("figures") == expected != ()
        assert later.replay() == ()
        later.project()
        assert later.view("figures") == expected
        assert {status.state for status in later.view_status()} == {"current"}

    def test_bytes_that_are_no_text_are_told_like_any_other_row(self, log: OpLog) -> None:
        """A row of NUL and odd bytes does not end the audit, which names the view and the row."""
        log.append(plan())
        held(log)
        log.project("figures")
        log._store.recorder.write(lambda t: t.run("UPDATE view_rows SET data=?", (b"\x00\xff\x00",)))
        assert any("row 1 of the stored view figures" in finding.message for finding in log.replay())

    def test_rows_are_those_of_the_place_that_was_asked_for(self, log: OpLog) -> None:
        """Who found a view at a position that it has left gets no rows of a later one for it, and looks again."""
        log.append(plan())
        log.project("register")
        views = log._views._kept()
        there = views.live("register")
        assert there is not None
        assert views.rows(there)
        held(log)
        log.project("register")
        assert views.rows(there) is None

    def test_a_row_that_says_that_a_stream_is_parked_hides_nothing(self, log: OpLog) -> None:
        """The stop is told when the events give none, and the rows of a parked stream are compared as all others."""
        log.append(plan(), plan("campaign/other"))
        held(log)
        log.project()
        parked = (
            "INSERT INTO view_parked (projection, generation, stream, position, version, message)"
            " SELECT projection, generation, 'campaign/week', 3, 2, 'poison' FROM view_checkpoints"
            " WHERE projection='figures'"
        )
        change(log, parked)
        (stop,) = log.replay()
        assert (stop.rule, stop.severity, stop.stream) == ("stored-view", "fault", WEEK)
        assert "the stored view figures has the stream parked at position 3" in stop.message
        gone = "DELETE FROM view_rows WHERE projection='figures' AND number=1"
        change(log, gone)
        row, _stop = log.replay()
        assert row.message.startswith("row 1 of the stored view figures says nothing; the events give")
        log.rebuild("figures")
        change(log, "UPDATE stored_events SET topic='campaign.unheard-of' WHERE position=4")
        log.rebuild("figures")
        assert "stored-view" not in {f.rule for f in log.replay() if "figures" in f.message}
        change(log, gone, "UPDATE view_parked SET position=3")
        told = [f.message for f in log.replay() if f.rule == "stored-view" and "figures" in f.message]
        assert len(told) == 2
        log.project("figures", retry=True)
        assert log.view_status("figures")[0].parked[0].position == 4

    def test_a_row_that_cannot_be_read_spoils_no_read(self, log: OpLog) -> None:
        log.append(plan(), plan("campaign/other"))
        held(log)
        log.project()
        log._store.recorder.write(lambda t: t.run("UPDATE view_rows SET data=?", (b"\xff{",)))
        for projection in EVERY:
            assert log.view(projection) == scratch(log, projection)
        assert len({finding.message.partition(" says")[0] for finding in log.replay()}) == 4  # rows 1 and 2


@on(*KEEPING)
class TestWithoutTables(Placed):
    @pytest.fixture
    def log(self, place: Place) -> Iterator[OpLog]:
        """Give a log as oplog 0.2 made it: without tables for views."""
        with place.create() as made:
            change(
                made,
                *(f"DROP TABLE {name}" for name in ("view_rows", "view_parked", "view_checkpoints", "view_settings")),
            )
            yield made

    def test_a_log_of_oplog_0_2_is_read_as_before_until_a_view_is_stored(self, place: Place, log: OpLog) -> None:
        log.append(plan())
        held(log)
        assert {status.state for status in log.view_status()} == {"not stored"}
        assert log.stored_view("figures") is None
        assert log.view("figures") == scratch(log, PROJECTIONS[1])
        assert (log.verify(), log.replay()) == ((), ())
        if place.where is not None:
            with place.open() as again:
                assert (again._store.risks, again.replay()) == ((), ())
        log.project(*EVERY)
        assert_stored(log)
        if place.where is not None:
            with place.open() as again:
                assert again._store.risks == ()
                assert_stored(again)


@on(*KEEPING)
class TestCopies(Placed):
    def test_a_copy_gives_the_same_views(self, place: Place, log: OpLog, tmp_path: Path) -> None:
        """That of a file has them as they are stored; any other has none, and folds them from the events."""
        log.append(plan())
        held(log)
        log.project(*EVERY)
        log.backup(tmp_path / "copy.db")
        with OpLog.open(tmp_path / "copy.db", clock=place.clock) as copy:
            state = "not stored" if place.name == "postgresql" else "current"
            assert {status.state for status in copy.view_status(*EVERY)} == {state}
            for projection in EVERY:
                assert copy.view(projection) == scratch(log, projection)
            copy.project(*EVERY)
            assert_stored(copy)

    def test_a_log_that_can_only_be_read_says_so(self, log: OpLog, tmp_path: Path) -> None:
        """An export in the place of the log has no views, and its views are folded."""
        log.append(plan())
        (tmp_path / "log.jsonl").write_bytes(b"".join(export_lines(log)))
        with OpLog.open(tmp_path / "log.jsonl") as portable:
            assert portable.view("register") == scratch(log, PROJECTIONS[0])
            assert {status.state for status in portable.view_status()} == {"not stored"}
            with pytest.raises(CannotOpen, match="read-only"):
                portable.project()
            with pytest.raises(CannotOpen, match="read-only"):
                portable.project_after_append(on=True)
            assert not portable.projects_after_append
        with pytest.raises(CannotOpen, match="read-only"):
            OpLog.open(tmp_path / "log.jsonl", project_after_append=True)


@on("umadb")
class TestElsewhere(Placed):
    def test_a_database_without_a_place_for_views_says_so(self, log: OpLog) -> None:
        """Reads are folded from the events, and nothing is stored; nor does the log ask for anything."""
        log.append(plan())
        assert not log.projects_after_append
        with pytest.raises(CannotOpen, match="keeps no views"):
            log.project_after_append(on=True)
        for ask in (log.project, lambda: log.rebuild("figures"), lambda: log.wait_for_view("figures", timeout=0)):
            with pytest.raises(CannotOpen, match="keeps no views"):
                ask()
        assert log.view("register") == scratch(log, PROJECTIONS[0])
        assert {status.state for status in log.view_status()} == {"not stored"}
