"""`oplog backup`, `oplog restore` and `oplog upgrade`: whole copies of a log."""

from __future__ import annotations

from pathlib import Path

import click

from oplog import restore as make_from
from oplog import upgrade as bring_up
from oplog_cli.log_option import log_address, log_option, open_log, shown
from oplog_cli.tables import counted
from oplog_cli.text import printable


@click.command()
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
@log_option()
def backup(path: Path) -> None:
    """Copy the whole log into the new SQLite file PATH, while others read and write.

    Positions, hashes and the name of the log stay, so that checkpoints and proofs hold for the copy. A file that exists
    is never touched. Keep backups, and the checkpoints that tell how old they are, on another machine.
    """
    with open_log() as log:
        head = log.backup(path)
    click.echo(f"copied {counted(head, 'event')} into {printable(str(path))}")


@click.command()
@click.argument("path", metavar="BACKUP", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@log_option()
def restore(path: Path) -> None:
    """Make a new log from BACKUP, after verifying it. An export in the portable form will do, too.

    The new log is the one that --log or OPLOG_LOG names: a file that does not exist yet, or an address such as
    postgresql://host/database. A backup in which anything is wrong is refused; see what it is with 'oplog --log BACKUP
    verify', which can also tell whether a checkpoint is newer than the backup.
    """
    target = log_address()
    head = make_from(path, target)
    click.echo(f"made the log {printable(shown(target))} with {counted(head, 'event')}")


@click.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def upgrade(path: Path) -> None:
    """Bring the log in the file PATH, of oplog 0.1, to the present form.

    It is refused while another program has the log open, and can be said again when it was interrupted. The old file
    stays, under the name PATH.form-1; delete it when 'oplog replay' finds no fault in the new one. It observes
    that the old events have no salt; see the notes of 'oplog prove'.
    """
    old = bring_up(path)
    click.echo(f"{printable(str(path))} has the present form; the old file is {printable(str(old))}")
