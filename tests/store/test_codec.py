"""Events to and from stored bytes and portable lines: what goes in comes out, and what could not is never written."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING
from unicodedata import normalize

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oplog import (
    AGGREGATES,
    Context,
    Figure,
    InvalidValue,
    OpLog,
    Pending,
    Recorded,
    When,
    commands,
    events,
    parse_when,
    to_line,
)
from oplog.store.codec import MAX_EVENT, as_stored, encode_state, format_time, from_line, parse_time
from oplog.store.wire import load
from oplog.testing import events_of
from strategies import contexts, event_names, moments

if TYPE_CHECKING:
    from collections.abc import Iterator


@st.composite
def recorded_events(draw: st.DrawFn, aggregate: str, name: str) -> Recorded:
    """Draw an event of one kind with any content, context and recording time."""
    context = draw(contexts)
    return Recorded(
        position=draw(st.integers(1, 10**9)),
        stream=f"{aggregate}/some-name",
        version=draw(st.integers(1, 10**6)),
        name=f"{aggregate}.{name}",
        schema=AGGREGATES[aggregate].events[name][1],
        event=draw(events_of(aggregate, name)),
        id=str(draw(st.uuids())),
        recorded_at=draw(moments),
        clock=draw(st.none() | moments),
        salt=draw(st.none() | st.binary(min_size=16, max_size=16).map(bytes.hex)),
        **attrs.asdict(context, recurse=False),
    )


ALL_EVENTS = sorted((aggregate, name) for aggregate, decider in AGGREGATES.items() for name in decider.events)


@given(data=st.data())
@pytest.mark.parametrize("aggregate", AGGREGATES)
def test_every_event_survives_its_stored_form(aggregate: str, data: st.DataObject) -> None:
    """An event of every kind comes back from its stored bytes as it was, and gives the same bytes again."""
    name = data.draw(st.sampled_from(list(AGGREGATES[aggregate].events)))
    recorded = data.draw(recorded_events(aggregate, name))
    assert as_stored(recorded) == recorded
    assert encode_state(as_stored(recorded)) == encode_state(recorded)


@settings(max_examples=4)
@given(data=st.data())
@pytest.mark.parametrize(("aggregate", "name"), ALL_EVENTS)
def test_no_kind_of_event_is_left_out(aggregate: str, name: str, data: st.DataObject) -> None:
    """Each kind of event survives the stored form and the portable line."""
    recorded = data.draw(recorded_events(aggregate, name))
    pending, version = from_line(to_line(recorded))
    assert as_stored(recorded) == recorded
    assert (pending.event, pending.id, version) == (recorded.event, recorded.id, recorded.version)


@given(data=st.data(), kind=event_names)
def test_every_event_survives_a_portable_line(data: st.DataObject, kind: tuple[str, str]) -> None:
    """An event comes back from a portable line as it was, with its version; its position is left to the log."""
    recorded = data.draw(recorded_events(*kind))
    pending, version = from_line(to_line(recorded))
    assert version == recorded.version
    for field in (*attrs.fields(Context), *attrs.fields(Pending)):
        assert getattr(pending, field.name) == getattr(recorded, field.name), field.name


@given(st.datetimes(timezones=st.timezones()))
def test_any_moment_survives_being_written(moment: datetime) -> None:
    """A moment of any time zone is the same moment when it is read back, to the microsecond."""
    try:
        written = format_time(moment)
    except OverflowError:  # in UTC it lies before year 1 or after year 9999
        return
    assert parse_time(written) == moment


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1).filter(str.strip))
def test_text_is_kept_in_nfc(text: str) -> None:
    """Text comes back in Unicode form NFC, whether it is looked at before or after it was stored."""
    composed = normalize("NFC", text)
    with OpLog.open(":memory:") as log:
        (told,) = log.execute("campaign/week", commands.Plan(title=text), actor=text)
        assert (told.event.title, told.actor) == (composed, composed)
        assert list(log.events()) == [told]
        assert load(next(log.rows()).state)["actor"] == composed


def test_two_spellings_of_one_letter_are_one_partner(log: OpLog) -> None:
    """A partner who joined in one Unicode form is there already, and can leave, in the other."""
    composed, decomposed = "Café Royal", normalize("NFD", "Café Royal")
    log.execute("campaign/week", commands.Plan(title="week"))
    log.execute("campaign/week", commands.JoinPartner(partner=decomposed))
    assert log.execute("campaign/week", commands.JoinPartner(partner=composed)) == ()
    log.append(
        Pending(stream="campaign/week", event=events.PartnerJoined(partner=decomposed)),
        Pending(stream="campaign/week", event=events.PartnerLeft(partner=composed)),
    )
    assert log.state("campaign/week").partners == ()
    assert log.replay() == ()


@pytest.mark.parametrize(
    "unreadable",
    [
        Pending(stream="campaign/week", event=events.NoteRecorded(text="nul \x00")),
        Pending(stream="campaign/week", event=events.NoteRecorded(text="\ud800")),
        Pending(stream="campaign/week", event=events.Rescheduled(when=201708)),  # type: ignore[arg-type]
        Pending(stream="campaign/week", event=events.FigureRecorded(figure="5")),  # type: ignore[arg-type]
        Pending(stream="campaign/week", event=events.Extended(until=object())),  # type: ignore[arg-type]
        Pending(stream="campaign/week", event=events.Cancelled(), actor=5),  # type: ignore[arg-type]
        Pending(stream="campaign/week", event=events.Cancelled(), effective="2017"),  # type: ignore[arg-type]
        Pending(stream="campaign/week", event=events.Cancelled(), id="5"),
    ],
    ids=range(8),
)
def test_what_could_not_be_read_back_is_never_written(log: OpLog, unreadable: Pending) -> None:
    """Content of a wrong type, however it got into an event, is refused before it is stored, or read as what it is."""
    log.execute("campaign/week", commands.Plan(title="week"))
    try:
        log.append(unreadable)
    except InvalidValue:
        assert log.head() == 1
    else:
        assert isinstance(next(log.events(after=1)).effective, When)
    assert log.replay() == ()


def note(text: str) -> Recorded:
    """Give a note as a log records it."""
    return Recorded(
        position=1,
        stream="campaign/week",
        version=1,
        name="campaign.note-recorded",
        schema=1,
        event=events.NoteRecorded(text=text),
        id="015d6f6a-0000-7000-8000-000000000001",
        recorded_at=datetime(2017, 9, 21, 9, 30, tzinfo=UTC),
    )


def test_an_event_may_take_a_mebibyte_and_not_a_byte_more() -> None:
    """The largest event is stored and read back; one byte more is refused, and the error tells both sizes."""
    room = MAX_EVENT - len(encode_state(note("x"))) + 1
    assert as_stored(note("x" * room)) == note("x" * room)
    with pytest.raises(InvalidValue) as error:
        as_stored(note("x" * (room + 1)))
    assert str(error.value) == "campaign.note-recorded takes 1048577 bytes; an event may take 1048576 at most"


def test_what_is_no_value_is_refused_in_the_name_of_its_event() -> None:
    """Content that no codec knows is refused before it is stored, and the error names the event."""
    with pytest.raises(InvalidValue, match=r"^campaign\.note-recorded: object: nothing of this class can be stored$"):
        as_stored(attrs.evolve(note("x"), event=events.Extended(until=object())))  # type: ignore[arg-type]


def test_a_moment_without_a_zone_is_not_written() -> None:
    """A naive time is told, and not taken for UTC or for the zone of the machine."""
    with pytest.raises(InvalidValue, match=r"^2017-09-21 09:30:00 has no time zone$"):
        format_time(datetime(2017, 9, 21, 9, 30))  # noqa: DTZ001 - what is refused


@pytest.fixture(params=["UTC0", "JST-9", "NST3:30"])
def machine_elsewhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the machine lie in a time zone of Greenwich, Japan or Newfoundland."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2017, 9, 21, 9, 30, tzinfo=UTC), "2017-09-21T09:30:00Z"),
        (datetime(2017, 9, 21, 9, 30, 0, 50, tzinfo=UTC), "2017-09-21T09:30:00.000050Z"),
        (datetime(2017, 9, 21, 1, 30, tzinfo=timezone(timedelta(hours=2))), "2017-09-20T23:30:00Z"),
    ],
)
def test_a_moment_has_one_form_on_every_machine(machine_elsewhere: None, moment: datetime, written: str) -> None:
    """A moment is written in UTC with a Z, and read in UTC, whatever zone it was given in or the machine lies in."""
    assert format_time(moment) == written
    for text in (written, moment.isoformat()):
        assert parse_time(text).isoformat() == written.replace("Z", "+00:00")


def test_a_date_and_a_large_number_survive(log: OpLog) -> None:
    """A number of thirty digits and the words of a date are the same after a round through the log."""
    figure = Figure("stops", 10**29 + 1, period=parse_when("w/c 21 August 2017"))
    log.execute("campaign/week", commands.Plan(title="week"))
    log.execute("campaign/week", commands.RecordFigure(figure=figure))
    assert [r.event for r in log.events(after=1)] == [events.FigureRecorded(figure=figure)]
