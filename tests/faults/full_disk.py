"""Fill the disk that a log lies on, make room, and go on: a program, since a limit or a mount is its process's own.

The way is "mount", a file system of its own (a tmpfs of 600 kB, which ends with the process), or "limit", the
largest file that the process may write (RLIMIT_FSIZE).
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import appends
from system_calls import SHELL

from oplog import OpLog, OplogError

SIZE = 600_000
AFTERWARDS = 3
_MOUNT = f'mount -t tmpfs -o size={SIZE} tmpfs "$0" && exec "$@"'


def mounting(folder: Path) -> tuple[str, ...]:
    """The words before a command that give it a small file system at a folder; as root in name if not in fact."""
    user = () if os.geteuid() == 0 else ("--user", "--map-root-user")
    return ("unshare", *user, "--mount", "sh", "-c", _MOUNT, str(folder))


def can_mount() -> bool:
    """Whether this machine lets a process have a file system of its own."""
    return subprocess.run((*mounting(Path("/mnt")), "true"), capture_output=True, check=False).returncode == 0


def fill(way: str, folder: Path, *, room: bool = True) -> dict[str, object]:
    """Run this program; give what it found. Without `room` the disk stays full."""
    before = mounting(folder) if way == "mount" else ()
    words = (*before, sys.executable, __file__, way, str(folder), "room" if room else "")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def main(way: str, folder: Path, room: str) -> None:
    """Fill the disk with appends, make room, append again; write what happened as JSON."""
    path, ballast = folder / "ops.db", folder / "ballast"
    appends.new_log(path)
    ballast.write_bytes(bytes(SIZE // 3))
    if way == "limit":
        resource.setrlimit(resource.RLIMIT_FSIZE, (SIZE, resource.RLIM_INFINITY))
    acknowledged: list[bytes] = []
    with OpLog.open(path) as log:
        refusal = _append(log, acknowledged, 10_000)
        refused_at_the_shell = _record(path)
        whole = appends.complaints_of(log, acknowledged)
    if room:
        ballast.unlink()
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    with OpLog.open(path) as log:
        before = len(acknowledged)
        refusal_after = _append(log, acknowledged, AFTERWARDS)
    told = {
        "acknowledged": before,
        "refusal": refusal,
        "refused_at_the_shell": refused_at_the_shell,
        "complaints": whole,
        "acknowledged_after": len(acknowledged) - before,
        "refusal_after": refusal_after,
        "complaints_after": appends.complaints(path, acknowledged),
    }
    print(json.dumps(told))


def _append(log: OpLog, acknowledged: list[bytes], count: int) -> str:
    """Append so often, or until refused; give the refusal, or nothing."""
    try:
        for _ in range(count):
            recorded = log.append(*appends.parts(f"append {len(acknowledged)}", 3))
            acknowledged.append(appends.acknowledgement(recorded))
    except OplogError as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _record(path: Path) -> list[object]:
    """Record at the shell; give the exit code and what it complained of."""
    words = ("--log", str(path), "record", "campaign", "record-note", "week", "--text", "x" * 9000)
    done = subprocess.run((*SHELL, *words), capture_output=True, text=True, check=False)
    return [done.returncode, done.stderr]


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
