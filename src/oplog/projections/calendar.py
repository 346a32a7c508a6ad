"""The calendar: what is planned and what is due, as promised now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from attrs import frozen

from oplog.domain import events
from oplog.domain.lifecycle import NO_LONGER_EVALUATED, Status
from oplog.domain.when import When  # noqa: TC001 - rows are stored by their type hints
from oplog.projections.register import MOVING, Entry
from oplog.projections.register import apply as register

if TYPE_CHECKING:
    from oplog.recorded import Recorded

READS = frozenset((*MOVING, events.OutlookRecorded, events.ActionAsked, events.ActionAnswered))

What = Literal["planned", "evaluation", "resumption", "end", "outlook", "action"]


@frozen(kw_only=True)
class Appointment:
    """Something that is to come, or should have come.

    `when` is None when no date is set. `text` is what was said of an outlook, or what an action asks, None for the
    rest; `action` and `by` are the name of an action and who asked it, None for all else and where nobody said.
    `positions` are the events that the promise rests on, and the corrections made to them.
    """

    stream: str
    title: str
    what: What
    when: When | None
    text: str | None = None
    positions: tuple[int, ...] = ()
    action: str | None = None
    by: str | None = None


@frozen
class Draft:
    """The register so far, and by stream the positions that promises and actions rest on, and the outlooks."""

    entries: dict[str, Entry]
    rests_on: dict[tuple[str, What], tuple[int, ...]]
    outlooks: dict[str, list[tuple[events.OutlookRecorded, tuple[int, ...]]]]
    asked: dict[tuple[str, str], tuple[int, ...]]


_SETS: dict[type, What] = {
    events.Planned: "planned",
    events.Rescheduled: "planned",
    events.Postponed: "planned",
    events.Reinstated: "planned",
    events.Suspended: "resumption",
    events.Extended: "end",
    events.EvaluationDue: "evaluation",
    events.EvaluationDeferred: "evaluation",
}


def begin() -> Draft:
    """An empty calendar."""
    return Draft({}, {}, {}, {})


def apply(draft: Draft, recorded: Recorded) -> None:
    """Take one event in."""
    register(draft.entries, recorded)
    what = _SETS.get(type(recorded.event))
    if what:
        draft.rests_on[recorded.stream, what] = recorded.rests_on
    if isinstance(recorded.event, events.Suspended):
        draft.rests_on.pop((recorded.stream, "end"), None)  # its date is that of the resumption now
    if isinstance(recorded.event, events.OutlookRecorded):
        draft.outlooks.setdefault(recorded.stream, []).append((recorded.event, recorded.rests_on))
    if isinstance(recorded.event, events.ActionAsked):
        draft.asked[recorded.stream, recorded.event.action] = recorded.rests_on


def finish(draft: Draft) -> tuple[Appointment, ...]:
    """What is to come, earliest first; what has no date comes last."""
    found: list[Appointment] = []
    for stream, entry in draft.entries.items():
        for what, when in _promises(entry.state):
            rests_on = draft.rests_on.get((stream, what), ())
            if what == "end" and not rests_on:
                continue  # the date is that of a suspension, and it was relaunched instead of resumed
            found.append(Appointment(stream=stream, title=entry.title, what=what, when=when, positions=rests_on))
        for outlook, positions in draft.outlooks.get(stream, []):
            found.append(
                Appointment(
                    stream=stream,
                    title=entry.title,
                    what="outlook",
                    when=outlook.when,
                    text=outlook.text,
                    positions=positions,
                )
            )
        found += (
            Appointment(
                stream=stream,
                title=entry.title,
                what="action",
                when=asked.when,
                text=asked.asked,
                positions=draft.asked[stream, asked.action],
                action=asked.action,
                by=asked.by,
            )
            for asked in entry.state.open_actions
        )
    return tuple(sorted(found, key=order))


def order(item: Appointment) -> tuple[Any, ...]:
    """By date; what has none comes last."""
    return (item.when is None, item.when, item.stream, item.what)


def _promises(state: Any) -> list[tuple[What, When | None]]:
    found: list[tuple[What, When | None]] = []
    if state.status in (Status.PLANNED, Status.POSTPONED):
        found.append(("planned", state.when))
    if state.status is Status.SUSPENDED:
        found.append(("resumption", state.until))
    if state.status is Status.UNDER_WAY and state.until:
        found.append(("end", state.until))
    if state.evaluation_due and state.status not in NO_LONGER_EVALUATED:
        found.append(("evaluation", state.evaluation_due))
    return found
