"""The fold fingerprint: a stored state is used only if the very same code made it."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

_CODEC = ("codec.py", "forms.py", "strict_json.py", "upcasters.py", "wire.py")


@cache
def fold_fingerprint() -> str:
    """SHA-256 (hex) over the source of all that makes kept states: the codec, the domain, the register, their form.

    It is the same however the lines of the source end.
    """
    digest = hashlib.sha256()
    root = files("oplog")
    sources = [f for f in (root / "domain").iterdir() if f.name.endswith(".py")]
    others = [
        root / "projections" / "register.py",
        root / "kept.py",
        root / "life.py",
        *(root / "store" / name for name in _CODEC),
    ]
    for source in [*sorted(sources, key=lambda f: f.name), *others]:
        text = source.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{source.name} {len(text)}\n".encode() + text)
    return digest.hexdigest()
