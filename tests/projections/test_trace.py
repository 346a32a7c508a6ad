"""Traces: every event of a causation tree once, whatever was recorded and however wrong its causes are."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oplog import NoSuchEvent, OpLog, Pending, Recorded, Trace, commands, events, trace
from oplog.projections.trace import loose_ends


def event(position: int, cause: str | None, matter: str | None = None, event_id: str | None = None) -> Recorded:
    """An event whose id is that of its position, unless another is given."""
    return Recorded(
        position=position,
        stream=f"campaign/{'abc'[position % 3]}",
        version=1 + position // 3,
        name="campaign.note-recorded",
        schema=1,
        event=events.NoteRecorded(text="noted"),
        id=event_id or f"id-{position}",
        recorded_at=datetime(2017, 9, 21, tzinfo=UTC),
        causation_id=cause,
        correlation_id=matter,
    )


def shape(found: Trace) -> list[tuple[int, int]]:
    """The steps of a trace as (depth, position)."""
    return [(step.depth, step.recorded.position) for step in found.steps]


@st.composite
def logs(draw: st.DrawFn) -> list[Recorded]:
    """Draw a log whose causes name any event of it, themselves, later ones, or none at all; some ids stand twice."""
    size = draw(st.integers(1, 25))
    ids = [draw(st.sampled_from([f"id-{n}", f"id-{n}", f"id-{max(1, n - 3)}"])) for n in range(1, size + 1)]
    causes = draw(st.lists(st.none() | st.integers(0, size + 1), min_size=size, max_size=size))
    matters = draw(st.lists(st.sampled_from([None, "m", "n"]), min_size=size, max_size=size))
    return [
        event(n, None if cause is None else f"id-{cause}", matter, own)
        for n, (cause, matter, own) in enumerate(zip(causes, matters, ids, strict=True), 1)
    ]


def closure(log: list[Recorded], position: int) -> set[int]:
    """All that hangs together by causes with one event, found in another way: joining sets until nothing changes."""
    by_id: dict[str, int] = {}
    for r in log:
        by_id.setdefault(r.id, r.position)
    edges = [(r.position, by_id[r.causation_id]) for r in log if r.causation_id in by_id]
    joined, before = {position}, set[int]()
    while joined != before:
        before = set(joined)
        joined |= {p for edge in edges if joined & set(edge) for p in edge}
    return joined


@given(logs(), st.data())
def test_every_event_of_the_tree_is_there_once(log: list[Recorded], data: st.DataObject) -> None:
    """The steps are the causation closure of the event, each once, below its cause, whichever of them was asked for."""
    asked = data.draw(st.sampled_from(log))
    found = trace(log, asked.position)
    positions = [step.recorded.position for step in found.steps]
    assert sorted(positions) == sorted(closure(log, asked.position))
    assert found.event is asked
    by_id: dict[str, int] = {}
    for r in log:
        by_id.setdefault(r.id, r.position)
    path: list[int] = []
    for step in found.steps:
        del path[step.depth :]
        if path:
            assert by_id[step.recorded.causation_id or ""] == path[-1]
        path.append(step.recorded.position)
    for other in found.steps:
        assert trace(log, other.recorded.position).steps == found.steps


@given(logs(), st.data())
def test_the_order_in_which_events_are_read_does_not_matter(log: list[Recorded], data: st.DataObject) -> None:
    """Streams may come in any order: the trace, and what is wrong with causes, is the same."""
    asked = data.draw(st.sampled_from(log)).position
    mixed = data.draw(st.permutations(log))
    assert trace(mixed, asked) == trace(log, asked)
    assert loose_ends(mixed) == loose_ends(log)


@given(logs(), st.data())
def test_what_lies_outside_the_tree_is_related_by_its_matter_alone(log: list[Recorded], data: st.DataObject) -> None:
    """Related events share the correlation id, are outside the tree and stand in order; without an id, none are."""
    asked = data.draw(st.sampled_from(log))
    inside = closure(log, asked.position)
    matter = asked.correlation_id
    expected = [r for r in log if matter and r.correlation_id == matter and r.position not in inside]
    assert list(trace(log, asked.position).related) == expected


@given(logs(), st.data())
def test_a_first_cause_says_what_is_wrong_with_it(log: list[Recorded], data: st.DataObject) -> None:
    """A tree begins with an event that names no cause, one that is not in the log, or one that follows from it."""
    found = trace(log, data.draw(st.sampled_from(log)).position)
    first = found.steps[0].recorded
    known = {r.id for r in log}
    if found.led_back_by is not None:
        assert found.unknown_cause is None
        assert found.led_back_by.id == first.causation_id
        assert found.led_back_by in [step.recorded for step in found.steps]
    elif first.causation_id is not None:
        assert found.unknown_cause == first.causation_id
        assert first.causation_id not in known
    else:
        assert found.unknown_cause is None


@given(logs())
def test_loose_ends_are_the_wrong_beginnings_of_all_trees(log: list[Recorded]) -> None:
    """Each tree whose beginning cannot be true gives one finding, at that beginning, and no other tree does."""
    firsts = {found.steps[0].recorded.position: found for r in log for found in [trace(log, r.position)]}
    wrong = [p for p, found in sorted(firsts.items()) if found.unknown_cause or found.led_back_by]
    assert [r.position for r, _ in loose_ends(log)] == wrong


def test_a_tree_reads_from_the_first_cause_down() -> None:
    """Effects stand below their cause in order of position, and the event asked for may be any of them."""
    log = [event(1, None), event(2, "id-1"), event(3, None), event(4, "id-2"), event(5, "id-1"), event(6, "id-2")]
    assert shape(trace(log, 4)) == [(0, 1), (1, 2), (2, 4), (2, 6), (1, 5)]
    assert shape(trace(log, "id-3")) == [(0, 3)]


def test_a_circle_begins_at_its_lowest_position() -> None:
    """Events that led to each other are told once, what follows from them below, and what leads back is named."""
    log = [event(1, "id-2"), event(2, "id-3"), event(3, "id-4"), event(4, "id-2"), event(5, "id-5")]
    found = trace(log, 1)
    assert shape(found) == [(0, 2), (1, 1), (1, 4), (2, 3)]
    assert found.led_back_by is log[2]
    assert trace(log, 5).led_back_by is log[4]
    assert [(r.position, text) for r, text in loose_ends(log)] == [
        (2, "said to follow from itself, by way of positions 3, 4"),
        (5, "said to follow from itself"),
    ]


def test_a_great_circle_is_told_in_one_line() -> None:
    """Of a circle of many events, a finding names the first few."""
    log = [event(n, f"id-{n % 100 + 1}") for n in range(1, 101)]
    assert [text for _, text in loose_ends(log)] == [
        "said to follow from itself, by way of positions 2, 3, 4, 5, 6 and 94 more"
    ]


def test_a_long_chain_is_no_matter() -> None:
    """A chain of twenty thousand events is told without any recursion."""
    log = [event(n, f"id-{n - 1}" if n > 1 else None) for n in range(1, 20_001)]
    assert shape(trace(log, 20_000)) == [(n, n + 1) for n in range(20_000)]
    assert loose_ends(log) == []


@pytest.mark.parametrize(
    ("asked", "told"),
    [(9, "no event at position 9; the last is at 1"), (0, "no event at position 0"), ("id-9", "has the id 'id-9'")],
)
def test_an_event_that_is_not_there_is_told(asked: int | str, told: str) -> None:
    """A position or an id that no event has raises NoSuchEvent."""
    with pytest.raises(NoSuchEvent, match=told):
        trace([event(1, None)], asked)


def test_what_execute_and_append_record_can_be_traced(log: OpLog) -> None:
    """A cause is given to execute as an id; within one append, by giving the first event an id of one's own."""
    own = "01890a5d-ac96-774b-bcce-b302099a8057"
    (planned,) = log.execute("campaign/week", commands.Plan(title="week"), correlation_id="gold-7")
    log.execute("campaign/week", commands.Cancel(), causation_id=planned.id)
    log.append(
        Pending(stream="operation/mass", event=events.Planned(title="Mass"), id=own, causation_id=planned.id),
        Pending(stream="operation/mass", event=events.Commenced(), causation_id=own),
        Pending(stream="pilot/trial", event=events.Planned(title="trial"), correlation_id="gold-7"),
    )
    found = log.trace(planned.id)
    assert shape(found) == [(0, 1), (1, 2), (1, 3), (2, 4)]
    assert [r.position for r in found.related] == [5]
    assert log.trace(4).steps == found.steps
