"""Opening a log in PostgreSQL: addresses, what is refused and why, and a password that is never shown."""

from __future__ import annotations

import subprocess
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from places import plan

from oplog import CannotOpen, OpLog
from oplog.store.postgres.address import parse_address

if TYPE_CHECKING:
    from pathlib import Path

    from servers.postgresql import PostgreSQL

SECRET = "hunter2"  # noqa: S105 - it is looked for in every error


def test_a_log_is_made_once_and_opened_again(postgresql_url: str) -> None:
    with OpLog.open(postgresql_url, create=True, origin="example.org/ops") as log:
        log.append(plan())
    with OpLog.open(postgresql_url) as log:
        assert (log.origin, log.head(), set(log.about())) == ("example.org/ops", 1, {"origin", "created_at"})
    with pytest.raises(CannotOpen, match=r"schema test_\w+ of database postgres at .* holds tables already"):
        OpLog.open(postgresql_url, create=True)


def test_of_two_who_make_it_at_once_one_does(postgresql_url: str) -> None:
    meet = Barrier(4, timeout=60)

    def make(_: int) -> str:
        meet.wait()
        try:
            OpLog.open(postgresql_url, create=True).close()
        except CannotOpen as error:
            return str(error)
        return "made"

    with ThreadPoolExecutor(4) as makers:
        told = sorted(makers.map(make, range(4)))
    assert told[0] == "made"
    assert all("holds tables already" in each for each in told[1:])


@pytest.mark.parametrize("schema", ["Ops Log", 'a"b', "żółw", "select", "x" * 63, "{}", "a.b"])
def test_any_name_of_a_schema_works(postgresql: PostgreSQL, schema: str) -> None:
    where = postgresql.url(schema=schema)
    try:
        with OpLog.open(where, create=True) as log:
            log.append(plan())
            assert log.verify() == ()
            with log.subscribe() as subscription:
                assert next(iter(subscription)).position == 1
        with OpLog.open(where) as log:
            assert log.head() == 1
    finally:
        name = schema.replace('"', '""')
        postgresql.run(f'DROP SCHEMA "{name}" CASCADE')


def test_an_empty_schema_that_somebody_made_is_used(postgresql: PostgreSQL, postgresql_url: str) -> None:
    schema = parse_address(postgresql_url).schema
    postgresql.run(f"CREATE SCHEMA {schema}")
    with pytest.raises(CannotOpen, match=r"there is no log in .*make one with 'oplog init'"):
        OpLog.open(postgresql_url)
    OpLog.open(postgresql_url, create=True).close()


def test_what_is_no_log_is_told(postgresql: PostgreSQL, postgresql_url: str) -> None:
    schema = parse_address(postgresql_url).schema
    with pytest.raises(CannotOpen, match="there is no log in"):
        OpLog.open(postgresql_url)
    postgresql.run(f"CREATE SCHEMA {schema}", f"CREATE TABLE {schema}.other ()")
    with pytest.raises(CannotOpen, match="they are not an oplog log"):
        OpLog.open(postgresql_url)
    with pytest.raises(CannotOpen, match="holds tables already"):
        OpLog.open(postgresql_url, create=True)
    assert postgresql.rows("SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace", schema) == [("other",)]
    postgresql.run(f"DROP TABLE {schema}.other")
    OpLog.open(postgresql_url, create=True).close()
    change(postgresql, schema, "UPDATE log_about SET value = '9' WHERE key = 'form'")
    with pytest.raises(CannotOpen, match="has form 9; this release of oplog knows form 2"):
        OpLog.open(postgresql_url)


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("postgresql://u@h/d?shcema=x", "unknown parameter 'shcema'"),
        ("postgresql://u@h/d?schema=a&schema=b", "names the schema more than once"),
        ("postgresql://u@h/d?schema=", "expected a name of 1 to 63 bytes"),
        (f"postgresql://u@h/d?schema={'x' * 64}", "expected a name of 1 to 63 bytes"),
        ("postgresql://u@h/d?schema=pg_x", "is PostgreSQL's own"),
        ("postgresql://u@h/d?schema=a%00b", "expected a name of 1 to 63 bytes"),
        ("postgresql://u@h/d?schema=a%25b", "expected a name without a per cent sign"),
        ("postgresql://u@[h/d", "the address cannot be read; expected postgresql://USER@HOST:PORT/DATABASE"),
        ("postgresql://u@h/d?sslmode=%zz", "the address cannot be read"),
        ("postgresql://nobody.invalid/d", "cannot be opened"),
        ("postgres://h:notaport/d", "cannot be opened"),
    ],
)
def test_an_address_that_is_none_is_told(where: str, told: str) -> None:
    with pytest.raises(CannotOpen, match=told.replace("?", r"\?")) as error:
        OpLog.open(where)
    assert "\n" not in str(error.value)


@given(st.text(st.sampled_from("%&?@:/=[]#ab 0\0\x7fż"), max_size=30), st.booleans())
def test_no_error_shows_a_password(odd: str, escaped: bool) -> None:
    """Whatever is wrong with an address, its password is in no error, and in nothing that is printed of it."""
    password = SECRET + (quote(odd, safe="") if escaped else odd)
    for where in (f"postgresql://u:{password}@127.0.0.1:1/d", f"postgresql://127.0.0.1:1/d?password={password}"):
        try:
            address = parse_address(where)
        except CannotOpen:
            assert SECRET not in traceback.format_exc(chain=True).replace(where, "")
        else:
            assert SECRET not in repr(address)
            assert SECRET not in address.told


def test_a_wrong_password_is_told_and_not_shown(own_postgresql: PostgreSQL) -> None:
    own_postgresql.run("CREATE ROLE with_password LOGIN PASSWORD 'right' SUPERUSER")
    with pytest.raises(CannotOpen, match="password authentication failed") as told:
        OpLog.open(own_postgresql.url(user="with_password", password=SECRET), create=True)
    assert SECRET not in "".join(traceback.format_exception(told.value))
    with OpLog.open(own_postgresql.url(user="with_password", password="right"), create=True) as log:  # noqa: S106
        log.append(plan())
        own_postgresql.kill()
        own_postgresql.start()
        own_postgresql.run("ALTER ROLE with_password PASSWORD 'other'")
        log.application.recorder.datastore.pool.timeout = 1
        with pytest.raises(CannotOpen, match="no connection to PostgreSQL could be had") as told:
            log.head()
    assert "right" not in str(told.value)


def test_all_other_parameters_are_libpqs(
    postgresql: PostgreSQL, postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    OpLog.open(postgresql_url, create=True).close()
    schema = parse_address(postgresql_url).schema
    (tmp_path / "services").write_text(f"[ops]\nhost={postgresql.data}\nuser=postgres\ndbname=postgres\n")
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))
    options = quote("-c work_mem=5MB -c statement_timeout=7s")
    where = f"postgresql:///?service=ops&sslmode=disable&application_name=desk&options={options}&schema={schema}"
    with OpLog.open(where) as log:
        log.append(plan())
        query = log._store.recorder.query
        for setting, value in (("work_mem", "5MB"), ("statement_timeout", "7s"), ("application_name", "desk")):
            assert query(f"SHOW {setting}") == [(value,)]
    with OpLog.open(postgresql_url) as log:
        assert log._store.recorder.query("SHOW application_name") == [("oplog",)]


def test_psycopg_is_imported_for_postgresql_only_and_its_absence_is_told() -> None:
    script = (
        "import sys\nimport oplog\n"
        "with oplog.OpLog.open(':memory:'): assert 'psycopg' not in sys.modules\n"
        "sys.modules['psycopg'] = None\n"
        "try: oplog.OpLog.open('postgresql://h/d')\n"
        "except oplog.OplogError as error: print(type(error).__name__, error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.startswith("MissingExtra a log in PostgreSQL needs psycopg")
    assert "pip install 'oplog[postgresql]'" in done.stdout


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_a_server_that_can_lose_events_is_refused(own_postgresql: PostgreSQL, setting: str) -> None:
    where = own_postgresql.url()
    OpLog.open(where, create=True).close()
    own_postgresql.run(f"ALTER SYSTEM SET {setting} = off", "SELECT pg_reload_conf()")
    while own_postgresql.rows(f"SHOW {setting}") == [("on",)]:
        pass
    for create, schema in ((False, "oplog"), (True, "another")):
        with pytest.raises(CannotOpen, match=rf"runs with {setting}=off, .*: set {setting}=on .*--despite-risks"):
            OpLog.open(own_postgresql.url(schema=schema), create=create)
    with OpLog.open(where, despite_risks=True) as log:
        log.append(plan())
        assert [(f.rule, setting in f.message) for f in log.replay()] == [("store", True)]
    own_postgresql.run(f"ALTER SYSTEM SET {setting} = on", "SELECT pg_reload_conf()")
    while own_postgresql.rows(f"SHOW {setting}") == [("off",)]:
        pass
    with OpLog.open(where) as log:
        assert log.replay() == ()


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("ALTER TABLE stored_events DROP CONSTRAINT stored_events_position", "nothing keeps position unique"),
        (
            "ALTER TABLE stored_events DROP CONSTRAINT stored_events_version",
            "nothing keeps originator_id and originator_version unique in its table stored_events",
        ),
        ("ALTER TABLE stored_events DROP CONSTRAINT stored_events_event_id", "nothing keeps event_id unique"),
        (
            "ALTER TABLE stored_events ALTER state DROP NOT NULL",
            "column state of its table stored_events is bytea, and",
        ),
        (
            "ALTER TABLE stored_events ALTER topic TYPE varchar(99)",
            r"column topic .* is character varying\(99\) NOT NULL",
        ),
        ("ALTER TABLE stored_events DROP leaf", "column leaf of its table stored_events is missing"),
        ("ALTER TABLE stored_events SET UNLOGGED", r"stored_events is kept in memory only \(UNLOGGED\)"),
        ("ALTER TABLE stored_events ENABLE ROW LEVEL SECURITY", "stored_events hides rows"),
        ("CREATE RULE lost AS ON INSERT TO stored_events DO INSTEAD NOTHING", "stored_events has a rule, lost"),
        (
            "CREATE TRIGGER odd BEFORE UPDATE ON stored_events EXECUTE FUNCTION suppress_redundant_updates_trigger()",
            "stored_events has a trigger, odd",
        ),
    ],
)
def test_tables_that_are_not_as_they_were_made_are_refused(
    postgresql: PostgreSQL, postgresql_url: str, statement: Any, told: str
) -> None:
    with OpLog.open(postgresql_url, create=True) as log:
        log.append(plan())
    schema = parse_address(postgresql_url).schema
    change(postgresql, schema, statement)
    with pytest.raises(CannotOpen, match=told):
        OpLog.open(postgresql_url)
    with OpLog.open(postgresql_url, despite_risks=True) as log:
        assert len(log._store.risks) == 1


def test_what_others_keep_beside_a_log_does_no_harm(postgresql: PostgreSQL, postgresql_url: str) -> None:
    OpLog.open(postgresql_url, create=True).close()
    schema = parse_address(postgresql_url).schema
    change(
        postgresql,
        schema,
        "CREATE VIEW mine AS SELECT topic FROM stored_events",
        "CREATE UNLOGGED TABLE notes (n integer)",
        "CREATE INDEX mine_too ON stored_events (topic)",
    )
    with OpLog.open(postgresql_url) as log:
        assert log._store.risks == ()


def test_a_database_of_another_encoding_is_refused(own_postgresql: PostgreSQL) -> None:
    own_postgresql.run("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    with pytest.raises(CannotOpen, match="the database has the encoding LATIN1; make one with ENCODING 'UTF8'"):
        OpLog.open(own_postgresql.url(database="latin"), create=True)


def test_whoever_may_not_make_a_schema_leaves_nothing_behind(own_postgresql: PostgreSQL) -> None:
    own_postgresql.run("CREATE ROLE guest LOGIN")
    with pytest.raises(CannotOpen, match="cannot be opened: permission denied for database postgres"):
        OpLog.open(own_postgresql.url(user="guest"), create=True)
    assert own_postgresql.rows("SELECT 1 FROM pg_namespace WHERE nspname = 'oplog'") == []


def test_a_closed_log_says_so(postgresql_url: str) -> None:
    log = OpLog.open(postgresql_url, create=True)
    log.close()
    for use in (log.head, lambda: log.append(plan())):
        with pytest.raises(CannotOpen, match="the log is closed"):
            use()


def change(server: PostgreSQL, schema: str, *statements: Any) -> None:
    """Change the tables of a log as their owner can."""
    with server.connect() as connection:
        connection.execute(f"SET search_path = {schema}")
        for statement in statements:
            connection.execute(statement)
