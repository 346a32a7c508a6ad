"""The tables of aggregates and of all deciders, and the names of streams."""

from __future__ import annotations

import re
from types import MappingProxyType

from oplog.domain.access import ACCESS, TRAIL
from oplog.domain.campaign import CAMPAIGN
from oplog.domain.decider import Decider
from oplog.domain.deployment import DEPLOYMENT
from oplog.domain.operation import OPERATION
from oplog.domain.pilot import PILOT
from oplog.domain.report import REPORT, REPORTS
from oplog.errors import InvalidValue

AGGREGATES = MappingProxyType({d.name: d for d in (OPERATION, DEPLOYMENT, CAMPAIGN, PILOT)})
"""The four kinds of activity, by name."""
DECIDERS = MappingProxyType({**AGGREGATES, ACCESS.name: ACCESS, REPORT.name: REPORT})
"""All that a stream can belong to: an activity, or the access trail or a published report, which are none."""

_STREAM = re.compile(r"(?P<aggregate>[a-z]+)/(?P<name>[a-z0-9](?:[a-z0-9._-]{0,118}[a-z0-9])?)", re.ASCII)


def is_about_log(stream: str) -> bool:
    """Whether a stream is kept about the log itself and tells of no activity: the access trail, a published report."""
    return stream == TRAIL or stream.startswith(REPORTS)


def decider_of(stream: str) -> Decider:
    """The decider that a stream belongs to: an aggregate, the access trail or published reports.

    A stream is named `aggregate/name`, the name of up to 120 lower-case letters, digits, dots, dashes and underscores.
    Raises `InvalidValue` with what was expected.
    """
    match = _STREAM.fullmatch(stream)
    if match is None:
        raise InvalidValue(
            f"{stream!r} is no stream; expected aggregate/name in lower-case letters, digits and dashes,"
            " such as campaign/sexual-violence-2017"
        )
    decider = DECIDERS.get(match["aggregate"])
    if decider is None:
        raise InvalidValue(f"{stream!r}: no aggregate {match['aggregate']!r}; expected one of {', '.join(AGGREGATES)}")
    if decider is ACCESS and stream != TRAIL:
        raise InvalidValue(f"{stream!r} is no stream; the access trail of a log is {TRAIL}")
    return decider
