"""The timeline as plain SVG 1.1: no script, no font, no reference to anything outside itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from oplog.errors import InvalidValue
from oplog.narrative.render.canvas import BOLDER, FONT, Canvas, attributes_of, element, number
from oplog.narrative.render.lettering import fit, width
from oplog.narrative.render.plain import plain
from oplog.narrative.render.timeline_axis import LEVEL, draw_axis, levels_of
from oplog.narrative.render.timeline_key import draw_key
from oplog.narrative.render.timeline_tracks import NARROW, WIDE, Axis, Plot, draw_track

if TYPE_CHECKING:
    from oplog.narrative.timeline import Timeline, Track


def svg(timeline: Timeline, *, name: str = "timeline", narrow: bool = False) -> str:
    """The picture as one `<svg>` element, without an XML declaration, so that it can stand in HTML or in a file.

    It is as wide as an A4 page between its margins, or, `narrow`, as a phone, where each title stands above its track;
    it scales with its `viewBox`. `name` begins every id in it: give each picture of a page one of its own. Raises
    `InvalidValue` for a name that is no id.

    It is black on white. For a page that can be dark, add `canvas.CSS` to its style sheet.
    """
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", name):
        raise InvalidValue(f"{name!r} is no id; expected a letter, and then letters, digits, '-' and '_'")
    plot, height = draw(timeline, narrow=narrow)
    wide, high = number(plot.sheet.width), number(height)
    size = {"width": wide, "height": high, "viewBox": f"0 0 {wide} {high}"}
    named = {"id": name, "role": "img", "aria-labelledby": f"{name}-title {name}-desc"}
    root = {"xmlns": "http://www.w3.org/2000/svg", "version": "1.1", **named, **size, "font-family": FONT}
    title = element("title", {"id": f"{name}-title"}, plain(timeline.wording.title))
    desc = element("desc", {"id": f"{name}-desc"}, plain(timeline.description.text))
    drawn = [*plot.back.elements, *plot.canvas.ruled(), *plot.canvas.elements]
    return "\n".join([f"<svg{attributes_of(root)}>", title, desc, *drawn, "</svg>"])


def draw(timeline: Timeline, *, narrow: bool = False) -> tuple[Plot, float]:
    """What is drawn, with the boxes of all its texts, and the height of the sheet in pixels of 1/96 inch."""
    sheet = NARROW if narrow else WIDE
    plot = Plot(timeline, Canvas(), sheet, Axis(timeline.first, timeline.last, sheet.left, sheet.right - 8))
    levels = levels_of(plot)
    top = 4 + (max(levels.values(), default=-1) + 2) * sheet.small * LEVEL
    headings: list[tuple[float, str]] = []
    tracks: list[tuple[float, Track]] = []
    y = top
    for lane in timeline.lanes:
        if lane.title:
            headings.append((y + sheet.size * 1.45, plain(lane.title)))
            y += sheet.size * 2
        for track in lane.tracks:
            tracks.append((y, track))
            y += sheet.track
    strips = [(at + sheet.middle - 8, at + sheet.middle + 8) for at, _ in tracks] if sheet.above else [(top, y + 4)]
    draw_axis(plot, levels, top, strips)
    for base, title in headings:
        room = (sheet.width - 8) / BOLDER
        plot.canvas.text(4, base, fit(title, sheet.size, room), sheet.size, bold=True)
    indent = max(width(plain(track.number), sheet.size) for _, track in tracks)
    for at, track in tracks:
        _title(plot, track, at, 4 + min(indent, sheet.size * 5) + (8 if indent else 0))
        draw_track(plot, track, at + sheet.middle)
    return plot, draw_key(plot, y + sheet.size)


def _title(plot: Plot, track: Track, y: float, indent: float) -> None:
    """The paragraph and the title of an activity; the whole title is there for those who point at it."""
    sheet, whole = plot.sheet, plain(track.title)
    base = y + (sheet.size * 1.05 if sheet.above else sheet.middle + sheet.size * 0.35)
    room = (sheet.width - 6 if sheet.above else sheet.left - 8) - indent
    plot.canvas.begin(whole)
    plot.canvas.text(4, base, fit(plain(track.number), sheet.size, indent - 8), sheet.size)
    plot.canvas.text(indent, base, fit(whole, sheet.size, room), sheet.size)
    plot.canvas.end()
