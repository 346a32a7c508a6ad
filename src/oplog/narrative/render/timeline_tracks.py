"""The tracks of a timeline: where on its sheet each item stands, and where there is room for words beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import Factory, define, frozen

from oplog.narrative.render import timeline_marks as marks
from oplog.narrative.render.canvas import PAPER
from oplog.narrative.render.lettering import clean, width

if TYPE_CHECKING:
    from datetime import date

    from oplog.narrative.render.canvas import Canvas
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


WIDE = Sheet(width=640, left=232, right=628, track=15.5, middle=8, size=9.5, small=8, above=False)
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
class _Room:
    """What of a track is taken: stretches from left to right."""

    taken: list[tuple[float, float]] = Factory(list)

    def free(self, left: float, right: float) -> bool:
        return all(right <= start or end <= left for start, end in self.taken)

    def take(self, left: float, right: float) -> None:
        self.taken.append((left, right))


LASTING = ("under way", "suspended")


@frozen
class _Place:
    """Where an item stands: its days from `left` to `right`, its sign at `middle`, and all its ink.

    `core` is the part of what lasts that is sure; `before` and `beyond` say that it reaches over an edge of the sheet.
    """

    item: Item
    left: float
    right: float
    core: tuple[float, float]
    before: bool
    beyond: bool

    @property
    def lasts(self) -> bool:
        return self.item.kind in LASTING

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    @property
    def drawn_wide(self) -> bool:
        """Whether more than its sign is drawn: the days that it took, or those within which it was."""
        return not self.item.exact or self.right - self.left > 2 * marks.HALF + 2

    @property
    def ink(self) -> tuple[float, float]:
        """Where its ink begins and ends."""
        reach = 0 if self.lasts else marks.HALF + (3 if self.drawn_wide else 0)
        left, right = min(self.left, self.middle - reach), max(self.right, self.middle + reach)
        return left - (5 if self.before and not self.lasts else 0), right + (5 if self.beyond else 0)


def draw_track(canvas: Canvas, sheet: Sheet, axis: Axis, timeline: Timeline, track: Track, y: float) -> None:
    """The items of a track on its line, with letters and dates where they find room."""
    places = [_place(axis, timeline, item) for item in track.items]
    room = _Room()
    for place in places:
        room.take(*place.ink)
    for place in places:
        if place.item.instead_of is not None:
            _arrow(canvas, room, places[place.item.instead_of], place, y)
    ordered = sorted(places, key=lambda place: not place.lasts)
    for place in ordered:
        canvas.begin(place.item.told.text)
        _draw(canvas, place, y)
        canvas.end()
    for place in ordered:
        _letter(canvas, sheet, room, place, y)
    for place in sorted(places, key=lambda place: (place.lasts, place.item.kind not in ("due", "planned"))):
        _date(canvas, sheet, room, place, y)


def _place(axis: Axis, timeline: Timeline, item: Item) -> _Place:
    lasts = item.kind in LASTING
    goes_on = timeline.until if lasts else timeline.last
    left = axis.left if item.first is None else axis.at(item.first)
    right = axis.after(goes_on if item.last is None else item.last)
    if left >= axis.right:
        left = right = axis.right - marks.HALF
    right = max(right, left + 2) if lasts else max(right, left)
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


def _letter(canvas: Canvas, sheet: Sheet, room: _Room, place: _Place, y: float) -> None:
    """The letter of its cause, on the bar of what lasts or beside the sign; where there is no room, the table tells."""
    letter = place.item.cause
    if letter is None:
        return
    half = max(sheet.small, width(letter, sheet.small)) * 0.72 + 1
    start, stop = place.ink
    if place.lasts and stop - start > 2 * half:
        marks.letter(canvas, letter, start + half, y, sheet.small)
        return
    for away in range(0, 60, 3):
        for middle in (stop + half + away, start - half - away):
            if sheet.left <= middle - half and middle + half <= sheet.width and room.free(middle - half, middle + half):
                marks.letter(canvas, letter, middle, y, sheet.small)
                room.take(middle - half, middle + half)
                return


def _date(canvas: Canvas, sheet: Sheet, room: _Room, place: _Place, y: float) -> None:
    """Its date in words, to the right of it or to the left, where nothing else is; what is due says what it is too."""
    item, size = place.item, sheet.small
    texts = [f"{item.what}: {item.when}"] if item.kind in ("due", "planned") else []
    if place.lasts and (place.before or not item.exact or item.last is not None):
        return
    for text in (*texts, item.when):
        text = clean(text)
        wide = width(text, size) + 4
        for left in (place.ink[1] + 1, _after(room, place.ink[1]), place.ink[0] - 1 - wide):
            if sheet.left <= left and left + wide <= sheet.width and room.free(left, left + wide):
                canvas.block(left + 1, y - size * 0.6, left + wide - 1, y + size * 0.6, PAPER)
                canvas.text(left + 2, y + size * 0.36, text, size)
                room.take(left, left + wide)
                return


def _after(room: _Room, x: float) -> float:
    """The end of what stands right behind a place, such as the letter of its cause."""
    return max((end for start, end in room.taken if start - 2 <= x < end), default=x) + 1
