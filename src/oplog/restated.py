"""A restatement as a document: what was told, what is told now, and why, with the events behind each."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from oplog.domain.events import Corrected, FigureRestated, Retracted
from oplog.narrative.citations import source_of
from oplog.narrative.document import Document, Paragraph, Section, Statement
from oplog.narrative.matter import full_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from oplog.narrative.told import ToldStatement
    from oplog.recorded import Recorded
    from oplog.restatement import Restatement, StatementChange

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "title": "Restatement of the report {ref}",
        "report": "Report",
        "published": "Published",
        "activity": "Activity reported",
        "known": "Made from the log up to",
        "position": "position {position}",
        "since": "Events recorded since",
        "changed": "Statements changed",
        "nothing": "Nothing has changed in what this report told.",
        "changes": "What has changed",
        "code": "What the program tells otherwise",
        "reason": "The report is not reproduced as it was published: {reason}.",
        "then": "Then: {text}",
        "now": "Now: {text}",
        "not then": "Then: nothing was told.",
        "not now": "Now: nothing is told.",
        "same": "Then and now: {text}",
        "other grounds": "The words are the same, but rest on other events.",
        "numbered": "Statement {number} of the report as published.",
        "late events": "Changed by what was recorded since: {events}.",
        "corrections": "Changed by corrections: {events}.",
        "late events and corrections": "Changed by what was recorded since, and by corrections: {events}.",
        "other statements": "Follows from other changes in the report; no event behind this statement has changed.",
        "event": "{stream}, {name} (position {position}, recorded on {day})",
        "retracted": "an event of {stream} was taken back, {why} (position {position}, recorded on {day})",
        "corrected": "{field} of an event of {stream} was put right, {why} (position {position}, recorded on {day})",
        "restated": "{stream}, figure restated, {why} (position {position}, recorded on {day})",
    }
)


def tell_restatement(restatement: Restatement) -> Document:
    """The restatement as a document, to be rendered in any format; what is cited stands in its sources."""
    published = restatement.retold.publication
    event = published.event
    by_events = [change for change in restatement.changes if change.why != "code"]
    by_code = [change for change in restatement.changes if change.why == "code"]
    ground = (published.position,)
    content = tuple(_paragraph(change) for change in by_events)
    if not restatement.changes and restatement.retold.reproduced:
        content = (Paragraph(statements=(Statement(text=WORDS["nothing"], positions=ground),)),)
    sections = [Section(key="changes", title=WORDS["changes"], content=content)] if content else []
    if reasons := restatement.retold.reasons:
        told = tuple(Statement(text=WORDS["reason"].format(reason=one), positions=ground) for one in reasons)
        paragraphs = (Paragraph(statements=told), *(_of_code(change, published) for change in by_code))
        sections.append(Section(key="code", title=WORDS["code"], content=paragraphs))
    front = (
        (WORDS["report"], restatement.ref),
        (WORDS["published"], full_day(published.recorded_at.date())),
        (WORDS["activity"], f"{full_day(event.window.earliest)} to {full_day(event.window.latest)}"),
        (WORDS["known"], WORDS["position"].format(position=event.up_to)),
        (WORDS["since"], str(restatement.recorded_since)),
        (WORDS["changed"], str(len(restatement.changes))),
    )
    present = restatement.present
    sources = {source.position: source for source in (*restatement.retold.document.sources, *present.sources)}
    behind = {r.position: r for change in by_events for r in change.behind}
    cited = {p for section in sections for one in section.content for p in _positions(one)}
    sources |= {p: source_of(r) for p, r in behind.items()}
    # Its fields are digests and a configuration, which nobody reads beside a sentence.
    sources[published.position] = source_of(published, content=(("document", event.document),))
    return Document(
        title=WORDS["title"].format(ref=restatement.ref),
        date=present.date,
        language=present.language,
        front=front,
        sections=tuple(sections),
        sources=tuple(sources[p] for p in sorted(sources) if p in cited),
        head=present.head,
        author=present.author,
        marking=present.marking,
    )


def _positions(item: object) -> Iterator[int]:
    if isinstance(item, Paragraph):
        for statement in item.statements:
            yield from statement.positions


def _paragraph(change: StatementChange) -> Paragraph:
    then, now = change.then, change.now
    told = list(_then_and_now(then, now))
    positions = tuple(r.position for r in change.behind) or told[0].positions
    events = "; ".join(map(_event, change.behind))
    told.append(Statement(text=WORDS[change.why].format(events=events), positions=positions))
    place = now or then
    return Paragraph(statements=tuple(told), title=place.place if place else None)


def _then_and_now(then: ToldStatement | None, now: ToldStatement | None) -> Iterator[Statement]:
    if then and now and then.text == now.text:
        positions = tuple(sorted({*then.positions, *now.positions}))
        yield Statement(text=WORDS["same"].format(text=now.text), positions=positions)
        yield Statement(text=WORDS["other grounds"], positions=positions)
        return
    positions = then.positions if then else now.positions if now else ()
    yield Statement(text=WORDS["then"].format(text=then.text) if then else WORDS["not then"], positions=positions)
    positions = now.positions if now else positions
    yield Statement(text=WORDS["now"].format(text=now.text) if now else WORDS["not now"], positions=positions)


def _of_code(change: StatementChange, published: Recorded) -> Paragraph:
    told = []
    if change.number is not None:
        told.append(Statement(text=WORDS["numbered"].format(number=change.number), positions=(published.position,)))
    if change.now is None:
        told.append(Statement(text=WORDS["not now"], positions=(published.position,)))
    else:
        told.append(Statement(text=WORDS["now"].format(text=change.now.text), positions=change.now.positions))
    return Paragraph(statements=tuple(told), title=change.now.place if change.now else None)


def _event(recorded: Recorded) -> str:
    event = recorded.event
    words = {"why": "", "field": ""}
    key = "event"
    if isinstance(event, Retracted):
        key, words["why"] = "retracted", event.why.rstrip(". ")
    elif isinstance(event, Corrected):
        key, words["why"], words["field"] = "corrected", event.why.rstrip(". "), event.field
    elif isinstance(event, FigureRestated) and event.reason:
        key, words["why"] = "restated", event.reason.rstrip(". ")
    return WORDS[key].format(
        name=recorded.name.partition(".")[2].replace("-", " "),
        stream=recorded.stream,
        position=recorded.position,
        day=full_day(recorded.recorded_at.date()),
        **words,
    )
