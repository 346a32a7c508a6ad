"""The timeline as a table, for formats without pictures and for people who do not see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.narrative.document import Cell, Column, Row, Table

if TYPE_CHECKING:
    from oplog.narrative.timeline import Timeline

NOTHING = "\N{EN DASH}"


def as_table(timeline: Timeline) -> Table:
    """A row for each item, from the top of the picture: activity, what, when, cause, paragraph."""
    rows = []
    for track in timeline.tracks:
        for item in track.items:
            cells = (track.title, item.what, item.when, item.why or NOTHING, track.number or NOTHING)
            rows.append(
                Row(
                    cells=tuple(Cell(text=text, usual=text == NOTHING) for text in cells), positions=item.told.positions
                )
            )
    return Table(
        columns=tuple(Column(title=title) for title in timeline.wording.columns),
        rows=tuple(rows),
        lead=timeline.description.text,
    )
