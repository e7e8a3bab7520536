"""`auditor why` tells all that is known and judged of one subject, with its evidence."""

import json
import re

import pytest

from auditor.demo.faults import Faults
from tests.end_to_end.conftest import call


@pytest.mark.parametrize("asked", ["Max Stale", "max.stale@contoso.example", "mailbox:MAX STALE"])
def test_a_mailbox_is_found_by_name_and_address_whatever_the_case(dynamics_toml, asked):
    answer = call("why", asked, "--config", dynamics_toml)
    assert answer.code == 0
    assert "fail [error] synchronization-stale" in answer.out
    assert "lastsuccessfulsynccompletedon = " in answer.out
    assert "Next: " in answer.out
    assert "owner.enabled = true" in answer.out
    assert "owner.access_mode = Read-Write" in answer.out
    assert "systemuserid = empty" not in answer.out


def test_evidence_in_the_record_of_a_profile_tells_its_name(dynamics_toml):
    text = " ".join(call("why", "Zoe Colleague19", "--config", dynamics_toml).out.split())
    assert "dynamics.emailserverprofiles Answers that are new: servertype = 9" in text


def test_every_rule_on_mailboxes_answers_and_findings_come_first(dynamics_toml):
    (found,) = json.loads(
        call("why", "Max Stale", "--config", dynamics_toml, "--format", "json").out
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


def test_a_profile_is_explained_with_its_use(dynamics_toml):
    answer = call("why", "profile:gmail", "--config", dynamics_toml)
    assert "gmail-password-authentication" in answer.out
    assert "use.synchronizing_mailboxes = " in answer.out


@pytest.mark.parametrize("profile", ["Zoho", "Harbour hosting", "Exchange in, Gmail out"])
def test_a_column_that_both_directions_rest_on_is_shown_once(contoso_toml, profile):
    answer = call("why", profile, "--config", contoso_toml, "--format", "json")
    (found,) = json.loads(answer.out)
    for judgement in found["judgements"]:
        shown = [json.dumps(each) for each in judgement["evidence"]]
        assert len(shown) == len(set(shown)), judgement["rule"]


def test_a_mailbox_named_by_its_id_is_read_alone_and_passes_nothing_that_failed(dynamics_toml):
    def judged(subject):
        answer = call("why", subject, "--config", dynamics_toml, "--format", "json")
        assert answer.code == 0, answer.err
        (found,) = json.loads(answer.out)
        outcomes = {
            (each["rule"], each["about"] and each["about"]["id"]): each["outcome"]
            for each in found["judgements"]
        }
        return found["subject"], outcomes

    subject, whole = judged("Max Stale")
    for asked in (f"mailbox:{subject['id']}", subject["id"].upper()):
        same, alone = judged(asked)
        assert same == subject
        assert whole.keys() <= alone.keys()
        other = {key for key in whole if alone[key] != whole[key]}
        # The other outcomes are those of rules that need every mailbox.
        assert ("duplicate-address", None) in other
        assert {alone[key] for key in other} == {"undetermined"}


def test_an_id_that_no_mailbox_has_is_looked_for_among_all_records(dynamics_toml):
    (profile,) = json.loads(
        call("why", "profile:gmail", "--config", dynamics_toml, "--format", "json").out
    )
    answer = call("why", profile["subject"]["id"], "--config", dynamics_toml)
    assert answer.code == 0
    assert "gmail-password-authentication" in answer.out


def test_a_snapshot_is_asked_in_place_of_servers(dynamics_toml, tmp_path):
    snapshot = tmp_path / "contoso.snapshot"
    call("run", "--config", dynamics_toml, "--snapshot", snapshot, "--report", "json=/dev/null")
    answer = call("why", "Max Stale", "--snapshot", snapshot)
    assert "fail [error] synchronization-stale" in answer.out
    # By its id it is read alone, with those that have its address.
    (whole,), (alone,) = (
        json.loads(call("why", asked, "--snapshot", snapshot, "--format", "json").out)
        for asked in ("Max Stale", id_in(answer.out))
    )
    assert alone["subject"] == whole["subject"]
    outcomes = {each["rule"]: each["outcome"] for each in alone["judgements"]}
    assert outcomes["synchronization-stale"] == "fail"
    assert outcomes["duplicate-address"] == "pass"
    assert outcomes["dormant-mailboxes"] == "undetermined"


def id_in(text):
    """The id in the address of the record that an answer names."""
    return re.search(r"id=%7B([0-9a-f-]{36})%7D", text)[1]


def test_a_user_is_found_by_an_address_that_the_mailbox_lacks(dynamics_toml):
    report = call("run", "--config", dynamics_toml, "--report", "json").report
    (first, *_) = (
        each
        for each in report["findings"]
        if each["rule"] == "address-differs-from-owner" and each["verdict"] == "fail"
    )
    own = next(
        each["value"] for each in first["evidence"] if each["field"] == "internalemailaddress"
    )
    assert own.casefold() != first["subject"]["address"].casefold()
    answer = call("why", own, "--config", dynamics_toml)
    assert answer.code == 0
    assert first["subject"]["name"] in answer.out
    assert "fail [error] address-differs-from-owner" in answer.out


def test_a_finding_that_somebody_answers_for_is_marked(dynamics_toml, tmp_path):
    config = tmp_path / "auditor.toml"
    waiver = (
        '\n[[waivers]]\nrule = "synchronization-stale"\nsubject = "mailbox:Max*"\n'
        'reason = "CHG-1"\nuntil = 2099-12-31\n'
    )
    config.write_text(dynamics_toml.read_text("utf-8") + waiver, "utf-8")
    text = " ".join(call("why", "Max Stale", "--config", config).out.split())
    stale = text.partition("fail [error] synchronization-stale")[2].partition("] ")[0]
    assert "Waived until 2099-12-31: CHG-1" in stale
    assert "Next:" not in stale


def test_what_nobody_has_is_a_wrong_question(dynamics_toml):
    answer = call("why", "nobody at all", "--config", dynamics_toml)
    assert (answer.code, answer.out) == (2, "")
    assert "no mailbox, profile, user or queue has the name" in answer.err


def test_where_mailboxes_were_not_read_nothing_is_denied(dynamics_toml, faulty: Faults):
    faulty.denied_tables.add("mailboxes")
    answer = call("why", "Max Stale", "--config", dynamics_toml)
    assert answer.code == 2
    assert "dynamics.mailboxes" in answer.err
    assert "could not be read" in answer.err


def test_what_fails_stands_first_with_what_bears_on_the_mailbox(dynamics_toml):
    answer = call("why", "Max Stale", "--config", dynamics_toml)
    lines = answer.out.splitlines()
    assert lines[2] == "The mailbox is broken."
    failing = [each for each in lines if each.startswith("fail [")]
    assert failing[0].startswith("fail [error] synchronization-stale (stops)")
    assert "fail [error] custom-email-provider on organization Contoso (unsupported)" in lines
    assert answer.out.index("Fails (") < answer.out.index(" rules pass: ")


def test_only_what_fails_is_shown_on_demand(dynamics_toml):
    answer = call("why", "Max Stale", "--failing", "--config", dynamics_toml)
    assert "fail [error] synchronization-stale" in answer.out
    assert "rules pass" not in answer.out
    assert "owner.enabled" not in answer.out


def test_a_part_of_a_name_is_enough_where_one_has_it(dynamics_toml):
    answer = call("why", "ax stal", "--config", dynamics_toml)
    assert answer.code == 0
    assert answer.out.startswith("mailbox Max Stale <max.stale@contoso.example>")


def test_where_several_have_it_they_are_suggested(dynamics_toml):
    answer = call("why", "colleague", "--config", dynamics_toml)
    assert (answer.code, answer.out) == (2, "")
    text = " ".join(answer.err.split())
    assert "'colleague' is part of several names; name one of: mailbox " in text


def test_a_profile_lists_its_mailboxes(dynamics_toml):
    answer = call("why", "Exchange Online (switched off)", "--config", dynamics_toml)
    assert "Synchronizing mailboxes: 1 broken." in answer.out
    (named,) = (each for each in answer.out.splitlines() if each.startswith("- broken: "))
    assert "@contoso.example>" in named


@pytest.mark.parametrize("asked", ["email-system:pop.harbour.example", "tenant", "organization"])
def test_a_mail_server_the_tenant_and_the_organisation_list_theirs(contoso_toml, asked):
    answer = call("why", asked, "--config", contoso_toml, "--format", "json")
    (found,) = json.loads(answer.out)
    assert sum(found["behind"].values()) >= len(found["mailboxes"]) > 0
    assert all(each["causes"] for each in found["mailboxes"] if each["standing"] == "broken")
