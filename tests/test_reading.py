"""`Reading`: what counts as known, from which day an event counts, and what is no question."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from oplog import InvalidValue, NoSuchStream, OpLog, Reading, Refused, Status, When, commands

if TYPE_CHECKING:
    from conftest import Clock

WEEK = "campaign/week"


def counted(log: OpLog, day: str, **clocks: Any) -> list[int]:
    """The versions that count on a day."""
    return [r.version for r in log.life(WEEK, valid_at=date.fromisoformat(day), **clocks)]


@pytest.fixture
def log(log: OpLog) -> OpLog:
    """Give a log with a campaign that was planned in January 2017, as was recorded on 21 September."""
    log.execute(WEEK, commands.Plan(title="week"), effective=When("2017-01-01"))
    return log


def note(log: OpLog, effective: str | None) -> None:
    log.execute(WEEK, commands.RecordNote(text="n"), effective=None if effective is None else When(effective))


# What is known


def test_the_last_moment_is_known(log: OpLog, clock: Clock) -> None:
    """A moment is inclusive, a day reaches to its end in UTC, and a moment of another zone is the same moment."""
    moment = clock.now
    clock.move(days=1)
    log.execute(WEEK, commands.Commence())
    for known_at, status in (
        (moment, Status.PLANNED),
        (moment.date(), Status.PLANNED),
        (clock.now - timedelta(microseconds=1), Status.PLANNED),
        (clock.now, Status.UNDER_WAY),
        (clock.now.date(), Status.UNDER_WAY),
        (clock.now.astimezone(timezone(timedelta(hours=-5))), Status.UNDER_WAY),
    ):
        assert log.state(WEEK, known_at=known_at).status is status
    with pytest.raises(NoSuchStream, match="as it was known at 2017-09-20T23:59:59"):
        log.state(WEEK, known_at=date(2017, 9, 20))
    assert Reading(known_at=date(2017, 9, 20)).known_at == datetime(2017, 9, 20, 23, 59, 59, 999999, tzinfo=UTC)


@pytest.mark.parametrize(
    ("clocks", "reason"),
    [
        ({"known_at": datetime(2017, 9, 21)}, "known_at: .* has no time zone; give an aware moment, or a day"),  # noqa: DTZ001 - that is the point
        ({"valid_at": datetime(2017, 9, 21, tzinfo=UTC)}, "valid_at: .* is a moment; give a day"),
        ({"valid_at": "2017-09-21"}, "valid_at: '2017-09-21' is no day; give a day"),
        ({"known_at": "2017-09-21"}, "known_at: '2017-09-21' is neither a moment nor a day"),
        ({"valid_at": date(2017, 9, 21), "counts_from": "soonest"}, "expected latest or earliest"),
    ],
)
def test_what_is_no_question_is_refused(log: OpLog, clocks: dict[str, Any], reason: str) -> None:
    """A moment without a zone, a moment where a day is meant, and another word are told with what was expected."""
    for ask in (log.read, log.register, log.narrative, lambda **given: log.state(WEEK, **given)):
        with pytest.raises(InvalidValue, match=reason):
            ask(**clocks)


def test_a_day_in_words_is_no_day(log: OpLog) -> None:
    """What is asked of a day takes a day, and says so by the name of what was given."""
    day: Any = "2017-09-21"
    asked = {
        "on": (lambda: log.silence(day), lambda: log.view("due", on=day), lambda: log.view("findings", on=day)),
        "until": (lambda: log.view("due", until=day),),
    }
    for name, calls in asked.items():
        for call in calls:
            with pytest.raises(InvalidValue, match=rf"{name}: '2017-09-21' is no day; give a day \(datetime.date\)"):
                call()


# What had come about


def test_a_certain_day_counts_from_that_day(log: OpLog) -> None:
    """The day itself is inclusive."""
    note(log, "2017-06-10")
    assert [counted(log, f"2017-06-{day:02d}") for day in (9, 10)] == [[1], [1, 2]]
    assert counted(log, "2016-12-31") == []
    with pytest.raises(NoSuchStream, match="of what had come about by 2016-12-31"):
        log.state(WEEK, valid_at=date(2016, 12, 31))


def test_an_imprecise_date_counts_from_its_latest_day_or_from_its_earliest(log: OpLog) -> None:
    """It is a matter of choice; the latest is the default."""
    note(log, "2017-06")
    assert [counted(log, day) for day in ("2017-06-29", "2017-06-30")] == [[1], [1, 2]]
    assert [counted(log, day, counts_from="earliest") for day in ("2017-05-31", "2017-06-01")] == [[1], [1, 2]]


def test_what_began_and_is_not_over_counts_from_its_first_day(log: OpLog) -> None:
    """What has no last day would otherwise never count; what has no first day counts from its last."""
    note(log, "2017-06-10/..")
    assert [counted(log, day) for day in ("2017-06-09", "2017-06-10")] == [[1], [1, 2]]
    note(log, "../2017-08-01")
    assert [counted(log, day) for day in ("2017-07-31", "2017-08-01")] == [[1, 2], [1, 2, 3]]


def test_what_nobody_dated_counts_from_its_recording(log: OpLog) -> None:
    """Also where the earliest day is asked for: nobody knows any."""
    note(log, None)
    for moment in ("latest", "earliest"):
        assert [counted(log, d, counts_from=moment) for d in ("2017-09-20", "2017-09-21")] == [[1], [1, 2]]


def test_what_others_follow_counts_not_later_than_they_do(log: OpLog) -> None:
    """Of a month, the day on which something followed; of what nobody dated, too."""
    note(log, "2017-06")
    note(log, None)
    note(log, "2017-06-10")
    assert [counted(log, day) for day in ("2017-06-09", "2017-06-10")] == [[1], [1, 2, 3, 4]]


def test_nothing_counts_before_what_it_follows(log: OpLog) -> None:
    """What was so in March, but can only have followed what was so in June, counts from June."""
    log.execute(WEEK, commands.Commence(), effective=When("2017-06-10"))
    log.execute(WEEK, commands.Suspend(), effective=When("2017-03-01"))
    assert [counted(log, day) for day in ("2017-03-01", "2017-06-09", "2017-06-10")] == [[1], [1], [1, 2, 3]]


def test_both_clocks_ask_what_was_believed_of_a_day(log: OpLog, clock: Clock) -> None:
    """What was believed of August on one day, and what is known of it now, are two answers; the first one stays."""
    log.execute(WEEK, commands.Reschedule(when=When("2017-08")), effective=When("2017-05-20"))
    june = clock.now.date()
    clock.move(days=30)
    log.execute(WEEK, commands.Cancel(), effective=When("2017-07-27"))
    august = date(2017, 8, 15)
    assert log.state(WEEK, known_at=june, valid_at=august).status is Status.PLANNED
    assert log.state(WEEK, valid_at=august).status is Status.CANCELLED
    assert log.state(WEEK, valid_at=date(2017, 7, 26)).status is Status.PLANNED
    assert [entry.state.status for entry in log.register(known_at=june, valid_at=august)] == [Status.PLANNED]


# What was decided late


def test_a_command_of_a_past_day_is_decided_on_what_was_so_then(log: OpLog) -> None:
    """What was possible then is recorded there, though it would not be now; what was so already then is quiet."""
    log.execute(WEEK, commands.Commence(), effective=When("2017-05-01"))
    log.execute(WEEK, commands.Complete(), effective=When("2017-06-30"))
    (recorded,) = log.execute(WEEK, commands.Suspend(), effective=When("2017-06-01"))
    assert [r.version for r in log.life(WEEK)] == [1, 2, 4, 3]
    assert (recorded.version, log.state(WEEK).status) == (4, Status.COMPLETED)
    assert log.execute(WEEK, commands.Commence(), effective=When("2017-05-15")) == ()
    assert log.replay() == ()


def test_a_command_that_was_not_possible_then_is_decided_on_what_is_so_now(log: OpLog) -> None:
    """Its date is doubted: it stands where it was learned. What is possible neither then nor now is refused."""
    log.execute(WEEK, commands.Cancel(), effective=When("2017-06-01"))
    log.execute(WEEK, commands.Reinstate(), effective=When("2017-03-01"))
    assert [r.version for r in log.life(WEEK)] == [1, 2, 3]
    assert log.state(WEEK).status is Status.PLANNED
    with pytest.raises(Refused, match="'resumed' is not possible when planned"):
        log.execute(WEEK, commands.Resume(), effective=When("2017-03-01"))
    assert log.head() == 3


def test_the_rules_hold_a_command_against_what_was_so_on_its_day(log: OpLog) -> None:
    """An evaluation that was promised in March is not refused because of one that was promised in June."""
    log.execute(WEEK, commands.PromiseEvaluation(when=When("2018")), effective=When("2017-06-01"))
    log.execute(WEEK, commands.PromiseEvaluation(when=When("2017-12")), effective=When("2017-03-01"))
    assert [r.version for r in log.life(WEEK)] == [1, 3, 2]
    assert log.state(WEEK).evaluation_due == When("2018")
