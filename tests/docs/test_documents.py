"""What the documentation shows is what happens, and what it points to is there."""

from __future__ import annotations

import re
import runpy
import tomllib
from pathlib import Path

import attrs
import pytest
from documents import Block, Session, blocks

from oplog import (
    AGGREGATES,
    DECIDERS,
    FIELDS,
    OpLog,
    ReportConfiguration,
    import_lines,
    load_configuration,
    render,
)
from oplog.examples import example_configuration, example_log

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
DOCUMENTS = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
RUN = [path for path in DOCUMENTS if any(b.language in ("console", "python") for b in blocks(path.read_text("utf-8")))]
GENERATE = runpy.run_path(str(DOCS / "generate.py"))


def name(path: Path) -> str:
    """Name a document for the report of a test."""
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", RUN, ids=name)
def test_examples_do_what_the_document_says(path: Path, tmp_path: Path) -> None:
    """Every example runs, and its output is the one that is shown."""
    session = Session(tmp_path)
    found = blocks(path.read_text(encoding="utf-8"))
    for block in found:
        session.run(block)
    assert any(block.language in ("console", "python") for block in found)


def test_a_wrong_example_is_found(tmp_path: Path) -> None:
    """An output that differs in one letter is told with the line of its block."""
    with pytest.raises(AssertionError, match="line 7"):
        Session(tmp_path).run(Block("console", None, "$ echo one\n0ne\n", 7))


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_links_lead_somewhere(path: Path) -> None:
    """Every link to a file of ours, and to a heading in it, finds it."""
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        file, _, heading = target.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        there = (path.parent / file).resolve() if file else path
        assert there.exists(), target
        assert not heading or heading in anchors(there), target


def anchors(path: Path) -> set[str]:
    """List the anchors that the headings of a document have."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", GENERATE["PAGES"])
def test_generated_pages_are_up_to_date(page: str) -> None:
    """The pages made from the code are those that it makes now; `make docs` writes them anew."""
    assert (DOCS / "reference" / page).read_text(encoding="utf-8") == GENERATE["PAGES"][page](), "run 'make docs'"


def test_every_event_and_field_is_described() -> None:
    """The reference leaves out no event of any aggregate or of the access trail, and no field."""
    events = (DOCS / "reference" / "events.md").read_text(encoding="utf-8")
    described = set(re.findall(r"^### (?:\w+\.)?([a-z-]+)$", events, re.MULTILINE))
    assert described == {event for decider in DECIDERS.values() for event in decider.events}
    assert set(re.findall(r"^\| `(\w+)` \|", events, re.MULTILINE)) >= set(FIELDS)


def test_every_command_is_described() -> None:
    """The reference has each verb of each aggregate, in full or in the list of its aggregate."""
    text = (DOCS / "reference" / "cli.md").read_text(encoding="utf-8")
    for aggregate, decider in AGGREGATES.items():
        section = text.partition(f"### oplog record {aggregate}\n")[2].partition("```\n")[0]
        assert set(decider.commands) <= set(re.findall(r"^  ([a-z-]+)  ", section, re.MULTILINE))


def test_every_record_of_a_decision_has_its_number() -> None:
    """The records are numbered without a gap, and listed."""
    records = sorted(path.name for path in (DOCS / "adr").glob("0*.md"))
    assert [int(record[:4]) for record in records] == list(range(1, len(records) + 1))
    index = (DOCS / "adr" / "README.md").read_text(encoding="utf-8")
    assert all(f"({record})" in index for record in records)


def test_every_key_of_a_configuration_is_described() -> None:
    """The page on configurations names each key; two of them are named otherwise in the code."""
    text = (DOCS / "how-to" / "configure-a-report.md").read_text(encoding="utf-8")
    named = {"figures": "quarter", "themes": "theme"}
    keys = {named.get(field.name, field.name) for field in attrs.fields(ReportConfiguration)}
    assert {key for key in keys if f"`{key}`" not in text and f"[{key}]" not in text} == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_files_that_are_named_exist(path: Path) -> None:
    """A document that names a file of ours by its path names one that is there."""
    for named in re.findall(r"`((?:src|cli|tests|docs)/[\w./-]+)`", path.read_text(encoding="utf-8")):
        assert (ROOT / named).exists(), named


def test_the_readme_links_every_how_to_once() -> None:
    """Each is in the table at its end, or is found from nowhere."""
    table = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Read on\n")[2]
    pages = sorted(path.relative_to(ROOT).as_posix() for path in (DOCS / "how-to").glob("*.md"))
    assert {page: table.count(f"({page})") for page in pages} == dict.fromkeys(pages, 1)


def test_the_readme_names_every_optional_part() -> None:
    """Whoever installs the library in another project reads what there is besides."""
    parts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    (named,) = re.findall(r"pip install './oplog\[([\w,]+)\]'", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert set(named.split(",")) == set(parts) - {"dev"}


CAPITALS = {
    "ASCII", "CHANGELOG", "DTSTART", "EDTF", "ENOSPC", "EPYC", "FREQ", "HTML", "IANA", "INTERVAL", "JSON", "NULL",
    "PATH", "PROOF", "RRULE", "TOML", "UUID", "WCAG", "WEEKLY",
}  # fmt: skip


def placeholders(document: str) -> set[str]:
    """The words of a document in capitals that are no abbreviation we know, outside code."""
    text = re.sub(r"^```.*?^```$|`[^`\n]*`", "", document, flags=re.MULTILINE | re.DOTALL)
    return set(re.findall(r"\b[A-Z]{4,}\d*\b", re.sub(r"\]\([^)]*\)", "]", text))) - CAPITALS


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_nothing_is_left_to_be_filled_in(path: Path) -> None:
    """No document has a word in capitals that stands for a number or a sentence to come."""
    assert placeholders(path.read_text(encoding="utf-8")) == set()


def test_what_is_left_to_be_filled_in_is_found() -> None:
    """The control: in a sentence and in a table, but not in code."""
    assert placeholders("| killed | KILLS | FLIPS2 |\nTold in JSON, `FILE`.\n```sh\nMAKE it\n```\n") == {
        "KILLS",
        "FLIPS2",
    }


@pytest.mark.parametrize("path", [ROOT / "README.md", DOCS / "how-to" / "record-for-the-narrative.md"], ids=name)
def test_sentences_that_are_quoted_stand_in_the_report(path: Path) -> None:
    """What a document quotes from the report of the example is what that report says."""
    with OpLog.open(":memory:") as log:
        with example_log().open("rb") as lines:
            import_lines(log, lines)
        report = render(log.narrative(load_configuration(example_configuration())))
    quoted = re.findall(r"^(?:> .*\n)+", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert quoted
    for quotation in quoted:
        assert quotation.replace("\n> ", " ").removeprefix("> ").strip().removesuffix("[^1]") in report


def test_events_that_the_readme_shows_stand_in_the_example() -> None:
    """The positions, names and footnote that the README gives for one sentence are those of the example log."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = {int(position): word for position, word in re.findall(r"^position +(\d+)  ([\w-]+) ", text, re.MULTILINE)}
    with OpLog.open(":memory:") as log:
        with example_log().open("rb") as lines:
            import_lines(log, lines)
        held = {r.position: r.name.partition(".")[2] for r in log.events(stream="campaign/sexual-violence-week")}
    assert shown == held
    assert f"positions {', '.join(map(str, sorted(held)[:-1]))} and {max(held)}." in text
