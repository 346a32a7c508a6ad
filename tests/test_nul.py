"""The character NUL in a path, a configuration or a word of a command line: one readable line that does not hold it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from oplog import (
    BadConfiguration,
    CannotOpen,
    OpLog,
    commands,
    configuration_files,
    load_configuration,
    load_locale,
    restore,
)
from oplog_cli.main import COMMANDS, cli

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NUL = "a\0b"


@pytest.mark.parametrize("command", [name for _, name, *_ in COMMANDS])
def test_no_command_takes_a_word_with_nul(command: str, tmp_path: Path) -> None:
    """Whatever the word stands for; it is shown with the character as an escape."""
    for words in ((command, NUL), ("--log", NUL, command), (command, "--config", NUL), (command, "-o", f"{NUL}.md")):
        result = CliRunner(env={"OPLOG_LOG": str(tmp_path / "ops.db")}).invoke(cli, words, prog_name="oplog")
        assert isinstance(result.exception, SystemExit)
        assert (result.exit_code, "\0" in result.output) == (2, False)
        told = result.stderr.rstrip("\n").rpartition("\n")[2]
        assert told.startswith("Error: 'a\\x00b")
        assert "holds the character NUL, which no value and no name of a file has" in told


@pytest.mark.parametrize(
    "reach",
    [
        lambda _: OpLog.open(NUL),
        lambda _: OpLog.open(NUL, create=True),
        lambda _: OpLog.open(f"{NUL}.jsonl"),
        lambda log: log.backup(NUL),
        lambda _: restore(NUL, "copy.db"),
        lambda log: restore(log.backup("copy.db") and "copy.db", NUL),
        lambda _: load_configuration(NUL),
        lambda _: configuration_files(NUL),
        lambda _: load_locale(f"{NUL}.toml"),
    ],
)
def test_no_path_has_nul(reach: Callable[[OpLog], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From Python it is an error of oplog."""
    monkeypatch.chdir(tmp_path)
    with OpLog.open(tmp_path / "ops.db", create=True) as log:
        log.execute("campaign/week", commands.Plan(title="week"))
        with pytest.raises((CannotOpen, BadConfiguration)) as refused:
            reach(log)
    assert "'a\\x00b" in str(refused.value)
    assert "\0" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[report]\ncommittee = "a\\u0000b"', "report.committee"),
        ('[report]\nhighlights = ["a", "\\u0000"]', "report.highlights.2"),
        ('[[theme]]\nkey = "a"\ntitle = "\\u0000"', "theme.1.title"),
        ('[html]\nstylesheet = "a\\u0000.css"', "html.stylesheet"),
        ('[phrases.labels]\n"\\u0000" = "a"', "phrases.labels"),
        ('"\\u0000" = "a"', "a key"),
    ],
)
def test_no_text_of_a_configuration_holds_nul(tmp_path: Path, text: str, place: str) -> None:
    """The file and the key are named, before anything is made of it that could not be published."""
    (tmp_path / "report.toml").write_text(text)
    with pytest.raises(BadConfiguration) as refused:
        load_configuration(tmp_path / "report.toml")
    said = f"{tmp_path / 'report.toml'}: {place} holds the character NUL; expected text without it"
    assert str(refused.value) == said
