"""What oplog means to reach, and how near it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@frozen
class Goal:
    """At least so many times as fast as the other side (`plain` or `bare`) in a workload, in a log of any size."""

    workload: str
    other: str
    at_least: float


GOALS = (
    Goal("start-up", "plain", 1 / 1.2),
    Goal("append", "plain", 0.9),
    Goal("import", "plain", 2),
    Goal("open", "plain", 1.5),
    Goal("rebuild", "plain", 4),
    Goal("replay", "plain", 5),
    Goal("replay", "bare", 0.35),
)
_HEAD = "| workload | events | goal | measured | verdict |\n| --- | ---: | --- | ---: | --- |"


def verdicts(rows: Iterable[Mapping[str, Any]]) -> str:
    """The goals of the workloads that were measured, as a Markdown table; empty where there are none.

    A verdict is of the median. It is given with a reserve where the goal lies between the least and the greatest ratio.
    """
    lines = [
        _line(goal, row, row["ratios"][goal.other])
        for row in rows
        for goal in GOALS
        if goal.workload == row["workload"] and goal.other in row["ratios"]
    ]
    return "\n".join([_HEAD, *lines]) if lines else ""


def _line(goal: Goal, row: Mapping[str, Any], taken: Mapping[str, float]) -> str:
    """Ratios of results are of the time taken; goals are of speed, which is the other way round."""
    least, speed, most = (1 / taken[name] for name in ("max", "median", "min"))
    reserve = " (within the noise)" if least < goal.at_least <= most else ""
    verdict = "met" if speed >= goal.at_least else "missed"
    size = f"{row['size']:,}" if row["size"] else "-"
    wanted = f"{goal.at_least:.3g} times {goal.other}"
    return f"| {goal.workload} | {size} | {wanted} | {speed:.3g} | {verdict}{reserve} |"
