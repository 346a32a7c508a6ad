"""What all renderers for paper share: the order of what stands on the pages, the widths of columns, the words around."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from oplog.narrative.document import Section, sections_of
from oplog.narrative.render.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oplog.narrative.document import Content, Document, Table

WORDS = {"page": "Page {page} of {pages}"}
SHORT = 22
"""A column whose texts are no longer gets all that it needs."""
PADDING = 3
"""What stands between two columns, in characters."""
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
    """The language and the region of the report's tag: ("en", "GB"), or None where it names no region."""
    language, *more = document.language.split("-")
    region = next((part.upper() for part in more if len(part) == 2 and part.isalpha()), None)
    return language.lower(), region


def keywords(document: Document) -> tuple[str, ...]:
    """What the file is to be found by: the titles of the numbered themes, or of all sections where there are none."""
    sections = list(sections_of(document.sections))
    themes = [section for section in sections if section.number] or sections
    return tuple(dict.fromkeys(re.sub("[,;]", "", plain(section.title)) for section in themes))


def page_words() -> list[dict[str, str | bool]]:
    """The words of the page number in their order: text, and the slots `page` and `pages`."""
    parts = _SLOT.split(WORDS["page"])
    return [{"text": text, "slot": bool(n % 2)} for n, text in enumerate(parts) if text]


def widths(table: Table, line: int) -> list[float]:
    """The share of the page's width that each column gets; they add up to 1.

    `line` is how many characters fit side by side. Short columns get what they need, and long ones what is left in
    proportion to their texts.
    """
    texts = [[column.title, *(row.cells[n].text for row in table.rows)] for n, column in enumerate(table.columns)]
    needs = [min(line, max(map(len, column)) + PADDING) for column in texts]
    words = [max((len(word) for text in column for word in text.split()), default=0) for column in texts]
    left = line - sum(need for need in needs if need <= SHORT)
    long = sum(need for need in needs if need > SHORT)
    given = [
        need if need <= SHORT else max(min(word, SHORT) + PADDING, left * need / long)
        for need, word in zip(needs, words, strict=True)
    ]
    return [round(one / sum(given), 4) for one in given]
