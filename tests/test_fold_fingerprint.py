"""A stored view is used only by the very code that made it: what a fold's fingerprint is made of."""

from __future__ import annotations

import ast
import functools
import importlib
import operator
import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve, frozen
from hypothesis import given
from hypothesis import strategies as st

import oplog
from oplog import (
    AGGREGATES,
    PROJECTIONS,
    Figure,
    InvalidValue,
    OpLog,
    Pending,
    Projection,
    commands,
    events,
    parse_when,
)
from oplog.definitions import text_of, text_with, text_without
from oplog.domain.activity import PLACED_BY
from oplog.domain.operation import Referred
from oplog.fingerprint import FOLD_SOURCES
from oplog.folding import fold_of
from oplog.forms_read import forms_read
from oplog.sources import sources_of
from oplog.store.forms import Forms
from oplog.store.upcasters import Upcaster
from oplog.testing import events_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STREAM = "campaign/week"
COUNTING = """
from typing import TYPE_CHECKING

from attrs import frozen

from oplog import Projection, events
from words import name_of

if TYPE_CHECKING:
    import not_there_at_all


@frozen(kw_only=True)
class Count:
    stream: str
    notes: int


def apply(draft, recorded):
    if isinstance(recorded.event, events.NoteRecorded):
        draft[recorded.stream] = draft.get(recorded.stream, 0) + 1


def finish(draft):
    return tuple(Count(stream=name_of(stream), notes=notes) for stream, notes in sorted(draft.items()))


def order(row):
    return row.stream


COUNTING = Projection("counting", 1, dict, apply, finish, Count, order)
"""


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Projection]]:
    """Give what writes two modules of somebody's own and loads the projection in them, as a new process would."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def loaded(counting: str = COUNTING, words: str = "def name_of(stream):\n    return stream\n") -> Projection:
        (tmp_path / "counting.py").write_text(counting)
        (tmp_path / "words.py").write_text(words)
        for name in ("counting", "words"):
            sys.modules.pop(name, None)
        importlib.invalidate_caches()
        projection: Projection = importlib.import_module("counting").COUNTING
        return projection

    yield loaded
    for name in ("counting", "words"):
        sys.modules.pop(name, None)


def noted(log: OpLog, count: int) -> None:
    log.execute(STREAM, commands.Plan(title="week"))
    log.append(*(Pending(stream=STREAM, event=events.NoteRecorded(text=str(n))) for n in range(count)))


def test_a_view_made_by_another_line_of_a_fold_is_not_used(log: OpLog, load: Callable[..., Projection]) -> None:
    """Though its version is the same: the status names the file, a read folds from scratch, a rebuild replaces it."""
    noted(log, 3)
    old = load()
    log.project(old)
    assert [row.notes for row in log.view(old)] == [3]
    new = load(COUNTING.replace("0) + 1", "0) + 2"))
    assert new.version == old.version
    (status,) = log.view_status(new)
    assert (status.state, status.changed, status.is_sound) == ("stale", ("counting.py",), False)
    assert log.stored_view(new) is None
    assert [row.notes for row in log.view(new)] == [6]
    told: list[Any] = []
    log.rebuild(new, compare=lambda row: told.append((row.old, row.new)))
    assert told == [({"notes": 3, "stream": STREAM}, {"notes": 6, "stream": STREAM})]
    assert log.view_status(new)[0].state == "current"
    assert [row.notes for row in log.stored_view(new).rows] == [6]  # type: ignore[union-attr]
    assert log.stored_view(old) is None


def test_a_module_that_the_fold_imports_is_part_of_it(log: OpLog, load: Callable[..., Projection]) -> None:
    """A change of it makes the view stale; bringing it up to date builds it anew."""
    noted(log, 1)
    log.project(load())
    new = load(words="def name_of(stream):\n    return stream.upper()\n")
    assert log.view_status(new)[0].changed == ("words.py",)
    assert log.project(new)[0].state == "current"
    assert [row.stream for row in log.view(new)] == [STREAM.upper()]


def test_another_version_makes_a_view_stale_by_itself(log: OpLog, load: Callable[..., Projection]) -> None:
    """The status says from which to which."""
    noted(log, 1)
    one = load()
    log.project(one)
    assert log.view_status(evolve(one, version=2))[0].changed == ("version 1 became 2",)


def test_a_view_beyond_the_end_of_the_log_is_stale(log: OpLog) -> None:
    """As when the log was restored from an older copy, but not the views."""
    noted(log, 1)
    log.project("figures")
    log._store.recorder.write(lambda t: t.run("UPDATE view_checkpoints SET position=9"))
    (status,) = log.view_status("figures")
    assert (status.state, status.changed, status.lag) == ("stale", ("the log ends at position 2",), 0)
    assert log.project("figures")[0].position == 2


def test_a_view_that_only_another_program_knows_is_shown(log: OpLog, load: Callable[..., Projection]) -> None:
    """It is not judged, and stands after the views that are known."""
    noted(log, 1)
    log.project(load())
    *known, strange = log.view_status()
    assert {status.state for status in known} == {"not stored"}
    assert (strange.name, strange.state, strange.rows, strange.is_sound) == ("counting", "unknown", 1, True)


def test_the_fold_is_made_of_what_it_imports_and_of_nothing_else() -> None:
    """The codec, the life of a stream and the domain are in each, other projections and the narrative in none."""
    for projection in PROJECTIONS:
        if projection.row is None:
            continue
        sources = fold_of(projection).sources
        own = {f"oplog/projections/{module.rpartition('.')[2]}.py" for module in [projection.apply.__module__]}
        assert sources.keys() >= own | {
            "oplog/domain/events.py: Planned", "oplog/life.py", "oplog/recorded.py", "oplog/store/forms.py",
            "oplog/store/codec.py", "oplog/store/wire.py",
        }  # fmt: skip
        assert not [
            name for name in sources if "narrative" in name or "eventsourcing" in name or name.startswith("attr")
        ]
    figures = next(p for p in PROJECTIONS if p.name == "figures")
    assert "oplog/projections/calendar.py" not in fold_of(figures).sources


FORM = """
    \"\"\"To whom it passed.\"\"\"

    to: str = field(validator=_not_blank)
    cause: Cause | None = None
"""
STEP = """
@frozen
class Handover1:
    to: str


UPCASTERS = MappingProxyType(
    {**UPCASTERS, **{(f"{kind}.handed-over", 1): Upcaster(Handover1, dict) for kind in _AGGREGATES}}
)
ALIASES"""
ASK = """
from oplog import PROJECTIONS, Projection, events
from oplog.folding import fold_of
from oplog.projections import links
seen = Projection("own", 1, links.Draft, links.apply, links.finish, links.Link, links.order, reads=[events.HandedOver])
print({p.name: fold_of(p).digest for p in (*PROJECTIONS, seen)})
"""


def test_a_new_form_of_an_event_retires_the_views_that_read_it_and_no_others(tmp_path: Path) -> None:
    """Of an oplog in which handing over has a second version, with a step from the first."""
    there = Path(oplog.__file__).parent
    shutil.copytree(there, tmp_path / "oplog", ignore=shutil.ignore_patterns("__pycache__"))

    def folds() -> dict[str, str]:
        paths = os.environ | {"PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
        told = subprocess.run([sys.executable, "-c", ASK], env=paths, capture_output=True, text=True, check=True)  # noqa: S603
        found: dict[str, str] = ast.literal_eval(told.stdout)
        return found

    def changed(file: str, old: str, new: str) -> None:
        text = (tmp_path / "oplog" / file).read_text()
        assert text.count(old) == 1
        (tmp_path / "oplog" / file).write_text(text.replace(old, new))

    before = folds()
    assert before == {p.name: fold_of(p).digest for p in PROJECTIONS} | {"own": before["own"]}
    changed("domain/content.py", FORM, f"{FORM.rstrip()}\n    since: When | None = None\n")
    changed("domain/content.py", '    "to": "Who', '    "since": "From when on.",\n    "to": "Who')
    changed("domain/events.py", "(HandedOver, 1)", "(HandedOver, 2)")
    changed("store/upcasters.py", "\nALIASES", STEP)
    after = folds()
    stale = {name for name in before if after[name] != before[name]}
    assert stale == {"register", "calendar", "impact", "slips", "own"}
    changed("store/upcasters.py", "    to: str\n", "    to: str\n    cause: str | None = None\n")
    assert {name for name, fold in folds().items() if fold != after[name]} == stale


def test_a_form_has_its_versions_and_steps() -> None:
    """One more version, another step to it, or another class for it, and the form is another; other events' are not."""
    name = "operation.referred"
    first = Forms({name: (Referred, 1)})
    second = Forms({name: (Referred, 2)}, {(name, 1): Upcaster(Referred, dict)})
    other_step = Forms({name: (Referred, 2)}, {(name, 1): Upcaster(Referred, _same_data)})
    other_class = Forms({name: (_Row, 1)})
    found = [forms_read(None, forms) for forms in (first, second, other_step)]
    label = "oplog/domain/operation.py: Referred"
    assert len({forms[label] for forms in found}) == len(found)
    assert all(forms.keys() == {label} for forms in found)
    assert forms_read([events.NoteRecorded], first) == {}
    assert list(forms_read(None, other_class)) == ["test_fold_fingerprint.py: _Row"]


def _same_data(data: dict[str, Any]) -> dict[str, Any]:
    """Take a step that changes nothing."""
    return data


@given(data=st.data(), name=st.sampled_from(sorted(AGGREGATES)))
def test_what_others_build_upon_is_set_by_the_events_that_place_them(data: st.DataObject, name: str) -> None:
    """Figures, partners and the evaluation due are in the state of a life; no other event changes them."""
    decider = AGGREGATES[name]
    cls, event_name = data.draw(
        st.sampled_from([(cls, event) for event, (cls, _) in decider.events.items() if cls not in PLACED_BY])
    )
    statuses = [status for status, event in decider.lifecycle if event is cls]
    before = evolve(
        decider.initial, status=data.draw(st.sampled_from(statuses)), plan=events.Planned(title="week"),
        partners=("us",), evaluation_due=parse_when("2024"), figures=(Figure("people", Decimal(3)),),
    )  # fmt: skip
    after = decider.evolve(before, data.draw(events_of(name, event_name)))
    assert (after.figures, after.partners, after.evaluation_due) == (
        before.figures, before.partners, before.evaluation_due,
    )  # fmt: skip


def test_names_that_a_definition_uses_come_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Directly or by others, imports by their parts alone; what is not defined there is the whole module."""
    text = (
        "from typing import Any, Final as Last\nfrom functools import cache\nimport os.path\n\n\n"
        "LIMIT: Last = 3\n\n\ndef inner(given):\n"
        "    return given * LIMIT\n\n\n@cache\n@cache\ndef outer(given):\n    return os.path.join(given)"
        "\n\n\nA = B = 1\n"
    )
    (tmp_path / "defining.py").write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert text_with("defining", ["inner"]) == (
        b"from typing import Final as Last\nLIMIT: Last = 3\ndef inner(given):\n    return given * LIMIT\n"
    )
    outer = text_with("defining", ["outer"])
    assert b"@cache\n@cache\ndef outer" in outer
    assert b"os.path" in outer
    assert b"A = B" not in outer
    assert text_with("defining", ["<lambda>"]) == text_of("defining") == text.encode()
    assert text_without("defining", ["outer", "B"]) == text[: text.index("@cache")].encode() + b"\n\n"


def test_kept_states_are_made_with_what_the_register_imports() -> None:
    """The list that is read for their fingerprint is the one that following the imports gives."""
    register = next(p for p in PROJECTIONS if p.name == "register")
    parts = (register.begin, register.apply, register.finish)
    assert [f"oplog/{name}" for name in FOLD_SOURCES] == list(sources_of(parts, ["oplog.kept"]))


def test_the_fingerprint_is_the_same_in_every_process() -> None:
    """Whatever was imported before it was asked for."""
    ask = "from oplog import PROJECTIONS; from oplog.folding import fold_of;"
    ask += "print(*(fold_of(p).digest for p in PROJECTIONS if p.row is not None))"
    for before in ("", "import oplog.audit, oplog.narrative.plan, oplog.exchange.jsonl, oplog.verify;"):
        found = subprocess.run([sys.executable, "-c", before + ask], capture_output=True, text=True, check=True)  # noqa: S603
        assert found.stdout.split() == [fold_of(p).digest for p in PROJECTIONS if p.row is not None]


@frozen
class _Row:
    stream: str


@frozen
class _Odd:
    where: Unknown  # type: ignore[name-defined]  # noqa: F821


def _nothing(_draft: Any, _recorded: Any) -> None:
    """Take nothing in."""


@pytest.mark.parametrize(
    ("projection", "why"),
    [
        (Projection("own", 1, dict, _nothing, tuple), r"does not say that it is made of those of streams"),
        (
            Projection("own", 1, dict, _nothing, tuple, _Odd, str),
            r"own cannot be stored: name 'Unknown' is not defined",
        ),
        (
            Projection("own", 1, dict, eval("lambda draft, recorded: None"), tuple, _Row, str),  # noqa: S307
            r"the source of <lambda> cannot be found; write it in a file",
        ),
        (Projection("figures", 1, dict, _nothing, tuple, _Row, str), r"has the name of one of oplog's"),
        ("figure", r"no projection 'figure'; expected one of register, figures, calendar"),
    ],
    ids=["no rows", "unknown type", "no source", "name taken", "no such name"],
)
def test_what_cannot_be_stored_is_refused(log: OpLog, projection: Projection | str, why: str) -> None:
    """With the reason, before anything is stored."""
    noted(log, 1)
    for ask in (log.project, log.rebuild):
        with pytest.raises(InvalidValue, match=why):
            ask(projection)
    assert {status.state for status in log.view_status()} == {"not stored"}


def test_a_row_of_another_class_parks_its_stream(log: OpLog) -> None:
    """A fold that does not give what it says it gives stores nothing."""
    noted(log, 1)
    wrong = Projection("own", 1, dict, _nothing, lambda _draft: (3,), _Row, str)
    (status,) = log.project(wrong)
    assert [parked.message for parked in status.parked] == ["TypeError: own gives a int for a row"]


def test_parts_that_are_wrapped_are_found() -> None:
    """A partial without arguments, a cached and a decorated function have the source of what they wrap."""
    plain = Projection("own", 1, dict, _nothing, tuple, _Row, str)
    for apply in (functools.partial(functools.wraps(_nothing)(lambda *given: None)), functools.cache(_nothing)):
        assert fold_of(evolve(plain, apply=apply)).sources == fold_of(plain).sources


def _around(value: Any, wrapped: Any = None) -> Any:
    """Give a function that holds a value, or one that wraps another."""
    return functools.wraps(wrapped)(lambda *_: wrapped) if wrapped else lambda *_: value


def _defaulted(value: Any) -> Any:
    return lambda _draft, _recorded, given=value: given


class _Called:
    def __call__(self, _draft: Any, _recorded: Any) -> None:
        """Take nothing in."""

    def taken(self, _draft: Any, _recorded: Any) -> None:
        """Take nothing in."""


@pytest.mark.parametrize(
    ("apply", "what"),
    [
        (functools.partial(_nothing, given=1), "is a partial with arguments"),
        (functools.partial(functools.partial(_nothing, 1)), "is a partial with arguments"),
        (_around(1), "is a function with variables of another around it"),
        (_around(1, _nothing), "_nothing is a function with variables of another around it"),
        (functools.cache(_around(1)), "is a function with variables of another around it"),
        (_defaulted(1), "is a function with defaults, written inside another"),
        (_Called(), "is an object that can be called"),
        (_Called().taken, "is an object that can be called"),
        (operator.attrgetter("stream"), "is an object that can be called"),
        ({}.update, "is a method of a value"),
    ],
)
def test_parts_that_hold_values_are_refused(apply: Any, what: str) -> None:
    """Their sources stay the same when the values change; the text says what to write."""
    with pytest.raises(InvalidValue, match=f"own cannot be stored: .*{what}: .*; write a plain function of a module"):
        fold_of(Projection("own", 1, dict, apply, tuple, _Row, str))


def test_imports_are_followed_however_they_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Relative ones, whole modules, in a function; not what is installed, nor what is for types alone."""
    modules = {
        "__init__": "from .sub.deep import DEEP",
        "fold": (
            "import json, attrs, typing\nimport followed.whole\nfrom . import beside\nfrom .sub.deep import DEEP\n"
            "if typing.TYPE_CHECKING:\n    from . import typed\n"
            "def apply(draft, recorded):\n    from .inside import late\n    from .not_there import nothing\n"
        ),
        "sub/__init__": "",
        "sub/deep": "from .. import outer\nDEEP = 1",
        "beside": "from .outer import WHERE",
        "outer": "WHERE = 2",
        **dict.fromkeys(("whole", "inside", "typed", "unused"), "late = 1"),
    }
    (tmp_path / "followed" / "sub").mkdir(parents=True)
    for name, text in modules.items():
        (tmp_path / "followed" / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    found = sources_of([importlib.import_module("followed.fold").apply])
    assert found.keys() == {
        f"followed/{name}.py" for name in ("fold", "whole", "beside", "sub/deep", "outer", "inside")
    }  # fmt: skip
