"""A seeded generator of logs that look like those of real forces, of any length.

Each force has some forty activities on the go for eight years; what ends is followed by something new. Streams are of
unequal length, a few of them very long. Every event follows an arrow of its lifecycle and obeys the domain's rules.
Some events are recorded long after they were so, and many dates are imprecise. Each force has a marking of its own.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from attrs import define, evolve

from bench import content
from oplog import AGGREGATES, Pending, Quarter, Recorded, ReportConfiguration, Status, Theme, When
from oplog import CALENDAR_YEAR as YEAR
from oplog.life import Life, live

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oplog import Decider

BEGIN = datetime(2016, 1, 4, 8, tzinfo=UTC)
SPAN = timedelta(days=8 * 365)
EVENTS_OF_A_FORCE = 10_000
ON_THE_GO = 40
SHARES = {"operation": 25, "deployment": 35, "campaign": 25, "pilot": 15}

# What is likely to happen next, by status: names of events with their weights. What an aggregate does not have is
# passed over; a name of `content.CHOSEN` becomes the event that the domain's rules allow just then.
ALWAYS = {"note-recorded": 10, "outcome-recorded": 6, "figure": 12, "feedback-recorded": 4, "partner": 4}
NEXT = {
    Status.NEW: {"planned": 1},
    Status.PLANNED: {
        "commenced": 30, "rescheduled": 14, "postponed": 6, "cancelled": 5, "occurrence-held": 10, "evaluation": 4,
        "part-of-linked": 4, "outlook-recorded": 5, "note-recorded": 6, "partner": 6,
    },
    Status.POSTPONED: {"rescheduled": 60, "cancelled": 15, "note-recorded": 10},
    Status.CANCELLED: {"rescheduled": 40, "reinstated": 15, "relaunched": 20, "note-recorded": 10},
    Status.UNDER_WAY: {
        **ALWAYS, "figure": 26, "occurrence-held": 18, "occurrence-cancelled": 4, "suspended": 3, "extended": 3,
        "rescheduled": 2, "evaluation": 5, "referred": 6, "redeployed": 6, "learning-recorded": 2,
    },
    Status.SUSPENDED: {**ALWAYS, "resumed": 60, "cancelled": 6},
}  # fmt: skip
LAST = {
    Status.PLANNED: {"completed": 2, "cancelled": 1},
    Status.POSTPONED: {"cancelled": 1},
    Status.UNDER_WAY: {"completed": 6, "adopted": 4, "discontinued": 2, "handed-over": 1},
    Status.SUSPENDED: {"completed": 1, "cancelled": 1},
}


@define
class Stream:
    """One activity as it goes: how many of its events are still to come, and its life so far."""

    name: str
    decider: Decider
    life: Life
    to_come: int

    @property
    def state(self) -> Any:
        """What its events add up to."""
        return self.life.entry.state


@define
class Force:
    """One force: its marking, the activities it has on the go, and the number of those that it ever had."""

    marking: str
    suffix: str
    streams: list[Stream]
    ever: int = 0

    def begin(self, chance: random.Random) -> Stream:
        """Begin another activity; most are short, a few very long."""
        self.ever += 1
        aggregate = chance.choices(list(SHARES), list(SHARES.values()))[0]
        decider = AGGREGATES[aggregate]
        length = min(max(2, int(chance.lognormvariate(2.2, 0.9))), 400)
        name = f"{aggregate}/{self.marking}-{self.ever}{self.suffix}"
        return Stream(name, decider, live(name, ()), length)


def generate(count: int, seed: int, suffix: str = "") -> Iterator[Recorded]:
    """The events of a log of this many, in order of position; the same for the same arguments.

    `suffix` ends the names of all streams, so that two logs can be put together.
    """
    chance = random.Random(seed)  # noqa: S311 - made-up events need no secrets
    forces = [Force(f"force-{n:02d}", suffix, []) for n in range(-(-count // EVENTS_OF_A_FORCE))]
    for force in forces:
        force.streams = [force.begin(chance) for _ in range(ON_THE_GO)]
    moment, pace = BEGIN, count / SPAN.total_seconds()
    for position in range(1, count + 1):
        moment += min(timedelta(microseconds=int(chance.expovariate(pace) * 1e6)), (BEGIN + SPAN - moment) / 2)
        force = chance.choice(forces)
        place = chance.randrange(ON_THE_GO)
        stream = force.streams[place]
        yield _next(stream, force, position, moment, chance)
        stream.to_come -= 1
        if stream.to_come == 0:
            force.streams[place] = force.begin(chance)


def _next(stream: Stream, force: Force, position: int, moment: datetime, chance: random.Random) -> Recorded:
    scene = content.Scene(chance, moment.date(), stream.name, stream.state, force.streams[0].name)
    table = (LAST if stream.to_come == 1 else NEXT).get(stream.state.status) or ALWAYS
    names = [name for name in table if name in content.CHOSEN or name in stream.decider.events]
    name, fields = content.fields_of(chance.choices(names, [table[name] for name in names])[0], scene)
    kind, schema = stream.decider.events[name]
    recorded = Recorded(
        position=position,
        stream=stream.name,
        version=len(stream.life.history) + 1,
        name=f"{stream.decider.name}.{name}",
        schema=schema,
        event=kind(**fields),
        id=_id(moment, chance),
        recorded_at=moment,
        effective=_effective(name, moment.date(), chance),
        actor=f"PS {chance.randrange(1000, 1200)}",
        source=f"minutes of {moment:%d %B %Y}, item {chance.randrange(1, 30)}" if chance.random() < 0.5 else None,
        marking=force.marking,
    )
    # What was learned late must fit in where it was so; where it does not, it was so on the day.
    after = live(stream.name, [*stream.life.history, recorded]) if _is_late(stream, recorded) else None
    if after is not None and after.illegal:
        recorded, after = evolve(recorded, effective=When(moment.date().isoformat())), None
    if after is None:
        stream.life.add(recorded)
    else:
        stream.life = after
    return recorded


def _is_late(stream: Stream, recorded: Recorded) -> bool:
    return not stream.life.entry.in_order(recorded.last_day)


def _effective(name: str, day: date, chance: random.Random) -> When | None:
    """When it was so: mostly a few days before; sometimes long before, as a month, or unknown."""
    if name == "figure-recorded" or chance.random() < 0.08:
        return None
    late = chance.randrange(20, 200) if chance.random() < 0.1 else chance.randrange(4)
    so = day - timedelta(days=late)
    return When(f"{so:%Y-%m}", f"{so:%B %Y}") if chance.random() < 0.15 else When(so.isoformat())


def _id(moment: datetime, chance: random.Random) -> str:
    """A UUIDv7 (RFC 9562) of the moment."""
    millis = int(moment.timestamp() * 1000)
    return str(UUID(int=millis << 80 | 7 << 76 | chance.getrandbits(12) << 64 | 2 << 62 | chance.getrandbits(62)))


def pending(recorded: Recorded) -> Pending:
    """What a caller gives to a log to have such an event recorded."""
    return Pending(
        stream=recorded.stream,
        event=recorded.event,
        effective=recorded.effective,
        actor=recorded.actor,
        source=recorded.source,
        marking=recorded.marking,
    )


QUARTER = Quarter(YEAR, 2020, 2)


def quarterly(marking: str = "force-00") -> ReportConfiguration:
    """The report of one force on one quarter, from the middle of the log."""
    return ReportConfiguration(
        date=QUARTER.last + timedelta(days=21),
        public=False,
        markings=(marking,),
        since=QUARTER.first,
        until=QUARTER.last,
        figures=QUARTER.when,
        themes=(Theme("engagement", "Engagement"), Theme("asb", "Anti-social behaviour"), Theme("theft", "Theft")),
    )
