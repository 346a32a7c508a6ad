"""The figures that a report tells of one stream: which, what they were before, and what readers were told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from oplog.domain import events
from oplog.domain.events import Corrected
from oplog.domain.values import number

if TYPE_CHECKING:
    from decimal import Decimal

    from oplog.domain.values import Figure
    from oplog.narrative.tale import Tale
    from oplog.narrative.window import Windows
    from oplog.recorded import Recorded

VALUE = ("figure", "figure.value")
"""The paths of a correction that gives a figure another value."""


@frozen
class Item:
    """A figure to be told: what it is now, what it was before, and the events behind it.

    `told` says that an earlier report told it, and then `before` is what that report told: only what has become of it
    is news. Of a figure that none told, `before` is what was recorded first where it was restated since; a slip
    that was corrected before any report told it is nothing that the readers ever saw. Else `before` is None.
    """

    figure: Figure
    behind: tuple[Recorded, ...]
    before: Figure | None = None
    told: bool = False

    @property
    def restated(self) -> bool:
        """Whether it has another value than before."""
        return self.before is not None and self.before.value != self.figure.value


def figures_of(tale: Tale) -> list[Item]:
    """The figures of a stream that belong in the report, in the order in which they were first recorded."""
    found: dict[tuple[str, str, str], Item] = {}
    news: set[tuple[str, str, str]] = set()
    gone: list[Item] = []
    for recorded in tale.known:
        if not isinstance(recorded.event, (events.FigureRecorded, events.FigureRestated)):
            continue
        figure = recorded.event.figure
        key = figure.key
        old = found.get(key)
        if old is not None and not _replaces(tale, recorded, old):
            # A total that has grown since takes the place of what was to be said of it; another period's figure stays.
            gone += [old] if key in news and figure.period is None else []
            news.discard(key)
            old = None
        found[key] = _item(tale, recorded, figure, old)
        if belongs(tale, figure, recorded) or _put_right(tale, found[key]):
            news.add(key)
    items = [*gone, *(item for key, item in found.items() if key in news)]
    return [item for item in items if not (tale.windows.only_news and item.told and item.before == item.figure)]


def _item(tale: Tale, recorded: Recorded, figure: Figure, old: Item | None) -> Item:
    """A figure as an event leaves it, `old` what it was by the events before."""
    behind = (*(old.behind if old else ()), recorded)
    told = as_told(tale.windows, recorded, figure)
    if told is not None:
        return Item(figure, behind, told, told=True)
    if old is not None and (old.told or isinstance(recorded.event, events.FigureRestated)):
        return Item(figure, behind, old.before or old.figure, told=old.told)
    return Item(figure, behind)


def as_told(windows: Windows, recorded: Recorded, figure: Figure) -> Figure | None:
    """The figure of an event as the report before this one told it; None where it did not, or told another thing."""
    if not windows.told_before(figure, recorded):
        return None
    later = [one for one in corrections_of(recorded) if not windows.known_before(one)]
    for one in reversed(later):
        path, old, new = one.event.field, _data(one.event.old), _data(one.event.new)
        if path == "figure.value":
            figure = evolve(figure, value=_value(old))
        elif path == "figure" and _without_value(old) == _without_value(new):
            figure = evolve(figure, value=_value(old["value"]))
        elif path.partition(".")[0] == "figure":
            return None
    return figure


def corrections_of(recorded: Recorded) -> list[Recorded]:
    """The corrections made to what an event says, the first one first."""
    return [one for one in recorded.corrected_by if isinstance(one.event, Corrected)]


def reasons(windows: Windows, item: Item) -> list[str]:
    """Why a figure is another than before: of all changes that the readers have not been told of, each once."""
    found: list[tuple[Recorded, str]] = []
    for recorded in item.behind:
        if isinstance(recorded.event, events.FigureRestated):
            found.append((recorded, recorded.event.reason))
        if item.told:
            found += [(one, one.event.why) for one in corrections_of(recorded) if one.event.field in VALUE]
    found.sort(key=lambda change: change[0].position)
    new = (why.rstrip(". ") for one, why in found if not (item.told and windows.known_before(one)))
    return list(dict.fromkeys(new))


def _data(value: Any) -> Any:
    return None if value is None else value.data


def _value(data: Any) -> Decimal | None:
    return None if data is None else number(data)


def _without_value(data: Any) -> Any:
    return {key: said for key, said in data.items() if key != "value"} if isinstance(data, dict) else data


def belongs(tale: Tale, figure: Figure, recorded: Recorded) -> bool:
    """Whether a figure belongs in the report: it is of its quarter or window, or news of an earlier one.

    What was recorded late is news by itself only where the report does not tell the same of its own quarter: beside
    that it serves to compare.
    """
    windows = tale.windows
    if windows.tells(figure, recorded):
        return True
    if not windows.tells_late(figure, recorded):
        return False
    return isinstance(recorded.event, events.FigureRestated) or not any(
        row.figure.name == figure.name and windows.tells(row.figure, recorded) for row in tale.figures
    )


def _replaces(tale: Tale, recorded: Recorded, old: Item) -> bool:
    """Whether a record of a figure takes the place of the one before it.

    A running total that has grown does not, nor does a figure without a period: it is of another reporting period.
    """
    if isinstance(recorded.event, events.FigureRestated):
        return True
    period = old.figure.period
    if period is None:
        return recorded in tale.inside and old.behind[-1] in tale.inside
    return not period.is_open


def _put_right(tale: Tale, item: Item) -> bool:
    """Whether a figure that counts as told was corrected since; where a report was published, that is told as late."""
    return tale.windows.last is None and item.told and item.restated
