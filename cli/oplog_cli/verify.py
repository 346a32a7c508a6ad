"""`oplog verify` and `oplog witness`: whether a log is the one that was signed, and whether it was only added to."""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click
from attrs import frozen

from oplog import (
    CannotOpen,
    ConsistencyProof,
    InclusionProof,
    NotProved,
    NotSigned,
    SignedCheckpoint,
    VerifierKey,
    Witnessed,
    format_time,
    read_signing_key,
)
from oplog import witness as cosign_and_remember
from oplog_cli.evidence_files import FILE, MOST, VERIFIER_KEY, key_option, read_checkpoint, read_evidence
from oplog_cli.files import new_files
from oplog_cli.findings import show_findings
from oplog_cli.json_output import emit, full
from oplog_cli.log_option import log_option, open_log
from oplog_cli.progress import progress
from oplog_cli.tables import counted
from oplog_cli.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

T = TypeVar("T")
_CLOCKS_DIFFER = 24 * 60 * 60
"""By how many seconds the clock of a witness may be ahead of this one, for its cosignature to count."""


@click.command()
@click.argument("proof", type=FILE, required=False)
@click.option(
    "--checkpoint", "paths", type=FILE, metavar="FILE", multiple=True, help="A checkpoint that was kept elsewhere."
)
@click.option(
    "--key", "keys", type=VERIFIER_KEY, multiple=True, help="A verifier key of the log: its file, or its text."
)
@click.option("--witness", "witnesses", type=VERIFIER_KEY, multiple=True, help="The verifier key of a witness.")
@click.option(
    "--quorum",
    type=click.IntRange(min=0),
    help="How many of the witnesses must have cosigned. Default: all that are given.",
)
@click.option("--origin", metavar="NAME", help="The origin that the log must have; needed to verify a PROOF.")
@click.option("--state", type=FILE, metavar="FILE", help="With a PROOF: what is said to be stored of the event.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@log_option()
@click.pass_context
def verify(
    ctx: click.Context,
    *,
    proof: Path | None,
    paths: tuple[Path, ...],
    keys: tuple[VerifierKey, ...],
    witnesses: tuple[VerifierKey, ...],
    quorum: int | None,
    origin: str | None,
    state: Path | None,
    as_json: bool,
) -> None:
    """Hold the log against the tree over it and against checkpoints; or, with PROOF, verify one event without the log.

    Without a checkpoint this finds damage, and changes by who did not know of the tree. A change of everything at once,
    and an older copy in the place of the log, are found with a checkpoint that was kept elsewhere. All events, and what
    lies beside them, are held against the tree, and all that differs is reported, with its place where it is known.
    Not looked at are the states that are kept of streams, which 'oplog replay' compares, and when the log was made; the
    origin is compared with --origin and with the checkpoints. The exit code is 1 when a fault was found.

    PROOF is a file that 'oplog prove POSITION' wrote; --key and --origin say which log it must be.

    \b
    JSON: events, origin (null where a damaged log does not say it), checkpoints (for each: file, size, root, witnesses
    with name and time), findings (as 'oplog replay' has them). With PROOF: position, stream, version, event, origin,
    size, witnesses, state (whether that file is what is stored; null without one).
    """  # noqa: D301 - click looks for the very character that a raw docstring would spell out
    trusted = _Trusted(keys, witnesses, len(set(witnesses)) if quorum is None else quorum)
    if wrong := _misuse(trusted, paths, proof, origin, state):
        raise click.UsageError(wrong)
    if proof is not None and origin is not None:
        _verify_proof(read_evidence(proof, InclusionProof.parse), origin, trusted, state, as_json=as_json)
        return
    checkpoints = {str(path): read_checkpoint(path) for path in paths}
    with open_log() as log:
        if origin is not None and origin != log.origin:
            raise NotSigned(f"this is another log: its origin is {log.origin}")
        seen = {name: trusted.cosignatures(one, log.origin) for name, one in checkpoints.items()}
        count = 0
        with progress(_if_readable(log.head) or 0) as shown:

            def read(position: int) -> None:
                nonlocal count
                count += 1
                shown(position)

            findings = log.verify(checkpoints, keys, read)
        origin = _if_readable(lambda: log.origin)
    if as_json:
        told = [_checkpoint_json(name, one, seen[name]) for name, one in checkpoints.items()]
        emit({"events": count, "origin": origin, "checkpoints": told, "findings": [full(f) for f in findings]})
    else:
        click.echo(f"verified {counted(count, 'event')} of {printable(f'the log {origin}' if origin else 'a log')}")
        for name, one in checkpoints.items():
            cosigned = f", cosigned by {_by_whom(seen[name])}" if seen[name] else ""
            click.echo(printable(f"{name}: {counted(one.checkpoint.size, 'event')}, signed by the log{cosigned}"))
        show_findings(findings)
        if not paths:
            click.echo("no checkpoint was given: an older copy, or a change of everything at once, would not show")
    if any(finding.severity == "fault" for finding in findings):
        ctx.exit(1)


def _if_readable(ask: Callable[[], T]) -> T | None:
    """Ask something of the log; nothing comes of it where it is damaged, which is for the findings to say."""
    try:
        return ask()
    except CannotOpen:
        return None


@frozen
class _Trusted:
    """Whose signatures count, and how many of the witnesses must have cosigned."""

    keys: tuple[VerifierKey, ...]
    witnesses: tuple[VerifierKey, ...]
    quorum: int

    def cosignatures(self, signed: SignedCheckpoint, origin: str) -> tuple[Witnessed, ...]:
        latest = int(time.time()) + _CLOCKS_DIFFER
        return signed.verify(
            origin=origin, log_keys=self.keys, witnesses=self.witnesses, quorum=self.quorum, not_after=latest
        )


def _misuse(
    trusted: _Trusted, paths: Sequence[Path], proof: Path | None, origin: str | None, state: Path | None
) -> str | None:
    if proof is not None:
        if paths:
            return "a PROOF holds its checkpoint; leave --checkpoint out"
        return None if trusted.keys and origin else "to verify a PROOF, say whose word it must be: --key and --origin"
    if state is not None:
        return "--state goes with a PROOF"
    if bool(paths) != bool(trusted.keys):
        return "--checkpoint and --key go together: a checkpoint is worth what its signature is"
    return "--witness and --quorum go with --checkpoint" if trusted.quorum and not paths else None


def _verify_proof(proof: InclusionProof, origin: str, trusted: _Trusted, state: Path | None, *, as_json: bool) -> None:
    seen = trusted.cosignatures(proof.checkpoint, origin)
    entry = proof.proved_entry()
    if state is not None and not _holds(state, entry.state_hash):
        raise NotProved(f"{state} is not what is stored of this event")
    size = proof.checkpoint.checkpoint.size
    if as_json:
        place = {"position": entry.index + 1, "stream": entry.stream, "version": entry.version, "event": entry.name}
        known = {"origin": origin, "size": size, "witnesses": [_witness_json(one) for one in seen]}
        emit({**place, **known, "state": None if state is None else True})
        return
    click.echo(printable(f"position {entry.index + 1}: {entry.stream}, version {entry.version}, {entry.name}"))
    cosigned = f", cosigned by {_by_whom(seen)}" if seen else ""
    click.echo(printable(f"one of the first {counted(size, 'event')} of {origin}, signed by the log{cosigned}"))
    if state is not None:
        click.echo(printable(f"{state} is what is stored of it"))


@click.command()
@click.argument("submission", type=FILE)
@key_option("The private key of the witness.")
@click.option(
    "--log-key", "log_keys", type=VERIFIER_KEY, multiple=True, required=True, help="A verifier key of the log."
)
@click.option("--origin", metavar="NAME", required=True, help="The origin of the log.")
@click.option(
    "--memory",
    type=FILE,
    metavar="FILE",
    required=True,
    help="Keeps the last checkpoint that was cosigned.",
)
@click.option("--first", is_flag=True, help="This witness has seen no checkpoint of this log.")
@click.option(
    "-o",
    "--output",
    type=FILE,
    metavar="FILE",
    required=True,
    help="Write the cosigned checkpoint to FILE, in the place of an older one.",
)
def witness(
    *,
    submission: Path,
    key: Path,
    log_keys: tuple[VerifierKey, ...],
    origin: str,
    memory: Path,
    first: bool,
    output: Path,
) -> None:
    """Cosign a checkpoint, if it continues the one that this witness saw last.

    For the body that watches over the log, on a machine of its own; the log itself is not needed. SUBMISSION is what
    'oplog prove --since' wrote from the checkpoint that this command gave out last, or, with --first, without --since.
    A log that was changed, rolled back or forked is refused. What is cosigned is kept in the memory first; a memory
    that was lost is not taken for a new log.
    """
    if output.exists():
        read_checkpoint(output)  # nothing but a checkpoint is replaced
    submitted, signing_key = read_evidence(submission, ConsistencyProof.parse), read_signing_key(key)
    # What is remembered as cosigned must also come out: the file is opened before.
    with new_files(output, replace=True, inputs=[submission, key, memory]) as (file,):
        cosigned = cosign_and_remember(
            submitted,
            signing_key,
            memory=memory,
            first=first,
            origin=origin,
            log_keys=log_keys,
            clock=lambda: int(time.time()),
        )
        file.write(cosigned.to_bytes())
    click.echo(f"cosigned {counted(cosigned.checkpoint.size, 'event')}; written to {printable(str(output))}")


def _holds(path: Path, state_hash: bytes) -> bool:
    with path.open("rb") as file:
        state = file.read(MOST)
    return len(state) < MOST and hashlib.sha256(state).digest() == state_hash


def _moment(seconds: int) -> str:
    """Write the time of a cosignature."""
    return format_time(datetime.fromtimestamp(seconds, UTC))


def _by_whom(seen: Sequence[Witnessed]) -> str:
    return ", ".join(f"{one.name} at {_moment(one.time)}" for one in seen)


def _witness_json(one: Witnessed) -> dict[str, Any]:
    return {"name": one.name, "time": _moment(one.time)}


def _checkpoint_json(name: str, one: SignedCheckpoint, seen: Sequence[Witnessed]) -> dict[str, Any]:
    known = {"file": name, "size": one.checkpoint.size, "root": one.checkpoint.root.hex()}
    return {**known, "witnesses": [_witness_json(each) for each in seen]}
