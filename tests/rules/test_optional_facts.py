"""A rule may ask for a fact that it can do without; any other unknown fact ends it."""

import pytest

from rules.edition import load
from rules.facts import Declared, EmailExtensions, ExchangeTenant, Organization
from rules.judge import Judge
from rules.rule import catalogue
from rules.verdict import outcome
from tests.rules.facts import MISSING, declared, organization

RULES = {rule.id: rule for rule in catalogue()}


def judged(rule_id, said=None):
    facts = {
        Declared: said or declared(),
        ExchangeTenant: MISSING,
        EmailExtensions: MISSING,
    }
    judge = Judge([RULES[rule_id]], load("online"), facts)
    return judge.judge(RULES[rule_id], {Organization: organization()})


@pytest.mark.parametrize(
    "rule_id", ["customer-key-before-supported-version", "extended-email-protocol"]
)
def test_a_fact_annotated_as_possibly_unknown_does_not_end_the_rule(rule_id):
    assert RULES[rule_id].may_be_unknown
    assert outcome(judged(rule_id)) == "pass"


def test_any_other_unknown_fact_ends_the_rule():
    verdict = judged("extended-email-protocol", MISSING)
    assert outcome(verdict) == "undetermined"
    assert verdict.cause == MISSING.cause


def test_needs_name_the_fact_types_alone():
    needs = dict(RULES["extended-email-protocol"].needs)
    assert needs["extensions"] is EmailExtensions
    assert RULES["extended-email-protocol"].may_be_unknown == {"extensions"}
