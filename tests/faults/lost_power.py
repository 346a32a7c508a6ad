"""A disk that loses power: what a process wrote, as strace saw it, and what of it a disk may hold afterwards.

The model is POSIX's, which promises little: what was written to a file lasts once the file was synchronised, a new or
removed name once its folder was. Of the rest, each 512-byte sector of each write may be there or not, in any order.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

from attrs import define, field, frozen
from system_calls import strace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from random import Random

SECTOR = 512
_CALLS = "openat,write,pwrite64,ftruncate,fsync,fdatasync,unlink,link,rename,fallocate,pwritev"
_TEXT = r'"((?:\\x[0-9a-f]{2})*)"'
_FILE = r"\d+<((?:\\x[0-9a-f]{2})+)>"
_STEPS = {
    "create": re.compile(rf"openat\([^ ]+, {_TEXT}, \S*O_CREAT\S* 0?\d+\) = \d+"),
    "write": re.compile(rf"pwrite64\({_FILE}, {_TEXT}, \d+, (\d+)\) = \d+"),
    "cut": re.compile(rf"ftruncate\({_FILE}, (\d+)\) = 0"),
    "sync": re.compile(rf"f(?:data)?sync\({_FILE}\) += 0$"),
    "link": re.compile(rf"link\({_TEXT}, {_TEXT}\) = 0"),
    "remove": re.compile(rf"unlink\({_TEXT}\) = 0"),
    "say": re.compile(rf"write\({_FILE}, {_TEXT}, \d+\) = \d+"),
    "": re.compile(r"openat\(|unlink\([^)]*\) = -1|\+\+\+ exited|.* = 0 \(INJECTED\)"),  # what changes nothing
}


@frozen
class Step:
    """One change that a process asked the disk for, or what it said ("say"); `file` is a path."""

    kind: str
    file: str
    data: bytes = b""
    offset: int = 0


def watch(path: Path, program: str, *options: str) -> list[Step]:
    """Run a program of Python with the log's path as its argument; give what it wrote and said, in order.

    `options` are further words for strace. A call that changes a file in a way that is not known here is an error.
    """
    trace, said = path.with_name("trace.txt"), path.with_name("said.txt")
    with said.open("wb") as out:
        subprocess.run(
            (
                strace(), "-f", "-y", "-xx", "-s", "100000", "-o", str(trace), "-e", f"trace={_CALLS}",
                *options, sys.executable, "-c", program, str(path),
            ),
            check=True, stdout=out, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )  # fmt: skip
    # A new log is made under a name that nobody knows before: all calls are watched, and those of the folder read.
    calls = (line.split(maxsplit=1)[1] for line in trace.read_text(encoding="ascii").splitlines())
    here, shared = _escaped(f"{path.parent}"), _escaped("-shm")
    return [step for call in calls if here in call and shared not in call for step in _read(call)]


def _read(call: str) -> Iterator[Step]:
    for kind, form in _STEPS.items():
        if match := form.match(call):
            if kind:
                file, *rest = match.groups()
                text = _bytes(rest[0]) if kind in ("write", "say", "link") else b""
                yield Step(kind, _bytes(file).decode(), text, int(rest[-1]) if kind in ("write", "cut") else 0)
            return
    raise ValueError(f"no known call: {call[:200]}")


def _escaped(text: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in text.encode())


def _bytes(escaped: str) -> bytes:
    return bytes.fromhex(escaped.replace("\\x", ""))


@define
class File:
    """The content of a file: what was synchronised, and the changes that were asked for since."""

    kept: bytes = b""
    asked: list[Step] = field(factory=list)

    def sync(self) -> None:
        """Make all that was asked for last."""
        self.kept = _changed(self.kept, self.asked)
        self.asked = []

    def after_power_loss(self, chance: Random, share: float) -> bytes:
        """What may be there: of each change since the last synchronisation, this share of its sectors."""
        return _changed(self.kept, [part for step in self.asked for part in _sectors(step) if chance.random() < share])


@define
class Disk:
    """The files of a folder: by the names that are there for sure, and by those that a running process sees."""

    folder: str
    names: dict[str, File] = field(factory=dict)
    seen: dict[str, File] = field(factory=dict)
    asked: list[tuple[str, File | None]] = field(factory=list)

    def take(self, step: Step) -> None:
        """Do the next step of the process."""
        if step.kind == "create" and step.file not in self.seen:
            self.seen[step.file] = File()
            self.asked.append((step.file, self.seen[step.file]))
        elif step.kind == "link":
            self.seen[step.data.decode()] = self.seen[step.file]
            self.asked.append((step.data.decode(), self.seen[step.file]))
        elif step.kind == "remove":
            del self.seen[step.file]
            self.asked.append((step.file, None))
        elif step.kind in ("write", "cut"):
            self.seen[step.file].asked.append(step)
        elif step.kind == "sync" and step.file == self.folder:
            self.names, self.asked = self._named(len(self.asked)), []
        elif step.kind == "sync":
            self.seen[step.file].sync()

    def after_power_loss(self, chance: Random, share: float) -> dict[str, bytes]:
        """What may be there, by name: of what was not synchronised, this share; nothing of it with 0, all with 1."""
        names = self._named(sum(chance.random() < share for _ in self.asked))
        return {name: file.after_power_loss(chance, share) for name, file in names.items()}

    def _named(self, count: int) -> dict[str, File]:
        """The names after so many of the changes of names that were asked for: these keep their order."""
        names = {**self.names, **dict(self.asked[:count])}
        return {name: file for name, file in names.items() if file is not None}


def _sectors(step: Step) -> Iterator[Step]:
    if step.kind == "cut":
        yield step
    for start in range(-(step.offset % SECTOR), len(step.data), SECTOR):
        first = max(start, 0)
        yield Step("write", step.file, step.data[first : start + SECTOR], step.offset + first)


def _changed(content: bytes, steps: Sequence[Step]) -> bytes:
    held = bytearray(content)
    for step in steps:
        held += bytes(max(0, step.offset - len(held)))
        if step.kind == "cut":
            del held[step.offset :]
        else:
            held[step.offset : step.offset + len(step.data)] = step.data
    return bytes(held)
