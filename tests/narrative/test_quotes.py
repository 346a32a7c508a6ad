# ruff: noqa: RUF001 - these marks are what is tested
"""Quotation marks: straight ones are set as the language prints them, where it is plain which one is meant."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telling import recorded, report

from oplog import events, render
from oplog.narrative.locales import load_locale, shipped
from oplog.narrative.quotes import set_quotes

MARKS = re.compile("['\"‘’‚“”„]")


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("the driver's door and the residents' forum", "the driver’s door and the residents’ forum"),
        ("In this 'big wing' deployment, it's \"all hands\".", "In this ‘big wing’ deployment, it’s “all hands”."),
        ("the 'Lock It, Mark It' campaign (the farmers' own)", "the ‘Lock It, Mark It’ campaign (the farmers’ own)"),
        ("the 1990's and the '90s", "the 1990’s and the ’90s"),
        ("a gate of 6'2\" and 5' of wire", "a gate of 6'2\" and 5' of wire"),
        ("one \" alone and ' alone", "one \" alone and ' alone"),
        ("already ‘set’ and “done”, isn’t it", "already ‘set’ and “done”, isn’t it"),
    ],
)
def test_marks_are_set_where_they_are_plain(written: str, printed: str) -> None:
    """Apostrophes and pairs are set; feet, inches and marks that stand alone are left as they were recorded."""
    assert set_quotes(written, shipped()) == printed


def test_another_language_has_its_own_marks() -> None:
    """They are phrases of the locale file."""
    german = load_locale(Path(__file__).parent / "locales" / "de.toml")
    assert set_quotes("wie's \"alle\" sagten, 'sehr' gut", german) == "wie’s „alle“ sagten, ‚sehr‘ gut"


@given(st.text(alphabet="ab1s '\"(.,\n"))
def test_nothing_but_marks_is_changed(text: str) -> None:
    """Every other letter stays, and what was set is not set again."""
    once = set_quotes(text, shipped())
    assert MARKS.sub("", once) == MARKS.sub("", text)
    assert set_quotes(once, shipped()) == once


def test_a_report_has_them_and_its_sources_are_as_recorded() -> None:
    """Titles, sentences and cells are set; what an event says stays what it says."""
    log = recorded(
        "operation/elm", events.Planned(title="residents' patrol"), (events.Commenced(), "1 June 2017"),
        events.NoteRecorded(text="It's \"good\"."),
    )  # fmt: skip
    document = report(*log)
    assert "residents’ patrol began" in render(document)
    assert "It’s “good”." in render(document)
    assert ("text", 'It\'s "good".') in document.sources[-1].content
