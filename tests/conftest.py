"""What all tests share: Hypothesis settings, a clock that stands still until it is moved, and empty logs."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings

from oplog import OpLog

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from servers.postgresql import PostgreSQL
    from servers.umadb_server import UmaDB

_SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
# The same examples every time, so that a test that passes goes on passing; HYPOTHESIS_PROFILE=wide looks for new ones.
settings.register_profile(
    "same", max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=_SLOW
)
settings.register_profile("wide", max_examples=1500, deadline=None, database=None, suppress_health_check=_SLOW)
# New examples every night: HYPOTHESIS_PROFILE=nightly make test.
settings.register_profile("nightly", max_examples=1000, deadline=None, database=None, suppress_health_check=_SLOW)
# For mutants: that a test fails is enough, and the smallest example is not looked for.
settings.register_profile(
    "brief", parent=settings.get_profile("same"), max_examples=30, phases=(Phase.explicit, Phase.generate)
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


class Clock:
    """The present moment of a test; it moves only when told to."""

    def __init__(self) -> None:
        self.now = datetime(2017, 9, 21, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now

    def move(self, **by: float) -> None:
        """Let time pass, or go back."""
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    """Give a clock that stands at the morning of 21 September 2017."""
    return Clock()


@pytest.fixture
def log(clock: Clock) -> Iterator[OpLog]:
    """Give an empty log in memory."""
    with OpLog.open(":memory:", clock=clock) as opened:
        yield opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give the path of a log that does not exist yet."""
    return tmp_path / "ops.db"


@pytest.fixture
def filed(path: Path, clock: Clock) -> Iterator[OpLog]:
    """Give an empty log in a file, at `path`."""
    with OpLog.open(path, create=True, clock=clock) as opened:
        yield opened


# Real servers. Their modules are imported when one is asked for: psycopg takes its time.


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgreSQL]:
    """Give the PostgreSQL server that all tests of this run share."""
    from servers.postgresql import PostgreSQL

    own = tmp_path_factory.getbasetemp()
    with PostgreSQL.shared(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) as server:
        yield server


@pytest.fixture
def postgresql_url(postgresql: PostgreSQL) -> Iterator[str]:
    """Give the address of a log that does not exist yet, in a schema of this test alone."""
    schema = f"test_{uuid4().hex}"
    yield postgresql.url(schema=schema)
    postgresql.run(f"DROP SCHEMA IF EXISTS {schema} CASCADE")


@pytest.fixture
def own_postgresql() -> Iterator[PostgreSQL]:
    """Give a PostgreSQL server of this test alone, which it may kill and start again."""
    from servers.postgresql import PostgreSQL

    with PostgreSQL.own() as server:
        yield server


@pytest.fixture
def umadb() -> Iterator[UmaDB]:
    """Give an empty UmaDB server of this test alone."""
    from servers.umadb_server import UmaDB

    with UmaDB.own() as server:
        yield server
