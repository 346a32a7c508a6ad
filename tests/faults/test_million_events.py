"""A log of a million events is verified in little memory, and it is shown how far that has come."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from oplog import OpLog, Pending, events
from profiles import measured, tries

if TYPE_CHECKING:
    from pathlib import Path

EVENTS = tries(short=12_000, full=1_000_000)
MEBIBYTE = 1 << 20
MOST_MEMORY = 300 * MEBIBYTE
MOST_GROWTH = (
    200  # bytes for an event more, which is what an interpreter's memory differs by from run to run, and no event
)

STREAMS = [f"campaign/number-{n}" for n in range(100)]
OF_AN_APPEND = 1000

# Each does something with a log, and then says as JSON how it ended, and the most memory that it ever took, in bytes.
VERIFY = """
import json, sys
from pathlib import Path
from oplog_cli.main import cli

try:
    cli(("--log", sys.argv[1], "verify"), prog_name="oplog")
except SystemExit as end:
    peak = Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]
    print(json.dumps({"code": end.code, "peak": int(peak) * 1024}))
"""
HOLD_ALL = """
import json, sys
from pathlib import Path
from oplog import OpLog

with OpLog.open(sys.argv[1]) as log:
    events = list(log.events())
    peak = Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]
    print(json.dumps({"code": 0, "peak": int(peak) * 1024}))
"""


def fill(path: Path, count: int) -> None:
    """Make a log of so many events."""
    with OpLog.open(path, create=True) as log:
        log.append(*(Pending(stream=stream, event=events.Planned(title="a plan")) for stream in STREAMS))
        for first in range(len(STREAMS), count, OF_AN_APPEND):
            numbers = range(first, min(first + OF_AN_APPEND, count))
            log.append(
                *(Pending(stream=STREAMS[n % 100], event=events.NoteRecorded(text=f"note {n}")) for n in numbers)
            )


def weigh(program: str, path: Path) -> tuple[dict[str, Any], str]:
    """Run a program on a log, before a terminal; give what it says at the end, and what the terminal showed."""
    screen, terminal = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(
        (sys.executable, "-c", program, str(path)), stdout=subprocess.PIPE, stderr=terminal, env=environment
    )
    os.close(terminal)
    shown = b""
    with suppress(OSError):  # which Linux raises when nobody writes to the terminal any more
        while more := os.read(screen, 4096):
            shown += more
    os.close(screen)
    said, _ = process.communicate()
    return json.loads(said.splitlines()[-1]), shown.decode()


def too_heavy(light: int, heavy: int) -> list[str]:
    """What takes too much memory: the large log, or each event that it has more than the small one."""
    growth = (heavy - light) / (EVENTS - EVENTS // 10)
    found = [f"{growth:.0f} bytes for each event"] if growth > MOST_GROWTH else []
    return [*found, *([f"{heavy // MEBIBYTE} MiB"] if heavy > MOST_MEMORY else [])]


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Give a log of a tenth of the events, and one of all."""
    folder = tmp_path_factory.mktemp("million")
    sizes = {folder / "small.db": EVENTS // 10, folder / "large.db": EVENTS}
    for path, size in sizes.items():
        fill(path, size)
    small, large = sizes
    return small, large


def test_verifying_takes_bounded_memory_and_shows_how_far_it_is(logs: tuple[Path, Path]) -> None:
    """A log ten times as large takes no more memory, and the terminal counts the events in thousands."""
    (light, _), (heavy, shown) = (weigh(VERIFY, path) for path in logs)
    assert (light["code"], heavy["code"]) == (0, 0)
    assert too_heavy(light["peak"], heavy["peak"]) == []
    steps = [int(count.replace(",", "")) for count in re.findall(f"([\\d,]+) of {EVENTS:,} events", shown)]
    assert steps == list(range(5000, EVENTS + 1, 5000))
    measured("verified", events=EVENTS, findings=0, MiB=heavy["peak"] // MEBIBYTE)


def test_a_program_that_holds_all_events_is_found_out(logs: tuple[Path, Path]) -> None:
    """Control: reading all events into a list takes more for each event than is allowed."""
    (light, _), (heavy, _) = (weigh(HOLD_ALL, path) for path in logs)
    assert too_heavy(light["peak"], heavy["peak"])
