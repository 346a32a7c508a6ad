"""What an audit of a store reads: the events and kept states that are folded, and all that lies beside the events."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from oplog.audit import Audit, check_rules, chosen, findings
from oplog.collector import collector_paused
from oplog.domain.report import REPORTS
from oplog.errors import Damaged
from oplog.material import gather
from oplog.rules import names_of, published_reports
from oplog.store.recorder import Span
from oplog.verify import about_findings, unreadable, verify

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from oplog.findings import Finding
    from oplog.folding import Held
    from oplog.material import Material
    from oplog.narrative.sections import Builder
    from oplog.projections.silence import Listening
    from oplog.reading import Reading
    from oplog.store.recorder import StoredState
    from oplog.store.store import Store
    from oplog.verify import SignedTree

T = TypeVar("T")


@collector_paused()
def replay(
    store: Store,
    held: Callable[[], Sequence[Held]],
    reading: Reading,
    *,
    until: int | None,
    streams: Collection[str],
    rules: Collection[str],
    silence: Listening,
    sections: Sequence[Builder] | None,
    progress: Callable[[int], None],
) -> Audit:
    """Audit the log in a store, with the stored views that `held` gives; see `OpLog.audit`."""
    check_rules(rules, silence)
    # States and views first: whatever others write meanwhile, the events up to the head then reach all of them.
    states, unread_states = _kept("stored-state", store.stored_states)
    views, unread_views = _kept("stored-view", held)
    unread = (*unread_states, *unread_views)
    material = _gathered(store, states, views, reading, until=until, progress=progress)
    if material is None:
        found = (*verified(store, (), progress, until), *unread)
        return Audit(events=None, streams=None, head=None, findings=chosen(found, rules, streams))
    material.verified = (*verified(store, (), progress, material.last if material.partial else None), *unread)
    material.risks = store.risks
    material.silence = silence
    asked = not rules or {*names_of(published_reports, silence)} & {*rules}
    if asked and any(stream.startswith(REPORTS) for stream in material.lives):
        from oplog.narrative.sections import SECTIONS
        from oplog.retelling import retold_findings

        material.retold = retold_findings(material, store.leaves, sections or SECTIONS)
    places = [stream for _, stream, _ in material.places if not streams or stream in streams]
    return Audit(
        events=len(places), streams=len(set(places)), head=material.last, findings=findings(material, rules, streams)
    )


def _kept(rule: str, read: Callable[[], Sequence[T]]) -> tuple[Sequence[T], tuple[Finding, ...]]:
    """What is kept beside the events, or what is told where a damaged database does not give it."""
    try:
        return read(), ()
    except Damaged as error:
        return (), (unreadable(rule, error),)


def _gathered(
    store: Store,
    states: Sequence[StoredState],
    views: Sequence[Held],
    reading: Reading,
    *,
    until: int | None,
    progress: Callable[[int], None],
) -> Material | None:
    """The events of a log, or of its beginning; None where they cannot all be read."""
    try:
        head = store.head()
        last = head if until is None else min(until, head)
        return gather(store.rows(Span(None, last)), states, views, reading, partial=last < head, progress=progress)
    except Damaged:
        return None


def verified(
    store: Store, signed: Sequence[SignedTree], progress: Callable[[int], None], until: int | None = None
) -> tuple[Finding, ...]:
    """All that verifying finds; of the events up to a position alone, whose tree is not the one that is stored."""
    stored, end, damage = store.tree_and_end()
    if until is not None:
        stored, end = None, until
    found = verify(store.stored_rows(end), stored, signed, damage, progress)
    try:
        return (*found, *about_findings(store.about()), *store.findings)
    except Damaged as error:
        return (*found, unreadable("origin", error))
