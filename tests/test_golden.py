"""What every release wrote is still read: to the same events, the same states, the same report and the same bytes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import attrs
import pytest
from attrs import frozen

from golden_logs import EXPECTED, FORMATS, replayed
from oplog import PROJECTIONS, Recorded, Undecodable, UnknownEvent, events, export_lines, render
from oplog.narrative.plan import narrate
from oplog.store.codec import decode_state, encode_state, from_line, to_line
from oplog.store.forms import FORMS, Forms
from oplog.store.upcasters import Upcaster

GOLDEN = Path(__file__).parent / "golden"

SALT = re.compile(rb'"salt":"[0-9a-f]{32}",')


def name(path: Path) -> str:
    return path.name


def stored(folder: Path) -> list[Recorded]:
    """The stored events of a release, decoded."""
    rows = [line.split("\t") for line in (folder / "stored.tsv").read_text("utf-8").splitlines()]
    return [
        decode_state(position=n, stream=stream, version=int(version), name=event, state=state.encode())
        for n, (stream, version, event, state) in enumerate(rows, 1)
    ]


def of_today(line: bytes, forms: Forms = FORMS) -> bytes:
    """A line of an export as this release writes it: left as it is where the event still has its name and form."""
    was = json.loads(line)
    now = forms.present_name(was["event"])
    if was["v"] == forms.current[now][1]:
        return line.replace(b'"event":"%b"' % was["event"].encode(), b'"event":"%b"' % now.encode(), 1)
    pending, version = from_line(line, forms)
    place = {"position": was["position"], "version": version, "name": now, "schema": forms.current[now][1]}
    return to_line(Recorded(**place, **attrs.asdict(pending, recurse=False))) + b"\n"


@pytest.mark.parametrize("expected", EXPECTED)
@pytest.mark.parametrize("folder", FORMATS, ids=name)
def test_a_golden_log_is_replayed_to_what_it_was(folder: Path, expected: str) -> None:
    """The export of each release gives the states and the report that are kept beside it."""
    with replayed(folder) as log:
        assert EXPECTED[expected](log) == (folder / expected).read_text("utf-8"), "see tests/golden_logs.py"


@pytest.mark.parametrize("folder", FORMATS, ids=name)
def test_a_golden_log_is_sound(folder: Path) -> None:
    """Replaying what a release recorded finds no fault in it."""
    with replayed(folder) as log:
        assert [finding for finding in log.replay() if finding.severity == "fault"] == []


@pytest.mark.parametrize("folder", FORMATS, ids=name)
def test_a_golden_log_has_every_event_of_its_release(folder: Path) -> None:
    """No event is missing from what is replayed, so that each form that was ever released is read at least once."""
    events = {"0.1.0": 113, "0.2.0": 116}
    assert len({recorded.name for recorded in stored(folder)}) == events[folder.name]


@pytest.mark.parametrize("folder", FORMATS, ids=name)
def test_stored_bytes_are_read_and_written_the_same(folder: Path) -> None:
    """A stored state is decoded to the event of its export; one in today's form is encoded to its own bytes again."""
    states = [line.split("\t")[3].encode() for line in (folder / "stored.tsv").read_text("utf-8").splitlines()]
    events = stored(folder)
    same_form = [
        (encode_state(recorded), state)
        for recorded, state in zip(events, states, strict=True)
        if recorded.schema == json.loads(state)["v"]
    ]
    assert [written for written, _ in same_form] == [state for _, state in same_form] != []
    with replayed(folder) as log:
        imported = list(log.events())
    assert [(r.position, r.name, r.event, r.id, r.recorded_at, r.clock) for r in imported] == [
        (r.position, r.name, r.event, r.id, r.recorded_at, r.clock) for r in events
    ]


@pytest.mark.parametrize("folder", FORMATS, ids=name)
def test_a_golden_log_is_exported_as_it_was(folder: Path) -> None:
    """Imported and exported again, a log is the same to the byte, under the names and in the forms of today.

    An old log had no salt, so that the one that it got is left out.
    """
    lines = [of_today(line) for line in (folder / "log.jsonl").read_bytes().splitlines(keepends=True)[1:]]
    with replayed(folder) as log:
        exported = list(export_lines(log))[1:]
    if not SALT.search(lines[0]):
        assert all(SALT.search(line) for line in exported)
        exported = [SALT.sub(b"", line) for line in exported]
    assert exported == lines


@pytest.mark.parametrize("folder", FORMATS, ids=name)
def test_a_damaged_golden_log_is_not_taken_for_whole(folder: Path) -> None:
    """Each stored state, cut short by one byte or with another field, is refused: the checks above can fail."""
    for line in (folder / "stored.tsv").read_text("utf-8").splitlines():
        stream, version, event, state = line.split("\t")
        for spoiled in (state[:-1], state.replace('"id":', '"ID":')):
            with pytest.raises(Undecodable):
                decode_state(position=1, stream=stream, version=int(version), name=event, state=spoiled.encode())


def test_each_form_of_the_envelope_is_kept() -> None:
    """0.1.0 had neither salt nor clock; the form after it has a salt in each event, and a clock where it went back."""
    by_release = {folder.name: stored(folder) for folder in FORMATS}
    assert all(r.salt is None and r.clock is None for r in by_release["0.1.0"])
    assert all(r.salt for r in by_release["0.2.0"])
    assert {r.clock < r.recorded_at for r in by_release["0.2.0"] if r.clock} == {True}


# Older forms: there are none yet, so a family of its own shows that a log in them is told as the same log is today.


@frozen(kw_only=True)
class Stalls1:
    """The first form: how many, and where and for whom in one text."""

    number: int
    where: str


@frozen(kw_only=True)
class Stalls2:
    """The second form: `number` became `count`."""

    count: int
    where: str


def counted(data: dict[str, Any]) -> dict[str, Any]:
    return {"count": data["number"], "where": data["where"]}


def split(data: dict[str, Any]) -> dict[str, Any]:
    place, _, audience = data["where"].partition(", ")
    return {"count": data["count"], "place": place, "audience": audience}


HELD = "campaign.occurrence-held"
STEPS = {**FORMS.upcasters, (HELD, 1): Upcaster(Stalls1, counted), (HELD, 2): Upcaster(Stalls2, split)}
RENAMED = {
    **FORMS.aliases,
    "campaign.stall-held": "campaign.stalls-held",
    "campaign.stalls-held": HELD,
    "campaign.remark-made": "campaign.note-recorded",
}
FAMILY = Forms({**FORMS.current, HELD: (events.OccurrenceHeld, 3)}, STEPS, RENAMED)


def read_with(forms: Forms, file: str) -> list[Recorded]:
    """The events of a log of older forms, as a store gives them: each line is cut into its place and its state."""
    read = []
    for line in (GOLDEN / "older-forms" / file).read_bytes().splitlines():
        state = json.loads(line)
        place = {key: state.pop(key) for key in ("position", "stream", "version", "event")}
        place["name"] = place.pop("event")
        read.append(decode_state(**place, state=json.dumps(state).encode(), forms=forms))
    return read


def test_a_log_of_older_forms_is_told_as_it_is_today() -> None:
    """A log of renamed events in three versions gives the events, register and report of the same log of today."""
    old, new = read_with(FAMILY, "as-stored.jsonl"), read_with(FORMS, "as-of-today.jsonl")
    assert [(r.name, r.event) for r in old] == [(r.name, r.event) for r in new]
    assert {r.schema for r in old if r.name == HELD} == {3}
    register = next(projection for projection in PROJECTIONS if projection.name == "register")
    assert register.view(old) == register.view(new)
    assert render(narrate(tuple(old))) == render(narrate(tuple(new)))


def test_a_line_of_an_older_form_is_written_as_today() -> None:
    """Under a former name the line gets the present one, in a former form the present form; else it stays as it is."""
    lines = [(FORMATS[-1] / "log.jsonl").read_bytes().splitlines(keepends=True)[n] for n in range(1, 4)]
    assert [of_today(line) for line in lines] == lines
    renamed = Forms(FORMS.current, FORMS.upcasters, {**FORMS.aliases, "operation.put-forward": "operation.planned"})
    formerly = lines[0].replace(b'"operation.planned"', b'"operation.put-forward"')
    assert of_today(formerly, renamed) == lines[0] != formerly
    held = next(line for line in (FORMATS[-1] / "log.jsonl").read_bytes().splitlines(True) if HELD.encode() in line)
    where = json.loads(held)["data"]
    older = json.loads(held) | {
        "event": "campaign.stall-held",
        "data": {"number": where["count"], "where": f"{where['place']}, {where['audience']}"},
    }
    brought = json.loads(of_today(json.dumps(older).encode(), FAMILY))
    kept = {key: where[key] for key in ("count", "place", "audience")}
    assert brought == json.loads(held) | {"v": 3, "data": kept}


def test_a_log_of_older_forms_is_unknown_without_its_tables() -> None:
    """Where no step and no alias leads, the old names and forms are refused, never guessed at."""
    with pytest.raises(UnknownEvent, match=r"unknown event 'campaign\.stall-held'"):
        read_with(FORMS, "as-stored.jsonl")
    with pytest.raises(UnknownEvent, match=r"unknown event 'campaign\.remark-made'"):
        read_with(Forms(FAMILY.current, STEPS, {k: v for k, v in RENAMED.items() if "stall" in k}), "as-stored.jsonl")
