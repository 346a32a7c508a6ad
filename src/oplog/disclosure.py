"""Disclosure: where an access trail is kept, nothing is taken out before the trail says by whom, why and for whom.

What leaves the house passes through `disclose`; `export_lines` does so by itself. Reading events, views or a narrative
inside a process takes nothing out.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from attrs import field, frozen

from oplog.domain.access import TRAIL, AccessTrail, Disclose, TrailStatus
from oplog.domain.values import require_text
from oplog.errors import CannotOpen, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from oplog.log import OpLog


def _says_something(_instance: object, attribute: object, value: str) -> None:
    require_text(getattr(attribute, "name", "text"), value)


@frozen(kw_only=True)
class Purpose:
    """Why something is taken out of a log, for whom, and by whom (section 62(3) of the Data Protection Act 2018)."""

    why: str = field(validator=_says_something)
    recipient: str = field(validator=_says_something)
    actor: str = field(validator=_says_something)


def keeps_trail(log: OpLog) -> bool:
    """Whether the log keeps an access trail now."""
    state: AccessTrail = log.entry(TRAIL).state
    return state.status is TrailStatus.ON


def disclose(
    log: OpLog, form: str, content: Callable[[], Iterable[bytes]], *, up_to: int, purpose: Purpose | None = None
) -> Iterator[bytes]:
    """What is taken out of the log, piece by piece, once the access trail has a record of it.

    `form` says what it is: "export", "narrative" or a word of yours. `content` makes the pieces, the same each time: it
    is called once for their digest and once more to let them go. `up_to` is the last position of the log that they were
    made from. When the first piece is asked for, `access.disclosed` is recorded; where that fails, its error is raised
    and nothing leaves.

    Without an access trail the pieces pass as they are. Raises `Refused` at once, and records nothing, when the trail
    is kept and there is no `purpose`, or when there is one and nothing would record it.
    """
    if purpose is None:
        if keeps_trail(log):
            raise Refused("say why, for whom and by whom something is taken out", status="on", stream=TRAIL)
        return iter(content())
    if not keeps_trail(log):
        raise Refused("why and for whom would not be recorded; start it, or say neither", status="off", stream=TRAIL)
    return _recorded_first(log, form, content, up_to, purpose)


def _recorded_first(
    log: OpLog, form: str, content: Callable[[], Iterable[bytes]], up_to: int, purpose: Purpose
) -> Iterator[bytes]:
    digest = hashlib.sha256()
    for piece in content():
        digest.update(piece)
    command = Disclose(form=form, up_to=up_to, why=purpose.why, recipient=purpose.recipient, digest=digest.hexdigest())
    try:
        log.execute(TRAIL, command, actor=purpose.actor)
    except CannotOpen as error:
        raise CannotOpen(f"nothing is taken out, for the access trail cannot record it: {error}") from error
    yield from content()
