"""Findings on a terminal: one a line, and the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from oplog_cli.tables import counted
from oplog_cli.text import pad, printable, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oplog import Finding


def show_findings(findings: Sequence[Finding], *, chosen: bool = False) -> None:
    """Print the findings, one a line and whole, and the verdict; of `chosen` rules or streams alone there is none."""
    rows = [
        [
            printable("-" if cell is None else str(cell))
            for cell in (f.severity, f.rule, f.position, f.stream, f.version)
        ]
        + [printable(f.message)]
        for f in findings
    ]
    head = ["severity", "rule", "position", "stream", "version", "message"]
    widths = [max(width(row[n]) for row in [head, *rows]) for n in range(len(head))]
    for row in [head, *rows] if rows else []:
        click.echo("  ".join(pad(cell, size) for cell, size in zip(row, widths, strict=True)).rstrip())
    click.echo(among_chosen(findings) if chosen else verdict(findings))


def among_chosen(findings: Sequence[Finding]) -> str:
    """Say in one line what was found where not everything was asked for."""
    faults = sum(finding.severity == "fault" for finding in findings)
    found = (
        f"{counted(faults, 'fault')}, {counted(len(findings) - faults, 'observation')}"
        if findings
        else "nothing was found"
    )
    return f"of what was asked for: {found}; whether the log is sound is said without --rule and --stream"


def verdict(findings: Sequence[Finding]) -> str:
    """Say in one line whether the log is sound."""
    faults = sum(finding.severity == "fault" for finding in findings)
    observations = counted(len(findings) - faults, "observation")
    if faults:
        return f"the log is NOT sound: {counted(faults, 'fault')}, {observations}"
    return f"the log is sound: {observations}" if findings else "the log is sound: nothing was found"
