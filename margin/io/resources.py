"""What this machine can hold: checked before anything large is made."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def available_memory() -> int:
    """Bytes that can be allocated: MemAvailable, capped by the control group; physical memory elsewhere."""
    limits = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")] if hasattr(os, "sysconf") else []
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        limits += [1024 * int(line.split()[1]) for line in lines if line.startswith("MemAvailable")]
    except OSError:
        pass
    try:
        group = Path("/sys/fs/cgroup")
        limit, used = (group / "memory.max").read_text(), (group / "memory.current").read_text()
        limits += [int(limit) - int(used)] if limit.strip() != "max" else []
    except (OSError, ValueError):
        pass
    return min(limits, default=1 << 62)


def free_disk(folder: Path) -> int:
    """Free bytes on the file system of a folder."""
    return shutil.disk_usage(folder).free


def readable_bytes(size: int) -> str:
    """'180 MB', '2.0e+31 bytes'."""
    if size >= 10**15:
        return f"{float(size):.1e} bytes" if size < 10**300 else f"about 10^{len(bin(size)) * 30103 // 100000} bytes"
    for unit, step in (("TB", 10**12), ("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= step:
            return f"{size / step:.3g} {unit}"
    return f"{size} bytes"


def require_memory(size: int, what: str) -> None:
    """Raise MemoryError, with both numbers, when `size` bytes do not fit."""
    available = available_memory()
    if size > available:
        raise MemoryError(
            f"{what}: needs {readable_bytes(size)} of memory, {readable_bytes(available)} are available;"
            " choose a smaller n or k"
        )
