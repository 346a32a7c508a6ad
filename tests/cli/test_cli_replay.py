"""`oplog replay` and all that can be asked of it instead of the findings."""

from __future__ import annotations

import json
import os
import pty
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from oplog import Certificate, OpLog, When, certify, commands
from oplog_cli.progress import progress

if TYPE_CHECKING:
    from pathlib import Path

    from shell import Run

WEEK = "campaign/sexual-violence-week"
ATTACK = "the London Bridge attack"


def test_replay_of_the_beginning(run_example: Run) -> None:
    """--until and --known-at count the events that they look at; a clock is told in a line above."""
    printed = run_example("replay", "--until", "3", "--fail-on", "fault").stdout
    assert printed.startswith("checked 3 events of 2 streams, up to position 3\n")
    printed = run_example("replay", "--known-at", "May 2017", "--fail-on", "fault").stdout
    assert printed.startswith("as the log knew it at the end of 2017-05-31\n\nchecked ")
    assert json.loads(run_example("replay", "--until", "0", "--json").stdout) == {
        "events": 0, "streams": 0, "head": 0, "faults": 0, "observations": 0, "findings": [],
    }  # fmt: skip


def test_replay_of_a_stream_and_by_a_rule(run_example: Run) -> None:
    """Only their findings are told; a short name of a stream will do, and what is unknown is named with the list."""
    document = json.loads(run_example("replay", "--stream", "street-triage", "--json", code=1).stdout)
    assert {finding["stream"] for finding in document["findings"]} == {"pilot/street-triage"}
    assert (document["streams"], document["events"]) == (1, 8)
    printed = run_example("replay", "--rule", "source-gaps", "--rule", "links", code=1).stdout
    assert "source-gaps" in printed
    assert "evaluation-term" not in printed
    assert "expected one of store, sequence, leaf" in run_example("replay", "--rule", "gaps", code=1).stderr
    assert "there is no stream 'nowhere'" in run_example("replay", "--stream", "nowhere", code=1).stderr


def test_explain_a_field(run_example: Run) -> None:
    """Each setting is told with its event, what it took the place of, and who recorded it when and from what."""
    printed = run_example("replay", "--explain", "sexual-violence-week.when", columns=120).stdout
    assert run_example("replay", "--explain", f"{WEEK}.when", columns=120).stdout == printed
    assert printed.splitlines() == [
        f"{WEEK}.when: w/c 21 August 2017 (2017-08-21/2017-08-27)",
        "",
        "  June 2017 (2017-06)",
        "    position 48, version 1: planned",
        "    recorded 2017-05-22 08:46 by Communities and Partnerships team, from Pol 57-17, paragraph 2.1",
        "",
        "  nothing, in the place of June 2017 (2017-06)",
        "    position 68, version 2: postponed",
        "    recorded 2017-06-05 09:18 by Communities and Partnerships team, from Pol 57-17, paragraph 2.1",
        "",
        "  w/c 21 August 2017 (2017-08-21/2017-08-27)",
        "    position 113, version 4: rescheduled",
        "    recorded 2017-06-29 10:34 by Communities and Partnerships team, from Pol 57-17, paragraph 2.1",
    ]
    document = json.loads(run_example("replay", "--explain", f"{WEEK}.when", "--json").stdout)
    (field,) = document["fields"]
    assert (document["stream"], document["known_at"], field["field"]) == (WEEK, None, "when")
    assert [(s["value"] and s["value"]["edtf"], s["position"]) for s in field["settings"]] == [
        ("2017-06", 48),
        (None, 68),
        ("2017-08-21/2017-08-27", 113),
    ]
    early = run_example("replay", "--explain", f"{WEEK}.when", "--known-at", "2017-06-01").stdout
    assert f"{WEEK}.when: June 2017 (2017-06)" in early
    assert "postponed" not in early


def test_explain_a_stream(run_example: Run) -> None:
    """A line for each field that was set, with the event that set it last."""
    lines = run_example("replay", "--explain", "sexual-violence-week", columns=120).stdout.splitlines()
    assert lines[0] == WEEK
    assert [line.split()[0] for line in lines[4:]] == ["status", "plan", "when", "cause", "moves"]
    assert "113  rescheduled  2017-06-29" in lines[4]


def test_explain_what_was_put_right(run: Run, log_file: Path) -> None:
    """Corrections and retractions stand with the setting that they changed, with who made them and why."""
    run("record", "campaign", "plan", "x.when", "--title", "x", "--when", "June 2017")
    run("record", "campaign", "plan", "x", "--title", "x", "--when", "June 2017")
    run("correct", "2", "when", "July 2017", "--why", "misread")
    run("record", "campaign", "reschedule", "x", "--when", "August 2017")
    run("retract", "4", "--why", "another week was meant")
    printed = run("replay", "--explain", "campaign/x.when", columns=100).stdout
    assert printed.startswith("campaign/x.when\n\nfield ")  # a stream of that very name counts first
    with OpLog.open(log_file) as log:
        log.execute("campaign/y.1", commands.Plan(title="y", when=When("2017-06")))
    assert run("replay", "--explain", "y.1.when").stdout.startswith("campaign/y.1.when: 2017-06\n")
    (when,) = [
        f
        for f in json.loads(run("replay", "--explain", "campaign/x", "--json").stdout)["fields"]
        if f["field"] == "when"
    ]
    assert [(s["position"], s["corrected_by"]) for s in when["settings"]] == [(2, [3])]
    assert [(s["position"], s["taken_back_by"]) for s in when["taken_back"]] == [(4, 5)]
    run("record", "campaign", "plan", "z", "--title", "z", "--when", "June 2017")
    run("correct", "7", "when", "July 2017", "--why", "misread")
    run("record", "campaign", "reschedule", "z", "--when", "August 2017")
    run("retract", "9", "--why", "another week was meant")
    told = run("replay", "--explain", "z.when", columns=100).stdout
    assert "corrected at position 8 by tester: when said June 2017 (2017-06); misread" in told
    assert "retracted at position 10 by tester: another week was meant" in told


def test_explain_refuses_what_it_does_not_know(run_example: Run) -> None:
    """An unknown field is told with the fields that there are, an unknown stream with the one that was meant."""
    told = run_example("replay", "--explain", f"{WEEK}.wehn", code=1).stderr
    assert told.startswith(f"oplog: no field 'wehn' in the state of {WEEK}; expected one of status, plan, when, ")
    assert f"did you mean {WEEK}?" in run_example("replay", "--explain", "sexual-violense-week.when", code=1).stderr
    assert "there is no stream 'nowhere'" in run_example("replay", "--explain", "nowhere", code=1).stderr


def test_explain_figures_and_what_was_never_set(run_example: Run, example_file: Path) -> None:
    """All figures of a stream come one after the other, or one by its name; a field that nothing set says so."""
    with OpLog.open(example_file) as log:
        stream = next(entry.stream for entry in log.register() if entry.state.figures)
        first, *_ = [f.field for f in log.explain(stream, "figures").fields]
    printed = run_example("replay", "--explain", f"{stream}.figures", columns=200).stdout
    assert printed.startswith(f"{stream}.figures[")
    assert run_example("replay", "--explain", f"{stream}.{first}", columns=200).stdout in printed
    assert run_example("replay", "--explain", f"{WEEK}.figures").stdout == f"{WEEK} has no figures\n"
    assert run_example("replay", "--explain", f"{WEEK}.owner").stdout == (
        f"{WEEK}.owner: nothing\n  no event that counts set it\n"
    )


def test_without_a_cause(run_example: Run, example_file: Path) -> None:
    """What is left out, what could not have happened then, and what differs; the log is not touched."""
    before = example_file.read_bytes()
    printed = run_example("replay", "--without", ATTACK, columns=160).stdout
    assert example_file.read_bytes() == before
    assert printed.startswith("left out: 8 events\n")
    assert "'note recorded' is not possible before 'planned'" in printed
    assert "deployment/faith-networks            status  completed" in printed
    document = json.loads(run_example("replay", "--without", ATTACK.upper(), "--json").stdout)
    assert [e["position"] for e in document["left_out"]] == [65, 66, 67, 68, 70, 79, 82, 116]
    assert [e["position"] for e in document["impossible"]] == [80, 94]
    assert {"stream": WEEK, "field": "moves", "with": 2, "without": 1} in document["states"]
    assert (document["figures"], document["calendar"]) == ([], [])


def test_without_a_position_or_a_stream(run_example: Run) -> None:
    """A number is a position, and the name of a stream is that stream, in full or short."""
    document = json.loads(run_example("replay", "--without", "113", "--json").stdout)
    assert [e["position"] for e in document["left_out"]] == [113]
    assert [(d["what"], d["with"]["positions"], d["without"]) for d in document["calendar"]] == [
        ("planned", [113], None)
    ]
    for name in (WEEK, "sexual-violence-week"):
        printed = run_example("replay", "--without", name).stdout
        assert printed.startswith("left out: 4 events\n")
    assert "calendar:" in printed


def test_without_what_is_not_there(run_example: Run) -> None:
    """The nearest cause or stream is named; an event that changes nothing leaves nothing different."""
    told = run_example("replay", "--without", "London Bride attack", code=1).stderr
    assert "is no position and no stream; no event that is read has the cause" in told
    assert told.endswith(f"did you mean {ATTACK}?\n")
    assert f"did you mean {WEEK}?" in run_example("replay", "--without", "sexual-violence-weak", code=1).stderr
    assert "no event at position 9999 is read" in run_example("replay", "--without", "9999", code=1).stderr
    assert "no state, figure or appointment differs" in run_example("replay", "--without", "80").stdout


def test_difference_between_two_days(run_example: Run) -> None:
    """What was recorded between, what of it came late, and what changed by it."""
    printed = run_example("replay", "--diff", "2017-06-01", "2017-06-30", columns=160).stdout
    document = json.loads(run_example("replay", "--diff", "2017-06-01", "2017-06-30", "--json").stdout)
    late = [e for e in document["events"] if e["late"]]
    assert printed.startswith(f"learned: {len(document['events'])} events, {len(late)} of them late, 0 corrections\n")
    assert (document["earlier"], document["valid_at"]) == ("2017-06-01T23:59:59.999999Z", None)
    moved = [s for s in document["states"] if (s["stream"], s["field"]) == (WEEK, "when")]
    assert [(s["earlier"]["edtf"], s["later"]["edtf"]) for s in moved] == [("2017-06", "2017-08-21/2017-08-27")]
    assert "June 2017 (2017-06)" in printed
    nothing = run_example("replay", "--diff", "2017-06-01", "2017-06-01").stdout
    assert nothing.endswith("nothing was recorded between the two\n\nno state, figure or appointment differs\n")
    wrong = run_example("replay", "--diff", "2017-06-30", "2017-06-01", code=1).stderr
    assert wrong == "oplog: 2017-06-30 is later than 2017-06-01; give the earlier moment first\n"
    run_example("replay", "--diff", "2017-06-30", "soon", code=2)


def test_a_certificate_is_written_and_reproduced(run: Run, log_file: Path, tmp_path: Path) -> None:
    """It is the one that the library makes; what was recorded since is told, and does not matter."""
    for name in ("a", "b"):
        run("record", "campaign", "plan", name, "--title", name)
    file = tmp_path / "log.certificate"
    assert run("replay", "--certificate", str(file)).stdout == (
        f"certified 2 events of 2 streams, up to position 2, with 0 faults and 0 observations\nwritten to {file}\n"
    )
    with OpLog.open(log_file) as log:
        assert file.read_bytes() == certify(log).to_bytes()
    assert run("replay", "--against", str(file)).stdout == (
        "reproduced: 2 events of 2 streams, up to position 2, give what the certificate says\n"
    )
    run("record", "campaign", "cancel", "a")
    assert run("replay", "--against", str(file)).stdout.endswith("1 event recorded since is not in it\n")
    assert "exists already" in run("replay", "--certificate", str(file), code=1).stderr
    document = json.loads(run("replay", "--certificate", str(file), "--force", "--until", "1", "--json").stdout)
    assert (document["events"], document["head"], document["file"]) == (1, 1, str(file))
    assert Certificate.from_bytes(file.read_bytes()).size == 1
    assert json.loads(run("replay", "--against", str(file), "--json").stdout) == {
        "reproduced": True, "head": 1, "differences": [],
    }  # fmt: skip


def test_what_differs_from_a_certificate_is_named(run: Run, log_file: Path, tmp_path: Path) -> None:
    """First other events, then other code; the exit code is 1."""
    run("record", "campaign", "plan", "a", "--title", "week")
    file = tmp_path / "log.certificate"
    run("replay", "--certificate", str(file))
    made = Certificate.from_bytes(file.read_bytes())
    (tmp_path / "other").write_bytes(file.read_bytes().replace(b'"oplog":"', b'"oplog":"9'))
    printed = run("replay", "--against", str(tmp_path / "other"), code=1).stdout.splitlines()
    assert printed == [
        f"NOT reproduced: oplog: expected 9{made.oplog}, found {made.oplog}",
        "the events are those that were certified, but another release of oplog folds them",
    ]
    (tmp_path / "false").write_bytes(file.read_bytes().replace(made.state.encode(), b"0" * 64, 1))
    assert "oplog is at fault" in run("replay", "--against", str(tmp_path / "false"), code=1).stdout
    with sqlite3.connect(log_file) as connection:
        connection.execute("UPDATE stored_events SET state=CAST(REPLACE(CAST(state AS TEXT), 'week', 'weak') AS BLOB)")
    printed = run("replay", "--against", str(file), code=1).stdout.splitlines()
    assert printed[0].startswith(f"NOT reproduced: root: expected {made.root}, found ")
    assert printed[1].startswith("what differs besides: state, projections.register.digest")
    assert printed[2].startswith("these are not the events that were certified")
    document = json.loads(run("replay", "--against", str(file), "--json", code=1).stdout)
    assert (document["reproduced"], document["differences"][0]["rule"]) == (False, "certificate")


def test_a_certificate_is_not_of_an_imported_copy(run: Run, tmp_path: Path) -> None:
    """What was imported is another log, and what the certificate can be held against is named."""
    run("record", "campaign", "plan", "a", "--title", "week")
    file, export, copy = tmp_path / "log.certificate", tmp_path / "log.jsonl", str(tmp_path / "copy.db")
    run("replay", "--certificate", str(file))
    run("export", "-o", str(export))
    run("--log", copy, "init")
    run("--log", copy, "import", str(export))
    printed = run("--log", copy, "replay", "--against", str(file), code=1).stdout.splitlines()
    assert printed[0].startswith("NOT reproduced: origin: expected oplog/")
    assert printed[-1].startswith(
        "this is another log: what is imported has new positions; hold the certificate against"
    )
    assert run("--log", str(export), "replay", "--against", str(file)).stdout.startswith("reproduced: 1 event")


def test_a_file_that_is_no_certificate(run: Run, log_file: Path, tmp_path: Path) -> None:
    """It is refused with its name, and the log is never replaced by a certificate."""
    (tmp_path / "no").write_text("{}")
    assert run("replay", "--against", str(tmp_path / "no"), code=1).stderr.startswith(
        f"oplog: {tmp_path / 'no'}: no certificate: "
    )
    run("replay", "--against", str(tmp_path / "absent"), code=1)
    assert "is the log itself" in run("replay", "--certificate", str(log_file), "--force", code=1).stderr


def test_a_fault_is_certified_with_exit_code_1(run: Run, log_file: Path, tmp_path: Path) -> None:
    """The certificate of a log that is not sound is written, and holds what is wrong."""
    run("record", "campaign", "plan", "a", "--title", "week")
    with sqlite3.connect(log_file) as connection:
        connection.execute("UPDATE stored_events SET topic='campaign.unheard-of'")
    assert "1 fault and 0 observations" in run("replay", "--certificate", str(tmp_path / "c"), code=1).stdout
    assert [f.rule for f in Certificate.from_bytes((tmp_path / "c").read_bytes()).findings] == ["unknown-event"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--explain", "x", "--without", "1"], "--explain and --without are asked for one at a time."),
        (["--certificate", "c", "--against", "c"], "--certificate and --against are asked for one at a time."),
        (["--force"], "--force goes with --certificate."),
        (["--explain", "x", "--until", "3"], "--until does not go with --explain."),
        (["--without", "1", "--stream", "x"], "--stream does not go with --without."),
        (["--diff", "2017", "2018", "--known-at", "2017"], "--known-at does not go with --diff."),
        (["--certificate", "c", "--rule", "links"], "--rule does not go with --certificate."),
        (["--against", "c", "--valid-at", "2017"], "--valid-at does not go with --against."),
        (["--against", "c", "--fail-on", "any"], "--fail-on does not go with --against."),
    ],
)
def test_options_that_exclude_each_other(run: Run, given: list[str], told: str) -> None:
    """They are wrong usage, told in one line."""
    assert run("replay", *given, code=2).stderr.endswith(f"Error: {told}\n")


def test_progress_is_shown_on_a_terminal_alone() -> None:
    """Where the standard error stream is a terminal, a long replay says how far it is, and cleans up behind itself."""
    program = (
        "from oplog_cli.progress import progress\n"
        "with progress(12_000, 2) as show:\n"
        "    for _ in range(2):\n"
        "        for position in range(1, 12_001): show(position)\n"
    )
    ours, theirs = pty.openpty()
    subprocess.run([sys.executable, "-c", program], stderr=theirs, check=True)  # noqa: S603 - our own program
    os.close(theirs)
    shown = os.read(ours, 4096).decode()
    os.close(ours)
    assert shown.split("\r") == [
        "",
        "5,000 of 12,000 events, pass 1 of 2",
        "10,000 of 12,000 events, pass 1 of 2",
        "5,000 of 12,000 events, pass 2 of 2",
        "10,000 of 12,000 events, pass 2 of 2",
        "\x1b[K",
    ]


def test_progress_is_silent_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    """A pipe gets nothing of it."""
    with progress(12_000, 2) as show:
        show(5_000)
    assert capsys.readouterr() == ("", "")


def test_a_retracted_correction_is_explained_with_its_retraction(run: Run) -> None:
    """What it had set stands last, and it is the correction that is said to have been retracted, not the event."""
    run("record", "campaign", "plan", "x", "--title", "week of acton")
    run("correct", "1", "title", "week of action", "--why", "misspelt")
    run("retract", "2", "--why", "it is the place")
    told = run("replay", "--explain", "x.plan.title").stdout
    assert told.startswith("campaign/x.plan.title: week of acton\n")
    assert "  week of action\n    position 1, version 1: planned\n" in told
    assert "corrected at position 2 by tester: title said week of acton; misspelt\n" in told
    assert "the correction was retracted at position 3 by tester: it is the place\n" in told
    (field,) = json.loads(run("replay", "--explain", "x.plan.title", "--json").stdout)["fields"]
    assert [(one["value"], one["corrected_by"], one["taken_back_by"]) for one in field["taken_back"]] == [
        ("week of action", [2], 3)
    ]


@pytest.mark.parametrize(
    "name", [ATTACK, ATTACK.upper(), "bridge attack", "attack", "London Bride attack", "zzz", "THE"]
)
def test_impact_and_without_understand_a_cause_alike(run_example: Run, name: str) -> None:
    """The same cause is found by the same text, and where none is, both say the same."""
    impact = run_example("impact", name, "--json", code=None)
    without = run_example("replay", "--without", name, "--json", code=None)
    assert impact.exit_code == without.exit_code
    if impact.exit_code:
        assert without.stderr.endswith(impact.stderr.removeprefix("oplog: "))
    else:
        (cause,) = json.loads(impact.stdout)["causes"]
        named = {change["positions"][0] for change in cause["changes"] if change["cause"] == cause["cause"]}
        assert named
        assert named <= {event["position"] for event in json.loads(without.stdout)["left_out"]}


def test_without_lists_the_corrections_of_what_is_left_out(run: Run) -> None:
    """In a table of their own, with what each concerned; in JSON under moot."""
    run("record", "campaign", "plan", "x", "--title", "week")
    run("record", "campaign", "cancel", "x", "--cause", "the flood", "--cause-kind", "incident")
    run("correct", "2", "cause.name", "the high water", "--why", "so named")
    told = run("replay", "--without", "high water", columns=200).stdout
    assert "corrections and retractions that concern nothing then, and are left out too:" in told
    assert "it corrects the field cause.name of the event at position 2, which is left out" in told
    (moot,) = json.loads(run("replay", "--without", "high water", "--json").stdout)["moot"]
    assert (moot["position"], moot["event"]) == (3, "campaign.corrected")
