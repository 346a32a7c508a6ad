"""Write what is made from the code: the reference of the events, the lifecycles and the command line, and the forms.

Run it with `make docs`. Tests hold the files against what this makes, so that they are never stale. The forms of all
events (`tests/golden/catalog.json`) are written only if they take back nothing of what was released; else nothing is.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from oplog import AGGREGATES, DECIDERS, GRAMMARS, Decider, broken_promises, event_catalogue
from oplog.narrative import locales
from oplog.narrative.template import Template
from oplog_cli.main import cli

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from enum import Enum

    from oplog import EventEntry, FieldEntry

REFERENCE = Path(__file__).parent / "reference"
GENERATED = "<!-- Made by `make docs` from the code. Change the code, not this page. -->"
SHARED = {name for name in AGGREGATES["operation"].events if all(name in d.events for d in AGGREGATES.values())}
FORMS = Path(__file__).parent.parent / "tests" / "golden" / "catalog.json"
CATALOGUE = event_catalogue()


def page(title: str, *parts: str) -> str:
    """Put a page together."""
    return "\n\n".join([f"# {title}", GENERATED, *parts]) + "\n"


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Write a table in Markdown."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def takes(field: FieldEntry) -> str:
    """Say in words what a field takes, with a link to the object that stands in it."""
    return field.takes.replace(field.value, f"[{field.value}](#{field.value})") if field.value else field.takes


def fields(entries: tuple[FieldEntry, ...]) -> str:
    """Tabulate fields; those of values are explained above their table."""
    rows = []
    for field in entries:
        default = str(field.default).lower() if isinstance(field.default, bool) else field.default
        needed = "required" if field.required else f"default {default}" if default else ""
        row = (f"`{field.name}`", takes(field), needed)
        rows.append((*row, field.meaning) if field.meaning else row)
    explained = any(field.meaning for field in entries)
    return table(("field", "takes", "", "meaning") if explained else ("field", "takes", ""), rows)


def event(entry: EventEntry, name: str) -> str:
    """Describe an event."""
    former = f" Formerly {', '.join(f'`{name}`' for name in entry.formerly)}." if entry.formerly else ""
    return "\n\n".join([f"### {name}", f"{entry.meaning} Version {entry.version}.{former}", fields(entry.fields)])


def events() -> str:
    """Make the page of the events."""
    by_name = {entry.name: entry for entry in CATALOGUE.events}
    shared = [event(by_name[f"operation.{name}"], name) for name in AGGREGATES["operation"].events if name in SHARED]
    own = [
        part
        for decider in AGGREGATES.values()
        for part in (
            f"## Events of {decider.name}s alone",
            *(
                event(by_name[f"{decider.name}.{name}"], f"{decider.name}.{name}")
                for name in decider.events
                if name not in SHARED
            ),
        )
    ]
    return page(
        "Events",
        "What can be recorded, under the names that are stored and exported; `oplog catalog` tells the same. An event"
        " is stored under the name of its aggregate and its own: `campaign.rescheduled`. Every field that is not"
        " required may be left out, which means that it is not known or that there is nothing to say. How fields are"
        " written in JSON: [the portable log](portable-log.md); when an event is possible: [lifecycles](lifecycles.md);"
        " what each makes the report say:"
        " [record for the narrative](../how-to/record-for-the-narrative.md); how one is changed:"
        " [change an event](../how-to/change-an-event.md).",
        f"## Events of every aggregate\n\nThe aggregates are {', '.join(AGGREGATES)}.",
        *shared,
        *own,
        "## Events of the access trail\n\nThe trail is no activity, but one stream, `access/trail`, that a log keeps"
        " about itself: [keep an access trail](../how-to/keep-an-access-trail.md).",
        *(event(by_name[f"access.{name}"], f"access.{name}") for name in DECIDERS["access"].events),
        "## Events of published reports\n\nA published report is no activity, but a stream `report/REF` that a log"
        " keeps about what was made of it: [publish a report](../how-to/publish-a-report.md).",
        *(event(by_name[f"report.{name}"], f"report.{name}") for name in DECIDERS["report"].events),
        "## Values\n\nObjects that stand inside events.",
        *(f"### {value.name.capitalize()}\n\n{value.meaning}\n\n{fields(value.fields)}" for value in CATALOGUE.values),
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


_OF_THE_LOG = {"access": "Access trail", "report": "Published report"}


def lifecycles() -> str:
    """Make the page of the lifecycles."""
    parts = [
        f"## {_OF_THE_LOG.get(decider.name, decider.name.capitalize())}\n\n{diagram(decider)}\n\n{staying(decider)}"
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


def shown(value: object) -> str:
    """Show a value of a locale as it stands in a table: in full, or the beginning of a long list."""
    if isinstance(value, tuple):
        words = [json.dumps(word, ensure_ascii=False) for word in value]
        return ", ".join(words[:12]) + (f" and {len(words) - 12} more" if len(words) > 12 else "")
    return f"`{value}`".replace("\n", " ") if value != "" else ""


def slots_of(key: str, value: object, defined: locales.Definition) -> str:
    """List the slots of a phrase: those that it must have, and in brackets those that it may have."""
    if not isinstance(value, str):
        return ""
    template = Template.read(value)
    free = (template.slots & defined.optional) | defined.more.get(key, frozenset())
    needed = [f"`{{{slot}}}`" for slot in sorted(template.slots - free)]
    return " ".join([*needed, *(f"(`{{{slot}}}`)" for slot in sorted(free))])


def remarks() -> dict[str, str]:
    """Give what en-GB.toml says above its tables."""
    text = (Path(str(locales.__file__)).parent / f"{locales.DEFAULT}.toml").read_text(encoding="utf-8")
    found = re.findall(r"((?:^# (?!-).*\n)+)\[([\w.]+)\]$", text, re.MULTILINE)
    return {name: " ".join(line.removeprefix("# ") for line in said.splitlines()) for said, name in found}


def locale() -> str:
    """Make the page of the locale file: its keys, their slots, and what British English says."""
    defined, said = locales.definition(), remarks()
    tables: dict[str, list[tuple[str, ...]]] = {}
    for key, value in defined.values.items():
        row = (f"`{key}`", slots_of(key, value, defined), shown(value))
        tables.setdefault(key.rpartition(".")[0], []).append(row)
    parts = []
    for name, rows in tables.items():
        told = (f"## {name}", said.get(name), table(("key", "slots", "British English"), rows))
        parts.append("\n\n".join(part for part in told if part))
    grammars = ", ".join(f"`{name}`" for name in GRAMMARS)
    return page(
        "The locale file",
        "What a locale says: its keys, the slots of each, and what British English says there. A slot in brackets may"
        " be left out: it serves the grammar alone, or British English has no use for it. In a phrase, `[ ]` is left"
        " out when a slot in it says nothing, and `<one|many>` has a form for each grammatical number. How to say it"
        " otherwise: [tell in another language](../how-to/tell-in-another-language.md).",
        "Beside these tables a file has `language` (a BCP 47 tag), `base` (what it is based on, if anything), `grammar`"
        f" ({grammars}) and, where the grammar needs them, word lists under `[lexicon]`.",
        *parts,
    )


PAGES: dict[str, Callable[[], str]] = {
    "events.md": events,
    "lifecycles.md": lifecycles,
    "cli.md": command_line,
    "locale.md": locale,
}


def forms() -> str:
    """Make the file of the forms: one line for each version of an event, and for each value."""
    parts = []
    for part, entries in CATALOGUE.forms().items():
        lines = [f"  {json.dumps(name)}: {json.dumps(entry, ensure_ascii=False)}" for name, entry in entries.items()]
        parts.append(f' "{part}": {{\n' + ",\n".join(lines) + "\n }")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main(listed: Path = FORMS, reference: Path = REFERENCE) -> None:
    """Write all files, or none when a released form was changed."""
    if problems := broken_promises(json.loads(listed.read_text(encoding="utf-8")), CATALOGUE.forms()):
        sys.exit("\n".join([*problems, "nothing was written; docs/how-to/change-an-event.md says what to do"]))
    listed.write_text(forms(), encoding="utf-8")
    for name, make in PAGES.items():
        (reference / name).write_text(make(), encoding="utf-8")
        sys.stdout.write(f"wrote {name}\n")


if __name__ == "__main__":
    main()
