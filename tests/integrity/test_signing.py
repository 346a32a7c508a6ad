"""Keys have the forms of C2SP and golang.org/x/mod/sumdb/note, sign as those do, and give nothing away."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys

import pytest
from attrs import evolve
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from oplog.errors import BadKey, MissingExtra
from oplog.integrity.lines import base64_text
from oplog.integrity.signing import (
    COSIGNATURE,
    ED25519,
    MAX_TIME,
    SIGNATURE_TYPES,
    Signature,
    SigningKey,
    VerifierKey,
    is_key_name,
)

# The example of the package golang.org/x/mod/sumdb/note.
SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"  # noqa: S105 (a published example)
PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
# The example of C2SP signed-note.
C2SP_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
PRIVATE_FORM = "a private key reads PRIVATE+KEY+NAME+ID+DATA, the last in Base64, of a type that is known"
VERIFIER_FORM = "a verifier key reads NAME+ID+DATA, the last in Base64"

names = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"], exclude_characters="+"), min_size=1, max_size=10)
seeds = st.binary(min_size=32, max_size=32)
types = st.sampled_from(sorted(SIGNATURE_TYPES))


def refused(text: str, kind: type[SigningKey | VerifierKey], said: str) -> None:
    with pytest.raises(BadKey, match=f"^{re.escape(said)}$"):
        kind.parse(text)


@pytest.mark.parametrize("text", [PUBLIC, C2SP_KEY])
def test_published_verifier_keys_are_read_and_written(text: str) -> None:
    assert str(VerifierKey.parse(text)) == text


def test_the_published_private_key_is_read_and_written() -> None:
    key = SigningKey.parse(SECRET)
    assert key.secret() == SECRET
    assert str(key.verifier) == PUBLIC


def test_the_id_is_the_hash_that_c2sp_asks_for() -> None:
    key = VerifierKey("a.example/log", ED25519, bytes(32))
    assert key.id == hashlib.sha256(b"a.example/log\n\x01" + bytes(32)).digest()[:4]
    witness = VerifierKey("a.example/log", COSIGNATURE, bytes(32))
    assert witness.id == hashlib.sha256(b"a.example/log\n\x04" + bytes(32)).digest()[:4]


@given(names, types, seeds)
def test_keys_survive_the_round_trip(name: str, key_type: int, seed: bytes) -> None:
    key = SigningKey(name, key_type, seed)
    assert SigningKey.parse(key.secret()) == key
    assert VerifierKey.parse(str(key.verifier)) == key.verifier


@given(st.builds(SigningKey, names, types, seeds), st.binary(max_size=60), st.integers(1, MAX_TIME), st.data())
def test_a_signature_holds_for_its_text_alone(key: SigningKey, text: bytes, time: int, data: st.DataObject) -> None:
    """No changed bit of the text, of the signature or of its time passes, and no other key."""
    signature = key.sign(text, time)
    verifier = key.verifier
    assert (signature.name, signature.key_id) == (key.name, verifier.id)
    assert verifier.verify(text, signature)
    at = data.draw(st.integers(0, len(signature.data) - 1))
    changed = signature.data[:at] + bytes([signature.data[at] ^ 1]) + signature.data[at + 1 :]
    for other in (changed, signature.data[:-1], signature.data + b"\0"):
        assert not verifier.verify(text, evolve(signature, data=other))
    assert not verifier.verify(text + b"\n", signature)
    assert not evolve(key, private=bytes(byte ^ 1 for byte in key.private)).verifier.verify(text, signature)


def test_a_signature_is_ed25519_over_the_text(log_key: SigningKey) -> None:
    expected = Ed25519PrivateKey.from_private_bytes(bytes(range(32))).sign(b"text\n")
    assert log_key.sign(b"text\n").data == expected


def test_a_cosignature_is_that_of_c2sp(witness_key: SigningKey) -> None:
    """Its message is written out as tlog-cosignature has it, and its time stands before the signature."""
    message = (
        b"cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n"
        b"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    )
    body = message.split(b"\n", 2)[2]
    expected = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64))).sign(message)
    signature = witness_key.sign(body, 1679315147)
    assert signature.data == (1679315147).to_bytes(8) + expected
    assert signature.time == 1679315147


def test_one_key_under_two_types_signs_nothing_for_the_other() -> None:
    """The domains are apart: a log's signature is no witness's, with the same private key."""
    log, witness = SigningKey("x", ED25519, bytes(32)), SigningKey("x", COSIGNATURE, bytes(32))
    assert log.verifier.id != witness.verifier.id
    assert not log.verifier.verify(b"text\n", witness.sign(b"text\n", 5))
    assert not witness.verifier.verify(b"text\n", log.sign(b"text\n"))


@pytest.mark.parametrize("length", [0, 7, 8, 71, 73])
def test_a_cosignature_of_another_length_is_false(witness_key: SigningKey, length: int) -> None:
    assert not witness_key.verifier.verify(b"text\n", Signature("x", b"0000", bytes(length)))


def test_a_time_after_the_last_one_is_false(witness_key: SigningKey) -> None:
    """C2SP ends time at 2**63 - 1; a signature that is otherwise good is not taken beyond it."""
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
    for time, good in ((2**63 - 1, True), (2**63, False)):
        data = time.to_bytes(8) + private.sign(b"cosignature/v1\ntime %d\ntext\n" % time)
        assert witness_key.verifier.verify(b"text\n", Signature("x", b"0000", data)) is good


@pytest.mark.parametrize("time", [0, -1, 2**63])
def test_a_witness_does_not_sign_without_a_time(witness_key: SigningKey, time: int) -> None:
    said = "the key authority.example/witness is that of a witness, and signs only together with a time"
    with pytest.raises(BadKey, match=f"^{said}$"):
        witness_key.sign(b"text\n", time)
    with pytest.raises(BadKey, match=f"^{said}$"):
        witness_key.sign(b"text\n")
    assert witness_key.sign(b"text\n", 1).time == 1
    assert witness_key.sign(b"text\n", MAX_TIME).time == 2**63 - 1


def test_the_types_of_signature_are_those_of_c2sp(log_key: SigningKey, witness_key: SigningKey) -> None:
    rows = {known: (row.name, row.timed) for known, row in SIGNATURE_TYPES.items()}
    assert rows == {0x01: ("Ed25519", False), 0x04: ("cosignature/v1", True)}
    assert (log_key.timed, witness_key.timed) == (False, True)
    assert (log_key.verifier.timed, witness_key.verifier.timed) == (False, True)


@pytest.mark.parametrize("name", ["a", "example.com/a-b_c", "Æsc—1", "\x7f"])
def test_names_that_c2sp_allows_are_taken(name: str) -> None:
    assert is_key_name(name)


@pytest.mark.parametrize(
    "name", ["", "a b", "a+b", "a\n", "\ta", "\u00a0", "a\u2003", "\u3000", "\x85", "\x00", "\x1b", "\udc80"]
)
def test_names_that_c2sp_forbids_are_refused(name: str) -> None:
    assert not is_key_name(name)
    said = re.escape("the name of a key is not empty and has no space, no '+' and no control character in it")
    with pytest.raises(BadKey, match=f"^{said}$"):
        SigningKey(name, ED25519, bytes(32))
    with pytest.raises(BadKey, match=f"^{said}$"):
        VerifierKey(name, ED25519, bytes(32))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_keys_of_another_length_are_refused(length: int) -> None:
    with pytest.raises(BadKey, match=f"^a private key of type 0x04 has 32 bytes, not {length}$"):
        SigningKey("x", COSIGNATURE, bytes(length))
    with pytest.raises(BadKey, match=f"^a public key of type 0x01 has 32 bytes, not {length}$"):
        VerifierKey("x", ED25519, bytes(length))


def test_a_type_that_is_not_known_is_refused_and_told() -> None:
    said = re.escape("keys of type 0x06 are not known; known are 0x01 (Ed25519), 0x04 (cosignature/v1)")
    with pytest.raises(BadKey, match=f"^{said}$"):
        VerifierKey("x", 0x06, bytes(1312))
    with pytest.raises(BadKey, match=f"^{said}$"):
        SigningKey("x", 0x06, bytes(32))


def test_mangled_keys_are_refused() -> None:
    """Every part of a key, and every key with one character changed, as the tests of sumdb/note have it."""
    for text, kind in ((PUBLIC, VerifierKey), (SECRET, SigningKey)):
        every = {text[start:stop] for start in range(len(text)) for stop in range(start, len(text) + 1)} - {text}
        every |= {text[:at] + chr(ord(text[at]) + 1) + text[at + 1 :] for at in range(len(text))}
        every |= {text + "\n", f" {text}", text.replace("c74f20a3", "C74F20A3"), text.lower()}
        for mangled in every:
            with pytest.raises(BadKey):
                kind.parse(mangled)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", VERIFIER_FORM),
        ("PeterNeumann+c74f20a3", VERIFIER_FORM),
        ("PeterNeumann+c74f20a3+", VERIFIER_FORM),
        ("PeterNeumann+c74f20a3+A", VERIFIER_FORM),
        (
            "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "keys of type 0x65 are not known; known are 0x01 (Ed25519), 0x04 (cosignature/v1)",
        ),
        (
            "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEQ==",
            "a public key of type 0x01 has 32 bytes, not 36",
        ),
        (
            PUBLIC.replace("c7", "c8"),
            "the id of the verifier key is not that of its name and data: it was changed or miscopied",
        ),
        (SECRET, "this is a private key, where a verifier key is asked for: never give it away"),
    ],
)
def test_what_is_no_verifier_key_is_refused_with_its_reason(text: str, said: str) -> None:
    refused(text, VerifierKey, said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", PRIVATE_FORM),
        (PUBLIC, PRIVATE_FORM),
        (SECRET.replace("KEY", "key"), PRIVATE_FORM),
        (SECRET.replace("PRIVATE", "PUBLIC"), PRIVATE_FORM),
        (SECRET + "=", PRIVATE_FORM),
        (SECRET.rpartition("+")[0] + "+", PRIVATE_FORM),
        (SECRET.replace("+AYEK", "+BgEK"), PRIVATE_FORM),
        (
            SECRET.replace("c7", "c8"),
            "the id of the private key is not that of its name and data: it was changed or miscopied",
        ),
        (
            SECRET.replace("HKDFz", "HKDGz"),
            "the id of the private key is not that of its name and data: it was changed or miscopied",
        ),
        (SECRET[:-4], "a private key of type 0x01 has 32 bytes, not 29"),
    ],
)
def test_what_is_no_private_key_is_refused_with_its_reason(text: str, said: str) -> None:
    refused(text, SigningKey, said)


@given(
    st.binary(min_size=1, max_size=60),
    st.sampled_from(["", "AA+", "x+c74f20a3+", "PRIVATE+KEY+", "PRIVATE+KEY+x+00000000+"]),
)
def test_no_error_shows_any_part_of_a_private_key(secret: bytes, before: str) -> None:
    """However a key file is damaged, what it holds is not told."""
    encoded = base64_text(secret)
    for text in (before + encoded, encoded, f"PRIVATE+KEY+{encoded.rstrip('=') or 'x'}+00000000+{encoded}"):
        with pytest.raises(BadKey) as told:
            SigningKey.parse(text)
        assert re.fullmatch(
            re.escape(PRIVATE_FORM)
            + r"|the id of the private key is not that .*|a private key of type 0x0[14] has 32 bytes, not \d+"
            + r"|the name of a key is not empty .*",
            str(told.value),
        )


def test_a_private_key_does_not_show_itself(log_key: SigningKey) -> None:
    shown = repr(log_key) + str(log_key)
    assert log_key.name in shown
    assert base64_text(log_key.private)[:8] not in shown
    assert repr(log_key.private)[2:20] not in shown
    assert log_key.private.hex()[:8] not in shown


def test_cryptography_is_imported_only_to_sign_or_verify() -> None:
    """Trees, proofs and reading notes and keys work without it, and importing them stays fast."""
    code = (
        "import sys; from oplog.integrity import proof; from oplog.integrity.signing import VerifierKey; "
        f"key = VerifierKey.parse({PUBLIC!r}); assert 'cryptography' not in sys.modules; "
        "from oplog.integrity.signing import Signature; key.verify(b'', Signature('x', b'', bytes(64))); "
        "print('cryptography' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603 (our own code)
    assert (done.stdout, done.stderr) == ("True\n", "")


def test_without_cryptography_the_way_out_is_told(monkeypatch: pytest.MonkeyPatch, log_key: SigningKey) -> None:
    public = VerifierKey.parse(PUBLIC)
    for name in [name for name in sys.modules if name.partition(".")[0] == "cryptography"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "cryptography", None)
    said = re.escape("signatures need the package 'cryptography': pip install 'oplog[integrity]'")
    with pytest.raises(MissingExtra, match=f"^{said}$"):
        log_key.sign(b"text\n")
    with pytest.raises(MissingExtra, match=f"^{said}$"):
        public.verify(b"text\n", Signature("x", b"0000", bytes(64)))
