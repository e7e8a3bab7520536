"""Paths as a person writes them."""

import os
from pathlib import Path


def at_home(path: str) -> Path:
    """The path, a `~` before it read as a home; where there is no such account it stays there.

    `Path.expanduser` raises RuntimeError for such an account, which no caller takes for a path.
    """
    return Path(os.path.expanduser(path))
