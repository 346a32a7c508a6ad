"""`oplog partners` and `oplog links`: who takes part in what, and what is part of what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from oplog_cli.clocks import AsOf, clock_options
from oplog_cli.json_output import emit, full
from oplog_cli.log_option import log_option, open_log
from oplog_cli.tables import Column, show_table

if TYPE_CHECKING:
    from oplog import Link, PartnerRow

PARTNER_COLUMNS = (
    Column("partner", least=12, worth=1.3),
    Column("stream", least=12, worth=1.3),
    Column("title", least=8),
    Column("since", least=6, worth=0.7),
    Column("until", least=6, worth=0.7),
)
LINK_COLUMNS = (
    Column("stream", least=12, worth=1.3),
    Column("title", least=8),
    Column("part of", least=12, worth=1.3),
    Column("its title", least=8),
)


@click.command()
@clock_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@log_option()
def partners(as_json: bool, as_of: AsOf) -> None:
    """Show the partners by name, with the streams in which each takes part, and since and until when.

    Since and until are empty where nobody said. One that left, nobody said when, has 'left' for until.

    JSON: head (the last position), known_at, valid_at, partners (for each: partner, stream, title, since, until, left,
    positions).
    """
    with open_log() as log:
        found: tuple[PartnerRow, ...] = log.view("partners", **as_of.clocks)
        if as_json:
            emit({"head": log.head(), **as_of.json, "partners": [full(row) for row in found]})
        else:
            as_of.show()
            show_table(PARTNER_COLUMNS, [_partner_row(row) for row in found], "no partner is recorded")


def _partner_row(row: PartnerRow) -> tuple[object, ...]:
    return (row.partner, row.stream, row.title, row.since, row.until or ("left" if row.left else None))


@click.command()
@clock_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@log_option()
def links(as_json: bool, as_of: AsOf) -> None:
    """Show which streams are part of others, by the whole.

    JSON: head (the last position), known_at, valid_at, links (for each: stream, title, part_of, since, positions).
    """
    with open_log() as log:
        found: tuple[Link, ...] = log.view("links", **as_of.clocks)
        if as_json:
            emit({"head": log.head(), **as_of.json, "links": [full(link) for link in found]})
            return
        titles = {entry.stream: entry.title for entry in log.register(**as_of.clocks)} if found else {}
    as_of.show()
    rows = [(link.stream, link.title, link.part_of, titles.get(link.part_of, "(not in the log)")) for link in found]
    show_table(LINK_COLUMNS, rows, "nothing is part of another")
