"""A log of German activities in which everything happens that a report has words for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
from telling import recorded

from oplog import (
    Adopted,
    Basis,
    Better,
    Cause,
    CauseKind,
    Discontinued,
    Figure,
    Nature,
    Part,
    Rate,
    Recurrence,
    Redeployed,
    Referred,
    Relaunched,
    Term,
    When,
    events,
    parse_when,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oplog.recorded import Recorded

Step = tuple[Any, str | None] | Any

PLANNED = events.Planned
DONE, BEGAN = events.Completed, events.Commenced
QUARTER = When("2017-04/2017-06")
EARLY = "2017-03-01"
FLOOD = Cause(CauseKind.WEATHER, "Hochwasser")
ATTACK = Cause(CauseKind.INCIDENT, "Angriff am Bahnhof", When("2017-06-03"))


def number(name: str, value: int | None, **more: Any) -> events.FigureRecorded:
    """A figure of the quarter."""
    more = {"unit": "count", "period": QUARTER, **more}
    return events.FigureRecorded(figure=Figure(name, value, **more))


def plan(title: str, **more: Any) -> events.Planned:
    """A plan in the past of the report."""
    return PLANNED(title=title, **more)


def moved(when: str, **more: Any) -> events.Rescheduled:
    """A new date, in the words of people."""
    return events.Rescheduled(when=parse_when(when), **more)


def deployments() -> Iterator[tuple[Step, ...]]:
    """Events that are held, that repeat, and whose occurrences are counted."""
    everyone = ("Feuerwehr", "Stadtwerke", "Hafenamt")
    yield (
        plan("Vortrag", lead="Kommissar Weber", audience="Banken", about="Betrug"),
        (DONE(attendance=12), "2017-07-03"),
    )
    yield plan("Rundgang", place="Altstadt"), (DONE(attendance=7), "2017-07-04")
    yield plan("Versammlung", partners=everyone, lead="Kommissar Weber", place="am Rathaus in der Nähe des alten Marktes und der Brücke", audience="alle Menschen, die in der Altstadt oder am Hafen leben und arbeiten"), (DONE(), "2017-07-05")  # fmt: skip
    yield (plan("Lesung", when=When("2017-12-01"), lead="Kommissar Weber"),)
    yield plan("Treffen", aim="sich kennenlernen"), (DONE(), "2017-07-03")
    yield (plan("Sommerfest", when=When("2017-06-10")), EARLY), (BEGAN(), EARLY), (DONE(), "2017-06-10")
    yield plan("Zählung", lead="Kommissar Weber"), (events.OccurrenceHeld(), "2017-07-03"), number("Räder", 30, done="gezählt", period=When("2017-07-03"))  # fmt: skip
    yield plan("Mahnwache", cause=ATTACK, place="Platz vor dem Rathaus", lead="Kommissar Weber", audience="alle Menschen der Stadt, die kommen wollen"), (DONE(), "June 2017")  # fmt: skip
    yield (
        plan("Feier", when=When("2017-06-10")),
        (moved("3 July 2017"), "June 2017"),
        (DONE(attendance=22), "2017-07-03"),
    )
    yield (
        plan("Rundgang am Hafen", when=When("2017-06-10")),
        (moved("3 July 2017"), "June 2017"),
        (DONE(), "2017-07-03"),
    )
    yield (
        plan("Markttag", when=When("2017-06-10")),
        (events.Postponed(cause=FLOOD), "2017-06-09"),
        (DONE(), "2017-06-10"),
    )
    yield (
        plan("Messe", when=When("2017-06-10")),
        (events.Cancelled(), "2017-06-01"),
        events.Reinstated(),
        (DONE(), "2017-06-10"),
    )
    yield plan("Tagung"), moved("w/c 21 August 2017"), moved("2 July 2017"), moved("1 June 2017"), moved("25 May 2017")
    yield plan("Schulung", when=When("2017-06-10")), moved("5 June 2017"), moved("1 June 2017")
    for title in ("Sprechstunde", "Rundgang im Park", "Forum"):
        weekly = plan(title, rate=Rate(1, "week"), lead="einberufen von der Stadt", partners=("Feuerwehr",))
        yield weekly, BEGAN()
        yield weekly, (BEGAN(), "2017-06-01")
        yield (weekly, EARLY), (BEGAN(), EARLY), events.NoteRecorded(text="Es geht gut voran.")
        yield weekly, (BEGAN(), "2017-06-01"), (events.Suspended(cause=FLOOD), "2017-06-08"), events.Resumed()
        yield weekly, (BEGAN(), "2017-06-01"), (events.Suspended(), "2017-06-08"), (DONE(), "2017-06-10"), (moved("2017-06-12"), None)  # fmt: skip
        yield (plan(title, when=When(EARLY)), EARLY), (DONE(), EARLY), events.NoteRecorded(text="Nachtrag.")
    held, called_off = events.OccurrenceHeld, events.OccurrenceCancelled
    yield (
        plan("Streifen"),
        held(count=7, attendance=40),
        held(attendance=3),
        called_off(count=1),
        called_off(count=None),
    )
    yield plan("Vortrag über Räder"), held(about="Lärm")
    yield plan("Streifen am Ring"), held(count=2), held(count=3, about="Lärm")
    yield plan("Ausstellung am Markt", term=Term("P6M"), nature=Nature.WORK, partners=("Chor",)), BEGAN()
    yield plan("Streifen am Tor"), (held(place="Tor"), "2017-06-01"), (held(place="Wall"), "2017-06-02")
    yield plan("Forum der Bürger"), held(), held(count=2, about="Lärm"), called_off(count=2), called_off(count=None)
    yield plan("Forum der Händler"), called_off(count=2)
    yield plan("Streifen am Fluss"), called_off(count=2), called_off(count=None), called_off(count=4)
    yield plan("Streifen im Süden"), called_off(count=None)
    yield plan("Operation Eiche"), held(count=2, lead="Kommissar Weber", attendance=9), called_off(count=2, cause=FLOOD)
    yield plan("Operation Buche"), called_off(count=2)
    yield plan("Projekt Esche"), called_off(count=1), held(), held(count=2)
    yield plan("Ausbildung", nature=Nature.WORK), held(), called_off(count=2), called_off(count=None)
    yield plan("Sitzung"), held(), held(count=3, about="Lärm"), called_off(count=None)
    yield plan("Übung"), called_off(count=None)
    yield plan("Wache", place="Markt"), BEGAN(), (Redeployed(place="Hafen"), "2017-06-01"), Redeployed(place="Bahnhof"), Redeployed(place="in der Oststadt"), Redeployed(place="im Westen")  # fmt: skip


def campaigns() -> Iterator[tuple[Step, ...]]:
    """Work that runs, is upset by causes of all kinds, and is handed over."""
    for kind in CauseKind:
        yield plan("Aktionswoche", cause=Cause(kind, "Beschluss")), (BEGAN(), "2017-06-01")
    for want in ("Mangel an Booten", "zu wenige Kräfte"):
        yield (
            plan("Fahrt", when=When("2017-06")),
            (events.Postponed(cause=Cause(CauseKind.SHORTAGE, want)), "2017-06-01"),
        )
    yield plan("Woche", when=When("2017-06")), (events.Postponed(), "2017-06-01")
    yield plan("Monat", lead="Kommissar Weber", partners=("Feuerwehr",), aim="Unfälle vermeiden"), (BEGAN(), "2017-06-01"), (DONE(), "2017-06-20")  # fmt: skip
    yield plan("Fest", when=When("2017-06-10")), events.OutcomeRecorded(text="Es war voll.")
    yield plan("Kirmes", when=When("2017-06-10")), moved("3 July 2017"), (DONE(), "2017-07-03"), (Relaunched(), "2017-08-01")  # fmt: skip
    yield plan("Operation Linde", partners=("Feuerwehr",)), (DONE(), "2017-06-20")
    yield plan("Warnungen", term=Term("P6M")), (BEGAN(), "2017-06-01"), (DONE(), "2017-06-20")
    yield plan("Warnung"), DONE()
    yield plan("Umzug"), (events.Cancelled(cause=ATTACK), "2017-06-05"), (Relaunched(), "2017-07-01")
    yield plan("Arbeit mit Schulen", aim="Kinder schützen", audience="Schulen", about="Wege", term=Term("P1Y6M")), (BEGAN(), "2017-06-01"), (events.Extended(term=Term("P2W")), None), (events.Extended(until=When("2017-12")), None), (events.HandedOver(to="Schulamt"), None), (events.HandedOver(to="Land"), "2017-07-01")  # fmt: skip
    yield (plan("Beratung", lead="Präventionsteam", place="Rathaus"), EARLY), (BEGAN(), EARLY), events.NoteRecorded(text="Sie wird gut angenommen.")  # fmt: skip
    yield (
        (plan("Kontrollen", lead="Stadtamt"), EARLY),
        (BEGAN(), EARLY),
        events.OutcomeRecorded(text="Weniger Unfälle."),
    )
    for end in (events.Postponed(), events.Cancelled(), events.HandedOver(to="Land"), DONE()):
        status = () if isinstance(end, (events.Postponed, events.Cancelled)) else ((BEGAN(), EARLY),)
        yield (plan("Projekt Ahorn"), EARLY), *status, (end, EARLY), events.NoteRecorded(text="Akte geschlossen.")
    yield (
        (plan("Projekt Erle"), EARLY),
        (BEGAN(), EARLY),
        (events.Suspended(), EARLY),
        events.NoteRecorded(text="Es ruht."),
    )
    yield (plan("Umfrage", when=When("2017-05-30")), EARLY), (events.Postponed(cause=FLOOD), EARLY), (moved("6 June 2017"), "2017-06-01")  # fmt: skip
    yield plan("Ausstellung"), (moved("2018"), None), (moved("2019"), None)
    yield (plan("Vernissage"), EARLY), (moved("2018"), None)
    yield plan("Schulbesuche", nature=Nature.WORK), events.OccurrenceHeld(), events.OccurrenceHeld(count=3, attendance=4), events.OccurrenceCancelled(count=2), events.OccurrenceCancelled(count=None)  # fmt: skip
    yield plan("Elternabend", nature=Nature.WORK), events.OccurrenceHeld()
    yield plan("Lauftreff", rate=Rate(1, "day"), partners=("Chor",)), BEGAN()
    yield (plan("Ringen", lead="Kommissar Weber", partners=("Chor",), aim="Gewalt vermeiden"), EARLY), (BEGAN(), EARLY), events.PartnerJoined(partner="Amt")  # fmt: skip
    yield plan("Anlaufstelle", aim="helfen", audience="Opfer", about="Hilfe"), BEGAN(), events.Suspended()
    yield plan("Notruf", aim="helfen", about="Hilfe"), BEGAN(), events.Suspended()
    for steps in ((BEGAN(), "2017-06-01"), (events.Postponed(), "2017-06-01")):
        yield plan("Theater", partners=("Chor", "Verein", "Schule")), steps, (moved("2017-11-01"), None)
        yield (
            plan("Oper", lead="Kommissar Weber", partners=("Chor", "Verein", "Schule")),
            steps,
            (moved("2017-11-01"), None),
        )
    yield (
        plan("Zirkus", partners=("Chor",)),
        (BEGAN(), "2017-06-01"),
        (DONE(), "2017-06-02"),
        (moved("2017-06-20"), None),
    )
    yield (plan("Nachtlauf", rate=Rate(2, "week")), EARLY), (BEGAN(), "2017-06-01"), (DONE(), EARLY)
    yield plan("Tanz", rate=Rate(4, "quarter")), (BEGAN(), "2017-06-01"), (events.Extended(until=When("2017-12")), None)
    for when in (None, "2017-10-05", "2017-08-01/2017-09-25", "2017-06-30"):
        yield (plan("Konzert", when=When(when) if when else None, lead="Kommissar Weber", partners=("Chor",)),)
    yield plan("Lesung", partners=("Chor",)), (moved("2017-11-01"), None)
    yield plan("Kino", partners=("Chor",), when=When("2017-06-20")), (moved("2017-06-25"), None)
    yield plan("Markt", lead="Kommissar Weber", when=When("2017-06-20")), (moved("2017-06-25"), None)
    yield plan("Lauf", rate=Rate(2, "month")), (BEGAN(), "2017-06-01"), (events.Suspended(until=When("2017-07")), "2017-06-08"), events.Resumed()  # fmt: skip
    yield plan("Radtour", rate=Rate(3, "year")), BEGAN()
    for about in ("Diebstahl", "Diebstahl und Betrug und Lärm und Müll und Verkehr in der Stadt"):
        yield (
            plan("Flugblätter", about=about, audience="Mieter"),
            (BEGAN(), "2017-06-01"),
            events.PartnerJoined(partner="Chor"),
        )
        yield plan("Plakate", about=about, aim="warnen"), (BEGAN(), "2017-06-01"), (events.Suspended(), None), (DONE(), "2017-07-01")  # fmt: skip
    yield plan("Aufkleber", about="Diebstahl", audience="Mieter", aim="warnen"), (BEGAN(), "2017-06-01"), (events.Suspended(), None), (DONE(), None), events.NoteRecorded(text="Gut, 'sehr gut', wie's \"alle\" sagten.")  # fmt: skip
    yield plan("Karten", audience="Mieter"), (BEGAN(), "2017-06-01"), (events.Suspended(), None), (DONE(), None)
    yield plan("Stand", rate=Rate(2, "week"), partners=("Chor", "Verein"), lead="Kommissar Weber"), BEGAN(), (events.PartnerLeft(partner="Chor", cause=FLOOD), "2017-06-06"), (events.PartnerJoined(partner="Amt"), "2017-06-06")  # fmt: skip


def resources_and_pilots() -> Iterator[tuple[str, tuple[Step, ...]]]:
    """What comes into service, and trials with their evaluations."""
    camera = plan("Kamera", nature=Nature.RESOURCE, place="Markt")
    yield "operation", (camera, BEGAN())
    yield (
        "operation",
        (camera, (BEGAN(), "2017-06-01"), (events.Suspended(), "2017-06-10"), (events.Resumed(), "2017-06-11")),
    )
    yield "operation", (camera, (DONE(), "2017-06-11"))
    yield "operation", ((camera, EARLY), (BEGAN(), EARLY), events.NoteRecorded(text="Läuft."))
    yield "operation", (plan("Hinweise"), (Referred(matter="Fälle", to="Land"), "2017-06-01"), events.OutlookRecorded(text="Mehr folgt.", when=When("2017-12")))  # fmt: skip
    for length, by in (("P3M", "Hochschule"), ("P1Y6M", None), ("P2W", None), ("P10DT4H", None), ("PT90M", None)):
        due = events.EvaluationDue(when=When("2017-12"), after=Term(length), by=by)
        yield "pilot", (plan("Versuch"), (BEGAN(), "2017-06-01"), due)
    begun = (plan("Versuch"), (BEGAN(), "2017-06-01"), events.EvaluationDue(when=When("2017-07-10")))
    yield "pilot", begun
    yield "pilot", (plan("Versuch"), events.EvaluationDue(when=When("2017-09-20/2017-09-21")))
    yield "pilot", (*begun, events.EvaluationDeferred(when=When("2017-12"), cause=FLOOD))
    yield "pilot", (*begun, events.Evaluated(result="Er hat sich bewährt."), (Adopted(), "2017-08-01"))
    yield "pilot", (*begun, (events.Evaluated(result="Er hat sich bewährt."), "2017-07-20"))
    yield "pilot", (*begun, events.Evaluated(result="Ohne Wirkung."))
    later = events.EvaluationDeferred(when=When("2017-08"))
    yield "pilot", (*begun, later, events.Evaluated(result="Ohne Wirkung."))
    yield "pilot", (*begun, later, events.EvaluationDeferred(when=When("2017-12")))
    yield "pilot", (*begun, later, (events.Evaluated(result="Ohne Wirkung."), "2017-08-20"))
    yield "pilot", (*begun, later, events.Evaluated(result="Gut."), events.Extended(term=Term("P1M")))
    yield "pilot", (plan("Probe", place="Markt"), (events.Extended(until=When("2017-12")), "2017-06-20"))
    yield "pilot", (*begun, events.Evaluated(result="Ohne Wirkung."), events.Evaluated(result="Bestätigt."), (Discontinued(), None))  # fmt: skip
    yield "pilot", (plan("Probe"), (DONE(), "2017-08-01"))
    for end in (Adopted(), Discontinued()):
        yield (
            "pilot",
            ((plan("Versuch am Markt"), EARLY), (BEGAN(), EARLY), (end, EARLY), events.NoteRecorded(text="Akte zu.")),
        )


def figures() -> Iterator[tuple[Step, ...]]:
    """Figures of every unit, basis and form."""
    made = {"done": "erfasst"}
    yield plan("Zahlen"), number("Festnahmen", 18, of=40, **made), number("Festnahmen", None, done="geplant"), number("Zeugen", 1), number("Räder", 4)  # fmt: skip
    yield plan("Zahlen zwei"), number("Anzeigen", 300, target=250, **made), number("Zeugen", 3, target=2)
    open_year, year = When("2017-01/.."), When("2016-07/2017-06")
    yield plan("Zahlen drei"), number("Anzeigen", 20, period=open_year, basis=Basis.RUNNING_TOTAL, **made), number("Zeugen", 3, period=open_year, basis=Basis.RUNNING_TOTAL), number("Räder", 9, period=year, basis=Basis.ROLLING_YEAR), number("Bestand", 70, period=When("2017-06-30"), basis=Basis.LEVEL)  # fmt: skip
    yield plan("Zahlen vier"), number("Beute", 12500, unit="€", of=20000, **made), number("Fälle", 87, unit="%", **made), number("Wartezeit", 12, unit="Minuten", target=10), number("Vorrat", 3)  # fmt: skip
    yield plan("Zahlen fünf"), number("Betriebe", 61, period=When("2017-06-30"), basis=Basis.LEVEL, done="ausgerüstet"), number("Räder", 61, unit="%")  # fmt: skip
    labels = ((Part("wegen Lärm", 3), Part("auf Wunsch", 1)), (Part("Autos", 1), Part("Räder", 3)), (Part("wegen Lärm", 3), Part("andere", 1)), (Part("Räder", 3), Part("andere", 1)))  # fmt: skip
    for n, parts in enumerate(labels):
        for whole in (True, False):
            yield plan(f"Aufteilung {n}"), number("Kontrollen", 4, breakdown=parts, complete=whole, **made)
            yield (
                plan(f"Teile {n}"),
                number("Kontrollen", 4, breakdown=parts, complete=whole, **made),
                number("Zeugen", 2),
            )
    months = ("2017-04", "2017-05", "2017-06")
    for measure, first, more in (
        ("Diebstähle", 8, made),
        ("Diebstähle", 800, made),
        ("Diebstähle", 8, {}),
        ("Bestand", 8, {}),
    ):
        yield (
            plan(f"Reihe {measure}"),
            *(number(measure, first + n, period=When(month), **more) for n, month in enumerate(months)),
        )
    old, new = number("Festnahmen", 12, **made), number("Festnahmen", None, **made).figure
    yield plan("Berichtigung"), old, events.FigureRestated(figure=attrs.evolve(new, value=14), reason="Nachmeldungen")
    yield plan("Verlust"), old, events.FigureRestated(figure=new, reason="Akten verloren")
    none = attrs.evolve(old.figure, value=None)
    yield plan("Nachtrag"), events.FigureRecorded(figure=none), events.FigureRestated(figure=old.figure, reason="Akten gefunden")  # fmt: skip
    yield (
        plan("Stände"),
        number("Bestand", 7),
        events.FigureRestated(figure=number("Bestand", 8).figure, reason="Zählfehler"),
    )
    yield from compared()


def compared() -> Iterator[tuple[Step, ...]]:
    """Figures held against earlier ones, like and unlike, and against their targets."""
    made = {"done": "erfasst"}
    before, last_year = When("2017-01/2017-03"), When("2016-04/2016-06")
    for n, (value, was, more) in enumerate(((20, 10, {}), (20, 20, {}), (20, 40, {}), (300, 299, {}), (40, 38, {"unit": "%"}), (100, 120, {"unit": "€"}), (8, 2, {"of": 40}))):  # fmt: skip
        earlier = number("Anzeigen", was, period=before, **made, **more)
        yield plan(f"Vergleich {n}"), earlier, number("Anzeigen", 30, period=last_year, **made, **more), number("Anzeigen", value, **made, **more)  # fmt: skip
    for n, other in enumerate(({"basis": Basis.LEVEL}, {"period": When("2017-03")}, {"unit": "Fälle"}, {"of": 50})):
        yield plan(f"Ungleich {n}"), number("Anzeigen", 20, **{"period": before, **other}), number("Anzeigen", 30)
    for n, (value, was) in enumerate(((200, 100), (100, 200), (1000, 990))):
        pair = number("Anzeigen", was, period=before, **made), number("Anzeigen", value, **made)
        yield plan(f"Einer von zwei {n}"), *pair, number("Zeugen", 5)
        yield plan(f"Beide {n}"), *pair, number("Zeugen", 500), number("Zeugen", 490, period=before)
    year = {"period": When("2017-01/.."), "basis": Basis.RUNNING_TOTAL, **made}
    for n, (value, target, more) in enumerate(
        ((20, 20, {}), (19, 20, {}), (10, 20, {}), (None, 20, {}), (10, 20, year))
    ):
        for better in Better:
            yield plan(f"Ziel {n}"), number("Anzeigen", value, target=target, better=better, **more)
    for value in (1, 999):
        yield plan("Anteile"), number("Anzeigen", value, of=1000, **made)
    yield plan("Drittel"), number("Anzeigen", 3, breakdown=tuple(Part(label, 1) for label in ("a", "b", "c")))


def parts() -> Iterator[tuple[Step, ...]]:
    """Parts of a whole of which there is nothing to tell, and a part that shares what became of the whole."""
    for count in (1, 2):
        held = events.OccurrenceHeld(count=count, attendance=40)
        yield plan("Streifen", theme="hafen"), held, events.PartOfLinked(parent="operation/keine")
    over = (BEGAN(), EARLY), (events.HandedOver(to="Land"), "2017-07-01")
    yield (plan("Dienste", theme="hafen"), *over)
    yield (plan("Fahrten", theme="hafen"), events.PartOfLinked(parent="deployment/teil-2"), *over)


def everything() -> list[Recorded]:
    """All of it, each activity under one of two themes, or none."""
    told: list[Recorded] = []
    streams = [("deployment", steps) for steps in deployments()] + [("campaign", steps) for steps in campaigns()]
    streams += [*resources_and_pilots(), *(("operation", steps) for steps in figures())]
    for n, (aggregate, steps) in enumerate(streams):
        first, *rest = steps
        start, effective = first if isinstance(first, tuple) else (first, None)
        theme = {0: "hafen", 1: "markt", 2: None}[n % 3]
        told += recorded(f"{aggregate}/{n}", (attrs.evolve(start, theme=theme), effective), *rest, start=len(told) + 1)
    for n, steps in enumerate(parts()):
        told += recorded(f"deployment/teil-{n}", *steps, start=len(told) + 1)
    return told


WHENS = [
    When(text)
    for text in (
        "2017-07-20", "2017-07-20~", "2017-07-20?", "2017-06", "2019-06", "2019-06~", "2017-35", "2017-35~", "2017-22", "2019-22",
        "2019", "2017-08-03/2017-08-09", "2017-06-05/2017-08-20", "2017-04/2017-06", "2016-10/2017-03", "2017-01/..", "2017-06-05/..",
        "../2017-06", "../2017-06-05", "2017-01/2017-12", "2017-06/2017-06", "2017-22/2017-23", "2017-08-03/2017-08-07", "2017-09-21/2017-12-31~",
    )
] + [parse_when(text) for text in (
    "w/c 21 August 2017", "end of September 2017", "beginning of July 2017", "mid July 2017",
)]  # fmt: skip
"""Dates of every kind and precision."""

RECURRENCES = [
    Recurrence(rule, *hours)
    for rule, hours in (
        ("FREQ=WEEKLY;BYDAY=WE,TH,FR,SA", ("17:00", "03:00")), ("FREQ=WEEKLY;BYDAY=MO,TH", ("20:00", "00:00")),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", ()), ("FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,TU", ()), ("FREQ=MONTHLY;BYDAY=1MO", ()),
        ("FREQ=DAILY", ()), ("FREQ=WEEKLY", ()), ("FREQ=MONTHLY", ()), ("FREQ=YEARLY", ()), ("FREQ=WEEKLY;INTERVAL=2", ()),
        ("FREQ=MONTHLY;INTERVAL=3", ()), ("FREQ=DAILY;INTERVAL=2", ()), ("FREQ=WEEKLY;INTERVAL=4", ()),
        ("FREQ=MONTHLY;INTERVAL=2", ()), ("FREQ=YEARLY;INTERVAL=2", ()), ("FREQ=HOURLY", ()),
    )
]  # fmt: skip
