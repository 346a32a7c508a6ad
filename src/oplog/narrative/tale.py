"""A tale: what one stream has to tell in a report, as statements with citations."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from attrs import define, field, frozen

from oplog.domain import events
from oplog.domain.content import Completion, Measured, Nature, Occurrence, Remeasured
from oplog.domain.lifecycle import Status
from oplog.narrative import phrases
from oplog.narrative.document import Statement
from oplog.narrative.text import capital, sentence
from oplog.narrative.window import Side, Windows, state_after
from oplog.projections import figures as projection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oplog.domain.when import When
    from oplog.narrative.grammar import Noun
    from oplog.narrative.locale import Locale
    from oplog.narrative.restated_figures import Restated
    from oplog.projections.figures import FigureRow
    from oplog.recorded import Recorded

Role = Literal["lead", "detail", "figure", "due", "text", "result", "outlook"]
"""What a statement does in its paragraph; a "result" says what came of it, in the recorder's words."""

TOGETHER = 30
"""Two details of no more words than this are told in one sentence."""
ENDED = (Status.COMPLETED, Status.CANCELLED, Status.HANDED_OVER, Status.DISCONTINUED)


def _is_undated_count(recorded: Recorded) -> bool:
    """Whether an event holds a figure that has no period but the reporting period in which it was recorded."""
    event = recorded.event
    if isinstance(event, (Measured, Remeasured)):
        return event.figure.period is None
    return isinstance(event, (Occurrence, Completion)) and recorded.effective is None


@frozen
class Told:
    """A statement in the making: its text, the positions that it rests on and its role in the paragraph."""

    text: str
    positions: tuple[int, ...]
    role: Role

    @property
    def statement(self) -> Statement:
        """It as it stands in the document."""
        return Statement(text=self.text, positions=self.positions)


@define(slots=False)
class Tale:
    """One stream seen through the windows of a report.

    `before` and `inside` are its events up to the end of the activity window, in order of position. `later` are those
    that came after what is told, where that was learned late (`oplog.narrative.late`). `statements` is
    what the parts of the narrative have told so far; `told_one` whether they opened with one of several occurrences,
    `takes_aim` whether the opening can still take its aim at its end ("was held at the Guildhall to ..."),
    `fronted` whether it begins with its cause, and `occurrences_told` whether the occurrences were told already.
    `restated` are the figures that the last report told otherwise, of what was learned late.
    """

    stream: str
    windows: Windows
    before: list[Recorded]
    inside: list[Recorded]
    later: list[Recorded] = field(factory=list)
    statements: list[Told] = field(factory=list)
    told_one: bool = False
    takes_aim: bool = False
    fronted: bool = False
    occurrences_told: bool = False
    _open: Told | None = None
    restated: list[Restated] = field(factory=list)

    @classmethod
    def of(cls, stream: str, recorded: Sequence[Recorded], windows: Windows) -> Tale:
        """Take the events of a stream that a report knows, sorted by the side of the window that they lie on."""
        inside = [windows.side(item) is Side.INSIDE for item in recorded]
        before = [item for item, is_in in zip(recorded, inside, strict=True) if not is_in]
        return cls(stream, windows, before, [item for item, is_in in zip(recorded, inside, strict=True) if is_in])

    @cached_property
    def known(self) -> list[Recorded]:
        """All events up to the end of the window, in order of position."""
        return sorted([*self.before, *self.inside, *self.later], key=lambda r: r.position)

    @cached_property
    def state(self) -> Any:
        """The state at the end of the window."""
        return state_after(self.stream, self.known)

    @cached_property
    def earlier(self) -> Any:
        """The state before the window."""
        return state_after(self.stream, self.before)

    @cached_property
    def figures(self) -> tuple[FigureRow, ...]:
        """All its figures up to the end of the window, those of earlier quarters too.

        Not those of earlier reporting periods that have no period of their own: they would be taken for this one's.
        """
        draft: projection.Draft = {}
        for recorded in self.known:
            if recorded in self.inside or not _is_undated_count(recorded):
                projection.apply(draft, recorded)
        return projection.finish(draft)

    @cached_property
    def planned(self) -> Recorded | None:
        """The event that planned it, None when it lies after the window or is missing."""
        return next((r for r in self.known if isinstance(r.event, events.Planned)), None)

    @cached_property
    def familiar(self) -> bool:
        """Whether an earlier report told of it: more had happened before the window than that it was set up."""
        return any(
            not isinstance(r.event, (events.Planned, events.PartOfLinked, events.MarkingChanged))
            and (r.effective is None or r.effective.span.start is not None)
            for r in self.before
        )

    @property
    def plan(self) -> events.Planned:
        """What was planned. Only for tales that have `planned`."""
        if self.planned is None:
            raise ValueError(f"{self.stream} was never planned")
        plan: events.Planned = self.planned.event
        return plan

    @property
    def theme(self) -> tuple[str, str]:
        """The keys of its theme and sub-heading, "" for none."""
        theme, _, heading = (self.plan.theme or "").partition("/")
        return theme, heading

    @cached_property
    def noun(self) -> Noun:
        """The title, ready for sentences."""
        return self.locale.grammar.noun(self.plan.title, self.plan.plural)

    @cached_property
    def nature(self) -> Nature:
        """What it is: as recorded, or as usual for its aggregate."""
        aggregate = self.stream.partition("/")[0]
        return self.plan.nature or phrases.DEFAULT_NATURE.get(aggregate, Nature.WORK)

    @property
    def over(self) -> bool:
        """Whether it has ended at the end of the window, or the date planned for it has gone by."""
        when = self.state.when
        gone_by = self.state.status is Status.PLANNED and when is not None and when.latest <= self.windows.until
        return self.state.status in ENDED or gone_by

    @property
    def locale(self) -> Locale:
        """The words of the report."""
        return self.windows.locale

    @property
    def number(self) -> int:
        """The grammatical number of its title: 1 for one, 2 for more."""
        return 2 if self.noun.plural else 1

    @property
    def tense(self) -> str:
        """The last part of the keys of phrases that have a tense: "past" when it is over."""
        return "past" if self.over else "now"

    @property
    def pronoun(self) -> str:
        """It or they; the plural title again where only one of many was told."""
        return capital(self.noun.bare) if self.told_one else self.locale.say("subject.pronoun", self.number)

    @property
    def participle(self) -> str | None:
        """What was done with it, "held", "given" or "carried out"; None of what takes place by itself."""
        return self.locale.grammar.participle(self.noun) if self.nature is Nature.EVENT else None

    def happened(self, keys: str, /, **slots: str) -> str:
        """The phrase for an event of its kind: the one of these keys that ends in "held", or in "took_place"."""
        if self.participle:
            return self.locale.say(f"{keys}held", self.number, participle=self.participle, **slots)
        return self.locale.say(f"{keys}took_place", self.number, **slots)

    def outcomes(self, when: When) -> list[Recorded]:
        """What was said in words to have come of it, at the time that was planned or after it."""
        outcomes = (r for r in self.known if isinstance(r.event, events.OutcomeRecorded))
        return [r for r in outcomes if r.last_day >= when.earliest]

    def select(self, *kinds: type) -> list[Recorded]:
        """The events of these classes in the window, in order of position."""
        return [r for r in self.inside if isinstance(r.event, kinds)]

    def tell_of_it(
        self, key: str, rests_on: Sequence[Recorded | None], number: int | None = None, /, **slots: str
    ) -> None:
        """Add a detail by the key of a phrase that has a pronoun.

        Where the statement before it began with the same pronoun and both are short, they are told as one.
        """
        locale, form = self.locale, self.number if number is None else number
        pronoun = slots.pop("pronoun", self.pronoun if form == self.number else locale.say("subject.pronoun", form))
        before, rest = self._open, locale.following(key, form, **slots)
        last = self.statements[-1] if self.statements else None
        if before is None or before is not last or rest is None or not before.text.startswith(f"{capital(pronoun)} "):
            self.tell(locale.say(key, form, pronoun=pronoun, **slots), rests_on, "detail")
            self._open = self.statements[-1] if rest is not None else None
            return
        joined = locale.joined(before.text.removesuffix("."), rest)
        if len(joined.split()) > TOGETHER:
            self.tell(locale.say(key, form, pronoun=pronoun, **slots), rests_on, "detail")
            self._open = self.statements[-1]
            return
        positions = sorted({*before.positions, *(r.position for r in rests_on if r is not None)})
        self.statements[-1] = Told(sentence(joined), tuple(positions), before.role)
        self._open = None

    def tell(self, text: str, rests_on: Sequence[Recorded | None], role: Role) -> None:
        """Add a statement that rests on these events; with none it rests on the plan."""
        positions = sorted({r.position for r in rests_on if r is not None})
        if not positions and self.planned:
            positions = [self.planned.position]
        self.statements.append(Told(sentence(text), tuple(positions), role))
