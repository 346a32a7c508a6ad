"""`Finding`: what an audit reports. Audits return all of theirs; they raise none."""

from __future__ import annotations

from typing import Literal, Protocol

from attrs import frozen

from oplog.domain.when import When  # noqa: TC001 - the codec reads the type hint

Severity = Literal["fault", "observation"]


class Placed(Protocol):
    """What has a place in a log: an event, decoded or as it is stored, or something that stopped at one."""

    @property
    def position(self) -> int:
        """The place in the log."""

    @property
    def stream(self) -> str:
        """The stream."""

    @property
    def version(self) -> int:
        """The place in the stream; a damaged database may give something else than a number."""


@frozen(kw_only=True)
class Finding:
    """One thing that a replay found.

    `position`, `stream` and `version` are None where it concerns no single event. `expected` is the date for which
    something was expected that nobody recorded, None where nothing of the kind was found.
    """

    rule: str
    severity: Severity
    message: str
    position: int | None = None
    stream: str | None = None
    version: int | None = None
    expected: When | None = None


def found_at(
    place: Placed, rule: str, message: str, severity: Severity = "fault", expected: When | None = None
) -> Finding:
    """A finding on one event."""
    return Finding(
        rule=rule,
        severity=severity,
        message=message,
        position=place.position,
        stream=place.stream,
        version=place.version if isinstance(place.version, int) else None,
        expected=expected,
    )
