"""Nothing that a database or a file says leads to an import: a module that it names leaves no trace of having run."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from eventsourcing.utils import resolve_topic

from oplog import BadImport, OpLog, OplogError, Undecodable, UnknownEvent, commands, export_lines, import_lines
from oplog_cli.main import cli
from tampering import tamper

if TYPE_CHECKING:
    from pathlib import Path

NAMES = [
    "hostile:Anything",
    "hostile:Anything.more",
    "hostile",
    "hostile.Anything",
    "campaign.hostile:Anything",
    "oplog.domain.events:Planned",
    "builtins:exec",
    "os:system",
]


@pytest.fixture
def trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a module on the path that leaves a file behind when it runs; give the file's path."""
    left = tmp_path / "trace"
    folder = tmp_path / "modules"
    folder.mkdir()
    (folder / "hostile.py").write_text(f"open({str(left)!r}, 'w').write('it ran')\nclass Anything: pass\n")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, "hostile", raising=False)
    return left


def test_the_module_leaves_a_trace_where_names_are_imported(trace: Path) -> None:
    """The library underneath, as it would read such a name, imports the module: the tests below can fail."""
    resolve_topic("hostile:Anything")
    assert trace.read_text() == "it ran"
    del sys.modules["hostile"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_a_database_is_never_imported(filed: OpLog, path: Path, trace: Path, name: str) -> None:
    """An event whose name is that of a module is unknown to everything that reads a log, and nothing is imported."""
    filed.execute("campaign/week", commands.Plan(title="week"))
    tamper(path, "UPDATE stored_events SET topic=?", values=(name,))
    tamper(path, "DELETE FROM stream_states")
    mapper, recorder = filed.application.mapper, filed.application.recorder
    looks = (
        lambda: list(filed.events()),
        lambda: filed.state("campaign/week"),
        filed.register,
        lambda: filed.view("calendar"),
        filed.narrative,
        lambda: mapper.to_domain_event(recorder.select_events("campaign/week")[0]),
        lambda: list(filed.application.repository.event_store.get("campaign/week")),
        lambda: filed.execute("campaign/week", commands.Cancel()),
    )
    for look in looks:
        with pytest.raises(UnknownEvent, match=f"unknown event '{name}'"):
            look()
    assert "unknown-event" in [finding.rule for finding in filed.replay()]
    # What shows or exports an event as it is stored need not know it.
    for command, code in (
        (["show"], 1),
        (["history", "campaign/week"], 0),
        (["export"], 0),
        (["narrative"], 1),
        (["replay"], 1),
        (["calendar"], 1),
    ):
        result = CliRunner(env={"OPLOG_LOG": str(path)}).invoke(cli, command)
        assert result.exit_code == code, command
        assert code == 1 or name in result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
    path.with_name("log.jsonl").write_bytes(b"".join(export_lines(filed)))
    with OpLog.open(path.with_name("log.jsonl")) as opened, pytest.raises(UnknownEvent):
        list(opened.events())
    assert not trace.exists()
    assert "hostile" not in sys.modules


@pytest.mark.parametrize("column", ["originator_id", "state"])
def test_no_other_column_is_imported_either(filed: OpLog, path: Path, trace: Path, column: str) -> None:
    """The name of a stream, and state bytes of the library's own form, lead to no import."""
    hostile = '{"_type_": "hostile:Anything", "_data_": {}}' if column == "state" else "hostile:Anything"
    filed.execute("campaign/week", commands.Plan(title="week"))
    tamper(path, "DELETE FROM stream_states")
    changes = {"originator_id": "originator_id=?", "state": "state=CAST(? AS BLOB)"}
    tamper(path, f"UPDATE stored_events SET {changes[column]}", values=(hostile,))  # noqa: S608 - our own text
    with pytest.raises(Undecodable):
        list(filed.events())
    with suppress(OplogError):
        filed.register()
    assert filed.replay()
    assert not trace.exists()


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_a_file_is_never_imported(log: OpLog, trace: Path, name: str) -> None:
    """An imported line that names a module is refused with its field."""
    line = f'{{"stream":"campaign/week","event":"{name}","data":{{}}}}'.encode()
    with pytest.raises(BadImport, match=f"^line:1: field event: unknown event '{name}'"):
        import_lines(log, [line])
    assert not trace.exists()
