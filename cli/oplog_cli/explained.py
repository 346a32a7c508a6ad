"""`oplog replay --explain`: which event set what, what it overwrote, who recorded it and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from oplog import InvalidValue, OpLog, format_time
from oplog_cli.history import filled
from oplog_cli.json_output import emit, full
from oplog_cli.log_option import find_stream
from oplog_cli.tables import Column, show_table, terminal_width
from oplog_cli.text import printable
from oplog_cli.wording import said, words

if TYPE_CHECKING:
    from oplog import Explanation, FieldHistory, Setting
    from oplog_cli.clocks import AsOf

_COLUMNS = (
    Column("field", least=10),
    Column("value", least=8, worth=1.5),
    Column("position", right=True),
    Column("event", least=8),
    Column("recorded"),
    Column("by", least=6),
)


def show_explanation(log: OpLog, target: str, as_of: AsOf, *, as_json: bool) -> None:
    """Show who set what: of a stream, the last setting of each field; of a field, all that was ever set."""
    found, whole = _explained(log, target, as_of)
    if as_json:
        emit({"stream": found.stream, **as_of.json, "fields": [_field_json(field) for field in found.fields]})
        return
    as_of.show()
    if whole:
        click.echo(f"{printable(found.stream)}\n")
        rows = [_row(field, field.settings[-1]) for field in found.fields if field.settings]
        show_table(_COLUMNS, rows, "no event set anything")
        return
    for number, field in enumerate(found.fields):
        click.echo("\n" * (number > 0) + "\n".join(_told(found.stream, field, terminal_width())))
    if not found.fields:
        click.echo(f"{printable(found.stream)} has no figures")


def _explained(log: OpLog, target: str, as_of: AsOf) -> tuple[Explanation, bool]:
    """Explain what a text names: a stream, else a stream and, after a dot, a field of it; and whether it is a stream.

    Names of streams may have dots in them, and so may those of figures: the longest name of a stream that leaves a
    field counts.
    """
    ends = [len(target), *(n for n in range(len(target) - 1, 0, -1) if target[n] == ".")]
    names = {name for stream in log.streams() for name in (stream, stream.partition("/")[2])}
    wrong: InvalidValue | None = None
    for end in ends:
        name, field = target[:end], target[end + 1 :] or None
        if name not in names:
            continue
        try:
            return log.explain(find_stream(log, name), field, **as_of.clocks), field is None
        except InvalidValue as error:
            wrong = wrong or error
    if wrong is not None:
        raise wrong
    head, _, _ = target.rpartition(".")
    return log.explain(find_stream(log, head or target), **as_of.clocks), True


def _row(field: FieldHistory, last: Setting) -> tuple[object, ...]:
    event = last.by.name.partition(".")[2].replace("-", " ")
    corrected = f", corrected at {last.corrected_by[-1].position}" if last.corrected_by else ""
    return (
        field.field, said(field.value), last.by.position, event + corrected, last.by.recorded_at.date(), last.by.actor
    )  # fmt: skip


def _told(stream: str, field: FieldHistory, columns: int) -> list[str]:
    lines = filled(f"{stream}.{field.field}: {said(field.value)}", columns, "", "  ")
    if not field.settings:
        lines += filled("no event that counts set it", columns, "  ", "    ")
    for setting in (*field.settings, *field.taken_back):
        lines += ["", *_setting(setting, columns)]
    return lines


def _setting(setting: Setting, columns: int) -> list[str]:
    before = "" if setting.overwrote in (None, ()) else f", in the place of {said(setting.overwrote)}"
    lines = filled(f"{said(setting.value)}{before}", columns, "  ", "    ")
    by = setting.by
    effective = f", {words(by.effective)}" if by.effective else ""
    event = by.name.partition(".")[2].replace("-", " ")
    told = [f"position {by.position}, version {by.version}: {event}{effective}"]
    who = f" by {by.actor}" if by.actor else ""
    source = f", from {by.source}" if by.source else ""
    told.append(f"recorded {by.recorded_at:%Y-%m-%d %H:%M}{who}{source}")
    for correction in setting.corrected_by:
        was = words(correction.event.old) if correction.event.old else "nothing"
        what, why = correction.event.field, correction.event.why
        told.append(f"corrected at position {correction.position}{_by(correction.actor)}: {what} said {was}; {why}")
    if setting.taken_back_by is not None:
        back = setting.taken_back_by
        taken = (back.event.of, *back.event.along)
        what = "retracted" if by.version in taken else "the correction was retracted"
        told.append(f"{what} at position {back.position}{_by(back.actor)}: {back.event.why}")
    for line in told:
        lines += filled(line, columns, "    ", "      ")
    return lines


def _by(actor: str | None) -> str:
    return f" by {actor}" if actor else ""


def _field_json(field: FieldHistory) -> dict[str, Any]:
    return {
        "field": field.field,
        "value": full(field.value),
        "settings": [_setting_json(setting) for setting in field.settings],
        "taken_back": [_setting_json(setting) for setting in field.taken_back],
    }


def _setting_json(setting: Setting) -> dict[str, Any]:
    by = setting.by
    return {
        "value": full(setting.value),
        "overwrote": full(setting.overwrote),
        "position": by.position,
        "version": by.version,
        "event": by.name,
        "effective": full(by.effective),
        "actor": by.actor,
        "source": by.source,
        "recorded_at": format_time(by.recorded_at),
        "corrected_by": [correction.position for correction in setting.corrected_by],
        "taken_back_by": None if setting.taken_back_by is None else setting.taken_back_by.position,
    }
