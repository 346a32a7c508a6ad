"""What the tests of the formats share: one browser for all of them, pages to look at, and the example's report."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parent.parent / "narrative"))  # for `bytes_of`

from browser import started
from reports import REPORTS, example

from oplog import render_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from oplog import Document


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give the Chromium that the tests of one process share."""
    with started() as browser:
        yield browser


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Give the pages of all reports, as files, by their names."""
    folder = tmp_path_factory.mktemp("pages")
    made = {name: folder / f"{name}.html" for name in REPORTS}
    for name, path in made.items():
        path.write_bytes(render_bytes(REPORTS[name](), "html"))
    return made


@pytest.fixture(scope="session")
def example_report() -> Document:
    """Give the report of the example quarter, under a marking."""
    return example()
