"""A sheet to draw on: shapes and text become SVG elements, with numbers of two decimals."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from attrs import Factory, define, frozen

from oplog.narrative.render.lettering import clean, width

if TYPE_CHECKING:
    from collections.abc import Sequence

INK, GREY, PALE, PAPER = "#000000", "#8c8c8c", "#f0f0f0", "#ffffff"
CLASSES = {INK: "ink", GREY: "grey", PALE: "pale", PAPER: "paper"}
FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif"

CSS = """\
svg .ink { fill: currentColor; } svg .ink-line { stroke: currentColor; }
svg .grey { fill: GrayText; } svg .grey-line { stroke: GrayText; }
svg .pale { fill: currentColor; fill-opacity: 0.07; } svg .pale-line { stroke: currentColor; stroke-opacity: 0.2; }
svg .paper { fill: Canvas; } svg .paper-line { stroke: Canvas; }
"""
"""A style sheet for a page that is shown dark or light. Without it the picture is black on white."""


@frozen
class Box:
    """The room that a text takes at most."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        """Whether they share more than an edge."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


@define
class Canvas:
    """What was drawn so far, and the boxes of all texts on it."""

    elements: list[str] = Factory(list)
    boxes: list[Box] = Factory(list)

    def line(self, points: Sequence[tuple[float, float]], ink: str = INK, thick: float = 1, dash: str = "") -> None:
        """A line through points."""
        path = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self.elements.append(
            f'<path class="{CLASSES[ink]}-line" d="{path}" fill="none" stroke="{ink}"'
            f' stroke-width="{number(thick)}"{dashed}/>'
        )

    def shape(self, points: Sequence[tuple[float, float]], fill: str = INK, edge: str = INK, thick: float = 1) -> None:
        """A closed shape through points, filled."""
        path = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points) + "Z"
        self.elements.append(
            f'<path class="{CLASSES[fill]} {CLASSES[edge]}-line" d="{path}" fill="{fill}" stroke="{edge}"'
            f' stroke-width="{number(thick)}"/>'
        )

    def block(self, left: float, top: float, right: float, bottom: float, fill: str, edge: str = "") -> None:
        """A rectangle, with an edge if one is given."""
        lined = f' stroke="{edge}" stroke-width="1"' if edge else ""
        classes = CLASSES[fill] + (f" {CLASSES[edge]}-line" if edge else "")
        self.elements.append(
            f'<rect class="{classes}" x="{number(left)}" y="{number(top)}"'
            f' width="{number(right - left)}" height="{number(bottom - top)}" fill="{fill}"{lined}/>'
        )

    def circle(self, x: float, y: float, radius: float, fill: str) -> None:
        """A circle with an edge of ink."""
        self.elements.append(
            f'<circle class="{CLASSES[fill]} ink-line" cx="{number(x)}" cy="{number(y)}" r="{number(radius)}"'
            f' fill="{fill}" stroke="{INK}" stroke-width="1.2"/>'
        )

    def text(self, x: float, base: float, text: str, size: float, *, bold: bool = False, middle: bool = False) -> None:
        """Clean text that begins at `x`, or has its middle there, on the line `base`."""
        if not text:
            return
        wide = width(text, size) * (1.08 if bold else 1)
        left = x - wide / 2 if middle else x
        self.boxes.append(Box(left, base - size * 0.8, left + wide, base + size * 0.22))
        looks = ' font-weight="bold"' if bold else ""
        looks += ' text-anchor="middle"' if middle else ""
        self.elements.append(
            f'<text class="ink" x="{number(x)}" y="{number(base)}" font-size="{number(size)}" fill="{INK}"{looks}>'
            f"{escape(text)}</text>"
        )

    def begin(self, told: str) -> None:
        """What is drawn from here on to `end` belongs together; `told` says what it is."""
        self.elements.append(f"<g><title>{escape(clean(told))}</title>")

    def end(self) -> None:
        """The end of what belongs together."""
        self.elements.append("</g>")


def number(value: float) -> str:
    """With two decimals at most, the same on every machine."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text
