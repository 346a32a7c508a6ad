"""The signs of a timeline. They differ in shape and not in colour, so that they tell in black and white as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.narrative.render.canvas import GREY, INK, PAPER

if TYPE_CHECKING:
    from oplog.narrative.render.canvas import Canvas
    from oplog.narrative.timeline import Kind

HALF = 4.0
"""Half the width and height of a sign."""


def sign(canvas: Canvas, kind: Kind, x: float, y: float) -> None:
    """The sign of what was, or is to be, on a day or at some time within a few, with its middle at a point."""
    h = HALF
    match kind:
        case "held":
            canvas.circle(x, y, h - 0.2, INK)
        case "planned":
            canvas.circle(x, y, h - 0.2, PAPER)
        case "moved":
            canvas.shape([(x - h - 0.6, y), (x, y - h - 0.6), (x + h + 0.6, y), (x, y + h + 0.6)], PAPER, thick=1.2)
        case "postponed":
            canvas.shape([(x - h + 0.4, y - h + 0.4), (x + h - 0.4, y - h + 0.4), (x + h - 0.4, y + h - 0.4),
                          (x - h + 0.4, y + h - 0.4)], PAPER, thick=1.2)  # fmt: skip
        case "cancelled":
            for ink, thick in ((PAPER, 4.0), (INK, 2.0)):
                canvas.line([(x - h + 0.5, y - h + 0.5), (x + h - 0.5, y + h - 0.5)], ink, thick)
                canvas.line([(x - h + 0.5, y + h - 0.5), (x + h - 0.5, y - h + 0.5)], ink, thick)
        case "ended":
            canvas.block((x - h + 0.6, x + h - 0.6), (y - h + 0.6, y + h - 0.6), INK, INK)
        case "due" | "evaluated":
            fill = PAPER if kind == "due" else INK
            canvas.shape([(x - h - 0.4, y - h + 0.6), (x + h + 0.4, y - h + 0.6), (x, y + h)], fill, thick=1.2)
        case "under_way" | "suspended":
            bar(canvas, kind, x - 2 * h, x + 2 * h, y)


def bar(canvas: Canvas, kind: Kind, left: float, right: float, y: float) -> None:
    """The bar of what lasts: grey while it was under way, hatched while it was suspended."""
    top, bottom = y - 3.0, y + 3.0
    if kind == "under_way":
        canvas.block((left, right), (top, bottom), GREY)
        return
    canvas.block((left, right), (top, bottom), PAPER, INK)
    x = left - (bottom - top)
    while x < right:
        start, end = max(x, left), min(x + (bottom - top), right)
        if end > start:
            canvas.line([(start, bottom - (start - x)), (end, bottom - (end - x))], INK, 0.8)
        x += 4.0


def vague_bar(canvas: Canvas, left: float, right: float, y: float) -> None:
    """The part of what lasts of which nobody knows whether it did already, or still."""
    if right - left > 1:
        canvas.line([(left, y - 3), (right, y - 3)], INK, 0.8, "1.5 1.5")
        canvas.line([(left, y + 3), (right, y + 3)], INK, 0.8, "1.5 1.5")
        canvas.line([(left, y - 3), (left, y + 3)], INK, 0.8)


def extent(canvas: Canvas, left: float, right: float, y: float, *, exact: bool) -> None:
    """The days of something: a thick line over all of them, or a dashed one between two ticks, if within."""
    if exact:
        canvas.line([(left, y), (right, y)], INK, 3)
        return
    canvas.line([(left, y), (right, y)], INK, 1, "2 2")
    for x in (left, right):
        canvas.line([(x, y - 3), (x, y + 3)], INK, 1)


def onward(canvas: Canvas, x: float, y: float, direction: int = 1) -> None:
    """An arrow head: it goes on beyond the edge, to the right or (-1) to the left."""
    canvas.shape([(x, y - 3.2), (x + 5 * direction, y), (x, y + 3.2)], INK, thick=0.5)


def instead(canvas: Canvas, left: float, right: float, y: float) -> None:
    """The arrow from a date that holds no longer to the one that took its place."""
    forth = 1 if right > left else -1
    canvas.line([(left + 5 * forth, y), (right - 6 * forth, y)], INK, 1)
    tip = right - 5.5 * forth
    canvas.line([(tip - 3.5 * forth, y - 2.5), (tip, y), (tip - 3.5 * forth, y + 2.5)], INK, 1)


def letter(canvas: Canvas, text: str, x: float, y: float, size: float) -> None:
    """The letter of a cause, in a ring."""
    canvas.circle(x, y, size * 0.72, PAPER)
    canvas.text(x, y + size * 0.35, text, size, middle=True)
