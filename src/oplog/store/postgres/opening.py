"""Opening and making a log in PostgreSQL: what is looked at before anything relies on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg
from psycopg.sql import SQL, Identifier

from oplog.errors import CannotOpen
from oplog.store.application import application
from oplog.store.postgres.address import Address, parse_address
from oplog.store.postgres.connections import SYNCED, told
from oplog.store.postgres.recorder import LogFactory, LogRecorder
from oplog.store.postgres.tables import FORM, TABLES, table_statements
from oplog.store.promises import accept
from oplog.store.store import Store

MODULE = f"{LogFactory.__module__}:{LogFactory.__name__}"
OLDEST_SERVER = 14
"""The first major version that is looked after by the PostgreSQL project as this is written."""


def open_log(where: str, about: Mapping[str, str] | None, *, despite_risks: bool) -> Store:
    """Open the log at an address, or make it first; see `oplog.store.postgres.open_postgres`."""
    address = parse_address(where)
    with _connected(address) as connection:
        _check_server(connection)
        risks = _risks(connection)
        accept(risks, despite_risks=despite_risks)
        if about is not None:
            _make(connection, address, about)
        _check_is_log(connection, address)
    made = application({"PERSISTENCE_MODULE": MODULE, LogFactory.ADDRESS: where, "CREATE_TABLE": "n"})
    recorder = made.recorder
    if not isinstance(recorder, LogRecorder):
        raise CannotOpen(f"{type(recorder).__name__} is not a recorder of oplog")
    recorder.risks = risks
    return Store(made, recorder)


@contextmanager
def _connected(address: Address) -> Iterator[psycopg.Connection]:
    """A first connection, whose errors tell why there can be none."""
    try:
        with psycopg.connect(address.conninfo, autocommit=True, client_encoding="utf8") as connection:
            yield connection
    except psycopg.Error as error:
        raise CannotOpen(f"{address.told} cannot be opened: {told(error)}") from None


def _check_server(connection: psycopg.Connection) -> None:
    version = connection.info.server_version
    if version < OLDEST_SERVER * 10000:
        raise CannotOpen(f"the server is PostgreSQL {version // 10000}; a log needs {OLDEST_SERVER} or later")
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise CannotOpen(f"the database has the encoding {encoding}; make one with ENCODING 'UTF8' for a log")


def _risks(connection: psycopg.Connection) -> tuple[str, ...]:
    """The settings of the server with which an acknowledged event can be lost."""
    found = connection.execute(
        "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes') AND setting = 'off'"
        " ORDER BY name"
    ).fetchall()
    return tuple(
        f"the server runs with {name}=off, so that a crash of its machine can lose or damage events: set {name}=on in"
        " its configuration and reload it"
        for name, _ in found
    )


def _tables(connection: psycopg.Connection, schema: str) -> set[str]:
    found = connection.execute(
        "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = %s", (schema,)
    )
    return {row[0] for row in found}


def _check_is_log(connection: psycopg.Connection, address: Address) -> None:
    tables = _tables(connection, address.schema)
    if not tables:
        raise CannotOpen(f"there is no log in {address.told}; make one with 'oplog init'")
    if not tables >= set(TABLES):
        raise CannotOpen(f"there are tables in {address.told}, but they are not an oplog log")
    found = connection.execute(
        SQL("SELECT value FROM {}.log_about WHERE key = 'form'").format(Identifier(address.schema))
    ).fetchone()
    form = found[0] if found else "unknown"
    if form != FORM:
        raise CannotOpen(f"the log in {address.told} has form {form}; this release of oplog knows form {FORM}")


def _make(connection: psycopg.Connection, address: Address, about: Mapping[str, str]) -> None:
    """Make the schema, unless there is an empty one, and the tables, and say what the log is, in one transaction."""
    there = CannotOpen(f"{address.told} holds tables already; name a new schema")
    try:
        with connection.transaction():
            connection.execute(SYNCED)
            if _tables(connection, address.schema):
                raise there
            is_there = connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", (address.schema,)).fetchone()
            if not is_there:
                connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(address.schema)))
            for statement in table_statements(address.schema):
                connection.execute(statement)
            insert = SQL("INSERT INTO {}.log_about VALUES (%s, %s)").format(Identifier(address.schema))
            for item in sorted({**about, "form": FORM}.items()):
                connection.execute(insert, item)
    except (psycopg.errors.UniqueViolation, psycopg.errors.DuplicateTable, psycopg.errors.DuplicateSchema):
        raise there from None  # somebody else made it in the same moment
