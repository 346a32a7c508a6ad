"""The key of a timeline: what its signs mean, and which cause each letter is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.narrative.render import timeline_marks as marks
from oplog.narrative.render.canvas import INK, PALE
from oplog.narrative.render.lettering import lines, width
from oplog.narrative.render.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from oplog.narrative.render.timeline_tracks import Plot

INDENT = 24
MOST_LINES = 3


def draw_key(plot: Plot, top: float) -> float:
    """The key below `top`; gives where it ends."""
    letters = [(trigger.letter, trigger.told.text) for trigger in plot.timeline.triggers]
    y = _flow(plot, _signs(plot), top)
    return _flow(plot, letters, y) if letters else y


def _signs(plot: Plot) -> list[tuple[str, str]]:
    """The signs that the picture has, each with its words."""
    timeline, wording = plot.timeline, plot.timeline.wording
    items = [item for track in timeline.tracks for item in track.items]
    signs: list[tuple[str, str]] = list(wording.key)
    if any(not item.exact for item in items):
        signs.append(("vague", wording.vague))
    if any(item.instead_of is not None for item in items):
        signs.append(("instead", wording.instead))
    if timeline.triggers:
        signs.append((timeline.triggers[0].letter, wording.cause))
    if timeline.first <= timeline.today <= timeline.last:
        signs.append(("today", wording.today))
    if timeline.last > timeline.until:
        signs.append(("ahead", wording.ahead))
    return signs


def _flow(plot: Plot, entries: Iterable[tuple[str, str]], y: float) -> float:
    """Entries one after the other, on as many lines as they need."""
    size, end = plot.sheet.small, plot.sheet.width - 4
    step, x = size * 1.75, 4.0
    y += step / 2
    for sign, text in entries:
        told = lines(plain(text), size, end - 4 - INDENT, MOST_LINES)
        wide = INDENT + max(width(line, size) for line in told)
        if x > 4 and x + wide > end:
            x, y = 4.0, y + step
        _draw_sign(plot, sign, x, y)
        for n, line in enumerate(told):
            y += size * 1.25 if n else 0
            plot.canvas.text(x + INDENT, y + size * 0.35, line, size)
        x = end if len(told) > 1 else x + wide + 14
    return y + step / 2


def _draw_sign(plot: Plot, sign: str, x: float, y: float) -> None:
    canvas = plot.canvas
    kind = next((kind for kind, _ in plot.timeline.wording.key if kind == sign), None)
    if kind is not None:
        marks.sign(canvas, kind, x + 10, y)
    elif sign == "vague":
        marks.extent(canvas, x + 2, x + 18, y, exact=False)
    elif sign == "instead":
        marks.instead(canvas, x - 3, x + 23, y)
    elif sign == "today":
        canvas.line([(x + 10, y - 5), (x + 10, y + 5)], INK, 1.2)
    elif sign == "ahead":
        canvas.block((x + 2, x + 18), (y - 5, y + 5), PALE)
    else:
        marks.letter(canvas, sign, x + 10, y, plot.sheet.small)
