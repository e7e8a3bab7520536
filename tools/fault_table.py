"""What came of the fault matrix: `python tools/fault_table.py build/faults.jsonl [MORE ...]`.

Two tables, by source and by fault: cells, those that met a request, the share of verdicts that
were undetermined, the seconds of a cell (middle and longest), and the cells that do not hold, which
are named below. A later line of a cell replaces an earlier one.
"""

import json
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from typing import Any

Line = dict[str, Any]

_BEFORE_THE_LAST_TWO = re.compile(r"^.*/(?=[^/]*/[^/]*$)")


def latest(files: Iterable[Path]) -> list[Line]:
    """The last line of each cell."""
    lines = [json.loads(each) for file in files for each in file.read_text("utf-8").splitlines()]
    return list({(each["setting"], each["path"], each["fault"]): each for each in lines}.values())


def table(lines: list[Line], name_of: Callable[[Line], str]) -> str:
    """A Markdown table with a row for each name, and one for all."""
    groups: dict[str, list[Line]] = defaultdict(list)
    for each in lines:
        groups[name_of(each)].append(each)
    rows = [_row(name, groups[name]) for name in sorted(groups)] + [_row("all", lines)]
    head = "| | cells | disturbed | undetermined | seconds | longest | do not hold |"
    return "\n".join([head, "|---|--:|--:|--:|--:|--:|--:|", *rows])


def _row(name: str, lines: list[Line]) -> str:
    verdicts = sum(each["verdicts"] for each in lines)
    share = sum(each["undetermined"] for each in lines) / verdicts if verdicts else 0.0
    seconds = [each["seconds"] for each in lines]
    cells = [
        len(lines),
        sum(bool(each["disturbances"]) for each in lines),
        f"{share:.1%}",
        f"{median(seconds):.1f}",
        f"{max(seconds):.1f}",
        sum(bool(each["wrong"]) for each in lines),
    ]
    return f"| {name} | {' | '.join(map(str, cells))} |"


def _source(line: Line) -> str:
    return f"{line['setting']}: {_BEFORE_THE_LAST_TWO.sub('', line['path'])}"


def main(files: Iterable[Path]) -> int:
    """Gives 1 where a cell does not hold, or where there is none."""
    lines = latest(each for each in files if each.exists())
    if not lines:
        _say("no cell was run")
        return 1
    _say(table(lines, _source))
    _say("")
    _say(table(lines, lambda line: str(line["fault"])))
    wrong = [each for each in lines if each["wrong"]]
    for each in wrong:
        _say(f"\n{each['setting']}: {each['fault']} at {each['path']}")
        for fault in each["wrong"]:
            _say(f"  {fault}")
    return 1 if wrong else 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main([Path(each) for each in sys.argv[1:]]))
