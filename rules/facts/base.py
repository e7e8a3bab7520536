"""What every fact can tell: where each of its fields was read."""

from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

import msgspec
from msgspec import Struct

from rules.evidence import Evidence

T = TypeVar("T")

Version = tuple[int, ...]


class Fact(Struct, frozen=True, kw_only=True):
    """Something known of one subject, in the field's own words.

    `origins` tells for each field which values it was established from. Fields that a reader
    could not establish hold an `Unknown`.
    """

    origins: Mapping[str, tuple[Evidence, ...]] = msgspec.field(default_factory=dict)

    def evidence(self, *fields: str) -> tuple[Evidence, ...]:
        """The evidence of the named fields, each value once, in the order asked for."""
        found: dict[Evidence, None] = {}
        for name in fields:
            for evidence in self.origins[name]:
                found[evidence] = None
        return tuple(found)


class Every(Struct, Generic[T], frozen=True):
    """A whole listing: each distinct configuration with the number of records that share it.

    A rule that asks for `Every[Mailbox]` is undetermined where the listing could not be read
    whole, so what it is given is never a shortened one. The evidence of a configuration is that
    of one record that has it.
    """

    counted: tuple[tuple[T, int], ...]

    def __iter__(self) -> Iterator[tuple[T, int]]:
        """Configurations with their counts."""
        return iter(self.counted)

    def total(self) -> int:
        """How many records the listing holds."""
        return sum(count for _, count in self.counted)
