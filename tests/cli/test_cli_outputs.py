"""What commands write: whole or not at all, and never over what they read, sign with or keep the log in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from oplog import OpLog, read_signing_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shell import Run

ORIGIN = "northmoor.example/operations"
WITNESS = ("witness", "submission", "--key", "w.key", "--log-key", "log.key.pub", "--origin", ORIGIN)


@pytest.fixture
def log_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the path of an empty log with a name, in the folder that commands run in."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "ops.db"
    OpLog.open(path, create=True, origin=ORIGIN).close()
    return path


@pytest.fixture
def ready(run: Run, log_file: Path) -> Run:
    """Give the commands on a log of one event with a key, a witness, a checkpoint, a submission and a configuration."""
    run("record", "campaign", "plan", "week", "--title", "week of action", "--when", "June 2024")
    run("keygen", "log.key")
    run("keygen", "w.key", "--witness", "--name", "authority.example/witness")
    run("checkpoint", "--key", "log.key")
    run("prove", "-o", "submission")
    (log_file.parent / "report.toml").write_text('[report]\nsubject = "Besides"\n')
    return run


def contents(folder: Path) -> dict[str, bytes]:
    """All files in a folder but those that SQLite lays beside a log that is open."""
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file() and not p.name.endswith(("-wal", "-shm"))}


def refused(ready: Run, *words: str) -> str:
    """Run a command that must change no file, and give the one line in which it is refused."""
    before = contents(Path())
    told = ready(*words, code=1).stderr
    assert contents(Path()) == before
    assert told.count("\n") == 1
    return told.removeprefix("oplog: ").removesuffix("\n")


@pytest.mark.parametrize("state", ["none/s", "report.toml", "log.key", "x" * 300])
def test_a_proof_is_not_left_without_its_state(ready: Run, tmp_path: Path, state: str) -> None:
    """When the second file cannot be written, the first is not there either."""
    told = refused(ready, "prove", "1", "-o", "p", "--state", state)
    assert state[:100] in told or "there is no folder" in told


def test_a_file_of_the_old_name_stays_when_its_companion_cannot_be_written(ready: Run, tmp_path: Path) -> None:
    """--force replaces both or none."""
    (tmp_path / "p").write_text("old")
    assert "there is no folder" in refused(ready, "prove", "1", "-o", "p", "--state", "none/s", "--force")
    ready("prove", "1", "-o", "p", "--state", "s", "--force")
    assert (tmp_path / "p").read_text() != "old"


def test_nothing_is_said_to_be_disclosed_when_a_file_cannot_be_written(ready: Run, tmp_path: Path) -> None:
    """The access trail has no record of a proof that never left."""
    ready("access", "start", "--why", "section 62")
    ready("checkpoint", "--key", "log.key")
    refused(ready, "prove", "1", "-o", "p", "--state", "none/s", "--why", "asked", "--for", "the court")
    assert "proof" not in ready("access", "show", "--json").output


@pytest.mark.parametrize(
    "words",
    [
        ("prove", "1", "-o", "x", "--state", "x"),
        ("prove", "1", "-o", "x", "--state", "./x"),
        ("prove", "1", "-o", "ops.db.checkpoint"),
        ("prove", "1", "-o", "x", "--state", "ops.db.checkpoint"),
        ("prove", "--since", "since", "-o", "since"),
        ("prove", "--since", "since", "-o", "ops.db.checkpoint"),
    ],
    ids=" ".join,
)
def test_a_proof_replaces_no_file_of_its_own_command(ready: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    """Two outputs are two files, and a checkpoint that is read is not replaced, even with --force."""
    (tmp_path / "since").write_bytes((tmp_path / "ops.db.checkpoint").read_bytes())
    assert "which this command reads or writes too; name another file" in refused(ready, *words, "--force")


@pytest.mark.parametrize("name", ["log.key", "w.key", "ops.db", "copy.db", "linked.db", "linked.key"])
@pytest.mark.parametrize(
    "words",
    [("prove", "1", "--force", "-o"), ("prove", "1", "-o", "p", "--force", "--state"), ("prove", "--force", "-o"),
     ("narrative", "--format", "markdown", "-o"), ("export", "--force", "-o"), ("checkpoint", "--key", "log.key"),
     (*WITNESS, "--memory", "seen", "--first", "-o")],
    ids=" ".join,
)  # fmt: skip
def test_a_log_or_a_private_key_is_never_replaced(
    ready: Run, tmp_path: Path, words: tuple[str, ...], name: str
) -> None:
    """Whatever --force says, and under whatever name, of this log or another."""
    ready("backup", "copy.db")
    (tmp_path / "linked.db").hardlink_to(tmp_path / "ops.db")
    (tmp_path / "linked.key").symlink_to(tmp_path / "log.key")
    assert refused(ready, *words, name).startswith(name)
    assert read_signing_key(tmp_path / "log.key").name == ORIGIN
    assert "nothing was found" in ready("verify").output


@pytest.mark.parametrize("suffix", ["-wal", "-shm", "-journal"])
def test_no_output_takes_a_name_that_sqlite_gives(ready: Run, suffix: str) -> None:
    """SQLite would take such a file for a part of the log."""
    for words in (("keygen",), ("backup",), ("export", "-o"), ("prove", "1", "-o")):
        told = refused(ready, *words, f"ops.db{suffix}")
        assert any(said in told for said in ("the log itself, or a part of it", "that SQLite gives", "exists already"))


@pytest.mark.parametrize("name", ["report.toml", "link.toml"])
def test_a_report_does_not_replace_its_configuration(ready: Run, tmp_path: Path, name: str) -> None:
    """Neither that beside the log, which nobody named, nor by another name."""
    (tmp_path / "link.toml").hardlink_to(tmp_path / "report.toml")
    assert refused(ready, "narrative", "--format", "json", "-o", name).startswith(f"{name} would replace ")
    assert "cannot be read" in refused(ready, "narrative", "--config", "none.toml", "-o", "n.md")


@pytest.mark.parametrize("name", ["house.html", "linked.html", "words/../house.html"])
@pytest.mark.parametrize(
    "words", [("narrative", "-o"), ("publish", "june", "-o"), ("publish", "june", "-o", "a.md", "-o")]
)
def test_a_report_does_not_replace_the_files_of_its_house(
    ready: Run, tmp_path: Path, words: tuple[str, ...], name: str
) -> None:
    """Neither the template, nor by another name, and nothing is published then."""
    (tmp_path / "words").mkdir()
    (tmp_path / "house.html").write_text('{% extends "report.html" %}')
    (tmp_path / "linked.html").hardlink_to(tmp_path / "house.html")
    (tmp_path / "report.toml").write_text('[html]\ntemplate = "house.html"\n')
    told = refused(ready, *words, name)
    assert told.startswith(f"{name} would replace ")
    assert "house.html, which this command reads or writes too" in told
    assert json.loads(ready("published", "--json").output)["reports"] == []
    ready(*words, "other.html")


@pytest.mark.parametrize("name", ["house.css", "words/house.toml", "words/base.toml"])
def test_no_format_goes_over_a_file_of_the_house(ready: Run, tmp_path: Path, name: str) -> None:
    """The stylesheet, the locale and what it is based on stay, also when a published report is written again."""
    (tmp_path / "words").mkdir()
    (tmp_path / "house.css").write_text("p { color: navy }")
    (tmp_path / "words" / "base.toml").write_text('language = "en-GB"\nbase = "en-GB"\n')
    (tmp_path / "words" / "house.toml").write_text('language = "en-GB"\nbase = "base.toml"\n')
    (tmp_path / "report.toml").write_text('[report]\nlocale = "words/house.toml"\n[html]\nstylesheet = "house.css"\n')
    ready("publish", "june")
    kept = (tmp_path / name).read_bytes()
    for again in ((), ("--as-published", "june"), ("--restatement", "june")):
        assert "would replace" in refused(ready, "narrative", *again, "--format", "markdown", "-o", name)
    assert (tmp_path / name).read_bytes() == kept
    (tmp_path / "report.toml").write_text("no configuration")
    assert "would replace" in refused(
        ready, "narrative", "--as-published", "june", "--format", "json", "-o", "report.toml"
    )


WRITES = """
import os, signal, sys
from pathlib import Path
import click
from oplog_cli.files import new_files
from oplog_cli.main import cli
with click.Context(cli), new_files(Path("june.md"), Path("june.json"), replace=True) as files:
    files[0].write(b"half a report")
    files[0].flush()
    print("ready", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def writing() -> Iterator[subprocess.Popen[str]]:
    """Have another program that has begun to write june.md and june.json, and ends when it gets a line."""
    program = [sys.executable, "-c", WRITES]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:  # noqa: S603
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
        try:
            yield other
        finally:
            other.kill()


def test_what_a_killed_command_left_is_gone_after_the_next(ready: Run, tmp_path: Path) -> None:
    """It is hidden, says whose part it is, is no output, and one that writes the same file takes its place."""
    with writing() as other:
        other.kill()
        other.wait()
    assert {p.name for p in tmp_path.glob(".*.part")} == {".june.md.part", ".june.json.part"}
    ready("publish", "june", "-o", "june.md")
    assert {p.name for p in tmp_path.glob(".*.part")} == {".june.json.part"}
    ready("narrative", "-o", "june.json")
    assert not list(tmp_path.glob(".*"))
    assert "half a report" not in (tmp_path / "june.md").read_text()


def test_two_commands_do_not_write_one_file(ready: Run, tmp_path: Path) -> None:
    """The second is refused and changes nothing, and the first ends well."""
    with writing() as other:
        for words in (("narrative", "-o", "june.md"), ("publish", "june", "-o", "other.md", "-o", "june.json")):
            assert "is being written by another command; wait until that has ended" in refused(ready, *words)
        other.communicate("end\n")
        assert other.returncode == 0
    assert json.loads(ready("published", "--json").output)["reports"] == []
    assert (tmp_path / "june.md").read_text() == "half a report"
    assert not list(tmp_path.glob(".*.part"))


@pytest.mark.parametrize("kind", ["link", "hard link", "loop", "pipe"])
def test_a_part_that_is_no_part_is_not_written_through(ready: Run, tmp_path: Path, kind: str) -> None:
    """What lies under its name goes away, and what that leads to is as it was."""
    part = tmp_path / ".june.md.part"
    (tmp_path / "mine").write_text("mine")
    {
        "link": lambda: part.symlink_to("mine"),
        "hard link": lambda: part.hardlink_to("mine"),
        "loop": lambda: part.symlink_to(part.name),
        "pipe": lambda: os.mkfifo(part),
    }[kind]()
    ready("narrative", "-o", "june.md")
    assert (tmp_path / "mine").read_text() == "mine"
    assert not os.path.lexists(part)


@pytest.mark.parametrize("kind", ["log", "configuration", "template", "key", "backup"])
def test_what_is_called_like_a_part_and_is_none_stays(ready: Run, tmp_path: Path, kind: str) -> None:
    """The log, what a report is made from, a key and a database are not cleared away, whatever they are called."""
    part = tmp_path / ".june.html.part"
    words: tuple[str, ...] = ("narrative", "-o", "june.html")
    if kind == "log":
        (tmp_path / "ops.db").rename(part)
        words = (*words, "--log", part.name)
    elif kind == "configuration":
        (tmp_path / "report.toml").rename(part)
        words = (*words, "--config", part.name)
    elif kind == "template":
        part.write_text('{% extends "report.html" %}')
        (tmp_path / "report.toml").write_text(f'[html]\ntemplate = "{part.name}"\n')
    elif kind == "key":
        (tmp_path / "log.key").rename(part)
    else:
        ready("backup", part.name)
    refused(ready, *words)


def test_a_folder_under_the_name_of_a_part_is_told(ready: Run, tmp_path: Path) -> None:
    """It is nobody's part, and stays."""
    (tmp_path / ".june.md.part").mkdir()
    assert refused(ready, "narrative", "-o", "june.md").startswith("june.md cannot be written: ")


def test_a_witness_remembers_nothing_that_does_not_come_out(ready: Run, tmp_path: Path) -> None:
    """Else it would refuse the same submission the next time, and there would be no cosigned checkpoint."""
    memory = ("--memory", "seen", "--first")
    assert "there is no folder" in refused(ready, *WITNESS, *memory, "-o", "none/cosigned")
    assert "seen would replace seen" in refused(ready, *WITNESS, *memory, "-o", "seen")
    assert not (tmp_path / "seen").exists()
    ready(*WITNESS, *memory, "-o", "cosigned")
    assert "seen would replace seen" in refused(ready, *WITNESS, "--memory", "seen", "-o", "seen")
    refused(ready, *WITNESS, "--memory", "seen", "-o", "submission")


def test_copies_and_keys_replace_nothing(ready: Run, tmp_path: Path) -> None:
    """A backup, a restored log and a key take new names only."""
    ready("backup", "copy.db")
    for words in (("backup", "log.key"), ("restore", "copy.db", "--log", "copy.db"), ("restore", "ops.db"),
                  ("keygen", "log.key"), ("keygen", "ops.db")):  # fmt: skip
        refused(ready, *words)


def test_a_file_that_is_written_leaves_nothing_beside_it(ready: Run, tmp_path: Path) -> None:
    """What the commands wrote is all that is new in the folder."""
    before = set(tmp_path.iterdir())
    ready("prove", "1", "-o", "p", "--state", "s")
    ready("export", "-o", "e")
    assert set(tmp_path.iterdir()) - before == {tmp_path / name for name in ("p", "s", "e")}
    assert json.loads((tmp_path / "s").read_text())["v"] == 1
