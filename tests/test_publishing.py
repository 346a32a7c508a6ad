"""Published reports: pinned, told again byte for byte, and held against what came later, on every store."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from oplog import (
    FORMATS,
    SCHEMES,
    SECTIONS,
    Cause,
    CauseKind,
    Figure,
    InvalidValue,
    Look,
    NoSuchStream,
    OpLog,
    Pending,
    Plain,
    Published,
    Refused,
    ReportConfiguration,
    Theme,
    When,
    certify,
    commands,
    export_lines,
    import_lines,
    parse_when,
    read_lines,
    render,
    render_bytes,
    tell_restatement,
)
from oplog.kept_configuration import configuration_data, configuration_from
from oplog.narrative import Paragraph, Report, Section, Statement
from oplog.narrative.locale import Locale
from oplog.narrative.locales import load_locale, rephrase, shipped
from oplog.narrative.restatement import Since, changed_by_events
from oplog.narrative.template import Template
from oplog.narrative.told import ToldStatement, told_in
from oplog.retelling import configuration_of
from oplog.store.wire import dump, to_wire
from oplog.testing import logs, record_all
from whole_logs import carry_out, doings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Clock

WEEK = "campaign/cycle-week"
GERMAN = Path(__file__).parent / "narrative" / "locales" / "de.toml"
Q2 = ReportConfiguration(
    committee="Harbour Committee", date=date(2024, 7, 16), since=date(2024, 4, 1), until=date(2024, 6, 30)
)
Q3 = ReportConfiguration(committee="Harbour Committee", date=date(2024, 10, 15), until=date(2024, 9, 30))


def tell_quarter(log: OpLog) -> None:
    """Record a week that was held in the second quarter."""
    log.execute(WEEK, commands.Plan(title="week of action on cycle theft", when=parse_when("May 2024")))
    log.execute(WEEK, commands.Complete(attendance=40), effective=parse_when("20 May 2024"))


@pytest.fixture(params=["memory", "file", "postgresql", "umadb"])
def anywhere(request: pytest.FixtureRequest, clock: Clock, path: Path) -> Iterator[OpLog]:
    """Give an empty log, on each of the databases that a log can lie in."""
    clock.now = datetime(2024, 7, 10, 9, 30, tzinfo=UTC)
    if request.param == "memory":
        opened = OpLog.open(":memory:", clock=clock)
    elif request.param == "file":
        opened = OpLog.open(path, create=True, clock=clock)
    elif request.param == "postgresql":
        opened = OpLog.open(request.getfixturevalue("postgresql_url"), create=True, clock=clock)
    else:
        settings = {"PERSISTENCE_MODULE": "eventsourcing_umadb", "UMADB_URI": request.getfixturevalue("umadb").url}
        opened = OpLog.open(settings, clock=clock)
    with opened:
        yield opened


@pytest.fixture
def quarter(log: OpLog, clock: Clock) -> OpLog:
    """Give a log of the second quarter, at the time of its report."""
    clock.now = datetime(2024, 7, 10, 9, 30, tzinfo=UTC)
    tell_quarter(log)
    return log


def test_a_publication_pins_all_that_its_report_was_made_from(anywhere: OpLog) -> None:
    """Position, root, configuration, code and digests; what is told again is the same, whatever comes after."""
    tell_quarter(anywhere)
    document, (recorded,) = anywhere.publish("q2", Q2, formats=["markdown", "json"], actor="Ann Clerk")
    event: Published = recorded.event
    assert (recorded.stream, recorded.name, recorded.schema) == ("report/q2", "report.published", 1)
    assert (recorded.actor, event.up_to, event.follows) == ("Ann Clerk", 2, None)
    assert event.root == certify(anywhere, until=2).root
    assert (event.series, event.dated, event.window) == (
        "Harbour Committee (public)",
        When("2024-07-16"),
        When("2024-04-01/2024-06-30"),
    )
    assert [one.form for one in event.formats] == ["json", "markdown"]
    assert len(event.marks) == len(told_in(document))
    assert "week of action" not in str(to_wire(event))
    anywhere.correct(2, "attendance", 45, why="a form was found")
    anywhere.execute("operation/net", commands.Plan(title="Operation Net"), effective=parse_when("3 June 2024"))
    again = anywhere.as_published("q2")
    assert (again.document, again.reasons, again.first) == (document, (), None)
    assert [render_bytes(again.document, form) for form in FORMATS] == [
        render_bytes(document, form) for form in FORMATS
    ]
    assert anywhere.replay(rules=["published-reports"]) == ()
    (published,) = anywhere.publications()
    assert (published.ref, published.recorded.position) == ("q2", 3)


def test_the_same_report_is_published_once(quarter: OpLog) -> None:
    """A second time nothing is recorded, even if the log has grown by what no report tells; a new format is added."""
    quarter.publish("q2", Q2, formats=["markdown"])
    assert quarter.publish("q2", Q2, formats=["markdown"])[1] == ()
    assert quarter.publish("report/q2", Q2)[1] == ()
    (recorded,) = quarter.publish("q2", Q2, formats=["json"])[1]
    assert recorded.version == 2
    (published,) = quarter.publications()
    assert (published.recorded.version, list(published.formats)) == (1, ["json", "markdown"])


def test_the_digests_of_a_publication_confirm_no_guess(quarter: OpLog) -> None:
    """Each has a salt of its own, kept in a further format: the same report twice has no digest in common."""
    document, (one,) = quarter.publish("q2", Q2)
    _, (further,) = quarter.publish("q2", Q2, formats=["json"])
    _, (other,) = quarter.publish("q2-copy", Q2)
    assert one.event.salt == further.event.salt != other.event.salt
    assert one.event.digest == further.event.digest != other.event.digest
    assert not {*one.event.marks} & {*other.event.marks}
    unsalted = {sha256(dump([t.text, list(t.positions)])).hexdigest()[:16] for t in told_in(document)}
    assert not unsalted & {*one.event.marks}
    assert [quarter.as_published(ref).reasons for ref in ("q2", "q2-copy")] == [(), ()]


def test_the_same_report_published_by_two_at_a_time_is_recorded_once(
    quarter: OpLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever comes second, with a salt of their own, records nothing; with another report they are refused."""
    asked = [Q2]
    drawn = OpLog._salt

    def meanwhile(self: OpLog, stream: str) -> str:
        salt = drawn(self, stream)
        if asked:
            self.publish(stream, asked.pop(), formats=["markdown"])
        return salt

    monkeypatch.setattr(OpLog, "_salt", meanwhile)
    document, events = quarter.publish("q2", Q2, formats=["markdown"])
    assert events == ()
    assert document == quarter.as_published("q2").document
    asked.append(attrs.evolve(Q2, subject="Another title"))
    with pytest.raises(Refused, match="another document was published under this name"):
        quarter.publish("q2-b", Q2)
    assert [one.ref for one in quarter.publications()] == ["q2", "q2-b"]


def test_another_report_under_the_same_name_is_refused(quarter: OpLog) -> None:
    """What was published was published; under a name of its own the other one may be."""
    quarter.publish("q2", Q2)
    quarter.execute(WEEK, commands.RecordNote(text="It rained."), effective=parse_when("21 May 2024"))
    before = quarter.head()
    with pytest.raises(Refused, match="another document was published under this name"):
        quarter.publish("q2", Q2)
    assert quarter.head() == before
    assert quarter.publish("q2-second-edition", Q2)[1]


def test_a_publication_that_was_retracted_is_none(quarter: OpLog) -> None:
    """Its name is free again, it is not listed, nothing is measured from it, and replay does not ask for it."""
    _, (recorded,) = quarter.publish("q2", Q2)
    quarter.retract(recorded.position, why="the wrong file was sent")
    assert quarter.publications() == ()
    with pytest.raises(NoSuchStream, match="no report q2 was published from this log; published: none"):
        quarter.as_published("q2")
    quarter.execute(WEEK, commands.RecordNote(text="It rained."), effective=parse_when("21 May 2024"))
    assert quarter.publish("q2", Q2)[1][0].version == 3
    assert quarter.replay(rules=["published-reports"]) == ()


@pytest.mark.parametrize(
    ("ref", "formats", "told"),
    [
        ("Q2", (), "'report/Q2' is no stream"),
        ("", (), "'report/' is no stream"),
        ("q2", ("word",), "no format 'word'; expected one of"),
    ],
)
def test_what_cannot_be_published_leaves_nothing(quarter: OpLog, ref: str, formats: tuple[str, ...], told: str) -> None:
    """A name that is none and a format that is none are refused before anything is recorded."""
    with pytest.raises(InvalidValue, match=told):
        quarter.publish(ref, Q2, formats=formats)
    assert quarter.head() == 2


def test_a_publication_can_be_marked(quarter: OpLog) -> None:
    """As every event can, and still it is published, told again, found sound and listed."""
    document, (recorded,) = quarter.publish("q2", Q2)
    quarter.mark(recorded.position, "restricted", why="not before the meeting")
    assert [one.ref for one in quarter.publications()] == ["q2"]
    assert quarter.as_published("q2").document == document
    assert quarter.replay() == ()


def test_a_publication_that_its_readers_may_not_see_is_not_restated_to_them(quarter: OpLog) -> None:
    """The restatement would cite it: one line says where it stands and what to do, and with that it can be made."""
    _, (recorded,) = quarter.publish("q2", Q2, marking="restricted")
    with pytest.raises(InvalidValue, match=r"may not see that it was published \(position 3, field marking\)"):
        quarter.restatement("q2")
    assert quarter.as_published("q2").reproduced
    quarter.mark(recorded.position, "public", why="the committee has it")
    assert quarter.restatement("q2").changes == ()


def test_an_empty_log_has_nothing_to_publish(log: OpLog) -> None:
    """There is no report of nothing."""
    with pytest.raises(InvalidValue, match="the log is empty"):
        log.publish("q2")


def test_a_report_is_no_activity(quarter: OpLog) -> None:
    """No view, no report and no rule of silence tells of it, and it can be explained and exported like any stream."""
    views = ("register", "figures", "calendar", "impact", "slips", "partners", "links")
    before = [quarter.view(name) for name in views], quarter.narrative(Q2), quarter.silence()
    quarter.publish("q2", Q2, effective=parse_when("2 June 2024"))
    assert ([quarter.view(name) for name in views], quarter.narrative(Q2), quarter.silence()) == before
    assert quarter.register() == quarter.view("register")
    assert [field.field for field in quarter.explain("report/q2").fields if field.settings][:2] == [
        "status",
        "digest",
    ]


def test_a_published_report_survives_the_portable_log(quarter: OpLog, tmp_path: Path) -> None:
    """The export, opened in the place of the log, and a log made by importing it reproduce it and know its pins."""
    document, _ = quarter.publish("q2", Q2, formats=["markdown"])
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"".join(export_lines(quarter)))
    with OpLog.open(path) as portable:
        assert (portable.as_published("q2").document, portable.replay()) == (document, ())
        assert certify(portable).to_bytes() == certify(quarter).to_bytes()
    with OpLog.open(":memory:") as copy, path.open("rb") as file:
        import_lines(copy, read_lines(file))
        assert (copy.as_published("q2").document, copy.replay()) == (document, ())


def test_every_configuration_comes_back_as_it_was(quarter: OpLog) -> None:
    """A publication keeps it whole: each key, also those of the themes, and the windows as they were worked out."""
    told = ReportConfiguration(
        committee="C", subject="S", reference="R", report_of="O", author="A", public=False, purpose="decision",
        force="the port police", contact="ann@example.org", markings=("public", "internal"), series="harbour",
        recommendations=("Note it.",), date=date(2024, 7, 16), until=date(2024, 6, 30),
        figures=When("2024-04/2024-06"), themes=(Theme("asb", "Antisocial behaviour"),), highlights=(WEEK,),
        abbreviations={"City Police": "CP"}, allowance=Decimal("7.5"), scheme=SCHEMES["uk"],
        html=Look(stylesheet="p { color: navy }"),
    )  # fmt: skip
    default = ReportConfiguration()
    same = [f.name for f in attrs.fields(ReportConfiguration) if getattr(told, f.name) == getattr(default, f.name)]
    assert same == ["since", "locale", "audience"]
    _, (recorded,) = quarter.publish("q2", told)
    assert configuration_of(recorded.event) == attrs.evolve(told, since=date(2024, 4, 1))
    assert configuration_from(recorded.event.configuration.data) == told
    for_all = attrs.evolve(told, markings=None, audience="OFFICIAL")
    assert configuration_from(configuration_data(for_all)) == for_all


HOUSE = {"labels": {"summary": "In brief"}, "conclusion.next": "Up next is {what}, {on}"}


@pytest.mark.parametrize(
    ("words", "pinned"),
    [
        (shipped, {"language"}),
        (lambda: rephrase(shipped(), HOUSE), {"language", "values"}),
        (lambda: load_locale(GERMAN), {"language", "values", "grammar", "lexicon"}),
    ],
    ids=["shipped", "house", "german"],
)
def test_the_words_of_a_report_are_pinned(quarter: OpLog, words: Callable[[], Locale], pinned: set[str]) -> None:
    """Those that are shipped by their name, a house's by what it says otherwise, another language's whole."""
    document, (recorded,) = quarter.publish("q2", attrs.evolve(Q2, locale=words()), formats=["markdown"])
    assert set(recorded.event.configuration.data["locale"]) == pinned
    assert recorded.event.language == document.language
    again = quarter.as_published("q2")
    assert (again.document, again.causes) == (document, ())
    assert render(again.document) == render(document)
    assert configuration_of(recorded.event).locale.digest == words().digest  # type: ignore[union-attr]
    quarter.correct(2, "attendance", 45, why="a form was found")
    assert tell_restatement(quarter.restatement("q2")).language == document.language
    assert quarter.replay(rules=["published-reports"]) == ()


def test_words_in_a_grammar_of_ones_own_cannot_be_read_again(quarter: OpLog) -> None:
    """A grammar that is not one of oplog is named, for only its author has it."""
    german = load_locale(GERMAN)
    locale = Locale(german.language, german.grammar, german.values, german.lexicon, "mine")
    quarter.publish("q2", attrs.evolve(Q2, locale=locale))
    with pytest.raises(InvalidValue, match="'mine' is no grammar of oplog; expected one of"):
        quarter.as_published("q2")


def test_a_configuration_of_a_later_release_is_named(quarter: OpLog) -> None:
    """A key that this release does not know is told, by name, and is a fault of replay."""
    _, (recorded,) = quarter.publish("q2", Q2)
    kept = {**recorded.event.configuration.data, "mood": "cheerful"}
    quarter.correct(recorded.position, "configuration", kept, why="to see what happens")
    with pytest.raises(InvalidValue, match=r"its configuration cannot be read by this release of oplog: .*mood"):
        quarter.as_published("q2")
    (finding,) = quarter.replay(rules=["published-reports"])
    assert (finding.severity, finding.position, "mood" in finding.message) == ("fault", recorded.position, True)


# For whom

FOR_ALL = attrs.evolve(Q2, public=False)


def test_a_report_for_the_trusted_leaves_no_trace_with_others(quarter: OpLog, clock: Clock) -> None:
    """Its publication has the marking of its readers: the public sees neither it nor its retraction, nor a gap."""
    alone = quarter.narrative(Q3)
    public = SCHEMES["plain"].audience("public")
    _, (recorded,) = quarter.publish("q2-full", FOR_ALL)
    assert recorded.marking == "restricted"
    assert [r.stream for r in quarter.seen(public).history] == [WEEK, WEEK]
    (after,) = quarter.publish("q2", Q2)[1]
    assert after.marking is None
    clock.now = datetime(2024, 10, 10, tzinfo=UTC)
    full, (third,) = quarter.publish("q3-full", attrs.evolve(Q3, public=False))
    assert (third.event.follows, full.date) == ("report/q2-full", alone.date)
    assert quarter.publish("q3", Q3)[1][0].event.follows == "report/q2"
    quarter.retract(recorded.position, why="the wrong file was sent")
    assert [r.stream for r in quarter.seen(public).history] == [WEEK, WEEK, "report/q2", "report/q3"]
    assert quarter.restatement("q3-full").changes == quarter.restatement("q3").changes == ()
    assert quarter.replay(rules=["published-reports"]) == ()


@pytest.mark.parametrize(
    ("configuration", "marking"),
    [
        (Q2, None),
        (FOR_ALL, "restricted"),
        (attrs.evolve(Q2, audience="internal"), "internal"),
        (attrs.evolve(Q2, markings=("public", "desk")), "desk"),
        (attrs.evolve(Q2, markings=()), None),
        (attrs.evolve(Q2, scheme=SCHEMES["uk"], audience="OFFICIAL-SENSITIVE"), "OFFICIAL-SENSITIVE"),
    ],
)
def test_a_publication_is_marked_for_its_readers(
    quarter: OpLog, configuration: ReportConfiguration, marking: str | None
) -> None:
    """They see it, and so what follows on it; a marking that is given takes the place of theirs."""
    assert quarter.publish("q2", configuration)[1][0].marking == marking
    assert configuration.readers.may_see(marking)
    assert quarter.restatement("q2").changes == ()
    assert quarter.publish("q2-again", configuration, marking="internal")[1][0].marking == "internal"


# What has changed


def test_changed_words_are_told_apart_from_changed_events(quarter: OpLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the code tells the same events otherwise, the report is made anyway, and the first difference is named."""
    document, (recorded,) = quarter.publish("q2", Q2)
    with monkeypatch.context() as patch:
        patch.setitem(shipped()._templates, "verbs.completed.clause", Template.read("wound up[ {on}]"))
        patch.setattr("oplog.retelling.fingerprints", lambda _sections=(): ())
        again = quarter.as_published("q2")
        assert again.document != document
        assert (again.reproduced, again.first, again.code_alone) == (False, 1, True)
        assert "the code that tells them has changed since oplog" in "; ".join(again.reasons)
        (finding,) = quarter.replay(rules=["published-reports"])
        assert (finding.severity, finding.position, finding.stream) == ("observation", recorded.position, "report/q2")
        assert "the first statement that differs, number 1 (Summary, Activity), now reads: A week" in finding.message
        restatement = quarter.restatement("q2")
        assert {change.why for change in restatement.changes} == {"code"}
        told = render(tell_restatement(restatement))
        assert "What the program tells otherwise" in told
        assert "Statement 1 of the report as it was published would now read: A week" in told
    assert quarter.as_published("q2").reproduced


def test_a_digest_that_nothing_explains_is_a_fault(quarter: OpLog) -> None:
    """Neither events nor code have changed, and still another report was pinned: somebody wrote that digest."""
    _, (recorded,) = quarter.publish("q2", Q2)
    quarter.correct(recorded.position, "digest", "0" * 64, why="to see what happens")
    again = quarter.as_published("q2")
    assert again.reasons == (
        "neither its events nor the code of oplog have changed; look for what was changed by hand",
        "every statement is the same; what differs stands in the title block or the sources",
    )
    (finding,) = quarter.replay(rules=["published-reports"])
    assert finding.severity == "fault"


def test_events_that_are_not_those_of_the_report_are_a_fault(quarter: OpLog) -> None:
    """In a log that has other events at its positions, the root shows that these are not those that it knew."""
    quarter.publish("q2", Q2)
    with OpLog.open(":memory:", clock=lambda: datetime(2024, 7, 10, 9, 30, tzinfo=UTC)) as other:
        other.execute("operation/net", commands.Plan(title="Operation Net"), effective=parse_when("3 June 2024"))
        lines = list(export_lines(quarter))
        import_lines(other, read_lines(BytesIO(b"".join(lines[1:]))))
        again = other.as_published("q2")
        assert again.reasons[0] == "the events up to position 2 are not those that it was made from"
        (finding,) = other.replay(rules=["published-reports"])
        assert (finding.severity, finding.position) == ("fault", 4)


def test_a_restatement_says_what_changed_and_why(quarter: OpLog) -> None:
    """Corrections, late events and what merely follows from them are told apart, each with the events behind it."""
    quarter.execute(WEEK, commands.RecordFigure(figure=figure("bicycles", 211)), effective=parse_when("21 May 2024"))
    quarter.publish("q2", Q2)
    assert quarter.restatement("q2").changes == ()
    assert "Nothing has changed in what this report told." in render(tell_restatement(quarter.restatement("q2")))
    quarter.correct(2, "attendance", 45, why="a form was found")
    quarter.execute("operation/net", commands.Plan(title="Operation Net"), effective=parse_when("3 June 2024"))
    quarter.execute("operation/net", commands.Commence(), effective=parse_when("10 June 2024"))
    restatement = quarter.restatement("q2")
    told = {
        (change.then.text if change.then else None, change.now.text if change.now else None): change
        for change in restatement.changes
        if (change.now or change.then).section == "Main report"  # type: ignore[union-attr]
    }
    held = "A week of action on cycle theft was completed on 20 May, attended by {} people."
    corrected = told[held.format(40), held.format(45)]
    assert (corrected.why, [r.position for r in corrected.behind]) == ("corrected", [5])
    late = told[None, "Operation Net began on 10 June."]
    assert (late.why, [r.position for r in late.behind]) == ("late", [6, 7])
    assert restatement.recorded_since == 3
    document = tell_restatement(restatement)
    text = render(document)
    assert (
        "Paragraph 1.1 said: A week of action on cycle theft was completed on 20 May, attended by 40 people.[^"
    ) in text
    assert "This is because the attendance was corrected on 10 July 2024 (a form was found)." in text
    assert "There would be another paragraph, 1.2: Operation Net began on 10 June." in text
    assert "Two sentences change here just as in paragraphs 1.1 and 1.2." in text
    assert {source.position for source in document.sources} >= {2, 5, 6, 7}


def figure(measure: str, value: int) -> Figure:
    """Make a count of a day."""
    return Figure(measure=measure, value=Decimal(value), done="marked", period=When("2024-05-21"))


def test_paragraphs_that_only_have_other_numbers_have_not_changed(quarter: OpLog) -> None:
    """Rows and references are compared by what they refer to: a new paragraph before them is the only change."""
    stall = "campaign/stall"
    quarter.execute(stall, commands.Plan(title="stall", when=parse_when("12 June 2024")), effective=When("2024-04-09"))
    quarter.publish("q2", Q2)
    quarter.execute("operation/pier", commands.Plan(title="Operation Pier"), effective=parse_when("3 June 2024"))
    for day in ("10 June 2024", "12 June 2024"):
        quarter.execute(
            "operation/pier", commands.RecordOutcome(text=f"On {day} it rained."), effective=parse_when(day)
        )
    quarter.execute("operation/pier", commands.Commence(), effective=parse_when("10 June 2024"))
    quarter.execute("operation/pier", commands.Suspend(), effective=parse_when("14 June 2024"))
    restatement = quarter.restatement("q2")
    then, now = (
        {one.text for one in told_in(document) if "paragraph 1." in one.text or one.text.startswith("People")}
        for document in (restatement.then, restatement.present)
    )
    assert len(then) == len(now) == 2
    assert not then & now
    assert not {change.then.text for change in restatement.changes if change.then} & then


def test_a_change_is_attributed_to_what_bears_on_it(quarter: OpLog) -> None:
    """Of all that was recorded since, a statement names what it would be another without: each of these, once."""
    net = "operation/net"
    quarter.publish("q2", Q2)
    quarter.correct(2, "attendance", 45, why="a form was found")
    quarter.correct(2, "attendance", 47, why="so was another")
    quarter.execute(net, commands.Plan(title="Operation Net"), effective=parse_when("3 June 2024"))
    quarter.execute(net, commands.Commence(), effective=parse_when("10 June 2024"))
    quarter.execute(net, commands.RecordNote(text="It rained."), effective=parse_when("11 June 2024"))
    behind = {c.now.text: [r.position for r in c.behind] for c in quarter.restatement("q2").changes if c.now}
    assert behind["In that time, one activity began, and one was held or completed."] == [6, 7]
    assert behind["It rained."] == [6, 8]
    assert behind["A week of action on cycle theft was completed on 20 May, attended by 47 people."] == [4, 5]


def test_a_change_that_follows_from_elsewhere_is_attributed_there(quarter: OpLog) -> None:
    """The next matter due is another one because of an activity on which the statement itself does not rest."""
    for n, day in enumerate(("10 August 2024", "10 September 2024")):
        quarter.execute(
            f"campaign/fair-{n}",
            commands.Plan(title=f"{'AB'[n]} fair", when=parse_when(day)),
            effective=When("2024-05-02"),
        )
    quarter.publish("q2", Q2)
    (moved,) = quarter.execute(
        "campaign/fair-0", commands.Reschedule(when=parse_when("10 October 2024")), effective=When("2024-06-03")
    )
    (change,) = [c for c in quarter.restatement("q2").changes if c.now and c.now.text.startswith("The next matter due")]
    assert (change.why, [r.position for r in change.behind]) == ("late", [moved.position])


def test_what_was_taken_back_is_told_as_gone(quarter: OpLog) -> None:
    """A statement that is not told any more is told with what took it away."""
    quarter.execute(WEEK, commands.RecordNote(text="It rained."), effective=parse_when("21 May 2024"))
    quarter.publish("q2", Q2)
    quarter.retract(3, why="that was another week")
    gone = [c for c in quarter.restatement("q2").changes if c.then and c.then.text == "It rained."]
    assert [(c.now, c.why, [r.position for r in c.behind]) for c in gone] == [(None, "corrected", [5])]
    text = render(tell_restatement(quarter.restatement("q2")))
    assert "Paragraph 1.1 said: It rained." in text
    assert "It would no longer say so." in text
    assert "This is because what had been recorded was taken back on 10 July 2024 (that was another week)." in text


def test_a_restatement_tells_its_readers_nothing_that_they_may_not_see(quarter: OpLog) -> None:
    """What was closed to them since leaves no trace: neither what was told of it, nor what closed it."""
    quarter.execute("operation/net", commands.Plan(title="Operation Net"), effective=parse_when("3 June 2024"))
    quarter.execute("operation/net", commands.Commence(), effective=parse_when("10 June 2024"))
    quarter.publish("q2", Q2)
    quarter.execute("operation/net", commands.ChangeMarking(marking="restricted"), actor="ann")
    quarter.execute(WEEK, commands.RecordNote(text="SECRET"), effective=parse_when("21 May 2024"), marking="restricted")
    restatement = quarter.restatement("q2")
    assert not [c for c in restatement.changes if c.then and "Net" in c.then.text]
    assert all((c.why, c.behind) == ("elsewhere", ()) for c in restatement.changes)
    assert restatement.recorded_since == 0
    text = render(tell_restatement(restatement), "json")
    assert "SECRET" not in text
    assert "Net" not in text
    assert "marking" not in text.replace('"marking": null', "")


def test_a_restatement_does_not_repeat_a_field_that_was_marked_since(quarter: OpLog) -> None:
    """What a report told of a field that its readers may not see any more is not said again as what it told."""
    secret = Cause(CauseKind.INCIDENT, "a tip by a neighbour")
    quarter.execute("operation/net", commands.Plan(title="Operation Net"), effective=parse_when("3 June 2024"))
    cancelled = quarter.execute("operation/net", commands.Cancel(cause=secret), effective=parse_when("10 June 2024"))
    document, _ = quarter.publish("q2", Q2)
    assert "neighbour" in render(document)
    for field in ("cause", "source"):
        mark = commands.MarkEvent(of=cancelled[0].version, why="x", marking="restricted", field=field)
        quarter.execute("operation/net", mark)
    restatement = quarter.restatement("q2")
    assert "neighbour" not in "".join(change.then.text for change in restatement.changes if change.then)
    assert "neighbour" not in render(tell_restatement(restatement))
    assert "neighbour" in render(quarter.as_published("q2").document)


def test_events_that_were_learned_late_stand_where_they_were_so(quarter: OpLog) -> None:
    """A date that was agreed earlier, and learned later, does not take the place of the one that holds."""
    fair = "campaign/fair"
    quarter.execute(
        fair, commands.Plan(title="safety fair", when=parse_when("June 2024")), effective=When("2024-04-02")
    )
    quarter.execute(fair, commands.Reschedule(when=parse_when("September 2024")), effective=When("2024-06-20"))
    quarter.publish("q2", Q2)
    quarter.execute(fair, commands.Reschedule(when=parse_when("July 2024")), effective=When("2024-05-20"))
    told = [c.now.text for c in quarter.restatement("q2").changes if c.now and c.now.section == "Main report"]
    assert [text for text in told if "fair" in text] == [
        "A safety fair, planned for June, was rescheduled to July and then to September."
    ]


def test_the_next_report_changes_nothing_in_the_last(quarter: OpLog, clock: Clock) -> None:
    """What is published, or withdrawn, later is no event of the activities, and does not restate a report."""
    _, (first,) = quarter.publish("q2", Q2)
    clock.now = datetime(2024, 10, 10, tzinfo=UTC)
    quarter.execute(WEEK, commands.RecordNote(text="Thefts fell."))
    quarter.publish("q3", Q3)
    assert quarter.restatement("q2").changes == quarter.restatement("q3").changes == ()
    quarter.retract(first.position, why="the wrong file")
    assert (quarter.restatement("q3").changes, quarter.as_published("q3").reasons) == ((), ())


def test_a_section_of_ones_own_is_told_again_where_it_is_given(quarter: OpLog) -> None:
    """A report with other builders is reproduced with them, and without them the code is named as what differs."""
    document, _ = quarter.publish("q2", Q2, sections=(*SECTIONS, own_section))
    assert quarter.as_published("q2", sections=(*SECTIONS, own_section)).document == document
    assert quarter.as_published("q2").reasons[0].startswith("the sections that are not those of oplog are others")


def test_an_audit_takes_the_sections_of_ones_own(quarter: OpLog) -> None:
    """A report that was published with them is made again with them, another with those of oplog, in one audit."""
    quarter.publish("q2", Q2, sections=(*SECTIONS, own_section))
    quarter.publish("plain", Q2)
    (finding,) = quarter.replay(rules=["published-reports"])
    assert (finding.severity, finding.stream) == ("observation", "report/q2")
    assert quarter.replay(rules=["published-reports"], sections=(*SECTIONS, own_section)) == ()


def own_section(report: Report) -> Section:
    """Tell how many streams there are."""
    text = f"There are {len(report.tales)} activities."
    positions = tuple(sorted(r.position for r in report.recorded))
    return Section(
        key="own", title="Own", content=(Paragraph(statements=(Statement(text=text, positions=positions),)),)
    )


def test_what_is_told_no_more_stands_where_it_was_read(quarter: OpLog) -> None:
    """The changes are in the order of reading: what was taken away follows what it followed, and not all else."""
    one = ToldStatement(key=("main", "a"), section="main", number=None, text="A.", positions=(1,))
    then = [attrs.evolve(one, key=("main", key), text=f"{key}.") for key in ("x", "a", "b", "y", "c")]
    now = [attrs.evolve(one, key=("main", key), text=f"{key}!") for key in ("a", "b", "c", "d")]
    history = list(quarter.events())
    changes = changed_by_events(then, now, Since([], history))
    assert [(c.now or c.then).key[1] for c in changes] == ["x", "a", "b", "y", "c", "d"]  # type: ignore[union-attr]


def test_a_restatement_keeps_all_that_its_report_says_of_itself(quarter: OpLog) -> None:
    """What was left out, and what was asked for, is told of the restatement as of the report."""
    quarter.publish("q2", Q2)
    found = quarter.restatement("q2")
    present = attrs.evolve(found.present, left_out=(7,), as_of="as it was known in June")
    told = tell_restatement(attrs.evolve(found, present=present))
    assert (told.left_out, told.as_of) == ((7,), "as it was known in June")


# Whatever happens


def _published(log: OpLog, configuration: ReportConfiguration) -> Any:
    try:
        return log.publish("one", configuration, formats=["markdown"])[0]
    except InvalidValue:  # nothing that the readers may see
        assume(False)


@given(logs(longest=12), doings(), st.booleans(), st.data())
def test_a_published_report_is_the_same_for_ever(
    history: list[Any], later: list[Any], everything: bool, data: st.DataObject
) -> None:
    """Whatever is recorded late, corrected or taken back, it is told again byte for byte, and replay finds it whole."""
    with OpLog.open(":memory:") as log:
        record_all(log, history)
        configuration = ReportConfiguration(public=not everything)
        document = _published(log, configuration)
        carry_out(log, later, data)
        assume(log.entry("report/one").version == 1)  # the publication itself stays as it is
        again = log.as_published("one")
        assert (again.document, again.reasons) == (document, ())
        assert render_bytes(again.document) == render_bytes(document)
        assert log.replay(rules=["published-reports"]) == ()
        restatement = log.restatement("one")
        then = [(t.key, t.text, t.positions) for t in told_in(document)]
        now = [(t.key, t.text, t.positions) for t in told_in(restatement.present)]
        if restatement.changes:
            assert then != now
        else:
            assert sorted(then) == sorted(now)
        since = {r.id for r in log.events() if r.position > again.publication.event.up_to}
        for change in restatement.changes:
            assert (change.then, change.now) != (None, None)
            assert {r.id for r in change.behind} <= since
        assert render_bytes(tell_restatement(restatement), "json")


@pytest.mark.parametrize(
    "damage",
    [
        {"purpose": "x"},
        {"locale": {"language": "xx", "grammar": "neutral", "values": {}, "lexicon": {}}},
        {"locale": {"language": "en-GB", "values": {"labels.summary": "{foo}"}}},
        {"locale": {"language": "en-GB", "values": {"dates.months": ["a"]}}},
        {"locale": {"language": "en-GB", "values": {"labels.summary": " \u200b"}}},
        {"locale": {"language": "en-GB", "values": {"labels.summery": "Summary"}}},
        {"locale": {"language": "en-GB", "values": {"labels.summary": ["Summary"]}}},
        {"locale": {"language": "en-GB", "values": {"numbers.words_to": "ten"}}},
        {"locale": {"language": "en-GB", "values": {"people.led": "led"}}},
        {"locale": {"language": "en-GB' onload='x", "grammar": "neutral", "lexicon": {}}},
        {"locale": {"language": "de", "grammar": "neutral", "lexicon": {"teams": 3}}},
        {"locale": {"language": "en-GB", "grammar": "english", "lexicon": {}}},
        None,
    ],
)
def test_a_damaged_configuration_is_a_finding_and_no_end(quarter: OpLog, damage: dict[str, Any] | None) -> None:
    """A publication that somebody wrote by hand is a fault of replay in one line, and cannot be told again."""
    _, (recorded,) = quarter.publish("q2", Q2)
    data = None if damage is None else recorded.event.configuration.data | damage
    quarter.retract(recorded.position, why="to be damaged")
    damaged = attrs.evolve(recorded.event, configuration=Plain(data))
    quarter.append(Pending(stream="report/q2", event=damaged))
    (finding,) = [f for f in quarter.replay(rules=["published-reports"]) if f.severity == "fault"]
    assert finding.message.startswith("the report q2 cannot be made again: ")
    with pytest.raises(InvalidValue):
        quarter.as_published("q2")
