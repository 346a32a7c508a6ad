"""`oplog impact [CAUSE]`: what each cause changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from oplog import Cause, Change, Figure, cause_named, impact_of
from oplog_cli.clocks import AsOf, clock_options
from oplog_cli.json_output import emit, full
from oplog_cli.kinds import TEXT
from oplog_cli.log_option import log_option, open_log
from oplog_cli.tables import Column, counted, show_table
from oplog_cli.text import printable
from oplog_cli.wording import amount, number, words

if TYPE_CHECKING:
    from collections.abc import Iterable

COLUMNS = (
    Column("when", least=8),
    Column("what", least=12, worth=2),
    Column("stream", least=12, worth=1.2),
    Column("title", least=8),
)


@click.command()
@click.argument("cause", required=False, type=TEXT)
@clock_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@log_option()
def impact(cause: str | None, as_json: bool, as_of: AsOf) -> None:
    """Show what each cause changed, or what one CAUSE did: what was cancelled, put off, moved, sent out or counted.

    CAUSE is its name, in any case where that is clear, or a part of the name that no other cause has. Shown are the
    events that it was given for, and after them those of the same matter ('oplog record --correlation'), with their own
    cause if they have another. When: the date on which it was so; where nobody said, by when it was recorded.

    JSON: head (the last position), known_at, valid_at, causes (for each: cause, changes (for each: stream, title, what,
    cause, matter, was, now, count, figure, text, effective, recorded, positions)).
    """
    with open_log() as log:
        changes: tuple[Change, ...] = log.view("impact", **as_of.clocks)
        known = _causes(changes)
        chosen = known.values() if cause is None else [known[cause_named(known, cause)]]
        found = [(one, impact_of(changes, one.name)) for one in chosen]
        if as_json:
            causes = [{"cause": full(one), "changes": [full(change) for change in of_it]} for one, of_it in found]
            emit({"head": log.head(), **as_of.json, "causes": causes})
            return
    as_of.show()
    for n, (one, of_it) in enumerate(found):
        streams = counted(len({change.stream for change in of_it}), "stream")
        told = f"{words(one)}: {counted(len(of_it), 'event')} of {streams}"
        click.echo(("\n" if n else "") + printable(told) + "\n")
        show_table(COLUMNS, [_row(change, one) for change in of_it], "")
    if not found:
        click.echo("no event has a cause")


def _causes(changes: Iterable[Change]) -> dict[str, Cause]:
    """Find the causes by name; of one that was written in several ways, the one with its date."""
    found: dict[str, Cause] = {}
    for cause in (change.cause for change in changes if change.cause is not None):
        if cause.name not in found or (cause.when is not None and found[cause.name].when is None):
            found[cause.name] = cause
    return found


def _row(change: Change, asked: Cause) -> tuple[Any, ...]:
    details = "; ".join(_details(change, asked))
    what = f"{change.what}{_moved(change)}{': ' if details else ''}{details}"
    return (change.effective or f"by {change.recorded}", what, change.stream, change.title)


def _moved(change: Change) -> str:
    if change.was is not None and change.now is not None:
        return f" from {change.was} to {change.now}"
    if change.was is not None:
        return f", it was for {change.was}"
    if change.now is None:
        return ""
    return f" {'until' if change.what in ('suspended', 'extended') else 'for'} {change.now}"


def _details(change: Change, asked: Cause) -> list[str]:
    found = []
    if change.what.startswith("occurrence"):
        found.append("number not recorded" if change.count is None else counted(change.count, "occurrence"))
    if change.figure is not None:
        found.append(_counted(change.figure, asked))
    if change.text is not None:
        found.append(change.text)
    if change.cause is not None and change.cause.name != asked.name:
        found.append(f"because of {change.cause.name}")
    return found


def _counted(figure: Figure, asked: Cause) -> str:
    """Tell a figure, and of its parts those alone that name the cause, if any does."""
    own = [part for part in figure.breakdown if asked.name.casefold() in part.label.casefold()]
    if not own:
        return f"{figure.name}: {amount(figure)}"
    parts = " and ".join(f"{number(part.value)} {part.label}" for part in own)
    return f"{parts}, of {number(figure.value)} {figure.name}"
