"""The partners: who takes part in what, since when and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from oplog.domain import events
from oplog.domain.when import When  # noqa: TC001 - rows are stored by their type hints

if TYPE_CHECKING:
    from oplog.recorded import Recorded

READS = frozenset((events.Planned, events.PartnerJoined, events.PartnerLeft))


@frozen(kw_only=True)
class PartnerRow:
    """A partner in one stream, from its joining to its leaving; one that came back has two.

    `since` and `until` are when it joined and left, None where nobody said when; `left` says whether it left.
    `positions` are the events behind it: the plan or the joining, the leaving, and corrections made to them.
    """

    partner: str
    stream: str
    title: str
    since: When | None = None
    until: When | None = None
    left: bool = False
    positions: tuple[int, ...] = ()


@frozen
class Draft:
    """The titles so far, the partners that are there now, by stream and name, and those that left."""

    titles: dict[str, str] = field(factory=dict)
    present: dict[tuple[str, str], PartnerRow] = field(factory=dict)
    past: list[PartnerRow] = field(factory=list)


def apply(draft: Draft, recorded: Recorded) -> None:
    """Take one event in."""
    event = recorded.event
    if isinstance(event, events.Planned):
        draft.titles[recorded.stream] = event.title
        for partner in event.partners:
            _join(draft, recorded, partner)
    elif isinstance(event, events.PartnerJoined):
        _join(draft, recorded, event.partner)
    elif isinstance(event, events.PartnerLeft) and (recorded.stream, event.partner) in draft.present:
        there = draft.present.pop((recorded.stream, event.partner))
        positions = (*there.positions, *recorded.rests_on)
        draft.past.append(evolve(there, until=recorded.effective, left=True, positions=positions))


def _join(draft: Draft, recorded: Recorded, partner: str) -> None:
    joined = PartnerRow(
        partner=partner,
        stream=recorded.stream,
        title=draft.titles.get(recorded.stream, recorded.stream),
        since=recorded.effective,
        positions=recorded.rests_on,
    )
    draft.present.setdefault((recorded.stream, partner), joined)


def finish(draft: Draft) -> tuple[PartnerRow, ...]:
    """The partners by name, and the streams of each."""
    return tuple(sorted([*draft.past, *draft.present.values()], key=order))


def order(row: PartnerRow) -> tuple[str, str, int]:
    """By partner, then by stream, then as they were recorded."""
    return (row.partner, row.stream, row.positions[0])
