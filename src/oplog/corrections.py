"""Corrections: taking an event back, putting a field of one right, marking one, by further events of its stream.

What they need to know is the history of the stream and not only its state, so that they are decided here and not in the
domain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from oplog.amendments import amend, mark, value_at
from oplog.domain.events import OF_EVENTS, Corrected, Marked, Retracted
from oplog.errors import Refused, Undecodable

if TYPE_CHECKING:
    from oplog.domain.commands import Correct, MarkEvent, Retract
    from oplog.life import Life
    from oplog.recorded import Recorded


def correct(life: Life, command: Correct) -> tuple[Corrected, ...]:
    """The event that puts a field right; none when it says so already. Raises `Refused`.

    `command.old` must be what the field says now; the correction of a field that was corrected before builds upon that.
    """
    target = _target(life, command.of)
    wanted = Corrected(of=command.of, field=command.field, old=command.old, new=command.new, why=command.why)
    if isinstance(target.event, OF_EVENTS):
        raise _refused(life, "a correction cannot be corrected; retract it, and correct the event itself")
    try:
        if value_at(target, command.field) == command.new:
            return ()
        amend(target, evolve(target, event=wanted))
    except Undecodable as error:
        raise _refused(life, f"{_told(target)} cannot be corrected so: {error}{_together(command, error)}") from None
    return (wanted,)


def _together(command: Correct, error: Undecodable) -> str:
    """What to do where a field is sound in itself, but what holds it would no longer be."""
    whole = command.field.rpartition(".")[0]
    return f"; to change several of its fields at once, correct {whole}" if whole and error.field == whole else ""


def retract(life: Life, command: Retract) -> tuple[Retracted, ...]:
    """The event that takes others back; none when they are taken back already.

    Raises `Refused` when events that remain could not have happened without them, with the list of these.
    """
    concerned = {command.of, *command.along}
    if concerned <= life.withdrawn:
        return ()
    for version in sorted(concerned):
        _target(life, version)
    if stranded := _stranded(life, concerned):
        raise _refused(
            life,
            f"without {_told(_of(life, command.of))} these could not have happened:"
            f" {', '.join(map(_told, stranded))}; take them back first, or along with it"
            " (--with-later; in Python, along=True)",
        )
    return (Retracted(of=command.of, along=tuple(sorted(command.along)), why=command.why),)


def remark(life: Life, command: MarkEvent) -> tuple[Marked, ...]:
    """The event that gives an event, or a field of one, another marking; none when it has that already.

    Also what was taken back can be marked, for it stays in the history. Raises `Refused`.
    """
    recorded = next((recorded for recorded in life.history if recorded.version == command.of), None)
    if recorded is None:
        raise _refused(life, f"it has no version {command.of}; its last is {life.entry.version}")
    target = life.as_marked(recorded)
    wanted = Marked(of=command.of, field=command.field, marking=command.marking, why=command.why)
    try:
        after = mark(target, wanted)
    except Undecodable as error:
        raise _refused(life, f"{_told(target)} cannot be marked so: {error}") from None
    return () if after == target else (wanted,)


def dependent(life: Life, version: int) -> tuple[int, ...]:
    """The versions of the later events that could not have happened without this one."""
    concerned = {version}
    while stranded := _stranded(life, concerned):
        concerned |= {recorded.version for recorded in stranded}
    return tuple(sorted(concerned - {version}))


def _stranded(life: Life, concerned: set[int]) -> list[Recorded]:
    first, *others = sorted(concerned)
    recorded, after = life.with_next(Retracted(of=first, along=tuple(others), why="to see what follows"))
    known = {one.version for one, _ in life.astray}
    # A correction of a field builds upon the one before it: it says what that one had made of the field.
    astray = [one for one, _ in after.astray if one.version not in known]
    illegal = [one for one, _ in after.illegal if one is not recorded]
    stood = {one.version for one in life.events} - {one.version for one in life.groundless()}
    groundless = [one for one in after.groundless() if one.version in stood]
    return sorted((*astray, *illegal, *groundless), key=lambda one: one.version)


def _target(life: Life, version: int) -> Recorded:
    if version in life.withdrawn:
        raise _refused(life, f"{_told(_of(life, version))} was retracted")
    target = life.read_as(version)
    if target is None:
        raise _refused(life, f"it has no version {version}; its last is {life.entry.version}")
    return target


def _of(life: Life, version: int) -> Recorded:
    return next(recorded for recorded in life.history if recorded.version == version)


def _told(recorded: Recorded) -> str:
    name = recorded.name.partition(".")[2]
    return f"the event at position {recorded.position} ({name}, version {recorded.version})"


def _refused(life: Life, reason: str) -> Refused:
    return Refused(reason, status=None, stream=life.stream)
