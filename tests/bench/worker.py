"""One side of a workload in a process of its own, so that neither its memory nor its garbage weighs on the others."""

from __future__ import annotations

import gc
import multiprocessing
import resource
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection

MIB = 1 << (20 if sys.platform == "darwin" else 10)
"""What a mebibyte is in `ru_maxrss`: it counts bytes on macOS and kibibytes elsewhere."""


class Failed(Exception):
    """A side could not do its work; the message is its traceback."""


class TooLong(Exception):
    """A side was ended because one sample took longer than the limit."""


@frozen
class Sample:
    """One timing: how many were done, in how many seconds of the wall clock."""

    count: int
    seconds: float


@define
class Worker:
    """A process that runs the samples of one side when it is told to; `target` makes its samples from `place`.

    It must be picklable by name. `limit` is the most seconds that one sample, or getting ready for it, may take.
    """

    target: Callable[[Any], Iterator[Callable[[], int]]]
    place: Any
    limit: float
    _pipe: Any = field(init=False)
    _process: Any = field(init=False)

    def __attrs_post_init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, self.target, self.place), daemon=True)
        self._process.start()
        theirs.close()

    def sample(self) -> Sample:
        """Run one sample and wait for it. Raises `TooLong` and `Failed`; the process has ended then."""
        answer = self._ask("sample")
        return Sample(*answer)

    def stop(self) -> float:
        """End the process in good order; the most memory that it ever held, in MiB."""
        peak: float = self._ask("stop")
        self._process.join()
        return peak

    def _ask(self, question: str) -> Any:
        try:
            self._pipe.send(question)
            if not self._pipe.poll(self.limit):
                self.kill()
                raise TooLong
            fine, answer = self._pipe.recv()
        except (EOFError, OSError):
            self._process.join()
            raise Failed(f"the process ended with exit code {self._process.exitcode}") from None
        if not fine:
            self._process.join()
            raise Failed(answer)
        return answer

    def kill(self) -> None:
        """End the process at once, if it is still there."""
        self._process.kill()
        self._process.join()


def idle(limit: float) -> float:
    """The memory, in MiB, of a process that did nothing: what each peak begins with."""
    from bench.workloads import append  # what every side of a workload imports

    return Worker(append.bare, None, limit).stop()


def peak_memory() -> float:
    """The most memory that this process had, in MiB.

    Linux counts into `ru_maxrss` what the process that started this one had at that moment; its own count does not.
    """
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB


def _serve(pipe: Connection, target: Callable[[Any], Iterator[Callable[[], int]]], place: Any) -> None:
    try:
        samples = target(place)
        while pipe.recv() == "sample":
            run = next(samples)
            gc.collect()
            start = perf_counter()
            count = run()
            pipe.send((True, (count, perf_counter() - start)))
        samples.close()  # type: ignore[attr-defined] # sides are generators
        pipe.send((True, peak_memory()))
    except Exception:  # noqa: BLE001 - whatever it is, it is told to the one who waits for an answer
        pipe.send((False, traceback.format_exc()))
