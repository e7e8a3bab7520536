"""Numbers of things in sentences."""


def counted(count: int, one: str, many: str) -> str:
    """How many of a thing: `1 mailbox`, `2,000 mailboxes`."""
    return f"{count:,} {one if count == 1 else many}"
