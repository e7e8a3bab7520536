"""Mistakes in what was asked of the program, met before anything is read."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

MOST = 15
"""So many names are listed; for more there is a command."""


class UsageProblem(Exception):
    """What was asked cannot be done: says what, and what to ask instead."""


def those(names: Sequence[str]) -> str:
    """`there are A, B`, for one or none too."""
    if len(names) == 1:
        return f"there is only {names[0]}"
    return f"there are {', '.join(names)}" if names else "there are no others"


def unknown(
    kind: str, name: str, known: Iterable[str], *, listed_by: str | None = None
) -> UsageProblem:
    """The refusal of a name that there is not, with the nearest that there is.

    `listed_by` is the command that lists many names; the default is that of the kind.
    """
    names = tuple(known)
    by_case = {each.casefold(): each for each in names}
    near = get_close_matches(name.casefold(), by_case, n=1, cutoff=0.6)
    if near:
        return UsageProblem(f"there is no {kind} {name!r}; did you mean {by_case[near[0]]}?")
    if len(names) <= MOST:
        return UsageProblem(f"there is no {kind} {name!r}; {those(names)}")
    return UsageProblem(
        f"there is no {kind} {name!r}; `{listed_by or f'auditor {kind}s'}` lists all"
    )
