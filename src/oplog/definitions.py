"""Parts of a module by themselves: the text of a definition, with all that it uses of the module's others.

So a fold can rest on the forms of the events that it reads, and not on whole files in which many more are defined.
"""

from __future__ import annotations

import ast
import importlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Lines: TypeAlias = tuple[int, int]
"""The first and the last line of a statement, both inclusive, from 1, with its decorators."""


@cache
def text_of(module: str) -> bytes:
    """The source of a module, however its lines end on this machine; nothing for one without a source file."""
    file: str | None = getattr(importlib.import_module(module), "__file__", None)
    return b"" if file is None else Path(file).read_bytes().replace(b"\r\n", b"\n")


def text_with(module: str, names: Iterable[str]) -> bytes:
    """The statements that define these names, and those that they use, in their order.

    Statements are those at the top of the module; of an import it is the part that is used. Where a name is not defined
    there, it is the whole module.
    """
    waiting = list(names)
    seen = set(waiting)
    found: dict[tuple[int, str], bytes] = {}
    while waiting:
        name = waiting.pop()
        statement = _statements(module).get(name)
        if statement is None:
            return text_of(module)
        found[statement.lineno, name] = _text(module, name, statement)
        new = (_used(statement) & _statements(module).keys()) - seen
        seen |= new
        waiting += new
    return b"".join(found[place] for place in sorted(found))


def _text(module: str, name: str, statement: ast.stmt) -> bytes:
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        of = [f"{a.name} as {a.asname}" for a in statement.names if name in (a.asname, a.name.partition(".")[0])]
        where = f"{'.' * statement.level}{statement.module or ''}" if isinstance(statement, ast.ImportFrom) else ""
        return f"from {where} import {', '.join(of)}\n".encode()
    first, last = _lines(statement)
    return b"".join(text_of(module).splitlines(keepends=True)[first - 1 : last])


def text_without(module: str, names: Iterable[str]) -> bytes:
    """The source of a module but for the statements that define these names."""
    out = {number for name in names for number in _numbers(_lines(_statements(module)[name]))}
    lines = enumerate(text_of(module).splitlines(keepends=True), 1)
    return b"".join(line for number, line in lines if number not in out)


@cache
def _statements(module: str) -> Mapping[str, ast.stmt]:
    """What defines each name of a module."""
    return {name: statement for statement in ast.parse(text_of(module)).body for name in _defined(statement)}


def _defined(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, (ast.ClassDef, ast.FunctionDef)):
        yield statement.name
    elif isinstance(statement, (ast.Import, ast.ImportFrom)):
        yield from ((alias.asname or alias.name).partition(".")[0] for alias in statement.names)
    else:
        nodes = ast.walk(statement)
        yield from (node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))


def _used(statement: ast.stmt) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def _lines(statement: ast.stmt) -> Lines:
    decorators = getattr(statement, "decorator_list", [])
    return min(node.lineno for node in (statement, *decorators)), statement.end_lineno or statement.lineno


def _numbers(lines: Lines) -> range:
    return range(lines[0], lines[1] + 1)
