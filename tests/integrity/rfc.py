"""RFC 6962, section 2.1, and RFC 9162, section 2.1, put down as they stand there, to hold our code against.

`mth`, `path` and `proof` are the recursive definitions; `inclusion_holds` and `consistency_holds` are the algorithms
for verifiers, which walk the bits of the numbers. None of them shares a line, or an idea, with `oplog.integrity`.
"""

from __future__ import annotations

import hashlib


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def k(n: int) -> int:
    """Give the largest power of two smaller than n."""
    power = 1
    while power * 2 < n:
        power *= 2
    return power


def mth(d: list[bytes]) -> bytes:
    """RFC 6962, section 2.1: MTH(D[n])."""
    if not d:
        return sha256(b"")
    if len(d) == 1:
        return sha256(b"\x00" + d[0])
    split = k(len(d))
    return sha256(b"\x01" + mth(d[:split]) + mth(d[split:]))


def path(m: int, d: list[bytes]) -> list[bytes]:
    """RFC 6962, section 2.1.1: PATH(m, D[n])."""
    if len(d) == 1:
        return []
    split = k(len(d))
    if m < split:
        return [*path(m, d[:split]), mth(d[split:])]
    return [*path(m - split, d[split:]), mth(d[:split])]


def proof(m: int, d: list[bytes]) -> list[bytes]:
    """RFC 6962, section 2.1.2: PROOF(m, D[n])."""
    return subproof(m, d, True)


def subproof(m: int, d: list[bytes], known: bool) -> list[bytes]:
    """RFC 6962, section 2.1.2: SUBPROOF(m, D[n], b)."""
    if m == len(d):
        return [] if known else [mth(d)]
    split = k(len(d))
    if m <= split:
        return [*subproof(m, d[:split], known), mth(d[split:])]
    return [*subproof(m - split, d[split:], False), mth(d[:split])]


def inclusion_holds(leaf_index: int, tree_size: int, leaf: bytes, inclusion_path: list[bytes], root: bytes) -> bool:
    """RFC 9162, section 2.1.3.2."""
    if leaf_index >= tree_size:
        return False
    fn, sn, r = leaf_index, tree_size - 1, leaf
    for p in inclusion_path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = sha256(b"\x01" + p + r)
            while not fn & 1 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = sha256(b"\x01" + r + p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root


def consistency_holds(first: int, second: int, first_hash: bytes, second_hash: bytes, steps: list[bytes]) -> bool:
    """RFC 9162, section 2.1.4.2; with equal sizes the proof is empty and the roots are equal."""
    if first == second:
        return not steps and first_hash == second_hash
    if not steps:
        return False
    if first & (first - 1) == 0:
        steps = [first_hash, *steps]
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = steps[0]
    for c in steps[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr = sha256(b"\x01" + c + fr)
            sr = sha256(b"\x01" + c + sr)
            while not fn & 1 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = sha256(b"\x01" + sr + c)
        fn, sn = fn >> 1, sn >> 1
    return fr == first_hash and sr == second_hash and sn == 0
