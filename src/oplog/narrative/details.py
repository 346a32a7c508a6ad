"""What follows the opening: aim and audience, partners, referrals, evaluations, notes and outlook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.domain import events
from oplog.domain.content import Nature
from oplog.domain.operation import Referred
from oplog.narrative import phrases
from oplog.narrative.clauses import because
from oplog.narrative.coming import ends
from oplog.narrative.opening import LONG, audience_of
from oplog.narrative.tale import Tale, Told
from oplog.narrative.text import capital, sentence

if TYPE_CHECKING:
    from oplog.recorded import Recorded

ROOM = 36
"""An opening of more words than this takes no more."""
SHORT_AIM = 12
"""What an earlier report told of is told with its aim again where that has no more words than this."""
TEXTS = (events.NoteRecorded, events.OutcomeRecorded, events.FeedbackRecorded, events.LearningRecorded)


def tell_purpose(tale: Tale) -> None:
    """What it is about, whom it is for and what it aims at; told when it was planned or changed in the window.

    Of what an earlier report told of, a long aim is not told again.
    """
    plan = tale.plan
    aim = tale.locale.grammar.aim(plan.aim) if plan.aim else None
    if not any(
        isinstance(r.event, (events.Planned, events.OccurrenceHeld)) or type(r.event) in phrases.VERBS
        for r in tale.inside
    ):
        if aim and (not tale.familiar or len(aim.split()) <= SHORT_AIM):
            _joins_opening(tale, aim)
        return
    if aim and ((tale.familiar and len(aim.split()) > SHORT_AIM) or _joins_opening(tale, aim)):
        aim = None
    said = " ".join(told.text for told in tale.statements)
    if plan.about and plan.about not in said:
        covers = tale.nature is Nature.EVENT or len(plan.about.split()) > LONG
        _tell_purpose(tale, "covers" if covers else "centres", topic=plan.about)
    audience = audience_of(tale)
    if audience in said:
        audience = ""
    if audience and aim:
        _tell_purpose(tale, "audience_and_aim", audience=audience, aim=aim)
    elif audience:
        _tell_purpose(tale, "audience", audience=audience)
    elif aim:
        _tell_purpose(tale, "aim", aim=aim)


def _tell_purpose(tale: Tale, what: str, **slots: str) -> None:
    others = tale.occurrences_told and len(tale.statements) > 1
    if others:
        slots["pronoun"] = capital(tale.noun.definite())
    if "audience" in slots and "aim" in slots:
        text = tale.locale.say(f"purpose.{what}.{tale.tense}", tale.number, **{"pronoun": tale.pronoun, **slots})
        tale.tell(text, [tale.planned], "detail")
        return
    tale.tell_of_it(f"purpose.{what}.{tale.tense}", [tale.planned], **slots)


def _joins_opening(tale: Tale, aim: str) -> bool:
    """Add the aim to the end of an opening that has room for it; say whether it had."""
    if not (tale.takes_aim and len(tale.statements) == 1):
        return False
    opening = tale.statements[0]
    text = opening.text.removesuffix(".")
    if len(text.split()) + len(aim.split()) > ROOM:
        return False
    commas = text.count(",") - (1 if tale.fronted else 0)
    joint = "purpose.aim.joined_after_comma" if commas or len(text.split()) > 16 else "purpose.aim.joined"
    joined = tale.locale.say(joint, sentence=text, aim=aim)
    tale.statements[0] = Told(sentence(joined), opening.positions, opening.role)
    return True


def tell_partners(tale: Tale) -> None:
    """Who joined and who left in the window."""
    locale = tale.locale
    joined = tale.select(events.PartnerJoined)
    if joined:
        cause = joined[0].event.cause if len({r.event.cause for r in joined}) == 1 else None
        text = locale.say(
            "partners.joined",
            len(joined),
            partners=locale.listed([r.event.partner for r in joined]),
            on=_on(tale, joined[0]) if len({r.effective for r in joined}) == 1 else "",
            because=because(locale, cause, events.PartnerJoined),
        )
        tale.tell(text, joined, "detail")
    for recorded in tale.select(events.PartnerLeft):
        reason = because(locale, recorded.event.cause, events.PartnerLeft)
        text = locale.say("partners.left", partner=recorded.event.partner, on=_on(tale, recorded), because=reason)
        tale.tell(text, [recorded], "detail")


def tell_referrals(tale: Tale) -> None:
    """What was passed on, and to whom."""
    locale = tale.locale
    for recorded in tale.select(Referred):
        event = recorded.event
        text = locale.say(
            "referred.to",
            2 if locale.grammar.is_plural(event.matter) else 1,
            matter=event.matter,
            to=event.to,
            on=_on(tale, recorded),
            because=because(locale, event.cause, Referred),
        )
        tale.tell(text, [recorded], "detail")


def _on(tale: Tale, recorded: Recorded) -> str:
    return tale.windows.dates.on(recorded.effective) if recorded.effective else ""


def tell_texts(tale: Tale) -> None:
    """The recorder's own sentences: notes, outcomes, feedback and learning, in order of position."""
    for recorded in tale.select(*TEXTS):
        result = isinstance(recorded.event, events.OutcomeRecorded)
        tale.tell(recorded.event.text, [recorded], "result" if result else "text")


def _ended(tale: Tale, outlook: Recorded) -> bool:
    return any(ends(later, outlook.position, outlook.event.when) for later in tale.known)


def tell_outlook(tale: Tale) -> None:
    """What the recorder said is still to come, as long as it is.

    What an earlier report said was to come is not said again where the recorder has since told how it went, and what
    an outcome has ended is not said at all.
    """
    overtaken = any(isinstance(r.event, TEXTS) or type(r.event) in phrases.VERBS for r in tale.inside)
    for recorded in tale.known:
        event = recorded.event
        if not isinstance(event, events.OutlookRecorded) or _ended(tale, recorded):
            continue
        still = event.when is not None and not overtaken
        if (recorded in tale.inside or still) and tale.windows.coming(event.when):
            tale.tell(event.text, [recorded], "outlook")
