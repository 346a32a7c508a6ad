"""The log of the tests, and where the vectors lie that are not part of this project."""

from __future__ import annotations

from pathlib import Path

ORIGIN = "northmoor.example/operations"
VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "merkle-rfc6962.json"
