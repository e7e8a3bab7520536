"""Rows of the simulated tenant: what many share is held once, the rest is made when read."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import overload

from auditor.demo.schema import Value

_NAMESPACE = uuid.UUID("5e1f6d7c-2b0a-4c7e-9a51-6f2d8c3b7a90")
_NOTHING: Mapping[str, Value] = {}


class Row:
    """One row by wire column: values of its own, over values that it shares with others."""

    __slots__ = ("own", "shared")

    def __init__(self, own: Mapping[str, Value], shared: Mapping[str, Value] | None = None) -> None:
        self.own = own
        self.shared = _NOTHING if shared is None else shared

    def get(self, column: str) -> Value:
        """Give the value of a wire column; None where it is empty."""
        if column in self.own:
            return self.own[column]
        return self.shared.get(column)


class Rows(Sequence[Row]):
    """A fixed number of rows, made one by one from their position."""

    def __init__(self, count: int, make: Callable[[int], Row]) -> None:
        self._count = count
        self._make = make

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, position: int) -> Row: ...
    @overload
    def __getitem__(self, position: slice) -> Sequence[Row]: ...
    def __getitem__(self, position: int | slice) -> Row | Sequence[Row]:
        if isinstance(position, slice):
            return [self._make(i) for i in range(*position.indices(self._count))]
        if not 0 <= position < self._count:
            raise IndexError(position)
        return self._make(position)

    def __iter__(self) -> Iterator[Row]:
        return map(self._make, range(self._count))


class Joined(Sequence[Row]):
    """Several sequences of rows, one after the other."""

    def __init__(self, parts: Iterable[Sequence[Row]]) -> None:
        self._parts = tuple(parts)

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    @overload
    def __getitem__(self, position: int) -> Row: ...
    @overload
    def __getitem__(self, position: slice) -> Sequence[Row]: ...
    def __getitem__(self, position: int | slice) -> Row | Sequence[Row]:
        if isinstance(position, slice):
            return [self[i] for i in range(*position.indices(len(self)))]
        for part in self._parts:
            if position < len(part):
                return part[position]
            position -= len(part)
        raise IndexError(position)

    def __iter__(self) -> Iterator[Row]:
        for part in self._parts:
            yield from part


def rows(values: Iterable[Mapping[str, Value]]) -> list[Row]:
    """Give plain rows of plain mappings."""
    return [Row(value) for value in values]


def stable_id(kind: str, name: object) -> str:
    """Give the GUID of a named record: the same in every run."""
    return str(uuid.uuid5(_NAMESPACE, f"{kind}/{name}"))


def numbered_id(kind: int, number: int) -> str:
    """Give the GUID of a numbered record: cheap, so that a million can be made on demand."""
    return f"{kind:08x}-ad17-4e11-8000-{number:012x}"


def instant(moment: dt.datetime) -> str:
    """Give a time as the Web API writes it: UTC, whole seconds."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
