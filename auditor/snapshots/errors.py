"""The one way in which a snapshot is refused."""

from pathlib import Path

from connectors.columnar.encodings import Malformed

__all__ = ["Malformed", "SnapshotError"]


class SnapshotError(Exception):
    """A snapshot cannot be used: which file, what is wrong and where, and what to do.

    `offset` is the byte at which the first fault was met, None where it has no place.
    """

    def __init__(
        self, path: Path | str, reason: str, remedy: str, *, offset: int | None = None
    ) -> None:
        where = "" if offset is None else f" (at byte {offset})"
        super().__init__(f"{path}: {reason}{where}. {remedy}")
        self.path = path
        self.reason = reason
        self.remedy = remedy
        self.offset = offset
