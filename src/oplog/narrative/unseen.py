"""Characters that are not seen, or that make other text look different: one list for every format and every file."""

from __future__ import annotations

import re

_TAKEN_OUT = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # what steers terminals and printers
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # what turns the direction of writing (Bidi_Control)
    # What is drawn as nothing (Default_Ignorable_Code_Point): soft hyphens, fillers, unseen spaces, old controls,
    # marks of shorthand and music, and the tags in which whole texts have been hidden.
    "\xad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufff8"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
    "\ufff9-\ufffb"  # what makes a text a note on another one
    "\ud800-\udfff\ufffe\uffff"  # what no file may hold
)
_JOINERS = "\u200c\u200d"
_VARIANTS = "\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"
"""With the joiners: what says how the letter before it is drawn, as in Persian, in Hindi and in emoji."""

UNSEEN = re.compile(f"[{_TAKEN_OUT}{_JOINERS}{_VARIANTS}]")
"""Any one of them all; line feeds and tabs are none."""
_RUN = re.compile(f"[{_TAKEN_OUT}{_JOINERS}{_VARIANTS}]+")
_KEPT = re.compile(f"[{_VARIANTS}]?[{_JOINERS}]?")
_ELSE = re.compile(f"[{_TAKEN_OUT}]")


def without_unseen(text: str) -> str:
    """The text without them; white space stays as it is.

    After a letter stays what says how that letter is drawn: one mark of a variant, one joiner. More of them say nothing
    but what somebody has hidden there.
    """
    return _RUN.sub(_as_drawn, text)


def _as_drawn(run: re.Match[str]) -> str:
    before = run.string[run.start() - 1 : run.start()]
    if not before or before.isspace():
        return ""
    kept = _KEPT.match(_ELSE.sub("", run[0]))
    return kept[0] if kept else ""
