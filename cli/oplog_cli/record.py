"""`oplog record AGGREGATE VERB STREAM`: every command of every aggregate, made from the domain's own tables."""

from __future__ import annotations

import getpass
import inspect
import os
import sys
from typing import TYPE_CHECKING, Any

import attrs
import click

from oplog import AGGREGATES, Context, Decider, InvalidValue, NoSuchEvent, OpLog, Recorded, Refused, decider_of
from oplog_cli.json_output import emit, event_json
from oplog_cli.kinds import DATE, EVENT, TEXT, VERSION
from oplog_cli.log_option import complete_stream_of, likely, log_parameter, open_log
from oplog_cli.options import build, options_of
from oplog_cli.samples import STREAMS, sample
from oplog_cli.sections import LAST, SectionCommand, SectionOption
from oplog_cli.text import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

ABOUT = "About the record"
_CORRECTIONS = {"retracted": "retract", "corrected": "correct"}


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
        params=[_stream(decider.name), *content, *_about({option.name for option in content}), log_parameter()],
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
    context = {field.name: given[f"about_{field.name}"] for field in attrs.fields(Context)}
    with open_log() as log:
        head = log.head()
        context["causation_id"] = _id_of(log, context["causation_id"])
        try:
            events = log.execute(stream, command, expected=given["expected"], **context)
        except Refused as error:
            raise _with_advice(error, command, stream, log) from None
    if given["as_json"]:
        emit({"new": _new(events, head), "events": [event_json(recorded) for recorded in events]})
    elif not events:
        click.echo("nothing to do: it is so already")
    for recorded in [] if given["as_json"] else events:
        how = "recorded" if _new(events, head) else "recorded already, under the same key,"
        click.echo(
            f"{how} at position {recorded.position}: {printable(recorded.stream)}, version {recorded.version},"
            f" {recorded.name}"
        )


def _id_of(log: OpLog, cause: int | str | None) -> str | None:
    """Give the id of the event that led to this one, which was named by its position or by its id."""
    if not isinstance(cause, int):
        return cause
    found = next(log.events(after=cause - 1, until=cause), None) if cause else None
    if found is None:
        raise NoSuchEvent(f"--causation: there is no event at position {cause}; the last is at {log.head()}")
    return found.id


def _new(events: Sequence[Recorded], head: int) -> bool:
    return bool(events) and events[0].position > head


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


def _about(taken: set[str | None]) -> list[SectionOption]:
    """Make the options for what surrounds an event; one whose name the content has taken begins with `--event`."""
    return [
        SectionOption(
            [f"--event-{flag}" if flag in taken else f"--{flag}", f"about_{field}"],
            section=ABOUT,
            help=text,
            **settings,
        )
        for flag, field, text, settings in _ABOUT
    ] + [
        SectionOption(["--expected"], type=VERSION, metavar="VERSION", section=ABOUT, help=_EXPECTED),
        SectionOption(["--json", "as_json"], is_flag=True, section=LAST, help=_JSON),
    ]


def login_name() -> str | None:
    """Name who records: OPLOG_ACTOR, else the login name, None when there is neither."""
    if actor := os.environ.get("OPLOG_ACTOR"):
        return actor
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return None


_ABOUT: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    (
        "effective",
        "effective",
        "When it was so in the world, as people write dates. Default: not said.",
        {"type": DATE},
    ),
    (
        "actor",
        "actor",
        "Who records it. Default: OPLOG_ACTOR, else the login name.",
        {"type": TEXT, "default": login_name},
    ),
    (
        "source",
        "source",
        "The document or person that it was learned from: 'Pol 57-17, paragraph 2.5'.",
        {"type": TEXT},
    ),
    ("marking", "marking", "Who may see this event: a word of the marking scheme.", {"type": TEXT}),
    ("key", "idempotency_key", "A key of your own; the same key a second time records nothing.", {"type": TEXT}),
    ("correlation", "correlation_id", "An id that all events of one matter share.", {"type": TEXT, "metavar": "ID"}),
    (
        "causation",
        "causation_id",
        "The event that led to this one: its position, or its id.",
        {"type": EVENT, "metavar": "EVENT"},
    ),
)
_EXPECTED = "The version of the stream that you saw; refuse if somebody has recorded more since."
_JSON = "Print JSON: new (whether anything was recorded), events (each as in an export)."
