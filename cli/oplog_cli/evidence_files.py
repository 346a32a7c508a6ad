"""Keys, checkpoints and proofs on the command line: options, files that are read whole, and a count for the patient."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from oplog import BadKey, Malformed, SignedCheckpoint, VerifierKey, read_verifier_key

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])
FILE = click.Path(path_type=Path, dir_okay=False)
# As much as a note (docs/reference/integrity.md) or a stored event may take, and one byte more, so that a longer one is
# refused without being read to its end, which it may not have.
MOST = (1 << 20) + 1


def key_option(help_text: str) -> Callable[[F], F]:
    """Give a command the option `--key`, the file of a private key."""
    return click.option("--key", type=FILE, metavar="FILE", required=True, help=help_text)


class VerifierKeyType(click.ParamType):  # type: ignore[type-arg]  # not generic in older releases of click
    """A verifier key: its text, or the file that it stands in."""

    name = "KEY"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> VerifierKey:
        """Read the key. A text with a plus in it that is no file is the key itself."""
        if isinstance(value, VerifierKey):
            return value
        try:
            return VerifierKey.parse(value) if "+" in value and not Path(value).is_file() else read_verifier_key(value)
        except BadKey as wrong:
            self.fail(str(wrong), param, ctx)


VERIFIER_KEY = VerifierKeyType()


def read_evidence(path: Path, parse: Callable[[bytes], T]) -> T:
    """Read a file with a checkpoint or a proof. Raise `Malformed`, naming the file and the line, if it is none."""
    with path.open("rb") as file:
        data = file.read(MOST)
    try:
        return parse(data)
    except Malformed as wrong:
        raise Malformed(f"{path}: {wrong}") from None


def read_checkpoint(path: Path) -> SignedCheckpoint:
    """Read a file with a checkpoint. Raise `Malformed`, naming the file and the line, if it is none."""
    return read_evidence(path, SignedCheckpoint.parse)
