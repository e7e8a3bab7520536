"""Facts that could not be established, and how a rule asks for one that could."""

from collections.abc import Iterable
from typing import TypeVar

from msgspec import Struct

from rules.evidence import Cause, Evidence

T = TypeVar("T")


class Unknown(Struct, frozen=True):
    """A fact that could not be established.

    `reason` says why, `remedy` what would settle it. `cause` names the source or declaration
    where one cause leaves many subjects open, and is None where the record itself does.
    `is_unlisted`: a value was read that no list names, so that it is none of those on the list.
    """

    reason: str
    remedy: str
    cause: Cause | None = None
    evidence: tuple[Evidence, ...] = ()
    is_unlisted: bool = False


class Undecided(Exception):
    """A rule met an unknown fact. The judge turns it into an undetermined verdict."""

    def __init__(self, unknown: Unknown) -> None:
        super().__init__(unknown.reason)
        self.unknown = unknown


def known(fact: T | Unknown) -> T:
    """The fact itself. Raises `Undecided` where it is unknown."""
    if isinstance(fact, Unknown):
        raise Undecided(fact)
    return fact


def causes_of(*facts: object) -> tuple[Cause, ...]:
    """The shared causes that leave some of the facts unknown, each once."""
    found = (each.cause for each in facts if isinstance(each, Unknown))
    return tuple(dict.fromkeys(each for each in found if each is not None))


def either(*facts: bool | Unknown) -> bool | Unknown:
    """Whether one of the facts is true: true where one is, whatever the rest.

    The first unknown one where none is true; false where all are known and false.
    """
    return _decide(facts, deciding=True)


def both(*facts: bool | Unknown) -> bool | Unknown:
    """Whether all the facts are true: false where one is false, whatever the rest.

    The first unknown one where none is false; true where all are known and true.
    """
    return _decide(facts, deciding=False)


def negated(fact: bool | Unknown) -> bool | Unknown:
    """The opposite; unknown where the fact is."""
    return fact if isinstance(fact, Unknown) else not fact


def any_of(facts: Iterable[bool | Unknown]) -> bool:
    """Whether one fact is true. Raises `Undecided` where `either` is unknown."""
    return known(either(*facts))


def all_of(facts: Iterable[bool | Unknown]) -> bool:
    """Whether all facts are true. Raises `Undecided` where `both` is unknown."""
    return known(both(*facts))


def _decide(facts: tuple[bool | Unknown, ...], *, deciding: bool) -> bool | Unknown:
    first: Unknown | None = None
    for fact in facts:
        if isinstance(fact, Unknown):
            first = first or fact
        elif fact is deciding:
            return deciding
    return first if first is not None else not deciding


def is_one_of(fact: T | Unknown, *values: T) -> bool | Unknown:
    """Whether the fact is one of the values; unknown where the fact is."""
    return fact if isinstance(fact, Unknown) else fact in values
