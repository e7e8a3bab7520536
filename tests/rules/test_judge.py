"""What the judge adds to what rules say."""

from datetime import date

import pytest
from msgspec.structs import replace

from rules.dates import Dates
from rules.edition import load
from rules.evidence import Cause
from rules.facts import (
    Declared,
    EmailServerProfile,
    Mailbox,
    Organization,
    ProfileUse,
)
from rules.judge import Judge
from rules.option_sets import ActMethod, CredentialRetrieval, ProfileTestStatus
from rules.rule import catalogue
from rules.unknown import Unknown
from rules.verdict import outcome
from tests.rules import facts

OPEN = Unknown("Nobody told.", "Ask.")
RULES = {rule.id: rule for rule in catalogue()}


def judged(rule_id, own, **profile):
    judge = Judge([RULES[rule_id]], load("online"), {Organization: own, Declared: facts.declared()})
    subject = facts.profile(**profile)
    return judge.judge(RULES[rule_id], {EmailServerProfile: subject, ProfileUse: facts.use()})


@pytest.mark.parametrize(
    ("rule_id", "profile", "fields"),
    [
        ("auto-discover-off", {"auto_discover": OPEN}, {"auto_discover"}),
        (
            "credentials-in-profile",
            {"both": {"credential_retrieval": OPEN}},
            {"credential_retrieval"},
        ),
        ("unsupported-email-system", {"both": {"product": OPEN}}, {"product"}),
    ],
)
def test_what_was_not_told_shows_the_field_that_was_looked_at(rule_id, profile, fields):
    verdict = judged(rule_id, facts.organization(), **profile)
    assert outcome(verdict) == "undetermined"
    assert {(each.source, each.field) for each in verdict.evidence} == {
        ("dynamics.emailserverprofiles", field) for field in fields
    }


def test_a_fact_that_exists_once_is_shown_too():
    verdict = judged("auto-discover-off", facts.organization(deployment=OPEN))
    assert [each.field for each in verdict.evidence] == ["deployment"]


def test_a_fact_within_a_fact_is_shown_too():
    rule = RULES["mailbox-on-wrong-profile"]
    mailbox = facts.mailbox(exchange=facts.exchange_mailbox(place=OPEN))
    judge = Judge([rule], load("online"), {Organization: facts.organization()})
    verdict = judge.judge(rule, {Mailbox: mailbox})
    assert [each.field for each in verdict.evidence] == ["place"]


def test_a_shared_cause_and_evidence_of_its_own_stay_as_they_are():
    cause = Cause("source", "graph.users", "forbidden")
    shared = judged(
        "auto-discover-off", facts.organization(), auto_discover=Unknown("a", "b", cause)
    )
    assert (shared.cause, shared.evidence) == (cause, ())
    told = facts.organization().evidence("version")
    own = Unknown("a", "b", None, told)
    assert judged("auto-discover-off", facts.organization(), auto_discover=own).evidence == told


@pytest.mark.parametrize(
    ("own", "cells"), [(facts.organization(), "online"), (facts.on_premises(), "on-premises")]
)
@pytest.mark.parametrize("rule_id", ["unsupported-protocol", "unsupported-email-system"])
def test_what_is_open_leaves_no_cell_of_the_other_deployment_open(own, cells, rule_id):
    edition = load("crm-2016")
    judge = Judge([RULES[rule_id]], edition, {Organization: own})
    use = facts.use(synchronizing_mailboxes=OPEN)
    verdict = judge.judge(RULES[rule_id], {EmailServerProfile: facts.profile(), ProfileUse: use})
    assert outcome(verdict) == "undetermined"
    met = [edition.statement(each) for each in verdict.statements]
    assert {each.deployment for each in met if each.cell} == {cells}


def test_where_the_deployment_is_open_every_cell_is():
    verdict = judged("unsupported-protocol", facts.organization(deployment=OPEN))
    assert len(verdict.statements) == len(
        Judge([RULES["unsupported-protocol"]], load("online"), {}).cited(
            RULES["unsupported-protocol"]
        )
    )


def of_a_profile(rule_id, use=None, **profile):
    judge = Judge([RULES[rule_id]], load("online"), {Organization: facts.organization()})
    subject = {EmailServerProfile: facts.profile(**profile), ProfileUse: facts.use(**(use or {}))}
    return outcome(judge.judge(RULES[rule_id], subject))


def of_a_mailbox(rule_id, **mailbox):
    shared = {Organization: facts.organization(), Declared: facts.declared()}
    judge = Judge([RULES[rule_id]], load("online"), shared)
    return outcome(judge.judge(RULES[rule_id], {Mailbox: facts.mailbox(**mailbox)}))


OFF = {"auto_discover": False}


@pytest.mark.parametrize(
    ("use", "changes", "expected"),
    [
        ({}, {}, "fail"),
        ({}, {"active": False}, "not-applicable"),
        ({"synchronizing_mailboxes": 0}, {}, "not-applicable"),
        ({}, {"active": OPEN}, "undetermined"),
        ({"synchronizing_mailboxes": OPEN}, {}, "undetermined"),
        ({"synchronizing_mailboxes": OPEN}, {"active": False}, "not-applicable"),
        ({"synchronizing_mailboxes": 0}, {"active": OPEN}, "not-applicable"),
    ],
)
def test_support_rules_judge_active_profiles_that_a_synchronizing_mailbox_uses(
    use, changes, expected
):
    assert of_a_profile("auto-discover-off", use, **OFF, **changes) == expected


@pytest.mark.parametrize(
    ("synchronizing", "expected"),
    [(True, "fail"), (False, "not-applicable"), (OPEN, "undetermined")],
)
def test_rules_on_mailboxes_judge_those_that_are_meant_to_synchronize(synchronizing, expected):
    elsewhere = {"profile": facts.exchange_server_profile(), "synchronizing": synchronizing}
    assert of_a_mailbox("mailbox-on-wrong-profile", **elsewhere) == expected


def test_a_rule_on_all_mailboxes_judges_one_that_is_not_meant_to_synchronize():
    judge = Judge(
        [RULES["dynamics-365-for-outlook-retired"]],
        load("online"),
        {Organization: facts.organization(), Dates: Dates(as_of=date(2026, 11, 23))},
    )
    mailbox = facts.mailbox(act_method=ActMethod.OUTLOOK, synchronizing=False)
    verdict = judge.judge(RULES["dynamics-365-for-outlook-retired"], {Mailbox: mailbox})
    assert outcome(verdict) == "fail"


def test_a_judge_never_changes():
    judge = Judge([], load("online"), {})
    with pytest.raises(TypeError, match="does not support item assignment"):
        judge.shared[Organization] = facts.organization()
    wider = judge.knowing({Organization: facts.organization()})
    assert Organization in wider.shared
    assert Organization not in judge.shared


def test_what_fails_with_every_value_fails_as_mildly_as_the_mildest_and_says_what_is_open():
    rule = RULES["profile-connection-test-failed"]
    judge = Judge([rule], load("online"), {})
    verdict = judge.judge(
        rule,
        {
            EmailServerProfile: facts.profile(last_test=ProfileTestStatus.FAILURE),
            ProfileUse: facts.use(synchronized_since_test=OPEN),
        },
    )
    assert (outcome(verdict), verdict.severity, verdict.effect) == ("fail", "warning", "advice")
    assert verdict.message.startswith("This fails whatever the answer is")
    assert OPEN.reason in verdict.message
    assert "At worst (error): " in verdict.message
    assert verdict.remedy.startswith(OPEN.remedy)


def test_one_value_that_does_not_fail_leaves_it_undetermined():
    rule = RULES["no-server-to-server-authentication"]
    judge = Judge([rule], load("online"), {Organization: facts.organization()})
    password = {"credential_retrieval": CredentialRetrieval.PROFILE}
    subject = facts.profile(both=password, is_exchange_online=True)
    told = {EmailServerProfile: subject, ProfileUse: facts.use()}
    unknown = {EmailServerProfile: replace(subject, same_tenant=OPEN), ProfileUse: facts.use()}
    assert outcome(judge.judge(rule, told)) == "fail"
    assert outcome(judge.judge(rule, unknown)) == "undetermined"
