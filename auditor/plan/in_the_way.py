"""What is published and stands in the way where no change repairs a cause."""

from collections.abc import Iterable, Iterator

from auditor.judging.bearing import effect_of
from auditor.plan.search import Aim
from auditor.plan.trying.bench import Bench
from rules.rule import Rule
from rules.verdict import Fail

LIFECYCLE = "lifecycle"
"""The source that evidence of a retirement or an end of support names."""


def in_the_way(bench: Bench, aim: Aim) -> tuple[str, ...]:
    """The statements that an aim's failing verdicts decide, and the ends that their evidence names.

    Statements go by their ids, ends by those of `rules/editions/lifecycle.toml`. Only what stops
    mailboxes or is not supported counts: nothing else makes a configuration unsupported.
    """
    found: set[str] = set()
    for rule, verdict in _failing(bench, aim):
        if effect_of(rule, verdict) not in ("stops", "unsupported"):
            continue
        cited = bench.verdicts.judge.reach(rule)
        found.update(cited if verdict.statements is None else verdict.statements)
        found.update(each.record for each in verdict.evidence if each.source == LIFECYCLE)
    return tuple(sorted(found))


def _failing(bench: Bench, aim: Aim) -> Iterator[tuple[Rule, Fail]]:
    for id in aim.rules:
        verdicts: Iterable[object] = (
            (aim.group.verdicts.get(id),)
            if aim.group is not None
            else (bench.verdicts_before.get(key) for key in aim.targets if key[0] == id)
        )
        yield from ((bench.rules[id], each) for each in verdicts if isinstance(each, Fail))
