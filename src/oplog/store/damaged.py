"""Reading what a damaged database still gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from oplog.errors import Damaged
from oplog.store.recorder import Unread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oplog.store.recorder import LogRecorder, StoredRow

MOST_PASSED_OVER = 1000
"""How many events that a damaged database does not give are passed over before the rest is given up."""


def readable_rows(recorder: LogRecorder, until: int, page_length: int) -> Iterator[StoredRow | Unread]:
    """The stored events up to a position, and in their places those that cannot be read; see `Store.stored_rows`."""
    after: int | None = None
    limit, passed_over = page_length, 0
    unread: Unread | None = None
    while after is None or after < until:
        told = ""
        try:
            page = recorder.stored_rows(after, until, limit)
        except Damaged as error:
            page, told = [], str(error)
            if limit > 1:  # all up to the one that cannot be read
                limit = 1
                continue
        here = (after or 0) + 1
        if unread and not (told == unread.told and here == unread.last + 1):
            yield unread
            unread = None
        if page:
            yield from page
            if after is not None and page[-1].row.position <= after:  # in a damaged file, what comes may lead back
                break
            after = page[-1].row.position
        elif passed_over == MOST_PASSED_OVER:
            break
        else:
            if told:
                unread = evolve(unread, last=here) if unread else Unread(here, here, told)
            after, limit, passed_over = here, page_length, passed_over + 1
    if unread:
        yield unread
