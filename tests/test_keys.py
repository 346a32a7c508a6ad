"""Key files are made once, closed to others, and never read when they are open to others."""

from __future__ import annotations

import errno
import os
import re
import stat
from typing import TYPE_CHECKING

import pytest

from oplog.errors import BadKey
from oplog.integrity.signing import ED25519, SigningKey, VerifierKey
from oplog.keys import generate_key, read_signing_key, read_verifier_key, write_key_pair

if TYPE_CHECKING:
    from pathlib import Path

KEY = SigningKey("northmoor.example/operations", ED25519, bytes(range(32)))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_pair_is_written_and_read_back(tmp_path: Path) -> None:
    public = write_key_pair(tmp_path / "log.key", KEY)
    assert public == tmp_path / "log.key.pub"
    assert read_signing_key(tmp_path / "log.key") == KEY
    assert read_verifier_key(public) == KEY.verifier
    assert (tmp_path / "log.key").read_text("utf-8") == f"{KEY.secret()}\n"
    assert public.read_text("utf-8") == f"{KEY.verifier}\n"


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077, 0o277, 0o777])
def test_the_private_key_is_closed_to_others_whatever_the_umask(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        public = write_key_pair(tmp_path / "log.key", KEY)
    finally:
        os.umask(before)
    assert mode(tmp_path / "log.key") == 0o600
    assert mode(public) == 0o644 & ~mask


@pytest.mark.parametrize("taken", ["log.key", "log.key.pub"])
@pytest.mark.parametrize("kind", ["file", "link", "dangling link", "folder"])
def test_nothing_is_overwritten(tmp_path: Path, taken: str, kind: str) -> None:
    """Neither a file nor what a link leads to; and of the pair nothing is left behind."""
    at, target = tmp_path / taken, tmp_path / "target"
    if kind == "file":
        at.write_text("mine", "utf-8")
    elif kind == "folder":
        at.mkdir()
    else:
        at.symlink_to(target)
        if kind == "link":
            target.write_text("mine", "utf-8")
    before = sorted(path.name for path in tmp_path.iterdir())
    said = re.escape(f"{at} exists: a key is never overwritten; choose another name")
    with pytest.raises(BadKey, match=f"^{said}$"):
        write_key_pair(tmp_path / "log.key", KEY)
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    if kind in ("file", "link"):
        assert at.read_text("utf-8") == "mine"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    path = tmp_path / "absent" / "log.key"
    said = re.escape(f"{path}.pub: the key cannot be written: No such file or directory")
    with pytest.raises(BadKey, match=f"^{said}$"):
        write_key_pair(path, KEY)


@pytest.mark.parametrize("failing", [1, 2])
def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int) -> None:
    """Whether it fills up at the first file of the pair or at the second."""
    calls: list[int] = []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == failing:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BadKey, match=r": the key cannot be written: No space left on device$"):
        write_key_pair(tmp_path / "log.key", KEY)
    assert len(calls) == failing
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("opened", [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644])
def test_a_private_key_that_is_open_to_others_is_refused(tmp_path: Path, opened: int) -> None:
    write_key_pair(tmp_path / "log.key", KEY)
    path = tmp_path / "log.key"
    path.chmod(opened)
    said = f"{path}: others can read this private key; close it with 'chmod 600 {path}', or make a new one"
    with pytest.raises(BadKey, match=f"^{re.escape(said)}$"):
        read_signing_key(path)
    path.chmod(0o400)
    assert read_signing_key(path) == KEY


def test_files_that_are_no_keys_are_refused_by_name(tmp_path: Path) -> None:
    """The error names the file and what was expected, and shows nothing of what the file holds."""
    path = tmp_path / "log.key"
    for content, said in (
        (b"hunter2", "a private key reads PRIVATE+KEY+NAME+ID+DATA, the last in Base64, of a type that is known"),
        (b"\xffhunter2", "expected a key, one line of text in UTF-8"),
        (
            f"{KEY.secret()}\n\n".encode(),
            "a private key reads PRIVATE+KEY+NAME+ID+DATA, the last in Base64, of a type that is known",
        ),
    ):
        path.write_bytes(content)
        path.chmod(0o600)
        with pytest.raises(BadKey, match=f"^{re.escape(f'{path}: {said}')}$"):
            read_signing_key(path)
    path.write_text(KEY.secret(), "utf-8")
    said = f"{path}: this is a private key, where a verifier key is asked for: never give it away"
    with pytest.raises(BadKey, match=f"^{re.escape(said)}$"):
        read_verifier_key(path)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    """A named pipe does not make the command wait for ever."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o600)
    for path, said in (
        (tmp_path / "absent", "the key cannot be read: No such file or directory"),
        (tmp_path, "the key cannot be read: Is a directory"),
        (pipe, "expected a file with a key"),
        ("a\0b", "the key cannot be read: this is no path"),
    ):
        for read in (read_signing_key, read_verifier_key):
            with pytest.raises(BadKey, match=re.escape(f"{path}: {said}")):
                read(path)


def test_a_key_without_its_last_new_line_is_read(tmp_path: Path) -> None:
    (tmp_path / "log.pub").write_text(str(KEY.verifier), "utf-8")
    assert read_verifier_key(tmp_path / "log.pub") == KEY.verifier


def test_a_very_long_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "log.pub"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(BadKey, match=re.escape(f"{path}: a verifier key reads")):
        read_verifier_key(path)


def test_keys_that_are_generated_differ() -> None:
    made = {generate_key("x", witness=witness).private for witness in (False, True) for _ in range(20)}
    assert len(made) == 40
    assert {len(private) for private in made} == {32}
    witness = generate_key("authority.example/witness", witness=True)
    assert VerifierKey.parse(str(witness.verifier)).timed
    assert not generate_key("x").timed


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\x7fb", "a\x85b", "a\x9fb", "a\u202eb"])
def test_a_key_that_could_not_be_named_is_not_generated(name: str) -> None:
    with pytest.raises(BadKey, match=r"^the name of a key is not empty"):
        generate_key(name)
