"""What is particular to one report: its title block, windows, themes and their order, abbreviations.

Read from a TOML file that lies beside the log; every key is optional, and a report without any is made from the log
alone.
"""

from __future__ import annotations

import datetime as dt

# When the program runs, a published report's configuration is read back by the types of its fields.
from collections.abc import Mapping  # noqa: TC003
from decimal import Decimal
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen

from oplog.domain.calendars import Calendar
from oplog.domain.markings import PLAIN, SCHEMES, Audience, MarkingScheme
from oplog.domain.when import When  # noqa: TC001
from oplog.errors import BadConfiguration, InvalidValue
from oplog.narrative.house_files import place_in, read_text
from oplog.narrative.locale import Locale  # noqa: TC001
from oplog.narrative.locales import files_of, house_locale, rephrase, shipped
from oplog.narrative.look import Look
from oplog.narrative.toml_file import read_toml


@frozen
class Heading:
    """A sub-heading of a theme; a stream belongs to it with the theme `theme-key/heading-key`."""

    key: str
    title: str


@frozen
class Theme:
    """A section of the report; a stream belongs to it with the theme `key`, or `key/heading-key`."""

    key: str
    title: str
    headings: tuple[Heading, ...] = ()


PURPOSES = ("information", "decision")


@frozen(kw_only=True)
class ReportConfiguration:
    """The configuration of one report. None means: left out, or worked out from the log.

    `since` and `until` are the first and last day of the activity window, both inclusive; `date` is the report's own.
    `figures` is the figures' quarter. `purpose` is "information" or "decision". `force` is the body that reports, as in
    the middle of a sentence ("the City of London Police"). `abbreviations` maps full names to their short forms.
    `highlights` names streams that the summary must tell, beside those that it chooses. `series` names the series of
    reports that this one continues; None means those of the same committee for the same audience. `locale` has the
    words of the report, None for British English; a `subject` or a `force` that is left out is called as it says.
    `allowance` is by how many per cent of a target a figure may miss it and still be marked amber, and not red.
    `html` is the look of the page.

    `scheme` are the markings that the force uses, and `audience` the most closed of them that the readers may see: what
    is marked otherwise is left out without a trace. `markings` lists what they may see instead, for readers who are not
    at a place in that order. With neither, a public report is for the most open marking, and one that is not public for
    the most trusted, who see everything. Raises `InvalidValue` for both, and for an audience that the scheme has not.
    """

    committee: str | None = None
    date: dt.date | None = None
    subject: str | None = None
    reference: str | None = None
    series: str | None = None
    report_of: str | None = None
    author: str | None = None
    public: bool = True
    purpose: str = "information"
    force: str | None = None
    contact: str | None = None
    markings: tuple[str, ...] | None = None
    recommendations: tuple[str, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None
    figures: When | None = None
    themes: tuple[Theme, ...] = ()
    highlights: tuple[str, ...] = ()
    abbreviations: Mapping[str, str] = field(factory=dict[str, str])
    allowance: Decimal = Decimal(10)
    locale: Locale | None = None
    scheme: MarkingScheme = PLAIN
    audience: str | None = None
    html: Look | None = None

    def __attrs_post_init__(self) -> None:
        if self.purpose not in PURPOSES:
            raise InvalidValue(f"report.purpose is {self.purpose!r}; expected one of {', '.join(PURPOSES)}")
        if self.audience is not None and self.markings is not None:
            raise InvalidValue("an audience and a list of markings say both who reads; give one of them")
        if self.audience is not None:
            self.scheme.audience(self.audience)

    @property
    def readers(self) -> Audience:
        """Who reads the report."""
        scheme = self.scheme
        if self.audience is not None:
            return scheme.audience(self.audience)
        if self.markings is None:
            return scheme.audience(scheme.markings[0 if self.public else -1])
        known = [marking for marking in scheme.markings if marking in self.markings]
        last = next((marking for marking in self.markings if marking not in known), known[-1] if known else None)
        line = scheme.line(last) if last else None
        return Audience(last or scheme.markings[0], frozenset(self.markings), line)

    @property
    def known_markings(self) -> tuple[str, ...]:
        """The markings of the scheme, and those that the readers may see."""
        return tuple(dict.fromkeys((*self.scheme.markings, *(self.markings or ()))))

    @property
    def is_public(self) -> bool:
        """Whether anybody may read it: it is said to be public, and made for the most open marking."""
        return self.public and self.readers.name == self.scheme.markings[0]


_REPORT = {
    "committee": str, "date": dt.date, "subject": str, "reference": str, "series": str, "report_of": str, "author": str,
    "public": bool, "purpose": str, "force": str, "contact": str, "recommendations": list, "highlights": list,
    "markings": list, "language": str, "locale": str,
}  # fmt: skip
_WORDS = ("language", "locale")


def load_configuration(path: str | Path) -> ReportConfiguration:
    """Read a report's configuration from a TOML file.

    Raises `BadConfiguration` naming the file and the key; nothing is guessed from a key that is not known.
    """
    data = read_toml(path)
    try:
        beside = Path(path).parent
        return evolve(_read(data), locale=_locale(data, beside), html=_look(_table(data, "html"), beside))
    except InvalidValue as error:
        raise BadConfiguration(f"{path}: {error}") from None


def configuration_files(path: str | Path) -> tuple[Path, ...]:
    """The files that a report's configuration is read from: itself, then those of the house that it names.

    They are those that nothing may be written over. Raises `BadConfiguration` as `load_configuration` does.
    """
    data = read_toml(path)
    folder = Path(path).parent
    try:
        html, report = _table(data, "html"), _table(data, "report")
        named = [place_in(folder, _text(html, key, "html"), f"html.{key}") for key in html]
        words = files_of(folder, _text(report, "locale", "report"), "report.locale") if "locale" in report else ()
    except (InvalidValue, BadConfiguration) as error:
        raise BadConfiguration(f"{path}: {error}") from None
    return (Path(path), *named, *words)


def _read(data: dict[str, Any]) -> ReportConfiguration:
    _known(data, ("report", "window", "theme", "abbreviations", "targets", "phrases", "marking", "html"), "")
    report = _table(data, "report")
    _known(report, tuple(_REPORT), "report.")
    for key, value in report.items():
        _typed(value, _REPORT[key], f"report.{key}")
    if report.get("purpose", "information") not in PURPOSES:
        raise InvalidValue(f"report.purpose is {report['purpose']!r}; expected one of {', '.join(PURPOSES)}")
    if not report.get("series", "named").strip():
        raise InvalidValue("report.series is empty; expected a name for the series of reports, or no such key")
    lists: dict[str, Any] = {
        key: tuple(_texts(report[key], f"report.{key}"))
        for key in ("recommendations", "highlights", "markings")
        if key in report
    }
    window = _table(data, "window")
    _known(window, ("since", "until", "quarter", "first_month"), "window.")
    for key in ("since", "until"):
        if key in window:
            _typed(window[key], dt.date, f"window.{key}")
    for where, day in (("report.date", report.get("date")), ("window.until", window.get("until"))):
        if day is not None and day.year < 2:
            raise InvalidValue(f"{where} is {day}; expected a year from 2")
    if "since" in window and "until" in window and window["since"] > window["until"]:
        raise InvalidValue("window.since is after window.until")
    if "first_month" in window and "quarter" not in window:
        raise InvalidValue("window.first_month says in which month the year of window.quarter starts; give both")
    abbreviations = _table(data, "abbreviations")
    _texts(list(abbreviations.values()), "abbreviations")
    settings: dict[str, Any] = {key: report[key] for key in report if key not in _WORDS} | lists
    themes = tuple(_theme(theme, n) for n, theme in enumerate(_tables(data, "theme"), 1))
    _once([theme.key for theme in themes], "the list of themes")
    return ReportConfiguration(
        **settings,
        since=window.get("since"),
        until=window.get("until"),
        figures=_quarter(window),
        themes=themes,
        abbreviations=abbreviations,
        allowance=_allowance(data),
        **_marking(_table(data, "marking")),
    )


def _marking(marking: dict[str, Any]) -> dict[str, Any]:
    """The marking scheme and the audience, as far as they are given."""
    _known(marking, ("scheme", "levels", "lines", "audience"), "marking.")
    for key, kind in (("scheme", str), ("levels", list), ("audience", str)):
        if key in marking:
            _typed(marking[key], kind, f"marking.{key}")
    if "scheme" in marking and "levels" in marking:
        raise InvalidValue("marking.scheme names a scheme and marking.levels makes one; give one of them")
    if marking.get("scheme", "plain") not in SCHEMES:
        raise InvalidValue(f"marking.scheme is {marking['scheme']!r}; expected one of {', '.join(SCHEMES)}")
    scheme = SCHEMES[marking.get("scheme", "plain")]
    lines = _table(marking, "lines")
    _texts(list(lines.values()), "marking.lines")
    if "levels" in marking:
        scheme = MarkingScheme(markings=tuple(_texts(marking["levels"], "marking.levels")), lines=tuple(lines.items()))
    elif lines:
        scheme = MarkingScheme(markings=scheme.markings, lines=(*scheme.lines, *lines.items()))
    given: dict[str, Any] = {"scheme": scheme}
    return {**given, "audience": marking["audience"]} if "audience" in marking else given


def _allowance(data: dict[str, Any]) -> Decimal:
    targets = _table(data, "targets")
    _known(targets, ("allowance",), "targets.")
    allowance = targets.get("allowance", 10)
    _typed(allowance, int, "targets.allowance")
    if not 0 <= allowance <= 100:
        raise InvalidValue(f"targets.allowance is {allowance}; expected per cent of a target, from 0 to 100")
    return Decimal(allowance)


def _locale(data: dict[str, Any], beside: Path) -> Locale | None:
    """The words that a configuration asks for: a language that is shipped, a file beside it, phrases of its own."""
    report, phrases = _table(data, "report"), _table(data, "phrases")
    if all(key in report for key in _WORDS):
        raise InvalidValue("report.language and report.locale name two sets of words; expected one of them")
    locale = None
    try:
        if "language" in report:
            locale = shipped(report["language"])
        if "locale" in report:
            locale = house_locale(beside, report["locale"], "report.locale")
    except BadConfiguration as error:
        raise InvalidValue(f"report.{'locale' if 'locale' in report else 'language'}: {error}") from None
    if not phrases:
        return locale
    try:
        return rephrase(locale or shipped(), phrases)
    except InvalidValue as error:
        raise InvalidValue(f"phrases.{error}") from None


def _look(html: dict[str, Any], beside: Path) -> Look | None:
    """How the HTML page looks by a configuration: the files that it names."""
    _known(html, ("stylesheet", "template"), "html.")
    for key, name in html.items():
        _typed(name, str, f"html.{key}")
    return Look(**{key: read_text(beside, name, f"html.{key}") for key, name in html.items()}) if html else None


def _once(keys: list[str], where: str) -> None:
    for key in keys:
        if not key.strip() or "/" in key:
            raise InvalidValue(f"{where} has the key {key!r}; expected a word without a slash")
        if keys.count(key) > 1:
            raise InvalidValue(f"{where} has the key {key!r} twice")


def _quarter(window: dict[str, Any]) -> When | None:
    if "quarter" not in window:
        return None
    first_month = window.get("first_month", 1)
    _typed(first_month, int, "window.first_month")
    _typed(window["quarter"], str, "window.quarter")
    return Calendar(first_month).quarter(window["quarter"]).when


def _theme(theme: dict[str, Any], n: int) -> Theme:
    _known(theme, ("key", "title", "heading"), f"theme {n}.")
    headings = []
    for m, heading in enumerate(_tables(theme, "heading"), 1):
        _known(heading, ("key", "title"), f"theme {n}, heading {m}.")
        headings.append(
            Heading(
                _text(heading, "key", f"theme {n}, heading {m}"), _text(heading, "title", f"theme {n}, heading {m}")
            )
        )
    _once([heading.key for heading in headings], f"theme {n}")
    return Theme(_text(theme, "key", f"theme {n}"), _text(theme, "title", f"theme {n}"), tuple(headings))


def _known(data: dict[str, Any], keys: tuple[str, ...], where: str) -> None:
    for key in data:
        if key not in keys:
            raise InvalidValue(f"{where}{key} is not known; expected one of {', '.join(keys)}")


def _typed(value: Any, kind: type, where: str) -> None:
    names = {
        str: "text",
        dt.date: "a date such as 2017-09-21",
        bool: "true or false",
        list: "a list",
        int: "a number",
    }
    if type(value) is not kind:
        raise InvalidValue(f"{where} must be {names[kind]}")


def _text(data: dict[str, Any], key: str, where: str) -> str:
    if key not in data:
        raise InvalidValue(f"{where} has no {key}")
    _typed(data[key], str, f"{where}.{key}")
    return str(data[key])


def _texts(values: list[Any], where: str) -> list[str]:
    for value in values:
        _typed(value, str, where)
    return values


def _table(data: dict[str, Any], key: str) -> dict[str, Any]:
    value = data.get(key, {})
    if not isinstance(value, dict):
        raise InvalidValue(f"{key} must be a table: [{key}]")
    return value


def _tables(data: dict[str, Any], key: str) -> list[dict[str, Any]]:
    value = data.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise InvalidValue(f"{key} must be a list of tables: [[{key}]]")
    return value
