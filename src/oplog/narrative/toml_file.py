"""TOML files that people write: read whole, and refused in one line that names the file."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from oplog.errors import BadConfiguration

_LONGEST = 1 << 18


def read_toml(path: str | Path) -> dict[str, Any]:
    """The tables of a TOML file.

    Raises `BadConfiguration` when it cannot be read, is too long, is not TOML, or holds the character NUL, which no
    text of a log can have.
    """
    if "\0" in str(path):
        raise BadConfiguration(f"{str(path)!r} holds the character NUL; expected the name of a file")
    try:
        with Path(path).open(encoding="utf-8-sig") as file:
            text = file.read(_LONGEST + 1)
        if len(text) > _LONGEST:
            raise BadConfiguration(f"{path} is longer than {_LONGEST} characters; no configuration is")
        data = tomllib.loads(text)
    except OSError as error:
        raise BadConfiguration(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise BadConfiguration(f"{path} is not TOML: {error}") from None
    if (place := _place_of_nul(data)) is not None:
        raise BadConfiguration(f"{path}: {place or 'a key'} holds the character NUL; expected text without it")
    return data


def _place_of_nul(value: Any, place: str = "") -> str | None:
    """The key of the text that holds NUL, or of the table in which a key does ("" for the file); None for none."""
    if isinstance(value, str):
        return place if "\0" in value else None
    items = value.items() if isinstance(value, dict) else enumerate(value, 1) if isinstance(value, list) else ()
    for key, item in items:
        if "\0" in str(key):
            return place
        found = _place_of_nul(item, f"{place}.{key}" if place else str(key))
        if found is not None:
            return found
    return None
