"""Python's collector of garbage while a log is folded."""

from __future__ import annotations

import gc

import pytest

from oplog import OpLog, Pending, events
from oplog.collector import collector_paused


def test_an_audit_lets_the_collector_stand_still_and_go_on_afterwards() -> None:
    """It stands still while events are read, and goes on when the audit is done."""
    seen: list[bool] = []
    with OpLog.open(":memory:") as log:
        log.append(Pending(stream="campaign/x", event=events.Planned(title="week")))
        log.audit(progress=lambda _position: seen.append(gc.isenabled()))
    assert seen
    assert not any(seen)
    assert gc.isenabled()


def test_the_collector_goes_on_after_an_error() -> None:
    """Whatever is raised, the collector goes on."""
    with pytest.raises(KeyError), collector_paused():
        raise KeyError
    assert gc.isenabled()


def test_a_collector_that_was_stopped_stays_stopped() -> None:
    """Who has stopped it finds it stopped."""
    gc.disable()
    try:
        with collector_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
