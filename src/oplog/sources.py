"""The sources of a fold: the text of every module that its functions are made with, and the digest of each.

A module leads to those that it imports. What Python itself brings, and what is installed beside the program, is not
followed: its version is a matter of the machine. What is imported for type checkers alone takes no part.
"""

from __future__ import annotations

import ast
import hashlib
import importlib
import sys
from functools import cache, lru_cache, partial
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, MappingProxyType, MethodDescriptorType, ModuleType, NoneType
from typing import TYPE_CHECKING, Any

from oplog.definitions import text_without
from oplog.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

_PACKAGE = "oplog"
_INSTALLED = frozenset(("site-packages", "dist-packages"))
_CACHED = type(lru_cache(len))


def sources_of(
    parts: Iterable[Callable[..., object]],
    roots: Iterable[str] = (),
    apart: Mapping[str, Collection[str] | None] = MappingProxyType({}),
) -> dict[str, str]:
    """SHA-256 (hex) of each source file that these functions and classes, and these modules of ours, are made with.

    Files are named by their modules, as "oplog/domain/events.py", so that a log can be read on another machine. `apart`
    names the definitions of modules of ours that are left out, for they are looked at apart; None leaves out all, but
    not what the module imports. Raises
    `InvalidValue` for a function without a source file, such as one that was typed in, and for one that holds values
    which no source file has: it would do something else with others, and have the same sources.
    """
    plain = [layer for part in parts for layer in _layers(part)]
    homes = {home for part in plain if (home := _home(part)) is not None}
    packages = frozenset({_PACKAGE, *(home.partition(".")[0] for home in homes)})
    found: dict[str, str] = {}
    waiting = sorted({*homes, *roots})
    seen = set(waiting)
    while waiting:
        name = waiting.pop()
        label, digest, imported = (_of_ours if name.partition(".")[0] == _PACKAGE else _read)(name)
        left_out = apart.get(name, ())
        if left_out:
            found[label] = hashlib.sha256(text_without(name, left_out)).hexdigest()
        elif left_out is not None:
            found[label] = digest
        new = {other for other in imported if _is_followed(other, packages)} - seen
        waiting += sorted(new)
        seen |= new
    return dict(sorted(found.items()))


def _layers(part: Any) -> Iterator[Callable[..., object]]:
    """A function or class, and what it wraps, layer by layer. Raises `InvalidValue` for a layer that holds values."""
    while part is not None:
        inner = None
        if isinstance(part, partial):
            if part.args or part.keywords:
                raise _holds_values(part, "a partial with arguments")
            inner = part.func
        elif isinstance(part, _CACHED):
            inner = part.__wrapped__
        else:
            if (what := _held_by(part)) is not None:
                raise _holds_values(part, what)
            yield part
            inner = None if isinstance(part, type) else getattr(part, "__wrapped__", None)
        part = inner


def _held_by(part: Any) -> str | None:
    """What makes a callable hold values; None when it holds none that its source does not have."""
    if isinstance(part, FunctionType):
        if part.__closure__:
            return "a function with variables of another around it"
        local = "<locals>" in part.__qualname__ and (part.__defaults__ or part.__kwdefaults__)
        return "a function with defaults, written inside another" if local else None
    if isinstance(part, BuiltinFunctionType):
        return None if isinstance(part.__self__, (ModuleType, type, NoneType)) else "a method of a value"
    return None if isinstance(part, (type, MethodDescriptorType)) else "an object that can be called"


def _holds_values(part: object, what: str) -> InvalidValue:
    return InvalidValue(
        f"{getattr(part, '__qualname__', repr(part))} is {what}: it holds values that are not in a source file, so that"
        " a change of them would not be seen; write a plain function of a module in its place"
    )


def _home(part: Callable[..., object]) -> str | None:
    """The module that a function or class was written in; None for what is built into Python."""
    name = getattr(part, "__module__", None) or type(part).__module__
    if name.partition(".")[0] in sys.stdlib_module_names and name != "__main__":
        return None
    code = getattr(part, "__code__", None)
    if _file_of(name) is None or (code is not None and not Path(code.co_filename).is_file()):
        called = getattr(part, "__qualname__", repr(part))
        raise InvalidValue(
            f"the source of {called} cannot be found; write it in a file, so that a change of it is seen"
        )
    return name


def _file_of(name: str) -> Path | None:
    """The source file of a module, None when it has none that can be read."""
    try:
        module = importlib.import_module(name)
    except ImportError:
        return None
    file = getattr(module, "__file__", None)
    return Path(file) if file and file.endswith(".py") and Path(file).is_file() else None


def _is_followed(name: str, packages: frozenset[str]) -> bool:
    top = name.partition(".")[0]
    if top in sys.stdlib_module_names:
        return False
    file = _file_of(name)
    return file is not None and (top in packages or not _INSTALLED.intersection(file.parts))


def _read(name: str) -> tuple[str, str, frozenset[str]]:
    """What a module's file is called, its digest, and the modules that it is made with."""
    file = _file_of(name)
    if file is None:
        raise InvalidValue(f"the source of the module {name} cannot be found")
    text = file.read_bytes().replace(b"\r\n", b"\n")  # a checkout may have changed how lines end
    *outer, _ = name.split(".")
    label = "/".join([*name.split("."), file.name] if file.name == "__init__.py" else [*outer, file.name])
    return label, hashlib.sha256(text).hexdigest(), frozenset(_imported(name, ast.parse(text)))


_of_ours = cache(_read)
"""The same of a module of oplog, which does not change while the program runs."""


def _imported(name: str, tree: ast.AST) -> Iterator[str]:
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from _imported_from(name, node)
        elif isinstance(node, ast.If) and ast.unparse(node.test).rpartition(".")[2] == "TYPE_CHECKING":
            waiting += node.orelse
        else:
            waiting += ast.iter_child_nodes(node)


def _imported_from(name: str, node: ast.ImportFrom) -> Iterator[str]:
    """The modules that the names come from: their own homes, where they are functions or classes."""
    base = node.module or ""
    if node.level:
        package = name if Path(str(getattr(sys.modules.get(name), "__file__", ""))).name == "__init__.py" else ""
        outer = (package or name.rpartition(".")[0]).split(".")
        base = ".".join([*outer[: len(outer) - node.level + 1], *([base] if base else [])])
    try:
        module = importlib.import_module(base)
    except ImportError:
        return
    for alias in node.names:
        found = getattr(module, alias.name, None)
        if isinstance(found, ModuleType):
            yield found.__name__
        elif isinstance(found, (type, FunctionType)):
            yield found.__module__
        else:
            yield base
