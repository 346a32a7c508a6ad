"""What an audit of a store reads: the events and kept states that are folded, and all that lies beside the events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.audit import Audit, check_rules, chosen, findings, gather
from oplog.errors import Damaged
from oplog.store.recorder import Span
from oplog.verify import about_findings, unreadable, verify

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from oplog.audit import Material
    from oplog.findings import Finding
    from oplog.reading import Reading
    from oplog.store.recorder import StoredState
    from oplog.store.store import Store
    from oplog.verify import SignedTree


def replay(
    store: Store,
    reading: Reading,
    *,
    until: int | None,
    streams: Collection[str],
    rules: Collection[str],
    progress: Callable[[int], None],
) -> Audit:
    """Audit the log in a store; see `OpLog.audit`."""
    check_rules(rules)
    # The states first: whatever others write meanwhile, the events up to the head then reach all of them.
    states, unread = _states(store)
    material = _gathered(store, states, reading, until, progress)
    if material is None:
        found = (*verified(store, (), progress, until), *unread)
        return Audit(events=None, streams=None, head=None, findings=chosen(found, rules, streams))
    material.verified = (*verified(store, (), progress, material.last if material.partial else None), *unread)
    material.risks = store.risks
    places = [stream for _, stream, _ in material.places if not streams or stream in streams]
    return Audit(
        events=len(places), streams=len(set(places)), head=material.last, findings=findings(material, rules, streams)
    )


def _states(store: Store) -> tuple[Sequence[StoredState], tuple[Finding, ...]]:
    """The kept states, or what is told where a damaged database does not give them."""
    try:
        return store.stored_states(), ()
    except Damaged as error:
        return (), (unreadable("stored-state", error),)


def _gathered(
    store: Store,
    states: Sequence[StoredState],
    reading: Reading,
    until: int | None,
    progress: Callable[[int], None],
) -> Material | None:
    """The events of a log, or of its beginning; None where they cannot all be read."""
    try:
        head = store.head()
        last = head if until is None else min(until, head)
        return gather(store.rows(Span(None, last)), states, reading, partial=last < head, progress=progress)
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
