"""UmaDB from its package, on a free port of this machine, with one database a server."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

from servers.server import Server


class UmaDB(Server):
    """An UmaDB server; its database lies in `home`."""

    @property
    def url(self) -> str:
        """The address that the persistence module takes as UMADB_URI."""
        return f"http://{(self.home / 'address').read_text()}"

    def prepare(self) -> None:
        """Choose a free port, and keep it for every start."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            (self.home / "address").write_text(f"127.0.0.1:{free.getsockname()[1]}")

    def command(self) -> list[str]:
        """Give the server's command line."""
        program = Path(sys.executable).with_name("umadb")
        listen = (self.home / "address").read_text()
        return [str(program), "--listen", listen, "--db-path", str(self.home / "uma.db")]

    def answers(self) -> bool:
        """Tell whether something listens on the port."""
        host, _, port = (self.home / "address").read_text().partition(":")
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
        except OSError:
            return False
        return True
