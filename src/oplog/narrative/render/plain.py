"""Recorded text on its way into a format: what cannot be seen, or makes other text look different, is taken out."""

from __future__ import annotations

import re

_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)


def plain(text: str) -> str:
    """The text on one line, without control characters, marks of direction, lone surrogates and unseen spaces."""
    return " ".join(_UNSEEN.sub("", text).split())
