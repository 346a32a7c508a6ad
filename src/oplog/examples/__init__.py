"""The example quarter, as data: a log of one quarter of a city police force, and the configuration of its report.

It was made from the public report Pol 57-17. The head of the log says what in it is the report's and what is ours.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

__all__ = ["example_configuration", "example_log"]


def example_log() -> Path:
    """Give the path of the example log in the portable form (JSON Lines), as `oplog.import_lines` reads it."""
    return _installed("pol-57-17.jsonl")


def example_configuration() -> Path:
    """Give the path of the configuration of the example's report, as `oplog.load_configuration` reads it."""
    return _installed("pol-57-17.toml")


def _installed(name: str) -> Path:
    found = files(__name__) / name
    # A package inside a zip archive has no paths to give; the wheel is always installed unpacked.
    if not isinstance(found, Path):
        raise FileNotFoundError(f"{name} has no path of its own; install oplog unpacked, not as a zip archive")
    return found
