"""The address of a log in PostgreSQL: what libpq takes, and the schema. A password in it is never shown."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote

from attrs import field, frozen
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import Conninfo

from oplog.errors import CannotOpen

DEFAULT_SCHEMA = "oplog"
LONGEST_IDENTIFIER = 63
"""The bytes that PostgreSQL keeps of a name; it would cut off the rest."""
_FORM = "postgresql://USER@HOST:PORT/DATABASE?schema=NAME"


@frozen
class Address:
    """Where a log is: `conninfo` is what libpq takes and may hold a password, `told` is what may be shown."""

    conninfo: str = field(repr=False)
    schema: str
    told: str


def parse_address(where: str) -> Address:
    """Read an address of libpq's form (see `_FORM`), whose parameter `schema` is ours.

    All other parameters are libpq's own (PostgreSQL documentation, 32.1.2): sslmode, options, service and the rest, and
    what is left out is taken from the environment (PGHOST, PGPASSFILE, ...) as for every client of PostgreSQL. Raises
    `CannotOpen`, in which no value of the address is shown: any of them may hold the password.
    """
    base, _, query = where.partition("?")
    user, found, place = base.partition("://")[2].partition("@")
    if "@" in place or (found and "/" in user):
        raise CannotOpen(
            f"the address cannot be read; expected {_FORM}, with @ and / in a password written as %40 and %2F"
        )
    parameters = [part for part in query.split("&") if part]
    known = {option.keyword.decode() for option in Conninfo.get_defaults()} | {"ssl", "schema"}
    for name in (unquote(part.partition("=")[0]) for part in parameters):
        if name not in known:
            raise CannotOpen(f"the address has an unknown parameter {name!r}; expected schema, or one of libpq's")
    ours = [unquote(part.partition("=")[2]) for part in parameters if unquote(part.partition("=")[0]) == "schema"]
    if len(ours) > 1:
        raise CannotOpen("the address names the schema more than once")
    schema = _checked(ours[0] if ours else DEFAULT_SCHEMA)
    rest = "&".join(part for part in parameters if unquote(part.partition("=")[0]) != "schema")
    try:
        given = conninfo_to_dict(base + ("?" + rest if rest else ""))
        conninfo = make_conninfo("", **{"fallback_application_name": "oplog", "connect_timeout": "10", **given})
    except (ProgrammingError, UnicodeError):
        raise CannotOpen(f"the address cannot be read; expected {_FORM}, other characters written as %20") from None
    return Address(conninfo, schema, _told(schema, given))


def _checked(schema: str) -> str:
    if not schema or "\0" in schema or len(schema.encode(errors="replace")) > LONGEST_IDENTIFIER:
        raise CannotOpen(f"the schema {schema!r}: expected a name of 1 to {LONGEST_IDENTIFIER} bytes")
    if "%" in schema:
        raise CannotOpen(f"the schema {schema!r}: expected a name without a per cent sign")
    if schema.startswith("pg_") or schema == "information_schema":
        raise CannotOpen(f"the schema {schema!r} is PostgreSQL's own; name another")
    return schema


def _told(schema: str, given: Mapping[str, object]) -> str:
    database, host = given.get("dbname") or given.get("service"), given.get("host") or given.get("hostaddr")
    return f"schema {schema}" + (f" of database {database}" if database else "") + (f" at {host}" if host else "")
