"""oplog: an event-sourced operations log.

Record what happens as immutable events; rebuild the register, the figures, the calendar and the quarterly narrative
from them; audit the result. `__all__` is the contract: names outside it may change at any time.
"""

from __future__ import annotations

from oplog.domain import commands, events
from oplog.domain.aggregates import AGGREGATES, decider_of
from oplog.domain.calendars import CALENDAR_YEAR, UK_FINANCIAL_YEAR, Calendar, Quarter
from oplog.domain.campaign import Relaunch, Relaunched
from oplog.domain.content import FIELDS, Nature
from oplog.domain.decider import Decider
from oplog.domain.deployment import Redeploy, Redeployed
from oplog.domain.lifecycle import Status
from oplog.domain.operation import Refer, Referred
from oplog.domain.pilot import Adopt, Adopted, Discontinue, Discontinued
from oplog.domain.recurrence import Rate, Recurrence, Term
from oplog.domain.values import Basis, Cause, CauseKind, Figure, Part
from oplog.domain.when import When
from oplog.domain.when_words import parse_when
from oplog.errors import (
    BadConfiguration,
    BadImport,
    CannotOpen,
    Conflict,
    IllegalTransition,
    InvalidValue,
    NoSuchStream,
    NotSound,
    OplogError,
    Refused,
    Undecodable,
    UnknownEvent,
)
from oplog.exchange.jsonl import Imported, export_lines, import_lines, read_lines
from oplog.findings import Finding
from oplog.log import OpLog
from oplog.narrative import Document, Heading, ReportConfiguration, Theme, load_configuration, render
from oplog.projections import PROJECTIONS, Projection
from oplog.projections.calendar import Appointment
from oplog.projections.figures import FigureRow, Total, total
from oplog.projections.register import Entry
from oplog.recorded import Context, Pending, Recorded
from oplog.restore import restore, upgrade
from oplog.store.codec import format_time, to_line
from oplog.store.wire import to_wire

__version__ = "0.1.0"

__all__ = [
    "AGGREGATES",
    "CALENDAR_YEAR",
    "FIELDS",
    "PROJECTIONS",
    "UK_FINANCIAL_YEAR",
    "Adopt",
    "Adopted",
    "Appointment",
    "BadConfiguration",
    "BadImport",
    "Basis",
    "Calendar",
    "CannotOpen",
    "Cause",
    "CauseKind",
    "Conflict",
    "Context",
    "Decider",
    "Discontinue",
    "Discontinued",
    "Document",
    "Entry",
    "Figure",
    "FigureRow",
    "Finding",
    "Heading",
    "IllegalTransition",
    "Imported",
    "InvalidValue",
    "Nature",
    "NoSuchStream",
    "NotSound",
    "OpLog",
    "OplogError",
    "Part",
    "Pending",
    "Projection",
    "Quarter",
    "Rate",
    "Recorded",
    "Recurrence",
    "Redeploy",
    "Redeployed",
    "Refer",
    "Referred",
    "Refused",
    "Relaunch",
    "Relaunched",
    "ReportConfiguration",
    "Status",
    "Term",
    "Theme",
    "Total",
    "Undecodable",
    "UnknownEvent",
    "When",
    "__version__",
    "commands",
    "decider_of",
    "events",
    "export_lines",
    "format_time",
    "import_lines",
    "load_configuration",
    "parse_when",
    "read_lines",
    "render",
    "restore",
    "to_line",
    "to_wire",
    "total",
    "upgrade",
]
