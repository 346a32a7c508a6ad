"""Recorded text as a line of characters that are seen: what steers a page or a reader, and shows nothing, is left out."""

from __future__ import annotations

import unicodedata

_JOINERS = "\u200c\u200d"
"""What ties letters together in some scripts, and pictures in others; it turns nothing round."""
_NO_CHARACTERS = "\ufffe\uffff"
"""What XML has no room for."""


def plain(text: str) -> str:
    """The text in one line, without controls, marks of direction and other characters that show nothing."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join("".join(_kept(character) for character in text).split())


def _kept(character: str) -> str:
    if character.isspace():
        return " "
    hidden = unicodedata.category(character) in {"Cc", "Cf", "Cs"} and character not in _JOINERS
    return "" if hidden or character in _NO_CHARACTERS else character
