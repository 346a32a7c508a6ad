"""`oplog import` and `oplog export`: all or nothing, and the same log again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from oplog import OpLog, commands, export_lines
from oplog_cli import exchange

if TYPE_CHECKING:
    from shell import Run

PLANNED: dict[str, Any] = {"stream": "campaign/x", "event": "campaign.planned", "data": {"title": "x"}}
ID = "01890a5d-ac96-774b-bcce-b302099a8057"


def line(**changes: Any) -> bytes:
    """Give a good line with some keys changed; a key that is given None is left out."""
    return json.dumps({k: v for k, v in {**PLANNED, **changes}.items() if v is not None}).encode()


def head(path: Path) -> int:
    """Give the last position of a log."""
    with OpLog.open(path) as log:
        return log.head()


def test_round_trip(run_example: Run, run: Run, example_file: Path, log_file: Path, tmp_path: Path) -> None:
    """A log that is exported and imported again gives the same lines, to a file and to the standard output."""
    out = tmp_path / "log.jsonl"
    count = head(example_file)
    assert run_example("export", "-o", str(out)).stdout == f"{count} events written to {out}\n"
    assert run_example("export").stdout_bytes == out.read_bytes()
    told = run("import", str(out)).stdout
    assert told.startswith(f"{count} events of ")
    assert told.endswith(f"up to position {count}\n")
    with OpLog.open(example_file) as one, OpLog.open(log_file) as other:
        assert list(export_lines(one))[1:] == list(export_lines(other))[1:]


def test_only_a_terminal_gets_a_harmless_form(
    run: Run, log_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file and a pipe get the very bytes; what a terminal gets cannot steer it, and means the same."""
    nasty = "\x9b31m \u202e"
    with OpLog.open(log_file) as log:
        log.execute("campaign/x", commands.Plan(title=nasty))
        exact = b"".join(export_lines(log, "All events of ops.db, up to position 1."))
    assert nasty.encode() in exact
    assert run("export").stdout_bytes == exact
    run("export", "-o", str(tmp_path / "out.jsonl"))
    assert (tmp_path / "out.jsonl").read_bytes() == exact
    monkeypatch.setattr(exchange, "_is_terminal", lambda: True)
    shown = run("export").stdout
    assert not set(shown) & set(nasty) - set("31m ")
    assert [json.loads(line) for line in shown.splitlines()] == [json.loads(line) for line in exact.splitlines()]


def test_standard_input_and_dry_run(run: Run, log_file: Path) -> None:
    """'-' reads the standard input; a dry run checks and writes nothing."""
    text = line() + b"\n\n" + line(event="campaign.cancelled", data={}) + b"\n"
    told = run("import", "-", "--dry-run", stdin=text).stdout
    assert told == "2 events of 1 stream can be recorded; this was a dry run, and nothing was written\n"
    assert head(log_file) == 0
    assert run("import", "-", stdin=text).stdout == "2 events of 1 stream recorded, up to position 2\n"
    assert head(log_file) == 2


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (b"{not json", "not JSON"),
        (b'{"stream": "campaign/x", "stream": "campaign/x"}', "field stream: the key 'stream' stands twice"),
        (b"[1]", "expected a JSON object"),
        (b"\xff", "not UTF-8"),
        (line(data={"title": 3}), "field data.title: expected text, got a whole number"),
        (line(data={"title": "x", "wat": 1}), "field data.wat: unknown field; expected one of title, nature"),
        (line(data={}), "field data.title: missing"),
        (line(data={"title": "x", "nature": "song"}), "field data.nature: 'song' is not known; expected one of event"),
        (line(data={"title": "x", "when": "2017-02-30"}), "field data.when: '2017-02-30' is not a possible date"),
        (line(stream=None), "field stream: missing"),
        (line(wat=1), "field wat: unknown field; expected one of position, stream"),
        (line(event="campaign.sung"), "field event: unknown event 'campaign.sung'"),
        (line(event="pilot.planned"), "field event: 'pilot.planned' does not belong"),
        (line(v=2), "field v: campaign.planned has version 2"),
        (line(version=7), "field version: 7 given"),
        (line(id="nonsense"), "field id: 'nonsense' is not a UUID"),
        (line(effective="someday"), "field effective: 'someday' is not a date"),
        (line(recorded_at="2017-09-21T09:30:00"), "field recorded_at: '2017-09-21T09:30:00' has no time zone"),
        (line(recorded_at="9999-01-01T00:00:00Z"), "field recorded_at: 9999-01-01T00:00:00Z lies in the future"),
        (line(event="campaign.cancelled", data={}), "field event: campaign/x is not yet planned"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_written(
    run: Run, log_file: Path, tmp_path: Path, bad: bytes, told: str
) -> None:
    """A bad line between good ones is named with the file, its number and its field; the log stays as it was."""
    source = tmp_path / "in.jsonl"
    good = [line(stream=f"pilot/p{n}", event="pilot.planned") for n in range(2)]
    source.write_bytes(b"\n".join([good[0], bad, good[1]]))
    result = run("import", str(source), code=1)
    problem, last = result.stderr.splitlines()
    assert problem.startswith(f"{source}:2: {told}")
    assert last == "oplog: 1 problem; nothing was written"
    assert result.stdout == ""
    assert head(log_file) == 0


def test_all_problems_are_told(run: Run, log_file: Path) -> None:
    """Every bad line is told, and a fault that follows from an earlier one is not told again."""
    lines = [
        line(data={}),
        line(event="campaign.cancelled", data={}),
        line(stream="pilot/p", event="pilot.planned", id=ID),
        line(stream="pilot/q", event="pilot.planned", id=ID),
    ]
    result = run("import", "-", stdin=b"\n".join(lines), code=1)
    assert result.stderr.splitlines() == [
        "<stdin>:1: field data.title: missing",
        f"<stdin>:4: field id: an event with the id {ID} is already there",
        "oplog: 2 problems; nothing was written",
    ]
    assert head(log_file) == 0


def test_nothing_in_it(run: Run, tmp_path: Path) -> None:
    """An empty file, a form that is not known and a file that is no log at all are told in one line and a verdict."""
    assert "there is no event in it" in run("import", "-", stdin=b"", code=1).stderr
    future = run("import", "-", stdin=b'{"format": "oplog-log/9"}\n' + line(), code=1).stderr
    assert future.splitlines()[0] == "<stdin>:1: field format: 'oplog-log/9' is not known; expected 'oplog-log/1'"
    assert "No such file" in run("import", str(tmp_path / "none"), code=2).stderr
    assert "Is a directory" in run("import", str(tmp_path), code=2).stderr


def test_export_never_harms_a_file(run: Run, log_file: Path, tmp_path: Path) -> None:
    """An old file is replaced with --force alone; the log itself, and what is no file, never; no part is left over."""
    run("record", "campaign", "plan", "x", "--title", "x")
    out = tmp_path / "out.jsonl"
    out.write_text("mine")
    assert "--force" in run("export", "-o", str(out), code=1).stderr
    assert out.read_text() == "mine"
    assert run("export", "-o", str(out), "--force").stdout.startswith("1 event written")
    assert out.read_text().count("\n") == 2
    before = log_file.read_bytes()
    assert "the log itself" in run("export", "-o", str(log_file), "--force", code=1).stderr
    assert log_file.read_bytes() == before
    assert "not a file" in run("export", "-o", str(tmp_path), "--force", code=1).stderr
    assert "there is no folder" in run("export", "-o", str(tmp_path / "none" / "out"), code=1).stderr
    assert Path("/dev/null").is_char_device()
    run("export", "-o", "/dev/null", "--force", code=1)
    assert Path("/dev/null").is_char_device()
    assert not list(tmp_path.glob("*.part"))
    assert not list(tmp_path.glob(".*.part"))
