"""The shell on a log in PostgreSQL, and the password of an address, which nothing shows."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import pytest
from shell import Run, runner

from oplog_cli.log_option import shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from servers.postgresql import PostgreSQL

SECRET = "hunter2"  # noqa: S105 - it is looked for in all that is written


@pytest.fixture
def address(postgresql: PostgreSQL, postgresql_url: str) -> str:
    """Give an address with a password; the server trusts everybody and does not ask for it."""
    return postgresql_url.replace("postgresql:///", f"postgresql://postgres:{SECRET}@/") + f"&password={SECRET}"


@pytest.fixture
def run(address: str) -> Iterator[Run]:
    """Run commands on the log at the address, and see that none of them shows the password."""
    run = runner(address)

    def watched(*args: str, **options: object) -> object:
        result = run(*args, **options)  # type: ignore[arg-type]
        assert SECRET not in result.output
        return result

    return watched  # type: ignore[return-value]


def test_a_log_in_postgresql_is_used_as_a_file_is(
    run: Run, tmp_path: Path, postgresql: PostgreSQL, postgresql_url: str
) -> None:
    assert "there is no log in schema" in run("show", code=1).output
    made, _, say = run("init").output.splitlines()
    assert made.startswith("made the log postgresql://postgres@/postgres?host=")
    assert shlex.split(say) == ["export", f"OPLOG_LOG={made.removeprefix('made the log ')}"]
    assert "holds tables already" in run("init", code=1).output
    run("record", "campaign", "plan", "cycle-week", "--title", "week of action on cycle theft", "--when", "June 2024")
    run("record", "campaign", "cancel", "cycle-week")
    assert "cycle-week" in run("show").output
    assert run("replay").output.endswith("the log is sound: nothing was found\n")
    run("verify")
    run("export", "-o", str(tmp_path / "all.jsonl"))
    assert SECRET.encode() not in (tmp_path / "all.jsonl").read_bytes()
    run("backup", str(tmp_path / "copy.db"))
    assert runner(tmp_path / "copy.db")("export").output.splitlines()[1:] == run("export").output.splitlines()[1:]
    again = postgresql_url + "2"
    try:
        assert "with 2 events" in run("restore", str(tmp_path / "copy.db"), "--log", again).output
        assert runner(again)("export").output.splitlines()[1:] == run("export").output.splitlines()[1:]
    finally:
        postgresql.run(f"DROP SCHEMA IF EXISTS {again.rpartition('schema=')[2]} CASCADE")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("ops.db", "ops.db"),
        ("a:b@c.db", "a:b@c.db"),
        ("postgresql://h/d", "postgresql://h/d"),
        ("postgresql://u@h:5/d?schema=s", "postgresql://u@h:5/d?schema=s"),
        ("postgresql://u:hunter2@h/d?schema=s", "postgresql://u@h/d?schema=s"),
        ("postgresql://u:hunt@er2@h/d", "postgresql://u@h/d"),
        ("postgresql://u:hunt?er2@h/d", "postgresql://u@h/d"),
        ("postgresql://u:hunt/er2@h/d", "postgresql://u@h/d"),
        ("postgresql://:hunter2@h/d", "postgresql://@h/d"),
        ("postgresql://h/d?password=hunter2", "postgresql://h/d"),
        ("postgresql://h/d?a=b&p%61ssword=hunter2&sslpassword=hunter2&c=d", "postgresql://h/d?a=b&c=d"),
    ],
)
def test_an_address_is_shown_without_its_password(address: str, expected: str) -> None:
    assert shown(address) == expected
