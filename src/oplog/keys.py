"""Keys on disk: made once, readable by their owner alone, refused when others can read them.

Only this module and the shell touch key files; the pure forms are in `oplog.integrity.signing`.
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from oplog.errors import BadKey
from oplog.integrity.signing import COSIGNATURE, ED25519, SIGNATURE_TYPES, SigningKey, VerifierKey, is_new_name

PUBLIC_SUFFIX = ".pub"
_LONGEST = 65536
_OWNER_ALONE = 0o600
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def generate_key(name: str, *, witness: bool = False) -> SigningKey:
    """Make a new private key of a log, or of a witness, from the operating system's random source.

    Raise `BadKey` for a name that cannot name a key, or has something in it that cannot be seen.
    """
    if not is_new_name(name):
        raise BadKey("the name of a key is not empty and has no space, no '+' and no control character in it")
    key_type = COSIGNATURE if witness else ED25519
    return SigningKey(name, key_type, os.urandom(SIGNATURE_TYPES[key_type].private_length))


def write_key_pair(path: str | os.PathLike[str], key: SigningKey) -> Path:
    """Write a private key to `path`, readable by its owner alone, and its verifier key beside it, as `path` + ".pub".

    Give the path of the verifier key. Neither file may exist: a key is never overwritten, for what it signed could
    not be verified again. Raise `BadKey` when one does, or when they cannot be written; then nothing is left behind.
    """
    private = Path(path)
    public = private.with_name(private.name + PUBLIC_SUFFIX)
    secret, verifier = key.secret(), str(key.verifier)
    _write_new(public, verifier, 0o644)
    try:
        _write_new(private, secret, _OWNER_ALONE)
    except BadKey:
        public.unlink()
        raise
    return public


def read_signing_key(path: str | os.PathLike[str]) -> SigningKey:
    """Read a private key. Raise `BadKey` if it is missing, not in its form, or can be read by others than its owner."""
    text, mode = _read(path)
    if os.name == "posix" and mode & _OTHERS:
        raise BadKey(f"{path}: others can read this private key; close it with 'chmod 600 {path}', or make a new one")
    try:
        return SigningKey.parse(text)
    except BadKey as wrong:
        raise BadKey(f"{path}: {wrong}") from None


def read_verifier_key(path: str | os.PathLike[str]) -> VerifierKey:
    """Read a verifier key, one line of text. Raise `BadKey` if it is missing or not in its form."""
    text, _ = _read(path)
    try:
        return VerifierKey.parse(text)
    except BadKey as wrong:
        raise BadKey(f"{path}: {wrong}") from None


def _read(path: str | os.PathLike[str]) -> tuple[str, int]:
    """Give the one line of a key file and its mode, both of the very file that was opened."""
    try:
        # Without O_NONBLOCK, opening a named pipe would wait for its other end.
        with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise BadKey(f"{path}: expected a file with a key")
            data = file.read(_LONGEST)
    except (OSError, ValueError) as wrong:
        raise BadKey(f"{path}: the key cannot be read: {_reason(wrong)}") from None
    try:
        return data.decode().removesuffix("\n"), stat.S_IMODE(mode)
    except UnicodeDecodeError:
        raise BadKey(f"{path}: expected a key, one line of text in UTF-8") from None


def _write_new(path: Path, text: str, mode: int) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        raise BadKey(f"{path} exists: a key is never overwritten; choose another name") from None
    except (OSError, ValueError) as wrong:
        raise BadKey(f"{path}: the key cannot be written: {_reason(wrong)}") from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            if mode == _OWNER_ALONE and os.name == "posix":
                os.fchmod(descriptor, mode)  # the umask may have taken rights from the owner too
            file.write(f"{text}\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as wrong:
        with contextlib.suppress(OSError):
            path.unlink()
        raise BadKey(f"{path}: the key cannot be written: {_reason(wrong)}") from None


def _reason(wrong: OSError | ValueError) -> str:
    return wrong.strerror or str(wrong) if isinstance(wrong, OSError) else "this is no path"
