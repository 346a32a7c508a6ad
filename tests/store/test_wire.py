"""Values to and from plain JSON data: what is refused is told with its place, and nothing is taken for what it is not.

The classes are made anew for each test, because readers are made once for each class and kept.
"""

from __future__ import annotations

import string
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from types import SimpleNamespace
from typing import Any, Literal

import pytest
from attrs import field, frozen, make_class

from oplog import InvalidValue, Undecodable, When
from oplog.domain.recurrence import Term
from oplog.store.wire import as_read, fields_from_wire, from_wire, to_wire


class Colour(Enum):
    """What may be chosen."""

    RED = "red"
    BLUE = "blue"


def _even(_instance: object, _attribute: object, value: int) -> None:
    if value % 2:
        raise InvalidValue(f"{value} is odd")


@pytest.fixture
def made() -> SimpleNamespace:
    """Give a class of small parts, and one of a whole that holds parts, values and choices."""

    @frozen(kw_only=True)
    class Part:
        count: int = field(validator=_even)
        when: When | None = None

    @frozen(kw_only=True)
    class Whole:
        title: str
        colour: Colour | None = None
        size: Literal["small", "large"] | None = None
        parts: tuple[Part, ...] = ()
        chief: Part | None = None
        number: Decimal | None = None
        colours: tuple[Colour, ...] = ()
        lasts: Term | None = None
        left: str | None = "nothing"

    # The hints are text; they are looked up where classes of a module would be.
    Whole.__annotations__.update(
        parts=tuple[Part, ...], chief=Part | None, title=str, colour=Colour | None, colours=tuple[Colour, ...],
        size=Literal["small", "large"] | None, number=Decimal | None, lasts=Term | None, left=str | None,
    )  # fmt: skip
    Part.__annotations__.update(count=int, when=When | None)
    return SimpleNamespace(Part=Part, Whole=Whole)


def test_every_field_is_read_and_written(made: SimpleNamespace) -> None:
    """Text, choices, parts, dates with and without words, numbers and lengths of time come back as they were given."""
    data = {
        "title": "x",
        "colour": "red",
        "size": "large",
        "parts": [{"count": 2, "when": "2017-06"}, {"count": 4, "when": {"edtf": "2017", "words": "this year"}}],
        "chief": {"count": 6},
        "number": Decimal("1.50"),
        "colours": ["blue", "red"],
        "lasts": "P6M",
        "left": "something",
    }
    parts = (made.Part(count=2, when=When("2017-06")), made.Part(count=4, when=When("2017", "this year")))
    read = from_wire(made.Whole, data)
    assert read == made.Whole(
        title="x", colour=Colour.RED, size="large", parts=parts, chief=made.Part(count=6), number=Decimal("1.50"),
        colours=(Colour.BLUE, Colour.RED), lasts=Term("P6M"), left="something",
    )  # fmt: skip
    assert to_wire(read) == data


def test_what_is_left_out_has_its_default_and_null_is_none(made: SimpleNamespace) -> None:
    """A field that is not there has the default of its class; one that is null is None, and is written as null."""
    assert from_wire(made.Whole, {"title": "x"}) == made.Whole(title="x")
    read = from_wire(made.Whole, {"title": "x", "left": None, "chief": None})
    assert read == made.Whole(title="x", left=None)
    assert to_wire(read) == {"title": "x", "left": None}
    assert to_wire(made.Whole(title="x")) == {"title": "x", "left": "nothing"}


@pytest.mark.parametrize("default", [0, "", False, 1, "x"])
def test_a_default_is_written_out(default: Any) -> None:
    """What a field has by default is stored too, nought and empty text as well, so that it may change later."""
    assert to_wire(make_class("One", {"a": field(default=default)})()) == {"a": default}
    empty = make_class("Empty", {"a": field(default=None), "b": field(default=())})
    assert to_wire(empty()) == {}


FIELDS = "title, colour, size, parts, chief, number, colours, lasts, left"


@pytest.mark.parametrize(
    ("data", "field", "told"),
    [
        ({"mood": 1}, "mood", f"unknown field; expected one of {FIELDS}"),
        ({"": 1}, "''", f"unknown field; expected one of {FIELDS}"),
        ({"parts": [{"count": 2, "mood": 1}]}, "parts[0].mood", "unknown field; expected one of count, when"),
        ({"chief": {"mood": 1}}, "chief.mood", "unknown field; expected one of count, when"),
        ({"chief": {}}, "chief.count", "missing"),
        ({"parts": [{"count": 2}, {}]}, "parts[1].count", "missing"),
        ({"parts": [{"count": 3}]}, "parts[0]", "3 is odd"),
        ({"chief": {"count": 2, "when": {"edtf": "2017"}}}, "chief.when.words", "missing"),
        (
            {"chief": {"count": 2, "when": {"edtf": "2017", "words": "x", "z": 1}}},
            "chief.when.z",
            "unknown field; expected one of edtf, words",
        ),
        ({"colour": "grey"}, "colour", "'grey' is not known; expected one of red, blue"),
        ({"colours": ["red", "gr\ney"]}, "colours[1]", r"'gr\ney' is not known; expected one of red, blue"),
        ({"size": "huge"}, "size", "'huge' is not known; expected one of small, large"),
        ({"number": "5"}, "number", "expected a number or null, got text"),
        ({"chief": {"count": True}}, "chief.count", "expected a whole number, got true or false"),
        ({"chief": {"count": 1.5}}, "chief.count", "expected a whole number, got a number"),
        ({"x` - at `$.chief` y": 1}, "x` - at `$.chief` y", f"unknown field; expected one of {FIELDS}"),
        ({"title": b"x"}, "title", "expected text, got bytes"),
    ],
)
def test_a_refusal_names_the_place_and_what_was_expected(
    made: SimpleNamespace, data: dict[str, Any], field: str, told: str
) -> None:
    """The field is the whole path to it, below the place of the data; what is expected are its words and choices."""
    for path, below in (("", ""), ("data", "data.")):
        with pytest.raises(Undecodable) as error:
            from_wire(made.Whole, {"title": "x", **data}, path)
        assert (error.value.field, str(error.value)) == (below + field, f"field {below}{field}: {told}")


@pytest.mark.parametrize(
    ("data", "field", "told"),
    [
        ({"parts": [{"count": 2, "when": "soon"}]}, "parts[0].when", "'soon' is not a date"),
        ({"chief": {"count": 2, "when": {"edtf": "soon", "words": "x"}}}, "chief.when", "'soon' is not a date"),
        ({"lasts": "a while"}, "lasts", "'a while' is not"),
    ],
)
def test_a_refusal_names_the_value_that_is_none(
    made: SimpleNamespace, data: dict[str, Any], field: str, told: str
) -> None:
    """What a date or a length of time itself refuses is told with the path to it, down to the part of a part."""
    for path, below in (("", ""), ("data", "data.")):
        with pytest.raises(Undecodable) as error:
            from_wire(made.Whole, {"title": "x", **data}, path)
        assert error.value.field == below + field
        assert str(error.value).startswith(f"field {below}{field}: {told}")


@pytest.mark.parametrize(
    ("days", "told"),
    [(10**9, "days=1000000000"), (10**30, "Python int too large to convert to C int")],
)
def test_what_no_class_foresaw_is_refused_with_its_place(days: int, told: str) -> None:
    """A number that a class cannot reckon with is told in one clause, as impossible, and not as an error of Python."""

    @frozen
    class Lasting:
        days: int = field(validator=lambda _instance, _attribute, value: timedelta(value))

    for path, at in (("", ""), ("data", "field data: ")):
        with pytest.raises(Undecodable) as error:
            from_wire(Lasting, {"days": days}, path)
        assert (error.value.field, str(error.value)) == (path or None, f"{at}not a possible value: {told}")


def test_fields_beside_are_offered_beside_and_not_below(made: SimpleNamespace) -> None:
    """What may stand beside the fields of a class is named where they are, and not within one of them."""
    with pytest.raises(Undecodable) as error:
        fields_from_wire(made.Whole, {"title": "x", "mood": 1}, beside=("stream", "v"))
    assert str(error.value) == f"field mood: unknown field; expected one of stream, v, {FIELDS}"
    with pytest.raises(Undecodable) as error:
        fields_from_wire(made.Whole, {"title": "x", "chief": {"mood": 1}}, beside=("stream", "v"))
    assert str(error.value) == "field chief.mood: unknown field; expected one of count, when"


def test_a_class_without_fields_expects_none() -> None:
    """Where no field may stand, that is what is told."""
    with pytest.raises(Undecodable, match=r"^field mood: unknown field; expected none$"):
        from_wire(make_class("Nothing", []), {"mood": 1})


@pytest.mark.parametrize("data", [5, [], "x", None])
def test_what_is_no_object_is_refused_at_its_place(made: SimpleNamespace, data: Any) -> None:
    """Anything but an object is refused where one is expected; without a path there is no field to name."""
    for path in ("", "data"):
        with pytest.raises(Undecodable, match="expected an object, got ") as error:
            from_wire(made.Whole, data, path)
        assert error.value.field == (path or None)


def test_a_field_is_named_whichever_letters_it_is_made_of() -> None:
    """An unknown, a missing and a wrong field are named in full, whatever letter they begin with."""
    for letter in string.ascii_letters:
        one = make_class("One", {letter: field(type=str)})
        for data, told in (({}, "missing"), ({letter: 5}, "expected text"), ({letter: "x", letter * 2: 1}, "unknown")):
            with pytest.raises(Undecodable, match=told) as error:
                from_wire(one, data)
            assert error.value.field == (letter * 2 if told == "unknown" else letter)


def test_a_value_is_looked_at_as_it_will_be_read_back(made: SimpleNamespace) -> None:
    """A value gives itself in Unicode form NFC; what could not be read back is refused, by field or by its class."""
    assert as_read(made.Whole(title="Cafe\u0301")) == made.Whole(title="Café")
    for bad, told in (
        (made.Part(count=2, when=2017), "field when: expected text or an object or null, got a whole number"),
        (made.Whole(title="x\x00"), "'x\\x00': text must not hold NUL or lone surrogates"),
        (made.Whole(title="x", number=Decimal("NaN")), "field number: NaN is not a number that JSON allows"),
        (
            made.Whole(title="x", number=Decimal("1E+100000")),
            "Whole: a number of more than 10000 digits",
        ),
        (made.Whole(title="x", number=Decimal("sNaN")), "Whole: [<class 'decimal.InvalidOperation'>]"),
        (made.Whole(title=object()), "Whole: object: nothing of this class can be stored"),
    ):
        with pytest.raises(InvalidValue) as error:
            as_read(bad)
        assert str(error.value) == told


def test_a_number_is_read_as_a_decimal_where_one_is_expected(made: SimpleNamespace) -> None:
    """A whole number in a field for decimals is a Decimal, so that it is reckoned with as exactly as the others."""
    assert type(from_wire(made.Whole, {"title": "x", "number": 5}).number) is Decimal


def test_a_number_that_is_whole_is_written_as_one() -> None:
    """5.0 is written as 5, so that one number has one form; other digits stay as they are."""
    assert [to_wire(Decimal(text)) for text in ("5.0", "5.50", "-1E+2")] == [5, Decimal("5.50"), -100]
    assert type(to_wire(Decimal("5.0"))) is int


def test_dates_and_tuples_of_several_types_are_kept_in_rows_and_refused_in_events() -> None:
    """What a row of a view may have beside what events have; a tuple of another length is refused with its place."""

    @frozen
    class Row:
        day: date
        moment: datetime
        pair: tuple[str, When | None]
        values: tuple[Decimal | None, ...] = ()

    row = Row(date(2024, 6, 1), datetime(2024, 6, 1, 9, tzinfo=UTC), ("a", None), (None, Decimal("1.5")))
    data = to_wire(row, dates=True)
    assert data == {
        "day": "2024-06-01",
        "moment": "2024-06-01T09:00:00+00:00",
        "pair": ["a", None],
        "values": [None, Decimal("1.5")],
    }
    assert from_wire(Row, data) == row
    assert from_wire(Row, data | {"pair": ["a", "2024-06"]}).pair == ("a", When("2024-06"))
    with pytest.raises(TypeError, match="nothing of this class can be stored"):
        to_wire(row)
    for wrong in (["a"], ["a", None, None], ["a", 3], [1, None]):
        with pytest.raises(Undecodable, match="field pair"):
            from_wire(Row, data | {"pair": wrong})
    with pytest.raises(Undecodable, match="field day"):
        from_wire(Row, data | {"day": "2024-06-31"})
