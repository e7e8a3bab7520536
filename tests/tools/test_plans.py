"""Plans held against every change that any rule names; `make plans` does so for many organisations.

Pairs of changes are left to `make plans`: here what a single one repairs is enough.
"""

import pytest

from auditor.plan.planner import planner_of
from tests.auditor.one_fault_each import FAULTS, made, merged
from tools.plans import compared

SINGLE = 70
"""No cause of these organisations has more candidates."""


@pytest.mark.parametrize("seed", [7007])
def test_what_one_change_repairs_is_in_the_plan(seed: int) -> None:
    found = compared(seed, SINGLE)
    assert found["as small"] > 2
    assert found["missed"] == found["one larger"] == 0


@pytest.mark.parametrize(
    "rule",
    [
        "application-disabled-in-tenant",
        "application-graph-permissions-missing",
        "application-secret-expiring",
        "client-policy-may-stop-dynamics",
        "sign-in-not-offered",
    ],
)
def test_a_fault_that_one_setting_repairs_has_a_proven_step(rule: str) -> None:
    """Found by trying every value of every column on each of the organisations with one fault."""
    planner, _ = planner_of(
        *made(FAULTS[rule].kind, merged(FAULTS[rule].beside, FAULTS[rule].breaks))
    )
    repairs = [
        planner.search.smallest(aim)
        for aim, _, _ in planner.aims()
        if rule in aim.rules and aim.targets
    ]
    assert repairs
    assert all(each is not None and len(each.candidates) == 1 for each in repairs)
