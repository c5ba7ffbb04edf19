"""The C library that counts, logs and breaks what a process does to the files of one folder: built, preloaded, steered."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

SOURCE = Path(__file__).with_name("shim.c")
ROOT = SOURCE.parents[2]

WRITE, SYNC, CUT, OPEN, NAME, READ, MAP, LOCK, FOLDER = (1 << bit for bit in range(9))
CHANGES = WRITE | SYNC | CUT | OPEN | NAME | FOLDER
"""Every call that changes a file, or the folder."""
KILL_BEFORE, KILL_HALF, KILL_AFTER, FAIL, FAIL_HALF, FAIL_AFTER, SHORT, DROP = range(1, 9)
FOR_EVER = 1 << 40


@dataclass(frozen=True, slots=True)
class Fault:
    """What is done to some kinds of call: from the `at`-th on, so many times."""

    name: str
    kinds: int
    action: int
    number: int = 0
    times: int = 1


KILLS = (
    Fault("killed before a call", CHANGES, KILL_BEFORE),
    Fault("killed half-way through a write", WRITE, KILL_HALF),
    Fault("killed after a call, before it returns", CHANGES, KILL_AFTER),
)
ERRORS = (
    Fault("a write fails (EIO)", WRITE, FAIL, errno.EIO),
    Fault("half a write, then EIO", WRITE, FAIL_HALF, errno.EIO),
    Fault("a write is done, yet says EIO", WRITE, FAIL_AFTER, errno.EIO),
    Fault("writes fail from now on (EIO)", WRITE | SYNC | CUT, FAIL, errno.EIO, FOR_EVER),
    Fault("disk full at a write (ENOSPC)", WRITE, FAIL, errno.ENOSPC),
    Fault("disk full half-way through a write", WRITE, SHORT, errno.ENOSPC, 3),
    Fault("disk full from now on", WRITE, SHORT, errno.ENOSPC, FOR_EVER),
    Fault("disk full, no new file either", WRITE | OPEN, FAIL, errno.ENOSPC, FOR_EVER),
    Fault("quota used up (EDQUOT)", WRITE, FAIL, errno.EDQUOT, FOR_EVER),
    Fault("the file system turns read-only", WRITE | CUT | OPEN | NAME, FAIL, errno.EROFS, FOR_EVER),
    Fault("a write is short", WRITE, SHORT, errno.EIO),
    Fault("a write is interrupted (EINTR)", WRITE, FAIL, errno.EINTR),
    Fault("a sync fails (EIO)", SYNC, FAIL, errno.EIO),
    Fault("a sync fails and the pages are dropped", SYNC, DROP, errno.EIO),
    Fault("a sync fails (ENOSPC)", SYNC, FAIL, errno.ENOSPC),
    Fault("syncs fail from now on", SYNC, FAIL, errno.EIO, FOR_EVER),
    Fault("a sync of the folder fails (EIO)", FOLDER, FAIL, errno.EIO),
    Fault("a truncation fails", CUT, FAIL, errno.EIO),
    Fault("a file does not open (EIO)", OPEN, FAIL, errno.EIO),
    Fault("no descriptor is left (EMFILE)", OPEN, FAIL, errno.EMFILE, 3),
    Fault("a file is not removed", NAME, FAIL, errno.EIO),
    Fault("a read fails (EIO)", READ, FAIL, errno.EIO),
    Fault("reads fail from now on", READ, FAIL, errno.EIO, FOR_EVER),
    Fault("no memory is mapped (ENOMEM)", MAP, FAIL, errno.ENOMEM),
    Fault("no lock is given (ENOLCK)", LOCK, FAIL, errno.ENOLCK),
    Fault("no lock is given, five times", LOCK, FAIL, errno.ENOLCK, 5),
)


def missing() -> str:
    """Why there can be no shim here; empty where there can."""
    if not sys.platform.startswith("linux"):
        return "faults are injected by LD_PRELOAD, which is Linux's"
    return "" if shutil.which("gcc") else "gcc is missing, which builds the shim that injects faults"


def built(folder: Path) -> Path:
    """The shim, compiled into the folder."""
    digest = sha256(SOURCE.read_bytes()).hexdigest()[:12]
    library = folder / f"shim-{digest}.so"
    if not library.exists():
        fresh = folder / f"shim-{digest}-{os.getpid()}.so"
        command = ["gcc", "-std=gnu11", "-O1", "-Wall", "-shared", "-fPIC", "-o", str(fresh), str(SOURCE)]
        subprocess.run([*command, "-ldl", "-lpthread"], check=True, capture_output=True, text=True)
        fresh.rename(library)
    return library


def environment(library: Path) -> dict[str, str]:
    """What a Python process needs to run with the shim, and to import this package and the library."""
    path = os.pathsep.join([str(ROOT / "tests"), str(ROOT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    return {**os.environ, "LD_PRELOAD": str(library), "PYTHONPATH": path}


class Shim:
    """The shim that this process was started with."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(None)
        self._library.fault_calls.restype = ctypes.c_long
        self._library.fault_fired.restype = ctypes.c_long

    def watch(self, folder: Path, log: int = -1) -> None:
        """Looks after the files in a folder, and writes what happens to them to a descriptor."""
        self._library.fault_folder(os.fsencode(folder), log)

    def arm(self, fault: Fault, at: int) -> None:
        self._library.fault_arm(fault.kinds, ctypes.c_long(at), ctypes.c_long(fault.times), fault.action, fault.number)

    def count(self, kinds: int) -> None:
        """Lets all well, and counts calls."""
        self._library.fault_arm(kinds, ctypes.c_long(0), ctypes.c_long(0), 0, 0)

    def calls(self) -> int:
        """Calls since the arming, of the kinds that were named."""
        return int(self._library.fault_calls())

    def fired(self) -> int:
        return int(self._library.fault_fired())

    def note(self, text: str) -> None:
        """Puts a text into the log, between what was done before and after."""
        data = text.encode()
        self._library.fault_note(data, len(data))
