"""The ready-made properties: each fails on a projection without it, and is asked only where it is claimed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from oplog import PROJECTIONS, InvalidValue, Projection, Recorded, events
from oplog.domain import content
from oplog.testing import (
    ProjectionProperties,
    interleaving_is_free,
    knowledge_is_final,
    logs,
    others_change_nothing,
    replay_equals_incremental,
    splits_equal_whole,
    streams_equal_whole,
)

if TYPE_CHECKING:
    from collections.abc import Callable

NOON = datetime(2017, 6, 1, 12, tzinfo=UTC)


def log_of(*streams: str) -> list[Recorded]:
    """A log in which each turn plans a stream, or notes something on it."""
    versions: Counter[str] = Counter()
    found = []
    for position, stream in enumerate(streams, 1):
        versions[stream] += 1
        event = events.Planned(title=stream) if versions[stream] == 1 else events.NoteRecorded(text="n")
        found.append(
            Recorded(
                position=position, stream=stream, version=versions[stream], name="campaign.x", schema=1, event=event,
                id=str(position), recorded_at=NOON + timedelta(days=position),
            )
        )  # fmt: skip
    return found


TWO = log_of("campaign/a", "campaign/b", "campaign/a", "campaign/b")


@attrs.frozen
class Row:
    stream: str
    count: int


def rows(counts: dict[str, int]) -> tuple[Row, ...]:
    return tuple(Row(stream, count) for stream, count in sorted(counts.items()))


def count(counts: Counter[str], recorded: Recorded) -> None:
    counts[recorded.stream] += 1


def emptied(counts: Counter[str]) -> tuple[Row, ...]:
    """The view, at the expense of the draft."""
    found = rows(counts)
    counts.clear()
    return found


def projection(**changed: Any) -> Projection:
    """A sound projection, the events of each stream, with what a test changes in it."""
    sound = Projection("counts", 1, Counter, count, rows, Row, lambda row: row.stream)
    return attrs.evolve(sound, **changed)


SOUND, NARROW = projection(), projection(reads=[events.Planned])


def ask_all(asked: Projection) -> None:
    """Ask for every property on a log of two streams."""
    replay_equals_incremental(asked, TWO, 2)
    splits_equal_whole(asked, TWO, [1, 3])
    streams_equal_whole(asked, TWO)
    interleaving_is_free(asked, TWO, [0, 0, 1])
    knowledge_is_final(asked, TWO, NOON + timedelta(days=2))


def test_a_sound_projection_has_them_all() -> None:
    """None is raised."""
    ask_all(projection())
    ask_all(PROJECTIONS[0])


def test_a_view_that_shares_something_with_its_draft_is_found() -> None:
    """A view that changes with later events is no value."""
    with pytest.raises(AssertionError, match="counts: a view that was finished changed with later events"):
        replay_equals_incremental(projection(finish=lambda counts: counts), TWO, 2)


def test_a_finish_that_spoils_the_draft_is_found() -> None:
    """Finishing early must not take anything away from what follows."""
    with pytest.raises(AssertionError, match="counts: the view differs from that of a replay"):
        replay_equals_incremental(projection(finish=emptied), TWO, 2)
    with pytest.raises(AssertionError, match=r"counts: split at \[1, 3\], the view differs"):
        splits_equal_whole(projection(finish=emptied), TWO, [1, 3])


def test_a_view_that_mixes_streams_is_found() -> None:
    """A row that counts over all streams is not made of those of each; the text shows both."""

    def mixed(counts: dict[str, int]) -> tuple[Row, ...]:
        return tuple(Row(stream, sum(counts.values())) for stream in sorted(counts))

    with pytest.raises(AssertionError, match="the views of the streams do not make up") as told:
        streams_equal_whole(projection(finish=mixed), TWO)
    assert "expected (Row(stream='campaign/a', count=4)" in str(told.value)
    assert "found    (Row(stream='campaign/a', count=2)" in str(told.value)


def test_rows_of_one_place_that_are_not_in_the_order_of_their_streams_are_found() -> None:
    """What the order does not tell apart is by stream, whichever stream the log began with."""
    tied = projection(order=lambda row: row.count)
    late = log_of("campaign/b", "campaign/a", "campaign/b", "campaign/a")
    streams_equal_whole(tied, late)
    with pytest.raises(AssertionError, match="the views of the streams do not make up"):
        streams_equal_whole(
            attrs.evolve(tied, finish=lambda counts: tuple(Row(stream, n) for stream, n in counts.items())), late
        )


def test_an_event_that_is_read_without_saying_so_is_found() -> None:
    """The library leaves it out, so that the view would not be what the fold means."""
    others_change_nothing(projection(reads=[events.Planned, events.NoteRecorded]), TWO)
    narrow = projection(reads=[events.Planned])
    with pytest.raises(AssertionError, match="counts: events that it does not say it reads change the view") as told:
        others_change_nothing(narrow, TWO)
    assert "expected (Row(stream='campaign/a', count=1)" in str(told.value)
    assert narrow.view(TWO) != projection().view(TWO)


def test_only_who_says_what_is_read_is_asked_about_it() -> None:
    """A class without `reads` has no such test, and one of a projection with them has one that can fail."""

    class Unsaid(ProjectionProperties):
        projection = SOUND

    class Narrow(ProjectionProperties):
        projection = NARROW

    assert not hasattr(Unsaid, "test_others_change_nothing")
    with pytest.raises(AssertionError, match="does not say it reads"):
        Narrow().test_others_change_nothing()  # type: ignore[attr-defined]


@pytest.mark.parametrize("wrong", [content.Because, int, "Planned"])
def test_what_is_no_event_cannot_be_read(wrong: Any) -> None:
    """Nor what events are made of, for it would leave all of them out."""
    with pytest.raises(InvalidValue, match=r"reads: .* is no event; expected classes of events"):
        projection(reads=[wrong])


def test_a_view_that_depends_on_whose_turn_it_is_is_found() -> None:
    """The stream of the event before is no business of a row."""

    def apply(seen: dict[str, int], recorded: Recorded) -> None:
        seen[recorded.stream] = len(seen)

    with pytest.raises(AssertionError, match="the order of the streams changes the view"):
        interleaving_is_free(projection(begin=dict, apply=apply), log_of("campaign/b", "campaign/a"), [0])


def test_a_view_that_remembers_other_logs_is_found() -> None:
    """What a projection keeps outside its draft falsifies what was known."""
    seen: Counter[str] = Counter()
    with pytest.raises(AssertionError, match="what was known at 2017-06-03 12:00 differs from what was seen then"):
        knowledge_is_final(projection(begin=lambda: seen), TWO, NOON + timedelta(days=2))


def collected(cls: type) -> set[str]:
    return {name for name in dir(cls) if name.startswith("test_") and getattr(cls, name)}


OF_ALL = {"test_replay_equals_incremental", "test_splits_equal_whole", "test_knowledge_is_final"}


def test_a_class_has_the_tests_of_what_its_projection_claims() -> None:
    """Streams are asked about where the view is made of them; a class without a projection has a test that fails."""

    class Claims(ProjectionProperties):
        projection = projection()

    class ClaimsNothing(ProjectionProperties):
        projection = projection(row=None, order=None)

    class OfOurs(ProjectionProperties):
        logs = logs(longest=5)

    assert collected(Claims) == OF_ALL | {"test_streams_equal_whole", "test_interleaving_is_free"}
    assert collected(ClaimsNothing) == OF_ALL
    assert collected(OfOurs) == {"test_projection_is_named"}
    assert collected(ProjectionProperties) == set()


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("test_replay_equals_incremental", {"finish": lambda counts: counts}),
        ("test_splits_equal_whole", {"finish": emptied}),
        ("test_streams_equal_whole", {"finish": lambda counts: tuple(Row(s, sum(counts.values())) for s in counts)}),
        ("test_interleaving_is_free", {"finish": lambda counts: tuple(Row(s, c) for s, c in counts.items())}),
    ],
)
def test_each_test_of_a_class_can_fail(name: str, changed: dict[str, Callable[..., Any]]) -> None:
    """A projection without the property fails the test that asks for it, on the logs that are drawn for it."""

    class Unsound(ProjectionProperties):
        projection = projection(**changed)
        logs = logs(longest=15)

    few = settings(
        max_examples=200, phases=[Phase.generate], database=None, derandomize=True, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    with pytest.raises(AssertionError):
        few(getattr(Unsound, name))(Unsound())


def test_a_class_takes_the_logs_that_it_is_given() -> None:
    """The tests draw from the strategy of the class."""
    drawn: list[int] = []

    class OfOne(ProjectionProperties):
        projection = projection(begin=lambda: drawn.append(1) or Counter())
        logs = st.just(TWO)

    OfOne().test_streams_equal_whole()
    assert drawn


def test_a_class_that_names_no_projection_fails() -> None:
    """A slip in the name of the attribute leaves a test that says so; a class below it that names one has none such."""

    class TestNothing(ProjectionProperties):
        projections = PROJECTIONS

    class TestSomething(TestNothing):
        projection = PROJECTIONS[0]

    with pytest.raises(AssertionError, match="TestNothing tests nothing: name the projection"):
        TestNothing().test_projection_is_named()  # type: ignore[attr-defined]
    assert TestSomething.test_projection_is_named is None  # type: ignore[attr-defined]
    assert callable(TestSomething.test_replay_equals_incremental)  # type: ignore[attr-defined]
