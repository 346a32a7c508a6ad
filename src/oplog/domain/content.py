"""What events say, stated once: each content class is shared by an event and by the command that asks for it.

A text field holds a phrase as it reads in the middle of a sentence, so that a narrative can be made from it: see the
docstring of each class. `FIELDS` explains every field name in one line; a name means the same wherever it stands.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Any

import attrs
from attrs import field, frozen, validators

from oplog.domain.recurrence import Rate, Recurrence, Term
from oplog.domain.values import Cause, Figure, Fingerprint, Plain, Rendering, require_sha256, require_text
from oplog.domain.when import When
from oplog.errors import InvalidValue


class Nature(Enum):
    """What a thing is, for the words used of it: events are held, work commences, a resource comes into service."""

    EVENT = "event"
    WORK = "work"
    RESOURCE = "resource"


def _not_blank(_instance: object, attribute: object, value: Any) -> None:
    if value is not None:
        require_text(getattr(attribute, "name", "text"), value)


_MOST = 1_000_000_000


def _positive(_instance: object, attribute: object, value: Any) -> None:
    if value is not None and not 1 <= value <= _MOST:
        raise InvalidValue(f"{getattr(attribute, 'name', 'number')} is {value}; expected 1 to {_MOST}")


def _not_negative(_instance: object, attribute: object, value: int | None) -> None:
    if value is not None and not 0 <= value <= _MOST:
        raise InvalidValue(f"{getattr(attribute, 'name', 'number')} is {value}; expected 0 to {_MOST}")


@frozen(kw_only=True)
class Details:
    """What is planned. All but `title` may be None: not known, or nothing to say."""

    title: str = field(validator=_not_blank)
    nature: Nature | None = None
    theme: str | None = field(default=None, validator=_not_blank)
    about: str | None = field(default=None, validator=_not_blank)
    aim: str | None = field(default=None, validator=_not_blank)
    audience: str | None = field(default=None, validator=_not_blank)
    place: str | None = field(default=None, validator=_not_blank)
    lead: str | None = field(default=None, validator=_not_blank)
    partners: tuple[str, ...] = field(default=(), validator=validators.deep_iterable(_not_blank))
    when: When | None = None
    term: Term | None = None
    recurrence: Recurrence | None = None
    rate: Rate | None = None
    plural: bool | None = None
    cause: Cause | None = None


@frozen(kw_only=True)
class Because:
    """A change of status that may have a cause."""

    cause: Cause | None = None


@frozen(kw_only=True)
class NewDate:
    """A new date, and why."""

    when: When
    cause: Cause | None = None


@frozen(kw_only=True)
class Pause:
    """A pause; `until` is when it is meant to end, None when nobody said."""

    until: When | None = None
    cause: Cause | None = None


@frozen(kw_only=True)
class Longer:
    """More time: a new end, a further length of time, or both."""

    until: When | None = None
    term: Term | None = None
    cause: Cause | None = None

    def __attrs_post_init__(self) -> None:
        if self.until is None and self.term is None:
            raise InvalidValue("an extension needs until (the new end) or term (the time added)")


@frozen(kw_only=True)
class Completion:
    """The end of it as intended. `attendance` is the number of people who came, None when not recorded."""

    attendance: int | None = field(default=None, validator=_not_negative)
    cause: Cause | None = None


@frozen(kw_only=True)
class Handover:
    """To whom it passed."""

    to: str = field(validator=_not_blank)
    cause: Cause | None = None


@frozen(kw_only=True)
class Occurrence:
    """One or several occurrences of something that happens again and again."""

    count: int = field(default=1, validator=_positive)
    attendance: int | None = field(default=None, validator=_not_negative)
    about: str | None = field(default=None, validator=_not_blank)
    audience: str | None = field(default=None, validator=_not_blank)
    place: str | None = field(default=None, validator=_not_blank)
    lead: str | None = field(default=None, validator=_not_blank)
    cause: Cause | None = None


@frozen(kw_only=True)
class MissedOccurrence:
    """Occurrences that did not take place; `count` None means that their number was not recorded."""

    count: int | None = field(default=None, validator=_positive)
    when: When | None = None
    cause: Cause | None = None


@frozen(kw_only=True)
class Measured:
    """A figure."""

    figure: Figure


@frozen(kw_only=True)
class Remeasured:
    """A figure that replaces the one recorded under the same measure, period and basis, and why."""

    figure: Figure
    reason: str = field(validator=_not_blank)


@frozen(kw_only=True)
class Text:
    """One or more whole sentences, in the recorder's words, that stand by themselves."""

    text: str = field(validator=_not_blank)


@frozen(kw_only=True)
class Prospect:
    """Whole sentences on what is still to come; `when` places it in the calendar, None when it has no date."""

    text: str = field(validator=_not_blank)
    when: When | None = None


@frozen(kw_only=True)
class Partnership:
    """Who joined or left."""

    partner: str = field(validator=_not_blank)
    cause: Cause | None = None


@frozen(kw_only=True)
class Parent:
    """The stream that this one is part of, such as `operation/mass-2017`."""

    parent: str = field(validator=_not_blank)


@frozen(kw_only=True)
class DueEvaluation:
    """When an evaluation is due. `after` is the length of trial it is said to cover; `by` who evaluates."""

    when: When
    after: Term | None = None
    by: str | None = field(default=None, validator=_not_blank)


@frozen(kw_only=True)
class Result:
    """What an evaluation found, as whole sentences."""

    result: str = field(validator=_not_blank)


@frozen(kw_only=True)
class Request:
    """What was asked of those who report, by a committee or by others.

    `action` is the name by which it is answered, such as its number in the minutes; it is used once in a stream.
    `asked` is an infinitive without "to": "report on the cost of the trial". `when` is by when, None when nobody said.
    """

    action: str = field(validator=_not_blank)
    asked: str = field(validator=_not_blank)
    by: str | None = field(default=None, validator=_not_blank)
    when: When | None = None


@frozen(kw_only=True)
class Answer:
    """What became of an action that was asked, as whole sentences; `action` is its name."""

    action: str = field(validator=_not_blank)
    text: str = field(validator=_not_blank)


@frozen(kw_only=True)
class NewMarking:
    """Who may see it from now on, and on whose authority or why."""

    marking: str = field(validator=_not_blank)
    reason: str | None = field(default=None, validator=_not_blank)


@frozen(kw_only=True)
class Retraction:
    """Which event of the stream should not have been recorded, and why.

    `of` is the version of the event, `along` those of later events that could not have happened without it and are
    taken back with it.
    """

    of: int = field(validator=_positive)
    along: tuple[int, ...] = field(default=(), validator=validators.deep_iterable(_positive))
    why: str = field(validator=_not_blank)


@frozen(kw_only=True)
class Correction:
    """Which field of which event of the stream was wrong, and why.

    `of` is the version of the event. `field` is the path of the field in the event's content ("when", "figure.value",
    "partners.0"), or `effective` or `source` of its envelope. `old` is what it said and `new` what it should have said,
    both as they are stored; None where there is nothing.
    """

    of: int = attrs.field(validator=_positive)
    field: str = attrs.field(validator=_not_blank)
    old: Plain | None = None
    new: Plain | None = None
    why: str = attrs.field(validator=_not_blank)


@frozen(kw_only=True)
class EventMarking:
    """Who may see an event of the stream, or a field of it, from now on, and on whose authority or why.

    `of` is the version of the event. `field` is the path of the field in its content ("cause", "figure.breakdown",
    "partners.0"), or `source`; None for the whole event.
    """

    of: int = attrs.field(validator=_positive)
    field: str | None = attrs.field(default=None, validator=_not_blank)
    marking: str = attrs.field(validator=_not_blank)
    why: str = attrs.field(validator=_not_blank)


@frozen(kw_only=True)
class Switch:
    """Why the access trail is kept from now on, or no longer."""

    why: str = field(validator=_not_blank)


def _sha256(_instance: object, attribute: object, value: Any) -> None:
    if value is not None:
        require_sha256(getattr(attribute, "name", "digest"), value)


@frozen(kw_only=True)
class Disclosure:
    """What was taken out of the log, made of the events up to which position, why and for whom."""

    form: str = field(validator=_not_blank)
    up_to: int = field(validator=_positive)
    why: str = field(validator=_not_blank)
    recipient: str = field(validator=_not_blank)
    digest: str | None = field(default=None, validator=_sha256)


def _salt(_instance: object, _attribute: object, value: str) -> None:
    if not re.fullmatch(r"[0-9a-f]{32}", value, re.ASCII):
        raise InvalidValue(f"salt is {value!r}; expected 32 hexadecimal digits in lower case")


def _mark(_instance: object, _attribute: object, value: str) -> None:
    if not re.fullmatch(r"[0-9a-f]{16}", value, re.ASCII):
        raise InvalidValue(f"marks has {value!r}; expected 16 hexadecimal digits in lower case")


@frozen(kw_only=True)
class Publication:
    """What a published report was made from, and what it was: digests, and none of its text.

    From the events up to `up_to`, by the `configuration`, code with these `fingerprints` made the document with this
    `digest`. `marks` has, for each statement and row in the order of reading, the first 16 digits of its own, so that
    what has changed since can be told. Both are made with the `salt`, which nobody can guess, so that a digest that is
    passed on does not confirm what somebody guesses of the text; `formats` has those of the files that were published.
    """

    up_to: int = field(validator=_positive)
    root: str | None = field(default=None, validator=_not_blank)
    series: str = field(validator=_not_blank)
    dated: When
    window: When
    figures: When | None = None
    follows: str | None = field(default=None, validator=_not_blank)
    configuration: Plain
    language: str = field(validator=_not_blank)
    salt: str = field(validator=_salt)
    digest: str = field(validator=_sha256)
    marks: tuple[str, ...] = field(default=(), validator=validators.deep_iterable(_mark))
    formats: tuple[Rendering, ...] = ()
    fingerprints: tuple[Fingerprint, ...] = ()
    release: str = field(validator=_not_blank)


@frozen(kw_only=True)
class Referral:
    """What was passed on to another team or body for it to act upon."""

    matter: str = field(validator=_not_blank)
    to: str = field(validator=_not_blank)
    cause: Cause | None = None


@frozen(kw_only=True)
class Move:
    """Where the people or the equipment are from now on."""

    place: str = field(validator=_not_blank)
    cause: Cause | None = None


FIELDS: dict[str, str] = {
    "title": (
        "What it is called, as in the middle of a sentence: 'week of action on sexual violence', 'Operation Mass'."
        " A leading 'the' or 'a' is kept; otherwise the right one is chosen."
    ),
    "nature": (
        "event (is held), work (commences, continues) or resource (comes into service)."
        " Default: event for a deployment, else work."
    ),
    "theme": "Key of the report's theme, with an optional sub-heading after a slash: 'asb/begging'.",
    "about": "What it is on, a noun phrase: 'fraud typologies and prevention'.",
    "aim": "What it is for, an infinitive without 'to': 'raise public awareness'.",
    "audience": "Whom it is for, a noun phrase: 'City commuters'.",
    "place": "Where: 'Guildhall', or with its preposition 'in the Middlesex Street area'.",
    "lead": "Who leads it: 'the Prevent team', or with its verb 'chaired by Chief Inspector Okafor'.",
    "partners": "Who takes part besides the force; may be given again for each.",
    "when": "When in the world: 2017-08-21, 'June 2017', 'w/c 2017-08-21', 'April to June 2017'.",
    "term": "A length of time as an ISO 8601 duration: P6M, P1W, PT24H.",
    "recurrence": "How it repeats: an RFC 5545 RRULE such as FREQ=WEEKLY;INTERVAL=2, with hours if it has any.",
    "rate": "How often when no days are fixed: a number a day, week, month, quarter or year.",
    "plural": "Whether the title is plural; normally seen from its words.",
    "cause": "What made it happen, a noun phrase: 'the London Bridge attack'.",
    "until": "The end that is now intended.",
    "attendance": "How many people came.",
    "to": "Who takes it on.",
    "count": "How many.",
    "figure": "The figure: what is counted, its value, unit, period and basis.",
    "reason": "Why the change was made.",
    "text": "Whole sentences, in your own words.",
    "partner": "Who joined or left.",
    "parent": "The stream that this one is part of, such as operation/mass-2017.",
    "after": "The length of trial that the evaluation is said to cover, such as P3M.",
    "by": "Who does it: who evaluates, or who asks.",
    "action": "The name by which an action is answered, such as its number in the minutes: '14/2017'.",
    "asked": "What is asked, an infinitive without 'to': 'report on the cost of the trial'.",
    "result": "What the evaluation found, in whole sentences.",
    "marking": "Who may see it: a word of the marking scheme, such as public or restricted.",
    "of": "Which event of the stream: its version.",
    "along": "Later events, by their versions, that are taken back with it.",
    "field": "Which field of it: 'when', 'figure.value', 'cause.name', or 'effective' or 'source' of its envelope.",
    "old": "What the field said, as it is stored; left out where it said nothing.",
    "new": "What the field should have said, as it is stored; left out where it should have said nothing.",
    "why": "What justifies it, in words that somebody who checks will understand.",
    "form": "What was taken out: export, narrative, or your own word for another form.",
    "up_to": "The last position of the log that it was made from.",
    "recipient": "For whom it is: a person, an office or a body.",
    "digest": (
        "The SHA-256 of the bytes that left, left out where nobody knows it, or of a published report as canonical"
        " JSON; 64 hexadecimal digits."
    ),
    "root": "The root of the tree over the events up to there, in Base64; left out where the database keeps none.",
    "series": "Which reports it continues: those of one committee for one audience, or as the configuration says.",
    "dated": "The report's own date.",
    "window": "The days whose activity it reports, both inclusive.",
    "figures": "The quarter that its figures are of.",
    "follows": "The stream of the report of the series before it.",
    "configuration": "The configuration that it was made by, whole.",
    "language": "The language and country that it is written for, such as en-GB.",
    "salt": "32 random hexadecimal digits that its digest and marks are made with.",
    "marks": "The first 16 digits of the salted SHA-256 of each statement, in the order of reading.",
    "formats": "The formats that it was published in, each with the SHA-256 of its bytes.",
    "fingerprints": "The fingerprints of the code that made it.",
    "release": "The release of oplog that made it.",
    "matter": "What is passed on, a noun phrase: 'intelligence on suspected trafficking'.",
}
