"""The public names: each is there, is imported only when it is asked for, and is named alike for type checkers."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import oplog


def test_every_public_name_is_there() -> None:
    """What `__all__` promises can be had from the package, and what it does not promise is an AttributeError."""
    assert all(getattr(oplog, name) is not None for name in oplog.__all__)
    assert sorted(oplog._MODULES) == sorted(oplog.__all__) == dir(oplog)
    with pytest.raises(AttributeError, match="has no attribute 'Oplog'"):
        oplog.Oplog  # type: ignore[attr-defined]  # noqa: B018


def test_type_checkers_see_the_same_names_in_the_same_places() -> None:
    """The imports that are made for type checkers alone are those that are made when a name is asked for."""
    tree = ast.parse(Path(str(oplog.__file__)).read_text(encoding="utf-8"))
    (checked,) = [node for node in tree.body if isinstance(node, ast.If)]
    imports = [node for node in checked.body if isinstance(node, ast.ImportFrom)]
    assert {alias.name: node.module for node in imports for alias in node.names} == oplog._MODULES


def test_a_program_loads_only_what_it_asks_for() -> None:
    """The package alone loads nothing of itself, and a log neither the report nor certificates."""
    program = (
        "import sys, oplog\n"
        "ours = {name for name in sys.modules if name.startswith('oplog.')}\n"
        "assert ours == set(), ours\n"
        "from oplog import OpLog\n"
        "assert 'oplog.log' in sys.modules\n"
        "unasked = {'oplog.narrative.plan', 'oplog.certificate', 'oplog.blame', 'oplog.rules', 'cryptography'}\n"
        "assert not unasked & sys.modules.keys(), unasked & sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)  # noqa: S603 - our own program


def test_the_help_page_imports_nothing_heavy() -> None:
    """The list of commands is shown without what only a command needs: not oplog, and no more of Python than click."""
    program = (
        "import sys, click; known = set(sys.modules)\n"
        "from oplog_cli.main import main\n"
        "sys.argv = ['oplog', '--help']\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'oplog', 'eventsourcing', 'attrs', 'pathlib', 'urllib.parse', 'difflib', 'shlex'}\n"
        "assert not heavy & (set(sys.modules) - known), heavy & (set(sys.modules) - known)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own program
