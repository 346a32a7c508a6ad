"""Reads by both clocks, against a naive reader: in every projection, on every store, with kept states and without."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from naive import naive_read
from oplog import PROJECTIONS, InvalidValue, NoSuchStream, OpLog, Recorded, decider_of
from oplog.narrative.plan import narrate
from oplog.testing import logs, record_all
from profiles import at_least

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


@pytest.fixture(scope="session", params=["memory", "file", "postgresql"])
def new_log(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Give what makes an empty log on one of the stores, as often as it is asked to, and leaves nothing behind."""

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

    return {"memory": in_memory, "file": in_a_file, "postgresql": in_postgresql}[request.param]


def told(narrative: Callable[[], Document]) -> Document | str:
    """The report, or why there is none."""
    try:
        return narrative()
    except InvalidValue as error:
        return str(error)


def holds(log: OpLog, history: list[Recorded], asked: dict[str, Any]) -> None:
    """Everything that the log answers by these clocks is what the naive reader has."""
    expected = naive_read(history, **asked)
    assert log.read(**asked) == expected
    for projection in PROJECTIONS:
        assert log.view(projection.name, **asked) == projection.view(expected), projection.name
    assert log.register(**asked) == PROJECTIONS[0].view(expected)
    assert told(lambda: log.narrative(**asked)) == told(lambda: narrate(expected))
    for stream in {r.stream for r in history}:
        own = [r for r in expected if r.stream == stream]
        assert log.life(stream, **asked) == tuple(own)
        entry = log.entry(stream, **asked)
        assert (entry.state, entry.version) == (
            decider_of(stream).fold(r.event for r in own),
            max((r.version for r in own), default=0),
        )
        if own:
            assert log.state(stream, **asked) == entry.state
        else:
            with pytest.raises(NoSuchStream):
                log.state(stream, **asked)


@settings(max_examples=at_least(100))
@given(history=logs(streams=6, longest=HUNDREDS), data=st.data())
def test_a_read_by_both_clocks_is_the_naive_one(new_log: Any, history: list[Recorded], data: st.DataObject) -> None:
    """For any moment and day, all that a log answers equals what a naive reader filters and folds.

    It does with the states that recording kept, without any, and with those that reading made anew; and the audit
    finds nothing wrong with any of them.
    """
    with new_log() as log:
        assert list(record_all(log, history)) == history
        for asked in ({}, data.draw(clocks(history)), data.draw(clocks(history))):
            holds(log, history, {"known_at": None, "valid_at": None, **asked})
        kept = log.stored_states()
        log.forget_states()
        holds(log, history, data.draw(clocks(history)))
        log.register()
        assert log.stored_states() == kept
        holds(log, history, {"known_at": None, "valid_at": None})
        assert [finding for finding in log.replay() if finding.severity == "fault"] == []
