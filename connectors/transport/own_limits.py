"""What this computer itself refuses: descriptors, memory, threads. No server is blamed for it."""

import errno
from collections.abc import Iterator

from connectors.transport.errors import SourceFailed

CODE = "own-limit"
REMEDY = (
    "Give the program more of it (`ulimit -n` for files, `ulimit -u` for threads, more memory), or "
    "close what else uses it, and run the audit again."
)
_WORDS = {
    errno.EMFILE: "no more files may be opened by this program",
    errno.ENFILE: "no more files may be opened on this computer",
    errno.ENOMEM: "there is no memory left",
    errno.ENOBUFS: "there is no memory left for connections",
    errno.EADDRNOTAVAIL: "no port of this computer is free for a connection",
}
_NO_THREAD = "can't start new thread"


def own_limit(error: BaseException) -> str | None:
    """Which limit of this computer an exception tells of; None: it tells of none."""
    for found in chain(error):
        if isinstance(found, MemoryError) or _is_unmapped(found):
            return _WORDS[errno.ENOMEM]
        if isinstance(found, OSError) and found.errno in _WORDS:
            return _WORDS[found.errno]
        if isinstance(found, RuntimeError) and str(found) == _NO_THREAD:
            return "no more threads may be started"
    return None


def own_limit_failure(error: BaseException, about: str = "") -> SourceFailed | None:
    """The failure of a source that stopped at a limit of this computer; None: at none."""
    words = own_limit(error)
    if words is None:
        return None
    place = f"{about}: " if about else ""
    return SourceFailed(f"{place}{words}", REMEDY, CODE, url=about or None)


def _is_unmapped(error: BaseException) -> bool:
    """Whether the dynamic loader, or the library that compresses, found no memory."""
    if type(error).__name__ == "ZstdError":
        return "memory" in str(error).lower() or "cannot create" in str(error).lower()
    words = str(error).lower() if isinstance(error, ImportError) else ""
    return "failed to map segment" in words or "cannot allocate memory" in words


def chain(error: BaseException) -> Iterator[BaseException]:
    """The exception and everything below it: causes, contexts, reasons and arguments."""
    seen: set[int] = set()
    waiting: list[BaseException] = [error]
    while waiting:
        found = waiting.pop(0)
        if id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        below = (found.__cause__, found.__context__, getattr(found, "reason", None), *found.args)
        waiting.extend(each for each in below if isinstance(each, BaseException))
