import pytest

from rules.email_systems import Protocol
from rules.option_sets import ActMethod, EmailMethod
from rules.support.manual_tracking_over_pop3 import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import (
    MISSING,
    declared,
    forward_owner,
    mailbox,
    on_premises,
    organization,
    pop3_profile,
    queue,
)
from tests.rules.gravity import gravity

OUTLOOK = [
    {"incoming_method": EmailMethod.OUTLOOK},
    {"outgoing_method": EmailMethod.OUTLOOK},
    {"act_method": ActMethod.OUTLOOK},
]
IN_USE = declared(dynamics_365_for_outlook=True)


def over_pop3(**changes):
    return mailbox(**{"profile": pop3_profile(), **changes})


@pytest.mark.parametrize("method", OUTLOOK)
@pytest.mark.parametrize("where", [organization(), on_premises()])
def test_fails_where_a_delivery_method_is_outlook(method, where):
    assert outcome(check(over_pop3(**method), where, declared())) == "fail"


def test_online_it_adds_that_the_add_in_is_gone():
    verdict = check(over_pop3(act_method=ActMethod.OUTLOOK), organization(), declared())
    assert "December 2020" in verdict.message


@pytest.mark.parametrize(("declaration", "expected"), [(IN_USE, "fail"), (declared(), "pass")])
def test_on_premises_the_declaration_decides_without_such_a_method(declaration, expected):
    assert outcome(check(over_pop3(), on_premises(), declaration)) == expected


def test_online_it_passes_without_such_a_method():
    nothing = declared(dynamics_365_for_outlook=MISSING)
    assert outcome(check(over_pop3(), organization(), nothing)) == "pass"


def test_online_a_declaration_that_it_is_used_contradicts_its_end():
    verdict = check(over_pop3(), organization(), IN_USE)
    assert outcome(verdict) == "undetermined"
    assert "December 2020" in verdict.message
    assert "dynamics_365_for_outlook" in verdict.remedy


@pytest.mark.parametrize(
    ("changes", "declaration"),
    [
        ({}, declared(dynamics_365_for_outlook=MISSING)),
        ({"act_method": MISSING}, declared()),
        ({"owner": queue(kind=MISSING)}, declared()),
        ({"profile": MISSING}, declared()),
        ({"profile": pop3_profile(incoming={"protocol": MISSING})}, declared()),
    ],
)
def test_undetermined_where_it_cannot_be_told(changes, declaration):
    with pytest.raises(Undecided):
        check(over_pop3(**changes), on_premises(), declaration)


@pytest.mark.parametrize(
    "subject",
    [
        mailbox(),
        mailbox(profile=None),
        over_pop3(profile=pop3_profile(incoming={"protocol": Protocol.IMAP})),
        over_pop3(owner=queue()),
        over_pop3(owner=forward_owner()),
        over_pop3(incoming_method=EmailMethod.NONE, outgoing_method=EmailMethod.NONE),
    ],
)
def test_other_protocols_owners_and_methods_are_not_meant(subject):
    assert outcome(check(subject, on_premises(), IN_USE)) == "not-applicable"


def test_how_grave_its_failure_is():
    assert gravity("manual-tracking-over-pop3") == ("error", "unsupported")
