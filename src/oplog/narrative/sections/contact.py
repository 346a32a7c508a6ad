"""Whom to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.narrative.document import Paragraph, Section, Statement

if TYPE_CHECKING:
    from oplog.narrative.report import Report


def build(report: Report) -> Section | None:
    """The contact as configured; None when there is none."""
    contact = report.configuration.contact
    if not contact:
        return None
    paragraph = Paragraph(statements=(Statement(text=contact, configured="report.contact"),))
    return Section(key="contact", title=report.locale.say("labels.contact"), content=(paragraph,))
