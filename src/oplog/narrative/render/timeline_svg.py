"""The timeline as plain SVG 1.1: no script, no font, no reference to anything outside itself."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from oplog.errors import InvalidValue
from oplog.narrative.render import timeline_marks as marks
from oplog.narrative.render.canvas import FONT, GREY, INK, PALE, Canvas, number
from oplog.narrative.render.lettering import clean, fit, lines, width
from oplog.narrative.render.timeline_tracks import NARROW, WIDE, Axis, Sheet, draw_track

if TYPE_CHECKING:
    from collections.abc import Callable

    from oplog.narrative.timeline import Timeline, Track

MOST_MONTHS = 12


def svg(timeline: Timeline, *, name: str = "timeline", narrow: bool = False) -> str:
    """The picture as one `<svg>` element, without an XML declaration, so that it can stand in HTML or in a file.

    It is as wide as an A4 page between its margins, or, `narrow`, as a phone, where each title stands above its track;
    it scales with its `viewBox`. `name` begins every id in it: give each picture of a page one of its own. Raises
    `InvalidValue` for a name that is no XML id of ASCII letters, digits, hyphens and underlines.

    It is black on white. In a page that can be dark, add `canvas.CSS` to its style sheet.
    """
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", name):
        raise InvalidValue(f"{name!r} is no id; expected a letter, and then letters, digits, '-' and '_'")
    canvas, sheet, height = draw(timeline, narrow=narrow)
    size = f"{number(sheet.width)} {number(height)}"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" version="1.1" id="{name}" role="img"'
            f' aria-labelledby="{name}-title {name}-desc" width="{number(sheet.width)}" height="{number(height)}"'
            f' viewBox="0 0 {size}" font-family={quoteattr(FONT)}>',
            f'<title id="{name}-title">{escape(clean(timeline.wording.title))}</title>',
            f'<desc id="{name}-desc">{escape(clean(timeline.description.text))}</desc>',
            *canvas.elements,
            "</svg>",
        ]
    )


def draw(timeline: Timeline, *, narrow: bool = False) -> tuple[Canvas, Sheet, float]:
    """What is on the sheet, with the boxes of its texts; the sheet, and its height in pixels."""
    sheet = NARROW if narrow else WIDE
    axis = Axis(timeline.first, timeline.last, sheet.left, sheet.right - 8)
    canvas = Canvas()
    levels = _levels(timeline, axis, sheet)
    top = 4 + (max(levels.values(), default=-1) + 1) * sheet.small * 1.7 + sheet.small * 1.7
    heading = sheet.size * 2
    bottom = top + sum((heading if lane.title else 0) + len(lane.tracks) * sheet.track for lane in timeline.lanes) + 4
    _behind(canvas, sheet, axis, timeline, top, bottom)
    for letter, level in levels.items():
        trigger = next(t for t in timeline.triggers if t.letter == letter)
        x = _middle(axis, trigger.first, trigger.last)
        y = 4 + sheet.small * 0.8 + level * sheet.small * 1.7
        canvas.begin(trigger.told.text)
        canvas.line([(x, y), (x, bottom)], INK, 0.7, "1 2.5")
        marks.letter(canvas, letter, x, y, sheet.small)
        canvas.end()
    y = top
    for lane in timeline.lanes:
        if lane.title:
            canvas.text(
                4, y + heading * 0.72, fit(clean(lane.title), sheet.size, sheet.width - 8), sheet.size, bold=True
            )
            y += heading
        for track in lane.tracks:
            _title(canvas, sheet, track, y)
            draw_track(canvas, sheet, axis, timeline, track, y + sheet.middle)
            y += sheet.track
    return canvas, sheet, _key(canvas, sheet, timeline, bottom + sheet.size)


def _title(canvas: Canvas, sheet: Sheet, track: Track, y: float) -> None:
    """The paragraph and the title of an activity; the whole title is there for those who point at it."""
    base = y + (sheet.size * 1.05 if sheet.above else sheet.middle + sheet.size * 0.35)
    indent = 4 + (width("00.00 ", sheet.size) if track.number else 0)
    room = (sheet.width - 6 if sheet.above else sheet.left - 8) - indent
    whole = clean(track.title)
    canvas.begin(whole)
    canvas.text(4, base, fit(clean(track.number), sheet.size, indent - 6), sheet.size)
    canvas.text(indent, base, fit(whole, sheet.size, room), sheet.size)
    canvas.end()


def _middle(axis: Axis, first: date | None, last: date | None) -> float:
    left = axis.left if first is None else axis.at(first)
    right = axis.right if last is None else axis.after(last)
    return (left + right) / 2


def _levels(timeline: Timeline, axis: Axis, sheet: Sheet) -> dict[str, int]:
    """The triggers that lie on the axis, each on the first level from below on which its letter has room."""
    taken: list[float] = []
    levels: dict[str, int] = {}
    for trigger in timeline.triggers:
        first, last = trigger.first or date.min, trigger.last or date.max
        if last < timeline.first or first > timeline.last:
            continue
        x = _middle(axis, trigger.first, trigger.last)
        half = max(sheet.small, width(trigger.letter, sheet.small)) * 0.8
        level = next((n for n, end in enumerate(taken) if end <= x - half), len(taken))
        taken[level : level + 1] = [x + half]
        levels[trigger.letter] = level
    return levels


def _behind(canvas: Canvas, sheet: Sheet, axis: Axis, timeline: Timeline, top: float, bottom: float) -> None:
    """The days: a line and a name for each month, what lies after the window, and the day of the report."""
    if timeline.last > timeline.until:
        canvas.block(axis.after(timeline.until), top, sheet.right, bottom, PALE)
    canvas.line([(axis.left, top), (sheet.right, top)], INK, 0.8)
    free, years = 0.0, True
    for first in _months(timeline):
        x = axis.at(first)
        canvas.line([(x, top - 3), (x, bottom)], GREY, 0.5)
        month = clean(timeline.wording.months[first.month - 1])
        year = years or first.month == 1
        room = sheet.width - x
        name = next((n for n in ([f"{month} {first.year}", month] if year else [month])
                     if width(n, sheet.small) <= min(room, _to_next(axis, timeline, first))), "")  # fmt: skip
        if name and x >= free:
            canvas.text(x + 2, top - sheet.small * 0.5, name, sheet.small)
            years = year and name == month
            free = x + width(name, sheet.small) + 4
    if timeline.first <= timeline.today <= timeline.last:
        x = axis.after(timeline.today)
        canvas.line([(x, top - 3), (x, bottom)], INK, 1.2)


def _months(timeline: Timeline) -> list[date]:
    """The first day of the axis, and the first days of months after it; of a long time those of every so many."""
    months = (timeline.last.year - timeline.first.year) * 12 + timeline.last.month - timeline.first.month
    step = next((n for n in (1, 3, 6, 12) if months / n <= MOST_MONTHS), 12 * (months // (12 * MOST_MONTHS) + 1))
    found = [timeline.first]
    for n in range(1, months + 1):
        year, month = divmod(timeline.first.year * 12 + timeline.first.month - 1 + n, 12)
        if (year * 12 + month) % step == 0:
            found.append(date(year, month + 1, 1))
    return found


def _to_next(axis: Axis, timeline: Timeline, first: date) -> float:
    after = [axis.at(day) for day in _months(timeline) if day > first]
    return (after[0] if after else axis.right + 8) - axis.at(first) - 4


def _key(canvas: Canvas, sheet: Sheet, timeline: Timeline, y: float) -> float:
    """What the signs mean, and which cause each letter is; gives the height at which it ends."""
    wording = timeline.wording
    items = [item for track in timeline.tracks for item in track.items]
    entries: list[tuple[Callable[[float, float], None], str]] = [
        (lambda x, at, kind=kind: marks.sign(canvas, kind, x + 10, at), text) for kind, text in wording.key
    ]
    if any(not item.exact for item in items):
        entries.append((lambda x, at: marks.extent(canvas, x + 2, x + 18, at, exact=False), wording.vague))
    if any(item.instead_of is not None for item in items):
        entries.append((lambda x, at: marks.instead(canvas, x + 1, x + 19, at), wording.instead))
    if timeline.triggers:
        entries.append(
            (lambda x, at: marks.letter(canvas, timeline.triggers[0].letter, x + 10, at, sheet.small), wording.cause)
        )
    if timeline.first <= timeline.today <= timeline.last:
        entries.append((lambda x, at: canvas.line([(x + 10, at - 5), (x + 10, at + 5)], INK, 1.2), wording.today))
    if timeline.last > timeline.until:
        entries.append((lambda x, at: canvas.block(x + 2, at - 5, x + 18, at + 5, PALE), wording.ahead))
    step, x = sheet.small * 1.75, 4.0
    y += step / 2
    for mark, text in entries:
        shown = fit(clean(text), sheet.small, sheet.width - 34)
        wide = 26 + width(shown, sheet.small) + 10
        if x > 4 and x + wide - 10 > sheet.width - 4:
            x, y = 4.0, y + step
        mark(x, y)
        canvas.text(x + 24, y + sheet.small * 0.35, shown, sheet.small)
        x += wide
    for trigger in timeline.triggers:
        y += step
        marks.letter(canvas, trigger.letter, 14, y, sheet.small)
        for n, line in enumerate(lines(clean(trigger.told.text), sheet.small, sheet.width - 34, 3)):
            y += step * 0.8 if n else 0
            canvas.text(28, y + sheet.small * 0.35, line, sheet.small)
    return y + step
