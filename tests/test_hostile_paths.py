"""Texts that speak to a database or a file system, as each path of each command: the file of that name, or refused."""

from __future__ import annotations

import os
from contextlib import chdir
from pathlib import Path
from shutil import copyfile

import pytest
from click.testing import CliRunner

from hostile_strings import STORED
from oplog import (
    OpLog,
    generate_key,
    import_lines,
    prove_additions,
    prove_event,
    sign_checkpoint,
    write_key_pair,
)
from oplog_cli.main import cli

LINE = b'{"stream":"campaign/week","event":"campaign.planned","data":{"title":"week"}}\n'
ORIGIN = "northmoor.example/operations"
WITNESS = ["witness", "--key", "witness.key", "--log-key", "log.key.pub", "--origin", ORIGIN, "--first"]
# Each argument that is a path: the command before it, and whether the file that it names is written or read.
WRITTEN: dict[str, list[str]] = {
    "init": ["init", "--"],
    "demo": ["demo", "--"],
    "export": ["export", "-o"],
    "narrative": ["narrative", "-o"],
    "backup": ["backup", "--"],
    "restore": ["restore", "sound.db", "--log"],
    "checkpoint": ["checkpoint", "--key", "log.key", "--"],
    "prove": ["prove", "1", "-o"],
    "prove additions": ["prove", "-o"],
    "prove state": ["prove", "1", "-o", "beside.1", "--state"],
    "witness": [*WITNESS, "submission", "--memory", "beside.1", "-o"],
    "memory": [*WITNESS, "submission", "-o", "beside.1", "--memory"],
    "keygen": ["keygen", "--"],
}
READ: dict[str, list[str]] = {
    "import": ["import", "--"],
    "configuration": ["narrative", "--config"],
    "log": ["show", "--log"],
    "backup to restore": ["restore", "--log", "beside.1", "--"],
    "upgrade": ["upgrade", "--"],
    "signing key": ["checkpoint", "beside.1", "--key"],
    "checkpoint to prove": ["prove", "1", "-o", "beside.1", "--checkpoint"],
    "older checkpoint": ["prove", "-o", "beside.1", "--since"],
    "proof": ["verify", "--key", "log.key.pub", "--origin", ORIGIN, "--"],
    "state": ["verify", "proof", "--key", "log.key.pub", "--origin", ORIGIN, "--state"],
    "checkpoint to verify": ["verify", "--key", "log.key.pub", "--checkpoint"],
    "verifier key": ["verify", "--checkpoint", "ops.db.checkpoint", "--key"],
    "submission": [*WITNESS, "--memory", "beside.1", "-o", "beside.2", "--"],
}
ARGUMENTS = WRITTEN | READ
BESIDE = ("beside.1", "beside.2")
"""What a command writes beside the file that is named by the text, in the folder that it runs in."""


def files(folder: Path) -> dict[str, bytes]:
    """Everything in a folder, by its path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("argument", ARGUMENTS)
def test_a_hostile_path_is_the_file_of_that_name_or_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, argument: str
) -> None:
    """A path is taken as the file system takes it: nothing in it is expanded, decoded or asked of a database.

    What a command writes lies exactly there, or nothing is written and one line says why.
    """
    written = 0
    small = tmp_path / "example.jsonl"  # the example itself would take a minute
    small.write_bytes(LINE)
    monkeypatch.setattr("oplog_cli.start.example_log", lambda: small)
    here = tmp_path / "a" / "b" / "c" / "d"
    here.mkdir(parents=True)
    with chdir(here):
        _make_ready()
        for text in STORED:  # no argument of a process can hold NUL
            before = files(tmp_path)
            result = CliRunner(env={"OPLOG_LOG": str(here / "ops.db")}).invoke(cli, [*ARGUMENTS[argument], text])
            assert result.exception is None or isinstance(result.exception, SystemExit), (text, result.exc_info)
            after = files(tmp_path)
            changed = {name for name, content in after.items() if before.get(name) != content}
            new = changed - {str((here / name).relative_to(tmp_path)) for name in BESIDE}
            assert before.keys() <= after.keys(), text
            assert all(_lies_at(tmp_path / name, here, text, argument) for name in new), (text, new)
            assert result.exit_code == 0 or not new, text
            assert result.exit_code == 0 or result.stderr.splitlines()[-1].startswith(("oplog: ", "Error: ")), text
            written += len(new)
            for path in (*(tmp_path / name for name in new), *map(Path, BESIDE)):
                path.unlink(missing_ok=True)
    assert (written > 40) is (argument in WRITTEN)


def _make_ready() -> None:
    """Make a log, and all that the commands that give and take evidence of it need, in the present folder."""
    with OpLog.open("ops.db", create=True, origin=ORIGIN) as log:
        import_lines(log, [LINE])
        log.backup("sound.db")
        write_key_pair("log.key", key := generate_key(ORIGIN))
        write_key_pair("witness.key", generate_key("authority.example/witness", witness=True))
        signed = sign_checkpoint(log, key)
        Path("ops.db.checkpoint").write_bytes(signed.to_bytes())
        Path("submission").write_bytes(prove_additions(log, signed).to_bytes())
        Path("proof").write_bytes(prove_event(log, 1, signed)[0].to_bytes())


SOUND = {
    "import": "more.jsonl",
    "configuration": "report.toml",
    "log": "ops.db",
    "backup to restore": "sound.db",
    "signing key": "log.key",
    "checkpoint to prove": "ops.db.checkpoint",
    "older checkpoint": "ops.db.checkpoint",
    "proof": "proof",
    "state": "state",
    "checkpoint to verify": "ops.db.checkpoint",
    "verifier key": "log.key.pub",
    "submission": "submission",
}


@pytest.mark.parametrize("argument", SOUND)
def test_a_sound_path_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, argument: str) -> None:
    """Each command that refuses the hostile paths above takes a file that is there in their place."""
    monkeypatch.chdir(tmp_path)
    _make_ready()
    Path("more.jsonl").write_bytes(LINE.replace(b"week", b"month"))
    copyfile(Path(__file__).parent / "golden" / "northmoor-2024" / "report.toml", "report.toml")
    with OpLog.open("ops.db") as log:
        Path("state").write_bytes(next(log.rows()).state)
    result = CliRunner(env={"OPLOG_LOG": "ops.db"}).invoke(cli, [*ARGUMENTS[argument], SOUND[argument]])
    assert (result.exit_code, result.stderr) == (0, "")


def test_a_file_beside_its_place_is_noticed(tmp_path: Path) -> None:
    """What lies elsewhere than where the path leads is not taken for the file that was named."""
    assert _lies_at(tmp_path / "x", tmp_path / "a", "../x", "init")
    assert not _lies_at(tmp_path / "a" / "x", tmp_path / "a", "../x", "init")
    assert not _lies_at(tmp_path / "x", tmp_path / "a", "..%2fx", "export")


def _lies_at(path: Path, here: Path, text: str, argument: str) -> bool:
    named = os.path.normpath(here / text)
    if argument == "demo":
        return str(path.parent) == named
    if argument == "keygen":
        return str(path) in (named, f"{named}.pub")
    return str(path) in (named, f"{named}-wal", f"{named}-shm")
