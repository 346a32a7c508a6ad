"""First mentions: a name in full with its short form, the short form after; a cause with its date, the name after."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from oplog.narrative.document import Content, Paragraph, Section, paragraphs_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from oplog.narrative.locale import Locale


@frozen
class Term:
    """A name that is introduced once: `first` replaces it at its first mention, `after` at every later one.

    `dates` says that it is a cause that gets its date, which is told even when it is named only once.
    """

    name: str
    first: str
    after: str
    dates: bool = False


def abbreviations(known: Mapping[str, str], locale: Locale) -> list[Term]:
    """The terms of a configuration's abbreviations: "British Transport Police (BTP)", then "BTP"."""
    return [Term(name, locale.say("terms.short", name=name, short=short), short) for name, short in known.items()]


def introduce(terms: list[Term], texts: Sequence[str]) -> Callable[[str], str]:
    """A function that rewrites `texts`, in reading order, and introduces each term at its first mention.

    An abbreviation that the texts would never use again is not introduced: the name stands in full.
    """
    whole = " ".join(texts)
    by_name = {term.name: term for term in terms if term.dates or len(_mentions(term.name).findall(whole)) > 1}
    if not by_name:
        return lambda text: text
    longest = sorted(by_name, key=lambda name: (-len(name), name))
    pattern = _mentions(*longest)
    seen: set[str] = set()

    def replace(match: re.Match[str]) -> str:
        term = by_name[match[1]]
        if term.name in seen:
            return term.after
        seen.add(term.name)
        return term.first

    return lambda text: pattern.sub(replace, text)


def _mentions(*names: str) -> re.Pattern[str]:
    return re.compile(r"(?<![\w-])(" + "|".join(re.escape(name) for name in names) + r")(?![\w-])(?! \()")


def with_terms(sections: tuple[Section, ...], terms: list[Term]) -> tuple[Section, ...]:
    """The sections with each term introduced once in the summary, which is read alone, and once in all the rest.

    Only paragraphs are rewritten: what the author configured, lists and tables stand as they are.
    """
    own = [section for section in sections if section.key == "summary"]
    rest = [section for section in sections if section.key != "summary"]
    done = {section.key: section for part in (own, rest) for section in _introduced(part, terms)}
    return tuple(done[section.key] for section in sections)


def _introduced(sections: list[Section], terms: list[Term]) -> Iterator[Section]:
    texts = [s.text for p in paragraphs_of(tuple(sections)) for s in p.statements if s.configured is None]
    rewrite = introduce(terms, texts)
    for section in sections:
        yield evolve(section, content=_rewritten(section.content, rewrite))


def _rewritten(content: tuple[Content, ...], rewrite: Callable[[str], str]) -> tuple[Content, ...]:
    def one(item: Content) -> Content:
        if isinstance(item, Section):
            return evolve(item, content=_rewritten(item.content, rewrite))
        if isinstance(item, Paragraph):
            told = (s if s.configured else evolve(s, text=rewrite(s.text)) for s in item.statements)
            return evolve(item, statements=tuple(told))
        return item

    return tuple(one(item) for item in content)
