"""Limits of this computer: what can be done about them at the start, and how they are told."""

import mmap
import os

_FILES_WANTED = 4096
_LEAST_MEMORY_BYTES = 128 << 20
LEAST_FILES = 128
"""Fewer open files than connections, pipes and temporary files take together is no audit."""
LEAST_ADDRESSES_MB = 448
"""With fewer, threads get no memory for their stacks: such a thread of Python may never begin,
and whoever started it waits for it without end (https://github.com/python/cpython/issues/140746).
"""


def prepare() -> str | None:
    """Take what this account may have anyway, and leave alone what nothing here needs.

    Gives one sentence where there is too little memory to begin with; else None.
    """
    # numpy's linear algebra, which nothing here uses, reserves memory for each processor, and
    # ends the program by itself where there is none.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        import resource
    except ImportError:
        return None
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _FILES_WANTED if hard == resource.RLIM_INFINITY else min(hard, _FILES_WANTED)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    if soft == resource.RLIM_INFINITY:
        return None
    try:
        # Libraries in C end the program where they get none; so whether there is some is tried.
        mmap.mmap(-1, _LEAST_MEMORY_BYTES).close()
    except OSError:
        return (
            f"this program may take {soft >> 20} MB of memory, which is too little to begin with; "
            "allow more with: ulimit -v unlimited"
        )
    return None


def too_few_files() -> str | None:
    """One sentence where this account may open fewer files than an audit takes; else None."""
    try:
        import resource
    except ImportError:
        return None
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= LEAST_FILES:
        return None
    return (
        f"this program may open {soft} files at a time, and an audit takes up to {LEAST_FILES}; "
        f"allow that many with: ulimit -n {LEAST_FILES}"
    )


def too_little_memory() -> str | None:
    """One sentence where this account may take less memory than an audit does; else None."""
    try:
        import resource
    except ImportError:
        return None
    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    if soft == resource.RLIM_INFINITY or soft >= LEAST_ADDRESSES_MB << 20:
        return None
    return (
        f"this program may take {soft >> 20} MB of memory, and an audit takes up to"
        f" {LEAST_ADDRESSES_MB} MB at least; allow more with: ulimit -v unlimited"
    )


def told(error: BaseException) -> str | None:
    """One sentence with a remedy where a limit of this computer ended the program; else None."""
    from connectors.transport.own_limits import REMEDY, own_limit

    if words := own_limit(error):
        return f"{words}. {REMEDY}"
    if isinstance(error, PermissionError) and isinstance(error.filename, str):
        return (
            f"this account may not look at {error.filename}. Give it the permission, or name "
            "another place."
        )
    if isinstance(error, FileNotFoundError) and error.strerror is not None:
        # So `tempfile` says that it found no directory at all.
        if error.strerror.startswith("No usable temporary directory"):
            return (
                "no directory for temporary files can be written to. Free space, or name one in "
                "the variable TMPDIR."
            )
    return None
