"""The tracks of a timeline: where on its sheet each item stands, and where there is room for words beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import Factory, define, evolve, frozen

from oplog.narrative.render import timeline_marks as marks
from oplog.narrative.render.canvas import Canvas
from oplog.narrative.render.lettering import width
from oplog.narrative.render.plain import plain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from oplog.narrative.timeline import Item, Timeline, Track


@frozen(kw_only=True)
class Sheet:
    """Measures in pixels of 1/96 inch: the sheet, the part of it on which days lie, a track, and the font sizes.

    `middle` is how far below its top the line of a track is. With `above`, its title stands over it.
    """

    width: float
    left: float
    right: float
    track: float
    middle: float
    size: float
    small: float
    above: bool


WIDE = Sheet(width=604, left=206, right=594, track=16.5, middle=8.25, size=10.5, small=10.1, above=False)
"""As wide as the pages are between their margins, so that no text there is smaller than 7.5 points."""
NARROW = Sheet(width=360, left=10, right=348, track=33, middle=23.5, size=11.5, small=10, above=True)


@frozen
class Axis:
    """Where a day lies on the sheet."""

    first: date
    last: date
    left: float
    right: float

    def at(self, day: date) -> float:
        """The left edge of a day, kept on the sheet."""
        days = (self.last - self.first).days + 1
        return self.left + (self.right - self.left) * min(max((day - self.first).days, 0), days) / days

    def after(self, day: date) -> float:
        """The right edge of a day, kept on the sheet."""
        days = (self.last - self.first).days + 1
        return self.left + (self.right - self.left) * min(max((day - self.first).days + 1, 0), days) / days


@define
class Plot:
    """What is being drawn: on which canvas and sheet, along which axis, and what lies `back` behind all of it."""

    timeline: Timeline
    canvas: Canvas
    sheet: Sheet
    axis: Axis
    back: Canvas = Factory(Canvas)


@define
class _Room:
    """What of a track is taken: stretches from left to right."""

    taken: list[tuple[float, float]] = Factory(list)

    def free(self, left: float, right: float) -> bool:
        return all(right <= start or end <= left for start, end in self.taken)

    def take(self, left: float, right: float) -> None:
        self.taken.append((left, right))


LASTING = ("under_way", "suspended")
SIDE = 2 * marks.HALF + 1
SAY_WHAT = ("due", "planned", "ended", "evaluated")
"""Of these kinds, the words beside an item say what it is, and not only when."""


@frozen
class _Place:
    """Where an item stands: its days from `left` to `right`, its sign at `middle`, and all its ink.

    `core` is the part of what lasts that is sure; `before` and `beyond` say that it reaches over an edge of the axis,
    and `off` that all of it lies beyond. Its sign stands `aside` from their middle where another is.
    """

    item: Item
    left: float
    right: float
    core: tuple[float, float]
    before: bool
    beyond: bool
    off: bool = False
    aside: float = 0

    @property
    def lasts(self) -> bool:
        return self.item.kind in LASTING

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2 + self.aside

    @property
    def drawn_wide(self) -> bool:
        """Whether more than its sign is drawn: the days that it took, or those within which it was."""
        return not self.off and (not self.item.exact or self.right - self.left > 2 * marks.HALF + 2)

    @property
    def ink(self) -> tuple[float, float]:
        """Where its ink begins and ends."""
        reach = 0 if self.lasts else marks.HALF + (3 if self.drawn_wide else 0)
        left, right = min(self.left, self.middle - reach), max(self.right, self.middle + reach)
        return left - (5 if self.before and not self.lasts else 0), right + (5 if self.beyond else 0)


def draw_track(plot: Plot, track: Track, y: float) -> None:
    """The items of a track on its line, with letters and dates where they find room."""
    ahead = [item for item in track.items if item.first is not None and item.first > plot.timeline.last]
    places = [_place(plot, item, len(ahead) - ahead.index(item) - 1 if item in ahead else None) for item in track.items]
    places = _side_by_side(plot.axis, places)
    room = _Room()
    for place in places:
        room.take(*place.ink)
    for place in places:
        if place.item.instead_of is not None:
            _arrow(plot.canvas, room, places[place.item.instead_of], place, y)
    ordered = sorted(places, key=lambda place: not place.lasts)
    for place in ordered:
        plot.canvas.begin(place.item.told.text)
        _draw(plot.canvas, place, y)
        plot.canvas.end()
    ends = [_letter(plot, room, place, y) for place in places]
    dated = sorted(zip(places, ends, strict=True), key=lambda pair: (pair[0].lasts, pair[0].item.kind not in SAY_WHAT))
    for place, end in dated:
        _date(plot, room, place, end, y)


def _place(plot: Plot, item: Item, from_edge: int | None) -> _Place:
    """Where an item stands; what lies ahead of the axis stands at its edge, side by side."""
    axis, timeline = plot.axis, plot.timeline
    if from_edge is not None:
        x = axis.right - marks.HALF - from_edge * (2 * marks.HALF + 6)
        return _Place(item, x, x, (x, x), before=False, beyond=from_edge == 0, off=True)
    lasts = item.kind in LASTING
    goes_on = timeline.until if lasts else timeline.last
    left = axis.left if item.first is None else axis.at(item.first)
    right = max(axis.after(goes_on if item.last is None else item.last), left + (2 if lasts else 0))
    sure_left = left if item.sure_from is None else axis.after(item.sure_from)
    sure_right = right if item.sure_to is None else axis.at(item.sure_to)
    return _Place(
        item,
        left,
        right,
        (min(max(sure_left, left), right), min(max(sure_right, left), right)),
        before=item.first is None or item.first < timeline.first,
        beyond=item.last is None or item.last > timeline.last,
    )


def _side_by_side(axis: Axis, places: Sequence[_Place]) -> list[_Place]:
    """Each sign where none hides another, as far as there is room: what is not exact gives way to what is."""
    taken: list[float] = []
    aside: dict[int, float] = {}
    for n, place in sorted(enumerate(places), key=lambda pair: not pair[1].item.exact):
        if not place.lasts and not place.off:
            near = (sign * step * SIDE for step in range(len(places)) for sign in (1, -1))
            middles = [place.middle + away for away in near]
            onto = [x for x in middles if axis.left <= x <= axis.right and all(abs(x - t) >= SIDE for t in taken)]
            taken.append(onto[0] if onto else place.middle)
            aside[n] = taken[-1] - place.middle
    return [evolve(place, aside=aside.get(n, 0.0)) for n, place in enumerate(places)]


def _arrow(canvas: Canvas, room: _Room, old: _Place, new: _Place, y: float) -> None:
    """From a date that holds no longer to the one that took its place, where there is room for an arrow."""
    forth = new.middle > old.middle
    start, tip = (old.ink[1], new.ink[0]) if forth else (old.ink[0], new.ink[1])
    if (tip - start if forth else start - tip) > 7:
        marks.instead(canvas, start, tip, y)
        room.take(min(start, tip), max(start, tip))


def _draw(canvas: Canvas, place: _Place, y: float) -> None:
    item, left, right = place.item, place.left, place.right
    if place.lasts:
        sure_left, sure_right = place.core
        if sure_right - sure_left > 1:
            marks.bar(canvas, item.kind, sure_left, sure_right, y)
            marks.vague_bar(canvas, left, sure_left, y)
            marks.vague_bar(canvas, sure_right, right, y)
        else:
            marks.vague_bar(canvas, left, right, y)
    else:
        if place.drawn_wide:
            reach = marks.HALF + 3
            ends = min(left, place.middle - reach), max(right, place.middle + reach)
            marks.extent(canvas, *ends, y, exact=item.exact)
        marks.sign(canvas, item.kind, place.middle, y)
    if place.beyond:
        marks.onward(canvas, place.ink[1] - 5, y)
    if place.before and not place.lasts:
        marks.onward(canvas, place.ink[0] + 5, y, -1)


def _letter(plot: Plot, room: _Room, place: _Place, y: float) -> float:
    """The letter of its cause, on the bar of what lasts or beside the sign; gives where words may stand after it.

    Where there is no room it is left out: the table tells of the cause too.
    """
    letter, size = place.item.cause, plot.sheet.small
    start, stop = place.ink
    if letter is None:
        return stop
    half = max(size, width(letter, size)) * 0.72 + 1
    if place.lasts and stop - start > 2 * half:
        marks.letter(plot.canvas, letter, start + half, y, size)
        return stop
    for middle in (stop + half, start - half):
        left, right = middle - half, middle + half
        if plot.sheet.left - 2 * half <= left and right <= plot.sheet.width and room.free(left, right):
            marks.letter(plot.canvas, letter, middle, y, size)
            room.take(left, right)
            return max(right, stop)
    return stop


def _date(plot: Plot, room: _Room, place: _Place, end: float, y: float) -> None:
    """Its date in words, to the right of it or to the left, where nothing else is; what is due says what it is too."""
    item, size, canvas = place.item, plot.sheet.small, plot.canvas
    if place.lasts and place.before and item.last is None:
        return
    texts = [f"{item.what}: {item.when}"] if item.kind in SAY_WHAT else []
    for text in map(plain, (*texts, item.when)):
        wide = width(text, size) + 4
        for left in (end + 1, place.ink[0] - 1 - wide):
            if plot.sheet.left <= left and left + wide <= plot.sheet.width and room.free(left, left + wide):
                canvas.text(left + 2, y + size * 0.36, text, size)
                room.take(left, left + wide)
                return
