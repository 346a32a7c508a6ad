"""A log signs and proves what it holds, and nothing that was changed behind its back."""

from __future__ import annotations

import hashlib
import re
import shutil
from typing import TYPE_CHECKING

import pytest
from attrs import evolve
from eventsourcing.persistence import StoredEvent

from oplog import (
    BadKey,
    Cause,
    CauseKind,
    InvalidValue,
    LeafEntry,
    NotProved,
    NotSigned,
    NotSound,
    OpLog,
    SignedCheckpoint,
    commands,
    generate_key,
    parse_when,
    prove_additions,
    prove_event,
    sign_checkpoint,
    unsalted_in_proof,
)
from oplog.integrity.entry import entry_bytes
from oplog.integrity.tree import leaf_hash, tree_root
from tampering import rehash, rows, tamper

if TYPE_CHECKING:
    from pathlib import Path

    from oplog import SigningKey

ORIGIN = "northmoor.example/operations"


@pytest.fixture
def written(path: Path) -> Path:
    """Give the file of a log with seven events of two streams."""
    with OpLog.open(path, create=True, origin=ORIGIN) as log:
        for week in ("campaign/cycle-week", "campaign/road-week"):
            log.execute(week, commands.Plan(title=week, when=parse_when("June 2024")))
            log.execute(week, commands.Cancel(cause=Cause(CauseKind.INCIDENT, "the flood")))
            log.execute(week, commands.Reschedule(when=parse_when("July 2024")))
        log.execute("campaign/road-week", commands.Commence())
    return path


@pytest.fixture
def key() -> SigningKey:
    """Give the key of the log."""
    return generate_key(ORIGIN)


def sign(path: Path, key: SigningKey, previous: SignedCheckpoint | None = None) -> SignedCheckpoint:
    with OpLog.open(path) as log:
        return sign_checkpoint(log, key, previous)


def note(path: Path) -> None:
    with OpLog.open(path) as log:
        log.execute("campaign/road-week", commands.RecordNote(text="one more"))


def rewrite(path: Path, position: int, state: bytes) -> None:
    """Change an event and every hash with it, as somebody does who has the file and the specification."""
    tamper(path, "UPDATE stored_events SET state=? WHERE position=?", values=(state, position))
    rehash(path)


def test_a_checkpoint_is_over_all_events(written: Path, key: SigningKey) -> None:
    signed = sign(written, key)
    signed.verify(origin=ORIGIN, log_keys=[key.verifier])
    query = "SELECT originator_id, originator_version, topic, state FROM stored_events ORDER BY position"
    leaves = [leaf_hash(entry_bytes(index, *row)) for index, row in enumerate(rows(written, query))]
    assert (signed.checkpoint.size, signed.checkpoint.root) == (7, tree_root(leaves))
    with OpLog.open(written) as log:
        assert log.verify([signed], [key.verifier]) == ()


def test_an_empty_log_can_be_signed(path: Path, key: SigningKey) -> None:
    OpLog.open(path, create=True, origin=ORIGIN).close()
    assert sign(path, key).checkpoint.size == 0


def test_each_checkpoint_continues_the_one_before(written: Path, key: SigningKey) -> None:
    first = sign(written, key)
    note(written)
    second = sign(written, key, first)
    assert second.checkpoint.size == 8
    assert sign(written, key, second).checkpoint == second.checkpoint


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("UPDATE stored_events SET state=CAST(replace(CAST(state AS TEXT), 'flood', 'storm') AS BLOB)", "leaf"),
        ("UPDATE stored_events SET topic='campaign.noted' WHERE position=3", "leaf"),
        ("UPDATE stored_events SET leaf=zeroblob(32) WHERE position=3", "leaf"),
        ("UPDATE stored_events SET leaf=zeroblob(5) WHERE position=3", "leaf"),
        ("DELETE FROM stored_events WHERE position=3", "sequence"),
        ("DELETE FROM stored_events WHERE position=7", "tree"),
        ("UPDATE log_tree SET size=6", "tree"),
        ("UPDATE stored_events SET recorded_at=5 WHERE position=3", "index"),
    ],
)
def test_a_log_that_was_changed_is_not_signed(written: Path, key: SigningKey, statement: str, rule: str) -> None:
    tamper(written, statement)
    with pytest.raises(NotSound) as told:
        sign(written, key)
    assert rule in {finding.rule for finding in told.value.findings}


def test_a_log_that_was_rewritten_with_its_hashes_is_not_signed_again(written: Path, key: SigningKey) -> None:
    """Without the checkpoint signed before, nothing is to be seen: that is what it is for."""
    before = sign(written, key)
    state = rows(written, "SELECT state FROM stored_events WHERE position=2")[0][0]
    rewrite(written, 2, state.replace(b"flood", b"storm"))
    with pytest.raises(NotSound, match="the checkpoint that was signed before was signed over other events"):
        sign(written, key, before)
    assert sign(written, key).checkpoint.root != before.checkpoint.root


def test_an_older_copy_is_not_signed_again(written: Path, key: SigningKey, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with OpLog.open(written) as log:
        log.backup(copy)
    note(written)
    after = sign(written, key)
    with pytest.raises(NotSound, match="1 event is missing, from its end, as in an older copy, or from anywhere"):
        sign(copy, key, after)


def test_a_checkpoint_of_somebody_else_is_not_continued(written: Path, key: SigningKey) -> None:
    with pytest.raises(NotSigned):
        sign(written, key, sign(written, generate_key(ORIGIN)))
    other = sign(written, key).checkpoint
    foreign = SignedCheckpoint.sign(evolve(other, origin="other.example/log"), key)
    with pytest.raises(NotSigned, match="another log"):
        sign(written, key, foreign)


def test_findings_name_checkpoints_as_they_were_named(written: Path, key: SigningKey) -> None:
    before = sign(written, key)
    tamper(written, "DELETE FROM stored_events WHERE position=7")
    with OpLog.open(written) as log:
        named = [f.message for f in log.verify({"june.checkpoint": before}, [key.verifier])]
        numbered = [f.message for f in log.verify([before], [key.verifier])]
    assert any(message.startswith("june.checkpoint was signed over 7 events") for message in named)
    assert any(message.startswith("checkpoint 1 was signed over 7 events") for message in numbered)


@pytest.mark.parametrize("position", range(1, 8))
def test_each_event_is_proved_with_its_state(written: Path, key: SigningKey, position: int) -> None:
    signed = sign(written, key)
    note(written)
    with OpLog.open(written) as log:
        proof, state = prove_event(log, position, signed)
        recorded = next(log.events(after=position - 1, until=position))
    entry = type(proof).parse(proof.to_bytes()).proved_entry()
    assert entry == LeafEntry(
        position - 1, recorded.stream, recorded.version, recorded.name, hashlib.sha256(state).digest()
    )
    assert state == dict(rows(written, "SELECT position, state FROM stored_events"))[position]


@pytest.mark.parametrize("position", [-1, 0, 8])
def test_what_a_checkpoint_does_not_cover_is_not_proved(written: Path, key: SigningKey, position: int) -> None:
    signed = sign(written, key)
    note(written)
    said = f"^position {position}: the checkpoint covers the positions from 1 to 7$"
    with OpLog.open(written) as log, pytest.raises(InvalidValue, match=said):
        prove_event(log, position, signed)


@pytest.mark.parametrize(
    ("statement", "position"),
    [
        ("UPDATE stored_events SET state=CAST('{}' AS BLOB) WHERE position=3", 3),
        ("UPDATE stored_events SET originator_version=9 WHERE position=3", 3),
        ("UPDATE stored_events SET leaf=zeroblob(32) WHERE position=5", 3),
        ("UPDATE stored_events SET leaf=zeroblob(3) WHERE position=5", 3),
        ("DELETE FROM stored_events WHERE position=3", 3),
        ("DELETE FROM stored_events WHERE position=7", 3),
    ],
)
def test_a_log_that_was_changed_proves_nothing(written: Path, key: SigningKey, statement: str, position: int) -> None:
    signed = sign(written, key)
    tamper(written, statement)
    with OpLog.open(written) as log, pytest.raises(NotProved, match="find out what was changed with 'oplog verify"):
        prove_event(log, position, signed)


def test_additions_are_proved(written: Path, key: SigningKey) -> None:
    first = sign(written, key)
    note(written)
    second = sign(written, key, first)
    with OpLog.open(written) as log:
        proof = prove_additions(log, second, first.checkpoint)
        assert prove_additions(log, second).hashes == ()
    type(proof).parse(proof.to_bytes()).verify(first.checkpoint)


def test_a_log_that_was_changed_proves_no_additions(written: Path, key: SigningKey, tmp_path: Path) -> None:
    old_copy = tmp_path / "old.db"
    shutil.copy(written, old_copy)
    first = sign(written, key)
    note(written)
    second = sign(written, key, first)
    with OpLog.open(old_copy) as log, pytest.raises(NotProved, match=r"^the log has fewer than 8 leaves; find out"):
        prove_additions(log, second, first.checkpoint)
    with OpLog.open(written) as log, pytest.raises(NotProved, match=r"^there is no proof of consistency from 8 to 7"):
        prove_additions(log, first, second.checkpoint)
    tamper(written, "UPDATE stored_events SET leaf=zeroblob(32) WHERE position=5")
    with OpLog.open(written) as log, pytest.raises(NotProved, match="does not begin with the tree of 7 leaves"):
        prove_additions(log, second, first.checkpoint)


def test_a_checkpoint_of_another_log_proves_nothing(written: Path, key: SigningKey, tmp_path: Path) -> None:
    signed = sign(written, key)
    with OpLog.open(tmp_path / "other.db", create=True, origin="other.example/log") as log:
        said = re.escape("the checkpoint is of another log: the origin of this one is other.example/log")
        with pytest.raises(NotProved, match=f"^{said}$"):
            prove_event(log, 1, signed)
        with pytest.raises(NotProved, match=f"^{said}$"):
            prove_additions(log, signed)


def test_the_key_of_a_witness_signs_no_checkpoint(written: Path) -> None:
    with pytest.raises(BadKey, match="is that of a witness"):
        sign(written, generate_key(ORIGIN, witness=True))


def test_what_the_file_says_of_its_origin_is_not_signed_unasked(written: Path) -> None:
    """A key signs for the log that it is named after, or for the one that is asked for."""
    other = generate_key("northmoor.example/key-2024")
    with OpLog.open(written) as log:
        said = f"the origin of the log is '{ORIGIN}', and not 'northmoor.example/key-2024'"
        with pytest.raises(NotSigned, match=f"^{said}"):
            sign_checkpoint(log, other)
        with pytest.raises(NotSigned, match=r"and not 'other\.example/log'"):
            sign_checkpoint(log, other, origin="other.example/log")
        signed = sign_checkpoint(log, other, origin=ORIGIN)
    signed.verify(origin=ORIGIN, log_keys=[other.verifier])
    tamper(written, "UPDATE log_about SET value='other.example/log' WHERE key='origin'")
    with pytest.raises(NotSigned, match=r"the origin of the log is 'other\.example/log', and not"):
        sign(written, generate_key(ORIGIN))


def unsalted(path: Path, *positions: int) -> None:
    """Take the salt out of events, and make the hashes anew."""
    for position in positions:
        state = dict(rows(path, "SELECT position, state FROM stored_events"))[position]
        bare = re.sub(rb',"salt":"[0-9a-f]{32}"|"salt":"[0-9a-f]{32}",', b"", state)
        assert bare != state
        rewrite(path, position, bare)


def test_events_without_a_salt_are_counted_and_do_not_make_a_log_unsound(written: Path, key: SigningKey) -> None:
    with OpLog.open(written) as log:
        assert log.verify() == ()
    unsalted(written, 3, 6)
    with OpLog.open(written) as log:
        (finding,) = log.verify()
    assert (finding.rule, finding.severity, finding.position) == ("salt", "observation", 3)
    assert finding.message.startswith("2 events have no salt, this one first: ")
    assert sign(written, key).checkpoint.size == 7


def test_an_event_stored_through_the_library_has_no_salt_and_is_told(written: Path) -> None:
    with OpLog.open(written) as log:
        stored = StoredEvent(
            originator_id="campaign/bare", originator_version=1, topic="campaign.planned", state=b'{"data":{}}'
        )
        log.application.recorder.insert_events([stored])
        assert [(f.rule, f.position) for f in log.verify()] == [("salt", 8)]


def test_a_proof_names_the_events_without_a_salt_whose_hash_it_shows(written: Path, key: SigningKey) -> None:
    """The event itself, its neighbour, and the last one where it stands alone; salted ones are not named."""
    unsalted(written, 2, 5, 7)
    signed = sign(written, key)
    with OpLog.open(written) as log:
        named = {position: unsalted_in_proof(log, position, signed) for position in range(1, 8)}
        with pytest.raises(InvalidValue):
            unsalted_in_proof(log, 8, signed)
    assert named == {1: (2,), 2: (2,), 3: (), 4: (), 5: (5, 7), 6: (5, 7), 7: (7,)}


def test_a_fork_is_called_one_and_given_no_place(written: Path, key: SigningKey, tmp_path: Path) -> None:
    """Of two checkpoints that contradict each other, that one holds here says nothing of where the other differs."""
    fork = tmp_path / "fork.db"
    with OpLog.open(written) as log:
        log.backup(fork)
    note(written)
    with OpLog.open(fork) as log:
        log.execute("campaign/road-week", commands.RecordNote(text="another"))
    ours, theirs = sign(written, key), sign(fork, key)
    note(fork)
    later = sign(fork, key)
    with OpLog.open(written) as log:
        same_size = [f.message for f in log.verify({"ours": ours, "theirs": theirs}, [key.verifier])]
        longer = [f.message for f in log.verify({"ours": ours, "later": later}, [key.verifier])]
    assert same_size == [
        "theirs was signed over other events: what differs lies somewhere among the first 8",
        "ours and theirs contradict each other: no log begins with both, and a key that signs both signs two histories",
    ]
    (missing,) = longer
    assert missing.endswith(": 1 event is missing, from its end, as in an older copy, or from anywhere")
    note(written)
    with OpLog.open(written) as log:
        (unknown,) = log.verify({"ours": ours, "later": later}, [key.verifier])
        assert log.verify({"ours": ours}, [key.verifier]) == ()
    assert unknown.message == (
        "later was signed over other events: what differs lies somewhere among the first 9; after position 8 if later"
        " continues ours, which holds up to there. If it does not, the two contradict each other, and the key may have"
        " signed two histories"
    )
    newest = sign(written, key)
    with OpLog.open(written) as log:
        found = [f.message for f in log.verify({"theirs": theirs, "newest": newest}, [key.verifier])]
    assert found[-1].startswith("theirs and newest contradict each other: ")


def test_a_change_is_placed_no_closer_than_a_checkpoint_can_tell(written: Path, key: SigningKey) -> None:
    """With one checkpoint and all hashes made anew, it may be anywhere, or an event may be gone from anywhere."""
    signed = sign(written, key)
    state = rows(written, "SELECT state FROM stored_events WHERE position=7")[0][0]
    rewrite(written, 7, state.replace(b"road", b"rail") + b" ")
    with OpLog.open(written) as log:
        (changed,) = log.verify({"kept": signed}, [key.verifier])
    assert changed.message == "kept was signed over other events: what differs lies somewhere among the first 7"
