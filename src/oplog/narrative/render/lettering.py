"""Text in pictures: how wide it is at most, and what of it fits.

Whoever looks at a picture may have another font, so that widths are those of a wide one (DejaVu Sans).
"""

from __future__ import annotations

from oplog.narrative.unseen import UNSEEN

ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
_EMS = (
    ("ijl|'", 0.28), (" .,:;", 0.34), ("frtI()[]/-", 0.41), ("JLszcFET", 0.56), ("kvxy?aeg", 0.62),
    ("bdhnopqu0123456789", 0.64), ("ABCKPRSVXYZ", 0.7), ("DGHNOQUw", 0.82), ("mMW@%&", 1.0),
)  # fmt: skip
_WIDTHS = {character: ems for characters, ems in _EMS for character in characters}
_NARROW = "\N{EN DASH}\N{RIGHT SINGLE QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}"


def width(text: str, size: float) -> float:
    """How wide plain text of this font size is at most, in the unit of the size."""
    return sum(_ems(character) for character in text) * size


def _ems(character: str) -> float:
    if character in _WIDTHS:
        return _WIDTHS[character]
    if character in _NARROW:
        return 0.52
    if UNSEEN.match(character):
        return 0
    return 1.1 if character > "\u024f" else 0.82 if character.isupper() else 0.66


def fit(text: str, size: float, room: float) -> str:
    """The plain text, or as many of its words as fit into `room` and an ellipsis; of a single word its beginning.

    "" where not even that fits.
    """
    if width(text[:1000], size) <= room and len(text) <= 1000:
        return text
    used = width(ELLIPSIS, size)
    for n, character in enumerate(text):
        used += _ems(character) * size
        if used > room:
            kept = text[:n] if character == " " else text[:n].rpartition(" ")[0] or text[:n]
            return kept.rstrip(" ,;:(") + ELLIPSIS if n else ""
    return text


def lines(text: str, size: float, room: float, most: int) -> list[str]:
    """The plain text on lines that fit into `room`, no more than `most`; the last ends in an ellipsis if need be."""
    found: list[str] = []
    words = text.split(" ")
    while words and len(found) < most:
        if len(found) == most - 1:
            found.append(fit(" ".join(words[:200]), size, room))
            break
        taken = 1
        while taken < len(words) and width(" ".join(words[: taken + 1]), size) <= room:
            taken += 1
        found.append(fit(" ".join(words[:taken]), size, room))
        words = words[taken:]
    return found
