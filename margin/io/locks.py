"""One process at a time in a folder: a lock that ends with its process, also one that was killed.

The lock is a file that holds the number of its process. Where the system has `flock`, the kernel holds the lock and
drops it when the process ends; elsewhere, and on file systems without it, the file itself is the lock, and one whose
process is gone is taken over.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

LOCK = ".lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder. Raises BlockingIOError, naming the process, where another holds it."""
    path = folder / LOCK
    handle = _flocked(path) if fcntl is not None else None
    if handle is None:
        _take_over(path)
    try:
        yield
    finally:
        with suppress(OSError):  # the file may be gone with its folder
            path.unlink()
        if handle is not None:
            os.close(handle)


def _flocked(path: Path) -> int | None:
    """The open file of the kernel's lock; None where the file system knows none and the file was there before."""
    assert fcntl is not None
    while True:
        try:
            handle, made = _opened(path)
        except FileNotFoundError:
            if not path.parent.is_dir():
                raise
            continue  # removed by who held it, since it was seen
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise _refusal(path) from None
        except OSError:
            if made:  # then the file itself is the lock
                os.write(handle, b"%d\n" % os.getpid())
                return handle
            os.close(handle)
            return None
        with suppress(FileNotFoundError):
            # who held it before may have removed the file between opening and locking: then it locks nothing
            if os.path.samestat(os.fstat(handle), path.stat()):
                os.ftruncate(handle, 0)
                os.write(handle, b"%d\n" % os.getpid())
                return handle
        os.close(handle)


def _opened(path: Path) -> tuple[int, bool]:
    """The open file, and whether it was made for it."""
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666), True
    except FileExistsError:
        return os.open(path, os.O_RDWR), False


def _take_over(path: Path) -> None:
    """Make the file of the lock, in place of one whose process is gone."""
    for attempt in range(2):
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        except FileExistsError:
            if attempt or _alive(_holder(path)):
                raise _refusal(path) from None
            path.unlink(missing_ok=True)
        else:
            os.write(handle, b"%d\n" % os.getpid())
            os.close(handle)
            return


def _refusal(path: Path) -> BlockingIOError:
    holder = _holder(path)
    who = "another process" if holder is None else f"process {holder}"
    return BlockingIOError(f"{who} is at work in {path.parent}; wait until it has ended, or stop it")


def _holder(path: Path) -> int | None:
    """The number of the process that a lock names; None where none is written (yet)."""
    try:
        return int(path.read_bytes()[:20])
    except (OSError, ValueError):
        return None


def _alive(process: int | None) -> bool:
    """Whether a process runs; one that is not known may."""
    if process is None:
        return True
    if sys.platform == "win32":  # os.kill would end it there
        import ctypes

        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(0x00100000, False, process)  # SYNCHRONIZE
        running = bool(handle) and kernel.WaitForSingleObject(handle, 0) == 0x102  # WAIT_TIMEOUT
        kernel.CloseHandle(handle)
        return running
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):  # somebody else's process
        return True
    return True
