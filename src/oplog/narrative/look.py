"""`Look`: what a house may change of how the page of a report looks."""

from __future__ import annotations

import re
from typing import Any

from attrs import field, frozen

from oplog.errors import InvalidValue
from oplog.narrative.unseen import without_unseen

_ENDS_STYLE = re.compile(r"</\s*style", re.IGNORECASE)
_OF_ADDRESSES = re.compile(r"url|src|image|(?:-[a-z]+-)?image-set")
"""The functions of CSS that take an address, or several, as a string."""
_WITHIN = re.compile(r"type|url|src|(?:-[a-z]+-)*[a-z-]*gradient")
"""What may stand in one of these: all else, such as var(), may stand for an address that nobody can see there."""
_AT_HOME = ("data:", "#")


def _stays_at_home(_look: object, _field: object, text: str) -> None:
    if not text:
        return
    as_read = without_unseen(text)  # so it will stand in the page
    if _ENDS_STYLE.search(as_read):
        raise InvalidValue("the stylesheet holds '</style', which would end it within the page")
    from tinycss2 import parse_component_value_list

    try:
        found = _first_fetching(parse_component_value_list(as_read, skip_comments=True))
    except ValueError:
        raise InvalidValue("the stylesheet cannot be read as CSS: a number or a character in it is none") from None
    if found is not None:
        raise InvalidValue(
            f"line {found[0]} of the stylesheet fetches something ({found[1]}), and a report fetches nothing;"
            " write an image or a font into it as a data: address"
        )


def _first_fetching(tokens: list[Any]) -> tuple[int, str] | None:
    """Where something is fetched first, and by what; None when nothing is. Escapes in the tokens were read already."""
    left = tokens[::-1]
    while left:
        token = left.pop()
        if token.type == "at-keyword" and token.lower_value == "import":
            return token.source_line, "@import"
        if (token.type == "url" and not _is_at_home(token.value)) or (token.type == "error" and "url" in token.kind):
            return token.source_line, "url("
        if token.type == "function":
            if _OF_ADDRESSES.fullmatch(token.lower_name) and not all(map(_may_stand_within, token.arguments)):
                return token.source_line, f"{token.lower_name}("
            left += token.arguments[::-1]
        elif token.type.endswith(" block"):
            left += token.content[::-1]
    return None


def _may_stand_within(token: Any) -> bool:
    if token.type == "string":
        return _is_at_home(token.value)
    return token.type != "function" or _WITHIN.fullmatch(token.lower_name) is not None


def _is_at_home(address: str) -> bool:
    return address.strip().lower().startswith(_AT_HOME)


@frozen(kw_only=True)
class Look:
    """How the HTML page of a report looks, as far as it is not as ours.

    `stylesheet` is CSS that follows ours, and so has the last word. `template` is a Jinja template that begins with
    `{% extends "report.html" %}` and gives some of its blocks anew; None for ours as it is.

    Raises `InvalidValue` for a stylesheet that fetches anything, or that would end its own element.
    """

    stylesheet: str = field(default="", validator=_stays_at_home)
    template: str | None = None
