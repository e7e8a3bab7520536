"""How many processors this process may use."""

import os
from pathlib import Path

_QUOTA = Path("/sys/fs/cgroup/cpu.max")
"""What a container may take on Linux: microseconds, or "max", of each so many microseconds."""


def processors() -> int:
    """Those that the system and a container leave to this process; at least one."""
    if hasattr(os, "sched_getaffinity"):
        found = len(os.sched_getaffinity(0))
    else:
        found = os.cpu_count() or 1
    try:
        quota, _, period = _QUOTA.read_text().partition(" ")
        found = min(found, int(quota) // int(period))
    except (OSError, ValueError):
        return found
    return max(1, found)
