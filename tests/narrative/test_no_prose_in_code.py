"""No language lies in the code of the narrative: what a report says of its own is a phrase of a locale file."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import oplog.narrative
from oplog.narrative.render.canvas import CSS, FONT

if TYPE_CHECKING:
    from collections.abc import Iterator

HOME = Path(str(oplog.narrative.__file__)).parent
MODULES = sorted(HOME.rglob("*.py"))
PROSE = re.compile(r"[A-Za-z]{2,}[,;:]? +[A-Za-z]{2,}|^[A-Za-z]+ +$|^ +[A-Za-z]+ ?$|^[A-Z][a-z]+$")
"""Two words, a word with the space that joins it to others, or a single word with a capital."""

REFUSALS = {"InvalidValue", "BadConfiguration", "ValueError", "KeyError", "Format", "MissingExtra"}
"""Calls whose texts are read by whoever called, not by the readers of a report."""

REFUSING = {
    "configuration.py": "reads a file of the user, and says what is wrong with it",
    "look.py": "reads files of the user, and says what is wrong with them",
    "locales/__init__.py": "reads a file of the user, and says what is wrong with it",
}
"""Modules of which every text says what is wrong."""

ALLOWED = {
    "plan.py": {
        "holds no event that this release of oplog knows": "says why there is no report",
        "is empty": "says why there is no report",
    },
    "definition.py": dict.fromkeys(
        ("expected none", "expected ", "a key of en-GB.toml", "one of "), "part of the refusal of a locale"
    ),
    "house_files.py": {"it is not text in UTF-8": "part of a refusal"},
    "grammar/english.py": {
        " on ": "what English topics begin with: the grammar of English knows English",
        " by ": "what English agents begin with",
        "the ": "the article of English",
        "The ": "the article of English",
        "a ": "the article of English",
        "an ": "the article of English",
        "at ": "the preposition of English that a destination loses",
        "office of": "an office is no person",
    },
    "render/canvas.py": {
        FONT: "names of fonts",
        CSS: "a style sheet",
    },
    "render/typesetting.py": {
        r'the text `"(?:\\u\{([0-9a-f]+)\}|([^"\\]))"`': "what Typst says of a letter that it cannot show",
        "VARIATION SELECTOR": "the name of a kind of characters",
        "Cf": "the name of a kind of characters",
        "Co": "the name of a kind of characters",
    },
    "render/word_body.py": dict.fromkeys(
        (
            *("Title", "Title Block", "Title Block Text", "Heading ", "Numbered Paragraph", "Strong", "List Number"),
            *("Table Lead", "Report Table", "Table Heading", "Table Text", "Picture", "Marking"),
            *("Source Note", "Source Number", "Source Reference"),
        ),
        "the name of a style in word/styles.xml",
    ),
    "render/word_markup.py": dict.fromkeys(
        (
            '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:ext uri="',
            '"><asvg:svgBlip xmlns:asvg="',
        ),
        "XML",
    ),
}
"""By module, the texts that may stand there, and why."""


def prose(module: Path) -> Iterator[tuple[int, str]]:
    """The texts of a module that read like English, with their lines, outside docstrings and refusals."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    left_out: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            left_out.add(node.value)
        if isinstance(node, ast.Assign) and any(getattr(name, "id", "") == "__all__" for name in node.targets):
            left_out |= set(ast.walk(node))
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in REFUSALS:
                left_out |= set(ast.walk(node))
    for node in ast.walk(tree):
        if node in left_out or not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if PROSE.search(node.value):
            yield node.lineno, node.value


@pytest.mark.parametrize(
    "module",
    [m for m in MODULES if m.relative_to(HOME).as_posix() not in REFUSING],
    ids=lambda module: str(module.relative_to(HOME)),
)
def test_code_says_nothing_of_its_own(module: Path) -> None:
    """No text in the code is prose, apart from a short list."""
    allowed = ALLOWED.get(module.relative_to(HOME).as_posix(), {})
    found = [(line, text) for line, text in prose(module) if text not in allowed]
    assert not found, f"{module.name}: move these into locales/en-GB.toml: {found}"


def test_the_list_of_exceptions_is_no_longer_than_it_must_be() -> None:
    """Every text that is allowed is there."""
    for name, texts in ALLOWED.items():
        tree = ast.parse((HOME / name).read_text(encoding="utf-8"))
        there = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
        assert texts.keys() <= there, name


def test_prose_is_found(tmp_path: Path) -> None:
    """The test that finds prose finds it in plain texts, in pieces of f-strings and in single words to be joined."""
    module = tmp_path / "one.py"
    module.write_text(
        '"""A docstring."""\nx = "was held"\ny = f"{x} of the {x}"\nz = " on ", "Summary"\nraise ValueError("no such thing")\n'
    )
    assert sorted(text for _, text in prose(module)) == [" of the ", " on ", "Summary", "was held"]
