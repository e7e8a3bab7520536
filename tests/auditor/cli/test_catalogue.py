"""`rules` lists every rule, `explain` tells all of one."""

import json

import pytest

from auditor.catalogue.examples import examples
from rules.rule import catalogue
from tests.auditor.cli.conftest import Ask


def test_rules_lists_every_rule(ask: Ask) -> None:
    listed = [line.split()[0] for line in ask("rules").out.splitlines()[1:]]
    assert listed == [rule.id for rule in catalogue()]


def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make standard output a terminal of 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)


def test_rules_fit_a_terminal_and_keep_their_ids_whole(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    narrow(monkeypatch)
    lines = ask("rules").out.splitlines()
    assert max(map(len, lines)) <= 80
    assert [line for line in lines if not line.startswith(" ")] == [rule.id for rule in catalogue()]


def test_the_matrix_fits_a_terminal(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    narrow(monkeypatch)
    table = ask("matrix").out.partition("\n\n")[0].splitlines()
    assert max(map(len, table)) <= 80
    assert "".join(table).count("…") == 1  # the head "appointments…"
    assert all(word in "".join(table) for word in ("Exchange", "Yahoo!", "Windows", "Gmail"))


def test_rules_as_json_and_markdown(ask: Ask) -> None:
    listed = json.loads(ask("rules", "--format", "json").out)
    assert [each["id"] for each in listed] == [rule.id for rule in catalogue()]
    assert listed[0]["source"].startswith("https://")
    table = ask("rules", "--format", "markdown").out.splitlines()
    assert table[1] == "| --- | --- | --- | --- | --- | --- |"
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
    text = ask("explain", "ews-disabled").out
    reads = text.partition("\nReads (")[2].partition("\nHow to fix")[0]
    for source in ("dynamics.emailserverprofiles", "exchange_online.cas-mailboxes"):
        assert f"\n  {source}\n" in reads


def test_rules_tell_which_parts_of_the_configuration_they_rest_on(ask: Ask) -> None:
    lines = {line.split()[0]: line for line in ask("rules").out.splitlines()}
    assert " declared " in lines["custom-email-provider"]
    assert "dynamics, declared" in lines["manual-tracking-over-pop3"]
    assert (
        "dynamics, exchange_online, exchange_server, graph"
        in lines["microsoft-365-account-disabled"]
    )


def test_rules_as_json_tell_sources_permissions_and_declarations(ask: Ask) -> None:
    listed = {
        each["id"]: each["needs"] for each in json.loads(ask("rules", "--format", "json").out)
    }
    sources = {each["source"]: each for each in listed["mailbox-not-approved"]["sources"]}
    assert sources["dynamics.mailboxes"]["section"] == "dynamics"
    assert "prvReadMailbox" in sources["dynamics.mailboxes"]["permission"]
    assert listed["custom-email-provider"]["declarations"] == ["custom_email_providers"]
    for id, needs in listed.items():
        assert needs["sources"] or needs["declarations"], id


def test_every_rule_is_explained_by_both_sides_of_its_own_tests(ask: Ask) -> None:
    assert examples().keys() == {rule.id for rule in catalogue()}
    for id, example in examples().items():
        text = " ".join(ask("explain", id).out.split())
        failing, passing = text.split("Passes, for example")
        assert " ".join(example.fails.message.split()) in failing.split("Fails, for example")[1]
        assert " ".join(example.passes.message.split()) in passing
        for side in (example.fails, example.passes):
            assert side.evidence, id
            for shown in side.evidence:
                assert f"{shown.source} {shown.field}" in text


def test_an_example_shows_the_values_that_it_rests_on(ask: Ask) -> None:
    text = ask("explain", "credentials-in-profile").out
    assert "dynamics.emailserverprofiles credential_retrieval = 1" in text
    assert "dynamics.emailserverprofiles credential_retrieval = 0" in text


def test_an_explanation_tells_how_what_it_needs_is_granted(ask: Ask) -> None:
    text = " ".join(ask("explain", "multi-factor-authentication").out.split())
    assert "graph.conditional-access" in text
    assert "Policy.Read.All" in text
    assert "multi_factor_authentication" in text


@pytest.mark.parametrize(
    ("asked", "answer"),
    [("duplicate-adress", "did you mean duplicate-address?"), ("zzz", "auditor rules")],
)
def test_unknown_rule_is_misuse(ask: Ask, asked: str, answer: str) -> None:
    said = ask("explain", asked)
    assert said.code == 2
    assert answer in said.err
    assert said.out == ""
