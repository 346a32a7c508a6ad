"""The sections of a report, in their order: one file and one line of `SECTIONS` each.

A builder is a pure function from a `Report` to a `Section`, or None where there is nothing to say. To add a section of
your own, give `narrate` (or `OpLog.narrative`) a tuple of builders in which yours stands where it is to be read.
"""

from __future__ import annotations

from collections.abc import Callable

from oplog.narrative.document import Section
from oplog.narrative.report import Report
from oplog.narrative.sections import (
    arising,
    conclusion,
    contact,
    figures,
    forward_look,
    learned,
    main,
    recommendations,
    summary,
    timeline,
)

Builder = Callable[[Report], Section | None]

SECTIONS: tuple[Builder, ...] = (
    summary.build,
    recommendations.build,
    arising.build,
    main.build,
    learned.build,
    conclusion.build,
    contact.build,
    timeline.build,
    forward_look.build,
    figures.build,
)
