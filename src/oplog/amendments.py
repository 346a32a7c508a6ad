"""Amendments: an event as a correction says that it should have been, and what its fields say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen
from attrs import fields as attrs_fields

from oplog.domain.events import Planned
from oplog.domain.values import Plain
from oplog.domain.when import When  # noqa: TC001 - the codec reads the type hint
from oplog.errors import InvalidValue, Undecodable
from oplog.redaction import check_marked
from oplog.store.wire import dump, from_wire, load, to_wire

if TYPE_CHECKING:
    from oplog.domain.events import Corrected, Marked
    from oplog.recorded import Recorded

OF_ENVELOPE = ("effective", "source")
"""What a correction can concern beside the content of an event."""


@frozen(kw_only=True)
class _Said:
    effective: When | None = None
    source: str | None = None


def amend(recorded: Recorded, correction: Recorded) -> Recorded:
    """The event as a correction says that it should have been.

    Raises `Undecodable`, naming the field, when there is no such field, when it does not say what the correction says
    it said, or when it cannot say what the correction says it should have said.
    """
    wanted: Corrected = correction.event
    inner, step, data = _at(recorded, wanted.field)
    found = _said(inner, step)
    if found != wanted.old:
        said, meant = ("nothing" if value is None else str(value) for value in (found, wanted.old))
        raise Undecodable(f"it says {said}, not {meant}", field=wanted.field)
    if wanted.new is not None:
        inner[step] = wanted.new.data
    elif found is not None:
        del inner[step]
    by = (*recorded.corrected_by, correction)
    if wanted.field in OF_ENVELOPE:
        said_now = from_wire(_Said, data)
        return evolve(recorded, effective=said_now.effective, source=said_now.source, corrected_by=by)
    return evolve(recorded, event=from_wire(type(recorded.event), data), corrected_by=by)


def mark(recorded: Recorded, marked: Marked) -> Recorded:
    """The event with the marking that it, or one of its fields, got later.

    Raises `Undecodable`, naming the field, when it has no such field, or when it concerns an event itself or is a plan
    and can only be marked in another way.
    """
    if marked.field is None:
        if isinstance(recorded.event, Planned):
            raise Undecodable("the marking of a plan is that of its stream; change that one", field="marking")
        return evolve(recorded, marking=marked.marking)
    try:
        check_marked(recorded.name, recorded.event, [marked.field])
    except InvalidValue as error:
        raise Undecodable(str(error).partition(": ")[2], field=marked.field) from None
    known = recorded.field_markings.data if recorded.field_markings else {}
    return evolve(recorded, field_markings={**known, marked.field: marked.marking})


def parse_plain(text: str) -> Plain:
    """A value written in JSON, as strictly as events are read; raises `InvalidValue`."""
    try:
        data = load(f'{{"value":{text}}}')
    except Undecodable as error:
        raise InvalidValue(error.message) from None
    if list(data) != ["value"] or data["value"] is None:
        raise InvalidValue("expected one value in JSON")
    return Plain(data["value"])


def value_at(recorded: Recorded, path: str) -> Plain | None:
    """What a field of an event says, as it is stored; None for nothing. Raises `Undecodable` for no such field."""
    inner, step, _ = _at(recorded, path)
    return _said(inner, step)


def _at(recorded: Recorded, path: str) -> tuple[Any, Any, dict[str, Any]]:
    """What holds the field, the key of the field in it, and the whole that they are part of, as plain data."""
    if path in OF_ENVELOPE:
        whole = to_wire(_Said(effective=recorded.effective, source=recorded.source))
    else:
        whole = to_wire(recorded.event)
    # Copied as deep as it is, and as it would be read back, because a correction is written into it.
    whole = load(dump(whole))
    inner: Any = whole
    *outer, last = path.split(".")
    for step in outer:
        inner = _inside(inner, step, path)
    names = _names(recorded)
    if path not in OF_ENVELOPE and path.partition(".")[0] not in names:
        listed = ", ".join([*names, *OF_ENVELOPE])
        raise Undecodable(f"{recorded.name} has no such field; expected one of {listed}", field=path)
    return inner, _key(inner, last, path), whole


def _names(recorded: Recorded) -> list[str]:
    return [f.name for f in attrs_fields(type(recorded.event))]


def _inside(inner: Any, step: str, path: str) -> Any:
    found = inner.get(step) if isinstance(inner, dict) else inner[_key(inner, step, path)]
    if not isinstance(found, (dict, list)):
        raise Undecodable(f"{step} holds no fields in this event; correct it as a whole", field=path)
    return found


def _key(inner: Any, step: str, path: str) -> Any:
    if isinstance(inner, dict):
        return step
    if step.isascii() and step.isdecimal() and int(step) < len(inner):
        return int(step)
    raise Undecodable(f"expected a number from 0 to {len(inner) - 1} in a list", field=path)


def _said(inner: Any, step: Any) -> Plain | None:
    found = inner.get(step) if isinstance(inner, dict) else inner[step]
    return None if found is None else Plain(found)
