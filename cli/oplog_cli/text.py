"""Text on its way to a terminal: made harmless, measured and cut by the columns that it takes."""

from __future__ import annotations

import json
import re
import unicodedata

ELLIPSIS = "…"
_SPACES = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+ *")
# C0 and C1 controls, lone surrogates, the marks that make text run in another direction than it is stored, and the
# unseen letters in which a whole text can be hidden.
_HARMFUL = (
    "\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff\U000e0000-\U000e007f"
)
_HARMFUL_IN_LINE = re.compile(f"[{_HARMFUL}]")
_HARMFUL_IN_PAGE = re.compile(f"[{_HARMFUL}]".replace("\x00-\x1f", "\x00-\x09\x0b-\x1f"))


def printable(text: str) -> str:
    """Make one line of text that can do nothing to a terminal: no controls, no escapes, no overrides of direction."""
    return _HARMFUL_IN_LINE.sub("", _SPACES.sub(" ", text))


def printable_page(text: str) -> str:
    """Make text of many lines harmless in the same way; its line ends stay."""
    return _HARMFUL_IN_PAGE.sub("", text)


def escaped(json_text: str) -> str:
    """Write what could do something to a terminal as escapes of JSON; the document means the same."""
    return _HARMFUL_IN_PAGE.sub(lambda match: json.dumps(match[0])[1:-1], json_text)


def width(text: str) -> int:
    """Count the columns that a text takes: two for a wide character, none for one that combines with the last."""
    if text.isascii():
        return len(text)
    return sum(_columns(ch) for ch in text)


def _columns(ch: str) -> int:
    if unicodedata.category(ch) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(ch) in ("W", "F") else 1


def cut(text: str, columns: int) -> str:
    """Cut a text to so many columns, with an ellipsis where something is missing."""
    if width(text) <= columns:
        return text
    kept, taken = "", 0
    for ch in text:
        taken += _columns(ch)
        if taken > columns - 1:
            break
        kept += ch
    return kept.rstrip() + ELLIPSIS if columns > 0 else ""


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """Fill a text with spaces to so many columns; `right` moves it to the right."""
    space = " " * max(0, columns - width(text))
    return space + text if right else text + space


def wrap(text: str, columns: int) -> list[str]:
    """Break a text into lines of at most so many columns, between words where that can be."""
    lines, line = [], ""
    for whole in text.split():
        word = whole
        longer = f"{line} {word}" if line else word
        if width(longer) <= columns:
            line = longer
            continue
        if line:
            lines.append(line)
        while width(word) > columns:
            head = _head(word, columns)
            lines.append(head)
            word = word[len(head) :]
        line = word
    return [*lines, line] if line or not lines else lines


def _head(word: str, columns: int) -> str:
    taken = 0
    for n, ch in enumerate(word):
        taken += _columns(ch)
        if taken > columns:
            return word[: max(n, 1)]
    return word
