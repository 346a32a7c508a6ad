"""Runs a server for as long as somebody holds its lock: `keeper.py HOME LOCK SIGNAL USER COMMAND...`, by its path.

HOME is the folder of the server: its log goes there, and `server.pid`. LOCK is a file that each user of the server
holds a shared lock on; the kernel gives it free when the user ends, by whatever way. SIGNAL is the number of the signal
that asks the server to end, USER the id of the user to run it as, or -1 for one's own. When the last lock is gone, the
server is ended and HOME removed. When the server ends first, HOME is left, so that its log can be read.
"""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any


def keep(home: Path, lock: Path, signal: int, user: int, command: list[str]) -> int:
    """Run the server and give its exit code."""
    other: dict[str, Any] = {} if user == -1 else {"user": user, "group": user, "extra_groups": []}
    with (home / "log").open("ab") as log, lock.open("rb") as users:
        server = subprocess.Popen(  # noqa: S603 - the command is one of our own servers
            command, cwd=home, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **other
        )
        (home / "server.pid.new").write_text(str(server.pid))
        (home / "server.pid.new").rename(home / "server.pid")
        while server.poll() is None:
            if not _unused(users):
                time.sleep(0.1)
                continue
            server.send_signal(signal)
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:
                server.kill()
            code = server.wait()
            shutil.rmtree(home)
            return code
        return server.wait()


def _unused(users: Any) -> bool:
    """Whether nobody holds the lock; it is ours then, and whoever comes waits until the server has ended."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(keep(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5:]))
