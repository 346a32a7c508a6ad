"""The summary: of each section what a committee will want to know of first, in the very sentences of the section."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from attrs import define

from oplog.domain import events
from oplog.domain.lifecycle import Status
from oplog.narrative import phrases
from oplog.narrative.comparisons import against_target
from oplog.narrative.document import Paragraph, Section, Statement, paragraphs_of
from oplog.narrative.figures_found import figures_of
from oplog.narrative.salience import salience
from oplog.narrative.text import sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from oplog.narrative.report import Report
    from oplog.narrative.tale import Tale, Told

ITEMS = 3
"""So many activities of a theme are told, beside those that the configuration asks for."""
SENTENCES = 6
"""No more is told of a theme, but for what the configuration asks for."""
WORDS = 600
"""How long the whole is to be; each theme has its share, within these bounds."""
LEAST, MOST = 60, 120
MINOR = 4
"""What is less salient than this is told only of a theme that has few activities, or nothing else."""


@define(frozen=True, slots=False, eq=False)
class _Story:
    """A paragraph of the main report: the activity that it opens with, and the others that it tells of."""

    head: Tale
    members: tuple[Tale, ...]
    asked: bool

    @property
    def tales(self) -> tuple[Tale, ...]:
        """All of them, in the order in which they are told."""
        return (self.head, *self.members)

    @cached_property
    def salience(self) -> int:
        """That of the most salient of them."""
        return max(salience(tale) for tale in self.tales)


def build(report: Report) -> Section | None:
    """A paragraph for each theme, and how much more the main report tells; None for a report without any theme."""
    if not report.themes:
        return None
    paragraphs: list[Paragraph] = []
    told: set[str] = set()
    room = min(MOST, max(LEAST, WORDS // len(report.themes)))
    for theme in report.themes:
        gists = _chosen(_stories(report, theme), room)
        cited = {position for _, gist in gists for one in gist for position in one.positions}
        told |= {tale.stream for tale in report.tales if any(r.position in cited for r in tale.known)}
        statements = tuple(item.statement for _, gist in gists for item in gist)
        paragraphs.append(Paragraph(title=theme.title, statements=statements))
    paragraphs += _others(report, [tale for tale in report.tales if tale.stream not in told])
    return Section(key="summary", title=report.locale.say("labels.summary"), content=tuple(paragraphs))


def _others(report: Report, others: Sequence[Tale]) -> Iterator[Paragraph]:
    """How many activities only the main report tells of."""
    if not others:
        return
    positions = tuple(sorted(tale.planned.position for tale in others if tale.planned))
    number = report.locale.count(len(others)) if len(others) > 1 else ""
    text = report.locale.say("summary.more", len(others), number=number)
    yield Paragraph(statements=(Statement(text=sentence(text), positions=positions),))


def _stories(report: Report, theme: Section) -> list[_Story]:
    """What the paragraphs of a theme tell of, in their order."""
    by_number: dict[str, list[Tale]] = defaultdict(list)
    for tale in report.tales:
        by_number[report.numbers.get(tale.stream, "")].append(tale)
    found = []
    for paragraph in paragraphs_of(theme.content):
        tales = by_number[paragraph.number or ""]
        head = next(tale for tale in tales if tale.stream == paragraph.stream)
        members = tuple(tale for tale in tales if tale is not head)
        asked = any(tale.stream in report.configuration.highlights for tale in tales)
        found.append(_Story(head, members, asked))
    return found


def _chosen(stories: Sequence[_Story], room: int) -> list[tuple[_Story, list[Told]]]:
    """The most salient stories of a theme, each with what is told of it, in the order of the theme.

    First come their openings and what is due of them; then, while there is room, what came of them and their figures.
    """
    ranked = sorted(stories, key=lambda story: (not story.asked, -story.salience))
    gists: dict[str, list[Told]] = {}
    for story in ranked:
        gist = _opening(story.head)
        minor = story.salience < MINOR and len(stories) > ITEMS
        minor = minor or len(gists) >= ITEMS or not _fits(gists, gist, room)
        if story.asked or not gists or not minor:
            gists[story.head.stream] = gist
    kept = [story for story in ranked if story.head.stream in gists]
    for pick in (_missed, _figure, _result):
        for story in kept:
            gist = gists[story.head.stream]
            more = [one for one in _more(story, pick) if one not in gist]
            if _fits(gists, more, room):
                gist += more
    return [
        (story, [one for tale in story.tales for one in tale.statements if one in gists[story.head.stream]])
        for story in stories
        if story in kept
    ]


def _fits(gists: dict[str, list[Told]], more: Sequence[Told], room: int) -> bool:
    all_of_it = [*(one for gist in gists.values() for one in gist), *more]
    return len(all_of_it) <= SENTENCES and sum(len(one.text.split()) for one in all_of_it) <= room


def _opening(tale: Tale) -> list[Told]:
    """How it began, what became of it, what an evaluation found and what is due; a figure where it merely goes on."""
    goes_on = tale.state.status is Status.UNDER_WAY and not tale.select(*phrases.VERBS)
    figure = _figure(tale) if goes_on else None
    evaluated = {r.position for r in tale.select(events.Evaluated)}
    found = [one for one in tale.statements if one.role == "result" and evaluated.intersection(one.positions)]
    due = [one for one in tale.statements if one.role == "due"]
    return [*_leads(tale), *([figure] if figure else []), *found, *due]


def _leads(tale: Tale) -> list[Told]:
    return [one for one in tale.statements if one.role == "lead"] or tale.statements[:1]


def _more(story: _Story, pick: Callable[[Tale], Told | None]) -> list[Told]:
    """What is picked of the first activity that has it, after the opening of that activity; [] where none has."""
    found = ((tale, one) for tale in story.tales if (one := pick(tale)) is not None)
    return next(([*_leads(tale), one] for tale, one in found), [])


def _missed(tale: Tale) -> Told | None:
    """Its first figure that missed its target."""
    return next((one for one in tale.statements if one.role == "figure" and _misses(tale, one)), None)


def _figure(tale: Tale) -> Told | None:
    """The figure to be told of it before all others: one that missed its target, else the first."""
    return _missed(tale) or next((one for one in tale.statements if one.role == "figure"), None)


def _result(tale: Tale) -> Told | None:
    """Its first result in words, where it can stand by itself: without a word that points back, and after no figure."""
    back = tale.locale.say("summary.refers_back").split()
    before: Told | None = None
    for one in tale.statements:
        after_figure = before is not None and before.role == "figure"
        if one.role == "result" and _first_word(one) not in back and not after_figure:
            return one
        before = one
    return None


def _first_word(told: Told) -> str:
    return told.text.partition(" ")[0].casefold()


def _misses(tale: Tale, told: Told) -> bool:
    """Whether a sentence tells of a target that was not met."""
    windows = tale.windows
    return any(
        (against_target(item.figure, windows.allowance, windows.today) or ("", None))[1] in ("red", "amber")
        for item in figures_of(tale)
        if {r.position for r in item.behind} & set(told.positions)
    )
