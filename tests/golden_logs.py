"""The golden logs: for each released format one log as that release wrote it, and what it must still be replayed to.

`log.jsonl` (an export) and `stored.tsv` (stream, version, name and state of each stored event) were written by the
release itself, hold every event with every field, and are never written again. `register.json` and `narrative.md` are
what they give; when a change of the code means to change what is told, `python tests/golden_logs.py` writes these anew,
and the reports of the two quarters that follow the example.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from oplog import Document, OpLog, import_lines, load_configuration, render, to_wire
from oplog.examples import example_configuration, example_log

if TYPE_CHECKING:
    from collections.abc import Callable

FORMATS = sorted(path.parent for path in (Path(__file__).parent / "golden").glob("*/stored.tsv"))
FOLLOWING = Path(__file__).parent / "golden" / "following-quarters"
QUARTERS = (
    (example_log(), example_configuration()),
    (FOLLOWING / "q2.jsonl", FOLLOWING / "q2.toml"),
    (FOLLOWING / "q3.jsonl", FOLLOWING / "q3.toml"),
)
"""Three quarters in a row: what each adds to the log, and the configuration of its report."""


def three_reports() -> list[Document]:
    """The report of each quarter, made when the next one was not yet known."""
    documents = []
    with OpLog.open(":memory:") as log:
        for lines, configuration in QUARTERS:
            with lines.open("rb") as quarter:
                import_lines(log, quarter, name=lines.name)
            documents.append(log.narrative(load_configuration(configuration)))
    return documents


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
    for (lines, _), document in list(zip(QUARTERS, three_reports(), strict=True))[1:]:
        lines.with_suffix(".md").write_text(render(document), encoding="utf-8")
