"""TOML files that people write: read whole, and refused in one line that names the file."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from oplog.errors import BadConfiguration

_LONGEST = 1 << 18


def read_toml(path: str | Path) -> dict[str, Any]:
    """The tables of a TOML file. Raises `BadConfiguration` when it cannot be read, is too long or is not TOML."""
    try:
        with Path(path).open(encoding="utf-8-sig") as file:
            text = file.read(_LONGEST + 1)
        if len(text) > _LONGEST:
            raise BadConfiguration(f"{path} is longer than {_LONGEST} characters; no configuration is")
        return tomllib.loads(text)
    except OSError as error:
        raise BadConfiguration(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise BadConfiguration(f"{path} is not TOML: {error}") from None
