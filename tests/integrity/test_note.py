"""Notes are those of C2SP signed-note: read strictly, written back byte for byte, believed only when signed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oplog.errors import BadKey, Malformed, NotSigned
from oplog.integrity.note import MAX_SIGNATURES, Note, signature_lines
from oplog.integrity.signing import ED25519, Signature, SigningKey, VerifierKey

# The example of C2SP signed-note.
C2SP_KEY = VerifierKey.parse("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
C2SP_NOTE = """\
This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
"""
# The first example of C2SP signed-note, whose text has a blank line; its key is not published.
POEM = """\
Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
"""
# The example of golang.org/x/mod/sumdb/note, with one and with two signatures.
NEUMANN = SigningKey.parse("PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")
ENOCH = SigningKey("EnochRoot", ED25519, bytes(32))
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
ONE = f"""\
{TEXT}
— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""
TWO = f"""\
{ONE}\
— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=
"""
LINE = ONE.splitlines()[-1]

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=[*map(chr, range(32))]), max_size=20)
bodies = st.lists(texts, min_size=1, max_size=4).map(lambda lines: "".join(f"{line}\n" for line in lines))
names = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"], exclude_characters="+"), min_size=1, max_size=8)
signatures = st.builds(
    Signature, name=names, key_id=st.binary(min_size=4, max_size=4), data=st.binary(min_size=1, max_size=80)
)


def test_the_example_of_c2sp_is_verified() -> None:
    note = Note.parse(C2SP_NOTE.encode())
    assert note.text == "This is an example message.\n"
    assert note.verified([C2SP_KEY]) == ((C2SP_KEY, note.signatures[0]),)
    assert note.to_bytes() == C2SP_NOTE.encode()


def test_the_text_may_have_blank_lines() -> None:
    """The last blank line parts it from the signatures."""
    note = Note.parse(POEM.encode())
    assert note.text.count("\n") == 4
    assert note.text.endswith("sole:\n\ned è subito sera.\n")
    assert [(s.name, s.key_id.hex()) for s in note.signatures] == [("quasimodo.example/salvatore", "367ba04b")]
    assert note.to_bytes() == POEM.encode()
    with pytest.raises(NotSigned, match=r"^none of the keys that are trusted signed this$"):
        note.verified([C2SP_KEY])


def test_signing_gives_the_bytes_that_the_package_of_go_gives() -> None:
    """One signature, then a second one below it."""
    one = Note(TEXT).signed(NEUMANN.sign(TEXT.encode()))
    assert one.to_bytes() == ONE.encode()
    two = Note.parse(one.to_bytes()).signed(ENOCH.sign(TEXT.encode()))
    assert two.to_bytes() == TWO.encode()
    assert [key.name for key, _ in two.verified([ENOCH.verifier, NEUMANN.verifier])] == ["PeterNeumann", "EnochRoot"]


def test_a_second_signature_by_one_key_takes_the_place_of_the_first() -> None:
    stale = Signature("PeterNeumann", NEUMANN.verifier.id, b"stale")
    other = Signature("PeterNeumann", b"0000", b"another key of this name")
    note = Note(TEXT, (stale, other)).signed(NEUMANN.sign(TEXT.encode()))
    assert note.signatures == (other, NEUMANN.sign(TEXT.encode()))


def test_signatures_by_unknown_keys_are_passed_over() -> None:
    """Also those that share a name or an id, but not both, with a key that is trusted."""
    good = NEUMANN.sign(TEXT.encode())
    same_name = Signature("PeterNeumann", b"0000", b"x")
    same_id = Signature("Peter", good.key_id, b"x")
    note = Note(TEXT, (same_name, good, same_id))
    assert note.verified([NEUMANN.verifier]) == ((NEUMANN.verifier, good),)
    with pytest.raises(NotSigned, match=r"^none of the keys that are trusted signed this$"):
        Note(TEXT, (same_name, same_id)).verified([NEUMANN.verifier])
    with pytest.raises(NotSigned, match=r"^none of the keys that are trusted signed this$"):
        note.verified([])


def test_one_false_signature_by_a_trusted_key_spoils_the_note() -> None:
    """Whether a true one stands before it or after it, by another key or by the same."""
    true, enoch = NEUMANN.sign(TEXT.encode()), ENOCH.sign(TEXT.encode())
    false = Signature(true.name, true.key_id, bytes(64))
    keys = [NEUMANN.verifier, ENOCH.verifier]
    said = re.escape("the signature by PeterNeumann (key c74f20a3) is false: the text or the signature was changed")
    for found in ((enoch, false), (false, enoch), (true, false), (false, true)):
        with pytest.raises(NotSigned, match=f"^{said}$"):
            Note(TEXT, found).verified(keys)


def test_two_keys_that_cannot_be_told_apart_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same key twice is one key; two that collide are not guessed between."""
    note, good = Note(TEXT, (NEUMANN.sign(TEXT.encode()),)), NEUMANN.verifier
    assert len(note.verified([good, good])) == 1
    monkeypatch.setattr(VerifierKey, "id", good.id)
    collides = VerifierKey(good.name, ED25519, bytes(32))
    said = re.escape("two keys that differ have the name PeterNeumann and the id c74f20a3: one of them is false")
    with pytest.raises(BadKey, match=f"^{said}$"):
        note.verified([good, collides])


@given(bodies, st.lists(signatures, min_size=1, max_size=4))
def test_every_note_survives_the_round_trip(text: str, found: list[Signature]) -> None:
    note = Note(text, tuple(found))
    assert Note.parse(note.to_bytes()) == note


@given(st.data())
def test_bytes_that_are_read_are_those_that_would_be_written(data: st.DataObject) -> None:
    """However a note is damaged, it is refused or gives its own bytes back: nothing is passed over."""
    good = TWO.encode()
    at = data.draw(st.integers(0, len(good)))
    piece = data.draw(st.sampled_from([b"", b"\n", b" ", b"=", b"A", "—".encode(), b"\xff"]))
    cut = data.draw(st.integers(0, 3))
    changed = good[:at] + piece + good[at + cut :]
    try:
        assert Note.parse(changed).to_bytes() == changed
    except Malformed:
        assert changed != good


@given(st.integers(0, len(TEXT) - 2), st.characters(exclude_categories=["Cs", "Cc"]))
def test_no_letter_of_the_text_can_be_changed(at: int, letter: str) -> None:
    changed = ONE[:at] + letter + ONE[at + 1 :]
    if changed != ONE:
        with pytest.raises(NotSigned):
            Note.parse(changed.encode()).verified([NEUMANN.verifier])


SIGNATURE = "expected a signature: an em dash, the name of a key, and Base64"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("", "expected a text, a blank line and signatures: there is no blank line"),
        (TEXT, "expected a text, a blank line and signatures: there is no blank line"),
        (f"\n{LINE}\n", "expected a text, a blank line and signatures: there is no blank line"),
        (f"{TEXT}\n", "line 4: expected a signature, ended by a new line"),
        (f"{TEXT}\n{LINE}", "line 4: expected a signature, ended by a new line"),
        (f"{TEXT}\n{LINE}\n{LINE}", "line 5: expected a signature, ended by a new line"),
        (f"{TEXT}\n{LINE}\n\n", "line 6: expected a signature, ended by a new line"),
        (f"{TEXT}\n{LINE}\nx\n", f"line 5: {SIGNATURE}"),
        (f"{TEXT}\n{LINE[1:]}\n", f"line 4: {SIGNATURE}"),
        (f"{TEXT}\n{LINE.replace('—', '-')}\n", f"line 4: {SIGNATURE}"),
        (f"{TEXT}\n{LINE.replace('Peter', 'Peter+')}\n", f"line 4: {SIGNATURE}"),
        (f"{TEXT}\n{LINE.replace('Peter', 'Peter ')}\n", f"line 4: {SIGNATURE}"),
        (f"{TEXT}\n{LINE.replace('— ', '—  ')}\n", f"line 4: {SIGNATURE}"),
        (f"{TEXT}\n— Peter \n", f"line 4: {SIGNATURE}"),
        (f"{TEXT}\n— Peter\n", f"line 4: {SIGNATURE}"),
        (f"{TEXT}\n— Peter AAAAAA==\n", f"line 4: {SIGNATURE}"),
        (f"{TEXT}\n{LINE}\n{LINE} \n", f"line 5: {SIGNATURE}"),
        (f"{TEXT}\r\n{LINE}\n", "line 3: expected text without control characters or lone surrogates"),
        (f"{TEXT}\n" + f"{LINE}\n" * 101, "line 104: expected no more than 100 signatures"),
    ],
    ids=range(19),
)
def test_what_is_no_note_is_refused_with_its_line(data: str, said: str) -> None:
    with pytest.raises(Malformed, match=f"^{re.escape(said)}$"):
        Note.parse(data.encode())


def test_a_hundred_signatures_and_the_shortest_one_are_read() -> None:
    """C2SP asks for sixteen at least; one byte after the id is the least that a signature can have."""
    many = f"{TEXT}\n" + f"{LINE}\n" * 100
    assert len(Note.parse(many.encode()).signatures) == MAX_SIGNATURES == 100
    assert Note.parse(f"{TEXT}\n— Peter AAAAAAA=\n".encode()).signatures == (Signature("Peter", bytes(4), b"\0"),)
    assert Note.parse(f"\n\n{LINE}\n".encode()).text == "\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the text of a note ends with a new line"),
        ("x", "the text of a note ends with a new line"),
        ("x\ty\n", "line 1: expected text without control characters or lone surrogates"),
        ("\ud800\n", "line 1: expected text without control characters or lone surrogates"),
    ],
)
def test_a_text_that_cannot_be_a_note_is_refused(text: str, said: str) -> None:
    with pytest.raises(Malformed, match=f"^{said}$"):
        Note(text)


def test_a_note_that_could_not_be_read_back_is_not_written() -> None:
    with pytest.raises(Malformed, match=r"^a note has between 1 and 100 signatures, not 0$"):
        Note(TEXT).to_bytes()
    many = Note(TEXT, (Signature("x", bytes(4), b"x"),) * 101)
    with pytest.raises(Malformed, match=r"^a note has between 1 and 100 signatures, not 101$"):
        many.to_bytes()
    assert len(Note.parse(Note(TEXT, many.signatures[1:]).to_bytes()).signatures) == 100
    longest = Note("x" * (1048576 - 17) + "\n", (Signature("x", bytes(4), b"x"),))
    assert len(longest.to_bytes()) == 1048576
    with pytest.raises(Malformed, match=r"^a note has no more than 1048576 bytes, not 1048577$"):
        Note(f"x{longest.text}", longest.signatures).to_bytes()


def test_signature_lines_are_those_under_a_note() -> None:
    assert signature_lines(Note.parse(TWO.encode()).signatures) == TWO.removeprefix(f"{TEXT}\n")
    assert signature_lines([]) == ""
