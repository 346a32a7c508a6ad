"""The access trail: its commands, its lifecycle over all pairs, and what its events must say."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oplog import (
    DECIDERS,
    AccessTrail,
    Disclose,
    Disclosed,
    IllegalTransition,
    InvalidValue,
    Refused,
    StartTrail,
    StopTrail,
    TrailStarted,
    TrailStatus,
    TrailStopped,
    UnknownEvent,
    commands,
    events,
)

TRAIL = DECIDERS["access"]
ON = (TrailStarted(why="the Act"),)
OFF = (*ON, TrailStopped(why="the trial is over"))
EXPORT: dict[str, Any] = {"form": "export", "up_to": 7, "why": "a court order", "recipient": "the Crown Court"}
QUIET = "nothing is to be done"

# What happened before, the command, and what is expected: the event, QUIET or the refusal.
CASES = [
    ((), StartTrail(why="the Act"), TrailStarted(why="the Act")),
    (OFF, StartTrail(why="a complaint"), TrailStarted(why="a complaint")),
    (ON, StartTrail(why="another reason"), QUIET),
    (ON, StopTrail(why="the trial is over"), TrailStopped(why="the trial is over")),
    ((), StopTrail(why="never needed"), QUIET),
    (OFF, StopTrail(why="another reason"), QUIET),
    (ON, Disclose(**EXPORT), Disclosed(**EXPORT)),
    ((*ON, Disclosed(**EXPORT)), Disclose(**EXPORT), Disclosed(**EXPORT)),
    ((), Disclose(**EXPORT), "'disclosed' is not possible when off; what can change that: trail started"),
    (OFF, Disclose(**EXPORT), "'disclosed' is not possible when off; what can change that: trail started"),
]


@pytest.mark.parametrize(("before", "command", "expected"), CASES)
def test_each_command_gives_its_event_its_refusal_or_nothing(
    before: tuple[Any, ...], command: Any, expected: Any
) -> None:
    """Starting and stopping are quiet when it is so already; a disclosure never is, and is refused without a trail."""
    state = TRAIL.fold(before)
    if expected == QUIET:
        assert TRAIL.decide(command, state) == ()
    elif isinstance(expected, str):
        with pytest.raises(Refused) as refusal:
            TRAIL.decide(command, state)
        assert (refusal.value.reason, refusal.value.status) == (expected, "off")
    else:
        assert TRAIL.decide(command, state) == (expected,)


def test_every_command_has_cases_and_the_fields_of_its_event() -> None:
    """No command is left out of the cases, and what it says is what its event says."""
    assert {type(command) for _, command, _ in CASES} == {cls for cls, _ in TRAIL.commands.values()}
    for command, event in TRAIL.commands.values():
        assert [f.name for f in attrs.fields(command)] == [f.name for f in attrs.fields(event)]


def test_the_state_says_whether_why_and_how_often() -> None:
    """It holds the reason of the last switch and counts what was disclosed."""
    assert TRAIL.initial == AccessTrail(status=TrailStatus.OFF, why=None, disclosures=0)
    after = TRAIL.fold((*ON, Disclosed(**EXPORT), Disclosed(**EXPORT)))
    assert after == AccessTrail(status=TrailStatus.ON, why="the Act", disclosures=2)
    stopped = TRAIL.evolve(after, TrailStopped(why="the trial is over"))
    assert stopped == AccessTrail(status=TrailStatus.OFF, why="the trial is over", disclosures=2)


@pytest.mark.parametrize("status", TrailStatus)
@pytest.mark.parametrize("event", [TrailStarted(why="w"), TrailStopped(why="w"), Disclosed(**EXPORT)])
def test_every_pair_is_decided_by_the_table(status: TrailStatus, event: Any) -> None:
    """Evolve follows the arrows of the lifecycle and raises IllegalTransition where there is none."""
    state = AccessTrail(status=status)
    if (status, type(event)) in TRAIL.lifecycle:
        assert TRAIL.evolve(state, event).status is TRAIL.lifecycle[status, type(event)]
    else:
        with pytest.raises(IllegalTransition, match=f"not possible when {status.value}"):
            TRAIL.evolve(state, event)


@given(st.lists(st.sampled_from([StartTrail(why="w"), StopTrail(why="w"), Disclose(**EXPORT)]), max_size=20))
def test_what_is_decided_can_be_folded(asked: list[Any]) -> None:
    """Whatever is asked in whatever order, the events that were agreed to fold, and disclosures are counted."""
    state, agreed = TRAIL.initial, []
    for command in asked:
        try:
            made = TRAIL.decide(command, state)
        except Refused:
            assert state.status is TrailStatus.OFF
            continue
        for event in made:
            state = TRAIL.evolve(state, event)
            agreed.append(event)
    assert TRAIL.fold(agreed) == state
    assert state.disclosures == sum(isinstance(event, Disclosed) for event in agreed)
    switches = [type(event) for event in agreed if not isinstance(event, Disclosed)]
    assert switches == [(TrailStarted, TrailStopped)[n % 2] for n in range(len(switches))]


def test_events_and_commands_of_activities_are_foreign_to_it() -> None:
    """A plan is no event of the trail and no command of it."""
    with pytest.raises(UnknownEvent):
        TRAIL.evolve(TRAIL.initial, events.Planned(title="week"))
    with pytest.raises(TypeError):
        TRAIL.decide(commands.Plan(title="week"), TRAIL.initial)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"why": " "}, "why"),
        ({"recipient": ""}, "recipient"),
        ({"form": "\t"}, "form"),
        ({"up_to": 0}, "up_to is 0; expected 1 to"),
        ({"digest": "abc"}, "digest is not 64 hexadecimal digits"),
        ({"digest": "A" * 64}, "digest is not 64 hexadecimal digits"),
    ],
)
def test_a_disclosure_says_something_in_every_field(wrong: dict[str, Any], told: str) -> None:
    """Blank words, a position before the first and what is no SHA-256 are refused."""
    with pytest.raises(InvalidValue, match=told):
        Disclosed(**{**EXPORT, **wrong})
    assert Disclosed(**EXPORT, digest="0" * 64).digest == "0" * 64
