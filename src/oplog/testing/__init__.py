"""For the tests of those who use oplog: scenarios, and strategies and properties for Hypothesis.

Given, when, then for aggregates (`scenario`) and for projections (`given_log`) need nothing else. What is made for
Hypothesis (`events_of`, `commands_of`, `histories`, `logs`, `instances`, `ProjectionProperties` and its properties one
by one) raises `MissingExtra` where that is not installed: pip install 'oplog[testing]'.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from oplog.errors import MissingExtra
from oplog.testing.log_scenarios import LogScenario, Viewed, given_log, record_all
from oplog.testing.scenarios import Decision, Scenario, scenario

if TYPE_CHECKING:
    from oplog.testing.properties import (
        ProjectionProperties,
        interleaving_is_free,
        knowledge_is_final,
        others_change_nothing,
        replay_equals_incremental,
        splits_equal_whole,
        streams_equal_whole,
    )
    from oplog.testing.strategies import commands_of, events_of, histories
    from oplog.testing.values import instances
    from oplog.testing.whole_logs import logs

__all__ = [
    "Decision",
    "LogScenario",
    "ProjectionProperties",
    "Scenario",
    "Viewed",
    "commands_of",
    "events_of",
    "given_log",
    "histories",
    "instances",
    "interleaving_is_free",
    "knowledge_is_final",
    "logs",
    "others_change_nothing",
    "record_all",
    "replay_equals_incremental",
    "scenario",
    "splits_equal_whole",
    "streams_equal_whole",
]

_FOR_HYPOTHESIS = {
    "ProjectionProperties": "properties",
    "commands_of": "strategies",
    "events_of": "strategies",
    "histories": "strategies",
    "instances": "values",
    "interleaving_is_free": "properties",
    "others_change_nothing": "properties",
    "knowledge_is_final": "properties",
    "logs": "whole_logs",
    "replay_equals_incremental": "properties",
    "splits_equal_whole": "properties",
    "streams_equal_whole": "properties",
}


def __getattr__(name: str) -> Any:
    """What needs Hypothesis is imported when it is asked for."""
    if name not in _FOR_HYPOTHESIS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if find_spec("hypothesis") is None:
        raise MissingExtra(f"{name} needs the package 'hypothesis': pip install 'oplog[testing]'")
    return getattr(import_module(f"{__name__}.{_FOR_HYPOTHESIS[name]}"), name)
