"""What generated events say: for each kind of event, its fields, drawn so that the domain's rules allow them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from attrs import frozen

from bench import vocabulary as words
from oplog import Cause, Figure, Rate, Recurrence, Term, When

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

Fields = dict[str, Any]


@frozen
class Scene:
    """Where the next event happens: on which day, in which stream and state, and a stream that it may be part of."""

    chance: random.Random
    day: date
    stream: str
    state: Any
    parent: str

    def text(self, phrases: list[str]) -> str:
        """One of the phrases, its gaps filled."""
        pick = self.chance.choice
        return pick(phrases).format(
            name=f"{pick(words.NAMES)} {self.chance.randrange(2, 90)}",
            place=pick(words.PLACES),
            matter=pick(words.MATTERS),
            kit=pick(words.KITS),
            audience=pick(words.AUDIENCES),
            partner=pick(words.PARTNERS),
        )

    def ahead(self) -> When:
        """A date to come, as precise as plans are: a day, a week or a month."""
        day = self.day + timedelta(days=self.chance.randrange(5, 120))
        monday = day - timedelta(days=day.weekday())
        form = self.chance.randrange(3)
        if form == 0:
            return When(day.isoformat())
        if form == 1:
            return When(f"{monday}/{monday + timedelta(days=6)}", f"w/c {monday:%d %B %Y}")
        return When(f"{day:%Y-%m}", f"{day:%B %Y}")

    def cause(self) -> Cause | None:
        """Why, if anybody said."""
        if self.chance.random() < 0.4:
            return None
        kind = self.chance.choice(list(words.CAUSES))
        return Cause(kind, self.text(words.CAUSES[kind]), When((self.day - timedelta(days=2)).isoformat()))


def _planned(scene: Scene) -> Fields:
    aggregate = scene.stream.partition("/")[0]
    pick = scene.chance.choice
    fields: Fields = {"title": scene.text(words.TITLES[aggregate]), "theme": pick(words.THEMES)}
    if scene.chance.random() < 0.7:
        fields["when"] = scene.ahead()
    if scene.chance.random() < 0.5:
        fields |= {"lead": pick(words.TEAMS), "place": pick(words.PLACES)}
    if scene.chance.random() < 0.4:
        fields |= {"aim": pick(words.AIMS), "audience": pick(words.AUDIENCES)}
    if scene.chance.random() < 0.3:
        fields["partners"] = tuple(scene.chance.sample(words.PARTNERS, 2))
    if aggregate == "pilot":
        fields["term"] = Term("P6M")
    if aggregate == "deployment":
        repeats = {"rate": Rate(2, "month")}, {"recurrence": Recurrence("FREQ=WEEKLY;BYDAY=FR,SA", "21:00", "03:00")}
        fields |= pick(repeats)
    return fields


def _figure(scene: Scene) -> tuple[str, Fields]:
    """A count of the month before; restated, with a reason, where it was recorded already."""
    month = scene.day.replace(day=1) - timedelta(days=1)
    measure, done = scene.chance.choice(words.MEASURES)
    value = scene.chance.randrange(1, 900)
    figure = Figure(measure, value, done=done, period=When(f"{month:%Y-%m}"))
    if scene.state.figure(figure.key) is None:
        return "figure-recorded", {"figure": figure}
    return "figure-restated", {"figure": figure, "reason": scene.chance.choice(words.REASONS)}


def _partner(scene: Scene) -> tuple[str, Fields]:
    """Who joins, or leaves when they are partners already."""
    partner = scene.chance.choice(words.PARTNERS)
    return ("partner-left" if partner in scene.state.partners else "partner-joined"), {"partner": partner}


def _evaluation(scene: Scene) -> tuple[str, Fields]:
    """An evaluation promised; made or put off where one was promised already."""
    if scene.state.evaluation_due is None:
        return "evaluation-due", {"when": scene.ahead(), "by": scene.chance.choice(words.PARTNERS)}
    if scene.chance.random() < 0.3:
        return "evaluation-deferred", {"when": scene.ahead(), "cause": scene.cause()}
    return "evaluated", {"result": scene.text(words.SENTENCES)}


def _until(scene: Scene) -> When:
    month = scene.day + timedelta(days=90)
    return When(month.replace(day=monthrange(month.year, month.month)[1]).isoformat())


def _because(scene: Scene) -> Fields:
    return {"cause": scene.cause()}


def _text(scene: Scene) -> Fields:
    return {"text": scene.text(words.SENTENCES)}


CHOSEN: dict[str, Callable[[Scene], tuple[str, Fields]]] = {
    "figure": _figure,
    "partner": _partner,
    "evaluation": _evaluation,
}
"""Events whose very name depends on the state."""

WRITTEN: dict[str, Callable[[Scene], Fields]] = {
    "planned": _planned,
    "rescheduled": lambda s: {"when": s.ahead(), "cause": s.cause()},
    **dict.fromkeys(("postponed", "cancelled", "reinstated", "commenced", "resumed"), _because),
    **dict.fromkeys(("relaunched", "adopted", "discontinued"), _because),
    "suspended": lambda s: {"until": _until(s), "cause": s.cause()},
    "extended": lambda s: {"until": _until(s), "cause": s.cause()},
    "completed": lambda s: {"attendance": s.chance.randrange(5, 300), "cause": None},
    "handed-over": lambda s: {"to": s.chance.choice(words.PARTNERS), "cause": s.cause()},
    "occurrence-held": lambda s: {"count": s.chance.randrange(1, 4), "attendance": s.chance.randrange(3, 90)},
    "occurrence-cancelled": lambda s: {"count": 1, "cause": s.cause()},
    **dict.fromkeys(("note-recorded", "outcome-recorded", "feedback-recorded", "learning-recorded"), _text),
    "outlook-recorded": lambda s: {"text": s.text(words.SENTENCES), "when": s.ahead()},
    "part-of-linked": lambda s: {"parent": s.parent},
    "referred": lambda s: {"matter": f"intelligence on {s.text(['{matter}'])}", "to": s.chance.choice(words.TEAMS)},
    "redeployed": lambda s: {"place": s.chance.choice(words.PLACES), "cause": s.cause()},
}


def fields_of(name: str, scene: Scene) -> tuple[str, Fields]:
    """The name of the event and its fields; `name` may be one of `CHOSEN`."""
    if name == "part-of-linked" and (scene.parent == scene.stream or scene.state.part_of is not None):
        name = "note-recorded"
    return CHOSEN[name](scene) if name in CHOSEN else (name, WRITTEN[name](scene))
