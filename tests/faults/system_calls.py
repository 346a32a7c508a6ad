"""Faults put into system calls by strace (`-e inject`), into those alone that touch the files of one log."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from pathlib import Path

SHELL = (sys.executable, "-c", "from oplog_cli.main import main; main()")
SUFFIXES = ("", "-wal", "-shm", "-journal")
_CALL = re.compile(r"^\d+ +(?P<name>\w+)\(", re.MULTILINE)


@frozen
class Fault:
    """What happens at the `number`-th call of this name: an error such as EIO, or SIGKILL before the call is made."""

    kind: str
    name: str
    number: int

    @property
    def injection(self) -> str:
        """The fault in the words of strace."""
        what = "signal" if self.kind.startswith("SIG") else "error"
        return f"inject={self.name}:{what}={self.kind}:when={self.number}"


@frozen
class Run:
    """How a command ended under strace: its exit code, what it said, and what strace saw."""

    code: int
    said: str
    complained: str
    trace: str

    @property
    def killed(self) -> bool:
        """Whether the command was killed."""
        return "+++ killed by SIGKILL" in self.trace

    @property
    def struck(self) -> bool:
        """Whether the fault that was asked for happened."""
        return self.killed or "(INJECTED)" in self.trace


def strace() -> str:
    """The command strace; Debian's package is installed where it is missing."""
    if shutil.which("strace") is None:
        waiting = ("apt-get", "-o", "DPkg::Lock::Timeout=120")  # another test may be at it
        subprocess.run((*waiting, "update"), check=True, capture_output=True)
        subprocess.run((*waiting, "install", "--yes", "strace"), check=True, capture_output=True)
    return "strace"


def run(log: Path, command: tuple[str, ...], fault: Fault | None = None, names: tuple[str, ...] = ()) -> Run:
    """Run a command under strace, with a fault in one of its calls on the log's files.

    `names` are the calls to watch, all if empty. Watching few is three times as fast, but loses signals (strace 6.1).
    """
    trace = log.with_name("trace.txt")
    watched = ("--seccomp-bpf", "-e", f"trace={','.join(names)}") if names and fault and fault.kind[:3] != "SIG" else ()
    done = subprocess.run(
        (
            strace(), "-f", "-o", str(trace), *watched,
            *(word for suffix in SUFFIXES for word in ("-P", f"{log}{suffix}")),
            *(("-e", fault.injection) if fault else ()),
            *command,
        ),
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
        env={**os.environ, "OPLOG_LOG": str(log)},
    )  # fmt: skip
    return Run(done.returncode, done.stdout, done.stderr, trace.read_text(encoding="utf-8", errors="replace"))


def points(trace: str, kinds: tuple[str, ...]) -> list[Fault]:
    """Every fault that can be put into the calls of a run: each call, in order, with each kind of fault."""
    seen: Counter[str] = Counter()
    found = []
    for match in _CALL.finditer(trace):
        seen[match["name"]] += 1
        found += [Fault(kind, match["name"], seen[match["name"]]) for kind in kinds]
    return found
