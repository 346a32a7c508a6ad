"""The example quarter: it is whole, and its report's oddities, and nothing else, are found in it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import attrs
import pytest

from oplog import AGGREGATES, OpLog, When, events, export_lines, import_lines, load_configuration
from oplog.examples import example_configuration, example_log
from oplog.narrative.document import Paragraph, paragraphs_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oplog import Document, Recorded


@pytest.fixture(scope="module")
def log() -> Iterator[OpLog]:
    """Import the example into a log of its own."""
    with OpLog.open(":memory:") as opened:
        with example_log().open("rb") as lines:
            import_lines(opened, lines, name="pol-57-17.jsonl")
        yield opened


@pytest.fixture(scope="module")
def recorded(log: OpLog) -> tuple[Recorded, ...]:
    """Read all events of the example."""
    return tuple(log.events())


def narrative_of(log: OpLog) -> Document:
    """The report of the example, as its configuration asks for it."""
    return log.narrative(load_configuration(example_configuration()))


def paragraphs(document: Document, key: str) -> list[Paragraph]:
    """The paragraphs of a section of a report."""
    section = document.section(key)
    assert section is not None
    return list(paragraphs_of(section.content))


def test_every_event_of_the_file_is_imported(recorded: tuple[Recorded, ...]) -> None:
    """An empty log takes the whole file, with its positions as they stand in it."""
    lines = example_log().read_bytes().splitlines()
    assert len(recorded) == len(lines) - 1
    assert [r.position for r in recorded] == list(range(1, len(lines)))


def test_export_gives_the_file_again(log: OpLog) -> None:
    """The events of the file are in the exact form that an export writes, each with its salt."""
    assert list(export_lines(log))[1:] == example_log().read_bytes().splitlines(keepends=True)[1:]


def test_replay_finds_the_oddities_of_the_report_and_nothing_else(log: OpLog) -> None:
    """A cancellation also called a postponement, an evaluation after half the term, a paragraph missing; and silence.

    Nobody says whether the week in August was held, nor how often what repeats took place.
    """
    findings = log.replay()
    assert {f.severity for f in findings} == {"observation"}
    assert Counter((f.rule, f.stream) for f in findings) == {
        ("conflicting-accounts", "campaign/sexual-violence-week"): 1,
        ("evaluation-term", "pilot/street-triage"): 2,
        ("source-gaps", "pilot/street-triage"): 1,
        ("no-outcome", "campaign/sexual-violence-week"): 1,
        ("no-news", "operation/acton"): 1,
        ("no-occurrence", "deployment/acton-shifts"): 1,
        ("no-occurrence", "deployment/victim-advocate-surgeries"): 1,
        ("no-occurrence", "deployment/westminster-drug-project-shifts"): 1,
        ("no-occurrence", "operation/broadgate-forum"): 1,
        ("no-occurrence", "pilot/street-triage"): 1,
    }
    assert [f.message for f in findings if f.rule == "source-gaps"] == [
        "no event cites paragraph 2.6 of Pol 57-17, though later paragraphs are cited"
    ]


def test_every_theme_is_in_the_configuration(recorded: tuple[Recorded, ...]) -> None:
    """Each stream belongs to a section of the report, or to a sub-heading of one, and no sub-heading is empty."""
    configuration = load_configuration(example_configuration())
    known = {theme.key for theme in configuration.themes}
    headings = {f"{theme.key}/{heading.key}" for theme in configuration.themes for heading in theme.headings}
    used = [r.event.theme for r in recorded if isinstance(r.event, events.Planned)]
    assert set(used) <= known | headings
    assert headings <= set(used)


def test_every_stream_begins_with_a_plan(recorded: tuple[Recorded, ...]) -> None:
    """Each stream starts with what was planned, so that it has a title and a theme."""
    first = [r.event for r in recorded if r.version == 1]
    assert all(isinstance(event, events.Planned) for event in first)


def test_highlights_are_streams_of_the_log(log: OpLog) -> None:
    """The summary is asked for streams that exist."""
    assert set(load_configuration(example_configuration()).highlights) <= set(log.streams())


def test_every_event_names_its_source_and_actor(recorded: tuple[Recorded, ...]) -> None:
    """Nothing is in the log without the paragraph that it was made from and a role that recorded it."""
    assert all((r.source or "").startswith("Pol 57-17, ") for r in recorded)
    assert all(r.actor for r in recorded)


def test_every_paragraph_of_the_report_is_cited(recorded: tuple[Recorded, ...]) -> None:
    """The summary and each numbered paragraph of the original stand behind some event; it has no paragraph 2.6."""
    last = {1: 15, 2: 11, 3: 4, 4: 8, 5: 5}
    paragraphs = {f"paragraph {part}.{n}" for part, count in last.items() for n in range(1, count + 1)}
    cited = {(r.source or "").removeprefix("Pol 57-17, ") for r in recorded}
    assert cited == paragraphs - {"paragraph 2.6"} | {"summary"}


def test_texts_are_whole_sentences_and_told_once(recorded: tuple[Recorded, ...]) -> None:
    """What is told as it stands begins with a capital, ends with a full stop and is recorded in one place."""
    texts = [text for r in recorded if (text := getattr(r.event, "text", None))]
    assert all(text[0].isupper() and text.endswith(".") and text == " ".join(text.split()) for text in texts)
    assert len(set(texts)) == len(texts)


def test_a_part_is_told_with_the_whole(log: OpLog, recorded: tuple[Recorded, ...]) -> None:
    """A stream that is part of another has its theme, so that one paragraph tells both."""
    themes = {r.stream: r.event.theme for r in recorded if isinstance(r.event, events.Planned)}
    links = [(r.stream, r.event.parent) for r in recorded if isinstance(r.event, events.PartOfLinked)]
    assert links
    assert all(themes[child] == themes[parent] for child, parent in links)
    told = {p.stream for p in paragraphs(narrative_of(log), "main")}
    assert told == set(themes) - {child for child, _ in links}


def test_the_summary_is_short_and_tells_what_was_asked_for(log: OpLog) -> None:
    """Each theme has three to six sentences, and every highlight lends it one."""
    document = narrative_of(log)
    summary = paragraphs(document, "summary")
    themes = [paragraph for paragraph in summary if paragraph.title]
    assert len(themes) == 5
    assert all(3 <= len(paragraph.statements) <= 6 for paragraph in themes)
    cited = {s.positions for paragraph in summary for s in paragraph.statements}
    of_stream = {p.stream: {s.positions for s in p.statements} for p in paragraphs(document, "main")}
    assert all(of_stream[stream] & cited for stream in load_configuration(example_configuration()).highlights)


def test_each_abbreviation_stands_for_a_name_of_the_log(recorded: tuple[Recorded, ...]) -> None:
    """No abbreviation is configured for a name that the log never uses."""
    words = " ".join(repr(r.event) for r in recorded)
    unused = [name for name in load_configuration(example_configuration()).abbreviations if name not in words]
    assert unused == []


def test_nothing_is_recorded_before_it_happened(recorded: tuple[Recorded, ...]) -> None:
    """What was so on a day, month or season was recorded when that had at least begun, and before the report."""
    for item in recorded:
        assert item.recorded_at.date() < When("2017-09-21").earliest
        if item.effective:
            assert item.effective.earliest <= item.recorded_at.date(), item


def test_one_cause_is_one_value(recorded: tuple[Recorded, ...]) -> None:
    """Causes of one name are equal, so that what an incident changed can be found."""
    causes = [cause for r in recorded if (cause := getattr(r.event, "cause", None))]
    assert len(set(causes)) == len({cause.name for cause in causes})


def test_domain_accepts_every_event(recorded: tuple[Recorded, ...]) -> None:
    """The rules that commands obey, and imports do not, hold in the example too."""
    streams: dict[str, object] = {}
    for item in recorded:
        decider = AGGREGATES[item.aggregate]
        state = streams.get(item.stream, decider.initial)
        command = next(cls for cls, event in decider.commands.values() if event is type(item.event))
        asked = command(**{field.name: getattr(item.event, field.name) for field in attrs.fields(command)})
        assert decider.decide(asked, state) == (item.event,), item
        streams[item.stream] = decider.evolve(state, item.event)
