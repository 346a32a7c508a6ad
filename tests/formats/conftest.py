"""Makes what these tests share importable, and gives the example's report once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parent))

if TYPE_CHECKING:
    from oplog import Document


@pytest.fixture(scope="session")
def example_report() -> Document:
    """Give the report of the example quarter, under a marking."""
    from attrs import evolve
    from papers import example

    return evolve(example(), marking="OFFICIAL")
