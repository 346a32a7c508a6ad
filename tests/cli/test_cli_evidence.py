"""The commands that give evidence and take it: keys, checkpoints, proofs, witnesses and verification."""

from __future__ import annotations

import json
import stat
import time
from typing import TYPE_CHECKING

import pytest

from oplog import (
    ConsistencyProof,
    InclusionProof,
    OpLog,
    SignedCheckpoint,
    SigningKey,
    read_signing_key,
    write_key_pair,
)
from tampering import rehash, tamper

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from shell import Run

ORIGIN = "northmoor.example/operations"


@pytest.fixture
def log_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give the path of an empty log with a name, in the folder that commands run in."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "ops.db"
    OpLog.open(path, create=True, origin=ORIGIN).close()
    return path


@pytest.fixture
def ready(run: Run) -> Run:
    """Give the commands on a log of two events with a key, a witness and a cosigned checkpoint."""
    run("record", "campaign", "plan", "week", "--title", "week of action", "--when", "June 2024")
    run("record", "campaign", "cancel", "week", "--cause", "the flood", "--cause-kind", "incident")
    run("keygen", "log.key")
    run("keygen", "witness.key", "--witness", "--name", "authority.example/witness")
    run("checkpoint", "--key", "log.key")
    run("prove", "-o", "submission")
    run(*WITNESS, "--first")
    return run


WITNESS = (
    *("witness", "submission", "--key", "witness.key", "--log-key", "log.key.pub"),
    *("--origin", ORIGIN, "--memory", "seen", "-o", "cosigned"),
)
HELD = ("--checkpoint", "cosigned", "--key", "log.key.pub", "--witness", "witness.key.pub")
PROOF = ("--key", "log.key.pub", "--origin", ORIGIN)


def add(run: Run) -> None:
    run("record", "campaign", "reschedule", "week", "--when", "July 2024")


def forge(path: Path) -> None:
    """Change an event and every hash with it."""
    state = "UPDATE stored_events SET state=CAST(replace(CAST(state AS TEXT), 'flood', 'storm') AS BLOB)"
    tamper(path, state)
    rehash(path)


def test_keygen_makes_a_key_for_the_log(run: Run, tmp_path: Path) -> None:
    told = run("keygen", "log.key").output.splitlines()
    key = read_signing_key(tmp_path / "log.key")
    assert told == ["made the private key log.key and the verifier key log.key.pub", str(key.verifier)]
    assert key.name == ORIGIN
    assert not key.timed
    assert stat.S_IMODE((tmp_path / "log.key").stat().st_mode) == 0o600
    assert key.secret() not in "".join(told)
    again = run("keygen", "log.key", code=1).stderr
    assert again == "oplog: log.key.pub exists: a key is never overwritten; choose another name\n"


def test_keygen_makes_a_key_for_a_witness(run_nowhere: Run, tmp_path: Path) -> None:
    """It needs no log, and a name of its own."""
    run_nowhere("keygen", "--witness", "--name", "authority.example/witness", "w.key")
    assert read_signing_key(tmp_path / "w.key").timed
    assert "a witness has a name of its own" in run_nowhere("keygen", "--witness", "v.key", code=2).stderr
    assert "the name of a key" in run_nowhere("keygen", "--name", "a b", "v.key", code=1).stderr
    assert not (tmp_path / "v.key").exists()


def test_a_checkpoint_lies_beside_the_log_and_is_replaced_by_the_next(ready: Run, tmp_path: Path) -> None:
    file = tmp_path / "ops.db.checkpoint"
    before = SignedCheckpoint.parse(file.read_bytes())
    add(ready)
    assert ready("checkpoint", "--key", "log.key").output == f"signed 3 events; written to {file}\n"
    after = SignedCheckpoint.parse(file.read_bytes())
    assert (before.checkpoint.size, after.checkpoint.size) == (2, 3)


def test_a_log_that_was_forged_is_not_signed_over_the_checkpoint_before(ready: Run, tmp_path: Path) -> None:
    before = (tmp_path / "ops.db.checkpoint").read_bytes()
    forge(tmp_path / "ops.db")
    told = ready("checkpoint", "--key", "log.key", code=1).stderr
    assert "the checkpoint that was signed before was signed over other events" in told
    assert told.count("\n") == 1
    assert (tmp_path / "ops.db.checkpoint").read_bytes() == before


def test_a_checkpoint_takes_the_place_of_nothing_else(ready: Run, tmp_path: Path) -> None:
    key = (tmp_path / "log.key").read_text()
    for file in ("log.key", "ops.db"):
        assert ready("checkpoint", "--key", "log.key", file, code=1).stderr.startswith(f"oplog: {file}: ")
    assert ready(*WITNESS[:-1], "witness.key", code=1).stderr.startswith("oplog: witness.key: ")
    assert (tmp_path / "log.key").read_text() == key
    assert OpLog.open(tmp_path / "ops.db").head() == 2


def test_a_key_that_others_can_read_is_not_used(ready: Run, tmp_path: Path) -> None:
    (tmp_path / "log.key").chmod(0o644)
    told = ready("checkpoint", "--key", "log.key", code=1).stderr
    assert told == (
        "oplog: log.key: others can read this private key; close it with 'chmod 600 log.key', or make a new one\n"
    )


def test_a_witness_cosigns_what_continues(ready: Run, tmp_path: Path) -> None:
    add(ready)
    ready("checkpoint", "--key", "log.key")
    ready("prove", "--since", "cosigned", "-o", "submission", "--force")
    proof = ConsistencyProof.parse((tmp_path / "submission").read_bytes())
    assert (proof.old, proof.checkpoint.checkpoint.size) == (2, 3)
    assert ready(*WITNESS).output == "cosigned 3 events; written to cosigned\n"
    assert (tmp_path / "seen").read_bytes() == (tmp_path / "cosigned").read_bytes()


def test_a_witness_refuses_a_forged_log(ready: Run, tmp_path: Path) -> None:
    """Signed by the true key, because whoever forged it has that too."""
    seen = (tmp_path / "seen").read_bytes()
    forge(tmp_path / "ops.db")
    add(ready)
    (tmp_path / "ops.db.checkpoint").unlink()
    ready("checkpoint", "--key", "log.key")
    told = ready("prove", "--since", "cosigned", "-o", "submission", "--force", code=1).stderr
    assert "does not begin with the tree of 2 leaves" in told
    ready("prove", "-o", "submission", "--force")
    assert "the proof starts from 0 leaves, and the older checkpoint has 2" in ready(*WITNESS, code=1).stderr
    assert (tmp_path / "seen").read_bytes() == seen


def test_verify_tells_what_it_saw(ready: Run) -> None:
    lines = ready("verify", *HELD).output.splitlines()
    assert lines[0] == f"verified 2 events of the log {ORIGIN}"
    assert lines[1].startswith("cosigned: 2 events, signed by the log, cosigned by authority.example/witness at 20")
    assert lines[2:] == ["the log is sound: nothing was found"]
    alone = ready("verify").output.splitlines()
    assert alone[-1] == "no checkpoint was given: an older copy, or a change of everything at once, would not show"


def test_verify_finds_a_forged_log_by_the_checkpoint_alone(ready: Run, tmp_path: Path) -> None:
    forge(tmp_path / "ops.db")
    ready("verify")
    told = ready("verify", *HELD, code=1).output
    assert "cosigned was signed over other events" in told
    assert "the log is NOT sound: 1 fault, 0 observations" in told


def test_verify_finds_an_older_copy(ready: Run, tmp_path: Path) -> None:
    ready("backup", "copy.db")
    add(ready)
    ready("checkpoint", "--key", "log.key", "later")
    (tmp_path / "copy.db").replace(tmp_path / "ops.db")
    for suffix in ("-wal", "-shm"):
        (tmp_path / f"ops.db{suffix}").unlink(missing_ok=True)
    ready("verify")
    assert "older copy" in ready("verify", "--checkpoint", "later", "--key", "log.key.pub", code=1).output


def test_verify_gives_json(ready: Run, tmp_path: Path) -> None:
    read = json.loads(ready("verify", *HELD, "--json").output)
    root = SignedCheckpoint.parse((tmp_path / "cosigned").read_bytes()).checkpoint.root.hex()
    assert (read["events"], read["origin"], read["findings"]) == (2, ORIGIN, [])
    (held,) = read["checkpoints"]
    assert (held["file"], held["size"], held["root"]) == ("cosigned", 2, root)
    assert [witness["name"] for witness in held["witnesses"]] == ["authority.example/witness"]
    tamper(tmp_path / "ops.db", "DELETE FROM stored_events WHERE position=1")
    read = json.loads(ready("verify", "--json", code=1).output)
    assert {finding["position"] for finding in read["findings"]} == {2, None}


def test_verify_asks_for_all_witnesses_unless_told_how_many(ready: Run, tmp_path: Path) -> None:
    write_key_pair(tmp_path / "other.key", SigningKey("auditor.example/witness", 4, bytes(32)))
    both = (*HELD, "--witness", "other.key.pub")
    assert "1 of the witnesses cosigned this checkpoint, and 2 were asked for" in ready("verify", *both, code=1).stderr
    ready("verify", *both, "--quorum", "1")
    bare = ("--checkpoint", "ops.db.checkpoint", *HELD[2:])
    assert "0 of the witnesses cosigned" in ready("verify", *bare, code=1).stderr
    ready("verify", *bare, "--quorum", "0")


def test_a_proof_shows_one_event(ready: Run, tmp_path: Path) -> None:
    ready("prove", "2", "--checkpoint", "cosigned", "-o", "p.tlog-proof", "--state", "p.json")
    entry = InclusionProof.parse((tmp_path / "p.tlog-proof").read_bytes()).proved_entry()
    assert (entry.stream, entry.name) == ("campaign/week", "campaign.cancelled")
    assert b"flood" not in (tmp_path / "p.tlog-proof").read_bytes()
    lines = ready("verify", "p.tlog-proof", *PROOF, "--state", "p.json").output.splitlines()
    assert lines == [
        "position 2: campaign/week, version 2, campaign.cancelled",
        f"one of the first 2 events of {ORIGIN}, signed by the log",
        "p.json is what is stored of it",
    ]
    told = ready("verify", "p.tlog-proof", *PROOF, "--witness", "witness.key.pub").output
    assert "signed by the log, cosigned by authority.example/witness at 20" in told
    read = json.loads(ready("verify", "p.tlog-proof", *PROOF, "--json").output)
    assert read == {
        "position": 2,
        "stream": "campaign/week",
        "version": 2,
        "event": "campaign.cancelled",
        "origin": ORIGIN,
        "size": 2,
        "witnesses": [],
        "state": None,
    }


def test_a_proof_of_something_else_is_refused(ready: Run, tmp_path: Path) -> None:
    ready("prove", "2", "-o", "p", "--state", "s")
    (tmp_path / "s").write_bytes(b"{}")
    assert "s is not what is stored of this event" in ready("verify", "p", *PROOF, "--state", "s", code=1).stderr
    other = ("--key", "log.key.pub", "--origin", "other.example/log")
    assert "this is a checkpoint of another log" in ready("verify", "p", *other, code=1).stderr
    told = ready("verify", "p", "--key", "witness.key.pub", "--origin", ORIGIN, code=1).stderr
    assert (
        told == "oplog: the key authority.example/witness is that of a witness: a log signs with a key of type 0x01\n"
    )
    data = (tmp_path / "p").read_bytes()
    (tmp_path / "p").write_bytes(data.replace(b"index 1", b"index 0"))
    assert "oplog: the leaf is not that of index 0" in ready("verify", "p", *PROOF, code=1).stderr
    (tmp_path / "p").write_bytes(data.replace(b"index 1", b"index 01"))
    assert "oplog: p: line 3: expected a number" in ready("verify", "p", *PROOF, code=1).stderr


def test_a_proof_replaces_nothing_unasked(ready: Run, tmp_path: Path) -> None:
    key = (tmp_path / "log.key").read_text()
    assert "exists already" in ready("prove", "2", "-o", "log.key", code=1).stderr
    assert (tmp_path / "log.key").read_text() == key


def test_proving_an_event_is_recorded_where_a_trail_is_kept(ready: Run, tmp_path: Path) -> None:
    ready("access", "start", "--why", "section 62")
    ready("checkpoint", "--key", "log.key")
    assert "--why and --for" in ready("prove", "2", "-o", "p", code=1).stderr
    assert not (tmp_path / "p").exists()
    ready("prove", "2", "-o", "p", "--why", "asked by the court", "--for", "the court")
    events = json.loads(ready("access", "show", "--json").output)["events"]
    assert [event["form"] for event in events if event.get("form")] == ["proof"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["verify", "--checkpoint", "cosigned"],
        ["verify", "--key", "log.key.pub"],
        ["verify", "--witness", "witness.key.pub"],
        ["verify", "--quorum", "1"],
        ["verify", "--state", "seen"],
        ["verify", "p", "--key", "log.key.pub"],
        ["verify", "p", "--origin", ORIGIN],
        ["verify", "p", *PROOF, "--checkpoint", "cosigned"],
        ["verify", "--checkpoint", "cosigned", "--key", "no+such+key"],
        ["verify", "--checkpoint", "cosigned", "--key", "log.key"],
        ["prove", "-o", "p", "--state", "s"],
        ["prove", "1", "-o", "p", "--since", "cosigned"],
        ["prove", "0", "-o", "p"],
    ],
    ids=" ".join,
)
def test_options_that_do_not_go_together_are_refused(ready: Run, arguments: list[str]) -> None:
    told = ready(*arguments, code=2).stderr
    assert "Error: " in told
    assert "PRIVATE" not in told


def test_files_that_are_missing_or_endless_are_told_in_one_line(ready: Run, tmp_path: Path) -> None:
    with (tmp_path / "endless").open("wb") as file:
        file.truncate(1 << 40)
    for file, said in (("absent", "No such file"), ("endless", "the file is longer than")):
        for arguments in (
            ["verify", "--checkpoint", file, "--key", "log.key.pub"],
            ["verify", file, *PROOF],
            ["prove", "1", "--checkpoint", file, "-o", "p"],
            ["prove", "--since", file, "-o", "p"],
            ["witness", file, *WITNESS[2:]],
        ):
            told = ready(*arguments, code=1).stderr
            assert said in told
            assert told.count("\n") == 1


def test_the_origin_of_the_log_can_be_asked_for(ready: Run) -> None:
    ready("verify", "--origin", ORIGIN)
    told = ready("verify", "--origin", "other.example/log", code=1).stderr
    assert told == f"oplog: this is another log: its origin is {ORIGIN}\n"


def test_a_cosignature_of_the_future_does_not_count(ready: Run, tmp_path: Path) -> None:
    """A few hours may be the difference of two clocks; centuries are not."""
    key = read_signing_key(tmp_path / "witness.key")
    signed = SignedCheckpoint.parse((tmp_path / "ops.db.checkpoint").read_bytes())
    for moment, said in ((int(time.time()) + 3600, "cosigned by authority.example/witness"), (2**62, None)):
        (tmp_path / "late").write_bytes(signed.cosigned(key, moment).to_bytes())
        told = ready("verify", "--checkpoint", "late", *HELD[2:], code=0 if said else 1)
        assert (
            said or "0 of the witnesses cosigned this checkpoint, and 1 were asked for"
        ) in told.output + told.stderr


def test_the_key_of_a_witness_signs_no_checkpoint(ready: Run, tmp_path: Path) -> None:
    told = ready("checkpoint", "new", "--key", "witness.key", "--origin", ORIGIN, code=1).stderr
    assert (
        told == "oplog: the key authority.example/witness is that of a witness: a log signs with a key of type 0x01\n"
    )
    assert not (tmp_path / "new").exists()


def test_a_checkpoint_is_signed_for_the_origin_that_the_key_or_the_caller_names(ready: Run, tmp_path: Path) -> None:
    ready("keygen", "other.key", "--name", "northmoor.example/key")
    told = ready("checkpoint", "new", "--key", "other.key", code=1).stderr
    assert told.startswith(f"oplog: the origin of the log is '{ORIGIN}', and not 'northmoor.example/key', for which")
    assert told.count("\n") == 1
    assert not (tmp_path / "new").exists()
    ready("checkpoint", "new", "--key", "other.key", "--origin", ORIGIN)
    tamper(tmp_path / "ops.db", "UPDATE log_about SET value='a b' WHERE key='origin'")
    assert "the origin of the log is 'a b'" in ready("checkpoint", "newer", "--key", "log.key", code=1).stderr


@pytest.mark.parametrize("origin", ["", "a\nb", "a b"])
def test_an_origin_that_names_no_log_is_found_without_a_checkpoint(ready: Run, tmp_path: Path, origin: str) -> None:
    ready("verify")
    tamper(tmp_path / "ops.db", "UPDATE log_about SET value=? WHERE key='origin'", values=(origin,))
    told = ready("verify", code=1).output
    (finding,) = json.loads(ready("verify", "--json", code=1).output)["findings"]
    assert (finding["rule"], finding["message"]) == ("origin", f"the origin {origin!r} is the name of no log")
    assert "the log is NOT sound: 1 fault" in told


def test_events_without_a_salt_are_told_and_change_no_exit_code(ready: Run, tmp_path: Path) -> None:
    """Of a log that was upgraded; where all events have one, nothing is said."""
    assert ready("prove", "2", "-o", "p").stderr == ""
    with OpLog.open(tmp_path / "ops.db") as log:
        first = next(log.rows()).state
    bare = first.replace(b'"salt"', b'"tlas"')
    tamper(tmp_path / "ops.db", "UPDATE stored_events SET state=? WHERE position=1", values=(bare,))
    rehash(tmp_path / "ops.db")
    ready("checkpoint", "new", "--key", "log.key")
    told = ready("verify", "--checkpoint", "new", "--key", "log.key.pub").output
    assert "1 event has no salt, this one first" in told
    assert told.endswith("the log is sound: 1 observation\n")
    proved = ready("prove", "2", "--checkpoint", "new", "-o", "q")
    assert proved.output.startswith("written to q\n")
    assert proved.stderr == (
        "note: no salt in the event at position 1: whoever sees the proof and guesses what such an event says can make"
        " sure of it\n"
    )
