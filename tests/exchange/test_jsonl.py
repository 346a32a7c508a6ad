"""The portable log: all or nothing, every bad line told with its number and field, and the same bytes again."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from eventsourcing.persistence import StoredEvent
from hypothesis import given, settings
from hypothesis import strategies as st

from oplog import (
    BadImport,
    CannotOpen,
    OpLog,
    Pending,
    Undecodable,
    commands,
    events,
    export_lines,
    format_time,
    import_lines,
    read_lines,
)
from oplog.exchange.jsonl import MAX_LINE
from oplog.integrity.tree import tree_root
from oplog.testing import histories
from strategies import aggregates, contexts

if TYPE_CHECKING:
    from conftest import Clock

HEAD = b'{"format":"oplog-log/1","about":"a test"}\n'
ID = "015d6f6a-0000-7000-8000-00000000000"
STREAM = "campaign/week"


def line(event: str = "campaign.note-recorded", stream: str = STREAM, **fields: Any) -> bytes:
    """A line with the shortest content that the event takes."""
    content = {"campaign.planned": {"title": "week of action"}, "campaign.note-recorded": {"text": "It rained."}}
    whole = {"stream": stream, "event": event, "data": content.get(event, {}), **fields}
    return json.dumps({key: value for key, value in whole.items() if value is not ...}).encode() + b"\n"


PLAN = line("campaign.planned")


def test_an_import_records_what_the_lines_say(log: OpLog, clock: Clock) -> None:
    """A head and blank lines are passed over; ids and times are taken from the line, or given by the log."""
    told = format_time(clock.now - timedelta(days=1))
    lines = [
        HEAD,
        b"\n",
        line("campaign.planned", id=ID + "1", recorded_at=told, version=1, position=7),
        b"  \n",
        line(),
    ]
    imported = import_lines(log, lines)
    assert (imported.count, imported.streams) == (2, 1)
    first, second = log.events()
    assert imported.events == (first, second)
    assert (first.position, first.id, format_time(first.recorded_at)) == (1, ID + "1", told)
    assert second.recorded_at == clock.now


def test_a_byte_order_mark_is_passed_over(log: OpLog) -> None:
    """A file that a spreadsheet wrote begins with a mark; it is no part of the first line."""
    assert import_lines(log, [b"\xef\xbb\xbf" + PLAN]).count == 1


# A line that is wrong, the field that is named, and what is told; each stands after a sound plan with ID 1.
BAD: list[tuple[str, bytes, str]] = [
    ("broken JSON", b'{"stream":', "not JSON"),
    ("not UTF-8", b'{"stream":"\xff"}', "not UTF-8"),
    ("UTF-16", PLAN.decode().encode("utf-16"), "not UTF-8"),
    ("a list", b"[1]", "expected a JSON object"),
    ("a key twice", b'{"stream":"campaign/week","stream":"campaign/week"}', "the key 'stream' stands twice"),
    ("NaN", b'{"stream":NaN}', "NaN is not a number"),
    ("a missing field", line(stream=...), "field stream: missing"),
    ("missing content", line(data={}), "field data.text: missing"),
    (
        "an unknown field",
        line(mood="bad"),
        "field mood: unknown field; expected one of position, stream, version, event",
    ),
    ("unknown content", line(data={"text": "x", "mood": 1}), "field data.mood: unknown field; expected one of text"),
    ("a wrong type", line(data={"text": 5}), "field data.text: expected text, got a whole number"),
    ("an unknown event", line("campaign.exploded"), "field event: unknown event 'campaign.exploded'"),
    ("a future version", line(v=9), "field v: campaign.note-recorded has version 9"),
    ("a stream that is none", line(stream="Week"), "field stream: 'Week' is no stream"),
    ("another aggregate", line(stream="pilot/triage"), "field event: 'campaign.note-recorded' does not belong"),
    ("an impossible date", line(effective="2017-02-30"), "field effective: '2017-02-30' is not a possible date"),
    (
        "a naive time",
        line(recorded_at="2017-09-01T10:00:00"),
        "field recorded_at: '2017-09-01T10:00:00' has no time zone",
    ),
    ("a bad id", line(id="7"), "field id: '7' is not a UUID"),
    ("an id twice", line(id=ID + "1"), "field id: an event with the id"),
    ("a wrong version", line(version=5), "field version: 5 given, but the next of campaign/week is 2"),
    (
        "a refused transition",
        line("campaign.resumed"),
        "field event: campaign/week is planned: 'resumed' is not possible",
    ),
    ("a time that goes back", line(recorded_at="2016-01-01T00:00:00Z"), "recorded time never goes back"),
    (
        "a time to come",
        line(recorded_at="2099-01-01T00:00:00Z"),
        "field recorded_at: 2099-01-01T00:00:00Z lies in the future",
    ),
    ("an empty key", line(idempotency_key=" "), "field idempotency_key: must not be empty"),
    ("a very long line", line(data={"text": "x" * MAX_LINE}), "the line is longer than"),
]


@pytest.mark.parametrize(("bad", "told"), [pair[1:] for pair in BAD], ids=[name for name, _, _ in BAD])
@pytest.mark.parametrize("dry_run", [False, True])
def test_each_bad_line_is_told_and_nothing_is_written(log: OpLog, bad: bytes, told: str, dry_run: bool) -> None:
    """One bad line gives one problem with its number and field, and none of the good lines is recorded."""
    sound = line("campaign.planned", id=ID + "1", recorded_at="2017-01-01T00:00:00Z")
    other = line("campaign.planned", stream="campaign/other", recorded_at="2017-02-01T00:00:00Z")
    with pytest.raises(BadImport) as error:
        import_lines(log, [HEAD, sound, bad, other], name="events.jsonl", dry_run=dry_run)
    assert len(error.value.problems) == 1
    assert error.value.problems[0].startswith("events.jsonl:3: ")
    assert told in error.value.problems[0]
    assert error.value.problems[0].isprintable()
    assert log.head() == 0
    assert log.stored_states() == []


def test_all_bad_lines_are_told(log: OpLog) -> None:
    """Every bad line is told, but one fault of a stream is not told again for the lines that follow from it."""
    lines = [HEAD, PLAN, line("campaign.resumed"), line("campaign.resumed"), line(mood=1), line(stream="campaign/none")]
    with pytest.raises(BadImport) as error:
        import_lines(log, lines)
    assert [problem.partition(": ")[0] for problem in error.value.problems] == ["line:3", "line:5", "line:6"]
    assert str(error.value) == "\n".join(error.value.problems)


def test_an_unknown_form_or_an_empty_file_is_refused(log: OpLog) -> None:
    """A file of another form, or without any event, is not imported."""
    with pytest.raises(BadImport, match="field format: 'oplog-log/9' is not known; expected 'oplog-log/1'"):
        import_lines(log, [b'{"format":"oplog-log/9"}', PLAN])
    with pytest.raises(BadImport, match="there is no event in it"):
        import_lines(log, [HEAD])


def test_a_dry_run_writes_nothing(log: OpLog) -> None:
    """A dry run tells how many events there are and leaves the log as it was."""
    imported = import_lines(log, [HEAD, PLAN, line()], dry_run=True)
    assert (imported.events, imported.count, imported.streams) == ((), 2, 1)
    assert (log.head(), log.stored_states()) == (0, [])
    assert import_lines(log, [HEAD, PLAN, line()]).count == 2


def test_an_import_meets_what_is_in_the_log(log: OpLog) -> None:
    """Lines are checked against the events that are there: their versions, ids, keys, status and recorded time."""
    log.execute(STREAM, commands.Plan(title="t"), idempotency_key="once")
    (first,) = log.events()
    for bad, told in (
        (PLAN, "'planned' is not possible when planned"),
        (line(version=1), "the next of campaign/week is 2"),
        (line(id=first.id), "is already there"),
        (line(idempotency_key="once"), "field idempotency_key: 'once' is already in the log"),
        (line(recorded_at=format_time(first.recorded_at - timedelta(seconds=1))), "recorded time never goes back"),
    ):
        with pytest.raises(BadImport, match=told):
            import_lines(log, [bad])
    assert log.head() == 1
    assert import_lines(log, [line(version=2, recorded_at=format_time(first.recorded_at))]).count == 1


@settings(max_examples=40)
@given(data=st.data(), kinds=st.lists(aggregates, min_size=1, max_size=3))
def test_export_import_export_gives_the_same_bytes(data: st.DataObject, kinds: list[str]) -> None:
    """The events of a log, exported, imported into another and exported again, are the same to the byte."""
    with OpLog.open(":memory:") as log, OpLog.open(":memory:") as copy:
        for number, kind in enumerate(kinds):
            for event in data.draw(histories(kind, 4)):
                context = data.draw(contexts)
                told = {name: getattr(context, name) for name in ("effective", "actor", "source", "marking")}
                log.append(Pending(stream=f"{kind}/{number}", event=event, **told))
        exported = b"".join(export_lines(log))
        import_lines(copy, read_lines(BytesIO(exported)))
        assert b"".join(list(export_lines(copy))[1:]) == exported.partition(b"\n")[2]
        assert list(copy.events()) == list(log.events())
        assert copy.register() == log.register()
        assert copy.stored_states() == log.stored_states()


def test_an_append_with_a_key_survives_export_and_import(log: OpLog) -> None:
    """Several events under one idempotency key are imported together, and the key holds in the copy too."""
    asked = (
        Pending(stream=STREAM, event=events.Planned(title="t"), idempotency_key="k"),
        Pending(stream=STREAM, event=events.Cancelled(), idempotency_key="k"),
    )
    both = log.append(*asked)
    with OpLog.open(":memory:") as copy:
        import_lines(copy, export_lines(log))
        assert copy.append(*asked) == both


def test_the_head_says_what_the_log_is(log: OpLog) -> None:
    """The first line has the format, what was said about the log, its name, and the tree over what is exported."""
    for n in range(3):
        log.execute(f"campaign/{n}", commands.Plan(title="t"))
    for until in (None, 0, 1, 2):
        head = json.loads(next(export_lines(log, "The Trust's log.", until=until)))
        leaves = list(log.leaves(until))
        assert head == {
            "format": "oplog-log/1",
            "about": "The Trust's log.",
            **log.about(),
            "size": len(leaves),
            "root": base64.b64encode(tree_root(leaves)).decode(),
        }


def test_a_log_with_damaged_leaves_is_still_exported(log: OpLog) -> None:
    """Its head says no root, which whoever opens the file is told; the events are not held back."""
    log.execute(STREAM, commands.Plan(title="t"))
    log._store.recorder.write(lambda t: t.run("UPDATE stored_events SET leaf=x'00'"))  # type: ignore[attr-defined]
    head, event = export_lines(log)
    assert "root" not in json.loads(head)
    assert json.loads(event)["stream"] == STREAM


def test_events_that_are_not_known_are_exported_as_they_are_stored(log: OpLog) -> None:
    """An export leaves nothing out; an import, which must understand what it records, names the line."""
    state = b'{"v": 3, "data": {}}'
    log.application.recorder.insert_events([StoredEvent(STREAM, 1, "campaign.sung", state)])  # type: ignore[list-item]
    lines = list(export_lines(log))
    assert json.loads(lines[1]) == {
        "position": 1, "stream": STREAM, "version": 1, "event": "campaign.sung", "stored": state.decode(),
    }  # fmt: skip
    with OpLog.open(":memory:") as other, pytest.raises(BadImport, match="line:2: field event: unknown event"):
        import_lines(other, lines)


def test_what_is_no_json_is_not_exported(log: OpLog) -> None:
    """The error names its place."""
    log.application.recorder.insert_events([StoredEvent(STREAM, 1, "campaign.sung", b"{")])  # type: ignore[list-item]
    with pytest.raises(Undecodable, match=r"position 1 \(campaign/week, version 1\): not JSON"):
        list(export_lines(log))


def test_a_line_that_never_ends_does_not_fill_the_memory() -> None:
    """Reading cuts a line just past the limit and goes on with the next one."""
    read = list(read_lines(BytesIO(b"a\n" + b"x" * (3 * MAX_LINE) + b"\nb\n" + b"last")))
    assert [len(item) for item in read] == [2, MAX_LINE + 2, 2, 4]
    assert (read[0], read[2], read[3]) == (b"a\n", b"b\n", b"last")


def test_a_log_that_cannot_be_read_is_no_fault_of_a_line(log: OpLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of the disk while the lines are checked is told as what it is, and not as a problem of line 1."""

    def fail(_store: object, _stream: str) -> None:
        raise CannotOpen("the log cannot be read: disk I/O error")

    monkeypatch.setattr("oplog.draft.current_entry", fail)
    with pytest.raises(CannotOpen, match="disk I/O error"):
        import_lines(log, [PLAN])
