"""oplog: an event-sourced operations log.

Record what happens as immutable events; rebuild the register, the figures, the calendar and the quarterly narrative
from them; audit the result. `__all__` is the contract: names outside it may change at any time.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from oplog.amendments import parse_plain
    from oplog.audience import Seen
    from oplog.audit import Audit
    from oplog.blame import Explanation, FieldHistory, Setting
    from oplog.catalogue import Catalogue, EventEntry, FieldEntry, ValueEntry, event_catalogue
    from oplog.certificate import Certificate, ViewDigest, against, certify
    from oplog.compatibility import broken_promises
    from oplog.copies import restore, upgrade
    from oplog.differences import CalendarDifference, Differences, FigureDifference, StateDifference
    from oplog.disclosure import Purpose, disclose, keeps_trail
    from oplog.domain import commands, events
    from oplog.domain.access import (
        TRAIL,
        AccessTrail,
        Disclose,
        Disclosed,
        StartTrail,
        StopTrail,
        TrailStarted,
        TrailStatus,
        TrailStopped,
    )
    from oplog.domain.aggregates import AGGREGATES, DECIDERS, decider_of
    from oplog.domain.calendars import CALENDAR_YEAR, UK_FINANCIAL_YEAR, Calendar, Quarter
    from oplog.domain.campaign import Relaunch, Relaunched
    from oplog.domain.content import FIELDS, Nature
    from oplog.domain.decider import Decider
    from oplog.domain.deployment import Redeploy, Redeployed
    from oplog.domain.lifecycle import Status
    from oplog.domain.markings import SCHEMES, Audience, FieldMarkings, MarkingScheme
    from oplog.domain.operation import Refer, Referred
    from oplog.domain.pilot import Adopt, Adopted, Discontinue, Discontinued
    from oplog.domain.recurrence import Rate, Recurrence, Term
    from oplog.domain.report import REPORTS, Publish, Published, PublishedReport, ReportStatus
    from oplog.domain.values import Basis, Better, Cause, CauseKind, Figure, Fingerprint, Part, Plain, Rendering
    from oplog.domain.when import When
    from oplog.domain.when_words import parse_when
    from oplog.draft import Draft
    from oplog.errors import (
        BadConfiguration,
        BadForms,
        BadImport,
        BadKey,
        CannotOpen,
        Conflict,
        Damaged,
        IllegalTransition,
        InvalidValue,
        Malformed,
        MissingExtra,
        NoSuchEvent,
        NoSuchStream,
        NotProved,
        NotSigned,
        NotSound,
        OplogError,
        OutcomeUnknown,
        Refused,
        Undecodable,
        UnknownEvent,
    )
    from oplog.evidence import prove_additions, prove_event, sign_checkpoint, unsalted_in_proof
    from oplog.exchange.jsonl import Imported, export_lines, import_lines, read_lines
    from oplog.findings import Finding
    from oplog.folding import RowDifference
    from oplog.health import StoredView, ViewStatus
    from oplog.integrity.checkpoint import Checkpoint, SignedCheckpoint, Witnessed
    from oplog.integrity.entry import LeafEntry
    from oplog.integrity.proof import ConsistencyProof, InclusionProof
    from oplog.integrity.signing import SigningKey, VerifierKey, is_key_name
    from oplog.keys import generate_key, read_signing_key, read_verifier_key, write_key_pair
    from oplog.knowledge import Learned
    from oplog.log import OpLog
    from oplog.narrative import (
        FORMATS,
        GRAMMARS,
        SECTIONS,
        Builder,
        Document,
        Format,
        Grammar,
        Heading,
        Locale,
        Look,
        ReportConfiguration,
        Theme,
        configuration_files,
        formats_of,
        html_format,
        load_configuration,
        load_locale,
        render,
        render_bytes,
        rephrase,
    )
    from oplog.narrative.restated import tell_restatement
    from oplog.narrative.restatement import Restatement, StatementChange
    from oplog.narrative.told import ToldStatement
    from oplog.oversight import witness
    from oplog.projections import PROJECTIONS, Projection
    from oplog.projections.calendar import Appointment
    from oplog.projections.due import Due, due
    from oplog.projections.figures import FigureRow, Total, total
    from oplog.projections.impact import Change, cause_named, impact_of
    from oplog.projections.links import Link
    from oplog.projections.partners import PartnerRow
    from oplog.projections.promises import Move, Promise
    from oplog.projections.register import Entry
    from oplog.projections.silence import SILENCE, Heard, SilenceLimits, SilenceRule
    from oplog.projections.trace import Step, Trace, trace
    from oplog.reading import Clocks, Reading
    from oplog.recorded import Context, Pending, Recorded, Unknown
    from oplog.reports import Publication
    from oplog.retelling import Retold
    from oplog.store.codec import format_time, to_line
    from oplog.store.lines import stored_line
    from oplog.store.recorder import Row, StoredState
    from oplog.store.store import Subscription
    from oplog.store.wire import to_wire
    from oplog.version import __version__
    from oplog.whatif import WhatIf

_HOMES = {
    "amendments": "parse_plain",
    "audit": "Audit",
    "audience": "Seen",
    "blame": "Explanation FieldHistory Setting",
    "catalogue": "Catalogue EventEntry FieldEntry ValueEntry event_catalogue",
    "certificate": "Certificate ViewDigest against certify",
    "compatibility": "broken_promises",
    "copies": "restore upgrade",
    "differences": "CalendarDifference Differences FigureDifference StateDifference",
    "disclosure": "Purpose disclose keeps_trail",
    "domain": "commands events",
    "domain.access": (
        "TRAIL AccessTrail Disclose Disclosed StartTrail StopTrail TrailStarted TrailStatus TrailStopped"
    ),
    "domain.aggregates": "AGGREGATES DECIDERS decider_of",
    "domain.calendars": "CALENDAR_YEAR UK_FINANCIAL_YEAR Calendar Quarter",
    "domain.campaign": "Relaunch Relaunched",
    "domain.content": "FIELDS Nature",
    "domain.decider": "Decider",
    "domain.deployment": "Redeploy Redeployed",
    "domain.lifecycle": "Status",
    "domain.markings": "SCHEMES Audience FieldMarkings MarkingScheme",
    "domain.operation": "Refer Referred",
    "domain.pilot": "Adopt Adopted Discontinue Discontinued",
    "domain.recurrence": "Rate Recurrence Term",
    "domain.report": "REPORTS Publish Published PublishedReport ReportStatus",
    "domain.values": "Basis Better Cause CauseKind Figure Fingerprint Part Plain Rendering",
    "domain.when": "When",
    "domain.when_words": "parse_when",
    "draft": "Draft",
    "errors": (
        "BadConfiguration BadForms BadImport BadKey CannotOpen Conflict Damaged IllegalTransition "
        "InvalidValue Malformed MissingExtra NoSuchEvent NoSuchStream NotProved NotSigned NotSound OplogError "
        "OutcomeUnknown Refused Undecodable UnknownEvent"
    ),
    "evidence": "prove_additions prove_event sign_checkpoint unsalted_in_proof",
    "exchange.jsonl": "Imported export_lines import_lines read_lines",
    "findings": "Finding",
    "folding": "RowDifference",
    "health": "StoredView ViewStatus",
    "integrity.checkpoint": "Checkpoint SignedCheckpoint Witnessed",
    "integrity.entry": "LeafEntry",
    "integrity.proof": "ConsistencyProof InclusionProof",
    "integrity.signing": "SigningKey VerifierKey is_key_name",
    "keys": "generate_key read_signing_key read_verifier_key write_key_pair",
    "knowledge": "Learned",
    "log": "OpLog",
    "narrative": (
        "FORMATS GRAMMARS SECTIONS Builder Document Format Grammar Heading Locale Look ReportConfiguration Theme "
        "configuration_files formats_of html_format load_configuration load_locale render render_bytes rephrase"
    ),
    "narrative.restated": "tell_restatement",
    "narrative.restatement": "Restatement StatementChange",
    "narrative.told": "ToldStatement",
    "oversight": "witness",
    "projections": "PROJECTIONS Projection",
    "projections.calendar": "Appointment",
    "projections.due": "Due due",
    "projections.figures": "FigureRow Total total",
    "projections.impact": "Change cause_named impact_of",
    "projections.links": "Link",
    "projections.partners": "PartnerRow",
    "projections.promises": "Move Promise",
    "projections.register": "Entry",
    "projections.silence": "SILENCE Heard SilenceLimits SilenceRule",
    "projections.trace": "Step Trace trace",
    "reading": "Clocks Reading",
    "recorded": "Context Pending Recorded Unknown",
    "reports": "Publication",
    "retelling": "Retold",
    "store.codec": "format_time to_line",
    "store.lines": "stored_line",
    "store.recorder": "Row StoredState",
    "store.store": "Subscription",
    "store.wire": "to_wire",
    "version": "__version__",
    "whatif": "WhatIf",
}
"""Where each public name lives; it is imported when it is asked for, so that a command loads what it needs alone."""

_MODULES = {name: f"oplog.{module}" for module, names in _HOMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'oplog' has no attribute {name!r}")
    home = import_module(_MODULES[name])
    # Two of them, commands and events, are modules themselves.
    found = globals()[name] = getattr(home, name) if hasattr(home, name) else import_module(f"{home.__name__}.{name}")
    return found


def __dir__() -> list[str]:
    return sorted(__all__)


__all__ = [
    "AGGREGATES",
    "CALENDAR_YEAR",
    "DECIDERS",
    "FIELDS",
    "FORMATS",
    "GRAMMARS",
    "PROJECTIONS",
    "REPORTS",
    "SCHEMES",
    "SECTIONS",
    "SILENCE",
    "TRAIL",
    "UK_FINANCIAL_YEAR",
    "AccessTrail",
    "Adopt",
    "Adopted",
    "Appointment",
    "Audience",
    "Audit",
    "BadConfiguration",
    "BadForms",
    "BadImport",
    "BadKey",
    "Basis",
    "Better",
    "Builder",
    "Calendar",
    "CalendarDifference",
    "CannotOpen",
    "Catalogue",
    "Cause",
    "CauseKind",
    "Certificate",
    "Change",
    "Checkpoint",
    "Clocks",
    "Conflict",
    "ConsistencyProof",
    "Context",
    "Damaged",
    "Decider",
    "Differences",
    "Disclose",
    "Disclosed",
    "Discontinue",
    "Discontinued",
    "Document",
    "Draft",
    "Due",
    "Entry",
    "EventEntry",
    "Explanation",
    "FieldEntry",
    "FieldHistory",
    "FieldMarkings",
    "Figure",
    "FigureDifference",
    "FigureRow",
    "Finding",
    "Fingerprint",
    "Format",
    "Grammar",
    "Heading",
    "Heard",
    "IllegalTransition",
    "Imported",
    "InclusionProof",
    "InvalidValue",
    "LeafEntry",
    "Learned",
    "Link",
    "Locale",
    "Look",
    "Malformed",
    "MarkingScheme",
    "MissingExtra",
    "Move",
    "Nature",
    "NoSuchEvent",
    "NoSuchStream",
    "NotProved",
    "NotSigned",
    "NotSound",
    "OpLog",
    "OplogError",
    "OutcomeUnknown",
    "Part",
    "PartnerRow",
    "Pending",
    "Plain",
    "Projection",
    "Promise",
    "Publication",
    "Publish",
    "Published",
    "PublishedReport",
    "Purpose",
    "Quarter",
    "Rate",
    "Reading",
    "Recorded",
    "Recurrence",
    "Redeploy",
    "Redeployed",
    "Refer",
    "Referred",
    "Refused",
    "Relaunch",
    "Relaunched",
    "Rendering",
    "ReportConfiguration",
    "ReportStatus",
    "Restatement",
    "Retold",
    "Row",
    "RowDifference",
    "Seen",
    "Setting",
    "SignedCheckpoint",
    "SigningKey",
    "SilenceLimits",
    "SilenceRule",
    "StartTrail",
    "StateDifference",
    "StatementChange",
    "Status",
    "Step",
    "StopTrail",
    "StoredState",
    "StoredView",
    "Subscription",
    "Term",
    "Theme",
    "ToldStatement",
    "Total",
    "Trace",
    "TrailStarted",
    "TrailStatus",
    "TrailStopped",
    "Undecodable",
    "Unknown",
    "UnknownEvent",
    "ValueEntry",
    "VerifierKey",
    "ViewDigest",
    "ViewStatus",
    "WhatIf",
    "When",
    "Witnessed",
    "__version__",
    "against",
    "broken_promises",
    "cause_named",
    "certify",
    "commands",
    "configuration_files",
    "decider_of",
    "disclose",
    "due",
    "event_catalogue",
    "events",
    "export_lines",
    "format_time",
    "formats_of",
    "generate_key",
    "html_format",
    "impact_of",
    "import_lines",
    "is_key_name",
    "keeps_trail",
    "load_configuration",
    "load_locale",
    "parse_plain",
    "parse_when",
    "prove_additions",
    "prove_event",
    "read_lines",
    "read_signing_key",
    "read_verifier_key",
    "render",
    "render_bytes",
    "rephrase",
    "restore",
    "sign_checkpoint",
    "stored_line",
    "tell_restatement",
    "to_line",
    "to_wire",
    "total",
    "trace",
    "unsalted_in_proof",
    "upgrade",
    "witness",
    "write_key_pair",
]
