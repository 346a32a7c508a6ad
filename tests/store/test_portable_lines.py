"""A line of a portable log leads back to the very bytes that are stored, also when it was written anew."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oplog import OpLog, Pending, Undecodable, to_line
from oplog.store.codec import MAX_EVENT, from_line
from oplog.store.lines import row_of, stored_line
from oplog.store.recorder import Row
from oplog.store.strict_json import dump, load
from oplog.testing import histories
from strategies import aggregates, contexts

_texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | _texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts, inner, max_size=3),
    max_leaves=6,
)
_keys = st.sampled_from(["v", "id", "recorded_at", "data", "salt", "actor", "mood", "stream", "stored", "é"]) | _texts
states = st.builds(
    lambda data, write: write(data),
    st.dictionaries(_keys, _values, max_size=6),
    st.sampled_from(
        [
            lambda data: json.dumps(data, ensure_ascii=False).encode(),
            lambda data: json.dumps(data, indent=1).encode(),
            lambda data: json.dumps(data, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode(),
            dump,
        ]
    ),
)
rows = st.builds(
    Row,
    st.integers(1, 10**9),
    st.sampled_from(["campaign/week", "exercise/larch", "e\u0301 \u2028"]),
    st.integers(1, 10**9),
    st.sampled_from(["campaign.planned", "exercise.held", "\x7f"]),
    states,
)


def row(state: bytes, **place: Any) -> Row:
    return Row(
        **{"position": 1, "stream": "campaign/week", "version": 1, "name": "campaign.sung", "state": state} | place
    )


@given(rows)
def test_a_line_leads_back_to_the_stored_event(stored: Row) -> None:
    """Known or not, canonical or not: the line is one strict JSON object, and the row comes back byte for byte."""
    line = stored_line(stored)
    assert b"\n" not in line
    assert row_of(load(line)) == stored


@given(rows, st.sampled_from([{"indent": 2}, {"sort_keys": True}, {"separators": (" , ", ":\t")}]), st.booleans())
def test_a_line_that_was_written_anew_leads_back_too(stored: Row, form: dict[str, Any], ascii_only: bool) -> None:
    """Another order of keys, other spaces and other escapes do no harm: programs that handle JSON change them."""
    anew = json.dumps(json.loads(stored_line(stored)), ensure_ascii=ascii_only, **form)
    assert row_of(load(anew)) == stored


@given(st.data(), aggregates, contexts)
def test_the_line_of_an_event_in_its_present_form_is_the_one_it_always_was(
    data: st.DataObject, kind: str, context: Any
) -> None:
    """Byte for byte as `to_line` writes it, so that exports of today are like those of earlier releases."""
    with OpLog.open(":memory:") as log:
        for event in data.draw(histories(kind, 3)):
            log.append(Pending(stream=f"{kind}/x", event=event, effective=context.effective, actor=context.actor))
        assert [stored_line(r) for r in log.rows()] == [to_line(r) for r in log.events()]


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        (row(b"[1]"), "expected a JSON object in braces"),
        (row(b'{"a":'), "not JSON"),
        (row(b"\xff"), "not UTF-8"),
        (row(b'{"a":1,"a":2}'), "the key 'a' stands twice"),
        (row(b'{"a":"\\ud800"}'), "lone surrogates"),
        (row(b'{"a":"' + b"x" * MAX_EVENT + b'"}'), "an event may take"),
        (row(b"{}", position=0), "field position: expected a number from 1, got 0"),
        (row(b"{}", version="2"), "field version: expected a number from 1, got '2'"),
        (row(b"{}", name="a\x00"), "field event: text must not hold NUL"),
        (row(b"{}", stream="\ud800"), "field stream: text must not hold NUL or lone surrogates"),
        (row(b"{}", stream="x" * (7 << 20)), "its line would be longer"),
    ],
)
def test_what_is_no_strict_json_object_is_not_exported(stored: Row, told: str) -> None:
    """It is an error that names the place, and never a line that would not lead back."""
    with pytest.raises(Undecodable, match=r"^position \d+ \(") as error:
        stored_line(stored)
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ({"stream": "a/b", "version": 1, "event": "a.c"}, "field position: missing"),
        ({"position": True, "stream": "a/b", "version": 1, "event": "a.c"}, "field position: expected a number"),
        ({"position": 1, "stream": 5, "version": 1, "event": "a.c"}, "field stream: expected text"),
        ({"position": 1, "stream": "a/b", "version": 1 << 62, "event": "a.c"}, "field version: expected a number"),
        ({"position": 1, "stream": "a/b", "version": 1, "event": "a.c", "stored": 7}, "field stored: expected text"),
        (
            {"position": 1, "stream": "a/b", "version": 1, "event": "a.c", "stored": "{}", "data": {}},
            "field data: what is stored stands under stored already",
        ),
    ],
)
def test_a_line_that_is_no_stored_event_is_refused(line: dict[str, Any], told: str) -> None:
    """The error names the field."""
    with pytest.raises(Undecodable) as error:
        row_of(load(json.dumps(line)))
    assert str(error.value).startswith(told)


def test_a_state_that_stands_as_a_text_is_imported_like_any_other() -> None:
    """An event whose stored bytes are not in canonical form is read by an import as what it says."""
    known = {"id": "015d6f6a-0000-7000-8000-000000000001", "recorded_at": "2017-09-01T10:00:00Z"}
    state = json.dumps({"v": 1, **known, "data": {"text": "x"}}).encode()
    line = stored_line(row(state, name="campaign.note-recorded"))
    assert b'"stored":' in line
    pending, version = from_line(line)
    assert (pending.event.text, pending.id, version) == ("x", "015d6f6a-0000-7000-8000-000000000001", 1)


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        (5, "field stored: expected text"),
        ("[]", "expected a JSON object"),
        ('{"stream": "campaign/other"}', "field stored.stream: unknown field"),
    ],
)
def test_a_wrong_text_under_stored_is_no_event(stored: Any, told: str) -> None:
    """An import refuses what is no state, and a state that would say where it stands."""
    with pytest.raises(Undecodable) as error:
        from_line(json.dumps({"stream": "campaign/week", "event": "campaign.planned", "stored": stored}))
    assert told in str(error.value)
    with pytest.raises(Undecodable, match="field data: what is stored stands under stored already"):
        from_line(json.dumps({"stream": "campaign/week", "event": "x", "stored": "{}", "data": {}}))
