"""Five hundred bad rows, one fault each: every one is refused with its line and its field, and nothing is written.

Sound rows are made from the catalogue, one for each event with every field; a fault is put at one place of one of them.
Which ones are taken is drawn with a fixed seed, each kind of fault at least once.
"""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest
from attrs import frozen

from oplog import BadImport, OpLog, event_catalogue, import_lines
from oplog.store.codec import from_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oplog import FieldEntry

CATALOGUE = event_catalogue()
VALUES = {value.name: value for value in CATALOGUE.values}
SOUND: dict[str, Any] = {
    "text": "words",
    "whole number": 3,
    "number": 3,
    "true or false": True,
    "EDTF date": "2017-06",
    "ISO 8601 duration": "P6M",
    "any value": "words",
}
# Fields that cannot be made up from their type alone.
WRITTEN: dict[str, Any] = {"rrule": "FREQ=WEEKLY", "starts": "17:00", "ends": "03:00", "timezone": "Europe/London"}
WRITTEN |= {
    "salt": "0" * 32,
    "marks": ["0" * 16],
    "breakdown": [{"label": "a", "value": 3}],
    "digest": "0" * 64,
}
OUTER = {
    "position": 7,
    "version": 1,
    "id": "015d6f6a-0000-7000-8000-000000000001",
    "recorded_at": "2017-09-01T09:30:00Z",
    "clock": "2017-09-01T09:29:00Z",
    "salt": "0" * 32,
    "effective": {"edtf": "2017-06", "words": "June"},
    "actor": "desk",
    "source": "Plan 7",
    "marking": "public",
    "causation_id": "cause",
    "correlation_id": "matter",
    "idempotency_key": "key",
}


@frozen
class Row:
    """A bad row: the kind of its fault, the field that must be named, and what it is made from."""

    kind: str
    field: str
    text: str


def sound(field: FieldEntry) -> Any:
    """A sound value of a field."""
    if field.name in WRITTEN:
        return WRITTEN[field.name]
    if field.choices:
        one: Any = field.choices[0]
    elif field.value:
        one = {inner.name: sound(inner) for inner in VALUES[field.value].fields}
    else:
        one = SOUND[field.type]
    return [one] if field.many else one


def rows() -> Iterator[dict[str, Any]]:
    """A sound row of every event, with every field."""
    for event in CATALOGUE.events:
        aggregate = event.name.partition(".")[0]
        data = {field.name: sound(field) for field in event.fields}
        name = "trail" if aggregate == "access" else "made-up"
        yield {"stream": f"{aggregate}/{name}", "event": event.name, "v": event.version, **OUTER, "data": data}


# What JSON of a wrong type looks like, for each type.
WRONG: dict[str, tuple[Any, ...]] = {
    "text": (5, True, [], {}, 1.5),
    "whole number": ("3", 1.5, True, [], 3.0),
    "number": ("3", True, [], {}),
    "true or false": ("yes", 1, 0, []),
    "EDTF date": (2017, True, [], {}),
    "ISO 8601 duration": (6, True, []),
    "choice": (5, True, [], "song"),
    "object": ([], "text", 5),
    "any value": (),
}
# What has the right type and cannot be.
IMPOSSIBLE: dict[str, tuple[Any, ...]] = {
    "text": ("nul \x00", "half \ud800", "half \udfff more"),
    "any value": ("nul \x00", "half \ud800"),
    "EDTF date": ("2017-02-30", "soon", "2017-13", "", "2017-06/2017-05", "../..", {"edtf": "2017"}, "2017-06\x00"),
    "ISO 8601 duration": ("", "P", "six months", "P0D", "PT5S", "P99999Y"),
}


def faults(fields: dict[str, FieldEntry], at: str) -> Iterator[tuple[str, str, str, Any]]:
    """Every fault of the fields of an object: its kind, the field to be named, the key to spoil and the wrong value."""
    for key, entry in fields.items():
        path = f"{at}.{key}"
        if entry.many:
            yield "no list", path, key, "words"
            yield "a list of null", f"{path}[0]", key, [None]
            continue
        for value in WRONG[entry.type]:
            within = ".edtf" if entry.type == "EDTF date" and value == {} else ""
            yield f"a {json.dumps(value)} for {entry.type}", path + within, key, value
        for value in IMPOSSIBLE.get(entry.type, ()):
            within = ".words" if isinstance(value, dict) else ""
            yield f"{json.dumps(value)} for {entry.type}", path + within, key, value
        if not entry.nullable:
            yield "null", path, key, None
        if entry.required:
            yield "missing", path, key, ...
    yield "unknown", f"{at}.mood", "mood", "bad"


def spoiled(row: dict[str, Any], above: tuple[str, ...], key: str, value: Any) -> str:
    """The row with one value, below a path of keys, replaced or taken away."""
    copy = json.loads(json.dumps(row))
    inner = copy
    for name in above:
        inner = inner[name]
    if value is ...:
        del inner[key]
    else:
        inner[key] = value
    return json.dumps(copy)


OUTER_FAULTS: list[tuple[str, Any]] = [
    *(("stream", value) for value in (..., 5, None, "", "Campaign/x", "campaign/", "campaign/a b", "../etc", "song/x")),
    *(("event", value) for value in (..., 5, None, [], "", "campaign.exploded", "os:system")),
    *(("data", value) for value in (..., 5, None, [], "text")),
    *(("v", value) for value in (0, -1, 3, 99, "1", 1.0, True, None)),
    *(("version", value) for value in (0, -1, "1", 1.0, True)),
    *(("position", value) for value in (0, -1, "1", 1.0, True)),
    *(("id", value) for value in (5, "", "7", "015D6F6A-0000-7000-8000-000000000001", "{}", "0" * 32)),
    *(("recorded_at", value) for value in (5, "", "soon", "2017-09-01", "2017-09-01T09:30:00", "2017-02-30T00:00:00Z")),
    *(("clock", value) for value in (5, "", "soon", "2017-09-01T09:30:00", "2017-09-01T25:00:00Z")),
    *(("salt", value) for value in (5, "", "0" * 31, "0" * 33, "F" * 32, "x" * 32)),
    *(("effective", value) for value in (5, "", "soon", "2017-02-30", [])),
    *(
        (key, value)
        for key in ("actor", "source", "marking", "causation_id", "correlation_id", "idempotency_key")
        for value in (5, [], {}, "", " ", "nul \x00", "half \ud800")
    ),
    *((key, "bad") for key in ("mood", "", "Stream", "datas")),
]


def bad_rows() -> Iterator[Row]:
    """Every bad row."""
    for row in rows():
        entry = next(e for e in CATALOGUE.events if e.name == row["event"])
        fields = {field.name: field for field in entry.fields}
        for kind, field, key, value in faults(fields, "data"):
            yield Row(kind, field, spoiled(row, ("data",), key, value))
        for outer in entry.fields:
            yield Row("twice", f"data.{outer.name}", json.dumps(row)[:-2] + f', "{outer.name}": 1}}}}')
            for number in ("NaN", "Infinity", "-Infinity", "9" * 5000, "1e99999999999999999999"):
                text = spoiled(row, ("data",), outer.name, "HERE").replace('"HERE"', number)
                yield Row(number[:9], f"data.{outer.name}", text)
            if outer.value and not outer.many:
                within = {field.name: field for field in VALUES[outer.value].fields}
                for kind, field, key, value in faults(within, f"data.{outer.name}"):
                    yield Row(f"{kind} within", field, spoiled(row, ("data", outer.name), key, value))
        for key, value in OUTER_FAULTS:
            kind = "missing" if value is ... else json.dumps(value)
            yield Row(f"{key}: {kind}", key or "''", spoiled(row, (), key, value))
        yield Row("a key twice", "actor", json.dumps(row)[:-1] + ', "actor": "desk"}')


def chosen(number: int) -> list[Row]:
    """So many of them, each kind at least once."""
    draw = random.Random(2017)  # noqa: S311 - a choice that is the same every time
    every = list(bad_rows())
    draw.shuffle(every)
    first = list({row.kind: row for row in every}.values())
    chosen = {row.text: row for row in first}
    rest = (row for row in every if row.text not in chosen)
    while len(chosen) < number:
        row = next(rest)
        chosen[row.text] = row
    return list(chosen.values())


ROWS = chosen(500)


def test_there_are_five_hundred_rows_of_many_kinds() -> None:
    """The table gives as many different rows as are promised, and every kind is among them."""
    assert len({row.text for row in ROWS}) == 500
    assert len({row.kind for row in ROWS}) > 150


@pytest.mark.parametrize("row", list(rows()), ids=lambda row: row["event"])
def test_the_rows_are_sound_before_they_are_spoiled(row: dict[str, Any]) -> None:
    """Each row that the bad ones are made from is read; so it is the fault alone that they are refused for."""
    assert from_line(json.dumps(row))[0].stream == row["stream"]


@pytest.mark.parametrize("number", range(500))
def test_a_bad_row_is_refused_with_its_line_and_field(log: OpLog, number: int) -> None:
    """Among sound rows, a bad one gives one problem with the line and the field, and nothing at all is written."""
    row = ROWS[number]
    before = [
        f'{{"stream":"campaign/sound-{n}","event":"campaign.planned","data":{{"title":"sound"}}}}'.encode()
        for n in range(1 + number % 4)
    ]
    line = len(before) + 1
    lines = [*before, row.text.encode(), b'{"stream":"pilot/sound","event":"pilot.planned","data":{"title":"sound"}}']
    with pytest.raises(BadImport) as error:
        import_lines(log, lines, name="rows.jsonl")
    (problem,) = error.value.problems
    assert problem.startswith(f"rows.jsonl:{line}: field {row.field}: "), row
    assert problem.isprintable()
    assert (log.head(), log.stored_states()) == (0, [])
