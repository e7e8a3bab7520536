"""Whole columns at a time: what is asked of every value, told in C loops where values are plain.

Null (None) and what was not answered (UNSET) stay apart throughout; both are false, which is how
a column without any of them is told from one with.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from typing import Any


class Numbered(dict[Any, int]):
    """Distinct values, numbered from 0 as they are met; iterating gives them in that order."""

    def __missing__(self, value: Any) -> int:
        number = self[value] = len(self)
        return number


class Remembered(dict[Any, Any]):
    """What a function gives for a value, asked once for each distinct value of a column."""

    def __init__(self, ask: Callable[[Any], Any]) -> None:
        super().__init__()
        self._ask = ask

    def __missing__(self, value: Any) -> Any:
        found = self[value] = self._ask(value)
        return found


def mapped(values: Sequence[Any], ask: Callable[[Any], Any]) -> Iterable[Any]:
    """What the function gives for each value that is there; null, UNSET, 0 and false stay.

    The function is asked once for each distinct value.
    """
    if not any(values):
        return values
    found = Remembered(lambda value: ask(value) if value else value)
    return map(found.__getitem__, values)


def filled(values: Sequence[Any]) -> Iterable[Any]:
    """Whether each text is there; an empty one is null, and null and UNSET stay."""
    if all(values):
        return repeat(True, len(values))
    return [True if each else None if each == "" else each for each in values]


def folded(addresses: Sequence[Any]) -> Sequence[Any]:
    """Addresses as they are compared: without blanks around them, in lower case."""
    try:
        joined = "\0".join(addresses)
    except TypeError:
        joined = ""
    # Nearly always every address is there and plain, and then all are looked at as one text.
    if joined.isascii() and len(joined.split()) == 1 and joined.count("\0") == len(addresses) - 1:
        lower = joined.lower()
        return addresses if lower == joined else lower.split("\0")
    return [each.strip().casefold() if each else each for each in addresses]
