"""The servers of the tests: they answer, survive being killed, and never outlive the tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import psycopg
import pytest
from umadb import Client, Event

if TYPE_CHECKING:
    from servers.postgresql import PostgreSQL
    from servers.umadb_server import UmaDB

HERE = Path(__file__).parent.parent
USE = """
import os, sys, pathlib
from servers.{module} import {name}
with {name}.{how} as server:
    print(server.home, server.pid, flush=True)
    sys.stdin.readline()
    os.kill(os.getpid(), 9) if {killed} else None
"""


def use(module: str, name: str, how: str, *, killed: bool = False) -> subprocess.Popen[str]:
    script = USE.format(module=module, name=name, how=how, killed=killed)
    return subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-c", script], cwd=HERE, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


def started(process: subprocess.Popen[str]) -> tuple[Path, int]:
    """Wait until the process has its server; give the server's home and process id."""
    assert process.stdout
    home, pid = process.stdout.readline().split()
    return Path(home), int(pid)


def finish(process: subprocess.Popen[str]) -> None:
    process.communicate("\n", timeout=60)


def ended(pid: int) -> bool:
    try:
        psutil.Process(pid).wait(timeout=30)
    except psutil.NoSuchProcess:
        return True
    return not psutil.pid_exists(pid)


def test_postgresql_is_of_version_18_and_keeps_what_it_acknowledges(postgresql: PostgreSQL) -> None:
    assert postgresql.rows("SHOW server_version")[0][0].startswith("18.")
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        assert postgresql.rows(f"SHOW {setting}") == [("on",)]


def test_a_killed_postgresql_comes_back_with_what_was_committed(own_postgresql: PostgreSQL) -> None:
    own_postgresql.run("CREATE TABLE kept (word text)", "INSERT INTO kept VALUES ('committed')")
    before = own_postgresql.pid
    with own_postgresql.connect() as lost:
        own_postgresql.kill()
        with pytest.raises(psycopg.OperationalError):
            lost.execute("SELECT 1")
    assert ended(before)
    assert not own_postgresql.answers()
    own_postgresql.start()
    assert own_postgresql.pid != before
    assert own_postgresql.rows("SELECT word FROM kept") == [("committed",)]


def test_a_role_with_a_password_must_give_it(own_postgresql: PostgreSQL) -> None:
    own_postgresql.run("CREATE ROLE with_password LOGIN PASSWORD 'right'")
    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        own_postgresql.connect("with_password")


def test_a_killed_umadb_comes_back_with_what_was_appended(umadb: UmaDB) -> None:
    Client(umadb.url).append([Event("noted", b"one", ["stream"])])
    umadb.kill()
    assert not umadb.answers()
    umadb.start()
    client = Client(umadb.url)  # a client that nothing holds cancels what it reads
    assert [found.event.data for found in client.read()] == [b"one"]


@pytest.mark.parametrize(
    ("module", "name", "killed"),
    [("umadb_server", "UmaDB", False), ("umadb_server", "UmaDB", True), ("postgresql", "PostgreSQL", True)],
)
def test_a_server_of_ones_own_ends_with_its_user(module: str, name: str, killed: bool) -> None:
    process = use(module, name, "own()", killed=killed)
    home, pid = started(process)
    assert psutil.pid_exists(pid)
    finish(process)
    assert ended(pid)
    assert gone(home)


def test_a_shared_server_ends_with_the_last_of_its_users(tmp_path: Path) -> None:
    """Whoever comes later gets a new one."""
    how = f"shared(pathlib.Path({str(tmp_path)!r}))"
    first, second = (use("postgresql", "PostgreSQL", how, killed=killed) for killed in (False, True))
    home, pid = started(first)
    assert started(second) == (home, pid)
    finish(first)
    assert psutil.pid_exists(pid)
    finish(second)
    third = use("postgresql", "PostgreSQL", how)
    assert started(third) != (home, pid)
    assert ended(pid)
    assert gone(home)
    finish(third)


def gone(home: Path) -> bool:
    """Whether the keeper has removed the folder, which it does just after the server has ended."""
    for keeper in psutil.process_iter(["cmdline"]):
        if str(home) in (keeper.info["cmdline"] or ()):
            keeper.wait(timeout=30)
    return not home.exists()
