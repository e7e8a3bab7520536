"""`auditor why` tells all that is known and judged of one subject, with its receipts."""

import json

import pytest

from auditor.demo.faults import Faults
from tests.end_to_end.conftest import call


@pytest.mark.parametrize("asked", ["Max Stale", "max.stale@contoso.example", "mailbox:MAX STALE"])
def test_a_mailbox_is_found_by_name_and_address_whatever_the_case(contoso_toml, asked):
    answer = call("why", asked, "--config", contoso_toml)
    assert answer.code == 0
    assert "fail [error] synchronization-stale" in answer.out
    assert "lastsuccessfulsynccompletedon = " in answer.out
    assert "Next: " in answer.out
    assert "owner.enabled = true" in answer.out


def test_every_rule_on_mailboxes_answers_and_findings_come_first(contoso_toml):
    (found,) = json.loads(
        call("why", "Max Stale", "--config", contoso_toml, "--format", "json").out
    )
    outcomes = [each["outcome"] for each in found["judgements"]]
    assert outcomes == sorted(
        outcomes, key=["fail", "undetermined", "pass", "not-applicable"].index
    )
    assert outcomes[0] == "fail"
    values = {each["name"]: each for each in found["facts"]}
    assert values["incoming_method"]["value"] == "SERVER_SIDE"
    assert values["incoming_method"]["evidence"][0]["record"] == found["subject"]["id"]
    assert values["profile.name"]["value"] == "Microsoft Exchange Online"


def test_a_profile_is_explained_with_its_use(contoso_toml):
    answer = call("why", "profile:gmail", "--config", contoso_toml)
    assert "gmail-password-authentication" in answer.out
    assert "use.synchronizing_mailboxes = " in answer.out


def test_a_snapshot_is_asked_in_place_of_servers(contoso_toml, tmp_path):
    snapshot = tmp_path / "contoso.snapshot"
    call("run", "--config", contoso_toml, "--snapshot", snapshot, "--report", "json=/dev/null")
    answer = call("why", "Max Stale", "--snapshot", snapshot)
    assert "fail [error] synchronization-stale" in answer.out


def test_what_nobody_has_is_a_wrong_question(contoso_toml):
    answer = call("why", "nobody at all", "--config", contoso_toml)
    assert (answer.code, answer.out) == (2, "")
    assert "no mailbox, profile, user or queue has the name" in answer.err


def test_where_mailboxes_were_not_read_nothing_is_denied(contoso_toml, faulty: Faults):
    faulty.denied_tables.add("mailboxes")
    answer = call("why", "Max Stale", "--config", contoso_toml)
    assert answer.code == 2
    assert "dynamics.mailboxes" in answer.err
    assert "could not be read" in answer.err
