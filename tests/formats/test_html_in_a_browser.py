"""The HTML of a report in a real Chromium: for everybody, on every screen, on paper, without script or network."""

from __future__ import annotations

import re
import subprocess
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from browser import DESKTOP, NARROW, PHONE, opened, overflow, program, violations
from papers import small
from reports import everything

from oplog import InvalidValue, Look, html_format, render_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

QUARTERS = ("example", "northmoor", "everything")

WIDER = """() => {
    const end = document.querySelector("main").getBoundingClientRect().right + 1;
    return [...document.querySelectorAll("main :is(table, svg, p)")]
        .filter(e => e.getBoundingClientRect().right > end).map(e => e.textContent.slice(0, 80));
}"""
"""What reaches beyond the column of the text."""


@pytest.mark.parametrize("name", QUARTERS)
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing(browser: Browser, pages: dict[str, Path], name: str, size: tuple[int, int]) -> None:
    """No rule of WCAG 2.2 AA or of good practice is broken by a page with a note open, in light or dark."""
    with opened(browser, pages[name], size) as (page, asked):
        page.locator("main .reference button").first.click()
        assert page.locator(".events:popover-open").count() == 1
        assert violations(page) == []
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert violations(page, colours=True) == [], scheme
        assert asked == []


def test_axe_would_find_something(browser: Browser, tmp_path: Path) -> None:
    """A house that sets grey on white, or takes the heading away, is told so by the same check."""
    look = Look(
        stylesheet="p { color: #bbb; background: #fff; }",
        template='{% extends "report.html" %}{% block masthead %}{% endblock %}',
    )
    (tmp_path / "house.html").write_bytes(render_bytes(everything(), html_format(look)))
    with opened(browser, tmp_path / "house.html") as (page, _):
        assert "page-has-heading-one" in dict(violations(page))
        assert dict(violations(page, colours=True)).keys() == {"color-contrast"}


@pytest.mark.parametrize("name", [*QUARTERS, "harmful", "endless"])
def test_nothing_lies_beside_the_screen(browser: Browser, pages: dict[str, Path], name: str) -> None:
    """On a screen of 320 pixels nobody has to scroll sideways, whatever the words are, nor on a wider one."""
    for size in (NARROW, (720, 900), (1100, 900), DESKTOP) if name in QUARTERS else (NARROW, DESKTOP):
        with opened(browser, pages[name], size) as (page, _):
            assert overflow(page) == 0
            assert page.evaluate(WIDER) == []
            page.locator("main .reference button").first.click()
            assert page.locator(".events:popover-open").evaluate("e => e.scrollWidth - e.clientWidth") == 0
            box = page.locator(".events:popover-open").bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= size[0]


def test_a_note_opens_its_events_without_script(browser: Browser, pages: dict[str, Path]) -> None:
    """A click on the number after a sentence shows the events behind it, and all that is known of them."""
    with opened(browser, pages["example"], script=False) as (page, _):
        sentence = page.locator("#section-main p").filter(has_text="A week of action on sexual violence").first
        sentence.locator(".reference button").first.click()
        events = page.locator(".events").filter(has_text="What note 6 rests on")
        assert events.is_visible()
        told = events.inner_text()
        for text in (
            "Position 48", "campaign.planned", "campaign/sexual-violence-week, version 1", "22 May 2017 at 08:46 UTC",
            "Pol 57-17, paragraph 2.1", "June 2017", "week of action on sexual violence",
            "Position 113", "campaign.rescheduled",
        ):  # fmt: skip
            assert text in told, text
        events.get_by_role("button", name="Close").click()
        assert not events.is_visible()


def test_the_keyboard_is_enough(browser: Browser, pages: dict[str, Path]) -> None:
    """The first stop leads past the contents; a note opens with Enter, closes with Escape, and one is where one was."""
    with opened(browser, pages["example"]) as (page, _):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the report"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "report"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Note 1"
        page.keyboard.press("Enter")
        assert page.locator("#events-1").is_visible()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Close"
        page.keyboard.press("Escape")
        assert not page.locator("#events-1").is_visible()
        assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Note 1"


def test_tables_stay_tables_on_a_phone(browser: Browser, pages: dict[str, Path]) -> None:
    """Where a row is a card, each value has its column's title beside it, and who listens still hears a table."""
    with opened(browser, pages["example"], PHONE) as (page, _):
        cell = page.locator("#section-figures tbody tr:first-child td").first
        assert cell.evaluate("e => getComputedStyle(e, '::before').content") == '"Value"'
        tree = page.locator("#section-figures table").aria_snapshot()
        assert "- columnheader" in tree
        assert "- rowheader" in tree


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_timeline_fits_and_is_told(browser: Browser, pages: dict[str, Path], size: tuple[int, int]) -> None:
    """One picture is seen, no wider than the text, with what it shows as its name; its table opens without script."""
    with opened(browser, pages["example"], size, script=False) as (page, _):
        pictures = page.get_by_role("img", name="Timeline")
        seen = [picture for picture in pictures.all() if picture.is_visible()]
        assert len(seen) == 1
        box, room = seen[0].bounding_box(), page.locator("#section-timeline").bounding_box()
        assert box is not None
        assert room is not None
        assert box["width"] <= room["width"]
        table = page.locator("#section-timeline table")
        assert not table.is_visible()
        page.get_by_text("Timeline as a table").click()
        assert "London Bridge attack" in table.inner_text()


@pytest.mark.parametrize("name", ["example", "northmoor"])
def test_it_prints_on_a4_with_its_marking_on_every_sheet(
    browser: Browser, pages: dict[str, Path], tmp_path: Path, name: str
) -> None:
    """On paper it is A4, with page numbers, its marking twice on each sheet if it has one, and no buttons."""
    with opened(browser, pages[name]) as (page, _):
        page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    said = subprocess.run([program("pdfinfo"), tmp_path / "page.pdf"], check=True, capture_output=True, text=True)  # noqa: S603
    assert "(A4)" in said.stdout
    text = subprocess.run(  # noqa: S603
        [program("pdftotext"), "-layout", tmp_path / "page.pdf", "-"], check=True, capture_output=True, text=True
    ).stdout
    sheets = text.removesuffix("\f").split("\f")
    assert len(sheets) > 4
    for number, sheet in enumerate(sheets, 1):
        assert sheet.count("OFFICIAL") == (2 if name == "example" else 0)
        assert f"Page {number} of {len(sheets)}" in sheet
    assert "Sources" in text
    assert "Skip to" not in text
    assert "Close" not in text


def test_harmful_text_does_nothing(browser: Browser, pages: dict[str, Path]) -> None:
    """Script, markup, styles and addresses in the texts of a report are read as they are; nothing runs."""
    with opened(browser, pages["harmful"]) as (page, asked):
        assert page.title().startswith("</style><script>document.title='harmed'</script>")
        assert page.locator("script, img, iframe, object, link, base, form").count() == 0
        assert asked == []


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    """Give the address of a server on this machine, and the list of the paths that it was asked for."""
    asked: list[str] = []

    class Listening(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Listening) as listening:
        Thread(target=listening.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_port}", asked
        listening.shutdown()


def test_a_house_cannot_fetch_or_run_anything(browser: Browser, tmp_path: Path, server: tuple[str, list[str]]) -> None:
    """A style that hides that it fetches is refused, and what a template may still write does nothing."""
    address, asked = server
    template = (
        '{% extends "report.html" %}{% block notice %}<img src="x" onerror="document.title = 1">'
        f'<img src="{address}/a.png"><video src="{address}/b.mp4" poster="{address}/c.png"></video>'
        f"<style>@import url({address}/e.css);</style>{{% endblock %}}"
    )
    with pytest.raises(InvalidValue, match="fetches something"):
        Look(stylesheet=f"body {{ background: u\\72l({address}/d.png) }}")
    (tmp_path / "house.html").write_bytes(render_bytes(everything(), html_format(Look(template=template))))
    with opened(browser, tmp_path / "house.html") as (page, _):
        page.wait_for_load_state("networkidle")
        assert page.title() == "some text"
        assert asked == []
        page.goto(f"{address}/heard")
        assert "/heard" in asked


BROKEN_WORDS = """() => {
  const found = [];
  for (const cell of document.querySelectorAll("th, td")) {
    const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode;
      for (const word of text.data.matchAll(/[^\\s\\u2013-]+/g)) {
        const range = document.createRange();
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        if (range.getClientRects().length > 1) found.push(word[0]);
      }
    }
  }
  return found;
}"""


@pytest.mark.parametrize("name", ["example", "northmoor"])
@pytest.mark.parametrize("wide", [1280, 1000, 800, 390])
def test_no_word_of_a_table_is_broken(browser: Browser, pages: dict[str, Path], name: str, wide: int) -> None:
    """On a screen of any width, each word of a table stands on one line."""
    with opened(browser, pages[name], (wide, 900)) as (page, _):
        assert page.evaluate(BROKEN_WORDS) == []


@pytest.mark.parametrize(("size", "folded"), [(DESKTOP, False), (PHONE, True)])
def test_the_report_begins_on_the_first_screen(
    browser: Browser, pages: dict[str, Path], size: tuple[int, int], folded: bool
) -> None:
    """The contents are folded where they would stand above the report, and open beside it; they need no script."""
    with opened(browser, pages["example"], size, script=False) as (page, _):
        first = page.locator("main p").first.bounding_box()
        assert first is not None
        assert first["y"] < size[1]
        link = page.locator(".contents a").first
        assert link.is_visible() is not folded
        if folded:
            page.locator(".contents summary").click()
            assert link.is_visible()


@pytest.mark.parametrize(("size", "shown"), [(DESKTOP, True), (PHONE, False)])
def test_a_card_leaves_out_what_goes_without_saying(
    browser: Browser, pages: dict[str, Path], size: tuple[int, int], shown: bool
) -> None:
    """On a phone a row is a card without "number" and "Count"; a table on a wide screen has all its cells."""
    with opened(browser, pages["example"], size) as (page, _):
        usual = page.locator("#section-figures td", has_text=re.compile("^(number|Count)$"))
        assert usual.count() > 20
        assert {one.is_visible() for one in usual.all()} == {shown}
        assert page.locator("#section-figures td", has_text=re.compile("^(people|Running total)$")).first.is_visible()


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_a_mark_and_its_words_are_read_together(browser: Browser, tmp_path: Path, size: tuple[int, int]) -> None:
    """The sign, its name and what it means stand side by side, with a dash between the words."""
    file = tmp_path / "report.html"
    file.write_bytes(render_bytes(small(), "html"))
    with opened(browser, file, size) as (page, _):
        cell = page.locator("td:has(.mark-red)")
        assert cell.inner_text().strip() == "Red \N{EN DASH} 1,234"
        sign, word = cell.locator("svg").bounding_box(), cell.locator(".mark-word").bounding_box()
        assert sign is not None
        assert word is not None
        assert sign["x"] + sign["width"] <= word["x"] < sign["x"] + sign["width"] + 12
        assert abs(sign["y"] - word["y"]) < 10
