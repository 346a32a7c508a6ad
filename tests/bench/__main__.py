"""Measure oplog against plain `eventsourcing` and bare SQLite: `make bench`. See docs/performance.md."""

from __future__ import annotations

import json
import tempfile
from multiprocessing import get_context
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import click

from bench.machine import describe
from bench.pairs import measure
from bench.place import Place, build, edition
from bench.table import ordered, row_of, tables, write_between
from bench.worker import idle
from bench.workloads import ADDING, UNSIZED, WORKLOADS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent.parent
ROUNDS = ((10_000, 7), (100_000, 5), (1_000_000, 3))
"""How many rounds are taken of logs up to a size; larger ones get those of the last."""
WARMED_UP = 100_000
"""The size up to which a round that is not counted goes before the others."""


class _Sizes(click.ParamType[tuple[int, ...]]):
    name = "sizes"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        """Read "10k,100k,1m"."""
        if isinstance(value, tuple):
            return value
        try:
            sizes = tuple(read_size(part) for part in value.split(","))
        except ValueError:
            self.fail(f"{value!r}: expected numbers of events such as 10k,100k,1m", param, ctx)
        return sizes


def read_size(text: str) -> int:
    """A number of events: "500", "10k", "1m"; raises `ValueError`."""
    times = {"k": 1_000, "m": 1_000_000}.get(text[-1:].lower())
    size = int(text[:-1]) * times if times else int(text)
    if size < 1:
        raise ValueError(text)
    return size


@click.command(context_settings={"show_default": True})
@click.option("--sizes", type=_Sizes(), default="10k,100k", help="Numbers of events in the log.")
@click.option("--only", type=click.Choice(list(WORKLOADS)), multiple=True, help="A workload; may be given again.")
@click.option("--seed", default=57, help="Another seed makes another log of the same kind.")
@click.option("--minutes", default=4.0, help="After so long no further round of a workload is begun.")
@click.option("--limit", default=600.0, help="Seconds after which a sample is ended and its side left out of the row.")
@click.option("--folder", type=click.Path(path_type=Path), default=ROOT / "build", help="Where results and logs lie.")
@click.option("--page", type=click.Path(path_type=Path, exists=True), help="A page to write the tables into as well.")
def main(
    *, sizes: tuple[int, ...], only: tuple[str, ...], seed: int, minutes: float, limit: float, folder: Path,
    page: Path | None,
) -> None:  # fmt: skip
    """Measure, and write bench.json and bench.md to the folder after each row."""
    kept = folder / "bench" / edition(seed)
    kept.mkdir(parents=True, exist_ok=True)
    results: dict[str, Any] = {"machine": describe(), "seed": seed, "idle_mib": round(idle(limit), 1), "rows": []}
    with tempfile.TemporaryDirectory(dir=kept, prefix="run-") as room:
        for name, size in plan(tuple(only) or tuple(WORKLOADS), sizes):
            place = Place(kept, Path(room), size, seed)
            if size:
                _build(place, adding=name in ADDING)
            results["rows"] = ordered([*results["rows"], _row(name, place, minutes, limit)], list(WORKLOADS))
            (folder / "bench.json").write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
            (folder / "bench.md").write_text(tables(results, WORKLOADS), encoding="utf-8")
    if page is not None:
        write_between(page, tables(results, WORKLOADS))
    click.echo(tables(results, WORKLOADS))


def plan(names: tuple[str, ...], sizes: tuple[int, ...]) -> Iterator[tuple[str, int]]:
    """What to measure, in order: workload and size, 0 where no log is needed."""
    yield from ((name, 0) for name in WORKLOADS if name in names and name in UNSIZED)
    yield from (
        (name, size) for size in sorted(set(sizes)) for name in WORKLOADS if name in names and name not in UNSIZED
    )


def _build(place: Place, *, adding: bool) -> None:
    """Build the logs in a process of its own: this one stays small, because a child's peak counts from its parent's."""
    if not place.missing(adding=adding):
        return
    begun = monotonic()
    click.echo(f"building the logs of {place.size:,} events ...", err=True)
    process = get_context("spawn").Process(target=build, args=(place,), kwargs={"adding": adding})
    process.start()
    process.join()
    if process.exitcode:
        raise click.ClickException(f"the logs of {place.size:,} events could not be built")
    click.echo(f"built in {monotonic() - begun:.0f} s", err=True)


def _row(name: str, place: Place, minutes: float, limit: float) -> dict[str, Any]:
    begun = monotonic()
    workload = WORKLOADS[name]
    rounds = next((rounds for size, rounds in ROUNDS if place.size <= size), ROUNDS[-1][1])
    measured = measure(
        workload.SIDES, place, rounds=rounds, warm_up=place.size <= WARMED_UP, minutes=minutes, limit=limit
    )
    row = row_of(name, workload.UNIT, place.size, measured, limit)
    told = ", ".join(f"{ratio['median']:.3g} times {other}" for other, ratio in row["ratios"].items())
    click.echo(f"{place.size or 'no log':>9} {name:<9} {monotonic() - begun:6.1f} s  {told}", err=True)
    return row


if __name__ == "__main__":
    main(prog_name="bench")
