"""Locale files: what is refused and how, house styles, and languages that are based on another."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from telling import REPORT, recorded, report, told

from oplog import (
    FORMATS,
    BadConfiguration,
    Basis,
    InvalidValue,
    ReportConfiguration,
    When,
    events,
    load_configuration,
    parse_when,
    render,
    render_bytes,
)
from oplog.narrative.dates import Dates
from oplog.narrative.language_tag import check_tag, language_and_region
from oplog.narrative.locales import definition, load_locale, names, rephrase, shipped
from oplog.narrative.template import Template

LOCALES = Path(__file__).parent / "locales"
WEEK = events.Planned(title="week of action on knife crime", when=parse_when("June 2017"))


def write(path: Path, text: str) -> Path:
    """A file with this text."""
    path.write_text(text, encoding="utf-8")
    return path


def test_a_slot_is_filled_and_a_group_without_anything_to_say_is_left_out() -> None:
    """{slot}, [group] and <one|many>: all that a template can do."""
    template = Template.read("{who} <was|were> there[, led by {lead}]")
    assert template.fill({"who": "A", "lead": ""}, 0) == "A was there"
    assert template.fill({"who": "A and B", "lead": "C"}, 1) == "A and B were there, led by C"
    assert template.fill({"who": "A", "lead": ""}, 4) == "A were there"


@given(st.text(), st.text())
def test_what_fills_a_slot_is_text(one: str, other: str) -> None:
    """Whatever was recorded stands in the sentence as it is, even if it looks like a template."""
    template = Template.read("{one} and[ {other}]")
    assert template.fill({"one": one, "other": other}) == f"{one} and" + (f" {other}" if other else "")


@given(st.text())
def test_any_text_is_read_or_refused_in_one_line(text: str) -> None:
    """A template of a user is never evaluated: it is read, or refused."""
    try:
        template = Template.read(text)
    except InvalidValue:
        return
    assert "{" not in template.fill(dict.fromkeys(template.slots, "x"))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{name.__class__}", "{name.__class__}; expected the plain name of a slot"),
        ("{name[0]}", r"has a \{ that is not one of a pair"),
        ("{name!r}", "{name!r}; expected the plain name of a slot"),
        ("{name:>9999999}", r"has a"),
        ("{}", "{}; expected the plain name of a slot"),
        ("{name", r"has a \{ that is not one of a pair"),
        ("[, and so on]", r"has \[ \] without a slot in it"),
        ("[a [b {name}]]", r"has a \[ that is not one of a pair"),
        ("[{name}", r"has a \[ that is not one of a pair"),
        ("<one", "has a < that is not one of a pair"),
    ],
)
def test_a_template_that_is_more_than_slots_is_refused(text: str, why: str) -> None:
    """No attribute, index, conversion or format: only plain slots."""
    with pytest.raises(InvalidValue, match=why.replace("{n", r"\{n").replace("{}", r"\{\}")):
        Template.read(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('base = "en-GB"', "language must be given as text"),
        ('language = "x"', "numbers.thousands is missing; expected all keys of en-GB.toml, or a base that has them"),
        ('language = "x"\nbase = "tlh"', "there is no language 'tlh'; expected one of en-GB, or a file whose name ends in .toml"),
        ('language = "x"\nbase = "none.toml"', "none.toml cannot be read"),
        ('language = "x"\nbase = "x.toml"', "base leads back to itself"),
        ('language = "x"\nbase = "en-GB"\ngrammar = "klingon"', "grammar is 'klingon'; expected one of english, neutral"),
        ('language = "x"\nbase = "en-GB"\n[labels]\nsumary = "S"', "labels.sumary is not known; expected one of labels.subject, "),
        ('language = "x"\nbase = "en-GB"\n[nonsense]\na = "S"', "nonsense.a is not known; expected a key of en-GB.toml"),
        ('language = "x"\nbase = "en-GB"\n[labels]\nsummary = 3', "labels.summary must be text"),
        ('language = "x"\nbase = "en-GB"\n[numbers]\nwords_to = "ten"', "numbers.words_to must be a number"),
        ('language = "x"\nbase = "en-GB"\n[dates]\nmonths = ["a"]', "dates.months has 1 words; expected 12, as in en-GB.toml"),
        ('language = "x"\nbase = "en-GB"\n[dates]\nmonths = "a"', "dates.months must be a list of texts"),
        ('language = "x"\nbase = "en-GB"\n[people]\nled = "by {whom}"', "people.led has the slot {whom}, which is not known here; expected {who}"),
        ('language = "x"\nbase = "en-GB"\n[people]\nled = "led"', "people.led has no {who}; expected {who}"),
        ('language = "x"\nbase = "en-GB"\n[labels]\nsummary = "{x}"', "labels.summary has the slot {x}, which is not known here; expected none"),
        ('language = "x"\nbase = "en-GB"\n[labels]\nsummary = "<a|b>"', "labels.summary has <one|many>, but does not depend on a number"),
        ('language = "x"\nbase = "en-GB"\n[people]\nled = "by {who.x}"', "people.led has {who.x}; expected the plain name of a slot"),
        ('language = "x"\nbase = "en-GB"\n[lexicon]\nteams = 3', "lexicon.teams must be words"),
        ('language = "x"\nbase = "en-GB"\n[lexicon.teams]\na = "b"', "lexicon.teams must be a list of words"),
        ('language = "x"\nbase = "en-GB"\nlexicon = 3', "lexicon must be a table"),
        ('language = "x"\nbase = 3', "base must be given as text"),
        ('language = "x"\nbase = "en-GB"\n' + ".".join("abcdefghijklm") + ' = "x"', "lies too deep"),
        ("language = ", "is not TOML"),
        ('language = "x"\nbase = "en-GB"', "language is 'x'; expected a tag of BCP 47 such as en-GB or de"),
        ('language = "en_GB"\nbase = "en-GB"', "language is 'en_GB'; expected a tag of BCP 47"),
        ("language = 'en\"><script>'\nbase = 'en-GB'", "language is 'en\"><script>'; expected a tag of BCP 47"),
        ('language = "de"\nbase = "en-GB"\n[labels]\nsummary = ""', "labels.summary is empty; expected the text of a heading or a label"),
        ('language = "de"\nbase = "en-GB"\n[labels]\nsummary = " \\u200b"', "labels.summary is empty; expected the text"),
        ('language = "de"\nbase = "en-GB"\n[dates]\nweekdays = ["", "", "", "", "", "", ""]', "dates.weekdays has an empty word"),
    ],
)  # fmt: skip
def test_a_locale_that_is_wrong_is_refused(tmp_path: Path, text: str, why: str) -> None:
    """The file, the key and what was expected, in one line."""
    path = write(tmp_path / "x.toml", text)
    with pytest.raises(BadConfiguration) as refused:
        load_locale(path)
    message = str(refused.value)
    assert why in message
    assert message.startswith(str(tmp_path)) or "no language" in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("tag", "language", "region"),
    [
        ("en-GB", "en", "GB"), ("de", "de", None), ("DE-at", "de", "AT"), ("zh-Hant-TW", "zh", "TW"), ("gsw-CH", "gsw", "CH"),
        ("es-419", "es", None), ("sl-rozaj-biske-1994", "sl", None), ("zh-cmn-Hans-CN", "zh", "CN"), ("x-house", "und", None),
        ("de-CH-x-phonebk", "de", "CH"), ("de-x-gb", "de", None), ("de-u-co-phonebk", "de", None), ("en-a-bbb-x-a-ccc", "en", None),
    ],
)  # fmt: skip
def test_a_tag_of_a_language_is_well_formed(tag: str, language: str, region: str | None) -> None:
    """Tags as in the appendix of RFC 5646 are taken, and a PDF has the language and the region that are in them."""
    assert check_tag(tag) == tag
    assert language_and_region(tag) == (language, region)


@pytest.mark.parametrize(
    "tag", ["", "e", "x", "x-", "en-", "-en", "en--GB", "en_GB", "en-GB ", "en\n", "a-DE", "ar-a", "de-toolongtag1", "en-\u0661\u0661\u0661"]
)  # fmt: skip
def test_what_is_no_tag_of_a_language_is_refused(tag: str) -> None:
    """It is shown as it was written, and what was expected."""
    with pytest.raises(InvalidValue, match=r"^language is .*; expected a tag of BCP 47 such as en-GB or de$"):
        check_tag(tag)


@pytest.mark.parametrize("language", ["x-house", "de-x-gb", "zh-Hant-TW", "abcd"])
def test_any_well_formed_tag_can_be_printed(tmp_path: Path, language: str) -> None:
    """Every format takes it, also where a PDF has no word for such a language."""
    path = write(tmp_path / "house.toml", f'language = "{language}"\nbase = "en-GB"\n')
    document = report(*recorded("campaign/a", WEEK), configuration=attrs.evolve(REPORT, locale=load_locale(path)))
    for form in FORMATS:
        assert render_bytes(document, form)


def test_a_grammar_needs_its_words(tmp_path: Path) -> None:
    """A whole locale with the grammar of English has the word lists of English."""
    whole = (LOCALES / "de.toml").read_text(encoding="utf-8").replace('grammar = "neutral"', 'grammar = "english"')
    with pytest.raises(BadConfiguration, match=r"lexicon.prepositions is missing; the grammar that is named needs it"):
        load_locale(write(tmp_path / "x.toml", whole))


def test_american_english_is_a_few_lines() -> None:
    """A locale that is based on another says what differs, and takes over the rest."""
    american = load_locale(LOCALES / "en-US.toml")
    text = told("campaign/knife", WEEK, (events.Rescheduled(when=When("2018-01-05")), "2017-06-01"), configuration=attrs.evolve(REPORT, locale=american))  # fmt: skip
    assert text == "A week of action on knife crime, planned for June, was rescheduled to January 5, 2018."
    assert american.listed(["a", "b", "c"]) == "a, b, and c"
    assert american.listed(["a", "b"]) == "a and b"
    assert Dates(american).period(When("2017-06-30"), Basis.LEVEL) == "on June 30, 2017"
    assert (
        report(*recorded("campaign/a", WEEK), configuration=attrs.evolve(REPORT, locale=american)).language == "en-US"
    )


def test_a_house_writes_dates_in_digits() -> None:
    """A slot that British English does not use can stand for the one that it does."""
    house = rephrase(shipped(), {"dates.day": "{dd}/{mm}", "dates.day_year": "{dd}/{mm}/{year}"})
    assert Dates(house).plain(When("2017-06-05")) == "05/06/2017"
    with pytest.raises(InvalidValue, match=r"dates.day has no \{month\}; expected \{day\}, \{dd\}, \{mm\}, \{month\}"):
        rephrase(shipped(), {"dates.day": "{dd}"})


def test_a_house_style_replaces_a_phrase(tmp_path: Path) -> None:
    """[phrases] of the report's configuration override single phrases, nested or by dotted key."""
    path = write(
        tmp_path / "report.toml",
        '[phrases.labels]\nsummary = "At a glance"\n[phrases]\n"causes.setback" = "owing to {cause}"\n',
    )
    configuration = load_configuration(path)
    asked = attrs.evolve(REPORT, locale=configuration.locale)
    cause = events.Cancelled(cause=_flood())
    assert told("campaign/knife", WEEK, cause, configuration=asked).endswith("was cancelled owing to the flooding.")
    assert "## At a glance\n" in render(report(*recorded("campaign/a", WEEK), configuration=asked))
    assert "## Summary\n" in render(report(*recorded("campaign/a", WEEK)))


def _flood() -> Any:
    from oplog import Cause, CauseKind

    return Cause(CauseKind.WEATHER, "the flooding")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[phrases]\n"causes.setback" = "owing to it"', "phrases.causes.setback has no {cause}; expected {cause}"),
        ('[phrases.labels]\nsummery = "x"', "phrases.labels.summery is not known; expected one of labels.subject"),
        ('[report]\nlanguage = "fr"', "there is no language 'fr'; expected one of en-GB"),
        ('[report]\nlocale = "none.toml"', "none.toml cannot be read"),
        ('[report]\nlanguage = "en-GB"\nlocale = "de.toml"', "report.language and report.locale name two sets of words"),
        ('phrases = 3', "phrases must be a table"),
    ],
)  # fmt: skip
def test_words_that_cannot_be_had_are_refused(tmp_path: Path, text: str, why: str) -> None:
    """A configuration that asks for words that are not there names the key and what was expected."""
    with pytest.raises(BadConfiguration) as refused:
        load_configuration(write(tmp_path / "report.toml", text))
    assert why in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_locale_lies_beside_the_configuration(tmp_path: Path) -> None:
    """report.locale names a file beside the configuration; phrases of the configuration come on top of it."""
    write(tmp_path / "de.toml", (LOCALES / "de.toml").read_text(encoding="utf-8"))
    path = write(tmp_path / "report.toml", '[report]\nlocale = "de.toml"\n[phrases.labels]\nsummary = "Kurz gesagt"\n')
    document = report(
        *recorded("campaign/a", WEEK), configuration=attrs.evolve(REPORT, locale=load_configuration(path).locale)
    )
    assert document.language == "de"
    assert "## Kurz gesagt\n" in render(document)
    assert "## Hauptteil\n" in render(document)
    plain = load_configuration(write(tmp_path / "plain.toml", '[report]\nlanguage = "en-GB"\n'))
    assert plain.locale is shipped()


def test_the_words_have_a_digest() -> None:
    """What pins a report can pin its words: the digest changes with any of them, and with nothing else."""
    ours = shipped()
    assert rephrase(ours, {}).digest == ours.digest
    assert rephrase(ours, {"labels": {"summary": "At a glance"}}).digest != ours.digest
    assert load_locale(LOCALES / "en-US.toml").digest == load_locale(LOCALES / "en-US.toml").digest != ours.digest


def test_every_locale_that_is_shipped_can_be_loaded() -> None:
    """What is shipped is whole, and names its own language."""
    assert names() == ("en-GB",)
    assert [load_locale(name).language for name in names()] == ["en-GB"]
    assert repr(shipped()) == "Locale('en-GB')"


def test_the_slots_that_may_be_left_out_exist() -> None:
    """What en-GB.toml says about slots is about keys and slots that are there."""
    defined = definition()
    slots = set().union(*(Template.read(v).slots for v in defined.values.values() if isinstance(v, str)))
    assert defined.optional <= slots
    assert defined.more.keys() <= defined.values.keys()
    assert defined.agreeing <= {key.partition(".")[0] for key in defined.values}


def test_a_document_says_nothing_of_its_locale_in_json() -> None:
    """The words that renderers add are no part of the data of a report."""
    document = report(*recorded("campaign/a", WEEK))
    assert '"language": "en-GB"' in render(document, "json")
    assert '"locale"' not in render(document, "json")
    assert document == attrs.evolve(document, locale=load_locale(LOCALES / "de.toml"))


def test_a_command_that_tells_nothing_loads_no_locale() -> None:
    """`oplog --help` reads no locale file, and a log can be read without one."""
    program = (
        "import sys, oplog_cli.main as main\n"
        "try: main.cli(['--help'], standalone_mode=False)\n"
        "finally: pass\n"
        "from oplog import OpLog\n"
        "OpLog.open(':memory:').close()\n"
        "assert not [name for name in sys.modules if name.startswith('oplog.narrative')], 'loaded'\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own program


def test_a_report_without_a_configuration_is_in_british_english() -> None:
    """None is British English, and the same locale every time."""
    assert ReportConfiguration().locale is None
    assert report(*recorded("campaign/a", WEEK), configuration=ReportConfiguration()).locale is shipped()
