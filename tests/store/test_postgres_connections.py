"""What PostgreSQL is sent: statements of a bounded size; and those who keep it waiting."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from places import note, plan
from psycopg.sql import SQL, Identifier

from oplog import CannotOpen, OpLog
from oplog.store.postgres import connections, recorder
from oplog.store.postgres.connections import STATEMENT_BYTES, STATEMENT_ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from servers.postgresql import PostgreSQL

ROWS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, STATEMENT_BYTES * 2).map(bytes)), max_size=12)


@given(ROWS)
def test_rows_are_parted_in_order_into_statements_of_bounded_size(rows: list[Any]) -> None:
    """Every row is in one part; a part is within the bound, or is one row; none could have taken the next row too."""
    parts = list(connections._parts(rows))
    assert [row for part in parts for row in part] == rows
    sizes = [sum(len(row[1]) for row in part) for part in parts]
    assert all(part and (size <= STATEMENT_BYTES or len(part) == 1) for part, size in zip(parts, sizes, strict=True))
    assert all(size + len(after[0][1]) > STATEMENT_BYTES for size, after in zip(sizes, parts[1:], strict=False))


def test_rows_are_counted_too() -> None:
    parts = [len(part) for part in connections._parts((n,) for n in range(2 * STATEMENT_ROWS + 1))]
    assert parts == [STATEMENT_ROWS, STATEMENT_ROWS, 1]


def test_a_statement_for_one_row_becomes_one_for_several() -> None:
    one = "INSERT INTO t (a, b) VALUES (?,?) ON CONFLICT (a) DO UPDATE SET b='10%'"
    assert connections._for_rows(one, 2) == one.replace("(?,?)", "(?,?),(?,?)")
    assert connections.as_psycopg(one) == b"INSERT INTO t (a, b) VALUES (%s,%s) ON CONFLICT (a) DO UPDATE SET b='10%%'"
    with pytest.raises(ValueError, match="not an INSERT of one row"):
        connections._for_rows("UPDATE t SET a=?", 2)


@pytest.fixture
def log(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpLog]:
    """Give a log whose writers wait for a fifth of a second."""
    monkeypatch.setattr(
        connections,
        "LOCKED",
        SQL(
            "SET LOCAL lock_timeout = '200ms'; SET LOCAL idle_in_transaction_session_timeout = '200ms';"
            "SELECT 1 FROM log_tree FOR UPDATE"
        ),
    )
    monkeypatch.setattr(recorder, "_PAUSE_SECONDS", 0.01)
    with OpLog.open(postgresql_url, create=True) as opened:
        opened.append(plan())
        yield opened


def test_a_writer_that_waits_too_long_is_told(log: OpLog, postgresql: PostgreSQL) -> None:
    with postgresql.connect() as other:
        other.execute("BEGIN")
        place = Identifier(log._store.recorder.channel_name, "log_tree")
        other.execute(SQL("SELECT 1 FROM {} FOR UPDATE").format(place))
        with pytest.raises(CannotOpen, match="cannot be written: another writer has kept it for 30 seconds; try again"):
            log.append(note())
        assert log.head() == 1  # readers do not wait
        other.execute("ROLLBACK")
    assert log.append(note())[0].position == 2


def test_a_writer_that_stands_still_does_not_keep_the_others_out(log: OpLog) -> None:
    """PostgreSQL ends its transaction; it tries again, and is told in the end. Nothing of it is there."""
    holds = threading.Event()
    told: list[str] = []

    def stand_still(transaction: Any) -> None:
        transaction.run("DELETE FROM stored_events")
        holds.set()
        time.sleep(0.5)
        transaction.fetch("SELECT 1")

    def write() -> None:
        try:
            log._store.recorder.write(stand_still)
        except CannotOpen as error:
            told.append(str(error))

    standing = threading.Thread(target=write)
    standing.start()
    assert holds.wait(30)
    done = 0
    while standing.is_alive() and done < 3:
        try:
            log.append(note())
        except CannotOpen:
            continue
        done += 1
    standing.join(30)
    assert done == 3
    assert "the connection was lost 5 times: terminating connection due to idle-in-transaction timeout" in told[0]
    assert log.head() == 4
    assert log.verify() == ()
