"""Streams that are told in one paragraph, and what they have in common, told once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from oplog.domain import events
from oplog.domain.pilot import Adopted, Discontinued
from oplog.narrative import phrases
from oplog.narrative.salience import salience
from oplog.narrative.tale import Told
from oplog.narrative.text import sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oplog.narrative.tale import Tale

SHARED = (
    events.Postponed,
    events.Cancelled,
    events.Reinstated,
    events.Suspended,
    events.Resumed,
    events.HandedOver,
    Adopted,
    Discontinued,
)
"""What can befall a whole and its parts at once."""


MOST = 4
"""So many things are counted in one sentence."""


@frozen
class Family:
    """A stream and those that are told in its paragraph: its parts, or the other parts of what it is part of."""

    head: Tale
    members: tuple[Tale, ...]

    @property
    def salience(self) -> int:
        """That of the most salient of them."""
        return max(salience(tale) for tale in (self.head, *self.members))


def families(tales: Sequence[Tale]) -> list[Family]:
    """The tales by paragraph, in their order, with what they share told once.

    A part stands with its whole where both have one theme. Parts of a whole of which there is nothing to tell stand
    together.
    """
    by_stream = {tale.stream: tale for tale in tales}
    heads: dict[tuple[str, object], Tale] = {}
    found: dict[str, list[Tale]] = {}
    for tale in tales:
        head = _head(tale, by_stream, heads)
        found.setdefault(head.stream, [])
        if head is not tale:
            found[head.stream].append(tale)
    told = [Family(by_stream[stream], tuple(members)) for stream, members in found.items()]
    for family in told:
        _share_change(family)
        _share_count(family)
    return told


def _head(tale: Tale, by_stream: dict[str, Tale], heads: dict[tuple[str, object], Tale]) -> Tale:
    parent = tale.state.part_of
    whole = by_stream.get(parent or "")
    if whole is not None and whole is not tale and whole.theme == tale.theme and whole.state.part_of is None:
        return whole
    if parent is None or whole is not None:
        return tale
    return heads.setdefault((parent, tale.theme), tale)


def _share_change(family: Family) -> None:
    """Parts to which the very same happened as to the whole: told with it, at the end of its opening.

    What else is told of such a part is its news; what it was planned to be is not repeated where it ends.
    """
    head = family.head
    told = _changes(head)
    alike = [tale for tale in family.members if told and _changes(tale) == told and _leads(tale)]
    if not alike or not _leads(head):
        return
    subjects = head.locale.listed([tale.noun.definite() for tale in alike])
    text = head.locale.say("families.with_it", sentence=head.statements[0].text.removesuffix("."), subjects=subjects)
    openings = [tale.statements.pop(0) for tale in (head, *alike)]
    for tale in alike:
        own = tale.planned.position if tale.planned else None
        tale.statements[:] = [told for told in tale.statements if told.positions != (own,)]
    positions = tuple(sorted({p for opening in openings for p in opening.positions}))
    head.statements.insert(0, Told(sentence(text), positions, "lead"))


def _changes(tale: Tale) -> list[tuple[object, object]]:
    """The changes of the window with their dates; none where there is one that is told of each stream by itself."""
    moves = [r for r in tale.inside if type(r.event) in phrases.VERBS]
    return [(r.event, r.effective) for r in moves] if all(isinstance(r.event, SHARED) for r in moves) else []


def _leads(tale: Tale) -> bool:
    """Whether it opens with one sentence that tells all its changes."""
    return [told.role == "lead" for told in tale.statements].count(True) == 1 and tale.statements[0].role == "lead"


@frozen
class _Tally:
    """How often something was held and how many came: "seven Griffin sessions", 7, 274."""

    subject: str
    held: int
    came: int


def _tally(tale: Tale) -> _Tally | None:
    """The tally of a stream of which there is no more to tell; None where there is."""
    plan, held = tale.plan, tale.select(events.OccurrenceHeld)
    said = (plan.about, plan.audience, plan.place, plan.lead, plan.aim, plan.cause, tale.state.partners or None)
    if len(tale.statements) != 1 or not held or not tale.noun.plural or any(said):
        return None
    came = 0
    for recorded in held:
        event: events.OccurrenceHeld = recorded.event
        more = (event.about, event.audience, event.place, event.lead, event.cause, recorded.effective)
        if event.attendance is None or any(more):
            return None
        came += event.attendance
    number = sum(r.event.count for r in held)
    return _Tally(tale.noun.counted(number, tale.locale.in_words(number)), number, came)


def _share_count(family: Family) -> None:
    """How often several things were held and how many came, in one sentence: "seven sessions reached 274 people"."""
    counted = [(tale, tally) for tale in (family.head, *family.members) if (tally := _tally(tale))]
    if len(counted) < 2:
        return
    locale = family.head.locale
    first = counted[0][1]
    people = locale.say("people.number", first.came, number=locale.count(first.came))
    told = [locale.say("families.reached", first.held, subject=first.subject, people=people)]
    for _, tally in counted[1:]:
        told.append(locale.say("families.reached_also", subject=tally.subject, number=locale.count(tally.came)))
    for start in range(0, len(counted), MOST):
        some = [tale for tale, _ in counted[start : start + MOST]]
        counts = locale.listed(told[start : start + MOST])
        text = counts if start else locale.say("families.counts", counts=counts)
        positions = tuple(sorted({p for tale in some for p in tale.statements[0].positions}))
        for tale in some:
            tale.statements.clear()
        some[0].statements.append(Told(sentence(text), positions, "lead"))
