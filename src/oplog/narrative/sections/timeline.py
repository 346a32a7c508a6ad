"""The timeline, an appendix: what happened when, and what is to come, as far as it has dates."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from attrs import frozen

from oplog.narrative.course import Step, course_of, is_exact
from oplog.narrative.document import Section, Statement
from oplog.narrative.matter import full_day
from oplog.narrative.salience import salience
from oplog.narrative.text import capital, sentence
from oplog.narrative.timeline import Kind, Lane, Timeline, Track, Trigger
from oplog.narrative.timeline_told import item_of, positions_of, wording

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oplog.domain.values import Cause
    from oplog.narrative.report import Report
    from oplog.narrative.tale import Tale

MOST_TRACKS = 36
"""So many activities fit on a page of A4."""


LOST: tuple[Kind, ...] = ("moved", "postponed", "cancelled")
AHEAD: tuple[Kind, ...] = ("planned", "due")
COUNTED: tuple[tuple[str, tuple[Kind, ...]], ...] = (
    ("held", ("held",)),
    ("under_way", ("under_way", "ended")),
    ("suspended", ("suspended",)),
    ("evaluated", ("evaluated",)),
    ("lost", LOST),
    ("planned", AHEAD),
)
"""What the description counts, in this order, by the keys of its words: activities that have items of these kinds."""


@frozen
class _Drawn:
    """An activity and those of its steps that a timeline shows."""

    tale: Tale
    steps: tuple[Step, ...]


def build(report: Report) -> Section | None:
    """A timeline of all activities that have dates in the period, or to come; None when none has."""
    dated = [drawn for tale in report.tales if (drawn := _drawn(tale, report)) is not None]
    if not dated:
        return None
    kept = _legible(dated, report.configuration.highlights)
    timeline = _timeline(report, dated, kept)
    return Section(key="timeline", title=report.locale.say("labels.timeline.title"), content=(timeline,), appendix=True)


def _horizon(since: date, until: date) -> date:
    """The last day to which the axis may run: half the window again, and no more than a quarter."""
    return until + min((until - since) / 2, timedelta(days=92), date.max - until)


def _drawn(tale: Tale, report: Report) -> _Drawn | None:
    """It with the steps that reach into the axis or lie ahead; None when all that it has goes on throughout."""
    since, until = report.windows.since, report.windows.until
    steps = tuple(s for s in course_of(tale) if s.last is None or s.last >= since)
    through = [s for s in steps if s.lasts and (s.first or date.min) < since and (s.last or until) >= until]
    return _Drawn(tale, steps) if len(steps) > len(through) else None


def _legible(dated: Sequence[_Drawn], highlights: Sequence[str]) -> list[_Drawn]:
    """Those of which most is to be told, in the order that they came in."""
    ranked = sorted(dated, key=lambda d: (d.tale.stream not in highlights, -salience(d.tale), -len(d.steps)))
    chosen = {d.tale.stream for d in ranked[:MOST_TRACKS]}
    return [d for d in dated if d.tale.stream in chosen]


def _timeline(report: Report, dated: Sequence[_Drawn], kept: Sequence[_Drawn]) -> Timeline:
    windows = report.windows
    horizon = _horizon(windows.since, windows.until)
    letters = _letters(kept)
    steps = [step for drawn in kept for step in drawn.steps]
    ahead = [s for s in steps if s.first is not None and windows.until < s.first <= horizon]
    reached = [min(s.last or horizon, horizon) for s in ahead]
    lanes = _lanes(report, kept, letters)
    used = {item.kind for lane in lanes for track in lane.tracks for item in track.items}
    return Timeline(
        first=windows.since,
        last=max([windows.until, *reached, *(day for day in [windows.today] if day <= horizon)]),
        since=windows.since,
        until=windows.until,
        today=windows.today,
        lanes=lanes,
        triggers=tuple(_trigger(report, cause, letter, steps) for cause, letter in letters.items()),
        wording=wording(report.locale, used),
        description=_description(report, kept),
        left_out=_left_out(report, dated, kept),
    )


def _letters(kept: Sequence[_Drawn]) -> dict[Cause, str]:
    """The causes with dates of their own, the earliest first, each with its letter: A to Z, then AA."""
    causes = {s.cause for drawn in kept for s in drawn.steps if s.cause is not None and s.cause.when is not None}
    ordered = sorted(causes, key=lambda c: (c.when, c.name, c.kind.value))
    return {cause: chr(65 + n % 26) * (n // 26 + 1) for n, cause in enumerate(ordered)}


def _lanes(report: Report, kept: Sequence[_Drawn], letters: dict[Cause, str]) -> tuple[Lane, ...]:
    lanes = []
    for theme in report.themes:
        mine = [drawn for drawn in kept if drawn.tale.theme[0] == theme.key]
        mine.sort(key=lambda drawn: min((s.begin.earliest, s.begin.latest) for s in drawn.steps if not _old(s, report)))
        tracks = tuple(_track(report, drawn, letters) for drawn in mine)
        if tracks:
            lanes.append(Lane(title=theme.title, tracks=tracks))
    return tuple(lanes)


def _old(step: Step, report: Report) -> bool:
    """Whether it was going on when the window began, so that it says nothing of where its track belongs."""
    return step.lasts and step.begin.earliest < report.windows.since and step.end is None


def _track(report: Report, drawn: _Drawn, letters: dict[Cause, str]) -> Track:
    tale = drawn.tale
    title = capital(tale.noun.bare)
    places = {id(step): n for n, step in enumerate(drawn.steps)}
    return Track(
        title=title,
        stream=tale.stream,
        number=report.numbers.get(tale.stream, ""),
        items=tuple(item_of(tale, step, title, letters, places) for step in drawn.steps),
    )


def _trigger(report: Report, cause: Cause, letter: str, steps: Sequence[Step]) -> Trigger:
    if (when := cause.when) is None:
        raise ValueError("only a cause with a date is a trigger")
    span, date_told = when.span, report.windows.dates.plain(when)
    return Trigger(
        letter=letter,
        told=Statement(
            text=sentence(report.locale.say("timeline.trigger", cause=cause.name, when=date_told)),
            positions=positions_of([step for step in steps if step.cause == cause]),
        ),
        first=span.start.first if span.start else None,
        last=span.end.last if span.end else None,
        exact=is_exact(when),
    )


def _description(report: Report, kept: Sequence[_Drawn]) -> Statement:
    """What the timeline shows: how many activities, and what of them."""
    locale, windows = report.locale, report.windows
    counted = []
    numbers = [
        sum(any(s.kind in kinds and not _gone_by(s, report) for s in d.steps) for d in kept) for _, kinds in COUNTED
    ]
    overdue = sum(any(_gone_by(s, report) for s in drawn.steps) for drawn in kept)
    digits = locale.in_digits(number for number in (*numbers, overdue) if number)
    for (key, kinds), number in zip(COUNTED, numbers, strict=True):
        there = [k for k in kinds if any(s.kind == k for drawn in kept for s in drawn.steps)]
        what = locale.listed([locale.say(f"timeline.counted.{kind}") for kind in there if kind in LOST], "or")
        if number:
            counted.append(
                locale.say(f"timeline.counted.{key}", number, number=locale.count(number, digits=digits), what=what)
            )
    if overdue:
        counted.append(locale.say("timeline.counted.overdue", overdue, number=locale.count(overdue, digits=digits)))
    text = locale.say(
        "timeline.shown",
        len(kept),
        number=locale.count(len(kept)),
        since=full_day(windows, windows.since),
        until=full_day(windows, windows.until),
    )
    of_these = locale.say("timeline.of_these", counted=locale.listed(counted))
    return Statement(
        text=f"{sentence(text)} {sentence(of_these)}", positions=positions_of(s for drawn in kept for s in drawn.steps)
    )


def _gone_by(step: Step, report: Report) -> bool:
    """Whether it is a date for something that had passed by the date of the report, without news."""
    return step.kind in AHEAD and step.last is not None and step.last < report.windows.today


def _left_out(report: Report, dated: Sequence[_Drawn], kept: Sequence[_Drawn]) -> Statement | None:
    """What the timeline does not show, and why; None when it shows all."""
    locale = report.locale
    shown, with_dates = {d.tale.stream for d in kept}, {d.tale.stream for d in dated}
    undated = sum(tale.stream not in with_dates for tale in report.tales)
    crowded = len(with_dates) - len(shown)
    said = [
        sentence(locale.say(f"timeline.{key}", number, number=locale.count(number) if number > 1 else ""))
        for key, number in (("undated", undated), ("crowded", crowded))
        if number
    ]
    others = [tale.planned.position for tale in report.tales if tale.stream not in shown and tale.planned]
    return Statement(text=" ".join(said), positions=tuple(sorted(others))) if said else None
