"""The same report gives the same bytes: again, in another process, under another hash seed, time zone and locale."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZIP_STORED, ZipFile

import pytest

from oplog import MissingExtra, render_bytes

if TYPE_CHECKING:
    from oplog import Document

PAPER = ("docx", "pdf")
PROGRAM = """
import sys, hashlib
sys.path.insert(0, sys.argv[1])
from reports import example
from oplog import render_bytes
print(*(hashlib.sha256(render_bytes(example(), name)).hexdigest() for name in sys.argv[2:]))
"""


def digests(report: Document) -> list[str]:
    return [hashlib.sha256(render_bytes(report, name)).hexdigest() for name in PAPER]


def test_the_same_report_gives_the_same_bytes_everywhere(example_report: Document, tmp_path: Path) -> None:
    """Neither the moment nor the process, the hash seed, the time zone, the locale or the folder makes a difference."""
    here = digests(example_report)
    assert digests(example_report) == here
    environment = os.environ | {
        "PYTHONHASHSEED": "4711",
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C",
        "HOME": str(tmp_path),
    }
    command = [sys.executable, "-c", PROGRAM, str(Path(__file__).parent), *PAPER]
    told = subprocess.run(command, env=environment, cwd=tmp_path, check=True, capture_output=True, text=True).stdout  # noqa: S603
    assert told.split() == here


def test_a_word_file_has_no_times_and_is_not_compressed(example_report: Document) -> None:
    """Its parts stand in the order of their names, all with the first time that a ZIP file knows."""
    with ZipFile(BytesIO(render_bytes(example_report, "docx"))) as archive:
        parts = archive.infolist()
    assert {part.date_time for part in parts} == {(1980, 1, 1, 0, 0, 0)}
    assert {part.compress_type for part in parts} == {ZIP_STORED}
    assert parts[0].filename == "[Content_Types].xml"
    assert [part.filename for part in parts[1:]] == sorted(part.filename for part in parts[1:])


@pytest.mark.parametrize("name", PAPER)
@pytest.mark.parametrize("missing", ["docx", "typst"])
def test_what_is_missing_is_named(
    name: str, missing: str, example_report: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the packages of the extra, one line says what to install; a PDF does not need python-docx."""
    monkeypatch.setitem(sys.modules, missing, None)
    if (name, missing) == ("pdf", "docx"):
        assert render_bytes(example_report, name)
        return
    with pytest.raises(MissingExtra, match=r"^a .* needs the package '.*': pip install 'oplog\[documents\]'$"):
        render_bytes(example_report, name)
