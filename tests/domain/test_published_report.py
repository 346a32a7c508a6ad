"""Published reports: the one command, its refusals, and what the event must say."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from oplog import (
    DECIDERS,
    Disclose,
    InvalidValue,
    Plain,
    Publish,
    Published,
    PublishedReport,
    Refused,
    Rendering,
    ReportStatus,
    UnknownEvent,
    When,
    commands,
    decider_of,
    events,
)

REPORT = DECIDERS["report"]
ONE, OTHER = "0" * 64, "f" * 64
PINS: dict[str, Any] = {
    "up_to": 7,
    "series": "Police Committee (public)",
    "dated": When("2024-07-16"),
    "window": When("2024-04-01/2024-06-30"),
    "configuration": Plain({"public": True}),
    "language": "en-GB",
    "salt": "0" * 32,
    "digest": ONE,
    "marks": ("0123456789abcdef",),
    "release": "0.3.0",
}
MARKDOWN, PAGE = Rendering("markdown", ONE), Rendering("html", OTHER)
BEFORE = (Published(**PINS, formats=(MARKDOWN,)),)
QUIET = "nothing is to be done"

CASES = [
    ((), Publish(**PINS), Published(**PINS)),
    (BEFORE, Publish(**PINS, formats=(MARKDOWN,)), QUIET),
    (BEFORE, Publish(**PINS), QUIET),
    (BEFORE, Publish(**{**PINS, "up_to": 9}), QUIET),
    (BEFORE, Publish(**PINS, formats=(MARKDOWN, PAGE)), Published(**PINS, formats=(MARKDOWN, PAGE))),
    (BEFORE, Publish(**{**PINS, "digest": OTHER}), "another document was published under this name"),
    (BEFORE, Publish(**PINS, formats=(Rendering("markdown", OTHER),)), "published as markdown with other bytes"),
]


@pytest.mark.parametrize(("before", "command", "expected"), CASES)
def test_a_report_is_one_document_for_ever(before: tuple[Any, ...], command: Any, expected: Any) -> None:
    """The same is published once, and again in a further format; another document or other bytes are refused."""
    state = REPORT.fold(before)
    if expected == QUIET:
        assert REPORT.decide(command, state) == ()
    elif isinstance(expected, str):
        with pytest.raises(Refused, match=expected) as refusal:
            REPORT.decide(command, state)
        assert refusal.value.status == "published"
    else:
        assert REPORT.decide(command, state) == (expected,)


def test_the_command_says_what_its_event_says() -> None:
    """The content of both is one (ADR 5), and nothing else is asked of a report."""
    assert [f.name for f in attrs.fields(Publish)] == [f.name for f in attrs.fields(Published)]
    assert dict(REPORT.commands) == {"publish": (Publish, Published)}
    with pytest.raises(TypeError):
        REPORT.decide(Disclose(form="x", up_to=1, why="y", recipient="z"), REPORT.initial)


def test_the_state_has_every_format_once_with_its_first_bytes() -> None:
    """What was published first stays, whatever an append says later; corrections leave the state as it is."""
    assert REPORT.initial == PublishedReport(status=ReportStatus.UNPUBLISHED, digest=None, formats=())
    later = Published(**{**PINS, "digest": OTHER}, formats=(PAGE, Rendering("markdown", OTHER)))
    state = REPORT.fold((*BEFORE, later, events.Retracted(of=9, why="not so")))
    assert state == PublishedReport(status=ReportStatus.PUBLISHED, digest=ONE, formats=(PAGE, MARKDOWN))
    with pytest.raises(UnknownEvent):
        REPORT.evolve(state, events.Planned(title="week"))


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("digest", "A" * 64, "digest is not 64 hexadecimal digits in lower case"),
        ("salt", "0" * 16, "expected 32 hexadecimal digits in lower case"),
        ("up_to", 0, "up_to is 0; expected 1 to 1000000000"),
        ("series", " ", "series must not be empty"),
        ("marks", ("0" * 15,), "expected 16 hexadecimal digits in lower case"),
        ("release", "", "release must not be empty"),
    ],
)
def test_what_pins_nothing_is_no_publication(field: str, value: Any, told: str) -> None:
    """A digest that is none, a position that is none and empty texts are refused, by their names."""
    with pytest.raises(InvalidValue, match=told):
        Published(**{**PINS, field: value})


@pytest.mark.parametrize(("form", "digest"), [("", ONE), ("markdown", "0" * 63)])
def test_a_rendering_names_its_format_and_its_digest(form: str, digest: str) -> None:
    """Neither may be missing or malformed."""
    with pytest.raises(InvalidValue):
        Rendering(form, digest)


@pytest.mark.parametrize("ref", ["pol-57-17", "2024.q2", "a"])
def test_any_name_of_a_stream_names_a_report(ref: str) -> None:
    """Other than the access trail, there may be as many reports as there are names."""
    assert decider_of(f"report/{ref}") is REPORT
    with pytest.raises(TypeError):
        REPORT.decide(commands.Plan(title="week"), REPORT.initial)
