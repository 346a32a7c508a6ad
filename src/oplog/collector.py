"""Python's collector of garbage, which stands still while a whole log is folded.

An audit holds millions of values that never change and make no cycles. The collector looks at all of them again and
again, as more come, and finds nothing: that took a fifth of the time of an audit.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def collector_paused() -> Iterator[None]:
    """Let the collector stand still meanwhile, for all threads; where somebody else has stopped it, it stays so.

    What is not part of a cycle is freed as ever.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
