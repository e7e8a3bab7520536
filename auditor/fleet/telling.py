"""Phrases on what environments have in common.

Tested in `tests/auditor/fleet/test_applications.py` and `tests/auditor/fleet/test_accounts.py`.
"""

from collections.abc import Iterable

from rules.counting import named

MOST_NAMED = 3
"""So many other environments are named in a note; the rest is counted."""


def not_known_of(environments: Iterable[str], what: str) -> str:
    """The sentence that ends a note where some environments could not be looked at, or nothing."""
    names = sorted(environments)
    return f" Whether others {what} is not known of {named(names, MOST_NAMED)}." if names else ""
