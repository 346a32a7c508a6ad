"""Documents whose examples can be run: their fenced blocks, in order, in one folder.

====================  ==================================================================================
block                 what the test does with it
====================  ==================================================================================
`console`             runs each line after `$ ` (and `> `, which continues it) in a shell; the lines below
                      it are the output that is expected, `...` on a line of its own stands for any lines;
                      a block without any output says nothing about it
`python`              runs it; all such blocks of a document that have no name are one program
`text` after those    the output that is expected of the block before
any other with a      writes the file that is named after the language; a `python` file can be imported
name
====================  ==================================================================================

Today is written as 2026-11-24, 09:30, in documents, so that they read like one day's work.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from contextlib import chdir, contextmanager, redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, field, frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

_FENCE = re.compile(r"^```(?P<language>\w+)(?: (?P<name>\S+))?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ (?P<command>.*(?:\n> .*)*)(?P<output>(?:\n(?!\$ ).*)*)", re.MULTILINE)
_EXPORT = re.compile(r"export (?P<name>\w+)=(?P<value>.+)")


@frozen
class Block:
    """A fenced block of a document, and the line at which it begins."""

    language: str
    name: str | None
    text: str
    line: int


def blocks(document: str) -> list[Block]:
    """Read the fenced blocks of a document, in order."""
    return [
        Block(m["language"], m["name"], m["text"], document.count("\n", 0, m.start()) + 1)
        for m in _FENCE.finditer(document)
    ]


@define
class Session:
    """One reader at work: a folder, an environment, and the Python that was typed so far."""

    folder: Path
    environment: dict[str, str] = field(factory=dict)
    names: dict[str, object] = field(factory=lambda: {"__name__": "__main__"})
    output: str = ""

    def run(self, block: Block) -> None:
        """Do what a block says; raise `AssertionError` where the document is wrong."""
        if block.language == "console":
            for match in _COMMAND.finditer(block.text):
                self._command(match["command"].replace("\n> ", "\n"), match["output"].strip("\n"), block.line)
        elif block.language == "python" and block.name is None:
            heard = io.StringIO()
            with redirect_stdout(heard), chdir(self.folder), imports_from(self.folder):
                exec(compile(block.text, f"line {block.line}", "exec"), self.names)  # noqa: S102 - our own documents
            self.output = _as_on_the_day(heard.getvalue())
        elif block.language == "text" and self.output:
            _hold(block.text.rstrip("\n"), self.output, f"line {block.line}")
            self.output = ""
        elif block.name:
            sys.modules.pop(block.name.removesuffix(".py"), None)  # another document may have one of this name
            (self.folder / block.name).write_text(block.text, encoding="utf-8")

    def _command(self, command: str, expected: str, line: int) -> None:
        if match := _EXPORT.fullmatch(command):
            self.environment[match["name"]] = match["value"].strip("'\"")
            return
        done = subprocess.run(  # noqa: S602 - the documents are ours, and a shell is what they are about
            command, shell=True, cwd=self.folder, env=self._environment(), text=True, check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.output = _as_on_the_day(done.stdout)
        where = f"line {line}: {command}"
        assert done.returncode in (0, 1), f"{where}\nended with exit code {done.returncode}:\n{self.output}"
        if expected:
            _hold(expected, self.output, where)

    def _environment(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith("OPLOG_")}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return {**own, "PATH": path, "COLUMNS": "100", "PYTHONUTF8": "1", **self.environment}


@contextmanager
def imports_from(folder: Path) -> Iterator[None]:
    """Let the files of a folder be imported, as a program can that lies in it."""
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))


def _as_on_the_day(text: str) -> str:
    now = datetime.now(UTC)
    for day in (now, now - timedelta(days=1)):  # midnight may strike between two commands
        text = text.replace(f"{day:%Y-%m-%d}", "2026-11-24")
    return re.sub(r"2026-11-24 \d\d:\d\d", "2026-11-24 09:30", text)


def _hold(expected: str, actual: str, where: str) -> None:
    """Compare line by line; spaces at the ends of lines do not count."""
    lines = [line.rstrip() for line in expected.splitlines()]
    pattern = "".join(r"(?:.*\n)*?" if line == "..." else re.escape(line) + r"\n" for line in lines)
    plain = "".join(f"{line.rstrip()}\n" for line in actual.rstrip("\n").splitlines())
    assert re.fullmatch(pattern, plain), f"{where}\nthe document says:\n{expected}\n\nbut it is:\n{plain}"
