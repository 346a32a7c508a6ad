"""Certificates: the same events give the same bytes from every store, and what differs is named."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oplog
from oplog import (
    Certificate,
    Malformed,
    OpLog,
    When,
    against,
    certify,
    commands,
    export_lines,
    import_lines,
    read_lines,
    restore,
)
from oplog import certificate as certificate_module
from oplog.examples import example_log
from oplog.folding import Fold
from tampering import tamper
from whole_logs import doings, written

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Clock

ORIGIN = "example.org/oplog/2017"
WEEK, PATROL = "campaign/week", "deployment/patrol"


def example(where: str | Path, clock: Callable[[], Any]) -> OpLog:
    """Make a log of the example quarter."""
    made = OpLog.open(where, create=where != ":memory:", origin=ORIGIN, clock=clock)
    with example_log().open("rb") as lines:
        import_lines(made, read_lines(lines))
    return made


@pytest.fixture
def log(filed: OpLog, clock: Clock) -> OpLog:
    """Give a log of two streams in a file, a day between its events."""
    for stream, command in (
        (WEEK, commands.Plan(title="week of action", when=When("2017-10"))),
        (PATROL, commands.Plan(title="river patrol")),
        (WEEK, commands.Postpone()),
        (PATROL, commands.Commence()),
    ):
        filed.execute(stream, command)
        clock.move(days=1)
    return filed


def parts(log: OpLog, certificate: Certificate) -> list[str]:
    """Name the parts that differ, in order."""
    return [finding.message.partition(": expected ")[0] for finding in against(log, certificate)]


def test_every_store_gives_the_same_bytes(path: Path, clock: Clock, postgresql_url: str, tmp_path: Path) -> None:
    """The example gives one certificate from SQLite and PostgreSQL, from a backup, an export, and what was restored."""
    exported = tmp_path / "export.jsonl"
    with example(path, clock) as sqlite:
        certificate = certify(sqlite)
        sqlite.backup(tmp_path / "backup.db")
        exported.write_bytes(b"".join(export_lines(sqlite)))
    assert (certificate.size, certificate.origin) == (221, ORIGIN)
    restore(tmp_path / "backup.db", postgresql_url)
    with OpLog.open(postgresql_url) as postgresql:
        assert b"".join(export_lines(postgresql)) == exported.read_bytes()
        postgresql.backup(tmp_path / "back.db")
    restore(tmp_path / "back.db", tmp_path / "again.db")
    restore(exported, tmp_path / "taken-in.db")
    for place in (postgresql_url, exported, *(tmp_path / f"{name}.db" for name in ("backup", "again", "taken-in"))):
        with OpLog.open(place) as other:
            assert certify(other).to_bytes() == certificate.to_bytes(), place
            assert against(other, certificate) == ()


def test_a_fresh_clone_gives_the_same_bytes(tmp_path: Path) -> None:
    """The example, opened as it is shipped, gives one certificate wherever the code lies and however its lines end."""
    with OpLog.open(example_log()) as log:
        certificate = certify(log)
    clone = tmp_path / "clone" / "src"
    package = Path(oplog.__file__).parent
    shutil.copytree(package, clone / "oplog", ignore=shutil.ignore_patterns("__pycache__"))
    for source in clone.rglob("*.py"):
        source.write_bytes(source.read_bytes().replace(b"\n", b"\r\n"))
    assert (
        of_another_process(clone / "oplog" / "examples" / "pol-57-17.jsonl", PYTHONPATH=clone) == certificate.to_bytes()
    )


PROGRAM = "import sys, oplog\nsys.stdout.buffer.write(oplog.certify(oplog.OpLog.open(sys.argv[1])).to_bytes())"


def of_another_process(log: Path, **environment: object) -> bytes:
    """Give the certificate of a log that another process makes."""
    env = {**os.environ, "TZ": "Asia/Tokyo", **{name: str(value) for name, value in environment.items()}}
    done = subprocess.run(  # noqa: S603 - the interpreter of this test
        [sys.executable, "-c", PROGRAM, str(log)], env=env, cwd=log.parent, capture_output=True, check=True
    )
    return done.stdout


@pytest.mark.parametrize("seed", ["0", "4242"])
def test_another_process_gives_the_same_bytes(path: Path, clock: Clock, seed: str) -> None:
    """Neither the process, nor its hash seed, its folder or its time zone are in a certificate."""
    with example(path, clock) as log:
        certificate = certify(log)
    assert of_another_process(path, PYTHONHASHSEED=seed) == certificate.to_bytes()


def test_what_lies_beside_the_events_is_not_in_it(log: OpLog, path: Path) -> None:
    """Kept states, leaves and the stored tree can be changed or thrown away: the certificate stays, replay finds it."""
    certificate = certify(log)
    log.register()
    tamper(
        path,
        "UPDATE stored_events SET leaf=zeroblob(32) WHERE rowid=2",
        "UPDATE stream_states SET state=CAST(REPLACE(CAST(state AS TEXT), 'moves\":1', 'moves\":0') AS BLOB)",
    )
    assert {f.rule for f in log.replay()} == {"leaf", "stored-state"}
    assert certify(log) == certificate


def test_a_log_that_has_grown_still_reproduces_it(log: OpLog) -> None:
    """The beginning of the size that was certified is compared; a certificate can be of a beginning too."""
    certificate, first = certify(log), certify(log, until=2)
    assert (first.size, first.head, first.streams, first.findings) == (2, 2, 2, ())
    log.execute(WEEK, commands.Reschedule(when=When("2017-11")))
    log.correct(1, "title", "week of work", why="typing error")
    assert certify(log) != certificate
    assert certify(log, until=4) == certificate
    assert against(log, certificate) == against(log, first) == ()


def test_a_certificate_keeps_its_clocks(log: OpLog, clock: Clock) -> None:
    """What was known on a day of a day is the same for ever, and is read again by the same clocks."""
    certificate = certify(log, known_at=date(2017, 9, 23), valid_at=date(2017, 9, 21), counts_from="earliest")
    assert (certificate.head, certificate.known_at) == (3, "2017-09-23T23:59:59.999999Z")
    assert (certificate.valid_at, certificate.counts_from) == ("2017-09-21", "earliest")
    assert certificate.state != certify(log, known_at=date(2017, 9, 23)).state
    log.execute(PATROL, commands.Complete(), effective=When("2017-09-21"))
    assert against(log, Certificate.from_bytes(certificate.to_bytes())) == ()


def test_other_events_are_named_first(log: OpLog, path: Path) -> None:
    """Where an event is another, the root differs, then what follows from it; where one is missing, the size."""
    certificate = certify(log)
    tamper(path, "UPDATE stored_events SET state=CAST(REPLACE(CAST(state AS TEXT), '2017-10', '2017-11') AS BLOB)")
    assert parts(log, certificate) == [
        "root", "state", "projections.register.digest", "projections.slips.digest",
    ]  # fmt: skip
    tamper(path, "DELETE FROM stored_events WHERE rowid=4")
    assert parts(log, certificate)[:4] == ["size", "head", "root", "last_recorded_at"]
    first = against(log, certificate)[0]
    assert (first.rule, first.severity, first.message) == ("certificate", "fault", "size: expected 4, found 3")


def test_another_log_is_named(log: OpLog) -> None:
    """The same activity under another origin is another log."""
    certificate = attrs.evolve(certify(log), origin="example.org/other")
    assert parts(log, certificate) == ["origin"]


def test_other_code_is_told_from_other_results(log: OpLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fold with another fingerprint is named, also where it gives the same."""
    certificate = certify(log)
    assert len({view.fold for view in certificate.projections}) == len(certificate.projections)
    monkeypatch.setattr(certificate_module, "fold_of", lambda projection: Fold(f"other {projection.name}", {}))
    names = [view.name for view in certificate.projections]
    assert parts(log, certificate) == [f"projections.{name}.fold" for name in names]
    monkeypatch.undo()
    fewer = attrs.evolve(certificate, projections=certificate.projections[1:], oplog="0.0.1")
    first = certificate.projections[0].name
    assert parts(log, fewer) == ["oplog", *(f"projections.{first}.{f}" for f in ("version", "fold", "rows", "digest"))]
    assert against(log, fewer)[0].message.startswith("oplog: expected 0.0.1, found ")


def test_findings_of_the_events_are_in_it(log: OpLog, path: Path) -> None:
    """Events that cannot be read or folded are findings, their streams are left out, and the rest is certified."""
    whole = certify(log)
    tamper(
        path,
        "UPDATE stored_events SET topic='campaign.unheard-of' WHERE rowid=3",
        "UPDATE stored_events SET topic='deployment.resumed' WHERE rowid=4",
    )
    found = certify(log)
    assert [(f.rule, f.position) for f in found.findings] == [("unknown-event", 3), ("lifecycle", 4)]
    assert (found.left_out, found.streams, found.size) == ((WEEK, PATROL), 2, 4)
    assert [view.rows for view in found.projections if view.name == "register"] == [0]
    assert Certificate.from_bytes(found.to_bytes()) == found
    assert against(log, found) == ()
    findings = [f.message for f in against(log, whole) if f.message.startswith("findings: ")]
    assert findings == [
        f"findings: expected none, found 2 (the first by unknown-event at position 3: {found.findings[0].message})"
    ]


def test_an_empty_log_has_a_certificate(filed: OpLog) -> None:
    """It has no events, the root of the empty tree, and no time."""
    found = certify(filed)
    assert (found.size, found.head, found.last_recorded_at) == (0, 0, None)
    assert found.root == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    assert against(filed, Certificate.from_bytes(found.to_bytes())) == ()


def test_progress_is_told_twice(log: OpLog) -> None:
    """Each position is read once to be folded, and once for the tree."""
    told: list[int] = []
    against(log, certify(log, progress=told.append), told.append)
    assert told == [1, 2, 3, 4] * 4


def test_a_changed_file_is_no_certificate_or_another(log: OpLog) -> None:
    """At every byte: what is read has one form, so nothing can be hidden in a file that still says the same."""
    good = certify(log, until=2, valid_at=date(2017, 9, 22)).to_bytes()
    certificate = Certificate.from_bytes(good)
    taken = []
    for data in [*(good[:n] + bytes([good[n] ^ 1]) + good[n + 1 :] for n in range(len(good))), good[:-1], good + b"\n"]:
        with suppress(Malformed):
            taken.append((data, Certificate.from_bytes(data)))
    assert 0 < len(taken) < len(good) - 300
    assert all(other != certificate and other.to_bytes() == data for data, other in taken)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[]\n", "expected"),
        (b"[" * 100_000, "not JSON"),
        (b'{"format":"oplog-certificate/2"}\n', "format"),
    ],
    ids=["empty", "no UTF-8", "a list", "nested deeply", "a later form"],
)
def test_what_is_no_certificate_is_refused_in_one_line(data: bytes, told: str) -> None:
    """The error says what was expected."""
    with pytest.raises(Malformed, match=f"^no certificate: .*{told}"):
        Certificate.from_bytes(data)


def test_clocks_that_are_no_times_are_refused(log: OpLog) -> None:
    """The field is named."""
    for field, text in (("known_at", "soon"), ("valid_at", "2017-02-30")):
        wrong = attrs.evolve(certify(log), **{field: text}).to_bytes()
        with pytest.raises(Malformed, match=f"field {field}"):
            Certificate.from_bytes(wrong)


@given(to_do=doings(), data=st.data(), clocks=st.tuples(st.none() | st.integers(0, 9), st.none() | st.integers(0, 60)))
def test_every_log_reproduces_its_certificate(
    to_do: list[Any], data: st.DataObject, clocks: tuple[int | None, int | None]
) -> None:
    """With late events, corrections and clocks, a certificate is read back as it was and holds for its log."""
    known_at = None if clocks[0] is None else date(2017, 1, 1 + clocks[0])
    valid_at = None if clocks[1] is None else date.fromordinal(date(2016, 12, 1).toordinal() + clocks[1])
    with written(to_do, data) as log:
        certificate = certify(log, known_at=known_at, valid_at=valid_at)
        assert certificate.left_out == ()
        assert not [f for f in certificate.findings if f.severity == "fault"]
        assert Certificate.from_bytes(certificate.to_bytes()) == certificate
        assert against(log, certificate) == ()
        rows = {view.name: view.rows for view in certificate.projections}
        assert rows["register"] == len(log.register(known_at=known_at, valid_at=valid_at))
