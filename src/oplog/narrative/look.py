"""`Look`: what a house may change of how the page of a report looks, and how it is read from files."""

from __future__ import annotations

import re
from pathlib import Path

from attrs import field, frozen

from oplog.errors import InvalidValue

_LONGEST = 1 << 20
_ENDS_STYLE = re.compile(r"</\s*style", re.IGNORECASE)
_FETCHES = re.compile(r"@import|\b(?:url|src|image-set|image)\(\s*(?![\"']?(?:data:|#))", re.IGNORECASE)


def _stays_at_home(_look: object, _field: object, text: str) -> None:
    if _ENDS_STYLE.search(text):
        raise InvalidValue("the stylesheet holds '</style', which would end it within the page")
    if found := _FETCHES.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise InvalidValue(
            f"line {line} of the stylesheet fetches something ({found[0].strip()}), and a report fetches nothing;"
            " write an image or a font into it as a data: address"
        )


@frozen(kw_only=True)
class Look:
    """How the HTML page of a report looks, as far as it is not as ours.

    `stylesheet` is CSS that follows ours, and so has the last word. `template` is a Jinja template that begins with
    `{% extends "report.html" %}` and gives some of its blocks anew; None for ours as it is.

    Raises `InvalidValue` for a stylesheet that fetches anything, or that would end its own element.
    """

    stylesheet: str = field(default="", validator=_stays_at_home)
    template: str | None = None


def read_text(folder: Path, name: str, key: str) -> str:
    """The text of a file in a folder, or in one under it; its line ends become line feeds.

    Raises `InvalidValue` naming the key when the name leads elsewhere, and when the file cannot be read, is no UTF-8 or
    has more than a million characters.
    """
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise InvalidValue(f"{key} is {name!r}; expected the name of a file beside the configuration")
    try:
        with (folder / name).open(encoding="utf-8-sig") as file:
            text = file.read(_LONGEST + 1)
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
        raise InvalidValue(f"{key}: {folder / name} cannot be read: {said}") from None
    if len(text) > _LONGEST:
        raise InvalidValue(f"{key}: {folder / name} is longer than {_LONGEST} characters")
    return text
