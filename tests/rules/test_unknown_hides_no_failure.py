"""Where every value of what is unknown fails, the rule fails, as mildly as the mildest of them.

Over the whole catalogue: in each world that a rule tells apart, each field that it read is given
every value of its domain in turn, and then hidden.
"""

import pytest

from rules.rule import catalogue
from rules.verdict import SEVERITIES, Fail, outcome
from tests.rules.worlds import (
    WORDS,
    changed,
    domain,
    explore,
    hidden,
    judge,
    may_be_unknown,
)

RULES = {rule.id: rule for rule in catalogue()}

ASKS_OTHER_RULES = {"email-router-as-fallback"}
"""Each of its verdicts costs what theirs do together; they are looked at themselves."""

WORLDS = 60

SOME_OF_ITS_VALUES = WORDS.keys()
"""Fields of which the worlds hold samples: that all of these fail proves nothing."""


def severity(rule, fail):
    return fail.severity or rule.severity


@pytest.mark.parametrize("rule_id", sorted(RULES.keys() - ASKS_OTHER_RULES))
def test_a_failure_for_every_value_is_a_failure_for_none(rule_id):
    rule = RULES[rule_id]
    hiding = {}
    for _, seen in zip(range(WORLDS), explore(rule, WORLDS), strict=False):
        if not isinstance(seen.verdict, Fail):
            continue
        for path in seen.read:
            values = domain(rule, seen.world, path)
            if not may_be_unknown(seen.world, path) or path[-1] in SOME_OF_ITS_VALUES or not values:
                continue
            verdicts = [judge(rule, changed(seen.world, path, each)) for each in values]
            if not all(isinstance(each, Fail) for each in verdicts):
                continue
            mildest = max((severity(rule, each) for each in verdicts), key=SEVERITIES.index)
            without = judge(rule, hidden(seen.world, path))
            if outcome(without) != "fail":
                hiding[path[1:]] = f"{outcome(without)}: {without.message}"
            elif severity(rule, without) != mildest:
                hiding[path[1:]] = f"{severity(rule, without)} instead of {mildest}"
    assert hiding == {}
