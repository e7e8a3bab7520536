"""Numbers of things in sentences."""

from collections.abc import Sequence


def counted(count: int, one: str, many: str) -> str:
    """How many of a thing: `1 mailbox`, `2,000 mailboxes`."""
    return f"{count:,} {one if count == 1 else many}"


def named(names: Sequence[str], most: int, count: int = 0) -> str:
    """The first of several names, and how many more there are: `one, two and 3 more`.

    `count`: how many there are in all, where `names` are not all of them.
    """
    shown = list(names[:most])
    if (more := max(count, len(names)) - len(shown)) > 0:
        shown.append(f"{more:,} more")
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))
