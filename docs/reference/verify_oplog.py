"""Verify a log of oplog, a checkpoint or a proof without oplog: one file, the standard library and `cryptography`.

It was written from integrity.md, beside this file, and shares no line with oplog. Read it before you trust it.

    python verify_oplog.py log LOG.db [--origin NAME] [--key VKEY --checkpoint FILE]...
    python verify_oplog.py event FILE.tlog-proof --origin NAME --key VKEY [--state FILE]
    python verify_oplog.py additions OLDER.checkpoint FILE --origin NAME --key VKEY

With `--witness VKEY`, repeated as needed, each of these witnesses must have cosigned. VKEY is the text of a verifier
key, or a file that it stands in. Of a log, all events are verified with all that lies beside them, the tree and the
origin; not when the log was made, nor the states that are kept of streams. The exit code is 0 when all is as it should
be, and 1 when anything is not.
"""

from __future__ import annotations

import argparse
import base64
import calendar
import contextlib
import hashlib
import json
import re
import sqlite3
import struct
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

if TYPE_CHECKING:
    from collections.abc import Iterator


class Wrong(Exception):
    """Something is not as it should be; the text says what."""


def sha256(data: bytes) -> bytes:
    """Hash bytes."""
    return hashlib.sha256(data).digest()


def node(left: bytes, right: bytes) -> bytes:
    """RFC 6962, section 2.1: the hash of an inner node."""
    return sha256(b"\x01" + left + right)


# The forms: Base64, decimals, keys, notes


NAME = "[^\\s+\x00-\x1f\ud800-\udfff]+"


def unbase64(text: str) -> bytes:
    """Read Base64 in its canonical form."""
    with contextlib.suppress(ValueError):
        data = base64.b64decode(text)
        if base64.b64encode(data).decode() == text:
            return data
    raise Wrong("expected Base64 (RFC 4648, section 4)")


def a_hash(text: str) -> bytes:
    """Read one hash."""
    data = unbase64(text)
    if len(data) != 32:
        raise Wrong("expected a hash of 32 bytes")
    return data


def number(text: str) -> int:
    """Read a decimal without leading zeros."""
    if not re.fullmatch("0|[1-9][0-9]{0,18}", text) or int(text) >= 2**63:
        raise Wrong("expected a number from 0 to 2**63 - 1")
    return int(text)


Key = tuple[str, bytes, int, bytes]


def read_key(text: str) -> Key:
    """Read a verifier key: its name, id, type and public key."""
    if "+" not in text or Path(text).is_file():
        text = Path(text).read_bytes().decode(errors="replace").removesuffix("\n")
    parts = text.split("+", 2)
    if len(parts) != 3 or not re.fullmatch(NAME, parts[0]):
        raise Wrong("expected a verifier key: NAME+ID+DATA")
    data = unbase64(parts[2])
    key_id = sha256(parts[0].encode() + b"\n" + data)[:4]
    if len(data) != 33 or data[0] not in (1, 4) or parts[1] != key_id.hex():
        raise Wrong("expected a verifier key of type 0x01 or 0x04: NAME+ID+DATA")
    return parts[0], key_id, data[0], data[1:]


def read_note(data: bytes) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """Read a note: its text, and for each signature the name and id of the key and what it signed with."""
    if len(data) > 2**20:
        raise Wrong("expected no more than 1 MiB")
    try:
        whole = data.decode()
    except UnicodeDecodeError:
        raise Wrong("expected a note in UTF-8") from None
    text, blank, block = whole.rpartition("\n\n")
    if not blank or not block.endswith("\n") or re.search("[\x00-\x09\x0b-\x1f]", whole):
        raise Wrong("expected a text, a blank line and signatures")
    signatures = []
    lines = block[:-1].split("\n")
    if len(lines) > 100:
        raise Wrong("expected no more than 100 signatures")
    for line in lines:
        found = re.fullmatch(f"\u2014 ({NAME}) (\\S+)", line)
        signature = unbase64(found[2]) if found else b""
        if found is None or len(signature) < 5:
            raise Wrong("expected a signature on each line below the blank one")
        signatures.append((found[1], signature[:4], signature[4:]))
    return text + "\n", signatures


def is_true(key: Key, text: str, signature: bytes) -> bool:
    """Say whether a signature is true: Ed25519 over the text, or over a cosignature's message."""
    message = text.encode()
    if key[2] == 4:
        if len(signature) != 72 or signature[0] > 0x7F:
            return False
        message = b"cosignature/v1\ntime %d\n" % int.from_bytes(signature[:8]) + message
        signature = signature[8:]
    try:
        Ed25519PublicKey.from_public_bytes(key[3]).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def read_keys(keys: list[str], witnesses: list[str]) -> tuple[list[Key], list[Key]]:
    """Read the keys of the log and those of the witnesses, of which each must be another."""
    log, others = [read_key(key) for key in keys], [read_key(key) for key in witnesses]
    publics = [key[3] for key in {*log, *others}]
    if len(set(publics)) != len(publics) or any(key[2] != 4 for key in others):
        raise Wrong("each witness has a key of its own, of type 0x04")
    if any(key[2] != 1 for key in log):
        raise Wrong("a log signs with a key of type 0x01")
    return log, others


def believe(data: bytes, origin: str, keys: list[str], witnesses: list[str]) -> tuple[int, bytes]:
    """Give size and root of a checkpoint that this log signed and all these witnesses cosigned."""
    log, others = read_keys(keys, witnesses)
    text, signatures = read_note(data)
    true = set()
    for name, key_id, signature in signatures:
        for key in {*log, *others}:
            if key[:2] == (name, key_id):
                if not is_true(key, text, signature):
                    raise Wrong(f"the signature by {name} is false")
                if key[2] == 1 or 0 < int.from_bytes(signature[:8]) <= time.time() + 24 * 60 * 60:
                    true.add(key)
    lines = text.split("\n")[:-1]
    if len(lines) < 3 or "" in lines:
        raise Wrong("expected a checkpoint: origin, size and root, each on its line")
    if lines[0] != origin:
        raise Wrong("the checkpoint is of another log")
    if not true & set(log):
        raise Wrong("no key of the log signed the checkpoint")
    if missing := set(others) - true:
        raise Wrong(f"{', '.join(sorted(key[0] for key in missing))} did not cosign the checkpoint")
    size, root = number(lines[1]), a_hash(lines[2])
    if size == 0 and root != sha256(b""):
        raise Wrong("the root of an empty tree is the hash of nothing")
    return size, root


# The tree


class Tree:
    """A tree that grows: the roots of its perfect subtrees, each with its size."""

    def __init__(self) -> None:
        self.size = 0
        self.peaks: list[tuple[int, bytes]] = []

    def add(self, leaf: bytes) -> None:
        """Add a leaf; subtrees of one size become one of twice the size."""
        self.size += 1
        self.peaks.append((1, leaf))
        while len(self.peaks) > 1 and self.peaks[-1][0] == self.peaks[-2][0]:
            (size, right), (_, left) = self.peaks.pop(), self.peaks.pop()
            self.peaks.append((2 * size, node(left, right)))

    def root(self) -> bytes:
        """Give the root of what was added."""
        root = self.peaks[-1][1] if self.peaks else sha256(b"")
        for _, left in self.peaks[-2::-1]:
            root = node(left, root)
        return root


def entry(index: int, stream: bytes, version: int, name: bytes, state: bytes) -> bytes:
    """Give the bytes of an event's entry."""
    parts = struct.pack(">QI", index, len(stream)) + stream + struct.pack(">QI", version, len(name)) + name
    return b"oplog-entry/1\n" + parts + sha256(state)


def walk(fn: int, sn: int, path: list[bytes]) -> Iterator[tuple[bool, bytes]]:
    """RFC 9162, sections 2.1.3.2 and 2.1.4.2: give each hash of a proof, and whether it stands on the left."""
    for step in path:
        if sn == 0:
            raise Wrong("the proof has too many hashes")
        left = bool(fn & 1) or fn == sn
        yield left, step
        while left and fn and not fn & 1:
            fn, sn = fn >> 1, sn >> 1
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise Wrong("the proof has too few hashes")


def climb(index: int, size: int, leaf: bytes, path: list[bytes]) -> bytes:
    """Give the root that a proof of inclusion leads to."""
    root = leaf
    for left, step in walk(index, size - 1, path):
        root = node(step, root) if left else node(root, step)
    return root


def continues(old: int, new: int, old_root: bytes, new_root: bytes, path: list[bytes]) -> bool:
    """Say whether a proof of consistency shows that the new tree begins with the old one."""
    if old in (0, new):
        return not path and (old == 0 or old_root == new_root)
    if old > new or not path:
        return False
    seed, *steps = path if old & (old - 1) else [old_root, *path]
    low = ((old - 1) ^ old).bit_length() - 1
    first = second = seed
    for left, step in walk(old - 1 >> low, new - 1 >> low, steps):
        first, second = (node(step, first), node(step, second)) if left else (first, node(second, step))
    return first == old_root and second == new_root


# What lies beside an event


MONTHS = {None: (1, 12), **{f"{month:02}": (month, month) for month in range(1, 13)}}
for part in range(4):
    MONTHS |= {f"{21 + part}": (3 * part + 3, 3 * part + 5), f"{33 + part}": (3 * part + 1, 3 * part + 3)}


def days(text: str) -> tuple[date, date]:
    """Give the first and the last day of a day, month, season, quarter or year in EDTF; `ValueError` if it is none."""
    found = re.fullmatch("([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?[?~%]?", text)
    if found is None or (not found[3] and found[2] not in MONTHS):
        raise ValueError
    year = int(found[1])
    if found[3]:
        return (date(year, int(found[2]), int(found[3])),) * 2
    first, last = MONTHS[found[2]]
    end, month = (year + 1, last - 12) if last > 12 else (year, last)
    return date(year, first, 1), date(end, month, calendar.monthrange(end, month)[1])


def effective(text: str | None) -> tuple[str | None, str | None]:
    """Give the first and the last day of an EDTF string, which may be an interval with one end open."""
    left, parted, right = (text or "").partition("/")
    try:
        start = (date.min, date.min) if parted and left == ".." else days(left)
        end = start if not parted else (date.max, date.max) if right == ".." else days(right)
    except ValueError:
        return None, None
    impossible = start[0] > end[1] or start[1] > end[1] or text == "../.."
    return (None, None) if impossible else (start[0].isoformat(), end[1].isoformat())


def moment(text: str | None) -> int | None:
    """Give a time in microseconds since the epoch."""
    try:
        return None if text is None else (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1)
    except (ValueError, TypeError, OverflowError):
        return None


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BESIDE = ("event_id", "idempotency_key", "recorded_at", "effective_from", "effective_to")


def beside(state: Any) -> tuple[str | int | None, ...]:
    """Give what lies beside an event with this state, in the order of `BESIDE`; all None if it is no event."""
    try:
        said = json.loads(state.decode(), parse_constant=int)  # so that NaN, which is no JSON, is an error
        when = said.get("effective")
        if isinstance(when, dict) and (when := when["edtf"]) is None:
            return (None,) * 5
    except (AttributeError, KeyError, RecursionError, ValueError):
        return (None,) * 5
    texts = [said.get("id"), said.get("idempotency_key"), said.get("recorded_at"), when]
    if not all(text is None or isinstance(text, str) for text in texts):
        return (None,) * 5
    return (*texts[:2], moment(texts[2]), *effective(texts[3]))


# What can be verified


QUERY = (
    "SELECT position, originator_id, originator_version, topic, state, leaf, event_id, idempotency_key, recorded_at,"
    " effective_from, effective_to FROM stored_events ORDER BY position"
)


def verify_log(path: str, origin: str | None, trees: list[tuple[str, int, bytes]]) -> list[str]:
    """Derive the tree of a SQLite log; hold it against what is stored and against (name, size, root) of checkpoints."""
    tree, position = Tree(), 0
    wrong = changed(trees, tree)
    versions: dict[str, int] = {}
    with contextlib.closing(sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True)) as log:
        log.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
        for found, stream, version, name, state, leaf, *columns in log.execute(QUERY):
            place = f"position {found} ({stream!a}, version {version})"
            if found != position + 1:
                wrong.append(f"{place}: position {position + 1} was expected")
            if version != versions.get(stream, 0) + 1:
                wrong.append(f"{place}: version {versions.get(stream, 0) + 1} was expected")
            position, versions[stream] = found, version
            derived = derive(found, stream, version, name, state)
            if derived is None or derived != leaf:
                wrong.append(f"{place}: the event or its leaf was changed")
            if (said := beside(state)) != tuple(columns):
                names = ", ".join(n for n, one, other in zip(BESIDE, said, columns, strict=True) if one != other)
                wrong.append(f"{place}: {names} beside the event is not what the event says")
            tree.add(derived or bytes(32))
            wrong += changed(trees, tree)
        stored = log.execute("SELECT size, frontier FROM log_tree").fetchall()
        names = [name for (name,) in log.execute("SELECT value FROM log_about WHERE key = 'origin'")]
    if len(names) != 1 or not isinstance(names[0], str) or not re.fullmatch(NAME, names[0]):
        wrong.append("the log does not say its origin")
    elif origin not in (None, names[0]):
        wrong.append(f"this is another log: its origin is {names[0]!a}")
    longer = [(name, size) for name, size, _ in trees if size > tree.size]
    wrong += [f"{name}: signed over {size} events, {size - tree.size} more than there are" for name, size in longer]
    if stored and isinstance(stored[0][0], int) and stored[0][0] > position:
        wrong.append(f"position {position + 1} and what follows is missing: the tree has {stored[0][0]} leaves")
    if stored != [(tree.size, b"".join(root for _, root in tree.peaks))]:
        wrong.append("the tree that is stored is not that of the events")
    return wrong


def changed(trees: list[tuple[str, int, bytes]], tree: Tree) -> list[str]:
    """Name the checkpoints of this size that were signed over another tree."""
    of_size = [(name, root) for name, size, root in trees if size == tree.size]
    return [
        f"{name}: signed over other events than the first {tree.size}" for name, root in of_size if root != tree.root()
    ]


def derive(position: Any, stream: Any, version: Any, name: Any, state: Any) -> bytes | None:
    """Derive the leaf of an event from what is stored; None if that can be no event."""
    try:
        texts = [text.encode("utf-8", "surrogateescape") for text in (stream, name)]
        return sha256(b"\x00" + entry(position - 1, texts[0], version, texts[1], state))
    except (AttributeError, TypeError, struct.error):
        return None


def verify_event(data: bytes, origin: str, keys: list[str], witnesses: list[str], state: bytes | None) -> str:
    """Verify the proof that one event is in the log; say which event it is."""
    lines, checkpoint = parted(data)
    if lines[0] != "c2sp.org/tlog-proof@v1" or len(lines) < 3 or not lines[1].startswith("extra "):
        raise Wrong("expected a tlog-proof with extra data")
    if not lines[2].startswith("index "):
        raise Wrong("expected an index")
    shown, index = unbase64(lines[1][6:]), number(lines[2][6:])
    size, root = believe(checkpoint, origin, keys, witnesses)
    if index >= size or climb(index, size, sha256(b"\x00" + shown), hashes(lines[3:])) != root:
        raise Wrong("the proof does not lead to the root of the checkpoint")
    form = re.match(rb"oplog-entry/1\n(.{8})(.{4})", shown, re.DOTALL)
    try:
        end = 26 + int.from_bytes(form[2]) if form else 0
        stream, (version, length) = shown[26:end], struct.unpack_from(">QI", shown, end)
        name, digest = shown[end + 12 : end + 12 + length], shown[end + 12 + length :]
        told = f"position {index + 1}: {stream.decode()}, version {version}, {name.decode()}"
    except (struct.error, UnicodeDecodeError):
        raise Wrong("the extra data are no entry") from None
    if form is None or len(stream) != end - 26 or len(digest) != 32 or int.from_bytes(form[1]) != index or not version:
        raise Wrong("the extra data are no entry of this index")
    if state is not None and sha256(state) != digest:
        raise Wrong("this state is not what is stored of the event")
    return told


def verify_additions(older: bytes, data: bytes, origin: str, keys: list[str], witnesses: list[str]) -> str:
    """Verify that a checkpoint continues an older one, which is believed if the log signed it."""
    lines, checkpoint = parted(data)
    old, old_root = believe(older, origin, keys, [])
    new, new_root = believe(checkpoint, origin, keys, witnesses)
    if lines[0] != f"old {old}" or not continues(old, new, old_root, new_root, hashes(lines[1:])):
        raise Wrong("the newer checkpoint does not continue the older one")
    return f"{new - old} events were added to {old}, and nothing else was done"


def parted(data: bytes) -> tuple[list[str], bytes]:
    """Part a file into the lines of the proof and its checkpoint."""
    head, _, checkpoint = data.partition(b"\n\n")
    try:
        return head.decode().split("\n"), checkpoint
    except UnicodeDecodeError:
        raise Wrong("expected a proof in UTF-8") from None


def hashes(lines: list[str]) -> list[bytes]:
    """Read the hashes of a proof."""
    if len(lines) > 63:
        raise Wrong("a proof has no more than 63 hashes")
    return [a_hash(line) for line in lines]


def main(arguments: list[str]) -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description="Verify a log of oplog, a checkpoint or a proof, without oplog.")
    parser.add_argument("what", choices=["log", "event", "additions"])
    parser.add_argument("files", nargs="+")
    for option in ("key", "witness", "checkpoint"):
        parser.add_argument(f"--{option}", action="append", default=[])
    parser.add_argument("--origin")
    parser.add_argument("--state")
    asked = parser.parse_args(arguments)
    if len(asked.files) != (2 if asked.what == "additions" else 1):
        parser.error("'log' and 'event' take one file, 'additions' takes two")
    if not (asked.origin and asked.key) and (asked.what != "log" or asked.checkpoint):
        parser.error("say whose word it must be: --origin and --key")
    if asked.what == "log" and not asked.checkpoint and (asked.key or asked.witness):
        parser.error("--key and --witness go with a --checkpoint")
    trust = asked.origin, asked.key, asked.witness
    try:
        data = [Path(file).read_bytes() for file in asked.files] if asked.what != "log" else []
        if asked.what == "event":
            told = [verify_event(data[0], *trust, Path(asked.state).read_bytes() if asked.state else None)]
        elif asked.what == "additions":
            told = [verify_additions(data[0], data[1], *trust)]
        else:
            trees = [(file, *believe(Path(file).read_bytes(), *trust)) for file in asked.checkpoint]
            told = verify_log(asked.files[0], asked.origin, trees)
            if told:
                raise Wrong("\n".join(told))
            told = ["nothing was changed"]
    except (Wrong, OSError, sqlite3.Error) as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 1
    sys.stdout.write("".join(f"{line}\n" for line in told))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
