"""Recorded text on its way into a format: what cannot be seen, or makes other text look different, is taken out."""

from __future__ import annotations

from oplog.narrative.unseen import without_unseen


def plain(text: str) -> str:
    """The text on one line, without what `unseen` lists: controls, marks of direction, what is drawn as nothing."""
    return " ".join(without_unseen(text).split())
