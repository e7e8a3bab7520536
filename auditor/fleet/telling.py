"""Phrases on what environments have in common.

Tested in `tests/auditor/fleet/test_applications.py` and `tests/auditor/fleet/test_accounts.py`.
"""

from collections.abc import Iterable

from rules.counting import named

MOST_NAMED = 3
"""So many other environments are named in a note; the rest is counted."""


def what_ends(what: str, examples: str, unread: Iterable[str]) -> str:
    """How a note on what several environments sign in with ends.

    `unread` are environments of which it is not known whether they use it.
    """
    said = f"What ends for {what}, such as {examples}, can stop the mailboxes of all."
    if names := sorted(unread):
        said += f" Whether others use it is not known of {named(names, MOST_NAMED)}."
    return said
