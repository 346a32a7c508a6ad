"""A figure that is another than it was told: as a sentence, or as one of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from oplog.narrative.amounts import is_counted, with_unit

if TYPE_CHECKING:
    from oplog.domain.values import Figure
    from oplog.narrative.locale import Locale
    from oplog.recorded import Recorded


@frozen(kw_only=True)
class Restated:
    """A figure with its `name` and `period` in words ("" for none), `before` and `now`, why, and the events behind it.

    `named` says that the name has the activity in it.
    """

    name: str
    period: str
    before: Figure
    now: Figure
    why: tuple[str, ...]
    behind: tuple[Recorded, ...]
    named: bool = False

    def sentence(self, locale: Locale) -> str:
        """As a sentence of its own."""
        return locale.say(f"figures.{self._key}", **self._slots(locale))

    def listed(self, locale: Locale, title: str) -> str:
        """As one of a list, under the `title` of its activity."""
        return locale.say(f"figures.listed.{self._key}", title="" if self.named else title, **self._slots(locale))

    @property
    def _key(self) -> str:
        if self.before.value is None:
            return "supplied"
        return "withdrawn" if self.now.value is None else "restated"

    def _slots(self, locale: Locale) -> dict[str, str]:
        both = {"before": self.before, "now": self.now}
        known = {name: figure for name, figure in both.items() if figure.value is not None}
        small = len(known) == 2 and all(
            locale.count(figure.value) != locale.digits(figure.value)
            for figure in known.values()
            if figure.value is not None
        )
        values = {name: _value(locale, figure, small=small) for name, figure in known.items()}
        why = locale.listed([locale.grammar.small(one) for one in self.why])
        return {"name": self.name, "period": self.period, "reason": why, **values}


def _value(locale: Locale, figure: Figure, *, small: bool) -> str:
    """A value with its unit; in words where both that are told together are `small`."""
    if figure.value is None:
        return ""
    if is_counted(locale, figure):
        return locale.count(figure.value) if small else locale.digits(figure.value)
    return with_unit(locale, figure.value, figure.unit, spelt=True)
