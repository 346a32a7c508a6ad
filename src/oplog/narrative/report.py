"""`Report`: all that the sections of one report are made from."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from attrs import define

from oplog.narrative.coming import TERMS, term_of
from oplog.narrative.document import paragraphs_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from oplog.narrative.coming import Term
    from oplog.narrative.configuration import ReportConfiguration
    from oplog.narrative.document import Section
    from oplog.narrative.locale import Locale
    from oplog.narrative.tale import Tale
    from oplog.narrative.window import Windows
    from oplog.projections.calendar import Appointment
    from oplog.recorded import Recorded


@define(kw_only=True, frozen=True, slots=False)
class Report:
    """What a section builder may use.

    `recorded` are the events that the readers may see, as they are to be read; `known` those of them up to the end of
    the activity window, without corrections. `tales` are the streams that are told, `themes` the numbered sections in
    which they are, and `coming` is what is planned or due on or after the report's date, the earliest first.
    """

    configuration: ReportConfiguration
    windows: Windows
    recorded: Sequence[Recorded]
    known: Sequence[Recorded]
    tales: Sequence[Tale]
    themes: tuple[Section, ...]
    coming: Sequence[Appointment]

    @property
    def locale(self) -> Locale:
        """The words of the report."""
        return self.windows.locale

    @cached_property
    def to_come(self) -> Mapping[Term, tuple[Appointment, ...]]:
        """What is coming by the part of the time ahead that it falls in, in the order of time; none is empty."""
        found = {term: tuple(a for a in self.coming if term_of(a.when, self.windows) == term) for term in TERMS}
        return {term: items for term, items in found.items() if items}

    @cached_property
    def numbers(self) -> Mapping[str, str]:
        """The number of the paragraph in which a stream is told, by its name."""
        found = {p.stream: p.number or "" for p in paragraphs_of(self.themes) if p.stream}
        siblings = {(t.state.part_of, t.theme): found[t.stream] for t in self.tales if t.stream in found}
        for tale in self.tales:
            parent = tale.state.part_of
            if tale.stream not in found and parent is not None:
                found[tale.stream] = found[parent] if parent in found else siblings.get((parent, tale.theme), "")
        return found
