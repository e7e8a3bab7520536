"""`rules` lists every rule, `explain` tells all of one."""

import json

import pytest

from rules.rule import catalogue
from tests.auditor.cli.conftest import Ask


def test_rules_lists_every_rule(ask: Ask) -> None:
    listed = [line.split()[0] for line in ask("rules").out.splitlines()[1:]]
    assert listed == [rule.id for rule in catalogue()]


def test_rules_as_json_and_markdown(ask: Ask) -> None:
    listed = json.loads(ask("rules", "--format", "json").out)
    assert [each["id"] for each in listed] == [rule.id for rule in catalogue()]
    assert listed[0]["source"].startswith("https://")
    table = ask("rules", "--format", "markdown").out.splitlines()
    assert table[1] == "| --- | --- | --- | --- |"
    assert len(table) == len(catalogue()) + 2


def test_every_rule_is_explained(ask: Ask) -> None:
    for rule in catalogue():
        said = ask("explain", rule.id)
        text = " ".join(said.out.split())
        assert said.code == 0
        for part in (rule.id, rule.kind, rule.severity, rule.title, rule.remedy, rule.source):
            assert " ".join(part.split()) in text
        for statement in rule.statements:
            assert statement in text
        for threshold in rule.thresholds:
            assert threshold.name in text


def test_explanation_shows_statement_section_and_link(ask: Ask) -> None:
    text = ask("explain", "unsupported-email-system").out
    assert "CUR-01, edition online, " in text
    assert "https://learn.microsoft.com/power-platform/admin/supported-email" in text


def test_explanation_names_the_sources_that_the_rule_reads(ask: Ask) -> None:
    text = " ".join(ask("explain", "ews-disabled").out.split())
    assert "Reads dynamics.emailserverprofiles, dynamics.mailboxes, " in text
    assert "exchange_online.cas-mailboxes" in text


@pytest.mark.parametrize(
    ("asked", "answer"),
    [("duplicate-adress", "did you mean duplicate-address?"), ("zzz", "auditor rules")],
)
def test_unknown_rule_is_misuse(ask: Ask, asked: str, answer: str) -> None:
    said = ask("explain", asked)
    assert said.code == 2
    assert answer in said.err
    assert said.out == ""
