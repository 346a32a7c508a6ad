"""What an audit of a store reads: the events and kept states that are folded, and all that lies beside the events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.audit import Audit, findings, gather, rule_names
from oplog.errors import Damaged, InvalidValue
from oplog.store.recorder import Span
from oplog.verify import about_findings, verify

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from oplog.audit import Material
    from oplog.findings import Finding
    from oplog.reading import Reading
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
    if unknown := sorted(set(rules) - set(rule_names())):
        raise InvalidValue(f"no rule {unknown[0]!r}; expected one of {', '.join(rule_names())}")
    material = _gathered(store, reading, until, progress)
    if material is None:
        read: list[int] = []
        found = verified(store, (), read.append, until)
        return Audit(events=len(read), streams=len(store.streams()), head=max(read, default=0), findings=found)
    material.verified = verified(store, (), progress, material.last if material.partial else None)
    material.risks = store.risks
    places = [stream for _, stream, _ in material.places if not streams or stream in streams]
    return Audit(
        events=len(places),
        streams=len(set(places)),
        head=material.last,
        findings=findings(material, rules, streams),
    )


def _gathered(store: Store, reading: Reading, until: int | None, progress: Callable[[int], None]) -> Material | None:
    """The events and states of a log, or of its beginning; None where the file cannot be read as a whole."""
    try:
        # The states first: whatever others write meanwhile, the events up to the head then reach all of them.
        states = store.stored_states()
        head = store.head()
        last = head if until is None else min(until, head)
        return gather(store.rows(Span(None, last)), states, reading, partial=last < head, progress=progress)
    except Damaged:
        return None


def verified(
    store: Store, signed: Sequence[SignedTree], progress: Callable[[int], None], until: int | None = None
) -> tuple[Finding, ...]:
    """All that verifying finds; of the events up to a position alone, whose tree is not the one that is stored."""
    stored = store.tree() if until is None else None
    last = until if until is not None else store.head() if stored is None else stored.end
    found = verify(store.stored_rows(last), stored, signed, store.damage(), progress)
    return (*found, *about_findings(store.about()))
