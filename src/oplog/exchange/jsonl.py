"""The portable log: one JSON object a line (JSON Lines), a head first, then the events in order of position."""

from __future__ import annotations

import json
import re
from typing import IO, TYPE_CHECKING, Any

from attrs import frozen

from oplog.disclosure import Purpose, disclose
from oplog.errors import BadImport, CannotOpen, InvalidValue, OplogError, Undecodable
from oplog.store.codec import MAX_EVENT, from_object, to_line
from oplog.store.strict_json import load
from oplog.store.telling import as_given, shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from oplog.log import OpLog
    from oplog.recorded import Recorded

FORMAT = "oplog-log/1"
# A shell writes characters that could harm a terminal as escapes of JSON: one byte can become six.
MAX_LINE = 6 * MAX_EVENT + (1 << 12)
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

    `until` is the last position, None for that of the log as it is now. `written` may give a line another form, such as
    one that is harmless to a terminal. Where an access trail is kept, `purpose` is needed, and the export is recorded
    before its first line is given; its own record is not in it. Raises what `disclose` raises.
    """
    head = log.head() if until is None else until

    def lines() -> Iterator[bytes]:
        yield written(json.dumps({"format": FORMAT, "about": about}, ensure_ascii=False).encode() + b"\n")
        for recorded in log.events(until=head):
            yield written(to_line(recorded) + b"\n")

    return disclose(log, "export", lines, up_to=head, purpose=purpose)


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


def read_lines(file: IO[bytes]) -> Iterator[bytes]:
    """The lines of a file; a line over the limit is cut just past it, so that it cannot fill the memory.

    The rest of such a line is read only when the next one is asked for.
    """
    while line := file.readline(MAX_LINE + 2):
        yield line
        while len(line) > MAX_LINE and not line.endswith(b"\n"):
            line = file.readline(MAX_LINE + 2) or b"\n"


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
