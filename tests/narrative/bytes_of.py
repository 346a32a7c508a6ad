"""All that lies in the bytes of a document, unpacked: what a search for something must look through."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

import pypdf

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


def unpacked(data: bytes) -> list[bytes]:
    """The bytes themselves, and those of every file of an archive and every stream and page of a PDF."""
    found = [data]
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for one in archive.infolist():
                found += [one.filename.encode(), one.comment, one.extra, *unpacked(archive.read(one))]
    if data.startswith(b"%PDF"):
        found += [*streams(data), *_pages(data)]
    return found


def streams(data: bytes) -> list[bytes]:
    """The streams of a PDF that were packed, unpacked."""
    return [inflated for packed in _STREAM.findall(data) if (inflated := _inflate(packed)) is not None]


def holds(data: bytes, word: str) -> bool:
    """Whether a word (ASCII) stands anywhere in it, in any case and in the encodings that documents use."""
    forms = [word.encode(), word.encode("utf-16-be"), word.encode("utf-16-le")]
    forms += [form.hex().encode() for form in forms]
    wanted = [form.lower() for form in forms]
    return any(form in part.lower() for part in unpacked(data) for form in wanted)


def _inflate(packed: bytes) -> bytes | None:
    try:
        return zlib.decompressobj().decompress(packed)
    except zlib.error:  # a stream that was not packed is found in the bytes as they are
        return None


def _pages(data: bytes) -> list[bytes]:
    """The text of the pages, which stands in a PDF as the numbers of its glyphs."""
    reader = pypdf.PdfReader(io.BytesIO(data))
    texts = [page.extract_text() for page in reader.pages]
    texts += [str(value) for value in (reader.metadata or {}).values()]
    return ["".join(text.split()).encode() for text in texts]
