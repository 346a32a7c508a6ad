"""The recommendations: what the committee is asked to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.narrative.document import Listing, Section, Statement
from oplog.narrative.text import sentence

if TYPE_CHECKING:
    from oplog.narrative.report import Report


def build(report: Report) -> Section:
    """As configured, or what the report's purpose says."""
    title = report.locale.say("labels.recommendations")
    return Section(key="recommendations", title=title, content=(Listing(items=_asked(report)),))


def _asked(report: Report) -> tuple[Statement, ...]:
    configuration, locale = report.configuration, report.locale
    if configuration.recommendations:
        return tuple(
            Statement(text=sentence(t), configured="report.recommendations") for t in configuration.recommendations
        )
    key = f"recommendations.{configuration.purpose}"
    if configuration.committee:
        text = locale.say(f"{key}_committee", committee=locale.grammar.without_article(configuration.committee))
    else:
        text = locale.say(f"{key}_members")
    return (Statement(text=sentence(text), configured="report.purpose"),)
