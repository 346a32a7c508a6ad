"""The page for programmers: its way to record survives a lost answer, and it lists all that a log can be asked."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from documents import blocks

from oplog import OpLog, OutcomeUnknown, commands

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = (Path(__file__).parent.parent.parent / "docs" / "how-to" / "use-from-python.md").read_text(encoding="utf-8")
WEEK = "campaign/week"


class Unlucky:
    """A log whose answers are lost, the first so many times, after the events were stored."""

    def __init__(self, log: OpLog, losses: int) -> None:
        self._log = log
        self._losses = losses

    def execute(self, stream: str, command: Any, **context: Any) -> Any:
        """Record, and lose the answer."""
        done = self._log.execute(stream, command, **context)
        self._losses -= 1
        if self._losses >= 0:
            raise OutcomeUnknown("the connection was lost")
        return done


def recorder(log: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Give the function of the page, on a log of ours and without its pauses."""
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    names: dict[str, Any] = {"log": log}
    (block,) = [block.text for block in blocks(PAGE) if "def record(" in block.text]
    exec(block.partition("flood =")[0], names)  # noqa: S102 - our own document
    made: Callable[..., Any] = names["record"]
    return made


@pytest.mark.parametrize("losses", [0, 1, 2])
def test_the_way_to_record_survives_lost_answers(monkeypatch: pytest.MonkeyPatch, losses: int) -> None:
    with OpLog.open(":memory:") as log:
        record = recorder(Unlucky(log, losses), monkeypatch)
        (recorded,) = record(WEEK, commands.Plan(title="week of action"), key="message 1", actor="Ann")
        assert (recorded.position, recorded.actor, log.head()) == (1, "Ann", 1)


def test_the_way_to_record_says_so_when_no_answer_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    with OpLog.open(":memory:") as log:
        record = recorder(Unlucky(log, 3), monkeypatch)
        with pytest.raises(OutcomeUnknown):
            record(WEEK, commands.Plan(title="week of action"), key="message 1")
        assert log.head() == 1


def test_the_page_lists_all_that_a_log_can_be_asked() -> None:
    listed = PAGE.partition("## What a log can be asked\n")[2]
    named = set(re.findall(r"`(\w+)`", listed))
    public = {name for name in dir(OpLog) if not name.startswith("_")}
    assert public - named == set()
    assert public
