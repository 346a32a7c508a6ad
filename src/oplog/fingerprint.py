"""The fold fingerprint: a stored state is used only if the very same code made it."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files


@cache
def fold_fingerprint() -> str:
    """SHA-256 (hex) over the source of everything that folds events into states: the domain and the register."""
    digest = hashlib.sha256()
    root = files("oplog")
    sources = [f for f in (root / "domain").iterdir() if f.name.endswith(".py")]
    for source in [*sorted(sources, key=lambda f: f.name), root / "projections" / "register.py"]:
        text = source.read_bytes()
        digest.update(f"{source.name} {len(text)}\n".encode() + text)
    return digest.hexdigest()
