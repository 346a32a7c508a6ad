"""What the openings of all kinds share: the subject, its cause, how it repeats, and the people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from oplog.domain import events
from oplog.domain.campaign import Relaunched
from oplog.domain.content import Nature
from oplog.domain.lifecycle import Status
from oplog.narrative.clauses import accompanied, because, led, people
from oplog.narrative.repetition import rate, recurrence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from oplog.domain.when import When
    from oplog.narrative.tale import Tale
    from oplog.recorded import Recorded

SHORT = 20
"""A sentence of no more words than this has its cause at the end."""
LONGEST_AGAIN = 20
"""What an earlier report told of is told with its people again where they take no more words than this."""
FEW = 3
"""An audience of no more words than this is not told where the title names whom it is about."""
LONG = 9
"""A topic of more words than this gets a sentence of its own."""


def subject_of(tale: Tale, *, known: bool = False) -> str:
    """What is told of, as it is first mentioned; a short topic joins it."""
    text = tale.noun.first(known=known or _is_known(tale))
    about = tale.plan.about
    fits = about and len(about.split()) <= LONG and tale.locale.grammar.takes_topic(tale.noun, text)
    if about and fits and tale.nature is Nature.EVENT:
        return tale.locale.say("subject.topic", subject=text, topic=about)
    return text


def _is_known(tale: Tale) -> bool:
    return bool(tale.before) or tale.stream.startswith("pilot/")


def leads_before(lead: str | None, slots: Mapping[str, str], *, topic: bool) -> bool | None:
    """Whether who leads stands right after the subject, so that it is not taken to lead the guests or the partners.

    False says that it can stand at the end, as nobody is named there; None that it needs a sentence of its own, since
    the subject ends with a topic, or has something put in after it already.
    """
    if not lead or not (slots["audience"] or slots["company"]):
        return False
    return None if topic or slots.get("aside") else True


def tell_lead(
    tale: Tale, lead: str | None, number: int, rests_on: Sequence[Recorded | None], tense: str = "past"
) -> None:
    """Who leads it, in a sentence of its own; `tense` is the last part of the key of "people.led_by"."""
    tale.tell_of_it(f"people.led_by.{tense}", rests_on, number, people=led(tale.locale, lead, "run"))


def audience_of(tale: Tale) -> str:
    """Whom it is for; "" where nobody said, and where its title says so already."""
    audience: str = tale.plan.audience or ""
    if not audience:
        return ""
    titled = {_stem(word) for word in tale.plan.title.split()}
    said = [_stem(word) for word in audience.split()]
    head = _stem(tale.locale.grammar.main_word(audience))
    return "" if titled.issuperset(said) or (head in titled and len(said) <= FEW) else audience


def _stem(word: str) -> str:
    """A word without its marks and its apostrophe, to see whether it stands elsewhere."""
    return re.split("['\N{RIGHT SINGLE QUOTATION MARK}]", word.casefold().strip(".,;:()"))[0]


def on_date(tale: Tale, when: When | None) -> str:
    """The date as a phrase, "" for None."""
    return tale.windows.dates.on(when) if when else ""


def cause_of(tale: Tale, moves: list[Recorded]) -> str:
    """The cause of what is told, as a phrase to stand at the front of the sentence; "" for none."""
    for move in [*moves, tale.planned]:
        if move is not None and move.event.cause is not None:
            return because(tale.locale, move.event.cause, type(move.event))
    return ""


def with_front(tale: Tale, front: str, text: str) -> str:
    """The sentence with its cause: at the end of a short one, in front of a long one."""
    if front and len(text.split()) + len(front.split()) <= SHORT and "," not in text and ";" not in text:
        return tale.locale.say("causes.after", sentence=text, cause=front)
    tale.fronted = bool(front)
    return tale.locale.say("causes.before", sentence=text, cause=front) if front else text


def repeats_of(tale: Tale) -> str:
    """How often it takes place, "" when that was not recorded."""
    plan = tale.plan
    if plan.recurrence:
        return recurrence(tale.locale, plan.recurrence)
    return rate(tale.locale, plan.rate) if plan.rate else ""


def tell_repeats(tale: Tale, repeats: str) -> None:
    """Say how often it runs, in a sentence of its own."""
    if tale.participle:
        tale.tell_of_it("repeats.held", [tale.planned], participle=tale.participle, repeats=repeats)
    elif tale.nature is Nature.EVENT:
        tale.tell_of_it("repeats.takes_place", [tale.planned], repeats=repeats)
    else:
        tale.tell_of_it("repeats.ran" if tale.over else "repeats.runs", [tale.planned], repeats=repeats)


def tell_with_people(
    tale: Tale, text: str, rests_on: list[Recorded | None], verb: str = "run", *, counted: bool = False
) -> None:
    """The opening with who leads it and who takes part, in one sentence while that is short enough.

    `counted` says that it tells already who came.
    """
    plan = tale.plan
    partners = partners_of(tale)
    told = people(tale.locale, led(tale.locale, plan.lead, verb), accompanied(tale.locale, partners))
    tale.takes_aim = not counted and verb == "led"
    if told and len(partners) < 3 and len(text.split()) + len(told.split()) < 30:
        joint = "people.after" if plan.lead or verb == "led" else "people.run_after"
        tale.tell(tale.locale.say(joint, sentence=text, people=told), rests_on, "lead")
        return
    tale.tell(text, rests_on, "lead")
    tell_people(tale, partners)


def partners_of(tale: Tale) -> tuple[str, ...]:
    """The partners that it had before anyone joined or left in the window; those are told of themselves.

    One at whose request it was, say, is told as the cause.
    """
    partners: tuple[str, ...] = tale.earlier.partners if tale.earlier.plan else tale.plan.partners
    left = {r.event.partner for r in tale.select(events.PartnerLeft)}
    causes = {r.event.cause.name for r in tale.inside if getattr(r.event, "cause", None) is not None}
    return tuple(p for p in partners if p not in left and p not in causes)


def tell_people(tale: Tale, partners: Sequence[str]) -> None:
    """Who leads it and who takes part, in a sentence of its own."""
    told = people(tale.locale, led(tale.locale, tale.plan.lead, "run"), accompanied(tale.locale, partners))
    if not told or (tale.familiar and len(told.split()) > LONGEST_AGAIN):
        return
    tense = tale.tense
    if tale.state.status in (Status.PLANNED, Status.POSTPONED) or _never_began(tale):
        tense = "was_to_come" if tale.over else "to_come"
    key = f"people.led_by.{tense}" if tale.plan.lead else f"people.run_with.{tense}"
    tale.tell_of_it(key, [tale.planned], people=told)


def _never_began(tale: Tale) -> bool:
    started = (events.Commenced, events.OccurrenceHeld, Relaunched)
    return tale.state.status is Status.CANCELLED and not any(isinstance(r.event, started) for r in tale.known)
