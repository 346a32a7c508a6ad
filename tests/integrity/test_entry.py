"""The bytes of an entry are fixed, and say one thing only."""

from __future__ import annotations

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oplog.errors import InvalidValue, Malformed
from oplog.integrity.entry import TAG, LeafEntry, entry_bytes
from oplog.integrity.tree import leaf_hash

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
entries = st.builds(
    LeafEntry,
    index=st.integers(0, 2**64 - 1),
    stream=words,
    version=st.integers(1, 2**64 - 1),
    name=words,
    state_hash=st.binary(min_size=32, max_size=32),
)

# Written out by hand from docs/reference/integrity.md: the state is the four bytes "{}\n\n".
BY_HAND = (
    bytes.fromhex(
        "6f706c6f672d656e7472792f310a"  # oplog-entry/1 and a new line
        "0000000000000045"  # index 69, of position 70
        "00000011"  # 17 bytes
        "63616d706169676e2f6379636c652dc3a9"  # campaign/cycle-é
        "0000000000000003"  # version 3
        "00000012"  # 18 bytes
        "63616d706169676e2e63616e63656c6c6564"  # campaign.cancelled
    )
    + hashlib.sha256(b"{}\n\n").digest()
)


def test_an_entry_has_the_bytes_written_out_by_hand() -> None:
    assert entry_bytes(69, "campaign/cycle-é", 3, "campaign.cancelled", b"{}\n\n") == BY_HAND


def test_its_leaf_is_the_hash_of_those_bytes() -> None:
    assert leaf_hash(BY_HAND) == hashlib.sha256(b"\x00" + BY_HAND).digest()


def test_an_entry_is_read_back() -> None:
    read = LeafEntry.from_bytes(BY_HAND)
    assert read == LeafEntry(69, "campaign/cycle-é", 3, "campaign.cancelled", hashlib.sha256(b"{}\n\n").digest())


@given(entries)
def test_every_entry_survives_the_round_trip(entry: LeafEntry) -> None:
    assert LeafEntry.from_bytes(entry.to_bytes()) == entry


@given(entries, entries)
def test_two_entries_that_differ_have_other_bytes(one: LeafEntry, other: LeafEntry) -> None:
    """Nothing can be moved from one field into the next."""
    assert (one.to_bytes() == other.to_bytes()) is (one == other)
    moved = LeafEntry(one.index, one.stream + one.name[:1], one.version, one.name[1:], one.state_hash)
    assert (one.to_bytes() == moved.to_bytes()) is (one.name == "")


@given(entries, st.data())
def test_bytes_that_are_read_are_those_that_would_be_written(entry: LeafEntry, data: st.DataObject) -> None:
    """Cut, lengthened or changed bytes are refused, or are another entry; never the same one written otherwise."""
    good = entry.to_bytes()
    at = data.draw(st.integers(0, len(good) - 1))
    for changed in (good[:at], good + b"\0", good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]):
        try:
            read = LeafEntry.from_bytes(changed)
        except Malformed:
            continue
        assert read != entry
        assert read.to_bytes() == changed


@pytest.mark.parametrize("length", range(len(BY_HAND)))
def test_an_entry_that_was_cut_is_refused(length: int) -> None:
    with pytest.raises(Malformed, match=r"^this is no entry of an oplog log: "):
        LeafEntry.from_bytes(BY_HAND[:length])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"oplog-entry/2" + BY_HAND[13:], "it does not begin with 'oplog-entry/1' and a new line"),
        (b" " + BY_HAND, "it does not begin with 'oplog-entry/1' and a new line"),
        (TAG, "it ends too soon"),
        (BY_HAND[:20], "it ends too soon"),
        (BY_HAND[:30], "it ends too soon"),
        (BY_HAND + b"\0", "the hash of a state has 32 bytes, not 33"),
        (BY_HAND[:-1], "the hash of a state has 32 bytes, not 31"),
        (BY_HAND.replace("é".encode(), b"\xc3\x28"), "its stream or name is not UTF-8"),
        (
            BY_HAND.replace((3).to_bytes(8), bytes(8)),
            "the version of an event lies between 1 and 2**64 - 1, not 0",
        ),
    ],
)
def test_what_is_no_entry_is_refused_with_its_reason(data: bytes, said: str) -> None:
    with pytest.raises(Malformed, match=f"^this is no entry of an oplog log: {re.escape(said)}$"):
        LeafEntry.from_bytes(data)


@pytest.mark.parametrize(
    ("index", "version", "said"),
    [
        (-1, 1, "the index of a leaf lies between 0 and 2**64 - 1, not -1"),
        (2**64, 1, "the index of a leaf lies between 0 and 2**64 - 1, not 18446744073709551616"),
        (0, 0, "the version of an event lies between 1 and 2**64 - 1, not 0"),
        (0, 2**64, "the version of an event lies between 1 and 2**64 - 1, not 18446744073709551616"),
    ],
)
def test_numbers_that_do_not_fit_are_refused(index: int, version: int, said: str) -> None:
    with pytest.raises(InvalidValue, match=f"^{re.escape(said)}$"):
        entry_bytes(index, "campaign/x", version, "campaign.planned", b"")


def test_the_largest_numbers_fit() -> None:
    largest = entry_bytes(2**64 - 1, "", 2**64 - 1, "", b"")
    assert largest == TAG + b"\xff" * 8 + bytes(4) + b"\xff" * 8 + bytes(4) + hashlib.sha256(b"").digest()


@pytest.mark.parametrize(("stream", "name"), [("\ud800", "x"), ("x", "\udfff")])
def test_text_that_is_not_unicode_is_refused(stream: str, name: str) -> None:
    said = r"^a stream and the name of an event are Unicode text, without lone surrogates$"
    with pytest.raises(InvalidValue, match=said):
        entry_bytes(0, stream, 1, name, b"")
