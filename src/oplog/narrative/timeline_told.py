"""The words of the timeline: what each item is, its date, and both in a sentence."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from oplog.domain.when import When
from oplog.narrative.clauses import because
from oplog.narrative.course import Step, is_exact
from oplog.narrative.document import Statement
from oplog.narrative.english.nouns import capital, sentence
from oplog.narrative.english.numbers import count
from oplog.narrative.timeline import Item, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from oplog.domain.values import Cause
    from oplog.narrative.tale import Tale

KEY: MappingProxyType[Kind, str] = MappingProxyType(
    {
        "planned": "planned",
        "moved": "planned, then moved",
        "postponed": "planned, then postponed",
        "cancelled": "cancelled",
        "held": "held",
        "under way": "under way",
        "suspended": "suspended",
        "ended": "completed, handed over or decided",
        "due": "due or expected",
    }
)
WHAT = MappingProxyType(
    {
        "planned": "planned",
        "no outcome": "planned, with no outcome recorded",
        "moved": "moved to another date",
        "postponed": "postponed",
        "cancelled": "cancelled",
        "under way": "under way",
        "ran": "under way, then completed",
        "in a day": "carried out",
        "suspended": "suspended",
        "held": "held",
        "completed": "completed",
        "held as planned": "held, as planned",
        "completed as planned": "completed, as planned",
        "handed over": "handed over",
        "adopted": "adopted",
        "discontinued": "discontinued",
        "occurrences": "{number} held",
        "many occurrences": "{number} held",
        "occurrences cancelled": "{number} cancelled",
        "evaluated": "evaluated",
        "evaluation": "evaluation due",
        "resumption": "resumption due",
        "end": "end due",
        "evaluation moved": "evaluation deferred",
        "resumption moved": "resumption deferred",
        "end moved": "end deferred",
        "outlook": "expected",
        "evaluation overdue": "evaluation overdue",
        "resumption overdue": "resumption overdue",
        "end overdue": "end overdue",
    }
)
TOLD = MappingProxyType(
    {
        "planned": "{title}: planned for {to}",
        "no outcome": "{title}: planned for {to}, with no outcome recorded",
        "moved": "{title}: planned for {to}, then moved {because}",
        "postponed": "{title}: planned for {to}, then postponed {because}",
        "cancelled": "{title}: planned for {to}, then cancelled {because}",
        "ran": "{title}: under way {on}, then completed",
        "handed over": "{title}: handed over to {receiver} {on} {because}",
        "occurrences": "{title}: {number} held {on} {because}",
        "many occurrences": "{title}: {number} held {on}",
        "occurrences cancelled": "{title}: {number} cancelled {on} {because}",
    }
)
TOLD_OTHERWISE = "{title}: {what} {on} {because}"
WORDS = MappingProxyType(
    {
        "title": "Timeline",
        "vague": "at some time within",
        "instead": "takes the place of",
        "cause": "cause, and what it changed",
        "today": "date of this report",
        "ahead": "after the period reported",
        "some": "some",
        "from": "from {stretch}",
        "from to": "{begin} to {end}",
        "throughout": "throughout",
        "one shown": "The timeline shows one activity with dates {period}: {counted}",
        "shown": "The timeline shows {number} activities with dates {period}: {counted}",
        "period": "between {since} and {until} or ahead",
        "one undated": "One further activity has no date of its own or went on throughout",
        "undated": "A further {number} activities have no date of their own or went on throughout",
        "one crowded": "One more, of which there is less to tell, is left out to keep the timeline legible",
        "crowded": "Another {number}, of which there is less to tell, are left out to keep the timeline legible",
    }
)
COUNTED: tuple[tuple[tuple[Kind, ...], str, str], ...] = (
    (("held",), "one was held in whole or in part", "{number} were held in whole or in part"),
    (("under way", "ended"), "one was under way or ended", "{number} were under way or ended"),
    (("suspended",), "one was suspended", "{number} were suspended"),
    (("moved", "postponed", "cancelled"), "a date of one was {lost}", "dates of {number} were {lost}"),
    (("planned", "due"), "one has a date that is planned or due", "{number} have a date that is planned or due"),
)
"""What the description counts, in this order: activities with items of these kinds."""
COLUMNS = ("Activity", "What", "When", "Cause", "Paragraph")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def item_of(tale: Tale, step: Step, title: str, letters: Mapping[Cause, str], places: Mapping[int, int]) -> Item:
    """The step as it stands in a timeline; `places` has the place on the track of each step, by its identity."""
    windows, cause = tale.windows, step.cause
    what = step.what
    if what == "planned" and step.begin.latest <= windows.until and not windows.coming(step.begin):
        what = "no outcome"
    if f"{what} overdue" in WHAT and not windows.coming(step.begin):
        what = f"{what} overdue"
    number = WORDS["some"] if step.number is None else count(step.number)
    why = because(cause, step.event)
    on = windows.dates.on(step.begin) if step.begin is step.end else _stretch(tale, step, WORDS["from"])
    told = TOLD.get(what, TOLD_OTHERWISE).format(
        title=title,
        what=WHAT[what].format(number=number),
        number=number,
        on=on,
        to=windows.dates.to(step.begin),
        because=why,
        receiver=step.to,
    )
    if isinstance(text := getattr(step.rests_on[-1].event, "text", None), str):
        told = f"{title}: {text}"
    return Item(
        kind=step.kind,
        first=step.first,
        last=step.last,
        exact=step.exact,
        what=capital(WHAT[what].format(number=number)),
        when=capital(_when(tale, step)),
        told=Statement(text=sentence(told), positions=positions_of([step])),
        sure_from=None if step.exact else step.sure_from,
        sure_to=None if step.exact else step.sure_to,
        why=capital(why) or None,
        cause=letters.get(cause) if cause is not None else None,
        instead_of=places.get(id(step.instead_of)) if step.instead_of is not None else None,
    )


def _when(tale: Tale, step: Step) -> str:
    if step.begin is step.end:
        return tale.windows.dates.to(step.begin).removeprefix("the ")
    return _stretch(tale, step)


def _stretch(tale: Tale, step: Step, pattern: str = "{stretch}") -> str:
    """From when to when: "since 31 May", "3 to 5 May", "August to 11 November"; two dates stand in the pattern."""
    dates, begin, end = tale.windows.dates, step.begin, step.end
    if step.first is None:
        return dates.since(end) if end is not None and _closed(end) else WORDS["throughout"]
    if end is None or not _closed(end) or not _closed(begin):
        return dates.since(begin)
    if is_exact(begin) and is_exact(end):
        if begin.earliest == end.latest:
            return dates.on(begin) if pattern == WORDS["from"] else dates.to(begin)
        return pattern.format(stretch=dates.to(When.of(begin.earliest, end.latest)))
    return pattern.format(stretch=WORDS["from to"].format(begin=dates.to(begin), end=dates.to(end)))


def _closed(when: When) -> bool:
    return not when.is_open


def positions_of(steps: Iterable[Step]) -> tuple[int, ...]:
    """The positions of all that some steps rest on, ascending."""
    return tuple(sorted({r.position for step in steps for r in step.rests_on}))
