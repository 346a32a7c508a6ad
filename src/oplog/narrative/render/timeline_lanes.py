"""The lanes of a timeline, one below the other: what a drawing consists of, and how high each part of it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve, frozen

from oplog.narrative.render.canvas import BOLDER, Canvas
from oplog.narrative.render.lettering import fit, lines, width
from oplog.narrative.render.plain import plain
from oplog.narrative.render.timeline_axis import LEVEL, draw_axis, levels_of
from oplog.narrative.render.timeline_key import draw_key
from oplog.narrative.render.timeline_tracks import NARROW, WIDE, Axis, Plot, draw_track

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oplog.narrative.render.canvas import Box
    from oplog.narrative.render.timeline_tracks import Sheet
    from oplog.narrative.timeline import Lane, Timeline, Track

MOST_TRACKS = 18
"""So many tracks of a lane are in one part, so that each fits on a page."""
TITLE_LINES = 2
"""A title that needs more lines is cut, and there in full for those who point at it."""
_LINE = 1.15
"""The height of a line of a title, as a multiple of its size."""
_GAP = 4
"""What stands above the letters, and below the tracks of a lane."""


@frozen
class Part:
    """A lane of the picture, from `top` to `bottom`, which need not stand on the page of the others."""

    lane: Lane
    canvas: Canvas
    back: Canvas
    top: float
    bottom: float


@frozen
class Drawing:
    """A picture, from the top to the bottom, in pixels of 1/96 inch."""

    sheet: Sheet
    parts: tuple[Part, ...]

    @property
    def height(self) -> float:
        """How high it is."""
        return self.parts[-1].bottom

    @property
    def boxes(self) -> list[Box]:
        """The boxes of all its texts."""
        return [box for part in self.parts for box in part.canvas.boxes]


def draw(timeline: Timeline, *, narrow: bool = False) -> Drawing:
    """The picture, part for part; the key is below the last lane."""
    sheet = NARROW if narrow else WIDE
    axis = Axis(timeline.first, timeline.last, sheet.left, sheet.right - 8)
    parts: list[Part] = []
    y = 0.0
    for lane in _lanes(timeline):
        plot = Plot(timeline, Canvas(), sheet, axis)
        bottom = _draw_lane(plot, lane, y, first=not parts)
        parts.append(Part(lane, plot.canvas, plot.back, y, bottom))
        y = bottom
    parts[-1] = evolve(parts[-1], bottom=draw_key(plot, y + sheet.size - _GAP))
    return Drawing(sheet, tuple(parts))


def _lanes(timeline: Timeline) -> Iterator[Lane]:
    """The lanes, a long one in several."""
    for lane in timeline.lanes:
        for n in range(0, len(lane.tracks), MOST_TRACKS):
            yield evolve(lane, tracks=lane.tracks[n : n + MOST_TRACKS])


def _draw_lane(plot: Plot, lane: Lane, top: float, *, first: bool) -> float:
    """A lane below `top`, with the axis in the line of its title; gives where it ends.

    Where titles stand above their tracks, the axis is there only once, above the first lane.
    """
    sheet, levels = plot.sheet, levels_of(plot)
    y = top + (_GAP + (max(levels.values(), default=-1) + 1) * sheet.small * LEVEL if first else 0)
    line = y + sheet.small * LEVEL
    if sheet.above:
        y = _draw_title(plot, lane, line if first else y)
    else:
        y = line = max(line, _draw_title(plot, lane, y))
    middles = []
    for track in lane.tracks:
        middle, height = _draw_name(plot, track, y)
        middles.append(middle)
        y += height
    strips = [(middle - 8, middle + 8) for middle in middles] if sheet.above else [(line, y + _GAP)]
    draw_axis(plot, levels, line, strips, letters=first, months=first or not sheet.above)
    for track, middle in zip(lane.tracks, middles, strict=True):
        draw_track(plot, track, middle)
    return y + _GAP


def _draw_title(plot: Plot, lane: Lane, y: float) -> float:
    """The title of a lane below `y`; gives where it ends."""
    sheet, title = plot.sheet, plain(lane.title)
    if not title:
        return y
    room = (sheet.width - 8 if sheet.above else sheet.left - 12) / BOLDER
    told = lines(title, sheet.size, room, TITLE_LINES)
    for n, text in enumerate(told):
        plot.canvas.text(4, y + sheet.size * (1.3 + n * _LINE), text, sheet.size, bold=True)
    return y + sheet.size * (1.7 + (len(told) - 1) * _LINE)


def _draw_name(plot: Plot, track: Track, y: float) -> tuple[float, float]:
    """The paragraph and the title of an activity below `y`; gives the line of its track, and its height."""
    sheet, title, number = plot.sheet, plain(track.title), plain(track.number)
    widest = max(width(plain(one.number), sheet.size) for one in plot.timeline.tracks)
    indent = 4 + min(widest, sheet.size * 5) + (8 if widest else 0)
    room = (sheet.width - 6 if sheet.above else sheet.left - 8) - indent
    told = lines(title, sheet.size, room, TITLE_LINES)
    more = (len(told) - 1) * sheet.size * _LINE
    middle = y + (more + sheet.middle if sheet.above else (more + sheet.track) / 2)
    base = y + sheet.size * 1.05 if sheet.above else middle - more / 2 + sheet.size * 0.35
    plot.canvas.begin(title)
    plot.canvas.text(4, base, fit(number, sheet.size, indent - 8), sheet.size)
    for n, text in enumerate(told):
        plot.canvas.text(indent, base + n * sheet.size * _LINE, text, sheet.size)
    plot.canvas.end()
    return middle, sheet.track + more
