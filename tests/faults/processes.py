"""Processes of our own that can be killed: forked from a server that has oplog loaded, so that a kill meets the append.

A subject is a function `(path, acknowledgements, ...)`. Some are broken on purpose: the controls of the checkers.
"""

from __future__ import annotations

import multiprocessing
import time
from random import Random
from typing import TYPE_CHECKING
from uuid import uuid4

import appends

from oplog import OpLog

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkServerContext
    from multiprocessing.process import BaseProcess
    from pathlib import Path


PATIENCE = 60  # seconds until a process that says nothing is taken to hang


def forks() -> ForkServerContext:
    """The server that forks, with oplog loaded."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["oplog"])
    return context


def start(subject: Callable[..., None], path: Path, *rest: object) -> tuple[BaseProcess, Connection]:
    """Start a subject; give it and the end of the pipe where its acknowledgements arrive."""
    heard, said = forks().Pipe(duplex=False)
    process = forks().Process(target=subject, args=(path, said, *rest))
    process.start()
    said.close()
    return process, heard


def hear(heard: Connection) -> bytes:
    """Wait for the next acknowledgement."""
    assert heard.poll(PATIENCE), "the process says nothing"
    return heard.recv_bytes()


def kill(process: BaseProcess, heard: Connection) -> list[bytes]:
    """Kill with signal 9; give the acknowledgements that arrived before: each is one write to the pipe, so whole."""
    process.kill()
    return hear_out(process, heard)


def hear_out(process: BaseProcess, heard: Connection) -> list[bytes]:
    """Wait until a process ends; give the acknowledgements that arrived."""
    acknowledged = []
    try:
        while heard.poll(PATIENCE):
            acknowledged.append(heard.recv_bytes())
    except EOFError:
        heard.close()
        process.join()
        return acknowledged
    raise AssertionError("the process neither ends nor says anything")


def append_on_and_on(path: Path, acknowledgements: Connection) -> None:
    """Append one to four events at a time until killed; acknowledge each append when it has returned."""
    chance = Random()
    with OpLog.open(path) as log:
        while True:
            recorded = log.append(*appends.parts(str(uuid4()), chance.randint(1, 4)))
            acknowledgements.send_bytes(appends.acknowledgement(recorded))


def append_and_copy(path: Path, acknowledgements: Connection) -> None:
    """The same, and copy the write-ahead log before every append, which a log does only now and then."""
    appends.copy_always()
    append_on_and_on(path, acknowledgements)


def acknowledge_too_early(path: Path, acknowledgements: Connection) -> None:
    """Broken: say what will be stored, and then try to store it."""
    with OpLog.open(path) as log:
        acknowledgements.send_bytes(f"{log.head() + 1}={uuid4()}".encode())
        log.append(*appends.parts(str(uuid4()), 1))


def append_part_by_part(path: Path, acknowledgements: Connection) -> None:
    """Broken: append events that belong together one by one, and stand still in between."""
    with OpLog.open(path) as log:
        first, *_ = appends.parts(str(uuid4()), 3)
        log.append(first)
        acknowledgements.send_bytes(b"")
        time.sleep(PATIENCE)
