"""The course of one activity in time: the dates that it had, lost and got, what took place, and what it lasted.

What has no date in the world has no place on a timeline: when it was recorded says nothing of when it was.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from attrs import define, field

from oplog.domain import events
from oplog.domain.campaign import Relaunched
from oplog.domain.content import Nature
from oplog.domain.lifecycle import NO_LONGER_EVALUATED, Status, spoken
from oplog.domain.pilot import Adopted, Discontinued
from oplog.domain.when import Kind as Shape
from oplog.domain.when import When
from oplog.narrative.coming import ends

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from oplog.domain.values import Cause
    from oplog.narrative.tale import Tale
    from oplog.narrative.timeline import Kind
    from oplog.recorded import Recorded

MOST_OCCURRENCES = 8
"""So many occurrences of one activity are shown each for itself; more become one stretch of time."""


@define(eq=False)
class Step:
    """An item of a timeline in the making.

    `what` is the key of its words. `begin` and `end` are the same `When` for what has one date; of what lasts, None at
    its end says that it goes on. `event` is the class that made it so, for the words of its `cause`. `number` counts
    occurrences, None where nobody did.
    """

    kind: Kind
    what: str
    begin: When
    end: When | None
    rests_on: list[Recorded]
    cause: Cause | None = None
    event: type = events.Planned
    instead_of: Step | None = None
    number: int | None = 1
    to: str = ""

    @property
    def lasts(self) -> bool:
        """Whether it is a stretch of time that began once and ended once."""
        return self.kind in ("under_way", "suspended")

    @property
    def first(self) -> date | None:
        """Its first day, None when it is open."""
        return self.begin.span.start.first if self.begin.span.start else None

    @property
    def last(self) -> date | None:
        """Its last day, None when it is open or goes on."""
        return self.end.span.end.last if self.end and self.end.span.end else None

    @property
    def exact(self) -> bool:
        """Whether it took up all the days between."""
        if self.what == "series":
            return False
        return is_exact(self.begin) and (self.end is None or is_exact(self.end))

    @property
    def sure_from(self) -> date | None:
        """Of what lasts, the day by which it had begun; None when that is its first, or was never noted."""
        return self.begin.span.end.last if self.lasts and self.first and self.begin.span.end else None

    @property
    def sure_to(self) -> date | None:
        """Of what lasts, the day until which it went on; None when that is its last, or it goes on."""
        return self.end.span.start.first if self.lasts and self.end and self.end.span.start else None


def is_exact(when: When) -> bool:
    """Whether a date means all of its days, and surely these."""
    points = (when.span.start, when.span.end)
    if when.kind is Shape.WEEK or not all(p and p.kind is Shape.DAY for p in points):
        return False
    return not any(p and (p.approximate or p.uncertain) for p in points)


def course_of(tale: Tale) -> list[Step]:
    """All that has a date of its own in the course of an activity, as it was known at the end of the window."""
    course = _Course(tale)
    for recorded in tale.known:
        course.take(recorded)
    return course.finish()


@define
class _Course:
    """What was noted so far.

    `promise` is the date that stands, `lost` the one that was put off or called off last, `lasting` what is going on,
    and `due` what was promised besides, by its key.
    """

    tale: Tale
    steps: list[Step] = field(factory=list)
    promise: Step | None = None
    lost: Step | None = None
    lasting: Step | None = None
    due: dict[str, Step] = field(factory=dict)

    def take(self, recorded: Recorded) -> None:
        """Take one event in."""
        take = _TAKES.get(type(recorded.event))
        if take is not None:
            take(self, recorded)

    def finish(self) -> list[Step]:
        """What was noted, with what still stood at the end."""
        state = self.tale.state
        shown = [step for step in self.steps if not (step.what == "outlook" and self._ended(step))]
        standing = [self.lasting, self.promise if state.status is not Status.CANCELLED else None]
        expected = {
            "resumption": state.status is Status.SUSPENDED,
            "end": state.status in (Status.UNDER_WAY, Status.SUSPENDED),
            "evaluation": state.status not in NO_LONGER_EVALUATED,
        }
        due = [step for what, step in self.due.items() if expected[what]]
        return _gathered([*shown, *(step for step in (*standing, *due) if step)])

    def _ended(self, outlook: Step) -> bool:
        """Whether what was announced has come about."""
        position = outlook.rests_on[0].position
        return any(ends(recorded, position, outlook.begin) for recorded in self.tale.known)

    def _add(self, recorded: Recorded, kind: Kind, what: str, when: When) -> Step:
        cause = getattr(recorded.event, "cause", None)
        step = Step(kind, what, when, when, [recorded], cause, type(recorded.event))
        self.steps.append(step)
        return step

    def _change(self, step: Step, recorded: Recorded, kind: Kind, what: str) -> None:
        """The step is of another kind now; a change without a cause of its own keeps that of the change before it."""
        cause = getattr(recorded.event, "cause", None)
        if cause is None and step.kind in ("postponed", "cancelled"):
            cause = step.cause
        else:
            step.event = type(recorded.event)
        step.kind, step.what, step.cause = kind, what, cause
        step.rests_on = [*step.rests_on, recorded]

    def plan(self, recorded: Recorded) -> None:
        event: events.Planned = recorded.event
        if event.when is not None:
            self.promise = Step("planned", "planned", event.when, event.when, [recorded], event.cause)

    def move(self, recorded: Recorded) -> None:
        """A new date takes the place of the one that stood, or of the one that was lost."""
        event: events.Rescheduled = recorded.event
        before = self.promise or self.lost
        if self.promise is not None:
            self._change(self.promise, recorded, "moved", "moved")
            self.steps.append(self.promise)
        elif self.lost is not None and self.lost.kind == "postponed":
            self._change(self.lost, recorded, "moved", "moved")
        self.promise = Step("planned", "planned", event.when, event.when, [recorded], instead_of=before)
        self.lost = None

    def postpone(self, recorded: Recorded) -> None:
        self._lose(recorded, "postponed")

    def cancel(self, recorded: Recorded) -> None:
        self._end(recorded)
        if not self._lose(recorded, "cancelled") and recorded.effective:
            self._add(recorded, "cancelled", "cancelled", recorded.effective)

    def reinstate(self, recorded: Recorded) -> None:
        """The date that was called off stands again."""
        if self.lost is not None and self.lost.kind == "cancelled":
            self.steps.remove(self.lost)
            self.promise, self.lost = self.lost, None
            self.promise.kind, self.promise.what, self.promise.cause = "planned", "planned", None
            self.promise.rests_on = [*self.promise.rests_on, recorded]

    def begin(self, recorded: Recorded) -> None:
        """It starts, or goes on; without a date of its own, when it was to."""
        self._end(recorded)
        promise = self.promise
        when = recorded.effective or (promise.begin if promise else None)
        if when is not None:
            self.lasting = Step(
                "under_way",
                "under_way",
                when,
                None,
                [*(promise.rests_on if promise else ()), recorded],
                recorded.event.cause,
                type(recorded.event),
                promise.instead_of if promise else self.lost,
            )
        self.promise = self.lost = None
        self.due.pop("resumption", None)

    def suspend(self, recorded: Recorded) -> None:
        event: events.Suspended = recorded.event
        self._end(recorded)
        if recorded.effective is not None:
            when = recorded.effective
            self.lasting = Step("suspended", "suspended", when, None, [recorded], event.cause, events.Suspended)
        self.due.pop("resumption", None)
        self._promise_also("resumption", event.until, recorded)

    def extend(self, recorded: Recorded) -> None:
        self._promise_also("end", recorded.event.until, recorded)

    def part(self, recorded: Recorded) -> None:
        """It passed to others, or the trial ended."""
        self._end(recorded)
        if recorded.effective is not None:
            step = self._add(recorded, "ended", spoken(type(recorded.event)).replace(" ", "_"), recorded.effective)
            step.to = getattr(recorded.event, "to", "")
        self.promise = None

    def hold(self, recorded: Recorded) -> None:
        if recorded.effective is not None:
            self._add(recorded, "held", "occurrences", recorded.effective).number = recorded.event.count
        self.promise = None

    def miss(self, recorded: Recorded) -> None:
        event: events.OccurrenceCancelled = recorded.event
        when = event.when or recorded.effective
        if when is not None:
            self._add(recorded, "cancelled", "missed", when).number = event.count

    def expect_evaluation(self, recorded: Recorded) -> None:
        self._promise_also("evaluation", recorded.event.when, recorded)

    def evaluate(self, recorded: Recorded) -> None:
        self.due.pop("evaluation", None)
        if recorded.effective is not None:
            self._add(recorded, "evaluated", "evaluated", recorded.effective)

    def look_ahead(self, recorded: Recorded) -> None:
        event: events.OutlookRecorded = recorded.event
        if event.when is not None and self.tale.windows.coming(event.when):
            self._add(recorded, "due", "outlook", event.when)

    def _lose(self, recorded: Recorded, kind: Kind) -> bool:
        """The date that stood holds no longer; whether there was one."""
        lost = self.promise or self.lost
        if lost is None:
            return False
        if self.promise is not None:
            self.steps.append(lost)
        self._change(lost, recorded, kind, "lost" if kind == "cancelled" else kind)
        self.promise, self.lost = None, lost
        return True

    def _end(self, recorded: Recorded) -> Step | None:
        """What lasted has ended; what did at an unknown time, or before it began, has no place."""
        lasting, when = self.lasting, recorded.effective
        self.lasting = None
        if lasting is None or when is None or (lasting.first is not None and when.latest < lasting.first):
            return None
        lasting.end = when
        lasting.rests_on = [*lasting.rests_on, recorded]
        self.steps.append(lasting)
        return lasting

    def complete(self, recorded: Recorded) -> None:
        """It came to its end; an event, and what was over in a day, was held."""
        nature, when = self.tale.nature, recorded.effective
        under_way = self.lasting is not None and self.lasting.kind == "under_way"
        lasted = self._end(recorded)
        if lasted is not None and under_way and lasted.first is not None:
            in_a_day = is_exact(lasted.begin) and lasted.begin == when
            if nature is Nature.EVENT and lasted.event is not events.Resumed:
                lasted.kind = lasted.what = "held"
            elif in_a_day:
                lasted.kind, lasted.what = "held", "in_a_day"
            else:
                lasted.what = "ran"
            return
        promise, self.promise = self.promise, None
        if when is None and promise is None:
            return
        kind: Kind = "held" if nature is Nature.EVENT else "ended"
        what = "held" if kind == "held" else "completed"
        if when is not None:
            step = self._add(recorded, kind, what, when)
            step.rests_on = [*(promise.rests_on if promise else ()), recorded]
            step.instead_of = promise.instead_of if promise else None
        elif promise is not None:
            self._change(promise, recorded, kind, f"{what}_as_planned")
            self.steps.append(promise)

    def _promise_also(self, what: str, when: When | None, recorded: Recorded) -> None:
        before = self.due.get(what)
        if when is None or (before is not None and before.begin == when):
            return
        if before is not None:
            self._change(before, recorded, "moved", f"{what}_moved")
            self.steps.append(before)
        cause = recorded.event.cause if what == "end" and before is None else None
        self.due[what] = Step("due", what, when, when, [recorded], cause, type(recorded.event), before)


_TAKES: Mapping[type, Callable[[_Course, Recorded], None]] = MappingProxyType(
    {
        events.Planned: _Course.plan,
        events.Rescheduled: _Course.move,
        events.Postponed: _Course.postpone,
        events.Cancelled: _Course.cancel,
        events.Reinstated: _Course.reinstate,
        events.Commenced: _Course.begin,
        Relaunched: _Course.begin,
        events.Resumed: _Course.begin,
        events.Suspended: _Course.suspend,
        events.Extended: _Course.extend,
        events.Completed: _Course.complete,
        events.HandedOver: _Course.part,
        Adopted: _Course.part,
        Discontinued: _Course.part,
        events.OccurrenceHeld: _Course.hold,
        events.OccurrenceCancelled: _Course.miss,
        events.EvaluationDue: _Course.expect_evaluation,
        events.EvaluationDeferred: _Course.expect_evaluation,
        events.Evaluated: _Course.evaluate,
        events.OutlookRecorded: _Course.look_ahead,
    }
)


def _gathered(steps: list[Step]) -> list[Step]:
    """With many occurrences as one stretch of time, in the order of their days."""
    held = [s for s in steps if s.what == "occurrences"]
    if len(held) > MOST_OCCURRENCES:
        first, last = min(s.begin for s in held), max((s.begin for s in held), key=lambda w: w.latest)
        whole = Step("held", "series", first, last, [r for s in held for r in s.rests_on])
        whole.number = sum(s.number or 1 for s in held)
        steps = [*(s for s in steps if s not in held), whole]
    return sorted(steps, key=_order)


def _order(step: Step) -> tuple[Any, ...]:
    return (step.begin.earliest, step.begin.latest, step.rests_on[0].position)
