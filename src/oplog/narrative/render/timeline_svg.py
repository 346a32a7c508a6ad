"""The timeline as SVG that needs nothing: no script, no style sheet, no font of its own, no reference to anything."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from oplog.errors import InvalidValue
from oplog.narrative.render.canvas import FONT, attributes_of, element, number
from oplog.narrative.render.plain import plain
from oplog.narrative.render.timeline_lanes import draw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oplog.narrative.render.timeline_lanes import Part
    from oplog.narrative.render.timeline_tracks import Sheet
    from oplog.narrative.timeline import Timeline


def svg(timeline: Timeline, *, name: str = "timeline", narrow: bool = False) -> str:
    """The picture as one `<svg>` element, without an XML declaration, so that it can stand in HTML or in a file.

    It is as wide as an A4 page between its margins, or, `narrow`, as a phone, where each title stands above its track;
    it scales with its `viewBox`. `name` begins every id in it: give each picture of a page one of its own. Raises
    `InvalidValue` for a name that is no id.

    It is black on white. For a page that can be dark, add `canvas.CSS` to its style sheet.
    """
    drawing = draw(timeline, narrow=narrow)
    told = plain(timeline.wording.title), plain(timeline.description.text)
    return _element(drawing.sheet, drawing.parts, name, *told)


def svg_parts(timeline: Timeline, *, name: str = "timeline") -> list[tuple[str, str]]:
    """The wide picture in parts that stand one below the other, so that a page can end between two of them.

    Each is an `<svg>` element as `svg` gives it, with what it shows in words: above all what the whole shows, and then
    each item. Ids begin with `name` and the number of the part, from 1.
    """
    drawing = draw(timeline)
    found = []
    for n, part in enumerate(drawing.parts, 1):
        items = [item.told.text for track in part.lane.tracks for item in track.items]
        above = [timeline.description.text] if n == 1 else []
        words = plain(" ".join([*above, *items]))
        title = plain(part.lane.title) or plain(timeline.wording.title)
        found.append((_element(drawing.sheet, [part], f"{name}-{n}", title, words), words))
    return found


def _element(sheet: Sheet, parts: Sequence[Part], name: str, title: str, desc: str) -> str:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", name):
        raise InvalidValue(f"{name!r} is no id; expected a letter, and then letters, digits, '-' and '_'")
    top, wide, high = number(parts[0].top), number(sheet.width), number(parts[-1].bottom - parts[0].top)
    size = {"width": wide, "height": high, "viewBox": f"0 {top} {wide} {high}"}
    named = {"id": name, "role": "img", "aria-labelledby": f"{name}-title {name}-desc"}
    root = {"xmlns": "http://www.w3.org/2000/svg", "version": "1.1", **named, **size, "font-family": FONT}
    told = [element("title", {"id": f"{name}-title"}, title), element("desc", {"id": f"{name}-desc"}, desc)]
    drawn = [one for part in parts for one in (*part.back.elements, *part.canvas.ruled(), *part.canvas.elements)]
    return "\n".join([f"<svg{attributes_of(root)}>", *told, *drawn, "</svg>"])
