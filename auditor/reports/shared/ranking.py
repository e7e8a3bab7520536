"""What to act on first, in the order that every report for people keeps."""

from collections.abc import Callable, Hashable, Iterable
from itertools import islice
from typing import Literal, TypeVar

from msgspec import Struct

from auditor.model import Audit, OpenCause, RootCause, SharedCause, SourceOf

_Of = TypeVar("_Of")


class Grant(Struct, frozen=True):
    """One remedy, and all that it would settle: `subjects` are counted once for each rule."""

    remedy: str
    causes: tuple[SharedCause, ...]
    rules: tuple[str, ...]
    subjects: int


class Unread(Struct, frozen=True):
    """Sources that ended alike, for one reason and with one remedy."""

    names: tuple[str, ...]
    status: Literal["read", "partial", "failed", "not-configured"]
    reason: str
    remedy: str


def grants(audit: Audit) -> tuple[Grant, ...]:
    """What is undetermined by shared causes, one for each remedy, largest first."""

    def grant(causes: list[OpenCause]) -> Grant:
        return Grant(
            causes[0].remedy,
            tuple(each.cause for each in causes),
            tuple(sorted({rule for each in causes for rule in each.rules})),
            sum(each.subjects for each in causes),
        )

    found = map(grant, _alike(audit.undetermined, lambda each: each.remedy))
    return tuple(sorted(found, key=lambda each: -each.subjects))


def unread(audit: Audit) -> tuple[Unread, ...]:
    """The configured sources that were not read in full, failures first."""

    def ended(of: SourceOf) -> Hashable:
        return of.status, of.reason, of.remedy

    order = ("failed", "partial")
    sources = sorted(
        (each for each in audit.sources if each.status in order),
        key=lambda each: (order.index(each.status), each.name),
    )
    return tuple(
        Unread(tuple(each.name for each in alike), first.status, first.reason, first.remedy)
        for alike in _alike(sources, ended)
        for first in alike[:1]
    )


def first_causes(audit: Audit, most: int) -> tuple[RootCause, ...]:
    """The causes to repair first, at most so many."""
    return tuple(islice(audit.causes(), most))


def _alike(all: Iterable[_Of], key: Callable[[_Of], Hashable]) -> list[list[_Of]]:
    """Those of one key together, in the order in which each key is first met."""
    found: dict[Hashable, list[_Of]] = {}
    for each in all:
        found.setdefault(key(each), []).append(each)
    return list(found.values())
