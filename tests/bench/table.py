"""Results as data for machines, and as tables for the documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bench.goals import verdicts
from bench.pairs import Spread

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from types import ModuleType

    from bench.pairs import Measured

BEGIN, END = "<!-- results: written by make bench -->", "<!-- end of results -->"
_SIDES = ("oplog", "plain", "bare")
_HEAD = (
    "| workload | oplog | plain | bare | oplog / plain | oplog / bare | peak MiB | rounds |\n"
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
)


def row_of(name: str, unit: str, size: int, measured: Measured, limit: float) -> dict[str, Any]:
    """One row of results as plain data.

    `size` is the number of events in the log; 0 where there is no log, and then the memory is not that of the work.
    """
    sides = {
        side: {
            "seconds": _spread(Spread.of(seconds)),
            "per_second": _spread(Spread.of([measured.count / taken for taken in seconds])),
            "peak_mib": round(measured.peaks[side], 1) if size else None,
        }
        for side, seconds in measured.seconds.items()
    }
    ratios = {other: measured.ratio(other) for other in _SIDES[1:]}
    return {
        "workload": name,
        "size": size,
        "unit": unit,
        "count": measured.count,
        "rounds": measured.rounds,
        "sides": sides,
        "ratios": {other: _spread(ratio) for other, ratio in ratios.items() if ratio is not None},
        "ended": dict.fromkeys(measured.ended, f"ended after {limit:.0f} s"),
    }


def _spread(spread: Spread) -> dict[str, float]:
    return {"min": _digits(spread.min), "median": _digits(spread.median), "max": _digits(spread.max)}


def _digits(number: float) -> float:
    return float(f"{number:.4g}")


def tables(results: Mapping[str, Any], workloads: Mapping[str, ModuleType]) -> str:
    """The results as Markdown: what they were taken on, a table for each size, and what the rows mean."""
    told = [
        value if key in ("date", "processor", "system") else f"{value} cores" if key == "cores" else f"{key} {value}"
        for key, value in results["machine"].items()
    ]
    parts = [f"{', '.join(told)}. A process that does nothing takes {results['idle_mib']:.0f} MiB."]
    for size in sorted({row["size"] for row in results["rows"]}):
        rows = [row for row in results["rows"] if row["size"] == size]
        title = f"### {size:,} events" if size else "### No log"
        parts.append("\n".join([f"{title}\n", _HEAD, *(_line(row) for row in rows)]))
    if goals := verdicts(results["rows"]):
        parts.append(
            f"### Goals\n\nHow many times as fast as the other side, at least, and how many times it was.\n\n{goals}"
        )
    shown = {row["workload"] for row in results["rows"]}
    meanings = [f"- **{name}** ({of.UNIT}): {of.MEANS}" for name, of in workloads.items() if name in shown]
    parts.append("\n".join(["### What the rows mean\n", *meanings]))
    return "\n\n".join(parts) + "\n"


def _line(row: Mapping[str, Any]) -> str:
    cells = [
        row["workload"],
        *(_speed(row, side) for side in _SIDES),
        *(_ratio(row["ratios"].get(other)) for other in _SIDES[1:]),
        " / ".join(_peak(row["sides"].get(side)) for side in _SIDES),
        str(row["rounds"]),
    ]
    return f"| {' | '.join(cells)} |"


def _peak(side: Mapping[str, Any] | None) -> str:
    return "-" if side is None or side["peak_mib"] is None else f"{side['peak_mib']:.0f}"


def _speed(row: Mapping[str, Any], side: str) -> str:
    """So many a second; how long one takes where it is more than half a second."""
    if side in row["ended"]:
        return row["ended"][side]
    per_second = row["sides"][side]["per_second"]["median"]
    if per_second < 2:
        return f"{1 / per_second:.3g} s each"
    return f"{per_second:.3g}/s" if per_second < 100 else f"{float(f'{per_second:.3g}'):,.0f}/s"


def _ratio(spread: Mapping[str, float] | None) -> str:
    """The median, and in brackets the least and the greatest."""
    if spread is None:
        return "-"
    return f"{spread['median']:.3g} ({spread['min']:.3g} to {spread['max']:.3g})"


def write_between(path: Path, text: str) -> None:
    """Put the text between the marks of a page; raises `ValueError` when the page does not have both."""
    page = path.read_text(encoding="utf-8")
    if not 0 <= page.find(BEGIN) < page.find(END):
        raise ValueError(f"{path} has no lines {BEGIN} and {END} to write between")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    path.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}", encoding="utf-8")


def ordered(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[Mapping[str, Any]]:
    """The rows by size and then in the order of the workloads."""
    return sorted(rows, key=lambda row: (row["size"], names.index(row["workload"])))
