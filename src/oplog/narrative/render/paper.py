"""What all renderers for paper share: the order of what they tell, columns, notes in groups, and words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from oplog.narrative.document import Section, sections_of
from oplog.narrative.language_tag import language_and_region
from oplog.narrative.render.notes import Note, lead, places
from oplog.narrative.render.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oplog.narrative.document import Content, Document, Row, Statement
    from oplog.narrative.locale import Locale
    from oplog.narrative.render.notes import Notes
    from oplog.narrative.timeline import Timeline

RUNNING = 80
"""How many characters a line above or below a page has room for."""
_SLOT = re.compile(r"\{(\w+)\}")


def in_order(content: tuple[Content, ...], level: int = 1) -> Iterator[tuple[int, Content]]:
    """All items in reading order, a section before what it holds, each with the level of its section's heading."""
    for item in content:
        if isinstance(item, Section):
            yield level, item
            yield from in_order(item.content, level + 1)
        else:
            yield level - 1, item


def language_of(document: Document) -> tuple[str, str | None]:
    """The language and the region of the report's tag as a PDF has them: ("en", "GB"), None for no region."""
    return language_and_region(document.language)


def running(text: str) -> str:
    """A text that stands on every page, so that it fits on one line."""
    line = plain(text)
    return line if len(line) <= RUNNING else f"{line[: RUNNING - 1].rstrip()}\N{HORIZONTAL ELLIPSIS}"


def keywords(document: Document) -> tuple[str, ...]:
    """What the file is to be found by: the titles of the numbered themes, or of all sections where there are none."""
    sections = list(sections_of(document.sections))
    themes = [section for section in sections if section.number] or sections
    return tuple(dict.fromkeys(re.sub("[,;]", "", plain(section.title)) for section in themes))


def shown(timeline: Timeline) -> list[Statement]:
    """What the picture itself says, without what is said of it above and below."""
    return [item.told for track in timeline.tracks for item in track.items] + [one.told for one in timeline.triggers]


@frozen
class Citation:
    """The notes from `first` to `last` (inclusive), which are cited by one mark.

    With `new` it is for the first time, and each of them leads back to it.
    """

    first: int
    last: int
    new: bool

    @property
    def notes(self) -> range:
        """The numbers of its notes."""
        return range(self.first, self.last + 1)


class Citations:
    """Which notes have been cited so far, so that each leads back to the place where it was cited first."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._cited: set[int] = set()

    def of(self, main: Statement | Row, *others: Statement | Row) -> list[Citation]:
        """What to cite at one place: the note of `main`, and those of the others that nothing has cited yet.

        A picture rests on many events, and most of them are told in the text; the others follow each other, and are
        cited from the first to the last.
        """
        number = self._notes.number(main)
        more = {n for item in others if (n := self._notes.number(item)) is not None} - self._cited - {number}
        cited = [] if number is None else [Citation(number, number, number not in self._cited)]
        for note in sorted(more):
            before = cited[-1] if cited else None
            if before is not None and before.new and before.last == note - 1:
                cited[-1] = evolve(before, last=note)
            else:
                cited.append(Citation(note, note, True))
        self._cited.update(*(one.notes for one in cited))
        return cited


def sources_lead(document: Document) -> str:
    """What stands above the notes where they are grouped."""
    return f"{plain(lead(document))} {document.locale.say('labels.notes.following_lead')}"


def told(note: Note, locale: Locale) -> str:
    """A note in full, in one line."""
    return " ".join(plain(text) for text in (*note.notes, places(note, locale)) if text)


def grouped(notes: Notes, locale: Locale) -> list[list[tuple[int, str]]]:
    """The numbers and the texts of all notes; the first of a group names the activity and the paper of them all."""
    groups: list[list[tuple[int, str]]] = []
    before: object = None
    for note in notes.all():
        streams = {source.stream for source in note.sources}
        alone = len(streams) == 1 and not note.notes
        subject = (streams, {source.source for source in note.sources}) if alone else None
        if subject is not None and subject == before:
            positions = [str(source.position) for source in note.sources]
            text = locale.say("labels.notes.following", len(positions), positions=locale.listed(positions))
            groups[-1].append((note.number, text))
        else:
            groups.append([(note.number, told(note, locale))])
        before = subject
    return groups


def page_words(locale: Locale) -> list[dict[str, str | bool]]:
    """The words of the page number in their order: text, and the slots `page` and `pages`."""
    parts = _SLOT.split(locale.say("labels.page.number", page="{page}", pages="{pages}"))
    return [{"text": text, "slot": bool(n % 2)} for n, text in enumerate(parts) if text]
