"""A socket between PostgreSQL and its clients that can cut a connection at the moment of a commit."""

from __future__ import annotations

import shutil
import socket
import tempfile
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Literal, Self

if TYPE_CHECKING:
    from types import TracebackType

SOCKET = ".s.PGSQL.5432"
COMMIT = b"COMMIT\0"

Cut = Literal["before", "after", "before and close", "after and close"]


class Cutter:
    """Passes on what client and server say, until `cut` says when to break off the next connection that commits.

    "before": the server never hears of the commit. "after": it commits, and its answer is lost. With "and close" all
    other connections end too, and nobody is let in any more until `open` is called. Clients connect to the folder
    `home`.
    """

    def __init__(self, server: Path) -> None:
        self._server = server / SOCKET
        self.home = Path(tempfile.mkdtemp(prefix="oplog-", dir="/tmp"))
        self.cut: Cut | None = None
        self.cuts = 0
        self._closed = False
        self._passing: list[socket.socket] = []
        self._listening = socket.socket(socket.AF_UNIX)

    def __enter__(self) -> Self:
        self._listening.bind(str(self.home / SOCKET))
        self._listening.listen(64)
        Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        shutil.rmtree(self.home)

    def open(self) -> None:
        """Let clients in again."""
        self._closed = False

    def _accept(self) -> None:
        while True:
            try:
                client = self._listening.accept()[0]
            except OSError:
                return
            if self._closed:
                client.close()
                continue
            server = socket.socket(socket.AF_UNIX)
            server.connect(str(self._server))
            self._passing += [client, server]
            Thread(target=self._pass_on, args=(client, server), daemon=True).start()

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        """What the client says; a thread of its own passes on what the server says."""
        answers = Thread(target=_copy, args=(server, client), daemon=True)
        answers.start()
        with suppress(OSError):
            while data := client.recv(65536):
                if self.cut is not None and COMMIT in data:
                    self._cut(client, server, data)
                    return
                server.sendall(data)
        _close(server)

    def _cut(self, client: socket.socket, server: socket.socket, data: bytes) -> None:
        when, self.cut = str(self.cut), None
        self.cuts += 1
        self._closed = when.endswith("close")
        if self._closed:
            for end in set(self._passing) - {client, server}:
                _close(end)
        client.shutdown(socket.SHUT_RDWR)
        if when.startswith("after"):
            server.sendall(data)
            server.shutdown(socket.SHUT_WR)
            with suppress(OSError):
                while server.recv(65536):
                    pass  # the server ends the connection when it has done what it was asked
        _close(server)


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    _close(target)


def _close(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
