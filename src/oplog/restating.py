"""Restating a published report: it is told again from the events that it knew and from all that are known now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from oplog.domain.aggregates import is_about_log
from oplog.narrative.plan import narrate, seen_by_readers
from oplog.narrative.restatement import Restatement, Since, changed_by_code, changed_by_events
from oplog.narrative.sections import SECTIONS
from oplog.narrative.told import told_in
from oplog.reading import NOW
from oplog.retelling import configuration_of, extent_of, mark_of, read_of, retell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oplog.domain.report import Published
    from oplog.narrative.configuration import ReportConfiguration
    from oplog.narrative.sections import Builder
    from oplog.recorded import Recorded


def restate(
    published: Recorded, history: Sequence[Recorded], root: str | None, sections: Sequence[Builder] = SECTIONS
) -> Restatement:
    """The restatement of a published report, from the history of its log. Raises what `retell` raises."""
    event: Published = published.event
    retold = retell(published, history, root, sections)
    # The report before this one stays that which it followed, whatever was published or retracted since.
    reports = [r for r in read_of(history, event.up_to) if is_about_log(r.stream)]
    activities = [r for r in NOW.events(history) if not is_about_log(r.stream)]
    extent, configuration = evolve(extent_of(history), written_down=event.up_to), configuration_of(event)
    present = narrate([*activities, *reports], configuration, extent, sections)
    since = Since(_since(history, activities, event.up_to, configuration), history)
    told = told_in(retold.document)
    changes = [*changed_by_events(told, told_in(present), since)]
    if retold.causes:
        changes += changed_by_code(event.statements, [mark_of(one) for one in told], told)
    return Restatement(
        ref=retold.ref,
        publication=published,
        then=retold.document,
        present=present,
        causes=retold.causes,
        changes=tuple(changes),
        recorded_since=len(since.events),
    )


def _since(
    history: Sequence[Recorded], activities: Sequence[Recorded], up_to: int, configuration: ReportConfiguration
) -> list[Recorded]:
    """The events of activities that were recorded later, as far as the readers of the report may see them.

    Of a stream that is closed to them now, not even what closed it is told.
    """
    closed = {r.stream for r in activities} - {r.stream for r in seen_by_readers(activities, configuration)}
    own = [r for r in history if not is_about_log(r.stream) and r.stream not in closed]
    return [r for r in seen_by_readers(own, configuration) if r.position > up_to]
