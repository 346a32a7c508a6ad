"""A portable log under every command: read like a database, written to by none, unknown events shown as they are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from eventsourcing.persistence import StoredEvent

from oplog import OpLog, Unknown, UnknownEvent, commands, stored_line
from oplog_cli.main import COMMANDS

if TYPE_CHECKING:
    from pathlib import Path

    from shell import Run

LATER = (
    b'{"data":{"mood":"\\u001b[31m good"},"id":"015d6f6a-0000-7000-8000-0000000000f1",'
    b'"recorded_at":"2099-01-01T00:00:00Z","salt":"0123456789abcdef0123456789abcdef","v":4}'
)


@pytest.fixture
def example_export(run_example: Run, tmp_path: Path) -> Path:
    """Give an export of the example quarter."""
    file = tmp_path / "example.jsonl"
    run_example("export", "-o", str(file))
    return file


@pytest.fixture
def later(run: Run, log_file: Path, tmp_path: Path) -> Path:
    """Give an export with an event, and a stream, of a later release."""
    with OpLog.open(log_file) as log:
        log.execute("campaign/x", commands.Plan(title="x"))
        log.execute("pilot/y", commands.Plan(title="y"))
        for stream, version, name in (("campaign/x", 2, "campaign.sung"), ("exercise/z", 1, "exercise.held")):
            state = LATER.replace(b"f1", b"f%d" % version)
            log.application.recorder.insert_events([StoredEvent(stream, version, name, state)])  # type: ignore[list-item]
    file = tmp_path / "later.jsonl"
    run("export", "-o", str(file))
    return file


STREAM = "campaign/sexual-violence-week"


@pytest.mark.parametrize(
    "command",
    [
        ["show"],
        ["show", "--json"],
        ["show", STREAM],
        ["history", STREAM],
        ["history", STREAM, "--json"],
        ["calendar"],
        ["figures", "--json"],
        ["trace", "48"],
        ["narrative"],
        ["narrative", "--format", "json"],
        ["replay"],
        ["replay", "--json"],
        ["verify"],
        ["verify", "--json"],
        ["access", "show"],
    ],
)
def test_every_command_that_reads_says_the_same(run_example: Run, example_export: Path, command: list[str]) -> None:
    """Byte for byte what it says of the database, with the same exit code."""
    own = run_example(*command, code=None)
    assert own.stdout
    result = run_example("--log", str(example_export), *command, code=own.exit_code)
    assert (result.stdout, result.stderr) == (own.stdout, own.stderr)


def test_an_export_of_an_export_is_the_same(run_example: Run, example_export: Path) -> None:
    """All but the name of the file in its head."""
    again = run_example("--log", str(example_export), "export").stdout_bytes
    head, events = example_export.read_bytes().split(b"\n", 1)
    assert again == head.replace(b"ops.db", b"example.jsonl") + b"\n" + events


def test_evidence_is_given_from_the_file_alone(run_example: Run, example_export: Path, tmp_path: Path) -> None:
    """A checkpoint that was signed for the database holds for the file, which proves an event by it."""
    key, checkpoint, proof = (str(tmp_path / name) for name in ("key", "checkpoint", "proof"))
    run_example("keygen", key)
    run_example("checkpoint", checkpoint, "--key", key)
    where = ("--log", str(example_export))
    told = run_example(*where, "verify", "--checkpoint", checkpoint, "--key", f"{key}.pub").stdout
    assert told.endswith("the log is sound: nothing was found\n")
    run_example(*where, "prove", "48", "--checkpoint", checkpoint, "-o", proof)
    origin = json.loads(example_export.read_bytes().split(b"\n")[0])["origin"]
    assert run_example("verify", proof, "--key", f"{key}.pub", "--origin", origin).stdout.startswith("position 48: ")


def test_a_changed_file_is_told_by_verify_and_replay(run_example: Run, example_export: Path) -> None:
    text = example_export.read_bytes()
    assert b"Bridge" in text
    example_export.write_bytes(text.replace(b"Bridge", b"Bridg3", 1))
    for command in ("verify", "replay"):
        told = run_example("--log", str(example_export), command, code=1).stdout
        assert f"{example_export}:1: field root: this is not the tree over the events of this file" in told
        assert "the log is NOT sound" in told


@pytest.mark.parametrize(
    "command",
    [
        ["record", "campaign", "record-note", "x", "--text", "x"],
        ["access", "start", "--why", "x"],
        ["import", "-"],
    ],
)
def test_every_command_that_writes_says_what_to_do(run: Run, later: Path, command: list[str]) -> None:
    """One line, and the file stays as it is."""
    before = later.read_bytes()
    text = b'{"stream":"pilot/p","event":"pilot.planned","data":{"title":"p"}}'
    if command[0] == "record":
        command = ["record", "pilot", "record-note", "y", "--text", "x"]
    error = run("--log", str(later), *command, stdin=text, code=1).stderr
    assert error == (
        f"oplog: {later} is a portable log, which is read-only: make a log of it, at the same positions, with"
        f" 'oplog restore {later} --log FILE'\n"
    )
    assert later.read_bytes() == before


def test_init_refuses_the_name_of_a_portable_log(run_nowhere: Run, tmp_path: Path) -> None:
    """With a name that is possible, and how events get into it."""
    error = run_nowhere("init", "log.jsonl", code=1).stderr
    assert "read-only: name a database, such as log.db, and take portable logs into it with 'oplog import'" in error
    assert not list(tmp_path.iterdir())


def test_a_trail_that_the_file_keeps_binds_whoever_opens_it(run: Run, tmp_path: Path) -> None:
    """Nothing is taken out of a portable log with an access trail, for its record could not be written."""
    run("record", "campaign", "plan", "x", "--title", "x")
    run("access", "start", "--why", "the Act")
    asked = ("--why", "request", "--for", "the court")
    run("export", "-o", str(tmp_path / "log.jsonl"), *asked)
    for command in (["export", "-o", str(tmp_path / "other")], ["narrative"]):
        error = run("--log", str(tmp_path / "log.jsonl"), *command, *asked, code=1).stderr
        assert "nothing is taken out, for the access trail cannot record it" in error
        assert "read-only" in error
    assert not (tmp_path / "other").exists()


# Events that this release does not know


def test_history_shows_an_unknown_event_as_it_is_stored(run: Run, later: Path) -> None:
    """Among those that are known, key by key, harmless to a terminal; in JSON it is the line of the export."""
    told = run("--log", str(later), "history", "x", columns=100).stdout
    assert "position 1, version 1: planned" in told
    assert "position 3, version 2: campaign.sung, which this release of oplog does not know" in told
    assert "    recorded_at: 2099-01-01T00:00:00Z\n" in told
    assert '    data: {"mood": "[31m good"}\n' in told.replace("\\u001b", "")
    assert "\x1b" not in told
    shown = json.loads(run("--log", str(later), "history", "x", "--json").stdout)["events"]
    assert shown == [json.loads(line) for line in later.read_bytes().splitlines()[1:] if b"campaign/x" in line]


def test_history_shows_a_stream_of_an_unknown_aggregate(run: Run, later: Path) -> None:
    told = run("--log", str(later), "history", "z").stdout
    assert told.startswith("exercise/z\n\nposition 4, version 1: exercise.held, which this release of oplog does not")


def test_unknown_events_are_findings(run: Run, log_file: Path, later: Path) -> None:
    """Replay lists them, from the file as from the database, and their bytes are verified like all others."""
    for log in (str(later), str(log_file)):
        told = run("--log", log, "replay", code=1).stdout
        assert told.count("unknown-event") == 2
        assert run("--log", log, "verify").stdout.endswith("a change of everything at once, would not show\n")
        assert "position 2, version 1: planned" in run("--log", log, "history", "y").stdout


def test_in_a_database_unknown_events_are_an_error_of_what_folds_them(run: Run, log_file: Path) -> None:
    """Somebody could write on what was shown without them; the error says where they are and what to ask."""
    with OpLog.open(log_file) as log:
        log.execute("campaign/x", commands.Plan(title="x"))
        unknown = StoredEvent("campaign/x", 2, "campaign.sung", LATER)  # type: ignore[arg-type]
        log.application.recorder.insert_events([unknown])
    for command in (["show"], ["show", "x"], ["calendar"], ["narrative"], ["trace", "1"]):
        error = run(*command, code=1).stderr
        assert error.startswith("oplog: position 2 (campaign/x, version 2): field event: unknown event")
        assert "'oplog history' shows it as it is stored" in error


def test_a_damaged_event_is_not_shown_as_if_it_had_happened(run: Run, log_file: Path) -> None:
    """What is known but not readable stays an error of history, which names its place."""
    with OpLog.open(log_file) as log:
        log.application.recorder.insert_events([StoredEvent("campaign/x", 1, "campaign.planned", b'{"v":1}')])  # type: ignore[list-item]
    error = run("history", "x", code=1).stderr
    assert error.startswith("oplog: position 1 (campaign/x, version 1): field data: expected")
    assert error.endswith("'oplog replay' finds all that is damaged\n")


def test_a_file_that_is_no_log_is_told_in_one_line(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_bytes(b'{"format":"oplog-log/1"}\n{"stream":"pilot/p","event":"pilot.planned","data":{"title":"p"}}\n')
    error = run("--log", str(bad), "replay", code=1).stderr
    assert error == (
        f"oplog: {bad}:2: field position: missing; without it the file can be imported, with 'oplog import {bad}',"
        " but not opened\n"
    )


# Every command over a file with events of a later release

FOLDS = {
    "show": [
        [],
        ["x"],
        ["z"],
        ["z", "--json"],
        ["x", "--json"],
        ["--known-at", "2099-06-01"],
        ["--valid-at", "2099-06-01"],
    ],
    "calendar": [[], ["--json"]],
    "due": [[], ["--json"]],
    "slips": [[], ["--json"]],
    "silence": [[], ["--json"]],
    "findings": [[], ["--json"]],
    "impact": [[], ["--json"]],
    "partners": [[], ["--json"]],
    "links": [[], ["--json"]],
    "figures": [[], ["--json"]],
    "narrative": [[], ["--format", "json"]],
    "audience": [[], ["--json"]],
    "replay": [["--explain", "x.when"], ["--without", "y"], ["--diff", "2000-01-01", "2099-12-31"]],
}
"""What each command that folds events is asked: it tells of those that are known, and says that it does."""
OTHERS: dict[str, list[list[str]]] = {
    "history": [["x"], ["z"], ["x", "--json"]],
    "trace": [["1"], ["3"], ["4", "--json"]],
    "access": [["show"], ["show", "--json"]],
    "catalog": [[], ["--json"]],
    "published": [[], ["--json"]],
    "export": [[]],
    "verify": [[], ["--json"]],
    "status": [[], ["--json"]],
    "checkpoint": [["cp", "--key", "key"]],
    "prove": [["3", "--checkpoint", "cp", "-o", "proof"]],
    "backup": [["copy.db"]],
    "keygen": [["another.key"]],
}
"""What each command that folds nothing is asked: it has nothing to leave out, and warns of nothing."""
REFUSED = {
    "init": ["log.jsonl"],
    "record": ["campaign", "record-note", "x", "--text", "x"],
    "correct": ["1", "title", "z", "--why", "x"],
    "retract": ["3", "--why", "x"],
    "mark": ["3", "restricted", "--why", "x"],
    "import": ["-"],
    "project": [],
    "publish": ["q2"],
    "upgrade": ["later.jsonl"],
}
"""What each command that would write is asked: it refuses, in one line."""
OF_OTHER_FILES = {"demo", "restore", "witness"}
"""They make or read a file of their own, and open no log to read events from."""


def test_every_command_is_tried_over_unknown_events() -> None:
    """A new command has to say here what it does with them."""
    assert {name for _, name, _, _ in COMMANDS} == FOLDS.keys() | OTHERS.keys() | REFUSED.keys() | OF_OTHER_FILES


@pytest.mark.parametrize(("command", "asked"), [(name, asked) for name, every in FOLDS.items() for asked in every])
def test_what_is_folded_says_what_it_leaves_out(run: Run, later: Path, command: str, asked: list[str]) -> None:
    """One line on the standard error stream names the events, and so does the JSON."""
    result = run("--log", str(later), command, *asked)
    assert result.stdout
    (warning,) = result.stderr.splitlines()
    assert warning.startswith("oplog: warning: this is of the events that are known; left out ")
    assert "of a later release (" in warning
    assert "campaign.sung" in warning or "exercise.held" in warning
    if "--json" in asked:
        told = json.loads(result.stdout)["left_out"]
        assert {one["event"] for one in told} <= {"campaign.sung", "exercise.held"}
        assert told


@pytest.mark.parametrize(("command", "asked"), [(name, asked) for name, every in OTHERS.items() for asked in every])
def test_what_folds_nothing_leaves_nothing_out(
    run: Run, later: Path, monkeypatch: pytest.MonkeyPatch, command: str, asked: list[str]
) -> None:
    monkeypatch.chdir(later.parent)
    if command in ("checkpoint", "prove"):
        run("keygen", "key")
    if command == "prove":
        run("--log", str(later), "checkpoint", "cp", "--key", "key")
    result = run("--log", str(later), command, *asked)
    assert "left out are" not in result.output
    assert "left out is" not in result.output
    assert '"left_out"' not in result.output


@pytest.mark.parametrize("command", REFUSED)
def test_what_would_write_refuses_in_one_line(
    run: Run, later: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(later.parent)
    before = later.read_bytes()
    line = '{"stream":"pilot/p","event":"pilot.planned","data":{"title":"p"}}'
    result = run("--log", str(later), command, *REFUSED[command], stdin=line, code=1)
    errors = [error for error in result.stderr.splitlines() if not error.startswith("oplog: warning: ")]
    assert len(errors) == 1, result.stderr
    assert later.read_bytes() == before


def test_a_narrative_says_which_events_it_could_not_tell(run: Run, later: Path) -> None:
    """Under its sources, and in JSON by their positions."""
    told = run("--log", str(later), "narrative").stdout
    assert (
        "The report does not tell of positions 3 and 4: what was recorded there, or before it in the same stream"
        in told
    )
    assert json.loads(run("--log", str(later), "narrative", "--format", "json").stdout)["left_out"] == [3, 4]


def test_a_narrative_gives_no_hint_of_unknown_events_that_its_readers_may_not_see(
    run: Run, log_file: Path, tmp_path: Path
) -> None:
    """What is marked for others leaves no trace, known or not."""
    with OpLog.open(log_file) as log:
        log.execute("campaign/x", commands.Plan(title="x"))
        log.execute("campaign/y", commands.Plan(title="y"))
        state = LATER.replace(b'"recorded_at"', b'"marking":"OFFICIAL-SENSITIVE","recorded_at"')
        unknown = StoredEvent("campaign/x", 2, "campaign.sung", state)  # type: ignore[arg-type]
        log.application.recorder.insert_events([unknown])
    file = str(tmp_path / "marked.jsonl")
    run("export", "-o", file)
    (tmp_path / "public.toml").write_text('[report]\nmarkings = ["OFFICIAL"]\n')
    assert "does not tell" not in run("--log", file, "narrative", "--config", str(tmp_path / "public.toml")).stdout
    (tmp_path / "public.toml").write_text("[report]\npublic = false\n")
    told = run("--log", file, "narrative", "--config", str(tmp_path / "public.toml")).stdout
    assert "does not tell of position 3" in told


def test_what_follows_an_unknown_event_is_left_out_with_it_and_shown(run: Run, log_file: Path, tmp_path: Path) -> None:
    """Nobody knows the state that it builds upon: the state is that of the events before, and show lists the rest."""
    with OpLog.open(log_file) as log:
        log.execute("campaign/x", commands.Plan(title="x"))
        unknown = StoredEvent("campaign/x", 2, "campaign.sung", LATER.replace(b"2099", b"2019"))  # type: ignore[arg-type]
        log.application.recorder.insert_events([unknown])
        known = (
            stored_line(next(log.rows())).replace(b'"position":1', b'"position":3').replace(b"planned", b"commenced")
        )
    run("export", "-o", str(tmp_path / "log.jsonl"))
    data = json.loads(known)
    data.update(version=3, id=data["id"][:-1] + "0", data={})
    with (tmp_path / "log.jsonl").open("ab") as file:
        file.write(json.dumps(data).encode() + b"\n")
    shown = run("--log", str(tmp_path / "log.jsonl"), "show", "x")
    assert "status       planned" in shown.stdout
    assert "position 2, version 2: campaign.sung, which this release of oplog does not\n" in shown.stdout
    assert "position 3, version 3: commenced" in shown.stdout
    assert "(campaign.sung), 1 that follows in the same streams;" in shown.stderr
    left = json.loads(run("--log", str(tmp_path / "log.jsonl"), "show", "--json").stdout)["left_out"]
    assert [(one["position"], one["known"]) for one in left] == [(2, False), (3, True)]


def test_trace_shows_unknown_events_as_they_are_stored(run: Run, later: Path) -> None:
    told = run("--log", str(later), "trace", "3", columns=200).stdout
    assert "> 3 campaign/x: campaign.sung, which this release of oplog does not know; as it is stored: {" in told
    steps = json.loads(run("--log", str(later), "trace", "3", "--json").stdout)["steps"]
    assert [step["event"]["data"] for step in steps] == [{"mood": "\x1b[31m good"}]
    when = run("--log", str(later), "trace", "4", "--valid-at", "2099-06-01").stdout
    assert "4 exercise/z: exercise.held" in when
    assert run("--log", str(later), "trace", "4", "--valid-at", "2098-06-01", code=1).stderr


def test_a_program_asks_for_it(later: Path) -> None:
    """Without being asked, the library refuses to fold what it does not know; then it gives the events as `Unknown`."""
    with OpLog.open(later) as log:
        with pytest.raises(UnknownEvent, match="position 3"):
            log.register()
        assert log.passed_over == ()
    with OpLog.open(later, pass_over_unknown=True) as log:
        assert [entry.stream for entry in log.register()] == ["campaign/x", "pilot/y"]
        assert [(one.position, one.name, one.schema) for one in log.passed_over] == [
            (3, "campaign.sung", 4),
            (4, "exercise.held", 4),
        ]
        assert [isinstance(one.event, Unknown) for one in log.events()] == [False, False, True, True]
        assert [one.position for one in log.events(stream="exercise/z")] == [4]


def test_a_database_is_never_read_without_its_unknown_events(later: Path, log_file: Path) -> None:
    """Whatever was asked for when it was opened: somebody might record on top of what they were shown."""
    with OpLog.open(log_file, pass_over_unknown=True) as log, pytest.raises(UnknownEvent, match="position 3"):
        log.register()
