"""A fault at every system call that one append makes on the log's files: an error of the disk, a full disk, a kill."""

from __future__ import annotations

import json
import shutil
import sys
from random import Random
from typing import TYPE_CHECKING

import pytest
from appends import complaints, new_log, parts
from processes import append_on_and_on, hear, kill, start
from system_calls import SHELL, Fault, Run, points, run

from oplog import OpLog
from profiles import measured, tries

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KINDS = ("EIO", "ENOSPC", "SIGKILL")
SAMPLE = tries(short=8, full=sys.maxsize)

RECORD = ("record", "campaign", "record-note", "week", "--text", "x", "--source", "1 of 1", "--correlation", "x")
CARELESS = (
    sys.executable,
    "-c",
    "from oplog_cli.main import cli\ntry: cli(standalone_mode=False)\nexcept Exception: print('recorded')",
)


def clean(path: Path) -> None:
    """A log that everybody closed: all that it holds lies in its file."""
    new_log(path)


def left(path: Path) -> None:
    """A log whose last writer was killed: a part lies in the write-ahead log, which the next one recovers."""
    new_log(path)
    process, heard = start(append_on_and_on, path)
    hear(heard)
    kill(process, heard)


def record(_folder: Path) -> tuple[str, ...]:
    """Record one event."""
    return RECORD


def take_in(folder: Path) -> tuple[str, ...]:
    """Import three events of three streams, which are one append."""
    file = folder / "three.jsonl"
    lines = (
        {
            "stream": pending.stream,
            "event": f"{pending.stream.partition('/')[0]}.note-recorded",
            "data": {"text": "x"},
            "source": pending.source,
            "correlation_id": "x",
        }
        for pending in parts("x", 3)
    )
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return ("import", str(file))


class Bench:
    """A log that is struck again and again while one command runs on it, each time as it was in the beginning."""

    def __init__(self, folder: Path, state: Callable[[Path], None], command: tuple[str, ...], count: int) -> None:
        self.command = command
        self.count = count
        self.template = folder / "template"
        self.template.mkdir()
        state(self.template / "ops.db")
        self.path = folder / "struck" / "ops.db"
        self._lay()
        self.before = _ids(self.path)
        self.stored = 0  # by the command, when it was looked at last
        self._names: tuple[str, ...] = ()

    def _lay(self) -> None:
        shutil.rmtree(self.path.parent, ignore_errors=True)
        shutil.copytree(self.template, self.path.parent)

    def points(self, kinds: tuple[str, ...]) -> list[Fault]:
        """Run the command without a fault; give every fault that can be put into the calls that it made."""
        whole = self.strike(None)
        assert (whole.code, whole.struck, self.wrong(whole)) == (0, False, [])
        found = points(whole.trace, kinds)
        self._names = tuple(sorted({fault.name for fault in found}))
        return found

    def strike(self, fault: Fault | None) -> Run:
        """Run the command, with a fault in one of its calls."""
        self._lay()
        return run(self.path, self.command, fault, self._names)

    def wrong(self, done: Run) -> list[str]:
        """Everything that is wrong with how the command ended, and with the log that it left."""
        found = complaints(self.path)
        stored = _ids(self.path)
        self.stored = new = len(stored) - len(self.before)
        acknowledged = done.code == 0 or bool(done.said)
        if stored[: len(self.before)] != self.before:
            found.append("events from before the fault are not there")
        if new not in ((self.count,) if acknowledged else (0, self.count)):
            found.append(f"{'acknowledged' if acknowledged else 'failed'}, but {new} of {self.count} events are stored")
        if done.code != 0 and not done.killed and not _is_one_line(done.complained):
            found.append(f"told otherwise than in one line: {done.complained}")
        with OpLog.open(self.path) as log:
            log.append(*parts("afterwards", 2))
        return found + complaints(self.path)


def _ids(path: Path) -> list[str]:
    with OpLog.open(path) as log:
        return [recorded.id for recorded in log.events()]


def _is_one_line(complained: str) -> bool:
    return complained.startswith("oplog: ") and complained.endswith("\n") and complained.count("\n") == 1


@pytest.mark.parametrize(("words", "count", "state"), [(record, 1, clean), (take_in, 3, left)])
def test_a_fault_at_any_call_loses_nothing_acknowledged_and_leaves_nothing_by_half(
    tmp_path: Path, words: Callable[[Path], tuple[str, ...]], count: int, state: Callable[[Path], None]
) -> None:
    """Whichever call fails, the command says so in one line, and the log is sound and takes the next append."""
    bench = Bench(tmp_path, state, (*SHELL, *words(tmp_path)), count)
    every = bench.points(KINDS)
    chosen = Random(count).sample(every, min(SAMPLE, len(every)))
    survived, stored_when_killed, stored_when_failed = 0, 0, 0
    for fault in chosen:
        done = bench.strike(fault)
        assert done.struck, f"{fault} did not happen"
        assert bench.wrong(done) == [], fault
        survived += done.code == 0
        stored_when_killed += done.killed and bench.stored == count
        stored_when_failed += done.code != 0 and not done.killed and bench.stored == count
    measured(
        f"system calls of one append, {words.__name__}, {state.__name__}",
        calls=len(every) // len(KINDS),
        faults=len(chosen),
        acknowledged_all_the_same=survived,
        killed_but_stored=stored_when_killed,
        failed_but_stored=stored_when_failed,
        wrong=0,
    )


def test_a_command_that_acknowledges_whatever_happened_is_found_out(tmp_path: Path) -> None:
    """Control: when the commit cannot be synchronised, a command that says 'recorded' all the same is caught."""
    bench = Bench(tmp_path, clean, (*CARELESS, *RECORD), 1)
    syncs = [fault for fault in bench.points(("EIO",)) if fault.name == "fdatasync"]
    found = [complaint for fault in syncs for complaint in bench.wrong(bench.strike(fault))]
    assert "acknowledged, but 0 of 1 events are stored" in found
