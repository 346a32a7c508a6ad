"""What import-linter cannot see: calls that reach for the clock, chance or the disk, and words that name nothing."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import oplog

ROOT = Path(__file__).parent.parent
OPLOG = ROOT / "src" / "oplog"
PURE = sorted(
    path for part in ("domain", "integrity", "projections", "narrative") for path in (OPLOG / part).rglob("*.py")
)
EVERY = sorted([*OPLOG.rglob("*.py"), *(ROOT / "cli").rglob("*.py")])

IMPURE_FUNCTIONS = {"open", "input", "print", "exec", "eval", "__import__"}
IMPURE_METHODS = {
    "now",
    "utcnow",
    "today",
    "time",
    "time_ns",
    "monotonic",
    "perf_counter",
    "random",
    "randint",
    "choice",
    "shuffle",
    "urandom",
    "open",
    "read_text",
    "read_bytes",
    "write_text",
    "write_bytes",
    "mkdir",
    "unlink",
    "getenv",
}
READS_ITS_FILE = {
    ("narrative/toml_file.py", "open"),
    ("narrative/house_files.py", "open"),
    ("narrative/render/pdf.py", "read_bytes"),  # its template
    ("narrative/render/word_file.py", "read_bytes"),  # the parts of an empty file
}
EMPTY_WORDS = {"manager", "handler", "processor", "service", "util", "utils", "helper", "helpers", "common", "misc"}


def name(path: Path) -> str:
    """Name a file for the report of a test."""
    return path.relative_to(OPLOG if path.is_relative_to(OPLOG) else ROOT).as_posix()


def calls(path: Path) -> set[tuple[str, str]]:
    """Find the calls in a file that a pure function does not make."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id in IMPURE_FUNCTIONS:
            found.add((name(path), node.func.id))
        if isinstance(node.func, ast.Attribute) and node.func.attr in IMPURE_METHODS:
            found.add((name(path), node.func.attr))
    return found


@pytest.mark.parametrize("path", PURE, ids=name)
def test_pure_code_reaches_for_nothing(path: Path) -> None:
    """The pure parts depend on what they are given, but for those that read the files of a configuration."""
    assert calls(path) <= READS_ITS_FILE


def test_the_check_of_calls_can_fail() -> None:
    """A call of the clock is seen where it stands."""
    assert {call for file in ("log.py", "draft.py") for _, call in calls(OPLOG / file)} >= {"now", "urandom"}


@pytest.mark.parametrize("path", EVERY, ids=name)
def test_names_say_what_things_are(path: Path) -> None:
    """No module, class or function is called by a word that fits everything."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    names = [path.stem, *(node.name for node in ast.walk(tree) if isinstance(node, kinds))]
    words = {word.lower() for given in names for word in re.findall(r"[A-Z]?[a-z]+", given)}
    assert not words & EMPTY_WORDS


def test_the_front_door_names_nothing_that_is_not_public() -> None:
    """What a method of `OpLog` takes or gives can be imported from `oplog`, but for the application underneath."""
    rooms = [ast.parse((OPLOG / name).read_text(encoding="utf-8")) for name in ("log.py", "reads.py", "checks.py")]
    imports = [node for room in rooms for node in ast.walk(room) if isinstance(node, ast.ImportFrom)]
    ours = {alias.name for node in imports if str(node.module).startswith("oplog.") for alias in node.names}
    doors = [node for room in rooms for node in room.body if isinstance(node, ast.ClassDef)]
    assert {door.name for door in doors} == {"OpLog", "Reads", "Checks"}
    methods = [m for door in doors for m in door.body if isinstance(m, ast.FunctionDef) and m.name[0] != "_"]
    hints = [
        hint for m in methods for hint in (m.returns, *(arg.annotation for arg in (*m.args.args, *m.args.kwonlyargs)))
    ]
    named = {node.id for hint in hints if hint for node in ast.walk(hint) if isinstance(node, ast.Name)} & ours
    assert named >= {"Finding", "Recorded", "Row", "StoredState", "Subscription"}
    assert named - set(oplog.__all__) == {"LogApplication"}


OUTSIDE = [path for path in EVERY if not path.is_relative_to(OPLOG / "store")]


@pytest.mark.parametrize("path", OUTSIDE, ids=name)
def test_the_words_of_the_library_underneath_stay_in_the_store(path: Path) -> None:
    """Originators and notifications are streams and positions to the rest of the house."""
    assert not re.search(r"originator|notification", path.read_text(encoding="utf-8"))
