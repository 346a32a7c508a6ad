"""Restating a published report: it is told again from the events that it knew and from all that are known now.

Both times it is told to its readers, from what they may see; what they may not see any more is not said again.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from attrs import define, evolve

from oplog.audience import Seen, seen_by
from oplog.domain.aggregates import is_about_log
from oplog.domain.events import Planned
from oplog.errors import InvalidValue
from oplog.narrative.plan import narrate
from oplog.narrative.restatement import Restatement, Since, changed_by_code, changed_by_events
from oplog.narrative.sections import SECTIONS
from oplog.narrative.told import told_in
from oplog.narrative.window import Extent
from oplog.reading import NOW
from oplog.reporting import last_told
from oplog.retelling import mark_of, retell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oplog.domain.report import Published
    from oplog.narrative.document import Source
    from oplog.narrative.sections import Builder
    from oplog.narrative.told import ToldStatement
    from oplog.recorded import Recorded


def restate(
    published: Recorded, history: Sequence[Recorded], root: str | None, sections: Sequence[Builder] = SECTIONS
) -> Restatement:
    """The restatement of a published report, from the history of its log.

    Raises what `retell` raises, and `InvalidValue` when its readers may not see its publication, on which it rests. All
    positions in it are the numbers that its readers' events have now.
    """
    event: Published = published.event
    retold = retell(published, history, root, sections)
    configuration = retold.configuration
    seen = seen_by(configuration.readers, history)
    publication = next(
        (r for r in NOW.events(seen.history) if seen.position_of[r.position] == published.position), None
    )
    if publication is None:
        raise InvalidValue(
            f"the readers of the report {retold.ref} may not see that it was published (position {published.position},"
            f" field marking); expected one that {configuration.readers.name} may see: 'oplog mark' changes it"
        )
    known = [r for r in seen.history if seen.position_of[r.position] <= event.up_to]
    # The report before this one stays that which it followed, whatever was published or retracted since.
    reports = [r for r in NOW.events(known) if is_about_log(r.stream)]
    activities = [r for r in NOW.events(seen.history) if not is_about_log(r.stream)]
    extent = Extent(head=last_told(seen), written_down=max((r.position for r in known), default=0))
    present = narrate([*activities, *reports], configuration, extent, sections)

    def without(recorded: Recorded) -> tuple[ToldStatement, ...]:
        others = NOW.events([r for r in seen.history if r is not recorded and not is_about_log(r.stream)])
        return told_in(narrate([*others, *reports], configuration, extent, sections)) if others else ()

    later = [r for r in seen.history if not is_about_log(r.stream) and seen.position_of[r.position] > event.up_to]
    told = told_in(retold.document)
    numbers = _Numbers(retold.seen, seen)
    still = [numbers.told(one) for one in told]
    changes = [*changed_by_events([one for one in still if one], told_in(present), Since(later, seen.history, without))]
    if retold.causes:
        by_code = changed_by_code(event.marks, [mark_of(one, event.salt) for one in told], told)
        renumbered = ((change, change.now and numbers.told(change.now)) for change in by_code)
        changes += [evolve(change, now=now) for change, now in renumbered if now or not change.now]
    return Restatement(
        ref=retold.ref,
        publication=publication,
        then=retold.document,
        sources=tuple(one for one in map(numbers.source, retold.document.sources) if one),
        present=present,
        causes=retold.causes,
        changes=tuple(changes),
        recorded_since=len(later),
        names={
            r.stream: present.locale.grammar.noun(r.event.title, r.event.plural).definite()
            for r in activities
            if isinstance(r.event, Planned)
        },
    )


@define(frozen=True, slots=False)
class _Numbers:
    """From the numbers that the events of a report had for its readers to those that they have now."""

    then: Seen
    now: Seen

    @cached_property
    def _present(self) -> dict[int, int]:
        return {position: number for number, position in self.now.position_of.items()}

    def told(self, told: ToldStatement) -> ToldStatement | None:
        """A statement under the numbers of now; None where one of its events is not to be seen as it was any more."""
        numbers = [self._number(number) for number in told.positions]
        seen = [number for number in numbers if number is not None]
        return evolve(told, positions=tuple(sorted(seen))) if len(seen) == len(numbers) else None

    def source(self, source: Source) -> Source | None:
        """A source under the number of now; None where it is not to be seen as it was any more."""
        number = self._number(source.position)
        return None if number is None else evolve(source, position=number)

    def _number(self, then: int) -> int | None:
        position = self.then.position_of[then]
        less = {*self.now.emptied.get(position, ())} - {*self.then.emptied.get(position, ())}
        return None if less else self._present.get(position)
