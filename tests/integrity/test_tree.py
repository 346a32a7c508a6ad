"""The tree is that of RFC 6962, grown from its frontier."""

from __future__ import annotations

import re

import pytest
import rfc
from hypothesis import given
from hypothesis import strategies as st

from oplog.errors import InvalidValue
from oplog.integrity.tree import EMPTY_ROOT, MAX_SIZE, Frontier, check_hash, leaf_hash, node_hash, tree_root

ENTRIES = [b"first", b"second", b"third", b"fourth", b"fifth", b"sixth", b"seventh"]
# Worked out from the definition in RFC 6962, section 2.1, with printf and sha256sum.
LEAVES = [
    "a1af030231ca2fd20ecf30c5294baf8f69321d09bb16ac53885ccd17a385280d",
    "a94dd4d3c2c6d2548ca4e560d72727bab5d795500191f5b85579130dd3b14603",
    "656d3e8f544238cdf6e32d640f51ba0914959b14edd7a52d0b8b99ab4c8ac6c6",
    "50ef598bb8c1185561b2159d645c0143e1f4eeb01d27b08f26209e18c9e87e96",
    "b8495c21eff589ce09ac70ac8d60ac49fcfd74a52d9882bdd4287153227cecfa",
    "0cdc0ed806e6e525a12c175b913701ec39fb461aa29bb3bb5de4527d386a94a8",
    "facc9f9f81cc838d59d71c40a31eab8249e55caacf7bf6c9e9d16d727907f69b",
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "a1af030231ca2fd20ecf30c5294baf8f69321d09bb16ac53885ccd17a385280d",
    "3ae5bfa57ffa769d9634a86f3a26286aa69fd50ea0585f8061f902ad5f0327f7",
    "c3651e541714c53d648ecc7baeca7fe2c36ef4fa65bcce24b1d71286437de566",
    "91683fa8aea77114496238bcb55dcbba0dc5de3de2d8f1868974143c46a7daa2",
    "c23945fad6b19ec7acecaf8b58f9e97b29630fc095b478a6108154f688d7f453",
    "038d6b81904c3be997643cfe58af20d15f78980e0001d881b30c83071d63308b",
    "70acb0acc82c975703183405e6c4a007d3fc0f32f1511b6d9241900e01e390ab",
]


def frontier(leaves: list[bytes]) -> Frontier:
    made = Frontier()
    made.extend(leaves)
    return made


def test_leaves_have_the_hashes_worked_out_by_hand() -> None:
    assert [leaf_hash(entry).hex() for entry in ENTRIES] == LEAVES


@pytest.mark.parametrize("size", range(8))
def test_roots_are_those_worked_out_by_hand(size: int) -> None:
    assert tree_root(leaf_hash(entry) for entry in ENTRIES[:size]).hex() == ROOTS[size]


def test_a_node_is_not_a_leaf_and_has_a_left_and_a_right() -> None:
    """The prefixes keep a node from passing for an entry, and the order counts."""
    left, right = leaf_hash(b"first"), leaf_hash(b"second")
    assert node_hash(left, right).hex() == ROOTS[2]
    assert len({node_hash(left, right), node_hash(right, left), leaf_hash(left + right)}) == 3


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_the_root_is_the_merkle_tree_hash_of_the_rfc(entries: list[bytes]) -> None:
    assert tree_root(map(leaf_hash, entries)) == rfc.mth(entries)


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_the_frontier_holds_the_perfect_subtrees_from_left_to_right(entries: list[bytes]) -> None:
    grown = frontier([leaf_hash(entry) for entry in entries])
    expected, start = [], 0
    for bit in reversed(range(8)):
        if len(entries) & 1 << bit:
            expected.append(rfc.mth(entries[start : start + (1 << bit)]))
            start += 1 << bit
    assert grown.hashes == tuple(expected)
    assert grown.size == len(entries)


@given(st.lists(st.binary(max_size=8), max_size=40), st.lists(st.binary(max_size=8), max_size=40))
def test_a_frontier_that_was_kept_grows_on_as_if_it_never_rested(before: list[bytes], after: list[bytes]) -> None:
    kept = frontier([leaf_hash(entry) for entry in before])
    resumed = Frontier.from_bytes(len(before), kept.to_bytes())
    assert (resumed.size, resumed.hashes, resumed.root()) == (kept.size, kept.hashes, kept.root())
    resumed.extend(leaf_hash(entry) for entry in after)
    assert resumed.root() == rfc.mth(before + after)
    assert kept.root() == rfc.mth(before)


def test_an_empty_frontier_is_no_bytes() -> None:
    empty = Frontier()
    assert (empty.size, empty.hashes, empty.root(), empty.to_bytes()) == (0, (), EMPTY_ROOT, b"")
    assert Frontier.from_bytes(0, b"").root() == EMPTY_ROOT


def test_the_largest_tree_has_63_hashes() -> None:
    """The limits themselves are taken."""
    assert Frontier.from_bytes(MAX_SIZE, bytes(32 * 63)).size == 2**63 - 1


@pytest.mark.parametrize(
    ("size", "length", "said"),
    [
        (-1, 0, "the size of a tree lies between 0 and 2**63 - 1, not -1"),
        (2**63, 32, "the size of a tree lies between 0 and 2**63 - 1, not 9223372036854775808"),
        (0, 32, "the frontier of a tree of 0 leaves has 0 bytes, not 32"),
        (5, 63, "the frontier of a tree of 5 leaves has 64 bytes, not 63"),
        (5, 65, "the frontier of a tree of 5 leaves has 64 bytes, not 65"),
        (7, 64, "the frontier of a tree of 7 leaves has 96 bytes, not 64"),
    ],
)
def test_a_damaged_frontier_is_refused(size: int, length: int, said: str) -> None:
    with pytest.raises(InvalidValue, match=f"^{re.escape(said)}$"):
        Frontier.from_bytes(size, bytes(length))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_what_is_no_hash_is_not_added(length: int) -> None:
    grown = frontier([bytes(32)])
    with pytest.raises(InvalidValue, match=f"^a leaf has 32 bytes, not {length}$"):
        grown.append(bytes(length))
    assert (grown.size, grown.hashes) == (1, (bytes(32),))


def test_the_check_of_a_hash_names_it() -> None:
    check_hash(bytes(32), "a root")
    with pytest.raises(InvalidValue, match=r"^a root has 32 bytes, not 20$"):
        check_hash(bytes(20), "a root")
