"""The configuration of a published report as plain data, and back: every key, with the words of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_type_hints

import attrs

from oplog.errors import InvalidValue, Undecodable
from oplog.narrative.configuration import ReportConfiguration
from oplog.narrative.locales import locale_of, names, rephrase, shipped
from oplog.store.wire import from_wire, to_wire

if TYPE_CHECKING:
    from oplog.narrative.locale import Locale, Value

_HINTS = get_type_hints(ReportConfiguration)
_KEYS = [field for field in attrs.fields(ReportConfiguration) if field.name != "locale"]
_Kept: Any = attrs.make_class(
    "_Kept",
    {field.name: attrs.field(default=field.default, type=_HINTS[field.name], kw_only=True) for field in _KEYS},
    frozen=True,
)
"""A configuration without its words, which are kept in another way."""


@attrs.frozen(kw_only=True)
class _Words:
    """Words that are not shipped: a whole locale, or what it says otherwise than the one of that language does."""

    language: str
    grammar: str | None = None
    values: dict[str, Any] = attrs.field(factory=dict)
    lexicon: dict[str, Any] = attrs.field(factory=dict)


def configuration_data(configuration: ReportConfiguration) -> dict[str, Any]:
    """The configuration as plain JSON data. Raises `TypeError` for a value that has no form."""
    given = {field.name: getattr(configuration, field.name) for field in _KEYS}
    data: dict[str, Any] = to_wire(_Kept(**given | {"abbreviations": dict(configuration.abbreviations)}), dates=True)
    return data if configuration.locale is None else {**data, "locale": _words_data(configuration.locale)}


def configuration_from(data: Any) -> ReportConfiguration:
    """The configuration of which this is the data.

    Raises `Undecodable` naming the key where this release does not know it, and `BadConfiguration` for a language that
    is not shipped any more.
    """
    if not isinstance(data, dict):
        raise Undecodable("expected an object", field="configuration")
    kept = from_wire(_Kept, {key: value for key, value in data.items() if key != "locale"}, "configuration")
    given = {field.name: getattr(kept, field.name) for field in _KEYS}
    return ReportConfiguration(**given, locale=_locale(data["locale"]) if "locale" in data else None)


def _words_data(locale: Locale) -> dict[str, Any]:
    base = shipped(locale.language) if locale.language in names() else None
    if base is not None and base.digest == locale.digest:
        return {"language": locale.language}
    values = {k: v for k, v in locale.values.items() if base is None or base.values.get(k) != v}
    kept: dict[str, Any] = {"language": locale.language, "values": {k: _listed(v) for k, v in values.items()}}
    if base is None or base.grammar_name != locale.grammar_name or base.lexicon != locale.lexicon:
        lexicon = {k: list(v) if isinstance(v, tuple) else dict(v) for k, v in locale.lexicon.items()}
        kept |= {"grammar": locale.grammar_name, "lexicon": lexicon}
    return kept


def _listed(value: Value) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _locale(data: Any) -> Locale:
    words: _Words = from_wire(_Words, data, "configuration.locale")
    base = shipped(words.language) if words.language in names() or words.grammar is None else None
    try:
        if words.grammar is None and base is not None:
            return rephrase(base, words.values)
        return locale_of(words.language, words.values, str(words.grammar), words.lexicon, base)
    except InvalidValue as error:
        raise Undecodable(str(error), field="configuration.locale") from None
