"""Files of proofs are those of C2SP tlog-proof and tlog-witness, and prove what they are held against or nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from northmoor import ORIGIN

from oplog.errors import InvalidValue, Malformed, NotProved
from oplog.integrity.checkpoint import Checkpoint, SignedCheckpoint
from oplog.integrity.entry import LeafEntry, entry_bytes
from oplog.integrity.lines import base64_text
from oplog.integrity.paths import consistency_proof, inclusion_proof
from oplog.integrity.proof import MAX_HASHES, ConsistencyProof, InclusionProof
from oplog.integrity.signing import ED25519, SigningKey
from oplog.integrity.tree import EMPTY_ROOT, leaf_hash, tree_root

if TYPE_CHECKING:
    from collections.abc import Sequence

CHECKPOINT = """\
example.com/fancylog
109482
sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=

— example.com/fancylog AAAAAAA=
"""
# The example of C2SP tlog-proof, but for its extra data and signatures, which the page abridges.
INCLUSION = f"""\
c2sp.org/tlog-proof@v1
extra YWdlLXYx
index 73894
gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=
EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=
RoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=
AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=

{CHECKPOINT}"""
# The example of C2SP tlog-witness.
BODY = """\
old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
"""
HASH = base64_text(bytes(range(32)))


def head(lines: Sequence[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode() + f"\n{CHECKPOINT}".encode()


def test_the_example_of_c2sp_tlog_proof_is_read() -> None:
    proof = InclusionProof.parse(INCLUSION.encode())
    assert (proof.index, proof.extra, len(proof.hashes)) == (73894, b"age-v1", 5)
    assert proof.hashes[0].hex().startswith("8122b25e86195206")
    assert proof.checkpoint.checkpoint.size == 109482
    assert proof.to_bytes() == INCLUSION.encode()


def test_the_example_of_c2sp_tlog_witness_is_read() -> None:
    proof = ConsistencyProof.parse(BODY.encode())
    assert (proof.old, len(proof.hashes)) == (20852014, 4)
    assert proof.checkpoint.checkpoint.origin == "example.com/behind-the-sofa"
    assert proof.to_bytes() == BODY.encode()


def test_a_proof_without_extra_data_and_hashes_is_read() -> None:
    data = head(["c2sp.org/tlog-proof@v1", "index 0"])
    proof = InclusionProof.parse(data)
    assert (proof.index, proof.hashes, proof.extra) == (0, (), b"")
    assert proof.to_bytes() == data


@pytest.mark.parametrize("index", range(7))
def test_an_inclusion_proof_from_its_file_holds(signed: SignedCheckpoint, leaves: list[bytes], index: int) -> None:
    made = InclusionProof(index, inclusion_proof(index, 7, leaves), signed)
    read = InclusionProof.parse(made.to_bytes())
    assert read == made
    read.verify(leaves[index])
    with pytest.raises(NotProved):
        read.verify(leaves[(index + 1) % 7])


@pytest.mark.parametrize("old", range(8))
def test_a_consistency_proof_from_its_file_holds(signed: SignedCheckpoint, leaves: list[bytes], old: int) -> None:
    """From every size, the empty tree and the same size among them."""
    hashes = consistency_proof(old, 7, leaves) if old else ()
    made = ConsistencyProof(old, hashes, signed)
    read = ConsistencyProof.parse(made.to_bytes())
    assert read == made
    read.verify(Checkpoint(ORIGIN, old, tree_root(leaves[:old])))
    if old:
        with pytest.raises(NotProved):
            read.verify(Checkpoint(ORIGIN, old, tree_root([*leaves[: old - 1], leaf_hash(b"forged")])))


def test_a_witness_that_has_seen_nothing_needs_no_proof(signed: SignedCheckpoint, leaves: list[bytes]) -> None:
    ConsistencyProof(0, (), signed).verify(None)
    ConsistencyProof(0, (), signed).verify(Checkpoint(ORIGIN, 0, EMPTY_ROOT))
    said = r"^a proof from an empty tree has no hashes: every tree begins with it$"
    with pytest.raises(NotProved, match=said):
        ConsistencyProof(0, (leaves[0],), signed).verify(None)
    with pytest.raises(NotProved, match=said):
        ConsistencyProof(0, (leaves[0],), signed).verify(Checkpoint(ORIGIN, 0, EMPTY_ROOT))


def test_a_proof_from_another_place_or_log_is_refused(signed: SignedCheckpoint, leaves: list[bytes]) -> None:
    older = Checkpoint(ORIGIN, 4, tree_root(leaves[:4]))
    proof = ConsistencyProof(4, consistency_proof(4, 7, leaves), signed)
    proof.verify(older)
    with pytest.raises(NotProved, match=r"^the proof starts from 4 leaves, and the older checkpoint has 0$"):
        proof.verify(None)
    with pytest.raises(NotProved, match=r"^the proof starts from 4 leaves, and the older checkpoint has 3$"):
        proof.verify(Checkpoint(ORIGIN, 3, tree_root(leaves[:3])))
    with pytest.raises(NotProved, match=r"^the two checkpoints are of different logs: their origins differ$"):
        proof.verify(Checkpoint("other.example/log", 4, older.root))


def test_a_log_that_was_rolled_back_proves_nothing(log_key: SigningKey, leaves: list[bytes]) -> None:
    """A shorter tree than the one that was seen, and one of the same size that is another."""
    shorter = SignedCheckpoint.sign(Checkpoint(ORIGIN, 5, tree_root(leaves[:5])), log_key)
    with pytest.raises(NotProved, match=r"^there is no proof of consistency from 7 to 5 leaves"):
        ConsistencyProof(7, (), shorter).verify(Checkpoint(ORIGIN, 7, tree_root(leaves)))
    with pytest.raises(NotProved, match=r"^the tree of 5 leaves does not begin with the tree of 5 leaves"):
        ConsistencyProof(5, (), shorter).verify(Checkpoint(ORIGIN, 5, tree_root(leaves[1:6])))


def proved(index: int, data: bytes, *, claimed: int | None = None) -> InclusionProof:
    """Prove that `data` stand at `index` of a small tree; the proof may claim another index."""
    leaves = [leaf_hash(b"entry %d" % number) for number in range(7)]
    leaves[index] = leaf_hash(data)
    key = SigningKey(ORIGIN, ED25519, bytes(32))
    signed = SignedCheckpoint.sign(Checkpoint(ORIGIN, 7, tree_root(leaves)), key)
    return InclusionProof(index if claimed is None else claimed, inclusion_proof(index, 7, leaves), signed, data)


def test_the_entry_in_a_proof_is_proved() -> None:
    data = entry_bytes(3, "campaign/x", 2, "campaign.cancelled", b"{}")
    proof = InclusionProof.parse(proved(3, data).to_bytes())
    assert proof.proved_entry() == LeafEntry.from_bytes(data)


def test_an_entry_that_was_changed_is_not_proved() -> None:
    """Nor one that says that it stands elsewhere: the leaf is in the tree, but it is not that of its place."""
    data = entry_bytes(3, "campaign/x", 2, "campaign.cancelled", b"{}")
    good = proved(3, data)
    other = entry_bytes(3, "campaign/x", 2, "campaign.cancelled", b"{ }")
    with pytest.raises(NotProved, match=r"^the leaf is not that of index 3"):
        InclusionProof(3, good.hashes, good.checkpoint, other).proved_entry()
    with pytest.raises(NotProved, match=r"^the entry says that its index is 3, and the proof that it is 2$"):
        proved(2, data).proved_entry()
    with pytest.raises(Malformed, match=r"^this is no entry of an oplog log: it does not begin"):
        proved(3, b"something else").proved_entry()
    with pytest.raises(NotProved, match=r"^the leaf is not that of index 1"):
        proved(3, data, claimed=1).proved_entry()


@given(st.data())
def test_proof_files_that_are_read_are_those_that_would_be_written(data: st.DataObject) -> None:
    """However a file is damaged, it is refused or gives its own bytes back: nothing is passed over."""
    kind, good = data.draw(st.sampled_from([(InclusionProof, INCLUSION.encode()), (ConsistencyProof, BODY.encode())]))
    at = data.draw(st.integers(0, len(good)))
    piece = data.draw(st.sampled_from([b"", b"\n", b" ", b"=", b"A", b"0", "—".encode(), b"\xff"]))
    changed = good[:at] + piece + good[at + data.draw(st.integers(0, 3)) :]
    try:
        assert kind.parse(changed).to_bytes() == changed
    except Malformed:
        assert changed != good


FIRST = "c2sp.org/tlog-proof@v1"
NUMBER = "expected a number from 0 to 2**63 - 1 in decimal, without leading zeros"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["c2sp.org/tlog-proof@v2", "index 0"], f"line 1: expected '{FIRST}'"),
        ([f"{FIRST} ", "index 0"], f"line 1: expected '{FIRST}'"),
        ([FIRST], "line 2: expected 'index' and a number"),
        ([FIRST, "index"], "line 2: expected 'index' and a number"),
        ([FIRST, "Index 0"], "line 2: expected 'index' and a number"),
        ([FIRST, "index 00"], f"line 2: {NUMBER}"),
        ([FIRST, "index  0"], f"line 2: {NUMBER}"),
        ([FIRST, "extra ", "index 0"], "line 2: expected 'extra' and something in Base64"),
        ([FIRST, "extra A", "index 0"], "line 2: expected 'extra' and something in Base64"),
        ([FIRST, "extra", "index 0"], "line 2: expected 'index' and a number"),
        ([FIRST, "extra AAAA"], "line 3: expected 'index' and a number"),
        ([FIRST, "extra AAAA", "extra AAAA", "index 0"], "line 3: expected 'index' and a number"),
        ([FIRST, "extra AAAA", "index x"], f"line 3: {NUMBER}"),
        ([FIRST, "index 0", HASH, HASH[1:]], "line 4: expected a hash of 32 bytes in Base64"),
        ([FIRST, "extra AAAA", "index 0", "x"], "line 4: expected a hash of 32 bytes in Base64"),
        ([FIRST, "index 0", *[HASH] * 64], "line 66: expected no more than 63 hashes"),
        ([FIRST, "extra AAAA", "index 0", *[HASH] * 64], "line 67: expected no more than 63 hashes"),
    ],
    ids=range(17),
)
def test_what_is_no_inclusion_proof_is_refused_with_its_line(lines: list[str], said: str) -> None:
    with pytest.raises(Malformed, match=f"^{re.escape(said)}$"):
        InclusionProof.parse(head(lines))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["new 5"], "line 1: expected 'old' and a number"),
        (["old"], "line 1: expected 'old' and a number"),
        (["old 05"], f"line 1: {NUMBER}"),
        (["old 5", "x"], "line 2: expected a hash of 32 bytes in Base64"),
        (["old 5", HASH, "x"], "line 3: expected a hash of 32 bytes in Base64"),
        (["old 5", *[HASH] * 64], "line 65: expected no more than 63 hashes"),
    ],
)
def test_what_is_no_consistency_proof_is_refused_with_its_line(lines: list[str], said: str) -> None:
    with pytest.raises(Malformed, match=f"^{re.escape(said)}$"):
        ConsistencyProof.parse(head(lines))


@pytest.mark.parametrize("kind", [InclusionProof, ConsistencyProof])
def test_a_file_without_its_parts_is_refused(kind: type[InclusionProof | ConsistencyProof]) -> None:
    for data in (b"", b"old 5\n", f"{FIRST}\nindex 0\n".encode()):
        said = r"^expected a proof, a blank line and a checkpoint: there is no blank line$"
        with pytest.raises(Malformed, match=said):
            kind.parse(data)
    start = "old 5" if kind is ConsistencyProof else f"{FIRST}\nindex 5"
    line = start.count("\n") + 3
    wrong = re.escape(f"in the checkpoint that begins on line {line}: line 2: {NUMBER}")
    with pytest.raises(Malformed, match=f"^{wrong}$"):
        kind.parse(f"{start}\n\nx\n-5\n{HASH}\n\n— x AAAAAAA=\n".encode())
    with pytest.raises(Malformed, match=r"^line 2: expected UTF-8$"):
        kind.parse(b"x\n\xff\n")


def test_the_longest_proofs_are_read(signed: SignedCheckpoint) -> None:
    hashes = (bytes(32),) * MAX_HASHES
    for proof in (InclusionProof(2**63 - 1, hashes, signed, b"x"), ConsistencyProof(2**63 - 1, hashes, signed)):
        assert type(proof).parse(proof.to_bytes()) == proof


@pytest.mark.parametrize(
    ("number", "hashes", "said"),
    [
        (-1, (), "a place or size in a tree lies between 0 and 2**63 - 1, not -1"),
        (2**63, (), "a place or size in a tree lies between 0 and 2**63 - 1, not 9223372036854775808"),
        (0, (bytes(32),) * 64, "a proof has no more than 63 hashes, not 64"),
        (0, (bytes(32), bytes(31)), "a hash of a proof has 32 bytes, not 31"),
    ],
)
def test_what_could_not_be_read_back_is_not_made(
    signed: SignedCheckpoint, number: int, hashes: tuple[bytes, ...], said: str
) -> None:
    for kind in (InclusionProof, ConsistencyProof):
        with pytest.raises(InvalidValue, match=f"^{re.escape(said)}$"):
            kind(number, hashes, signed)
