"""Values that are made anew whenever they are gone through, so that memory holds none of them."""

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cached_property
from itertools import chain, islice
from typing import Generic, TypeVar

T = TypeVar("T")


class Many(Collection[T], Generic[T]):
    """The values that `made` gives, each time the same; `count` says how many, asked for once.

    >>> squares = Many(lambda: (n * n for n in range(3)), lambda: 3)
    >>> len(squares), list(squares), list(squares)
    (3, [0, 1, 4], [0, 1, 4])
    """

    def __init__(self, made: Callable[[], Iterable[T]], count: Callable[[], int]) -> None:
        self._made = made
        self._counted = count

    @cached_property
    def _count(self) -> int:
        return self._counted()

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[T]:
        return iter(self._made())

    def __reversed__(self) -> Iterator[T]:
        """All of them, held at once: for few."""
        return reversed(list(self))

    def __contains__(self, value: object) -> bool:
        return any(each == value for each in self)


def joined(*parts: Collection[T]) -> Collection[T]:
    """All values of the parts, in turn; a tuple where nothing of them is made anew."""
    if all(isinstance(each, tuple) for each in parts):
        return tuple(chain(*parts))
    return Many(lambda: chain(*parts), lambda: sum(map(len, parts)))


def first(values: Iterable[T], most: int) -> tuple[T, ...]:
    """The first of the values, so many at most."""
    return tuple(islice(values, most))
