"""Appendices: their letters follow from their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from oplog.narrative.document import Section
    from oplog.narrative.locale import Locale


def lettered(sections: Iterable[Section], locale: Locale) -> tuple[Section, ...]:
    """The sections of a report in their order, each appendix with its letter in its title: A to Z, then AA."""
    return tuple(_lettered(sections, locale))


def _lettered(sections: Iterable[Section], locale: Locale) -> Iterator[Section]:
    number = 0
    for section in sections:
        if not section.appendix:
            yield section
            continue
        letter = chr(ord("A") + number % 26) * (number // 26 + 1)
        yield evolve(section, title=locale.say("labels.appendix", letter=letter, title=section.title))
        number += 1
