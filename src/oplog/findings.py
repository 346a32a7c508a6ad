"""`Finding`: what an audit reports. Audits return all of theirs; they raise none."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from oplog.domain.when import When  # noqa: TC001 - the codec reads the type hint


@frozen(kw_only=True)
class Finding:
    """One thing that a replay found.

    `position`, `stream` and `version` are None where it concerns no single event. `expected` is the date for which
    something was expected that nobody recorded, None where nothing of the kind was found.
    """

    rule: str
    severity: Literal["fault", "observation"]
    message: str
    position: int | None = None
    stream: str | None = None
    version: int | None = None
    expected: When | None = None
