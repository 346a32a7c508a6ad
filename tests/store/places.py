"""The databases that a log can lie in, each under one face, so that one test can be run on all of them.

UmaDB stands for all databases that are reached through a persistence module of the `eventsourcing` library. What it has
no place for is not promised of it: leaves beside the events, and kept states that outlive the process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from attrs import frozen

from oplog import OpLog, Pending, events

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Clock

WEEK = "campaign/week"
ALL = ("memory", "file", "postgresql", "umadb")
DATABASES = ("file", "postgresql", "umadb")
WITH_LEAVES = ("memory", "file", "postgresql")


@frozen
class Place:
    """An empty place for a log. `where` is what `OpLog.open` takes; None for memory, which cannot be opened twice."""

    name: str
    where: Any
    clock: Callable[[], Any]
    made: bool = True
    """Whether a log must be made in it first."""

    def create(self) -> OpLog:
        """Make the log."""
        if self.where is None:
            return OpLog.open(":memory:", clock=self.clock)
        return OpLog.open(self.where, create=self.made, clock=self.clock)

    def open(self) -> OpLog:
        """Open the log that was made."""
        return OpLog.open(self.where, clock=self.clock)


def note(text: str = "n", stream: str = WEEK, **context: Any) -> Pending:
    """A note on a stream, which must have been planned."""
    return Pending(stream=stream, event=events.NoteRecorded(text=text), **context)


def plan(stream: str = WEEK, **context: Any) -> Pending:
    """The first event of a stream."""
    return Pending(stream=stream, event=events.Planned(title="week of action"), **context)


def change(log: OpLog, *statements: str) -> None:
    """Change what is stored behind the log's back, as somebody can who has the rights of its owner."""

    def run(transaction: Any) -> None:
        for statement in statements:
            transaction.run(statement)

    log._store.recorder.write(run)


def on(*names: str) -> pytest.MarkDecorator:
    """Run a test on these places."""
    return pytest.mark.parametrize("place", names, indirect=True)


class Placed:
    """Tests of a log that lies in the place which the test is run on."""

    @pytest.fixture
    def place(self, request: pytest.FixtureRequest, clock: Clock) -> Place:
        """Give an empty place of the kind that is asked for."""
        kind: str = request.param
        if kind == "memory":
            return Place(kind, None, clock)
        if kind == "file":
            return Place(kind, request.getfixturevalue("path"), clock)
        if kind == "postgresql":
            return Place(kind, request.getfixturevalue("postgresql_url"), clock)
        settings = {"PERSISTENCE_MODULE": "eventsourcing_umadb", "UMADB_URI": request.getfixturevalue("umadb").url}
        return Place(kind, settings, clock, made=False)

    @pytest.fixture
    def log(self, place: Place) -> Iterator[OpLog]:
        """Give an empty log in the place of the test."""
        with place.create() as made:
            yield made
