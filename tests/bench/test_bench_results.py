"""The arithmetic of the results, and the tables made from them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bench.__main__ import main, plan, read_size
from bench.goals import GOALS
from bench.machine import describe
from bench.pairs import Measured, Spread
from bench.table import BEGIN, END, ordered, row_of, tables, write_between
from bench.workloads import WORKLOADS

PAGE = Path(__file__).parent.parent.parent / "docs" / "performance.md"
MEASURED = Measured(
    count=100,
    seconds={"oplog": [1.0, 3.0, 2.0], "plain": [2.0, 2.0, 2.0], "bare": [0.01, 0.01, 0.1]},
    peaks={"oplog": 80.04, "plain": 60.0, "bare": 40.0},
)
RESULTS = {
    "machine": {"date": "2017-09-21", "processor": "A processor", "cores": 2, "Python": "CPython 3.11.7"},
    "idle_mib": 33.6,
    "rows": [row_of("append", "events", 10_000, MEASURED, 600)],
}


def test_ratios_are_taken_pair_by_pair_and_not_of_the_medians() -> None:
    paired = Measured(1, {"oplog": [1.0, 8.0, 3.0], "plain": [1.0, 2.0, 6.0]}, {})
    assert paired.ratio("plain") == Spread(0.5, 1.0, 4.0)


def test_a_ratio_of_sides_with_unequal_numbers_of_samples_is_an_error() -> None:
    with pytest.raises(ValueError, match="longer"):
        Measured(1, {"oplog": [1.0], "plain": [1.0, 2.0]}, {}).ratio("plain")


def test_a_row_has_seconds_rates_memory_and_ratios() -> None:
    row = row_of("append", "events", 10_000, MEASURED, 600)
    assert row["sides"]["oplog"] == {
        "seconds": {"min": 1.0, "median": 2.0, "max": 3.0},
        "per_second": {"min": 33.33, "median": 50.0, "max": 100.0},
        "peak_mib": 80.0,
    }
    assert row["ratios"] == {
        "plain": {"min": 0.5, "median": 1.0, "max": 1.5},
        "bare": {"min": 20.0, "median": 100.0, "max": 300.0},
    }
    assert (row["workload"], row["size"], row["count"], row["rounds"], row["ended"]) == ("append", 10_000, 100, 3, {})


def test_a_table_has_a_line_for_each_row_and_says_what_it_means() -> None:
    text = tables(RESULTS, WORKLOADS)
    assert "2017-09-21, A processor, 2 cores, Python CPython 3.11.7. A process that does nothing takes 34 MiB." in text
    assert "### 10,000 events" in text
    assert (
        "| append | 50/s | 50/s | 10,000/s | 1 (0.5 to 1.5) | 100 (20 to 300) | 80 / 60 / 40 | 3 |" in text.splitlines()
    )
    assert f"- **append** (events): {WORKLOADS['append'].MEANS}" in text.splitlines()
    assert "**replay**" not in text


def test_goals_are_told_with_what_was_measured_and_a_verdict() -> None:
    """Ratios of time become ratios of speed; where the goal lies within the spread, the verdict says so."""
    lines = tables(RESULTS, WORKLOADS).splitlines()
    assert "| append | 10,000 | 0.9 times plain | 1 | met (within the noise) |" in lines
    slow = row_of("replay", "events", 10_000, MEASURED, 600)
    lines = tables({**RESULTS, "rows": [slow]}, WORKLOADS).splitlines()
    assert "| replay | 10,000 | 5 times plain | 1 | missed |" in lines
    assert "| replay | 10,000 | 0.35 times bare | 0.01 | missed |" in lines


def test_every_goal_is_of_a_workload_that_is_measured() -> None:
    """A goal whose workload or side was renamed is noticed."""
    assert {goal.workload for goal in GOALS} <= set(WORKLOADS)
    assert {goal.other for goal in GOALS} <= {"plain", "bare"}


def test_a_side_that_was_ended_is_told_in_its_cell() -> None:
    ended = Measured(1, {"plain": [4.0], "bare": [0.001]}, {"plain": 60.0, "bare": 40.0}, ended=("oplog",))
    row = row_of("quarter", "reports", 1_000_000, ended, 600)
    text = tables({**RESULTS, "rows": [row]}, WORKLOADS)
    assert "| quarter | ended after 600 s | 4 s each | 1,000/s | - | - | - / 60 / 40 | 1 |" in text.splitlines()


def test_rows_are_ordered_by_size_and_then_by_workload() -> None:
    rows = [{"size": 10, "workload": "replay"}, {"size": 9, "workload": "replay"}, {"size": 10, "workload": "append"}]
    assert ordered(rows, ["append", "replay"]) == [rows[1], rows[2], rows[0]]


def test_tables_are_written_between_the_marks_of_a_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    write_between(page, "new\n")
    assert page.read_text(encoding="utf-8") == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"


def test_a_page_without_marks_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"{END} {BEGIN}", encoding="utf-8")
    with pytest.raises(ValueError, match=r"page\.md has no lines"):
        write_between(page, "new\n")
    assert page.read_text(encoding="utf-8") == f"{END} {BEGIN}"


@pytest.mark.parametrize(("text", "size"), [("500", 500), ("10k", 10_000), ("1M", 1_000_000)])
def test_sizes_are_read_as_people_write_them(text: str, size: int) -> None:
    assert read_size(text) == size


@pytest.mark.parametrize("text", ["", "k", "ten", "0", "-1k", "1.5k"])
def test_what_is_no_size_is_refused(text: str) -> None:
    assert CliRunner().invoke(main, ["--sizes", text]).exit_code == 2


def test_the_plan_has_each_workload_once_for_each_size() -> None:
    planned = list(plan(("replay", "append", "start-up"), (20, 10, 20)))
    assert planned == [("start-up", 0), ("append", 10), ("replay", 10), ("append", 20), ("replay", 20)]


def test_the_machine_is_described() -> None:
    told = describe()
    assert {"date", "processor", "cores", "Python", "SQLite", "eventsourcing"} <= set(told)
    assert all(told.values())


def test_a_run_writes_its_results_for_machines_and_for_people(tmp_path: Path) -> None:
    """The whole path once: logs built, sides measured in processes of their own, files written."""
    page = tmp_path / "page.md"
    page.write_text(f"{BEGIN}\n{END}\n", encoding="utf-8")
    options = ["--sizes", "60", "--only", "open", "--minutes", "0", "--folder", str(tmp_path), "--page", str(page)]
    done = CliRunner().invoke(main, options, catch_exceptions=False)
    assert done.exit_code == 0
    (row,) = json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))["rows"]
    assert (row["workload"], row["size"], row["rounds"]) == ("open", 60, 1)
    assert set(row["sides"]) == {"oplog", "plain", "bare"}
    assert "| open |" in (tmp_path / "bench.md").read_text(encoding="utf-8")
    assert "| open |" in page.read_text(encoding="utf-8")


def test_the_page_on_performance_has_every_workload_with_its_meaning() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name, workload in WORKLOADS.items():
        assert f"| {name} | " in text
        assert workload.MEANS in text
