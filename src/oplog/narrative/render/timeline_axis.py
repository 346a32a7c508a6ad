"""The axis of a timeline: its months, its causes, the day of the report, and what lies after the window."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from oplog.narrative.render import timeline_marks as marks
from oplog.narrative.render.canvas import GREY, INK, PALE, Rule
from oplog.narrative.render.lettering import width
from oplog.narrative.render.plain import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oplog.narrative.render.timeline_tracks import Axis, Plot
    from oplog.narrative.timeline import Timeline

MOST_MONTHS = 12
LEVEL = 1.75
"""The height of a line of small text, as a multiple of its size."""


def levels_of(plot: Plot) -> dict[str, int]:
    """The causes that lie on the axis, by their letters, each on the first level from the top where it has room."""
    taken: list[float] = []
    levels: dict[str, int] = {}
    size = plot.sheet.small
    for trigger in plot.timeline.triggers:
        first, last = trigger.first or date.min, trigger.last or date.max
        if last < plot.timeline.first or first > plot.timeline.last:
            continue
        x = _middle(plot.axis, trigger.first, trigger.last)
        half = max(size, width(trigger.letter, size)) * 0.8
        level = next((n for n, end in enumerate(taken) if end <= x - half), len(taken))
        taken[level : level + 1] = [x + half]
        levels[trigger.letter] = level
    return levels


def draw_axis(
    plot: Plot,
    levels: dict[str, int],
    top: float,
    strips: Sequence[tuple[float, float]],
    *,
    letters: bool,
    months: bool,
) -> None:
    """The axis at `top`, and behind the tracks, within each strip from its top to its bottom, what it marks.

    With `letters` those of the causes stand above it, and with `months` there is the axis itself, with their names.
    """
    canvas, axis, timeline, size = plot.canvas, plot.axis, plot.timeline, plot.sheet.small
    if timeline.last > timeline.until:
        for strip in strips:
            plot.back.block((axis.after(timeline.until), plot.sheet.right), strip, PALE)
    if months:
        canvas.line([(axis.left, top), (plot.sheet.right, top)], INK, 0.8)
    _draw_months(plot, top, strips, named=months)
    ticks = [(top - 3, top)] if months else []
    if timeline.first <= timeline.today <= timeline.last:
        x = axis.after(timeline.today)
        canvas.rules += [Rule(x, up, down, INK, 1.2) for up, down in (*ticks, *strips)]
    for trigger in timeline.triggers:
        if trigger.letter in levels:
            x = _middle(axis, trigger.first, trigger.last)
            y = 4 + size * (0.8 + levels[trigger.letter] * LEVEL)
            reach = [(y, top)] if letters else ticks
            canvas.rules += [Rule(x, up, down, INK, 0.7, "1 2.5") for up, down in (*reach, *strips)]
            if letters:
                canvas.begin(trigger.told.text)
                marks.letter(canvas, trigger.letter, x, y, size)
                canvas.end()


def _middle(axis: Axis, first: date | None, last: date | None) -> float:
    left = axis.left if first is None else axis.at(first)
    right = axis.right if last is None else axis.after(last)
    return (left + right) / 2


def _draw_months(plot: Plot, top: float, strips: Sequence[tuple[float, float]], *, named: bool) -> None:
    canvas, size = plot.canvas, plot.sheet.small
    days = _months(plot.timeline)
    edges = [*(plot.axis.at(day) for day in days), plot.sheet.width]
    wants_year = True
    for day, x, following in zip(days, edges, edges[1:], strict=False):
        if not named:
            canvas.rules += [Rule(x, up, down, GREY, 0.5) for up, down in strips]
            continue
        canvas.rules += [Rule(x, up, down, GREY, 0.5) for up, down in ((top - 3, top), *strips)]
        month = plain(plot.timeline.wording.months[day.month - 1])
        names = [f"{month} {day.year}", month] if wants_year or day.month == 1 else [month]
        name = next((n for n in names if x + 2 + width(n, size) + 2 <= following), "")
        canvas.text(x + 2, top - size * 0.5, name, size)
        wants_year = (wants_year or day.month == 1) and name in ("", month)


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
