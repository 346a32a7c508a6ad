"""`oplog publish` and `published`, and `oplog narrative --as-published` and `--restatement`."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from oplog import OpLog
from oplog.narrative.locales import shipped
from oplog.narrative.template import Template

if TYPE_CHECKING:
    from pathlib import Path

    from shell import Run

WEEK = ("campaign", "cycle-week")
CONFIGURATION = """
[report]
committee = "Harbour Committee"
date = 2024-07-16
[window]
since = 2024-04-01
until = 2024-06-30
"""


@pytest.fixture
def ready(run: Run, log_file: Path) -> Run:
    """Run commands on a log with a week that was held, and a configuration beside it."""
    (log_file.parent / "report.toml").write_text(CONFIGURATION)
    run("record", "campaign", "plan", "cycle-week", "--title", "week of action", "--effective", "2024-04-02")
    run("record", "campaign", "complete", "cycle-week", "--attendance", "40", "--effective", "2024-05-20")
    return run


def test_what_is_published_is_written_and_listed(ready: Run, tmp_path: Path) -> None:
    """The files are those of oplog narrative; the list has their digests, and what the report was made from."""
    page, data = tmp_path / "july.md", tmp_path / "july.json"
    done = ready("publish", "q2", "-o", str(page), "-o", str(data))
    assert done.stdout == (
        f"recorded at position 3: report/q2, report.published\nwritten to {page}\nwritten to {data}\n"
    )
    assert page.read_bytes() == ready("narrative").stdout_bytes
    (one,) = json.loads(ready("published", "--json").stdout)["reports"]
    assert (one["ref"], one["position"], one["up_to"], one["actor"]) == ("q2", 3, 2, "tester")
    assert one["formats"] == {
        "json": hashlib.sha256(data.read_bytes()).hexdigest(),
        "markdown": hashlib.sha256(page.read_bytes()).hexdigest(),
    }
    assert (one["window"], one["follows"]) == ("2024-04-01/2024-06-30", None)
    assert one["configuration"]["committee"] == "Harbour Committee"
    assert "json, markdown" in ready("published", columns=120).stdout


def test_a_published_page_keeps_the_look_of_its_house(ready: Run, tmp_path: Path, log_file: Path) -> None:
    """The stylesheet is pinned with the configuration: the page comes again byte for byte after it has changed."""
    (log_file.parent / "report.toml").write_text(f'{CONFIGURATION}[html]\nstylesheet = "house.css"\n')
    (log_file.parent / "house.css").write_text("p { color: navy }")
    page, again = tmp_path / "july.html", tmp_path / "again.html"
    ready("publish", "q2", "-o", str(page))
    (log_file.parent / "house.css").write_text("p { color: green }")
    ready("narrative", "--as-published", "q2", "-o", str(again))
    assert again.read_bytes() == page.read_bytes()
    assert b"p { color: navy }" in page.read_bytes()
    assert b"p { color: green }" in ready("narrative", "--format", "html").stdout_bytes


def test_a_report_can_be_published_without_a_file(ready: Run) -> None:
    """Then only the digest of the document is pinned, and any format can be had later."""
    assert ready("publish", "q2").stdout == "recorded at position 3: report/q2, report.published\n"
    assert ready("narrative", "--as-published", "q2").stdout_bytes == ready("narrative").stdout_bytes
    assert json.loads(ready("published", "--json").stdout)["reports"][0]["formats"] == {}


def test_publishing_the_same_again_is_quiet(ready: Run, tmp_path: Path) -> None:
    """Nothing is recorded, and the file is written again: one that was lost is had back."""
    page = tmp_path / "july.md"
    ready("publish", "q2", "-o", str(page))
    first = page.read_bytes()
    page.unlink()
    done = ready("publish", "q2", "-o", str(page))
    assert done.stdout == f"nothing to do: the same was published at position 3\nwritten to {page}\n"
    assert page.read_bytes() == first


def test_another_report_under_the_name_is_refused_and_writes_nothing(ready: Run, tmp_path: Path) -> None:
    """What was sent out stays as it was, in the log and in its file."""
    page = tmp_path / "july.md"
    ready("publish", "q2", "-o", str(page))
    first = page.read_bytes()
    ready("record", "campaign", "record-note", "cycle-week", "--text", "It rained.", "--effective", "2024-05-21")
    refused = ready("publish", "q2", "-o", str(page), code=1)
    assert refused.stderr == (
        "oplog: report/q2 is published: another document was published under this name; publish this one under a name"
        " of its own, or retract that publication first; 'oplog published' lists what was published\n"
    )
    assert page.read_bytes() == first
    assert len(json.loads(ready("published", "--json").stdout)["reports"]) == 1


@pytest.mark.parametrize(
    ("args", "code", "told"),
    [
        (("publish", "Q 2"), 1, "'report/Q 2' is no stream; expected aggregate/name"),
        (("publish", "q2", "-o", "july.exe"), 2, "july.exe: no format is written to such a file; expected one of .md"),
        (("publish", "q2", "-o", "none/july.md"), 1, "there is no folder"),
        (("publish", "q2", "--config", "none.toml"), 1, "none.toml cannot be read"),
        (("publish", "q2", "-o", "report.toml"), 2, "no format is written to such a file"),
        (("narrative", "--as-published", "q9"), 1, "no report q9 was published from this log; published: none"),
        (("narrative", "--restatement", "q9"), 1, "no report q9 was published from this log; published: none"),
        (
            ("narrative", "--as-published", "a", "--restatement", "b"),
            2,
            "give --as-published or --restatement",
        ),
        (("narrative", "--restatement", "b", "--anyway"), 2, "--anyway belongs to --as-published"),
        (("narrative", "--anyway"), 2, "--anyway belongs to --as-published"),
        (
            ("narrative", "--as-published", "a", "--config", "x"),
            2,
            "--as-published takes the report as it was",
        ),
        (("narrative", "--restatement", "a", "--known-at", "2024-07-01"), 2, "leave --known-at or --valid-at out"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(
    *, ready: Run, monkeypatch: pytest.MonkeyPatch, log_file: Path, args: tuple[str, ...], code: int, told: str
) -> None:
    """A bad name, file, configuration or question is refused before anything is recorded or written."""
    monkeypatch.chdir(log_file.parent)
    done = ready(*args, code=code)
    assert told in " ".join(done.stderr.split())
    assert json.loads(ready("published", "--json").stdout)["reports"] == []
    assert list(log_file.parent.glob("*july*")) == []


def test_no_report_was_published(ready: Run) -> None:
    """The list says so, and as JSON is empty."""
    assert ready("published").stdout == "no report was published from this log\n"
    assert json.loads(ready("published", "--json").stdout)["reports"] == []


def test_a_published_report_is_written_again_byte_for_byte(ready: Run, tmp_path: Path) -> None:
    """Whatever was recorded since, the bytes are those of the file that was sent out, in a file and on the output."""
    page, again = tmp_path / "july.md", tmp_path / "again.md"
    ready("publish", "q2", "-o", str(page))
    ready("correct", "2", "attendance", "45", "--why", "a form was found")
    ready("record", "operation", "plan", "net", "--title", "Operation Net", "--effective", "2024-06-03")
    assert ready("narrative", "--as-published", "q2").stdout_bytes == page.read_bytes()
    ready("narrative", "--as-published", "report/q2", "-o", str(again))
    assert again.read_bytes() == page.read_bytes() != ready("narrative").stdout_bytes


def test_a_report_that_the_program_tells_otherwise_is_refused(
    ready: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line says what has changed and how the first statement reads now; --anyway writes it, and ends with 1."""
    page, again = tmp_path / "july.md", tmp_path / "again.md"
    ready("publish", "q2", "-o", str(page))
    monkeypatch.setitem(shipped()._templates, "verbs.completed.clause", Template.read("wound up[ {on}]"))
    monkeypatch.setattr("oplog.retelling.fingerprints", lambda _sections=(): ())
    refused = ready("narrative", "--as-published", "q2", "-o", str(again), code=1)
    assert refused.stderr.startswith(
        "oplog: the report q2 is not reproduced: the code that reads the events has changed"
    )
    assert "now reads: A week of action was wound up on 20 May" in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert not again.exists()
    forced = ready("narrative", "--as-published", "q2", "-o", str(again), "--anyway", code=1)
    assert "is not reproduced" in forced.stderr
    assert b"wound up" in again.read_bytes()
    replayed = ready("replay", "--rule", "published-reports", code=1)
    assert "the report q2 is not reproduced as it was published" in replayed.stdout


def test_other_bytes_of_the_same_document_are_refused(
    ready: Run, log_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where only the writer of a format has changed, that is said; a format that was never published is free."""
    ready("publish", "q2", "-o", str(tmp_path / "july.md"))
    with OpLog.open(log_file) as log:
        formats = [{"form": "markdown", "digest": "0" * 64}]
        log.correct(3, "formats", formats, why="to see what happens")
    refused = ready("narrative", "--as-published", "q2", code=1)
    assert "the report q2 is the same, but this program writes it as markdown in another way" in refused.stderr
    assert json.loads(ready("narrative", "--as-published", "q2", "--format", "json").stdout)["head"] == 2


def test_a_restatement_tells_each_change(ready: Run, tmp_path: Path) -> None:
    """As a document, with what was told, what is told and why, and as data with the events behind each."""
    ready("publish", "q2")
    assert "Nothing has changed in what this report told." in ready("narrative", "--restatement", "q2").stdout
    ready("correct", "2", "attendance", "45", "--why", "a form was found")
    out = tmp_path / "restatement.md"
    ready("narrative", "--restatement", "q2", "-o", str(out))
    assert "This is because the attendance was corrected on" in out.read_text()
    told = json.loads(ready("narrative", "--restatement", "q2", "--format", "json").stdout)
    assert (told["ref"], told["reproduced"], told["recorded_since"]) == ("q2", True, 1)
    (main,) = [change for change in told["changes"] if change["place"] == "Main report, 1.1"]
    assert (main["why"], [e["position"] for e in main["behind"]]) == ("corrected", [4])
    assert "40 people" in main["then"]["text"]
    assert "45 people" in main["now"]["text"]


def test_a_restatement_names_nobody_who_recorded(ready: Run, log_file: Path) -> None:
    """It goes to the readers of the report, who are not told who wrote what down: in no format."""
    ready("publish", "q2")
    with OpLog.open(log_file) as log:
        log.correct(2, "attendance", 45, why="a form was found", actor="ann.hidden")
    for form in ("json", "markdown", "html"):
        told = ready("narrative", "--restatement", "q2", "--format", form).stdout
        assert "a form was found" in told
        assert "ann.hidden" not in told
        assert "tester" not in told


def test_the_access_trail_has_what_was_published(ready: Run, tmp_path: Path) -> None:
    """A file leaves the house only with a reason; publishing without one takes nothing out."""
    ready("access", "start", "--why", "the Act")
    page = tmp_path / "july.md"
    refused = ready("publish", "q2", "-o", str(page), code=1)
    assert "nothing is taken out without --why and --for" in refused.stderr
    assert json.loads(ready("published", "--json").stdout)["reports"] == []
    ready("publish", "q2", "-o", str(page), "--why", "quarterly report", "--for", "the committee")
    (disclosed,) = [e for e in json.loads(ready("access", "show", "--json").stdout)["events"] if e["digest"]]
    assert disclosed["digest"] == hashlib.sha256(page.read_bytes()).hexdigest()
    assert ready("narrative", "--as-published", "q2", code=1).stderr.startswith("oplog: an access trail is kept")


def test_the_access_trail_says_what_a_report_was_made_from(ready: Run) -> None:
    """A published report rests on what it knew, and one of an earlier day on what was known then, not on all."""
    ready("publish", "q2")
    ready("access", "start", "--why", "the Act")
    asked = ("--why", "a question", "--for", "the committee")
    for which in (("--as-published", "q2"), ("--restatement", "q2"), ()):
        ready("narrative", *which, *asked)
    ready("narrative", "--known-at", "2999-01-01", *asked)
    events = json.loads(ready("access", "show", "--json").stdout)["events"]
    assert [e["up_to"] for e in events if e["up_to"]] == [2, 5, 6, 7]
    ready("narrative", "--known-at", recorded_at(ready, 3), *asked)
    assert json.loads(ready("access", "show", "--json").stdout)["events"][-1]["up_to"] == 3


def recorded_at(run: Run, position: int) -> str:
    """When the event at a position was recorded."""
    (one,) = json.loads(run("published", "--json").stdout)["reports"]
    assert one["position"] == position
    return str(one["recorded_at"])


def test_a_published_report_is_no_activity(ready: Run) -> None:
    """It is in no register and cannot be shown as one; its history can."""
    ready("publish", "q2")
    assert "report/q2" not in ready("show").stdout
    assert ready("show", "report/q2", code=1).stderr == "oplog: report/q2 is no activity; 'oplog published' shows it\n"
    assert "published" in ready("history", "report/q2").stdout


def test_reports_are_read_from_an_export_and_not_published_in_it(ready: Run, tmp_path: Path) -> None:
    """A portable log reproduces them; what would write to it is refused."""
    ready("publish", "q2")
    path = tmp_path / "log.jsonl"
    ready("export", "-o", str(path))
    published = ready("published").stdout
    assert ready("--log", str(path), "published").stdout == published
    again = ready("--log", str(path), "narrative", "--as-published", "q2").stdout_bytes
    assert again == ready("narrative", "--as-published", "q2").stdout_bytes
    assert ready("--log", str(path), "publish", "q3", code=1).stderr.startswith("oplog: ")
