"""What follows the opening: aim and audience, partners, referrals, evaluations, notes and outlook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.domain import events
from oplog.domain.content import Nature
from oplog.domain.lifecycle import NO_LONGER_EVALUATED
from oplog.domain.operation import Referred
from oplog.narrative import phrases
from oplog.narrative.clauses import because, words
from oplog.narrative.english import dates as english
from oplog.narrative.english.nouns import indefinite, is_plural, sentence, verb_phrase
from oplog.narrative.english.numbers import listed
from oplog.narrative.opening import LONG
from oplog.narrative.tale import Tale, Told

if TYPE_CHECKING:
    from oplog.recorded import Recorded

ROOM = 36
"""An opening of more words than this takes no more."""
TEXTS = (events.NoteRecorded, events.OutcomeRecorded, events.FeedbackRecorded, events.LearningRecorded)


def tell_purpose(tale: Tale) -> None:
    """What it is about, whom it is for and what it aims at; told when it was planned or changed in the window."""
    plan = tale.plan
    if not any(
        isinstance(r.event, (events.Planned, events.OccurrenceHeld)) or type(r.event) in phrases.VERBS
        for r in tale.inside
    ):
        if plan.aim:
            _joins_opening(tale, verb_phrase(plan.aim))
        return
    aim = verb_phrase(plan.aim) if plan.aim else None
    if aim and _joins_opening(tale, aim):
        aim = None
    said = " ".join(told.text for told in tale.statements)
    if plan.about and plan.about not in said:
        about = (
            tale.verb("cover", "covered")
            if tale.nature is Nature.EVENT or len(plan.about.split()) > LONG
            else tale.verb("centre", "centred") + " on"
        )
        tale.tell(f"{tale.pronoun} {about} {plan.about}", [tale.planned], "detail")
    audience = plan.audience if plan.audience and plan.audience not in said else None
    if audience and aim:
        seek = tale.verb("seek", "sought")
        tale.tell(f"{tale.pronoun} {tale.be} aimed at {audience} and {seek} to {aim}", [tale.planned], "detail")
    elif audience:
        tale.tell(f"{tale.pronoun} {tale.be} aimed at {audience}", [tale.planned], "detail")
    elif aim:
        tale.tell(f"{tale.pronoun} {tale.verb('aim', 'aimed')} to {aim}", [tale.planned], "detail")


def _joins_opening(tale: Tale, aim: str) -> bool:
    """Add the aim to the end of an opening that has room for it; say whether it had."""
    if not (tale.takes_aim and len(tale.statements) == 1):
        return False
    opening = tale.statements[0]
    text = opening.text.removesuffix(".")
    if len(text.split()) + len(aim.split()) > ROOM or ", attended" in text:
        return False
    commas = text.count(",") - (1 if tale.fronted else 0)
    joint = ", to" if commas or len(text.split()) > 16 else " to"
    tale.statements[0] = Told(sentence(f"{text}{joint} {aim}"), opening.positions, opening.role)
    return True


def tell_partners(tale: Tale) -> None:
    """Who joined and who left in the window."""
    joined = tale.select(events.PartnerJoined)
    if joined:
        names = listed([r.event.partner for r in joined])
        when = joined[0].effective if len({r.effective for r in joined}) == 1 else None
        cause = joined[0].event.cause if len({r.event.cause for r in joined}) == 1 else None
        on = tale.windows.dates.on(when) if when else ""
        tale.tell(words(names, "joined", on, because(cause, events.PartnerJoined)), joined, "detail")
    for recorded in tale.select(events.PartnerLeft):
        on = tale.windows.dates.on(recorded.effective) if recorded.effective else ""
        reason = because(recorded.event.cause, events.PartnerLeft)
        tale.tell(words(recorded.event.partner, "left", on, reason), [recorded], "detail")


def tell_referrals(tale: Tale) -> None:
    """What was passed on, and to whom."""
    for recorded in tale.select(Referred):
        event = recorded.event
        be = "were" if is_plural(event.matter) else "was"
        on = tale.windows.dates.on(recorded.effective) if recorded.effective else ""
        reason = because(event.cause, Referred)
        tale.tell(words(event.matter, be, "referred to", event.to, on, reason), [recorded], "detail")


def tell_evaluation(tale: Tale) -> None:
    """The evaluation: what it found, that it was deferred, or when it is due."""
    told = {p for statement in tale.statements for p in statement.positions}
    for recorded in tale.select(events.Evaluated):
        if recorded.position in told:
            continue
        have = "have" if tale.noun.plural else "has"
        on = f"{tale.was} evaluated {tale.windows.dates.on(recorded.effective)}" if recorded.effective else ""
        tale.tell(f"{tale.noun.definite()} {on or f'{have} been evaluated'}", [recorded], "due")
        tale.tell(recorded.event.result, [recorded], "text")
    promised: Recorded | None = None
    for recorded in tale.known:
        if isinstance(recorded.event, events.EvaluationDeferred) and recorded in tale.inside:
            before = f", due {_by(tale, promised)}," if promised else ""
            reason = because(recorded.event.cause, events.EvaluationDeferred)
            own = "their" if tale.noun.plural else "its"
            to = f"to {tale.windows.dates.to(recorded.event.when)}"
            text = words(f"{own} {_evaluation(promised)}{before} was deferred", to, reason)
            tale.tell(text, [promised, recorded], "due")
        if isinstance(recorded.event, (events.EvaluationDue, events.EvaluationDeferred)):
            promised = recorded
    due = tale.state.evaluation_due
    deferred = any(isinstance(r.event, events.EvaluationDeferred) for r in tale.inside)
    if promised is None or due is None or deferred or tale.state.status in NO_LONGER_EVALUATED:
        return
    kind = _evaluation(promised)
    if tale.windows.coming(due):
        text = f"{indefinite(kind)} {kind} is due {_by(tale, promised)}"
    else:
        late = due.latest > tale.windows.until
        fate = ", after the period of this report" if late else " and has not yet been recorded"
        text = f"{indefinite(kind)} {kind} was due {_by(tale, promised)}{fate}"
    tale.tell(text, [promised], "due")


def _evaluation(promised: Recorded | None) -> str:
    """The evaluation as a noun phrase without its article: "three-month evaluation by the university"."""
    event = promised.event if promised else None
    if not isinstance(event, events.EvaluationDue):
        return "evaluation"
    kind = f"{english.term_adjective(event.after)} evaluation" if event.after else "evaluation"
    return f"{kind} by {event.by}" if event.by else kind


def _by(tale: Tale, promised: Recorded) -> str:
    return tale.windows.dates.on(promised.event.when)


def tell_texts(tale: Tale) -> None:
    """The recorder's own sentences: notes, outcomes, feedback and learning, in order of position."""
    for recorded in tale.select(*TEXTS):
        tale.tell(recorded.event.text, [recorded], "text")


def tell_outlook(tale: Tale) -> None:
    """What the recorder said is still to come, as long as it is."""
    for recorded in tale.known:
        event = recorded.event
        if not isinstance(event, events.OutlookRecorded):
            continue
        if (recorded in tale.inside or event.when is not None) and tale.windows.coming(event.when):
            tale.tell(event.text, [recorded], "outlook")
