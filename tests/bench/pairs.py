"""Samples of several sides in turn, and the ratios of those that were taken side by side."""

from __future__ import annotations

from statistics import median
from time import monotonic
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from bench.worker import Failed, Sample, TooLong, Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

OURS = "oplog"


class Unequal(Exception):
    """The sides did not do the same work."""


@frozen
class Spread:
    """The least, the median and the greatest of several numbers."""

    min: float
    median: float
    max: float

    @classmethod
    def of(cls, numbers: Sequence[float]) -> Spread:
        """Their spread; there must be one at least."""
        return cls(min(numbers), median(numbers), max(numbers))


@frozen
class Measured:
    """What came of one workload.

    `count` is how many each sample did. `seconds` are those of one sample by side, `peaks` the most memory of each
    side's process in MiB. A side that took too long is in `ended` and nowhere else.
    """

    count: int
    seconds: Mapping[str, list[float]]
    peaks: Mapping[str, float]
    ended: tuple[str, ...] = field(default=())

    @property
    def rounds(self) -> int:
        """How many samples of each side were taken."""
        return min((len(seconds) for seconds in self.seconds.values()), default=0)

    def ratio(self, other: str) -> Spread | None:
        """How many times as long as the other side ours took, round by round; None where one of them did not end."""
        if OURS not in self.seconds or other not in self.seconds:
            return None
        pairs = zip(self.seconds[OURS], self.seconds[other], strict=True)
        return Spread.of([ours / theirs for ours, theirs in pairs])


def measure(
    sides: Mapping[str, Callable[[Any], Iterator[Callable[[], int]]]],
    place: Any,
    *,
    rounds: int,
    warm_up: bool,
    minutes: float,
    limit: float,
) -> Measured:
    """Run the sides in turn, A B C A B C, each in a process of its own.

    A round that is not counted goes before them with `warm_up`. After `minutes` no further round is begun, but one is
    taken in any case. A side of which one sample takes more than `limit` seconds is ended and left out. Raises
    `Unequal` when the sides of a round did not do equally many, and `Failed` when one could not do its work.
    """
    workers = {side: Worker(target, place, limit) for side, target in sides.items()}
    seconds: dict[str, list[float]] = {side: [] for side in sides}
    counts: set[int] = set()
    begun = monotonic()
    try:
        for turn in range(-1 if warm_up else 0, rounds):
            if turn > 0 and monotonic() - begun > 60 * minutes:
                break
            samples = _one_round(workers)
            counts = {sample.count for sample in samples.values()}
            if len(counts) > 1:
                raise Unequal(", ".join(f"{side} did {sample.count}" for side, sample in samples.items()))
            if turn >= 0:
                for side, sample in samples.items():
                    seconds[side].append(sample.seconds)
        peaks = {side: worker.stop() for side, worker in workers.items()}
    finally:
        for worker in workers.values():
            worker.kill()
    ended = tuple(side for side in sides if side not in workers)
    return Measured(
        count=max(counts, default=0),
        seconds={side: taken for side, taken in seconds.items() if side not in ended},
        peaks=peaks,
        ended=ended,
    )


def _one_round(workers: dict[str, Worker]) -> dict[str, Sample]:
    """A sample of each side; a side that takes too long is dropped from `workers`."""
    samples = {}
    for side in list(workers):
        try:
            samples[side] = workers[side].sample()
        except TooLong:
            del workers[side]
        except Failed as error:
            raise Failed(f"{side}: {error}") from None
    return samples
