"""`oplog narrative --as-published` and `--restatement`: a published report again, and what has changed in it since."""

from __future__ import annotations

import hashlib
from functools import wraps
from typing import TYPE_CHECKING, Any

import attrs
import click

from oplog import format_time, formats_of, render_bytes, tell_restatement
from oplog_cli.json_output import json_bytes
from oplog_cli.kinds import TEXT
from oplog_cli.text import escaped, printable_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from oplog import OpLog, Recorded, Restatement, Retold, StatementChange, ToldStatement


@attrs.frozen
class Again:
    """What was asked of a published report on the command line; None what was not."""

    published: str | None
    restated: str | None
    anyway: bool

    @property
    def asked(self) -> bool:
        """Whether a published report is to be told again, in one way or the other."""
        return self.published is not None or self.restated is not None

    def check(self, others: dict[str, bool]) -> None:
        """Refuse what cannot be asked together, as wrong usage; `others` says which other options were given."""
        if self.published is not None and self.restated is not None:
            raise click.UsageError("give --as-published or --restatement, not both")
        if self.anyway and self.published is None:
            raise click.UsageError("--anyway belongs to --as-published")
        option = "--as-published" if self.restated is None else "--restatement"
        for other, given in others.items():
            if self.asked and given:
                raise click.UsageError(f"{option} takes the report as it was published; leave {other} out")

    def harmless(self, content: bytes, form: str) -> bytes:
        """Make what was published harmless to a terminal; a file and another program get the very bytes."""
        if not self.asked:
            return content
        text = content.decode(errors="replace")
        return (escaped(text) if form == "json" else printable_page(text)).encode()

    def made(self, log: OpLog, form: str) -> tuple[bytes, int, str | None]:
        """Make the bytes that were asked for.

        With the last position that they are made from, and one line that says why they are not the published ones.
        """
        if self.published is None:
            found = log.restatement(self.restated or "")
            content = json_bytes(_data(found)) if form == "json" else render_bytes(tell_restatement(found), form)
            return content, log.head(), None
        retold = log.as_published(self.published)
        content = render_bytes(retold.document, formats_of(retold.configuration)[form])
        wrong = _what_is_wrong(log, retold, form, content)
        if wrong is not None and not self.anyway:
            raise click.ClickException(f"{wrong}; --anyway writes what is made now")
        return content, retold.publication.event.up_to, wrong


def again_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give the command that writes reports the options of those that were published, as one value `again`."""

    @click.option("--as-published", "published", type=TEXT, metavar="REF", help="Write a published report again.")
    @click.option(
        "--restatement",
        "restated",
        type=TEXT,
        metavar="REF",
        help="Write what has changed in a published report since.",
    )
    @click.option("--anyway", is_flag=True, help="Write a published report even if it is not the same any more.")
    @wraps(command)
    def with_again(*, published: str | None, restated: str | None, anyway: bool, **given: Any) -> Any:
        return command(again=Again(published, restated, anyway), **given)

    return with_again


def _what_is_wrong(log: OpLog, retold: Retold, form: str, content: bytes) -> str | None:
    told = f"the report {retold.ref}"
    if retold.reasons:
        return f"{told} is not reproduced: {'; '.join(retold.reasons)}{retold.told_first()}"
    digest = log.publication(retold.ref).formats.get(form)
    if digest in (None, hashlib.sha256(content).hexdigest()):
        return None
    return f"{told} is the same, but this program writes it as {form} in another way than the one that published it"


def _data(found: Restatement) -> dict[str, Any]:
    return {
        "ref": found.ref,
        "position": found.publication.position,
        "up_to": found.publication.event.up_to,
        "recorded_since": found.recorded_since,
        "reproduced": found.reproduced,
        "causes": list(found.causes),
        "changes": [_change(change) for change in found.changes],
    }


def _change(change: StatementChange) -> dict[str, Any]:
    place = change.now or change.then
    return {
        "why": change.why,
        "place": None if place is None else place.place,
        "then": _told(change.then),
        "now": _told(change.now),
        "behind": [_event(recorded) for recorded in change.behind],
        "number": change.number,
    }


def _told(told: ToldStatement | None) -> dict[str, Any] | None:
    return None if told is None else {"text": told.text, "positions": list(told.positions)}


def _event(recorded: Recorded) -> dict[str, Any]:
    # Who recorded it is not told: the restatement goes to the readers of the report.
    return {
        "position": recorded.position,
        "stream": recorded.stream,
        "event": recorded.name,
        "recorded_at": format_time(recorded.recorded_at),
        "why": getattr(recorded.event, "why", None) or getattr(recorded.event, "reason", None) or None,
    }
