"""A reader of logs, written from ADR 15 alone: slow, and plain enough to be seen to be right.

It filters, and folds everything from the first event for every question. It shares nothing with `oplog.life` and
`oplog.reading`, so that what both get wrong is not the same.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import attrs

from oplog import Recorded, When, decider_of, events, to_wire
from oplog.store.wire import dump, from_wire, load

if TYPE_CHECKING:
    from datetime import datetime


@attrs.frozen
class _Effective:
    when: When


def naive_read(
    history: list[Recorded], known_at: datetime | None, valid_at: date | None, counts_from: str = "latest"
) -> list[Recorded]:
    """Everything that counts on a day, as known at a moment; each stream's in the places that its history has."""
    known = [r for r in history if known_at is None or r.recorded_at <= known_at]
    lives = {}
    for stream in {r.stream for r in known}:
        life = naive_life([r for r in known if r.stream == stream])
        lives[stream] = life if valid_at is None else begun(life, valid_at, counts_from)
    return [lives[r.stream].pop(0) for r in known if lives[r.stream]]


def naive_life(history: list[Recorded]) -> list[Recorded]:
    """Rules 1 and 2: without what was taken back, as corrected, in the order in which things were so."""
    right = [put_right(r, history) for r in history if not is_taken_back(r.version, history)]
    life: list[Recorded] = []
    dated: list[Recorded] = []
    for recorded in right:
        place = where(dated, recorded)
        dated.insert(place, recorded)
        late = place < len(dated) - 1
        if late and is_allowed(dated) and all(has_ground(r, dated[:n]) for n, r in enumerate(dated)):
            life = list(dated)
            continue
        place = where(life, recorded)
        moved = [*life[:place], recorded, *life[place:]]
        life = moved if is_allowed(moved) and has_ground(recorded, life[:place]) else [*life, recorded]
    return life


def is_taken_back(version: int, history: list[Recorded]) -> bool:
    """Whether a retraction that holds names it."""
    return any(
        isinstance(r.event, events.Retracted)
        and version in (r.event.of, *r.event.along)
        and not is_taken_back(r.version, history)
        for r in history
        if r.version > version
    )


def put_right(recorded: Recorded, history: list[Recorded]) -> Recorded:
    """The event with all corrections that hold, one after the other."""
    concerned = [r for r in history if isinstance(r.event, events.Corrected) and r.event.of == recorded.version]
    for r in concerned:
        if not is_taken_back(r.version, history):
            recorded = corrected(recorded, r)
    return recorded


def corrected(recorded: Recorded, by: Recorded) -> Recorded:
    """The event with one field changed."""
    by_now = (*recorded.corrected_by, by)
    new = None if by.event.new is None else by.event.new.data
    if by.event.field == "source":
        return attrs.evolve(recorded, source=new, corrected_by=by_now)
    if by.event.field == "effective":
        when = None if new is None else from_wire(_Effective, {"when": new}).when
        return attrs.evolve(recorded, effective=when, corrected_by=by_now)
    data = load(dump(to_wire(recorded.event)))
    inner: Any = data
    *outer, last = by.event.field.split(".")
    for step in outer:
        inner = inner[int(step) if isinstance(inner, list) else step]
    if new is None:
        del inner[last]
    else:
        inner[int(last) if isinstance(inner, list) else last] = new
    return attrs.evolve(recorded, event=from_wire(type(recorded.event), data), corrected_by=by_now)


def first(recorded: Recorded) -> date:
    """The first day that it can have been so."""
    return date.min if recorded.effective is None else recorded.effective.earliest


def last(recorded: Recorded) -> date:
    """The last day that it can have been so: of what nobody dated, that of its recording."""
    return recorded.recorded_at.date() if recorded.effective is None else recorded.effective.latest


def where(life: list[Recorded], recorded: Recorded) -> int:
    """Before the first that was, for certain, so later."""
    for n, other in enumerate(life):
        if last(recorded) < first(other):
            return n
    return len(life)


def is_allowed(life: list[Recorded]) -> bool:
    """Whether the lifecycle has an arrow for each event."""
    if not life:
        return True
    decider = decider_of(life[0].stream)
    status = decider.initial.status
    for recorded in life:
        if (status, type(recorded.event)) not in decider.lifecycle:
            return False
        status = decider.lifecycle[status, type(recorded.event)]
    return True


def has_ground(recorded: Recorded, before: list[Recorded]) -> bool:
    """Whether a figure that is restated was recorded, a deferred evaluation is due, a partner who leaves is one.

    What answers an action follows one that was asked.
    """
    event = recorded.event
    grounded = (events.FigureRestated, events.EvaluationDeferred, events.PartnerLeft, events.ActionAnswered)
    if not isinstance(event, grounded):
        return True
    state = decider_of(recorded.stream).fold(r.event for r in before)
    if isinstance(event, events.FigureRestated):
        return event.figure.key in [figure.key for figure in state.figures]
    if isinstance(event, events.EvaluationDeferred):
        return state.evaluation_due is not None
    if isinstance(event, events.ActionAnswered):
        return event.action in [asked.action for asked in state.actions]
    return event.partner in state.partners


def begun(life: list[Recorded], valid_at: date, counts_from: str) -> list[Recorded]:
    """Rule 3: the beginning of the life that counts on a day."""
    days: list[date] = []
    for recorded in reversed(life):
        days.insert(0, day_of(recorded, min(days, default=date.max), counts_from))
    return [r for n, r in enumerate(life) if max(days[: n + 1]) <= valid_at]


def day_of(recorded: Recorded, following: date, counts_from: str) -> date:
    """From which day an event counts that nothing follows which counts before a day."""
    if recorded.effective is None:
        return min(last(recorded), following)
    if counts_from == "earliest" or recorded.effective.edtf.endswith("/.."):
        return first(recorded)
    return max(first(recorded), min(last(recorded), following))
