"""What changed in knowledge between two moments: what was learned, late or not, what was put right, what follows."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from itertools import takewhile
from typing import TYPE_CHECKING, Unpack

from attrs import evolve, frozen

from oplog.differences import Differences, compare
from oplog.domain.events import Corrected, Retracted
from oplog.errors import InvalidValue
from oplog.reading import Clocks, Reading

if TYPE_CHECKING:
    from collections.abc import Iterable

    from oplog.recorded import Recorded


@frozen(kw_only=True)
class Learned:
    """What a log learned after `earlier` and not later than `later`, both aware, in UTC.

    `events` are those that were recorded between, in order of position, as they were recorded, and `late` the positions
    of those that were so before, for certain: what was not known though it had come about. `corrections` are the
    retractions and corrections recorded between, in `events` too. In `differences`, `one` is what was known at the
    earlier moment, and `other` at the later one.
    """

    earlier: datetime
    later: datetime
    events: tuple[Recorded, ...]
    late: frozenset[int]
    corrections: tuple[Recorded, ...]
    differences: Differences


def difference(
    history: Iterable[Recorded], earlier: datetime | date, later: datetime | date, **clocks: Unpack[Clocks]
) -> Learned:
    """What changed between two moments of knowledge, from the history of a log; see `OpLog.difference`."""
    if clocks.get("known_at") is not None:
        raise InvalidValue("known_at: the two moments say what was known; give valid_at alone")
    asked = Reading(**clocks)
    then, now = (evolve(asked, known_at=moment) for moment in (earlier, later))
    if then.known_at is None or now.known_at is None:
        raise InvalidValue("two moments are needed, each a day or an aware time")
    if then.known_at > now.known_at:
        raise InvalidValue(f"{earlier} is later than {later}; give the earlier moment first")
    known = list(takewhile(now.knows, history))
    events = known[sum(1 for _ in takewhile(then.knows, known)) :]
    return Learned(
        earlier=then.known_at,
        later=now.known_at,
        events=tuple(events),
        late=frozenset(r.position for r in events if _was_so_by(r, then.known_at)),
        corrections=tuple(r for r in events if isinstance(r.event, (Retracted, Corrected))),
        differences=compare(then.events(known), now.events(known)),
    )


def _was_so_by(recorded: Recorded, moment: datetime) -> bool:
    """Whether it was so by then, as far as its date tells: to the end of the day from which it counts."""
    if recorded.effective is None:
        return False
    return datetime.combine(recorded.effective.certain, time.max, UTC) <= moment
