"""A small grammar of German, as a user of the library would add one: what `Neutral` does not see, by a few word lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from oplog.narrative.grammar.neutral import Neutral, NeutralNoun

if TYPE_CHECKING:
    from oplog.narrative.grammar import Noun


class German(Neutral):
    """German by its first words: plurals, bodies and names are known by lists in the locale file."""

    NEEDS: ClassVar[tuple[str, ...]] = ("places", "bodies", "takes_place", "many")

    def noun(self, title: str, plural: bool | None = None) -> NeutralNoun:
        named = title.startswith(("Operation ", "Projekt "))
        return NeutralNoun(
            title,
            self.is_plural(title) if plural is None else plural,
            named=named,
            definite_by_itself=named,
            institution=self._has("bodies", title),
        )

    def is_plural(self, phrase: str) -> bool:
        return self._has("many", phrase)

    def want(self, cause: str) -> Literal["lack", "few"] | None:
        return {"Mangel": "lack", "zu": "few"}.get(cause.split(maxsplit=1)[0])  # type: ignore[return-value]

    def participle(self, noun: Noun) -> str | None:
        return None if self._has("takes_place", noun.bare) else "abgehalten"

    def takes_topic(self, noun: Noun, told: str) -> bool:
        return not noun.institution and " über " not in told

    def says_where(self, place: str) -> bool:
        return place.split(maxsplit=1)[0] in self.lexicon["places"]

    def destination(self, place: str) -> str | None:
        return None if self.says_where(place) else place

    def says_who(self, lead: str) -> bool:
        return " von " in lead

    def agent(self, lead: str) -> str:
        return lead if lead.endswith("team") else ""

    def is_measured(self, unit: str, measure: str) -> bool:
        return unit in ("Minuten", "%")

    def sayable(self, measure: str) -> bool:
        return self.is_plural(measure)

    def completes(self, label: str) -> bool:
        return label.startswith(("wegen ", "auf "))

    def is_rest(self, label: str) -> bool:
        return label == "andere"

    def is_deed(self, done: str) -> bool:
        return done.startswith("aus")

    def _has(self, words: str, phrase: str) -> bool:
        return any(word in self.lexicon[words] for word in phrase.split())
