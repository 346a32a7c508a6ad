"""The tests of the contract can fail: each is run on a store that breaks the promise which it is about."""

from __future__ import annotations

import inspect
import re
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import attrs
import pytest
from eventsourcing.persistence import IntegrityError
from places import WEEK
from test_contract import TestReading as Reading
from test_contract import TestWriting as Writing
from test_contract_evidence import TestEvidence as Evidence

from oplog import CannotOpen, InvalidValue, OpLog, Refused
from oplog.findings import Finding
from oplog.store import store
from oplog.store.recorder import Taken
from oplog.store.sqlite import LogRecorder
from oplog.writing import Writer

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Clock


def yielding(whole: Any, stream: str = WEEK) -> Any:
    """An append that gives an event the next free version, instead of refusing it."""

    def append(self: Any, rows: Any, states: Any, keys: Any = ()) -> Any:
        def moved(last: Any) -> Any:
            return [replace(e, originator_version=next(versions)) for e in rows(last)]

        try:
            return whole(self, rows, states, keys)
        except IntegrityError:
            versions = count(self.version(stream) + 1)
            return whole(self, moved, lambda _: (), keys)

    return append


def misled(whole: Any) -> Any:
    """An append that takes every conflict for an id that is taken."""

    def append(self: Any, rows: Any, states: Any, keys: Any = ()) -> Any:
        try:
            return whole(self, rows, states, keys)
        except IntegrityError:
            raise Taken("id") from None

    return append


def commits_all(whole: Any) -> Any:
    """A transaction that is committed though it failed."""

    def write(self: Any, work: Any) -> Any:
        errors = []

        def working_on(transaction: Any) -> Any:
            try:
                return work(transaction)
            except Exception as error:  # noqa: BLE001 - raised again below
                errors.append(error)

        done = whole(self, working_on)
        if errors:
            raise CannotOpen(f"the log cannot be written: {errors[0]}")
        return done

    return write


def forgetful(whole: Any) -> Any:
    """An append in which no id and no key is unique."""

    def append(self: Any, rows: Any, states: Any, keys: Any = ()) -> Any:
        def renamed(last: Any) -> Any:
            for e in rows(last):
                yield replace(e, state=re.sub(rb'"id":"[^"]*', b'"id":"' + str(uuid4()).encode(), e.state))

        return whole(self, renamed, states, ())

    return append


Control = tuple[Any, Any, str, "Callable[[Any], Any]"]
"""A test of the contract; the place and name of what is broken; and what is put there, made from what is whole."""

CONTROLS: list[Control] = [
    (Reading.test_events_come_in_order_of_position_over_many_pages, LogRecorder, "rows",
     lambda whole: lambda self, after, until, limit: whole(self, after, until, limit)[::-1]),
    (Reading.test_events_come_in_order_of_position_over_many_pages, LogRecorder, "rows",
     lambda whole: lambda self, after, until, limit: whole(self, after, None, limit)),
    (Reading.test_events_come_in_order_of_position_over_many_pages, LogRecorder, "rows",
     lambda whole: lambda self, after, until, limit: whole(self, after + 1 if after else after, until, limit)),
    (Reading.test_the_events_of_a_stream_come_in_order_of_version_over_many_pages, LogRecorder, "stream_rows",
     lambda whole: lambda self, stream, after, limit: whole(self, stream, after, limit)[1:]),
    (Reading.test_events_are_found_by_either_clock, LogRecorder, "positions",
     lambda whole: lambda self, span: whole(self, attrs.evolve(span, recorded_to=None))),
    (Reading.test_events_are_found_by_either_clock, LogRecorder, "positions",
     lambda whole: lambda self, span: whole(self, attrs.evolve(span, effective_to=None))),
    (Reading.test_streams_are_sorted_byte_by_byte, LogRecorder, "versions",
     lambda whole: lambda self: dict(sorted(whole(self).items(), key=lambda i: i[0].replace("-", "z")))),
    (Reading.test_a_long_log_is_read_in_little_memory, LogRecorder, "rows",
     lambda whole: lambda self, after, until, limit: whole(self, after, until, 10**6)),
    (Reading.test_a_subscription_gives_each_event_once_from_any_position, LogRecorder, "subscribe",
     lambda whole: lambda self, gt=None, topics=(): whole(self, (gt or 0) + 1, topics)),
    (Writing.test_several_streams_are_written_together_or_not_at_all, Writer, "_write",
     lambda whole: lambda self, pending, expected: [whole(self, [p], expected) for p in pending]),
    (Writing.test_whoever_expected_another_version_is_told_both, Writer, "_write",
     lambda whole: lambda self, pending, expected: whole(self, pending, {})),
    (Writing.test_of_two_drafts_of_one_version_the_second_is_told_both, LogRecorder, "append", yielding),
    (Writing.test_the_names_of_streams_do_not_decide_what_a_conflict_is, LogRecorder, "append", misled),
    (Writing.test_the_same_append_under_one_key_gives_the_first_ones_events, LogRecorder, "positions_under",
     lambda whole: lambda self, key: []),
    (Writing.test_of_two_drafts_under_one_key_the_second_is_refused, LogRecorder, "append", forgetful),
    (Writing.test_a_key_may_be_long_and_in_any_language, LogRecorder, "positions_under",
     lambda whole: lambda self, key: whole(self, key[:2704])),
    (Writing.test_an_id_is_used_once, LogRecorder, "append", forgetful),
    (Writing.test_recorded_time_never_goes_back_and_says_when_the_clock_did, store, "_stamped",
     lambda whole: lambda write, last, clock: whole(write, None, clock)),
    (Writing.test_kept_states_are_those_that_the_events_give, LogRecorder, "append",
     lambda whole: lambda self, rows, states, keys=(): whole(self, rows, lambda positions: (), keys)),
    (Writing.test_kept_states_are_those_that_the_events_give, LogRecorder, "forget_states",
     lambda whole: lambda self: None),
    (Writing.test_of_many_writers_of_one_version_one_wins, LogRecorder, "append", yielding),
    (Evidence.test_a_failure_at_the_end_of_a_write_leaves_nothing, LogRecorder, "write", commits_all),
    (Evidence.test_the_stored_tree_is_that_of_the_events, LogRecorder, "tree",
     lambda whole: lambda self: attrs.evolve(whole(self), frontier=b"")),
    (Evidence.test_what_was_changed_behind_its_back_is_found, OpLog, "verify", lambda whole: lambda self: ()),
    (Evidence.test_what_was_changed_behind_its_back_is_found, OpLog, "verify",
     lambda whole: lambda self: (Finding(rule="tree", severity="fault", message="always"),)),
]  # fmt: skip


@pytest.mark.parametrize("control", CONTROLS)
def test_a_broken_promise_is_noticed(
    control: Control, log: OpLog, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    test, owner, method, broken = control
    given: dict[str, Any] = {
        "self": None,
        "log": log,
        "clock": clock,
        "monkeypatch": monkeypatch,
        "statements": ("UPDATE stored_events SET topic='campaign.cancelled' WHERE position=2",),
    }
    monkeypatch.setattr(owner, method, broken(getattr(owner, method)))
    with pytest.raises((AssertionError, pytest.fail.Exception, InvalidValue, Refused)):
        test(**{name: given[name] for name in inspect.signature(test).parameters})


def test_every_test_of_the_contract_has_a_control() -> None:
    controlled = {control[0].__name__ for control in CONTROLS}
    there = {name for cls in (Reading, Writing, Evidence) for name in vars(cls) if name.startswith("test_")}
    assert controlled == there
