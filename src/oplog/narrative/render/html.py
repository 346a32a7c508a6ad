"""The document as a page of HTML: one file that needs no script and no network, for the screen and for paper."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

from oplog.domain.when import When
from oplog.errors import InvalidValue
from oplog.narrative.dates import Dates
from oplog.narrative.document import Section, Table
from oplog.narrative.look import Look
from oplog.narrative.render.canvas import CSS
from oplog.narrative.render.columns import table_widths
from oplog.narrative.render.json import KINDS
from oplog.narrative.render.notes import Notes, lead, places
from oplog.narrative.render.paper import in_order
from oplog.narrative.render.plain import plain
from oplog.narrative.render.timeline_svg import svg, svg_parts
from oplog.narrative.render.timeline_table import as_table
from oplog.narrative.unseen import without_unseen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from jinja2.sandbox import SandboxedEnvironment
    from markupsafe import Markup

    from oplog.narrative.document import Content, Document
    from oplog.narrative.locale import Locale
    from oplog.narrative.timeline import Timeline

_SHORT = 24

PAGE = "report.html"
HOUSE = "house.html"
"""The name of a template of one's own, as errors tell it."""

_OF_A_TEMPLATE = (ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, TypeError, ValueError)
"""What an expression in a template may raise, besides the errors of templates."""

_EXTENDS = re.compile(r"""\s*(?:\{#.*?#\}\s*)*\{%[-+]?\s*extends\s+(["'])report\.html\1\s*[-+]?%\}""", re.DOTALL)
_OUR_POLICY = re.compile(r'http-equiv="[\w-]+"')
_FETCHES = re.compile(
    r"<(?:script|base|link|iframe|object|embed|frame)\b|\bhttp-equiv\b"
    r"""|<[a-z](?:[^>"']|"[^"]*"|'[^']*')*?[\s"'/]ping\s*=""",
    re.IGNORECASE,
)
"""What a policy in the page does not hold back, or what would take the policy away."""


def render_html(document: Document, look: Look | None = None) -> str:
    """The report as a page of HTML, ending with one line feed.

    Raises `InvalidValue` for a template in the look that cannot be used, naming its line.
    """
    from jinja2 import TemplateError, TemplateSyntaxError

    look = look or Look()
    try:
        page = _environment(look).get_template(PAGE if look.template is None else HOUSE)
        # What is not seen goes first: "scr\u202eipt" is nothing to be afraid of, until it does.
        text = without_unseen(page.render(**_content(document, look)))
    except TemplateSyntaxError as error:
        raise InvalidValue(f"line {error.lineno} of the template: {error.message}") from None
    except (TemplateError, *_OF_A_TEMPLATE) as error:
        if not look.template:
            raise
        raise InvalidValue(f"the template cannot be used: {error or type(error).__name__}") from None
    if look.template is not None and (found := _FETCHES.search(_OUR_POLICY.sub("", text, count=1))):
        raise InvalidValue(
            f"the template makes the page fetch, run or lead elsewhere, which no report does: {found[0]!r}"
        )
    return text.replace("\t", " ").strip("\n") + "\n"


def _environment(look: Look) -> SandboxedEnvironment:
    from jinja2 import ChoiceLoader, DictLoader, PackageLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    loader = PackageLoader("oplog.narrative.render", "pages")
    house = DictLoader({} if look.template is None else {HOUSE: look.template})
    environment = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([house, loader]), autoescape=True, undefined=StrictUndefined, finalize=_told
    )
    # The same report gives the same page: there is no chance in it, and nothing to make endless pages with.
    environment.globals.clear()
    del environment.filters["random"]
    if look.template is not None:
        _check(look.template, environment)
    return environment


def _check(template: str, environment: SandboxedEnvironment) -> None:
    """Let a template of one's own give blocks of ours anew, and no more: outside them stands what protects the page."""
    from jinja2 import nodes

    if not _EXTENDS.match(template):
        raise InvalidValue(f'the template must begin with {{% extends "{PAGE}" %}} and give blocks of it anew')
    for node in environment.parse(template).body:
        blank = isinstance(node, nodes.Output) and all(
            isinstance(part, nodes.TemplateData) and not part.data.strip() for part in node.nodes
        )
        if not blank and not isinstance(node, (nodes.Extends, nodes.Block)):
            raise InvalidValue(f"line {node.lineno} of the template: outside its blocks there may be nothing")


def _told(value: Any) -> Any:
    """What is put into the page: text without what cannot be seen, markup of ours as it is."""
    return plain(value) if type(value) is str else value


def _content(document: Document, look: Look) -> dict[str, Any]:
    """What a template may use."""
    from markupsafe import Markup

    anchors = _anchors(document)
    locale = document.locale
    return {
        "document": document,
        "say": partial(_say, locale),
        "notes": Notes(document),
        "lead": lead,
        "places": lambda note: places(note, locale),
        "moment": partial(_moment, locale),
        "kind_of": lambda item: KINDS[type(item)],
        "themes": _themes,
        "anchor": lambda *path: anchors[path],
        "parted": _parted,
        "widths": partial(
            _widths, dict(zip(map(id, _tables_of(document)), table_widths(document.sections), strict=True))
        ),
        "page_number": lambda: Markup(_page_number(locale)),  # noqa: S704 - made of our words
        "as_table": as_table,
        "picture_name": partial(next, (f"timeline-{number}" for number in count(1))),
        "pictures": _pictures,
        "picture": _picture,
        "picture_css": Markup(CSS),  # noqa: S704 - ours
        "in_css": lambda text: Markup(_in_css(text)),  # noqa: S704 - every sign that is no letter is written as its number
        "stylesheet": Markup(look.stylesheet),  # noqa: S704 - it was looked through when it was taken
    }


def _tables_of(document: Document) -> Iterator[Table]:
    """Its tables, in reading order."""
    return (item for _, item in in_order(document.sections) if isinstance(item, Table))


def _anchors(document: Document) -> dict[tuple[int, ...], str]:
    """The id of each section in the page, by its place in the tree: made from its key, with a number if not alone."""
    anchors: dict[tuple[int, ...], str] = {}
    taken: Counter[str] = Counter()

    def name(content: tuple[Content, ...], path: tuple[int, ...]) -> None:
        for place, item in enumerate(content):
            if isinstance(item, Section):
                key = f"section-{re.sub(r'[^a-z0-9]+', '-', item.key.lower()).strip('-')}"
                taken[key] += 1
                anchors[(*path, place)] = key if taken[key] == 1 else f"{key}.{taken[key]}"
                name(item.content, (*path, place))

    name(document.sections, ())
    return anchors


def _themes(section: Section) -> list[tuple[int, Section]]:
    """The numbered sections right under one, each with its place."""
    return [(n, item) for n, item in enumerate(section.content) if isinstance(item, Section) and item.number]


def _parted(text: str) -> tuple[str, str]:
    """A text before its last word, and that word, so that no note begins a line; "" for a word too long for that."""
    before, _, last = plain(text).rpartition(" ")
    return (before, last) if len(last) <= _SHORT else (plain(text), "")


def _pictures(timeline: Timeline, name: str) -> list[Markup]:
    """The wide picture in parts, between which a printed page can end."""
    from markupsafe import Markup

    return [Markup(drawn) for drawn, _ in svg_parts(timeline, name=name)]  # noqa: S704 - as below


def _widths(known: Mapping[int, list[float]], table: Table) -> list[str]:
    """How wide each column is, in per cent of the table; tables of one section stand in the same columns."""
    shares = known.get(id(table)) or next(table_widths((table,)))
    return [f"{share * 100:.2f}%" for share in shares]


def _picture(timeline: Timeline, name: str) -> Markup:
    from markupsafe import Markup

    return Markup(svg(timeline, name=name, narrow=True))  # noqa: S704 - it has made its texts harmless itself


def _say(locale: Locale, key: str, **slots: Any) -> str:
    """A phrase of the page."""
    return locale.say(f"labels.page.{key}", **{name: str(value) for name, value in slots.items()})


def _page_number(locale: Locale) -> str:
    """The number of the page as what CSS calls content: its words as strings, its numbers as counters."""
    told = _say(locale, "number", page="\0page\0", pages="\0pages\0").split("\0")
    return " ".join(f"counter({part})" if n % 2 else _quoted(part) for n, part in enumerate(told))


def _moment(locale: Locale, moment: datetime) -> str:
    there = moment.astimezone(UTC)
    return _say(locale, "moment", day=Dates(locale).plain(When.of(there.date())), time=f"{there:%H:%M}")


def _in_css(text: str) -> str:
    return _quoted(plain(text))


def _quoted(text: str) -> str:
    """A text as a string of CSS, which nothing in it can end."""
    return '"' + "".join(ch if ch.isascii() and ch.isalnum() else f"\\{ord(ch):x} " for ch in text) + '"'
