"""The quarterly narrative: events become a plan, the plan statements with citations, the statements a `Document`."""

from __future__ import annotations

from oplog.narrative.configuration import Heading, ReportConfiguration, Theme, load_configuration
from oplog.narrative.document import Document
from oplog.narrative.render import render

__all__ = ["Document", "Heading", "ReportConfiguration", "Theme", "load_configuration", "render"]
