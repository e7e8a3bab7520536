"""What to act on first, in the order that every report for people keeps."""

from collections.abc import Callable, Hashable, Iterable
from itertools import islice
from typing import TypeVar

from msgspec import Struct

from auditor.model import (
    Audit,
    FirstChanges,
    OpenCause,
    RootCause,
    SharedCause,
    SourceOf,
    SourceStatus,
)

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
    status: SourceStatus
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


def first_of_each_change(audit: Audit, most: int) -> tuple[RootCause, ...]:
    """The first cause of each change, at most so many: many mailboxes may need the same one."""
    found: dict[Hashable, RootCause] = {}
    for cause in audit.causes():
        found.setdefault(change_of(cause), cause)
        if len(found) == most:
            break
    return tuple(found.values())


def change_of(cause: RootCause) -> Hashable:
    """What causes that the same change repairs have in common."""
    return (cause.rules, cause.remedy) if cause.subject.kind == "mailbox" else cause.id


def first_to_repair(audit: Audit) -> RootCause | None:
    """The first cause that no waiver covers; None where there is none."""
    return next((each for each in audit.causes() if each.waived is None), None)


PLANNED = 20
"""For so many causes, those to repair first, a change is looked for."""


def first_changes(audit: Audit, causes: Iterable[RootCause]) -> FirstChanges:
    """What was shown to repair these causes; nothing where nobody can look for it."""
    return FirstChanges({}, ended=False) if audit.first_steps is None else audit.first_steps(causes)


def _alike(all: Iterable[_Of], key: Callable[[_Of], Hashable]) -> list[list[_Of]]:
    """Those of one key together, in the order in which each key is first met."""
    found: dict[Hashable, list[_Of]] = {}
    for each in all:
        found.setdefault(key(each), []).append(each)
    return list(found.values())
