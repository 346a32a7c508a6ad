"""The vectors of transparency-dev/merkle: 196, of which 184 must fail."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from northmoor import VECTORS

from oplog.errors import NotProved
from oplog.integrity.paths import verify_consistency, verify_inclusion

READ = json.loads(VECTORS.read_text(encoding="utf-8"))


def raw(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def proof(vector: dict[str, Any]) -> list[bytes]:
    return [raw(line) for line in vector["proof"] or []]


def test_all_vectors_are_there() -> None:
    every = [*READ["inclusion"], *READ["consistency"]]
    assert (len(every), sum(vector["wantErr"] for vector in every)) == (196, 184)


@pytest.mark.parametrize("vector", READ["inclusion"], ids=lambda vector: vector["name"])
def test_inclusion(vector: dict[str, Any]) -> None:
    """A vector passes or fails as its authors say."""
    arguments = vector["leafIdx"], vector["treeSize"], raw(vector["leafHash"]), proof(vector), raw(vector["root"])
    if vector["wantErr"]:
        with pytest.raises(NotProved):
            verify_inclusion(*arguments)
    else:
        verify_inclusion(*arguments)


@pytest.mark.parametrize("vector", READ["consistency"], ids=lambda vector: vector["name"])
def test_consistency(vector: dict[str, Any]) -> None:
    """A vector passes or fails as its authors say."""
    arguments = vector["size1"], vector["size2"], raw(vector["root1"]), raw(vector["root2"]), proof(vector)
    if vector["wantErr"]:
        with pytest.raises(NotProved):
            verify_consistency(*arguments)
    else:
        verify_consistency(*arguments)
