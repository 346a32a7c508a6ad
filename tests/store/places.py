"""The databases that a log can lie in, each under one face, so that one test can be run on all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from oplog import OpLog, Pending, events

if TYPE_CHECKING:
    from collections.abc import Callable

WEEK = "campaign/week"


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
