"""The verifier in the documentation, which knows nothing of oplog, says of every log and proof what oplog says."""

from __future__ import annotations

import ast
import contextlib
import json
import re
import runpy
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from attrs import evolve, frozen
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import example, given
from hypothesis import strategies as st

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
from oplog.integrity.signing import Signature
from oplog.store.derive import derive
from tampering import loosen, rehash, rows, tamper

if TYPE_CHECKING:
    from collections.abc import Callable

FILE = Path(__file__).parents[2] / "docs" / "reference" / "verify_oplog.py"
BESIDE = runpy.run_path(str(FILE))["beside"]
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
            log.execute(week, commands.Plan(title=week, when=parse_when("June 2024")), effective=parse_when("2024-05~"))
            for number in range(notes):
                log.execute(week, commands.RecordNote(text=f"note {number}"), idempotency_key=f"{week} {number}")
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
    """Put a text and a number where bytes belong."""
    with closing(sqlite3.connect(path)) as connection, connection:
        loosen(connection)
        connection.execute("UPDATE stored_events SET state='text' WHERE position=4")
        connection.execute("UPDATE stored_events SET state=5 WHERE position=6")


def before_the_first(path: Path) -> None:
    """Put an event where none belongs."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA ignore_check_constraints=ON")
        connection.execute("UPDATE stored_events SET position=-2 WHERE position=3")


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
    "before the first": [before_the_first],
    "id": ["UPDATE stored_events SET event_id='x' WHERE position=3"],
    "idempotency key": ["UPDATE stored_events SET idempotency_key='x' WHERE position=3"],
    "recorded at": ["UPDATE stored_events SET recorded_at=recorded_at+1 WHERE position=3"],
    "no recorded at": ["UPDATE stored_events SET recorded_at=NULL WHERE position=3"],
    "effective from": ["UPDATE stored_events SET effective_from='2024-01-01' WHERE position=3"],
    "effective to": ["UPDATE stored_events SET effective_to=NULL WHERE position=1"],
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
        found = [f for f in log.verify(held, [evidence.key.verifier]) if f.rule != "database"]
    trust = evidence.trust if checked else evidence.trust[:2]
    code, told = stranger("log", str(evidence.log), *[part for file in held for part in ("--checkpoint", file)], *trust)
    assert code == bool(found), (found, told)
    if checked:
        assert bool(found) is (name != "nothing")
    assert ("beside the event" in told) is any(finding.rule == "index" for finding in found)
    positions = {int(number) for number in re.findall(r"^position (-?\d+) ", told, re.MULTILINE)}
    assert positions == {finding.position for finding in found if finding.position is not None}
    for file in held:
        assert (f"{file}: " in told) is any(finding.message.startswith(f"{file} ") for finding in found)
    assert ("the tree that is stored" in told) is any(finding.rule == "tree" for finding in found)


EDTF = st.from_regex(r"\A[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?[?~%]?\Z") | st.sampled_from(
    [
        "..",
        "",
        "2024-W02",
        "2024-02-30",
        "9999-24",
        "9999-12",
        "0000",
        "0001",
        "2024-21",
        "2024-24",
        "2024-36",
        "2024-00",
    ]
)
STATES = st.fixed_dictionaries(
    {},
    optional={
        "id": st.text() | st.none() | st.integers(),
        "idempotency_key": st.text() | st.none(),
        "recorded_at": st.datetimes().map(lambda moment: f"{moment.isoformat()}Z") | st.sampled_from(["soon", ""]),
        "effective": EDTF
        | st.tuples(EDTF, EDTF).map("/".join)
        | st.builds(lambda edtf: {"edtf": edtf, "words": "then"}, EDTF)
        | st.sampled_from([None, {}, [], 5, {"edtf": 5}]),
        "salt": st.just("00"),
    },
)


@given(STATES.map(lambda said: json.dumps(said).encode()) | st.binary(max_size=20))
@example(b'{"effective": "2023-12-15/2024-01"}')
@example(b'{"effective": "../2024-24"}')
@example(b'{"effective": "2024-06/2024-05"}')
@example(b'{"effective": "2024/2024-05"}')
@example(b'{"id": "a", "effective": {"edtf": 5}}')
@example(b'{"id": "a", "effective": {"edtf": null}}')
@example(b'{"id": "a", "effective": {}}')
@example(b'{"id": "a", "effective": {"edtf": ""}}')
@example(b'{"id": "a", "data": NaN}')
@example(b'{"id": "a", "recorded_at": "2024-06-20T14:05:09+01:00"}')
def test_it_finds_the_same_beside_an_event_as_oplog(state: bytes) -> None:
    """What follows from a state, by the specification alone, is what oplog derives."""
    assert BESIDE(state) == attrs.astuple(derive(state))


def test_it_holds_the_origin_against_the_one_asked_for(evidence: Evidence, stranger: Stranger) -> None:
    """With and without a checkpoint; and says when there is none, or one that names no log."""
    checkpoint = ["--checkpoint", evidence.file("c", evidence.newer.to_bytes())]
    assert stranger("log", str(evidence.log), "--origin", ORIGIN)[0] == 0
    other = "this is another log: its origin is 'northmoor.example/operations'\n"
    assert stranger("log", str(evidence.log), "--origin", "other.example/log") == (1, other)
    for value in ("other.example/log", "", "a b", "a\nb"):
        tamper(evidence.log, "UPDATE log_about SET value=? WHERE key='origin'", values=(value,))
        code, told = stranger("log", str(evidence.log), *checkpoint, *evidence.trust)
        assert (code, "origin" in told) == (1, True)
    for statement in ("DELETE FROM log_about WHERE key='origin'", "DROP TABLE log_about"):
        tamper(evidence.log, statement)
        assert stranger("log", str(evidence.log))[0] == 1


@pytest.mark.parametrize("option", ["--key", "--witness"])
def test_it_takes_no_trust_without_a_checkpoint(evidence: Evidence, stranger: Stranger, option: str) -> None:
    """What was not looked at is not said to be right."""
    with pytest.raises(SystemExit) as ended:
        stranger("log", str(evidence.log), "--origin", ORIGIN, option, "nonsense")
    assert ended.value.code == 2


def test_it_takes_no_witness_for_the_log(evidence: Evidence, stranger: Stranger) -> None:
    checkpoint = evidence.file("c", evidence.newer.to_bytes())
    trust = ["--origin", ORIGIN, "--key", str(evidence.witness.verifier)]
    told = stranger("log", str(evidence.log), "--checkpoint", checkpoint, *trust)
    assert told == (1, "a log signs with a key of type 0x01\n")


def test_it_counts_no_cosignature_without_a_time_or_of_the_future(evidence: Evidence, stranger: Stranger) -> None:
    """A witness that signed for no moment, or for the far future, did not say when it saw the log."""
    text = evidence.newer.note.text.encode()
    witness = ["--witness", str(evidence.witness.verifier)]
    private = Ed25519PrivateKey.from_private_bytes(evidence.witness.private)
    for moment, code in ((0, 1), (1, 0), (int(time.time()) + 60, 0), (2**62, 1)):
        data = moment.to_bytes(8) + private.sign(b"cosignature/v1\ntime %d\n" % moment + text)
        timed = evidence.newer.with_signatures(Signature(evidence.witness.name, evidence.witness.verifier.id, data))
        file = evidence.file("c", timed.to_bytes())
        assert stranger("log", str(evidence.log), "--checkpoint", file, *evidence.trust, *witness)[0] == code
        assert stranger("log", str(evidence.log), "--checkpoint", file, *evidence.trust)[0] == 0


def test_it_reads_no_more_signatures_and_bytes_than_oplog(evidence: Evidence, stranger: Stranger) -> None:
    """A hundred signatures and 1 MiB, and not one more."""
    good = evidence.newer.to_bytes()
    spare = "".join(f"\u2014 other{number} AAAAAAA=\n" for number in range(99)).encode()
    for data, code in (
        (good + spare[: spare.rindex("\u2014".encode())], 0),
        (good + spare, 1),
        (good + b"\xe2\x80\x94 long " + b"A" * 2**20 + b"\n", 1),
    ):
        file = evidence.file("c", data)
        with contextlib.suppress(Malformed):
            SignedCheckpoint.parse(data)
            assert code == 0
        assert stranger("log", str(evidence.log), "--checkpoint", file, *evidence.trust)[0] == code


def test_it_tells_in_one_line_that_a_file_is_no_key(evidence: Evidence, stranger: Stranger) -> None:
    checkpoint = evidence.file("c", evidence.newer.to_bytes())
    for data in (b"\xff\xfe", b"a b+00000000+AAAA", b"nothing"):
        trust = ["--origin", ORIGIN, "--key", evidence.file("k", data)]
        code, told = stranger("log", str(evidence.log), "--checkpoint", checkpoint, *trust)
        assert (code, told.count("\n")) == (1, 1)


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
