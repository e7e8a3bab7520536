"""`python -m benchmarks`: measures everything and writes docs/performance.md."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

import msgspec

from benchmarks.measurements import PARTS, Measured, measure
from benchmarks.page import page
from benchmarks.sizes import SMALL, WHOLE

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"


def main(arguments: Iterable[str] | None = None) -> int:
    """Measure, print the tables, and write what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--small", action="store_true", help="seconds instead of an hour; for CI")
    parser.add_argument("--only", metavar="PART", action="append", help="measure these parts only")
    parser.add_argument("--json", metavar="PATH", type=Path, help="also write the results there")
    parser.add_argument("--from", metavar="PATH", type=Path, dest="kept", help="results to show")
    parser.add_argument("--page", action="store_true", help=f"write {PAGE.name} in docs")
    asked = parser.parse_args(None if arguments is None else list(arguments))
    measured: Measured | None = None
    if asked.kept is not None:
        measured = msgspec.json.decode(asked.kept.read_bytes(), type=Measured)
    if asked.kept is None or asked.only:
        known = measured.parts if measured is not None else None
        for found in measure(SMALL if asked.small else WHOLE, asked.only, known):
            measured = found
            # Written after each part, so that what takes long is not lost.
            if asked.json is not None:
                asked.json.write_bytes(msgspec.json.format(msgspec.json.encode(measured), indent=2))
    if measured is None:
        parser.error(f"there is no such part; the parts are {', '.join(PARTS)}")
    text = page(measured)
    sys.stdout.write(text)
    if asked.page:
        PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
