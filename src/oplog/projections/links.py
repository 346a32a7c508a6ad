"""The links: what is part of what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from oplog.domain import events
from oplog.domain.when import When  # noqa: TC001 - rows are stored by their type hints

if TYPE_CHECKING:
    from oplog.recorded import Recorded

READS = frozenset((events.Planned, events.PartOfLinked))


@frozen(kw_only=True)
class Link:
    """What one stream is part of now: `part_of` is the stream's name; what it is called is in the register.

    `since` is when it became part of it, None where nobody said. `positions` are the event that linked it, those that
    said so again, and the corrections made to them.
    """

    stream: str
    title: str
    part_of: str
    since: When | None = None
    positions: tuple[int, ...] = ()


@frozen
class Draft:
    """The titles and the links so far, by stream."""

    titles: dict[str, str] = field(factory=dict)
    links: dict[str, Link] = field(factory=dict)


def apply(draft: Draft, recorded: Recorded) -> None:
    """Take one event in."""
    event = recorded.event
    if isinstance(event, events.Planned):
        draft.titles[recorded.stream] = event.title
    elif isinstance(event, events.PartOfLinked):
        link = Link(
            stream=recorded.stream,
            title=draft.titles.get(recorded.stream, recorded.stream),
            part_of=event.parent,
            since=recorded.effective,
            positions=recorded.rests_on,
        )
        old = draft.links.get(recorded.stream)
        if old is not None and old.part_of == link.part_of:  # it has been part of it since the first time
            link = evolve(old, positions=(*old.positions, *link.positions))
        draft.links[recorded.stream] = link


def finish(draft: Draft) -> tuple[Link, ...]:
    """The links by what they are part of."""
    return tuple(sorted(draft.links.values(), key=order))


def order(link: Link) -> tuple[str, str]:
    """By what it is part of, then by stream."""
    return (link.part_of, link.stream)
