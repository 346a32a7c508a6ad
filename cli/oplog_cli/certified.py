"""`oplog replay --certificate` and `--against`: what a log gives, for another machine to give the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from oplog import Certificate, Malformed, against, certify
from oplog_cli.files import new_files
from oplog_cli.json_output import emit, full
from oplog_cli.log_option import open_log
from oplog_cli.progress import progress
from oplog_cli.tables import counted
from oplog_cli.text import printable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from oplog import Finding
    from oplog_cli.clocks import AsOf

_MOST = 64 << 20
_OF_THE_EVENTS = ("origin", "size", "head", "streams", "root", "last_recorded_at")
_OF_THE_CODE = ("oplog", "catalogue")


def write_certificate(
    path: Path,
    as_of: AsOf,
    until: int | None,
    *,
    replace: bool,
    as_json: bool,
) -> int:
    """Write the certificate of the log, and say what it certifies; give how many faults there are."""
    # The file first: that it cannot be written is better told before a replay that may take long.
    with new_files(path, replace=replace) as (file,), open_log() as log, progress(log.head(), 2) as shown:
        made = certify(log, until=until, progress=shown, **as_of.clocks)
        file.write(made.to_bytes())
    faults = sum(finding.severity == "fault" for finding in made.findings)
    counts = {"faults": faults, "observations": len(made.findings) - faults}
    if as_json:
        what = {"events": made.size, "streams": made.streams, "head": made.head, "root": made.root}
        emit({"file": str(path), **what, **counts})
    else:
        as_of.show()
        found = " and ".join(counted(number, kind[:-1]) for kind, number in counts.items())
        click.echo(
            f"certified {counted(made.size, 'event')} of {counted(made.streams, 'stream')}, up to position {made.head},"
            f" with {found}"
        )
        click.echo(f"written to {printable(str(path))}")
    return faults


def hold_against(path: Path, *, as_json: bool) -> bool:
    """Say whether the log gives what a certificate says, or what differs first; give whether anything differs."""
    certificate = _read(path)
    with open_log() as log, progress(certificate.head, 2) as shown:
        differing = against(log, certificate, shown)
        since = log.head() - certificate.head
    if as_json:
        emit({"reproduced": not differing, "head": certificate.head, "differences": [full(f) for f in differing]})
        return bool(differing)
    if differing:
        click.echo(printable(f"NOT reproduced: {differing[0].message}"))
        parts = [_part(finding) for finding in differing]
        if others := parts[1:]:
            click.echo(printable(f"what differs besides: {', '.join(others)}"))
        click.echo(_meaning(parts))
        return True
    click.echo(
        f"reproduced: {counted(certificate.size, 'event')} of {counted(certificate.streams, 'stream')}, up to position"
        f" {certificate.head}, give what the certificate says"
    )
    if since > 0:
        click.echo(f"{counted(since, 'event')} recorded since {'is' if since == 1 else 'are'} not in it")
    return False


def _part(finding: Finding) -> str:
    return finding.message.partition(":")[0]


def _meaning(parts: Sequence[str]) -> str:
    if parts[0] == "origin":
        return (
            "this is another log: what is imported has new positions; hold the certificate against the log itself, its"
            " backup, its export (--log FILE.jsonl), or a log restored from one of these"
        )
    if any(part in _OF_THE_EVENTS for part in parts):
        return "these are not the events that were certified; 'oplog verify' with a checkpoint says where they differ"
    if any(part in _OF_THE_CODE or part.endswith((".fold", ".version")) for part in parts):
        return "the events are those that were certified, but another release of oplog folds them"
    return "the same events and the same code give something else: the certificate was changed, or oplog is at fault"


def _read(path: Path) -> Certificate:
    with path.open("rb") as file:
        data = file.read(_MOST + 1)
    if len(data) > _MOST:
        raise Malformed(f"{path}: the file is longer than any certificate, of {_MOST >> 20} MiB at most")
    try:
        return Certificate.from_bytes(data)
    except Malformed as wrong:
        raise Malformed(f"{path}: {wrong}") from None
