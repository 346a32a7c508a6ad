"""Proofs are those of RFC 6962; what was changed in the least is not proved."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import rfc
from hypothesis import given
from hypothesis import strategies as st

from oplog.errors import InvalidValue, NotProved
from oplog.integrity.paths import (
    consistency_proof,
    inclusion_proof,
    lone_leaves,
    root_from_inclusion,
    verify_consistency,
    verify_inclusion,
)
from oplog.integrity.tree import EMPTY_ROOT, MAX_SIZE, leaf_hash, node_hash, tree_root

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 40
ENTRIES = [b"entry %d" % number for number in range(MOST)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
ROOT = [tree_root(LEAVES[:size]) for size in range(MOST + 1)]
EVERY_LEAF = [(index, size) for size in range(1, MOST + 1) for index in range(size)]
EVERY_PAIR = [(old, new) for new in range(1, MOST + 1) for old in range(1, new + 1)]

inclusions = st.sampled_from(EVERY_LEAF)
consistencies = st.sampled_from(EVERY_PAIR)


def flip(value: bytes, bit: int) -> bytes:
    return (int.from_bytes(value) ^ 1 << bit).to_bytes(32)


def included(index: int, size: int, leaf: bytes, proof: list[bytes], root: bytes) -> bool:
    """Say whether our verifier takes a proof, and see that the algorithm of RFC 9162 says the same."""
    try:
        verify_inclusion(index, size, leaf, proof, root)
        taken = True
    except NotProved:
        taken = False
    if index >= 0:
        assert rfc.inclusion_holds(index, size, leaf, proof, root) is taken
    return taken


def consistent(old: int, new: int, old_root: bytes, new_root: bytes, proof: list[bytes]) -> bool:
    """Say whether our verifier takes a proof, and see that the algorithm of RFC 9162 says the same."""
    try:
        verify_consistency(old, new, old_root, new_root, proof)
        taken = True
    except NotProved:
        taken = False
    if 1 <= old <= new:
        assert rfc.consistency_holds(old, new, old_root, new_root, proof) is taken
    return taken


def test_every_inclusion_proof_is_that_of_the_rfc_and_holds() -> None:
    """All leaves of all trees up to forty leaves."""
    for index, size in EVERY_LEAF:
        proof = inclusion_proof(index, size, LEAVES)
        assert list(proof) == rfc.path(index, ENTRIES[:size])
        assert included(index, size, LEAVES[index], list(proof), ROOT[size])


def test_every_consistency_proof_is_that_of_the_rfc_and_holds() -> None:
    """All pairs of trees up to forty leaves."""
    for old, new in EVERY_PAIR:
        proof = consistency_proof(old, new, LEAVES)
        assert list(proof) == rfc.proof(old, ENTRIES[:new])
        assert consistent(old, new, ROOT[old], ROOT[new], list(proof))


def test_the_proofs_of_the_rfc_are_these_nodes() -> None:
    """The example of RFC 6962, section 2.1.3: seven leaves a to j, and trees of three, four and six leaves."""
    a, b, c, d, e, f, j = LEAVES[:7]
    g, h, i = node_hash(a, b), node_hash(c, d), node_hash(e, f)
    k, whole = node_hash(g, h), ROOT[7]
    big = node_hash(i, j)
    assert inclusion_proof(0, 7, LEAVES) == (b, h, big)
    assert inclusion_proof(3, 7, LEAVES) == (c, g, big)
    assert inclusion_proof(4, 7, LEAVES) == (f, j, k)
    assert inclusion_proof(6, 7, LEAVES) == (i, k)
    assert consistency_proof(3, 7, LEAVES) == (c, d, g, big)
    assert consistency_proof(4, 7, LEAVES) == (big,)
    assert consistency_proof(6, 7, LEAVES) == (i, j, k)
    assert whole == node_hash(k, big)


@given(inclusions, st.data())
def test_no_inclusion_proof_survives_a_change(place: tuple[int, int], data: st.DataObject) -> None:
    """Another index, size, leaf, root, hash, order or number of hashes, and it proves nothing."""
    index, size = place
    proof = list(inclusion_proof(index, size, LEAVES))
    leaf, root, bit = LEAVES[index], ROOT[size], data.draw(st.integers(0, 255))
    assert included(index, size, leaf, proof, root)
    changed = [
        included(index, size, flip(leaf, bit), proof, root),
        included(index, size, leaf, proof, flip(root, bit)),
        included(index, size, leaf, [*proof, leaf], root),
        included(index, size, leaf, [leaf, *proof], root),
        included(index, size, leaf, [*proof, root], root),
        included(index, size, leaf, [root, *proof], root),
    ]
    for at in range(len(proof)):
        changed.append(included(index, size, leaf, [*proof[:at], flip(proof[at], bit), *proof[at + 1 :]], root))
        changed.append(included(index, size, leaf, [*proof[:at], *proof[at + 1 :]], root))
        changed.append(included(index, size, leaf, [*proof[:at], proof[at], *proof[at:]], root))
        if at:
            swapped = [*proof[: at - 1], proof[at], proof[at - 1], *proof[at + 1 :]]
            changed.append(included(index, size, leaf, swapped, root))
    other = data.draw(st.integers(-2, 2 * MOST).filter(lambda number: number != index))
    changed.append(included(other, size, leaf, proof, root))
    assert not any(changed)


@given(inclusions, st.integers(0, 2 * MOST))
def test_an_inclusion_proof_says_the_same_of_another_size_as_the_rfc(place: tuple[int, int], other: int) -> None:
    """A size alone is not authenticated: the algorithm of the RFC decides, and the signed checkpoint pairs size and root."""
    index, size = place
    proof = list(inclusion_proof(index, size, LEAVES))
    assert included(index, other, LEAVES[index], proof, ROOT[size]) or other != size
    if other <= MOST and other != size:
        assert not included(index, other, LEAVES[index], proof, ROOT[other])


@given(consistencies, st.data())
def test_no_consistency_proof_survives_a_change(sizes: tuple[int, int], data: st.DataObject) -> None:
    """Another size, root, hash, order or number of hashes, and it proves nothing."""
    old, new = sizes
    proof = list(consistency_proof(old, new, LEAVES))
    first, second, bit = ROOT[old], ROOT[new], data.draw(st.integers(0, 255))
    assert consistent(old, new, first, second, proof)
    changed = [
        consistent(old, new, flip(first, bit), second, proof),
        consistent(old, new, first, flip(second, bit), proof),
        consistent(old, new, first, second, [*proof, first]),
        consistent(old, new, first, second, [first, *proof]),
        consistent(old, new, first, second, [*proof, second]),
        consistent(old, new, first, second, [second, *proof]),
        consistent(0, new, first, second, proof),
        consistent(new + 1, new, first, second, proof),
    ]
    for at in range(len(proof)):
        changed.append(consistent(old, new, first, second, [*proof[:at], flip(proof[at], bit), *proof[at + 1 :]]))
        changed.append(consistent(old, new, first, second, [*proof[:at], *proof[at + 1 :]]))
        changed.append(consistent(old, new, first, second, [*proof[:at], proof[at], *proof[at:]]))
    if old != new:
        changed.append(consistent(old, new, second, first, proof))
    other = data.draw(st.integers(1, MOST).filter(lambda number: number != old))
    changed.append(
        consistent(other, new, ROOT[other], second, proof) and proof != list(rfc.proof(other, ENTRIES[:new]))
    )
    assert not any(changed)


@given(st.data())
def test_histories_that_differ_in_one_leaf_are_not_consistent(data: st.DataObject) -> None:
    """Whoever changes one event, and all hashes with it, cannot prove that the new tree begins with the old."""
    old = data.draw(st.integers(1, 20))
    new = data.draw(st.integers(old, 25))
    index = data.draw(st.integers(0, old - 1))
    forged = [*LEAVES[:index], leaf_hash(b"forged"), *LEAVES[index + 1 :]]
    assert not consistent(old, new, ROOT[old], tree_root(forged[:new]), list(consistency_proof(old, new, forged)))


def test_the_verifiers_agree_with_the_rfc_on_large_trees() -> None:
    """Numbers near the limit: nothing is a walk over the leaves."""
    size = MAX_SIZE
    for index in (0, 1, 2**62 - 1, 2**62, size - 1):
        path = [bytes([number]) * 32 for number in range(63)]
        held = 0
        for length in range(64):
            try:
                root = root_from_inclusion(index, size, LEAVES[0], path[:length])
            except NotProved:
                continue
            held += 1
            assert rfc.inclusion_holds(index, size, LEAVES[0], path[:length], root)
        assert held == 1
    assert consistent(size, size, ROOT[1], ROOT[1], [])


def test_a_proof_is_made_from_leaves_that_come_one_by_one() -> None:
    """Leaves are asked for in order, once, and not one more than the size."""
    asked: list[int] = []

    def one_by_one() -> Iterator[bytes]:
        for number, leaf in enumerate(LEAVES):
            asked.append(number)
            yield leaf

    assert list(inclusion_proof(11, 21, one_by_one())) == rfc.path(11, ENTRIES[:21])
    assert asked == list(range(21))
    asked.clear()
    assert list(consistency_proof(6, 21, one_by_one())) == rfc.proof(6, ENTRIES[:21])
    assert asked == list(range(21))
    asked.clear()
    assert list(consistency_proof(16, 21, one_by_one())) == rfc.proof(16, ENTRIES[:21])
    assert asked == list(range(21))


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0), (4, 3), (0, MAX_SIZE + 1)])
def test_there_is_no_proof_for_a_leaf_outside_the_tree(index: int, size: int) -> None:
    said = re.escape(f"a tree of {size} leaves has no leaf of index {index}")
    with pytest.raises(InvalidValue, match=f"^{said}$"):
        inclusion_proof(index, size, LEAVES)
    with pytest.raises(NotProved, match=f"^{said}$"):
        root_from_inclusion(index, size, LEAVES[0], [])


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 3), (4, 3), (-1, 3), (1, MAX_SIZE + 1)])
def test_there_is_no_proof_from_nothing_or_backwards(old: int, new: int) -> None:
    said = re.escape(
        f"there is no proof of consistency from {old} to {new} leaves: it leads from 1 or more to as many or more"
    )
    with pytest.raises(InvalidValue, match=f"^{said}$"):
        consistency_proof(old, new, LEAVES)
    with pytest.raises(NotProved, match=f"^{said}$"):
        verify_consistency(old, new, EMPTY_ROOT, EMPTY_ROOT, [])


def test_too_few_leaves_give_no_proof() -> None:
    """Also when the missing leaf is the very one that is asked about, which no hash of its proof needs."""
    with pytest.raises(InvalidValue, match=r"^the log has fewer than 5 leaves$"):
        inclusion_proof(4, 5, LEAVES[:4])
    with pytest.raises(InvalidValue, match=r"^the log has fewer than 4 leaves$"):
        inclusion_proof(0, MAX_SIZE, LEAVES[:3])
    with pytest.raises(InvalidValue, match=r"^the log has fewer than 2 leaves$"):
        consistency_proof(1, MAX_SIZE, LEAVES[:1])
    with pytest.raises(InvalidValue, match=r"^the log has fewer than 8 leaves$"):
        inclusion_proof(0, 8, LEAVES[:7])
    with pytest.raises(InvalidValue, match=r"^the log has fewer than 5 leaves$"):
        consistency_proof(4, 5, LEAVES[:4])
    with pytest.raises(InvalidValue, match=r"^the log has fewer than 5 leaves$"):
        consistency_proof(4, 5, LEAVES[:2])


def test_the_verifier_says_how_many_hashes_are_wrong() -> None:
    proof = list(inclusion_proof(2, 7, LEAVES))
    with pytest.raises(NotProved, match=r"^the proof has 2 hashes too few$"):
        verify_inclusion(2, 7, LEAVES[2], proof[:1], ROOT[7])
    with pytest.raises(NotProved, match=r"^the proof has 1 hashes too many$"):
        verify_inclusion(2, 7, LEAVES[2], [*proof, ROOT[7]], ROOT[7])
    with pytest.raises(NotProved, match=r"^the proof has 4 hashes too few$"):
        verify_consistency(3, 7, ROOT[3], ROOT[7], [])
    with pytest.raises(NotProved, match=r"^the proof has 1 hashes too many$"):
        verify_consistency(7, 7, ROOT[7], ROOT[7], [ROOT[7]])


@pytest.mark.parametrize("length", [0, 31, 33])
def test_what_is_no_hash_proves_nothing(length: int) -> None:
    """A short hash could borrow bytes from its neighbour; each is held to its length."""
    wrong, said = bytes(length), r"^a hash of a proof has 32 bytes$"
    with pytest.raises(NotProved, match=said):
        root_from_inclusion(0, 2, wrong, [LEAVES[1]])
    with pytest.raises(NotProved, match=said):
        root_from_inclusion(0, 2, LEAVES[0], [wrong])
    with pytest.raises(NotProved, match=said):
        verify_consistency(1, 2, ROOT[1], ROOT[2], [wrong])
    assert not consistent(1, 2, wrong, ROOT[2], [LEAVES[1]])
    assert not consistent(1, 2, ROOT[1], wrong, [LEAVES[1]])


def test_a_refusal_says_what_was_not_shown() -> None:
    proof = list(inclusion_proof(2, 7, LEAVES))
    said = r"^the leaf is not that of index 2 in the tree of 7 leaves with this root$"
    with pytest.raises(NotProved, match=said):
        verify_inclusion(2, 7, LEAVES[3], proof, ROOT[7])
    said = r"^the tree of 7 leaves does not begin with the tree of 3 leaves: the log was not only added to$"
    with pytest.raises(NotProved, match=said):
        verify_consistency(3, 7, ROOT[2], ROOT[7], list(consistency_proof(3, 7, LEAVES)))


@pytest.mark.parametrize("size", range(1, 35))
def test_the_leaves_that_a_proof_shows_as_they_are_are_named(size: int) -> None:
    """Those of the other leaves whose hash is among the hashes of the proof, and no others."""
    leaves = [leaf_hash(b"%d" % index) for index in range(size)]
    for index in range(size):
        shown = {leaves.index(one) for one in inclusion_proof(index, size, leaves) if one in leaves}
        assert set(lone_leaves(index, size)) == shown
    with pytest.raises(InvalidValue, match="has no leaf of index"):
        lone_leaves(size, size)
