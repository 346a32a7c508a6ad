"""The lifecycle of every aggregate: over all pairs of status and event, and against the arrows of earlier releases."""

from __future__ import annotations

import json
from collections import deque
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oplog import (
    AGGREGATES,
    DECIDERS,
    Figure,
    IllegalTransition,
    Plain,
    Published,
    Refused,
    Status,
    UnknownEvent,
    When,
    events,
)
from oplog.store.forms import FORMS, Forms
from oplog.testing import histories, instances

GOLDEN = Path(__file__).parent.parent / "golden"

CLASSES = {cls for decider in AGGREGATES.values() for cls, _ in decider.events.values()}
# A command of this kind, given in this status, asks for what is so already.
SO_ALREADY = {
    (Status.POSTPONED, "Postponed"),
    (Status.CANCELLED, "Cancelled"),
    (Status.UNDER_WAY, "Commenced"),
    (Status.SUSPENDED, "Suspended"),
    (Status.COMPLETED, "Completed"),
    (Status.ADOPTED, "Adopted"),
    (Status.DISCONTINUED, "Discontinued"),
}


def reachable(aggregate: str) -> dict[Status, list[type]]:
    """For each status that the lifecycle leads to, a shortest way to it, as event classes."""
    ways: dict[Status, list[type]] = {Status.NEW: []}
    queue = deque(ways)
    while queue:
        status = queue.popleft()
        for (source, event), target in AGGREGATES[aggregate].lifecycle.items():
            if source is status and target not in ways:
                ways[target] = [*ways[status], event]
                queue.append(target)
    return ways


def golden(name: str) -> Any:
    return json.loads((GOLDEN / name).read_text())


@pytest.mark.parametrize("aggregate", AGGREGATES)
def test_every_status_is_reached(aggregate: str) -> None:
    """Every status can be reached in every aggregate, but adopted and discontinued only in a pilot."""
    spoken_of = {status for pair, target in AGGREGATES[aggregate].lifecycle.items() for status in (pair[0], target)}
    own = {Status.ADOPTED, Status.DISCONTINUED} if aggregate == "pilot" else set()
    reached = set(reachable(aggregate))
    assert reached == set(Status) - {Status.ADOPTED, Status.DISCONTINUED} | own
    assert spoken_of - reached <= {Status.ADOPTED, Status.DISCONTINUED}


@given(data=st.data())
@pytest.mark.parametrize("aggregate", AGGREGATES)
def test_pairs_outside_the_table_are_refused_and_pairs_inside_accepted(aggregate: str, data: st.DataObject) -> None:
    """In any state, evolve accepts what the table has an arrow for, and raises IllegalTransition for the rest."""
    decider = AGGREGATES[aggregate]
    state = decider.fold(data.draw(histories(aggregate)))
    cls = data.draw(st.sampled_from([cls for cls, _ in decider.events.values()]))
    event = data.draw(instances(cls))
    if (state.status, cls) in decider.lifecycle:
        assert decider.evolve(state, event).status is decider.lifecycle[state.status, cls]
    else:
        with pytest.raises(IllegalTransition, match=r"is not possible (when|before) "):
            decider.evolve(state, event)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("aggregate", AGGREGATES)
def test_every_pair_is_decided_by_the_table(aggregate: str, status: Status) -> None:
    """decide refuses every pair outside the table, naming status and reason, unless the command asks for what is so."""
    decider = AGGREGATES[aggregate]
    state = attrs.evolve(decider.initial, status=status, until=When("2017-09") if status is Status.SUSPENDED else None)
    for cls, event in decider.commands.values():
        example = EXAMPLES[event]
        command = cls(**{field.name: getattr(example, field.name) for field in attrs.fields(cls)})
        if (status, event) in decider.lifecycle:
            assert decider.evolve(state, example).status is decider.lifecycle[status, event]
            continue
        with pytest.raises(IllegalTransition):
            decider.evolve(state, example)
        if (status, event.__name__) in SO_ALREADY:
            assert decider.decide(command, state) == ()
            continue
        with pytest.raises(Refused) as refusal:
            decider.decide(command, state)
        assert refusal.value.status == status.value
        assert refusal.value.reason.startswith("'")
        told = "before 'planned'" if status is Status.NEW else f"when {status.value}; "
        assert f"is not possible {told}" in refusal.value.reason


def _example(cls: type) -> Any:
    """One event of a class: the required fields only, from what their names stand for."""
    content: dict[str, Any] = {
        "when": When("2017-08"),
        "figure": Figure("vehicles", 1),
        "until": When("2017-09"),
        "of": 1,
    }
    fields = {f.name: f for f in attrs.fields(cls)}
    given = {name: content.get(name, "words") for name, f in fields.items() if f.default is attrs.NOTHING}
    return cls(**given, **({"until": content["until"]} if "until" in fields else {}))


EXAMPLES = {cls: _example(cls) for cls in CLASSES}


def test_an_event_of_another_aggregate_is_unknown() -> None:
    """evolve raises UnknownEvent for a class that is not in its aggregate's table."""
    for aggregate, decider in AGGREGATES.items():
        own = {cls for cls, _ in decider.events.values()}
        state = decider.fold([events.Planned(title="t")])
        foreign = [cls for cls in CLASSES if cls not in own]
        assert foreign, aggregate
        for cls in foreign:
            with pytest.raises(UnknownEvent):
                decider.evolve(state, EXAMPLES[cls])


def test_no_arrow_of_an_earlier_release_is_gone() -> None:
    """Arrows may be added, never removed or redirected, or old logs stop replaying."""
    now = {
        aggregate: {
            f"{status.name} {name}": decider.lifecycle[status, cls].name
            for status in type(decider.initial.status)
            for name, (cls, _) in decider.events.items()
            if (status, cls) in decider.lifecycle
        }
        for aggregate, decider in DECIDERS.items()
    }
    for aggregate, arrows in golden("lifecycles.json").items():
        assert {arrow: now[aggregate].get(present(aggregate, arrow)) for arrow in arrows} == arrows


def present(aggregate: str, arrow: str, forms: Forms = FORMS) -> str:
    """An arrow under the name that its event has now."""
    status, _, name = arrow.partition(" ")
    return f"{status} {forms.present_name(f'{aggregate}.{name}').partition('.')[2]}"


def test_an_arrow_of_a_renamed_event_is_found_under_its_present_name() -> None:
    """Where no alias leads on, the name stays, and an arrow that is gone is missed."""
    renamed = Forms(FORMS.current, FORMS.upcasters, {**FORMS.aliases, "campaign.called-off": "campaign.cancelled"})
    assert present("campaign", "UNDER_WAY called-off", renamed) == "UNDER_WAY cancelled"
    assert present("operation", "UNDER_WAY called-off", renamed) == "UNDER_WAY called-off"


@given(data=st.data())
@pytest.mark.parametrize("aggregate", AGGREGATES)
def test_a_fold_is_its_steps(aggregate: str, data: st.DataObject) -> None:
    """Folding a history in two pieces gives the state of folding it whole, and deciding leaves the state as it was."""
    decider = AGGREGATES[aggregate]
    history = data.draw(histories(aggregate))
    cut = data.draw(st.integers(0, len(history)))
    state = decider.fold(history[:cut])
    for event in history[cut:]:
        state = decider.evolve(state, event)
    assert state == decider.fold(history)


PUBLISHED = Published(
    up_to=7,
    series="Police Committee (public)",
    dated=When("2024-07-16"),
    window=When("2024-04-01/2024-06-30"),
    configuration=Plain({}),
    language="en-GB",
    salt="0" * 32,
    digest="0" * 64,
    release="0.3.0",
)


@pytest.mark.parametrize(
    ("kind", "cls"), [(kind, cls) for kind in DECIDERS for cls, _ in DECIDERS[kind].events.values()]
)
@given(data=st.data())
def test_every_event_of_every_stream_can_be_folded(kind: str, cls: type, data: st.DataObject) -> None:
    """From each status that has an arrow for it, the fold takes an event to where the arrow leads."""
    decider = DECIDERS[kind]
    event = PUBLISHED if cls is Published else data.draw(instances(cls))
    arrows = {status: target for (status, one), target in decider.lifecycle.items() if one is cls}
    assert arrows
    for status, target in arrows.items():
        assert decider.evolve(attrs.evolve(decider.initial, status=status), event).status is target
