"""Whether a PostgreSQL server, and the tables in it, can keep what a log promises.

What is not a log at all is refused (`CannotOpen`). What is one, but cannot be relied upon, is a risk: a reason in
words, with what to do, that whoever opens it may accept.
"""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
from psycopg.sql import SQL, Identifier

from oplog.errors import CannotOpen
from oplog.store.postgres.address import Address
from oplog.store.postgres.tables import FORM, TABLES, VIEW_TABLES

OLDEST_SERVER = 14
"""The first major version that the PostgreSQL project looked after when this was written."""

_MENDED = "restore a backup, or export the log and import it into a new one"

_COLUMNS = """
    SELECT relname, attname, format_type(atttypid, atttypmod)
        || CASE collname WHEN 'C' THEN ' COLLATE "C"' ELSE '' END || CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END
    FROM pg_attribute JOIN pg_class c ON c.oid = attrelid LEFT JOIN pg_collation n ON n.oid = attcollation
    WHERE relnamespace = to_regnamespace(%s) AND attnum > 0 AND NOT attisdropped
"""
_UNIQUE = """
    SELECT relname, array_agg(attname ORDER BY ordinality) FROM pg_index i JOIN pg_class c ON c.oid = indrelid,
        unnest(indkey) WITH ORDINALITY AS key (attnum, ordinality) JOIN pg_attribute a USING (attnum)
    WHERE attrelid = indrelid AND relnamespace = to_regnamespace(%s)
        AND indisunique AND indisvalid AND indpred IS NULL AND NOT 0 = ANY (indkey)
    GROUP BY relname, indexrelid
"""
_ODD = """
    SELECT relname, 'is kept in memory only (UNLOGGED)' FROM pg_class
        WHERE relnamespace = to_regnamespace(%(schema)s) AND relpersistence = 'u' AND relkind = 'r'
    UNION ALL SELECT relname, 'hides rows (ROW LEVEL SECURITY)' FROM pg_class
        WHERE relnamespace = to_regnamespace(%(schema)s) AND relrowsecurity
    UNION ALL SELECT relname, 'has a trigger, ' || tgname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid
        WHERE relnamespace = to_regnamespace(%(schema)s) AND NOT tgisinternal
    UNION ALL SELECT relname, 'has a rule, ' || rulename FROM pg_rewrite JOIN pg_class c ON c.oid = ev_class
        WHERE relnamespace = to_regnamespace(%(schema)s) AND relkind = 'r'
    ORDER BY 1, 2
"""


def check_server(connection: psycopg.Connection) -> None:
    """Raise `CannotOpen` for a server or a database in which no log can lie."""
    version = connection.info.server_version
    if version < OLDEST_SERVER * 10000:
        raise CannotOpen(f"the server is PostgreSQL {version // 10000}; a log needs {OLDEST_SERVER} or later")
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise CannotOpen(f"the database has the encoding {encoding}; make one with ENCODING 'UTF8' for a log")


def check_is_log(connection: psycopg.Connection, address: Address) -> None:
    """Raise `CannotOpen` unless there is a log of the form that this release knows."""
    tables = tables_in(connection, address.schema)
    if not tables:
        raise CannotOpen(f"there is no log in {address.told}; make one with 'oplog init'")
    if not tables >= TABLES.keys():
        raise CannotOpen(f"there are tables in {address.told}, but they are not an oplog log")
    found = connection.execute(
        SQL("SELECT value FROM {}.log_about WHERE key = 'form'").format(Identifier(address.schema))
    ).fetchone()
    form = found[0] if found else "unknown"
    if form != FORM:
        raise CannotOpen(f"the log in {address.told} has form {form}; this release of oplog knows form {FORM}")


def tables_in(connection: psycopg.Connection, schema: str) -> set[str]:
    """The names of the tables, views and other relations of a schema."""
    found = connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(%s)", (_quoted(schema),)
    )
    return {row[0] for row in found}


def risks_of_server(connection: psycopg.Connection) -> Iterator[str]:
    """The settings of the server with which an acknowledged event can be lost."""
    for name in ("fsync", "full_page_writes"):
        found = connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
        if found and found[0] == "off":
            yield (
                f"the server runs with {name}=off, so that a crash of its machine can lose or damage events: set"
                f" {name}=on in its configuration and reload it"
            )


def risks_of_tables(connection: psycopg.Connection, schema: str) -> Iterator[str]:
    """What is not as oplog made it, so that what it promises cannot be relied upon."""
    named = _quoted(schema)
    columns = {(table, name): kind for table, name, kind in connection.execute(_COLUMNS, (named,))}
    unique = {(table, tuple(names)) for table, names in connection.execute(_UNIQUE, (named,))}
    there = {name for name, _ in columns}
    expected = {**TABLES, **{name: table for name, table in VIEW_TABLES.items() if name in there}}
    for name, table in expected.items():
        for column, kind in table.columns.items():
            if columns.get((name, column)) != kind:
                found = columns.get((name, column), "missing")
                yield f"the column {column} of its table {name} is {found}, and not {kind}: {_MENDED}"
        for together in table.unique.values():
            if (name, together) not in unique:
                yield f"nothing keeps {' and '.join(together)} unique in its table {name}: {_MENDED}"
    for table_name, oddity in connection.execute(_ODD, {"schema": named}):
        if table_name in expected:
            yield f"its table {table_name} {oddity}: take that away"


def _quoted(schema: str) -> str:
    return '"' + schema.replace('"', '""') + '"'
