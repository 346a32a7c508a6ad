"""The timeline as a table, for formats without pictures and for people who do not see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.narrative.document import Cell, Column, Row, Table

if TYPE_CHECKING:
    from oplog.narrative.timeline import Timeline


def as_table(timeline: Timeline) -> Table:
    """A row for each item, from the top of the picture: activity, what, when, cause, paragraph."""
    causes = {trigger.letter: trigger.told.text for trigger in timeline.triggers}
    kinds = dict(timeline.wording.key)
    rows = []
    for track in timeline.tracks:
        for item in track.items:
            cause = causes.get(item.cause or "", "\N{EN DASH}")
            cells = (track.title, kinds[item.kind], item.when, cause, track.number)
            rows.append(Row(cells=tuple(Cell(text=text) for text in cells), positions=item.told.positions))
    return Table(
        columns=tuple(Column(title=title) for title in timeline.wording.columns),
        rows=tuple(rows),
        lead=timeline.description.text,
    )
