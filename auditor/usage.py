"""Mistakes in what was asked of the program, met before anything is read."""

from collections.abc import Iterable
from difflib import get_close_matches


class UsageProblem(Exception):
    """What was asked cannot be done: says what, and what to ask instead."""


def unknown(
    kind: str, name: str, known: Iterable[str], *, listed_by: str | None = None
) -> UsageProblem:
    """The refusal of a name that there is not, with the nearest that there is.

    `listed_by` is the command that lists many names; the default is that of the kind.
    """
    names = tuple(known)
    near = get_close_matches(name.casefold(), names, n=1, cutoff=0.6)
    if near:
        return UsageProblem(f"there is no {kind} {name!r}; did you mean {near[0]}?")
    if len(names) <= 12:
        return UsageProblem(f"there is no {kind} {name!r}; there are {', '.join(names)}")
    return UsageProblem(
        f"there is no {kind} {name!r}; `{listed_by or f'auditor {kind}s'}` lists all"
    )
