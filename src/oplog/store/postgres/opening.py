"""Opening and making a log in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg
from psycopg.sql import SQL, Identifier

from oplog.errors import CannotOpen
from oplog.store.application import application
from oplog.store.postgres.address import Address, parse_address
from oplog.store.postgres.connections import SYNCED, told
from oplog.store.postgres.promises import check_is_log, check_server, risks_of_server, risks_of_tables, tables_in
from oplog.store.postgres.recorder import LogFactory, LogRecorder
from oplog.store.postgres.tables import FORM, table_statements
from oplog.store.promises import accept
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


@contextmanager
def _connected(address: Address) -> Iterator[psycopg.Connection]:
    """A first connection, whose errors tell why there can be none."""
    try:
        with psycopg.connect(address.conninfo, autocommit=True, client_encoding="utf8") as connection:
            yield connection
    except psycopg.Error as error:
        raise CannotOpen(f"{address.told} cannot be opened: {told(error)}") from None


def _make(connection: psycopg.Connection, address: Address, about: Mapping[str, str]) -> None:
    """Make the schema, unless there is an empty one, and the tables, and say what the log is, in one transaction."""
    there = CannotOpen(f"{address.told} holds tables already; name a new schema")
    schema = Identifier(address.schema)
    try:
        with connection.transaction():
            connection.execute(SYNCED)
            if tables_in(connection, address.schema):
                raise there
            if not connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", (address.schema,)).fetchone():
                connection.execute(SQL("CREATE SCHEMA {}").format(schema))
            for statement in table_statements(address.schema):
                connection.execute(statement)
            insert = SQL("INSERT INTO {}.log_about VALUES (%s, %s)").format(schema)
            for item in sorted({**about, "form": FORM}.items()):
                connection.execute(insert, item)
    except (psycopg.errors.UniqueViolation, psycopg.errors.DuplicateTable, psycopg.errors.DuplicateSchema):
        raise there from None  # somebody else made it in the same moment
