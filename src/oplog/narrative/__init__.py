"""The quarterly narrative: events become a plan, the plan statements with citations, the statements a `Document`."""

from __future__ import annotations

from oplog.narrative.configuration import Heading, ReportConfiguration, Theme, load_configuration
from oplog.narrative.document import Cell, Column, Document, Listing, Paragraph, Row, Section, Statement, Table
from oplog.narrative.look import Look
from oplog.narrative.render import FORMATS, Format, formats_of, html_format, render, render_bytes
from oplog.narrative.report import Report
from oplog.narrative.sections import SECTIONS, Builder

__all__ = [
    "FORMATS",
    "SECTIONS",
    "Builder",
    "Cell",
    "Column",
    "Document",
    "Format",
    "Heading",
    "Listing",
    "Look",
    "Paragraph",
    "Report",
    "ReportConfiguration",
    "Row",
    "Section",
    "Statement",
    "Table",
    "Theme",
    "formats_of",
    "html_format",
    "load_configuration",
    "render",
    "render_bytes",
]
