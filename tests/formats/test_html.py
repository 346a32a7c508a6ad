"""The HTML of a report as text: its structure, whatever was recorded, and the looks that a house gives it."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from itertools import pairwise
from typing import TYPE_CHECKING

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reports import HARMFUL, REPORTS, everything, example

from oplog import (
    BadConfiguration,
    InvalidValue,
    Look,
    formats_of,
    html_format,
    load_configuration,
    render,
    render_bytes,
)
from oplog.narrative.render.plain import plain

if TYPE_CHECKING:
    from pathlib import Path


SVG = "http://www.w3.org/2000/svg"
"""The name of a language, which nobody asks for."""


class Reading(HTMLParser):
    """What a reader of the page finds: its tags with the names of their attributes, its texts, and what differs."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, ...]] = []
        self.values: dict[str, list[str]] = {}
        self.texts: list[tuple[str, str]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, *(name for name, _ in attributes)))
        for name, value in attributes:
            self.values.setdefault(name, []).append(value or "")

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((self.tags[-1][0], data))

    def handle_comment(self, data: str) -> None:
        self.tags.append(("comment", data))


@given(
    st.text(st.characters(codec=None), min_size=1)
    | st.sampled_from([HARMFUL, "a b", "\u202e", "</style", "{{ 7 * 7 }}"])
)
def test_no_text_changes_the_page(text: str) -> None:
    """Whatever stands in every text of a report, the page has the tags and attributes that it has for a plain word."""
    page = Reading(render(everything(text), "html"))
    assert page.tags == Reading(render(everything("word"), "html")).tags
    assert ("h1", plain(text)) in page.texts or not plain(text)
    ids = page.values["id"]
    assert len(ids) == len(set(ids))
    assert {*page.values["aria-labelledby"], *page.values["popovertarget"]} <= set(ids)
    assert {href.removeprefix("#") for href in page.values["href"]} <= set(ids)


@pytest.mark.parametrize("name", REPORTS)
def test_the_page_is_the_same_every_time(name: str) -> None:
    """The same document gives the same bytes, in UTF-8, without any sign that is not seen, and names no other place."""
    document = REPORTS[name]()
    page = render_bytes(document, "html")
    assert page == render_bytes(document, "html")
    text = page.decode()
    assert text.isprintable() or all(ch.isprintable() or ch == "\n" or ch.isspace() for ch in text)
    text = text.replace(SVG, "")
    if name != "harmful":
        assert "http:" not in text
        assert "https:" not in text


def test_headings_are_in_order() -> None:
    """The title is the one heading of the first level, and none is more than one level below that before it."""
    for document in (example(), everything()):
        levels = [
            int(tag[1]) for tag, *_ in Reading(render(document, "html")).tags if tag in {f"h{n}" for n in range(1, 7)}
        ]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))


def test_a_mark_is_a_shape_and_a_word() -> None:
    """Red, amber and green have each a shape of their own and are told in a word, for those who see no colours."""
    page = render(everything(), "html")
    for word, shape in (("Red", '<path d="M1 1h14v14H1Z"/>'), ("Amber", '<path d="M8 1'), ("Green", "<circle")):
        cell = page.partition(f'<svg class="mark mark-{word.lower()}"')[2].partition("</td>")[0]
        assert shape in cell
        assert f'<span class="mark-word">{word}</span>' in cell


def test_a_report_without_a_marking_has_no_line_for_it() -> None:
    """Neither at its head and foot nor on paper; one that has it has both."""
    marked, plain_one = (render(attrs.evolve(example(), marking=marking), "html") for marking in ("OFFICIAL", None))
    assert marked.count('<p class="marking">OFFICIAL</p>') == 2
    assert marked.count('-center { content: "OFFICIAL"; }') == 2
    assert '<p class="marking">' not in plain_one
    assert "-center { content" not in plain_one


def test_jinja_is_loaded_for_html_alone() -> None:
    """A report in Markdown does without it, so that every other command starts as fast as before."""
    program = (
        "import sys; from oplog import OpLog, commands, render\n"
        "with OpLog.open(':memory:') as log:\n"
        "    log.execute('campaign/week', commands.Plan(title='week'))\n"
        "    document = log.narrative()\n"
        "render(document); assert 'jinja2' not in sys.modules\n"
        "render(document, 'html'); assert 'jinja2' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)  # noqa: S603 - our own program


def test_a_house_gives_the_page_its_style_and_words() -> None:
    """A stylesheet follows ours; a template gives blocks anew and uses what the page is made from, escaped."""
    look = Look(
        stylesheet="body { font-family: serif; }\n/* a\ttab */",
        template='{% extends "report.html" %}{% block notice %}<p>For {{ document.author }}</p>{% endblock %}',
    )
    page = render(everything("a & b"), html_format(look))
    assert page.index("body { font-family: serif; }\n/* a tab */") > page.index("@page :first")
    assert "<p>For a &amp; b</p>" in page
    assert render(everything(), html_format(Look())) == render(everything(), "html")


@pytest.mark.parametrize(
    ("style", "said"),
    [
        ("a {}\np { background: url(https://example.org/x.png) }", "line 2 of the stylesheet fetches something (url()"),
        ("p { background: URL( '//example.org' ) }", "fetches something"),
        ("@import 'x.css';", "line 1 of the stylesheet fetches something (@import)"),
        ("p { background: image-set('x.png' 1x) }", "fetches something"),
        ("p {} </StYlE ><script>", "holds '</style'"),
        ("p {} </st\u202ayle><script>", "holds '</style'"),
        ("a {}\n\n@\\69mport 'x.css';", "line 3 of the stylesheet fetches something (@import)"),
        ("@\\000069 mport 'x.css';", "fetches something (@import)"),
        ("@imp\x01ort 'x.css';", "fetches something (@import)"),
        ("@imp\x00ort 'x.css';", "fetches something (@import)"),
        ("p { background: u\\72l(https://example.org) }", "fetches something (url()"),
        ("p { background: u\\000052\nL( 'https://example.org') }", "fetches something (url()"),
        ("p { background: url(d\\61ta\\3a,x) url(\\68ttps://example.org) }", "fetches something (url()"),
        ("p { background: url( /* data: */'x.png') }", "fetches something (url()"),
        ("p { content: '/*'; background: url(x.png); content: '*/' }", "fetches something (url()"),
        ("p { background: image-set('data:,x' 1x, 'x.png' 2x) }", "fetches something (image-set()"),
        ("p { --x: 'x.png'; background: -webkit-image-set('data:,x' 1x, var(--x) 2x) }", "(-webkit-image-set()"),
        ("p { background: src('data:,x') src(var(--x)) }", "fetches something (src()"),
        ("p { background: url(x", "fetches something (url()"),
        pytest.param("p { width: " + "9" * 5000 + "px }", "the stylesheet cannot be read", id="an endless number"),
    ],
)
def test_a_stylesheet_that_fetches_or_ends_itself_is_refused(style: str, said: str) -> None:
    """It is told which line does so, before anything is made, however the names are escaped."""
    with pytest.raises(InvalidValue, match=re.escape(said)):
        Look(stylesheet=style)


def test_a_stylesheet_may_hold_what_it_shows() -> None:
    """A picture or a font that is written into it is fetched from nowhere, and a comment or a text fetches nothing."""
    for style in (
        "p { background: url(data:image/png;base64,AAAA); fill: url(#id); mask: url( 'DATA:,x' ) }",
        "p { background: image-set('data:,x' type('image/png') 1x, linear-gradient(red, var(--x)) 2x) }",
        "/* no url(x.png), no @import */ p::before { content: 'url(x.png), @import'; src: u\\72 l }",
    ):
        assert style in render(everything(), html_format(Look(stylesheet=style)))


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("<p>Hello</p>", "must begin with"),
        ('Hello {% extends "report.html" %}', "must begin with"),
        ('{% extends "other.html" %}', "must begin with"),
        ('{% extends "report.html" %}\n{% block notice %}{% if %}{% endblock %}', "^line 2 of the template: "),
        ('{% extends "report.html" %}{% block notice %}{{ nothing }}{% endblock %}', "'nothing' is undefined"),
        ('{% extends "report.html" %}{% block notice %}{{ 1 / 0 }}{% endblock %}', "division by zero"),
        ('{% extends "report.html" %}{% block notice %}{{ "".__class__.__mro__ }}{% endblock %}', "is unsafe"),
        ('{% extends "report.html" %}{% block notice %}{% include "house.html" %}{% endblock %}', "cannot be used"),
        ('{% extends "report.html" %}{% block notice %}{% include "../html.py" %}{% endblock %}', "cannot be used"),
    ],
)
def test_a_template_that_cannot_be_used_is_told_in_a_line(template: str, said: str) -> None:
    """What is not a page of ours with other blocks, what is wrong in it, and what reaches for more than the report."""
    with pytest.raises(InvalidValue, match=said):
        render(everything(), html_format(Look(template=template)))


def test_the_look_is_named_in_the_configuration(tmp_path: Path) -> None:
    """[html] names files beside it; the format "html" then has this look, and the others are as they were."""
    (tmp_path / "house").mkdir()
    (tmp_path / "house" / "house.css").write_text("p { color: navy }", encoding="utf-8-sig")
    (tmp_path / "house.html").write_text('{% extends "report.html" %}{% block foot %}<p>Ours</p>{% endblock %}')
    (tmp_path / "report.toml").write_text('[html]\nstylesheet = "house/house.css"\ntemplate = "house.html"\n')
    formats = formats_of(load_configuration(tmp_path / "report.toml"))
    page = render(everything(), formats["html"])
    assert "<style>\np { color: navy }\n</style>" in page
    assert "<p>Ours</p>" in page
    assert render(everything(), formats["markdown"]) == render(everything())
    assert formats_of(None) == formats_of()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('stylesheet = "none.css"', r"html.stylesheet: .*none.css cannot be read: No such file or directory"),
        (
            'stylesheet = "../x.css"',
            "html.stylesheet is '../x.css', which leads elsewhere; expected the name of a file beside the config",
        ),
        ('stylesheet = "/etc/hostname"', "expected the name of a file beside the configuration"),
        ('stylesheet = "latin.css"', "latin.css cannot be read: it is not text in UTF-8"),
        ('stylesheet = "long.css"', "long.css is longer than 1048576 characters"),
        ('stylesheet = "fetch.css"', "line 1 of the stylesheet fetches something"),
        ("stylesheet = 7", "html.stylesheet must be text"),
        ('style = "x.css"', "html.style is not known; expected one of stylesheet, template"),
    ],
)
def test_a_look_that_cannot_be_had_is_told_in_a_line(tmp_path: Path, line: str, said: str) -> None:
    """The file and the key are named, and what was expected."""
    (tmp_path / "latin.css").write_bytes(b"/* \xe9 */")
    (tmp_path / "long.css").write_text(" " * (1 << 20) + " ")
    (tmp_path / "fetch.css").write_text("@import 'x';")
    (tmp_path / "report.toml").write_text(f"[html]\n{line}\n")
    with pytest.raises(BadConfiguration, match=said) as caught:
        load_configuration(tmp_path / "report.toml")
    assert str(caught.value).startswith(f"{tmp_path / 'report.toml'}: ")


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ("{% set document = 1 %}", "outside its blocks there may be nothing"),
        ("{% macro told() %}{% endmacro %}", "outside its blocks there may be nothing"),
        ("{{ document.title }}", "outside its blocks there may be nothing"),
        ('{% block notice %}<script src="x.js"></script>{% endblock %}', "fetch, run or lead elsewhere"),
        (
            '{% block notice %}<meta http-equiv="refresh" content="0;url=x">{% endblock %}',
            "fetch, run or lead elsewhere",
        ),
        ('{% block notice %}<link rel="dns-prefetch" href="//x">{% endblock %}', "fetch, run or lead elsewhere"),
        ('{% block notice %}<a href="#x" ping="//x">x</a>{% endblock %}', "fetch, run or lead elsewhere"),
        ('{% block notice %}<a href="#x"/ping="//x">x</a>{% endblock %}', "fetch, run or lead elsewhere"),
        ('{% block notice %}<a title=">" ping="//x">x</a>{% endblock %}', "fetch, run or lead elsewhere"),
        ("{% block notice %}<scr\u202aipt>x</script>{% endblock %}", "fetch, run or lead elsewhere"),
        ('{% block notice %}<me\x00ta ht\x00tp-equiv="refresh">{% endblock %}', "fetch, run or lead elsewhere"),
        ("{% block notice %}{{ [1, 2]|random }}{% endblock %}", "random"),
        ("{% block notice %}{{ lipsum(1) }}{% endblock %}", "lipsum"),
    ],
)
def test_a_house_template_cannot_take_the_protection_away(more: str, why: str) -> None:
    """It gives blocks anew and nothing else; what a policy does not hold back, and chance, are refused by name."""
    look = Look(template='{% extends "report.html" %}' + more)
    with pytest.raises(InvalidValue, match=why):
        render(example(), html_format(look))
