"""Reads by both clocks, against a naive reader: in every projection, on every store, with kept states and without."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from naive import naive_read
from oplog import (
    PROJECTIONS,
    InvalidValue,
    NoSuchStream,
    OpLog,
    Recorded,
    Refused,
    ReportConfiguration,
    When,
    commands,
    decider_of,
)
from oplog.narrative.plan import narrate
from oplog.narrative.window import Extent
from oplog.testing import commands_of, logs, record_all
from profiles import at_least
from strategies import aggregates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from oplog import Document

HUNDREDS = 300
DAYS = st.dates(date(2015, 6, 1), date(2018, 12, 31))


@st.composite
def clocks(draw: st.DrawFn, history: list[Recorded]) -> dict[str, Any]:
    """Draw two clocks, more often than not where something changes."""
    known = draw(st.none() | st.sampled_from([r.recorded_at for r in history])) if history else None
    if known is not None and draw(st.booleans()):
        known -= timedelta(microseconds=1)
    edges = [day for r in history if r.effective for day in (r.effective.earliest, r.effective.latest)]
    valid = draw(st.one_of(st.none(), DAYS, *([st.sampled_from(edges)] if edges else [])))
    return {"known_at": known, "valid_at": valid, "counts_from": draw(st.sampled_from(["latest", "earliest"]))}


@pytest.fixture(scope="session")
def stores(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Give, for each store, what makes an empty log on it as often as it is asked to, and leaves nothing behind."""

    @contextmanager
    def in_memory() -> Iterator[OpLog]:
        with OpLog.open(":memory:") as log:
            yield log

    @contextmanager
    def in_a_file() -> Iterator[OpLog]:
        path = tmp_path_factory.getbasetemp() / f"{uuid4().hex}.db"
        with OpLog.open(path, create=True) as log:
            yield log
        path.unlink()

    @contextmanager
    def in_postgresql() -> Iterator[OpLog]:
        server, schema = request.getfixturevalue("postgresql"), f"test_{uuid4().hex}"
        with OpLog.open(server.url(schema=schema), create=True) as log:
            yield log
        server.run(f"DROP SCHEMA {schema} CASCADE")

    return {"memory": in_memory, "file": in_a_file, "postgresql": in_postgresql}


def told(narrative: Callable[[], Document]) -> Document | str:
    """The report, or why there is none."""
    try:
        return narrative()
    except InvalidValue as error:
        return str(error)


class Naive:
    """What the naive reader has to say about a history by some clocks, worked out once for all stores."""

    trusted = ReportConfiguration(public=False)  # who sees everything, so that nothing is numbered anew

    def __init__(self, history: list[Recorded], asked: dict[str, Any]) -> None:
        self.asked = asked
        self.read = naive_read(history, **asked)
        self.views = {projection.name: projection.view(self.read) for projection in PROJECTIONS}
        known = [r.position for r in history if asked["known_at"] is None or r.recorded_at <= asked["known_at"]]
        extent = Extent(known_at=asked["known_at"], valid_at=asked["valid_at"], head=max(known, default=None))
        self.narrative = told(lambda: narrate(self.read, self.trusted, extent))
        self.lives = {stream: [r for r in self.read if r.stream == stream] for stream in {r.stream for r in history}}
        self.states = {stream: decider_of(stream).fold(r.event for r in own) for stream, own in self.lives.items()}

    def holds(self, log: OpLog) -> None:
        """Everything that the log answers by these clocks is what the naive reader has."""
        asked = self.asked
        assert log.read(**asked) == self.read
        for name, view in self.views.items():
            assert log.view(name, **asked) == view, name
        assert log.register(**asked) == self.views["register"]
        assert told(lambda: log.narrative(self.trusted, **asked)) == self.narrative
        for stream, own in self.lives.items():
            assert log.life(stream, **asked) == tuple(own)
            entry = log.entry(stream, **asked)
            assert (entry.state, entry.version) == (self.states[stream], max((r.version for r in own), default=0))
            if own:
                assert log.state(stream, **asked) == entry.state
            else:
                with pytest.raises(NoSuchStream):
                    log.state(stream, **asked)


@settings(max_examples=at_least(100))
@given(history=logs(streams=6, longest=HUNDREDS), data=st.data())
def test_a_read_by_both_clocks_is_the_naive_one(
    stores: dict[str, Any], history: list[Recorded], data: st.DataObject
) -> None:
    """On every store, for any moment and day, all that a log answers equals what a naive reader filters and folds.

    So it is with the states that recording kept, with stored views, without states, and with states made anew; and no
    audit objects.
    """
    now = Naive(history, {"known_at": None, "valid_at": None})
    first, second, third = (Naive(history, data.draw(clocks(history))) for _ in range(3))
    for store, new_log in stores.items():
        with new_log() as log:
            assert list(record_all(log, history)) == history, store
            first.holds(log)
            log.project()
            now.holds(log)
            second.holds(log)
            kept = log.stored_states()
            log.forget_states()
            third.holds(log)
            assert log.register() == now.views["register"]
            assert log.stored_states() == kept
            assert [finding for finding in log.replay() if finding.severity == "fault"] == []


@given(history=logs(longest=60), data=st.data())
def test_what_was_known_never_changes(history: list[Recorded], data: st.DataObject) -> None:
    """An answer as of a moment is the same before and after everything that is recorded later.

    The report is that of readers who see everything: what is marked later is closed to others for any day.
    """
    assume(history)
    moment = data.draw(st.sampled_from(history)).recorded_at
    then = [r for r in history if r.recorded_at <= moment]
    asked = {**data.draw(clocks(then)), "known_at": moment}

    def answers(log: OpLog) -> list[Any]:
        views = [log.view(projection.name, **asked) for projection in PROJECTIONS]
        report = told(lambda: log.narrative(ReportConfiguration(public=False), **asked))
        return [log.read(**asked), log.register(**asked), report, *views]

    with OpLog.open(":memory:") as log:
        record_all(log, then)
        believed = answers(log)
        assert log.read(**{**asked, "known_at": None}) == believed[0]
        record_all(log, history[len(then) :])
        assert answers(log) == believed


@given(history=logs(longest=60), data=st.data())
def test_however_events_come_in_the_kept_states_are_those_of_a_replay(
    history: list[Recorded], data: st.DataObject
) -> None:
    """One append for all, for each, or for any parts of a log leads to the same states, kept and folded anew."""
    with OpLog.open(":memory:") as whole, OpLog.open(":memory:") as parts:
        record_all(whole, history)
        cuts = sorted({0, len(history), *data.draw(st.lists(st.integers(0, len(history)), max_size=10))})
        for first, last in pairwise(cuts):
            record_all(parts, history[first:last])
            assert parts.register() == PROJECTIONS[0].view(naive_read(history[:last], None, None))
        assert parts.stored_states() == whole.stored_states()
        for log in (whole, parts):
            assert [finding for finding in log.replay() if finding.severity == "fault"] == []


@given(kinds=st.lists(aggregates, min_size=1, max_size=2), data=st.data())
def test_commands_of_any_day_leave_a_sound_log(kinds: list[str], data: st.DataObject) -> None:
    """Whatever is asked for, of whatever day, what is kept is what the naive reader folds."""
    moments = iter(datetime(2017, 1, 1, tzinfo=UTC) + timedelta(days=n) for n in range(10_000))
    days = st.dates(date(2016, 6, 1), date(2017, 6, 1)).map(When.of) | st.sampled_from([When("2016"), When("2017-01")])
    with OpLog.open(":memory:", clock=lambda: next(moments)) as log:
        for kind in kinds:
            log.execute(f"{kind}/one", commands.Plan(title="t"), effective=data.draw(st.none() | days))
        for _ in range(data.draw(st.integers(1, 10))):
            kind, head = data.draw(st.sampled_from(kinds)), log.head()
            recorded: tuple[Recorded, ...] = ()
            with suppress(Refused):
                command = data.draw(commands_of(kind))
                recorded = log.execute(f"{kind}/one", command, effective=data.draw(st.none() | days))
            assert log.head() == head + len(recorded)
        kept = log.stored_states()
        expected = naive_read(list(log.events()), None, None)
        assert log.read() == expected
        assert log.register() == PROJECTIONS[0].view(expected)
        log.forget_states()
        log.register()
        assert log.stored_states() == kept
        assert [finding for finding in log.replay() if finding.severity == "fault"] == []
