"""Matters arising: the actions asked of those who report, what was carried forward, and what is overdue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from oplog.domain import events
from oplog.domain.recurrence import Term
from oplog.narrative.carried import carried_forward, key, overdue, was_known
from oplog.narrative.coming import what_comes
from oplog.narrative.document import Column, Listing, Paragraph, Section, Statement, Table
from oplog.narrative.matter import full_day
from oplog.narrative.repetition import term
from oplog.narrative.sections.became import became_of
from oplog.narrative.text import sentence

if TYPE_CHECKING:
    from oplog.narrative.carried import Overdue
    from oplog.narrative.document import Content
    from oplog.narrative.locale import Locale
    from oplog.narrative.report import Report
    from oplog.recorded import Recorded


def build(report: Report) -> Section | None:
    """A section for each of the three that has something to tell; None where none has."""
    say = report.locale.say
    parts: tuple[tuple[str, tuple[Content, ...]], ...] = (
        ("actions", _actions(report)),
        ("carried", _carried(report)),
        ("overdue", _overdue(report)),
    )
    content = tuple(
        Section(key=f"arising/{part}", title=say(f"labels.arising.{part}"), content=told)
        for part, told in parts
        if told
    )
    return Section(key="arising", title=say("labels.arising.title"), content=content) if content else None


@frozen
class _Action:
    """An action that was asked, and its answer; None while there is none."""

    asked: Recorded
    answer: Recorded | None


def _asked(report: Report) -> list[_Action]:
    """The actions that were open before the window, and those that were asked in it, in the order of asking."""
    planned = {r.stream for r in report.known if isinstance(r.event, events.Planned)}
    asked: dict[tuple[str, str], Recorded] = {}
    answers: dict[tuple[str, str], Recorded] = {}
    for recorded in report.known:
        if isinstance(recorded.event, events.ActionAsked) and recorded.stream in planned:
            asked[recorded.stream, recorded.event.action] = recorded
        elif isinstance(recorded.event, events.ActionAnswered):
            answers[recorded.stream, recorded.event.action] = recorded
    found = [_Action(one, answers.get(name)) for name, one in asked.items()]
    return [action for action in found if action.answer is None or not was_known(action.answer, report.windows)]


def _actions(report: Report) -> tuple[Paragraph, ...]:
    """Each action with its answer, or that it has none; one that is overdue says for how long."""
    late = {key(one.matter): one for one in overdue(report)}
    paragraphs = []
    for action in sorted(_asked(report), key=lambda a: a.asked.position):
        asked, answer, say = action.asked, action.answer, report.locale.say
        told = [Statement(text=_question(report, asked), positions=(asked.position,))]
        if answer is not None:
            told.append(Statement(text=sentence(answer.event.text), positions=(answer.position,)))
        else:
            one = late.get((asked.stream, "action", asked.event.action))
            length = "" if one is None else _length(report.locale, one.days)
            text = say("arising.no_answer", length=length)
            told.append(Statement(text=sentence(text), positions=(asked.position,)))
        title = say("labels.arising.action", name=asked.event.action)
        paragraphs.append(Paragraph(title=title, statements=tuple(told)))
    return tuple(paragraphs)


def _question(report: Report, asked: Recorded) -> str:
    locale, dates, event = report.locale, report.windows.dates, asked.event
    paragraph = report.numbers.get(asked.stream, "")
    title = next(r.event for r in report.known if r.stream == asked.stream and isinstance(r.event, events.Planned))
    slots = {
        "on": dates.on(asked.effective) if asked.effective else "",
        "force": report.configuration.force or locale.say("labels.force"),
        "asked": locale.grammar.aim(event.asked),
        "due": dates.to(event.when) if event.when else "",
        "name": "" if paragraph else locale.grammar.noun(title.title, title.plural).definite(),
        "paragraph": paragraph,
    }
    if event.by:
        return sentence(locale.say("arising.asked", by=event.by, **slots))
    return sentence(locale.say("arising.was_asked", **slots))


def _carried(report: Report) -> tuple[Table, ...]:
    """A table of what was open before the window, but for the actions, which are told in words."""
    carried = [matter for matter in carried_forward(report) if matter.then.what != "action"]
    if not carried:
        return ()
    say = report.locale.say
    columns = ("matter", "due", "became")
    lead, last = say("labels.arising.carried_lead"), report.windows.last
    if last is not None:
        lead = say("labels.arising.carried_last", dated=full_day(report.windows, last.dated.earliest))
    return (
        Table(
            lead=lead,
            columns=(
                *(Column(title=say(f"labels.arising.{column}")) for column in columns),
                Column(title=say("labels.forward.paragraph")),
            ),
            rows=tuple(became_of(report, matter) for matter in carried),
        ),
    )


def _overdue(report: Report) -> tuple[Listing, ...]:
    """A sentence for each matter that is overdue, but for the actions."""
    items = tuple(_late(report, one) for one in overdue(report) if one.matter.what != "action")
    return (Listing(items=items),) if items else ()


def _late(report: Report, one: Overdue) -> Statement:
    locale, item = report.locale, one.matter
    dates, paragraph = report.windows.dates, report.numbers.get(item.stream, "")
    slots = {
        "what": what_comes(item, locale, known=True),
        "length": _length(locale, one.days),
        "paragraph": paragraph,
    }
    if item.what == "planned":
        number = 2 if locale.grammar.noun(item.title).plural else 1
        text = locale.say("arising.no_outcome", number, to=dates.to(item.when) if item.when else "", **slots)
    else:
        text = locale.say("arising.overdue", on=dates.on(item.when) if item.when else "", **slots)
    return Statement(text=sentence(text), positions=item.positions)


def _length(locale: Locale, days: int) -> str:
    """So many days as people say it: to the day below four weeks, then in whole weeks, months and years."""
    if days < 28:
        return term(locale, Term(f"P{days}D"))
    weeks, over = divmod(days, 7)
    if days < 92:
        length = term(locale, Term(f"P{weeks}W"))
        return locale.say("arising.more_than", length=length) if over else length
    months = days * 12 // 366
    length = term(locale, Term(f"P{months}M" if months < 24 else f"P{months // 12}Y"))
    return locale.say("arising.more_than", length=length)
