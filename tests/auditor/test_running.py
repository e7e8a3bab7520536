"""Of several exit codes the first that applies counts: defect, misuse, findings, incomplete."""

import pytest

from auditor.running import Judging, chosen_rules, worst
from auditor.usage import UsageProblem
from rules.rule import catalogue


@pytest.mark.parametrize(
    ("codes", "one"),
    [
        ([], 0),
        ([0, 0], 0),
        ([0, 3], 3),
        ([3, 1, 0], 1),
        ([3, 2, 1], 2),
        ([0, 70, 1, 3], 70),
    ],
)
def test_worst_of_several(codes: list[int], one: int) -> None:
    assert worst(codes) == one


def test_selections_narrow_one_another() -> None:
    assert chosen_rules(Judging()) == catalogue()
    kinds = chosen_rules(Judging(kinds=("support",)))
    assert {rule.kind for rule in kinds} == {"support"}
    first, second = (rule.id for rule in kinds[:2])
    both = Judging(rules=(first, second), skipped=(second,), kinds=("support",))
    assert [rule.id for rule in chosen_rules(both)] == [first]


def test_selection_of_nothing_is_refused() -> None:
    with pytest.raises(UsageProblem, match="no rule"):
        chosen_rules(Judging(rules=("duplicate-address",), skipped=("duplicate-address",)))
