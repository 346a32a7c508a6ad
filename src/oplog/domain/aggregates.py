"""The table of aggregates, and the names of streams."""

from __future__ import annotations

import re
from types import MappingProxyType

from oplog.domain.campaign import CAMPAIGN
from oplog.domain.decider import Decider
from oplog.domain.deployment import DEPLOYMENT
from oplog.domain.operation import OPERATION
from oplog.domain.pilot import PILOT
from oplog.errors import InvalidValue

AGGREGATES = MappingProxyType({d.name: d for d in (OPERATION, DEPLOYMENT, CAMPAIGN, PILOT)})

_STREAM = re.compile(r"(?P<aggregate>[a-z]+)/(?P<name>[a-z0-9](?:[a-z0-9._-]{0,118}[a-z0-9])?)", re.ASCII)


def decider_of(stream: str) -> Decider:
    """The aggregate that a stream belongs to.

    A stream is named `aggregate/name`, the name of up to 120 lower-case letters, digits, dots, dashes and underscores.
    Raises `InvalidValue` with what was expected.
    """
    match = _STREAM.fullmatch(stream)
    if match is None:
        raise InvalidValue(
            f"{stream!r} is no stream; expected aggregate/name in lower-case letters, digits and dashes,"
            " such as campaign/sexual-violence-2017"
        )
    decider = AGGREGATES.get(match["aggregate"])
    if decider is None:
        raise InvalidValue(f"{stream!r}: no aggregate {match['aggregate']!r}; expected one of {', '.join(AGGREGATES)}")
    return decider
