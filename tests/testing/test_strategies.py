"""What the strategies draw: nothing that oplog would refuse, and logs that are hard to read."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import HealthCheck, Phase, find, given, settings

from oplog import AGGREGATES, InvalidValue, OpLog, Recorded, events
from oplog.testing import commands_of, events_of, histories, instances, logs, record_all
from oplog.testing.values import values

if TYPE_CHECKING:
    from collections.abc import Callable

# That it is found is enough: the smallest example is not looked for, which takes minutes.
FINDING = settings(
    max_examples=2000, phases=[Phase.generate], suppress_health_check=list(HealthCheck), database=None, derandomize=True
)


def is_late(history: list[Recorded]) -> bool:
    """Whether an event was learned after one that for certain was so later."""
    return any(
        one.stream == other.stream and one.last_day < other.effective.earliest
        for n, one in enumerate(history)
        for other in history[:n]
        if other.effective is not None
    )


HARD: dict[str, Callable[[list[Recorded]], bool]] = {
    "nothing": lambda h: not h,
    "several streams": lambda h: len({r.stream for r in h}) > 2,
    "a retraction": lambda h: any(isinstance(r.event, events.Retracted) for r in h),
    "a retraction with others along": lambda h: any(getattr(r.event, "along", ()) for r in h),
    "a retraction of a retraction": lambda h: any(
        isinstance(r.event, events.Retracted)
        and any(o.version == r.event.of and o.stream == r.stream and isinstance(o.event, events.Retracted) for o in h)
        for r in h
    ),
    "a correction of the content": lambda h: any(getattr(r.event, "field", "effective") != "effective" for r in h),
    "a correction of a date": lambda h: any(getattr(r.event, "field", None) == "effective" for r in h),
    "what was learned late": is_late,
    "an open date": lambda h: any(r.effective is not None and r.effective.is_open for r in h),
    "an imprecise date": lambda h: any(r.effective and r.effective.earliest < r.effective.latest for r in h),
    "what is still to come": lambda h: any(r.effective and r.effective.earliest > r.recorded_at.date() for r in h),
    "several records of one moment": lambda h: max(Counter(r.recorded_at for r in h).values(), default=0) > 2,
    "a cause that streams share": lambda h: any(
        getattr(r.event, "cause", None) and getattr(o.event, "cause", None) == r.event.cause and o.stream != r.stream
        for r in h
        for o in h
    ),
    "an event that led to another": lambda h: any(r.causation_id for r in h),
    "a change of marking": lambda h: any(isinstance(r.event, events.MarkingChanged) for r in h),
}


@pytest.mark.parametrize("what", HARD)
def test_whole_logs_have_what_makes_reading_hard(what: str) -> None:
    """Each of the difficulties is drawn, in a log that oplog accepts."""
    found = find(logs(), HARD[what], settings=FINDING)
    with OpLog.open(":memory:") as log:
        assert list(record_all(log, found)) == found


def test_logs_of_hundreds_of_events_are_drawn() -> None:
    """As many as are asked for, in as many streams."""
    drawn: list[list[Recorded]] = []

    @settings(max_examples=20, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(logs(longest=300, streams=6))
    def draw(history: list[Recorded]) -> None:
        drawn.append(history)

    draw()
    assert sum(len(history) >= 100 for history in drawn) >= 3
    assert max(len(history) for history in drawn) <= 300
    assert max(len({r.stream for r in history}) for history in drawn) in range(3, 7)


@given(history=logs(aggregates=("pilot",), streams=2, longest=15, corrected=False))
def test_a_log_is_as_it_was_asked_for(history: list[Recorded]) -> None:
    """Of the aggregates that are named, as long as was said, and without corrections where none are wanted."""
    assert {r.aggregate for r in history} <= {"pilot"}
    assert len({r.stream for r in history}) <= 2
    assert len(history) <= 15
    assert not [r for r in history if isinstance(r.event, (events.Retracted, events.Corrected))]


@pytest.mark.parametrize("aggregate", AGGREGATES)
def test_a_history_is_one_of_its_lifecycle(aggregate: str) -> None:
    """It begins with a plan, is folded without complaint, and is as long as was said at most."""
    decider = AGGREGATES[aggregate]

    @given(history=histories(aggregate, longest=5))
    def holds(history: list[Any]) -> None:
        assert isinstance(history[0], events.Planned)
        assert len(history) <= 5
        decider.fold(history)

    holds()


def test_events_are_drawn_by_their_names() -> None:
    """A name of the aggregate gives events of its class; another name is none, and neither is another aggregate."""
    assert isinstance(find(events_of("campaign", "cancelled"), lambda _: True, settings=FINDING), events.Cancelled)
    with pytest.raises(InvalidValue, match="no event of campaign is called 'adopted'; expected one of planned,"):
        events_of("campaign", "adopted")
    with pytest.raises(InvalidValue, match="no aggregate is called 'camp'; expected one of operation,"):
        commands_of("camp")


def test_a_type_that_nobody_can_draw_is_told() -> None:
    """Whoever adds a field of a new type reads where to say how it is made."""
    with pytest.raises(TypeError, match=r"no strategy for <class 'datetime.date'>; add one to WRITTEN"):
        values(date)

    @attrs.frozen
    class Strange:
        when: date

    with pytest.raises(TypeError, match="no strategy"):
        find(instances(Strange), lambda _: True, settings=FINDING)


WITHOUT = """
import sys
sys.modules["hypothesis"] = None
import oplog.testing as testing
from oplog import MissingExtra, commands, events
testing.scenario("campaign").when(commands.Plan(title="t")).then(events.Planned(title="t"))
testing.given_log().view("register").equals([])
for name in {names}:
    try:
        getattr(testing, name)
    except MissingExtra as error:
        assert str(error) == f"{{name}} needs the package 'hypothesis': pip install 'oplog[testing]'", error
    else:
        raise AssertionError(name)
"""


def run(code: str) -> None:
    """Run a program of its own, in which nothing is imported yet; it must end well."""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)  # noqa: S603 - our own


def test_scenarios_need_no_hypothesis_and_the_rest_says_so() -> None:
    """Without the package, what needs it raises MissingExtra, naming the command that installs it."""
    names = ["events_of", "commands_of", "histories", "logs", "instances", "ProjectionProperties", "knowledge_is_final"]
    run(WITHOUT.format(names=names))


def test_the_library_does_not_import_what_only_tests_need() -> None:
    """Whoever imports oplog, or its scenarios, does not wait for Hypothesis."""
    run("import sys, oplog, oplog.testing; sys.exit('hypothesis' in sys.modules)")
    run("import sys, oplog; sys.exit('oplog.testing' in sys.modules)")


def test_every_name_is_there_and_no_other() -> None:
    """`__all__` is what can be imported; another name is told as ever."""
    import oplog.testing

    for name in oplog.testing.__all__:
        assert getattr(oplog.testing, name) is not None
    with pytest.raises(AttributeError, match=r"module 'oplog.testing' has no attribute 'nothing'"):
        _ = oplog.testing.nothing
