"""How things stand when nothing changed in the window: they go on, they are planned, they rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.domain import events
from oplog.domain.lifecycle import Status
from oplog.narrative import phrases
from oplog.narrative.clauses import accompanied, agent, at, led, words
from oplog.narrative.english.nouns import capital, is_plural
from oplog.narrative.opening import cause_of, repeats_of, subject_of, with_front

if TYPE_CHECKING:
    from oplog.narrative.tale import Tale


def tell_standing(tale: Tale) -> None:
    """How it stands, when nothing changed in the window."""
    status = tale.state.status
    if status is Status.UNDER_WAY:
        _continues(tale)
    elif status is Status.PLANNED:
        _tell_plan(tale)
    elif status in phrases.STANDING:
        verb = phrases.STANDING[status].format(s="" if tale.noun.plural else "s")
        rests_on = [r for r in tale.known if type(r.event) in phrases.VERBS]
        tale.tell(f"{subject_of(tale, known=True)} {verb}", rests_on, "lead")


def _continues(tale: Tale) -> None:
    """It goes on: told of the team that leads it, where a team is named, else of itself."""
    plan = tale.plan
    rest = words(repeats_of(tale), at(tale.state.place), accompanied(tale.state.partners))
    team = agent(plan.lead)
    if team:
        team = capital(team)
        many = is_plural(team)
        subject = tale.noun
        what = (
            subject.first(known=True)
            if subject.article or subject.named
            else f"{'their' if many else 'its'} {subject.bare}"
        )
        tale.takes_aim = True
        tale.tell(words(team, "continue" if many else "continues", what, rest), [tale.planned], "lead")
        return
    tale.takes_aim = not plan.lead
    verb = phrases.CONTINUES[tale.nature].format(s="" if tale.noun.plural else "s")
    body = words(subject_of(tale, known=True), verb, rest)
    tale.tell(f"{body}, {led(plan.lead)}" if plan.lead else body, [tale.planned], "lead")


def _tell_plan(tale: Tale) -> None:
    plan, when = tale.plan, tale.state.when
    front = cause_of(tale, [])
    rests_on = [tale.planned, *(r for r in tale.before if isinstance(r.event, events.Rescheduled))]
    audience = f", for {plan.audience}" if plan.audience else ""
    place, partners = at(plan.place), accompanied(plan.partners)
    if when is None:
        body = words(subject_of(tale), "are" if tale.noun.plural else "is", "planned", partners, place) + audience
        body += "; no date has yet been set"
    elif tale.windows.coming(when):
        be = "are" if tale.noun.plural else "is"
        body = words(subject_of(tale), be, "planned for", tale.windows.dates.to(when), partners, place) + audience
    else:
        body = words(subject_of(tale), tale.was, "planned for", tale.windows.dates.to(when), partners, place) + audience
        body += "; no outcome has been recorded"
    if plan.lead:
        body += f", {led(plan.lead)}" if ";" not in body else ""
    tale.tell(with_front(tale, front, body), rests_on, "lead")
