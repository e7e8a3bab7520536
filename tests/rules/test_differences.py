"""The same organisation differs from edition to edition exactly where the editions do."""

import tomllib
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from rules.edition import EDITIONS, Edition, load
from rules.facts import Organization
from rules.rule import Rule, catalogue
from rules.verdict import Verdict, outcome
from tests.rules.organisations import ORGANISATIONS
from tests.rules.worlds import judge

VERDICTS: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "data" / "verdicts.toml").read_text("utf-8")
)["verdicts"]

CITING = {rule.id: rule for rule in catalogue() if rule.statements}

TOPICS = 38
"""Matters in the comparison of the editions."""

FOLLOWS_THE_OTHERS = {"email-router-as-fallback"}
"""Fails where any other rule does, so it differs wherever one of them does."""

ON_FILE = {(each["organisation"], each["rule"]) for each in VERDICTS}


@cache
def verdict_of(organisation: str, rule_id: str, edition_id: str) -> Verdict:
    world = {**ORGANISATIONS[organisation], Edition: load(edition_id)}
    return judge(CITING[rule_id], world)


@pytest.mark.parametrize("edition_id", EDITIONS)
@pytest.mark.parametrize(
    "case", VERDICTS, ids=lambda case: f"{case['topic']}: {case['organisation']}, {case['rule']}"
)
def test_each_edition_judges_for_itself(case: dict[str, str], edition_id: str) -> None:
    expected, *statements = case[edition_id].split()
    verdict = verdict_of(case["organisation"], case["rule"], edition_id)
    assert outcome(verdict) == expected
    assert sorted(getattr(verdict, "statements", None) or ()) == statements


def test_every_matter_and_every_rule_on_the_document_is_on_file() -> None:
    assert len({each["topic"] for each in VERDICTS}) == TOPICS
    assert {each["rule"] for each in VERDICTS} == CITING.keys()
    assert {each["organisation"] for each in VERDICTS} == ORGANISATIONS.keys()


@pytest.mark.parametrize("rule_id", sorted(CITING.keys() - FOLLOWS_THE_OTHERS))
def test_nothing_else_differs_between_editions_that_speak_of_it(rule_id: str) -> None:
    rule = CITING[rule_id]
    found = {
        (organisation, rule_id)
        for organisation, world in ORGANISATIONS.items()
        for one, other in combinations(_speaking(rule, world[Organization]), 2)
        if outcome(verdict_of(organisation, rule_id, one))
        != outcome(verdict_of(organisation, rule_id, other))
    }
    assert found <= ON_FILE


def _speaking(rule: Rule, organization: Organization) -> list[str]:
    """The editions that have a statement of the rule and speak of the deployment."""
    deployment = getattr(organization.deployment, "value", None)
    return [
        id
        for id in EDITIONS
        if deployment in load(id).deployments and any(each in load(id) for each in rule.statements)
    ]
