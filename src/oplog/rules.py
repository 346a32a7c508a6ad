"""The rules of the audit, in their order: what a log is held against.

A finding is a *fault* when the log is not sound, and an *observation* when it is sound but what it tells calls for a
look. To add a rule, write a function over `Material` and add it to `RULES`.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from oplog.domain import events
from oplog.domain.lifecycle import Status
from oplog.domain.when import When
from oplog.findings import Finding, found_at
from oplog.fingerprint import fold_fingerprint
from oplog.folding import StrayStop, against_folds
from oplog.kept import keep_entry
from oplog.projections.register import is_activity
from oplog.projections.silence import Heard, heard_by, last_day
from oplog.projections.trace import loose_ends
from oplog.store.strict_json import dump

if TYPE_CHECKING:
    from oplog.material import Material
    from oplog.projections.silence import Listening
    from oplog.recorded import Recorded

Rule: TypeAlias = Callable[["Material"], Iterator[Finding]]

_SECOND = timedelta(seconds=1)


def store(material: Material) -> Iterator[Finding]:
    """The database can keep what a log promises."""
    for risk in material.risks:
        yield Finding(rule="store", severity="fault", message=f"opened despite a risk: {risk}")


def sequence(material: Material) -> Iterator[Finding]:
    """Positions run from 1 without a gap, and so do the versions of each stream."""
    return (finding for finding in material.verified if finding.rule == "sequence")


def integrity(material: Material) -> Iterator[Finding]:
    """What lies beside each event, its leaf and the tree over all of them, is what the events give."""
    return (finding for finding in material.verified if finding.rule != "sequence")


def broken(material: Material) -> Iterator[Finding]:
    """Every event can be decoded, is known, and follows an arrow of its lifecycle; a correction concerns an event.

    Arrows and corrections are looked at as the log is read at its end, or at the end of what is audited: an event that
    was retracted later is no fault any more, and one that a retraction made impossible is.
    """
    yield from material.broken


def recorded_time(material: Material) -> Iterator[Finding]:
    """Recorded time never goes back."""
    for before, after in zip(material.history, material.history[1:], strict=False):
        if after.recorded_at < before.recorded_at:
            message = (
                f"recorded at {after.recorded_at:%Y-%m-%d %H:%M:%S}, before the event at position {before.position}"
            )
            yield found_at(after, "recorded-time", message)


def clock_behind(material: Material) -> Iterator[Finding]:
    """No clock stood a second or more before the last recorded time when an event was recorded."""
    for recorded in material.history:
        if recorded.clock is not None and (behind := recorded.recorded_at - recorded.clock) >= _SECOND:
            message = (
                f"the clock said {recorded.clock:%Y-%m-%d %H:%M:%S}, {behind // _SECOND * _SECOND} before the last"
                " recorded time, which the event was given; was the clock set back?"
            )
            yield found_at(recorded, "clock-behind", message, "observation")


def unique_ids(material: Material) -> Iterator[Finding]:
    """No two events have one id."""
    first: dict[str, int] = {}
    for recorded in material.history:
        if recorded.id in first:
            message = f"the event at position {first[recorded.id]} has the same id"
            yield found_at(recorded, "unique-ids", message)
        first.setdefault(recorded.id, recorded.position)


def stored_state(material: Material) -> Iterator[Finding]:
    """Every kept state equals the state that its events give.

    Each is held against the fold up to its own version: somebody may have written since it was read. States made by
    other code are not used, and not compared; nor are those of streams with an event that cannot be folded, and, in an
    audit of the beginning of a log, those that were kept later.
    """
    known = {stream for _, stream, _ in material.places}
    unfolded = {finding.stream for finding in material.broken}
    for kept in material.states:
        if kept.fold != fold_fingerprint() or kept.stream in unfolded:
            continue
        life, then = material.lives.get(kept.stream), material.when_kept.get(kept.stream)
        if material.partial and then is None:
            continue
        if kept.stream not in known:
            yield Finding(
                rule="stored-state", severity="fault", stream=kept.stream,
                message="a state is kept of a stream that has no events",
            )  # fmt: skip
        elif life is not None and (then is None or keep_entry(then).state != kept.state):
            yield Finding(
                rule="stored-state", severity="fault", stream=kept.stream, version=kept.version,
                position=life.entry.position,
                message="the kept state differs from that of the events: one of them was changed; find out why",
            )  # fmt: skip


def stored_view(material: Material) -> Iterator[Finding]:
    """Every row of a stored view is the one that its events give, up to the position that the view has reached.

    So is every stream that it has parked. Views that other code made are not used, and not compared; nor are, in an
    audit of the beginning of a log, views that go further.
    """
    unread: dict[str, Finding] = {}
    for finding in material.broken:
        if finding.stream is not None and finding.rule in ("decodable", "unknown-event"):
            unread.setdefault(finding.stream, finding)
    for held in material.views:
        name = held.projection.name
        if held.position > material.last:
            if not material.partial:
                message = f"the stored view {name} is at position {held.position}, but the log ends at {material.last}"
                yield Finding(rule="stored-view", severity="fault", message=message)
            continue
        for told in against_folds(held, material.lives, unread):
            if isinstance(told, StrayStop):
                message = (
                    f"the stored view {name} has the stream parked at position {told.position}, where the events can be"
                    " read and folded; find out why, and say 'oplog project --retry'"
                )
            else:
                old, new = _apart(told.old, told.new)
                message = f"row {told.number} of the stored view {name} says {old}; the events give {new}"
            yield Finding(rule="stored-view", severity="fault", message=message, stream=told.stream)


def _apart(old: Any, new: Any, path: str = "") -> tuple[str, str]:
    """Two values of a row in words: the one field that they differ in, however deep, where there is only one."""
    if isinstance(old, dict) and isinstance(new, dict):
        names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
        if len(names) == 1:
            return _apart(old.get(names[0]), new.get(names[0]), f"{path}.{names[0]}".lstrip("."))
    told = ("nothing" if value is None else dump({"": value}).decode()[4:-1] for value in (old, new))
    one, other = told
    return f"{path} {one}".lstrip(), other


def links(material: Material) -> Iterator[Finding]:
    """A stream that another is part of exists, and nothing is part of itself."""
    known = {stream for _, stream, _ in material.places}
    for recorded in material.read():
        if isinstance(recorded.event, events.PartOfLinked):
            if recorded.event.parent == recorded.stream:
                yield found_at(recorded, "links", "the stream is said to be part of itself", "observation")
            elif recorded.event.parent not in known:
                message = f"part of {recorded.event.parent}, which is not in the log"
                yield found_at(recorded, "links", message, "observation")


def causation(material: Material) -> Iterator[Finding]:
    """An event that is named as the cause of another is in the log, and nothing follows from itself."""
    for recorded, message in loose_ends(material.history):
        yield found_at(recorded, "causation", message, "observation")


_CHANGES = (events.Postponed, events.Cancelled, events.Suspended)


def conflicting_accounts(material: Material) -> Iterator[Finding]:
    """Two sources that tell one change of a stream, with one cause, do not tell it differently."""
    for stream in material.of_stream().values():
        changes = [r for r in stream if isinstance(r.event, _CHANGES)]
        for one, other in itertools.pairwise(changes):
            if (
                type(one.event) is not type(other.event)
                and one.event.cause is not None
                and one.event.cause == other.event.cause
                and one.effective == other.effective
                and one.source != other.source
            ):
                message = (
                    f"{_word(other)} according to {other.source or 'an unnamed source'}, but {_word(one)} according to"
                    f" {one.source or 'an unnamed source'} (position {one.position}), for the same cause"
                )
                yield found_at(other, "conflicting-accounts", message, "observation")


def _word(recorded: Recorded) -> str:
    return type(recorded.event).__name__.lower()


def evaluation_term(material: Material) -> Iterator[Finding]:
    """An evaluation covers the trial that it is said to cover, and is due when that is over."""
    for stream in material.of_stream().values():
        plan = next((r.event for r in stream if isinstance(r.event, events.Planned)), None)
        start = next((r.effective for r in stream if isinstance(r.event, events.Commenced)), None)
        for recorded in stream:
            due = recorded.event
            if not isinstance(due, events.EvaluationDue) or due.after is None:
                continue
            if plan and plan.term and plan.term != due.after:
                message = f"the evaluation is said to cover {due.after}, but the trial was planned for {plan.term}"
                yield found_at(recorded, "evaluation-term", message, "observation")
            if start is None or start.is_open:
                continue
            end = due.after.after(start.latest)
            if not due.when.overlaps(When(end.isoformat()[:7])):
                message = f"{due.after} after the start ({start}) is {end}, but it is due {due.when}"
                yield found_at(recorded, "evaluation-term", message, "observation")


_PARAGRAPH = re.compile(
    r"(?P<document>.+?),? (?:paragraph|para\.?|§) ?(?P<section>\d{1,4})\.(?P<number>\d{1,4})", re.ASCII
)


def source_gaps(material: Material) -> Iterator[Finding]:
    """A numbered source that the log cites leaves no paragraph out between the first and the last of a section.

    What was recorded cites it, whether it has come about by the day of the reading or not.
    """
    cited: dict[tuple[str, int], dict[int, Recorded]] = defaultdict(dict)
    known = sorted((r for life in material.lives.values() for r in life.events), key=lambda r: r.position)
    for recorded in known:
        match = _PARAGRAPH.fullmatch(recorded.source or "")
        if match:
            cited[match["document"], int(match["section"])].setdefault(int(match["number"]), recorded)
    for (document, section), numbers in sorted(cited.items()):
        for missing in sorted(set(range(min(numbers), max(numbers))) - set(numbers)):
            following = numbers[min(n for n in numbers if n > missing)]
            message = f"no event cites paragraph {section}.{missing} of {document}, though later paragraphs are cited"
            yield found_at(following, "source-gaps", message, "observation")


def evaluation_open(material: Material) -> Iterator[Finding]:
    """A stream that ended has no evaluation still due."""
    for entry in material.entries():
        ended = entry.state.status in (Status.ADOPTED, Status.DISCONTINUED)
        if ended and entry.state.evaluation_due:
            due = f"its evaluation, due {entry.state.evaluation_due}, was never recorded"
            yield found_at(entry, "evaluation-open", f"{entry.state.status.value}, but {due}", "observation")


def published_reports(material: Material) -> Iterator[Finding]:
    """Every published report is still reproduced by the events that it was made from.

    Where it is not because the code has changed, the log is sound, and that is an observation.
    """
    yield from material.retold


def silent(material: Material) -> Iterator[Finding]:
    """What was to be expected by the day of the last event, or by the day asked for, is recorded; see `SILENCE`.

    An audit can be given other rules, and other limits.
    """
    reading = material.reading
    day = material.day or reading.day_asked(last_day(material.history))
    if day is not None:
        unfolded = {finding.stream for finding in material.broken}
        lives = [life for stream, life in material.lives.items() if stream not in unfolded]
        entries = [entry for entry in material.entries() if entry.stream not in unfolded and is_activity(entry)]
        streams = {life.stream: reading.counted(life) for life in lives}
        asked = material.silence
        yield from heard_by(asked.rules, Heard.made(streams, entries, day, asked.limits))


RULES: tuple[Rule, ...] = (
    store,
    sequence,
    integrity,
    broken,
    recorded_time,
    clock_behind,
    unique_ids,
    stored_state,
    stored_view,
    published_reports,
    links,
    causation,
    conflicting_accounts,
    evaluation_term,
    evaluation_open,
    source_gaps,
    silent,
)

OF_CONTENT: tuple[Rule, ...] = (
    links,
    causation,
    conflicting_accounts,
    evaluation_term,
    evaluation_open,
    source_gaps,
    silent,
)
"""The rules that look at what a log tells, and at nothing that is stored beside its events: the view of findings."""

_SEVERAL: dict[Rule, tuple[str, ...]] = {
    integrity: ("leaf", "index", "tree", "checkpoint", "salt", "database", "origin"),
    broken: ("decodable", "unknown-event", "lifecycle", "corrections"),
}
"""The names in the findings of those rules that look after several things; of the others it is that of the function."""


def names_of(rule: Rule, silence: Listening) -> tuple[str, ...]:
    """The names of a rule, as findings have them; `silence` has the rules of the last one."""
    if rule is silent:
        return silence.names
    return _SEVERAL.get(rule, (rule.__name__.replace("_", "-"),))


def rule_names(silence: Listening) -> tuple[str, ...]:
    """The names of all rules, in their order, as findings have them."""
    return tuple(name for rule in RULES for name in names_of(rule, silence))
