"""Inclusion and consistency proofs, after RFC 6962, sections 2.1.1 and 2.1.2.

A proof is a list of roots of subtrees, and which subtrees they are follows from the numbers alone. So both sides work
from the same *spans*: the prover gives the root of each, in one pass over the leaves; the verifier knows from them
how many hashes there must be, and on which side each belongs. The algorithm of RFC 9162, section 2.1.3.2 and 2.1.4.2,
is a second, unlike way to the same answer; the tests hold the two against each other.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from oplog.errors import InvalidValue, NotProved
from oplog.integrity.tree import HASH_LENGTH, MAX_SIZE, Frontier, node_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_NO_CONSISTENCY = (
    "there is no proof of consistency from {old} to {new} leaves: it leads from 1 or more to as many or more"
)


def inclusion_proof(index: int, size: int, leaves: Iterable[bytes]) -> tuple[bytes, ...]:
    """Prove that leaf `index` (from 0) stands in the tree of the first `size` leaves.

    `leaves` gives leaf hashes from the first on and is read once, up to `size` of them; memory is bounded. The hashes
    come from the leaf's neighbour up to the root's child. Raise `InvalidValue` if the index lies outside, or there
    are too few leaves.
    """
    if not 0 <= index < size <= MAX_SIZE:
        raise InvalidValue(f"a tree of {size} leaves has no leaf of index {index}")
    spans = _inclusion_spans(index, size)
    roots = _roots([*spans, range(index, index + 1)], leaves)
    return tuple(roots[span.start] for span in spans)


def lone_leaves(index: int, size: int) -> tuple[int, ...]:
    """Give the indexes of the leaves that stand as they are in the proof of inclusion of another, two at most.

    Raise `InvalidValue` if the index lies outside.
    """
    if not 0 <= index < size <= MAX_SIZE:
        raise InvalidValue(f"a tree of {size} leaves has no leaf of index {index}")
    return tuple(span.start for span in _inclusion_spans(index, size) if len(span) == 1)


def consistency_proof(old: int, new: int, leaves: Iterable[bytes]) -> tuple[bytes, ...]:
    """Prove that the tree of the first `new` leaves begins with the tree of the first `old`.

    `leaves` gives leaf hashes from the first on and is read once, up to `new` of them; memory is bounded. The proof
    is empty when the sizes are equal. Raise `InvalidValue` if `old` is not between 1 and `new`, or there are too few
    leaves.
    """
    if not 1 <= old <= new <= MAX_SIZE:
        raise InvalidValue(_NO_CONSISTENCY.format(old=old, new=new))
    spans = _consistency_spans(old, new)
    roots = _roots(spans, leaves)
    return tuple(roots[span.start] for span in spans)


def root_from_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """Give the root that a tree of `size` leaves has if `leaf` stands at `index` and the proof is true.

    Raise `NotProved` if there is no such leaf in such a tree, or the proof has the wrong number or form of hashes.
    """
    if not 0 <= index < size <= MAX_SIZE:
        raise NotProved(f"a tree of {size} leaves has no leaf of index {index}")
    spans = _inclusion_spans(index, size)
    _check_form([leaf, *proof], len(spans) + 1)
    root = leaf
    for span, sibling in zip(spans, proof, strict=True):
        root = node_hash(sibling, root) if span.start < index else node_hash(root, sibling)
    return root


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Raise `NotProved` unless the proof shows that `leaf` stands at `index` of the tree with this size and root."""
    if root_from_inclusion(index, size, leaf, proof) != root:
        raise NotProved(f"the leaf is not that of index {index} in the tree of {size} leaves with this root")


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raise `NotProved` unless the proof shows that the tree `new` begins with the tree `old`.

    An empty old tree is refused: everything begins with nothing, and so there is nothing to prove.
    """
    if not 1 <= old <= new <= MAX_SIZE:
        raise NotProved(_NO_CONSISTENCY.format(old=old, new=new))
    spans = _consistency_spans(old, new)
    _check_form(proof, len(spans))
    # An old tree that is itself a perfect subtree is not repeated in the proof: its root is known.
    starts_from_old = not spans or spans[0].stop != old
    old_found = new_found = old_root if starts_from_old else proof[0]
    skipped = 0 if starts_from_old else 1
    for span, subtree in zip(spans[skipped:], proof[skipped:], strict=True):
        if span.start < old:
            old_found = node_hash(subtree, old_found)
            new_found = node_hash(subtree, new_found)
        else:
            new_found = node_hash(new_found, subtree)
    if old_found != old_root or new_found != new_root:
        raise NotProved(
            f"the tree of {new} leaves does not begin with the tree of {old} leaves: the log was not only added to"
        )


def _split(start: int, stop: int) -> int:
    """Give the leaf at which the subtree over a span of two leaves or more splits (RFC 6962, section 2.1)."""
    return start + (1 << (stop - start - 1).bit_length() - 1)


def _inclusion_spans(index: int, size: int) -> list[range]:
    """Give the leaves under each hash of PATH(index, D[size]), in the order of the proof."""
    start, stop, spans = 0, size, []
    while stop - start > 1:
        middle = _split(start, stop)
        if index < middle:
            spans.append(range(middle, stop))
            stop = middle
        else:
            spans.append(range(start, middle))
            start = middle
    return spans[::-1]


def _consistency_spans(old: int, new: int) -> list[range]:
    """Give the leaves under each hash of PROOF(old, D[new]), in the order of the proof."""
    start, stop, spans = 0, new, []
    while stop != old:
        middle = _split(start, stop)
        if old <= middle:
            spans.append(range(middle, stop))
            stop = middle
        else:
            spans.append(range(start, middle))
            start = middle
    if start:
        spans.append(range(start, stop))
    return spans[::-1]


def _roots(spans: Iterable[range], leaves: Iterable[bytes]) -> dict[int, bytes]:
    """Give the root of each span by its first leaf, from one pass; spans do not overlap."""
    stream, at, roots = iter(leaves), 0, {}
    for span in sorted(spans, key=lambda span: span.start):
        for _ in islice(stream, span.start - at):
            pass
        frontier = Frontier()
        frontier.extend(islice(stream, span.stop - span.start))
        at = span.stop
        if frontier.size != at - span.start:
            raise InvalidValue(f"the log has fewer than {at} leaves")
        roots[span.start] = frontier.root()
    return roots


def _check_form(hashes: Sequence[bytes], expected: int) -> None:
    if len(hashes) != expected:
        wrong = "too few" if len(hashes) < expected else "too many"
        raise NotProved(f"the proof has {abs(len(hashes) - expected)} hashes {wrong}")
    if any(len(value) != HASH_LENGTH for value in hashes):
        raise NotProved(f"a hash of a proof has {HASH_LENGTH} bytes")
