"""Replay: fold a log from scratch, hold it against its rules and kept states, and report *all* that is found.

A finding is a *fault* when the log is not sound, and an *observation* when it is sound but what it tells calls for a
look. To add a rule, write a function over `Material` and add it to `RULES`.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from attrs import define, field, frozen

from oplog.domain import events
from oplog.domain.lifecycle import Status
from oplog.domain.when import When
from oplog.errors import InvalidValue, Undecodable, UnknownEvent
from oplog.findings import Finding
from oplog.fingerprint import fold_fingerprint
from oplog.folding import against_folds
from oplog.kept import keep_entry
from oplog.life import fold, live
from oplog.projections.register import is_activity
from oplog.projections.silence import SILENCE, Heard, heard_by, last_day
from oplog.projections.trace import loose_ends
from oplog.reading import NOW
from oplog.store.strict_json import dump

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from oplog.folding import Held
    from oplog.life import Life
    from oplog.projections.register import Entry
    from oplog.reading import Reading
    from oplog.recorded import Recorded
    from oplog.store.recorder import Row, StoredState


@define
class Material:
    """What the rules look at: the log as it was read and refolded once.

    `parked` are the streams with an event that cannot be read: what follows it there is read, but not folded, because
    nobody knows the state that it follows. `partial` says that later events were left out.
    """

    states: Sequence[StoredState]
    reading: Reading = NOW
    partial: bool = False
    views: Sequence[Held] = ()
    verified: Sequence[Finding] = ()
    risks: Sequence[str] = ()
    last: int = 0
    places: list[tuple[int, str, int]] = field(factory=list)
    history: list[Recorded] = field(factory=list)
    lives: dict[str, Life] = field(factory=dict)
    broken: list[Finding] = field(factory=list)
    parked: set[str] = field(factory=set)
    kept: dict[str, int] = field(factory=dict)
    when_kept: dict[str, Entry] = field(factory=dict)

    def entries(self) -> Iterator[Entry]:
        """What each stream adds up to, but for those that are parked."""
        return (self._entry(life) for stream, life in self.lives.items() if stream not in self.parked)

    def _entry(self, life: Life) -> Entry:
        if self.reading.valid_at is None:
            return life.entry
        illegal = {recorded.version for recorded, _ in life.illegal}
        return fold(life.stream, [r for r in self.reading.counted(life) if r.version not in illegal])

    def of_stream(self) -> Mapping[str, Sequence[Recorded]]:
        """The readable events by stream, as they are to be read; those of parked streams as they were recorded."""
        found: dict[str, Sequence[Recorded]] = {}
        parked: dict[str, list[Recorded]] = {}
        for recorded in self.history:
            if recorded.stream in self.parked:
                found[recorded.stream] = parked.setdefault(recorded.stream, [])
                parked[recorded.stream].append(recorded)
            elif recorded.stream not in found:
                found[recorded.stream] = self.reading.counted(self.lives[recorded.stream])
        return found

    def read(self) -> list[Recorded]:
        """The readable events as they are to be read, in order of position."""
        return sorted(itertools.chain.from_iterable(self.of_stream().values()), key=lambda r: r.position)


@frozen(kw_only=True)
class Audit:
    """What an audit looked at, and what it found: how many events of how many streams, and the last position.

    The three are None where the events of a damaged log cannot all be read.
    """

    events: int | None
    streams: int | None
    head: int | None
    findings: tuple[Finding, ...]


def gather(
    rows: Iterable[Row],
    states: Sequence[StoredState] = (),
    views: Sequence[Held] = (),
    reading: Reading = NOW,
    *,
    partial: bool = False,
    progress: Callable[[int], None] = lambda _position: None,
) -> Material:
    """Read and fold stored events once, those that the `reading` knows; `progress` is told each position.

    `partial` says that the events of the log go on after these.
    """
    material = Material(states, reading, partial, views=views)
    material.kept = {kept.stream: kept.version for kept in states}
    for row in rows:
        if not _take(material, row):
            material.partial = True
            break
        material.last = row.position
        progress(row.position)
    return material


def findings(material: Material, rules: Collection[str] = (), streams: Collection[str] = ()) -> tuple[Finding, ...]:
    """All findings, in the order of the rules and then of position; those of some rules or streams, if any are named.

    Raises `InvalidValue` for a rule that there is not.
    """
    check_rules(rules)
    asked = [rule for rule in RULES if not rules or set(rules) & set(_names(rule))]
    return chosen((finding for rule in asked for finding in rule(material)), rules, streams)


def chosen(found: Iterable[Finding], rules: Collection[str], streams: Collection[str]) -> tuple[Finding, ...]:
    """The findings by these rules and of these streams; all where there are none."""
    return tuple(f for f in found if (not rules or f.rule in rules) and (not streams or f.stream in streams))


def check_rules(rules: Collection[str]) -> None:
    """Raise `InvalidValue` for a rule that there is not, with the list of all."""
    if unknown := sorted(set(rules) - set(rule_names())):
        raise InvalidValue(f"no rule {unknown[0]!r}; expected one of {', '.join(rule_names())}")


def _take(material: Material, row: Row) -> bool:
    """Take the next event in; False when it, and so all that follow, was not known yet."""
    if not isinstance(row.version, int):
        message = f"the version stored for {row.stream} is not a number: {row.version!r}"
        material.broken.append(Finding(rule="decodable", severity="fault", message=message, position=row.position))
        return True
    place = {"position": row.position, "stream": row.stream, "version": row.version}
    try:
        recorded = row.decode()
    except Undecodable as error:
        rule = "unknown-event" if isinstance(error, UnknownEvent) else "decodable"
        material.broken.append(Finding(rule=rule, severity="fault", message=str(error), **place))  # type: ignore[arg-type]
        material.places.append((row.position, row.stream, row.version))
        material.parked.add(row.stream)
        return True
    if not material.reading.knows(recorded):
        return False
    material.places.append((row.position, row.stream, row.version))
    material.history.append(recorded)
    if row.stream in material.parked:
        return True
    life = material.lives.setdefault(row.stream, live(row.stream, ()))
    known = {one.version for one, _ in (*life.illegal, *life.astray)}
    life.add(recorded)
    if material.kept.get(row.stream) == row.version:
        material.when_kept[row.stream] = life.entry
    told = [(one, "lifecycle", str(error)) for one, error in life.illegal]
    told += [(one, "corrections", reason) for one, reason in life.astray]
    material.broken += [_at(one, rule, "fault", text) for one, rule, text in told if one.version not in known]
    return True


_SECOND = timedelta(seconds=1)


def _at(recorded: Recorded, rule: str, severity: Literal["fault", "observation"], message: str) -> Finding:
    return Finding(
        rule=rule,
        severity=severity,
        message=message,
        position=recorded.position,
        stream=recorded.stream,
        version=recorded.version,
    )


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
    """Every event can be decoded, is known, and follows an arrow of its lifecycle; a correction concerns an event."""
    yield from material.broken


def recorded_time(material: Material) -> Iterator[Finding]:
    """Recorded time never goes back."""
    for before, after in zip(material.history, material.history[1:], strict=False):
        if after.recorded_at < before.recorded_at:
            message = (
                f"recorded at {after.recorded_at:%Y-%m-%d %H:%M:%S}, before the event at position {before.position}"
            )
            yield _at(after, "recorded-time", "fault", message)


def clock_behind(material: Material) -> Iterator[Finding]:
    """No clock stood a second or more before the last recorded time when an event was recorded."""
    for recorded in material.history:
        if recorded.clock is not None and (behind := recorded.recorded_at - recorded.clock) >= _SECOND:
            message = (
                f"the clock said {recorded.clock:%Y-%m-%d %H:%M:%S}, {behind // _SECOND * _SECOND} before the last"
                " recorded time, which the event was given; was the clock set back?"
            )
            yield _at(recorded, "clock-behind", "observation", message)


def unique_ids(material: Material) -> Iterator[Finding]:
    """No two events have one id."""
    first: dict[str, int] = {}
    for recorded in material.history:
        if recorded.id in first:
            message = f"the event at position {first[recorded.id]} has the same id"
            yield _at(recorded, "unique-ids", "fault", message)
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

    Views that other code made are not used, and not compared; nor are streams that are parked, and, in an audit of the
    beginning of a log, views that go further.
    """
    for held in material.views:
        name = held.projection.name
        if held.position > material.last:
            if not material.partial:
                message = f"the stored view {name} is at position {held.position}, but the log ends at {material.last}"
                yield Finding(rule="stored-view", severity="fault", message=message)
            continue
        for row in against_folds(held, material.lives):
            message = (
                f"row {row.number} of the stored view {name} says {_value(row.old)}; the events give {_value(row.new)}"
            )
            yield Finding(rule="stored-view", severity="fault", message=message, stream=row.stream)


def _value(data: dict[str, Any] | None) -> str:
    return "nothing" if data is None else dump(data).decode()


def links(material: Material) -> Iterator[Finding]:
    """A stream that another is part of exists, and nothing is part of itself."""
    known = {stream for _, stream, _ in material.places}
    for recorded in material.read():
        if isinstance(recorded.event, events.PartOfLinked):
            if recorded.event.parent == recorded.stream:
                yield _at(recorded, "links", "observation", "the stream is said to be part of itself")
            elif recorded.event.parent not in known:
                yield _at(recorded, "links", "observation", f"part of {recorded.event.parent}, which is not in the log")


def causation(material: Material) -> Iterator[Finding]:
    """An event that is named as the cause of another is in the log, and nothing follows from itself."""
    for recorded, message in loose_ends(material.history):
        yield _at(recorded, "causation", "observation", message)


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
                yield _at(other, "conflicting-accounts", "observation", message)


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
                yield _at(recorded, "evaluation-term", "observation", message)
            if start is None or start.is_open:
                continue
            end = due.after.after(start.latest)
            if not due.when.overlaps(When(f"{end:%Y-%m}")):
                message = f"{due.after} after the start ({start}) is {end}, but it is due {due.when}"
                yield _at(recorded, "evaluation-term", "observation", message)


_PARAGRAPH = re.compile(
    r"(?P<document>.+?),? (?:paragraph|para\.?|§) ?(?P<section>\d{1,4})\.(?P<number>\d{1,4})", re.ASCII
)


def source_gaps(material: Material) -> Iterator[Finding]:
    """A numbered source that the log cites leaves no paragraph out between the first and the last of a section."""
    cited: dict[tuple[str, int], dict[int, Recorded]] = defaultdict(dict)
    for recorded in material.read():
        match = _PARAGRAPH.fullmatch(recorded.source or "")
        if match:
            cited[match["document"], int(match["section"])].setdefault(int(match["number"]), recorded)
    for (document, section), numbers in sorted(cited.items()):
        for missing in sorted(set(range(min(numbers), max(numbers))) - set(numbers)):
            following = numbers[min(n for n in numbers if n > missing)]
            message = f"no event cites paragraph {section}.{missing} of {document}, though later paragraphs are cited"
            yield _at(following, "source-gaps", "observation", message)


def evaluation_open(material: Material) -> Iterator[Finding]:
    """A stream that ended has no evaluation still due."""
    for entry in material.entries():
        ended = entry.state.status in (Status.ADOPTED, Status.DISCONTINUED)
        if ended and entry.state.evaluation_due:
            yield Finding(
                rule="evaluation-open", severity="observation", stream=entry.stream, version=entry.version,
                position=entry.position,
                message=(
                    f"{entry.state.status.value}, but its evaluation, due {entry.state.evaluation_due},"
                    " was never recorded"
                ),
            )  # fmt: skip


def silent(material: Material) -> Iterator[Finding]:
    """What was to be expected by the day of the last event, or by the day asked for, is recorded; see `SILENCE`."""
    reading = material.reading
    known_at = None if reading.known_at is None else reading.known_at.date()
    day = reading.valid_at or known_at or last_day(material.history)
    if day is not None:
        unfolded = {finding.stream for finding in material.broken}
        lives = [life for stream, life in material.lives.items() if stream not in unfolded]
        entries = [entry for entry in material.entries() if entry.stream not in unfolded and is_activity(entry)]
        yield from heard_by(SILENCE, Heard.made({life.stream: reading.counted(life) for life in lives}, entries, day))


RULES: tuple[Callable[[Material], Iterator[Finding]], ...] = (
    store,
    sequence,
    integrity,
    broken,
    recorded_time,
    clock_behind,
    unique_ids,
    stored_state,
    stored_view,
    links,
    causation,
    conflicting_accounts,
    evaluation_term,
    evaluation_open,
    source_gaps,
    silent,
)

_SEVERAL: dict[Callable[[Material], Iterator[Finding]], tuple[str, ...]] = {
    integrity: ("leaf", "index", "tree", "checkpoint", "salt", "database", "origin"),
    broken: ("decodable", "unknown-event", "lifecycle", "corrections"),
    silent: tuple(rule.__name__.replace("_", "-") for rule in SILENCE),
}
"""The names in the findings of those rules that look after several things; of the others it is that of the function."""


def _names(rule: Callable[[Material], Iterator[Finding]]) -> tuple[str, ...]:
    return _SEVERAL.get(rule, (rule.__name__.replace("_", "-"),))


def rule_names() -> tuple[str, ...]:
    """The names of all rules, in their order, as findings have them."""
    return tuple(name for rule in RULES for name in _names(rule))
