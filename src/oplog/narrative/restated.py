"""A restatement as a document: what was told, what is told now, and why, with the events behind each."""

from __future__ import annotations

from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

from attrs import define, evolve

from oplog.domain.when import When
from oplog.narrative.citations import source_of
from oplog.narrative.dates import Dates
from oplog.narrative.document import Paragraph, Section, Source, Statement, statements_of
from oplog.narrative.reasons import Reasons
from oplog.narrative.restatement import PUTTING_RIGHT
from oplog.narrative.text import sentence
from oplog.narrative.told import told_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from oplog.narrative.document import Content, Document
    from oplog.narrative.restatement import Restatement, StatementChange
    from oplog.narrative.told import ToldStatement
    from oplog.recorded import Recorded


def tell_restatement(restatement: Restatement) -> Document:
    """The restatement as a document, to be rendered in any format; what is cited stands in its sources."""
    told = _Told(restatement)
    sections = tuple(told.sections())
    present = restatement.present
    return evolve(
        present,
        title=told.say("restatement.title", ref=restatement.ref),
        front=told.front(),
        sections=sections,
        sources=told.sources(sections),
    )


@define(frozen=True, slots=False)
class _Told:
    """A restatement on its way into a document, in the words of the report."""

    restatement: Restatement

    def say(self, key: str, number: int | None = None, /, **slots: str) -> str:
        return self.restatement.present.locale.say(key, number, **slots)

    @property
    def dates(self) -> Dates:
        return Dates(self.restatement.present.locale)

    def day(self, day: date) -> str:
        return self.dates.plain(When.of(day))

    def front(self) -> tuple[tuple[str, str], ...]:
        published = self.restatement.publication
        window = published.event.window
        days = {"since": self.day(window.earliest), "until": self.day(window.latest)}
        rows = (
            ("report", self.restatement.ref),
            ("published", self.day(published.recorded_at.date())),
            ("activity", self.say("restatement.activity_days", **days)),
            ("known", self.say("restatement.position", position=str(published.event.up_to))),
            ("since", str(self.restatement.recorded_since)),
            ("changed", str(len(self.restatement.changes))),
        )
        return tuple((self.say(f"restatement.{key}"), value) for key, value in rows)

    def sections(self) -> Iterator[Section]:
        changes, ground = self.restatement.changes, (self.restatement.publication.position,)
        content: tuple[Content, ...] = tuple(self._parts([change for change in changes if change.why != "code"]))
        if not changes and self.restatement.reproduced:
            content = (Paragraph(statements=(self.statement("nothing", ground),)),)
        if content:
            yield Section(key="changes", title=self.say("restatement.changes"), content=content)
        if self.restatement.causes:
            position = str(self.restatement.publication.event.up_to)
            causes = tuple(
                self.statement(f"cause.{cause}", ground, **({"position": position} if cause == "events" else {}))
                for cause in self.restatement.causes
            )
            of_code = tuple(self._of_code(change, ground) for change in changes if change.why == "code")
            paragraphs = (Paragraph(statements=causes), *(Paragraph(statements=(one,)) for one in of_code))
            yield Section(key="code", title=self.say("restatement.code"), content=paragraphs)

    def sources(self, sections: tuple[Section, ...]) -> tuple[Source, ...]:
        """All that is cited, as it was known then, as it is known now, or as it changed something."""
        sources = (*self.restatement.sources, *self.restatement.present.sources)
        found = {source.position: source for source in sources}
        behind = (recorded for change in self.restatement.changes for recorded in change.behind)
        found |= {recorded.position: source_of(recorded, self.dates) for recorded in behind}
        published = self.restatement.publication
        # Its fields are digests and a configuration, which nobody reads beside a sentence.
        content = ((self.say("restatement.document"), published.event.digest),)
        found[published.position] = source_of(published, self.dates, content)
        cited = {position for item in statements_of(sections) for position in item.positions}
        return tuple(found[position] for position in sorted(found) if position in cited)

    def statement(self, key: str, positions: tuple[int, ...], many: int | None = None, /, **slots: str) -> Statement:
        return Statement(text=sentence(self.say(f"restatement.{key}", many, **slots)), positions=positions)

    def _parts(self, changes: list[StatementChange]) -> Iterator[Section]:
        """The changes of each part of the report, under its heading."""
        numbered = {_said(change): self._number(change) for change in changes if self._number(change)}
        for key, members in groupby(changes, key=_part):
            part = list(members)
            likewise = [one for one in part if not self._number(one) and _said(one) in numbered]
            grounds = [one for one in part if one not in likewise and _only_grounds(one)]
            rest = [one for one in part if one not in likewise and one not in grounds]
            # Paragraphs are told by the numbers that the readers have before them.
            rest.sort(key=lambda one: _order(self._number(one)))
            content = [self._paragraph(list(group)) for _, group in groupby(rest, key=_told_with)]
            if likewise:
                numbers = sorted({numbered[_said(one)] for one in likewise}, key=_order)
                paragraphs = self.say("restatement.paragraphs", len(numbers), numbers=self.listed(numbers))
                content.append(self._counted("likewise", likewise, paragraphs=paragraphs))
            if grounds:
                content.append(self._counted("other_grounds", grounds))
            there = self.restatement.present.section(key) or self.restatement.then.section(key)
            yield Section(key=f"changes/{key}", title=there.title if there else key, content=tuple(content))

    def listed(self, items: list[str]) -> str:
        return self.restatement.present.locale.listed(items)

    def _counted(self, key: str, changes: list[StatementChange], **slots: str) -> Paragraph:
        """Changes of which only the number is told."""
        told = [one for change in changes for one in (change.then, change.now) if one]
        positions = tuple(sorted({position for one in told for position in one.positions}))
        number = self.restatement.present.locale.count(len(changes))
        return Paragraph(statements=(self.statement(key, positions, len(changes), number=number, **slots),))

    def _number(self, change: StatementChange) -> str:
        """The number of the paragraph, as it was published if it was; "" where it has none."""
        told = change.then or change.now
        return (told and (self._numbers.get(told.key) or told.number)) or ""

    @cached_property
    def _numbers(self) -> dict[tuple[str, str], str]:
        return {one.key: one.number for one in told_in(self.restatement.then) if one.number}

    def _paragraph(self, changes: list[StatementChange]) -> Paragraph:
        """Changes of one paragraph that the same events made: what it said, what it would say, and why."""
        told: list[Statement] = []
        for change in changes:
            told += self._then_and_now(change, again=bool(told))
        first, behind = changes[0], changes[0].behind
        positions = tuple(recorded.position for recorded in behind) or told[-1].positions
        late = not any(isinstance(recorded.event, PUTTING_RIGHT) for recorded in behind)
        if not behind:
            told.append(self.statement("elsewhere", positions))
        elif late and all(change.then is None for change in changes):
            told.append(self.statement("learned", positions, days=self._days(behind)))
        else:
            reasons = Reasons(self.restatement, self.dates).told(first)
            told.append(self.statement("because", positions, reasons=self.listed(reasons)))
        place = first.now or first.then
        run_in = place.section.partition(", ")[2] if place and not self._number(first) else ""
        return Paragraph(statements=tuple(told), title=run_in or None)

    def _days(self, behind: tuple[Recorded, ...]) -> str:
        days = dict.fromkeys(recorded.recorded_at.date() for recorded in behind)
        return self.listed([self.day(day) for day in sorted(days)])

    def _then_and_now(self, change: StatementChange, *, again: bool) -> Iterator[Statement]:
        then, now, number = change.then, change.now, self._number(change)
        if then is not None:
            place = self._place(then, number, again=again)
            yield self.statement("then", then.positions, text=then.said if then.row else then.text, place=place)
            if now is not None:
                yield self.statement("now", now.positions, text=now.said if now.row else now.text)
            else:
                yield self.statement("row_gone" if then.row else "not_now", then.positions)
        elif now is not None and now.row:
            yield self.statement("row_added", now.positions, text=now.said)
        elif now is not None and number and now.key not in self._numbers and not again:
            yield self.statement("added", now.positions, text=now.text, number=number)
        elif now is not None:
            place = self._place(now, number, again=again)
            yield self.statement("besides", now.positions, text=now.text, place=place)

    def _place(self, told: ToldStatement, number: str, *, again: bool) -> str:
        """Where it stands, as the subject of a sentence."""
        if told.row:
            return self.say("restatement.at.row")
        if again:
            return self.say("restatement.at.it")
        return self.say("restatement.at.paragraph", number=number) if number else self.say("restatement.at.part")

    def _of_code(self, change: StatementChange, ground: tuple[int, ...]) -> Statement:
        now, number = change.now, None if change.number is None else str(change.number)
        if now is None:
            return self.statement("code_not_now", ground, number=number or "")
        if number is None:
            return self.statement("code_added", now.positions, text=now.text)
        return self.statement("code_now", now.positions, text=now.text, number=number)


def _order(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in number.split(".") if part.isdecimal())


def _part(change: StatementChange) -> str:
    """The key of the part of the report in which a statement stands."""
    told = change.now or change.then
    return told.key[0].partition("/")[0] if told else ""


def _said(change: StatementChange) -> tuple[str | None, str | None]:
    """What was told, and what would be: alike wherever the report tells it."""
    return change.then.said if change.then else None, change.now.said if change.now else None


def _only_grounds(change: StatementChange) -> bool:
    """Whether the words are the same, and only the events that they rest on are others."""
    return change.then is not None and change.now is not None and change.then.said == change.now.said


def _told_with(change: StatementChange) -> tuple[object, ...]:
    """What changes have in common that are told together."""
    told = change.now or change.then
    return told and told.key, change.behind, told.text if told and told.row else None
