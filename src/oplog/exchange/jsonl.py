"""The portable log: one JSON object a line (JSON Lines), a head first, then the events in order of position."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from attrs import frozen

from oplog.collector import collector_paused
from oplog.disclosure import Purpose, disclose
from oplog.errors import BadImport, CannotOpen, InvalidValue, OplogError, Undecodable
from oplog.integrity.lines import base64_text
from oplog.integrity.tree import Frontier
from oplog.store.codec import from_object
from oplog.store.lines import FORMAT, MAX_LINE, read_lines, stored_line
from oplog.store.strict_json import load
from oplog.store.telling import as_given, shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from oplog.log import OpLog
    from oplog.recorded import Recorded

__all__ = ["MAX_LINE", "Imported", "export_lines", "import_lines", "read_lines"]

MOST_PROBLEMS = 1000
_STREAM = re.compile(rb'"stream"\s*:\s*"([^"\\]*)"')


@frozen
class Imported:
    """What an import did: the events recorded (none in a dry run), their number, and the number of their streams."""

    events: tuple[Recorded, ...]
    count: int
    streams: int


def export_lines(
    log: OpLog,
    about: str = "An export of an oplog log.",
    *,
    until: int | None = None,
    purpose: Purpose | None = None,
    written: Callable[[bytes], bytes] = bytes,
) -> Iterator[bytes]:
    """The lines of a portable log, each with its line's end. `about` says in the head what the log is.

    Events are written as they are stored, those too that this release does not know; the head says what the tree over
    them is, so that the file can be opened in the place of the log. `until` is the last position, None for that of the
    log as it is now. `written` may give a line another form, such as one that is harmless to a terminal. Where an
    access trail is kept, `purpose` is needed, and the export is recorded before its first line is given; its own record
    is not in it. Raises what `disclose` raises, and `Undecodable` at what is no strict JSON object.
    """
    last = log.head() if until is None else until
    head: list[bytes] = []

    def lines() -> Iterator[bytes]:
        if not head:  # where a trail is kept, the lines are made twice
            head.append(_head(log, about, last))
        yield written(head[0] + b"\n")
        for row in log.rows(until=last):
            yield written(stored_line(row) + b"\n")

    return disclose(log, "export", lines, up_to=last, purpose=purpose)


def _head(log: OpLog, about: str, until: int) -> bytes:
    """The head line. The tree is that of the stored leaves: an event that was changed under its leaf will show."""
    said = log.about()
    head: dict[str, Any] = {"format": FORMAT, "about": about}
    head |= {key: said[key] for key in ("origin", "created_at") if key in said}
    tree = Frontier()
    # Of a log whose leaves are damaged no root can be told; its events can still be taken out.
    with suppress(InvalidValue):
        tree.extend(log.leaves(until))
        head |= {"size": tree.size, "root": base64_text(tree.root())}
    return json.dumps(head, ensure_ascii=False).encode()


@collector_paused()
def import_lines(log: OpLog, lines: Iterable[bytes], *, name: str = "line", dry_run: bool = False) -> Imported:
    """Record all events of a portable log, or none.

    A head line and blank lines are passed over. `name` stands before the number of a line in errors ("events.jsonl").
    Raises `BadImport` with one problem for every bad line, each with its number and field; nothing is written then.
    A stream with a bad line is not checked against its lifecycle any further, so that one fault is told once. After
    `MOST_PROBLEMS` bad lines, or a line longer than `MAX_LINE`, it stops: what was given is no log, and may never end.
    """
    draft = log.draft()
    problems: list[str] = []
    spoiled: set[str] = set()
    count, streams = 0, set[str]()
    for number, raw in enumerate(lines, 1):
        line = raw.strip()
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if not line:
            continue
        if len(line) > MAX_LINE:
            problems.append(f"{name}:{number}: the line is longer than {MAX_LINE} bytes; what follows was not read")
            break
        stream = ""
        try:
            data = load(line)
            if count == 0 and not problems and "format" in data:
                _check_head(data["format"], f"{name}:{number}")
                continue
            stream = str(data.get("stream", ""))
            pending, version = from_object(data)
            if pending.stream not in spoiled:
                draft.add(pending, version)
            count += 1
            streams.add(pending.stream)
        except (BadImport, CannotOpen):  # a log that cannot be read is no line's fault
            raise
        except OplogError as error:
            problems.append(f"{name}:{number}: {shortened(_told(error))}")
            spoiled.add(stream or _stream_within(line))
            if len(problems) == MOST_PROBLEMS:
                problems.append(f"{name}: {MOST_PROBLEMS} lines are wrong; what follows was not read")
                break
    if problems:
        raise BadImport(tuple(problems))
    if count == 0:
        raise BadImport((f"{name}: there is no event in it",))
    return Imported(() if dry_run else draft.commit(), count, len(streams))


def _told(error: OplogError) -> str:
    text = str(error)
    return text if isinstance(error, (Undecodable, InvalidValue)) else f"field event: {text}"


def _check_head(form: Any, where: str) -> None:
    if form != FORMAT:
        raise BadImport((f"{where}: field format: {as_given(form)} is not known; expected {FORMAT!r}",))


def _stream_within(line: bytes) -> str:
    """The stream that a line speaks of which cannot be read."""
    written = _STREAM.search(line)
    return written[1].decode(errors="replace") if written else ""
