"""A process that projects is killed with signal 9, again and again: views are what the events give, nothing twice."""

from __future__ import annotations

import time
from random import Random
from typing import TYPE_CHECKING, Any

from appends import STREAMS
from processes import hear, kill, start
from projectors import project_by_half, project_on_and_on

from oplog import PROJECTIONS, OpLog, Pending, events
from profiles import measured, tries

if TYPE_CHECKING:
    from pathlib import Path

KILLS = tries(short=12, full=100)
KILLS_ON_POSTGRESQL = tries(short=4, full=20)
MOMENT, STARTING = 0.06, 0.3  # seconds: about what a round takes, and about what it takes to start and open the log


def wrong(log: OpLog) -> list[str]:
    """Where a stored view differs from what the events give at its own position, or from what they give now."""
    found = [finding.message for finding in log.replay() if finding.rule == "stored-view"]
    stored = [projection for projection in PROJECTIONS if projection.row is not None]
    return found + [f"{p.name} is read wrong" for p in stored if log.view(p.name) != p.view(log.read())]


def kill_projectors(log: OpLog, where: Any, kills: int) -> None:
    """Kill a projecting process at moments that chance chooses, and look at the views after each."""
    log.append(*(Pending(stream=stream, event=events.Planned(title="a plan")) for stream in STREAMS))
    chance = Random(2017)
    rounds = 0
    for _ in range(kills):
        process, heard = start(project_on_and_on, where)
        patience = chance.randint(0, 4)
        for _ in range(patience):
            hear(heard)
        time.sleep(chance.uniform(0, MOMENT if patience else STARTING))
        rounds += patience + len(kill(process, heard))
        assert wrong(log) == []
    assert rounds > kills
    held = [r for r in log.events() if isinstance(r.event, events.OccurrenceHeld)]
    log.project()
    before = {p.name: log.stored_view(p.name) for p in PROJECTIONS if p.row is not None}
    for name in before:
        log.rebuild(name)
    assert {name: log.stored_view(name) for name in before} == before
    counted = [row.figure.value for row in log.view("figures") if row.figure.measure == "occurrences"]
    assert sum(filter(None, counted)) == 2 * len(held)
    query = "SELECT COUNT(*) FROM (SELECT DISTINCT projection, generation FROM view_rows) AS found"
    assert log._store.recorder.query(query)[0][0] <= len(before)
    assert wrong(log) == []
    measured("projecting", kills=kills, rounds=rounds, events=log.head(), rows_wrong=0)


def test_killed_projectors_leave_the_views_as_the_events_give_them(tmp_path: Path) -> None:
    """However often a projecting process is killed, the views in a file are those of a rebuild, with nothing twice."""
    path = tmp_path / "ops.db"
    with OpLog.open(path, create=True) as log:
        kill_projectors(log, path, KILLS)


def test_killed_projectors_leave_the_views_in_postgresql_too(postgresql_url: str) -> None:
    """In PostgreSQL they are, too."""
    with OpLog.open(postgresql_url, create=True) as log:
        kill_projectors(log, postgresql_url, KILLS_ON_POSTGRESQL)


def test_a_projector_that_stores_rows_and_position_apart_is_found_out(tmp_path: Path) -> None:
    """Control: killed in between, it leaves rows that are further on than the view says."""
    path = tmp_path / "ops.db"
    with OpLog.open(path, create=True) as log:
        log.append(*(Pending(stream=stream, event=events.Planned(title="a plan")) for stream in STREAMS))
        process, heard = start(project_by_half, path)
        hear(heard)
        kill(process, heard)
        assert wrong(log) != []
