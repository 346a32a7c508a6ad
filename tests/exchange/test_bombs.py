"""Text that is made to fill the memory or to take for ever is refused, in a process that has no memory to spare.

Each bomb is streamed through a pipe to an import that may take 200 MiB of address space, and the whole must end within
a time that is far more than it needs.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

MIB = 1 << 20
OPEN = b'{"stream":"campaign/x","event":"campaign.planned","data":{"title":'
CLOSE = b"}}\n"
SOUND = OPEN + b'"week of action"' + CLOSE

LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({bytes}, {bytes}))
from oplog import BadImport, OpLog, import_lines, read_lines
"""
IMPORT = """
with OpLog.open(":memory:") as log:
    try:
        import_lines(log, read_lines(sys.stdin.buffer))
    except BadImport as error:
        print(*error.problems, sep="\\n")
    print(log.head())
"""


def a_gigabyte(begin: bytes) -> Iterator[bytes]:
    yield begin
    piece = b"a" * MIB
    for _ in range(1000):
        yield piece
    yield b'"' + CLOSE


BOMBS: dict[str, tuple[list[bytes], str]] = {
    "deep lists": ([OPEN, b"[" * 200_000, b"]" * 200_000, CLOSE], "line:1: nested too deeply"),
    "deep objects": ([OPEN, b'{"a":' * 200_000, b"1", b"}" * 200_000, CLOSE], "line:1: nested too deeply"),
    "a number": ([OPEN, b"9" * 5000, CLOSE], "line:1: field data.title: a number of more digits than can be read"),
    "a long number": ([OPEN, b"9" * 6_000_000, CLOSE], "line:1: field data.title: a number of more digits than can be"),
    "a fraction": ([OPEN, b"0." + b"1" * 5000, CLOSE], "line:1: field data.title: a number of more digits than can be"),
    "an exponent": (
        [OPEN, b"1e99999999999999999999", CLOSE],
        "line:1: field data.title: 1e99999999999999999999 is not",
    ),
    "many numbers": (
        [OPEN, b"[", b"9" * 4000, (b"," + b"9" * 4000) * 1000, b"]", CLOSE],
        "line:1: field data.title[0]: ",
    ),
    "many objects": ([OPEN, b"[", b"{}," * 2_000_000, b"{}]", CLOSE], "line:1: more than 100000 values"),
    "many lists": ([OPEN, b"[", b"[]," * 2_000_000, b"[]]", CLOSE], "line:1: more than 100000 values"),
    "many keys": (
        [b"{", *(b'"%d":1,' % n for n in range(500_000)), b'"x":1}\n'],
        "line:1: more than 100000 values",
    ),
    "many problems": ([b"{}\n" * 1_000_000], "line:1: field stream: missing"),
}


def fed(program: str, chunks: Iterator[bytes], memory: int = 200 * MIB) -> subprocess.CompletedProcess[str]:
    """Run a program in so much memory, with these chunks on its standard input."""
    process = subprocess.Popen(  # noqa: S603 - a program of ours
        [sys.executable, "-c", LIMITED.format(bytes=memory) + program],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    with suppress(BrokenPipeError), process.stdin as pipe:  # it closes the pipe when it has read enough to refuse it
        for chunk in chunks:
            pipe.write(chunk)
    process.stdin = None
    output, errors = process.communicate(timeout=60)
    return subprocess.CompletedProcess(process.args, process.returncode, output.decode(), errors.decode())


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_within_little_memory(bomb: str) -> None:
    """Nesting, digits, values and keys beyond all measure give one problem at their line, and nothing is written."""
    chunks, told = BOMBS[bomb]
    done = fed(IMPORT, iter(chunks))
    assert done.stdout.startswith(told), done.stderr[-2000:]
    assert done.stdout.splitlines()[-1] == "0"
    assert done.returncode == 0


@pytest.mark.parametrize("begin", [OPEN + b'"', b"", b'{"format": "'])
def test_a_line_of_a_gigabyte_is_refused_without_being_read(begin: bytes) -> None:
    """A line of a gigabyte is refused as soon as it is longer than any event, wherever in it the import stands."""
    done = fed(IMPORT, a_gigabyte(begin))
    assert done.stdout == "line:1: the line is longer than 6295552 bytes; what follows was not read\n0\n", done.stderr


def test_a_sound_line_is_taken_within_little_memory() -> None:
    """The limit leaves room for what is sound: the refusals above are not for want of memory."""
    assert fed(IMPORT, iter([SOUND])).stdout == "1\n"


def test_the_limit_is_felt_by_what_reads_carelessly() -> None:
    """A reader that takes a line as a whole does not get through in the same memory."""
    assert "MemoryError" in fed("sys.stdin.buffer.readline()\n", a_gigabyte(OPEN)).stderr
