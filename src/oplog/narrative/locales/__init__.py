"""Locale files: read, held against what the report needs, and made into a `Locale`.

`en-GB.toml` defines what a locale says: its keys, and the slots of each. Another file says all of it in its own words,
or is based on one that does (`base = "en-GB"`) and says what differs.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oplog.errors import BadConfiguration, InvalidValue
from oplog.narrative.definition import Definition
from oplog.narrative.grammar import GRAMMARS
from oplog.narrative.house_files import place_in
from oplog.narrative.language_tag import check_tag
from oplog.narrative.locale import Locale, Value
from oplog.narrative.toml_file import read_toml

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from oplog.narrative.grammar import Grammar, Lexicon

DEFAULT = "en-GB"
_HERE = Path(__file__).parent
_HEAD = ("language", "base", "grammar", "lexicon", "slots")
_DEPTH = 8
Words = dict[str, "tuple[str, ...] | dict[str, str]"]


def load_locale(source: str | Path, grammars: Mapping[str, Callable[[Lexicon], Grammar]] = GRAMMARS) -> Locale:
    """Read a locale: one that is shipped, by its name ("en-GB"), or a file, by its path.

    A file that is based on another names one that is shipped, or one in its folder ("house.toml"). `grammars` are those
    that it can name; give `{**GRAMMARS, "german": German}` to add one of your own. Raises `BadConfiguration` that names
    the file, the key and what was expected.
    """
    path = _shipped_place(str(source)) or Path(source)
    return _load(path, grammars, (), path.parent)


def house_locale(house: Path, name: str, key: str) -> Locale:
    """Read a locale that a configuration names: a file in its folder, as are those that it is based on.

    Raises `InvalidValue` naming the key when the name leads elsewhere, and `BadConfiguration` as `load_locale` does.
    """
    return _load(_place_of(name, house, key), GRAMMARS, (), house)


def files_of(house: Path, name: str, key: str) -> tuple[Path, ...]:
    """The files that such a locale is read from, itself first; none of those that are shipped. Raises the same."""
    found: list[Path] = []
    place = _place_of(name, house, key)
    while place.parent != _HERE and len(found) < _DEPTH:
        found.append(place)
        data = read_toml(place)
        if "base" not in data:
            break
        place = _place_of(_text(data, "base"), house, f"{place}: base", place.parent)
    return tuple(found)


def shipped(name: str = DEFAULT) -> Locale:
    """A locale that is shipped, read once. Raises `BadConfiguration` that lists them."""
    return _shipped(name)


@cache
def _shipped(name: str) -> Locale:
    if name not in names():
        raise BadConfiguration(f"there is no language {name!r}; expected one of {', '.join(names())}")
    return _load(_HERE / f"{name}.toml", GRAMMARS, (), _HERE)


def names() -> tuple[str, ...]:
    """The names of the locales that are shipped."""
    return tuple(sorted(path.stem for path in _HERE.glob("*.toml")))


def rephrase(locale: Locale, phrases: Mapping[str, Any]) -> Locale:
    """A locale with some of its phrases replaced: a house style.

    `phrases` are values by dotted key, or nested tables as a locale file has them. Raises `InvalidValue` that names the
    key and what was expected.
    """
    checked = {key: definition().check(key, value) for key, value in _flat(phrases).items()}
    return Locale(locale.language, locale.grammar, {**locale.values, **checked}, locale.lexicon, locale.grammar_name)


def locale_of(
    language: str, values: Mapping[str, Any], grammar: str, lexicon: Mapping[str, Any], base: Locale | None
) -> Locale:
    """A locale from what was kept of one: values by dotted key, as a file has them, on top of those of a base.

    What is there is held against what a locale has to say, as if a file had said it; what a later release asks for
    besides may be missing. Raises `InvalidValue` that names the key and what was expected.
    """
    checked = {key: definition().check(key, value) for key, value in values.items()}
    if grammar not in GRAMMARS:
        raise InvalidValue(f"grammar: {grammar!r} is no grammar of oplog; expected one of {', '.join(GRAMMARS)}")
    words: Words = {key: _words(f"lexicon.{key}", value) for key, value in lexicon.items()}
    _check_lexicon(words, GRAMMARS[grammar])
    known = base.values if base else {}
    return Locale(check_tag(language), GRAMMARS[grammar](words), {**known, **checked}, words, grammar)


@cache
def definition() -> Definition:
    """What en-GB.toml defines."""
    data = _default()
    values: dict[str, Value] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in _flat({k: v for k, v in data.items() if k not in _HEAD}).items()
    }
    slots = data["slots"]
    more = {key: frozenset(names) for key, names in slots["more"].items()}
    return Definition(values, frozenset(slots["optional"]), more, frozenset(slots["agreeing"]))


@cache
def _default() -> dict[str, Any]:
    return read_toml(_HERE / f"{DEFAULT}.toml")


def _shipped_place(source: str) -> Path | None:
    """Where the locale of this name lies if it is shipped; None for the name of a file."""
    if source in names():
        return _HERE / f"{source}.toml"
    if not source.endswith(".toml"):
        raise BadConfiguration(
            f"there is no language {source!r}; expected one of {', '.join(names())}, or a file whose name ends in .toml"
        )
    return None


def _place_of(source: str, house: Path, key: str, beside: Path | None = None) -> Path:
    return _shipped_place(source) or place_in(house, source, key, beside)


def _load(
    path: Path, grammars: Mapping[str, Callable[[Lexicon], Grammar]], below: tuple[Path, ...], house: Path
) -> Locale:
    data = _default() if path == _HERE / f"{DEFAULT}.toml" else read_toml(path)
    try:
        base = _place_of(_text(data, "base"), house, "base", path.parent) if "base" in data else None
    except InvalidValue as error:
        raise BadConfiguration(f"{path}: {error}") from None
    based_on = None
    if base is not None:
        if path.resolve() in below or len(below) >= _DEPTH:
            raise BadConfiguration(f"{path}: base leads back to itself; expected a locale that is whole")
        based_on = _load(base, grammars, (*below, path.resolve()), house)
    try:
        return _read(data, based_on, grammars)
    except InvalidValue as error:
        raise BadConfiguration(f"{path}: {error}") from None


def _read(data: dict[str, Any], base: Locale | None, grammars: Mapping[str, Callable[[Lexicon], Grammar]]) -> Locale:
    defined = definition()
    values = dict(base.values) if base else {}
    if data is _default():
        values = dict(defined.values)
    else:
        given = _flat({key: value for key, value in data.items() if key not in _HEAD})
        values |= {key: defined.check(key, value) for key, value in given.items()}
    for key in defined.values:
        if key not in values:
            raise InvalidValue(f"{key} is missing; expected all keys of en-GB.toml, or a base that has them")
    words: Words = {key: _words(f"lexicon.{key}", value) for key, value in _table(data, "lexicon").items()}
    grammar_name = base.grammar_name if base and "grammar" not in data else _text(data, "grammar")
    if grammar_name not in grammars:
        raise InvalidValue(f"grammar is {grammar_name!r}; expected one of {', '.join(grammars)}")
    made = grammars[grammar_name]
    lexicon: Words = {**_known_lexicon(base), **words} if base else words
    _check_lexicon(lexicon, made)
    return Locale(check_tag(_text(data, "language")), made(lexicon), values, lexicon, grammar_name)


def _known_lexicon(base: Locale) -> Words:
    return {key: value if isinstance(value, tuple) else dict(value) for key, value in base.lexicon.items()}


def _check_lexicon(lexicon: Words, grammar: Any) -> None:
    for key, kind in (*((n, tuple) for n in grammar.NEEDS), *((n, dict) for n in grammar.NEEDS_TABLES)):
        if key not in lexicon:
            raise InvalidValue(f"lexicon.{key} is missing; the grammar that is named needs it")
        if not isinstance(lexicon[key], kind):
            raise InvalidValue(f"lexicon.{key} must be {'a list of words' if kind is tuple else 'a table of words'}")


def _words(key: str, value: Any) -> tuple[str, ...] | dict[str, str]:
    if isinstance(value, str):
        return tuple(value.split())
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    if isinstance(value, dict) and all(isinstance(item, str) for item in value.values()):
        return value
    raise InvalidValue(f"{key} must be words: text, a list of texts or a table of texts")


def _flat(tables: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    if before.count(".") > _DEPTH:
        raise InvalidValue(f"{before[:60]} lies too deep; expected a key of en-GB.toml")
    found: dict[str, Any] = {}
    for key, value in tables.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{before}{key}.")
        else:
            found[f"{before}{key}"] = value
    return found


def _text(data: dict[str, Any], key: str) -> str:
    if not isinstance(data.get(key), str):
        raise InvalidValue(f"{key} must be given as text")
    return str(data[key])


def _table(data: dict[str, Any], key: str) -> dict[str, Any]:
    value = data.get(key, {})
    if not isinstance(value, dict):
        raise InvalidValue(f"{key} must be a table: [{key}]")
    return value
