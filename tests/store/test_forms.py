"""Older forms and former names of events: read as they are now, or refused; and tables with gaps, refused when made."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from attrs import field, frozen
from hypothesis import given
from hypothesis import strategies as st

import oplog
from oplog import DECIDERS, InvalidValue, Undecodable, UnknownEvent, When
from oplog.errors import BadForms
from oplog.store.codec import decode_state, from_line
from oplog.store.forms import FORMS, Forms
from oplog.store.upcasters import Upcaster
from oplog.testing import instances

# A small family: an event whose field was renamed, then split in two, and which was called otherwise twice before.


@frozen(kw_only=True)
class Leaflets1:
    """As it was first: how many, and where and when in one text."""

    number: int
    given_out: str


@frozen(kw_only=True)
class Leaflets2:
    """`number` became `count`."""

    count: int
    given_out: str


def _positive(_instance: object, _attribute: object, value: int) -> None:
    if value < 1:
        raise InvalidValue(f"count is {value}; expected 1 or more")


@frozen(kw_only=True)
class Leaflets3:
    """`given_out` became `place` and `when`."""

    count: int = field(validator=_positive)
    place: str
    when: When | None = None


@frozen(kw_only=True)
class Note:
    """An event that never changed."""

    text: str


def renamed(data: dict[str, Any]) -> dict[str, Any]:
    return {"count": data["number"], "given_out": data["given_out"]}


def split(data: dict[str, Any]) -> dict[str, Any]:
    place, _, when = data["given_out"].partition(", ")
    return {"count": data["count"], "place": place, **({"when": when} if when else {})}


NAME = "campaign.leaflets-given-out"
CURRENT: dict[str, tuple[type, int]] = {NAME: (Leaflets3, 3), "campaign.note-recorded": (Note, 1)}
UPCASTERS = {(NAME, 1): Upcaster(Leaflets1, renamed), (NAME, 2): Upcaster(Leaflets2, split)}
ALIASES = {"campaign.flyers-handed-out": "campaign.flyers-given-out", "campaign.flyers-given-out": NAME}
FAMILY = Forms(CURRENT, UPCASTERS, ALIASES)
ID = "015d6f6a-0000-7000-8000-000000000001"


def stored(v: Any, data: Any) -> bytes:
    return json.dumps({"v": v, "id": ID, "recorded_at": "2017-09-21T09:30:00Z", "data": data}).encode()


def read(name: str, v: Any, data: Any) -> Any:
    return decode_state(position=1, stream="campaign/week", version=1, name=name, state=stored(v, data), forms=FAMILY)


OLD: list[tuple[str, int, dict[str, Any]]] = [
    ("campaign.flyers-handed-out", 1, {"number": 40, "given_out": "Guildhall, 2017-06"}),
    ("campaign.flyers-given-out", 2, {"count": 40, "given_out": "Guildhall, 2017-06"}),
    (NAME, 1, {"number": 40, "given_out": "Guildhall, 2017-06"}),
    (NAME, 2, {"count": 40, "given_out": "Guildhall, 2017-06"}),
    (NAME, 3, {"count": 40, "place": "Guildhall", "when": "2017-06"}),
]


@pytest.mark.parametrize(("name", "v", "data"), OLD)
def test_every_older_form_and_name_gives_the_event_of_today(name: str, v: int, data: dict[str, Any]) -> None:
    """Whatever version and name it was stored under, an event is read in its present form under its present name."""
    recorded = read(name, v, data)
    assert recorded.event == Leaflets3(count=40, place="Guildhall", when=When("2017-06"))
    assert (recorded.name, recorded.schema) == (NAME, 3)


@pytest.mark.parametrize(("name", "v", "data"), OLD)
def test_a_portable_line_of_an_older_form_is_read_too(name: str, v: int, data: dict[str, Any]) -> None:
    """An import meets older forms and former names as a stored read does."""
    line = json.dumps({"stream": "campaign/week", "event": name, "v": v, "data": data})
    assert from_line(line, FAMILY)[0].event == Leaflets3(count=40, place="Guildhall", when=When("2017-06"))


@given(old=instances(Leaflets1))
def test_any_content_of_the_oldest_form_is_read_or_refused(old: Leaflets1) -> None:
    """The steps are taken for any content; what the present class cannot hold is refused by field, not broken upon."""
    data = {"number": old.number, "given_out": old.given_out}
    if old.number < 1 or ", " in old.given_out:  # no text of the strategies is a date
        with pytest.raises(Undecodable, match=r"^field data(\.when)?: "):
            read(NAME, 1, data)
    else:
        assert read(NAME, 1, data).event == Leaflets3(count=old.number, place=old.given_out)


@given(data=st.dictionaries(st.text(max_size=3), st.integers() | st.text()), v=st.integers(1, 3))
def test_what_is_no_older_form_never_reaches_a_step(data: dict[str, Any], v: int) -> None:
    """Steps are given only what is exactly of their form, so that they need not check it themselves."""
    with pytest.raises(Undecodable):
        read(NAME, v, data)


REFUSED = [
    (NAME, 1, {"given_out": "Guildhall"}, "field data.number: missing"),
    (NAME, 1, {"number": "40", "given_out": "Guildhall"}, "field data.number: expected a whole number, got text"),
    (NAME, 1, {"number": 40, "given_out": "G", "place": "Guildhall"}, "field data.place: unknown field"),
    (NAME, 1, {"count": 40, "given_out": "Guildhall"}, "field data.count: unknown field; expected one of number"),
    (NAME, 2, {"count": 0, "given_out": "Guildhall"}, "field data: count is 0; expected 1 or more"),
    (NAME, 2, {"count": 1, "given_out": "Guildhall, soon"}, "field data.when: 'soon' is not a date"),
    (NAME, 1, [], "field data: expected the event's fields"),
]


@pytest.mark.parametrize(("name", "v", "data", "told"), REFUSED)
def test_an_older_form_is_read_as_strictly_as_the_present_one(name: str, v: int, data: Any, told: str) -> None:
    """A field of another version, a missing one or a wrong type is refused under an older version too."""
    with pytest.raises(Undecodable) as error:
        read(name, v, data)
    assert str(error.value).startswith(told)


@pytest.mark.parametrize(
    ("name", "v", "told"),
    [
        (NAME, 4, f"field v: {NAME} has version 4; this release of oplog knows versions 1 to 3"),
        ("campaign.flyers-given-out", 9, f"field v: {NAME} has version 9"),
        ("campaign.note-recorded", 2, "has version 2; this release of oplog knows version 1"),
        ("campaign.exploded", 1, "field event: unknown event 'campaign.exploded'"),
        ("campaign.planned", 1, "field event: unknown event 'campaign.planned'"),
    ],
)
def test_versions_and_names_outside_the_tables_are_unknown(name: str, v: int, told: str) -> None:
    """A version of a later release and a name that was never one raise UnknownEvent, naming the field."""
    with pytest.raises(UnknownEvent) as error:
        read(name, v, {})
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("v", "told"), [(0, "0"), (-1, "-1"), (True, "true"), (1.0, "1.0"), ("1", "'1'"), (None, "null")]
)
def test_a_version_that_is_no_number_is_refused(v: Any, told: str) -> None:
    """Only a whole number from 1 is a version; what was given in its place is told."""
    with pytest.raises(Undecodable) as error:
        read(NAME, v, {})
    assert str(error.value) == f"field v: expected the version of the event's form, a number from 1, got {told}"


def test_the_stored_bytes_stay_as_they_are() -> None:
    """Reading an older form changes nothing of what was given to it: the steps work on data of their own."""
    state = stored(1, {"number": 40, "given_out": "Guildhall"})
    before = bytes(state)
    for _ in range(2):
        decode_state(position=1, stream="campaign/week", version=1, name=NAME, state=state, forms=FAMILY)
    assert state == before


STEP = Upcaster(Note, dict)
GAPS: list[tuple[dict[str, Any], str]] = [
    (
        {"upcasters": {}},
        f"{NAME}: there is no upcaster from version 1 to 2; {NAME}: there is no upcaster from version 2",
    ),
    ({"upcasters": {(NAME, 2): UPCASTERS[NAME, 2]}}, f"{NAME}: there is no upcaster from version 1 to 2"),
    ({"upcasters": {**UPCASTERS, (NAME, 3): STEP}}, f"{NAME}: there is an upcaster from version 3, but the current"),
    ({"upcasters": {**UPCASTERS, (NAME, 0): STEP}}, f"{NAME}: there is an upcaster from version 0, but the current"),
    (
        {"upcasters": {**UPCASTERS, ("campaign.no", 1): STEP}},
        "campaign.no: there is an upcaster from version 1, but no",
    ),
    (
        {"upcasters": {**UPCASTERS, ("campaign.flyers-given-out", 1): STEP}},
        "campaign.flyers-given-out: there is an upcaster from version 1, but no event of this name",
    ),
    ({"upcasters": {**UPCASTERS, (NAME, 1): Upcaster(dict, dict)}}, f"{NAME}: the form of version 1 is no attrs class"),
    ({"current": {**CURRENT, NAME: (Leaflets3, 4)}}, f"{NAME}: there is no upcaster from version 3 to 4"),
    ({"current": {**CURRENT, "campaign.note-recorded": (Note, 0)}}, "campaign.note-recorded: its version is 0"),
    (
        {"current": {**CURRENT, "campaign.noted": (Note, 1)}},
        "campaign.noted: its class is that of campaign.note-recorded",
    ),
    (
        {"aliases": {"campaign.note-recorded": NAME}},
        "campaign.note-recorded: it is the name of an event, and cannot be the former name of another",
    ),
    (
        {"aliases": {"campaign.old": "campaign.none"}},
        "campaign.old: its alias leads to campaign.none, which is no event",
    ),
    ({"aliases": {"campaign.a": "campaign.b", "campaign.b": "campaign.a"}}, "campaign.a: its aliases lead in a circle"),
    ({"aliases": {"campaign.a": "campaign.a"}}, "campaign.a: its aliases lead in a circle"),
    (
        {"aliases": {"campaign.old": "campaign.a", "campaign.a": "campaign.b", "campaign.b": "campaign.a"}},
        "campaign.old: its aliases lead in a circle",
    ),
    ({"aliases": {"pilot.old": NAME}}, f"pilot.old: its alias leads to {NAME}, an event of another aggregate"),
]


@pytest.mark.parametrize(("change", "told"), GAPS, ids=range(len(GAPS)))
def test_tables_with_a_gap_are_refused(change: dict[str, Any], told: str) -> None:
    """A step that is missing or leads nowhere, and an alias that hides a name or ends nowhere, are told when made."""
    with pytest.raises(BadForms) as error:
        Forms(**{"current": CURRENT, "upcasters": UPCASTERS, "aliases": ALIASES, **change})
    assert told in str(error.value)


def test_all_gaps_are_told_at_once() -> None:
    """A table with several gaps gives all of them, not the first alone."""
    with pytest.raises(BadForms) as error:
        Forms(CURRENT, {("campaign.no", 1): STEP}, {"campaign.old": "campaign.none"})
    assert len(error.value.problems) == 4


def test_the_gaps_after_the_worst_are_told_too() -> None:
    """An event without a possible version does not hide what is wrong with the events after it."""
    with pytest.raises(BadForms) as error:
        Forms({"campaign.note-recorded": (Note, 0), NAME: (Leaflets3, 2)})
    assert error.value.problems == (
        "campaign.note-recorded: its version is 0; expected a number from 1",
        f"{NAME}: there is no upcaster from version 1 to 2",
    )


def test_a_table_without_a_gap_is_accepted() -> None:
    """The family that the tables above are spoilt from is sound, and gives each class its name and version."""
    sound = Forms(CURRENT, UPCASTERS, ALIASES)
    assert sound.name_of("campaign", Leaflets3) == (NAME, 3)
    with pytest.raises(UnknownEvent) as error:
        sound.name_of("pilot", Leaflets3)
    assert str(error.value) == "Leaflets3 is no event of 'pilot'"


def test_an_event_belongs_to_what_stands_before_the_first_dot_of_its_name() -> None:
    """A name may hold more dots; its aggregate is the first part, and it belongs in the streams of that."""
    dotted = Forms({"campaign.leaflets.counted": (Note, 1)}, {}, {"campaign.leaflets": "campaign.leaflets.counted"})
    assert dotted.name_of("campaign", Note) == ("campaign.leaflets.counted", 1)
    line = json.dumps({"stream": "campaign/week", "event": "campaign.leaflets.counted", "data": {"text": "forty"}})
    assert from_line(line, dotted)[0].event == Note(text="forty")


def test_the_same_class_may_serve_several_aggregates() -> None:
    """A shared event has one class and a name in each aggregate; that is no fault."""
    both = Forms({"campaign.note-recorded": (Note, 1), "pilot.note-recorded": (Note, 1)})
    assert both.name_of("pilot", Note) == ("pilot.note-recorded", 1)


@pytest.mark.parametrize(("table", "told"), [("ALIASES", "campaign.planned: it is the name of an event"), (None, "")])
def test_the_package_does_not_load_with_a_gap(tmp_path: Path, table: str | None, told: str) -> None:
    """The tables of oplog itself are checked on import: with a gap in them, no log can be opened."""
    copy = tmp_path / "oplog"
    shutil.copytree(Path(oplog.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
    if table:
        with (copy / "store" / "upcasters.py").open("a") as tables:
            tables.write(f"{table} = {{'campaign.planned': 'campaign.cancelled'}}\n")
    done = subprocess.run(
        [sys.executable, "-c", "from oplog import OpLog"], env={"PYTHONPATH": str(tmp_path)}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert told in done.stderr
    assert (done.returncode == 0) is (table is None), done.stderr


def test_every_event_of_every_aggregate_has_a_form() -> None:
    """The table of oplog has each event once, under its aggregate's name."""
    assert set(FORMS.current) == {f"{a}.{name}" for a, decider in DECIDERS.items() for name in decider.events}


def test_versions_and_former_names_are_told() -> None:
    """The family tells of each event in which versions it can be read, and what it was called before."""
    assert FAMILY.versions(NAME) == {1: Leaflets1, 2: Leaflets2, 3: Leaflets3}
    assert FAMILY.former_names(NAME) == ("campaign.flyers-given-out", "campaign.flyers-handed-out")
    assert FAMILY.former_names("campaign.note-recorded") == ()
