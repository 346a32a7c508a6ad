"""An append is stored, but whoever asked for it never learns so, and asks again with the same idempotency key."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from appends import acknowledgement, complaints, new_log
from processes import hear_out, start
from writers import be_killed, fail, keyed, lose

from oplog import OpLog
from profiles import measured, tries

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LOST = tries(short=50, full=1000)


def stored_times(path: Path) -> list[int]:
    """How often each append was stored, by its name."""
    with OpLog.open(path) as log:
        names = Counter(str(r.correlation_id) for r in log.events(after=3))
    return [count // len(keyed(None)) for count in names.values()]


def ask_twice(path: Path, key: str | None, lost: Callable[[], None]) -> list[bytes]:
    """Append in a process that does not learn of it, and again; give the acknowledgement of the second time."""
    told = hear_out(*start(lose, path, key, lost))
    if told:
        return told
    with OpLog.open(path) as log:
        return [acknowledgement(log.append(*keyed(key)))]


def test_an_append_asked_for_again_after_its_acknowledgement_was_lost_is_stored_once(tmp_path: Path) -> None:
    """Killed after the commit, or told that it failed: asking again gives the events that were stored."""
    path = tmp_path / "ops.db"
    new_log(path)
    told = [line for n in range(LOST) for line in ask_twice(path, f"key {n}", (be_killed, fail)[n % 2])]
    assert stored_times(path) == [1] * LOST
    assert complaints(path, told) == []
    assert len(told) == len(set(told)) == LOST
    measured("lost acknowledgements", asked_again=LOST, stored_twice=0, not_stored=0)


def test_an_append_asked_for_again_without_a_key_is_found_out(tmp_path: Path) -> None:
    """Control: without a key it is stored twice, after a kill and after an error."""
    for lost in (be_killed, fail):
        path = tmp_path / f"{lost.__name__}.db"
        new_log(path)
        ask_twice(path, None, lost)
        assert stored_times(path) == [2]
