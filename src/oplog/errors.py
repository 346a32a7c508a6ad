"""Every exception that oplog raises, on one screen.

Two styles, never mixed: what is wrong with a *command* or an *input* raises one of these; what is wrong
with a *stored log* is a `Finding`, returned by `oplog.audit` together with all the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from oplog.findings import Finding


class OplogError(Exception):
    """Base of all errors of this package; its text is one readable line."""


class InvalidValue(OplogError, ValueError):
    """A value that cannot be what it claims to be (a 30 February, a rate of zero). Correct it and try again."""


class Refused(OplogError):
    """The domain rejects a command in the present state. Nothing was written.

    `status` is that of the state, None where the refusal has nothing to do with it. `stream` is None while the decision
    is still pure and has no stream; `OpLog` fills it in.
    """

    def __init__(self, reason: str, *, status: str | None, stream: str | None = None) -> None:
        self.reason = reason
        self.status = status
        self.stream = stream
        super().__init__(f"{stream or 'this stream'}{f' is {status}' if status else ''}: {reason}")


class IllegalTransition(OplogError):
    """An event that the lifecycle has no arrow for. In an import it is refused, in a replay it is a finding."""


class Conflict(OplogError):
    """Another writer was first: the stream is not at the version expected. Read it again and decide again."""

    def __init__(self, stream: str, expected: int, actual: int) -> None:
        self.stream = stream
        self.expected = expected
        self.actual = actual
        super().__init__(f"{stream} is at version {actual}, not at version {expected} as expected")


class Undecodable(OplogError):
    """Stored or imported bytes that are not a known event in its exact form; `field` is a path such as `data.when`."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        self.field = field
        self.message = message
        super().__init__(f"field {field}: {message}" if field else message)


class UnknownEvent(Undecodable):
    """An event name or version that this release does not know. It is never skipped in silence."""


class BadForms(OplogError):
    """Tables of event forms through which some stored event could not be read; `problems` holds all that is wrong.

    A fault in the code that made the tables, told when they are loaded: correct them before anything is recorded.
    """

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


class CannotOpen(OplogError):
    """The log is missing, or is not a log that this release can keep its promises on."""


class Damaged(CannotOpen):
    """A part of the database's file cannot be read. `oplog verify` says which events it concerns; restore a backup."""


class NotSound(OplogError):
    """A log in which a verification found faults, where a sound one is needed. `findings` holds all of them."""

    def __init__(self, what: str, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        first = findings[0]
        count = "1 finding" if len(findings) == 1 else f"{len(findings)} findings"
        place = f" at position {first.position}" if first.position else ""
        super().__init__(f"{what} is not sound: {count}, the first{place}: {first.message}")


class NoSuchStream(OplogError):
    """No event was ever recorded in the stream asked for."""


class NoSuchEvent(OplogError):
    """No event of the log has the position or the id asked for."""


class BadImport(OplogError):
    """An import in which at least one line is wrong. `problems` holds all of them; nothing was written."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class BadConfiguration(OplogError):
    """A report configuration that cannot be used; the text names the file and the key."""


class Malformed(OplogError):
    """A note, checkpoint, entry or proof that is not in its exact form; the text names the line where it has lines."""


class BadKey(OplogError):
    """A key that cannot be used: not in its form, of an unknown type, or in a file that others can read.

    The text never holds any part of a private key.
    """


class NotSigned(OplogError):
    """A note that no trusted key signed, or that bears a false signature by one. Do not believe its text."""


class NotProved(OplogError):
    """A proof that does not show what it was held against. Believe neither it nor the checkpoint under it."""


class MissingExtra(OplogError):
    """What was asked for needs packages that are not installed; the text names the command that installs them."""


class OutcomeUnknown(OplogError):
    """The connection was lost while events were being committed, and the log could not be asked whether they are there.

    Do the same again with the same idempotency key: it gives what was recorded the first time, or records it now.
    """
