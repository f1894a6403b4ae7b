"""The processor's time that another process has used, as Linux counts it."""

from __future__ import annotations

import os
from pathlib import Path


def used(pid: int) -> float:
    """Return the CPU seconds of a process, in user and system. Raises ``OSError`` where it is gone."""
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def parent(pid: int) -> int:
    """Return the process that started a process."""
    return int(_stat(pid)[1])


def used_below(pid: int) -> float:
    """Return the CPU seconds of the processes that a process has started and that still run."""
    seconds = 0.0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            seconds += used(int(folder.name)) if parent(int(folder.name)) == pid else 0.0
        except OSError:  # ended meanwhile
            continue
    return seconds


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
