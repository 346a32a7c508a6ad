"""Write the pages of the reference that are made from the code: the events, the lifecycles and the command line.

Run it with `make docs`. A test holds the pages against what this makes, so that they are never stale.
"""

from __future__ import annotations

import inspect
import sys
import types
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs
import click

from oplog import AGGREGATES, DECIDERS, FIELDS, Cause, Decider, Figure, Part, Rate, Recurrence, Term, When
from oplog_cli.main import cli

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

REFERENCE = Path(__file__).parent / "reference"
GENERATED = "<!-- Made by `make docs` from the code. Change the code, not this page. -->"
SHARED = {name for name in AGGREGATES["operation"].events if all(name in d.events for d in AGGREGATES.values())}
VALUES = (Cause, Figure, Part, Recurrence, Rate)
KINDS: dict[Any, str] = {
    str: "text",
    int: "whole number",
    bool: "true or false",
    When: "date",
    Term: "length of time",
    Cause: "[cause](#cause)",
    Figure: "[figure](#figure)",
    Part: "[part](#part)",
    Recurrence: "[recurrence](#recurrence)",
    Rate: "[rate](#rate)",
}


def page(title: str, *parts: str) -> str:
    """Put a page together."""
    return "\n\n".join([f"# {title}", GENERATED, *parts]) + "\n"


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Write a table in Markdown."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def doc(thing: Any) -> str:
    """Give what a class says of itself."""
    return inspect.getdoc(thing) or ""


def kind(hint: Any) -> str:
    """Say in words what a field takes."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return " or ".join(kind(arg) for arg in get_args(hint) if arg is not type(None))
    if origin is tuple:
        return f"list of {kind(get_args(hint)[0])}"
    if origin is Literal:
        return ", ".join(f"`{arg}`" for arg in get_args(hint))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return ", ".join(f"`{item.value}`" for item in hint)
    return KINDS.get(hint, "number")


def fields(cls: type, meanings: Mapping[str, str]) -> str:
    """Tabulate the fields of a class."""
    hints = get_type_hints(cls)
    rows = []
    for field in attrs.fields(cls):
        needed = "required" if field.default is attrs.NOTHING else ""
        null = " or null" if needed and type(None) in get_args(hints[field.name]) else ""
        default = field.default.value if isinstance(field.default, Enum) else field.default
        if not needed and default not in (None, ()):
            needed = f"default {str(default).lower() if isinstance(default, bool) else default}"
        row = (f"`{field.name}`", kind(hints[field.name]) + null, needed)
        rows.append((*row, meanings[field.name]) if meanings else row)
    return table(("field", "takes", "", "meaning") if meanings else ("field", "takes", ""), rows)


def event(name: str, cls: type, schema: int) -> str:
    """Describe an event."""
    return "\n\n".join([f"### {name}", f"{doc(cls)} Version {schema}.", fields(cls, FIELDS)])


def events() -> str:
    """Make the page of the events."""
    shared = AGGREGATES["operation"]
    own = [
        part
        for decider in AGGREGATES.values()
        for part in (
            f"## Events of {decider.name}s alone",
            *(
                event(f"{decider.name}.{name}", cls, schema)
                for name, (cls, schema) in decider.events.items()
                if name not in SHARED
            ),
        )
    ]
    return page(
        "Events",
        "What can be recorded, under the names that are stored and exported. An event is stored under the name of its"
        " aggregate and its own: `campaign.rescheduled`. Every field that is not required may be left out, which means"
        " that it is not known or that there is nothing to say. How fields are written in JSON:"
        " [the portable log](portable-log.md); when an event is possible: [lifecycles](lifecycles.md);"
        " what each makes the report say:"
        " [record for the narrative](../how-to/record-for-the-narrative.md).",
        f"## Events of every aggregate\n\nThe aggregates are {', '.join(AGGREGATES)}.",
        *(event(name, *shared.events[name]) for name in shared.events if name in SHARED),
        *own,
        "## Events of the access trail\n\nThe trail is no activity, but one stream, `access/trail`, that a log keeps"
        " about itself: [keep an access trail](../how-to/keep-an-access-trail.md).",
        *(event(f"access.{name}", cls, schema) for name, (cls, schema) in DECIDERS["access"].events.items()),
        "## Values\n\nObjects that stand inside events.",
        *(f"### {cls.__name__}\n\n{doc(cls)}\n\n{fields(cls, {})}" for cls in VALUES),
    )


def identifier(decider: Decider, status: Enum) -> str:
    """Name a status in a diagram; the one before the first event is its point of departure."""
    return "[*]" if status is decider.initial.status else str(status.value).replace(" ", "_")


def statuses(decider: Decider) -> list[Enum]:
    """List the statuses that an event can lead to from another."""
    return [status for status in type(decider.initial.status) if status is not decider.initial.status]


def name_in(decider: Decider, cls: type) -> str:
    """Give the stable name of an event class."""
    return next(name for name, (event, _) in decider.events.items() if event is cls)


def diagram(decider: Decider) -> str:
    """Draw the arrows of a lifecycle that lead to another status."""
    arrows: dict[tuple[Enum, Enum], list[str]] = {}
    for (source, cls), target in decider.lifecycle.items():
        if target is not source:
            arrows.setdefault((source, target), []).append(name_in(decider, cls))
    used = [status for status in statuses(decider) if any(status in pair for pair in arrows)]
    states = [f'    state "{status.value}" as {identifier(decider, status)}' for status in used if " " in status.value]
    lines = [
        f"    {identifier(decider, source)} --> {identifier(decider, target)} : {', '.join(names)}"
        for (source, target), names in arrows.items()
    ]
    return "\n".join(["```mermaid", "stateDiagram-v2", *states, *lines, "```"])


def staying(decider: Decider) -> str:
    """Tabulate the events that leave the status as it is, with the statuses in which they are possible."""
    rows = []
    for name, (cls, _) in decider.events.items():
        stays = [status.value for (status, e), target in decider.lifecycle.items() if e is cls and target is status]
        if stays:
            most = [status.value for status in statuses(decider) if status.value not in stays]
            possible = [s.value for s, e in decider.lifecycle if e is cls]
            always = len(stays) > 5 and all(status not in possible for status in most)
            rows.append(
                (f"`{name}`", f"all{' but ' + ', '.join(most) if most else ''}" if always else ", ".join(stays))
            )
    return table(("event", "possible, without a change of status, when"), rows)


def lifecycles() -> str:
    """Make the page of the lifecycles."""
    parts = [
        f"## {decider.name.capitalize() if decider.name in AGGREGATES else 'Access trail'}"
        f"\n\n{diagram(decider)}\n\n{staying(decider)}"
        for decider in DECIDERS.values()
    ]
    return page(
        "Lifecycles",
        "Which event is possible when. An arrow leads from a status, through an event, to the next; what has no arrow"
        " is refused as a command, is a bad line in an import and a fault in a replay. Arrows may be added in a later"
        " release, and never removed.\n\nThe tables below the diagrams have the events that leave the status as it is."
        " Many of them are possible after the end too: what is learned late is still recorded.",
        *parts,
    )


def inside(command: click.Command, name: str, above: click.Context | None = None) -> click.Context:
    """Enter a command, with one width of help pages whatever the terminal."""
    settings = {**command.context_settings, "terminal_width": 96, "max_content_width": 96}
    return click.Context(command, info_name=name, parent=above, **settings)


def help_of(context: click.Context) -> str:
    """Give the help page of a command as a block of text."""
    lines = (line.rstrip() for line in context.get_help().splitlines())
    return "\n".join(["```text", *lines, "```"])


def described(context: click.Context, level: int) -> str:
    """Describe a command by its help page, under its own heading."""
    return f"{'#' * level} {context.command_path}\n\n{help_of(context)}"


def within(context: click.Context) -> Iterator[click.Context]:
    """Enter each command of a group, in the order of its help page."""
    group = context.command
    if isinstance(group, click.Group):
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            if command is None:
                raise LookupError(f"{context.command_path} lists {name}, which it does not have")
            yield inside(command, name, context)


def commands() -> Iterator[str]:
    """Describe every command; a verb that several aggregates have is described once."""
    top = inside(cli, "oplog")
    yield help_of(top)
    shown: set[str | None] = set()
    for command in within(top):
        yield described(command, 2)
        for aggregate in within(command):
            yield described(aggregate, 3)
            for verb in within(aggregate):
                if verb.info_name not in shown:
                    yield described(verb, 4)
                shown.add(verb.info_name)


def command_line() -> str:
    """Make the page of the command line."""
    return page(
        "The command line",
        "Every command, as `--help` describes it. A verb of `oplog record` that several aggregates have is described"
        " once, under the first of them.",
        *commands(),
    )


PAGES: dict[str, Callable[[], str]] = {"events.md": events, "lifecycles.md": lifecycles, "cli.md": command_line}


def main() -> None:
    """Write all pages."""
    for name, make in PAGES.items():
        (REFERENCE / name).write_text(make(), encoding="utf-8")
        sys.stdout.write(f"wrote {name}\n")


if __name__ == "__main__":
    main()
