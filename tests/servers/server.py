"""A server that the tests start, kill and start again."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from contextlib import contextmanager, suppress
from pathlib import Path
from signal import SIGTERM
from typing import TYPE_CHECKING, Self

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator

KEEPER = Path(__file__).with_name("keeper.py")


class Server(ABC):
    """A server with its data in the folder `home`, until the last of its users has left."""

    stop_signal = SIGTERM
    user = -1

    def __init__(self, home: Path, lock: Path | None = None) -> None:
        self.home = home
        self.lock = lock or home / "lock"

    @abstractmethod
    def prepare(self) -> None:
        """Make what the first start needs in `home`."""

    @abstractmethod
    def command(self) -> list[str]:
        """The command that runs the server in the foreground."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether the server can be used."""

    @classmethod
    @contextmanager
    def own(cls) -> Iterator[Self]:
        """A server of one's own, to be killed and started again."""
        server = cls(new_home())
        server.lock.touch()
        try:
            with server.lock.open() as lock:
                fcntl.flock(lock, fcntl.LOCK_SH)
                server.prepare()
                server.start()
                try:
                    yield server
                finally:
                    server.kill()
        finally:
            shutil.rmtree(server.home, ignore_errors=True)

    @classmethod
    @contextmanager
    def shared(cls, root: Path) -> Iterator[Self]:
        """The server that all processes of one test session share; `root` is the folder that they have in common."""
        place = root / f"{cls.__name__}.home"
        users = root / f"{cls.__name__}.users"
        users.touch()
        with users.open() as lock:
            with (root / f"{cls.__name__}.start").open("w") as start:
                fcntl.flock(start, fcntl.LOCK_EX)
                fcntl.flock(lock, fcntl.LOCK_SH)  # waits while a keeper ends the server of those who have left
                if not (place.exists() and Path(place.read_text()).exists()):
                    server = cls(new_home(), users)
                    server.prepare()
                    server.start()
                    place.write_text(str(server.home))
            yield cls(Path(place.read_text()), users)

    @property
    def pid(self) -> int:
        """The process id of the server."""
        return int((self.home / "server.pid").read_text())

    def start(self) -> None:
        """Start the server, or start it again, and wait until it answers."""
        told = [str(self.home), str(self.lock), str(int(self.stop_signal)), str(self.user)]
        # The keeper writes the new one a moment after the server began, which may answer before that.
        (self.home / "server.pid").unlink(missing_ok=True)
        with (self.home / "log").open("ab") as log:
            keeper = subprocess.Popen(  # noqa: S603 - our own script
                [sys.executable, str(KEEPER), *told, *self.command()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        for _ in range(600):
            if (self.home / "server.pid").exists() and self.answers():
                return
            if keeper.poll() is not None:
                break
            time.sleep(0.05)
        told_by_it = (self.home / "log").read_text(errors="replace")[-2000:]
        raise RuntimeError(f"{type(self).__name__} does not start:\n{told_by_it}")

    def kill(self) -> None:
        """End the server and all its children at once with SIGKILL, as a crash of the machine would; data stay."""
        with suppress(psutil.NoSuchProcess):
            server = psutil.Process(self.pid)
            processes = [server, *server.children(recursive=True)]
            for process in processes:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            while any(_runs(process) for process in processes) or psutil.pid_exists(server.pid):
                time.sleep(0.01)


def _runs(process: psutil.Process) -> bool:
    """Whether the process has not ended; one that has may lie there until its parent, or the system, looks at it."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def new_home() -> Path:
    """A folder with a short path, as the path of a socket must be, in a place that every user can reach."""
    home = Path(tempfile.mkdtemp(prefix="oplog-", dir="/tmp"))
    home.chmod(0o755)
    return home
