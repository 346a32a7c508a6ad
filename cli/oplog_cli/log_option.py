"""The option `--log`, which every command has, and the log and the streams that it leads to.

What is heavy is imported inside the functions, because the help page of the whole command has this option too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

from oplog_cli.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from oplog import OpLog, Recorded

DEFAULT_LOG = "ops.db"
_KEY = "oplog_cli.log"
_RISKS = "oplog_cli.despite_risks"
_OPENED = "oplog_cli.opened"
_MOST_NAMES = 5
"""How many names of unknown events a warning tells."""
F = TypeVar("F", bound=Callable[..., Any])


def _remember(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    if value is not None:
        ctx.meta[_KEY] = value


def _settings(*, from_environment: bool) -> dict[str, Any]:
    return {
        "type": click.Path(readable=False),
        "metavar": "PATH",
        "envvar": "OPLOG_LOG" if from_environment else None,
        "expose_value": False,
        "callback": _remember,
        "help": (
            "The log: a file, an address such as postgresql://host/database, or, to read only, an export (JSON Lines)."
            f" Default: the one that OPLOG_LOG names, else {DEFAULT_LOG} in this folder."
        ),
    }


def log_parameter() -> click.Option:
    """Make the option `--log` for a command that is built and not decorated."""
    return click.Option(["--log"], **_settings(from_environment=False))


def log_option(*, from_environment: bool = False) -> Callable[[F], F]:
    """Give a command the option `--log`. Only the outermost reads the environment, so that the option wins over it."""
    return click.option("--log", **_settings(from_environment=from_environment))


def _remember_risks(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    ctx.meta[_RISKS] = value


def risks_option() -> Callable[[F], F]:
    """Give the group of commands the option `--despite-risks`."""
    return click.option(
        "--despite-risks",
        is_flag=True,
        expose_value=False,
        callback=_remember_risks,
        help="Open the log although its database cannot keep what a log promises; every audit then says so.",
    )


def log_address() -> str:
    """Say where the log is: the path of a file, or an address such as postgresql://."""
    return click.get_current_context().meta.get(_KEY) or DEFAULT_LOG


def is_file(address: str) -> bool:
    """Tell whether an address is the path of a file."""
    return "://" not in address


def shown(address: str) -> str:
    """Give an address as it may be shown: without its password."""
    if is_file(address):
        return re.sub(r"^(postgres(ql)?):.*", r"\1:…", address)
    place, _, query = re.sub(r"(?<=://)([^:/@?]*):.*@", r"\1@", address).partition("?")
    from urllib.parse import unquote

    secrets = ("password", "sslpassword")
    kept = "&".join(p for p in query.split("&") if unquote(p.partition("=")[0]).lower() not in secrets)
    return f"{place}?{kept}" if kept else place


def log_name() -> str:
    """Say how the log is called: the name of its file, or the end of its address, without its password."""
    from pathlib import Path

    address = log_address()
    return Path(address).name if is_file(address) else shown(address).rpartition("/")[2]


def log_path() -> Path:
    """Say which file is the log."""
    from pathlib import Path

    return Path(log_address())


def open_log() -> OpLog:
    """Open the log that was named. Raise `CannotOpen`, saying what to do, when there is none."""
    from pathlib import Path
    from shlex import join

    from oplog import CannotOpen, OpLog

    context = click.get_current_context()
    address = log_address()
    if is_file(address) and not Path(address).exists():
        made = join(["oplog", "init", shown(address)])
        raise CannotOpen(
            f"there is no log {shown(address)}; make one with '{made}', or name another with --log or OPLOG_LOG"
        )
    log = OpLog.open(address, despite_risks=context.meta.get(_RISKS, False), pass_over_unknown=True)
    context.meta[_OPENED] = log
    context.find_root().call_on_close(_warn)
    return log


def left_out() -> tuple[Recorded, ...]:
    """Give what the command has left out so far of the log that it opened: events of a later release in an export."""
    log: OpLog | None = click.get_current_context().meta.get(_OPENED)
    return () if log is None else log.passed_over


def _warn() -> None:
    """Say once, on the standard error stream, what was left out of all that was printed."""
    if told := _told(left_out()):
        click.echo(f"oplog: {printable(told)}", err=True)


def _told(found: Sequence[Recorded]) -> str:
    from oplog import Unknown

    names = [recorded.name for recorded in found if isinstance(recorded.event, Unknown)]
    if not names:
        return ""
    several, later = len(names) > 1, len(found) - len(names)
    follow = "" if not later else f", {later} that follow{'' if later > 1 else 's'} in the same streams"
    return (
        f"warning: this is of the events that are known; left out {'are' if several or later else 'is'} {len(names)}"
        f" event{'s' if several else ''} of a later release ({_few(dict.fromkeys(names))}){follow}; 'oplog history'"
        " shows them, and 'oplog replay' finds them"
    )


def _few(names: Iterable[str]) -> str:
    shown = list(names)
    more = len(shown) - _MOST_NAMES
    return ", ".join(shown[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def find_stream(log: OpLog, name: str) -> str:
    """Find the stream that a user means: its full name, or the part after the slash when only one stream has it.

    Raise `NoSuchStream`, with the name that looks most like it.
    """
    from oplog import NoSuchStream

    streams = log.streams()
    if name in streams:
        return name
    short = [stream for stream in streams if stream.partition("/")[2] == name]
    if len(short) == 1:
        return short[0]
    if short:
        raise NoSuchStream(f"{name!r} can be any of {', '.join(short)}; give one of these names in full")
    raise NoSuchStream(f"there is no stream {name!r} in this log{likely(name, streams)}")


def likely(name: str, streams: list[str]) -> str:
    """Name the stream that was probably meant, as the end of a sentence; nothing when none looks like it."""
    from difflib import get_close_matches

    shorts = {stream.partition("/")[2]: stream for stream in streams}
    if close := get_close_matches(name, streams, 1, 0.75):
        return f"; did you mean {close[0]}?"
    if close := get_close_matches(name.rpartition("/")[2], list(shorts), 1, 0.75):
        return f"; did you mean {shorts[close[0]]}?"
    return ""


def complete_stream(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the name of a stream, in full or without its aggregate. Offer nothing when the log cannot be read."""
    return _complete(ctx, incomplete, "")


def complete_stream_of(aggregate: str) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]]:
    """Make the completion of the names of one aggregate's streams."""

    def complete(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return _complete(ctx, incomplete, aggregate)

    return complete


def _complete(ctx: click.Context, incomplete: str, aggregate: str) -> list[CompletionItem]:
    streams: list[str] = []
    # A completion that fails would spoil the line that somebody is typing: whatever goes wrong, it offers nothing.
    with suppress(Exception):
        from oplog import OpLog

        with OpLog.open(ctx.meta.get(_KEY) or DEFAULT_LOG) as log:
            streams = [printable(stream) for stream in log.streams()]
    own = [stream for stream in streams if not aggregate or stream.startswith(f"{aggregate}/")]
    full = [stream for stream in own if stream.startswith(incomplete)]
    return [
        CompletionItem(name)
        for name in full or (s.partition("/")[2] for s in own if s.partition("/")[2].startswith(incomplete))
    ]
