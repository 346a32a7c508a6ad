"""What surrounds an event that is recorded at the shell: its options, the context made from them, and what is told."""

from __future__ import annotations

import getpass
import os
from typing import TYPE_CHECKING, Any

import attrs
import click

from oplog import Context, NoSuchEvent, OpLog, Recorded
from oplog_cli.json_output import emit, event_json
from oplog_cli.kinds import DATE, EVENT, FIELD_MARKING, TEXT, VERSION
from oplog_cli.sections import LAST, SectionOption
from oplog_cli.text import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

ABOUT = "About the record"


def context_of(log: OpLog, given: dict[str, Any]) -> dict[str, Any]:
    """Give what was said about the record, as the library takes it; what has no option was not said."""
    context = {field.name: given.get(f"about_{field.name}") for field in attrs.fields(Context)}
    context["causation_id"] = _id_of(log, context["causation_id"])
    context["field_markings"] = context["field_markings"] or None
    return context


def tell(events: Sequence[Recorded], head: int, *, as_json: bool) -> None:
    """Tell what was recorded; `head` is the last position before."""
    if as_json:
        emit({"new": _new(events, head), "events": [event_json(recorded) for recorded in events]})
    elif not events:
        click.echo("nothing to do: it is so already")
    for recorded in [] if as_json else events:
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


def about_options(taken: set[str | None]) -> list[SectionOption]:
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
    (
        "field-marking",
        "field_markings",
        "Who may see one of its fields: 'cause=restricted', 'figure.breakdown=internal'; may be given again for each.",
        {"type": FIELD_MARKING, "multiple": True},
    ),
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
