"""Blame: for every field of a state, which events set it, what each overwrote, and what corrections did to them.

Nothing is known of the fields here. A life is folded event by event, and what an event sets is what is another value
after it than before.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import attrs
from attrs import frozen

from oplog.amendments import amend
from oplog.domain.aggregates import decider_of
from oplog.domain.events import Corrected, Planned, Retracted
from oplog.errors import IllegalTransition, InvalidValue
from oplog.life import live, steps
from oplog.projections.register import new_entry
from oplog.reading import NOW

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from oplog.domain.values import Figure
    from oplog.life import Life
    from oplog.projections.register import Entry
    from oplog.reading import Reading
    from oplog.recorded import Recorded

SINCE = "since"
"""The one field that is explained and is not of the state: when its status came about in the world."""
FIGURES = "figures"
PLAN = "plan"


@frozen(kw_only=True)
class Setting:
    """One event that set a field: the `value` it has from there on, and the one before, None where there is none.

    `by` is the event as it is read. `corrected_by` are those of its corrections that changed this value, oldest first.
    `taken_back_by` is the retraction that took the event back, or the last of these corrections; then `by` is the event
    as it was read with that one. None where both count.
    """

    value: Any
    overwrote: Any
    by: Recorded
    corrected_by: tuple[Recorded, ...] = ()
    taken_back_by: Recorded | None = None


@frozen(kw_only=True)
class FieldHistory:
    """How a field came to its value: its `settings`, the first one first, and those that were taken back.

    Of those, what events had set comes first, and then what corrections had. A field without settings has the value
    that it begins with.
    """

    field: str
    value: Any
    settings: tuple[Setting, ...]
    taken_back: tuple[Setting, ...] = ()


@frozen(kw_only=True)
class Explanation:
    """The fields of a stream's state, in the order in which the state has them; of its figures, each is a field."""

    stream: str
    fields: tuple[FieldHistory, ...]


def explain(stream: str, history: Iterable[Recorded], field: str | None = None, reading: Reading = NOW) -> Explanation:
    """Explain the state of a stream from its history, in order of version; see `OpLog.explain`.

    Raises `InvalidValue` for a field that the state does not have, and `IllegalTransition`, with its place, at an event
    that has no arrow.
    """
    life = reading.life(stream, history)
    settings: dict[str, list[Setting]] = {}
    entry = new_entry(stream)
    for recorded, after in steps(stream, reading.counted(life)):
        for name, setting in _set(entry, after, recorded, life):
            settings.setdefault(name, []).append(setting)
        entry = after
    taken_back = _taken_back(life, reading)
    said = _with_plan(entry)
    names = [*said, *(name for name in (*settings, *taken_back) if name not in said)]
    asked = list(dict.fromkeys(name for name in names if _meant(name, field)))
    if not asked and field != FIGURES:
        listed = ", ".join([*fields_of(stream), *_of_plan(None)] if PLAN in said else fields_of(stream))
        raise InvalidValue(f"no field {field!r} in the state of {stream}; expected one of {listed}")
    return Explanation(
        stream=stream,
        fields=tuple(
            FieldHistory(
                field=name,
                value=said.get(name),
                settings=tuple(settings.get(name, ())),
                taken_back=tuple(taken_back.get(name, ())),
            )
            for name in asked
        ),
    )


def fields_of(stream: str) -> tuple[str, ...]:
    """The names of the fields that can be explained of a stream. Raises `InvalidValue` for a name that is no stream's.

    "figures" stands for all of its figures; each has a name of its own besides. So has each field of the plan, such as
    "plan.title".
    """
    return (*(f.name for f in attrs.fields(type(decider_of(stream).initial))), SINCE)


def values_of(entry: Entry) -> dict[str, Any]:
    """What an entry of the register says, by field; each figure is a field of its own."""
    found: dict[str, Any] = {}
    for each in attrs.fields(type(entry.state)):
        value = getattr(entry.state, each.name)
        if each.name == FIGURES:
            found.update({figure_field(figure): figure for figure in value})
        else:
            found[each.name] = value
    return {**found, SINCE: entry.since}


def _with_plan(entry: Entry) -> dict[str, Any]:
    """What an entry says, by field, with each field of its plan besides."""
    found = values_of(entry)
    return {**found, **_of_plan(found[PLAN])} if PLAN in found else found


def figure_field(figure: Figure) -> str:
    """The name of the field of a figure: what it counts, the days of its period if it has one, and its basis."""
    return f"{FIGURES}[{', '.join(part for part in figure.key if part)}]"


def _of_plan(plan: Planned | None) -> dict[str, Any]:
    return {f"{PLAN}.{each.name}": plan and getattr(plan, each.name) for each in attrs.fields(Planned)}


def _meant(name: str, field: str | None) -> bool:
    """Whether a field is asked for: without one all are, but of the plan only the whole."""
    if field is None:
        return not name.startswith(f"{PLAN}.")
    return name == field or (field == FIGURES and name.startswith(f"{FIGURES}["))


def _set(before: Entry, after: Entry, recorded: Recorded, life: Life) -> Iterator[tuple[str, Setting]]:
    """The fields that an event set, each with its setting."""
    old, new = _with_plan(before), _with_plan(after)
    found: Sequence[Mapping[str, Any]] | None = None
    for name in dict.fromkeys((*new, *old)):
        value, overwrote = new.get(name), old.get(name)
        if value == overwrote:
            continue
        if found is None:
            found = _as_corrected(before, recorded, life)
        corrections = _changing(name, recorded, found)
        yield name, Setting(value=value, overwrote=overwrote, by=recorded, corrected_by=corrections)


def _changing(name: str, recorded: Recorded, found: Sequence[Mapping[str, Any]]) -> tuple[Recorded, ...]:
    """The corrections of an event that changed a field, from what the state would be after each."""
    return tuple(
        correction
        for correction, (was, then) in zip(recorded.corrected_by, pairwise(found), strict=True)
        if was.get(name) != then.get(name)
    )


def _as_corrected(before: Entry, recorded: Recorded, life: Life) -> Sequence[Mapping[str, Any]]:
    """What the state would be after the event as it was recorded, and then after each correction of it.

    Nothing where the event could not have happened so.
    """
    said = next(r for r in life.history if r.version == recorded.version) if recorded.corrected_by else recorded
    found = [_following(before, said)]
    for correction in recorded.corrected_by:
        said = amend(said, correction)
        found.append(_following(before, said))
    return found


def _following(before: Entry, recorded: Recorded) -> Mapping[str, Any]:
    try:
        return _with_plan(before.after(recorded))
    except IllegalTransition:
        return {}


def _taken_back(life: Life, reading: Reading) -> dict[str, list[Setting]]:
    """What events and corrections that were taken back had set, by field.

    As everywhere, what had not come about by then set nothing. A retraction counts as soon as it is known.
    """
    by = {
        version: recorded
        for recorded in life.history
        if isinstance(recorded.event, Retracted) and recorded.version not in life.withdrawn
        for version in (recorded.event.of, *recorded.event.along)
    }
    found: dict[str, list[Setting]] = {}
    if not by:
        return found
    # A correction that went with its event is told with it.
    corrections = [
        r
        for r in life.history
        if isinstance(r.event, Corrected) and r.version in by and by.get(r.event.of) is not by[r.version]
    ]
    for name, setting in _events_taken_back(life, reading, by, corrections):
        found.setdefault(name, []).append(setting)
    for correction in corrections:
        for name, setting in _correction_taken_back(life, reading, correction, by[correction.version]):
            found.setdefault(name, []).append(setting)
    return found


def _events_taken_back(
    life: Life, reading: Reading, by: Mapping[int, Recorded], apart: Sequence[Recorded]
) -> Iterator[tuple[str, Setting]]:
    """What events had set: the settings of the life with them, and without the corrections `apart`."""
    kept = [r for r in life.history if not isinstance(r.event, Retracted) and r not in apart]
    other = live(life.stream, kept)
    for before, recorded, after in _changes(other, reading):
        if recorded.version in by:
            for name, setting in _set(before, after, recorded, other):
                yield name, attrs.evolve(setting, taken_back_by=by[recorded.version])


def _correction_taken_back(
    life: Life, reading: Reading, correction: Recorded, back: Recorded
) -> Iterator[tuple[str, Setting]]:
    """What a correction had set: what it changed in the life as it was read when it had just been made."""
    then = live(life.stream, [r for r in life.history if r.version <= correction.version])
    for before, recorded, _ in _changes(then, reading):
        if recorded.version != correction.event.of or correction not in recorded.corrected_by:
            continue
        found = _as_corrected(before, recorded, then)
        old, (was, now) = _with_plan(before), found[-2:]
        for name in dict.fromkeys((*now, *was)):
            if was.get(name) != now.get(name):
                yield name, Setting(
                    value=now.get(name), overwrote=old.get(name), by=recorded,
                    corrected_by=_changing(name, recorded, found), taken_back_by=back,
                )  # fmt: skip


def _changes(life: Life, reading: Reading) -> Iterator[tuple[Entry, Recorded, Entry]]:
    """Each event of a life that counts, with what all before it and all up to it add up to."""
    illegal = {recorded.version for recorded, _ in life.illegal}
    entry = new_entry(life.stream)
    for recorded, after in steps(life.stream, [r for r in reading.counted(life) if r.version not in illegal]):
        yield entry, recorded, after
        entry = after
