"""The main report: the themes, numbered, each with its paragraphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.narrative.document import Section

if TYPE_CHECKING:
    from oplog.narrative.report import Report


def build(report: Report) -> Section:
    """Every theme of which there is something to tell."""
    return Section(key="main", title=report.locale.say("labels.main"), content=report.themes)
