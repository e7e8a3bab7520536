"""Whole columns at a time: what is asked of every value, told in C loops where values are plain.

Null (None) and what was not answered (UNSET) stay apart throughout; both are false, which is how
a column without any of them is told from one with.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import repeat
from typing import Any

from msgspec import Struct

from connectors.columnar.addresses import compared


class Numbered(dict[Any, int]):
    """Distinct values, numbered from 0 as they are met; `values_met` has them by number."""

    def __init__(self) -> None:
        super().__init__()
        self.values_met: list[Any] = []

    def __missing__(self, value: Any) -> int:
        number = self[value] = len(self.values_met)
        self.values_met.append(value)
        return number


class Kinds(Struct, frozen=True, dict=True):
    """Rows by what they have in common: the values of the fields that have few.

    `values` holds the distinct ones, a tuple each, in the order in which they are met; `numbers`
    has for each row the place of its own among them. `fields` gives the place of a field's value
    in such a tuple.
    """

    fields: dict[str, int]
    values: list[tuple[Any, ...]]
    numbers: Sequence[int]

    def of(self, name: str) -> list[Any]:
        """The value of one field for each kind."""
        at = self.fields[name]
        return [each[at] for each in self.values]

    @cached_property
    def codes(self) -> bytes:
        """The numbers, a byte each; empty where there are too many kinds for that."""
        return bytes(self.numbers) if len(self.values) <= 256 else b""

    def compact(self) -> "Kinds":
        """The same in as few bytes as may be."""
        return Kinds(self.fields, self.values, self.codes or self.numbers)


class Columns(dict[str, Sequence[Any]]):
    """The values of all rows by field, each column made when it is first asked for."""

    def __init__(self, own: Callable[[str], Sequence[Any]], kinds: Kinds) -> None:
        super().__init__()
        self._own = own
        self._kinds = kinds

    def __missing__(self, name: str) -> Sequence[Any]:
        kinds = self._kinds
        column = self[name] = (
            list(map(kinds.of(name).__getitem__, kinds.numbers))
            if name in kinds.fields
            else self._own(name)
        )
        return column


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
    if values.count(None) == len(values):
        return repeat(None, len(values))
    return [True if each else None if each == "" else each for each in values]


def folded(addresses: Sequence[Any]) -> Sequence[Any]:
    """Addresses as they are compared: without blanks around them, in lower case, domains as
    name servers know them."""
    try:
        joined = "\0".join(addresses)
    except TypeError:
        joined = ""
    # Nearly always every address is there and plain, and then all are looked at as one text.
    if joined.isascii() and joined.split() == [joined] and joined.count("\0") == len(addresses) - 1:
        lower = joined.lower()
        return addresses if lower == joined else lower.split("\0")
    return [compared(each) if each else each for each in addresses]
