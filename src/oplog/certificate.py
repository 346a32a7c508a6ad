"""Certificates: what a log gives when it is folded, so that another machine can show that it gives the same.

A certificate follows from the stored events alone. Neither what lies beside them in a database nor the moment at which
it is made is in it, so that the same events give the same bytes from every store. See docs/reference/certificate.md.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, Self, Unpack

import msgspec
from attrs import frozen

from oplog.audit import findings
from oplog.canonical import canonical_lines
from oplog.catalogue import event_catalogue
from oplog.domain.report import REPORTS
from oplog.errors import Malformed, Undecodable
from oplog.findings import Finding
from oplog.folding import fold_of
from oplog.integrity.lines import base64_text
from oplog.integrity.tree import Frontier
from oplog.material import gather
from oplog.projections import PROJECTIONS, Projection
from oplog.reading import Clocks, Reading
from oplog.store.codec import format_time, parse_time
from oplog.store.recorder import StoredRow
from oplog.store.wire import dump, from_wire, to_wire
from oplog.verify import leaf_of, verify
from oplog.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from oplog.log import OpLog
    from oplog.material import Material
    from oplog.recorded import Recorded


@frozen(kw_only=True)
class ViewDigest:
    """The view of one projection: how many `rows`, and the SHA-256 (hex) of them in their order.

    `fold` is the fingerprint of the code that made it.
    """

    name: str
    version: int
    fold: str
    rows: int
    digest: str


@frozen(kw_only=True)
class Certificate:
    """What a log, or its beginning, adds up to.

    `size` is how many events there are of how many `streams`, `head` the last position, `root` the root of the tree
    over them in Base64, `last_recorded_at` (RFC 3339, UTC) when the last one was recorded; None in an empty log.
    `known_at`, `valid_at` and `counts_from` are the clocks by which it was read, None where there was no bound. `state`
    is the SHA-256 (hex) of the states of all streams, `left_out` the streams that cannot be folded, which no state and
    no view holds. `findings` are those that follow from the events. `oplog` is the release that made it, and
    `catalogue` the SHA-256 (hex) of the forms of all events that it knows.
    """

    format: Literal["oplog-certificate/1"] = "oplog-certificate/1"
    origin: str
    size: int
    head: int
    streams: int
    root: str
    last_recorded_at: str | None = None
    known_at: str | None = None
    valid_at: str | None = None
    counts_from: Literal["latest", "earliest"] | None = None
    oplog: str
    catalogue: str
    projections: tuple[ViewDigest, ...]
    state: str
    left_out: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    def to_bytes(self) -> bytes:
        """Give the bytes of its file: canonical JSON, and the end of the line."""
        return dump(to_wire(self)) + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read the file of a certificate. Raise `Malformed` if it is not in its exact form, byte for byte."""
        try:
            found = from_wire(cls, msgspec.json.decode(data))
            made: Self = found
            _ = made.clocks
        except Undecodable as wrong:
            raise Malformed(f"no certificate: {wrong}") from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
            raise Malformed(f"no certificate: not JSON: {wrong}") from None
        if made.to_bytes() != data:
            raise Malformed("no certificate: expected canonical JSON in one line, each key once and in order")
        return made

    @property
    def clocks(self) -> Clocks:
        """The clocks by which the log was read. Raise `Undecodable`, naming the field, where one is no time."""
        try:
            valid_at = None if self.valid_at is None else date.fromisoformat(self.valid_at)
        except ValueError:
            raise Undecodable("expected a day such as 2017-06-30", field="valid_at") from None
        known_at = None if self.known_at is None else parse_time(self.known_at, "known_at")
        return Clocks(known_at=known_at, valid_at=valid_at, counts_from=self.counts_from or "latest")


def certify(
    log: OpLog,
    *,
    until: int | None = None,
    progress: Callable[[int], None] = lambda _position: None,
    **clocks: Unpack[Clocks],
) -> Certificate:
    """Make the certificate of a log, or of its beginning up to a position (inclusive), read by some `clocks`.

    `progress` is told each position twice, as it is for `OpLog.audit`. A log that is not sound gets a certificate too:
    it holds the findings. Raise `Damaged` for a file that cannot be read as a whole.
    """
    reading = Reading(**clocks)
    head = log.head()
    last = head if until is None else min(until, head)
    material = gather(log.rows(until=last), reading=reading, partial=last < head, progress=progress)
    tree = Frontier()
    material.verified = tuple(verify(_bare(log, material.last, tree), None, progress=progress))
    if any(stream.startswith(REPORTS) for stream in material.lives):
        from oplog.retelling import retold_findings

        material.retold = retold_findings(material, lambda size: (leaf_of(row)[0] for row in log.rows(until=size)))
    left_out = sorted(material.parked | {stream for stream, life in material.lives.items() if life.illegal})
    read = _read(material, set(left_out))
    states = [entry for entry in material.entries() if entry.stream not in left_out and entry.version]
    return Certificate(
        origin=log.origin,
        size=tree.size,
        head=material.last,
        streams=len({stream for _, stream, _ in material.places}),
        root=base64_text(tree.root()),
        last_recorded_at=format_time(material.history[-1].recorded_at) if material.history else None,
        known_at=None if reading.known_at is None else format_time(reading.known_at),
        valid_at=None if reading.valid_at is None else reading.valid_at.isoformat(),
        counts_from=None if reading.valid_at is None else reading.counts_from,
        oplog=__version__,
        catalogue=hashlib.sha256(dump(event_catalogue().forms())).hexdigest(),
        projections=tuple(_of_view(projection, read) for projection in PROJECTIONS),
        state=_digest(sorted(states, key=lambda entry: entry.stream)),
        left_out=tuple(left_out),
        findings=findings(material),
    )


def against(
    log: OpLog, certificate: Certificate, progress: Callable[[int], None] = lambda _position: None
) -> tuple[Finding, ...]:
    """Hold a log against a certificate: one fault for each part that differs, in the order in which to look at them.

    The log is read by the clocks of the certificate, up to its last position: what was recorded since does not matter.
    First come the parts that say which events these are, then those of the code, then what follows from both.
    """
    made = certify(log, until=certificate.head, progress=progress, **certificate.clocks)
    return tuple(
        Finding(
            rule="certificate", severity="fault", message=f"{part}: expected {_told(expected)}, found {_told(found)}"
        )
        for (part, expected), (_, found) in zip(*_paired(certificate, made), strict=True)
        if expected != found
    )


_PARTS = ("origin", "size", "head", "streams", "root", "last_recorded_at", "oplog", "catalogue")


def _paired(one: Certificate, other: Certificate) -> tuple[list[tuple[str, Any]], list[tuple[str, Any]]]:
    """The parts of two certificates, in the same order and as many of both."""
    names = list(dict.fromkeys(view.name for certificate in (one, other) for view in certificate.projections))
    return _parts(one, names), _parts(other, names)


def _parts(certificate: Certificate, projections: Iterable[str]) -> list[tuple[str, Any]]:
    views = {view.name: view for view in certificate.projections}
    code = [
        (f"projections.{name}.{field}", getattr(views.get(name), field, None))
        for name in projections
        for field in ("version", "fold")
    ]
    made = [
        (f"projections.{name}.{field}", getattr(views.get(name), field, None))
        for name in projections
        for field in ("rows", "digest")
    ]
    follows = [(name, getattr(certificate, name)) for name in ("state", "left_out")]
    return [
        *((name, getattr(certificate, name)) for name in _PARTS),
        *code,
        *follows,
        *made,
        ("findings", certificate.findings),
    ]


def _told(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, tuple) and value and isinstance(value[0], Finding):
        first = value[0]
        place = f" at position {first.position}" if first.position else ""
        return f"{len(value)} (the first by {first.rule}{place}: {first.message})"
    return (", ".join(value) or "none") if isinstance(value, tuple) else str(value)


def _bare(log: OpLog, last: int, tree: Frontier) -> Iterator[StoredRow]:
    """The stored events without what lies beside them; their leaves are added to the tree."""
    for row in log.rows(until=last):
        tree.append(leaf_of(row)[0])
        yield StoredRow(row, None, None)


def _read(material: Material, left_out: set[str]) -> list[Recorded]:
    history = [recorded for recorded in material.history if recorded.stream not in left_out]
    return material.reading.placed(history, material.lives)


def _of_view(projection: Projection, read: Iterable[Recorded]) -> ViewDigest:
    view = projection.view(read)
    rows = view if isinstance(view, tuple) else (view,)
    return ViewDigest(
        name=projection.name,
        version=projection.version,
        fold=fold_of(projection).digest,
        rows=len(rows),
        digest=_digest(rows),
    )


def _digest(rows: Iterable[Any]) -> str:
    digest = hashlib.sha256()
    for line in canonical_lines(rows):
        digest.update(line)
    return digest.hexdigest()
