"""What is measured: one file a workload.

A workload says what it MEANS and what it counts (UNIT), and has three SIDES. A side is a generator that gets a `Place`
and yields, for each sample, a function to be timed that returns how many it did; what stands before and after the
`yield` is not timed. All sides must do equally many in each sample.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from bench.workloads import append, batch, history, importing, opening, quarter, rebuild, replay, start_up

if TYPE_CHECKING:
    from types import ModuleType

WORKLOADS: MappingProxyType[str, ModuleType] = MappingProxyType(
    {
        "append": append,
        "batch": batch,
        "import": importing,
        "open": opening,
        "history": history,
        "rebuild": rebuild,
        "replay": replay,
        "quarter": quarter,
        "start-up": start_up,
    }
)

UNSIZED = frozenset(("start-up",))
"""The workloads that need no log."""
ADDING = frozenset(("append", "batch"))
"""The workloads that add events to a log that is there."""
