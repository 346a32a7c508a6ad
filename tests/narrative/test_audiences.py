"""What an audience may not see leaves no trace in its report, in no format."""

from __future__ import annotations

import json
import random
import zipfile
import zlib
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

import attrs
import pypdf
import pytest
from bytes_of import holds, streams
from hypothesis import given
from hypothesis import strategies as st
from planting import MARKER, Planting
from telling import REPORT

from oplog import (
    FORMATS,
    InvalidValue,
    OpLog,
    ReportConfiguration,
    Theme,
    import_lines,
    load_configuration,
    render_bytes,
)
from oplog.examples import example_configuration, example_log
from oplog.testing import logs, record_all

if TYPE_CHECKING:
    from oplog.recorded import Recorded

SPAN = ReportConfiguration(date=date(2018, 3, 1), since=date(2016, 1, 1))
ALL_FORMATS = sorted(FORMATS)


def published(history: list[Recorded], configuration: ReportConfiguration) -> dict[str, bytes] | str:
    """The report of a log with this history in every format; why there is none, where there is none."""
    with OpLog.open(":memory:") as log:
        record_all(log, history)
        try:
            document = log.narrative(configuration)
        except InvalidValue as error:
            return str(error)
    return {form: render_bytes(document, form) for form in ALL_FORMATS}


@given(st.data(), logs(streams=3, longest=15), st.sampled_from([ReportConfiguration(), SPAN]))
def test_a_public_report_does_not_depend_on_what_is_hidden(
    data: st.DataObject, history: list[Recorded], configuration: ReportConfiguration
) -> None:
    """With and without hidden streams, events, fields, corrections and markings it is the same to the byte."""
    if not history:
        return
    planting = Planting(list(history), lambda n: data.draw(st.integers(0, n - 1)))
    for _ in range(data.draw(st.integers(1, 6))):
        planting.plant()
    without, among = published(history, configuration), published(planting.history, configuration)
    if isinstance(without, str):  # nothing can be told to the public: then neither with what is hidden
        assert isinstance(among, str)
        return
    assert among == without


@pytest.fixture(scope="module")
def quarter() -> list[Recorded]:
    """The events of the example quarter."""
    with OpLog.open(":memory:") as log, example_log().open("rb") as lines:
        import_lines(log, lines)
        return list(log.events())


@pytest.mark.parametrize("form", ALL_FORMATS)
def test_two_hundred_markers_are_in_no_byte_of_a_public_report(quarter: list[Recorded], form: str) -> None:
    """Ids, titles, notes, partners, causes, figures, sources and markings that are hidden, unzipped and decompressed."""
    planting = Planting(list(quarter), random.Random(57).randrange)  # noqa: S311 - the same places each time
    while planting.planted < 200:
        planting.plant()
    configured = attrs.evolve(
        load_configuration(example_configuration()),
        highlights=(planting.stream(),),
        abbreviations={planting.marker(): planting.marker()},
    )
    themes = (*configured.themes, Theme(planting.marker(), planting.marker()))
    configured = attrs.evolve(configured, themes=themes)
    with OpLog.open(":memory:") as log:
        record_all(log, planting.history)
        public = render_bytes(log.narrative(configured), form)
        trusted = render_bytes(log.narrative(attrs.evolve(configured, audience="restricted")), form)
    assert not holds(public, MARKER)
    assert holds(trusted, MARKER)  # or the search could not find it


def test_the_search_finds_what_is_packed() -> None:
    """A marker in a file of an archive, in a stream of a PDF, in UTF-16 and in hexadecimal is found."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("docProps/core.xml", "<title>about Qzxwv00007</title>")
    assert MARKER.encode() not in packed.getvalue().lower()
    assert holds(packed.getvalue(), MARKER)
    assert holds("Qzxwv".encode("utf-16-be"), MARKER)
    assert holds("qzxwv".encode("utf-16-be").hex().upper().encode(), MARKER)
    assert not holds(b"qz xwv", MARKER)
    written = BytesIO()
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_metadata({"/Title": "about Qzxwv00007"})
    writer.write(written)
    assert holds(written.getvalue(), MARKER)
    streamed = b"%PDF-1.7\nstream\n" + zlib.compress(b"(Qzxwv00007) Tj") + b"\nendstream\n"
    assert MARKER.encode() not in streamed.lower()
    assert any(MARKER.encode() in part.lower() for part in streams(streamed))


def test_positions_are_counted_without_what_is_hidden(quarter: list[Recorded]) -> None:
    """The head, positions and versions of a public report are those of the log without what its readers may not see."""
    planting = Planting(list(quarter), random.Random(3).randrange)  # noqa: S311 - the same places each time
    for _ in range(20):
        planting.plant()
    with OpLog.open(":memory:") as log:
        record_all(log, planting.history)
        document = log.narrative(REPORT)
        seen = log.seen(REPORT.readers)
        said = json.loads(render_bytes(document, "json"))
        assert said["head"] == document.head == len(quarter) < log.head()
        for source in document.sources:
            stored = log.event(seen.position_of[source.position])
            assert (stored.stream, stored.name) == (source.stream, source.event)
