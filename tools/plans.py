"""Holds plans against trying everything: every change that any rule names, alone and two at a time.

Run it as `.venv/bin/python tools/plans.py FIRST COUNT`: of COUNT organisations made by chance, the
first from the seed FIRST, each cause is planned. Then every candidate of every rule is tried on the
records of that cause: its profile, its mailboxes, the organisation and the tenant. One line of JSON
says how often the plan was as small; it is exit 1 where it was larger too often, or by more than 1.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import combinations, islice
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from auditor.plan.candidates import CANDIDATES, Candidate  # noqa: E402
from auditor.plan.planner import planner_of  # noqa: E402
from auditor.plan.search import MOST, Aim, Search  # noqa: E402
from tests.auditor.random_organisations import made  # noqa: E402

AS_SMALL = 0.95
PAIRS = 10_000
"""So many pairs of changes are tried for one cause at most."""


def everything(search: Search, aim: Aim) -> Iterator[tuple[Candidate, str]]:
    """Every candidate of every rule on the records of an aim, each once.

    Mailboxes may be taken out of use only where a rule that fails asks for that: what does not
    synchronize fails few rules, and is repaired by none of that.
    """
    own = {each for rule in aim.rules for each in CANDIDATES.get(rule, ())}
    candidates = own | {each for every in CANDIDATES.values() for each in every if not each.idles}
    placed = {
        found
        for candidate in sorted(candidates, key=repr)
        for found in search.placed(candidate, aim)
    }
    yield from sorted(placed, key=repr)


def smallest(search: Search, aim: Aim, pairs: int = PAIRS) -> tuple[tuple[Candidate, str], ...]:
    """The fewest changes that repair the aim, by trying all; empty: no two do."""
    candidates = list(everything(search, aim))
    for size in range(1, MOST + 1):
        for chosen in islice(combinations(candidates, size), pairs):
            if search.attempt(aim, chosen) is not None:
                return chosen
    return ()


def compared(seed: int, pairs: int = PAIRS) -> Counter[str]:
    """For one organisation: how many causes, and how the plan of each compares."""
    organisation = made(seed)
    planner, _ = planner_of(organisation.request, organisation.outside)
    found: Counter[str] = Counter()
    for aim, _, _ in planner.aims():
        if not aim.targets:
            continue
        planned = planner.search.smallest(aim)
        size = None if planned is None else len(planned.candidates)
        # Nothing is smaller than one change.
        repair = () if size == 1 else smallest(planner.search, aim, pairs)
        fewest = 1 if size == 1 else len(repair)
        found["causes"] += 1
        if not fewest:
            found["beyond repair"] += 1
        elif size == fewest:
            found["as small"] += 1
        elif size is not None and size - fewest == 1:
            found["one larger"] += 1
        else:
            found["missed"] += 1
            sys.stderr.write(f"seed {seed}: {aim.rules} {size} changes for {repair}\n")
    return found


def main(arguments: list[str]) -> int:
    """Compare; 1 where the plan is larger too often."""
    first, count = int(arguments[0]), int(arguments[1])
    started = time.process_time()
    total: Counter[str] = Counter()
    for seed in range(first, first + count):
        total += compared(seed)
    repaired = total["as small"] + total["one larger"] + total["missed"]
    share = total["as small"] / repaired if repaired else 1.0
    seconds = round(time.process_time() - started, 1)
    told = {"organisations": count, **total, "share": round(share, 4), "processor_s": seconds}
    sys.stdout.write(json.dumps(told) + "\n")
    return 1 if share < AS_SMALL or total["missed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
