"""What every language's sentences share: a capital at the start and a mark at the end."""

from __future__ import annotations


def capital(text: str) -> str:
    """With a capital first letter; the rest as it is."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """One sentence: white space folded, a capital first, a full stop at the end unless it has its mark already."""
    folded = " ".join(text.split()).rstrip(" ,;").replace(" - ", " \N{EN DASH} ")
    if not folded:
        return ""
    closed = folded.rstrip("\"')\N{RIGHT DOUBLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}")
    return capital(folded) + ("" if closed.endswith((".", "!", "?", "\N{HORIZONTAL ELLIPSIS}")) else ".")
