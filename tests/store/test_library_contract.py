"""The tests that the `eventsourcing` library ships for those who write recorders, run on ours.

Not run are its cases for what a log does not have: `AggregateRecorderTestCase` is for recorders of snapshots, and
`ProcessRecorderTestCase` for those that write tracking and events of their own together; a log has kept states, and a
projection of a log writes no events into it. The factories give the library's own recorders for both.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from eventsourcing.postgres import PostgresAggregateRecorder, PostgresProcessRecorder, PostgresTrackingRecorder
from eventsourcing.sqlite import SQLiteAggregateRecorder, SQLiteProcessRecorder, SQLiteTrackingRecorder
from eventsourcing.tests import persistence as library
from eventsourcing.utils import Environment

from oplog.store import sqlite
from oplog.store.postgres import recorder as postgres
from oplog.store.postgres.address import parse_address
from oplog.store.postgres.connections import Datastore

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from eventsourcing.persistence import StoredEvent


def memory_name() -> str:
    return f"file:{uuid4().hex}?mode=memory&cache=shared"


@pytest.fixture
def postgresql_schema(postgresql: Any, postgresql_url: str) -> str:
    """Give an address at which there is an empty schema."""
    postgresql.run(f"CREATE SCHEMA {parse_address(postgresql_url).schema}")
    return postgresql_url


@contextmanager
def closed_after_all_threads(datastore: Any) -> Iterator[Any]:
    """The datastore of a test; some of the library's cases leave threads behind that are still reading."""
    before = set(threading.enumerate())
    yield datastore
    for thread in set(threading.enumerate()) - before:
        if thread.name.startswith("Thread-"):
            thread.join(30)
    datastore.close()


# Where the recorders of a test lie: each is a fixture that every test of its class uses.


class InMemory:
    @pytest.fixture(autouse=True)
    def _place(self) -> Iterator[None]:
        with closed_after_all_threads(sqlite.Datastore(memory_name(), lock_timeout=30)) as self.datastore:
            yield


class InFile:
    @pytest.fixture(autouse=True)
    def _place(self, tmp_path: Path) -> Iterator[None]:
        place = f"file:{tmp_path / 'ops.db'}"
        with closed_after_all_threads(sqlite.Datastore(place, lock_timeout=30)) as self.datastore:
            yield


class InPostgreSQL:
    @pytest.fixture(autouse=True)
    def _place(self, postgresql_schema: str) -> Iterator[None]:
        with closed_after_all_threads(Datastore(parse_address(postgresql_schema))) as self.datastore:
            yield


class Made:
    """Makes the recorder of a test, with text for the names of streams, as a log has it."""

    recorder_class: type[Any]
    datastore: Any

    def create_recorder(self) -> Any:
        recorder = self.recorder_class(self.datastore)
        recorder.create_table()
        return recorder

    def new_originator_id(self) -> str:
        return f"campaign/{uuid4()}"


class FromOne:
    """Numbers the events of a stream from 1, as a log does; some of the library's cases number them from 0."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        by = 1 if stored_events[0].originator_version == 0 else 0
        numbered = [replace(event, originator_version=event.originator_version + by) for event in stored_events]
        found: Sequence[int] | None = super().insert_events(numbered, **kwargs)  # type: ignore[misc]
        return found


class RecorderOfFiles(FromOne, sqlite.LogRecorder):
    pass


class RecorderOfPostgreSQL(FromOne, postgres.LogRecorder):
    pass


class ApplicationRecorder(Made):
    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()  # type: ignore[attr-defined]


class TestInMemory(InMemory, ApplicationRecorder, library.ApplicationRecorderTestCase[Any]):
    recorder_class = RecorderOfFiles


class TestInFile(InFile, ApplicationRecorder, library.ApplicationRecorderTestCase[Any]):
    recorder_class = RecorderOfFiles


class TestInPostgreSQL(InPostgreSQL, ApplicationRecorder, library.ApplicationRecorderTestCase[Any]):
    recorder_class = RecorderOfPostgreSQL


class TestPositionsInMemory(InMemory, Made, library.NonInterleavingNotificationIDsBaseCase):
    recorder_class = RecorderOfFiles


class TestPositionsInFile(InFile, Made, library.NonInterleavingNotificationIDsBaseCase):
    recorder_class = RecorderOfFiles


class TestPositionsInPostgreSQL(InPostgreSQL, Made, library.NonInterleavingNotificationIDsBaseCase):
    recorder_class = RecorderOfPostgreSQL


class TestTrackingInMemory(InMemory, Made, library.TrackingRecorderTestCase):
    recorder_class = SQLiteTrackingRecorder


class TestTrackingInFile(InFile, Made, library.TrackingRecorderTestCase):
    recorder_class = SQLiteTrackingRecorder


class TestTrackingInPostgreSQL(InPostgreSQL, Made, library.TrackingRecorderTestCase):
    recorder_class = PostgresTrackingRecorder


class SQLiteTrackingSubclass(SQLiteTrackingRecorder):
    pass


class PostgresTrackingSubclass(PostgresTrackingRecorder):
    pass


class Factory:
    """What the factories make."""

    factory_class: type[Any]
    aggregate: type[Any]
    application: type[Any]
    tracking: type[Any]
    tracking_subclass: type[Any]
    process: type[Any]

    def expected_factory_class(self) -> type[Any]:
        return self.factory_class

    def expected_aggregate_recorder_class(self) -> type[Any]:
        return self.aggregate

    def expected_application_recorder_class(self) -> type[Any]:
        return self.application

    def expected_tracking_recorder_class(self) -> type[Any]:
        return self.tracking

    def tracking_recorder_subclass(self) -> type[Any]:
        return self.tracking_subclass

    def expected_process_recorder_class(self) -> type[Any]:
        return self.process


class TestFactoryOfFiles(Factory, library.InfrastructureFactoryTestCase[Any]):
    factory_class = sqlite.LogFactory
    aggregate = SQLiteAggregateRecorder
    application = sqlite.LogRecorder
    tracking = SQLiteTrackingRecorder
    tracking_subclass = SQLiteTrackingSubclass
    process = SQLiteProcessRecorder

    @pytest.fixture(autouse=True)
    def _place(self) -> None:
        self.env = Environment("Log")
        self.env["PERSISTENCE_MODULE"] = "oplog.store.sqlite:LogFactory"
        self.env["SQLITE_DBNAME"] = memory_name()


class TestFactoryOfPostgreSQL(Factory, library.InfrastructureFactoryTestCase[Any]):
    factory_class = postgres.LogFactory
    aggregate = PostgresAggregateRecorder
    application = postgres.LogRecorder
    tracking = PostgresTrackingRecorder
    tracking_subclass = PostgresTrackingSubclass
    process = PostgresProcessRecorder

    @pytest.fixture(autouse=True)
    def _place(self, postgresql_schema: str) -> None:
        self.env = Environment("Log")
        self.env["PERSISTENCE_MODULE"] = "oplog.store.postgres.recorder:LogFactory"
        self.env["POSTGRES_ADDRESS"] = postgresql_schema
