"""The files of a house: stylesheet, template and locale, which lie in the folder of the configuration that names them.

What they hold may come to stand in a report. So a configuration that somebody else wrote must not reach for any file of
the machine, by whatever way a name leads there.
"""

from __future__ import annotations

from pathlib import Path

from oplog.errors import InvalidValue

_LONGEST = 1 << 20


def place_in(house: Path, name: str, key: str, beside: Path | None = None) -> Path:
    """Where a file of this name lies: in the folder of the house, or in one under it, links followed.

    The name is read from `beside`, which is the folder itself if it is None. The file need not be there. Raises
    `InvalidValue` naming the key when the name is absolute, or leads elsewhere.
    """
    place = (beside or house) / name
    try:
        inside = not Path(name).is_absolute() and place.resolve().is_relative_to(house.resolve())
    except (OSError, RuntimeError, ValueError):  # a name that no file can have, links that lead to each other
        inside = False
    if not inside:
        raise InvalidValue(
            f"{key} is {name!r}, which leads elsewhere; expected the name of a file beside the configuration,"
            " or in a folder beside it"
        )
    return place


def read_text(house: Path, name: str, key: str) -> str:
    """The text of a file of the house; its line ends become line feeds.

    Raises `InvalidValue` naming the key when the name leads elsewhere, and when the file cannot be read, is no UTF-8 or
    has more than a million characters.
    """
    place = place_in(house, name, key)
    try:
        with place.open(encoding="utf-8-sig") as file:
            text = file.read(_LONGEST + 1)
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
        raise InvalidValue(f"{key}: {place} cannot be read: {said}") from None
    if len(text) > _LONGEST:
        raise InvalidValue(f"{key}: {place} is longer than {_LONGEST} characters")
    return text
