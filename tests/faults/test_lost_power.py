"""The power fails at any moment: a disk may lose what was not synchronised, which a kill cannot show."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from appends import complaints
from lost_power import Disk, Step, watch

from oplog import CannotOpen
from profiles import measured, tries

if TYPE_CHECKING:
    from pathlib import Path

STATES = tries(short=60, full=6000)
# Makes a log, and appends to it in three sittings; in the last, the write-ahead log is copied before every append.
PROGRAM = """
import os, sys
from pathlib import Path
from appends import acknowledgement, copy_always, new_log, parts
from oplog import OpLog

path = Path(sys.argv[1])
new_log(path)
for sitting in range(3):
    if sitting == 2:
        copy_always()
    with OpLog.open(path) as log:
        for number in range(4):
            recorded = log.append(*parts(f"append {sitting} {number}", 1 + number % 3))
            os.write(1, acknowledgement(recorded) + b"\\n")
"""


def losses(steps: list[Step], folder: Path, states: int) -> list[str]:
    """Let the power fail after each of so many steps, with nothing, all or some of what was not synchronised kept."""
    chance = Random(19)
    found: list[str] = []
    moments = sorted(chance.choices(range(1, len(steps) + 1), k=states))
    disk, said, done = Disk(str(folder)), list[bytes](), 0
    for moment in moments:
        for step in steps[done:moment]:
            disk.take(step)
            if step.kind == "say":
                said.append(step.data)
        done = moment
        share = chance.choice((0, 1, chance.random(), chance.random()))
        found += [f"after step {moment}: {told}" for told in _wrong(folder, disk.after_power_loss(chance, share), said)]
    return found


def _wrong(folder: Path, held: dict[str, bytes], said: list[bytes]) -> list[str]:
    for file in folder.iterdir():
        file.unlink()
    for name, content in held.items():
        (folder / name).write_bytes(content)
    try:
        return complaints(folder / "ops.db", said)
    except CannotOpen as error:
        return [f"acknowledged, but cannot be opened: {error}"] if said else []


def test_what_was_acknowledged_outlasts_a_loss_of_power(tmp_path: Path) -> None:
    """After any step, from the making of the log on: nothing acknowledged is lost, and appends are whole."""
    folder = tmp_path / "disk"
    folder.mkdir()
    steps = watch(folder / "ops.db", PROGRAM)
    assert sum(step.kind == "say" for step in steps) == 12
    assert losses(steps, folder, STATES) == []
    measured("lost power", steps=len(steps), states=STATES, lost=0)


def test_a_disk_that_does_not_synchronise_is_found_out(tmp_path: Path) -> None:
    """Control: when the calls that synchronise do nothing, as with synchronous=OFF, acknowledged events are lost."""
    folder = tmp_path / "disk"
    folder.mkdir()
    found = losses(watch(folder / "ops.db", PROGRAM, "-e", "inject=fdatasync,fsync:retval=0"), folder, 60)
    assert any("acknowledged, but" in told for told in found)
