"""Opening and making a log in PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

from oplog.errors import CannotOpen
from oplog.store.application import application
from oplog.store.postgres.address import Address, parse_address
from oplog.store.postgres.connections import SYNCED, WriteTransaction, told
from oplog.store.postgres.promises import check_is_log, check_server, risks_of_server, risks_of_tables, tables_in
from oplog.store.postgres.recorder import InTransaction, LogFactory, LogRecorder
from oplog.store.postgres.tables import FORM, table_statements
from oplog.store.promises import accept
from oplog.store.sql import SqlRecorder
from oplog.store.store import Store

MODULE = f"{LogFactory.__module__}:{LogFactory.__name__}"


def open_log(where: str, about: Mapping[str, str] | None, *, despite_risks: bool) -> Store:
    """Open the log at an address, or make it first; see `oplog.store.postgres.open_postgres`."""
    address = parse_address(where)
    with _connected(address) as connection:
        check_server(connection)
        risks = list(risks_of_server(connection))
        accept(tuple(risks), despite_risks=despite_risks)
        if about is not None:
            with connection.transaction():
                _make(connection, address, about)
        check_is_log(connection, address)
        risks += risks_of_tables(connection, address.schema)
        accept(tuple(risks), despite_risks=despite_risks)
    made = application({"PERSISTENCE_MODULE": MODULE, LogFactory.ADDRESS: where, "CREATE_TABLE": "n"})
    recorder = made.recorder
    if not isinstance(recorder, LogRecorder):
        raise CannotOpen(f"{type(recorder).__name__} is not a recorder of oplog")
    recorder.risks = tuple(risks)
    return Store(made, recorder)


def make_log(where: str, about: Mapping[str, str], fill: Callable[[SqlRecorder], None]) -> None:
    """Make the log at an address and have it filled; see `oplog.store.postgres.make_postgres`."""
    address = parse_address(where)
    filled = False
    with _connected(address) as connection:
        check_server(connection)
        accept(tuple(risks_of_server(connection)), despite_risks=False)
        try:
            with connection.transaction():
                recorder = _make(connection, address, about)
                fill(recorder)
                filled = True
        except psycopg.Error as error:
            if filled and connection.closed:
                raise CannotOpen(
                    f"the connection was lost while {address.told} was being committed: see with 'oplog verify' whether"
                    " the log is there; if it is, it is whole"
                ) from None
            raise CannotOpen(f"{address.told} cannot be made: {told(error)}; nothing is left of it") from None


@contextmanager
def _connected(address: Address) -> Iterator[psycopg.Connection[Any]]:
    """A first connection, whose errors tell why there can be none."""
    try:
        with psycopg.connect(address.conninfo, autocommit=True, client_encoding="utf8") as connection:
            yield connection
    except psycopg.Error as error:
        raise CannotOpen(f"{address.told} cannot be opened: {told(error)}") from None


def _make(connection: psycopg.Connection[Any], address: Address, about: Mapping[str, str]) -> SqlRecorder:
    """Make the schema, unless there is an empty one, and the tables, and say what the log is.

    Gives what writes into the new log, in the transaction that is under way.
    """
    there = CannotOpen(f"{address.told} holds tables already; name a new schema")
    schema = Identifier(address.schema)
    recorder = InTransaction(WriteTransaction(connection))
    connection.execute(SYNCED)
    if tables_in(connection, address.schema):
        raise there
    try:
        if not connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", (address.schema,)).fetchone():
            connection.execute(SQL("CREATE SCHEMA {}").format(schema))
        for statement in table_statements(address.schema):
            connection.execute(statement)
        connection.execute(SQL("SET LOCAL search_path = {}, pg_temp").format(schema))
        recorder.found({**about, "form": FORM})
    except (psycopg.errors.UniqueViolation, psycopg.errors.DuplicateTable, psycopg.errors.DuplicateSchema):
        raise there from None  # somebody else made it in the same moment
    return recorder
