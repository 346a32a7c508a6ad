"""The tables of a log in PostgreSQL: those of SQLite, with PostgreSQL's types, in a schema of their own.

Text is compared byte by byte (collation C), so that the order of streams is the same in every database. Keys are found
by their hash, because a key may be longer than what the other kind of index takes.
"""

from __future__ import annotations

from psycopg.sql import SQL, Composed, Identifier

FORM = "2"
"""The version of the tables' own form, kept in `log_about` under `form`."""

TABLES = ("stored_events", "stream_states", "log_tree", "log_about")

_STATEMENTS = (
    """
    CREATE TABLE IF NOT EXISTS {schema}.stored_events (
        position bigint CONSTRAINT stored_events_position PRIMARY KEY,
        originator_id text COLLATE "C" NOT NULL,
        originator_version bigint NOT NULL,
        topic text COLLATE "C" NOT NULL,
        state bytea NOT NULL,
        event_id text COLLATE "C" CONSTRAINT stored_events_event_id UNIQUE,
        idempotency_key text COLLATE "C",
        recorded_at bigint,
        effective_from text COLLATE "C",
        effective_to text COLLATE "C",
        leaf bytea NOT NULL,
        CONSTRAINT stored_events_version UNIQUE (originator_id, originator_version)
    )
    """,
    """
    CREATE INDEX IF NOT EXISTS stored_events_by_key ON {schema}.stored_events USING hash (idempotency_key)
        WHERE idempotency_key IS NOT NULL
    """,
    "CREATE INDEX IF NOT EXISTS stored_events_by_recorded ON {schema}.stored_events (recorded_at)",
    """
    CREATE INDEX IF NOT EXISTS stored_events_by_effective ON {schema}.stored_events (effective_to, effective_from)
        WHERE effective_to IS NOT NULL
    """,
    """
    CREATE TABLE IF NOT EXISTS {schema}.stream_states (
        stream text COLLATE "C" PRIMARY KEY,
        version bigint NOT NULL,
        fold text COLLATE "C" NOT NULL,
        state bytea NOT NULL
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS {schema}.log_tree (
        id smallint PRIMARY KEY CHECK (id = 1),
        size bigint NOT NULL,
        frontier bytea NOT NULL
    )
    """,
    "INSERT INTO {schema}.log_tree VALUES (1, 0, '') ON CONFLICT DO NOTHING",
    'CREATE TABLE IF NOT EXISTS {schema}.log_about (key text COLLATE "C" PRIMARY KEY, value text NOT NULL)',
)


def table_statements(schema: str) -> list[Composed]:
    """What makes the tables in a schema that is there."""
    return [SQL(statement).format(schema=Identifier(schema)) for statement in _STATEMENTS]
