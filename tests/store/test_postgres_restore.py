"""A log restored into PostgreSQL is there whole, or not at all."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from places import note, plan

from oplog import CannotOpen, OpLog, restore
from oplog.store.postgres.address import parse_address
from oplog.store.store import Store
from servers.cutter import Cutter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from servers.cutter import Cut
    from servers.postgresql import PostgreSQL

EVENTS = 241


@pytest.fixture
def source(path: Path) -> Path:
    """Give a log in a file."""
    with OpLog.open(path, create=True) as log:
        log.append(plan(), *(note(f"Day {n}.") for n in range(1, EVENTS)))
    return path


def assert_restored(source: Path, target: str) -> None:
    """The log at the target is the one in the file, and is sound."""
    with OpLog.open(source) as log, OpLog.open(target) as again:
        assert list(again.rows()) == list(log.rows())
        assert list(again.leaves()) == list(log.leaves())
        assert again.about() == log.about()
        assert again.verify() == ()
        assert again.append(note())[0].position == EVENTS + 1


def relations(server: PostgreSQL, target: str) -> list[Any]:
    """What lies in the schema of the target, and the schema."""
    schema = parse_address(target).schema
    return server.rows(
        "SELECT nspname, relname FROM pg_namespace LEFT JOIN pg_class ON relnamespace = pg_namespace.oid"
        " WHERE nspname = %s", schema,
    )  # fmt: skip


def at_row(monkeypatch: pytest.MonkeyPatch, row: int, then: Callable[[], None]) -> None:
    """Do something, once, when so many events were read from a log."""
    whole = Store.rows
    passed = 0

    def read(self: Store, *span: Any) -> Iterator[Any]:
        nonlocal passed
        for each in whole(self, *span):
            yield each
            passed += 1
            if passed == row:
                then()

    # The verification before reads another way.
    monkeypatch.setattr(Store, "rows", read)


def test_a_connection_that_breaks_meanwhile_leaves_nothing(
    source: Path, postgresql: PostgreSQL, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a fail-over would break it; done again, the log is whole."""
    target = f"{postgresql_url}&application_name={parse_address(postgresql_url).schema}"

    def terminate() -> None:
        name = parse_address(target).schema
        assert postgresql.rows(
            "SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity WHERE application_name = %s", name
        )

    at_row(monkeypatch, 200, terminate)
    with pytest.raises(CannotOpen, match=r"cannot be made: .*; nothing is left of it$"):
        restore(source, target)
    assert relations(postgresql, target) == []
    assert restore(source, target) == EVENTS
    assert_restored(source, target)


@pytest.mark.parametrize("cut", ["before", "after"])
def test_a_connection_that_breaks_in_the_commit_leaves_all_or_nothing(
    source: Path, postgresql: PostgreSQL, postgresql_url: str, cut: Cut
) -> None:
    """The error says that it is not known; the log is whole, or can be restored again."""
    schema = parse_address(postgresql_url).schema
    with Cutter(postgresql.data) as cutter:
        target = "postgresql:///postgres?" + urlencode({"host": cutter.home, "user": "postgres", "schema": schema})
        cutter.cut = cut
        with pytest.raises(CannotOpen, match=r"was being committed: see with 'oplog verify' whether the log is there"):
            restore(source, target)
        assert cutter.cuts == 1
        if cut == "before":
            assert relations(postgresql, target) == []
            assert restore(source, target) == EVENTS
        for _ in range(3000):
            if relations(postgresql, target):
                break
            time.sleep(0.01)  # the server may still be at it when its answer is lost
        assert_restored(source, target)


@pytest.mark.parametrize("made_before", [False, True])
def test_a_backup_that_cannot_be_read_to_its_end_leaves_nothing(
    source: Path, postgresql: PostgreSQL, postgresql_url: str, monkeypatch: pytest.MonkeyPatch, made_before: bool
) -> None:
    """An empty schema that an administrator had made stays, as it was."""
    if made_before:
        postgresql.run(f"CREATE SCHEMA {parse_address(postgresql_url).schema}")
    before = relations(postgresql, postgresql_url)
    assert bool(before) == made_before

    def fail() -> None:
        raise OSError(5, "Input/output error")

    at_row(monkeypatch, 100, fail)
    with pytest.raises(CannotOpen, match=r"the backup cannot be read: .*Input/output error; nothing was made"):
        restore(source, postgresql_url)
    assert relations(postgresql, postgresql_url) == before
    assert restore(source, postgresql_url) == EVENTS
    assert_restored(source, postgresql_url)


def test_a_copy_that_is_not_the_log_is_not_kept(
    source: Path, postgresql: PostgreSQL, postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Events that are lost on the way, or another in their place, are noticed: into PostgreSQL and out of it."""
    there = f"{postgresql_url}_there"
    restore(source, there)
    whole = Store.rows
    for lost in (lambda rows: rows[:-1], lambda rows: rows[1:], lambda rows: [*rows[:-2], rows[-1], rows[-2]]):
        with monkeypatch.context() as patched, OpLog.open(there) as log:
            patched.setattr(Store, "rows", lambda self, *span, lost=lost: iter(lost(list(whole(self, *span)))))
            with pytest.raises(CannotOpen, match="the copy is not the same as the log"):
                restore(source, postgresql_url)
            with pytest.raises(CannotOpen, match="the copy is not the same as the log"):
                log.backup(tmp_path / "copy.db")
        assert relations(postgresql, postgresql_url) == []
        assert not (tmp_path / "copy.db").exists()
    with OpLog.open(there) as log:
        assert log.backup(tmp_path / "copy.db") == EVENTS
    postgresql.run(f"DROP SCHEMA {parse_address(there).schema} CASCADE")


def test_a_log_that_is_there_is_not_restored_over(source: Path, postgresql_url: str) -> None:
    restore(source, postgresql_url)
    with pytest.raises(CannotOpen, match="holds tables already; name a new schema"):
        restore(source, postgresql_url)
    assert_restored(source, postgresql_url)
