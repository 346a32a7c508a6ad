"""A second language: a report in German, from a locale file and from nothing else."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from arising_log import arising
from dated_log import dated
from german import German
from hypothesis import given
from hypothesis import strategies as st
from telling import REPORT, recorded, told
from test_report import QUARTERS, read
from told_again import tell_again
from wide_log import RECURRENCES, WHENS, everything

from oplog import (
    AGGREGATES,
    Basis,
    Cause,
    CauseKind,
    Figure,
    OpLog,
    Rate,
    ReportConfiguration,
    Term,
    When,
    event_catalogue,
    events,
    load_configuration,
    parse_when,
    render,
    render_bytes,
)
from oplog.narrative.dates import Dates
from oplog.narrative.document import Row, Table, sections_of, statements_of
from oplog.narrative.grammar import GRAMMARS
from oplog.narrative.locale import Locale
from oplog.narrative.locales import definition, load_locale
from oplog.narrative.plan import narrate
from oplog.narrative.repetition import rate, recurrence, term, term_adjective
from oplog.narrative.said import said
from oplog.narrative.window import Extent
from oplog.testing import histories

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oplog import Document

LOCALES = Path(__file__).parent / "locales"
NEUTRAL = load_locale(LOCALES / "de.toml")
GERMAN = load_locale(LOCALES / "de-grammar.toml", {**GRAMMARS, "german": German})
OURS = "\N{LATIN SMALL LETTER ETH}"
"""Stands for each word of ours in a locale that has no others."""


def in_german(*steps: Any, stream: str = "campaign/woche", locale: Locale = NEUTRAL) -> str:
    """The paragraph that tells of one stream in German."""
    return told(stream, *steps, configuration=attrs.evolve(REPORT, locale=locale))


def texts(document: Document) -> Iterator[str]:
    """All that a document says."""
    yield document.title
    yield from (text for pair in document.front for text in pair)
    for section in sections_of(document.sections):
        yield section.title
        yield from (column.title for item in section.content if isinstance(item, Table) for column in item.columns)
        yield from (item.lead for item in section.content if isinstance(item, Table))
    for item in statements_of(document.sections):
        yield from [cell.text for cell in item.cells] if isinstance(item, Row) else [item.text]
    yield from (text for source in document.sources for pair in source.content for text in pair)
    yield from filter(None, (source.effective for source in document.sources))
    yield document.as_of or ""


def test_sentences_have_the_order_of_their_language() -> None:
    """Participles stand at the end, dates and numbers are written as Germans write them."""
    plan = events.Planned(title="Aktionswoche", when=parse_when("June 2017"), place="Markt")
    attack = Cause(CauseKind.INCIDENT, "Angriff am Bahnhof", When("2017-06-03"))
    assert in_german(
        plan, events.Cancelled(cause=attack), events.Rescheduled(when=parse_when("w/c 21 August 2017"))
    ) == (
        "Aktionswoche (Ort: Markt), geplant für Juni, wurde abgesagt (Grund: Angriff am Bahnhof vom 3. Juni) und auf die Woche ab dem"
        " 21. August verschoben. Ein Ergebnis wurde noch nicht aufgezeichnet."
    )
    day = events.Planned(title="Tag der offenen Tür", place="Rathaus", partners=("Feuerwehr", "Stadtwerke"))
    assert in_german(day, (events.Completed(attendance=1371), "27 July 2017"), stream="deployment/tag") == (
        "Tag der offenen Tür fand am 27. Juli (Ort: Rathaus) gemeinsam mit Feuerwehr und Stadtwerke statt, besucht von"
        " 1.371 Personen."
    )


def test_a_grammar_of_ones_own_makes_the_sentences_better() -> None:
    """The same words with a small German grammar: plurals agree, and an event is held."""
    steps = (events.Planned(title="Streifen"), events.OccurrenceHeld(count=7))
    assert (
        in_german(*steps, stream="deployment/a")
        == "Sieben Einsätze im Rahmen von Streifen fanden im Berichtszeitraum statt."
    )
    assert (
        in_german(*steps, stream="deployment/a", locale=GERMAN)
        == "Sieben Streifen wurden im Berichtszeitraum abgehalten."
    )


@pytest.mark.parametrize(("log", "configuration"), QUARTERS)
def test_a_whole_quarter_is_told_in_german(log: tuple[Path, ...], configuration: Path) -> None:
    """The report has German headings, dates and numbers, and says which language it is in."""
    with read(*log) as opened:
        document = opened.narrative(attrs.evolve(load_configuration(configuration), locale=NEUTRAL))
    assert document.language == "de"
    text = render(document)
    for heading in ("## Zusammenfassung", "## Empfehlungen", "## Hauptteil", ": Zahlen", "## Quellen"):
        assert heading in text
    english = re.compile(r"\b(was|were|has|because of|following|planned|between|commencing|January|June|July)\b")
    ours = [s.text for s in document.section("conclusion").content[0].statements]  # type: ignore[union-attr]
    assert not any(english.search(text) for text in [*ours, *(name for name, _ in document.front)])
    assert re.search(r"\d\.\d{3}\b", text) or "northmoor" in str(log)


@given(st.data(), st.sampled_from(sorted(AGGREGATES)), st.sampled_from([NEUTRAL, GERMAN]))
def test_any_history_can_be_told_in_german(data: st.DataObject, aggregate: str, locale: Locale) -> None:
    """Whatever a lifecycle allows, the templates find what they ask for, in the document and in what renderers add."""
    made = recorded(f"{aggregate}/x", *data.draw(histories(aggregate)))
    if made:
        text = render(narrate(made, attrs.evolve(REPORT, locale=locale, public=False)))
        assert "## Schluss\n" in text


def wordless(locale: Locale) -> Locale:
    """A locale in which every word of ours is the same letter, so that all other words are those of the log."""

    def blank(text: str) -> str:
        parts = re.split(r"(\{[^{}]*\})", text)
        return "".join(f"{OURS}{p}{OURS}" if p.startswith("{") else re.sub(r"[^\W\d_]+", OURS, p) for p in parts)

    def value(said: Any) -> Any:
        if isinstance(said, tuple):
            return tuple(blank(word) for word in said)
        return said if isinstance(said, int) else blank(said)

    values = {key: value(said) for key, said in locale.values.items()}
    return Locale(locale.language, locale.grammar, values, locale.lexicon, locale.grammar_name)


def strings(value: Any) -> Iterator[str]:
    """All texts in a value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from (*strings(name), *strings(item))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from strings(item)
    elif isinstance(value, Figure):
        yield value.name
        yield from (part.label for part in value.breakdown)
        yield from (value.measure, value.unit)
    elif attrs.has(type(value)) and not isinstance(value, Locale):
        for field in attrs.fields(type(value)):
            yield from strings(getattr(value, field.name))


def plain(text: str) -> str:
    """A text without what the narrative may change in it: capitals, marks at its end, quotation marks, hyphens of keys."""
    return " ".join(re.sub(r"[-_+\N{EN DASH}\N{MINUS SIGN}/'\"\u2018-\u201f]", " ", text.casefold()).split()).strip(
        ".,;: "
    )


@pytest.mark.parametrize(("log", "configuration"), [*QUARTERS, (None, None)])
def test_every_word_is_the_locales_or_was_recorded(log: tuple[Path, ...] | None, configuration: Path | None) -> None:
    """Told with a locale without words, a report says nothing that was not recorded or configured."""
    if log is None or configuration is None:
        asked, known = REPORT, everything()
    else:
        asked = load_configuration(configuration)
        with read(*log) as opened:
            known = opened.read()
    asked = attrs.evolve(asked, abbreviations={}, public=False)
    document = narrate(known, attrs.evolve(asked, locale=wordless(NEUTRAL)))
    there = "\n".join(plain(text) for r in known for text in strings((r.event, r.stream))) + "\n"
    there += "\n".join(plain(text) for text in strings(asked))
    for text in texts(document):
        for piece in re.split(rf"[{OURS}\d(){{}};:,.%]+", text.replace(OURS.upper(), OURS)):
            assert plain(piece) in there, (piece, text)


@pytest.fixture
def said_keys(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The keys that are asked for while a test runs."""
    keys: set[str] = set()
    say = Locale.say

    def listening(self: Locale, key: str, number: Any = None, /, **slots: str) -> str:
        keys.add(key)
        return say(self, key, number, **slots)

    monkeypatch.setattr(Locale, "say", listening)
    return keys


def test_every_phrase_is_told(said_keys: set[str]) -> None:
    """There is no phrase that no report uses, and German has them all, with every slot that the code fills."""
    locale = load_locale(LOCALES / "de-grammar.toml", {**GRAMMARS, "german": German})
    asked = attrs.evolve(REPORT, locale=locale, committee="Ausschuss", abbreviations={"Feuerwehr": "FW"})
    asked = attrs.evolve(asked, reference="A 1", report_of="Amt", author="Weber", contact="Weber, 1234")
    dates = Dates(locale, 2017, date(2017, 5, 18), date(2017, 9, 21))
    late = [attrs.evolve(r, source="Protokoll") for r in everything()]
    for purpose in ("information", "decision"):
        for committee in (None, "Ausschuss"):
            configuration = attrs.evolve(asked, purpose=purpose, committee=committee)
            document = narrate(
                late,
                configuration,
                Extent(known_at=datetime(2020, 1, 1, tzinfo=UTC), valid_at=date(2020, 1, 1), left_out=tuple(late[-1:])),
            )
            render(document)
            render(document, "html")
            render_bytes(document, "pdf")
    render(narrate(dated(), asked))
    for day in (date(2017, 7, 30), date(2017, 9, 21), date(2017, 10, 2), date(2018, 1, 2)):
        render(narrate(arising(), attrs.evolve(asked, date=day, until=min(day, date(2017, 9, 21)))))
    narrate([r for r in arising() if r.stream in ("campaign/still", "pilot/packs")], asked)
    tell_again(locale)
    ahead = attrs.evolve(REPORT, locale=locale, date=date(2017, 12, 1))
    due = events.EvaluationDue(when=When("2017-11"))
    four = [
        event
        for n, title in enumerate("ABCD")
        for event in recorded(f"pilot/{n}", events.Planned(title=title, when=When("2017-11")), due, start=2 * n + 1)
    ]
    narrate(four, ahead, Extent(known_at=datetime(2017, 12, 1, 23, 59, 59, tzinfo=UTC)))
    narrate(recorded("pilot/a", (events.Planned(title="A"), "2019")), attrs.evolve(asked, public=False))
    for when in WHENS:
        for one in (dates, Dates(locale)):
            assert all((one.on(when), one.to(when), one.plain(when)))
            assert all(one.period(when, basis) and one.table(when, basis) for basis in Basis)
    assert all(recurrence(locale, repeats) for repeats in RECURRENCES)
    for per in ("day", "week", "month", "quarter", "year"):
        assert all(rate(locale, Rate(count, per)) for count in (1, 2, 3))  # type: ignore[arg-type]
    assert all(f(locale, Term("P1Y2M3W4DT5H6M")) for f in (term, term_adjective))
    assert [locale.listed(items, "or") for items in (["a", "b"], ["a, b", "c"], ["a, b", "c", "d"])] == [
        "a oder b", "a, b oder c", "a, b; c; oder d",
    ]  # fmt: skip
    assert locale.listed(["a, b", "c", "d"]) == "a, b; c; und d"
    keys = {key for key, value in definition().values.items() if isinstance(value, str)}
    assert not {key for key in keys - said_keys if not key.startswith("said.")}


def test_what_an_event_says_is_told_in_german() -> None:
    """Every field and value of every event has a name in the locale file, and no name is left over."""
    catalogue = event_catalogue()
    fields = {field.name for entry in (*catalogue.events, *catalogue.values) for field in entry.fields}
    named = {key.removeprefix("said.fields.") for key in definition().values if key.startswith("said.fields.")}
    assert fields | {"data", "iso"} == named
    flood = Cause(CauseKind.WEATHER, "Hochwasser")
    pairs = dict(said(events.Cancelled(cause=flood), Dates(NEUTRAL)))
    assert pairs == {"Ursache": "Art Wetter, Name Hochwasser"}
    assert dict(said(events.Planned(title="Streifen", plural=True), Dates(NEUTRAL))) == {
        "Titel": "Streifen",
        "Mehrzahl": "ja",
    }


def test_a_log_that_is_not_the_example_is_told_in_german() -> None:
    """A report made without any configuration takes its title and its force from the locale."""
    with OpLog.open(":memory:") as log:
        log.append(*[_pending(r) for r in recorded("operation/a", events.Planned(title="Operation Eiche"))])
        text = render(log.narrative(ReportConfiguration(locale=NEUTRAL)))
    assert text.startswith("# Vierteljahresbericht\n")
    assert "Dieser Bericht (Dienststelle) umfasst 1 Maßnahme vom " in text


def _pending(item: Any) -> Any:
    from oplog import Pending

    return Pending(stream=item.stream, event=item.event)
