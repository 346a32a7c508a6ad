"""The fold fingerprint: a stored state is used only if the very same code made it."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

_PARTS = {
    "": ("amendments", "errors", "fingerprint", "kept", "life", "recorded", "redaction"),
    "domain/": (
        "access", "activity", "aggregates", "campaign", "commands", "content", "decider", "deployment", "events",
        "lifecycle", "markings", "operation", "pilot", "recurrence", "report", "values", "when",
    ),
    "projections/": ("register",),
    "store/": ("codec", "forms", "recorder", "strict_json", "telling", "upcasters", "wire"),
}  # fmt: skip
FOLD_SOURCES = tuple(sorted(f"{folder}{name}.py" for folder, names in _PARTS.items() for name in names))
"""The files of oplog that kept states are made with: the codec, the domain, the register, their form.

To follow their imports, as it is done for stored views, would cost each command more than a kept state saves it. A test
holds the list against the imports.
"""


@cache
def fold_fingerprint() -> str:
    """SHA-256 (hex) over the source of all that makes kept states.

    It is the same however the lines of the source end.
    """
    digest = hashlib.sha256()
    for name in FOLD_SOURCES:
        text = files("oplog").joinpath(*name.split("/")).read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{name} {len(text)}\n".encode() + text)
    return digest.hexdigest()
