"""A remedy cures what it is for, breaks nothing else, and says who or what does it.

Each remedy that is a change of settings is applied to the facts, and every rule is asked again.
"""

import re

import pytest

from rules.email_systems import Place, Product
from rules.facts import AddressUse, EmailServerProfile, Mailbox
from rules.option_sets import (
    AccessMode,
    ActMethod,
    AuthenticationProtocol,
    CredentialRetrieval,
    EmailMethod,
    ServerType,
)
from rules.rule import catalogue
from rules.verdict import Fail
from tests.rules import facts as healthy
from tests.rules.worlds import judge, world

RULES = {rule.id: rule for rule in catalogue() if rule.subject in ("mailbox", "profile")}
BY_PASSWORD = {
    "credential_retrieval": CredentialRetrieval.PROFILE,
    "authentication": AuthenticationProtocol.BASIC,
    "password_set": False,
}
OUTLOOK = {"act_method": ActMethod.OUTLOOK}
BY_OAUTH = {
    "credential_retrieval": CredentialRetrieval.ENTRA_OAUTH,
    "authentication": AuthenticationProtocol.OAUTH,
}
ACROSS = {
    "same_tenant": False,
    "mail_tenant_id": healthy.OTHER_TENANT,
    "missing_graph_permissions": (),
    "application_may_sign_in": True,
    "application_allowed_for_ews": True,
    "mail_tenant_ews_enabled": True,
    "application_secret_days_left": 100,
}
THERE = healthy.exchange_mailbox(place=Place.EXCHANGE_SERVER, purpose=None, address_is_primary=None)
SUPPORTED = {"product": Product.EXCHANGE_SUBSCRIPTION_EDITION}
ON_A_SERVER = healthy.exchange_server_profile(both=SUPPORTED)
IN_PLACE = {"server_type": ServerType.EXCHANGE_SERVER}


def at(profile, organization=None, use=None, **mailbox):
    """A world of one mailbox with its profile."""
    found = world(organization or healthy.organization(), 0, healthy.mailbox())
    return found | {
        EmailServerProfile: profile,
        Mailbox: healthy.mailbox(profile=profile, **mailbox),
        AddressUse: healthy.address_use(**(use or {})),
    }


def failing(given):
    verdicts = {id: judge(rule, given) for id, rule in RULES.items()}
    return {id: each for id, each in verdicts.items() if isinstance(each, Fail)}


BUILT_IN = healthy.profile()
CASES = {
    "a password at Exchange Online gives way to the built-in profile": (
        "credentials-missing",
        at(healthy.profile(both=BY_PASSWORD)),
        at(BUILT_IN),
        "Microsoft Exchange Online profile",
    ),
    "one at another tenant to OAuth": (
        "credentials-in-profile",
        at(healthy.profile(**ACROSS, both=BY_PASSWORD)),
        at(healthy.profile(**ACROSS, both=BY_OAUTH)),
        "OAuth of Microsoft Entra",
    ),
    "impersonation across tenants ends": (
        "impersonation-with-exchange-online",
        at(healthy.profile(**ACROSS, both={**BY_OAUTH, "impersonates": True})),
        at(healthy.profile(**ACROSS, both=BY_OAUTH)),
        "without impersonation",
    ),
    "a password at Gmail gives way to OAuth": (
        "credentials-missing",
        at(healthy.pop3_profile(both=BY_PASSWORD), act_method=ActMethod.NONE),
        at(healthy.pop3_profile(), act_method=ActMethod.NONE, oauth_token_set=True),
        "Gmail OAuth",
    ),
    "OAuth needs its application": (
        "credentials-missing",
        at(healthy.profile(**ACROSS, both=BY_OAUTH, application_named=False)),
        at(healthy.profile(**ACROSS, both=BY_OAUTH)),
        "client id",
    ),
    "an account needs its name": (
        "credentials-missing",
        at(healthy.exchange_server_profile(both={"user_name_is_principal": None}), exchange=THERE),
        at(ON_A_SERVER, exchange=THERE),
        "Enter user name and password",
    ),
    "methods that disagree over POP3": (
        "delivery-methods-disagree",
        at(healthy.pop3_profile(), oauth_token_set=True, **OUTLOOK),
        at(healthy.pop3_profile(), oauth_token_set=True, act_method=ActMethod.NONE),
        "tasks to None",
    ),
    "methods that disagree in Exchange": (
        "delivery-methods-disagree",
        at(BUILT_IN, **OUTLOOK),
        at(BUILT_IN),
        "to Server-Side Synchronization",
    ),
    "a second mailbox of the address gives its methods up": (
        "duplicate-address",
        at(BUILT_IN, use={"shared_in_same_direction": True}),
        at(
            BUILT_IN,
            incoming_method=EmailMethod.NONE,
            outgoing_method=EmailMethod.NONE,
            act_method=ActMethod.NONE,
            synchronizing=False,
            owner=healthy.owner(incoming_method=EmailMethod.NONE, outgoing_method=EmailMethod.NONE),
        ),
        "to None",
    ),
    "a mailbox on a server, online": (
        "mailbox-on-wrong-profile",
        at(BUILT_IN, exchange=THERE),
        at(ON_A_SERVER, exchange=THERE),
        "Exchange Server (Hybrid) with Dynamics 365 (online)",
    ),
    "a mailbox on a server, on premises": (
        "mailbox-on-wrong-profile",
        at(BUILT_IN, healthy.on_premises(), exchange=THERE),
        at(
            healthy.exchange_server_profile(**IN_PLACE, both=SUPPORTED),
            healthy.on_premises(),
            exchange=THERE,
        ),
        "Exchange Server with Dynamics 365 (on-premises)",
    ),
    "forwarding to the outside of a mailbox that is here": (
        "mailbox-points-to-external-server",
        at(BUILT_IN, exchange=healthy.exchange_mailbox(points_outside=True)),
        at(BUILT_IN),
        "Keep a copy",
    ),
    "an access mode, of a user with a licence": (
        "user-without-license-or-access",
        at(BUILT_IN, owner=healthy.owner(access_mode=AccessMode.ADMINISTRATIVE)),
        at(BUILT_IN),
        "set the access mode of the user",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_remedy_cures_and_breaks_nothing_else(name):
    rule_id, before, after, words = CASES[name]
    broken, cured = failing(before), failing(after)
    verdict = broken[rule_id]
    assert words in (verdict.remedy or RULES[rule_id].remedy)
    assert rule_id not in cured
    assert cured.keys() <= broken.keys(), {id: cured[id].message for id in cured.keys() - broken}


@pytest.mark.parametrize(
    ("rule_id", "given", "word"),
    [
        (
            "credentials-missing",
            at(
                healthy.pop3_profile(
                    Product.OTHER,
                    both={"credential_retrieval": CredentialRetrieval.USER_OR_QUEUE},
                ),
                password_set=True,
                credentials_allowed=False,
            ),
            "Enter",
        ),
        (
            "user-without-license-or-access",
            at(BUILT_IN, owner=healthy.owner(access_mode=AccessMode.ADMINISTRATIVE)),
            "licence",
        ),
        (
            "user-without-license-or-access",
            at(BUILT_IN, owner=healthy.owner(licensed=False)),
            "access mode",
        ),
        (
            "no-alert-email-for-profile",
            at(healthy.profile(sends_alert_email=True, has_alert_address=False)),
            "Switch on",
        ),
        (
            "mailbox-locked",
            at(BUILT_IN, locked_by_host=True, since_attempt_s=10**6),
            "unlock such mailboxes",
        ),
    ],
)
def test_a_remedy_asks_for_nothing_that_is_done(rule_id, given, word):
    verdict = failing(given)[rule_id]
    assert word not in (verdict.remedy or RULES[rule_id].remedy)


def test_impersonation_is_asked_for_only_where_it_is_not_ruled_out():
    hybrid = healthy.profile(
        server_type=ServerType.EXCHANGE_SERVER_HYBRID,
        is_exchange_online=False,
        both={**BY_PASSWORD, "password_set": True, "user_name_is_principal": True},
    )
    assert "impersonation-off-with-one-account" not in failing(at(hybrid))


ELSEWHERE = re.compile(
    r"licen[cs]e|Microsoft Entra|ApplicationImpersonation|allow list|Web Services for the|"
    r"accepted domain|enterprise application|client names|from multi-factor"
)
WHO = re.compile(r"\badministrator\b|Delegated Mailbox Approver")


def test_what_is_done_outside_dynamics_names_the_role_that_does_it():
    nameless = [
        rule.id
        for rule in catalogue()
        if ELSEWHERE.search(rule.remedy) and not WHO.search(rule.remedy)
    ]
    assert nameless == []


def test_a_cmdlet_stands_in_a_form_that_can_be_pasted():
    cmdlet = re.compile(r"\b(?:Get|Set|New|Remove|Test)-[A-Z]\w+")
    for rule in catalogue():
        quoted = " ".join(re.findall(r"`[^`]+`", rule.remedy))
        assert set(cmdlet.findall(rule.remedy)) <= set(cmdlet.findall(quoted)), rule.id


def test_on_premises_nobody_is_sent_to_exchange_online():
    """Where support of that pair has ended, it is no way out of anything."""
    for rule in catalogue():
        if re.search(r"\bto Exchange Online\b", rule.remedy):
            assert "with Dynamics 365 (online)" in rule.remedy, rule.id
