"""What holds for every test."""

import contextlib
import gc
import importlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from connectors.transport.redaction import KNOWN

# How long an example takes says more of what else the machine does than of the program.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

LONGEST_FIRST = ("end_to_end", "fuzz", "tools", "auditor", "connectors", "rules")
"""The folders of tests, from those of the whole program to those of its parts."""


@pytest.fixture(autouse=True)
def no_known_secret() -> Iterator[None]:
    """What one test learns as a secret is a plain word to the next."""
    yield
    KNOWN.forget()


def pytest_collection(session: pytest.Session) -> None:
    """Begins to collect; processes that test side by side share the compiling of the files.

    Every one of them needs all files, and in a fresh copy most of the time goes into compiling
    them. So each begins at another file, and finds the others' share compiled when it gets there.
    """
    # What is collected stays; to look through it for garbage takes a fifth of the time.
    gc.disable()
    worker = getattr(session.config, "workerinput", None)
    if worker is None:
        return
    chosen = [Path(each.partition("::")[0]).absolute() for each in session.config.args]
    files = [file for each in chosen for file in sorted(each.rglob("test_*.py"))]
    first = len(files) * int(worker["workerid"].removeprefix("gw")) // worker["workercount"]
    for file in files[first:] + files[:first]:
        # What fails here fails when it is collected, and is reported there.
        with contextlib.suppress(Exception, pytest.skip.Exception):
            parts = file.relative_to(session.config.rootpath).with_suffix("").parts
            importlib.import_module(".".join(parts))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Processes that test side by side take the files of few long tests first.

    A file that takes a minute would keep one of them busy at the end while the others idle.
    """
    if hasattr(config, "workerinput"):
        in_order(items)


def in_order(items: list[pytest.Item]) -> None:
    """Sorts by folder, then the files of most tests first; a file's own order stays."""
    counts = Counter(item.path for item in items)
    items.sort(key=lambda item: (_place(item), -counts[item.path], item.path))


def _place(item: pytest.Item) -> int:
    folder = item.path.relative_to(Path(__file__).parent).parts[0]
    # What lies in no folder looks at all files, as tools do.
    return LONGEST_FIRST.index(folder if folder in LONGEST_FIRST else "tools")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Ends collecting: what tests make is garbage again, and is looked for seldom.

    What was collected is half a million objects that stay: each full look through them took as
    long as an audit. What a test must see given back it asks for by `gc.collect()`.
    """
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)
    gc.enable()
