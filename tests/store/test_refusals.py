"""What is not exact is refused, in stored bytes and portable lines, with its field; and in a log with its place too."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oplog import (
    OpLog,
    Recorded,
    Undecodable,
    UnknownEvent,
    commands,
    events,
)
from oplog.store.codec import decode_state, from_line
from tampering import tamper

if TYPE_CHECKING:
    from pathlib import Path

ID = "015d6f6a-0000-7000-8000-000000000001"


def stored(**changes: Any) -> bytes:
    """A sound stored note, with changes."""
    whole = {"v": 1, "id": ID, "recorded_at": "2017-09-21T09:30:00Z", "data": {"text": "It rained."}, **changes}
    return json.dumps({key: value for key, value in whole.items() if value is not ...}).encode()


def read(state: bytes, name: str = "campaign.note-recorded", stream: str = "campaign/week") -> Recorded:
    return decode_state(position=1, stream=stream, version=1, name=name, state=state)


def line(**changes: Any) -> bytes:
    """A sound portable line, with changes."""
    whole = {"stream": "campaign/week", "event": "campaign.note-recorded", "data": {"text": "It rained."}, **changes}
    return json.dumps({key: value for key, value in whole.items() if value is not ...}).encode()


def test_a_sound_event_is_read() -> None:
    """The stored note and line that the refusals below are made from are themselves accepted."""
    assert read(stored()).event == events.NoteRecorded(text="It rained.")
    assert from_line(line())[0].event == events.NoteRecorded(text="It rained.")


NESTED = b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
REFUSED: list[tuple[bytes, str, str | None]] = [
    (stored(nonsense=1), "unknown field", "nonsense"),
    (stored(data={"text": "x", "mood": "bad"}), "unknown field; expected one of text", "data.mood"),
    (stored(data={}), "missing", "data.text"),
    (stored(id=...), "missing", "id"),
    (stored(recorded_at=...), "missing", "recorded_at"),
    (stored(data=...), "expected the event's fields", "data"),
    (stored(data=[]), "expected the event's fields", "data"),
    (stored(data={"text": 5}), "expected text, got a whole number", "data.text"),
    (stored(data={"text": None}), "expected text, got null", "data.text"),
    (stored(data={"text": " "}), "text must not be empty", "data"),
    (stored(data={"text": "nul \x00"}), "NUL or lone surrogates", "data.text"),
    (stored(data={"text": "\ud800"}), "NUL or lone surrogates", "data.text"),
    (stored(actor="\udfff"), "NUL or lone surrogates", "actor"),
    (stored(actor=7), "expected text or null, got a whole number", "actor"),
    (stored(effective="2017-02-30"), "not a possible date", "effective"),
    (stored(effective={"edtf": "2017", "words": "2017", "mood": 1}), "unknown field", "effective.mood"),
    (stored(recorded_at="2017-09-21T09:30:00"), "has no time zone", "recorded_at"),
    (stored(recorded_at="yesterday"), "'yesterday' is not a time such as 2017-09-21T09:30:00Z", "recorded_at"),
    (stored(recorded_at="0001-01-01T00:00:00+14:00"), "out of range", "recorded_at"),
    (stored(id="1234"), "is not a UUID", "id"),
    (stored(id=ID[:-1]), "is not a UUID", "id"),
    (stored(id=ID.upper()), "is not a UUID", "id"),
    (stored(id="{" + ID + "}"), "is not a UUID", "id"),
    (stored(recorded_at="20170921T093000Z"), "is not a time", "recorded_at"),
    (stored(recorded_at="2017-09-21 09:30:00Z"), "is not a time", "recorded_at"),
    (stored(recorded_at="2017-09-21T09:30Z"), "is not a time", "recorded_at"),
    (stored(recorded_at="2017-W38-4T09:30:00Z"), "is not a time", "recorded_at"),
    (stored(recorded_at="2017-09-21T09:30:00.1234567Z"), "is not a time", "recorded_at"),
    (stored(recorded_at="2017-09-21T09:30:60Z"), "is not a time", "recorded_at"),
    (stored(recorded_at="\uff12017-09-21T09:30:00Z"), "is not a time", "recorded_at"),
    (stored(clock="2017-09-21T09:30:00"), "has no time zone", "clock"),
    (stored(clock=1), "expected text or null", "clock"),
    (stored(salt="0" * 31), "is not 32 hexadecimal digits", "salt"),
    (stored(salt="0" * 33), "is not 32 hexadecimal digits", "salt"),
    (stored(salt="F" * 32), "is not 32 hexadecimal digits", "salt"),
    (stored(salt="0" * 32 + "\n"), "is not 32 hexadecimal digits", "salt"),
    (stored(actor=" "), "field actor: must not be empty", None),
    (stored(idempotency_key="\ud800"), "NUL or lone surrogates", "idempotency_key"),
    (stored(v=...), "the version of the event's form", "v"),
    (stored(v=0), "the version of the event's form", "v"),
    (stored(v=True), "the version of the event's form", "v"),
    (stored(v="1"), "the version of the event's form", "v"),
    (stored(v=1.0), "the version of the event's form", "v"),
    (b"", "not JSON", None),
    (b"\xff\xfe", "not UTF-8", None),
    (b"[]", "expected a JSON object", None),
    (stored()[:-1], "not JSON", None),
    (b'{"a":1,"a":2}', "the key 'a' stands twice", "a"),
    (b'{"data":{"text":"x","text":"y"}}', "the key 'text' stands twice", "data.text"),
    (b'{"a":NaN}', "NaN is not a number", "a"),
    (b'{"a":-Infinity}', "-Infinity is not a number", "a"),
    (stored()[:-1] + b',"effective":Infinity}', "Infinity is not a number", "effective"),
    (stored()[:-2] + b',"more":[{"x":1,"x":2}]}}', "the key 'x' stands twice in one object", "data.more[0].x"),
    (stored()[:-2] + b',"more":[1,NaN]}}', "NaN is not a number", "data.more[1]"),
    (stored()[:-2] + b',"a\\u0000b":1}}', "NUL or lone surrogates", "data"),
    (stored(data={"text": "x" * (1 << 20)}), "an event may take 1048576 at most", None),
    (b'{"a":0.' + b"1" * 1000 + b"}", "more digits than can be read", "a"),
    (b'{"a":' + b"9" * 5000 + b"}", "more digits than can be read", "a"),
    (b'{"a":1e99999999999999999999}', "is not a number of a possible size", "a"),
    (NESTED, "nested too deeply", None),
]


@pytest.mark.parametrize(("state", "told", "field"), REFUSED, ids=range(len(REFUSED)))
def test_stored_bytes_that_are_not_exact_are_refused(state: bytes, told: str, field: str | None) -> None:
    """Damaged, unknown or impossible content raises Undecodable, naming the field and what was expected."""
    with pytest.raises(Undecodable) as error:
        read(state)
    assert told in str(error.value)
    assert error.value.field == field


FIGURE = {"measure": "stops", "value": 5}


@pytest.mark.parametrize(
    ("figure", "told", "field"),
    [
        ({**FIGURE, "value": "5"}, "expected a number or null, got text", "data.figure.value"),
        ({**FIGURE, "value": True}, "expected a number or null, got true or false", "data.figure.value"),
        ({**FIGURE, "value": 10**40}, "more than 30 digits", "data.figure"),
        ({**FIGURE, "basis": "guess"}, "is not known; expected one of count, running total", "data.figure.basis"),
        ({**FIGURE, "period": "2017-13"}, "is no month", "data.figure.period"),
        ({**FIGURE, "period": 2017}, "expected", "data.figure.period"),
        ({**FIGURE, "breakdown": [{"label": "a"}]}, "missing", "data.figure.breakdown[0].value"),
        ({**FIGURE, "breakdown": [{"label": "a", "value": 4}]}, "adds up to 4, not to 5", "data.figure"),
        ({"measure": "stops"}, "missing", "data.figure.value"),
        ([], "expected an object, got a list", "data.figure"),
    ],
)
def test_impossible_figures_are_refused(figure: Any, told: str, field: str) -> None:
    """A figure that is of the wrong type or breaks its own rules is refused when it is read, naming the field."""
    with pytest.raises(Undecodable) as error:
        read(stored(data={"figure": figure}), "campaign.figure-recorded")
    assert told in str(error.value)
    assert error.value.field == field


@pytest.mark.parametrize(
    ("name", "stream", "v", "told"),
    [
        ("campaign.exploded", "campaign/week", 1, "unknown event 'campaign.exploded'"),
        ("os:system", "campaign/week", 1, "unknown event 'os:system'"),
        ("", "campaign/week", 1, "unknown event ''"),
        ("campaign.note-recorded", "campaign/week", 2, "has version 2; this release of oplog knows version 1"),
    ],
)
def test_unknown_events_and_future_versions_are_refused(name: str, stream: str, v: int, told: str) -> None:
    """A name outside the table, or a version of a later release, raises UnknownEvent."""
    with pytest.raises(UnknownEvent, match=told):
        read(stored(v=v), name, stream)


PLACED = [
    (stored(data={"text": "x", "mood": "bad"}), "field data.mood: unknown field"),
    (stored()[:-1] + b',"id":"%s"}' % ID.encode(), "field id: the key 'id' stands twice in one object"),
    (stored(data={"text": "x"})[:-2] + b',"n":NaN}}', "field data.n: NaN is not a number"),
    (stored()[:-1] + b',"effective":-Infinity}', "field effective: -Infinity is not a number"),
    (stored(data={"text": "\ud800"}), "field data.text: text must not hold NUL or lone surrogates"),
    (stored(data={"text": "\x00"}), "field data.text: text must not hold NUL or lone surrogates"),
    (stored(recorded_at="2017-09-21T09:30:00"), "field recorded_at: '2017-09-21T09:30:00' has no time zone"),
    (stored(v=2), "field v: campaign.note-recorded has version 2; this release of oplog knows version 1"),
]


@pytest.mark.parametrize(("state", "told"), PLACED, ids=range(len(PLACED)))
def test_a_stored_read_names_the_place_and_the_field(filed: OpLog, path: Path, state: bytes, told: str) -> None:
    """What is refused in a stored event is told with position, stream, version and field, to readers and auditors."""
    filed.execute("campaign/other", commands.Plan(title="another"))
    filed.execute("campaign/week", commands.Plan(title="week"))
    filed.execute("campaign/week", commands.RecordNote(text="It rained."))
    tamper(path, "DELETE FROM stream_states")
    tamper(path, "UPDATE stored_events SET state=? WHERE position=3", values=(state,))
    for look in (
        lambda: list(filed.events()),
        lambda: list(filed.events(stream="campaign/week")),
        lambda: filed.state("campaign/week"),
        filed.register,
    ):
        with pytest.raises(Undecodable) as error:
            look()
        assert str(error.value).startswith(f"position 3 (campaign/week, version 2): {told}")
    found = [f for f in filed.replay() if told in f.message]
    assert [(f.severity, f.position, f.stream, f.version) for f in found] == [("fault", 3, "campaign/week", 2)]


@pytest.mark.parametrize(
    "written",
    [
        "2017-09-21T09:30:00Z",
        "2017-09-21t09:30:00z",
        "2017-09-21T10:30:00+01:00",
        "2017-09-21T04:30:00-05:00",
        "2017-09-21T09:30:00.000Z",
    ],
)
def test_a_time_is_read_in_every_form_of_rfc_3339(written: str) -> None:
    """Zones are turned into UTC, letters may be small and fractions may be given, and the moment is the same."""
    assert read(stored(recorded_at=written)).recorded_at == datetime(2017, 9, 21, 9, 30, tzinfo=UTC)


def test_an_event_of_another_aggregate_is_refused() -> None:
    """An event does not belong in a stream of another aggregate, nor in something that is no stream."""
    for stream, told in (
        ("pilot/triage", "field event: 'campaign.note-recorded' does not belong in the stream 'pilot/triage'"),
        ("nonsense", "field stream: 'nonsense' is no stream"),
    ):
        with pytest.raises(Undecodable) as error:
            read(stored(), stream=stream)
        assert str(error.value).startswith(told)


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (line(stream=...), "field stream: missing\n"),
        (line(event=...), "field event: missing\n"),
        (line(data=...), "field data: missing\n"),
        (line(stream=5), "field stream: expected text\n"),
        (line(stream="week"), "field stream: 'week' is no stream"),
        (line(event=["campaign.planned"]), 'field event: expected text, got ["campaign.planned"]\n'),
        (line(position=0), "field position: expected a number from 1, got 0"),
        (line(position=True), "field position: expected a number from 1, got true"),
        (line(version="1"), "field version: expected a number from 1, got '1'"),
        (line(id="x"), "field id: 'x' is not a UUID in lower case with dashes"),
        (line(recorded_at="2017-09-21T09:30:00"), "field recorded_at: '2017-09-21T09:30:00' has no time zone"),
        (line(clock="2017-09-21T09:30:00"), "field clock: '2017-09-21T09:30:00' has no time zone"),
        (line(salt="00"), "field salt: '00' is not 32 hexadecimal digits in lower case"),
        (line(effective="soon"), "field effective: 'soon' is not a date"),
        (
            line(mood="bad"),
            "field mood: unknown field; expected one of position, stream, version, event, v, data, ",
        ),
    ],
)
def test_portable_lines_that_are_not_exact_are_refused(bad: bytes, told: str) -> None:
    """A portable line with a missing, wrong or unknown field raises Undecodable naming the field and what is wrong."""
    with pytest.raises(Undecodable) as error:
        from_line(bad)
    assert f"{error.value}\n".startswith(told)


@given(
    name=st.text(max_size=20) | st.sampled_from(["x` - at `$.zzz", "x` - at `$.effective", "x` - at `$.id[0]", "a\nb"])
)
def test_any_name_of_an_unknown_field_is_told_in_one_line(name: str) -> None:
    """Whatever an unknown field is called, the refusal is one readable line."""
    if name in {"text", ""}:
        return
    with pytest.raises(Undecodable) as error:
        read(stored(data={"text": "x", name: 1}))
    assert str(error.value).isprintable()


@given(
    st.binary(max_size=60)
    | st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists).map(
        lambda value: json.dumps(value).encode()
    )
)
def test_any_bytes_are_read_or_refused(state: bytes) -> None:
    """Whatever lies in the database, reading it raises Undecodable and nothing else."""
    with pytest.raises(Undecodable):
        read(state)


@given(st.integers(1, 3000))
def test_nesting_of_any_depth_is_refused(depth: int) -> None:
    """However deep unknown content is nested, reading it ends in Undecodable."""
    with pytest.raises(Undecodable):
        read(b'{"v":1,"data":{"text":' + b"[" * depth + b"]" * depth + b"}}")
