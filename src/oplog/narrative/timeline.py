"""`Timeline`: the picture of the period as plain data. What it looks like is for `render.timeline_svg` to say.

A lane for each theme, in it a track for each activity, and on that its items. Nothing here is markup. Every word that a
drawing needs is here, so that a drawing has none of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from attrs import evolve, frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from oplog.narrative.document import Statement

Kind = Literal[
    "planned", "moved", "postponed", "cancelled", "held", "under_way", "suspended", "ended", "evaluated", "due"
]
"""What an item of a timeline shows.

`planned` is a date that still stood at the end of the window. `moved`, `postponed` and `cancelled` are dates that no
longer hold: there is another one, there is none yet, there will be none. `held` is what took place on a day or at some
time within a few; `under_way` and `suspended` last; `ended` is the end of what lasted; `evaluated` is when it was
judged, which is no occurrence of it; `due` is what was promised.
"""


@frozen(kw_only=True)
class Item:
    """Something on a track.

    `first` and `last` are its days, both inclusive; None where it began before anybody noted, or goes on. `exact` says
    that it took up all of them; otherwise it was, or is to be, at some time within. Of what lasts, `sure_from` and
    `sure_to` are the days between which it certainly did, None where these are its first and last.
    `what` it is and its date `when` are a few words each ("evaluation due", "end of September"); `told` is both in a
    sentence, with its citations. `why` names what caused it, None for nothing, and `cause` is the letter of the trigger
    if that is one. `instead_of` is the place on the track, from 0, of the item that it takes the place of.
    """

    kind: Kind
    first: date | None
    last: date | None
    exact: bool
    what: str
    when: str
    told: Statement
    sure_from: date | None = None
    sure_to: date | None = None
    why: str | None = None
    cause: str | None = None
    instead_of: int | None = None


@frozen(kw_only=True)
class Track:
    """An activity: its title, the number of the paragraph that tells of it ("" for none), and its items in order."""

    title: str
    stream: str
    number: str
    items: tuple[Item, ...]


@frozen(kw_only=True)
class Lane:
    """A theme: its heading, "" where the report has no themes, and its tracks, the earliest first."""

    title: str
    tracks: tuple[Track, ...]


@frozen(kw_only=True)
class Trigger:
    """A cause with a date of its own that changed something shown: its letter, and in `told` its name and its date.

    `first` and `last` are its days, both inclusive, None where it is open; `exact` as of an item.
    """

    letter: str
    told: Statement
    first: date | None
    last: date | None
    exact: bool


@frozen(kw_only=True)
class Wording:
    """The words of the picture.

    `key` explains each kind of item that is used, and `vague`, `instead`, `cause`, `today` and `ahead` (what lies after
    the window) the other signs. `columns` are the
    heads of the table that says the same: activity, what, when, cause, paragraph. `months` are the twelve short names.
    """

    title: str
    key: tuple[tuple[Kind, str], ...]
    vague: str
    instead: str
    cause: str
    today: str
    ahead: str
    columns: tuple[str, ...]
    months: tuple[str, ...]


@frozen(kw_only=True)
class Timeline:
    """What happened when, for a drawing and for a table.

    The axis runs from `first` to `last`, both inclusive: the report's window from `since` to `until`, and after it as
    much as what is to come needs. `today` is the day of the report. Items reach beyond the axis where their dates do.
    `description` says in words what the picture shows, and `left_out` what it does not, None when nothing is.
    """

    first: date
    last: date
    since: date
    until: date
    today: date
    lanes: tuple[Lane, ...]
    triggers: tuple[Trigger, ...]
    wording: Wording
    description: Statement
    left_out: Statement | None = None

    @property
    def tracks(self) -> tuple[Track, ...]:
        """All tracks, from the top."""
        return tuple(track for lane in self.lanes for track in lane.tracks)

    @property
    def statements(self) -> Iterator[Statement]:
        """All that it says: what it shows, each item, each trigger, and what it leaves out."""
        yield self.description
        yield from (item.told for track in self.tracks for item in track.items)
        yield from (trigger.told for trigger in self.triggers)
        if self.left_out is not None:
            yield self.left_out

    def changed(self, statement: Callable[[Statement], Statement]) -> Timeline:
        """It with each statement put in the place of what a function gives for it."""
        lanes = tuple(
            evolve(
                lane,
                tracks=tuple(
                    evolve(track, items=tuple(evolve(item, told=statement(item.told)) for item in track.items))
                    for track in lane.tracks
                ),
            )
            for lane in self.lanes
        )
        return evolve(
            self,
            lanes=lanes,
            triggers=tuple(evolve(trigger, told=statement(trigger.told)) for trigger in self.triggers),
            description=statement(self.description),
            left_out=None if self.left_out is None else statement(self.left_out),
        )
