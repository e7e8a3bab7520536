"""What a run is asked to do: the rules that a selection leaves, and none of them is refused."""

import pytest

from auditor.running import Judging, chosen_rules
from auditor.usage import UsageProblem
from rules.rule import catalogue


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
