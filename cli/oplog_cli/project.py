"""`oplog project` and `oplog status`: bring the stored views up to date, and show how they stand."""

from __future__ import annotations

import math
import signal
import time
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Any

import click

from oplog import OpLog, RowDifference, ViewStatus, format_time
from oplog_cli.json_output import emit, full, on_one_line
from oplog_cli.log_option import log_option, open_log
from oplog_cli.tables import Column, counted, show_table
from oplog_cli.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from oplog import Subscription

COLUMNS = (
    Column("view"),
    Column("state"),
    Column("position", right=True),
    Column("behind", right=True),
    Column("rows", right=True),
    Column("parked", right=True),
    Column("last stored"),
)


@click.command()
@click.argument("names", metavar="[VIEW]...", nargs=-1)
@click.option("--follow", is_flag=True, help="Go on, and take in what is recorded as it comes, until interrupted.")
@click.option("--retry", is_flag=True, help="Fold the streams that are parked again too.")
@click.option("--rebuild", is_flag=True, help="Build the views anew, beside the old ones, which are read meanwhile.")
@click.option(
    "--compare", is_flag=True, help="With --rebuild: print the rows that differ, before the new ones take over."
)
@click.option(
    "--after-append",
    type=click.Choice(["on", "off"]),
    help="Let whoever records something bring the stored views up to date, from now on, or no more.",
)
@click.option("--drop", is_flag=True, help="Take the views that are named away, of another program's projections too.")
@click.option(
    "--wait",
    "position",
    type=click.IntRange(min=0),
    metavar="POSITION",
    help="Write nothing; wait until others have brought the views to POSITION.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0),
    default=60,
    metavar="SECONDS",
    help="With --wait: for how long. Default: 60.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@log_option()
@click.pass_context
def project(
    ctx: click.Context,
    names: tuple[str, ...],
    *,
    follow: bool,
    retry: bool,
    rebuild: bool,
    compare: bool,
    drop: bool,
    after_append: str | None,
    position: int | None,
    timeout: float,
    as_json: bool,
) -> None:
    """Bring the stored views up to date, and build those that are missing or stale: each VIEW, or all.

    A view is kept in the database beside the events, so that it need not be folded from all of them when it is shown.
    Each event is counted once, however many processes do this and whenever they are killed. A stream with an event that
    cannot be read or folded is parked, and the rest goes on; see 'oplog status'.

    The exit code is 1 when a stream is parked, or when the time to wait is over.

    --after-append is kept in the log: all who open it to record find it there, and none fails because of a view. 'off'
    brings nothing up to date.

    A view that was dropped is folded from the events again when it is shown, until it is built anew.

    JSON: that of 'oplog status'; with --compare also differences (for each: view, stream, number, old, new); with
    --drop head and dropped (the names).
    """
    if not math.isfinite(timeout):
        raise click.UsageError("--timeout: expected a number of seconds.")
    if drop:
        others = follow or retry or rebuild or compare or position is not None or after_append is not None
        _drop(names, others=others, as_json=as_json)
        return
    if after_append == "off" and (follow or retry):
        raise click.UsageError(
            "--after-append off brings nothing up to date: it goes with neither --follow nor --retry."
        )
    _check(follow=follow, retry=retry, rebuild=rebuild, compare=compare, waits=position is not None, as_json=as_json)
    differences: list[dict[str, Any]] = []
    with open_log() as log:
        wanted = names or tuple(status.name for status in log.view_status() if status.state != "unknown")
        if after_append is not None:
            log.project_after_append(on=after_append == "on")
        if position is not None:
            _wait(log, wanted, position, timeout)
        elif rebuild:
            for name in wanted:
                log.rebuild(name, compare=_teller(name, differences, as_json=as_json) if compare else None)
        elif after_append != "off":
            log.project(*wanted, retry=retry)
        if follow:
            _follow(log, wanted)
            return
        found = log.view_status(*wanted)
        if as_json:
            emit(_json(log, found) | ({"differences": differences} if compare else {}))
        else:
            _show(log, found)
    if not all(status.is_sound for status in found):
        ctx.exit(1)


def _check(*, follow: bool, retry: bool, rebuild: bool, compare: bool, waits: bool, as_json: bool) -> None:
    if follow + rebuild + waits > 1:
        raise click.UsageError("--follow, --rebuild and --wait do not go together.")
    if compare and not rebuild:
        raise click.UsageError("--compare goes with --rebuild.")
    if retry and (rebuild or waits):
        raise click.UsageError("--retry does not go with --rebuild, which folds every stream, and --wait.")
    if follow and as_json:
        raise click.UsageError("--json does not go with --follow.")


def _drop(names: Sequence[str], *, others: bool, as_json: bool) -> None:
    if others:
        raise click.UsageError("--drop goes with no other option but --json.")
    if not names:
        raise click.UsageError("--drop needs the names of the views to be dropped.")
    with open_log() as log:
        for name in names:
            log.drop_view(name)
            if not as_json:
                click.echo(printable(f"dropped the stored view {name}"))
        if as_json:
            emit({"head": log.head(), "dropped": list(names)})


def _wait(log: OpLog, names: Sequence[str], position: int, timeout: float) -> None:
    end = time.monotonic() + timeout
    for name in names:
        if not log.wait_for_view(name, position, timeout=end - time.monotonic()):
            raise click.ClickException(
                f"the view {name} did not reach position {position} within {timeout:g} seconds; see 'oplog status'"
            )


def _teller(name: str, differences: list[dict[str, Any]], *, as_json: bool) -> Any:
    def tell(row: RowDifference) -> None:
        if as_json:
            differences.append({"view": name, **full(row)})
        else:
            told = f"{name}: row {row.number} of {row.stream} was {_value(row.old)}, and is {_value(row.new)}"
            click.echo(printable(told))

    return tell


def _value(data: dict[str, Any] | None) -> str:
    return "not there" if data is None else on_one_line(data)


def _follow(log: OpLog, names: Sequence[str]) -> None:
    """Catch up whenever something was recorded, until the process is told to end."""
    done = log.head()
    log.project(*names)
    click.echo(f"{', '.join(names)}: at position {done}, and following; end with Ctrl-C")
    with log.subscribe(done) as coming, _ended_by_signals(coming):
        for position in coming.positions():
            if position > done:
                done = max(position, log.head())
                log.project(*names)
    click.echo("ended")


@contextmanager
def _ended_by_signals(coming: Subscription) -> Iterator[None]:
    """Let an interrupt, and a request to end, stop the subscription and not what is being written."""

    def stop(_signal: int, _frame: object) -> None:
        # In a thread of its own, for this one may hold what the subscription needs in order to stop.
        Thread(target=coming.stop).start()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@click.command()
@click.argument("names", metavar="[VIEW]...", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@log_option()
@click.pass_context
def status(ctx: click.Context, names: tuple[str, ...], as_json: bool) -> None:
    """Show how the stored views stand: each VIEW, or all.

    State: current, behind (it has not seen the last events; whoever reads it takes them in), stale (other code made it:
    it is not used until 'oplog project' has built it anew; the files that changed are named), unknown (stored by
    another program, for a projection that this one does not have), not stored. 'behind' says by how many events, and
    for how long.

    The exit code is 1 when a view is stale, or a stream is parked.

    JSON: head (the last position), after_append (whether whoever records something brings the views up to date), views
    (for each: name, state, version, position, lag, behind_seconds, rows, stored_at, parked (findings), changed
    (why it is stale)).
    """
    with open_log() as log:
        found = log.view_status(*names)
        if as_json:
            emit(_json(log, found))
        else:
            _show(log, found)
    if not all(one.is_sound for one in found):
        ctx.exit(1)


def _json(log: OpLog, found: Sequence[ViewStatus]) -> dict[str, Any]:
    views = []
    for one in found:
        stored_at = None if one.stored_at is None else format_time(one.stored_at)
        views.append({**full(one), "stored_at": stored_at})
    return {"head": log.head(), "after_append": log.projects_after_append, "views": views}


def _show(log: OpLog, found: Sequence[ViewStatus]) -> None:
    show_table(COLUMNS, [_row(one) for one in found], "no view is stored")
    for one in found:
        if one.changed:
            why = f"changed since it was stored: {', '.join(one.changed)}"
            click.echo(printable(f"{one.name} is stale and not used; {why}; 'oplog project' builds it anew"))
        for parked in one.parked:
            place = f"{parked.stream} at position {parked.position} (version {parked.version})"
            click.echo(printable(f"{one.name} parked {place}: {parked.message}"))
    if log.projects_after_append:
        click.echo("whoever records something brings the stored views up to date")


def _row(one: ViewStatus) -> tuple[object, ...]:
    behind = None
    if one.lag is not None:
        waiting = "" if one.behind_seconds is None else f", {_duration(one.behind_seconds)}"
        behind = f"{counted(one.lag, 'event')}{waiting}" if one.lag else "-"
    stored_at = None if one.stored_at is None else f"{one.stored_at:%Y-%m-%d %H:%M}"
    parked = None if one.position is None else len(one.parked)
    return (one.name, one.state, one.position, behind, one.rows, parked, stored_at)


def _duration(seconds: float) -> str:
    for length, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= length:
            return counted(int(seconds // length), unit)
    return counted(int(seconds), "second")
