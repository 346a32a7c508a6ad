"""The impact of causes: what each of them changed, and what else belongs to the same matter.

A cause is given for an event in the event itself. Not every effect has one: a number that rose, or a date that was
found afterwards, hangs together with the cause by the matter that its events share (their correlation id). The view has
both; `impact_of` puts together what belongs to one cause.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

import attrs
from attrs import field, frozen

from oplog.domain import events
from oplog.domain.aggregates import AGGREGATES, is_about_log
from oplog.domain.lifecycle import spoken
from oplog.domain.values import Cause, Figure  # noqa: TC001 - rows are stored by their type hints
from oplog.domain.when import When
from oplog.errors import InvalidValue
from oplog.projections.register import MOVING, EntryDraft, drafted
from oplog.projections.register import apply as register

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from oplog.domain.activity import Activity
    from oplog.recorded import Recorded

_TELLING = (events.FigureRecorded, events.FigureRestated, events.OutcomeRecorded)
READS = frozenset(
    (
        *MOVING,
        *_TELLING,
        *(
            cls
            for aggregate in AGGREGATES.values()
            for cls, _ in aggregate.events.values()
            if "cause" in attrs.fields_dict(cls)
        ),
    )
)


_SHOWN = 5
"""The most causes that an error names."""


@frozen(kw_only=True)
class Change:
    """One event that has a cause, or that belongs to a matter and tells of a change, a figure or an outcome.

    `what` is the event in words ("postponed", "occurrence cancelled"). `cause` is None where none was given, and
    `matter` is the correlation id, None where the event has none. `was` and `now` are the dates that it moved: of the
    activity, its evaluation, its end or the occurrences called off; None where there was or is no date. `count` is the
    number of occurrences, None for other events and where the number was not recorded. `figure` and `text` are those
    of a figure and of an outcome. `effective` is when it was so, None where nobody said; `recorded` is the day on which
    it was recorded. `positions` are the event and the corrections made to it.
    """

    stream: str
    title: str
    what: str
    cause: Cause | None
    matter: str | None
    was: When | None = None
    now: When | None = None
    count: int | None = None
    figure: Figure | None = None
    text: str | None = None
    effective: When | None = None
    recorded: When
    positions: tuple[int, ...]


@frozen
class Draft:
    """The register so far, and the changes so far."""

    entries: dict[str, EntryDraft] = field(factory=dict)
    changes: list[Change] = field(factory=list)


_MOVES: dict[type, Callable[[Activity, Any], tuple[When | None, When | None]]] = {
    events.Planned: lambda s, e: (None, e.when),
    events.Rescheduled: lambda s, e: (s.when, e.when),
    events.Postponed: lambda s, e: (s.when, None),
    events.Cancelled: lambda s, e: (s.when, None),
    events.Reinstated: lambda s, e: (None, s.when),
    events.Suspended: lambda s, e: (None, e.until),
    events.Extended: lambda s, e: (s.until, e.until),
    events.EvaluationDeferred: lambda s, e: (s.evaluation_due, e.when),
    events.OccurrenceCancelled: lambda s, e: (e.when, None),
}


def apply(draft: Draft, recorded: Recorded) -> None:
    """Take one event in."""
    if is_about_log(recorded.stream):
        return
    event = recorded.event
    moves = _MOVES.get(type(event))
    was, now = (None, None) if moves is None else moves(drafted(draft.entries, recorded.stream).now, event)
    register(draft.entries, recorded)
    cause = getattr(event, "cause", None)
    if cause is None and (recorded.correlation_id is None or not _tells(event)):
        return
    draft.changes.append(
        Change(
            stream=recorded.stream,
            title=draft.entries[recorded.stream].title,
            what=spoken(type(event)),
            cause=cause,
            matter=recorded.correlation_id,
            was=was,
            now=now,
            count=getattr(event, "count", None),
            figure=getattr(event, "figure", None),
            text=event.text if isinstance(event, events.OutcomeRecorded) else None,
            effective=recorded.effective,
            recorded=When.of(recorded.recorded_at.date()),
            positions=recorded.rests_on,
        )
    )


def _tells(event: Any) -> bool:
    """Whether it changes something, or tells a figure or an outcome: notes and the like show no impact."""
    return hasattr(event, "cause") or isinstance(event, _TELLING)


def finish(draft: Draft) -> tuple[Change, ...]:
    """The changes by the name of their cause, the earliest first; those without a cause come last."""
    return tuple(sorted(draft.changes, key=order))


def order(change: Change) -> tuple[Any, ...]:
    """By cause, then by date; where nobody said when it was so, by the day of the recording."""
    name = change.cause.name if change.cause else ""
    day = change.effective or change.recorded
    return (change.cause is None, name, day, change.stream, change.positions[0])


def cause_named(names: Iterable[str], text: str) -> str:
    """The cause that a text means among those of these names.

    It is the one of exactly this name; else the only one of this name in any case; else the only one with the text, in
    any case, in its name. Raises `InvalidValue`, with the names that it can be or that look most like it.
    """
    known = sorted(set(names))
    if text in known:
        return text
    wanted = text.casefold()
    found = [name for name in known if name.casefold() == wanted] or [n for n in known if wanted in n.casefold()]
    if len(found) == 1:
        return found[0]
    if found:
        raise InvalidValue(f"the cause {text!r} can be any of {_listed(found)}; give one of these names exactly")
    folded = {name.casefold(): name for name in known}
    close = [folded[name] for name in difflib.get_close_matches(wanted, list(folded), 3, 0.5)]
    if close:
        meant = f"did you mean {' or '.join(close)}?"
    else:
        meant = f"the causes are {_listed(known)}" if known else "none of them names a cause"
    raise InvalidValue(f"no event that is read has the cause {text!r}; {meant}")


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{'; '.join(names[:_SHOWN])}{more}"


def impact_of(changes: Iterable[Change], cause: str) -> tuple[Change, ...]:
    """What a cause changed: the events that it is given for, and then those of the same matters, in order of date.

    `cause` is its name, as `cause_named` finds it. Events of the same matter are there whatever their own cause is;
    none when no event has the cause.
    """
    known = tuple(changes)
    given = [change for change in known if change.cause is not None and change.cause.name == cause]
    matters = {change.matter for change in given} - {None}
    told = {change.positions[0] for change in given}
    of_matter = [change for change in known if change.matter in matters and change.positions[0] not in told]
    return (*given, *sorted(of_matter, key=lambda change: order(change)[2:]))
