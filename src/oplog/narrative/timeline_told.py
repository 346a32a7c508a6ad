"""The words of the timeline: what each item is, its date, and both in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.domain.when import When
from oplog.narrative.clauses import because
from oplog.narrative.course import Step, is_exact
from oplog.narrative.document import Statement
from oplog.narrative.text import capital, sentence
from oplog.narrative.timeline import Item, Kind, Wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from oplog.domain.values import Cause
    from oplog.narrative.locale import Locale
    from oplog.narrative.tale import Tale

KINDS: tuple[Kind, ...] = (
    "planned",
    "moved",
    "postponed",
    "cancelled",
    "held",
    "under_way",
    "suspended",
    "ended",
    "evaluated",
    "due",
)
"""The kinds of items, in the order of the key."""


def wording(locale: Locale, used: Iterable[Kind]) -> Wording:
    """The words of a picture with items of these kinds."""
    say, used = locale.say, set(used)
    columns = ("activity", "what", "when", "cause", "paragraph")
    return Wording(
        title=say("labels.timeline.title"),
        key=tuple((kind, say(f"timeline.key.{kind}")) for kind in KINDS if kind in used),
        vague=say("timeline.key.vague"),
        instead=say("timeline.key.instead"),
        cause=say("timeline.key.cause"),
        today=say("timeline.key.today"),
        ahead=say("timeline.key.ahead"),
        columns=tuple(say(f"labels.timeline.{column}") for column in columns),
        months=locale.words("timeline.months"),
    )


def item_of(tale: Tale, step: Step, title: str, letters: Mapping[Cause, str], places: Mapping[int, int]) -> Item:
    """The step as it stands in a timeline; `places` has the place on the track of each step, by its identity."""
    say, cause = tale.locale.say, step.cause
    key = _key(tale, step)
    number = say("timeline.some") if step.number is None else tale.locale.count(step.number)
    what, why = say(f"timeline.what.{key}", number=number), because(tale.locale, cause, step.event)
    told = f"timeline.told.{key}"
    text = getattr(step.rests_on[-1].event, "text", None)
    if isinstance(text, str):
        told = "timeline.told.text"
    elif told not in tale.locale.values:
        told = "timeline.told.other"
    slots = {"title": title, "what": what, "receiver": step.to, "because": why, "text": text or ""}
    dates = {"on": _on(tale, step), "to": tale.windows.dates.to(step.begin)}
    return Item(
        kind=step.kind,
        first=step.first,
        last=step.last,
        exact=step.exact,
        what=capital(what),
        when=capital(tale.windows.dates.plain(step.begin) if step.begin == step.end else _stretch(tale, step)),
        told=Statement(text=sentence(say(told, **slots, **dates)), positions=positions_of([step])),
        sure_from=None if step.exact else step.sure_from,
        sure_to=None if step.exact else step.sure_to,
        why=capital(why) or None,
        cause=letters.get(cause) if cause is not None else None,
        instead_of=places.get(id(step.instead_of)) if step.instead_of is not None else None,
    )


def _key(tale: Tale, step: Step) -> str:
    """The key of its words: of a date that went by, they say so."""
    if tale.windows.coming(step.begin):
        return step.what
    if step.what == "planned":
        gone_by = step.begin.latest <= tale.windows.until and not tale.outcomes(step.begin)
        return "no_outcome" if gone_by else "planned"
    overdue = f"{step.what}_overdue"
    return overdue if f"timeline.what.{overdue}" in tale.locale.values else step.what


def _on(tale: Tale, step: Step) -> str:
    """When, after a verb: "on 31 May", "since 31 May", "from 3 to 5 May"."""
    begin, end = step.begin, step.end
    if begin == end or (end is not None and step.exact and begin.earliest == end.latest):
        return tale.windows.dates.on(begin)
    stretch = _stretch(tale, step)
    closed = step.first is not None and step.last is not None
    return tale.locale.say("timeline.from_stretch", stretch=stretch) if closed else stretch


def _stretch(tale: Tale, step: Step) -> str:
    """From when to when, on its own: "since 31 May", "3 to 5 May", "August to 11 November"."""
    say, to, begin, end = tale.locale.say, tale.windows.dates.to, step.begin, step.end
    if step.first is None:
        return say("timeline.until", end=to(end)) if end is not None and step.last else say("timeline.throughout")
    if end is None or step.last is None:
        return to(begin) if begin.is_open else say("timeline.since", begin=to(begin))
    if is_exact(begin) and is_exact(end):
        return tale.windows.dates.plain(When.of(begin.earliest, end.latest))
    return say("timeline.stretch", begin=to(begin), end=to(end))


def positions_of(steps: Iterable[Step]) -> tuple[int, ...]:
    """The positions of all that some steps rest on, ascending."""
    return tuple(sorted({r.position for step in steps for r in step.rests_on}))
