"""`oplog narrative`, `replay`, `init` and `demo`."""

from __future__ import annotations

import json
import re
import sqlite3
import sys
from typing import TYPE_CHECKING

import pytest

from oplog import FORMATS, Format, OpLog
from oplog.examples import example_configuration
from oplog_cli import report

if TYPE_CHECKING:
    from pathlib import Path

    from shell import Run


def test_narrative_has_the_same_bytes(run_example: Run, example_file: Path, tmp_path: Path) -> None:
    """The report is the same on the standard output and in a file, with kept states and without."""
    config = ("--config", str(example_configuration()))
    out = tmp_path / "narrative.md"
    first = run_example("narrative", *config).stdout_bytes
    assert first.startswith(b"# ")
    with OpLog.open(example_file) as log:
        log.forget_states()
    assert run_example("narrative", *config, "-o", str(out)).stdout == f"written to {out}\n"
    run_example("narrative", *config, "-o", str(out))
    assert out.read_bytes() == first


def test_narrative_json(run_example: Run) -> None:
    """--format json gives the document with its citations."""
    document = json.loads(run_example("narrative", "--format", "json").stdout)
    assert document["head"] > 0
    assert document["sources"]


def test_the_format_follows_from_the_name_of_the_file(run_example: Run, tmp_path: Path) -> None:
    """The ending of FILE chooses the format, --format wins over it, and an ending of no format is refused."""
    for name, start in (("a.html", "<!DOCTYPE"), ("a.HTML", "<!DOCTYPE"), ("a.json", "{"), ("a.md", "# "), ("a", "# ")):
        run_example("narrative", "-o", str(tmp_path / name))
        assert (tmp_path / name).read_text().startswith(start), name
    run_example("narrative", "--format", "json", "-o", str(tmp_path / "b.html"))
    assert (tmp_path / "b.html").read_text().startswith("{")
    error = run_example("narrative", "-o", str(tmp_path / "c.odt"), code=2).stderr
    assert "no format has files that end in .odt: .md (markdown), .html (html)" in error
    assert not (tmp_path / "c.odt").exists()


def test_a_format_that_is_no_text_needs_a_file_or_a_pipe(
    run_example: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bytes go to a file and to a pipe as they are; at a terminal they are refused in one line."""
    picture = Format("picture", ".png", "for the wall", lambda _document: b"\x89PNG\xff")
    formats = {**FORMATS, "html": picture}
    monkeypatch.setattr(report, "formats_of", lambda _configuration: formats)
    out = tmp_path / "a.html"
    run_example("narrative", "-o", str(out))
    assert run_example("narrative", "--format", "html").stdout_bytes == out.read_bytes() == b"\x89PNG\xff"
    monkeypatch.setattr(report, "at_a_terminal", lambda: True)
    refused = run_example("narrative", "--format", "html", code=1)
    assert (refused.stdout, refused.stderr) == (
        *("", "oplog: html is no text for a terminal; name a file with -o report.html, or send it through a pipe\n"),
    )


def test_narrative_takes_the_configuration_beside_the_log(run: Run, log_file: Path) -> None:
    """Without --config, report.toml beside the log is used, and with it another."""
    run("record", "campaign", "plan", "x", "--title", "week of action", "--when", "June 2017")
    plain = run("narrative").stdout
    (log_file.parent / "report.toml").write_text('[report]\nsubject = "Besides"\n')
    assert "Besides" not in plain
    assert "Besides" in run("narrative").stdout
    other = log_file.parent / "other.toml"
    other.write_text('[report]\nsubject = "Other"\n')
    assert "Other" in run("narrative", "--config", str(other)).stdout


def test_bad_configuration(run: Run, tmp_path: Path) -> None:
    """A configuration that is missing or wrong is one line naming the file and the key."""
    missing = tmp_path / "none.toml"
    assert "cannot be read" in run("narrative", "--config", str(missing), code=1).stderr
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("[report]\nsubjekt = 'x'\n")
    assert run("narrative", "--config", str(wrong), code=1).stderr.startswith(f"oplog: {wrong}: report.subjekt")


def test_replay_of_a_sound_log(run: Run) -> None:
    """A log without findings is said to be sound, and the exit code is 0."""
    run("record", "campaign", "plan", "x", "--title", "x")
    assert run("replay").stdout == (
        "checked 1 event of 1 stream, up to position 1\nthe log is sound: nothing was found\n"
    )
    assert json.loads(run("replay", "--json").stdout) == {
        "events": 1,
        "streams": 1,
        "head": 1,
        "faults": 0,
        "observations": 0,
        "findings": [],
    }


def test_replay_of_the_example(run_example: Run, example_file: Path) -> None:
    """Observations end with 1, or 0 when only faults count; kept states make no difference to the bytes."""
    first = run_example("replay", code=1, columns=60).stdout_bytes
    assert run_example("replay", "--fail-on", "fault", columns=200).stdout_bytes == first
    with OpLog.open(example_file) as log:
        log.forget_states()
    assert run_example("replay", code=1).stdout_bytes == first
    lines = first.decode().splitlines()
    assert lines[1].split() == ["severity", "rule", "position", "stream", "version", "message"]
    assert lines[-1].startswith("the log is sound: ")
    document = json.loads(run_example("replay", "--json", code=1).stdout)
    assert len(document["findings"]) == document["observations"] == len(lines) - 3
    assert set(document["findings"][0]) == {
        *("severity", "rule", "position", "stream", "version", "message", "expected")
    }


def test_replay_finds_what_was_tampered_with(run: Run, log_file: Path) -> None:
    """A deleted and a damaged event are faults with exit code 1, and reading names the damaged one's place."""
    for name in ("a", "b", "c"):
        run("record", "campaign", "plan", name, "--title", name)
    with sqlite3.connect(log_file) as connection:
        connection.execute("DELETE FROM stored_events WHERE rowid=1")
        connection.execute("UPDATE stored_events SET state=CAST('{}' AS BLOB) WHERE rowid=3")
        connection.execute("DELETE FROM stream_states")
    printed = run("replay", "--fail-on", "fault", code=1).stdout
    assert re.search(r"^fault +sequence ", printed, re.MULTILINE)
    assert "decodable" in printed
    assert printed.splitlines()[-1].startswith("the log is NOT sound: ")
    error = run("show", code=1).stderr
    assert error.startswith("oplog: position 3 (campaign/c, version 1): ")
    assert error.endswith("'oplog replay' finds all that is damaged\n")


def test_init(run_nowhere: Run, tmp_path: Path) -> None:
    """`init` makes the named log, else the default one, and never touches a file that exists."""
    assert run_nowhere("init").stdout == "made the log ops.db\n"
    assert run_nowhere("show").stdout == "the log is empty\n"
    assert run_nowhere("init", code=1).stderr == "oplog: ops.db exists already; name a new file\n"
    assert run_nowhere("init", "other.db").stdout == (
        "made the log other.db\nto use it from here on:\n  export OPLOG_LOG=other.db\n"
    )
    run_nowhere("--log", "third.db", "init")
    run_nowhere("init", "--log", "fourth.db")
    assert {path.name for path in tmp_path.glob("*.db")} == {"ops.db", "other.db", "third.db", "fourth.db"}
    assert "there is no folder" in run_nowhere("init", "none/ops.db", code=1).stderr
    run_nowhere("init", ":memory:", code=2)


def test_demo(run_nowhere: Run, tmp_path: Path) -> None:
    """`demo` makes the log, the configuration and the narrative, shows them, and says how to go on."""
    folder = tmp_path / "build" / "demo"
    printed = run_nowhere("demo", str(folder)).stdout
    for heading in ("The register", "The audit", "The narrative", "To go on"):
        assert f"\n{heading}" in printed
    assert f"export OPLOG_LOG={folder / 'ops.db'}" in printed
    forms = [f"narrative.{form}" for form in ("docx", "html", "md", "pdf")]
    assert sorted(path.name for path in folder.iterdir()) == [*forms, "ops.db", "report.toml"]
    assert all(f"  {folder / form}\n" in printed for form in forms)
    written = (folder / "narrative.md").read_bytes()
    assert run_nowhere("--log", str(folder / "ops.db"), "narrative").stdout_bytes == written
    refused = run_nowhere("demo", str(folder), code=1).stderr
    assert refused.startswith(f"oplog: {folder / 'ops.db'} exists already; name another folder, or give --force")
    run_nowhere("demo", str(folder), "--force")
    assert (folder / "narrative.md").read_bytes() == written


def test_one_file_is_written_and_a_window_begins_before_it_ends(run: Run, tmp_path: Path) -> None:
    """A second file, which would replace the first in silence, and a start after the end are refused."""
    run("record", "campaign", "plan", "week", "--title", "week of action")
    two = ("-o", str(tmp_path / "a.md"), "-o", str(tmp_path / "b.md"))
    assert "give one FILE; 'oplog publish' takes several" in run("narrative", *two, code=2).stderr
    (tmp_path / "late.toml").write_text("[report]\ndate = 2024-07-16\n[window]\nsince = 2024-08-01\n")
    refused = run("narrative", "--config", str(tmp_path / "late.toml"), "-o", str(tmp_path / "a.md"), code=1).stderr
    assert "window.since is 2024-08-01, after the last day of the activity, 2024-07-16" in refused
    assert not list(tmp_path.glob("*.md"))


def test_every_demo_has_the_same_certificate(run_nowhere: Run, tmp_path: Path) -> None:
    """The example log has one origin and its salts, so that another machine's demo reproduces what this one's gives."""
    for folder in ("one", "two"):
        run_nowhere("demo", folder)
        run_nowhere("--log", f"{folder}/ops.db", "replay", "--certificate", f"{folder}.certificate")
    assert (tmp_path / "one.certificate").read_bytes() == (tmp_path / "two.certificate").read_bytes()


def test_demo_without_the_packages_for_paper(run_nowhere: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a package for a format is not installed, the others are written, and it is said what to install."""
    monkeypatch.setitem(sys.modules, "typst", None)
    printed = run_nowhere("demo", str(tmp_path / "d")).stdout
    assert not (tmp_path / "d" / "narrative.pdf").exists()
    assert (tmp_path / "d" / "narrative.html").exists()
    assert "narrative.pdf was not written: " in printed
    assert "pip install 'oplog[documents]'" in printed


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_demo_shows_commands_that_work(run_nowhere: Run, tmp_path: Path, columns: int) -> None:
    """Each command that `demo` ends with can be typed as it stands."""
    printed = run_nowhere("demo", str(tmp_path / "d"), columns=columns).stdout
    _, _, ending = printed.partition("To go on")
    typed = [line.split("oplog ", 1)[1] for line in ending.splitlines() if line.startswith("  oplog ")]
    assert len(typed) >= 7
    for command in typed:
        words = command.split(" --text ")
        text = ["--text", words[1].strip("'")] if len(words) > 1 else []
        run_nowhere("--log", str(tmp_path / "d" / "ops.db"), *words[0].split(), *text, code=None)
