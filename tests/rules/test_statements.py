"""Every published statement is decided by a rule, and rules cite published statements only."""

from collections.abc import Iterable

import pytest

from rules.edition import EDITIONS, load
from rules.rule import Rule, catalogue

DECIDED_BY_THE_CHOICE_OF_EDITION = {"scope"}
SAYS_NOTHING_ANY_MORE = {"removed"}
SUPPORT = [rule for rule in catalogue() if rule.statements]


def undecided(edition_id: str, rules: Iterable[Rule]) -> list[str]:
    cited = {statement for rule in rules for statement in rule.statements}
    return [
        statement.id
        for statement in load(edition_id).statements
        if statement.kind not in DECIDED_BY_THE_CHOICE_OF_EDITION | SAYS_NOTHING_ANY_MORE
        and statement.id not in cited
    ]


@pytest.mark.parametrize("edition_id", EDITIONS)
def test_every_statement_is_decided_by_a_rule(edition_id):
    missing = undecided(edition_id, catalogue())
    assert not missing, f"no rule decides {', '.join(missing)} of {edition_id}"


@pytest.mark.parametrize("removed", SUPPORT, ids=lambda rule: rule.id)
def test_no_rule_can_go_without_leaving_a_statement_undecided(removed):
    rest = [rule for rule in catalogue() if rule.id != removed.id]
    assert any(undecided(edition_id, rest) for edition_id in EDITIONS)


@pytest.mark.parametrize("rule", SUPPORT, ids=lambda rule: rule.id)
def test_a_rule_cites_published_statements_each_once(rule):
    published = {s.id: s.kind for e in EDITIONS for s in load(e).statements}
    assert [each for each in rule.statements if each not in published] == []
    assert len(set(rule.statements)) == len(rule.statements)
    assert not {published[each] for each in rule.statements} & (
        DECIDED_BY_THE_CHOICE_OF_EDITION | SAYS_NOTHING_ANY_MORE
    )


def test_every_support_rule_cites_a_statement():
    assert [rule.id for rule in catalogue() if rule.kind == "support" and not rule.statements] == []
