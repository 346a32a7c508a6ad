"""Ready-made properties of a projection: each a function that raises `AssertionError`, and all of them as one class."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar

from hypothesis import given
from hypothesis import strategies as st

from oplog.reading import NOW, Reading
from oplog.testing.whole_logs import logs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from oplog.projections import Projection
    from oplog.recorded import Recorded


def replay_equals_incremental(projection: Projection, events: Sequence[Recorded], cut: int) -> None:
    """A view that is finished early is that of the events so far, and what is taken in after it changes nothing in it.

    `events` are those of a log as they are read, `cut` how many of them come before the early view.
    """
    draft = projection.begin()
    for recorded in events[:cut]:
        projection.take(draft, recorded)
    early = projection.finish(draft)
    _same(projection, early, projection.view(events[:cut]), f"finished after {cut} events, the view differs")
    for recorded in events[cut:]:
        projection.take(draft, recorded)
    _same(projection, projection.finish(draft), projection.view(events), "the view differs from that of a replay")
    _same(projection, early, projection.view(events[:cut]), "a view that was finished changed with later events")


def splits_equal_whole(projection: Projection, events: Sequence[Recorded], cuts: Iterable[int]) -> None:
    """However the events are split, a draft that is carried over from part to part leads to the view of the whole."""
    draft = projection.begin()
    ends = sorted({0, *cuts, len(events)})
    for first, last in pairwise(ends):
        for recorded in events[first:last]:
            projection.take(draft, recorded)
        projection.finish(draft)
    _same(projection, projection.finish(draft), projection.view(events), f"split at {ends[1:-1]}, the view differs")


def streams_equal_whole(projection: Projection, events: Sequence[Recorded]) -> None:
    """The view of a log is made of those of its streams, as a projection with a `row` claims.

    Rows that its `order` does not tell apart are in the order of their streams by name.
    """
    parts = {stream: projection.view(own) for stream, own in _by_stream(events).items()}
    whole = projection.view(events)
    _same(projection, projection.merged(parts), whole, "the views of the streams do not make up that of the log")


def others_change_nothing(projection: Projection, events: Sequence[Recorded]) -> None:
    """The view rests on the events that the projection says it `reads`: a fold that is given all gives the same."""
    draft = projection.begin()
    for recorded in events:
        projection.apply(draft, recorded)
    what = "events that it does not say it reads change the view"
    _same(projection, projection.finish(draft), projection.view(events), what)


def interleaving_is_free(projection: Projection, events: Sequence[Recorded], turns: Sequence[int]) -> None:
    """In whatever order the streams take turns, the view is the same. `turns` says whose turn it is, by number."""
    left = {stream: list(own) for stream, own in _by_stream(events).items()}
    mixed: list[Recorded] = []
    while left:
        turn = turns[len(mixed) % len(turns)] if turns else 0
        stream = sorted(left)[turn % len(left)]
        mixed.append(left[stream].pop(0))
        if not left[stream]:
            del left[stream]
    _same(projection, projection.view(mixed), projection.view(events), "the order of the streams changes the view")


def knowledge_is_final(
    projection: Projection, history: Sequence[Recorded], known_at: datetime, valid_at: date | None = None
) -> None:
    """What was known at a moment, of a day or of all days, stays the same whatever is recorded later.

    `history` holds all events of a log as they were recorded.
    """
    reading = Reading(known_at=known_at, valid_at=valid_at)
    then = [recorded for recorded in history if recorded.recorded_at <= known_at]
    believed = projection.view(Reading(valid_at=valid_at).events(then))
    projection.view(NOW.events(history))
    found = projection.view(reading.events(history))
    _same(projection, found, believed, f"what was known at {known_at:%Y-%m-%d %H:%M} differs from what was seen then")


def _same(projection: Projection, found: Any, expected: Any, what: str) -> None:
    if found != expected:
        raise AssertionError(f"{projection.name}: {what}\n  expected {expected!r}\n  found    {found!r}")


def _by_stream(events: Iterable[Recorded]) -> dict[str, list[Recorded]]:
    found: dict[str, list[Recorded]] = {}
    for recorded in events:
        found.setdefault(recorded.stream, []).append(recorded)
    return found


_OF_ALL = ("replay_equals_incremental", "splits_equal_whole", "knowledge_is_final")
_OF_READING = ("others_change_nothing",)
_OF_STREAMS = ("streams_equal_whole", "interleaving_is_free")


def _nameless(self: ProjectionProperties) -> None:
    raise AssertionError(f"{type(self).__name__} tests nothing: name the projection, as in 'projection = causes'")


class ProjectionProperties:
    """A test class for one projection: subclass it, name the projection, and let pytest find it.

        class TestCauses(ProjectionProperties):
            projection = causes

    Each property becomes a test over the logs that `logs` draws, with the settings of your Hypothesis profile. A
    projection without a `row` claims nothing of streams, and is not asked about them; one without `reads` claims
    nothing of events. Give the class a `logs` of your
    own, a strategy of histories, to have it tested with others.
    """

    projection: ClassVar[Projection]
    logs: ClassVar[st.SearchStrategy[list[Recorded]]] = logs()

    def __init_subclass__(cls, **options: Any) -> None:
        """Make the tests for each subclass, for Hypothesis keeps what it learns of a test with its function."""
        super().__init_subclass__(**options)
        if not hasattr(cls, "projection"):
            cls.test_projection_is_named = _nameless  # type: ignore[attr-defined]
        else:
            cls.test_projection_is_named = None  # type: ignore[attr-defined]  # of a base without one
            of_streams = () if cls.projection.row is None else _OF_STREAMS
            of_reading = () if cls.projection.reads is None else _OF_READING
            for name in (*_OF_ALL, *of_streams, *of_reading):
                setattr(cls, f"test_{name}", given(cls.logs, st.data())(getattr(ProjectionProperties, f"_{name}")))

    def _replay_equals_incremental(self, history: list[Recorded], data: st.DataObject) -> None:
        """A view that is finished early is that of the events so far."""
        events = NOW.events(history)
        replay_equals_incremental(self.projection, events, data.draw(st.integers(0, len(events))))

    def _splits_equal_whole(self, history: list[Recorded], data: st.DataObject) -> None:
        """A draft that is carried over from part to part leads to the view of the whole."""
        events = NOW.events(history)
        splits_equal_whole(self.projection, events, data.draw(st.lists(st.integers(0, len(events)), max_size=4)))

    def _knowledge_is_final(self, history: list[Recorded], data: st.DataObject) -> None:
        """What was known at a moment never changes."""
        if history:
            moment = data.draw(st.sampled_from(history)).recorded_at
            day = data.draw(st.none() | st.sampled_from(history).map(lambda recorded: recorded.last_day))
            knowledge_is_final(self.projection, history, moment, day)

    def _streams_equal_whole(self, history: list[Recorded], _data: st.DataObject) -> None:
        """The view of a log is made of those of its streams."""
        streams_equal_whole(self.projection, NOW.events(history))

    def _others_change_nothing(self, history: list[Recorded], _data: st.DataObject) -> None:
        """Events that the projection does not say it reads change nothing in the view."""
        others_change_nothing(self.projection, NOW.events(history))

    def _interleaving_is_free(self, history: list[Recorded], data: st.DataObject) -> None:
        """In whatever order the streams take turns, the view is the same."""
        turns = data.draw(st.lists(st.integers(0, 5), max_size=20))
        interleaving_is_free(self.projection, NOW.events(history), turns)
