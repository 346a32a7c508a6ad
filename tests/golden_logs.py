"""The golden logs: for each released format one log as that release wrote it, and what it must still be replayed to.

`log.jsonl` (an export) and `stored.tsv` (stream, version, name and state of each stored event) were written by the
release itself, hold every event with every field, and are never written again. `register.json` and `narrative.md` are
what they give; when a change of the code means to change what is told, `python tests/golden_logs.py` writes these anew.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from oplog import OpLog, import_lines, render, to_wire

if TYPE_CHECKING:
    from collections.abc import Callable

FORMATS = sorted(path.parent for path in (Path(__file__).parent / "golden").glob("*/stored.tsv"))


def replayed(folder: Path) -> OpLog:
    """The log of a folder, in memory."""
    log = OpLog.open(":memory:")
    with (folder / "log.jsonl").open("rb") as lines:
        import_lines(log, lines, name=f"{folder.name}/log.jsonl")
    return log


def register(log: OpLog) -> str:
    """The state of every stream, as JSON."""
    entries = [{"stream": e.stream, "version": e.version, "state": to_wire(e.state)} for e in log.register()]
    return json.dumps(entries, ensure_ascii=False, indent=1, default=str) + "\n"


def narrative(log: OpLog) -> str:
    """The report of the log, without any configuration."""
    return render(log.narrative())


EXPECTED: dict[str, Callable[[OpLog], str]] = {"register.json": register, "narrative.md": narrative}


if __name__ == "__main__":
    for folder in FORMATS:
        with replayed(folder) as log:
            for name, make in EXPECTED.items():
                (folder / name).write_text(make(log), encoding="utf-8")
