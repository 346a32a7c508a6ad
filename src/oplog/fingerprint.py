"""The fold fingerprint: a stored state is used only if the very same code made it."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files


@cache
def fold_fingerprint() -> str:
    """SHA-256 (hex) over the source of all that makes kept states: the domain, the register and their stored form."""
    digest = hashlib.sha256()
    root = files("oplog")
    sources = [f for f in (root / "domain").iterdir() if f.name.endswith(".py")]
    others = [root / "projections" / "register.py", root / "kept.py", root / "store" / "wire.py"]
    for source in [*sorted(sources, key=lambda f: f.name), *others]:
        text = source.read_bytes()
        digest.update(f"{source.name} {len(text)}\n".encode() + text)
    return digest.hexdigest()
