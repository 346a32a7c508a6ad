"""The tables of a log in PostgreSQL: those of SQLite, with PostgreSQL's types, in a schema of their own.

Text is compared byte by byte (collation C), so that the order of streams is the same in every database. Keys are found
by their hash, because a key may be longer than what the other kind of index takes.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen
from psycopg.sql import SQL, Composed, Identifier

FORM = "2"
"""The version of the tables' own form, kept in `log_about` under `form`."""


@frozen
class Table:
    """A table: its columns with their types as PostgreSQL tells them, and the constraints that keep values unique.

    The first of these is its primary key.
    """

    columns: Mapping[str, str]
    unique: Mapping[str, tuple[str, ...]]


TABLES: Mapping[str, Table] = {
    "stored_events": Table(
        {
            "position": "bigint NOT NULL",
            "originator_id": 'text COLLATE "C" NOT NULL',
            "originator_version": "bigint NOT NULL",
            "topic": 'text COLLATE "C" NOT NULL',
            "state": "bytea NOT NULL",
            "event_id": 'text COLLATE "C"',
            "idempotency_key": 'text COLLATE "C"',
            "recorded_at": "bigint",
            "effective_from": 'text COLLATE "C"',
            "effective_to": 'text COLLATE "C"',
            "leaf": "bytea NOT NULL",
        },
        {
            "stored_events_position": ("position",),
            "stored_events_event_id": ("event_id",),
            "stored_events_version": ("originator_id", "originator_version"),
        },
    ),
    "stream_states": Table(
        {
            "stream": 'text COLLATE "C" NOT NULL',
            "version": "bigint NOT NULL",
            "fold": 'text COLLATE "C" NOT NULL',
            "state": "bytea NOT NULL",
        },
        {"stream_states_stream": ("stream",)},
    ),
    "log_tree": Table(
        {"id": "smallint NOT NULL", "size": "bigint NOT NULL", "frontier": "bytea NOT NULL"},
        {"log_tree_id": ("id",)},
    ),
    "log_about": Table(
        {"key": 'text COLLATE "C" NOT NULL', "value": 'text COLLATE "C" NOT NULL'}, {"log_about_key": ("key",)}
    ),
}

VIEW_TABLES: Mapping[str, Table] = {
    "view_checkpoints": Table(
        {
            "projection": 'text COLLATE "C" NOT NULL',
            "generation": "bigint NOT NULL",
            "live": "smallint NOT NULL",
            "position": "bigint NOT NULL",
            "version": "bigint NOT NULL",
            "fold": 'text COLLATE "C" NOT NULL',
            "sources": 'text COLLATE "C" NOT NULL',
            "stored_at": "bigint NOT NULL",
        },
        {"view_checkpoints_generation": ("projection", "generation")},
    ),
    "view_parked": Table(
        {
            "projection": 'text COLLATE "C" NOT NULL',
            "generation": "bigint NOT NULL",
            "stream": 'text COLLATE "C" NOT NULL',
            "position": "bigint NOT NULL",
            "version": "bigint NOT NULL",
            "message": 'text COLLATE "C" NOT NULL',
        },
        {"view_parked_stream": ("projection", "generation", "stream")},
    ),
    "view_rows": Table(
        {
            "projection": 'text COLLATE "C" NOT NULL',
            "generation": "bigint NOT NULL",
            "stream": 'text COLLATE "C" NOT NULL',
            "number": "bigint NOT NULL",
            "data": "bytea NOT NULL",
        },
        {"view_rows_number": ("projection", "generation", "stream", "number")},
    ),
    "view_settings": Table(
        {"key": 'text COLLATE "C" NOT NULL', "value": 'text COLLATE "C" NOT NULL'}, {"view_settings_key": ("key",)}
    ),
}
"""What holds stored views. A log of oplog 0.2 has none of it until a view is stored in it."""

VIEW_TABLES_QUERY = (
    "SELECT name FROM (VALUES ('view_checkpoints'), ('view_parked'), ('view_rows'), ('view_settings')) AS wanted(name)"
    " WHERE to_regclass(name) IS NOT NULL"
)

_THE_REST = """
    CREATE INDEX IF NOT EXISTS stored_events_by_key ON {schema}.stored_events USING hash (idempotency_key)
        WHERE idempotency_key IS NOT NULL;
    CREATE INDEX IF NOT EXISTS stored_events_by_recorded ON {schema}.stored_events (recorded_at);
    CREATE INDEX IF NOT EXISTS stored_events_by_effective ON {schema}.stored_events (effective_to, effective_from)
        WHERE effective_to IS NOT NULL;
    INSERT INTO {schema}.log_tree VALUES (1, 0, '') ON CONFLICT DO NOTHING
"""


def table_statements(schema: str) -> list[Composed]:
    """What makes the tables in a schema that is there."""
    made = [_made(Identifier(schema, name), table) for name, table in TABLES.items()]
    return [*made, SQL(_THE_REST).format(schema=Identifier(schema)), *_of_views(schema)]


def view_table_statements() -> list[str]:
    """What makes the tables of stored views in the schema whose names are looked up first."""
    return [statement.as_string() for statement in _of_views(None)]


def _of_views(schema: str | None) -> list[Composed]:
    def named(name: str) -> Identifier:
        return Identifier(name) if schema is None else Identifier(schema, name)

    one_live = SQL("CREATE UNIQUE INDEX IF NOT EXISTS view_checkpoints_live ON {} (projection) WHERE live = 1")
    made = [_made(named(name), table) for name, table in VIEW_TABLES.items()]
    return [*made, one_live.format(named("view_checkpoints"))]


def _made(name: Identifier, table: Table) -> Composed:
    parts = [SQL("{} " + kind).format(Identifier(column)) for column, kind in table.columns.items()]
    for constraint, columns in table.unique.items():
        kind = "PRIMARY KEY" if not parts[len(table.columns) :] else "UNIQUE"
        together = SQL(", ").join(map(Identifier, columns))
        parts.append(SQL("CONSTRAINT {} " + kind + " ({})").format(Identifier(constraint), together))
    return SQL("CREATE TABLE IF NOT EXISTS {} ({})").format(name, SQL(", ").join(parts))
