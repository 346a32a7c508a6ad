"""How things stand when nothing changed in the window: they go on, they are planned, they rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.domain import events
from oplog.domain.content import Nature
from oplog.domain.lifecycle import Status
from oplog.narrative import phrases
from oplog.narrative.clauses import accompanied, at, led
from oplog.narrative.coming import appointments
from oplog.narrative.opening import (
    audience_of,
    cause_of,
    on_date,
    partners_of,
    repeats_of,
    subject_of,
    tell_lead,
    with_front,
)

if TYPE_CHECKING:
    from oplog.narrative.tale import Tale


def tell_standing(tale: Tale) -> None:
    """How it stands, when nothing changed in the window."""
    status = tale.state.status
    if status is Status.UNDER_WAY:
        _continues(tale)
    elif status is Status.PLANNED:
        _tell_plan(tale)
    elif status is Status.COMPLETED:
        _had_ended(tale)
    elif status in phrases.STANDING:
        rests_on = [r for r in tale.known if type(r.event) in phrases.VERBS]
        key = f"standing.{phrases.STANDING[status]}"
        tale.tell(tale.locale.say(key, tale.number, subject=subject_of(tale, known=True)), rests_on, "lead")


def tell_end_overdue(tale: Tale) -> None:
    """That it was to end by a day which has passed, where nobody recorded that it has."""
    if tale.state.status not in (Status.UNDER_WAY, Status.SUSPENDED):
        return  # nothing else has an end before it: to look for it folds the stream once more
    for item in appointments(tale.known):
        when = item.when
        if item.what != "end" or when is None or when.latest > tale.windows.until or tale.windows.coming(when):
            continue
        text = tale.locale.say("standing.end_overdue", tale.number, on=tale.windows.dates.on(when))
        tale.tell(text, [r for r in tale.known if r.position in item.positions], "due")


def _had_ended(tale: Tale) -> None:
    last = [r for r in tale.before if isinstance(r.event, events.Completed)][-1:]
    slots = {"subject": subject_of(tale, known=True), "on": on_date(tale, last[0].effective) if last else ""}
    if tale.nature is Nature.EVENT:
        body = tale.happened("standing.ended_", **slots)
    else:
        body = tale.locale.say("standing.ended_completed", tale.number, **slots)
    tale.tell(body, [tale.planned, *last], "lead")


def _continues(tale: Tale) -> None:
    """It goes on: told of the team that leads it, where a team is named, else of itself."""
    plan, locale = tale.plan, tale.locale
    repeats = repeats_of(tale)
    rest = {
        "repeats": repeats,
        "at": at(locale, tale.state.place),
        "company": accompanied(locale, partners_of(tale)),
    }
    team = locale.grammar.agent(plan.lead or "")
    tale.takes_aim = True
    if team and not (repeats and tale.nature is Nature.EVENT):
        number = 2 if locale.grammar.is_plural(team) else 1
        name = tale.noun
        by_itself = name.definite_by_itself
        what = name.first(known=True) if by_itself else locale.say("continues.own", number, what=name.bare)
        tale.tell(locale.say("continues.team", number, team=team, what=what, **rest), [tale.planned], "lead")
        return
    meets = bool(repeats and tale.participle and tale.noun.institution)
    apart = bool(plan.lead and rest["company"] and not meets)
    slots = {"subject": subject_of(tale, known=True), "led": "" if apart else led(locale, plan.lead), **rest}
    if meets:
        body = locale.say("continues.meets", tale.number, **slots)
    elif repeats and tale.participle:
        body = locale.say("continues.held", tale.number, participle=tale.participle, **slots)
    else:
        body = locale.say(f"continues.{phrases.CONTINUES[tale.nature]}", tale.number, **slots)
    tale.tell(body, [tale.planned], "lead")
    if apart:
        tell_lead(tale, plan.lead, tale.number, [tale.planned], "now")


def _is_to_lead(tale: Tale) -> str:
    people = led(tale.locale, tale.plan.lead)
    return tale.locale.say("people.to_be", people=people) if people else ""


def _tell_plan(tale: Tale) -> None:
    plan, when, locale = tale.plan, tale.state.when, tale.locale
    front = cause_of(tale, [])
    rests_on = [tale.planned, *(r for r in tale.before if isinstance(r.event, events.Rescheduled))]
    slots = {
        "subject": subject_of(tale),
        "company": accompanied(locale, partners_of(tale)),
        "at": at(locale, plan.place),
        "audience": audience_of(tale),
    }
    apart = False
    if when is None:
        body = locale.say("planned.undated", tale.number, **slots)
    else:
        apart = bool(plan.lead and (slots["audience"] or slots["company"]))
        slots |= {"date": tale.windows.dates.to(when), "led": "" if apart else _is_to_lead(tale)}
        if tale.windows.coming(when):
            key = "planned.coming"
        else:
            gone_by = "past" if tale.outcomes(when) else "no_outcome"
            key = f"planned.{'later' if when.latest > tale.windows.until else gone_by}"
        body = locale.say(key, tale.number, **slots)
    tale.tell(with_front(tale, front, body), rests_on, "lead")
    if apart:
        tell_lead(tale, plan.lead, tale.number, [tale.planned], "was_to_come" if tale.over else "to_come")
