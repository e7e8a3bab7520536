"""What the parts of a run that is stored, or looked back at, have in common."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from msgspec import Struct
from sqlalchemy.engine import Connection

from auditor.differences.values import Run

T = TypeVar("T")
AT_A_TIME = 500
"""Values in one statement: SQLite takes no more than some thousand."""


class Context(Struct, frozen=True):
    """One run within a transaction: `number` is its own; `old` is the run before, None: none."""

    connection: Connection
    environment: int
    number: int
    old: Run | None
    new: Run


def chunks(values: Sequence[T], size: int = AT_A_TIME) -> Iterator[Sequence[T]]:
    """The values, some at a time."""
    for first in range(0, len(values), size):
        yield values[first : first + size]


def text(value: str) -> str:
    """A text as every database takes it: no NUL, no half of a surrogate pair."""
    return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
