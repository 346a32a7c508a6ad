"""A portable log in the place of a database: the same log to whoever reads, closed to whoever writes."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from eventsourcing.persistence import StoredEvent
from hypothesis import given, settings
from hypothesis import strategies as st
from places import WEEK, note, plan
from test_contract import TestReading as Reading

from oplog import (
    PROJECTIONS,
    CannotOpen,
    InvalidValue,
    NotSound,
    OpLog,
    Pending,
    UnknownEvent,
    VerifierKey,
    commands,
    export_lines,
    generate_key,
    import_lines,
    prove_event,
    render,
    restore,
    sign_checkpoint,
)
from oplog.store import portable
from oplog.store.lines import MAX_LINE
from oplog.testing import histories
from strategies import aggregates, contexts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Clock

ID = "015d6f6a-0000-7000-8000-00000000000"
STATES = [
    b'{"v": 1, "id": "015d6f6a-0000-7000-8000-0000000000f1", "recorded_at": "2017-09-22T10:00:00Z", "data": {}}',
    b'{"data":{"mood":1},"id":"015d6f6a-0000-7000-8000-0000000000f2","recorded_at":"2017-09-22T10:00:00Z","v":1}',
]


def unknown(log: OpLog, stream: str = "campaign/later", name: str = "campaign.sung", state: bytes = STATES[0]) -> None:
    """Store an event of a later release behind the log's back."""
    version = log._store.version(stream) + 1
    log.application.recorder.insert_events([StoredEvent(stream, version, name, state)])  # type: ignore[list-item]


def exported(log: OpLog, path: Path) -> Path:
    path.write_bytes(b"".join(export_lines(log)))
    return path


def assert_same(one: OpLog, other: OpLog) -> None:
    """Hold all that can be read of two logs against each other; kept states are no part of a portable log."""
    assert list(one.rows()) == list(other.rows())
    assert list(one.leaves()) == list(other.leaves())
    assert one._store.tree() == other._store.tree()
    assert (one.about(), one.head(), one.streams()) == (other.about(), other.head(), other.streams())
    assert one.verify() == other.verify()
    assert one.replay() == other.replay()
    assert b"".join(export_lines(one)) == b"".join(export_lines(other))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "log.jsonl"


@pytest.fixture
def full(log: OpLog, clock: Clock, file: Path) -> Path:
    """Give an export of a log with six events of two streams."""
    log.append(plan(), plan("campaign/other"))
    for n in range(4):
        clock.move(hours=1)
        log.append(note(f"note {n}"))
    return exported(log, file)


def report(log: OpLog) -> str:
    """The report, or why there is none: everything may be marked as not for its readers."""
    try:
        return render(log.narrative())
    except InvalidValue as error:
        return str(error)


@settings(max_examples=30)
@given(
    data=st.data(),
    kinds=st.lists(aggregates, min_size=1, max_size=3),
    later=st.lists(st.sampled_from(STATES), max_size=1),
)
def test_an_export_opens_as_the_log_that_it_was_made_from(
    data: st.DataObject, kinds: list[str], later: list[bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Rows to the byte, leaves, root, register, views, report and findings are the same, of unknown events too."""
    with OpLog.open(":memory:") as log:
        for number, kind in enumerate(kinds):
            for event in data.draw(histories(kind, 4)):
                context = data.draw(contexts)
                told = {name: getattr(context, name) for name in ("effective", "actor", "source")}
                log.append(Pending(stream=f"{kind}/{number}", event=event, **told))
        for state in later:
            unknown(log, state=state)
        with OpLog.open(exported(log, tmp_path_factory.mktemp("p") / "log.jsonl")) as opened:
            assert_same(log, opened)
            if later:
                with pytest.raises(UnknownEvent, match=r"unknown event 'campaign\.sung'"):
                    opened.register()
                return
            assert opened.register() == log.register()
            assert [opened.view(p) for p in PROJECTIONS] == [log.view(p) for p in PROJECTIONS]
            assert report(opened) == report(log)


def test_an_export_of_postgresql_opens_too(postgresql_url: str, file: Path, clock: Clock) -> None:
    with OpLog.open(postgresql_url, create=True, clock=clock) as log:
        log.append(plan())
        log.append(note("x", idempotency_key="k"))
        unknown(log)
        with OpLog.open(exported(log, file)) as opened:
            assert_same(log, opened)


class Exported:
    """A log that is written to in memory, and read from an export that is made anew for each read."""

    def __init__(self, log: OpLog, file: Path) -> None:
        self._log = log
        self._file = file
        self._opened: list[OpLog] = []

    def __getattr__(self, name: str) -> Any:
        if name == "append":
            return self._log.append
        self._opened.append(OpLog.open(exported(self._log, self._file)))
        return getattr(self._opened[-1], name)

    def close(self) -> None:
        for log in self._opened:
            log.close()


@pytest.fixture
def written(log: OpLog, file: Path) -> Iterator[Exported]:
    made = Exported(log, file)
    yield made
    made.close()


class TestContract:
    """What the contract asks of reading, as far as nothing is written while it is read."""

    def test_order(self, written: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """Events come in order of position, as the contract's own test asserts."""
        Reading.test_events_come_in_order_of_position_over_many_pages(None, written, monkeypatch)  # type: ignore[arg-type]

    def test_streams(self, written: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """Those of a stream come in order of version, as the contract's own test asserts."""
        Reading.test_the_events_of_a_stream_come_in_order_of_version_over_many_pages(None, written, monkeypatch)  # type: ignore[arg-type]

    def test_clocks(self, written: Any, clock: Clock) -> None:
        """They are found by either clock, as the contract's own test asserts."""
        Reading.test_events_are_found_by_either_clock(None, written, clock)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "write",
    [
        lambda log: log.execute(WEEK, commands.Cancel()),
        lambda log: log.append(note()),
        lambda log: log.forget_states(),
        lambda log: import_lines(log, [b'{"stream":"pilot/p","event":"pilot.planned","data":{"title":"p"}}']),
        unknown,
    ],
)
def test_whatever_writes_is_refused(full: Path, write: Callable[[OpLog], Any]) -> None:
    """The error says that the log is read-only and what to do; the file stays as it is."""
    before = full.read_bytes()
    with OpLog.open(full) as log, pytest.raises(CannotOpen) as error:
        write(log)
    assert str(error.value) == (
        f"{full} is a portable log, which is read-only: make a log of it, at the same positions, with"
        f" 'oplog restore {full} --log FILE'"
    )
    assert full.read_bytes() == before
    assert [p.name for p in full.parent.iterdir()] == ["log.jsonl"]


def test_views_are_refused_because_a_file_of_lines_cannot_keep_them(full: Path) -> None:
    """Storing or rebuilding a view says so, and how to make a log that can keep it."""
    with OpLog.open(full) as log:
        for store in (log.project, log.rebuild):
            with pytest.raises(CannotOpen, match="views cannot be kept in a file of lines: make a log of it"):
                store("register")


def test_a_subscription_gives_what_is_there(full: Path) -> None:
    with OpLog.open(full) as log, log.subscribe(after=4) as subscription:
        seen = []
        for recorded in subscription:
            seen.append(recorded.position)
            if recorded.position == 6:
                subscription.stop()
    assert seen == [5, 6]


def test_a_large_file_is_read_into_a_database_that_goes_with_it(
    log: OpLog, full: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It lies in a folder of its own while the log is open, and nothing is left when it is closed, or was no log."""
    monkeypatch.setattr(portable, "LARGE", 0)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with OpLog.open(full) as opened:
        assert [path.stat().st_mode & 0o077 for path in tmp_path.glob("oplog-*")] == [0]
        assert_same(log, opened)
    assert not list(tmp_path.glob("oplog-*"))
    full.write_bytes(full.read_bytes() + b"{")
    with pytest.raises(CannotOpen):
        OpLog.open(full)
    assert not list(tmp_path.glob("oplog-*"))


# Evidence


@pytest.fixture
def signed(log: OpLog, full: Path) -> tuple[Any, VerifierKey]:
    """Give a checkpoint of the log, and the key that it is verified with."""
    key = generate_key(log.origin)
    return sign_checkpoint(log, key), key.verifier


def test_a_checkpoint_of_the_database_holds_for_its_export(full: Path, signed: tuple[Any, VerifierKey]) -> None:
    """And an event can be proved from the file."""
    with OpLog.open(full) as opened:
        assert opened.verify([signed[0]], [signed[1]]) == ()
        proof, state = prove_event(opened, 3, signed[0])
        assert proof.proved_entry().index == 2
        assert state == next(opened.rows(after=2)).state


def test_a_restored_export_is_the_log_again(log: OpLog, full: Path, tmp_path: Path) -> None:
    """Positions, ids, times, leaves and the origin stay; a backup of the file gives the same."""
    unknown(log, name="campaign.noted-later", state=STATES[1])
    exported(log, full)
    assert restore(full, tmp_path / "restored.db") == 7
    with OpLog.open(full) as opened:
        assert opened.backup(tmp_path / "backup.db") == 7
    for name in ("restored.db", "backup.db"):
        with OpLog.open(tmp_path / name) as copy:
            assert_same(log, copy)
            copy.append(note("more"))
            assert [f.rule for f in copy.verify()] == ["salt"]


def rewrite(lines: list[bytes]) -> None:
    change(lines, 3, b"note 0", b"note 9")
    lines.append(more(lines[-1]))


def change(lines: list[bytes], number: int, old: bytes, new: bytes) -> None:
    assert lines[number].count(old) == 1
    lines[number] = lines[number].replace(old, new)


def more(line: bytes) -> bytes:
    data = json.loads(line)
    return json.dumps(data | {"position": 7, "version": data["version"] + 1, "id": ID + "9"}).encode() + b"\n"


def another_root(head: bytes) -> tuple[bytes, bytes]:
    root = json.loads(head)["root"].encode()
    return root, (b"B" if root[:1] == b"A" else b"A") + root[1:]


# What somebody did to the lines of `full` (the head is line 0), the field that the finding names, and what it tells.
TAMPERED: list[tuple[str, Callable[[list[bytes]], Any], str, str]] = [
    ("a changed event", lambda lines: change(lines, 3, b"note 0", b"note 9"), "root", "one of them, or the head"),
    ("a changed time", lambda lines: change(lines, 3, b"T10:30", b"T10:31"), "root", "one of them, or the head"),
    ("a changed stream", lambda lines: change(lines, 2, b"n/other", b"n/others"), "root", "one of them, or the head"),
    ("a missing line", lambda lines: lines.pop(4), "size", "6 events were exported, but the file has 5: lines are mi"),
    ("a missing end", lambda lines: lines.pop(), "size", "6 events were exported, but the file has 5: lines are mi"),
    ("an added line", lambda lines: lines.append(more(lines[-1])), "size", "what stands after the first 6 was added"),
    ("a changed size", lambda lines: change(lines, 0, b'"size": 6', b'"size": 5'), "size", "this number was changed"),
    ("a larger size", lambda lines: change(lines, 0, b'"size": 6', b'"size": 7'), "size", "this number was changed"),
    ("a size that is none", lambda lines: change(lines, 0, b'"size": 6', b'"size": "6"'), "size", "got '6'"),
    ("no size", lambda lines: change(lines, 0, b'"size": 6', b'"s": 6'), "size", "got null"),
    ("half a root", lambda lines: change(lines, 0, b'"root": "', b'"root": "A'), "root", "expected a hash"),
    ("another root", lambda lines: change(lines, 0, *another_root(lines[0])), "root", "one of them, or the head"),
    ("a root of nothing", lambda lines: change(lines, 0, b'"root": ', b'"root": 5, "r": '), "root", "got 5"),
    ("all of it", rewrite, "size", "lines were added and changed, or the head was"),
]  # fmt: skip


@pytest.mark.parametrize(("tampering", "field", "told"), [t[1:] for t in TAMPERED], ids=[t[0] for t in TAMPERED])
def test_what_was_changed_is_found(full: Path, tampering: Callable[..., Any], field: str, told: str) -> None:
    """Verify and replay tell it, the file is not copied into a database, and nothing else is said to be wrong."""
    lines = full.read_bytes().splitlines(keepends=True)
    tampering(lines)
    full.write_bytes(b"".join(lines))
    with OpLog.open(full) as log:
        found = [finding for finding in log.verify() if finding.rule == "tree"]
        assert [f.severity for f in found] == ["fault"]
        assert found[0].message.startswith(f"{full}:1: field {field}: ")
        assert told in found[0].message
        assert found[0] in log.replay()
        with pytest.raises(CannotOpen, match="the log cannot be copied"):
            log.backup(full.parent / "copy.db")
    with pytest.raises(NotSound):
        restore(full, full.parent / "copy.db")
    assert not (full.parent / "copy.db").exists()


def test_a_missing_line_is_placed(full: Path) -> None:
    lines = full.read_bytes().splitlines(keepends=True)
    full.write_bytes(b"".join(lines[:4] + lines[5:]))
    with OpLog.open(full) as log:
        found = [(f.position, f.message) for f in log.verify() if f.rule == "sequence"]
    assert found[0] == (5, "position 4 was expected after 3; 1 event is missing")


def test_a_checkpoint_tells_a_changed_line_from_a_changed_head(full: Path, signed: tuple[Any, VerifierKey]) -> None:
    """Whoever makes the head anew after a change is found by what was kept elsewhere."""
    lines = full.read_bytes().splitlines(keepends=True)
    change(lines, 0, *another_root(lines[0]))
    full.write_bytes(b"".join(lines))
    with OpLog.open(full) as log:
        assert [f.rule for f in log.verify([signed[0]], [signed[1]])] == ["tree"]
        original = next(export_lines(log))
    lines[0] = original
    change(lines, 3, b"note 0", b"note 9")
    full.write_bytes(b"".join(lines))
    with OpLog.open(full) as log:
        lines[0] = next(export_lines(log))
    full.write_bytes(b"".join(lines))
    with OpLog.open(full) as log:
        assert log.verify() == ()
        assert [f.rule for f in log.verify([signed[0]], [signed[1]])] == ["checkpoint"]


def test_an_event_that_was_changed_under_its_leaf_shows_in_the_export(log: OpLog, full: Path) -> None:
    """The head has the tree of the leaves that are stored: an export does not make a changed log a sound one."""
    log._store.recorder.write(lambda t: t.run("UPDATE stored_events SET topic='campaign.cancelled' WHERE position=3"))  # type: ignore[attr-defined]
    with OpLog.open(exported(log, full)) as opened:
        assert [f.rule for f in opened.verify()] == ["tree"]


# Files that are no portable log, or not a whole one

EVENT = {"position": 1, "stream": WEEK, "version": 1, "event": "campaign.planned", "v": 1, "id": ID + "1",
         "recorded_at": "2017-09-01T10:00:00Z", "data": {"title": "x"}}  # fmt: skip
HEAD = b'{"format":"oplog-log/1"}\n'


def event(**changes: Any) -> bytes:
    return json.dumps({k: v for k, v in (EVENT | changes).items() if v is not ...}).encode() + b"\n"


SECOND = event(position=2, version=2, id=ID + "2", event="campaign.note-recorded", data={"text": "x"})
WRONG: list[tuple[str, bytes, str]] = [
    ("empty", b"", ":1: there is no event in it"),
    ("blank", b" \n\n", ":1: there is no event in it"),
    ("another form", b'{"format":"oplog-log/9"}\n' + event(), ":1: field format: 'oplog-log/9' is not known"),
    ("cut short", HEAD + event() + SECOND[:-9], ":3: not JSON: "),
    ("bad JSON", HEAD + b"{]\n" + event(), ":2: not JSON: "),
    ("no object", event() + b"[1]\n", ":2: expected a JSON object in braces"),
    ("not UTF-8", HEAD + event()[:40] + b"\xff\n", ":2: not UTF-8"),
    ("a key twice", HEAD + b'{"stream":1,"stream":1}\n', ":2: field stream: the key 'stream' stands twice"),
    ("a position twice", event() + b"\n" + event(), ":3: field position: 1 stands after 1; positions go up"),
    ("out of order", SECOND + event(), ":2: field position: 1 stands after 2"),
    ("an id twice", HEAD + event() + event(position=2, version=2), ":3: field id: another line has the same"),
    ("a version twice", event() + event(position=2, id=ID + "2"), ":2: field version: another line has the same"),
    ("no position", HEAD + event(position=...), ":2: field position: missing; without it the file can be imported"),
    ("no version", HEAD + event(version=...), ":2: field version: missing; without it"),
    ("no id", HEAD + event(id=...), ":2: field id: missing; without it"),
    ("no time", HEAD + event(recorded_at=...), ":2: field recorded_at: missing; without it"),
    ("no stream", HEAD + event(stream=...), ":2: field stream: missing"),
    ("a position that is none", HEAD + event(position="1"), ":2: field position: expected a number from 1, got '1'"),
    ("a second head", HEAD + event() + HEAD, ":3: field position: missing"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "told"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_a_file_that_is_no_whole_log_is_told_with_its_line_and_field(file: Path, content: bytes, told: str) -> None:
    file.write_bytes(content)
    with pytest.raises(CannotOpen) as error:
        OpLog.open(file)
    assert str(error.value).startswith(f"{file}{told}")
    assert str(error.value).isprintable()


def test_a_file_that_was_cut_short_is_said_to_be(file: Path) -> None:
    """Somebody who sees a line that ends anywhere thinks of that first."""
    file.write_bytes(HEAD + event() + SECOND[:-9])
    with pytest.raises(CannotOpen, match=r":3: not JSON: .*; the file ends here: was it cut short\?$"):
        OpLog.open(file)


def test_a_line_without_an_end_is_not_read(file: Path) -> None:
    """What is longer than any event is told, and no more of it is read."""
    file.write_bytes(HEAD + event() + b'{"stream":"' + b"x" * (3 * MAX_LINE))
    with pytest.raises(CannotOpen, match=rf":3: the line is longer than {MAX_LINE} bytes; what follows was not read"):
        OpLog.open(file)


@pytest.mark.parametrize("blanks", [b"", b"\n", b" \r\n\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_marks_and_ends_that_programs_leave_do_no_harm(log: OpLog, full: Path, mark: bytes, blanks: bytes) -> None:
    """A byte order mark, blank lines, other line ends and a last line without one: the events are the same."""
    other = full.with_name("other")
    other.write_bytes((mark + blanks + full.read_bytes().replace(b"\n", b"\r\n")).rstrip())
    with OpLog.open(other) as opened:
        assert_same(log, opened)


def test_an_export_of_an_earlier_release_opens(file: Path) -> None:
    """Its head does not say the tree, which is observed; it has a name that nobody signs under."""
    golden = Path(__file__).parents[1] / "golden" / "0.2.0" / "log.jsonl"
    with OpLog.open(golden) as log:
        assert log.origin == portable.UNNAMED
        (found,) = log.verify()
        assert (found.rule, found.severity) == ("tree", "observation")
        assert "does not say the tree" in found.message
        assert [f for f in log.replay() if f.severity == "fault"] == []
        assert log.head() == 1 + golden.read_bytes().count(b"\n") - 2


def test_an_empty_log_is_exported_and_opened(log: OpLog, file: Path) -> None:
    with OpLog.open(exported(log, file)) as opened:
        assert (opened.head(), opened.replay(), opened.origin) == (0, (), log.origin)


@pytest.mark.parametrize("name", ["log.jsonl", "LOG.JSONL"])
def test_a_new_log_is_not_called_like_a_portable_one(tmp_path: Path, name: str) -> None:
    """Whoever makes one is told what to do instead."""
    with pytest.raises(CannotOpen, match=r"a name for a portable log, which is read-only: name a database, such as"):
        OpLog.open(tmp_path / name, create=True)
    assert not list(tmp_path.iterdir())


def test_looking_at_a_file_takes_no_lock_from_whoever_has_it_open(path: Path, filed: OpLog) -> None:
    """A process that closes a database's file drops all locks on it: it must be SQLite that looks whether it is one."""
    filed.append(plan())
    opened = []

    def watch(name: str, given: tuple[Any, ...]) -> None:
        if name == "open" and str(given[0]) == str(path):
            opened.append(given)

    sys.addaudithook(watch)
    with OpLog.open(path) as log:
        assert (log.head(), opened) == (1, [])


def test_a_database_opens_whatever_it_is_called(path: Path, filed: OpLog) -> None:
    """What a file is, its content says, and its name only where that does not."""
    filed.append(plan())
    filed.backup(path.with_name("copy.db"))
    os.rename(path.with_name("copy.db"), path.with_name("copy.jsonl"))  # noqa: PTH104
    with OpLog.open(path.with_name("copy.jsonl")) as log:
        assert log.append(note())[0].position == 2
