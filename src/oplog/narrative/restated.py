"""A restatement as a document: what was told, what is told now, and why, with the events behind each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve, frozen

from oplog.domain.events import Corrected, FigureRestated, Retracted
from oplog.domain.when import When
from oplog.narrative.citations import source_of
from oplog.narrative.dates import Dates
from oplog.narrative.document import Paragraph, Section, Source, Statement, statements_of
from oplog.narrative.text import sentence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from oplog.narrative.document import Document
    from oplog.narrative.restatement import Restatement, StatementChange
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


@frozen
class _Told:
    """A restatement on its way into a document, in the words of the report."""

    restatement: Restatement

    def say(self, key: str, **slots: str) -> str:
        return self.restatement.present.locale.say(key, **slots)

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
        content = tuple(self._paragraph(change) for change in changes if change.why != "code")
        if not changes and self.restatement.reproduced:
            content = (Paragraph(statements=(self._statement("nothing", ground),)),)
        if content:
            yield Section(key="changes", title=self.say("restatement.changes"), content=content)
        if self.restatement.causes:
            position = str(self.restatement.publication.event.up_to)
            causes = tuple(
                self._statement(f"cause.{cause}", ground, **({"position": position} if cause == "events" else {}))
                for cause in self.restatement.causes
            )
            of_code = (self._of_code(change, ground) for change in changes if change.why == "code")
            paragraphs = (Paragraph(statements=causes), *of_code)
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

    def _statement(self, key: str, positions: tuple[int, ...], **slots: str) -> Statement:
        return Statement(text=sentence(self.say(f"restatement.{key}", **slots)), positions=positions)

    def _paragraph(self, change: StatementChange) -> Paragraph:
        told = list(self._then_and_now(change))
        positions = tuple(recorded.position for recorded in change.behind) or told[0].positions
        slots = {"events": self.say("lists.strong").join(map(self._event, change.behind))} if change.behind else {}
        told.append(self._statement(f"why.{change.why}", positions, **slots))
        place = change.now or change.then
        return Paragraph(statements=tuple(told), title=place.place if place else None)

    def _then_and_now(self, change: StatementChange) -> Iterator[Statement]:
        then, now = change.then, change.now
        if then and now and then.text == now.text:
            positions = tuple(sorted({*then.positions, *now.positions}))
            yield self._statement("same", positions, text=now.text)
            yield self._statement("other_grounds", positions)
            return
        positions = then.positions if then else now.positions if now else ()
        yield self._statement("then", positions, text=then.text) if then else self._statement("not_then", positions)
        positions = now.positions if now else positions
        yield self._statement("now", positions, text=now.text) if now else self._statement("not_now", positions)

    def _of_code(self, change: StatementChange, ground: tuple[int, ...]) -> Paragraph:
        told = []
        if change.number is not None:
            told.append(self._statement("numbered", ground, number=str(change.number)))
        now = change.now
        told.append(self._statement("now", now.positions, text=now.text) if now else self._statement("not_now", ground))
        return Paragraph(statements=tuple(told), title=now.place if now else None)

    def _event(self, recorded: Recorded) -> str:
        event = recorded.event
        place = {
            "stream": recorded.stream,
            "position": str(recorded.position),
            "day": self.day(recorded.recorded_at.date()),
        }
        if isinstance(event, Retracted):
            return self.say("restatement.event.retracted", why=event.why.rstrip(". "), **place)
        if isinstance(event, Corrected):
            return self.say("restatement.event.corrected", why=event.why.rstrip(". "), field=event.field, **place)
        if isinstance(event, FigureRestated) and event.reason:
            return self.say("restatement.event.restated", why=event.reason.rstrip(". "), **place)
        name = recorded.name.partition(".")[2].replace("-", " ")
        return self.say("restatement.event.plain", name=name, **place)
