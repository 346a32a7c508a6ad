"""The generated logs are what the benchmarks say they are."""

from __future__ import annotations

from collections import Counter
from itertools import islice, pairwise

import pytest

from bench.generator import QUARTER, generate, pending, quarterly
from oplog import CALENDAR_YEAR, BadImport, OpLog, Recorded, import_lines, to_line

EVENTS = 1_500


@pytest.fixture(scope="module")
def made() -> list[Recorded]:
    """Generate one log for all tests of this module."""
    return list(generate(EVENTS, seed=1))


def test_the_same_seed_makes_the_same_log_and_another_seed_another(made: list[Recorded]) -> None:
    assert list(generate(EVENTS, seed=1)) == made
    assert list(generate(EVENTS, seed=2)) != made


def test_a_generated_log_can_be_imported_and_its_replay_finds_no_fault(made: list[Recorded]) -> None:
    with OpLog.open(":memory:") as log:
        assert import_lines(log, [to_line(recorded) for recorded in made]).count == EVENTS
        assert [finding for finding in log.replay() if finding.severity == "fault"] == []


def test_a_generated_log_without_its_plans_would_be_refused(made: list[Recorded]) -> None:
    without_plans = [to_line(recorded) for recorded in made if recorded.version != 1]
    with OpLog.open(":memory:") as log, pytest.raises(BadImport, match="field version"):
        import_lines(log, without_plans)


def test_streams_are_of_unequal_length_and_interleaved(made: list[Recorded]) -> None:
    lengths = sorted(Counter(recorded.stream for recorded in made).values())
    assert lengths[-1] >= 5 * lengths[len(lengths) // 2]
    neighbours = pairwise(made)
    assert sum(one.stream != other.stream for one, other in neighbours) > 0.9 * EVENTS


def test_all_aggregates_causes_figures_and_late_events_occur(made: list[Recorded]) -> None:
    assert {recorded.aggregate for recorded in made} == {"operation", "deployment", "campaign", "pilot"}
    assert any(getattr(recorded.event, "cause", None) for recorded in made)
    assert any(recorded.name.endswith("figure-restated") for recorded in made)
    quarter = CALENDAR_YEAR.quarter_of
    late = [r for r in made if r.effective and quarter(r.effective.latest) != quarter(r.recorded_at.date())]
    assert len(late) > EVENTS / 20


def test_every_ten_thousand_events_are_another_force() -> None:
    assert {recorded.marking for recorded in islice(generate(20_000, 1), 200)} == {"force-00", "force-01"}


def test_further_streams_do_not_meet_those_of_the_log(made: list[Recorded]) -> None:
    further = {recorded.stream for recorded in generate(200, 1, "-further")}
    assert further.isdisjoint(recorded.stream for recorded in made)


def test_what_is_pending_is_recorded_with_the_same_content(made: list[Recorded]) -> None:
    with OpLog.open(":memory:") as log:
        (recorded,) = log.append(pending(made[0]))
    kept = ("stream", "version", "event", "effective", "actor", "source", "marking")
    assert [getattr(recorded, name) for name in kept] == [getattr(made[0], name) for name in kept]


def test_the_report_on_the_quarter_tells_one_force_only() -> None:
    known = [r for r in generate(10_001, 3) if r.recorded_at.date() <= QUARTER.last]
    told = {r.stream for r in known if r.recorded_at.date() >= QUARTER.first}
    with OpLog.open(":memory:") as log:
        import_lines(log, [to_line(recorded) for recorded in known if recorded.stream in told])
        of = {r.position: r for r in log.events()}
        configuration = quarterly("force-01")
        report, position_of = log.narrative(configuration), log.seen(configuration.readers).position_of
    assert {of[position_of[source.position]].marking for source in report.sources} == {"force-01"}
    assert {recorded.marking for recorded in of.values()} == {"force-00", "force-01"}
