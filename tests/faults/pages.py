"""Where the bytes of a SQLite file are used, and for what (https://sqlite.org/fileformat2.html, section 1.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE_HEADER = 100
HEADERS = {0x02: 12, 0x05: 12, 0x0A: 8, 0x0D: 8}
"""The size of a page's header by its kind: index interior, table interior, index leaf, table leaf."""
TABLE_INTERIOR, TABLE_LEAF = 0x05, 0x0D
STRUCTURE, CELL, UNUSED = "structure", "cell", "unused"


def page_size(database: bytes) -> int:
    """The size of a page."""
    return int.from_bytes(database[16:18])


def kind_of(database: bytes, offset: int) -> int:
    """The kind of the page on which a byte lies."""
    size = page_size(database)
    return database[max(offset - offset % size, FILE_HEADER if offset < size else 0)]


def uses(database: bytes) -> Iterator[str]:
    """What each byte is used for: headers and pointers ("structure"), the cells that they lead to, or nothing."""
    size = page_size(database)
    for start in range(0, len(database), size):
        yield from _uses_of_page(database[start : start + size], FILE_HEADER if start == 0 else 0)


def _uses_of_page(page: bytes, start: int) -> list[str]:
    header = start + HEADERS[page[start]]
    pointers = header + 2 * int.from_bytes(page[start + 3 : start + 5])
    cells = int.from_bytes(page[start + 5 : start + 7])
    return [STRUCTURE] * pointers + [UNUSED] * (cells - pointers) + [CELL] * (len(page) - cells)


def last_key(database: bytes) -> int:
    """Where the last key stands by which the rows of the first table of several pages are found."""
    size = page_size(database)
    page = next(start for start in range(size, len(database), size) if database[start] == TABLE_INTERIOR)
    cells = int.from_bytes(database[page + 3 : page + 5])
    pointer = page + HEADERS[TABLE_INTERIOR] + 2 * (cells - 1)
    return page + int.from_bytes(database[pointer : pointer + 2]) + 4
