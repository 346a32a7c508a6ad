"""Silence is news: what was to be expected, by what the log holds, and nobody recorded.

A rule is a function over `Heard`, what is read of a log and the day on which it is looked at; it gives observations,
with the date for which something was expected. `SILENCE` are ours, in their order; `OpLog.silence` takes others too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import MAXYEAR, date, timedelta
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from attrs import field, frozen, validators

from oplog.domain import events
from oplog.domain.aggregates import is_about_log
from oplog.domain.calendars import CALENDAR_YEAR, Calendar, Quarter
from oplog.domain.lifecycle import Status
from oplog.domain.values import Basis, Figure
from oplog.domain.when import When
from oplog.findings import Finding, found_at
from oplog.projections import promised, promises, register

if TYPE_CHECKING:
    from oplog.projections.promises import Promise
    from oplog.projections.register import Entry
    from oplog.recorded import Recorded


@frozen(kw_only=True)
class SilenceLimits:
    """How long silence may last: `news` days without any event, and `figures` days after the end of a quarter.

    `calendar` says where quarters begin.
    """

    news: int = field(default=92, validator=validators.ge(0))
    figures: int = field(default=31, validator=validators.ge(0))
    calendar: Calendar = CALENDAR_YEAR


@frozen
class Heard:
    """What is read of a log, by stream: its events and its entry in the register; and the day to look at it.

    What the log keeps about itself is no activity, and not among the streams.
    """

    streams: Mapping[str, Sequence[Recorded]]
    entries: Mapping[str, Entry]
    on: date
    limits: SilenceLimits

    @classmethod
    def of(cls, recorded: Iterable[Recorded], on: date, limits: SilenceLimits | None = None) -> Heard:
        """What is heard in events as they are to be read. Raises `IllegalTransition` where one has no arrow."""
        streams: dict[str, list[Recorded]] = defaultdict(list)
        entries: dict[str, register.EntryDraft] = {}
        for one in recorded:
            streams[one.stream].append(one)
            register.apply(entries, one)
        return cls.made(streams, register.finish(entries), on, limits)

    @classmethod
    def made(
        cls,
        streams: Mapping[str, Sequence[Recorded]],
        entries: Iterable[Entry],
        on: date,
        limits: SilenceLimits | None = None,
    ) -> Heard:
        """What is heard in events that were sorted by stream, and folded, before."""
        known = {entry.stream: entry for entry in sorted(entries, key=register.order)}
        return cls({stream: streams[stream] for stream in known}, known, on, limits or SilenceLimits())

    @cached_property
    def promises(self) -> tuple[Promise, ...]:
        """All that was promised."""
        draft = promises.Draft()
        for recorded in chain.from_iterable(self.streams.values()):
            promises.apply(draft, recorded)
        return promises.finish(draft)


SilenceRule: TypeAlias = Callable[[Heard], Iterator[Finding]]


def _finding(rule: str, at: Recorded, message: str, expected: When) -> Finding:
    return found_at(at, rule, message, "observation", expected)


def _passed(heard: Heard, of: promises.Of) -> Iterator[tuple[Promise, When, Recorded]]:
    """The promises of a sort whose date has passed and of which nothing came, with that date and the event behind."""
    for promise in heard.promises:
        when = promise.latest.when
        if promise.of == of and promise.outcome == "to come" and when is not None and when.latest < heard.on:
            position = promise.latest.positions[0]
            yield promise, when, next(r for r in heard.streams[promise.stream] if r.position == position)


def no_evaluation(heard: Heard) -> Iterator[Finding]:
    """An evaluation that was due has a result: its date has passed, and none is recorded."""
    for _, when, at in _passed(heard, "evaluation"):
        yield _finding("no-evaluation", at, f"an evaluation was due {when}, but no result is recorded", when)


def no_outcome(heard: Heard) -> Iterator[Finding]:
    """What was planned for a date, to end by one or suspended until one has an outcome: nothing is recorded since.

    That it began, was held, ended, was called off or moved is an outcome, and so is any that was recorded in words.
    While something is suspended, its end is not awaited.
    """
    for of, told in _DATES:
        for promise, when, at in _passed(heard, of):
            waits = of == "end" and heard.entries[promise.stream].state.status is Status.SUSPENDED
            if not waits and not _outcome_since(heard, promise.stream, when):
                yield _finding("no-outcome", at, told.format(when), when)
    for stream, entry in heard.entries.items():
        until = entry.state.until
        if entry.state.status is Status.SUSPENDED and until is not None and until.latest < heard.on:
            at = next(r for r in reversed(heard.streams[stream]) if isinstance(r.event, events.Suspended))
            if not _outcome_since(heard, stream, until):
                yield _finding(
                    "no-outcome",
                    at,
                    f"suspended until {until}, but neither a resumption nor an outcome is recorded",
                    until,
                )


def no_answer(heard: Heard) -> Iterator[Finding]:
    """An action that was asked for a date has an answer: its date has passed, and none is recorded."""
    for stream, entry in heard.entries.items():
        for asked in entry.state.open_actions:
            if asked.when is not None and asked.when.latest < heard.on:
                at = next(r for r in reversed(heard.streams[stream]) if r.event == asked)
                message = f"action {asked.action!r} was due {asked.when}, but no answer is recorded"
                yield _finding("no-answer", at, message, asked.when)


_DATES: tuple[tuple[promises.Of, str], ...] = (
    ("date", "planned for {}, but nothing recorded says whether it took place"),
    ("end", "was to end by {}, but neither an end nor an outcome is recorded"),
)


def _outcome_since(heard: Heard, stream: str, when: When) -> bool:
    told = (r for r in heard.streams[stream] if isinstance(r.event, events.OutcomeRecorded))
    return any(outcome.last_day >= when.earliest for outcome in told)


def no_news(heard: Heard) -> Iterator[Finding]:
    """What is under way, suspended or postponed has news: some event of it within a set time (`SilenceLimits.news`).

    An event is news on the day on which it was so, as near to its recording as its date allows. News of a part is news
    of the whole, and where a part is told of, the whole is not. What is suspended until a date gives none before it,
    and what repeats by a recurrence or a rate is the matter of the next rule.
    """
    parts: dict[str, list[str]] = defaultdict(list)
    for entry in heard.entries.values():
        if entry.state.part_of is not None:
            parts[entry.state.part_of].append(entry.stream)
    own = {stream: max(_day(r) for r in heard.streams[stream] if _is_news(r)) for stream in heard.entries}
    silent = {}
    for stream, entry in heard.entries.items():
        last = max(own[part] for part in _with_parts(stream, parts) if part in own)
        if _awaited(entry, heard.on) and (heard.on - last).days > heard.limits.news:
            silent[stream] = last
    for stream, last in silent.items():
        below = (part for part in _with_parts(stream, parts)[1:] if part in silent)
        if all(stream in _with_parts(part, parts) for part in below):
            expected = last + timedelta(days=heard.limits.news)
            status = heard.entries[stream].state.status.value
            message = f"{status}, but nothing is recorded of any day after {last}; news was expected by {expected}"
            yield _finding("no-news", heard.streams[stream][-1], message, When.of(expected))


def _awaited(entry: Entry, on: date) -> bool:
    """Whether news of it is to be expected."""
    if _repeats(entry):
        return False
    if entry.state.status is Status.SUSPENDED and entry.state.until is not None:
        return bool(entry.state.until.latest < on)
    return entry.state.status in (Status.UNDER_WAY, Status.SUSPENDED, Status.POSTPONED)


def _repeats(entry: Entry) -> bool:
    return entry.state.plan.recurrence is not None or entry.state.plan.rate is not None


def _is_news(recorded: Recorded) -> bool:
    return not isinstance(recorded.event, events.OF_EVENTS)


def _day(recorded: Recorded) -> date:
    day, when = recorded.recorded_at.date(), recorded.effective
    return day if when is None else max(when.earliest, min(day, when.latest))


def _with_parts(stream: str, parts: Mapping[str, list[str]]) -> list[str]:
    """A stream and all that is part of it, each once, also where streams are said to be part of each other."""
    found, seen = [stream], {stream}
    for one in found:
        more = [part for part in parts.get(one, ()) if part not in seen]
        found += more
        seen.update(more)
    return found


def no_occurrence(heard: Heard) -> Iterator[Finding]:
    """What happens again and again has a record of each occurrence that its recurrence or rate promises.

    Those that were held and those that were called off count. One finding a stream tells how many there are no records
    of, while it is under way.
    """
    ends = {p.stream: p.latest.when for p in heard.promises if p.of == "end"}
    for stream, entry in heard.entries.items():
        if entry.state.status is not Status.UNDER_WAY or not _repeats(entry):
            continue
        end = ends.get(stream)
        on = heard.on if end is None else min(heard.on, end.latest)
        slots = promised.promised(entry.state.plan, heard.streams[stream], on)
        missing = promised.unrecorded(slots, heard.streams[stream])
        if missing:
            first = When.of(missing[0].first, missing[0].last)
            yield _finding("no-occurrence", heard.streams[stream][0], _how_many(len(slots), missing), first)


def _how_many(total: int, missing: list[promised.Days]) -> str:
    first, last = _words(missing[0]), _words(missing[-1])
    if total == 1:
        return f"the one occurrence to be expected so far, that of {first}, is not recorded"
    expected = f"{'at least ' if total == promised.MOST else ''}{total} occurrences to be expected so far"
    if len(missing) == 1:
        return f"one of the {expected} is not recorded: that of {first}"
    of = f"none of the {expected} is" if len(missing) == total else f"{len(missing)} of the {expected} are not"
    return f"{of} recorded: the first that of {first}, the last that of {last}"


def _words(days: promised.Days) -> str:
    return f"{days.first}" if days.first == days.last else f"{days.first} to {days.last}"


def no_figure(heard: Heard) -> Iterator[Finding]:
    """A figure that was recorded for a quarter is recorded for the next one too, some time after that is over.

    It is told of counts for whole months or quarters and of levels, by stream and measure, while the stream is under
    way and once that quarter ended more than a set time ago (`SilenceLimits.figures`).
    """
    for stream, entry in heard.entries.items():
        if entry.state.status is not Status.UNDER_WAY:
            continue
        recorded: dict[tuple[str, Basis], dict[Quarter, Recorded]] = defaultdict(dict)
        for one in heard.streams[stream]:
            if isinstance(one.event, (events.FigureRecorded, events.FigureRestated)):
                figure: Figure = one.event.figure
                if (quarter := _quarter(figure, heard.limits.calendar)) is not None:
                    recorded[figure.name, figure.basis][quarter] = one
        for (name, basis), quarters in recorded.items():
            for quarter, one in quarters.items():
                late = quarter.next.last + timedelta(days=heard.limits.figures) < heard.on
                if late and quarter.next not in quarters:
                    told = f"recorded for {_months(quarter)}, but not for {_months(quarter.next)}"
                    yield _finding("no-figure", one, f"{name} ({basis.value}): {told}", quarter.next.when)


def _quarter(figure: Figure, calendar: Calendar) -> Quarter | None:
    """The quarter that a figure belongs to; None where it belongs to none, or tells less than a month of one."""
    period = figure.period
    if period is None or period.is_open or period.latest.year >= MAXYEAR - 1:  # the last quarters have no next
        return None
    whole = figure.basis is Basis.LEVEL or (figure.basis is Basis.COUNT and period.whole_months)
    quarter = calendar.quarter_of(period.earliest)
    return quarter if whole and period.within(quarter.when) else None


def _months(quarter: Quarter) -> str:
    return " to ".join(quarter.when.edtf.split("/"))


SILENCE: tuple[SilenceRule, ...] = (no_evaluation, no_outcome, no_answer, no_news, no_occurrence, no_figure)
"""Our rules, in their order."""


@frozen
class Listening:
    """By which rules silence is heard, and how long it may last; the limits are None for those by default."""

    rules: Sequence[SilenceRule] = SILENCE
    limits: SilenceLimits | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the rules: those of their functions, with dashes."""
        return tuple(getattr(rule, "__name__", "").replace("_", "-") for rule in self.rules)


def last_day(history: Iterable[Recorded]) -> date | None:
    """The day on which the last event was recorded, but for those about the log itself; None when there is none."""
    return max((one.recorded_at.date() for one in history if not is_about_log(one.stream)), default=None)


def silence(
    recorded: Iterable[Recorded], on: date, rules: Iterable[SilenceRule] = SILENCE, limits: SilenceLimits | None = None
) -> tuple[Finding, ...]:
    """What the rules find on a day in events as they are to be read, in the order of the rules and then by stream."""
    return tuple(heard_by(rules, Heard.of(recorded, on, limits)))


def heard_by(rules: Iterable[SilenceRule], heard: Heard) -> Iterator[Finding]:
    """What the rules find, in their order."""
    return (finding for rule in rules for finding in rule(heard))
