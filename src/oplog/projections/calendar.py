"""The calendar: what is planned and what is due, as promised now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from attrs import frozen

from oplog.domain import events
from oplog.domain.campaign import Relaunched
from oplog.domain.lifecycle import NO_LONGER_EVALUATED, Status
from oplog.domain.when import Kind, When
from oplog.projections.register import MOVING, EntryDraft
from oplog.projections.register import apply as register

if TYPE_CHECKING:
    from oplog.recorded import Recorded

READS = frozenset((*MOVING, events.OutlookRecorded, events.ActionAsked, events.ActionAnswered))

What = Literal["planned", "evaluation", "resumption", "end", "outlook", "action"]


@frozen(kw_only=True)
class Appointment:
    """Something that is to come, or should have come.

    An *end* is that of an extension or, where none was recorded, the day on which the planned term runs out, counted
    from the known day on which it commenced.
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
    """The register so far; by stream what promises, actions and plans rest on, the outlooks, and the ends of terms."""

    entries: dict[str, EntryDraft]
    rests_on: dict[tuple[str, What], tuple[int, ...]]
    outlooks: dict[str, list[tuple[events.OutlookRecorded, tuple[int, ...]]]]
    asked: dict[tuple[str, str], tuple[int, ...]]
    plans: dict[str, tuple[int, ...]]
    terms: dict[str, tuple[When, tuple[int, ...]]]


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
    return Draft({}, {}, {}, {}, {}, {})


def apply(draft: Draft, recorded: Recorded) -> None:
    """Take one event in."""
    register(draft.entries, recorded)
    _take_term(draft, recorded)
    what = _SETS.get(type(recorded.event))
    if what:
        draft.rests_on[recorded.stream, what] = recorded.rests_on
    if isinstance(recorded.event, events.Suspended):
        draft.rests_on.pop((recorded.stream, "end"), None)  # its date is that of the resumption now
    if isinstance(recorded.event, events.OutlookRecorded):
        draft.outlooks.setdefault(recorded.stream, []).append((recorded.event, recorded.rests_on))
    if isinstance(recorded.event, events.ActionAsked):
        draft.asked[recorded.stream, recorded.event.action] = recorded.rests_on


def _take_term(draft: Draft, recorded: Recorded) -> None:
    """The end that follows from the plan for what commences on a known day, and from an extension by some length."""
    stream, event = recorded.stream, recorded.event
    if isinstance(event, events.Planned):
        draft.plans[stream] = recorded.rests_on
    elif isinstance(event, (events.Commenced, Relaunched)):
        draft.terms.pop(stream, None)
        state, day = draft.entries[stream].now, recorded.effective
        exact = day is not None and day.kind is Kind.DAY and state.extended_by is None
        if exact and day is not None and state.plan is not None and state.plan.term is not None:
            end = When.of(state.plan.term.after(day.latest))
            draft.terms[stream] = (end, (*draft.plans.get(stream, ()), *recorded.rests_on))
    elif isinstance(event, events.Extended):
        known = draft.terms.pop(stream, None)
        if known is not None and event.until is None and event.term is not None:
            end = When.of(event.term.after(known[0].latest))
            draft.terms[stream] = (end, (*known[1], *recorded.rests_on))


def finish(draft: Draft) -> tuple[Appointment, ...]:
    """What is to come, in their order."""
    found: list[Appointment] = []
    for stream, drafted in draft.entries.items():
        entry = drafted.entry()
        for what, when in _promises(entry.state):
            rests_on = draft.rests_on.get((stream, what), ())
            if what == "end" and not rests_on:
                continue  # the date is that of a suspension, and it was relaunched instead of resumed
            found.append(Appointment(stream=stream, title=entry.title, what=what, when=when, positions=rests_on))
        if stream in draft.terms and entry.state.status is Status.UNDER_WAY and not entry.state.until:
            end, positions = draft.terms[stream]
            found.append(Appointment(stream=stream, title=entry.title, what="end", when=end, positions=positions))
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
    """By the day by which it is to be so, the latest that its date can mean; what has no date comes last."""
    by = None if item.when is None else item.when.certain
    return (item.when is None, by, item.when, item.stream, item.what)


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
