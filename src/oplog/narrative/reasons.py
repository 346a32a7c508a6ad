"""Why a statement of a published report has changed, in clauses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from oplog.domain.events import Corrected, FigureRestated, Retracted
from oplog.domain.when import When
from oplog.narrative.restatement import PUTTING_RIGHT

if TYPE_CHECKING:
    from oplog.narrative.dates import Dates
    from oplog.narrative.locale import Locale
    from oplog.narrative.restatement import Restatement, StatementChange
    from oplog.recorded import Recorded


@frozen
class Reasons:
    """The words for the events that changed a statement."""

    restatement: Restatement
    dates: Dates

    def told(self, change: StatementChange) -> list[str]:
        """A clause for each event that put something right, in their order, and one for all that was recorded late."""
        told = change.now or change.then
        elsewhere = told is None or any(recorded.stream != told.key[1] for recorded in change.behind)
        right = [self._right(r, named=elsewhere) for r in change.behind if isinstance(r.event, PUTTING_RIGHT)]
        late = [r for r in change.behind if not isinstance(r.event, PUTTING_RIGHT)]
        return [*dict.fromkeys(right), *([self._late(late, named=elsewhere)] if late else [])]

    def _late(self, late: list[Recorded], *, named: bool) -> str:
        locale = self.dates.locale
        names = dict.fromkeys(self._name(recorded) for recorded in late) if named else {}
        days = dict.fromkeys(self._day(recorded) for recorded in late)
        slots = {"names": locale.listed(list(names)), "days": locale.listed(list(days))}
        return locale.say("restatement.reasons.late", **slots)

    def _right(self, recorded: Recorded, *, named: bool) -> str:
        event, locale = recorded.event, self.dates.locale
        slots = {"name": self._name(recorded) if named else "", "day": self._day(recorded)}
        if isinstance(event, Corrected):
            field = self._field(event.field)
            return locale.say("restatement.reasons.corrected", field=field, why=_why(locale, event.why), **slots)
        if isinstance(event, Retracted):
            return locale.say("restatement.reasons.retracted", why=_why(locale, event.why), **slots)
        why = event.reason if isinstance(event, FigureRestated) else ""
        return locale.say("restatement.reasons.restated", why=_why(locale, why), **slots)

    def _field(self, path: str) -> str:
        """What a correction changed: the figure, or the last name of a path that has one."""
        names = [name for name in path.split(".") if not name.isdecimal()]
        field = "figure" if names[0] == "figure" else names[-1]
        locale = self.dates.locale
        return locale.name(f"restatement.fields.{field}") or locale.name(f"said.fields.{field}") or field

    def _name(self, recorded: Recorded) -> str:
        return self.restatement.names.get(recorded.stream, recorded.stream)

    def _day(self, recorded: Recorded) -> str:
        return self.dates.plain(When.of(recorded.recorded_at.date()))


def _why(locale: Locale, why: str) -> str:
    return locale.grammar.small(why.rstrip(". ")) if why else ""
