"""Checkpoints are those of C2SP tlog-checkpoint, and count a witness once."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from northmoor import ORIGIN

from oplog.errors import BadKey, InvalidValue, Malformed, NotSigned
from oplog.integrity.checkpoint import Checkpoint, SignedCheckpoint, Witnessed
from oplog.integrity.lines import base64_text
from oplog.integrity.note import Note
from oplog.integrity.signing import COSIGNATURE, ED25519, MAX_TIME, Signature, SigningKey
from oplog.integrity.tree import EMPTY_ROOT, MAX_SIZE

# The example of C2SP tlog-checkpoint and tlog-cosignature; its keys are not published.
EXAMPLE = """\
example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
"""
ROOT = base64_text(bytes(range(32)))
EMPTY = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

lines = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters=[*map(chr, range(32))]), min_size=1, max_size=12
)


def test_the_example_of_c2sp_is_read() -> None:
    read = SignedCheckpoint.parse(EXAMPLE.encode())
    root = base64.b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
    assert read.checkpoint == Checkpoint("example.com/behind-the-sofa", 20852163, root)
    assert read.note.signatures[1].time == 1679315147
    assert read.to_bytes() == EXAMPLE.encode()


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert Checkpoint("a.example/log", 0, EMPTY_ROOT).text == f"a.example/log\n0\n{EMPTY}\n"
    assert Checkpoint.parse(f"a.example/log\n0\n{EMPTY}\n").root == EMPTY_ROOT


@given(lines, st.integers(1, MAX_SIZE), st.binary(min_size=32, max_size=32), st.lists(lines, max_size=3))
def test_every_checkpoint_survives_the_round_trip(origin: str, size: int, root: bytes, more: list[str]) -> None:
    made = Checkpoint(origin, size, root, tuple(more))
    assert Checkpoint.parse(made.text) == made
    assert made.text.split("\n")[3:-1] == more


NUMBER = "expected a number from 0 to 2**63 - 1 in decimal, without leading zeros"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x\n", "line 2: expected a checkpoint: the origin, the size and the root, each on its line"),
        ("x\n5\n", "line 3: expected a checkpoint: the origin, the size and the root, each on its line"),
        (f"\n5\n{ROOT}\n", "line 1: expected no empty line in a checkpoint"),
        (f"x\n\n{ROOT}\n", "line 2: expected no empty line in a checkpoint"),
        (f"x\n5\n{ROOT}\n\n", "line 4: expected no empty line in a checkpoint"),
        (f"x\n05\n{ROOT}\n", f"line 2: {NUMBER}"),
        (f"x\n-5\n{ROOT}\n", f"line 2: {NUMBER}"),
        (f"x\n9223372036854775808\n{ROOT}\n", f"line 2: {NUMBER}"),
        (f"x\n5\n{ROOT[:-1]}\n", "line 3: expected a hash of 32 bytes in Base64"),
        (f"x\n5\n{ROOT} \n", "line 3: expected a hash of 32 bytes in Base64"),
        (f"x\n0\n{ROOT}\n", "line 3: a tree without leaves has the SHA-256 of nothing for its root"),
    ],
)
def test_what_is_no_checkpoint_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(Malformed, match=f"^{re.escape(said)}$"):
        Checkpoint.parse(text)
    with pytest.raises(Malformed, match=f"^{re.escape(said)}$"):
        SignedCheckpoint.parse(f"{text}\n— x AAAAAAA=\n".encode())


LINES = "the origin and the extensions of a checkpoint are lines of text, and not empty"


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (("", 1, bytes(32)), LINES),
        (("a\nb", 1, bytes(32)), LINES),
        (("a\x1fb", 1, bytes(32)), LINES),
        (("a\ud800", 1, bytes(32)), LINES),
        (("x", 1, bytes(32), ("more", "")), LINES),
        (("x", 1, bytes(32), ("a\0", "more")), LINES),
        (("x", -1, bytes(32)), "the size of a tree lies between 0 and 2**63 - 1, not -1"),
        (("x", 2**63, bytes(32)), "the size of a tree lies between 0 and 2**63 - 1, not 9223372036854775808"),
        (("x", 1, bytes(31)), "the root of a tree has 32 bytes, not 31"),
        (("x", 0, bytes(32)), "a tree without leaves has the SHA-256 of nothing for its root"),
    ],
)
def test_what_no_tree_can_have_is_refused(made: tuple[str, int, bytes], said: str) -> None:
    with pytest.raises(InvalidValue, match=f"^{re.escape(said)}$"):
        Checkpoint(*made)


def test_the_largest_tree_can_be_signed() -> None:
    assert Checkpoint.parse(f"x\n9223372036854775807\n{ROOT}\n").size == MAX_SIZE == 2**63 - 1
    assert Checkpoint("x", MAX_SIZE, bytes(32)).size == MAX_SIZE


def test_a_signed_checkpoint_is_verified(signed: SignedCheckpoint, log_key: SigningKey) -> None:
    read = SignedCheckpoint.parse(signed.to_bytes())
    assert read == signed
    assert read.verify(origin=ORIGIN, log_keys=[log_key.verifier]) == ()


def test_a_checkpoint_of_another_log_is_refused(signed: SignedCheckpoint, log_key: SigningKey) -> None:
    """Even if the same key signed it: the origin is pinned."""
    said = "this is a checkpoint of another log: its first line is not the origin that was asked for"
    with pytest.raises(NotSigned, match=f"^{said}$"):
        signed.verify(origin=f"{ORIGIN}/2", log_keys=[log_key.verifier])


def test_a_checkpoint_that_the_log_did_not_sign_is_refused(
    signed: SignedCheckpoint, log_key: SigningKey, witness_key: SigningKey
) -> None:
    """The word of a witness does not stand in for that of the log."""
    stranger = SigningKey(ORIGIN, ED25519, bytes(32)).verifier
    with pytest.raises(NotSigned, match=r"^none of the keys that are trusted signed this$"):
        signed.verify(origin=ORIGIN, log_keys=[stranger])
    with pytest.raises(NotSigned, match=f"^no key of the log {ORIGIN} signed this checkpoint$"):
        signed.cosigned(witness_key, 5).verify(
            origin=ORIGIN, log_keys=[stranger], witnesses=[witness_key.verifier], quorum=1
        )
    assert signed.verify(origin=ORIGIN, log_keys=[stranger, log_key.verifier]) == ()


def test_witnesses_are_counted(
    signed: SignedCheckpoint, log_key: SigningKey, witness_key: SigningKey, other_witness: SigningKey
) -> None:
    keys = [log_key.verifier]
    both = [witness_key.verifier, other_witness.verifier]
    one = signed.cosigned(witness_key, 1_500_000_000)
    two = one.cosigned(other_witness, 1_600_000_000)
    assert one.verify(origin=ORIGIN, log_keys=keys, witnesses=both, quorum=1) == (
        Witnessed("authority.example/witness", 1_500_000_000),
    )
    assert two.verify(origin=ORIGIN, log_keys=keys, witnesses=both, quorum=2) == (
        Witnessed("authority.example/witness", 1_500_000_000),
        Witnessed("auditor.example/witness", 1_600_000_000),
    )
    assert two.verify(origin=ORIGIN, log_keys=keys) == ()
    with pytest.raises(NotSigned, match=r"^1 of the witnesses cosigned this checkpoint, and 2 were asked for$"):
        one.verify(origin=ORIGIN, log_keys=keys, witnesses=both, quorum=2)
    with pytest.raises(NotSigned, match=r"^0 of the witnesses cosigned this checkpoint, and 1 were asked for$"):
        signed.verify(origin=ORIGIN, log_keys=keys, quorum=1)


def test_a_witness_that_signs_twice_counts_once(
    signed: SignedCheckpoint, log_key: SigningKey, witness_key: SigningKey
) -> None:
    """Two true signatures by one key are the word of one party; in a note made here the later one stays."""
    text = signed.note.text.encode()
    twice = (*signed.note.signatures, witness_key.sign(text, 5), witness_key.sign(text, 6))
    doubled = SignedCheckpoint(Note(signed.note.text, twice))
    arguments = {"origin": ORIGIN, "log_keys": [log_key.verifier], "witnesses": [witness_key.verifier]}
    assert [seen.time for seen in doubled.verify(**arguments, quorum=1)] == [5, 6]
    with pytest.raises(NotSigned):
        doubled.verify(**arguments, quorum=2)
    again = signed.cosigned(witness_key, 5).cosigned(witness_key, 6)
    assert [seen.time for seen in again.verify(**arguments)] == [6]


def test_a_witness_given_twice_is_one(signed: SignedCheckpoint, log_key: SigningKey, witness_key: SigningKey) -> None:
    witnesses = [witness_key.verifier] * 2
    with pytest.raises(NotSigned, match=r"^1 of the witnesses"):
        signed.cosigned(witness_key, 5).verify(
            origin=ORIGIN, log_keys=[log_key.verifier], witnesses=witnesses, quorum=2
        )


def test_a_false_cosignature_by_a_witness_that_is_trusted_is_refused(
    signed: SignedCheckpoint, log_key: SigningKey, witness_key: SigningKey
) -> None:
    true = witness_key.sign(signed.note.text.encode(), 5)
    later = Signature(true.name, true.key_id, (6).to_bytes(8) + true.data[8:])
    changed = signed.with_signatures(later)
    assert changed.verify(origin=ORIGIN, log_keys=[log_key.verifier]) == ()
    with pytest.raises(NotSigned, match=r"^the signature by authority.example/witness "):
        changed.verify(origin=ORIGIN, log_keys=[log_key.verifier], witnesses=[witness_key.verifier])


def test_who_is_the_log_or_another_witness_is_no_witness(
    signed: SignedCheckpoint, log_key: SigningKey, witness_key: SigningKey
) -> None:
    """A cosignature does not name its signer, so one key under two names would count twice."""
    posing = SigningKey("posing", COSIGNATURE, log_key.private).verifier
    with pytest.raises(BadKey, match=r"^the witness posing has the same key as the log: it is no witness of its own$"):
        signed.verify(origin=ORIGIN, log_keys=[log_key.verifier], witnesses=[posing])
    second = SigningKey("second", COSIGNATURE, witness_key.private).verifier
    said = "the witness second has the same key as the witness authority.example/witness: it is no witness of its own"
    with pytest.raises(BadKey, match=f"^{said}$"):
        signed.verify(origin=ORIGIN, log_keys=[log_key.verifier], witnesses=[witness_key.verifier, second])


def test_a_witness_states_a_time(signed: SignedCheckpoint, log_key: SigningKey) -> None:
    """A plain signature is not a cosignature: what it says of the tree is not bounded to a moment."""
    plain = SigningKey("plain", ED25519, bytes(32))
    said = "the key plain states no time: the key of a witness is of type 0x04"
    with pytest.raises(BadKey, match=f"^{said}$"):
        signed.cosigned(plain, 5)
    with pytest.raises(BadKey, match=f"^{said}$"):
        signed.verify(origin=ORIGIN, log_keys=[log_key.verifier], witnesses=[plain.verifier])


def test_the_key_of_a_witness_does_not_stand_for_the_log(signed: SignedCheckpoint, witness_key: SigningKey) -> None:
    """It neither signs in the place of the log nor is taken for the log's, though its signature is true."""
    said = f"^the key {witness_key.name} is that of a witness: a log signs with a key of type 0x01$"
    with pytest.raises(BadKey, match=said):
        SignedCheckpoint.sign(signed.checkpoint, witness_key)
    with pytest.raises(BadKey, match=said):
        signed.cosigned(witness_key, 7).verify(origin=ORIGIN, log_keys=[witness_key.verifier])


def test_a_cosignature_without_a_time_or_too_late_does_not_count(
    signed: SignedCheckpoint, log_key: SigningKey, witness_key: SigningKey
) -> None:
    """One of time 0 says nothing, and one of the future was not made when it says."""
    trust: dict[str, Any] = {
        "origin": ORIGIN, "log_keys": [log_key.verifier], "witnesses": [witness_key.verifier], "not_after": 50,
    }  # fmt: skip
    private = Ed25519PrivateKey.from_private_bytes(witness_key.private)
    for time, counts in ((0, False), (1, True), (50, True), (51, False), (MAX_TIME, False)):
        message = b"cosignature/v1\ntime %d\n" % time + signed.note.text.encode()
        data = time.to_bytes(8) + private.sign(message)
        timed = signed.with_signatures(Signature(witness_key.name, witness_key.verifier.id, data))
        assert [one.time for one in timed.verify(**trust)] == [time] * counts
        if not counts:
            with pytest.raises(NotSigned, match=r"^0 of the witnesses cosigned"):
                timed.verify(**trust, quorum=1)


@given(st.integers(0, 10_000))
def test_no_byte_of_a_signed_checkpoint_can_be_changed(at: int) -> None:
    key = SigningKey(ORIGIN, ED25519, bytes(32))
    good = SignedCheckpoint.sign(Checkpoint(ORIGIN, 5, bytes(range(32))), key).to_bytes()
    at %= len(good)
    changed = good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]
    with pytest.raises((Malformed, NotSigned)):
        SignedCheckpoint.parse(changed).verify(origin=ORIGIN, log_keys=[key.verifier])
