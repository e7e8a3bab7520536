"""Real programs that tests run: those that are there, else installed where that may and can be."""

import fcntl
import importlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import pytest


def program_of(name: str, packages: Sequence[str], parts: Sequence[str] = ()) -> str:
    """The path of a program of these Debian packages, whose files `parts` are there too.

    Where it cannot be had the test is skipped, telling what to install; in CI it fails.
    """
    found = _find(name, parts) or _installed(name, packages, parts)
    if found is not None:
        return found
    _lacking(f"needs a real {name}: install the packages {', '.join(packages)}")


def need_module(name: str) -> None:
    """Return where Python has a module of the development extras; else skip, or in CI fail."""
    try:
        importlib.import_module(name)
    except ModuleNotFoundError:
        _lacking(f"needs {name}: run pip install --editable '.[dev]'")


def _lacking(told: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(told)
    pytest.skip(told)


def _find(name: str, parts: Sequence[str]) -> str | None:
    if not all(Path(part).exists() for part in parts):
        return None
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def _installed(name: str, packages: Sequence[str], parts: Sequence[str]) -> str | None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    # apt-get gives up where another test's one runs.
    with (Path(tempfile.gettempdir()) / "auditor-tests-apt.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _find(name, parts) is None:
            for command in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
                subprocess.run(["apt-get", "-qq", *command], capture_output=True, check=False)
    return _find(name, parts)
