"""Given, when, then for an aggregate: on its pure functions, without a log."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from attrs import evolve, fields, frozen

from oplog.domain.aggregates import DECIDERS
from oplog.errors import IllegalTransition, InvalidValue, Refused

if TYPE_CHECKING:
    from oplog.domain.decider import Decider


def scenario(aggregate: str | Decider) -> Scenario:
    """The beginning of a scenario: nothing has happened yet. `aggregate` is a name such as "campaign", or a `Decider`.

    Raises `InvalidValue` for another name.
    """
    if isinstance(aggregate, str):
        if aggregate not in DECIDERS:
            raise InvalidValue(f"no aggregate {aggregate!r}; expected one of {', '.join(DECIDERS)}")
        aggregate = DECIDERS[aggregate]
    return Scenario(aggregate)


@frozen
class Scenario:
    """What has happened to one activity so far. Every method gives a new scenario, so that one can begin several."""

    decider: Decider
    happened: tuple[Any, ...] = ()

    @property
    def state(self) -> Any:
        """The state that the events add up to."""
        return self.decider.fold(self.happened)

    def given(self, *events: Any) -> Scenario:
        """These events have happened, too. Raises `AssertionError` at one for which the lifecycle has no arrow."""
        state = self.state
        for number, event in enumerate(events, 1):
            try:
                state = self.decider.evolve(state, event)
            except IllegalTransition as error:
                raise AssertionError(f"given event {number} cannot have happened: {_told(event)}: {error}") from None
        return evolve(self, happened=(*self.happened, *events))

    def when(self, command: Any) -> Decision:
        """Somebody asks for this."""
        try:
            return Decision(self, command, tuple(self.decider.decide(command, self.state)))
        except Refused as refusal:
            return Decision(self, command, (), refusal)

    def then_state(self, **expected: Any) -> Scenario:
        """The state has these values in these fields. Raises `AssertionError` with all that differ."""
        state = self.state
        missing = object()
        found = {name: getattr(state, name, missing) for name in expected}
        if unknown := [name for name, value in found.items() if value is missing]:
            raise AssertionError(f"the state of a {self.decider.name} has no field {unknown[0]!r}")
        if wrong := [name for name, value in expected.items() if found[name] != value]:
            lines = [f"  {name}: expected {expected[name]!r}, but it is {found[name]!r}" for name in wrong]
            raise AssertionError("\n".join(["the state differs:", *lines]))
        return self


@frozen
class Decision:
    """What an aggregate answers to a command: events, nothing, or a refusal."""

    before: Scenario
    command: Any
    events: tuple[Any, ...]
    refusal: Refused | None = None

    def then(self, *events: Any) -> Scenario:
        """Exactly these events follow. Raises `AssertionError` with both lists; gives the scenario after them."""
        if not events:
            raise AssertionError("then() was given no event; use then_nothing() or then_refused()")
        if self.refusal is not None or self.events != events:
            raise AssertionError(f"{_told(self.command)} should lead to\n{_listed(events)}\nbut {self._answer()}")
        return self.before.given(*events)

    def then_nothing(self) -> Scenario:
        """It is so already, and nothing follows. Raises `AssertionError`."""
        if self.refusal is not None or self.events:
            raise AssertionError(f"{_told(self.command)} should lead to nothing\nbut {self._answer()}")
        return self.before

    def then_refused(self, match: str | None = None) -> Scenario:
        """It is refused, with a reason in which the regular expression `match` is found. Raises `AssertionError`."""
        if self.refusal is None:
            raise AssertionError(f"{_told(self.command)} should be refused\nbut {self._answer()}")
        if match is not None and re.search(match, self.refusal.reason) is None:
            raise AssertionError(f"the reason should match {match!r}\nbut {self._answer()}")
        return self.before

    def _answer(self) -> str:
        if self.refusal is not None:
            return f"it is refused: {self.refusal.reason}"
        return f"it leads to\n{_listed(self.events)}" if self.events else "it leads to nothing: it is so already"


def _told(value: Any) -> str:
    """A command or event with only the fields that say something."""
    said = [(f.name, getattr(value, f.name)) for f in fields(type(value)) if getattr(value, f.name) != f.default]
    return f"{type(value).__name__}({', '.join(f'{name}={part!r}' for name, part in said)})"


def _listed(events: tuple[Any, ...]) -> str:
    return "\n".join(f"  {_told(event)}" for event in events)
