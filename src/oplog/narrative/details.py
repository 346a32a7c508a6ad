"""What follows the opening: aim and audience, partners, referrals, evaluations, notes and outlook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oplog.domain import events
from oplog.domain.content import Nature
from oplog.domain.lifecycle import NO_LONGER_EVALUATED
from oplog.domain.operation import Referred
from oplog.narrative import phrases
from oplog.narrative.clauses import because
from oplog.narrative.opening import LONG
from oplog.narrative.repetition import term_adjective
from oplog.narrative.tale import Tale, Told
from oplog.narrative.text import sentence

if TYPE_CHECKING:
    from oplog.recorded import Recorded

ROOM = 36
"""An opening of more words than this takes no more."""
TEXTS = (events.NoteRecorded, events.OutcomeRecorded, events.FeedbackRecorded, events.LearningRecorded)


def tell_purpose(tale: Tale) -> None:
    """What it is about, whom it is for and what it aims at; told when it was planned or changed in the window."""
    plan = tale.plan
    aim = tale.locale.grammar.aim(plan.aim) if plan.aim else None
    if not any(
        isinstance(r.event, (events.Planned, events.OccurrenceHeld)) or type(r.event) in phrases.VERBS
        for r in tale.inside
    ):
        if aim:
            _joins_opening(tale, aim)
        return
    if aim and _joins_opening(tale, aim):
        aim = None
    said = " ".join(told.text for told in tale.statements)
    if plan.about and plan.about not in said:
        covers = tale.nature is Nature.EVENT or len(plan.about.split()) > LONG
        _tell_purpose(tale, "covers" if covers else "centres", topic=plan.about)
    audience = plan.audience if plan.audience and plan.audience not in said else None
    if audience and aim:
        _tell_purpose(tale, "audience_and_aim", audience=audience, aim=aim)
    elif audience:
        _tell_purpose(tale, "audience", audience=audience)
    elif aim:
        _tell_purpose(tale, "aim", aim=aim)


def _tell_purpose(tale: Tale, what: str, **slots: str) -> None:
    text = tale.locale.say(f"purpose.{what}.{tale.tense}", tale.number, pronoun=tale.pronoun, **slots)
    tale.tell(text, [tale.planned], "detail")


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


def tell_evaluation(tale: Tale) -> None:
    """The evaluation: what it found, that it was deferred, or when it is due."""
    locale = tale.locale
    told = {p for statement in tale.statements for p in statement.positions}
    for recorded in tale.select(events.Evaluated):
        if recorded.position in told:
            continue
        name, on = tale.noun.definite(), _on(tale, recorded)
        if on:
            text = locale.say("evaluation.evaluated_on", tale.number, name=name, on=on)
        else:
            text = locale.say("evaluation.evaluated", tale.number, name=name)
        tale.tell(text, [recorded], "due")
        tale.tell(recorded.event.result, [recorded], "text")
    promised: Recorded | None = None
    for recorded in tale.known:
        if isinstance(recorded.event, events.EvaluationDeferred) and recorded in tale.inside:
            text = locale.say(
                "evaluation.deferred",
                tale.number,
                evaluation=_evaluation(tale, promised),
                due=_by(tale, promised) if promised else "",
                to=tale.windows.dates.to(recorded.event.when),
                because=because(locale, recorded.event.cause, events.EvaluationDeferred),
            )
            tale.tell(text, [promised, recorded], "due")
        if isinstance(recorded.event, (events.EvaluationDue, events.EvaluationDeferred)):
            promised = recorded
    due = tale.state.evaluation_due
    deferred = any(isinstance(r.event, events.EvaluationDeferred) for r in tale.inside)
    if promised is None or due is None or deferred or tale.state.status in NO_LONGER_EVALUATED:
        return
    slots = {"evaluation": locale.grammar.with_article(_evaluation(tale, promised)), "on": _by(tale, promised)}
    if tale.windows.coming(due):
        text = locale.say("evaluation.due", **slots)
    elif due.latest > tale.windows.until:
        text = locale.say("evaluation.due_later", **slots)
    else:
        text = locale.say("evaluation.overdue", **slots)
    tale.tell(text, [promised], "due")


def _evaluation(tale: Tale, promised: Recorded | None) -> str:
    """The evaluation as a noun phrase without its article: "three-month evaluation by the university"."""
    event, locale = promised.event if promised else None, tale.locale
    if not isinstance(event, events.EvaluationDue):
        return locale.say("evaluation.evaluation")
    kind = locale.say("evaluation.evaluation")
    if event.after:
        kind = locale.say("evaluation.after", length=term_adjective(locale, event.after))
    return locale.say("evaluation.by", evaluation=kind, by=event.by) if event.by else kind


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
