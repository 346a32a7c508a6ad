"""Reports to be rendered: the example, a golden log, and one with all that a report can hold and any text in it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from oplog import Document, OpLog, import_lines, load_configuration
from oplog.examples import example_configuration, example_log
from oplog.narrative import Cell, Column, Listing, Paragraph, Row, Section, Statement, Table
from oplog.narrative.document import Source

if TYPE_CHECKING:
    from collections.abc import Callable

NORTHMOOR = Path(__file__).parent.parent / "golden" / "northmoor-2024"


@cache
def example() -> Document:
    """The example quarter, marked, so that the marking has to be on every sheet."""
    return attrs.evolve(_read(example_log(), example_configuration()), marking="OFFICIAL")


@cache
def northmoor() -> Document:
    """The golden log of a police force in 2024."""
    return _read(NORTHMOOR / "log.jsonl", NORTHMOOR / "report.toml")


def _read(log: Path, configuration: Path) -> Document:
    with OpLog.open(":memory:") as opened:
        with log.open("rb") as lines:
            import_lines(opened, lines, name=log.name)
        return opened.narrative(load_configuration(configuration))


def everything(text: str = "some text") -> Document:
    """A report with each kind of content, and the text in every place where a text can stand."""
    cited = Statement(text=text, positions=(1,))
    rows = tuple(
        Row(cells=(Cell(text=text), Cell(text=text, mark=mark), Cell(text=text)), positions=(2,), notes=(text,))
        for mark in ("red", "amber", "green", None)
    )
    table = Table(
        columns=(Column(title=text), Column(title=text, numeric=True), Column(title=text)), rows=rows, lead=text
    )
    inner, deep = (
        Section(key=f"inner/{text}", title=text, content=(_paragraph(text, number), table)) for number in ("1.1", "1.2")
    )
    for level in range(6):
        deep = Section(key=f"{text}/{level}", title=text, content=(deep,))
    return Document(
        title=text,
        date=date(2024, 7, 16),
        language="en-GB",
        front=((text, text), (text, text)),
        sections=(
            Section(key="summary", title=text, content=(Paragraph(statements=(cited,), title=text),)),
            Section(key="ask", title=text, content=(Listing(items=(cited,)), Listing(items=(cited, cited)))),
            Section(
                key="main", title=text, content=(Section(key=text, title=text, number="1", content=(inner,)), deep)
            ),
        ),
        sources=tuple(_source(position, text) for position in (1, 2)),
        head=2,
        as_of=text,
        author=text,
        marking=text,
    )


def _paragraph(text: str, number: str) -> Paragraph:
    noted = Statement(text=text, positions=(1, 2), notes=(text,))
    return Paragraph(statements=(Statement(text=text, positions=(1,)), noted), number=number)


def _source(position: int, text: str) -> Source:
    return Source(
        position=position,
        stream=text,
        version=1,
        event=text,
        source=text,
        recorded_at=datetime(2024, 7, 16, 23, 30, tzinfo=UTC),
        effective=text,
        content=((text, text), (text, text)),
    )


HARMFUL = (
    "</style><script>document.title='harmed'</script><img src=x onerror=\"document.title='harmed'\">"
    "{{ words }} {% raw %} \" ' ` --> ]]> &lt;b&gt; <!-- \x1b[31m \u202eevil\u2066 \x00 \ud800 javascript:alert(1)"
    " }</title></textarea> url(https://example.org/x.png) @import 'https://example.org/x.css';"
)
"""What would do something in a page, in a style, in a template or on a terminal."""

REPORTS: dict[str, Callable[[], Document]] = {
    "example": example,
    "northmoor": northmoor,
    "everything": everything,
    "harmful": lambda: everything(HARMFUL),
    "endless": lambda: everything("endless" * 15_000),
}
