"""How many came, or were held, as the last report told it and as it was put right since."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from attrs import frozen

from oplog.domain.content import Completion, Occurrence
from oplog.domain.values import Figure
from oplog.narrative.figures_found import corrections_of
from oplog.narrative.restated_figures import Restated
from oplog.narrative.window import Side

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from oplog.narrative.tale import Tale
    from oplog.narrative.window import Windows
    from oplog.recorded import Recorded

COUNTS = ("attendance", "count")
"""The fields of an event that say how many came, and how many were held."""


@frozen
class Recount:
    """A number, in the field `counts`, that the last report told of some events, and what it is now."""

    counts: str
    before: int
    now: int
    behind: tuple[Recorded, ...]


def recounts(items: Iterable[Recorded], windows: Windows) -> list[Recount]:
    """What was counted anew since the last report told it; what is one in that report is one here.

    What it told without a number, or what has changed in another way too, is no recount: it is told as it is now.
    """
    together: dict[Any, list[Recorded]] = {}
    for recorded in items:
        if isinstance(recorded.event, (Occurrence, Completion)) and _was_told(recorded, windows):
            spot = recorded.effective, getattr(recorded.event, "place", None), getattr(recorded.event, "about", None)
            together.setdefault(spot, []).append(recorded)
    found = []
    for members in together.values():
        for counts in COUNTS:
            both = [(was(r, counts, windows), getattr(r.event, counts, None), r) for r in members]
            known = [(old, new, r) for old, new, r in both if old is not None and new is not None]
            before, now = sum(old for old, _, _ in known), sum(new for _, new, _ in known)
            if before != now:
                found.append(Recount(counts, before, now, tuple(r for _, _, r in known)))
    return found


def only_recounted(recorded: Recorded, windows: Windows) -> bool:
    """Whether the last report told an event, and nothing of it was put right since but numbers that it told."""
    if not isinstance(recorded.event, (Occurrence, Completion)) or not _was_told(recorded, windows):
        return False
    return all(was(recorded, one.event.field, windows) is not None for one in _since(recorded, windows))


def was(recorded: Recorded, counts: str, windows: Windows) -> int | None:
    """The number that the last report knew."""
    since = [one.event for one in _since(recorded, windows) if one.event.field == counts]
    if not since:
        value: int | None = getattr(recorded.event, counts, None)
        return value
    return None if since[0].old is None else since[0].old.data


def tell_recounted(tale: Tale, recounted: Sequence[Recount]) -> None:
    """Tell what the last report told of how many came, or were held, and what it is now."""
    locale = tale.locale
    for one in recounted:
        effective = one.behind[0].effective
        key = "attending" if one.counts == "attendance" else "held" if tale.noun.plural else "times"
        name = locale.say(f"figures.recounted.{key}", name=tale.noun.bare if key == "held" else tale.noun.definite())
        since = [c for r in one.behind for c in _since(r, tale.windows) if c.event.field == one.counts]
        why = [c.event.why.rstrip(". ") for c in sorted(since, key=lambda c: c.position)]
        period = tale.windows.dates.on(effective) if effective else ""
        before, now = (Figure("people", Decimal(value)) for value in (one.before, one.now))
        tale.restated.append(
            Restated(
                name=name, period=period, before=before, now=now,
                why=tuple(dict.fromkeys(why)), behind=one.behind, named=True,
            )
        )  # fmt: skip


def _was_told(recorded: Recorded, windows: Windows) -> bool:
    """Whether the last report told of an event, and nothing but numbers of it was put right since."""
    if windows.before is None or not windows.known_before(recorded):
        return False
    inside = windows.before.side(recorded) is not Side.AFTER
    return inside and all(one.event.field in COUNTS for one in _since(recorded, windows))


def _since(recorded: Recorded, windows: Windows) -> list[Recorded]:
    return [one for one in corrections_of(recorded) if not windows.known_before(one)]
