"""How this program is called, so that a command it prints can be pasted."""

import shutil
import sys
from pathlib import Path

NAME = "auditor"


def program() -> str:
    """`auditor` where the shell finds it by that name, else the path that it was called by."""
    called = sys.argv[0] if sys.argv else ""
    path = Path(called)
    if path.parts[-2:] == (NAME, "__main__.py"):
        return f"python -m {NAME}"
    if path.stem != NAME or not path.is_file():
        return NAME
    found = shutil.which(NAME)
    if found is not None and Path(found).samefile(path):
        return NAME
    return called
