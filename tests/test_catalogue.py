"""The catalogue of events: it leaves nothing out, says what is taken, and takes back nothing that was released."""

from __future__ import annotations

import json
import runpy
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import attrs
import pytest
from attrs import frozen

from oplog import DECIDERS, FIELDS, Basis, FieldEntry, Term, When, broken_promises, event_catalogue
from oplog.store.forms import Forms
from oplog.store.upcasters import Upcaster

if TYPE_CHECKING:
    from collections.abc import Callable

GENERATE = runpy.run_path(str(Path(__file__).parent.parent / "docs" / "generate.py"))
SNAPSHOT = Path(__file__).parent / "golden" / "catalog.json"


@frozen(kw_only=True)
class Site:
    """Where."""

    name: str
    level: Literal["street", "roof"] = "street"


@frozen(kw_only=True)
class Raised1:
    """It was put up."""

    where: str


@frozen(kw_only=True)
class Raised:
    """A flag was put up."""

    site: Site
    spare: tuple[Site, ...] = ()
    when: When | None = None
    stays: Term | None = None
    height: int | None
    basis: Basis = Basis.COUNT
    lit: bool = False


FAMILY = Forms(
    {"campaign.flag-raised": (Raised, 2)},
    {("campaign.flag-raised", 1): Upcaster(Raised1, lambda data: {"site": {"name": data["where"]}, "height": None})},
    {"campaign.flag-hoisted": "campaign.flag-raised"},
)


def test_every_event_is_in_the_catalogue() -> None:
    """Each event of each aggregate is there with its version, its meaning and an explanation of each of its fields."""
    entries = {entry.name: entry for entry in event_catalogue().events}
    assert set(entries) == {f"{a}.{name}" for a, decider in DECIDERS.items() for name in decider.events}
    for aggregate, decider in DECIDERS.items():
        for name, (cls, version) in decider.events.items():
            entry = entries[f"{aggregate}.{name}"]
            assert (entry.version, entry.meaning) == (version, cls.__doc__)
            assert [(f.name, f.meaning) for f in entry.fields] == [(f.name, FIELDS[f.name]) for f in attrs.fields(cls)]


def test_every_object_within_an_event_is_described() -> None:
    """An object that a field takes, in whatever version, is among the values, and so are those within it."""
    found = event_catalogue()
    fields = [f for event in found.events for version in event.versions.values() for f in version]
    fields += [f for value in found.values for f in value.fields]
    assert {f.value for f in fields if f.value} == {value.name for value in found.values}
    assert all(value.meaning for value in found.values)


def test_types_are_told_in_the_words_of_json() -> None:
    """Each type of Python has one word, and what may be left out has its default."""
    (entry,) = event_catalogue(FAMILY).events
    told = {f.name: (f.takes, "required" if f.required else f.default) for f in entry.fields}
    assert told == {
        "site": ("site", "required"),
        "spare": ("list of site", []),
        "when": ("EDTF date", None),
        "stays": ("ISO 8601 duration", None),
        "height": ("whole number or null", "required"),
        "basis": ("one of count, running total, rolling year, level", "count"),
        "lit": ("true or false", False),
    }


def test_older_versions_and_former_names_are_told() -> None:
    """An event has the fields of every version that can be read, and the names that it had."""
    (entry,) = event_catalogue(FAMILY).events
    assert (entry.version, entry.formerly) == (2, ("campaign.flag-hoisted",))
    assert {version: [f.name for f in fields] for version, fields in entry.versions.items()}[1] == ["where"]
    assert entry.fields == entry.versions[2]


# Compatibility

FORMS = json.loads(json.dumps(event_catalogue(FAMILY).forms()))
NAME = "campaign.flag-raised"


def changed(change: Callable[[dict[str, Any]], object]) -> tuple[str, ...]:
    """What a change of the forms, made in place, takes back."""
    now = deepcopy(FORMS)
    change(now)
    return broken_promises(FORMS, now)


def form(forms: dict[str, Any], version: str = "2") -> dict[str, Any]:
    fields: dict[str, Any] = forms["events"][NAME]["versions"][version]
    return fields


def renamed(forms: dict[str, Any], formerly: list[str]) -> None:
    forms["events"]["campaign.flag-shown"] = {**forms["events"].pop(NAME), "formerly": formerly}


BROKEN: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (lambda f: form(f).pop("when"), "of version 2: the field when is gone"),
    (lambda f: form(f).update(colour={"type": "text", "default": None}), "of version 2: the field colour is new"),
    (lambda f: form(f).update(colour={"type": "text", "required": True}), "of version 2: the field colour is new"),
    (lambda f: form(f)["height"].update(type="text"), '\'type\' of the field height was "whole number" and is "text"'),
    (lambda f: form(f)["when"].update(required=True), "'required' of the field when was null and is true"),
    (lambda f: form(f)["site"].pop("required"), "'required' of the field site was true and is null"),
    (lambda f: form(f)["height"].pop("nullable"), "'nullable' of the field height was true and is null"),
    (lambda f: form(f)["spare"].pop("many"), "'many' of the field spare was true and is null"),
    (lambda f: form(f)["lit"].update(default=True), "'default' of the field lit was false and is true"),
    (lambda f: form(f)["basis"]["choices"].remove("level"), "the field basis no longer takes level"),
    (lambda f: f["values"]["site"].pop("level"), "of version 2: the field site.level is gone"),
    (lambda f: f["values"]["site"]["level"]["choices"].remove("roof"), "the field site.level no longer takes roof"),
    (lambda f: f["values"]["site"].update(post={"type": "text"}), "the field spare.post is new"),
    (lambda f: f["events"][NAME]["versions"].pop("1"), f"{NAME} of version 1 can no longer be read"),
    (lambda f: form(f, "1").update(why={"type": "text"}), "of version 1: the field why is new"),
    (lambda f: f["events"].pop(NAME), f"{NAME} is gone; an event that was renamed needs an alias"),
    (lambda f: renamed(f, []), f"{NAME} is gone; an event that was renamed needs an alias"),
    (lambda f: renamed(f, [NAME]), "campaign.flag-hoisted is gone"),
    (lambda f: f["events"][NAME].pop("formerly"), "campaign.flag-hoisted is gone"),
    (
        lambda f: f["events"].update(
            {"campaign.other": {"versions": {}, "formerly": f["events"][NAME].pop("formerly")}}
        ),
        f"campaign.flag-hoisted no longer leads to the event {NAME}",
    ),
]


@pytest.mark.parametrize(("change", "told"), BROKEN, ids=range(len(BROKEN)))
def test_a_form_that_was_released_may_not_change(change: Callable[[dict[str, Any]], object], told: str) -> None:
    """A field that goes, comes or changes under the same version, and an event that disappears, are told."""
    problems = changed(change)
    assert any(told in problem for problem in problems), problems


ALLOWED: list[Callable[[dict[str, Any]], object]] = [
    lambda f: None,
    lambda f: f["events"].update({"campaign.new": {"versions": {"1": {"text": {"type": "text", "required": True}}}}}),
    lambda f: f["events"][NAME]["versions"].update({"3": {"text": {"type": "text", "required": True}}}),
    lambda f: form(f)["basis"]["choices"].append("guess"),
    lambda f: renamed(f, [NAME, "campaign.flag-hoisted"]),
    lambda f: f["values"].update(site2=f["values"].pop("site")) or _point(f, "site2"),
]


def _point(forms: dict[str, Any], value: str) -> None:
    for name in ("site", "spare"):
        form(forms)[name]["value"] = value


@pytest.mark.parametrize("change", ALLOWED, ids=range(len(ALLOWED)))
def test_what_leaves_old_events_readable_is_allowed(change: Callable[[dict[str, Any]], object]) -> None:
    """New events, versions and words, a rename with an alias, and another name of a class of Python break nothing."""
    assert changed(change) == ()


def test_the_released_forms_are_kept() -> None:
    """No event, version or field that was released has changed; if this fails, read docs/how-to/change-an-event.md."""
    assert broken_promises(json.loads(SNAPSHOT.read_text()), event_catalogue().forms()) == ()


def test_the_list_of_forms_is_up_to_date() -> None:
    """The list has the forms of today, so that the next change of them is seen; 'make docs' writes it anew."""
    assert SNAPSHOT.read_text() == GENERATE["forms"](), "run 'make docs'"
    assert json.loads(GENERATE["forms"]()) == json.loads(json.dumps(event_catalogue().forms()))


def test_the_command_writes_nothing_when_a_promise_is_broken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A list that has what the code no longer has stays as it is, and so do the pages; what is gone is told."""
    listed = json.loads(SNAPSHOT.read_text())
    listed["events"]["campaign.planned"]["versions"]["1"].pop("title")
    listed["events"]["campaign.sung"] = {"versions": {"1": {}}}
    before = tmp_path / "catalog.json"
    before.write_text(json.dumps(listed))
    pages = tmp_path / "reference"
    pages.mkdir()
    main = GENERATE["main"]
    with pytest.raises(SystemExit) as ended:
        main(before, pages)
    assert "campaign.planned of version 1: the field title is new" in str(ended.value)
    assert "campaign.sung is gone" in str(ended.value)
    assert json.loads(before.read_text()) == listed
    assert list(pages.iterdir()) == []
    before.write_text(SNAPSHOT.read_text())
    main(before, pages)
    assert before.read_text() == SNAPSHOT.read_text()
    assert {page.name for page in pages.iterdir()} == set(GENERATE["PAGES"])


def test_a_field_says_what_it_takes() -> None:
    """A field is told in the fewest words that say it."""
    assert FieldEntry(name="x", type="text").takes == "text"
    assert FieldEntry(name="x", type="object", value="part", many=True).takes == "list of part"
    assert FieldEntry(name="x", type="number", required=True, nullable=True).takes == "number or null"
