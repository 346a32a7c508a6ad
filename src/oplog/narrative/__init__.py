"""The quarterly narrative: events become a plan, the plan statements with citations, the statements a `Document`."""

from __future__ import annotations

from oplog.narrative.configuration import Heading, ReportConfiguration, Theme, configuration_files, load_configuration
from oplog.narrative.document import Cell, Column, Document, Listing, Paragraph, Row, Section, Statement, Table
from oplog.narrative.grammar import GRAMMARS, Grammar
from oplog.narrative.locale import Locale
from oplog.narrative.locales import load_locale, rephrase
from oplog.narrative.look import Look
from oplog.narrative.render import FORMATS, Format, formats_of, html_format, render, render_bytes
from oplog.narrative.render.notes import Note, Notes
from oplog.narrative.render.timeline_svg import svg, svg_parts
from oplog.narrative.render.timeline_table import as_table
from oplog.narrative.report import Report
from oplog.narrative.sections import SECTIONS, Builder
from oplog.narrative.timeline import Item, Lane, Timeline, Track, Trigger

__all__ = [
    "FORMATS",
    "GRAMMARS",
    "SECTIONS",
    "Builder",
    "Cell",
    "Column",
    "Document",
    "Format",
    "Grammar",
    "Heading",
    "Item",
    "Lane",
    "Listing",
    "Locale",
    "Look",
    "Note",
    "Notes",
    "Paragraph",
    "Report",
    "ReportConfiguration",
    "Row",
    "Section",
    "Statement",
    "Table",
    "Theme",
    "Timeline",
    "Track",
    "Trigger",
    "as_table",
    "configuration_files",
    "formats_of",
    "html_format",
    "load_configuration",
    "load_locale",
    "render",
    "render_bytes",
    "rephrase",
    "svg",
    "svg_parts",
]
