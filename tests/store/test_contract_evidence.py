"""What a log promises of its evidence and between processes, whatever database keeps it; see test_contract.py."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from places import DATABASES, WITH_LEAVES, Place, Placed, change, note, on, plan

from oplog import CannotOpen, OpLog, commands
from oplog.integrity.tree import Frontier


@on(*WITH_LEAVES)
class TestEvidence(Placed):
    def test_a_failure_at_the_end_of_a_write_leaves_nothing(self, log: OpLog) -> None:
        """When the states cannot be stored, no event, leaf, id, key or state of the append is there."""
        log.append(plan())
        before, event, states = stored(log), event_of(log), log.stored_states()
        change(log, "ALTER TABLE stream_states RENAME TO aside")
        with pytest.raises(CannotOpen, match=r"cannot be written: .*stream_states"):
            log._store.recorder.append(lambda _: [event], lambda _: states, ())
        change(log, "ALTER TABLE aside RENAME TO stream_states")
        assert stored(log) == before
        assert log.append(note())[0].position == 2

    def test_the_stored_tree_is_that_of_the_events(self, log: OpLog) -> None:
        for n in range(1, 9):
            log.append(*(plan(f"campaign/s{n}-{m}") for m in range(n)))
            tree = Frontier()
            for leaf in log.leaves():
                tree.append(leaf)
            kept = log._store.tree()
            assert kept is not None
            assert (kept.size, kept.frontier) == (tree.size, tree.to_bytes())
            assert kept.size == log.head()
        assert log.verify() == ()

    @pytest.mark.parametrize(
        "statements",
        [
            ("UPDATE stored_events SET topic='campaign.cancelled' WHERE position=2",),
            ("UPDATE stored_events SET originator_id='campaign/other' WHERE position=4",),
            ("UPDATE stored_events SET recorded_at=recorded_at+1 WHERE position=2",),
            ("UPDATE stored_events SET effective_from='2017-01-01' WHERE position=3",),
            ("UPDATE stored_events SET event_id='0190163d-8694-739b-aea5-966c26f8ad91' WHERE position=3",),
            ("UPDATE stored_events SET idempotency_key='taken' WHERE position=3",),
            ("UPDATE stored_events SET leaf=(SELECT leaf FROM stored_events WHERE position=1) WHERE position=2",),
            ("UPDATE stored_events SET state=(SELECT state FROM stored_events WHERE position=2) WHERE position=3",),
            ("DELETE FROM stored_events WHERE position=2",),
            ("DELETE FROM stored_events WHERE position=4",),
            ("UPDATE stored_events SET position=9 WHERE position=4",),
            (
                "UPDATE stored_events SET position=9, originator_version=9 WHERE position=2",
                "UPDATE stored_events SET position=2, originator_version=2 WHERE position=3",
                "UPDATE stored_events SET position=3, originator_version=3 WHERE position=9",
            ),
            ("UPDATE log_tree SET size=3",),
            ("UPDATE log_tree SET frontier=(SELECT leaf FROM stored_events WHERE position=1)",),
            ("DELETE FROM log_tree",),
        ],
    )
    def test_what_was_changed_behind_its_back_is_found(self, log: OpLog, statements: tuple[str, ...]) -> None:
        log.append(plan(), note("one"), note("two"), plan("campaign/last"))
        assert log.verify() == ()
        change(log, *statements)
        assert log.verify() != ()


@on(*DATABASES)
class TestProcesses(Placed):
    def test_closing_and_opening_keeps_every_event(self, place: Place) -> None:
        with place.create() as log:
            log.append(plan("campaign/a"), plan("campaign/b"))
            log.execute("campaign/a", commands.Cancel(), actor="planner", source="a letter", marking="public")
            before = (list(log.events()), log.register())
        with place.open() as log:
            assert (list(log.events()), log.register()) == before

    def test_writers_in_several_processes_keep_one_order(self, place: Place) -> None:
        """They lose nothing, and whoever is told of a conflict decides again."""
        place.create().close()
        script = (
            "import sys\nfrom oplog import OpLog, commands\n"
            "with OpLog.open(eval(sys.argv[1])) as log:\n"
            "    log.execute('campaign/all', commands.Plan(title='all'), attempts=99)\n"
            "    log.execute('campaign/' + sys.argv[2], commands.Plan(title='own'))\n"
            "    for n in range(12):\n"
            "        log.execute('campaign/' + sys.argv[2], commands.RecordNote(text=str(n)))\n"
            "        log.execute('campaign/all', commands.RecordNote(text=sys.argv[2] + str(n)), attempts=99)\n"
        )
        where = repr(place.where if isinstance(place.where, dict) else str(place.where))
        running = [
            subprocess.Popen([sys.executable, "-c", script, where, name])  # noqa: S603 - our own script
            for name in ("a", "b", "c")
        ]
        assert [process.wait(90) for process in running] == [0, 0, 0]
        with place.open() as log:
            recorded = list(log.events())
            found = {finding.rule for finding in log.replay()}
        # Without a lock of the database, two processes can read the clock in one order and store in the other.
        assert found <= ({"recorded-time"} if place.name == "umadb" else set())
        assert [r.position for r in recorded] == list(range(1, 1 + 1 + 3 + 2 * 36))
        assert sorted(r.event.text for r in recorded if r.stream == "campaign/all" and r.version > 1) == sorted(
            f"{name}{n}" for name in "abc" for n in range(12)
        )


def stored(log: OpLog) -> Any:
    """All that the database holds of the log."""
    return (list(log.rows()), list(log.leaves()), log._store.tree(), log.stored_states())


def event_of(log: OpLog) -> Any:
    """A stored event that would be the next of its stream."""
    draft = log.draft()
    draft.add(note())
    mapper: Any = log.application.mapper
    return mapper.to_stored_event(draft._batch[0])
