"""`oplog catalog`: the events that can be recorded, all in a table, or one in detail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import click
from click.shell_completion import CompletionItem

from oplog import InvalidValue, event_catalogue
from oplog_cli.json_output import emit
from oplog_cli.log_option import likely
from oplog_cli.tables import Column, counted, show_table, terminal_width
from oplog_cli.text import printable, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oplog import Catalogue, EventEntry, FieldEntry, ValueEntry

COLUMNS = (
    Column("event"),
    Column("version", right=True),
    Column("fields", least=12),
    Column("meaning", least=12, worth=2),
)
_INDENT = "    "


def complete_event(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the name of an event."""
    return [CompletionItem(event.name) for event in event_catalogue().events if event.name.startswith(incomplete)]


@click.command()
@click.argument("event", required=False, shell_complete=complete_event)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def catalog(event: str | None, as_json: bool) -> None:
    """List the events that can be recorded, or tell all about one EVENT.

    For each event its stable name, the version of its form, its fields (* for those that are required) and what it
    says; for one event also what each field takes and means, and the objects that stand in it. No log is needed.

    JSON: events (for each: name, version, formerly, meaning, fields), values (the objects that stand in events: name,
    meaning, fields). A field has name, takes (in words), type, choices, value (the name of an object), many, required,
    nullable, default and meaning.
    """
    every = event_catalogue()
    found = every.events if event is None else (_find(every, event),)
    if as_json:
        values = every.values if event is None else _within(every, found[0])
        emit({"events": [_event_json(e) for e in found], "values": [_value_json(v) for v in values]})
    elif event is None:
        rows = [(e.name, e.version, _field_names(e.fields), e.meaning) for e in found]
        show_table(COLUMNS, rows, "there is no event")
        click.echo(f"\n{counted(len(found), 'event')}")
    else:
        for line in _told(every, found[0]):
            click.echo(line)


def _find(every: Catalogue, name: str) -> EventEntry:
    for event in every.events:
        if name == event.name or name in event.formerly:
            return event
    raise InvalidValue(f"there is no event {name!r}{_perhaps(every, name)}")


def _perhaps(every: Catalogue, name: str) -> str:
    names = [event.name for event in every.events]
    same = [full for full in names if full.partition(".")[2] == name]
    return f"; there is {', '.join(same)}" if same else likely(name, names)


def _within(every: Catalogue, event: EventEntry) -> list[ValueEntry]:
    """The objects that stand in an event, and those that stand in them."""
    by_name = {value.name: value for value in every.values}
    names = [field.value for field in event.fields if field.value]
    for name in names:
        names += [field.value for field in by_name[name].fields if field.value and field.value not in names]
    return [by_name[name] for name in names]


def _field_names(fields: tuple[FieldEntry, ...]) -> str:
    return ", ".join(f"{field.name}{'*' if field.required else ''}" for field in fields)


def _told(every: Catalogue, event: EventEntry) -> Iterator[str]:
    former = f", formerly {', '.join(event.formerly)}" if event.formerly else ""
    yield from wrap(f"{event.name}, version {event.version}{former}", terminal_width())
    yield from _indented(event.meaning)
    yield from _fields_told(event.fields)
    for value in _within(every, event):
        yield ""
        yield value.name
        for paragraph in value.meaning.split("\n\n"):
            yield from _indented(paragraph)
        yield ""
        yield from _fields_told(value.fields)


def _fields_told(fields: tuple[FieldEntry, ...]) -> Iterator[str]:
    for field in fields:
        if field.meaning:
            yield ""
        needed = "required" if field.required else f"default {_default(field)}" if field.default else "may be left out"
        yield from _indented(f"{field.name}: {field.takes}; {needed}")
        if field.meaning:
            yield from _indented(field.meaning, 2)


def _default(field: FieldEntry) -> str:
    return {True: "true"}.get(field.default, str(field.default))


def _indented(text: str, levels: int = 1) -> Iterator[str]:
    indent = _INDENT * levels
    for line in wrap(printable(text), max(20, terminal_width() - len(indent))):
        yield indent + line


def _event_json(event: EventEntry) -> dict[str, Any]:
    return {
        "name": event.name,
        "version": event.version,
        "formerly": event.formerly,
        "meaning": event.meaning,
        "fields": [_field_json(field) for field in event.fields],
    }


def _value_json(value: ValueEntry) -> dict[str, Any]:
    return {"name": value.name, "meaning": value.meaning, "fields": [_field_json(field) for field in value.fields]}


def _field_json(field: FieldEntry) -> dict[str, Any]:
    return {"takes": field.takes, **attrs.asdict(field)}
