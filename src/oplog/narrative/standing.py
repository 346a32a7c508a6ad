"""How things stand when nothing changed in the window: they go on, they are planned, they rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.domain import events
from oplog.domain.content import Nature
from oplog.domain.lifecycle import Status
from oplog.narrative import phrases
from oplog.narrative.clauses import accompanied, agent, at, led, words
from oplog.narrative.english.nouns import capital, is_plural
from oplog.narrative.opening import cause_of, on_date, partners_of, repeats_of, subject_of, with_front

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
        verb = phrases.STANDING[status].format(s="" if tale.noun.plural else "s")
        rests_on = [r for r in tale.known if type(r.event) in phrases.VERBS]
        tale.tell(f"{subject_of(tale, known=True)} {verb}", rests_on, "lead")


def _had_ended(tale: Tale) -> None:
    last = [r for r in tale.before if isinstance(r.event, events.Completed)][-1:]
    happened = tale.happened if tale.nature is Nature.EVENT else f"{tale.was} completed"
    on = on_date(tale, last[0].effective) if last else ""
    body = f"{words(subject_of(tale, known=True), happened, on)}, before the period of this report"
    tale.tell(body, [tale.planned, *last], "lead")


def _continues(tale: Tale) -> None:
    """It goes on: told of the team that leads it, where a team is named, else of itself."""
    plan = tale.plan
    repeats = repeats_of(tale)
    rest = words(repeats, at(tale.state.place), accompanied(partners_of(tale)))
    team = agent(plan.lead)
    tale.takes_aim = True
    if team and not (repeats and tale.nature is Nature.EVENT):
        many = is_plural(team)
        name = tale.noun
        what = name.first(known=True) if name.article or name.named else f"{'their' if many else 'its'} {name.bare}"
        tale.tell(words(capital(team), "continue" if many else "continues", what, rest), [tale.planned], "lead")
        return
    verb = phrases.CONTINUES[tale.nature].format(s="" if tale.noun.plural else "s")
    if repeats and tale.nature is Nature.EVENT and tale.participle:
        verb += " to meet" if tale.noun.institution else f" to be {tale.participle}"
    body = words(subject_of(tale, known=True), verb, rest)
    tale.tell(f"{body}, {led(plan.lead)}" if plan.lead else body, [tale.planned], "lead")


def _tell_plan(tale: Tale) -> None:
    plan, when = tale.plan, tale.state.when
    front = cause_of(tale, [])
    rests_on = [tale.planned, *(r for r in tale.before if isinstance(r.event, events.Rescheduled))]
    audience = f", for {plan.audience}" if plan.audience else ""
    place, partners = at(plan.place), accompanied(partners_of(tale))
    if when is None:
        body = words(subject_of(tale), "are" if tale.noun.plural else "is", "planned", partners, place) + audience
        body += "; no date has yet been set"
    elif tale.windows.coming(when):
        be = "are" if tale.noun.plural else "is"
        body = words(subject_of(tale), be, "planned for", tale.windows.dates.to(when), partners, place) + audience
    else:
        body = words(subject_of(tale), tale.was, "planned for", tale.windows.dates.to(when), partners, place) + audience
        late = when.latest > tale.windows.until
        body += ", after the period of this report" if late else "; no outcome has been recorded"
    if plan.lead:
        body += f", {led(plan.lead)}" if ";" not in body else ""
    tale.tell(with_front(tale, front, body), rests_on, "lead")
