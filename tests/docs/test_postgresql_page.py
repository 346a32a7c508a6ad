"""The page on PostgreSQL: its commands run, and its roles may do what it says and no more."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from documents import blocks

from oplog import TRAIL, CannotOpen, OpLog, Purpose, StartTrail, commands, export_lines

if TYPE_CHECKING:
    from servers.postgresql import PostgreSQL

PAGE = (Path(__file__).parent.parent.parent / "docs" / "how-to" / "postgresql.md").read_text(encoding="utf-8")
PLAN = commands.Plan(title="week of action")
NOTE = commands.RecordNote(text="n")
WEEK = "campaign/week"


def blocks_of(language: str) -> str:
    return "\n".join(block.text for block in blocks(PAGE) if block.language == language)


@pytest.fixture
def server(own_postgresql: PostgreSQL) -> PostgreSQL:
    """Give a server with the log and the roles of the page, each given to a user of its own."""
    own_postgresql.run("CREATE ROLE ops_owner LOGIN", "GRANT CREATE ON DATABASE postgres TO ops_owner")
    with OpLog.open(own_postgresql.url(user="ops_owner", schema="ops"), create=True) as log:
        log.execute(WEEK, PLAN)
    statements: Any = blocks_of("sql")
    own_postgresql.run(statements)
    for role in ("reader", "writer", "auditor"):
        own_postgresql.run(f"CREATE ROLE {role} LOGIN IN ROLE ops_{role}")
    return own_postgresql


def test_the_commands_of_the_page_run(own_postgresql: PostgreSQL) -> None:
    own_postgresql.run("CREATE ROLE ops_owner LOGIN", "GRANT CREATE ON DATABASE postgres TO ops_owner")
    lines = blocks_of("sh").splitlines()
    assert lines[1] == "export OPLOG_LOG='postgresql://ops_owner@db.example.org/operations?schema=ops'"
    where = own_postgresql.url(user="ops_owner", schema="ops")
    for line in lines[2:]:
        assert line.startswith("oplog ")
        done = subprocess.run(  # noqa: S603 - the page's own commands
            ["/bin/sh", "-ec", line],
            env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "OPLOG_LOG": where},
            capture_output=True,
            text=True,
            check=True,
        )
    assert "the log is sound" in done.stdout


def test_a_reader_reads_and_writes_nothing(server: PostgreSQL) -> None:
    with OpLog.open(server.url(user="reader", schema="ops")) as log:
        assert [recorded.stream for recorded in log.events()] == [WEEK]
        assert [entry.stream for entry in log.register()] == [WEEK]
        assert log.narrative().title
        with pytest.raises(CannotOpen, match="cannot be written: permission denied"):
            log.execute(WEEK, NOTE)
        with pytest.raises(CannotOpen, match="cannot be read: permission denied for table log_tree"):
            log.verify()
        assert log.head() == 1


def test_whoever_may_not_write_takes_nothing_out_where_an_access_trail_is_kept(server: PostgreSQL) -> None:
    purpose = Purpose(why="request 24/113", recipient="the Crown Court", actor="Ann Clerk")
    for user in ("reader", "auditor"):
        with OpLog.open(server.url(user=user, schema="ops")) as log:
            assert list(export_lines(log))
    with OpLog.open(server.url(user="writer", schema="ops")) as log:
        log.execute(TRAIL, StartTrail(why="section 62"), actor="Ann Clerk")
    for user in ("reader", "auditor"):
        with OpLog.open(server.url(user=user, schema="ops")) as log:
            taken = export_lines(log, purpose=purpose)
            with pytest.raises(CannotOpen, match=r"for the access trail cannot record it: .*permission denied"):
                next(taken)
            assert log.head() == 2
    with OpLog.open(server.url(user="writer", schema="ops")) as log:
        assert list(export_lines(log, purpose=purpose))
        assert log.head() == 3


def test_whoever_may_read_may_copy_the_log(server: PostgreSQL, tmp_path: Path) -> None:
    for user in ("reader", "auditor"):
        with OpLog.open(server.url(user=user, schema="ops")) as log:
            assert log.backup(tmp_path / user) == 1


def test_an_auditor_verifies_and_writes_nothing(server: PostgreSQL) -> None:
    with OpLog.open(server.url(user="auditor", schema="ops")) as log:
        assert log.verify() == log.replay() == ()
        with pytest.raises(CannotOpen, match="cannot be written: permission denied"):
            log.execute(WEEK, NOTE)
        assert log.head() == 1


def test_a_writer_adds_events_and_changes_none(server: PostgreSQL) -> None:
    with OpLog.open(server.url(user="writer", schema="ops")) as log:
        log.execute(WEEK, NOTE)
        log.forget_states()
        assert log.register()[0].version == 2
        with log.subscribe() as subscription:
            assert next(iter(subscription)).position == 1
        assert log.verify() == log.replay() == ()
    for attempt in (
        "UPDATE ops.stored_events SET topic = 'campaign.cancelled'",
        "DELETE FROM ops.stored_events",
        "TRUNCATE ops.stored_events",
        "DROP TABLE ops.stored_events",
        "ALTER TABLE ops.stored_events DISABLE TRIGGER ALL",
        "DELETE FROM ops.log_tree",
        "UPDATE ops.log_about SET value = 'x'",
        "CREATE TABLE ops.more ()",
    ):
        for user in ("writer", "auditor", "reader"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                server.run(attempt, user=user)
    with OpLog.open(server.url(user="auditor", schema="ops")) as log:
        assert log.verify() == ()
    server.run("UPDATE ops.log_tree SET size = 1", user="writer")  # what it can spoil is found
    with OpLog.open(server.url(user="auditor", schema="ops")) as log:
        assert [finding.rule for finding in log.verify()] == ["tree"]


def test_a_writer_keeps_views_and_the_others_read_them(server: PostgreSQL) -> None:
    with OpLog.open(server.url(user="writer", schema="ops")) as log:
        log.execute(WEEK, NOTE)
        assert {status.state for status in log.project()} == {"current"}
    for user in ("reader", "auditor"):
        with OpLog.open(server.url(user=user, schema="ops")) as log:
            stored = log.stored_view("register")
            assert stored is not None
            assert stored.rows == log.view("register") == log.register()
            with pytest.raises(CannotOpen, match="permission denied"):
                log.rebuild("register")


def test_tables_for_views_are_made_by_the_owner(server: PostgreSQL) -> None:
    """A log of oplog 0.2 has none: a writer is told what to do, and everybody reads as before."""
    server.run("DROP TABLE ops.view_checkpoints, ops.view_parked, ops.view_rows, ops.view_settings")
    with OpLog.open(server.url(user="writer", schema="ops")) as log:
        with pytest.raises(
            CannotOpen, match=r"no tables for stored views yet.*let the owner of the log say 'oplog proj"
        ):
            log.project()
        assert log.view("register") == log.register()
    with OpLog.open(server.url(user="ops_owner", schema="ops")) as log:
        assert {status.state for status in log.project()} == {"current"}
    # The old grants do not hold for the new tables: whoever lacks the new ones folds from the events.
    with OpLog.open(server.url(user="reader", schema="ops")) as log:
        assert log.view("register") == log.register()


def test_the_owner_could_have_done_it(server: PostgreSQL) -> None:
    """The control: what is refused to the roles is possible, and found."""
    server.run("UPDATE ops.stored_events SET topic = 'campaign.cancelled'", user="ops_owner")
    with OpLog.open(server.url(user="auditor", schema="ops")) as log:
        assert log.verify() != ()
