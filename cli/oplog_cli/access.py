"""`oplog access`: the trail of what was taken out of the log, and the options of commands that take something out."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
import click

from oplog import TRAIL, Disclosed, OpLog, Purpose, StartTrail, StopTrail, TrailStarted, format_time, keeps_trail
from oplog_cli.json_output import emit
from oplog_cli.kinds import TEXT
from oplog_cli.log_option import log_option, open_log
from oplog_cli.tables import Column, show_table

if TYPE_CHECKING:
    from oplog import Recorded

F = TypeVar("F", bound=Callable[..., Any])

COLUMNS = (
    Column("position", right=True),
    Column("when"),
    Column("who", least=6, worth=0.8),
    Column("what", least=8, worth=0.8),
    Column("for whom", least=8),
    Column("why", least=8, worth=1.5),
)


def actor_option() -> Callable[[F], F]:
    """Give a command the option `--actor`. A login name, which several people may share, does not stand in for it."""
    return click.option(
        "--actor",
        type=TEXT,
        envvar="OPLOG_ACTOR",
        help="Who does it. Default: OPLOG_ACTOR; the login name does not count, for several people may share it.",
    )


@attrs.frozen
class Asked:
    """What was said of a disclosure on the command line; None what was not."""

    why: str | None
    recipient: str | None
    actor: str | None

    def purpose(self, log: OpLog) -> Purpose | None:
        """Make its purpose, None where no trail is kept. Say in one line what is missing, or what would be lost."""
        if not keeps_trail(log):
            if self.why or self.recipient:
                raise click.ClickException(
                    "no access trail is kept of this log, and why and for whom would not be recorded; start it with"
                    " 'oplog access start', or leave --why and --for out"
                )
            return None
        if self.why and self.recipient and self.actor:
            return Purpose(why=self.why, recipient=self.recipient, actor=self.actor)
        given = {"--why": self.why, "--for": self.recipient, "--actor (or OPLOG_ACTOR)": self.actor}
        missing = " and ".join(option for option, value in given.items() if not value)
        raise click.ClickException(f"an access trail is kept of this log: nothing is taken out without {missing}")


def purpose_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command that takes something out the options that the access trail needs, as one value `asked`."""

    @click.option("--why", type=TEXT, help="What justifies taking it out; needed where an access trail is kept.")
    @click.option("--for", "recipient", type=TEXT, help="Whom it is for; needed where an access trail is kept.")
    @actor_option()
    @wraps(command)
    def with_purpose(*, why: str | None, recipient: str | None, actor: str | None, **given: Any) -> Any:
        return command(asked=Asked(why, recipient, actor), **given)

    return with_purpose


@click.group()
def access() -> None:
    """Keep a trail of what is taken out of the log: by whom, when, why and for whom.

    While the trail is on, 'oplog export', 'oplog narrative' and 'oplog prove POSITION' need --why, --for and --actor,
    and are recorded before they give anything away; 'oplog backup' is not. The switch is an event of the log: whoever
    opens the log is bound by it.
    """


@access.command()
@click.option("--why", type=TEXT, required=True, help="On whose authority, or what asks for it.")
@actor_option()
@log_option()
def start(why: str, actor: str | None) -> None:
    """Keep the trail from now on.

    \b
    For example:
      oplog access start --why 'Data Protection Act 2018, section 62'
    """  # noqa: D301 - click looks for the very character that a raw docstring would spell out
    _switch(StartTrail(why=why), actor, "from here on, what leaves the log is recorded")


@access.command()
@click.option("--why", type=TEXT, required=True, help="On whose authority, or what makes it needless.")
@actor_option()
@log_option()
def stop(why: str, actor: str | None) -> None:
    """Keep the trail no longer. What it holds stays in the log."""
    _switch(StopTrail(why=why), actor, "from here on, what leaves the log is not recorded")


def _switch(command: StartTrail | StopTrail, actor: str | None, told: str) -> None:
    if actor is None:
        raise click.ClickException("say who does it, with --actor or OPLOG_ACTOR")
    with open_log() as log:
        events = log.execute(TRAIL, command, actor=actor)
    for recorded in events:
        click.echo(f"recorded at position {recorded.position}: {recorded.name}; {told}")
    if not events:
        click.echo("nothing to do: it is so already")


@access.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@log_option()
def show(as_json: bool) -> None:
    """Show who took what out of the log, when, why and for whom.

    When the trail was started and stopped is shown too. The JSON also has the last position of the log that each was
    made from, and the SHA-256 of the bytes that left: compare it with that of a file to see whether the file is what
    left.

    JSON: on (whether the trail is kept now), events (for each: position, recorded_at, actor, event, form, up_to,
    digest, recipient, why).
    """
    with open_log() as log:
        kept = keeps_trail(log)
        events = list(log.events(stream=TRAIL)) if TRAIL in log.streams() else []
    if as_json:
        emit({"on": kept, "events": [_document(recorded) for recorded in events]})
        return
    show_table(COLUMNS, [_row(recorded) for recorded in events], "no access trail was ever kept of this log")
    if events:
        click.echo(f"\nthe trail is {'on' if kept else 'off'}")


def _document(recorded: Recorded) -> dict[str, Any]:
    event = recorded.event
    disclosed = event if isinstance(event, Disclosed) else None
    return {
        "position": recorded.position,
        "recorded_at": format_time(recorded.recorded_at),
        "actor": recorded.actor,
        "event": recorded.name,
        "form": disclosed and disclosed.form,
        "up_to": disclosed and disclosed.up_to,
        "digest": disclosed and disclosed.digest,
        "recipient": disclosed and disclosed.recipient,
        "why": event.why,
    }


def _row(recorded: Recorded) -> tuple[object, ...]:
    event = recorded.event
    when = f"{recorded.recorded_at:%Y-%m-%d %H:%M}"
    if isinstance(event, Disclosed):
        return (recorded.position, when, recorded.actor, event.form, event.recipient, event.why)
    what = "trail started" if isinstance(event, TrailStarted) else "trail stopped"
    return (recorded.position, when, recorded.actor, what, None, event.why)
