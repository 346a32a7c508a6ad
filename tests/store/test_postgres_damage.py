"""Files of a PostgreSQL server that were damaged on its disk: what they hide is passed over, and found."""

from __future__ import annotations

import json
import os
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from places import note, plan

from oplog import Damaged, OpLog
from oplog_cli.main import cli

if TYPE_CHECKING:
    from collections.abc import Sequence

    from click.testing import Result

    from oplog import Finding
    from servers.postgresql import PostgreSQL

BLOCK = 8192
STREAMS = [f"campaign/w{n}" for n in range(50)]


@pytest.fixture
def server(own_postgresql: PostgreSQL) -> PostgreSQL:
    """Give a server of one's own with a log of 50 streams, the first event of each."""
    with OpLog.open(own_postgresql.url(), create=True) as log:
        log.append(*(plan(stream) for stream in STREAMS))
    return own_postgresql


def damage(server: PostgreSQL, relation: str, block: int) -> None:
    """Flip a bit in a block of a relation's file while the server is down; a negative block is counted from the end."""
    (found,) = server.rows("SELECT pg_relation_filepath(%s)", relation)
    file = server.data / found[0]
    server.run("CHECKPOINT")
    server.kill()
    pages = bytearray(file.read_bytes())
    assert pages, f"{relation} is empty"
    pages[block * BLOCK % len(pages) + 5000] ^= 1
    file.write_bytes(pages)
    server.start()


def positions_in(server: PostgreSQL, block: int) -> list[int]:
    """The positions of the events that lie in a block."""
    found = server.rows("SELECT position, (ctid::text::point)[0]::int FROM oplog.stored_events ORDER BY position")
    blocks = [place % (found[-1][1] + 1) == block % (found[-1][1] + 1) for _, place in found]
    return [position for (position, _), inside in zip(found, blocks, strict=True) if inside]


def places(found: Sequence[Finding]) -> list[tuple[str, int | None]]:
    """The rule and the position of each finding."""
    return [(finding.rule, finding.position) for finding in found]


@pytest.mark.parametrize(("block", "changed"), [(0, [50]), (1, [1]), (-1, [])])
def test_events_in_a_damaged_page_are_named_and_all_others_are_verified(
    server: PostgreSQL, block: int, changed: list[int]
) -> None:
    """The page that holds the first, some, or the last events; an event that was changed elsewhere is found as well."""
    with server.connect() as connection:
        connection.execute("UPDATE oplog.stored_events SET topic = 'x' WHERE position = ANY (%s)", (changed,))
    hidden = positions_in(server, block)
    damage(server, "oplog.stored_events", block)
    with OpLog.open(server.url()) as log:
        found = log.verify()
        assert log.replay() == found
        with pytest.raises(Damaged, match="the log cannot be read: invalid page in block"):
            list(log.rows())
    first, last = hidden[0], hidden[-1]
    gap = ("sequence", first if last == 50 else last + 1)
    leaves = [("leaf", position) for position in changed]
    assert Counter(places(found)) == Counter([("database", first), gap, *leaves, ("tree", None)])
    (told,) = [finding.message for finding in found if finding.rule == "database"]
    assert told.startswith(f"the events from position {first} to {last} cannot be read: invalid page in block ")


def test_an_event_whose_text_lies_in_a_damaged_page_is_named(server: PostgreSQL) -> None:
    """PostgreSQL keeps long values apart; what is lost with such a page is one event."""
    with OpLog.open(server.url()) as log:
        log.append(note(os.urandom(6000).hex(), STREAMS[3]))
        log.append(note("It cleared.", STREAMS[3]))
        (toast,) = server.rows(
            "SELECT reltoastrelid::regclass::text FROM pg_class WHERE oid = 'oplog.stored_events'::regclass"
        )[0]
        damage(server, toast, 0)
        assert places(log.verify()) == [("database", 51), ("sequence", 52), ("sequence", 52), ("tree", None)]


@pytest.mark.parametrize(
    ("table", "rule", "replayed"),
    [("log_tree", "database", True), ("stream_states", "stored-state", False)],
)
def test_what_lies_beside_the_events_may_be_damaged_too(
    server: PostgreSQL, table: str, rule: str, replayed: bool
) -> None:
    """The events are verified and folded all the same."""
    damage(server, f"oplog.{table}", 0)
    with OpLog.open(server.url()) as log:
        assert [place[0] for place in places(log.verify())] == ([rule] if replayed else [])
        assert places(log.replay()) == [(rule, None)]


def test_events_that_a_damaged_index_hides_are_named(server: PostgreSQL) -> None:
    """In a long log events are read by the index of positions, here too, though PostgreSQL would not for fifty."""
    damage(server, "oplog.stored_events_position", 1)
    with OpLog.open(server.url(options="-c enable_seqscan=off")) as log:
        found = log.verify()
    assert ("sequence", 1) in places(found)
    told = [finding.message for finding in found if finding.position == 1]
    assert told[0].startswith("the events from position 1 to 50 cannot be read: invalid page in block 1")


def test_the_shell_tells_what_it_found(server: PostgreSQL) -> None:
    """Verifying and replaying end with findings and the exit code 1; what needs all events, with one line."""
    last = positions_in(server, 0)[-1]
    damage(server, "oplog.stored_events", 0)

    def run(*words: str) -> Result:
        result = CliRunner().invoke(cli, ("--log", server.url(), *words), prog_name="oplog")
        assert result.exit_code == 1
        return result

    assert f"verified {50 - last} events of the log oplog/" in run("verify").stdout
    told = run("replay").stdout
    assert told.startswith("checked what can be read of the log, which is not all of it\n")
    assert f"the events from position 1 to {last} cannot be read: invalid page in block 0" in told
    read = json.loads(run("replay", "--json").stdout)
    assert (read["events"], read["streams"], read["head"], read["faults"]) == (None, None, None, 3)
    error = run("export").stderr
    assert error.startswith("oplog: the log cannot be read: invalid page in block 0")
    assert error.endswith("; 'oplog replay' finds all that is damaged\n")
