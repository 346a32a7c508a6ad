"""A sheet to draw on: shapes and text become SVG elements, with numbers of two decimals."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from attrs import Factory, define, frozen

from oplog.narrative.render.lettering import width
from oplog.narrative.render.plain import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

INK, GREY, PALE, PAPER = "#000000", "#8c8c8c", "#f0f0f0", "#ffffff"
CLASSES = {INK: "ink", GREY: "grey", PALE: "pale", PAPER: "paper"}
FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif"
BOLDER = 1.12
"""How much wider bold text is."""

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


@frozen
class Rule:
    """A line down the sheet at `x`, behind all else."""

    x: float
    top: float
    bottom: float
    ink: str = INK
    thick: float = 1
    dash: str = ""


@define
class Canvas:
    """What was drawn so far, the boxes of all texts on it, and the rules that run behind all of it."""

    elements: list[str] = Factory(list)
    boxes: list[Box] = Factory(list)
    rules: list[Rule] = Factory(list)

    def line(self, points: Sequence[tuple[float, float]], ink: str = INK, thick: float = 1, dash: str = "") -> None:
        """A line through points."""
        looks = {"fill": "none", "stroke": ink, "stroke-width": number(thick)}
        dashed = {"stroke-dasharray": dash} if dash else {}
        self.elements.append(element("path", {"class": f"{CLASSES[ink]}-line", "d": _path(points), **looks, **dashed}))

    def shape(self, points: Sequence[tuple[float, float]], fill: str = INK, thick: float = 1) -> None:
        """A closed shape through points, filled, with an edge of ink."""
        looks = {"class": _classes(fill, INK), "fill": fill, "stroke": INK, "stroke-width": number(thick)}
        self.elements.append(element("path", {"d": _path(points) + "Z", **looks}))

    def block(self, across: tuple[float, float], down: tuple[float, float], fill: str, edge: str = "") -> None:
        """A rectangle from left to right and from top to bottom, with an edge if one is given."""
        where = {"x": number(across[0]), "y": number(down[0])}
        size = {"width": number(across[1] - across[0]), "height": number(down[1] - down[0])}
        lined = {"stroke": edge, "stroke-width": "1"} if edge else {}
        self.elements.append(element("rect", {"class": _classes(fill, edge), **where, **size, "fill": fill, **lined}))

    def circle(self, x: float, y: float, radius: float, fill: str) -> None:
        """A circle with an edge of ink."""
        where = {"cx": number(x), "cy": number(y), "r": number(radius)}
        looks = {"class": _classes(fill, INK), "fill": fill, "stroke": INK, "stroke-width": "1.2"}
        self.elements.append(element("circle", {**where, **looks}))

    def text(self, x: float, base: float, text: str, size: float, *, bold: bool = False, middle: bool = False) -> None:
        """Clean text that begins at `x`, or has its middle there, on the line `base`."""
        if not text:
            return
        wide = width(text, size) * (BOLDER if bold else 1)
        left = x - wide / 2 if middle else x
        self.boxes.append(Box(left, base - size * 0.8, left + wide, base + size * 0.22))
        bolder = {"font-weight": "bold"} if bold else {}
        anchor = {"text-anchor": "middle"} if middle else {}
        where = {"x": number(x), "y": number(base), "font-size": number(size)}
        self.elements.append(element("text", {"class": "ink", **where, "fill": INK, **bolder, **anchor}, text))

    def begin(self, told: str) -> None:
        """What is drawn from here on to `end` belongs together; `told` says what it is."""
        self.elements.append("<g>" + element("title", {}, plain(told)))

    def end(self) -> None:
        """The end of what belongs together."""
        self.elements.append("</g>")

    def ruled(self) -> list[str]:
        """The rules, with gaps where there is text, so that none goes through a word."""
        drawn = Canvas()
        for rule in self.rules:
            top = rule.top
            for box in sorted((box for box in self.boxes if _crosses(rule, box)), key=lambda box: box.top):
                if top < box.top:
                    drawn.line([(rule.x, top), (rule.x, box.top)], rule.ink, rule.thick, rule.dash)
                top = max(top, box.bottom)
            if top < rule.bottom:
                drawn.line([(rule.x, top), (rule.x, rule.bottom)], rule.ink, rule.thick, rule.dash)
        return drawn.elements


def number(value: float) -> str:
    """With two decimals at most, the same on every machine."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text


def _crosses(rule: Rule, box: Box) -> bool:
    return box.left - 1 < rule.x < box.right + 1 and rule.top < box.bottom and box.top < rule.bottom


def element(name: str, attributes: Mapping[str, str], text: str | None = None) -> str:
    """An element of SVG; one without text is empty."""
    start = f"<{name}{attributes_of(attributes)}"
    return f"{start}/>" if text is None else f"{start}>{escape(text)}</{name}>"


def attributes_of(attributes: Mapping[str, str]) -> str:
    """Attributes as they stand in a tag, each with a space before it."""
    return "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())


def _classes(fill: str, edge: str) -> str:
    return f"{CLASSES[fill]} {CLASSES[edge]}-line" if edge else CLASSES[fill]


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)
