"""A Hypothesis strategy for whole logs: several streams, shared causes, corrections, and what was learned late."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import attrs
from hypothesis import strategies as st

from oplog import corrections
from oplog.amendments import OF_ENVELOPE, value_at
from oplog.domain.aggregates import AGGREGATES, decider_of
from oplog.domain.commands import Correct, Retract
from oplog.domain.events import OF_EVENTS
from oplog.domain.lifecycle import Status
from oplog.domain.when import When
from oplog.errors import InvalidValue, Refused
from oplog.life import Life, live
from oplog.recorded import Context, Recorded
from oplog.store.codec import name_of
from oplog.testing.strategies import possible
from oplog.testing.values import causes, instances

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from oplog.domain.decider import Decider
    from oplog.domain.values import Figure, Plain

START = datetime(2017, 1, 1, 9, tzinfo=UTC)
"""When the first event of a drawn log is recorded, at the earliest."""

# Seconds between two records. Some are of the same moment, and a log of hundreds of events spans some seasons.
_PAUSES = st.sampled_from((0, 0, 1, 3600, 86400, 3 * 86400))
# How many days before its record something was so; what is negative is still to come then.
_DAYS_BACK = st.sampled_from((0, 0, 1, 2, 5, 10, 30, 90, 200, 400, -20))

_TOLD_AS: tuple[Callable[[date], str | None], ...] = (
    lambda _: None,
    lambda _: None,
    lambda day: f"{day}",
    lambda day: f"{day}",
    lambda day: f"{day}",
    lambda day: f"{day}",
    lambda day: f"{day}~",
    lambda day: f"{day:%Y-%m}",
    lambda day: f"{day:%Y}-{33 + (day.month - 1) // 3}",
    lambda day: f"{day:%Y}",
    lambda day: f"{day}/{day + timedelta(days=9)}",
    lambda day: f"{day}/..",
    lambda day: f"../{day}",
)
_FORMS = st.sampled_from(_TOLD_AS)
_STEPS = st.sampled_from(("record",) * 10 + ("retract", "correct", "correct"))
_SOURCES = st.sampled_from((None, "Pol 57-17, paragraph 2.5", "a letter"))
_CONTEXTS = st.sampled_from(
    (
        Context(),
        Context(source="a letter"),
        Context(actor="planner", source="Pol 57-17, paragraph 2.5"),
        Context(actor="analyst", marking="restricted", correlation_id="matter 1"),
        Context(marking="public", correlation_id="matter 1"),
    )
)
_TURNS = st.sampled_from(("turns", "turns", "turns", "turns", "stays", "stays", "stays", "stays", "any"))
_ENDS = (Status.HANDED_OVER, Status.ADOPTED, Status.DISCONTINUED)
_CAUSED = st.sampled_from((False, False, True))


@st.composite
def logs(
    draw: st.DrawFn,
    *,
    aggregates: Sequence[str] = tuple(AGGREGATES),
    streams: int = 4,
    longest: int = 30,
    few: int = 2,
    corrected: bool = True,
) -> list[Recorded]:
    """Draw the history of a log: 0 to `longest` events of up to `streams` streams of these `aggregates`.

    It is one that oplog would accept, in order of position, with everything that makes reading hard: events that were
    learned late or are still to come, imprecise and open dates and none, several records of one moment, causes and
    matters that streams share, changes of marking, and with `corrected` also retractions (of corrections too, and with
    what must go along) and corrections of any field. `few` is how many different contents each kind of event has, so
    that partners and figures meet each other and a log of hundreds of events can be drawn.

    `Reading(...).events(history)` gives the events as they are read, `record_all` records them in a log.
    """
    kinds = draw(st.lists(st.sampled_from(tuple(aggregates)), min_size=1, max_size=streams))
    making = _Making(draw, [f"{kind}/{number}" for number, kind in enumerate(kinds)], few)
    for _ in range(draw(st.integers(0, longest))):
        making.step(draw(_STEPS) if corrected else "record")
    return making.history


class _Making:
    """A log in the making: what `draw` gives becomes steps, and those that the log would refuse are left out."""

    def __init__(self, draw: st.DrawFn, streams: list[str], few: int) -> None:
        self._draw = draw
        self._lives = {stream: live(stream, ()) for stream in streams}
        self._few = few
        self._contents: dict[type, list[Any]] = {}
        self._causes = [None, *draw(st.lists(causes, min_size=1, max_size=3))]
        self._now = START
        self.history: list[Recorded] = []

    def step(self, kind: str) -> None:
        """Let some time pass, perhaps none, and do something of a kind."""
        self._now += timedelta(seconds=self._draw(_PAUSES))
        life = self._lives[self._one_of(tuple(self._lives))]
        if kind == "record" or not life.history:
            self._add(life, *self._new(life))
            return
        with suppress(Refused, InvalidValue):
            for event in self._retraction(life) if kind == "retract" else self._correction(life):
                self._add(life, event, None)

    def _one_of(self, choices: Sequence[Any]) -> Any:
        return self._draw(st.sampled_from(choices))

    def _new(self, life: Life) -> tuple[Any, When | None]:
        """An event that is possible where it belongs in time, or else at the end, and when it was so."""
        effective = self._when()
        last_day = self._now.date() if effective is None else effective.latest
        state = life.before(last_day)
        if state.status is Status.NEW:
            state = life.entry.state
        return self._content(self._kind_of_event(decider_of(life.stream), state)), effective

    def _kind_of_event(self, decider: Decider, state: Any) -> type:
        """One that is possible, and seldom one that ends an activity: a long log would come after its end."""
        kinds = possible(decider, state)
        after = {kind: decider.lifecycle[state.status, kind] for kind in kinds}
        wanted = self._draw(_TURNS)
        chosen = [
            kind
            for kind in kinds
            if (wanted == "stays" and after[kind] is state.status)
            or (wanted == "turns" and after[kind] not in (state.status, *_ENDS))
        ]
        chosen_kind: type = self._one_of(chosen or kinds)
        return chosen_kind

    def _retraction(self, life: Life) -> tuple[Any, ...]:
        version = self._one_of(life.history).version
        along = corrections.dependent(life, version) if self._draw(st.booleans()) else ()
        return corrections.retract(life, Retract(of=version, along=along, why="it was not so"))

    def _correction(self, life: Life) -> tuple[Any, ...]:
        target = self._one_of([r for r in life.events if not isinstance(r.event, OF_EVENTS)] or [None])
        if target is None:
            return ()
        field, new = self._other(target)
        old = value_at(target, field)
        return corrections.correct(life, Correct(of=target.version, field=field, old=old, new=new, why="misread"))

    def _other(self, target: Recorded) -> tuple[str, Plain | None]:
        """A field of an event, and what it might have said."""
        figure: Figure | None = getattr(target.event, "figure", None)
        numbers = ["figure.value"] if figure is not None and not figure.breakdown else []
        field: str = self._one_of([*(f.name for f in attrs.fields(type(target.event))), *numbers, *OF_ENVELOPE])
        if field == "effective":
            other = attrs.evolve(target, effective=self._when())
        elif field == "source":
            other = attrs.evolve(target, source=self._draw(_SOURCES))
        elif field == "figure.value" and figure is not None:
            value = Decimal(self._draw(st.integers(0, 1000)))
            other = attrs.evolve(target, event=attrs.evolve(target.event, figure=attrs.evolve(figure, value=value)))
        else:
            other = attrs.evolve(target, event=self._content(type(target.event)))
        return field, value_at(other, field)

    def _content(self, cls: type) -> Any:
        known = self._contents.setdefault(cls, [])
        number = self._draw(st.integers(0, self._few - 1))
        if number >= len(known):
            known.append(self._draw(instances(cls)))
            number = len(known) - 1
        event = known[number]
        return attrs.evolve(event, cause=self._one_of(self._causes)) if hasattr(event, "cause") else event

    def _when(self) -> When | None:
        day = self._now.date() - timedelta(days=self._draw(_DAYS_BACK))
        edtf = self._draw(_FORMS)(day)
        return None if edtf is None else When(edtf)

    def _add(self, life: Life, event: Any, effective: When | None) -> None:
        position = len(self.history) + 1
        name, schema = name_of(life.stream.partition("/")[0], type(event))
        said = self._draw(_CONTEXTS)
        caused = self._draw(_CAUSED) and self.history
        recorded = Recorded(
            position=position,
            stream=life.stream,
            version=len(life.history) + 1,
            name=name,
            schema=schema,
            event=event,
            id=f"00000000-0000-7000-8000-{position:012x}",
            recorded_at=self._now,
            salt=f"{position:032x}",
            effective=effective,
            source=said.source,
            actor=said.actor,
            marking=said.marking,
            causation_id=self._one_of(self.history[-4:]).id if caused else None,
            correlation_id=said.correlation_id,
        )
        life.add(recorded)
        if life.illegal or life.astray:
            self._lives[life.stream] = live(life.stream, life.history[:-1])
        else:
            self.history.append(recorded)
