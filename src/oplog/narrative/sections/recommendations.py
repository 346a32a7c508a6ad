"""The recommendations: what the committee is asked to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.narrative.document import Listing, Section, Statement
from oplog.narrative.english.nouns import sentence

if TYPE_CHECKING:
    from oplog.narrative.configuration import ReportConfiguration
    from oplog.narrative.report import Report


def build(report: Report) -> Section:
    """As configured, or what the report's purpose says."""
    return Section(
        key="recommendations", title="Recommendations", content=(Listing(items=_asked(report.configuration)),)
    )


def _asked(configuration: ReportConfiguration) -> tuple[Statement, ...]:
    if configuration.recommendations:
        return tuple(
            Statement(text=sentence(t), configured="report.recommendations") for t in configuration.recommendations
        )
    members = f"The {configuration.committee.removeprefix('The ')} is" if configuration.committee else "Members are"
    asked = "receive this report and to note what it says"
    if configuration.purpose == "decision":
        asked = "consider this report and to decide on the matters that it raises"
    return (Statement(text=f"{members} asked to {asked}.", configured="report.purpose"),)
