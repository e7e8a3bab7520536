"""The directories of earlier runs, where paths bear the day, the time or the id of the run.

What a killed run was writing is in one of them, where no later run writes.
"""

import contextlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path

from auditor.configuration.paths import at_home
from auditor.process.drafts import remove_abandoned

MOST = 400
"""So many directories of one place are looked into, those that were changed last."""


def remove_drafts_of_earlier_runs(path: str, directory: Path, shapes: Mapping[str, str]) -> None:
    """Remove what killed runs left beside the reports that the same path once meant.

    `directory` is that of this run's file; `shapes` are patterns of what may stand in the path in
    place of each placeholder. Nothing but a draft is removed, and none that somebody writes.
    """
    asked, own = at_home(path).parent.parts, directory.parts
    if len(asked) == len(own):
        for each in _alike(asked, own, shapes):
            if each != directory:
                remove_abandoned(each)


def _alike(
    asked: tuple[str, ...], own: tuple[str, ...], shapes: Mapping[str, str]
) -> Iterable[Path]:
    """The directories that the parts of a path may have meant."""
    found: Iterable[Path] = [Path()]
    for part, now in zip(asked, own, strict=True):
        if part == now:
            found = [each / part for each in found]
            continue
        pattern = re.escape(part)
        for placeholder, shape in shapes.items():
            pattern = pattern.replace(re.escape(placeholder), shape)
        inside = list(chain.from_iterable(_inside(each, re.compile(pattern)) for each in found))
        found = [path for _, path in sorted(inside, reverse=True)[:MOST]]
    return found


def _inside(directory: Path, name: re.Pattern[str]) -> Iterator[tuple[float, Path]]:
    """The directories in one that have such a name, each with when it was changed."""
    with contextlib.suppress(OSError), os.scandir(directory) as entries:
        for each in entries:
            with contextlib.suppress(OSError):
                if name.fullmatch(each.name) and each.is_dir(follow_symlinks=False):
                    yield each.stat(follow_symlinks=False).st_mtime, directory / each.name
