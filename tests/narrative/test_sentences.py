"""The sentences of the narrative: given these events, the paragraph reads so."""

from __future__ import annotations

import attrs
from telling import recorded, report, told

from oplog import (
    AGGREGATES,
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
    Status,
    Term,
    When,
    events,
    parse_when,
)

ATTACK = Cause(CauseKind.INCIDENT, "the London Bridge attack", When("2017-06-03"))
FLOOD = Cause(CauseKind.WEATHER, "the flooding")
WEEK = events.Planned(title="week of action on knife crime", when=parse_when("June 2017"))
PATROLS = events.Planned(title="river patrols", recurrence=Recurrence("FREQ=WEEKLY;BYDAY=FR,SA", "20:00", "02:00"))
PILOT = events.Planned(title="drone pilot", term=Term("P6M"))


def test_a_plan_cancelled_and_rescheduled_is_one_sentence() -> None:
    """Planned, cancelled because of something and rescheduled: one sentence with one auxiliary."""
    assert told(
        "campaign/knife", WEEK, (events.Cancelled(cause=ATTACK), "June 2017"),
        (events.Rescheduled(when=parse_when("w/c 21 August 2017"), cause=ATTACK), "June 2017"),
    ) == (
        "A week of action on knife crime, planned for June, was cancelled because of the London Bridge attack of 3 June"
        " and rescheduled to the week commencing 21 August. No outcome has yet been recorded."
    )  # fmt: skip


def test_a_postponement_overtaken_by_a_cancellation_is_told_once() -> None:
    """Two accounts of one change with one cause are one change in the report."""
    text = told("campaign/knife", WEEK, events.Postponed(cause=FLOOD), events.Cancelled(cause=FLOOD))
    assert text == "A week of action on knife crime, planned for June, was cancelled because of the flooding."


def test_an_earlier_date_is_brought_forward() -> None:
    """A new date before the old one is not called rescheduled."""
    text = told("campaign/knife", WEEK, events.Rescheduled(when=parse_when("22 May 2017")))
    assert (
        text
        == "A week of action on knife crime, planned for June, was brought forward to 22 May. No outcome has yet been recorded."
    )


def test_a_suspension_and_resumption_follow_the_start() -> None:
    """Active and passive verbs join in one chain."""
    text = told(
        "campaign/river", events.Planned(title="river safety campaign"), (events.Commenced(), "1 June 2017"),
        (events.Suspended(cause=FLOOD, until=parse_when("July 2017")), "20 June 2017"), (events.Resumed(), "3 July 2017"),
    )  # fmt: skip
    assert text == (
        "A river safety campaign began on 1 June, was suspended on 20 June until July because of the flooding and"
        " resumed on 3 July."
    )


def test_a_campaign_is_relaunched() -> None:
    """A relaunch after a cancellation is told as such."""
    text = told(
        "campaign/knife", WEEK, (events.Cancelled(cause=FLOOD), "June 2017"), (Relaunched(), "4 September 2017")
    )
    assert text.endswith("was cancelled because of the flooding and relaunched on 4 September.")


def test_a_handover_names_who_takes_it_on() -> None:
    """A hand-over says to whom and when."""
    text = told(
        "operation/heron", events.Planned(title="Operation Heron"), (events.Commenced(), "../2017-03"),
        (events.HandedOver(to="the regional crime unit"), "14 July 2017"),
    )  # fmt: skip
    assert text == "Operation Heron was handed over to the regional crime unit on 14 July."


def test_a_pilot_is_extended_and_its_evaluation_deferred() -> None:
    """An extension and a deferral both say by how much and why."""
    text = told(
        "pilot/drone", PILOT, (events.Commenced(), "2 June 2017"), (events.EvaluationDue(when=parse_when("August 2017")), "June 2017"),
        (events.Extended(term=Term("P3M"), until=parse_when("end of February 2018")), "20 August 2017"),
        (events.EvaluationDeferred(when=parse_when("January 2018"), cause=Cause(CauseKind.SHORTAGE, "a shortage of data")), "20 August 2017"),
    )  # fmt: skip
    assert text == (
        "The drone pilot began on 2 June for six months and was extended by three months to the end of February 2018. Its evaluation,"
        " due in August, was deferred to January 2018 because of a shortage of data."
    )


def test_a_pilot_is_adopted_or_discontinued() -> None:
    """The end of a pilot is told, and that it was evaluated."""
    adopted = told("pilot/drone", PILOT, (events.Commenced(), "../2017-03"), (events.Evaluated(result="It met its aims."), "August 2017"), (Adopted(), "1 September 2017"))  # fmt: skip
    assert adopted == "The drone pilot was evaluated in August and adopted permanently on 1 September. It met its aims."
    ended = told("pilot/drone", PILOT, (events.Commenced(), "../2017-03"), (Discontinued(cause=Cause(CauseKind.OTHER, "its cost")), "August 2017"))  # fmt: skip
    assert ended == "The drone pilot was discontinued in August because of its cost."


def test_an_event_is_held_with_its_particulars() -> None:
    """A single event says with whom, where, when, for whom, led by whom, and who came."""
    text = told(
        "deployment/day",
        events.Planned(
            title="training day", about="fraud", place="the Guildhall", audience="bank staff", lead="chaired by Inspector Okafor",
            partners=("the fire service",),
        ),
        (events.Completed(attendance=45), "3 July 2017"),
    )  # fmt: skip
    assert text == (
        "A training day on fraud was held with the fire service at the Guildhall on 3 July for bank staff, attended by 45"
        " people. It was chaired by Inspector Okafor."
    )


def test_occurrences_alike_are_counted_together() -> None:
    """Several recordings of the same kind of occurrence are one number."""
    plan = events.Planned(title="Project Griffin sessions")
    text = told("deployment/griffin", plan, events.OccurrenceHeld(count=4, attendance=150), events.OccurrenceHeld(count=3, attendance=124))  # fmt: skip
    assert text == "Seven Project Griffin sessions were held in the reporting period, attended by 274 people in all."


def test_one_of_many_is_told_in_the_singular() -> None:
    """A single occurrence of something plural takes its singular and its article."""
    plan = events.Planned(title="police surgeries")
    text = told("deployment/surgeries", plan, (events.OccurrenceHeld(place="in the library"), "11 July 2017"))
    assert text == "A police surgery was held in the library on 11 July."


def test_what_repeats_says_how_often() -> None:
    """A rule or a rate is told in words; hours past midnight stay wall-clock."""
    text = told("deployment/patrols", PATROLS, events.Commenced())
    assert text == "River patrols now take place on Fridays and Saturdays, 20:00 to 02:00."
    shifts = events.Planned(title="shifts with the Drug Project", rate=Rate(2, "month"))
    assert told(
        "deployment/shifts", shifts, (events.Commenced(), "../2016-12"), events.NoteRecorded(text="They help.")
    ) == ("Shifts with the Drug Project continue twice a month. They help.")


def test_cancelled_occurrences_are_told_with_their_cause() -> None:
    """Without a number it is "a number of them"; the rest goes on."""
    text = told(
        "deployment/patrols", PATROLS, (events.Commenced(), "../2017-03"), events.OccurrenceCancelled(cause=ATTACK)
    )
    assert text == (
        "River patrols continue on Fridays and Saturdays, 20:00 to 02:00. A number of these patrols were cancelled because of the London"
        " Bridge attack of 3 June."
    )


def test_a_resource_comes_into_service() -> None:
    """Equipment is not held and does not commence."""
    text = told(
        "deployment/cameras", events.Planned(title="thermal cameras", nature=Nature.RESOURCE), events.Commenced()
    )
    assert text == "Thermal cameras have come into service."


def test_a_redeployment_says_where_to() -> None:
    """A move names the new place."""
    text = told("deployment/van", events.Planned(title="mobile police station", nature=Nature.RESOURCE, place="the market"),
                (events.Commenced(), "../2017-03"), (Redeployed(place="the harbour"), "June 2017"))  # fmt: skip
    assert text == "The mobile police station was moved to the harbour in June."


def test_partners_and_referrals_are_told() -> None:
    """Who joined, who left, and what was passed on."""
    text = told(
        "operation/heron", events.Planned(title="Operation Heron"), (events.Commenced(), "../2017-03"),
        (events.PartnerJoined(partner="the coastguard"), "June 2017"),
        events.PartnerLeft(partner="the harbour master", cause=Cause(CauseKind.SHORTAGE, "a lack of boats")),
        events.NoteRecorded(text="more to come"), Referred(matter="intelligence on smuggling", to="the border agency"),
    )  # fmt: skip
    assert text == (
        "Operation Heron continues. The coastguard joined in June. The harbour master left because of a lack of"
        " boats. Intelligence on smuggling was referred to the border agency. More to come."
    )


def test_what_is_planned_is_told_as_to_come() -> None:
    """A date ahead is planned for; none is said to be missing; a date gone by without an outcome is said to be so."""
    plan = events.Planned(title="live exercise", when=parse_when("November 2017"))
    assert told("deployment/exercise", plan) == "A live exercise is planned for November."
    assert told("deployment/exercise", events.Planned(title="live exercise")) == (
        "A live exercise is planned; no date has yet been set."
    )
    past = events.Planned(title="live exercise", when=parse_when("June 2017"))
    assert told("deployment/exercise", past) == "A live exercise was planned for June; no outcome has been recorded."


def figure(measure: str, value: int | str | None, **more: object) -> events.FigureRecorded:
    """A figure recorded for April to June 2017, unless told otherwise."""
    return events.FigureRecorded(figure=Figure(measure, value, **{"period": When("2017-04/2017-06"), **more}))  # type: ignore[arg-type]


def enforcement(*facts: object) -> str:
    """What is told of the figures of an operation long under way, without its opening."""
    text = told("operation/e", events.Planned(title="Operation Elm"), (events.Commenced(), "../2016-12"), *facts)
    return text.removeprefix("Operation Elm continues. ")


def test_figures_of_one_period_share_a_sentence() -> None:
    """Counts with and without a participle, one and none, read as English."""
    assert enforcement(figure("taxis", 1555, done="stopped"), figure("drivers", 1, done="arrested")) == (
        "Between April and June 2017, 1,555 taxis were stopped and one driver was arrested."
    )
    assert enforcement(figure("complaints", 0)) == "Between April and June 2017, there were no complaints."


def test_a_figure_keeps_its_own_period_and_basis() -> None:
    """A running total says since when, a level on which day, a rolling year to when."""
    assert enforcement(figure("warnings", 11, done="issued", period=When("2017-01/.."), basis=Basis.RUNNING_TOTAL)) == (
        "Since January 2017, 11 warnings have been issued."
    )
    assert enforcement(figure("staff vacancies", 12, period=When("2017-06-30"), basis=Basis.LEVEL)) == (
        "On 30 June 2017, staff vacancies stood at 12."
    )
    assert enforcement(figure("burglaries", 80, period=When("2016-07/2017-06"), basis=Basis.ROLLING_YEAR)) == (
        "In the twelve months to June 2017, there were 80 burglaries."
    )


def test_what_was_done_by_a_day_is_no_event_of_that_day() -> None:
    """A level with a participle had been done by its day; a state was so on it."""
    day = {"period": When("2017-06-30"), "basis": Basis.LEVEL}
    assert enforcement(figure("businesses", 61, done="equipped with packs", **day)) == (
        "By 30 June 2017, 61 businesses had been equipped with packs."
    )
    assert enforcement(figure("officers", 61, done="in post", **day)) == "On 30 June 2017, 61 officers were in post."


def test_a_measure_that_begins_with_digits_is_kept_apart_from_its_value() -> None:
    """The total is announced, a month of several too, and a share is told as one."""
    assert enforcement(figure("999 calls", 31107, done="answered")) == (
        "Between April and June 2017, a total of 31,107 999 calls were answered."
    )
    months = [
        figure("999 calls", value, done="answered", period=When(m)) for value, m in ((900, "2017-04"), (8, "2017-05"))
    ]
    assert enforcement(*months) == "A total of 900 999 calls were answered in April and 8 in May."
    assert enforcement(figure("999 calls answered in time", "91.4", unit="%")) == (
        "Between April and June 2017, the share of 999 calls answered in time was 91.4%."
    )


def test_units_targets_and_shares_are_told() -> None:
    """Percentages, money and times are measured; targets and denominators stand beside their figure."""
    assert enforcement(figure("victim satisfaction", 87, unit="%", target=85)) == (
        "Between April and June 2017, victim satisfaction was 87%, against a target of 85%."
    )
    assert enforcement(figure("average response time", "11.5", unit="minutes")) == (
        "Between April and June 2017, the average response time was 11.5 minutes."
    )
    assert enforcement(figure("cases", 18, done="solved", of=40)) == (
        "Between April and June 2017, 18 of 40 cases (45%) were solved."
    )


def test_what_was_not_recorded_is_not_zero() -> None:
    """A figure without a value says so."""
    assert enforcement(figure("searches", None, done="made")) == (
        "Between April and June 2017, the number of searches made was not recorded."
    )


def test_a_breakdown_follows_its_figure() -> None:
    """Phrases complete the sentence, nouns are comprised."""
    parts = (Part("in response to the attack", 3), Part("on request", 2))
    assert enforcement(figure("deployments", 11, done="led", breakdown=parts, complete=False)).endswith(
        "Of these, three were in response to the attack and two on request."
    )
    tests = figure("breath tests", 1904, done="carried out", breakdown=(Part("positive", 88),), complete=False)
    assert enforcement(tests, figure("drug wipes", 4, done="used")).endswith(
        "Of the 1,904 breath tests, 88 were positive."
    )
    calls = (Part("about fireworks", 104), Part("others", 33))
    assert enforcement(figure("calls", 137, breakdown=calls)).endswith(
        "Of these, 104 were about fireworks and 33 were of other kinds."
    )
    assert enforcement(figure("stops", 12, breakdown=(Part("cars", 8), Part("other", 4)))).endswith(
        "These comprised eight cars and four others."
    )
    kinds = (Part("cars", 4), Part("vans", 7))
    assert enforcement(figure("vehicles", 11, done="seized", breakdown=kinds)).endswith(
        "These comprised four cars and seven vans."
    )


def test_a_restated_figure_says_what_it_was() -> None:
    """The old value and the reason stand beside the new value."""
    old = figure("arrests", 12, done="made")
    new = events.FigureRestated(
        figure=Figure("arrests", 14, done="made", period=When("2017-04/2017-06")), reason="two late returns"
    )
    assert enforcement(old, new) == (
        "Between April and June 2017, 14 arrests were made. The number of arrests made between April and June 2017"
        " was restated from 12 to 14 (two late returns)."
    )


def test_figures_of_another_quarter_are_not_told() -> None:
    """A whole-month figure belongs to the report of the quarter that it ends in."""
    assert (
        enforcement(figure("arrests", 9, period=When("2017-01/2017-03")), events.NoteRecorded(text="Work goes on."))
        == "Work goes on."
    )


def test_a_short_sentence_has_its_cause_at_the_end() -> None:
    """What is said in a few words is not held up by its cause; a long sentence has it in front."""
    plan = events.Planned(title="vigil", cause=ATTACK)
    assert told("deployment/vigil", plan, (events.Completed(), "June 2017")) == (
        "A vigil was held in June following the London Bridge attack of 3 June."
    )
    long = attrs.evolve(
        plan, place="in the square before the town hall", lead="chaired by the mayor", audience="all residents"
    )
    assert told("deployment/vigil", long, (events.Completed(), "June 2017")) == (
        "Following the London Bridge attack of 3 June, a vigil, chaired by the mayor, was held in the square before the"
        " town hall in June for all residents."
    )


def test_events_have_the_verbs_of_their_kind() -> None:
    """A presentation is given, a review carried out, a visit takes place, a forum meets."""
    assert told("deployment/a", events.Planned(title="fraud presentation"), (events.Completed(), "June 2017")) == (
        "A fraud presentation was given in June."
    )
    assert told("deployment/b", events.Planned(title="safety review"), (events.Completed(), "June 2017")) == (
        "A safety review was carried out in June."
    )
    assert told("deployment/c", events.Planned(title="school visits"), events.OccurrenceHeld(count=12)) == (
        "Twelve school visits took place in the reporting period."
    )
    forum = events.Planned(title="Harbour forum", rate=Rate(1, "month"))
    assert told("deployment/d", forum, events.Commenced()) == "The Harbour forum now meets once a month."


def test_a_new_date_that_was_kept_is_told_with_who_came() -> None:
    """Held on the date that it was moved to, and by whom it was attended, in one sentence."""
    moved = events.Rescheduled(when=When("2017-07-03"))
    text = told("deployment/day", events.Planned(title="open day", when=When("2017-06-10")), (moved, "June 2017"), (events.Completed(attendance=22), "2017-07-03"))  # fmt: skip
    assert text == (
        "An open day, planned for 10 June, was rescheduled to 3 July, when it was held and 22 people attended."
    )


def test_months_of_one_measure_are_a_series() -> None:
    """Single months of one count stand in one sentence, in order of the months."""
    months = [
        figure("thefts", n, done="recorded", period=When(m))
        for m, n in (("2017-05", 11), ("2017-04", 8), ("2017-06", 5))
    ]
    assert enforcement(*months) == "A total of 8 thefts were recorded in April, 11 in May and 5 in June."


def test_every_event_is_told_or_known_to_be_silent() -> None:
    """An event that is added must have its words: the report rests on it, unless it says nothing of itself."""
    silent = {"planned", "part-of-linked", "marking-changed", "retracted", "corrected", "marked"}
    content = {"figure": Figure("arrests", 3, done="made"), "when": When("2017-08"), "until": When("2017-12")}
    for decider in AGGREGATES.values():
        for name, (cls, _) in decider.events.items():
            if name in silent:
                continue
            required = {
                f.name: content.get(f.name, "It went well.") for f in attrs.fields(cls) if f.default is attrs.NOTHING
            }
            event = cls(**required, **({"until": content["until"]} if name == "extended" else {}))
            way = [events.Planned(title="drill")]
            if (Status.PLANNED, cls) not in decider.lifecycle or name == "evaluation-deferred":
                way += [events.Commenced(), events.EvaluationDue(when=When("2017-12"))]
            if (Status.UNDER_WAY, cls) not in decider.lifecycle and len(way) > 1:
                way += [events.Suspended() if (Status.SUSPENDED, cls) in decider.lifecycle else events.Cancelled()]
            if name == "figure-restated":
                way.append(events.FigureRecorded(figure=Figure("arrests", 2, done="made")))
            if name == "action-answered":
                way.append(events.ActionAsked(action="It went well.", asked="say how it went"))
            if name == "partner-left":
                way.append(events.PartnerJoined(partner="It went well."))
            log = recorded(f"{decider.name}/x", *way, event)
            cited = {source.position for source in report(*log).sources}
            assert len(log) in cited, (decider.name, name)


def test_a_resumption_at_an_unknown_earlier_time_is_told() -> None:
    """An open start puts a beginning before the window, but not what happened since."""
    text = told(
        "operation/a", events.Planned(title="Operation Ash"), (events.Commenced(), "2017-05-20"),
        (events.Suspended(), "2017-06-01"), (events.Resumed(), "../2017-06-20"),
    )  # fmt: skip
    assert text.endswith("was suspended on 1 June and resumed by 20 June.")


def test_who_set_up_a_forum_stands_beside_its_name() -> None:
    """A lead with a verb of its own belongs to the body that meets, not to its meetings."""
    forum = events.Planned(
        title="Harbour forum", rate=Rate(1, "month"), lead="set up by the harbour team", partners=("shippers",)
    )
    assert told("deployment/forum", forum, events.Commenced()) == (
        "The Harbour forum, set up by the harbour team with shippers, now meets once a month."
    )


def test_a_long_chain_of_changes_is_told_in_several_sentences() -> None:
    """No sentence repeats one frame until nobody can follow it; each change keeps its cause."""
    rain = Cause(CauseKind.WEATHER, "the heavy rain that had flooded the car park beside the river")
    staff = Cause(CauseKind.SHORTAGE, "a shortage of officers who are trained to work beside deep water")
    moves = (
        (events.Cancelled(cause=rain), "1 June 2017"), (events.Reinstated(), "2 June 2017"),
        (events.Postponed(cause=staff), "5 June 2017"), (events.Rescheduled(when=When("2017-12-01")), "6 June 2017"),
    )  # fmt: skip
    plan = events.Planned(title="water safety day", when=When("2017-06-10"))
    assert told("deployment/day", plan, *moves) == (
        "A water safety day, planned for 10 June, was cancelled on 1 June because of the heavy rain that had flooded the car park beside the river and reinstated on 2 June."
        " It was postponed on 5 June because of a shortage of officers who are trained to work beside deep water and rescheduled to 1 December."
    )


def test_what_was_reinstated_and_held_on_its_first_date_was_held_as_planned() -> None:
    """Nothing refers to a date that was not the last one named."""
    moves = (
        (events.Cancelled(), "1 June 2017"),
        (events.Reinstated(), "2 June 2017"),
        (events.Completed(), "10 June 2017"),
    )
    assert told("deployment/day", events.Planned(title="fun day", when=When("2017-06-10")), *moves) == (
        "A fun day, planned for 10 June, was cancelled on 1 June, reinstated on 2 June and held as planned."
    )


def test_figures_with_long_clauses_are_told_in_several_sentences() -> None:
    """Two figures with targets that were missed do not share a sentence that nobody can follow."""
    long = "complaints about noise at night from people who live beside the river"
    more = {"done": "answered within three days", "target": 90, "better": Better.HIGHER}
    text = enforcement(figure(long, 40, **more), figure(f"further {long}", 41, **more))
    assert [one.count("against a target") for one in text.split(". ")] == [1, 1]


def test_of_many_parts_the_largest_are_told() -> None:
    """A figure of more than six parts names the four largest; its table has all."""
    parts = tuple(
        Part(f"{name} vans", n) for n, name in enumerate(("red", "blue", "green", "grey", "white", "black", "pink"), 1)
    )
    assert enforcement(figure("vans", 28, breakdown=parts)).endswith(
        "These included seven pink vans, six black vans, five white vans and four grey vans."
    )


def test_numbers_of_like_things_are_all_words_or_all_digits() -> None:
    """A series, a list and a figure with its target do not mix "nine" and "14"."""
    months = (When("2017-04"), When("2017-05"), When("2017-06"))
    assert enforcement(
        *(figure("thefts", n, done="recorded", period=m) for n, m in zip((9, 12, 0), months, strict=True))
    ) == ("A total of 9 thefts were recorded in April, 12 in May and 0 in June.")
    assert enforcement(
        *(figure("thefts", n, done="recorded", period=m) for n, m in zip((9, 8, 10), months, strict=True))
    ) == ("Nine thefts were recorded in April, eight in May and ten in June.")
    issued = {"done": "issued"}
    assert enforcement(figure("warnings", 11, **issued), figure("notices", 2, **issued)).endswith(
        "11 warnings and 2 notices were issued."
    )
    assert enforcement(figure("visits", 9, done="made", target=12, better=Better.HIGHER)).endswith(
        "9 visits were made, against a target of 12, which was missed by three."
    )
    parts = (Part("charged", 3), Part("released", 12))
    assert enforcement(figure("people", 15, done="arrested", breakdown=parts)).endswith(
        "Of these, 3 were charged and 12 released."
    )


def test_what_is_told_of_one_thing_in_short_sentences_is_joined() -> None:
    """Who runs it, how often it runs and what it is for: two to a sentence, while that is short."""
    plan = events.Planned(title="Operation Elm", partners=("the council",), aim="cut theft")
    done = (events.Commenced(), "1 June 2017"), (events.Suspended(), "2 June 2017")
    assert told("operation/e", plan, *done).endswith("It is run with the council and aims to cut theft.")
    two = attrs.evolve(plan, partners=("the council", "the fire brigade"))
    assert told("operation/e", two, *done).endswith(
        "It is run with the council and the fire brigade, and aims to cut theft."
    )
    long = attrs.evolve(
        plan,
        aim="cut the theft of bicycles, scooters and parcels in the streets around the station and along the river by day and by night",
    )
    assert ". It aims to cut the theft" in told("operation/e", long, *done)


def test_an_audience_that_the_title_names_is_not_told_again() -> None:
    """It is told where the title does not say it, or says less."""
    for title, audience, said in (
        ("live chat for victims", "victims of crime", ""),
        ("cadets' camp", "cadets", ""),
        ("talk on fraud", "victims of crime", ", for victims of crime"),
        (
            "residents' forum",
            "residents of the new flats beside the river",
            ", for residents of the new flats beside the river",
        ),
    ):
        plan = events.Planned(title=title, audience=audience)
        assert f"is planned{said}; no date" in told("deployment/x", plan), title


def test_a_cause_is_told_as_it_is_phrased() -> None:
    """A lack is "for lack of", too few are "because there were too few", anything else "because of"."""
    for name, said in (
        ("lack of a boat", "for lack of a boat"),
        ("Too few officers", "because there were too few officers"),
        ("not enough water", "because there was not enough water"),
        ("a shortage of boats", "because of a shortage of boats"),
    ):
        cause = Cause(CauseKind.SHORTAGE, name)
        assert told("campaign/knife", WEEK, events.Cancelled(cause=cause)).endswith(f"was cancelled {said}."), name
    assert told(
        "campaign/knife", WEEK, events.Cancelled(cause=Cause(CauseKind.REQUEST, "no fewer than 40 residents"))
    ).endswith("at the request of no fewer than 40 residents.")


def test_an_outcome_in_words_is_an_outcome() -> None:
    """Where somebody recorded what came of it, no sentence says that nobody did."""
    outcome = (events.OutcomeRecorded(text="Forty people came."), "20 June 2017")
    past = events.Planned(title="live exercise", when=parse_when("June 2017"))
    assert told("deployment/exercise", past, outcome) == "A live exercise was planned for June. Forty people came."
    moved = (events.Rescheduled(when=parse_when("10 July 2017")), "June 2017")
    silent = told("campaign/knife", WEEK, moved)
    assert silent.endswith("was rescheduled to 10 July. No outcome has yet been recorded.")
    late = (events.OutcomeRecorded(text="Forty people came."), "10 July 2017")
    assert told("campaign/knife", WEEK, moved, late).endswith("was rescheduled to 10 July. Forty people came.")
    early = (events.OutcomeRecorded(text="The hall was booked."), "1 May 2017")
    assert told("deployment/exercise", past, early).startswith(
        "The live exercise was planned for June; no outcome has been recorded."
    )


def test_a_time_that_the_opening_told_is_not_told_again() -> None:
    """Neither of one day, nor of the days from the first to the last."""
    count = events.FigureRecorded(
        figure=Figure("premises", 14, done="visited", period=When("2017-06-03/2017-06-05"), unit="count")
    )
    days = (events.Commenced(), "3 June 2017"), (events.Completed(), "5 June 2017")
    plan = events.Planned(title="Operation Elm")
    assert told("operation/e", plan, *days, count) == (
        "Operation Elm ran from 3 to 5 June. A total of 14 premises were visited."
    )
    longer = (events.Commenced(), "3 June 2017"), (events.Completed(), "6 June 2017")
    assert told("operation/e", plan, *longer, count).endswith("From 3 to 5 June 2017, 14 premises were visited.")


def test_a_name_with_an_ampersand_says_nothing_of_what_is_done() -> None:
    """A walk that is named "Walk & Talk" is held, and a talk is given."""
    held = (events.Completed(), "3 June 2017")
    assert told("deployment/w", events.Planned(title="Walk & Talk"), held) == "Walk & Talk was held on 3 June."
    assert told("deployment/w", events.Planned(title="talk"), held) == "A talk was given on 3 June."


def test_an_end_that_has_passed_without_news_is_told() -> None:
    """What goes on past the end of its term is not only said to go on."""
    trial = events.Planned(title="trial of body scanners", term=Term("P1M"))
    text = told("pilot/scanners", trial, (events.Commenced(), "2017-07-03"))
    assert text.endswith("Its end was due on 3 August and has not yet been recorded.")
    assert "Its end" not in told(
        "pilot/scanners", trial, (events.Commenced(), "2017-07-03"), (events.Completed(), "2017-08-03")
    )


def test_who_will_lead_what_is_planned_is_said_of_the_time_to_come() -> None:
    """A chair is to take the chair, and has not taken it."""
    forum = events.Planned(title="forum", when=When("2017-11-03"), lead="chaired by Chief Inspector Okafor")
    assert told("deployment/forum", forum).startswith(
        "A forum is planned for 3 November, to be chaired by Chief Inspector"
    )
