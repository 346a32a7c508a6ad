"""A real Chromium without a window, and what the tests ask of a page in it."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

DESKTOP = (1280, 1000)
PHONE = (390, 844)
NARROW = (320, 640)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OFF = {"enabled": False}
KINDS = [
    ["header"], ["nav"], ["#section-summary"], ["#section-ask"], ["#section-main p:nth-of-type(-n+3)"], ["h3"],
    [".timeline > p"], ["summary"], ["caption"], ["thead"], ["tr:nth-child(-n+4)"],
    [".notes > li:nth-child(-n+3) > p"], [".events:popover-open"], ["footer"],
]  # fmt: skip
"""Where each kind of text stands on a page at least once."""

# Chromium in a container has no sandbox of its own, and must not look for updates: nothing leaves the machine.
_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


def program(*names: str) -> str:
    """Find a program that a test needs; where it is not, fail in CI, and skip the test elsewhere, saying what to do."""
    for name in names:
        if found := shutil.which(name):
            return found
    said = f"{names[0]} is not installed: say 'make tools' as root, or 'sudo apt-get install' what it names"
    if os.environ.get("CI"):
        pytest.fail(said)
    pytest.skip(said)


@contextmanager
def started() -> Iterator[Browser]:
    """Start a Chromium, and end it."""
    path = program("chromium", "chromium-browser", "google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_FLAGS))
        yield browser
        browser.close()


@contextmanager
def opened(
    browser: Browser, path: Path, size: tuple[int, int] = DESKTOP, *, dark: bool = False, script: bool = True
) -> Iterator[tuple[Page, list[str]]]:
    """Open a page of a file; gives it, and the list of all that it asks for besides itself."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        java_script_enabled=script,
    )
    asked: list[str] = []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: asked.append(dialog.message))
    page.goto(path.as_uri())
    asked.remove(path.as_uri())
    yield page, asked
    context.close()


def violations(page: Page, *, colours: bool = False) -> list[tuple[str, str]]:
    """What axe-core finds against a page: its rules, each with the first element that breaks it.

    With `colours` the contrast of each kind of text is looked at, and without it all other rules. A page has many texts
    of each kind, and to look at all of them takes ten times as long.
    """
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    options |= {"runOnly": ["color-contrast"]} if colours else {"runOnly": RULES, "rules": {"color-contrast": OFF}}
    found = Axe().run(page, context={"include": KINDS} if colours else None, options=options).response["violations"]
    return [(one["id"], one["nodes"][0]["html"]) for one in found]


def overflow(page: Page) -> int:
    """How many pixels of a page lie outside its window, to the right."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
