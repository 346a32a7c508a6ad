"""Tags of languages (BCP 47): what a page, a PDF and a Word file say of the language that they are in."""

from __future__ import annotations

import re

from oplog.errors import InvalidValue

_TAG = re.compile(
    r"x(?:-[a-z0-9]{1,8})+"  # of private use altogether
    r"|(?P<language>[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4}|[a-z]{5,8})"
    r"(?:-[a-z]{4})?"  # the script
    r"(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"  # variants
    r"(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*"  # extensions
    r"(?:-x(?:-[a-z0-9]{1,8})+)?",
    re.IGNORECASE | re.ASCII,
)
"""What RFC 5646, section 2.1, calls well-formed, without the irregular tags that were registered before it."""


def check_tag(tag: str) -> str:
    """The tag, if it is well-formed as RFC 5646 has it. Raises `InvalidValue`."""
    if not _TAG.fullmatch(tag):
        raise InvalidValue(f"language is {tag!r}; expected a tag of BCP 47 such as en-GB or de")
    return tag


def language_and_region(tag: str) -> tuple[str, str | None]:
    """The language of two or three letters and the region of two: ("en", "GB").

    "und" (undetermined) for a language that has no such letters, None for a region that is not named so.
    """
    found = _TAG.fullmatch(tag)
    language, region = (found["language"] or "", found["region"]) if found else ("", None)
    language = language.partition("-")[0].lower()
    return language if 2 <= len(language) <= 3 else "und", region.upper() if region and len(region) == 2 else None
