"""What the tests of corrections share."""

from __future__ import annotations

import pytest

from oplog import (
    Figure,
    OpLog,
    When,
    commands,
)

WEEK = "campaign/week"
STOPS = Figure("stops", 40, period=When("2017-06"))


@pytest.fixture
def week(log: OpLog) -> OpLog:
    """Give a log with a campaign that was planned (1), commenced (2), suspended (3), resumed (4) and completed (5)."""
    log.execute(WEEK, commands.Plan(title="week", when=When("2017-06")), source="a letter")
    for command in (commands.Commence(), commands.Suspend(), commands.Resume(), commands.Complete()):
        log.execute(WEEK, command)
    return log
