"""Checks the licence of everything that a release installs: `python tools/licences.py`.

Each package of `requirements.lock` that is installed here tells its licence; one that is not on the
list, or tells none, is named, and the exit code is 1.
"""

import re
import sys
from importlib import metadata
from pathlib import Path

LOCK = Path(__file__).parents[1] / "requirements.lock"
ALLOWED = re.compile(
    r"apache|\bmit\b|bsd|\bisc\b|psf|python software foundation|python-2|mozilla public license 2"
    r"|mpl-2|zlib|unlicense|lgpl|lesser general public",
    re.IGNORECASE,
)
"""All may be used by a program under the Apache License; those of the library kind as they are."""


def licence_of(package: str) -> str:
    """What a package says of its licence; empty: nothing."""
    told = metadata.metadata(package)
    classifiers = told.get_all("Classifier") or []
    words = [each.rpartition(" :: ")[2] for each in classifiers if each.startswith("License ::")]
    # An old field may hold the whole text, which names others' licences too.
    field = (told.get("License") or "").strip().partition("\n")[0]
    return told.get("License-Expression") or "; ".join(words) or field


def main() -> int:
    """Gives 1 where a licence is not on the list."""
    packages = re.findall(r"(?m)^([A-Za-z0-9._-]+)==", LOCK.read_text("utf-8"))
    refused = 0
    for package in packages:
        try:
            licence = licence_of(package)
        except metadata.PackageNotFoundError:
            # For another system, such as Windows, or an extra.
            sys.stdout.write(f"{package}: not installed here\n")
            continue
        is_allowed = ALLOWED.search(licence) is not None
        refused += not is_allowed
        sys.stdout.write(f"{package}: {licence or 'told nowhere'}{'' if is_allowed else ' (?)'}\n")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
