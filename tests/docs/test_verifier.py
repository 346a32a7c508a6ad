"""The verifier in the documentation, which knows nothing of oplog, says of every log and proof what oplog says."""

from __future__ import annotations

import ast
import re
import runpy
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve, frozen

from oplog import (
    ConsistencyProof,
    InclusionProof,
    Malformed,
    NotProved,
    NotSigned,
    OpLog,
    SignedCheckpoint,
    SigningKey,
    commands,
    generate_key,
    parse_when,
    prove_additions,
    prove_event,
    sign_checkpoint,
)
from tampering import loosen, rehash, rows, tamper

if TYPE_CHECKING:
    from collections.abc import Callable

FILE = Path(__file__).parents[2] / "docs" / "reference" / "verify_oplog.py"
ORIGIN = "northmoor.example/operations"


@frozen
class Evidence:
    """A log and all that it gave out: two checkpoints, and the keys of the log and of a witness."""

    log: Path
    key: SigningKey
    witness: SigningKey
    older: SignedCheckpoint
    newer: SignedCheckpoint

    @property
    def trust(self) -> list[str]:
        return ["--origin", ORIGIN, "--key", str(self.key.verifier)]

    def file(self, name: str, data: bytes) -> str:
        path = self.log.with_name(name)
        path.write_bytes(data)
        return str(path)


@pytest.fixture
def evidence(path: Path) -> Evidence:
    """Give a log of nine events of two streams that signed a checkpoint at five and at nine."""
    key, witness = generate_key(ORIGIN), generate_key("authority.example/witness", witness=True)
    checkpoints = []
    with OpLog.open(path, create=True, origin=ORIGIN) as log:
        for week, notes in (("campaign/cycle-week", 4), ("campaign/road-week", 3)):
            log.execute(week, commands.Plan(title=week, when=parse_when("June 2024")))
            for number in range(notes):
                log.execute(week, commands.RecordNote(text=f"note {number}"))
            checkpoints.append(sign_checkpoint(log, key, *checkpoints[-1:]))
    return Evidence(path, key, witness, checkpoints[0], checkpoints[1].cosigned(witness, 1718000000))


@pytest.fixture
def stranger(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Run the verifier in this process; give its exit code and what it said."""
    main = runpy.run_path(str(FILE))["main"]

    def run(*arguments: str) -> tuple[int, str]:
        code = main([*arguments])
        told = capsys.readouterr()
        return code, told.out + told.err

    return run


Stranger = Any


def test_it_imports_nothing_of_oplog() -> None:
    """Nothing but the standard library and cryptography."""
    tree = ast.parse(FILE.read_text("utf-8"))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    tops = {name.partition(".")[0] for name in imported}
    assert "cryptography" in tops
    assert tops - {"cryptography"} <= set(sys.stdlib_module_names)


def test_it_runs_as_a_program_of_its_own(evidence: Evidence) -> None:
    checkpoint = evidence.file("c", evidence.newer.to_bytes())
    command = [sys.executable, "-I", str(FILE), "log", str(evidence.log), "--checkpoint", checkpoint, *evidence.trust]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (our own code)
    assert (done.returncode, done.stdout, done.stderr) == (0, "nothing was changed\n", "")


def renumber(path: Path) -> None:
    """Close the gaps that deleted events left, and make the hashes anew."""
    numbers = [row[0] for row in rows(path, "SELECT position FROM stored_events ORDER BY position")]
    for new, old in enumerate(numbers, 1):
        tamper(path, "UPDATE stored_events SET position=? WHERE position=?", values=(new, old))
    rehash(path)


def loosened(path: Path) -> None:
    """Put text where bytes belong."""
    with closing(sqlite3.connect(path)) as connection, connection:
        loosen(connection)
        connection.execute("UPDATE stored_events SET state='text' WHERE position=4")


STATE = "UPDATE stored_events SET state=CAST(replace(CAST(state AS TEXT), 'note 1', 'note x') AS BLOB) WHERE position=3"
TAMPERINGS: dict[str, list[str | Callable[[Path], None]]] = {
    "nothing": [],
    "state": [STATE],
    "state and hashes": [STATE, rehash],
    "stream": ["UPDATE stored_events SET originator_id='campaign/other' WHERE position=3"],
    "version": ["UPDATE stored_events SET originator_version=7 WHERE position=5"],
    "name": ["UPDATE stored_events SET topic='campaign.noted-twice' WHERE position=3"],
    "leaf": ["UPDATE stored_events SET leaf=zeroblob(32) WHERE position=3"],
    "short leaf": ["UPDATE stored_events SET leaf=zeroblob(31) WHERE position=3"],
    "frontier": ["UPDATE log_tree SET frontier=zeroblob(64)"],
    "size": ["UPDATE log_tree SET size=8"],
    "deleted": ["DELETE FROM stored_events WHERE position=3"],
    "deleted and closed": ["DELETE FROM stored_events WHERE position=5", renumber],
    "truncated": ["DELETE FROM stored_events WHERE position>7"],
    "truncated and hashes": ["DELETE FROM stored_events WHERE position>7", rehash],
    "emptied": ["DELETE FROM stored_events", rehash],
    "swapped": [
        "UPDATE stored_events SET position=99 WHERE position=3",
        "UPDATE stored_events SET position=3 WHERE position=7",
        "UPDATE stored_events SET position=7 WHERE position=99",
    ],
    "moved": ["UPDATE stored_events SET position=50 WHERE position=9"],
    "typed otherwise": [loosened],
}


@pytest.mark.parametrize("checked", [False, True], ids=["alone", "against checkpoints"])
@pytest.mark.parametrize("name", TAMPERINGS)
def test_it_finds_in_a_log_what_oplog_finds(evidence: Evidence, stranger: Stranger, name: str, checked: bool) -> None:
    """The same positions, and the same checkpoints."""
    for step in TAMPERINGS[name]:
        tamper(evidence.log, step) if isinstance(step, str) else step(evidence.log)
    held = {evidence.file("older", evidence.older.to_bytes()): evidence.older} if checked else {}
    held |= {evidence.file("newer", evidence.newer.to_bytes()): evidence.newer} if checked else {}
    with OpLog.open(evidence.log, despite_risks=True) as log:
        found = [
            f for f in log.verify(held, [evidence.key.verifier]) if f.rule in ("sequence", "leaf", "tree", "checkpoint")
        ]
    code, told = stranger(
        "log", str(evidence.log), *[part for file in held for part in ("--checkpoint", file)], *evidence.trust
    )
    assert code == bool(found), (found, told)
    if checked:
        assert bool(found) is (name != "nothing")
    positions = {int(number) for number in re.findall(r"^position (\d+) ", told, re.MULTILINE)}
    assert positions == {finding.position for finding in found if finding.position}
    for file in held:
        assert (f"{file}: " in told) is any(finding.message.startswith(f"{file} ") for finding in found)
    assert ("the tree that is stored" in told) is any(finding.rule == "tree" for finding in found)


@pytest.mark.parametrize("position", range(1, 10))
def test_it_verifies_the_proof_of_each_event(evidence: Evidence, stranger: Stranger, position: int) -> None:
    with OpLog.open(evidence.log) as log:
        proof, state = prove_event(log, position, evidence.newer)
    file, kept = evidence.file("p", proof.to_bytes()), evidence.file("s", state)
    witness = ["--witness", str(evidence.witness.verifier)]
    entry = proof.proved_entry()
    said = f"position {position}: {entry.stream}, version {entry.version}, {entry.name}\n"
    assert stranger("event", file, "--state", kept, *evidence.trust, *witness) == (0, said)
    evidence.file("s", state + b" ")
    assert stranger("event", file, "--state", kept, *evidence.trust)[0] == 1
    other = ["--origin", "other.example/log", *evidence.trust[2:]]
    assert stranger("event", file, *other) == (1, "the checkpoint is of another log\n")


def damaged(good: bytes) -> list[bytes]:
    """Damage a file at every byte, and in every line."""
    lines = good.split(b"\n")
    every = [good[:at] + bytes([good[at] ^ bit]) + good[at + 1 :] for at in range(len(good)) for bit in (1, 32)]
    every += [b"\n".join([*lines[:at], *lines[at + 1 :]]) for at in range(len(lines))]
    every += [b"\n".join([*lines[:at], lines[at], *lines[at:]]) for at in range(len(lines))]
    return [*every, b"", good + b"\n", good[:-1], b"\xff"]


def test_it_refuses_each_damaged_proof_that_oplog_refuses(evidence: Evidence, stranger: Stranger) -> None:
    """Of a proof of inclusion, at every byte and in every line."""
    with OpLog.open(evidence.log) as log:
        proof, _ = prove_event(log, 4, evidence.newer)
    taken = 0
    for data in damaged(proof.to_bytes()):
        try:
            read = InclusionProof.parse(data)
            read.checkpoint.verify(origin=ORIGIN, log_keys=[evidence.key.verifier])
            read.proved_entry()
            fine = True
        except (Malformed, NotProved, NotSigned):
            fine = False
        code, told = stranger("event", evidence.file("p", data), *evidence.trust)
        assert (code == 0) is fine, (data, told)
        taken += fine
    # What may change is what is passed over: the signature of a witness that was not asked for.
    assert 0 < taken < 300


def test_it_refuses_each_damaged_proof_of_additions_that_oplog_refuses(evidence: Evidence, stranger: Stranger) -> None:
    """Of a proof of consistency, at every byte and in every line."""
    with OpLog.open(evidence.log) as log:
        proof = prove_additions(log, evidence.newer, evidence.older.checkpoint)
    older = evidence.file("older", evidence.older.to_bytes())
    good = proof.to_bytes()
    file = evidence.file("p", good)
    assert stranger("additions", older, file, *evidence.trust) == (
        0,
        "4 events were added to 5, and nothing else was done\n",
    )
    for data in damaged(good):
        try:
            read = ConsistencyProof.parse(data)
            read.checkpoint.verify(origin=ORIGIN, log_keys=[evidence.key.verifier])
            read.verify(evidence.older.checkpoint)
            fine = True
        except (Malformed, NotProved, NotSigned):
            fine = False
        code, told = stranger("additions", older, evidence.file("p", data), *evidence.trust)
        assert (code == 0) is fine, (data, told)


def test_it_asks_for_the_witnesses_it_is_told_to(evidence: Evidence, stranger: Stranger) -> None:
    with OpLog.open(evidence.log) as log:
        proof, _ = prove_event(log, 4, evidence.newer)
    bare = evolve(proof, checkpoint=sign_again(evidence))
    witness = ["--witness", str(evidence.witness.verifier)]
    assert stranger("event", evidence.file("p", proof.to_bytes()), *evidence.trust, *witness)[0] == 0
    code, told = stranger("event", evidence.file("q", bare.to_bytes()), *evidence.trust, *witness)
    assert (code, told) == (1, "authority.example/witness did not cosign the checkpoint\n")
    posing = SigningKey("posing", 4, evidence.key.private)
    code, told = stranger(
        "event", evidence.file("p", proof.to_bytes()), *evidence.trust, "--witness", str(posing.verifier)
    )
    assert (code, told) == (1, "each witness has a key of its own, of type 0x04\n")


def sign_again(evidence: Evidence) -> SignedCheckpoint:
    return SignedCheckpoint.sign(evidence.newer.checkpoint, evidence.key)


def test_it_tells_what_is_missing_in_one_line(evidence: Evidence, stranger: Stranger) -> None:
    code, told = stranger("log", str(evidence.log.with_name("absent.db")))
    assert code == 1
    assert told.count("\n") == 1
    code, told = stranger("event", evidence.file("p", b"x"), "--origin", "x", "--key", "no+key")
    assert code == 1
    assert told.count("\n") == 1
    with pytest.raises(SystemExit):
        stranger("event", "p", "--origin", "x")
