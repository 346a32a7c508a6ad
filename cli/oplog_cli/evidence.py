"""`oplog keygen`, `oplog checkpoint` and `oplog prove`: what a log gives out for others to verify it by."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from oplog import (
    disclose,
    generate_key,
    prove_additions,
    prove_event,
    read_signing_key,
    sign_checkpoint,
    unsalted_in_proof,
    write_key_pair,
)
from oplog_cli.access import Asked, purpose_options
from oplog_cli.evidence_files import FILE, key_option, read_checkpoint
from oplog_cli.files import check_is_not_the_log, new_files, write_file
from oplog_cli.log_option import is_file, log_address, log_option, open_log
from oplog_cli.progress import progress
from oplog_cli.tables import counted
from oplog_cli.text import printable

CHECKPOINT_SUFFIX = ".checkpoint"


@click.command()
@click.argument("path", metavar="FILE", type=FILE)
@click.option("--name", help="The name of the key. Default: the origin of the log, for which it signs.")
@click.option("--witness", is_flag=True, help="Make the key of a witness; it needs a --name of its own.")
@log_option()
def keygen(path: Path, name: str | None, witness: bool) -> None:
    """Make a key to sign checkpoints: the private key in FILE, the verifier key in FILE.pub.

    Keep the private key where nobody but its owner can read it; oplog refuses to use one that others can read. Give the
    verifier key to everybody who is to verify, by a way that they trust. A key is never overwritten.
    """
    if name is None:
        if witness:
            raise click.UsageError("a witness has a name of its own: give --name, such as authority.example/witness")
        with open_log() as log:
            name = log.origin
    check_is_not_the_log(path)
    public = write_key_pair(path, key := generate_key(name, witness=witness))
    click.echo(f"made the private key {printable(str(path))} and the verifier key {printable(str(public))}")
    click.echo(str(key.verifier))


@click.command()
@click.argument("path", metavar="[FILE]", type=FILE, required=False)
@key_option("The private key of the log.")
@click.option("--origin", metavar="NAME", help="The origin that the log must have. Default: the name of the key.")
@log_option()
def checkpoint(path: Path | None, key: Path, origin: str | None) -> None:
    """Sign what the log holds now, and write it to FILE.

    Default: the name of the log with .checkpoint after it. Every leaf is derived anew from what is stored, and nothing
    is signed if anything was changed. If FILE holds a checkpoint by the same key already, the log must continue it; it
    is then replaced.

    A checkpoint protects against whoever can write to the log only where they cannot reach it: give it away, and print
    it under the report.
    """
    path = path or _beside_log()
    signing_key = read_signing_key(key)
    previous = read_checkpoint(path) if path.exists() else None
    with open_log() as log, progress(log.head()) as shown:
        made = sign_checkpoint(log, signing_key, previous, origin=origin, progress=shown)
    write_file(path, [made.to_bytes()], replace=True, inputs=[key])
    click.echo(f"signed {counted(made.checkpoint.size, 'event')}; written to {printable(str(path))}")


@click.command()
@click.argument("position", type=click.IntRange(min=1), required=False)
@click.option(
    "--checkpoint",
    "newer",
    type=FILE,
    metavar="FILE",
    help="The checkpoint under the proof. Default: the name of the log with .checkpoint after it.",
)
@click.option("--since", type=FILE, metavar="FILE", help="The older checkpoint that the newer one continues.")
@click.option("-o", "--output", type=FILE, metavar="FILE", required=True, help="Write the proof to FILE.")
@click.option("--state", type=FILE, metavar="FILE", help="Write what is stored of the event to FILE.")
@click.option("--force", is_flag=True, help="Replace files that are there.")
@purpose_options
@log_option()
def prove(
    *,
    position: int | None,
    newer: Path | None,
    since: Path | None,
    output: Path,
    state: Path | None,
    force: bool,
    asked: Asked,
) -> None:
    """Prove that the event at POSITION is in the log, or that a checkpoint continues an older one.

    With POSITION, the proof shows the stream, version and name of this one event and its place in the log, and nothing
    of any other. An event without a salt, of a log that was upgraded, can be guessed at by its hash; a note says so
    where the proof shows one. What the event says is in the file that --state writes; whoever may see it can hold it
    against the proof. Where an access trail is kept ('oplog access'), this is recorded there first.

    Without POSITION, the proof is what 'oplog witness' takes: that nothing but additions happened --since the older
    checkpoint, or, without --since, for a witness that has seen none.
    """
    newer = newer or _beside_log()
    signed = read_checkpoint(newer)
    if position is None:
        if state is not None:
            raise click.UsageError("--state goes with a POSITION")
        older = read_checkpoint(since).checkpoint if since else None
        with open_log() as log:
            additions = prove_additions(log, signed, older)
        write_file(output, [additions.to_bytes()], replace=force, inputs=[newer, since])
        click.echo(f"written to {printable(str(output))}")
        return
    if since is not None:
        raise click.UsageError("--since goes without a POSITION")
    with open_log() as log:
        purpose = asked.purpose(log)
        proof, stored = prove_event(log, position, signed)
        let_out = [proof.to_bytes(), *([stored] if state else [])]
        pieces = disclose(log, "proof", lambda: let_out, up_to=position, purpose=purpose)
        with new_files(output, *([state] if state else []), replace=force, inputs=[newer]) as files:
            for file, piece in zip(files, pieces, strict=True):
                file.write(piece)
        unsalted = unsalted_in_proof(log, position, signed)
    click.echo(f"written to {printable(str(output))}{printable(f' and {state}') if state else ''}")
    if unsalted:
        click.echo(
            f"note: no salt in the event at position {' and '.join(map(str, unsalted))}: whoever sees the proof and"
            " guesses what such an event says can make sure of it",
            err=True,
        )


def _beside_log() -> Path:
    address = log_address()
    if not is_file(address):
        hint = shlex.join(["oplog", "checkpoint", "FILE"])
        raise click.UsageError(f"the log is no file: name the file of the checkpoint, as in '{hint}'")
    return Path(address + CHECKPOINT_SUFFIX)
