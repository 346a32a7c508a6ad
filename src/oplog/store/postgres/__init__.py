"""A log in a schema of a PostgreSQL database, over psycopg 3 and the library's PostgreSQL recorder.

Only `open_postgres` and `make_postgres` are for the rest of oplog. What they need is installed by the extra
`postgresql` and imported when a log in PostgreSQL is opened, not before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from oplog.errors import MissingExtra

if TYPE_CHECKING:
    from oplog.store.sql import SqlRecorder
    from oplog.store.store import Store


def open_postgres(where: str, about: Mapping[str, str] | None, *, despite_risks: bool) -> Store:
    """Open the log at a "postgresql://" address; make it first, with what is said `about` it, unless that is None.

    Raises `MissingExtra` when psycopg is not installed, and `CannotOpen` as `oplog.store.opening.open_store` does.
    """
    _check_psycopg()
    from oplog.store.postgres.opening import open_log

    return open_log(where, about, despite_risks=despite_risks)


def make_postgres(where: str, about: Mapping[str, str], fill: Callable[[SqlRecorder], None]) -> None:
    """Make a log at a "postgresql://" address and have it filled, in one transaction: all of it is there, or nothing.

    Raises as `open_postgres` does; what `fill` raises undoes all.
    """
    _check_psycopg()
    from oplog.store.postgres.opening import make_log

    make_log(where, about, fill)


def _check_psycopg() -> None:
    try:
        import psycopg  # noqa: F401 - asked first, so that another module that is missing is not taken for it
        import psycopg_pool  # noqa: F401
    except ImportError as error:
        raise MissingExtra(
            f"a log in PostgreSQL needs psycopg ({error}); install it with: pip install 'oplog[postgresql]'"
        ) from None
