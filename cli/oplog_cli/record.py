"""`oplog record AGGREGATE VERB STREAM`: every command of every aggregate, made from the domain's own tables."""

from __future__ import annotations

import inspect
import sys
from typing import Any

import click

from oplog import AGGREGATES, Decider, InvalidValue, OpLog, Refused, decider_of
from oplog_cli.about import about_options, context_of, tell
from oplog_cli.log_option import complete_stream_of, likely, log_parameter, open_log
from oplog_cli.options import build, options_of
from oplog_cli.samples import STREAMS, sample
from oplog_cli.sections import SectionCommand

_CORRECTIONS = {"retracted": "retract", "corrected": "correct", "marked": "mark"}


class Aggregates(click.Group):
    """One group of verbs for each aggregate."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name the aggregates."""
        return list(AGGREGATES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Make the group of one aggregate; None when there is none of this name."""
        decider = AGGREGATES.get(cmd_name)
        return None if decider is None else Verbs(decider)


class Verbs(click.Group):
    """The verbs of one aggregate, in the order of its table of commands."""

    def __init__(self, decider: Decider) -> None:
        """Make the group; its help is what the aggregate's own file says at its head."""
        module = sys.modules[decider.decide.__module__]
        about = (inspect.getdoc(module) or decider.name).replace("*", "")
        short = about.partition("\n")[0].partition(": ")[2]
        super().__init__(decider.name, help=about, short_help=short[:1].upper() + short[1:], params=[log_parameter()])
        self._decider = decider

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name the verbs."""
        return list(self._decider.commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Make the command of one verb; None when the aggregate has none of this name."""
        return verb(self._decider, cmd_name) if cmd_name in self._decider.commands else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb that was typed; to whoever typed the name of an event, name the verb for it."""
        decider, typed = self._decider, args[0]
        if typed in decider.events and typed not in decider.commands and not ctx.resilient_parsing:
            event, _version = decider.events[typed]
            verbs = {asked: f"its command is '{name}'" for name, (_, asked) in decider.commands.items()}
            known = verbs.get(event, f"see 'oplog {_CORRECTIONS.get(typed)} --help'")
            ctx.fail(f"No such command '{typed}', which is an event; {known}.")
        return super().resolve_command(ctx, args)


def verb(decider: Decider, name: str) -> click.Command:
    """Make the shell command of one verb of an aggregate."""
    command, event = decider.commands[name]
    fields = options_of(command)
    content = [option for field in fields.values() for option in field.options]
    stored = next(f"{decider.name}.{stored}" for stored, (cls, _) in decider.events.items() if cls is event)
    doc = inspect.getdoc(command) or ""
    example = sample(decider.name, name).replace("\n", "\n  ")
    short = STREAMS[decider.name]

    def run(stream: str, **given: Any) -> None:
        record_one(stream, build(command, fields, given), given)

    return SectionCommand(
        name,
        params=[_stream(decider.name), *content, *about_options({option.name for option in content}), log_parameter()],
        callback=run,
        help=f"{doc}\n\nSTREAM names the {decider.name}, as in {short}, short for {decider.name}/{short}."
        f" It is recorded as {stored}.\n\n\b\nFor example:\n  {example}",
        short_help=doc.partition("\n")[0],
    )


@click.group(cls=Aggregates, params=[log_parameter()])
def record() -> None:
    """Record what happened, one event at a time.

    The log asks the domain first: what is not possible as things stand is refused, and what is so already is not
    recorded again.

    \b
    For example:
      oplog record campaign plan week-of-action --title 'week of action' --when 'June 2017'
      oplog record campaign cancel week-of-action --cause 'the London Bridge attack'
      oplog record campaign --help
      oplog record campaign plan --help
    """  # noqa: D301 - click looks for the very character that a raw docstring would spell out


def record_one(stream: str, command: Any, given: dict[str, Any]) -> None:
    """Let the log decide a command, and show what it recorded."""
    with open_log() as log:
        head = log.head()
        try:
            events = log.execute(stream, command, expected=given["expected"], **context_of(log, given))
        except Refused as error:
            raise _with_advice(error, command, stream, log) from None
    tell(events, head, as_json=given["as_json"])


def _with_advice(error: Refused, command: Any, stream: str, log: OpLog) -> Refused:
    """Name the verbs that can change the status, and, where nothing was ever recorded, the stream probably meant."""
    advice = _verbs_told(command, stream, log)
    if stream not in log.streams():
        advice += likely(stream, log.streams())
    return Refused(error.reason + advice, status=error.status, stream=error.stream)


def _verbs_told(command: Any, stream: str, log: OpLog) -> str:
    """The verbs of the events that lead out of the status, as they are typed; nothing if it was a rule that refused."""
    decider, status = decider_of(stream), log.entry(stream).state.status
    asked = next(event for wanted, event in decider.commands.values() if wanted is type(command))
    if (status, asked) in decider.lifecycle:
        return ""
    after = {name: decider.lifecycle.get((status, event), status) for name, (_, event) in decider.commands.items()}
    verbs = sorted(name for name, target in after.items() if target is not status)
    return f" (as commands: {', '.join(verbs)})" if verbs else ""


class StreamName(click.ParamType):  # type: ignore[type-arg]  # not generic in older releases of click
    """The name of a stream of one aggregate, in full or without the aggregate."""

    name = "stream"

    def __init__(self, aggregate: str) -> None:
        """Make the type for an aggregate."""
        self._aggregate = aggregate

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Give the full name."""
        full = value if "/" in value else f"{self._aggregate}/{value}"
        try:
            found = decider_of(full).name
        except InvalidValue as error:
            self.fail(str(error), param, ctx)
        if found not in AGGREGATES:
            self.fail(f"{value} is no {self._aggregate}; use 'oplog {found}'", param, ctx)
        if found != self._aggregate:
            self.fail(f"{value} is no {self._aggregate}; use 'oplog record {found}'", param, ctx)
        return full


def _stream(aggregate: str) -> click.Argument:
    return click.Argument(
        ["stream"], type=StreamName(aggregate), metavar="STREAM", shell_complete=complete_stream_of(aggregate)
    )
