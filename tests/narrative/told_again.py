"""Everything that is said of published reports: in the next report, and in a restatement."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import attrs
from telling import REPORT, recorded

from oplog import (
    Figure,
    Plain,
    Published,
    Restatement,
    StatementChange,
    ToldStatement,
    When,
    events,
    render,
    tell_restatement,
)
from oplog.narrative.plan import narrate

if TYPE_CHECKING:
    from oplog import Locale
    from oplog.narrative.restatement import Why

FIELDS = ("title", "effective", "when", "figure.value", "text", "source")
CAUSES = ("events", "reading", "telling", "words", "sections", "unexplained", "frame")
PUBLISHED = Published(
    up_to=1,
    series="no-committee (public)",
    dated=When("2017-05-18"),
    window=When("2017-01-01/2017-05-17"),
    configuration=Plain({}),
    language="de",
    salt="0" * 32,
    digest="0" * 64,
    release="0.3.0",
)


def tell_recounted(locale: Locale) -> None:
    """Tell of one series and of one meeting that more came, and that more were held, than the last report told."""
    known, later = [], []
    for n, (title, plural) in enumerate((("Streifen", True), ("Treffen", False))):
        plan = (events.Planned(title=title, plural=plural), "2017-02-01")
        items = recorded(
            f"deployment/{n}", plan, (events.OccurrenceHeld(count=3, attendance=8), "2017-03-01"), start=2 * n + 1
        )
        for field in ("count", "attendance"):
            event = events.Corrected(of=2, field=field, old=Plain(2), new=Plain(3), why="eine Liste")
            later += recorded(items[0].stream, event, start=10 + len(later))
        known += [items[0], attrs.evolve(items[1], corrected_by=tuple(later[-2:]))]
    counts = [Figure(measure=measure, value=None, period=When("2017-01/2017-03")) for measure in ("Räder", "Zeugen")]
    there = [attrs.evolve(figure, value=Decimal(2)) for figure in counts]
    first = [(events.FigureRecorded(figure=one), "2017-03-31") for one in (counts[0], there[1])]
    known += recorded("operation/zahlen", (events.Planned(title="Zahlen"), "2017-02-01"), *first, start=5)
    second = (events.FigureRestated(figure=one, reason="eine Liste") for one in (there[0], counts[1]))
    later += recorded("operation/zahlen", *((one, "2017-03-31") for one in second), start=10 + len(later))
    (report,) = recorded("report/q1", attrs.evolve(PUBLISHED, up_to=7), start=8)
    document = narrate([*known, report, *later], attrs.evolve(REPORT, locale=locale, since=None))
    assert len(document.section("learned").content[-1].items) == 6  # type: ignore[union-attr]


def tell_again(locale: Locale) -> None:
    """Tell what was learned late, a restatement with every kind of change, and one with none."""
    asked = attrs.evolve(REPORT, locale=locale, since=None)
    plan = (events.Planned(title="Woche", when=When("2017-03-01")), "2017-02-01")
    week = recorded("campaign/week", plan, (events.Commenced(), "2017-03-01"))
    (report,) = recorded("report/q1", PUBLISHED, start=3)
    present = narrate([*week, report], asked)
    assert present.section("learned") is not None
    assert present.section("arising/carried") is not None
    tell_recounted(locale)
    one = ToldStatement(key=("main", "a"), section="a", number=None, text="A.", positions=(1,))
    other = attrs.evolve(one, text="B.", positions=(1, 2))
    figure = events.FigureRestated(figure=Figure(measure="Fahrräder", value=Decimal(1)), reason="ein Fehler")
    behind = recorded(
        "campaign/week",
        events.NoteRecorded(text="n"),
        events.Retracted(of=1, why="ein Fehler"),
        *(events.Corrected(of=1, field=field, why="ein Fehler") for field in FIELDS),
        figure,
        start=4,
    )
    whys: tuple[Why, ...] = ("late", "corrected", "both")
    changes = [StatementChange(then=one, now=other, why=why, behind=tuple(behind)) for why in whys]
    changes += [StatementChange(then=one, now=attrs.evolve(one, positions=(2,)), why="elsewhere")]
    changes += [
        StatementChange(then=None, now=attrs.evolve(one, text="E."), why="elsewhere"),
        StatementChange(then=one, now=None, why="elsewhere"),
    ]
    row = attrs.evolve(one, key=("figures", "figures"), text="R.", row=True)
    changes += [
        StatementChange(then=then, now=now, why="late", behind=tuple(behind[:1]))
        for told in (
            row,
            attrs.evolve(one, key=("main", "b"), number="1.1"),
            attrs.evolve(one, key=("summary", "b"), text="C."),
        )
        for then, now in ((told, None), (None, told), (told, attrs.evolve(told, text="D.")))
    ]
    late = attrs.evolve(one, key=("main", "c"), number="1.2")
    changes += [StatementChange(then=None, now=late, why="late", behind=tuple(behind[:1]))]
    changes += [StatementChange(then=None, now=now, why="code", number=1) for now in (one, None)]
    changes += [StatementChange(then=None, now=one, why="code")]
    for found, causes in ((changes, CAUSES), ([], ())):
        render(
            tell_restatement(
                Restatement(
                    ref="q1", publication=report, then=present, present=present, causes=causes,
                    changes=tuple(found), recorded_since=4, sources=(),
                )
            )
        )  # fmt: skip
